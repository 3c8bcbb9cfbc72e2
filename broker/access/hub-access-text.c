/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access-text.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

G_DEFINE_QUARK (hub_access_error, hub_access_error)

static gboolean
fail_file (GError **error, const char *path, const char *reason)
{
  g_set_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_UNREADABLE, "%s: %s", path, reason);
  return FALSE;
}

/* Not the size that is claimed, but what comes. */
static gboolean
read_all (int fd, GByteArray *bytes)
{
  guint8 buffer[16384];
  gssize n;

  while ((n = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        g_byte_array_append (bytes, buffer, (guint) n);
      if (bytes->len > HUB_ACCESS_FILE_SIZE_MAX)
        break;
    }
  return TRUE;
}

static gboolean
load (const char *path, int fd, GByteArray *bytes, GError **error)
{
  struct stat status;

  if (fd < 0 || fstat (fd, &status) < 0)
    return fail_file (error, path, g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return fail_file (error, path, "this is no file");
  if (!read_all (fd, bytes))
    return fail_file (error, path, g_strerror (errno));
  if (bytes->len > HUB_ACCESS_FILE_SIZE_MAX)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_UNREADABLE,
                   "%s: the file has more than %d bytes",
                   path,
                   HUB_ACCESS_FILE_SIZE_MAX);
      return FALSE;
    }
  return TRUE;
}

/**
 * hub_access_text_load:
 * @path: a file
 * @size: (out): number of bytes
 * @error: return location
 *
 * Reads a file of at most %HUB_ACCESS_FILE_SIZE_MAX bytes.
 *
 * Returns: (transfer full) (nullable): its bytes and a zero, or %NULL with @error set: %HUB_ACCESS_ERROR_UNREADABLE
 */
char *
hub_access_text_load (const char *path, gsize *size, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  /* A pipe without a writer must not hold up the start. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gboolean is_loaded = load (path, fd, bytes, error);

  if (fd >= 0)
    g_close (fd, NULL);
  if (!is_loaded)
    return NULL;
  *size = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

/**
 * hub_access_text_init:
 * @self: (out caller-allocates): a text; valid as long as @text and @file_name
 * @text: (array length=size) (nullable): the contents of a file; %NULL only when @size is 0
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @error: return location
 *
 * Returns: %FALSE with @error set when @text is not UTF-8
 */
gboolean
hub_access_text_init (HubAccessText *self, const char *text, gsize size, const char *file_name, GError **error)
{
  *self = (HubAccessText){ .file_name = file_name, .at = text, .end = size > 0 ? text + size : text };
  /* A zero is no text either. */
  if (size > 0 && !g_utf8_validate_len (text, size, NULL))
    return fail_file (error, file_name, "this is not a text file in UTF-8");
  if (size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    self->at += 3;
  return TRUE;
}

/**
 * hub_access_text_next:
 * @self: a text
 *
 * Goes to the next line that says something: not blank, not a comment, which begins with `#`.
 *
 * Returns: (transfer full) (nullable): that line without blanks about it, or %NULL at the end
 */
char *
hub_access_text_next (HubAccessText *self)
{
  while (self->at < self->end)
    {
      const char *line_end = memchr (self->at, '\n', (gsize) (self->end - self->at));
      g_autofree char *line = NULL;

      if (line_end == NULL)
        line_end = self->end;
      line = g_strstrip (g_strndup (self->at, (gsize) (line_end - self->at)));
      self->at = MIN (line_end + 1, self->end);
      self->line++;
      if (line[0] != '\0' && line[0] != '#')
        return g_steal_pointer (&line);
    }
  return NULL;
}

/**
 * hub_access_text_fail:
 * @self: a text
 * @error: return location
 * @code: what is wrong
 * @format: a format
 * @...: its arguments
 *
 * Sets @error, naming file and line.
 *
 * Returns: %FALSE
 */
gboolean
hub_access_text_fail (const HubAccessText *self, GError **error, HubAccessError code, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HUB_ACCESS_ERROR, (int) code, "%s:%u: %s", self->file_name, self->line, sentence);
  return FALSE;
}

/**
 * hub_access_text_decode_base64:
 * @text: base64, with its padding
 * @size: (out): number of bytes
 *
 * GLib's decoder passes over what it does not know; here that is an error, so that what is damaged does not become
 * something else.
 *
 * Returns: (transfer full) (nullable) (array length=size): the bytes, or %NULL when @text is anything else
 */
guint8 *
hub_access_text_decode_base64 (const char *text, gsize *size)
{
  g_autofree guint8 *bytes = g_base64_decode (text, size);
  g_autofree char *again = g_base64_encode (bytes, *size);

  return g_str_equal (again, text) ? g_steal_pointer (&bytes) : NULL;
}
