/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-frame.h"

#include "app/cli/hub-cli-words.h"

#include <glib/gi18n-lib.h>

/* How every command begins and ends. */

/**
 * hub_cli_frame_run:
 * @options: the options that were added to @context; they are cleared at the end
 * @context: (transfer full): what reads the command line
 * @argc: how many arguments
 * @argv: the command line, from the command on
 * @func: what is done when it was read, unless there is nothing more to do
 * @command: for @func
 *
 * Reads the command line, does what it says, and complains where it is wrong.
 *
 * Returns: the exit status
 */
int
hub_cli_frame_run (HubCliOptions *options,
                   GOptionContext *context,
                   int argc,
                   char **argv,
                   HubCliFrameFunc func,
                   gpointer command)
{
  g_autoptr (GError) error = NULL;
  int status;

  if (hub_cli_options_read (options, context, &argc, &argv, &status, &error))
    func (command, argc, argv, &status, &error);
  if (error != NULL)
    status = hub_cli_refuse (error);
  hub_cli_options_clear (options);
  g_option_context_free (context);
  return status;
}

/**
 * hub_cli_frame_check_rest:
 * @argc: how many arguments are left
 * @argv: what is left of the command line
 * @error: return location
 *
 * For commands that take nothing but options.
 *
 * Returns: %FALSE with @error set when there is more
 */
gboolean
hub_cli_frame_check_rest (int argc, char **argv, GError **error)
{
  return argc <= 1 || hub_cli_fail (error, _ ("“%s” is not understood"), argv[1]);
}
