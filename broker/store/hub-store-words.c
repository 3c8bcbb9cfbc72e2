/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-words.h"

#include <string.h>

/*
 * Text is compared in one form, in which letters that people take for the same are the same: small and capital ones,
 * composed and decomposed ones, and the wide and narrow forms of East Asia. Accents stay: "e" is not "é".
 *
 * The index holds that form too, and finds those messages that have some trigrams of the words. Whether the words
 * themselves occur is always looked up in the text: so the same is found with the index and without it.
 */

/* Of a long question some trigrams are enough to find what may be meant. */
#define TRIGRAMS_MAX 12
#define TRIGRAM_CHARS 3

struct _HubStoreWords
{
  char **words;     /* (owned) */
  char *expression; /* (owned) (nullable) */
};

/* Cuts off what is beyond @max bytes, but no character in two. */
static void
cut (char *text, gsize max)
{
  if (strlen (text) > max)
    *g_utf8_find_prev_char (text, text + max + 1) = '\0';
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

/**
 * hub_store_fold:
 * @text: UTF-8
 *
 * Returns: (transfer full): the beginning of @text, at most %HUB_STORE_TEXT_BYTES, in the form in which text is compared
 */
char *
hub_store_fold (const char *text)
{
  g_autofree char *beginning = g_strndup (text, HUB_STORE_TEXT_BYTES + 4);
  g_autofree char *composed = NULL;
  g_autofree char *folded = NULL;
  char *result;

  cut (beginning, HUB_STORE_TEXT_BYTES);
  if (is_ascii (beginning))
    return g_ascii_strdown (beginning, -1);

  composed = g_utf8_normalize (beginning, -1, G_NORMALIZE_ALL_COMPOSE);
  folded = g_utf8_casefold (composed, -1);
  result = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
  cut (result, HUB_STORE_TEXT_BYTES);
  return result;
}

/**
 * hub_store_fold_has_trigram:
 * @text: text in the form in which it is compared
 *
 * Returns: whether it is long enough for the index to know anything of it
 */
gboolean
hub_store_fold_has_trigram (const char *text)
{
  for (guint i = 0; i < TRIGRAM_CHARS; i++, text = g_utf8_next_char (text))
    if (*text == '\0')
      return FALSE;
  return TRUE;
}

/**
 * hub_store_text_get:
 * @self: tells what a message is found by
 * @topic: its Topic Name
 * @payload: the Application Message
 *
 * Returns: (transfer full) (nullable): that, in the form in which text is compared; %NULL when nothing finds it
 */
char *
hub_store_text_get (const HubStoreText *self, HubSpan topic, HubSpan payload)
{
  g_autofree char *text = self->func != NULL ? self->func (topic, payload, self->user_data) : NULL;

  return text != NULL ? hub_store_fold (text) : NULL;
}

static guint
count_trigrams (const char *word)
{
  guint n = 0;

  for (; hub_store_fold_has_trigram (word); word = g_utf8_next_char (word))
    n++;
  return n;
}

/* In quotation marks, within which those are doubled and nothing else has a meaning. */
static void
append_trigram (GString *expression, const char *trigram)
{
  const char *end = g_utf8_offset_to_pointer (trigram, TRIGRAM_CHARS);

  g_string_append (expression, expression->len > 0 ? " AND \"" : "\"");
  for (const char *at = trigram; at < end; at++)
    {
      if (*at == '"')
        g_string_append_c (expression, '"');
      g_string_append_c (expression, *at);
    }
  g_string_append_c (expression, '"');
}

static char *
make_expression (char **words)
{
  GString *expression = g_string_new (NULL);
  guint n_all = 0;
  guint step;
  guint i = 0;

  for (char **word = words; *word != NULL; word++)
    n_all += count_trigrams (*word);
  step = (n_all + TRIGRAMS_MAX - 1) / TRIGRAMS_MAX;
  for (char **word = words; *word != NULL; word++)
    for (const char *at = *word; hub_store_fold_has_trigram (at); at = g_utf8_next_char (at))
      if (i++ % step == 0)
        append_trigram (expression, at);
  return g_string_free (expression, n_all == 0);
}

/**
 * hub_store_words_new:
 * @text: UTF-8, at most %HUB_STORE_WORDS_BYTES
 *
 * Returns: (transfer full) (nullable): the words in @text; %NULL when there are none
 */
HubStoreWords *
hub_store_words_new (const char *text)
{
  g_autofree char *folded = hub_store_fold (text);
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const char *begin = NULL;
  HubStoreWords *self;

  for (const char *at = folded;; at = g_utf8_next_char (at))
    {
      gboolean is_gap = *at == '\0' || g_unichar_isspace (g_utf8_get_char (at));

      if (!is_gap && begin == NULL)
        begin = at;
      if (is_gap && begin != NULL)
        {
          g_ptr_array_add (words, g_strndup (begin, (gsize) (at - begin)));
          begin = NULL;
        }
      if (*at == '\0')
        break;
    }
  if (words->len == 0)
    return NULL;

  g_ptr_array_add (words, NULL);
  self = g_new0 (HubStoreWords, 1);
  self->words = (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  self->expression = make_expression (self->words);
  return self;
}

/**
 * hub_store_words_free:
 * @self: (transfer full): words
 */
void
hub_store_words_free (HubStoreWords *self)
{
  g_strfreev (self->words);
  g_free (self->expression);
  g_free (self);
}

/**
 * hub_store_words_get_expression:
 * @self: words
 *
 * Returns: (transfer none) (nullable): what the index is asked, in the language of FTS5; %NULL when all words have less than
 *   three characters, so that it cannot help
 */
const char *
hub_store_words_get_expression (const HubStoreWords *self)
{
  return self->expression;
}

/**
 * hub_store_words_match:
 * @self: words
 * @text: text in the form in which it is compared
 *
 * Returns: whether all words occur in it
 */
gboolean
hub_store_words_match (const HubStoreWords *self, const char *text)
{
  for (char **word = self->words; *word != NULL; word++)
    if (strstr (text, *word) == NULL)
      return FALSE;
  return TRUE;
}
