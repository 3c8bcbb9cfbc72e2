/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-excerpt.h"

#include "ui/model/hub-fold.h"

#include <string.h>

/* So many characters stand before the first hit. */
#define LEAD_CHARS 60

#define ELLIPSIS "\342\200\246"

/* What is bold in a line. */
typedef struct
{
  char *folded;              /* (owned) */
  GArray *sources;           /* (owned) (element-type HubFoldSource) */
  const char *const *wanted; /* (unowned) folded */
} Hits;

/* The first hit at @start of the line or behind it. */
static gboolean
find_hit (const Hits *hits,
          guint start,
          HubFoldSource *hit)
{
  for (guint i = 0; i < hits->sources->len; i++)
    {
      const HubFoldSource *first = &g_array_index (hits->sources, HubFoldSource, i);
      gsize size = 0;

      if (first->start < start)
        continue;
      for (guint k = 0; hits->wanted[k] != NULL; k++)
        if (g_str_has_prefix (hits->folded + i, hits->wanted[k]))
          size = MAX (size, strlen (hits->wanted[k]));
      if (size == 0)
        continue;
      *hit = (HubFoldSource){ first->start, g_array_index (hits->sources, HubFoldSource, i + size - 1).end };
      return TRUE;
    }
  return FALSE;
}

/* The text in one line, as far as it is searched. */
static char *
to_line (const char *text)
{
  GString *line = g_string_new (NULL);
  gboolean is_space = TRUE;

  for (; *text != '\0' && line->len < HUB_FOLD_BYTES; text = g_utf8_next_char (text))
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

/* Cuts off what is beyond the part of a message that is searched. */
static char *
beginning (const char *text)
{
  const char *end = text + strnlen (text, HUB_FOLD_BYTES);

  return g_strndup (text, (gsize) ((*end != '\0' ? g_utf8_find_prev_char (text, end + 1) : end) - text));
}

/**
 * hub_excerpt_has_hit:
 * @name: (nullable): who has said something, UTF-8
 * @text: what, UTF-8
 * @query: what is searched for
 *
 * Returns: whether all words of @query are in @name or @text; never when there are none
 */
gboolean
hub_excerpt_has_hit (const char *name,
                     const char *text,
                     const char *query)
{
  g_autofree char *searched = NULL;
  g_autofree char *both = NULL;
  g_autofree char *folded = NULL;
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (text != NULL && query != NULL, FALSE);

  searched = beginning (text);
  both = g_strconcat (name != NULL ? name : "", "\n", searched, NULL);
  folded = hub_fold (both, NULL);
  words = hub_fold_words (query);
  for (char **word = words; *word != NULL; word++)
    if (strstr (folded, *word) == NULL)
      return FALSE;
  return words[0] != NULL;
}

/* The part of the line in which the hits are bold. */
static void
append_part (GString *markup,
             const char *line,
             guint start,
             guint limit,
             const Hits *hits)
{
  HubFoldSource hit;

  while (find_hit (hits, start, &hit) && hit.end <= limit)
    {
      append_escaped (markup, line + start, line + hit.start);
      g_string_append (markup, "<b>");
      append_escaped (markup, line + hit.start, line + hit.end);
      g_string_append (markup, "</b>");
      start = hit.end;
    }
  append_escaped (markup, line + start, line + limit);
}

/**
 * hub_excerpt_markup:
 * @text: what somebody has said, UTF-8 of any length
 * @query: what was searched for
 *
 * Cuts out what stands around the first hit, in one line, and makes Pango markup of it in which each hit is bold. A hit is
 * @query as a whole, or where that is nowhere, one of its words, as the host compares them. All else is escaped.
 *
 * Returns: (transfer full): the markup
 */
char *
hub_excerpt_markup (const char *text,
                    const char *query)
{
  g_autofree char *line = NULL;
  g_autofree char *whole = NULL;
  g_auto (GStrv) words = NULL;
  g_autofree char *folded = NULL;
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (HubFoldSource));
  GString *markup = g_string_new (NULL);
  HubFoldSource hit;
  const char *start;
  const char *limit;

  g_return_val_if_fail (text != NULL && query != NULL, NULL);

  line = to_line (text);
  folded = hub_fold (line, sources);
  words = hub_fold_words (query);
  whole = g_strjoinv (" ", words);
  const char *const whole_alone[] = { whole, NULL };
  Hits hits = { folded, sources, whole_alone };

  if (!find_hit (&hits, 0, &hit))
    hits.wanted = (const char *const *) words;
  start = line;
  if (*skip_chars (line, HUB_EXCERPT_CHARS) != '\0' && find_hit (&hits, 0, &hit) &&
      g_utf8_pointer_to_offset (line, line + hit.start) > LEAD_CHARS)
    start = g_utf8_offset_to_pointer (line + hit.start, -LEAD_CHARS);
  limit = skip_chars (start, HUB_EXCERPT_CHARS);
  if (start > line)
    g_string_append (markup, ELLIPSIS);
  append_part (markup, line, (guint) (start - line), (guint) (limit - line), &hits);
  if (*limit != '\0')
    g_string_append (markup, ELLIPSIS);
  return g_string_free (markup, FALSE);
}
