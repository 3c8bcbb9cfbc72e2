/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-excerpt.h"
#include "ui/model/hub-fold.h"
#include "ui/model/hub-search.h"

#include <string.h>

typedef struct
{
  HubSearch *search;
  GString *asked; /* "query/before " for each question */
} Fixture;

static void
ask_cb (HubSearch *search,
        guint64 before,
        gpointer user_data)
{
  g_string_append_printf (user_data, "%s/%" G_GUINT64_FORMAT " ", hub_search_get_query (search), before);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->search = hub_search_new ();
  fixture->asked = g_string_new (NULL);
  g_signal_connect (fixture->search, "ask", G_CALLBACK (ask_cb), fixture->asked);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_cmpstr (fixture->asked->str, ==, "");
  g_string_free (fixture->asked, TRUE);
  g_assert_finalize_object (fixture->search);
}

static void
assert_asked (Fixture *fixture,
              const char *expected)
{
  g_assert_cmpstr (fixture->asked->str, ==, expected);
  g_string_truncate (fixture->asked, 0);
}

static void
assert_words (Fixture *fixture,
              const char *expected)
{
  g_autofree char *words = hub_search_dup_words (fixture->search);

  g_assert_cmpstr (words, ==, expected);
}

static GPtrArray *
items_of (guint n_items)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    {
      g_autofree char *text = g_strdup_printf ("item %u", i);

      g_ptr_array_add (items, hub_message_item_new (&(HubMessageParams){ .name = i == 1 ? "Tea" : "Ada", .text = text }));
    }
  return items;
}

static void
take (Fixture *fixture,
      guint n_items,
      guint64 before)
{
  g_autoptr (GPtrArray) items = items_of (n_items);

  hub_search_take (fixture->search, items, before);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (hub_search_get_results (fixture->search));
}

static void
test_pages (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("A search asks for the newest, and for more when they are wanted, until there are none");

  assert_words (fixture, "");
  hub_search_start (fixture->search, " tea ", FALSE);
  assert_asked (fixture, "tea/0 ");
  assert_words (fixture, "Searching…");
  hub_search_more (fixture->search);
  take (fixture, 2, 17);
  assert_words (fixture, "The newest 2 results");
  hub_search_more (fixture->search);
  hub_search_more (fixture->search);
  assert_asked (fixture, "tea/17 ");
  take (fixture, 1, 0);
  assert_words (fixture, "3 results");
  hub_search_more (fixture->search);
  g_assert_cmpuint (count (fixture), ==, 3);

  hub_search_start (fixture->search, "\n", FALSE);
  assert_asked (fixture, "/0 ");
  g_assert_cmpint (hub_search_get_state (fixture->search), ==, HUB_SEARCH_STATE_IDLE);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_nothing (Fixture *fixture,
              gconstpointer data)
{
  g_test_summary ("Where nothing was found so far it goes on by itself, but not for ever");

  hub_search_start (fixture->search, "tea", TRUE);
  g_assert_true (hub_search_get_is_everywhere (fixture->search));
  take (fixture, 0, 100);
  take (fixture, 0, 50);
  assert_asked (fixture, "tea/0 tea/100 tea/50 ");
  take (fixture, 0, 50);
  assert_words (fixture, "No results for “tea”");
  hub_search_start (fixture->search, "tea", TRUE);
  take (fixture, 1, 0);
  assert_words (fixture, "1 result");
  assert_asked (fixture, "tea/0 ");
}

static void
test_failed (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GPtrArray) items = items_of (3);

  g_test_summary ("No answer is told, and a host without a search, too: then what is held is searched, names and texts");

  hub_search_start (fixture->search, "tea", FALSE);
  hub_search_fail (fixture->search);
  assert_words (fixture, "The host does not answer.");
  hub_search_more (fixture->search);
  assert_asked (fixture, "tea/0 ");

  hub_search_start (fixture->search, "TEA", FALSE);
  hub_search_take_held (fixture->search, items);
  assert_words (fixture, "1 result. This host has no search: only what is held here was searched.");
  hub_search_start (fixture->search, "item", FALSE);
  hub_search_take_held (fixture->search, items);
  g_assert_cmpuint (count (fixture), ==, 3);
  assert_asked (fixture, "TEA/0 item/0 ");
}

static void
test_limit (Fixture *fixture,
            gconstpointer data)
{
  g_test_summary ("Not more results are held than anybody reads");

  hub_search_start (fixture->search, "tea", FALSE);
  take (fixture, HUB_SEARCH_RESULTS_MAX - 1, 500);
  hub_search_more (fixture->search);
  take (fixture, 2, 400);
  g_assert_cmpuint (count (fixture), ==, HUB_SEARCH_RESULTS_MAX);
  hub_search_more (fixture->search);
  assert_asked (fixture, "tea/0 tea/500 ");
}

static void
test_query (Fixture *fixture,
            gconstpointer data)
{
  g_autofree char *just = g_strnfill (HUB_SEARCH_QUERY_BYTES, 'x');
  g_autofree char *longer = g_strconcat (just, "x", NULL);
  g_autofree char *asked = g_strconcat (just, "/0 ", NULL);

  g_test_summary ("Blanks of any kind are nothing to search for, and what no host takes is said to be too long");

  hub_search_start (fixture->search, "　\302\240", FALSE);
  assert_asked (fixture, "/0 ");
  g_assert_cmpint (hub_search_get_state (fixture->search), ==, HUB_SEARCH_STATE_IDLE);
  hub_search_start (fixture->search, "　tea　", FALSE);
  assert_asked (fixture, "tea/0 ");
  hub_search_start (fixture->search, just, FALSE);
  assert_asked (fixture, asked);
  hub_search_start (fixture->search, longer, FALSE);
  assert_asked (fixture, "/0 ");
  assert_words (fixture, "That is more than can be searched for.");
}

static void
test_excerpt (void)
{
  static const struct
  {
    const char *text;
    const char *query;
    const char *markup;
  } rows[] = {
    { "Tea at four", "tea", "<b>Tea</b> at four" },
    { "tea, TEA\nand more  tea", "tea", "<b>tea</b>, <b>TEA</b> and more <b>tea</b>" },
    { "<b>&amp; tea", "tea", "&lt;b&gt;&amp;amp; <b>tea</b>" },
    { "a<b", "<", "a<b>&lt;</b>b" },
    { "green tea for two", "two green", "<b>green</b> tea for <b>two</b>" },
    { "\303\211t\303\251", "\303\251t", "<b>\303\211t</b>\303\251" },
    { "nothing", "tea", "nothing" },
    /* As the host compares */
    { "Große Straße", "STRASSE", "Große <b>Straße</b>" },
    { "groß", "s", "gro<b>ß</b>" },
    { "Cafe\314\201, café, cafe", "CAFÉ", "<b>Cafe\314\201</b>, <b>café</b>, cafe" },
    { "Café, cafe", "cafe", "Café, <b>cafe</b>" },
    { "ｶﾞｷﾞ ＡＢＣ", "abc ガ", "<b>ｶﾞ</b>ｷﾞ <b>ＡＢＣ</b>" },
    { "한글", "\341\204\222\341\205\241\341\206\253", "<b>한</b>글" },
    { "\341\204\222\341\205\241\341\206\253글", "한", "<b>\341\204\222\341\205\241\341\206\253</b>글" },
    { "会議室4ですね", "　議室　", "会<b>議室</b>4ですね" },
    { "teas tea", "tea teas", "<b>teas</b> <b>tea</b>" },
    { "green  tea", "green　TEA", "<b>green tea</b>" },
    { "", "tea", "" },
    { "tea", "", "tea" },
  };

  g_test_summary ("What was searched for is bold, in whatever case; the rest is text");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *markup = hub_excerpt_markup (rows[i].text, rows[i].query);

      g_assert_cmpstr (markup, ==, rows[i].markup);
    }
}

static void
test_hit (void)
{
  g_autofree char *blanks = g_strnfill (HUB_FOLD_BYTES - 3, ' ');
  g_autofree char *within = g_strconcat (blanks, "tea", NULL);
  g_autofree char *beyond = g_strconcat (" ", blanks, "tea", NULL);
  g_autofree char *cut = g_strconcat (blanks, "茶茶", NULL);

  g_test_summary ("All words are to be there, in the name or in the beginning of the text");

  g_assert_false (hub_excerpt_has_hit (NULL, "tea", ""));
  g_assert_false (hub_excerpt_has_hit ("Ada", "tea", " 　"));
  g_assert_true (hub_excerpt_has_hit (NULL, "green TEA", "tea"));
  g_assert_true (hub_excerpt_has_hit ("Ada", "green TEA", "tea ada"));
  g_assert_false (hub_excerpt_has_hit ("Ada", "green TEA", "tea ada linus"));
  g_assert_false (hub_excerpt_has_hit ("Ada", "te a", "tea"));
  g_assert_true (hub_excerpt_has_hit (NULL, within, "tea"));
  g_assert_false (hub_excerpt_has_hit (NULL, beyond, "tea"));
  g_assert_true (hub_excerpt_has_hit (NULL, cut, "茶"));
  g_assert_false (hub_excerpt_has_hit (NULL, cut, "茶茶"));
}

static void
test_excerpt_long (void)
{
  g_autofree char *just = g_strnfill (HUB_EXCERPT_CHARS, 'x');
  g_autofree char *longer = g_strnfill (HUB_EXCERPT_CHARS + 1, 'x');
  g_autofree char *far = g_strconcat (longer, " tea ", longer, NULL);
  g_autofree char *of_just = hub_excerpt_markup (just, "tea");
  g_autofree char *of_longer = hub_excerpt_markup (longer, "tea");
  g_autofree char *of_far = hub_excerpt_markup (far, "tea");

  g_test_summary ("Of a long text the part around the first hit is shown");

  g_assert_cmpstr (of_just, ==, just);
  g_assert_true (g_str_has_suffix (of_longer, "x…"));
  g_assert_cmpint (g_utf8_strlen (of_longer, -1), ==, HUB_EXCERPT_CHARS + 1);
  g_assert_true (g_str_has_prefix (of_far, "…x"));
  g_assert_true (g_str_has_suffix (of_far, "x…"));
  g_assert_nonnull (strstr (of_far, "x <b>tea</b> x"));
  g_assert_cmpint (g_utf8_strlen (of_far, -1), ==, HUB_EXCERPT_CHARS + 2 + (int) strlen ("<b></b>"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define add(path, func) g_test_add ("/ui/search/" path, Fixture, NULL, set_up, func, tear_down)

  add ("pages", test_pages);
  add ("nothing", test_nothing);
  add ("failed", test_failed);
  add ("limit", test_limit);
  add ("query", test_query);
#undef add
  g_test_add_func ("/ui/search/excerpt", test_excerpt);
  g_test_add_func ("/ui/search/hit", test_hit);
  g_test_add_func ("/ui/search/excerpt-long", test_excerpt_long);

  return g_test_run ();
}
