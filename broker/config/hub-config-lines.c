/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-lines.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Whoever has a larger file has named the wrong one. */
#define FILE_BYTES_MAX (4 * 1024 * 1024)

#define READ_SIZE (64 * 1024)

/* What is quoted of a value, in characters. */
#define QUOTED_MAX 60

typedef struct
{
  HubConfigLineFunc func;
  gpointer user_data; /* (unowned) */
  gboolean is_included;
} Reader;

static gboolean
fail_unreadable (GError **error, const char *path, const char *reason)
{
  g_set_error (error, HUB_CONFIG_ERROR, HUB_CONFIG_ERROR_UNREADABLE, "%s: %s", path, reason);
  return FALSE;
}

/* To its end, whatever it is: "-c <(...)" is a pipe. */
static GByteArray *
read_all (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gssize n = -1;

  if (fd >= 0)
    while ((n = read (fd, buffer, READ_SIZE)) > 0 || (n < 0 && errno == EINTR))
      {
        g_byte_array_append (bytes, buffer, (guint) MAX (n, 0));
        if (bytes->len > FILE_BYTES_MAX)
          break;
      }
  if (n < 0)
    fail_unreadable (error, path, g_strerror (errno));
  if (fd >= 0)
    g_close (fd, NULL);

  if (n > 0)
    fail_unreadable (error, path, "this is too large for a configuration: at most 4194304 bytes are read");
  return n == 0 ? g_steal_pointer (&bytes) : NULL;
}

static gboolean read_file (const Reader *self, const char *path, GError **error);

/* As Mosquitto: by letters, and of the same letter the capital first. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *one = *(const char *const *) a;
  const char *other = *(const char *const *) b;
  int order = g_ascii_strcasecmp (one, other);

  return order != 0 ? order : strcmp (one, other);
}

static gboolean
include_folder (const Reader *self, const HubConfigLine *line, GError **error)
{
  const Reader included = { self->func, self->user_data, TRUE };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *quoted = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (self->is_included)
    return hub_config_fail (&line->place,
                            HUB_CONFIG_ERROR_BAD_VALUE,
                            error,
                            "include_dir is followed in the main file alone");
  if (line->value[0] == '\0')
    return hub_config_fail (&line->place, HUB_CONFIG_ERROR_BAD_VALUE, error, "the option 'include_dir' needs a value");
  dir = g_dir_open (line->value, 0, NULL);
  if (dir == NULL)
    {
      int saved = errno;

      quoted = hub_config_quote (line->value);
      return hub_config_fail (&line->place,
                              HUB_CONFIG_ERROR_UNREADABLE,
                              error,
                              "include_dir: %s cannot be read: %s",
                              quoted,
                              g_strerror (saved));
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    if (strlen (name) > strlen (".conf") && g_str_has_suffix (name, ".conf"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (line->value, g_ptr_array_index (names, i), NULL);

      if (!read_file (&included, path, error))
        return FALSE;
    }
  return TRUE;
}

/* What stands in a comment is nobody's business. */
static gboolean
read_line (const Reader *self, char *text, gsize size, const HubConfigPlace *place, GError **error)
{
  HubConfigLine line = { .place = *place };
  gsize name_size;
  char *value;

  while (size > 0 && g_ascii_isspace (*text))
    {
      text++;
      size--;
    }
  if (size == 0 || *text == '#')
    return TRUE;
  if (memchr (text, '\0', size) != NULL || !g_utf8_validate (text, (gssize) size, NULL))
    return hub_config_fail (place, HUB_CONFIG_ERROR_UNREADABLE, error, "this is no text in UTF-8");

  name_size = strcspn (text, " \t\r");
  value = text + name_size;
  if (*value != '\0')
    *value++ = '\0';
  line.name = text;
  line.value = g_strstrip (value);
  if (g_str_equal (line.name, "include_dir"))
    return include_folder (self, &line, error);
  return self->func (&line, self->user_data, error);
}

static gboolean
read_text (const Reader *self, const char *text, gsize size, const char *file_name, GError **error)
{
  HubConfigPlace place = { .file_name = file_name };
  const char *end;

  if (size == 0)
    return TRUE;
  end = text + size;
  if (size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  while (text < end)
    {
      const char *line_end = memchr (text, '\n', (gsize) (end - text));
      gsize line_size = (gsize) ((line_end != NULL ? line_end : end) - text);
      g_autofree char *copy = g_malloc (line_size + 1);

      memcpy (copy, text, line_size);
      copy[line_size] = '\0';
      place.line++;
      if (!read_line (self, copy, line_size, &place, error))
        return FALSE;
      text = line_end != NULL ? line_end + 1 : end;
    }
  return TRUE;
}

static gboolean
read_file (const Reader *self, const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = read_all (path, error);

  return bytes != NULL && read_text (self, (const char *) bytes->data, bytes->len, path, error);
}

/**
 * hub_config_lines_parse:
 * @text: (array length=size): the contents of a file, as Mosquitto's
 * @size: number of bytes
 * @file_name: what to call it in errors
 * @func: called with each line that sets an option
 * @user_data: for @func
 * @error: return location
 *
 * Reads lines: a name, blanks, a value. Empty lines and those that begin with `#` are skipped. They may end as on Windows,
 * and the last one without an end. The files of an `include_dir` are read where it stands.
 *
 * Returns: %FALSE with @error set, naming file and line, when a line is no text or @func has failed
 */
gboolean
hub_config_lines_parse (const char *text,
                        gsize size,
                        const char *file_name,
                        HubConfigLineFunc func,
                        gpointer user_data,
                        GError **error)
{
  const Reader reader = { .func = func, .user_data = user_data };

  return read_text (&reader, text, size, file_name, error);
}

/**
 * hub_config_lines_load:
 * @path: a file
 * @func: called with each line that sets an option
 * @user_data: for @func
 * @error: return location
 *
 * Reads the lines of a file: [func@Hub.config_lines_parse].
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_config_lines_load (const char *path, HubConfigLineFunc func, gpointer user_data, GError **error)
{
  const Reader reader = { .func = func, .user_data = user_data };

  return read_file (&reader, path, error);
}

/**
 * hub_config_fail:
 * @place: where the mistake is
 * @code: what kind of mistake
 * @error: return location
 * @format: a sentence
 * @...: its arguments
 *
 * Sets @error to the sentence, behind file and line.
 *
 * Returns: %FALSE
 */
gboolean
hub_config_fail (const HubConfigPlace *place, HubConfigError code, GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HUB_CONFIG_ERROR, (int) code, "%s:%u: %s", place->file_name, place->line, sentence);
  return FALSE;
}

/**
 * hub_config_quote:
 * @text: what a file says, UTF-8
 *
 * Returns: (transfer full): @text in quotation marks, short and printable
 */
char *
hub_config_quote (const char *text)
{
  GString *quoted = g_string_new ("'");
  guint count = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (count++ == QUOTED_MAX)
        {
          g_string_append (quoted, "…");
          break;
        }
      g_string_append_unichar (quoted, g_unichar_isprint (c) ? c : '?');
    }
  g_string_append_c (quoted, '\'');
  return g_string_free (quoted, FALSE);
}
