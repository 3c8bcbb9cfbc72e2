/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-options.h"

G_BEGIN_DECLS

/**
 * HubCliFrameFunc:
 * @command: what was given to hub_cli_frame_run()
 * @argc: how many arguments are left
 * @argv: what is left of the command line: the command, and what is no option
 * @status: (out): the exit status
 * @error: return location
 *
 * Does what a command is there for.
 *
 * Returns: %FALSE with @error set when the command line is wrong
 */
typedef gboolean (*HubCliFrameFunc) (gpointer command, int argc, char **argv, int *status, GError **error);

int hub_cli_frame_run (HubCliOptions *options,
                       GOptionContext *context,
                       int argc,
                       char **argv,
                       HubCliFrameFunc func,
                       gpointer command);
gboolean hub_cli_frame_check_rest (int argc, char **argv, GError **error);

G_END_DECLS
