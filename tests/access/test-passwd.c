/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-password-file.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-wait.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* The program hubbub-broker passwd. */

#define WORDS_MAX 8

typedef struct
{
  char *folder; /* (owned) */
  char *path;   /* (owned): of a password file that is not there yet */
  char *output; /* (owned) (nullable): of the last run */
  char *errors; /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = hub_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "passwords", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_folder_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->output);
  g_free (fixture->errors);
}

static GSubprocess *
spawn (const char *const *words, GSubprocessLauncher *launcher)
{
  const char *argv[WORDS_MAX + 3] = { g_getenv ("HUBBUB_BROKER"), "passwd" };
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_assert_nonnull (argv[0]);
  for (guint i = 0; words[i] != NULL; i++)
    argv[i + 2] = words[i];
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

/* Runs it with what standard input says; %NULL: nothing. Returns whether it was content. */
static gboolean
run (Fixture *fixture, const char *input, const char *const *words)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = spawn (words, launcher);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->output, g_free);
  g_clear_pointer (&fixture->errors, g_free);
  g_subprocess_communicate_utf8 (process, input, NULL, &fixture->output, &fixture->errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process) == 0;
}

#define RUN(fixture, input, ...) run (fixture, input, (const char *const[]){ __VA_ARGS__, NULL })

static void
expect_error (const Fixture *fixture, const char *pattern)
{
  g_assert_cmpstr (fixture->output, ==, "");
  if (!g_pattern_match_simple (pattern, fixture->errors))
    g_error ("'%s' is not like '%s'", fixture->errors, pattern);
}

static gboolean
is_password (const Fixture *fixture, const char *user, const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubPasswordFile) file = hub_password_file_load (fixture->path, &error);

  g_assert_no_error (error);
  return hub_password_file_verify (file, user, hub_span_from_string (password));
}

static guint
mode_of (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_mode & 07777;
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_true (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", "first"));
  g_assert_cmpstr (fixture->output, ==, "User 'ann' is added.\n");
  g_assert_cmpstr (fixture->errors, ==, "");
  g_assert_cmpuint (mode_of (fixture->path), ==, 0600);
  g_assert_true (is_password (fixture, "ann", "first"));

  g_assert_true (RUN (fixture, "of bob\nmore\n", fixture->path, "bob"));
  g_assert_true (is_password (fixture, "bob", "of bob"));
  g_assert_true (RUN (fixture, NULL, "-b", fixture->path, "ann", "second"));
  g_assert_cmpstr (fixture->output, ==, "The password of user 'ann' is changed.\n");
  g_assert_true (is_password (fixture, "ann", "second"));
  g_assert_true (is_password (fixture, "bob", "of bob"));

  g_assert_true (RUN (fixture, NULL, "-D", fixture->path, "ann"));
  g_assert_cmpstr (fixture->output, ==, "User 'ann' is deleted.\n");
  g_assert_false (is_password (fixture, "ann", "second"));
  g_assert_true (is_password (fixture, "bob", "of bob"));

  /* Nobody is left, and whoever did that is told what a broker thinks of it. */
  g_assert_true (RUN (fixture, NULL, "-D", fixture->path, "bob"));
  g_assert_true (g_pattern_match_simple ("*a broker does not take this file: *there is no user in it*", fixture->errors));
  text = hub_test_folder_read (fixture->folder, "passwords");
  g_assert_cmpstr (text, ==, "");
}

/* One line of standard input, with or without an end. */
static void
test_input (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (HUB_PASSWORD_SIZE_MAX, 'p');
  g_autofree char *too_long = g_strconcat (longest, "p\n", NULL);
  struct
  {
    const char *input;
    const char *password; /* NULL: it is refused */
    const char *error;
  } rows[] = {
    { "a\n", "a", NULL },
    { "a", "a", NULL },
    { "a\r\n", "a", NULL },
    { " a b \n", " a b ", NULL },
    { "a\nb\n", "a", NULL },
    { "\xff\n", "\xff", NULL },
    { longest, longest, NULL },
    { too_long, NULL, "*the password has 65536 bytes, at most 65535 are possible\n" },
    { "\n", NULL, "*the password is empty\n" },
    { "", NULL, "*there is no password on standard input\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *words[] = { "-c", fixture->path, "ann", NULL };
      g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
      g_autoptr (GSubprocess) process = spawn (words, launcher);
      g_autoptr (GBytes) input = g_bytes_new_static (rows[i].input, strlen (rows[i].input));
      g_autoptr (GBytes) errors = NULL;
      g_autoptr (GError) error = NULL;

      g_subprocess_communicate (process, input, NULL, NULL, &errors, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_subprocess_get_exit_status (process) == 0, ==, rows[i].password != NULL);
      if (rows[i].password != NULL)
        {
          g_assert_true (is_password (fixture, "ann", rows[i].password));
          g_assert_cmpint (g_unlink (fixture->path), ==, 0);
        }
      else
        {
          g_autofree char *text = g_strndup (g_bytes_get_data (errors, NULL), g_bytes_get_size (errors));

          g_assert_true (g_pattern_match_simple (rows[i].error, text));
          g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
        }
    }
}

/* What is not an entry of this user stays byte by byte. */
static void
test_others (Fixture *fixture, gconstpointer data)
{
  static const char *const before = "# ours\r\n\nbob:clear text\nzoe:$argon2id$x";
  g_autofree char *path = hub_test_folder_write (fixture->folder, "passwords", before);
  g_autofree char *after = NULL;

  g_assert_cmpint (g_chmod (path, 0664), ==, 0);
  g_assert_true (RUN (fixture, NULL, "-b", path, "ann", "x"));
  g_assert_true (g_pattern_match_simple ("*does not take this file: *passwords:3: *'bob'*", fixture->errors));
  after = hub_test_folder_read (fixture->folder, "passwords");
  g_assert_true (g_str_has_prefix (after, before));
  g_assert_true (g_str_has_prefix (after + strlen (before), "\nann:$7$100000$"));
  g_assert_cmpuint (mode_of (path), ==, 0644);
}

/* Whoever may read it still may, since a broker may run as somebody else; but nobody else may write. */
static void
test_mode (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int before;
    guint after;
  } rows[] = {
    { 0600, 0600 },
    { 0640, 0640 },
    { 0644, 0644 },
    { 0604, 0604 },
    { 0660, 0640 },
    { 0777, 0644 },
  };

  g_assert_true (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", "x"));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (g_chmod (fixture->path, rows[i].before), ==, 0);
      g_assert_true (RUN (fixture, NULL, "-b", fixture->path, "bob", "y"));
      g_assert_cmpuint (mode_of (fixture->path), ==, rows[i].after);
    }
}

/* A group that who runs this may give a file to: another one than that of new files, if there is one. */
static gid_t
find_group (void)
{
  gid_t groups[64];
  int n = getgroups (G_N_ELEMENTS (groups), groups);

  for (int i = 0; i < n; i++)
    if (groups[i] != getegid ())
      return groups[i];
  return geteuid () == 0 ? getegid () + 1 : getegid ();
}

/* Through a group may read it who has no file of his own: a service of systemd. */
static void
test_group (Fixture *fixture, gconstpointer data)
{
  gid_t group = find_group ();
  struct stat status;

  g_assert_true (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", "x"));
  g_assert_cmpint (chown (fixture->path, (uid_t) -1, group), ==, 0);
  g_assert_cmpint (g_chmod (fixture->path, 0640), ==, 0);
  g_assert_true (RUN (fixture, NULL, "-b", fixture->path, "ann", "y"));
  g_assert_true (RUN (fixture, NULL, "-b", fixture->path, "bob", "z"));
  g_assert_true (RUN (fixture, NULL, "-D", fixture->path, "bob"));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_gid, ==, group);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0640);
  g_assert_cmpuint (status.st_uid, ==, geteuid ());
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = hub_test_folder_write (fixture->folder, "other", "a:x:0\n");
  g_autofree char *text = hub_test_folder_write (fixture->folder, "text", "ann:x\nThis is a text.\n");
  g_autofree char *link_path = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *kept = NULL;

  g_assert_false (RUN (fixture, NULL, "-b", fixture->path, "ann", "x"));
  expect_error (fixture, "hubbub-broker: there is no file *; -c creates it\n");
  g_assert_false (RUN (fixture, NULL, "-c", "-b", text, "ann", "x"));
  expect_error (fixture, "hubbub-broker: there is a file * already; *\n");
  g_assert_false (RUN (fixture, NULL, "-b", fixture->folder, "ann", "x"));
  expect_error (fixture, "hubbub-broker: cannot open *: Is a directory\n");
  g_assert_false (RUN (fixture, NULL, "-b", other, "ann", "x"));
  expect_error (fixture, "hubbub-broker: *other:1: this is not USER:HASH; nothing in the file was changed\n");
  g_assert_false (RUN (fixture, NULL, "-D", text, "ann"));
  expect_error (fixture, "hubbub-broker: *text:2: this is not USER:HASH; nothing *\n");
  g_assert_cmpint (symlink ("nowhere", link_path), ==, 0);
  g_assert_false (RUN (fixture, NULL, "-D", link_path, "ann"));
  expect_error (fixture, "hubbub-broker: there is no file *\n");

  g_assert_false (RUN (fixture, NULL, fixture->path));
  expect_error (fixture, "hubbub-broker: FILE and USER are needed, and no more; *\n");
  g_assert_false (RUN (fixture, NULL, fixture->path, "ann", "x"));
  expect_error (fixture, "hubbub-broker: FILE and USER are needed, and no more; *\n");
  g_assert_false (RUN (fixture, NULL, "-b", fixture->path, "ann"));
  expect_error (fixture, "hubbub-broker: FILE, USER and PASSWORD are needed, *\n");
  g_assert_false (RUN (fixture, NULL, "-c", "-D", fixture->path, "ann"));
  expect_error (fixture, "hubbub-broker: -D does not go together with -c\n");
  g_assert_false (RUN (fixture, NULL, "-b", "-D", fixture->path, "ann", "x"));
  expect_error (fixture, "hubbub-broker: -D does not go together with -b\n");
  g_assert_false (RUN (fixture, NULL, "--nonsense"));
  expect_error (fixture, "hubbub-broker: *--nonsense*\n");
  g_assert_false (RUN (fixture, NULL, "-c", "-b", fixture->path, "a:b", "x"));
  expect_error (fixture, "hubbub-broker: the user name holds a colon\n");
  g_assert_false (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", ""));
  expect_error (fixture, "hubbub-broker: the password is empty\n");

  /* Nothing was made, nothing was changed, and nothing is left beside. */
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  kept = hub_test_folder_read (fixture->folder, "text");
  g_assert_cmpstr (kept, ==, "ann:x\nThis is a text.\n");
}

/* Where the file is reached by a symbolic link, that stays one. */
static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link_path = g_build_filename (fixture->folder, "link", NULL);

  g_assert_cmpint (symlink ("passwords", link_path), ==, 0);
  g_assert_true (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", "x"));
  g_assert_true (RUN (fixture, NULL, "-b", link_path, "bob", "y"));
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (is_password (fixture, "ann", "x"));
  g_assert_true (is_password (fixture, "bob", "y"));
}

/* Many at the same time: each one's change is there afterwards. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  GSubprocess *processes[8];

  g_assert_true (RUN (fixture, NULL, "-c", "-b", fixture->path, "ann", "x"));
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autofree char *user = g_strdup_printf ("user %u", i);
      const char *words[] = { "-b", fixture->path, user, user, NULL };

      processes[i] = spawn (words, launcher);
    }
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_subprocess_wait_check (processes[i], NULL, &error);
      g_assert_no_error (error);
      g_object_unref (processes[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (processes); i++)
    {
      g_autofree char *user = g_strdup_printf ("user %u", i);

      g_assert_true (is_password (fixture, user, user));
    }
}

/* --- At a terminal --- */

typedef struct
{
  int master;
  int slave;
  GSubprocess *process; /* (owned) */
  GInputStream *errors; /* (unowned) */
} Terminal;

static gboolean
has_echo (const Terminal *self)
{
  struct termios settings;

  g_assert_cmpint (tcgetattr (self->slave, &settings), ==, 0);
  return (settings.c_lflag & ECHO) != 0;
}

static void
terminal_init (Terminal *self, const char *const *words)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  self->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint (self->master, >=, 0);
  g_assert_cmpint (grantpt (self->master), ==, 0);
  g_assert_cmpint (unlockpt (self->master), ==, 0);
  self->slave = open (ptsname (self->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (self->slave, >=, 0);
  g_assert_true (has_echo (self));

  g_subprocess_launcher_take_stdin_fd (launcher, fcntl (self->slave, F_DUPFD_CLOEXEC, 3));
  self->process = spawn (words, launcher);
  self->errors = g_subprocess_get_stderr_pipe (self->process);
}

/* Waits for exactly this. */
static void
terminal_expect (Terminal *self, const char *text)
{
  g_autofree char *read = g_malloc0 (strlen (text) + 1);
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all (self->errors, read, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read, ==, text);
}

static void
terminal_type (Terminal *self, const char *text)
{
  g_assert_false (has_echo (self));
  g_assert_cmpint (write (self->master, text, strlen (text)), ==, strlen (text));
}

/* Waits for the end. Nothing of what was typed has been shown, and what is typed next will be. */
static void
terminal_end (Terminal *self)
{
  char shown[64];
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (has_echo (self));
  g_assert_cmpint (read (self->master, shown, sizeof shown), ==, -1);
  close (self->master);
  close (self->slave);
}

static void
test_terminal (Fixture *fixture, gconstpointer data)
{
  const char *const words[] = { "-c", fixture->path, "ann", NULL };
  Terminal terminal;

  terminal_init (&terminal, words);
  terminal_expect (&terminal, "Password: ");
  terminal_type (&terminal, "open sesame\n");
  terminal_expect (&terminal, "\nPassword, again: ");
  terminal_type (&terminal, "open sesame\n");
  terminal_expect (&terminal, "\n");
  terminal_end (&terminal);
  g_assert_cmpint (g_subprocess_get_exit_status (terminal.process), ==, 0);
  g_assert_true (is_password (fixture, "ann", "open sesame"));
  g_object_unref (terminal.process);
}

static void
test_terminal_differs (Fixture *fixture, gconstpointer data)
{
  const char *const words[] = { "-c", fixture->path, "ann", NULL };
  Terminal terminal;

  terminal_init (&terminal, words);
  terminal_expect (&terminal, "Password: ");
  terminal_type (&terminal, "open sesame\n");
  terminal_expect (&terminal, "\nPassword, again: ");
  terminal_type (&terminal, "open sesam\n");
  terminal_expect (&terminal, "\nhubbub-broker: the two passwords are not the same\n");
  terminal_end (&terminal);
  g_assert_cmpint (g_subprocess_get_exit_status (terminal.process), ==, 1);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_object_unref (terminal.process);
}

/* A signal ends it as any program, and the terminal is what it was. */
static void
test_terminal_signal (Fixture *fixture, gconstpointer data)
{
  static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
  const struct rlimit no_core = { 0 };

  g_assert_cmpint (setrlimit (RLIMIT_CORE, &no_core), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      const char *const words[] = { "-c", fixture->path, "ann", NULL };
      Terminal terminal;

      /* Whoever runs the tests may have had it ignored, as a shell does in the background. GLib resets some, not all. */
      signal (numbers[i], SIG_DFL);
      terminal_init (&terminal, words);
      terminal_expect (&terminal, "Password: ");
      g_assert_false (has_echo (&terminal));
      g_subprocess_send_signal (terminal.process, numbers[i]);
      terminal_end (&terminal);
      g_assert_true (g_subprocess_get_if_signaled (terminal.process));
      g_assert_cmpint (g_subprocess_get_term_sig (terminal.process), ==, numbers[i]);
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
      g_object_unref (terminal.process);
    }
}

/* Waits until the last signal has been taken or thrown away: what is typed before counts as typed before. */
static void
terminal_wait_no_signal (Terminal *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (self->process));
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  g_autofree char *status = NULL;

  do
    {
      g_clear_pointer (&status, g_free);
      g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
      g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
    }
  while (strstr (status, "ShdPnd:\t0000000000000000") == NULL);
}

/* One that is ignored, as a shell has it in the background, stays so. */
static void
test_terminal_signal_ignored (Fixture *fixture, gconstpointer data)
{
  const char *const words[] = { "-c", fixture->path, "ann", NULL };
  Terminal terminal;

  signal (SIGQUIT, SIG_IGN);
  terminal_init (&terminal, words);
  terminal_expect (&terminal, "Password: ");
  g_assert_cmpint (kill ((pid_t) atoi (g_subprocess_get_identifier (terminal.process)), SIGQUIT), ==, 0);
  terminal_wait_no_signal (&terminal);
  terminal_type (&terminal, "open sesame\n");
  terminal_expect (&terminal, "\nPassword, again: ");
  terminal_type (&terminal, "open sesame\n");
  terminal_expect (&terminal, "\n");
  terminal_end (&terminal);
  g_assert_cmpint (g_subprocess_get_exit_status (terminal.process), ==, 0);
  g_object_unref (terminal.process);
  signal (SIGQUIT, SIG_DFL);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/access/passwd/life", test_life },
    { "/access/passwd/input", test_input },
    { "/access/passwd/others", test_others },
    { "/access/passwd/mode", test_mode },
    { "/access/passwd/group", test_group },
    { "/access/passwd/errors", test_errors },
    { "/access/passwd/link", test_link },
    { "/access/passwd/together", test_together },
    { "/access/passwd/terminal", test_terminal },
    { "/access/passwd/terminal-differs", test_terminal_differs },
    { "/access/passwd/terminal-signal", test_terminal_signal },
    { "/access/passwd/terminal-signal-ignored", test_terminal_signal_ignored },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
