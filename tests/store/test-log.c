/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

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

  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 1000 }, "1 2 3 4 5 6 7 8 9 10");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 10 }, "1 2 3 4 5 6 7 8 9 10");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 9 }, "2 3 4 5 6 7 8 9 10 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 1 }, "10 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 8 }, "5 6 7 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 4 }, "1 2 3");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = 1 }, "");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .before = G_MAXUINT64 }, "8 9 10 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 2 }, "8 9 10 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 7 }, "8 9 10");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 3, .before = 6 }, "4 5");

  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .is_oldest_first = TRUE }, "1 2 3 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 5, .is_oldest_first = TRUE }, "6 7 8 more");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 7, .is_oldest_first = TRUE }, "8 9 10");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = 10, .is_oldest_first = TRUE }, "");
  hub_test_store_assert_found (test, "messages/#", (HubStoreRange){ .limit = 3, .after = G_MAXUINT64, .is_oldest_first = TRUE }, "");
  hub_test_store_assert_found (test,
                               "messages/#",
                               (HubStoreRange){ .limit = 3, .after = 3, .before = 6, .is_oldest_first = TRUE },
                               "4 5");

  hub_test_store_assert_found (test, "messages", (HubStoreRange){ .limit = 1000 }, "1 2 4 5 7 8 10");
  hub_test_store_assert_found (test, "messages/three", (HubStoreRange){ .limit = 2 }, "6 9 more");
  hub_test_store_assert_found (test, "messages/three", (HubStoreRange){ .limit = 2, .is_oldest_first = TRUE }, "3 6 more");
  hub_test_store_assert_found (test, "messages/+", (HubStoreRange){ .limit = 3 }, "3 6 9");
  hub_test_store_assert_found (test, "nothing", (HubStoreRange){ .limit = 1 }, "");
  hub_test_store_assert_found (test, "nothing/#", (HubStoreRange){ .limit = 1 }, "");
}

/* Times that rise, some of them twice, with gaps between the numbers of a topic. */
static void
test_since (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  for (guint i = 1; i <= 10; i++)
    hub_test_store_record_at (test, 1000 + 10 * (i / 2), i % 3 == 0 ? "messages/three" : "messages", "m");
  hub_test_store_flush (test);

#define ASSERT_SINCE(filter, time, found) \
  hub_test_store_assert_found (test, filter, (HubStoreRange){ .limit = 3, .since_ms = time, .is_oldest_first = TRUE }, found)
  ASSERT_SINCE ("messages/#", 1, "1 2 3 more");
  ASSERT_SINCE ("messages/#", 1000, "1 2 3 more");
  ASSERT_SINCE ("messages/#", 1001, "2 3 4 more");
  ASSERT_SINCE ("messages/#", 1010, "2 3 4 more");
  ASSERT_SINCE ("messages/#", 1011, "4 5 6 more");
  ASSERT_SINCE ("messages/#", 1040, "8 9 10");
  ASSERT_SINCE ("messages/#", 1050, "10");
  ASSERT_SINCE ("messages/#", 1051, "");
  ASSERT_SINCE ("messages/#", G_MAXINT64, "");
  ASSERT_SINCE ("messages/three", 1011, "6 9");
  ASSERT_SINCE ("messages/three", 1041, "");
  /* Going on from there: whichever begins later counts. */
  hub_test_store_assert_found (test,
                               "messages/#",
                               (HubStoreRange){ .limit = 3, .after = 7, .since_ms = 1011, .is_oldest_first = TRUE },
                               "8 9 10");
#undef ASSERT_SINCE
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
      hub_test_store_assert_found (test, filters[k], (HubStoreRange){ .limit = 100 }, expected->str);
      hub_test_store_assert_found (test, filters[k], (HubStoreRange){ .limit = 100, .is_oldest_first = TRUE }, expected->str);
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

  hub_test_store_assert_found (test, "even/+", (HubStoreRange){ .limit = 3 }, "2396 2398 2400 more");
  hub_test_store_assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .before = 2000 }, "1994 1996 1998 more");
  hub_test_store_assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .after = 1993, .before = 2000 }, "1994 1996 1998");
  hub_test_store_assert_found (test, "+/2399", (HubStoreRange){ .limit = 3 }, "2399");
  newest = hub_test_store_find_topics (test, "#", 2);
  g_assert_cmpstr (newest, ==, "even/2400 2400 x1\nodd/2399 2399 x1\nmore\n");
  three = hub_test_store_find_topics (test, "+/2397", 2);
  g_assert_cmpstr (three, ==, "odd/2397 2397 x1\n");
  if (GPOINTER_TO_INT (durability) != HUB_STORE_OFF)
    {
      hub_test_store_assert_found (test, "even/+", (HubStoreRange){ .limit = 3, .is_oldest_first = TRUE }, "2 4 6 more");
      hub_test_store_assert_found (test, "odd/+", (HubStoreRange){ .limit = 2, .after = 1000, .is_oldest_first = TRUE }, "1001 1003 more");
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
      hub_test_store_assert_found (test, filter, range, expected->str);
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
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 7 }, "4 5 6 7 8 9 10 more");
  /* The log in memory has forgotten some of them. */
  if (GPOINTER_TO_INT (durability) == HUB_STORE_OFF)
    return;
  hub_test_store_record (test, "big", huge);
  hub_test_store_flush (test);
  hub_test_store_assert_found (test, "big", (HubStoreRange){ .limit = 2 }, "11 more");
  for (guint i = 12; i <= 20; i++)
    hub_test_store_record (test, "t", payload);
  hub_test_store_flush (test);
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 100 }, "13 14 15 16 17 18 19 20 more");
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 100, .is_oldest_first = TRUE }, "3 4 5 6 7 8 9 10 more");
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
count_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

G_NORETURN static void
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
  test->funcs->commit (test->store, TRUE);
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
  test->funcs->commit (test->store, TRUE);
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
      test->funcs->commit (test->store, TRUE);
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
  g_test_init (&argc, &argv, NULL);

  add ("whole", test_whole);
  add ("large", test_large);
  add ("ranges", test_ranges);
  add ("since", test_since);
  add ("filters", test_filters);
  add ("many-topics", test_many_topics);
  add ("random", test_random);
  add ("page-bytes", test_page_bytes);
  add ("topics", test_topics);
  add ("busy", test_busy);
  add ("cancel", test_cancel);
  add ("close-with-questions", test_close_with_questions);
  add ("ask-within", test_ask_within);
  add ("finds-latest", test_finds_latest);
  add ("log-id", test_log_id);
  return g_test_run ();
}
