/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-input.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>

#include <unistd.h>

#define PIECE_BYTES 65536

static GBytes *
read_stream (GInputStream *stream, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (PIECE_BYTES);
  gssize n;

  while ((n = g_input_stream_read (stream, piece, PIECE_BYTES, NULL, error)) > 0)
    {
      g_byte_array_append (bytes, piece, (guint) n);
      if (bytes->len > HUB_CLI_INPUT_BYTES_MAX)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _ ("a message has at most %d bytes"), HUB_CLI_INPUT_BYTES_MAX);
          return NULL;
        }
    }
  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/**
 * hub_cli_input_read_all:
 * @error: return location
 *
 * Waits for the end of the standard input.
 *
 * Returns: (transfer full): all of it, or %NULL with @error set
 */
GBytes *
hub_cli_input_read_all (GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  return read_stream (stream, error);
}

/**
 * hub_cli_input_read_file:
 * @path: of a file
 * @error: return location
 *
 * Returns: (transfer full): all that is in it, or %NULL with @error set
 */
GBytes *
hub_cli_input_read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);

  return stream != NULL ? read_stream (G_INPUT_STREAM (stream), error) : NULL;
}

/**
 * hub_cli_input_open_lines:
 *
 * Returns: (transfer full): the standard input, to be read line by line
 */
GDataInputStream *
hub_cli_input_open_lines (void)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  return g_data_input_stream_new (stream);
}
