/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-store-schema.h"
#include "broker/store/hub-store-search.h"

#include <sqlite3.h>

/* Searching the log: the same is found with the index, without it, with a part of it, and in memory. */

typedef struct
{
  HubTestStore *test; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->test = hub_test_store_new ();
  fixture->test->options.durability = HUB_STORE_PROCESS;
  fixture->test->options.text.func = hub_test_store_text;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_store_free (fixture->test);
}

static void
expect (HubTestStore *test, const char *filter, const char *text, HubStoreRange range, const char *expected)
{
  g_autofree char *found = hub_test_store_search (test, filter, text, &range);

  g_assert_cmpstr (found, ==, expected);
}

static void
expect_all (HubTestStore *test, const char *text, const char *expected)
{
  expect (test, "#", text, (HubStoreRange){ .limit = 100 }, expected);
}

static gint64
get_mark (const HubTestStore *test)
{
  return hub_test_store_get_int (test, "SELECT searched FROM meta");
}

/* How the messages of a test are to be found. */
typedef enum
{
  WITH_INDEX,
  WITHOUT_INDEX,
  WITH_A_PART,
  IN_MEMORY,
} Way;

static const char *const ways[] = { "with-index", "without-index", "with-a-part", "in-memory" };

static void
begin (HubTestStore *test, Way way)
{
  if (way == IN_MEMORY)
    hub_test_store_open_in_memory (test);
  else
    hub_test_store_open (test);
}

static void
settle (HubTestStore *test, Way way)
{
  if (way == IN_MEMORY)
    return;
  hub_test_store_flush (test);
  if (way != WITHOUT_INDEX)
    hub_test_store_wait_for_index (test);
}

static const char *const messages[] = {
  "The projector is in room 4.",
  "THE CABLE IS ON THE DESK",
  "投影仪在四号会议室。",
  "プロジェクターは4号室です",
  "Le café est près de la fenêtre",
  "say \"yes\" AND * NEAR(x)",
  "100 % of a_b",
  "שלום לכולם 🎉🎉🎉",
  "ab",
};

static void
record (HubTestStore *test, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    hub_test_store_record (test, i % 2 == 0 ? "messages" : "messages/den", messages[i]);
}

/* What is found, whatever the way. */
static void
test_messages (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  Way way = (Way) GPOINTER_TO_INT (data);
  guint half = G_N_ELEMENTS (messages) / 2;

  begin (test, way);
  record (test, 0, half);
  if (way == WITH_A_PART)
    settle (test, way);
  record (test, half, G_N_ELEMENTS (messages));
  settle (test, way == WITH_A_PART ? WITHOUT_INDEX : way);

  expect_all (test, "projector", "1");
  expect_all (test, "the", "1 2");
  expect_all (test, "the room", "1");
  expect_all (test, "cable", "2");
  expect_all (test, "会议室", "3");
  expect_all (test, "会议", "3");
  expect_all (test, "号", "3 4");
  expect_all (test, "プロジェクター", "4");
  expect_all (test, "CAFÉ", "5");
  expect_all (test, "cafe", "");
  expect_all (test, "\"yes\"", "6");
  expect_all (test, "AND", "6");
  expect_all (test, "NEAR(x)", "6");
  expect_all (test, "*", "6");
  expect_all (test, "%", "7");
  expect_all (test, "_", "7");
  expect_all (test, "a_b", "7");
  expect_all (test, "🎉", "8");
  expect_all (test, "🎉🎉🎉", "8");
  expect_all (test, "שלום", "8");
  expect_all (test, "a", "2 5 6 7 9");
  expect_all (test, "nothing of this", "");
  expect_all (test, "zz", "");
  expect_all (test, "' OR 1=1 --", "");

  expect (test, "messages", "a", (HubStoreRange){ .limit = 100 }, "5 7 9");
  expect (test, "messages/den", "the", (HubStoreRange){ .limit = 100 }, "2");
  expect (test, "messages/+", "the", (HubStoreRange){ .limit = 100 }, "2");
  expect (test, "other/#", "the", (HubStoreRange){ .limit = 100 }, "");
  expect (test, "#", "a", (HubStoreRange){ .limit = 2 }, "7 9 more<7");
  expect (test, "#", "a", (HubStoreRange){ .limit = 2, .before = 7 }, "5 6 more<3");
  expect (test, "#", "a", (HubStoreRange){ .limit = 2, .before = 3 }, "2");
  expect (test, "#", "the", (HubStoreRange){ .limit = 1 }, "2 more<2");
  expect (test, "#", "the", (HubStoreRange){ .limit = 2 }, "1 2");
  expect (test, "#", "the", (HubStoreRange){ .limit = 2, .after = 1 }, "2");
}

/* One that was recorded a moment ago, whether it is durable or not. */
static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  begin (test, (Way) GPOINTER_TO_INT (data));
  for (guint i = 1; i <= 50; i++)
    {
      g_autofree char *payload = g_strdup_printf ("number%u.", i);
      g_autofree char *expected = g_strdup_printf ("%u", i);

      hub_test_store_record (test, "t", payload);
      test->funcs->commit (test->store, TRUE);
      expect_all (test, payload, expected);
    }
}

static void
test_no_text (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  Way way = (Way) GPOINTER_TO_INT (data);

  begin (test, way);
  hub_test_store_record (test, "t", "\377found");
  hub_test_store_record (test, "t", "");
  hub_test_store_record (test, "t", "found");
  settle (test, way);
  expect_all (test, "found", "3");
  expect_all (test, "f", "3");
}

/* Random words out of few letters, looked for by brute force as well, in pages, while the index is made. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autoptr (GPtrArray) payloads = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  test->options.retention.max_messages = 1500;
  hub_test_store_open (test);
  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GString) found = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      HubStoreRange range = { .limit = (guint) g_rand_int_range (random, 1, 40) };
      char word[8] = "";
      gsize size = (gsize) g_rand_int_range (random, 1, 7);
      gint64 first;

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (GString) payload = g_string_new (NULL);

          for (guint k = 0; k < 30; k++)
            g_string_append_c (payload, (char) ('a' + g_rand_int_range (random, 0, 4)));
          hub_test_store_record (test, "t", payload->str);
          g_ptr_array_add (payloads, g_strdup (payload->str));
        }
      hub_test_store_flush (test);
      if (round % 3 == 0)
        hub_test_store_wait_for_index (test);

      for (gsize i = 0; i < size; i++)
        word[i] = (char) ('a' + g_rand_int_range (random, 0, 4));
      first = hub_test_store_get_int (test, "SELECT min (seq) FROM log");
      for (gint64 seq = payloads->len; seq >= first; seq--)
        if (strstr (g_ptr_array_index (payloads, seq - 1), word) != NULL)
          g_string_append_printf (expected, "%" G_GINT64_FORMAT " ", seq);
      do
        {
          g_autofree char *page = hub_test_store_search (test, "#", word, &range);
          g_auto (GStrv) numbers = NULL;
          char *more = strstr (page, " more<");

          range.before = more != NULL ? g_ascii_strtoull (more + strlen (" more<"), NULL, 10) : 0;
          if (more != NULL)
            *more = '\0';
          numbers = g_strsplit (page, " ", -1);
          for (guint i = g_strv_length (numbers); i > 0; i--)
            g_string_append_printf (found, "%s ", numbers[i - 1]);
        }
      while (range.before != 0);
      g_assert_cmpstr (g_strstrip (found->str), ==, g_strstrip (expected->str));
    }
}

/* What the log has forgotten is in the index no longer than as much again has come. */
static void
test_pruning (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  test->options.retention.max_messages = 300;
  hub_test_store_open (test);
  for (guint i = 1; i <= 3000; i++)
    {
      g_autofree char *payload = g_strdup_printf ("number%u.", i);

      hub_test_store_record (test, "t", payload);
      if (i % 300 == 0)
        {
          hub_test_store_flush (test);
          hub_test_store_wait_for_index (test);
        }
    }
  expect_all (test, "number2700.", "");
  expect_all (test, "number2701.", "2701");
  expect_all (test, "number3000.", "3000");
  hub_test_wait_until (hub_test_store_get_int (test, "SELECT min (first) FROM search_part WHERE first > 0") > 2100);
  /* What is left is the index of 900 messages at most. */
  hub_test_store_close (test);
  g_assert_cmpint (hub_test_store_get_int (test, "SELECT sum (length (block)) FROM search_0_data"), <, 40000);
  g_assert_cmpint (hub_test_store_get_int (test, "SELECT sum (length (block)) FROM search_1_data"), <, 40000);
}

/* The log has forgotten everything, and goes on. */
static void
test_emptied (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  HubStoreRetention retention = { .max_age_ms = 1000 };

  hub_test_store_open (test);
  hub_test_store_record (test, "t", "of long ago");
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  hub_store_set_retention (test->store, &retention);
  test->funcs->commit (test->store, TRUE);
  hub_test_wait_until (hub_test_store_get_int (test, "SELECT count (*) FROM log") == 0);
  hub_test_wait_until (hub_test_store_get_int (test, "SELECT max (first) FROM search_part") == 0);
  expect_all (test, "long", "");
  retention.max_age_ms = 0;
  hub_store_set_retention (test->store, &retention);
  hub_test_store_record (test, "t", "long again");
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  expect_all (test, "long", "2");
}

/* Goes on where it was, and what lies behind the mark is found all the same. */
static void
test_reopen (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  gint64 mark;

  hub_test_store_open (test);
  hub_test_store_record (test, "t", "first words");
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  hub_test_store_record (test, "t", "second words");
  hub_test_store_close (test);
  mark = get_mark (test);
  hub_test_store_open (test);
  expect_all (test, "words", "1 2");
  g_assert_cmpint (mark, ==, 1);
  hub_test_store_wait_for_index (test);
  g_assert_cmpint (get_mark (test), ==, 2);
  expect_all (test, "words", "1 2");
}

/* A program that does not know what messages are found by leaves the index to one that does. */
static void
test_without_func (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  test->options.text.func = NULL;
  hub_test_store_open (test);
  for (guint i = 0; i < 300; i++)
    hub_test_store_record (test, "t", "some words");
  hub_test_store_flush (test);
  expect_all (test, "words", "");
  hub_test_store_close (test);
  g_assert_cmpint (get_mark (test), ==, 0);
  test->options.text.func = hub_test_store_text;
  hub_test_store_open (test);
  hub_test_store_wait_for_index (test);
  expect (test, "t", "words", (HubStoreRange){ .limit = 2, .before = 3 }, "1 2");
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

/* While the index has much to catch up on, who waits for an acknowledgement waits for one step of it at most. */
static void
test_out_of_the_way (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  gint64 times[15];
  gint64 mark = 0;

  test->options.text.func = NULL;
  hub_test_store_open (test);
  for (guint i = 0; i < 30000; i++)
    {
      while (test->funcs->is_full (test->store))
        hub_test_store_flush (test);
      hub_test_store_record (test, "t", "some words of a message, as people write them, and some of them more than that");
      if (i % 100 == 0)
        test->funcs->commit (test->store, FALSE);
    }
  hub_test_store_close (test);

  test->options.text.func = hub_test_store_text;
  hub_test_store_open (test);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 start_us;

      /* It is at work. */
      hub_test_wait_until (get_mark (test) > mark);
      mark = get_mark (test);
      start_us = g_get_monotonic_time ();
      hub_test_store_record (test, "t", "another one");
      hub_test_store_flush (test);
      times[i] = g_get_monotonic_time () - start_us;
    }
  qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare_times);
  g_test_message ("acknowledged after %.1f ms in the middle, %.1f ms at most; the index knew %" G_GINT64_FORMAT " messages by then",
                  (double) times[G_N_ELEMENTS (times) / 2] / 1000,
                  (double) times[G_N_ELEMENTS (times) - 1] / 1000,
                  mark);
  g_assert_cmpint (times[G_N_ELEMENTS (times) / 2], <, 50 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  hub_test_store_wait_for_index (test);
}

/* So a file was made by the program of version 1. */
static const char version_1[] =
  "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, log_id TEXT NOT NULL,"
  " reserved INTEGER NOT NULL, searched INTEGER NOT NULL) STRICT;"
  "INSERT INTO meta VALUES (1, 1, '', 1, 0);"
  "CREATE TABLE message (key INTEGER PRIMARY KEY, expires INTEGER NOT NULL, qos INTEGER NOT NULL,"
  " is_retain INTEGER NOT NULL, topic BLOB NOT NULL, publisher BLOB NOT NULL, properties BLOB NOT NULL,"
  " payload BLOB NOT NULL) STRICT;"
  "CREATE TABLE session (key INTEGER PRIMARY KEY, expiry INTEGER NOT NULL, lost INTEGER NOT NULL,"
  " client BLOB NOT NULL, user BLOB) STRICT;"
  "CREATE TABLE subscription (session INTEGER NOT NULL, filter BLOB NOT NULL, options INTEGER NOT NULL,"
  " identifier INTEGER NOT NULL, PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE delivery (session INTEGER NOT NULL, place INTEGER NOT NULL, message INTEGER NOT NULL,"
  " packet INTEGER NOT NULL, state INTEGER NOT NULL, qos INTEGER NOT NULL, is_retain INTEGER NOT NULL,"
  " identifiers BLOB NOT NULL, PRIMARY KEY (session, place)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE received (session INTEGER NOT NULL, packet INTEGER NOT NULL,"
  " PRIMARY KEY (session, packet)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE retained (topic BLOB PRIMARY KEY, message INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE will (session INTEGER PRIMARY KEY, message INTEGER NOT NULL, delay INTEGER NOT NULL) STRICT;"
  "CREATE TABLE topic (id INTEGER PRIMARY KEY, topic BLOB NOT NULL UNIQUE) STRICT;"
  "CREATE TABLE log (seq INTEGER PRIMARY KEY, topic INTEGER NOT NULL, time INTEGER NOT NULL,"
  " number INTEGER NOT NULL, total INTEGER NOT NULL, client BLOB NOT NULL, text TEXT, payload BLOB NOT NULL) STRICT;"
  "CREATE INDEX log_topic ON log (topic, seq);"
  "UPDATE meta SET log_id = '6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b', reserved = 1001;"
  "INSERT INTO topic VALUES (1, CAST ('messages' AS BLOB));"
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
  " INSERT INTO log SELECT i, 1, 1000 + i, i, (i - 1) * (64 + 8 + 3 + 17), CAST ('ada' AS BLOB), NULL,"
  " CAST (format ('old message %05d', i) AS BLOB) FROM n;"
  "PRAGMA application_id = 1215652418; PRAGMA user_version = 1;";

static void
test_version_1 (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  hub_test_store_sql (test, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
  hub_test_store_sql (test, version_1);
  hub_test_store_open (test);
  g_assert_null (hub_store_get_notice (test->store));
  g_assert_cmpstr (hub_store_get_log_id (test->store), ==, "6f1c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b");
  expect_all (test, "message 00007", "7");
  expect_all (test, "0700", "700");
  hub_test_store_wait_for_index (test);
  expect_all (test, "message 00007", "7");
  expect_all (test, "70", "70 170 270 370 470 570 670 700");
  g_assert_cmpuint (hub_test_store_record (test, "messages", "a new message"), ==, 1001);
  test->funcs->commit (test->store, TRUE);
  expect_all (test, "new", "1001");
  hub_test_store_close (test);
  g_assert_cmpint (hub_test_store_get_int (test, "PRAGMA user_version"), ==, HUB_STORE_VERSION);
}

/* Everything that may happen to the index: it is made anew, the start does not fail, and all is found meanwhile. */
static void
test_damage (Fixture *fixture, gconstpointer sql)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wrong = g_strdup_printf ("PRAGMA writable_schema = ON; %s", (const char *) sql);

  hub_test_store_open (test);
  for (guint i = 1; i <= 600; i++)
    {
      g_autofree char *payload = g_strdup_printf ("number-%u-of them", i);

      hub_test_store_record (test, "t", payload);
    }
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  hub_test_store_close (test);
  hub_test_store_sql (test, wrong);

  for (guint round = 0; round < 2; round++)
    {
      hub_test_store_open (test);
      g_assert_null (hub_store_get_notice (test->store));
      expect_all (test, "number-600", "600");
      expect_all (test, "number-1-of", "1");
      hub_test_store_record (test, "t", "added");
      hub_test_store_flush (test);
      expect_all (test, "number-77-of", "77");
      hub_test_store_wait_for_index (test);
      expect_all (test, "number-6", "6 60 61 62 63 64 65 66 67 68 69 600");
      /* It is in use again. */
      hub_test_wait_until (hub_test_store_get_int (test, "SELECT max (last) FROM search_part") >= 601);
      hub_test_store_close (test);
      g_assert_cmpint (test->n_failed, ==, 0);
    }
}

/* A search reads so many messages and no more, and says where to go on. */
static void
test_bound (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *first = NULL;
  HubStoreRange range = { .limit = 1 };

  hub_test_store_open (test);
  hub_test_store_record (test, "t", "xy");
  for (guint i = 1; i < HUB_STORE_SEARCH_MESSAGES; i++)
    {
      while (test->funcs->is_full (test->store))
        hub_test_store_flush (test);
      hub_test_store_record (test, "t", "ab");
      if (i % 100 == 0)
        test->funcs->commit (test->store, FALSE);
    }
  hub_test_store_flush (test);
  expect (test, "t", "xy", range, "1 more<1");
  hub_test_store_record (test, "t", "ab");
  hub_test_store_flush (test);
  first = hub_test_store_search (test, "t", "xy", &range);
  g_assert_cmpstr (first, ==, " more<2");
  range.before = 2;
  expect (test, "t", "xy", range, "1");
}

static void
keep_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  HubStorePage *copy = user_data;

  g_assert_no_error (error);
  *copy = *page;
  copy->entries = NULL;
}

/* What of a page does not belong to it. */
static HubStorePage
ask (HubTestStore *test, const HubStoreRange *range)
{
  HubStorePage page = { .n_entries = G_MAXUINT };

  hub_store_search (test->store, HUB_SPAN_LITERAL ("t"), "ab", range, keep_cb, &page, NULL);
  hub_test_wait_until (page.n_entries != G_MAXUINT);
  return page;
}

/* A search in several pages comes as far as one that has them all. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 100 };
  HubStorePage all;
  HubStorePage page;
  guint n = 0;

  hub_test_store_open (test);
  for (guint i = 0; i < 10; i++)
    hub_test_store_record (test, "t", "ab");
  hub_test_store_flush (test);
  all = ask (test, &range);
  g_assert_false (all.has_more || all.is_full);
  g_assert_cmpuint (all.spent, >, 0);
  range.limit = 3;
  do
    {
      page = ask (test, &range);
      n += page.n_entries;
      g_assert_cmpint (page.has_more, ==, page.is_full);
      range.before = page.before;
      range.spent = page.spent;
    }
  while (page.has_more);
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpuint (page.spent, ==, all.spent);

  /* Nor further than one. */
  range = (HubStoreRange){ .limit = 100, .spent = all.spent / 10 * (HUB_STORE_SEARCH_MESSAGES - 4) };
  page = ask (test, &range);
  g_assert_cmpuint (page.n_entries, ==, 4);
  g_assert_cmpuint (page.before, ==, 7);
  g_assert_true (page.has_more && !page.is_full);
}

static void
count_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_ptr_array_add (user_data, (gpointer) (page != NULL && page->n_entries > 0 ? "page" : "search"));
}

/* Long searches do not hold up whoever asks for a page. */
static void
test_fairness (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  const HubStoreRange range = { .limit = 1 };

  hub_test_store_open (test);
  for (guint i = 0; i < 20000; i++)
    {
      while (test->funcs->is_full (test->store))
        hub_test_store_flush (test);
      hub_test_store_record (test, "t", "ab");
      if (i % 100 == 0)
        test->funcs->commit (test->store, FALSE);
    }
  hub_test_store_flush (test);
  for (guint i = 0; i < 3; i++)
    hub_store_search (test->store, HUB_SPAN_LITERAL ("t"), "xy", &range, count_cb, order, NULL);
  hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, count_cb, order, NULL);
  hub_test_wait_until (order->len == 4);
  g_assert_cmpstr (g_ptr_array_index (order, 0), ==, "page");
}

/* A question of the longest kind, and one that nobody wants to have answered any more. */
static void
test_long_question (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *long_word = g_strnfill (HUB_STORE_WORDS_BYTES, 'x');
  g_autofree char *payload = g_strdup_printf ("%s%s", long_word, "y");
  g_autofree char *many = g_malloc0 (HUB_STORE_WORDS_BYTES + 1);
  const HubStoreRange range = { .limit = 1 };
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  for (guint i = 0; i < HUB_STORE_WORDS_BYTES; i++)
    many[i] = i % 2 == 0 ? 'x' : ' ';
  hub_test_store_open (test);
  hub_test_store_record (test, "t", payload);
  hub_test_store_record (test, "t", long_word + 1);
  hub_test_store_flush (test);
  hub_test_store_wait_for_index (test);
  expect_all (test, long_word, "1");
  expect_all (test, many, "1 2");
  hub_store_cancel (test->store, hub_store_search (test->store, HUB_SPAN_LITERAL ("t"), "x", &range, count_cb, order, NULL));
  expect_all (test, "y", "1");
  g_assert_cmpuint (order->len, ==, 0);
}

static void
add (const char *name, void (*func) (Fixture *, gconstpointer), Way way)
{
  g_autofree char *path = g_strdup_printf ("/store/search/%s/%s", name, ways[way]);

  g_test_add (path, Fixture, GINT_TO_POINTER (way), set_up, func, tear_down);
}

static void
add_damage (const char *name, const char *sql)
{
  g_autofree char *path = g_strconcat ("/store/search/damage/", name, NULL);

  g_test_add (path, Fixture, sql, set_up, test_damage, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (Way way = WITH_INDEX; way <= IN_MEMORY; way++)
    {
      add ("messages", test_messages, way);
      add ("at-once", test_at_once, way);
      add ("no-text", test_no_text, way);
    }
  g_test_add ("/store/search/random", Fixture, NULL, set_up, test_random, tear_down);
  g_test_add ("/store/search/pruning", Fixture, NULL, set_up, test_pruning, tear_down);
  g_test_add ("/store/search/emptied", Fixture, NULL, set_up, test_emptied, tear_down);
  g_test_add ("/store/search/reopen", Fixture, NULL, set_up, test_reopen, tear_down);
  g_test_add ("/store/search/without-func", Fixture, NULL, set_up, test_without_func, tear_down);
  g_test_add ("/store/search/out-of-the-way", Fixture, NULL, set_up, test_out_of_the_way, tear_down);
  g_test_add ("/store/search/version-1", Fixture, NULL, set_up, test_version_1, tear_down);
  add_damage ("table-missing", "DROP TABLE search_0");
  add_damage ("data-missing", "DELETE FROM search_0_data");
  add_damage ("data-garbage", "UPDATE search_0_data SET block = CAST (hex (block) AS BLOB) WHERE id > 10");
  add_damage ("data-short", "UPDATE search_0_data SET block = substr (block, 1, length (block) / 2)");
  add_damage ("config-missing", "DELETE FROM search_0_config");
  add_damage ("config-newer", "UPDATE search_0_config SET v = 99 WHERE k = 'version'");
  add_damage ("parts-missing", "DELETE FROM search_part");
  g_test_add ("/store/search/bound", Fixture, NULL, set_up, test_bound, tear_down);
  g_test_add ("/store/search/parts", Fixture, NULL, set_up, test_parts, tear_down);
  g_test_add ("/store/search/fairness", Fixture, NULL, set_up, test_fairness, tear_down);
  g_test_add ("/store/search/long-question", Fixture, NULL, set_up, test_long_question, tear_down);
  return g_test_run ();
}
