/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-log.h"

/* Nearly every line is: nothing has to be looked up for it. */
static gboolean
is_printable_ascii (const char *line)
{
  while (*line >= ' ' && *line <= '~')
    line++;
  return *line == '\0';
}

/* Nothing that a peer sends may disturb a terminal or fake a line. */
static char *
make_printable (const char *line)
{
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  GString *printable = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (printable, g_unichar_isprint (c) ? c : '?');
    }
  return g_string_free (printable, FALSE);
}

/**
 * hub_log_line:
 * @self: a log
 * @level: how important the line is
 * @format: a format; a tabulator at its beginning indents the line
 * @...: its arguments; may hold what a peer has sent, but never a payload or a password
 *
 * Writes a line, if somebody reads that level.
 */
void
hub_log_line (const HubLog *self, HubLogLevel level, const char *format, ...)
{
  const char *indent = format[0] == '\t' ? "\t" : "";
  g_autofree char *line = NULL;
  g_autofree char *printable = NULL;
  g_autofree char *whole = NULL;
  va_list args;

  if (!hub_log_is_on (self, level))
    return;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);

  if (is_printable_ascii (line + strlen (indent)))
    {
      self->func (level, line, self->user_data);
      return;
    }
  printable = make_printable (line + strlen (indent));
  whole = g_strconcat (indent, printable, NULL);
  self->func (level, whole, self->user_data);
}
