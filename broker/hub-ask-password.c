/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-ask-password.h"

#include "broker/access/hub-password-hash.h"

#include <gio/gio.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* What would leave the terminal without its echo. */
static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* A signal handler has no other place. */
static volatile sig_atomic_t caught_signal;

typedef struct
{
  struct termios terminal;
  struct sigaction actions[G_N_ELEMENTS (ending_signals)];
  struct sigaction stop_action;
  sigset_t mask;
} Before;

static void
signal_cb (int number)
{
  caught_signal = number;
}

static void
hide_input (Before *before)
{
  struct sigaction catch = { .sa_handler = signal_cb };
  struct sigaction ignore = { .sa_handler = SIG_IGN };
  struct termios hidden;
  sigset_t mask;

  /* Blocked but while it waits, so that none comes between looking and waiting. */
  caught_signal = 0;
  sigemptyset (&mask);
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaddset (&mask, ending_signals[i]);
  sigprocmask (SIG_BLOCK, &mask, &before->mask);
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    {
      sigaction (ending_signals[i], NULL, &before->actions[i]);
      if (before->actions[i].sa_handler != SIG_IGN)
        sigaction (ending_signals[i], &catch, NULL);
    }
  sigaction (SIGTSTP, &ignore, &before->stop_action);

  tcgetattr (STDIN_FILENO, &before->terminal);
  hidden = before->terminal;
  hidden.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden);
}

static void
show_input (const Before *before)
{
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before->terminal);
  for (gsize i = 0; i < G_N_ELEMENTS (ending_signals); i++)
    sigaction (ending_signals[i], &before->actions[i], NULL);
  sigaction (SIGTSTP, &before->stop_action, NULL);
  /* Now the one that came ends the program, as it would have. */
  if (caught_signal != 0)
    raise (caught_signal);
  sigprocmask (SIG_SETMASK, &before->mask, NULL);
}

/* One byte, or 0 at the end, or -1. A signal that has been caught is an end. */
static gssize
read_byte (char *byte, const sigset_t *mask)
{
  struct pollfd poll = { .fd = STDIN_FILENO, .events = POLLIN };

  for (;;)
    {
      gssize n;

      if (ppoll (&poll, 1, NULL, mask) < 0)
        {
          if (errno != EINTR)
            return -1;
          if (caught_signal != 0)
            return 0;
          continue;
        }
      n = read (STDIN_FILENO, byte, 1);
      if (n >= 0 || errno != EINTR)
        return n;
    }
}

/* A line without its end; not more than one byte too many, which the hash then refuses. */
static gboolean
read_line (GString *line, const sigset_t *mask, GError **error)
{
  char byte;
  gssize n;

  while ((n = read_byte (&byte, mask)) > 0 && byte != '\n')
    if (line->len <= HUB_PASSWORD_SIZE_MAX)
      g_string_append_c (line, byte);
  if (n < 0)
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), "cannot read the password: %s", g_strerror (errno));
  else if (n == 0 && line->len == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "there is no password on standard input");
  else if (line->len > 0 && line->str[line->len - 1] == '\r')
    g_string_truncate (line, line->len - 1);
  return n > 0 || (n == 0 && line->len > 0);
}

static gboolean
prompt (const char *question, GString *line, GError **error)
{
  Before before;
  gboolean is_read;

  hide_input (&before);
  fputs (question, stderr);
  fflush (stderr);
  is_read = read_line (line, &before.mask, error);
  fputc ('\n', stderr);
  show_input (&before);
  return is_read;
}

static void
forget (GString *line)
{
  explicit_bzero (line->str, line->allocated_len);
  g_string_free (line, TRUE);
}

static gboolean
prompt_twice (GString *password, GError **error)
{
  /* As long as it can become, so that no piece of it is left where it was moved from. */
  GString *again = g_string_sized_new (HUB_PASSWORD_SIZE_MAX + 2);
  gboolean is_same = prompt ("Password: ", password, error) && prompt ("Password, again: ", again, error);

  if (is_same && !g_string_equal (password, again))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the two passwords are not the same");
      is_same = FALSE;
    }
  forget (again);
  return is_same;
}

/**
 * hub_ask_password:
 * @size: (out): number of bytes
 * @error: return location
 *
 * Asks for a new password: twice and without an echo where standard input is a terminal, else for one line of it.
 *
 * Returns: (transfer full) (nullable): the password, with a zero behind it, or %NULL with @error set: a %G_IO_ERROR
 */
char *
hub_ask_password (gsize *size, GError **error)
{
  GString *password = g_string_sized_new (HUB_PASSWORD_SIZE_MAX + 2);
  sigset_t mask;
  gboolean is_good;

  if (isatty (STDIN_FILENO))
    {
      is_good = prompt_twice (password, error);
    }
  else
    {
      sigprocmask (SIG_BLOCK, NULL, &mask);
      is_good = read_line (password, &mask, error);
    }
  if (!is_good)
    {
      forget (password);
      return NULL;
    }
  *size = password->len;
  return g_string_free (password, FALSE);
}
