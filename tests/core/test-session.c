/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#include <time.h>

#define MANY 8192

/* A client with a kept session that subscribes at QoS 2 and is gone. */
static void
leave_subscription (HubTestCore *core, const char *client_id, const char *filter)
{
  HubTestPeer *peer = hub_test_core_resume (core, client_id, FALSE);

  hub_test_peer_subscribe (peer, filter, 2);
  hub_test_peer_lose (peer);
}

static void
test_queue (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer;

  leave_subscription (core, "id", "a/#");
  hub_test_peer_publish (sender, "a/1", "one", 1);
  hub_test_peer_publish (sender, "a/0", "not at QoS 0", 0);
  hub_test_peer_publish (sender, "a/2", "two", 2);
  hub_test_peer_publish (sender, "b", "other", 1);
  hub_test_peer_publish (sender, "a/1", "three", 1);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a/1 one; PUBLISH d0 q2 r0 m2 a/2 two; PUBLISH d0 q1 r0 m3 a/1 three");

  /* And now they come at once. */
  hub_test_peer_publish (sender, "a/4", "four", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a/4 four");
}

static void
test_clean_drops (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer;

  leave_subscription (core, "id", "a");
  hub_test_peer_publish (sender, "a", "one", 1);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_expect (peer, "");
  hub_test_peer_publish (sender, "a", "two", 1);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);

  /* Nor does it come back with a session that is kept again. */
  hub_test_peer_disconnect (peer);
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_expect (peer, "");
}

static void
test_clean_ends (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);
}

/* A DISCONNECT ends the connection, not the session. */
static void
test_kept_after_disconnect (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_disconnect (peer);
  hub_test_peer_publish (sender, "a", "x", 1);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x");
}

/* Nor does a connection that lasts for longer than a session would be kept. */
static void
test_kept_while_connected (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_core_pass (core, 30 * G_TIME_SPAN_DAY);
  hub_test_peer_publish (sender, "a", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x");
}

static void
test_retained_outlives (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (peer, "a", "kept", 0);
  hub_test_peer_disconnect (peer);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a kept");
}

/* Sent again: with DUP, under the same identifier, in the old order; only on a new connection. */
static void
test_redelivery (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "#", 2);
  hub_test_peer_publish (sender, "a", "one", 1);
  hub_test_peer_publish (sender, "a", "two", 2);
  hub_test_peer_publish (sender, "a", "three", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a one; PUBLISH d0 q2 r0 m2 a two; PUBLISH d0 q1 r0 m3 a three");
  hub_test_core_pass (core, G_TIME_SPAN_DAY);
  hub_test_peer_expect (peer, "");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a one; PUBLISH d1 q2 r0 m2 a two; PUBLISH d1 q1 r0 m3 a three");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a one; PUBLISH d1 q2 r0 m2 a two");
  hub_test_peer_settle (peer);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 2);
  hub_test_peer_expect (peer, "PUBREL m2");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 2);
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "");
}

/* Once the client has answered PUBREC the message itself is not sent any more, only PUBREL. */
static void
test_redelivery_of_pubrel (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "#", 2);
  hub_test_peer_publish (sender, "a", "one", 2);
  hub_test_peer_publish (sender, "a", "two", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a one; PUBLISH d0 q2 r0 m2 a two");
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 1);
  hub_test_peer_expect (peer, "PUBREL m1");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBREL m1; PUBLISH d1 q2 r0 m2 a two");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 2);
  hub_test_peer_expect (peer, "PUBREL m2");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 2);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "");
}

/* First what was sent before, then what waited, then what comes now. */
static void
test_order_across_reconnect (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight = 2;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_subscribe (peer, "a", 1);
  for (guint i = 1; i <= 4; i++)
    {
      g_autofree char *payload = g_strdup_printf ("%u", i);

      hub_test_peer_publish (sender, "a", payload, 1);
    }
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1; PUBLISH d0 q1 r0 m2 a 2");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "5", 1);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1; PUBLISH d1 q1 r0 m2 a 2");
  hub_test_peer_publish (sender, "a", "6", 1);
  hub_test_peer_expect (peer, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 a 3");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m4 a 4");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 4);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m5 a 5; PUBLISH d0 q1 r0 m6 a 6");
}

/* What the client has sent at QoS 2 and not released is known after a reconnect: no second delivery. */
static void
test_received_ids_kept (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "34 [{'a'} 0007 'x']");
  hub_test_peer_expect (peer, "PUBREC m7");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_send (peer, "3c [{'a'} 0007 'x']");
  hub_test_peer_expect (peer, "PUBREC m7");
  hub_test_peer_expect (watcher, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBREL, 7);
  hub_test_peer_expect (peer, "PUBCOMP m7");
  hub_test_peer_send (peer, "34 [{'a'} 0007 'y']");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a y");
}

static void
test_received_ids_of_clean (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "34 [{'a'} 0007 'x']");
  hub_test_peer_lose (peer);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_send (peer, "34 [{'a'} 0007 'y']");
  hub_test_peer_expect (peer, "PUBREC m7");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q0 r0 m0 a y");
}

/* A message that is under way is finished at its QoS, whatever becomes of the subscription. */
static void
test_under_way_survives_unsubscribe (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a x");
  hub_test_peer_unsubscribe (peer, "a");
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 1);
  hub_test_peer_expect (peer, "PUBREL m1");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBREL m1");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 1);
  hub_test_peer_expect (peer, "");
}

/* The old connection is closed, and then everything goes on where it was. */
static void
test_takeover (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *old = hub_test_core_resume (core, "id", FALSE);
  HubTestPeer *peer;

  hub_test_peer_subscribe (old, "a", 1);
  hub_test_peer_publish (sender, "a", "one", 1);
  hub_test_peer_expect (old, "PUBLISH d0 q1 r0 m1 a one");

  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a one");
  hub_test_peer_send (old, "40 [0001] 30 [{'a'} 'late']");
  hub_test_peer_publish (sender, "a", "two", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a two");
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 2);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 2);
}

static void
test_takeover_by_clean (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *old = hub_test_core_resume (core, "id", FALSE);
  HubTestPeer *peer;

  hub_test_peer_subscribe (old, "a", 1);
  peer = hub_test_core_join (core, "id");
  hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_publish (sender, "a", "x", 1);
  hub_test_peer_expect (peer, "");
}

/* The session of a clean client ends with it, even when the next one would like to keep it. */
static void
test_takeover_of_clean (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *old = hub_test_core_join (core, "id");
  HubTestPeer *peer;

  hub_test_peer_subscribe (old, "a", 1);
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_publish (sender, "a", "x", 1);
  hub_test_peer_expect (peer, "");
}

/* Over and over: nobody is left behind. */
static void
test_takeover_many (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (guint i = 0; i < 1000; i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      hub_test_peer_send (peer,
                          i % 3 == 0 ? "10 [{'MQTT'} 04 06 000a {'id'} {'a'} {'x'}]"
                                     : "10 [{'MQTT'} 04 04 0000 {'id'} {'a'} {'x'}]");
      hub_test_peer_send (peer, "82 [0001 {'a'} 02] 32 [{'a'} 0001 'x']");
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 1);
}

/* A session that is kept by one version can be resumed by the other. */
static void
test_other_version (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer;

  leave_subscription (core, "id", "a");
  hub_test_peer_publish (sender, "a", "x", 2);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 [{'MQIsdp'} 03 00 0000 {'id'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0; PUBLISH d0 q2 r0 m1 a x");
}

/* One that is resumed as clean and not, in turn: Clean Session is the CONNECT's, not the session's. */
static void
test_becomes_clean (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  hub_test_peer_disconnect (hub_test_core_resume (core, "id", FALSE));
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
  hub_test_peer_disconnect (hub_test_core_join (core, "id"));
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
  hub_test_core_pass (core, 8 * G_TIME_SPAN_DAY);
  hub_test_core_resume (core, "id", FALSE);
}

static double
now_s (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Many who come, and leave a session each. */
static double
time_many (const char *one, const char *zero)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  double since_s = now_s ();

  for (guint i = 0; i < MANY; i++)
    {
      char client_id[2 * 13 + 1] = "";

      for (guint bit = 0; bit < 13; bit++)
        memcpy (client_id + 2 * bit, (i >> bit & 1) != 0 ? one : zero, 2);
      hub_test_peer_lose (hub_test_core_resume (core, client_id, FALSE));
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, MANY);
  return now_s () - since_s;
}

/* Client Identifiers of which g_str_hash() makes the same cost no more than others. */
static void
test_same_hash (void)
{
  double others_s = time_many ("01", "10");
  double same_s = time_many ("Ez", "FY");

  g_assert_cmpuint (g_str_hash ("EzFY"), ==, g_str_hash ("FYEz"));
  g_test_message ("%.3f s, and of one hash %.3f s", others_s, same_s);
  g_assert_cmpfloat (same_s, <, 3 * others_s);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-5/queue", test_queue);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-6/clean-drops", test_clean_drops);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-6/clean-ends", test_clean_ends);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-4/MQTT-4.1.0-1/kept-after-disconnect", test_kept_after_disconnect);
  g_test_add_func ("/core/3.1.1/MQTT-4.1.0-2/kept-while-connected", test_kept_while_connected);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-7/retained-outlives", test_retained_outlives);
  g_test_add_func ("/core/3.1.1/MQTT-4.4.0-1/MQTT-3.3.1-1/redelivery", test_redelivery);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-1/redelivery-of-pubrel", test_redelivery_of_pubrel);
  g_test_add_func ("/core/3.1.1/MQTT-4.6.0-1/order-across-reconnect", test_order_across_reconnect);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-2/received-ids-kept", test_received_ids_kept);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-2/received-ids-of-clean", test_received_ids_of_clean);
  g_test_add_func ("/core/3.1.1/MQTT-3.10.4-3/under-way-survives", test_under_way_survives_unsubscribe);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-2/takeover", test_takeover);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-2/takeover/by-clean", test_takeover_by_clean);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-2/takeover/of-clean", test_takeover_of_clean);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-2/takeover/many", test_takeover_many);
  g_test_add_func ("/core/3.1/resumes-session", test_other_version);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-3/becomes-clean", test_becomes_clean);
  g_test_add_func ("/core/session/same-hash", test_same_hash);
  return g_test_run ();
}
