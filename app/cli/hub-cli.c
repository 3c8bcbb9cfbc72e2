/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli.h"

#include "app/cli/hub-cli-listen.h"
#include "app/cli/hub-cli-pub.h"
#include "app/cli/hub-cli-send.h"
#include "app/cli/hub-cli-sub.h"

#include <glib/gi18n-lib.h>

/* The commands for scripts: they have no window, need no display, and are no application of the desktop. */

typedef struct
{
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} Command;

static const Command commands[] = {
  { "send", N_ ("say something in the chat"), hub_cli_send },
  { "listen", N_ ("print what is said in the chat"), hub_cli_listen },
  { "pub", N_ ("publish any message, as mosquitto_pub does"), hub_cli_pub },
  { "sub", N_ ("print any messages, as mosquitto_sub does"), hub_cli_sub },
};

/**
 * hub_cli_run:
 * @argc: how many arguments
 * @argv: the command line of the program
 * @status: (out): the exit status
 *
 * Does what a command line is about that begins with a command.
 *
 * Returns: %FALSE when it does not
 */
gboolean
hub_cli_run (int argc, char **argv, int *status)
{
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      {
        g_autofree char *name = g_strconcat ("hubbub ", commands[i].name, NULL);

        g_set_prgname (name);
        *status = commands[i].run (argc - 1, argv + 1);
        return TRUE;
      }
  return FALSE;
}

/**
 * hub_cli_dup_summary:
 *
 * Returns: (transfer full): the commands, for the help of the program
 */
char *
hub_cli_dup_summary (void)
{
  GString *text = g_string_new (_ ("Commands for scripts, each with a --help of its own:"));

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  hubbub %-8s%s", commands[i].name, _ (commands[i].summary));
  return g_string_free (text, FALSE);
}
