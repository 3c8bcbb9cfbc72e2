/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

/* History of a long log. */

#define N_MESSAGES 100000
#define N_ROOMS 50

/* How long a page may take, and how often it may be tried: the best time is what the broker takes, the others are the
 * machine's. */
#define PAGE_US (20 * G_TIME_SPAN_MILLISECOND)
#define TRIES 50

/* The same for a search that has to read through all messages. */
#define SCAN_US (5 * G_TIME_SPAN_SECOND)

static HubTestStore *
make_log (void)
{
  HubTestStore *test = hub_test_store_new ();

  test->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (test);
  for (guint i = 1; i <= N_MESSAGES; i++)
    {
      g_autofree char *topic = i % 2 == 0 ? g_strdup ("messages") : g_strdup_printf ("messages/room %u", i % N_ROOMS);
      g_autofree char *payload = g_strdup_printf ("{\"name\":\"Ada\",\"message\":\"This is message %u, as long as most of "
                                                  "them are.\",\"id\":\"6f1c2b3a-4d5e-4f60-8a7b-%012u\"}",
                                                  i,
                                                  i);

      hub_test_store_record (test, topic, payload);
      if (i % 1000 == 0)
        hub_test_store_flush (test);
    }
  hub_test_store_close (test);
  return test;
}

static HubTestBroker *
start (const HubTestStore *test)
{
  HubConfig *config = hub_test_config_new ();

  config->store.persistence = TRUE;
  config->store.persistence_location = g_path_get_dirname (test->path);
  config->store.persistence_file = g_path_get_basename (test->path);
  config->store.durability = HUB_STORE_PROCESS;
  config->store.record_max_messages = 0;
  config->store.record_max_bytes = 0;
  return hub_test_broker_new (config);
}

static guint
count (const HubTestAnswer *answer, const char *piece)
{
  const char *at = (const char *) answer->body->data;
  const char *end = at + answer->body->len;
  guint n = 0;

  while ((at = g_strstr_len (at, end - at, piece)) != NULL)
    {
      at += strlen (piece);
      n++;
    }
  return n;
}

typedef struct
{
  const char *target;
  const char *piece;
  guint count;
  gint64 max_us;
} Row;

static void
measure (HubTestBroker *broker, const Row *row)
{
  gint64 best_us = G_MAXINT64;

  for (guint k = 0; k < TRIES && (k < 5 || best_us > row->max_us); k++)
    {
      gint64 since_us = g_get_monotonic_time ();
      g_autoptr (HubTestAnswer) answer = hub_test_http_get (broker->http_port, row->target, NULL);

      best_us = MIN (best_us, g_get_monotonic_time () - since_us);
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_cmpuint (count (answer, row->piece), ==, row->count);
    }
  g_test_message ("%s: %.1f ms", row->target, (double) best_us / 1000);
  g_assert_cmpint (best_us, <=, row->max_us * hub_test_slowness ());
}

static void
test_time_of_a_page (void)
{
  static const Row rows[] = {
    { "/api/messages", "{\"seq\":", 100, PAGE_US },
    { "/api/messages?limit=1000", "{\"seq\":", 1000, PAGE_US },
    { "/api/messages?before=50000", "{\"seq\":", 100, PAGE_US },
    { "/api/messages?after=50000", "{\"seq\":", 100, PAGE_US },
    { "/api/messages?topic=messages/%23", "{\"seq\":", 100, PAGE_US },
    { "/api/messages?topic=messages/%23&limit=1000", "{\"seq\":", 1000, PAGE_US },
    { "/api/messages?topic=messages/%23&limit=1000&before=50000", "{\"seq\":", 1000, PAGE_US },
    { "/api/messages?topic=messages/room+1", "{\"seq\":", 100, PAGE_US },
    { "/api/topics", "{\"topic\":", 1 + N_ROOMS / 2, PAGE_US },
  };
  g_autoptr (HubTestStore) test = make_log ();
  g_autoptr (HubTestBroker) broker = start (test);

  /* What is measured is a broker that has nothing else to do. */
  hub_test_store_wait_for_index (test);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    measure (broker, &rows[i]);
}

static void
test_time_of_a_search (void)
{
  static const Row rows[] = {
    { "/api/search?topic=messages/%23&q=message", "{\"seq\":", 100, PAGE_US },
    { "/api/search?topic=messages/%23&q=message&before=50000&limit=1000", "{\"seq\":", 1000, 4 * PAGE_US },
    { "/api/search?topic=messages/%23&q=ADA+77777,", "{\"seq\":", 1, PAGE_US },
    { "/api/search?topic=messages/%23&q=zebra", "{\"seq\":", 0, PAGE_US },
    { "/api/search?topic=messages/%23&q=sagem", "{\"seq\":", 0, PAGE_US },
    { "/api/search?topic=messages/%23&q=is", "{\"seq\":", 100, PAGE_US },
    { "/api/search?topic=messages/%23&q=zq", "{\"seq\":", 0, SCAN_US },
    /* The id of a message is not what people see of it. */
    { "/api/search?topic=messages/%23&q=6f1c2b3a", "{\"seq\":", 0, PAGE_US },
  };
  g_autoptr (HubTestStore) test = make_log ();
  gint64 without = hub_test_store_get_int (test, "PRAGMA page_count");
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestBroker) broker = start (test);

  hub_test_store_wait_for_index (test);
  g_test_message ("the index was made in %.1f s, and the file has %" G_GINT64_FORMAT " pages; without it %" G_GINT64_FORMAT,
                  (double) (g_get_monotonic_time () - since_us) / G_USEC_PER_SEC,
                  hub_test_store_get_int (test, "PRAGMA page_count"),
                  without);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    measure (broker, &rows[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();
  g_test_add_func ("/net/http-log/time-of-a-page", test_time_of_a_page);
  g_test_add_func ("/net/http-log/time-of-a-search", test_time_of_a_search);
  return g_test_run ();
}
