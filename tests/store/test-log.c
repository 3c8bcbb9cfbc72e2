/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-memory-log.h"
#include "broker/wire/hub-topic.h"

/* The log: the same questions get the same answers from a database and from memory. */

typedef struct
{
  HubTestStore *test;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer durability)
{
  fixture->test = hub_test_store_new ();
  fixture->test->options.durability = (HubStoreDurability) GPOINTER_TO_INT (durability);
}

static void
tear_down (Fixture *fixture, gconstpointer durability)
{
  hub_test_store_free (fixture->test);
}

static guint64
record_at (HubTestStore *test, const char *topic, const char *payload, gint64 time_ms)
{
  HubStoreRecord record = {
    .topic = hub_span_from_string (topic),
    .payload = hub_span_from_string (payload),
    .client_id = HUB_SPAN_LITERAL ("ada"),
    .time_ms = time_ms,
  };

  return test->funcs->record (test->store, &record);
}

static gint64
now_ms (void)
{
  return g_get_real_time () / G_TIME_SPAN_MILLISECOND;
}

/* The numbers that a question finds, as text. */
static void
assert_found (HubTestStore *test, const char *filter, HubStoreRange range, const char *expected)
{
  g_autofree char *answer = hub_test_store_find (test, filter, &range);
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    g_string_append_printf (numbers, i == 0 ? "%.*s" : " %.*s", (int) strcspn (lines[i], " "), lines[i]);
  g_assert_cmpstr (numbers->str, ==, expected);
}

static void
assert_count (HubTestStore *test, guint64 count)
{
  g_autofree char *topics = hub_test_store_find_topics (test, "t", 1);
  g_autofree char *expected = g_strdup_printf (" x%" G_GUINT64_FORMAT "\n", count);

  if (count == 0)
    g_assert_cmpstr (topics, ==, "");
  else
    g_assert_true (g_str_has_suffix (topics, expected));
}

static void
test_whole (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  const HubStoreRecord records[] = {
    { HUB_SPAN_LITERAL ("messages"), HUB_SPAN_LITERAL ("hello"), HUB_SPAN_LITERAL ("hub01"), 1700000000123 },
    { HUB_SPAN_LITERAL ("/"), { NULL, 0 }, { NULL, 0 }, 0 },
    { HUB_SPAN_LITERAL ("\xc3\xa4"), HUB_SPAN_LITERAL ("\0\xff"), HUB_SPAN_LITERAL ("../x"), 5 },
  };
  g_autofree char *log = NULL;

  hub_test_store_open (test);
  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    g_assert_cmpuint (test->funcs->record (test->store, &records[i]), ==, i + 1);
  hub_test_store_flush (test);
  log = hub_test_store_describe_log (test);
  g_assert_cmpstr (log,
                   ==,
                   "1 messages 'hello' hub01 t1700000000123\n"
                   "2 / ''  t0\n"
                   "3 \\c3\\a4 '\\00\\ff' ../x t5\n");
}

static void
test_large (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *topic = g_strnfill (G_MAXUINT16, 't');
  g_autofree char *payload = g_strnfill (2000000, 'p');
  g_autofree char *log = NULL;

  hub_test_store_open (test);
  g_assert_cmpuint (hub_test_store_record (test, topic, payload), ==, 1);
  g_assert_cmpuint (hub_test_store_record (test, topic, "small"), ==, 2);
  hub_test_store_flush (test);
  log = hub_test_store_describe_log (test);
  g_assert_cmpstr (log, ==, "1 <65535>tttt '<2000000>pppp' ada t1000\n2 <65535>tttt 'small' ada t1000\n");
}

static void
test_ranges (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  for (guint i = 1; i <= 10; i++)
    hub_test_store_record (test, i % 3 == 0 ? "messages/three" : "messages", "m");
  hub_test_store_flush (test);

  assert_found (test, "messages/#", (HubStoreRange){ .limit = 1000 }, "1 2 3 4 5 6 7 8 9 10");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 10 }, "1 2 3 4 5 6 7 8 9 10");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 9 }, "2 3 4 5 6 7 8 9 10 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 1 }, "10 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 8 }, "5 6 7 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 4 }, "1 2 3");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 1 }, "");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = G_MAXUINT64 }, "8 9 10 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 2 }, "8 9 10 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 7 }, "8 9 10");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 3, .before = 6 }, "4 5");

  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .is_oldest_first = TRUE }, "1 2 3 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 5, .is_oldest_first = TRUE }, "6 7 8 more");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 7, .is_oldest_first = TRUE }, "8 9 10");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 10, .is_oldest_first = TRUE }, "");
  assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = G_MAXUINT64, .is_oldest_first = TRUE }, "");
  assert_found (test,
                "messages/#",
                (HubStoreRange){ .limit = 3, .after = 3, .before = 6, .is_oldest_first = TRUE },
                "4 5");

  assert_found (test, "messages", (HubStoreRange){ .limit = 1000 }, "1 2 4 5 7 8 10");
  assert_found (test, "messages/three", (HubStoreRange){ .limit = 2 }, "6 9 more");
  assert_found (test, "messages/three", (HubStoreRange){ .limit = 2, .is_oldest_first = TRUE }, "3 6 more");
  assert_found (test, "messages/+", (HubStoreRange){ .limit = 3 }, "3 6 9");
  assert_found (test, "nothing", (HubStoreRange){ .limit = 1 }, "");
  assert_found (test, "nothing/#", (HubStoreRange){ .limit = 1 }, "");
}

static void
test_filters (Fixture *fixture, gconstpointer durability)
{
  static const char *const topics[] = { "a", "a/", "/a", "a/b", "a/b/c", "ab", "a+", "b", "$SYS/a", "a/\xf0\x9f\x98\x80" };
  static const char *const filters[] = {
    "#", "+", "a/#", "a", "+/+", "/+", "+/#", "a/+", "a/b", "a/b/#", "$SYS/#", "$SYS/+", "+/b/+", "/#", "b/#", "a/+/c"
  };
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  /* The topic with a plus is none, but a log that holds one must not be led astray by it. */
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    hub_test_store_record (test, topics[i], "m");
  hub_test_store_flush (test);

  for (gsize k = 0; k < G_N_ELEMENTS (filters); k++)
    {
      g_autoptr (GString) expected = g_string_new (NULL);

      for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
        if (hub_topic_matches (hub_span_from_string (filters[k]), hub_span_from_string (topics[i])))
          g_string_append_printf (expected, expected->len == 0 ? "%u" : " %u", (guint) i + 1);
      assert_found (test, filters[k], (HubStoreRange){ .limit = 100 }, expected->str);
      assert_found (test, filters[k], (HubStoreRange){ .limit = 100, .is_oldest_first = TRUE }, expected->str);
    }
}

/* More topics than are merged one by one. */
static void
test_many_topics (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *newest = NULL;
  g_autofree char *three = NULL;

  hub_test_store_open (test);
  for (guint i = 1; i <= 2400; i++)
    {
      g_autofree char *topic = g_strdup_printf ("%s/%u", i % 2 == 0 ? "even" : "odd", i);

      if (!test->funcs->is_full (test->store))
        hub_test_store_record (test, topic, "m");
      hub_test_store_flush (test);
    }

  assert_found (test, "even/+", (HubStoreRange){ .limit = 3 }, "2396 2398 2400 more");
  assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .before = 2000 }, "1994 1996 1998 more");
  assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .after = 1993, .before = 2000 }, "1994 1996 1998");
  assert_found (test, "+/2399", (HubStoreRange){ .limit = 3 }, "2399");
  newest = hub_test_store_find_topics (test, "#", 2);
  g_assert_cmpstr (newest, ==, "even/2400 2400 x1\nodd/2399 2399 x1\nmore\n");
  three = hub_test_store_find_topics (test, "+/2397", 2);
  g_assert_cmpstr (three, ==, "odd/2397 2397 x1\n");
  if (GPOINTER_TO_INT (durability) != HUB_STORE_OFF)
    {
      assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .is_oldest_first = TRUE }, "2 4 6 more");
      assert_found (test, "odd/+", (HubStoreRange){ .limit = 2, .after = 1000, .is_oldest_first = TRUE }, "1001 1003 more");
    }
}

static guint
count_matches (GPtrArray *topics, const char *filter, HubStoreRange range, GString *numbers)
{
  guint n = 0;
  guint64 seq = range.is_oldest_first ? 1 : topics->len;

  for (guint i = 0; i < topics->len; i++, seq += range.is_oldest_first ? 1 : (guint64) -1)
    {
      const char *topic = g_ptr_array_index (topics, seq - 1);
      g_autofree char *number = NULL;

      if (!hub_topic_matches (hub_span_from_string (filter), hub_span_from_string (topic)) || seq <= range.after ||
          (range.before != 0 && seq >= range.before))
        continue;
      if (n == range.limit)
        return n + 1;
      number = g_strdup_printf ("%" G_GUINT64_FORMAT, seq);
      if (numbers->len > 0)
        range.is_oldest_first ? g_string_append_c (numbers, ' ') : g_string_prepend_c (numbers, ' ');
      range.is_oldest_first ? g_string_append (numbers, number) : g_string_prepend (numbers, number);
      n++;
    }
  return n;
}

/* Against the simplest way to find something. */
static void
test_random (Fixture *fixture, gconstpointer durability)
{
  static const char *const topics[] = { "a", "a/b", "a/c", "b", "b/c", "messages" };
  static const char *const filters[] = { "a", "a/#", "+", "+/c", "#", "a/+", "messages", "c/#" };
  HubTestStore *test = fixture->test;
  g_autoptr (GPtrArray) said = g_ptr_array_new ();

  hub_test_store_open (test);
  for (guint i = 0; i < 300; i++)
    {
      const char *topic = topics[g_test_rand_int_range (0, G_N_ELEMENTS (topics))];

      g_ptr_array_add (said, (gpointer) topic);
      g_assert_cmpuint (hub_test_store_record (test, topic, "m"), ==, i + 1);
    }
  hub_test_store_flush (test);

  for (guint i = 0; i < 400; i++)
    {
      const char *filter = filters[g_test_rand_int_range (0, G_N_ELEMENTS (filters))];
      HubStoreRange range = {
        .after = g_test_rand_bit () ? (guint64) g_test_rand_int_range (0, 305) : 0,
        .before = g_test_rand_bit () ? (guint64) g_test_rand_int_range (0, 305) : 0,
        .limit = (guint) g_test_rand_int_range (1, 40),
        .is_oldest_first = g_test_rand_bit (),
      };
      g_autoptr (GString) expected = g_string_new (NULL);

      if (count_matches (said, filter, range, expected) > range.limit)
        g_string_append (expected, " more");
      assert_found (test, filter, range, expected->str);
    }
}

/* An answer does not grow without bounds, and always has something. */
static void
test_page_bytes (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *payload = g_strnfill (HUB_STORE_PAGE_BYTES / 8, 'p');
  g_autofree char *huge = g_strnfill (2000000, 'p');

  hub_test_store_open (test);
  for (guint i = 1; i <= 10; i++)
    hub_test_store_record (test, i <= 2 ? "big" : "t", i <= 2 ? huge : payload);
  hub_test_store_flush (test);
  /* In memory there is room for seven of them. */
  assert_found (test, "t", (HubStoreRange){ .limit = 7 }, GPOINTER_TO_INT (durability) == HUB_STORE_OFF ? "4 5 6 7 8 9 10" : "4 5 6 7 8 9 10 more");
  if (GPOINTER_TO_INT (durability) == HUB_STORE_OFF)
    return;
  hub_test_store_record (test, "big", huge);
  hub_test_store_flush (test);
  assert_found (test, "big", (HubStoreRange){ .limit = 2 }, "2 11 more");
  for (guint i = 12; i <= 20; i++)
    hub_test_store_record (test, "t", payload);
  hub_test_store_flush (test);
  assert_found (test, "t", (HubStoreRange){ .limit = 100 }, "13 14 15 16 17 18 19 20 more");
  assert_found (test, "t", (HubStoreRange){ .limit = 100, .is_oldest_first = TRUE }, "3 4 5 6 7 8 9 10 more");
}

static void
test_topics (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *all = NULL;
  g_autofree char *two = NULL;
  g_autofree char *none = NULL;

  hub_test_store_open (test);
  none = hub_test_store_find_topics (test, "#", 1000);
  g_assert_cmpstr (none, ==, "");
  for (guint i = 1; i <= 9; i++)
    hub_test_store_record (test, i < 5 ? "messages" : i < 7 ? "messages/b"
                                                            : "messages/a",
                           "m");
  hub_test_store_flush (test);
  hub_test_store_record (test, "messages", "m");
  hub_test_store_flush (test);
  all = hub_test_store_find_topics (test, "messages/#", 3);
  g_assert_cmpstr (all, ==, "messages 10 x5\nmessages/a 9 x3\nmessages/b 6 x2\n");
  two = hub_test_store_find_topics (test, "messages/#", 2);
  g_assert_cmpstr (two, ==, "messages 10 x5\nmessages/a 9 x3\nmore\n");
}

static void
test_max_messages (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  test->options.retention.max_messages = 50;
  hub_test_store_open (test);
  for (guint i = 1; i <= 50; i++)
    hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  assert_count (test, 50);
  assert_found (test, "t", (HubStoreRange){ .limit = 1, .is_oldest_first = TRUE }, "1 more");
  hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  assert_count (test, 50);
  assert_found (test, "t", (HubStoreRange){ .limit = 1, .is_oldest_first = TRUE }, "2 more");
}

static void
test_max_bytes (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  guint64 bytes_each = HUB_STORE_ROW_BYTES + strlen ("t") + strlen ("ada") + strlen ("payload");

  test->options.retention.max_bytes = 10 * bytes_each;
  hub_test_store_open (test);
  for (guint i = 1; i <= 10; i++)
    hub_test_store_record (test, "t", "payload");
  hub_test_store_flush (test);
  assert_count (test, 10);
  hub_test_store_record (test, "t", "");
  hub_test_store_flush (test);
  assert_count (test, 10);
  if (GPOINTER_TO_INT (durability) != HUB_STORE_OFF)
    hub_test_store_reopen (test);
  /* What there is room for is counted on after a restart. */
  hub_test_store_record (test, "t", "payload");
  hub_test_store_flush (test);
  assert_count (test, 10);
  /* Seven bytes went with the oldest message, and these are not more. */
  hub_test_store_record (test, "t", "payload and so");
  hub_test_store_flush (test);
  assert_count (test, 10);
  hub_test_store_record (test, "t", "payloads");
  hub_test_store_flush (test);
  assert_count (test, 9);
}

/* Larger than everything: then not even this one stays. */
static void
test_max_bytes_one (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  test->options.retention.max_bytes = HUB_STORE_ROW_BYTES + strlen ("t") + strlen ("ada") + 10;
  hub_test_store_open (test);
  hub_test_store_record (test, "t", "1234567890");
  hub_test_store_flush (test);
  assert_count (test, 1);
  hub_test_store_record (test, "t", "12345678901");
  hub_test_store_flush (test);
  assert_count (test, 0);
  hub_test_store_record (test, "t", "1234567890");
  hub_test_store_flush (test);
  assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "3");
}

static void
test_max_age (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  const gint64 hour_ms = 3600 * 1000;

  test->options.retention.max_age_ms = hour_ms;
  hub_test_store_open (test);
  record_at (test, "t", "old", now_ms () - hour_ms - 1);
  record_at (test, "t", "young", now_ms () - hour_ms / 2);
  hub_test_store_flush (test);
  assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "2");
}

/* Nobody has to say anything for a message to become too old. */
static void
test_max_age_passes (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  gboolean is_gone = FALSE;
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  test->options.retention.max_age_ms = 60 * 1000;
  hub_test_store_open (test);
  record_at (test, "t", "old soon", now_ms () - 60 * 1000 + 100);
  record_at (test, "t", "young", now_ms ());
  hub_test_store_flush (test);
  while (!is_gone)
    {
      g_autofree char *answer = hub_test_store_find (test, "t", &(HubStoreRange){ .limit = 2 });

      is_gone = g_str_has_prefix (answer, "2 ");
      hub_test_wait_turn (deadline_us, "a message to become too old", G_STRLOC);
    }
  assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "2");
}

/* A clock that was wrong does not make a log that is full for ever. */
static void
test_strange_times (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  test->options.retention = (HubStoreRetention){ .max_age_ms = G_MAXINT64, .max_messages = 3 };
  hub_test_store_open (test);
  record_at (test, "t", "m", G_MAXINT64);
  record_at (test, "t", "m", G_MININT64);
  record_at (test, "t", "m", -1);
  record_at (test, "t", "m", 0);
  hub_test_store_flush (test);
  assert_found (test, "t", (HubStoreRange){ .limit = 3 }, "2 3 4");
}

static void
test_set_retention (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  for (guint i = 1; i <= 300; i++)
    hub_test_store_record (test, i <= 290 ? "t" : "u", "m");
  hub_test_store_flush (test);
  assert_count (test, 290);
  hub_store_set_retention (test->store, &(HubStoreRetention){ .max_messages = 5 });
  hub_test_store_record (test, "u", "m");
  hub_test_store_flush (test);
  hub_test_store_flush (test);
  /* In small steps. */
  for (gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);;)
    {
      g_autofree char *topics = hub_test_store_find_topics (test, "#", 10);

      if (strcmp (topics, "u 301 x5\n") == 0)
        break;
      hub_test_wait_turn (deadline_us, "the log to become short", G_STRLOC);
    }
}

static void
test_nothing_kept (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *topics = NULL;

  test->options.retention.max_messages = 1;
  hub_test_store_open (test);
  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t/%u", i);

      hub_test_store_record (test, topic, "m");
    }
  hub_test_store_flush (test);
  /* No name of a topic stays behind. */
  topics = hub_test_store_find_topics (test, "#", 10);
  g_assert_cmpstr (topics, ==, "t/20 20 x1\n");
}

static void
count_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

static void
not_reached_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_busy (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  hub_test_store_open (test);
  for (guint i = 0; i < HUB_STORE_QUERIES_MAX; i++)
    hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, count_cb, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_store_find_topics (test->store, HUB_SPAN_LITERAL ("t"), 1, not_reached_cb, NULL, &error), ==, 0);
  g_assert_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_BUSY);
  g_assert_cmpuint (n, ==, 0);
  hub_test_wait_until (n == HUB_STORE_QUERIES_MAX);
  g_clear_error (&error);
  g_assert_cmpuint (hub_store_find_topics (test->store, HUB_SPAN_LITERAL ("t"), 1, count_cb, &n, &error), >, 0);
  hub_test_wait_until (n == HUB_STORE_QUERIES_MAX + 1);
}

static void
test_cancel (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1 };
  guint64 id;
  guint n = 0;

  hub_test_store_open (test);
  id = hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, not_reached_cb, NULL, NULL);
  hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, count_cb, &n, NULL);
  hub_store_cancel (test->store, id);
  hub_test_wait_until (n == 1);
  hub_store_cancel (test->store, id);
  hub_store_cancel (test->store, 12345);
}

/* Whoever closes is not told any more. */
static void
test_close_with_questions (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1000 };

  hub_test_store_open (test);
  for (guint i = 0; i < 500; i++)
    hub_test_store_record (test, "t", "m");
  for (guint i = 0; i < 10; i++)
    hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, not_reached_cb, NULL, NULL);
  hub_test_store_close (test);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
ask_again_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  HubTestStore *test = user_data;

  g_assert_cmpuint (page->n_entries, ==, 1);
  g_assert_cmpuint (hub_test_store_record (test, "u", "from within"), >, 0);
  hub_store_find_topics (test->store, HUB_SPAN_LITERAL ("u"), 1, count_cb, &test->n_drained, NULL);
  test->funcs->commit (test->store);
}

/* An answer may lead to the next question. */
static void
test_ask_within (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1 };

  hub_test_store_open (test);
  hub_test_store_record (test, "t", "m");
  hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, ask_again_cb, test, NULL);
  test->funcs->commit (test->store);
  hub_test_wait_until (test->n_drained == 1);
}

/* What was recorded before the question is found, though it is not durable yet, nor even committed. */
static void
test_finds_latest (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1000 };
  guint n = 0;

  hub_test_store_open (test);
  for (guint i = 0; i < 100; i++)
    {
      guint before = n;
      g_autofree char *expected = g_strdup_printf ("t %u x%u\n", i + 1, i + 1);
      g_autofree char *topics = NULL;

      hub_test_store_record (test, "t", "m");
      hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("t"), &range, count_cb, &n, NULL);
      test->funcs->commit (test->store);
      topics = hub_test_store_find_topics (test, "t", 1);
      g_assert_cmpstr (topics, ==, expected);
      g_assert_cmpuint (n, ==, before + 1);
    }
}

static void
test_log_id (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autoptr (HubTestStore) other = hub_test_store_new ();
  g_autofree char *id = NULL;

  hub_test_store_open (test);
  hub_test_store_open (other);
  id = g_strdup (test->funcs->get_log_id (test->store));
  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_cmpstr (id, ==, hub_store_get_log_id (test->store));
  g_assert_cmpstr (id, !=, hub_store_get_log_id (other->store));
  hub_test_store_reopen (test);
  if (GPOINTER_TO_INT (durability) == HUB_STORE_OFF)
    g_assert_cmpstr (id, !=, hub_store_get_log_id (test->store));
  else
    g_assert_cmpstr (id, ==, hub_store_get_log_id (test->store));
}

static void
test_memory_limits (void)
{
  const HubStoreRetention none = { 0 };
  const HubStoreRetention more = { .max_messages = G_MAXUINT64, .max_bytes = G_MAXUINT64 };
  const HubStoreRetention less = { .max_messages = HUB_MEMORY_LOG_MESSAGES - 1 };
  g_autofree char *text = g_strnfill (HUB_MEMORY_LOG_BYTES / 4 - HUB_STORE_ROW_BYTES - 1, 'p');
  HubStoreRecord small = { .topic = HUB_SPAN_LITERAL ("t") };
  HubStoreRecord quarter = { .topic = HUB_SPAN_LITERAL ("t"), .payload = hub_span_from_string (text) };
  g_autoptr (HubMemoryLog) log = hub_memory_log_new (&none);

  for (guint i = 1; i <= HUB_MEMORY_LOG_MESSAGES; i++)
    g_assert_cmpuint (hub_memory_log_append (log, &small, 0), ==, i);
  g_assert_cmpuint (hub_memory_log_get_count (log), ==, HUB_MEMORY_LOG_MESSAGES);
  hub_memory_log_append (log, &small, 0);
  g_assert_cmpuint (hub_memory_log_get_count (log), ==, HUB_MEMORY_LOG_MESSAGES);

  hub_memory_log_set_retention (log, &more);
  for (guint i = 0; i < 4; i++)
    hub_memory_log_append (log, &quarter, 0);
  g_assert_cmpuint (hub_memory_log_get_bytes (log), ==, HUB_MEMORY_LOG_BYTES);
  g_assert_cmpuint (hub_memory_log_get_count (log), ==, 4);
  hub_memory_log_append (log, &small, 0);
  g_assert_cmpuint (hub_memory_log_get_count (log), ==, 4);

  hub_memory_log_set_retention (log, &less);
  for (guint i = 0; i < HUB_MEMORY_LOG_MESSAGES; i++)
    hub_memory_log_append (log, &small, 0);
  g_assert_cmpuint (hub_memory_log_get_count (log), ==, HUB_MEMORY_LOG_MESSAGES - 1);
}

static void
add (const char *name, void (*func) (Fixture *, gconstpointer))
{
  g_autofree char *on_disk = g_strconcat ("/store/log/disk/", name, NULL);
  g_autofree char *in_memory = g_strconcat ("/store/log/memory/", name, NULL);

  g_test_add (on_disk, Fixture, GINT_TO_POINTER (HUB_STORE_PROCESS), set_up, func, tear_down);
  g_test_add (in_memory, Fixture, GINT_TO_POINTER (HUB_STORE_OFF), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("whole", test_whole);
  add ("large", test_large);
  add ("ranges", test_ranges);
  add ("filters", test_filters);
  add ("many-topics", test_many_topics);
  add ("random", test_random);
  add ("page-bytes", test_page_bytes);
  add ("topics", test_topics);
  add ("max-messages", test_max_messages);
  add ("max-bytes", test_max_bytes);
  add ("max-bytes-one", test_max_bytes_one);
  add ("max-age", test_max_age);
  add ("max-age-passes", test_max_age_passes);
  add ("strange-times", test_strange_times);
  add ("set-retention", test_set_retention);
  add ("nothing-kept", test_nothing_kept);
  add ("busy", test_busy);
  add ("cancel", test_cancel);
  add ("close-with-questions", test_close_with_questions);
  add ("ask-within", test_ask_within);
  add ("finds-latest", test_finds_latest);
  add ("log-id", test_log_id);
  g_test_add_func ("/store/log/memory/limits", test_memory_limits);
  return g_test_run ();
}
