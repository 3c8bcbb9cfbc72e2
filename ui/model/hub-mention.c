/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-mention.h"

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static gboolean
has_word_char (const char *text)
{
  while (*text != '\0' && !is_word_char (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text != '\0';
}

/* Written without spaces: a word may end anywhere. */
static gboolean
is_unspaced (gunichar c)
{
  switch ((int) g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
      return TRUE;
    default:
      return c == 0x30fc;
    }
}

/* Whether a word may end between two characters; 0 is the beginning or the end of the text. */
static gboolean
is_edge (gunichar one,
         gunichar other)
{
  return !is_word_char (one) || !is_word_char (other) || is_unspaced (one) || is_unspaced (other);
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
  gboolean is_address = FALSE;
  gunichar before = 0;
  gunichar first;

  g_return_val_if_fail (text != NULL, FALSE);

  if (!has_word_char (wanted))
    return FALSE;
  first = g_unichar_tolower (g_utf8_get_char (wanted));
  for (guint i = 0; *text != '\0' && i < HUB_MENTION_CHARS; i++)
    {
      const gunichar c = g_utf8_get_char (text);
      const gboolean is_at = c == '@';
      const char *end = NULL;

      /* What follows an @ in the middle of a word is part of an address. */
      if (before != '@')
        is_address = is_at && !is_edge (before, 'x');
      if (is_at && !is_address)
        end = skip_name (text + 1, wanted);
      else if (!is_at && !is_address && !needs_at && g_unichar_tolower (c) == first && is_edge (before, c))
        end = skip_name (text, wanted);
      if (end != NULL && is_edge (g_utf8_get_char (g_utf8_prev_char (end)), *end != '\0' ? g_utf8_get_char (end) : 0))
        return TRUE;
      before = c;
      text = g_utf8_next_char (text);
    }
  return FALSE;
}
