/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-words.h"

#include <glib.h>

/* What a question means, and which text has what is asked for. */

typedef struct
{
  const char *name;
  const char *question;
  const char *text;
  gboolean is_found;
} Row;

static const Row rows[] = {
  { "whole", "hello", "hello", TRUE },
  { "part", "ell", "hello", TRUE },
  { "other", "help", "hello", FALSE },
  { "one-character", "h", "hello", TRUE },
  { "two-characters", "lo", "hello", TRUE },
  { "two-characters-other", "ol", "hello", FALSE },
  { "all-words", "room projector", "The projector is in room 4.", TRUE },
  { "all-words-but-one", "room projector cable", "The projector is in room 4.", FALSE },
  { "order", "b a", "a b", TRUE },
  { "short-and-long", "4 room", "The projector is in room 4.", TRUE },
  { "capitals-in-question", "HELLO", "hello", TRUE },
  { "capitals-in-text", "hello", "HELLO", TRUE },
  { "accents", "café", "CAFÉ au lait", TRUE },
  { "accent-missing-in-question", "cafe", "café", FALSE },
  { "accent-missing-in-text", "café", "cafe", FALSE },
  { "decomposed-text", "café", "cafe\314\201", TRUE },
  { "decomposed-question", "cafe\314\201", "café", TRUE },
  { "sharp-s", "strasse", "Straße", TRUE },
  { "greek", "ΟΔΟΣ", "οδός οδος", TRUE },
  { "cyrillic", "привет", "ПРИВЕТ, мир", TRUE },
  { "chinese", "会议室", "投影仪在四号会议室。", TRUE },
  { "chinese-two", "会议", "投影仪在四号会议室。", TRUE },
  { "chinese-one", "仪", "投影仪在四号会议室。", TRUE },
  { "chinese-other", "议会", "投影仪在四号会议室。", FALSE },
  { "japanese", "プロジェクター", "プロジェクターは4号室です", TRUE },
  { "japanese-narrow", "ﾌﾟﾛｼﾞｪｸﾀｰ", "プロジェクターは4号室です", TRUE },
  { "japanese-hiragana", "です", "プロジェクターは4号室です", TRUE },
  { "wide-latin", "abc", "ＡＢＣ", TRUE },
  { "ideographic-space", "会议\343\200\200四号", "投影仪在四号会议室。", TRUE },
  { "korean", "회의실", "4번 회의실에 있습니다", TRUE },
  { "hebrew", "שלום", "אמר שלום לכולם", TRUE },
  { "arabic", "مرحبا", "قال مرحبا للجميع", TRUE },
  { "emoji", "🎉", "done 🎉🎉", TRUE },
  { "emoji-three", "🎉🎉🎉", "done 🎉🎉🎉!", TRUE },
  { "emoji-other", "🎈", "done 🎉🎉", FALSE },
  { "emoji-joined", "👩‍🚀", "an 👩‍🚀 here", TRUE },
  { "quotation-mark", "\"", "say \"yes\"", TRUE },
  { "quotation-marks", "\"yes\"", "say \"yes\"", TRUE },
  { "quotation-marks-missing", "\"yes\"", "say yes", FALSE },
  { "apostrophe", "it's", "it's", TRUE },
  { "star", "he*", "hello", FALSE },
  { "star-itself", "he*", "he*lo", TRUE },
  { "percent", "1%0", "100", FALSE },
  { "percent-itself", "%", "100 %", TRUE },
  { "percent-short", "%", "100", FALSE },
  { "underscore", "a_c", "abc", FALSE },
  { "underscore-short", "_", "abc", FALSE },
  { "backslash", "\\", "a\\b", TRUE },
  { "and", "AND", "salt and pepper", TRUE },
  { "and-between", "salt AND pepper", "salt, pepper", FALSE },
  { "or", "salt OR sugar", "salt", FALSE },
  { "not", "NOT", "not here", TRUE },
  { "near", "NEAR(salt pepper)", "salt pepper", FALSE },
  { "near-itself", "NEAR(salt pepper)", "near(salt pepper)", TRUE },
  { "column", "text:salt", "salt", FALSE },
  { "parentheses", "(", "f(x)", TRUE },
  { "caret", "^salt", "salt", FALSE },
  { "plus", "c++", "C++ is", TRUE },
  { "minus", "-salt", "salt", FALSE },
  { "injection", "'); DROP TABLE log; --", "hello", FALSE },
  { "injection-itself", "'); DROP TABLE log; --", "x'); DROP TABLE log; --", TRUE },
  { "newline", "a\nb", "b\na", TRUE },
  { "control", "\001", "a\001b", TRUE },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (HubStoreWords) words = hub_store_words_new (row->question);
  g_autofree char *text = hub_store_fold (row->text);

  g_assert_nonnull (words);
  g_assert_cmpint (hub_store_words_match (words, text), ==, row->is_found);
}

static void
expect_expression (const char *question, const char *expected)
{
  g_autoptr (HubStoreWords) words = hub_store_words_new (question);

  g_assert_nonnull (words);
  g_assert_cmpstr (hub_store_words_get_expression (words), ==, expected);
}

static void
test_expressions (void)
{
  expect_expression ("a", NULL);
  expect_expression ("ab cd 会议", NULL);
  expect_expression ("Abc", "\"abc\"");
  expect_expression ("abcd x", "\"abc\" AND \"bcd\"");
  expect_expression ("会议室", "\"会议室\"");
  expect_expression ("a\"b", "\"a\"\"b\"");
  expect_expression ("\"\"\"", "\"\"\"\"\"\"\"\"");
  expect_expression ("abcdefghijklmn",
                     "\"abc\" AND \"bcd\" AND \"cde\" AND \"def\" AND \"efg\" AND \"fgh\" AND \"ghi\" AND \"hij\" AND \"ijk\""
                     " AND \"jkl\" AND \"klm\" AND \"lmn\"");
  expect_expression ("abcdefghijklmno",
                     "\"abc\" AND \"cde\" AND \"efg\" AND \"ghi\" AND \"ijk\" AND \"klm\" AND \"mno\"");
}

static void
test_no_words (void)
{
  static const char *const questions[] = { "", " ", "\t\n\r ", "\302\240", "\343\200\200" };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    g_assert_null (hub_store_words_new (questions[i]));
}

/* The beginning of a text is searched, and a character is never cut in two. */
static void
test_long_text (void)
{
  for (gsize size = HUB_STORE_TEXT_BYTES - 4; size <= HUB_STORE_TEXT_BYTES + 1; size++)
    {
      g_autofree char *fill = g_strnfill (size - 3, 'x');
      g_autofree char *ascii = g_strconcat (fill, "end", NULL);
      g_autofree char *wide = g_strconcat (fill, "会", NULL);
      g_autofree char *folded_ascii = hub_store_fold (ascii);
      g_autofree char *folded_wide = hub_store_fold (wide);

      g_assert_cmpint (g_str_has_suffix (folded_ascii, "end"), ==, size <= HUB_STORE_TEXT_BYTES);
      g_assert_cmpint (g_str_has_suffix (folded_wide, "会"), ==, size <= HUB_STORE_TEXT_BYTES);
      g_assert_true (g_utf8_validate (folded_wide, -1, NULL));
      g_assert_cmpuint (strlen (folded_ascii), <=, HUB_STORE_TEXT_BYTES);
    }
}

/* One character that becomes eighteen. */
static void
test_growing_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *folded = NULL;

  while (text->len + 3 <= HUB_STORE_TEXT_BYTES)
    g_string_append (text, "\357\267\272");
  folded = hub_store_fold (text->str);
  g_assert_true (g_utf8_validate (folded, -1, NULL));
  g_assert_cmpuint (strlen (folded), <=, HUB_STORE_TEXT_BYTES);
  g_assert_cmpuint (strlen (folded), >, HUB_STORE_TEXT_BYTES - 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/store/words/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/store/words/expressions", test_expressions);
  g_test_add_func ("/store/words/none", test_no_words);
  g_test_add_func ("/store/words/long-text", test_long_text);
  g_test_add_func ("/store/words/growing-text", test_growing_text);
  return g_test_run ();
}
