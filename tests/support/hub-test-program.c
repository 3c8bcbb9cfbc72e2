/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-program.h"

#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>

/**
 * hub_test_program_path:
 * @self: a program
 * @name: a file in its folder
 *
 * Returns: (transfer full): the path of the file
 */
char *
hub_test_program_path (HubTestProgram *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/**
 * hub_test_program_write:
 * @self: a program
 * @name: a file in its folder
 * @text: what it is to contain
 */
void
hub_test_program_write (HubTestProgram *self, const char *name, const char *text)
{
  g_autofree char *path = hub_test_program_path (self, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/**
 * hub_test_program_read:
 * @self: a program
 * @name: a file in its folder
 *
 * Returns: (transfer full): what the file contains; nothing when it is not there
 */
char *
hub_test_program_read (HubTestProgram *self, const char *name)
{
  g_autofree char *path = hub_test_program_path (self, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

/**
 * hub_test_program_has:
 * @self: a program
 * @name: a file in its folder
 * @piece: text
 *
 * Returns: whether the file is there, and contains @piece
 */
gboolean
hub_test_program_has (HubTestProgram *self, const char *name, const char *piece)
{
  g_autofree char *text = hub_test_program_read (self, name);

  return strstr (text, piece) != NULL;
}

/**
 * hub_test_program_set_up:
 * @self: a program
 * @data: not used
 *
 * Makes the folder.
 */
void
hub_test_program_set_up (HubTestProgram *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hubbub-program-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
}

/**
 * hub_test_program_tear_down:
 * @self: a program that does not run
 * @data: not used
 *
 * Removes the folder with its files.
 */
void
hub_test_program_tear_down (HubTestProgram *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  g_assert_null (self->process);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = hub_test_program_path (self, name);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
}

static GSubprocess *
spawn (HubTestProgram *self, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_strv_builder_add (builder, g_getenv ("HUBBUB_BROKER"));
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_cwd (launcher, self->folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

/**
 * hub_test_program_run:
 * @self: a program
 * @arguments: (array zero-terminated=1): its command line
 * @output: (out) (optional): what it wrote to its standard output
 * @errors: (out) (optional): what it wrote about errors
 *
 * Runs the program to its end.
 *
 * Returns: its exit status
 */
int
hub_test_program_run (HubTestProgram *self, const char *const *arguments, char **output, char **errors)
{
  g_autoptr (GSubprocess) process = spawn (self, arguments);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (process, NULL, NULL, output, errors, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

/**
 * hub_test_program_find_port:
 * @self: a program
 * @log: the file that it logs to
 *
 * Learns from the log where it listens.
 */
void
hub_test_program_find_port (HubTestProgram *self, const char *log)
{
  static const char words[] = "ipv4 listen socket on port ";
  g_autofree char *text = hub_test_program_read (self, log);
  const char *at = strstr (text, words);

  g_assert_nonnull (at);
  self->port = (guint16) g_ascii_strtoull (at + strlen (words), NULL, 10);
}

/**
 * hub_test_program_start:
 * @self: a program
 * @config: its configuration, which has to log to the file "log"
 *
 * Starts it, and waits until it listens.
 */
void
hub_test_program_start (HubTestProgram *self, const char *config)
{
  static const char *const arguments[] = { "-c", "hub.conf", NULL };

  hub_test_program_write (self, "hub.conf", config);
  self->process = spawn (self, arguments);
  hub_test_wait_until (hub_test_program_has (self, "log", "listen socket on port"));
  hub_test_program_find_port (self, "log");
}

/**
 * hub_test_program_finish:
 * @self: a program that runs
 *
 * Ends it as a person does, which has to succeed.
 */
void
hub_test_program_finish (HubTestProgram *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  hub_test_program_wait (self);
}

/**
 * hub_test_program_wait:
 * @self: a program that was told to end
 *
 * Waits for its end, which has to be a success.
 */
void
hub_test_program_wait (HubTestProgram *self)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_clear_object (&self->process);
}

/**
 * hub_test_program_kill:
 * @self: a program that runs
 *
 * Ends it as a failure does: it has no time for anything. Its log goes, so that the next one is waited for.
 */
void
hub_test_program_kill (HubTestProgram *self)
{
  g_autofree char *log = hub_test_program_path (self, "log");
  g_autoptr (GError) error = NULL;

  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->process);
  g_assert_cmpint (g_remove (log), ==, 0);
}
