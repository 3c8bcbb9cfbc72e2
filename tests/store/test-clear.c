/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* The log is cleared: nothing of it is found any more, nor is it in the file, and it goes on as another one. */

/* A word that is nowhere else in a database. */
#define WORD "heliotrope"

/* What follows it: enough for a file that is worth to be made smaller. */
#define TEXT_BYTES 1000

typedef struct
{
  HubTestStore *test;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer durability)
{
  fixture->test = hub_test_store_new ();
  fixture->test->options.durability = (HubStoreDurability) GPOINTER_TO_INT (durability);
  fixture->test->options.text.func = hub_test_store_text;
}

static void
tear_down (Fixture *fixture, gconstpointer durability)
{
  hub_test_store_free (fixture->test);
}

static void
say_much (HubTestStore *test, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *topic = g_strdup_printf ("room/%u", i % 7);
      g_autofree char *rest = g_strnfill (TEXT_BYTES, 'x');
      g_autofree char *text = g_strdup_printf (WORD " %u %s", i, rest);

      g_assert_cmpuint (hub_test_store_record (test, topic, text), >, 0);
      if (i % 100 == 99)
        hub_test_store_flush (test);
    }
}

static void
expect_empty (HubTestStore *test)
{
  g_autofree char *topics = hub_test_store_find_topics (test, "#", 10);
  g_autofree char *found = hub_test_store_search (test, "#", WORD, &(HubStoreRange){ .limit = 10 });

  hub_test_store_assert_found (test, "#", (HubStoreRange){ .limit = 10 }, "");
  g_assert_cmpstr (topics, ==, "");
  g_assert_cmpstr (found, ==, "");
}

/* What comes afterwards has higher numbers, in a log with another UUID. */
static void
test_clear (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *id = NULL;
  g_autofree char *next_id = NULL;

  hub_test_store_open (test);
  id = g_strdup (hub_store_get_log_id (test->store));
  say_much (test, 20);
  hub_test_store_flush (test);
  hub_store_clear_log (test->store);
  next_id = g_strdup (hub_store_get_log_id (test->store));
  g_assert_cmpstr (next_id, !=, id);
  g_assert_true (g_uuid_string_is_valid (next_id));
  hub_test_store_flush (test);
  expect_empty (test);

  g_assert_cmpuint (hub_test_store_record (test, "room/1", "after it"), ==, 21);
  hub_test_store_flush (test);
  hub_test_store_assert_found (test, "#", (HubStoreRange){ .limit = 10 }, "21");
  if (GPOINTER_TO_INT (durability) == HUB_STORE_OFF)
    return;
  hub_test_store_reopen (test);
  g_assert_cmpstr (hub_store_get_log_id (test->store), ==, next_id);
  hub_test_store_assert_found (test, "#", (HubStoreRange){ .limit = 10 }, "21");
}

/* Within one turn: what was said before goes, and what was said after it stays. */
static void
test_one_turn (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  hub_test_store_record (test, "t", "before");
  hub_store_clear_log (test->store);
  hub_test_store_record (test, "t", "after");
  hub_test_store_flush (test);
  hub_test_store_assert_found (test, "#", (HubStoreRange){ .limit = 10 }, "2");
}

static void
test_empty (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  hub_store_clear_log (test->store);
  hub_store_clear_log (test->store);
  hub_test_store_flush (test);
  expect_empty (test);
  g_assert_cmpuint (test->n_failed, ==, 0);
}

/* Retained messages and sessions are no history. */
static void
test_others_stay (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  hub_test_store_open (test);
  for (guint turn = 0; turn < HUB_TEST_WORK_TURNS; turn++)
    hub_test_store_work (test, turn, 10);
  hub_test_store_flush (test);
  hub_store_clear_log (test->store);
  hub_test_store_flush (test);
  expect_empty (test);
  before = hub_test_store_describe (test);
  hub_test_store_reopen (test);
  after = hub_test_store_describe (test);
  g_assert_cmpstr (before, !=, "");
  g_assert_cmpstr (after, ==, before);
}

static gboolean
file_has (const char *path, const char *word)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  return memmem (bytes, size, word, strlen (word)) != NULL;
}

/* Neither its text nor the index of it is in unused pages, and the file gets small again. */
static void
test_overwritten (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  gint64 n_pages;

  hub_test_store_open (test);
  say_much (test, 1000);
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  hub_test_store_reopen (test);
  g_assert_true (file_has (test->path, WORD));
  g_assert_cmpint (hub_test_store_get_int (test, "SELECT count(*) FROM search_0_data"), >, 3);
  n_pages = hub_test_store_get_int (test, "PRAGMA page_count");

  /* The index of a file that was just opened, too: nothing of it was read yet. */
  hub_store_clear_log (test->store);
  hub_test_store_flush (test);
  expect_empty (test);
  g_assert_cmpint (hub_test_store_get_int (test, "SELECT count(*) FROM search_0_data"), <=, 3);
  hub_test_wait_until (hub_test_store_get_int (test, "PRAGMA page_count") < n_pages);
  hub_test_store_reopen (test);
  g_assert_false (file_has (test->path, WORD));
  say_much (test, 1);
  hub_test_store_flush (test);
  hub_test_store_assert_found (test, "#", (HubStoreRange){ .limit = 10 }, "1001");
}

static void
add (const char *name, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *on_disk = g_strconcat ("/store/clear/disk/", name, NULL);
  g_autofree char *in_memory = g_strconcat ("/store/clear/memory/", name, NULL);

  g_test_add (on_disk, Fixture, GINT_TO_POINTER (HUB_STORE_PROCESS), set_up, func, tear_down);
  g_test_add (in_memory, Fixture, GINT_TO_POINTER (HUB_STORE_OFF), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("clear", test_clear);
  add ("one-turn", test_one_turn);
  add ("empty", test_empty);
  g_test_add ("/store/clear/disk/others-stay", Fixture, GINT_TO_POINTER (HUB_STORE_PROCESS), set_up, test_others_stay, tear_down);
  g_test_add ("/store/clear/disk/overwritten", Fixture, GINT_TO_POINTER (HUB_STORE_FULL), set_up, test_overwritten, tear_down);
  return g_test_run ();
}
