/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-excerpt.h"

#include <string.h>

/* So many characters stand before the first hit. */
#define LEAD_CHARS 60

#define ELLIPSIS "\342\200\246"

/* The end of @wanted where @text begins with it, in whatever case; %NULL where it does not. */
static const char *
skip_wanted (const char *text,
             const char *wanted)
{
  for (; *wanted != '\0'; wanted = g_utf8_next_char (wanted), text = g_utf8_next_char (text))
    if (*text == '\0' || g_unichar_tolower (g_utf8_get_char (text)) != g_unichar_tolower (g_utf8_get_char (wanted)))
      return NULL;
  return text;
}

/* The next of @wanted in @text: where it begins, and where it ends. */
static const char *
find_hit (const char *text,
          const char *const *wanted,
          const char **end)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    for (guint i = 0; wanted[i] != NULL; i++)
      if (*wanted[i] != '\0' && (*end = skip_wanted (text, wanted[i])) != NULL)
        return text;
  return NULL;
}

/* The text in one line. */
static char *
to_line (const char *text)
{
  GString *line = g_string_new (NULL);
  gboolean is_space = TRUE;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      const gunichar c = g_utf8_get_char (text);

      if (!g_unichar_isspace (c))
        g_string_append_unichar (line, c);
      else if (!is_space)
        g_string_append_c (line, ' ');
      is_space = g_unichar_isspace (c);
    }
  return g_string_free (line, FALSE);
}

static void
append_escaped (GString *markup,
                const char *start,
                const char *end)
{
  g_autofree char *escaped = g_markup_escape_text (start, end - start);

  g_string_append (markup, escaped);
}

/* Up to @n_chars characters behind @text. */
static const char *
skip_chars (const char *text,
            guint n_chars)
{
  for (; n_chars > 0 && *text != '\0'; n_chars--)
    text = g_utf8_next_char (text);
  return text;
}

/**
 * hub_excerpt_has_hit:
 * @text: UTF-8
 * @query: what is searched for
 *
 * Returns: whether @query is in @text, in whatever case; never when it is empty
 */
gboolean
hub_excerpt_has_hit (const char *text,
                     const char *query)
{
  const char *const wanted[] = { query, NULL };
  const char *end;

  g_return_val_if_fail (text != NULL && query != NULL, FALSE);

  return find_hit (text, wanted, &end) != NULL;
}

/**
 * hub_excerpt_markup:
 * @text: what somebody has said, UTF-8 of any length
 * @query: what was searched for
 *
 * Cuts out what stands around the first hit, in one line, and makes Pango markup of it in which each hit is bold. A hit is
 * @query as a whole, or where that is nowhere, one of its words. All else is escaped.
 *
 * Returns: (transfer full): the markup
 */
char *
hub_excerpt_markup (const char *text,
                    const char *query)
{
  g_autofree char *line = NULL;
  const char *const whole[] = { query, NULL };
  g_auto (GStrv) words = NULL;
  const char *const *wanted = whole;
  GString *markup = g_string_new (NULL);
  const char *start;
  const char *limit;
  const char *hit;
  const char *end = NULL;

  g_return_val_if_fail (text != NULL && query != NULL, NULL);

  line = to_line (text);
  words = g_strsplit_set (query, " \t\n", -1);
  hit = find_hit (line, wanted, &end);
  if (hit == NULL)
    {
      wanted = (const char *const *) words;
      hit = find_hit (line, wanted, &end);
    }

  start = line;
  if (*skip_chars (line, HUB_EXCERPT_CHARS) != '\0' && hit != NULL && g_utf8_pointer_to_offset (line, hit) > LEAD_CHARS)
    start = g_utf8_offset_to_pointer (hit, -LEAD_CHARS);
  limit = skip_chars (start, HUB_EXCERPT_CHARS);
  if (start > line)
    g_string_append (markup, ELLIPSIS);
  while (hit != NULL && end <= limit)
    {
      append_escaped (markup, start, hit);
      g_string_append (markup, "<b>");
      append_escaped (markup, hit, end);
      g_string_append (markup, "</b>");
      start = end;
      hit = find_hit (end, wanted, &end);
    }
  append_escaped (markup, start, limit);
  if (*limit != '\0')
    g_string_append (markup, ELLIPSIS);
  return g_string_free (markup, FALSE);
}
