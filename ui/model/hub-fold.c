/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-fold.h"

/* What stands on a narrow kana, though it is no mark. */
static gboolean
is_on_kana (gunichar c)
{
  return c == 0xff9e || c == 0xff9f;
}

static gboolean
is_between (gunichar c,
            gunichar first,
            gunichar last)
{
  return c >= first && c <= last;
}

/* Behind a letter with what stands on it, or a syllable of Korean in its parts: what is one letter when it is composed. */
static const char *
skip_letter (const char *text)
{
  const gunichar first = g_utf8_get_char (text);

  text = g_utf8_next_char (text);
  if (is_between (first, 0x1100, 0x115f) && is_between (g_utf8_get_char (text), 0x1160, 0x11a7))
    {
      text = g_utf8_next_char (text);
      if (is_between (g_utf8_get_char (text), 0x11a8, 0x11ff))
        text = g_utf8_next_char (text);
    }
  while (*text != '\0' && (g_unichar_ismark (g_utf8_get_char (text)) || is_on_kana (g_utf8_get_char (text))))
    text = g_utf8_next_char (text);
  return text;
}

static void
append_letter (GString *folded,
               const char *start,
               const char *end)
{
  g_autofree char *composed = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *result = NULL;

  if (end - start == 1)
    {
      g_string_append_c (folded, g_ascii_tolower (*start));
      return;
    }
  composed = g_utf8_normalize (start, end - start, G_NORMALIZE_ALL_COMPOSE);
  lower = g_utf8_casefold (composed, -1);
  result = g_utf8_normalize (lower, -1, G_NORMALIZE_ALL_COMPOSE);
  g_string_append (folded, result);
}

/**
 * hub_fold:
 * @text: UTF-8
 * @sources: (nullable) (element-type HubFoldSource): takes, for each byte of the result, where it comes from
 *
 * Brings text into the form in which the host compares it: small and capital letters are the same, and so are composed and
 * decomposed, wide and narrow ones. Accents stay.
 *
 * Returns: (transfer full): that form
 */
char *
hub_fold (const char *text,
          GArray *sources)
{
  GString *folded = g_string_new (NULL);
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *at = text; *at != '\0'; at = end)
    {
      HubFoldSource source;

      end = skip_letter (at);
      append_letter (folded, at, end);
      source = (HubFoldSource){ (guint) (at - text), (guint) (end - text) };
      while (sources != NULL && sources->len < folded->len)
        g_array_append_val (sources, source);
    }
  return g_string_free (folded, FALSE);
}

/**
 * hub_fold_words:
 * @query: what is searched for
 *
 * Returns: (transfer full): its words, in the form in which they are compared; blanks of any kind are between them
 */
char **
hub_fold_words (const char *query)
{
  g_autofree char *folded = NULL;
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *start = NULL;
  const char *at;

  g_return_val_if_fail (query != NULL, NULL);

  folded = hub_fold (query, NULL);
  for (at = folded; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (!g_unichar_isspace (g_utf8_get_char (at)))
        {
          start = start != NULL ? start : at;
          continue;
        }
      if (start != NULL)
        g_ptr_array_add (words, g_strndup (start, (gsize) (at - start)));
      start = NULL;
    }
  if (start != NULL)
    g_ptr_array_add (words, g_strdup (start));
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_steal (words, NULL);
}

/**
 * hub_fold_strip:
 * @text: UTF-8
 *
 * Returns: (transfer full): @text without the blanks around it, of any kind
 */
char *
hub_fold_strip (const char *text)
{
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);

  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  end = text;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isspace (g_utf8_get_char (at)))
      end = g_utf8_next_char (at);
  return g_strndup (text, (gsize) (end - text));
}
