/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-daemon.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The folder stays what it was: names in a configuration are meant from there, at a reload too. */
static void
detach_from_terminal (void)
{
  int null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  if (null_fd < 0)
    return;
  dup2 (null_fd, STDIN_FILENO);
  dup2 (null_fd, STDOUT_FILENO);
  dup2 (null_fd, STDERR_FILENO);
  if (null_fd > STDERR_FILENO)
    close (null_fd);
}

/* Leaves only once the child hosts, so that the exit status tells the truth. */
static int
wait_for_child (int fd)
{
  char word = 0;
  gssize n;

  do
    n = read (fd, &word, 1);
  while (n < 0 && errno == EINTR);
  close (fd);
  return n == 1 && word == '+' ? EXIT_SUCCESS : EXIT_FAILURE;
}

/**
 * hub_daemon_fork:
 * @ready_fd: (out): of the child: for hub_daemon_tell()
 * @status: (out): of the parent: with what to exit
 *
 * Goes to the background. The parent waits until the child has told how it went, or is gone. To be called before there is
 * any thread.
 *
 * Returns: which of the two one is; the parent too when there could be no child
 */
HubDaemonRole
hub_daemon_fork (int *ready_fd, int *status)
{
  int fds[2];
  pid_t child;

  if (pipe2 (fds, O_CLOEXEC) < 0 || (child = fork ()) < 0)
    {
      fprintf (stderr, "hubbub-broker: cannot go to the background: %s\n", g_strerror (errno));
      *status = EXIT_FAILURE;
      return HUB_DAEMON_PARENT;
    }
  if (child > 0)
    {
      close (fds[1]);
      *status = wait_for_child (fds[0]);
      return HUB_DAEMON_PARENT;
    }
  close (fds[0]);
  setsid ();
  *ready_fd = fds[1];
  return HUB_DAEMON_CHILD;
}

/**
 * hub_daemon_tell:
 * @ready_fd: (inout): as hub_daemon_fork() has given it; -1, here and afterwards: nobody waits
 * @is_well: whether the start has succeeded
 *
 * Tells the parent, and lets go of the terminal.
 */
void
hub_daemon_tell (int *ready_fd, gboolean is_well)
{
  if (*ready_fd < 0)
    return;
  if (write (*ready_fd, is_well ? "+" : "-", 1) < 0)
    g_debug ("nobody waits for the start");
  close (*ready_fd);
  *ready_fd = -1;
  detach_from_terminal ();
}

/**
 * hub_pid_file_write:
 * @path: a file
 * @error: return location
 *
 * Writes the number of the process.
 *
 * Returns: %FALSE with @error set: a %G_FILE_ERROR
 */
gboolean
hub_pid_file_write (const char *path, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, error))
    return TRUE;
  g_prefix_error (error, "the pid_file cannot be written: ");
  return FALSE;
}

/**
 * hub_pid_file_remove:
 * @path: a file
 *
 * Removes it, if it is still about this process.
 */
void
hub_pid_file_remove (const char *path)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL) && g_ascii_strtoll (text, NULL, 10) == getpid ())
    g_unlink (path);
}
