/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static HubTestCore *
core_with_window (guint max_inflight)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight = max_inflight;
  return hub_test_core_new_with_limits (&limits);
}

static void
retain_numbers (HubTestPeer *sender, const char *room, guint n, const char *payload, guint8 qos)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *topic = g_strdup_printf ("%s/%u", room, i);

      hub_test_peer_retain (sender, topic, payload, qos);
    }
  hub_test_peer_settle (sender);
}

static void
test_retain (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "one", 1);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m1 a one");

  /* RETAIN is 0 where the subscription was there before. */
  hub_test_peer_retain (sender, "a", "two", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a two");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a two");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 1);
}

static void
test_qos (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  static const char *const topics[] = { "t/0", "t/1", "t/2" };

  for (guint8 published = 0; published <= 2; published++)
    hub_test_peer_retain (sender, topics[published], "x", published);
  for (guint8 granted = 0; granted <= 2; granted++)
    for (guint8 published = 0; published <= 2; published++)
      {
        HubTestPeer *peer = hub_test_core_join (core, "id");
        guint qos = MIN (granted, published);
        g_autofree char *expected = g_strdup_printf ("PUBLISH d0 q%u r1 m%u %s x", qos, qos > 0 ? 1 : 0, topics[published]);

        hub_test_peer_subscribe (peer, topics[published], granted);
        hub_test_peer_expect (peer, expected);
      }
}

/* The empty message removes, is not stored, and goes to those who are there. */
static void
test_clear (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (watcher, "#", 1);
  hub_test_peer_retain (sender, "a", "x", 1);
  hub_test_peer_retain (sender, "a", "", 1);
  hub_test_peer_retain (sender, "b", "", 0);
  hub_test_peer_expect (watcher, "PUBLISH d0 q1 r0 m1 a x; PUBLISH d0 q1 r0 m2 a ; PUBLISH d0 q0 r0 m0 b ");
  hub_test_peer_subscribe (peer, "#", 1);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

/* Without RETAIN nothing is stored, replaced or removed. */
static void
test_plain_leaves (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "kept", 0);
  hub_test_peer_publish (sender, "a", "other", 0);
  hub_test_peer_publish (sender, "a", "", 0);
  hub_test_peer_publish (sender, "b", "other", 0);
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a kept");
}

static void
test_q0_replaces_q1 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "one", 1);
  hub_test_peer_retain (sender, "a", "two", 0);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a two");
}

/* Again with each subscription, the same one too; not with an existing one when a session is resumed. */
static void
test_each_subscription (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_retain (sender, "a", "x", 0);
  for (guint i = 0; i < 3; i++)
    {
      hub_test_peer_subscribe (peer, "a", 0);
      hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x");
    }
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "");
}

/* Several filters in one packet are like several packets, each with what is retained for it. */
static void
test_many_filters (void)
{
  static const char *const rows[] = {
    "82 [0001 {'a'} 00]",
    "82 [0001 {'a'} 00 {'+'} 00]",
    "82 [0001 {'a'} 00 {'+'} 00 {'#'} 00]",
    "82 [0001 {'a'} 00 {'+'} 00 {'#'} 00 {'a/#'} 00]",
    "82 [0001 {'a'} 00 {'+'} 00 {'#'} 00 {'a/#'} 00 {'+/#'} 00]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join (core, "sender");
      HubTestPeer *peer = hub_test_core_join (core, "id");

      g_test_message ("%s", rows[i]);
      hub_test_peer_retain (sender, "a", "x", 0);
      hub_test_peer_send (peer, rows[i]);
      g_assert_cmpuint (hub_test_peer_count (peer, "SUBACK"), ==, 1);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 a x"), ==, i + 1);
      g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
    }
}

static void
test_refused_filter (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "x", 0);
  hub_test_peer_send (peer, "82 [0001 {'#/a'} 00 {'a'} 00 {'a/#/'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 80 00 80; PUBLISH d0 q0 r1 m0 a x");
}

static void
test_reserved (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (peer, "$SYS/a", "x", 0);
  hub_test_peer_subscribe (peer, "$SYS/#", 0);
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

/* Far more than the window takes: each comes once, as acknowledgements make room, and live ones after them. */
static void
test_replay_through_window (void)
{
  g_autoptr (HubTestCore) core = core_with_window (5);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  retain_numbers (sender, "a", 500, "x", 1);
  hub_test_peer_subscribe (peer, "a/#", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 5);
  hub_test_peer_publish (sender, "a/live", "y", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 5);

  hub_test_peer_settle (peer);
  g_assert_cmpuint (peer->output->len, ==, 501);
  for (guint i = 0; i < 500; i++)
    {
      const char *text = g_ptr_array_index (peer->output, i);

      g_assert_true (g_str_has_prefix (text, "PUBLISH d0 q1 r1 "));
      g_assert_true (g_hash_table_add (seen, g_strdup (strstr (text, "a/"))));
    }
  g_assert_true (g_str_has_suffix (g_ptr_array_index (peer->output, 500), "a/live y"));
}

/* One that was replaced while it waited is left out: the newer one comes on its own. */
static void
test_replaced_while_waiting (void)
{
  g_autoptr (HubTestCore) core = core_with_window (1);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "old", 1);
  hub_test_peer_retain (sender, "b", "old", 1);
  hub_test_peer_publish (sender, "first", "x", 1);
  hub_test_peer_subscribe (peer, "first", 1);
  hub_test_peer_publish (sender, "first", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 first x");
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_subscribe (peer, "b", 1);
  hub_test_peer_retain (sender, "a", "new", 1);
  hub_test_peer_retain (sender, "b", "", 1);
  hub_test_peer_expect (peer, "");

  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a new");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 b ");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_expect (peer, "");
}

/* What waits and is not retained any more must not keep out what is. */
static void
test_stale_replay (void)
{
  g_autoptr (HubTestCore) core = core_with_window (1);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  retain_numbers (sender, "a", 5, "x", 1);
  hub_test_peer_subscribe (peer, "a/+", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 1);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_unsubscribe (peer, "a/+");
  retain_numbers (sender, "a", 5, "", 1);
  hub_test_peer_retain (sender, "b", "wanted", 1);
  hub_test_peer_subscribe (peer, "b", 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b wanted");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
}

/* A client that takes nothing and subscribes again and again makes the broker remember a bounded number. */
static void
test_replay_is_bounded (void)
{
  g_autoptr (HubTestCore) core = core_with_window (1);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  retain_numbers (sender, "a", 100, "x", 1);
  hub_test_peer_subscribe (peer, "#", 1);
  for (guint i = 0; i < 100; i++)
    hub_test_peer_send (peer, "82 [0009 {'#'} 01]");
  hub_test_peer_settle (peer);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), <=, 300);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), >=, 100);
}

/*
 * The same filter a hundred thousand times in one packet, with thousands of retained messages: one client
 * must not keep the broker busy. Counted, not timed: what was sent and what was dropped is what was looked at.
 */
static void
test_amplification (void)
{
  g_autoptr (HubTestCore) core = core_with_window (20);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint64 looked_at;

  retain_numbers (sender, "a", 2000, "x", 1);
  hub_test_peer_send (peer, "82 [0001 ({'#'} 01)*10000]");
  looked_at = hub_test_peer_count (peer, "PUBLISH") + hub_core_get_stats (core->core).messages_dropped;
  g_assert_cmpuint (looked_at, <, 1000000);
}

/* Nothing is sent to who does not read; once there is room again, it all comes. */
static void
test_replay_without_room (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  retain_numbers (sender, "a", 10, "x", 0);
  hub_test_peer_set_output (peer, (gsize) 1024 * 1024);
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_expect (peer, "");
  hub_test_peer_room (peer);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1"), ==, 10);
}

/* Room is there again and the core has not been told yet: the older message still comes first. */
static void
test_live_does_not_overtake (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "old", 1);
  hub_test_peer_set_output (peer, (gsize) 1024 * 1024);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_expect (peer, "");
  hub_test_peer_set_output (peer, 0);
  hub_test_peer_publish (sender, "a", "new", 1);
  hub_test_peer_room (peer);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m1 a old; PUBLISH d0 q1 r0 m2 a new");
}

/* What a kept session has not got yet of the retained messages comes when it returns. */
static void
test_replay_across_reconnect (void)
{
  g_autoptr (HubTestCore) core = core_with_window (2);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  retain_numbers (sender, "a", 6, "x", 1);
  hub_test_peer_subscribe (peer, "a/+", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q1 r1"), ==, 2);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d1 q1 r1"), ==, 2);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q1 r1"), ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-5/MQTT-3.3.1-8/MQTT-3.3.1-9/retain", test_retain);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-6/retained-qos", test_qos);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-10/MQTT-3.3.1-11/clear", test_clear);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-12/plain-leaves", test_plain_leaves);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-7/q0-replaces-q1", test_q0_replaces_q1);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-3/each-subscription", test_each_subscription);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-4/many-filters", test_many_filters);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-5/refused-filter", test_refused_filter);
  g_test_add_func ("/core/3.1.1/MQTT-4.7.2-1/reserved-retained", test_reserved);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/through-window", test_replay_through_window);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/replaced-while-waiting", test_replaced_while_waiting);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/stale", test_stale_replay);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/bounded", test_replay_is_bounded);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/amplification", test_amplification);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/without-room", test_replay_without_room);
  g_test_add_func ("/core/3.1.1/MQTT-4.6.0-6/live-does-not-overtake", test_live_does_not_overtake);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-6/replay/across-reconnect", test_replay_across_reconnect);
  return g_test_run ();
}
