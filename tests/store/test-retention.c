/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-memory-log.h"

/* What the log forgets, and when: the same on disk and in memory. */

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
test_max_messages (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  test->options.retention.max_messages = 50;
  hub_test_store_open (test);
  for (guint i = 1; i <= 50; i++)
    hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  assert_count (test, 50);
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 1, .is_oldest_first = TRUE }, "1 more");
  hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  assert_count (test, 50);
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 1, .is_oldest_first = TRUE }, "2 more");
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
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "3");
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
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "2");
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
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 2 }, "2");
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
  hub_test_store_assert_found (test, "t", (HubStoreRange){ .limit = 3 }, "2 3 4");
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
test_memory_limits (void)
{
  const HubStoreRetention none = { 0 };
  const HubStoreRetention more = { .max_messages = G_MAXUINT64, .max_bytes = G_MAXUINT64 };
  const HubStoreRetention less = { .max_messages = HUB_MEMORY_LOG_MESSAGES - 1 };
  g_autofree char *text = g_strnfill (HUB_MEMORY_LOG_BYTES / 4 - HUB_STORE_ROW_BYTES - 1, 'p');
  HubStoreRecord small = { .topic = HUB_SPAN_LITERAL ("t") };
  HubStoreRecord quarter = { .topic = HUB_SPAN_LITERAL ("t"), .payload = hub_span_from_string (text) };
  g_autoptr (HubMemoryLog) log = hub_memory_log_new (&none, &(HubStoreText){ 0 });

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
  g_autofree char *on_disk = g_strconcat ("/store/retention/disk/", name, NULL);
  g_autofree char *in_memory = g_strconcat ("/store/retention/memory/", name, NULL);

  g_test_add (on_disk, Fixture, GINT_TO_POINTER (HUB_STORE_PROCESS), set_up, func, tear_down);
  g_test_add (in_memory, Fixture, GINT_TO_POINTER (HUB_STORE_OFF), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("max-messages", test_max_messages);
  add ("max-bytes", test_max_bytes);
  add ("max-bytes-one", test_max_bytes_one);
  add ("max-age", test_max_age);
  add ("max-age-passes", test_max_age_passes);
  add ("strange-times", test_strange_times);
  add ("set-retention", test_set_retention);
  add ("nothing-kept", test_nothing_kept);
  g_test_add_func ("/store/retention/memory/limits", test_memory_limits);
  return g_test_run ();
}
