/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-output.h"

#include <gio/gio.h>

#include <errno.h>
#include <stdio.h>

/**
 * hub_cli_print:
 * @data: bytes
 * @size: how many
 * @error: return location
 *
 * Writes them to the standard output, at once: whoever reads it through a pipe waits for each message.
 *
 * Returns: %FALSE with @error set, a %G_IO_ERROR, when it does not take them
 */
gboolean
hub_cli_print (const char *data, gsize size, GError **error)
{
  if (fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}
