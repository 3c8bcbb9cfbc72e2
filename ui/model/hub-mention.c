/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-mention.h"

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

/* The end of @name where @text begins with it, in whatever case; %NULL where it does not. */
static const char *
skip_name (const char *text,
           const char *name)
{
  for (; *name != '\0'; name = g_utf8_next_char (name), text = g_utf8_next_char (text))
    if (*text == '\0' || g_unichar_tolower (g_utf8_get_char (text)) != g_unichar_tolower (g_utf8_get_char (name)))
      return NULL;
  return text;
}

/**
 * hub_mention_is_in:
 * @text: what somebody has said, UTF-8 of any length
 * @name: a name
 *
 * Whether @text speaks of @name: as a whole word, in whatever case, with an @ in front of it or without. A name of one
 * letter needs the @: it is a word in too many sentences. Only the first %HUB_MENTION_CHARS characters are looked through.
 *
 * Nothing is allocated for it but a copy of the name.
 *
 * Returns: %TRUE when it does
 */
gboolean
hub_mention_is_in (const char *text,
                   const char *name)
{
  g_autofree char *wanted = g_strstrip (g_strdup (name));
  const gboolean needs_at = g_utf8_strlen (wanted, -1) < 2;
  gunichar before = 0;
  gunichar first;

  g_return_val_if_fail (text != NULL, FALSE);

  if (*wanted == '\0')
    return FALSE;
  first = g_unichar_tolower (g_utf8_get_char (wanted));
  for (guint i = 0; *text != '\0' && i < HUB_MENTION_CHARS; i++)
    {
      const gunichar c = g_utf8_get_char (text);
      const gboolean is_at = c == '@';
      const char *start = is_at ? text + 1 : text;
      const char *end = NULL;

      if (!is_word_char (before) && (is_at || (!needs_at && g_unichar_tolower (c) == first)))
        end = skip_name (start, wanted);
      if (end != NULL && (*end == '\0' || !is_word_char (g_utf8_get_char (end))))
        return TRUE;
      /* What follows an @ in the middle of a word is part of an address. */
      if (!is_at)
        before = c;
      else if (!is_word_char (before))
        before = 0;
      text = g_utf8_next_char (text);
    }
  return FALSE;
}
