/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program answers before it needs a display. */
#include <gio/gio.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *arguments[3];
  int status;
  const char *output;
  const char *complaint;
} Row;

static const Row rows[] = {
  { "help", { "--help" }, 0, "--join=ADDRESS", "" },
  { "help-commands", { "--help" }, 0, "\n  hubbub listen  print", "" },
  { "send-help", { "send", "--help" }, 0, "hubbub send [OPTION…] TEXT…", "" },
  { "listen-help", { "listen", "--help" }, 0, "--json", "" },
  { "pub-help", { "pub", "--help" }, 0, "-m, --message=TEXT", "" },
  { "sub-help", { "sub", "--help" }, 0, "-W, --timeout=SECONDS", "" },
  { "command-later", { "--version", "send" }, 1, "", "hubbub: “send” is not understood; see hubbub --help" },
  { "version", { "--version" }, 0, "hubbub ", "" },
  { "surplus", { "office-laptop" }, 1, "", "hubbub: “office-laptop” is not understood; see hubbub --help" },
  { "unknown-option", { "--joyn" }, 1, "", "--joyn" },
  { "no-address", { "--join" }, 1, "", "--join" },
  { "bad-address", { "--join", "office laptop" }, 1, "", "hubbub: A computer’s name has only letters, digits, hyphens and dots." },
  { "bad-port", { "--join", "office-laptop:65536" }, 1, "", "hubbub: The port is a number from 1 to 65535." },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  const char *arguments[5] = { g_getenv ("HUBBUB") };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;

  g_assert_nonnull (arguments[0]);
  memcpy (arguments + 1, row->arguments, sizeof row->arguments);
  process = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &complaint, &error));
  g_assert_no_error (error);

  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, row->status);
  g_test_message ("it printed: %s%s", output, complaint);
  g_assert_nonnull (strstr (output, row->output));
  g_assert_nonnull (strstr (complaint, row->complaint));
  g_assert_null (strstr (complaint, "CRITICAL"));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/app/command-line/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  return g_test_run ();
}
