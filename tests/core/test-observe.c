/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-observe.h"
#include "tests/support/hub-test-core.h"

#define SECOND G_TIME_SPAN_SECOND

/* Who looks on, and what there is to see. */

typedef struct
{
  HubTestCore *core;
  GString *seen; /* what was seen, in one line */
} Fixture;

static void
connected_cb (gpointer observer, const HubSession *session)
{
  g_assert_nonnull (session->peer);
  g_string_append_printf (observer, "+%s ", session->client_id);
}

static void
disconnected_cb (gpointer observer, const HubSession *session)
{
  g_assert_null (session->peer);
  g_string_append_printf (observer, "-%s ", session->client_id);
}

static void
published_cb (gpointer observer, const HubMessage *message, const HubSession *publisher)
{
  g_string_append_printf (observer,
                          "%s:%.*s=%.*s ",
                          publisher->client_id,
                          (int) message->topic.size,
                          (const char *) message->topic.data,
                          (int) message->payload.size,
                          (const char *) message->payload.data);
}

static void
dropped_cb (gpointer observer, const HubMessage *message, const HubSession *session)
{
  g_string_append_printf (observer,
                          "!%s:%.*s ",
                          session->client_id,
                          (int) message->topic.size,
                          (const char *) message->topic.data);
}

static const HubObserveFuncs funcs = {
  .connected = connected_cb,
  .disconnected = disconnected_cb,
  .published = published_cb,
  .dropped = dropped_cb,
};

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->seen = g_string_new (NULL);
  hub_core_set_observer (fixture->core->core, &funcs, fixture->seen);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
  g_string_free (fixture->seen, TRUE);
}

static void
expect (Fixture *fixture, const char *seen)
{
  g_assert_cmpstr (fixture->seen->str, ==, seen);
  g_string_truncate (fixture->seen, 0);
}

static void
test_clients (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *one = hub_test_core_join (fixture->core, "one");
  HubTestPeer *two = hub_test_core_join (fixture->core, "two");

  expect (fixture, "+one +two ");
  hub_test_peer_disconnect (two);
  expect (fixture, "-two ");
  hub_test_core_join (fixture->core, "one");
  g_assert_true (one->is_closed);
  expect (fixture, "-one +one ");

  /* Who never was in does not leave. */
  hub_test_peer_lose (hub_test_core_open (fixture->core));
  expect (fixture, "");
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *one = hub_test_core_join (fixture->core, "one");
  HubTestPeer *two = hub_test_core_join (fixture->core, "two");

  expect (fixture, "+one +two ");
  hub_test_peer_subscribe (two, "$SYS/#", 0);
  hub_test_peer_subscribe (two, "a", 0);
  hub_test_peer_publish (one, "a", "x", 0);
  hub_test_peer_publish (one, "nobody", "y", 2);
  hub_test_peer_publish (one, "$SYS/forged", "z", 0);
  expect (fixture, "one:a=x one:nobody=y ");

  hub_test_peer_set_output (two, hub_core_get_limits (fixture->core->core)->max_output_bytes);
  hub_test_peer_publish (one, "a", "x", 0);
  expect (fixture, "one:a=x !two:a ");
}

static void
test_will (Fixture *fixture, gconstpointer data)
{
  HubConnect connect = {
    .version = HUB_VERSION_3_1_1,
    .client_id = hub_span_from_string ("id"),
    .is_clean = TRUE,
    .has_will = TRUE,
    .will_topic = hub_span_from_string ("w"),
    .will_payload = hub_span_from_string ("gone"),
  };
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_connect (peer, &connect);
  hub_test_peer_lose (peer);
  expect (fixture, "+id -id id:w=gone ");
}

static void
test_nobody_looks (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *one = hub_test_core_join (fixture->core, "one");

  expect (fixture, "+one ");
  hub_core_set_observer (fixture->core->core, NULL, NULL);
  hub_test_peer_publish (one, "a", "x", 0);
  hub_test_peer_disconnect (one);
  expect (fixture, "");
}

static void
facts_cb (const HubClientFacts *facts, gpointer user_data)
{
  GHashTable *lines = user_data;

  g_hash_table_insert (lines,
                       g_strdup (facts->session->client_id),
                       g_strdup_printf ("%s v%d %" G_GINT64_FORMAT "s s%u q%u i%u d%" G_GUINT64_FORMAT,
                                        facts->peer_name != NULL ? "here" : "away",
                                        facts->version,
                                        facts->connected_us / SECOND,
                                        facts->n_subscriptions,
                                        facts->n_queued,
                                        facts->n_inflight,
                                        facts->session->n_dropped));
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  HubTestPeer *one = hub_test_core_join_5 (fixture->core, "one", "");
  HubTestPeer *away = hub_test_core_resume (fixture->core, "away", FALSE);

  hub_test_core_pass (fixture->core, 3 * SECOND);
  hub_test_peer_subscribe (away, "a", 1);
  hub_test_peer_subscribe (away, "b", 1);
  hub_test_peer_publish (one, "a", "1", 1);
  hub_test_peer_lose (away);
  hub_test_peer_publish (one, "a", "2", 1);
  hub_core_list_clients (fixture->core->core, fixture->core->now_us, facts_cb, lines);
  g_assert_cmpuint (g_hash_table_size (lines), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (lines, "one"), ==, "here v5 3s s0 q0 i0 d0");
  g_assert_cmpstr (g_hash_table_lookup (lines, "away"), ==, "away v0 0s s2 q1 i1 d0");
}

static void
test_kick (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *five = hub_test_core_join_5 (fixture->core, "five", "");
  HubTestPeer *three = hub_test_core_resume (fixture->core, "three", FALSE);
  gint64 now_us = fixture->core->now_us;

  g_assert_true (hub_core_kick (fixture->core->core, "five", now_us));
  g_assert_true (hub_core_kick (fixture->core->core, "three", now_us));
  hub_test_peer_expect (five, "DISCONNECT 98");
  g_assert_true (five->is_closed);
  hub_test_peer_expect_closed (three, HUB_REASON_ADMINISTRATIVE_ACTION);
  expect (fixture, "+five +three -five -three ");

  g_assert_false (hub_core_kick (fixture->core->core, "five", now_us));
  g_assert_false (hub_core_kick (fixture->core->core, "three", now_us));
  g_assert_false (hub_core_kick (fixture->core->core, "nobody", now_us));
  /* Its session is still there. */
  hub_test_core_resume (fixture->core, "three", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/core/observe/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("clients", test_clients);
  ADD ("messages", test_messages);
  ADD ("will", test_will);
  ADD ("nobody-looks", test_nobody_looks);
  ADD ("list", test_list);
  ADD ("kick", test_kick);
#undef ADD

  return g_test_run ();
}
