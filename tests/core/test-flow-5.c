/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* --- How much we send at a time: the Receive Maximum of the client --- */

static void
publish_many (HubTestPeer *sender, guint n, guint8 qos)
{
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *payload = g_strdup_printf ("%u", i);

      hub_test_peer_publish (sender, "a", payload, qos);
    }
}

/* At the limit, and not one more; each answer that ends a delivery makes room for the next. */
static void
test_window (void)
{
  static const struct
  {
    const char *properties;
    guint window;
  } rows[] = {
    { "21 0001", 1 },
    { "21 0002", 2 },
    { "21 0013", 19 },
    { "21 0014", 20 },
    { "21 ffff", 20 }, /* our own limit */
    { "", 20 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint8 qos = 1; qos <= 2; qos++)
      {
        g_autoptr (HubTestCore) core = hub_test_core_new ();
        HubTestPeer *sender = hub_test_core_join (core, "sender");
        HubTestPeer *peer = hub_test_core_join_5 (core, "id", rows[i].properties);

        g_test_message ("%s at QoS %u", rows[i].properties, qos);
        hub_test_peer_subscribe (peer, "a", 2);
        publish_many (sender, 25, qos);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, rows[i].window);

        /* QoS 0 has no part in it. */
        hub_test_peer_publish (sender, "a", "at once", 0);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0"), ==, 1);
        hub_test_peer_settle (peer);
        g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 26);
      }
}

/* A refusal frees its slot as much as an acknowledgement; the first half of a QoS 2 delivery does not. */
static void
test_window_answers (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "21 0001");

  hub_test_peer_subscribe (peer, "a", 2);
  publish_many (sender, 5, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a 1");
  hub_test_peer_send (peer, "50 [0001 87]");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m2 a 2");
  hub_test_peer_send (peer, "50 [0002 10]");
  hub_test_peer_expect (peer, "PUBREL m2");
  hub_test_peer_send (peer, "70 [0002]");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m3 a 3");
  hub_test_peer_send (peer, "50 [0003]");
  hub_test_peer_expect (peer, "PUBREL m3");
  hub_test_peer_send (peer, "70 [0003 92]");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m4 a 4");
  publish_many (sender, 1, 1);
  hub_test_peer_send (peer, "50 [0004 80 [1f {'why'} 26 {'k'} {'v'}]] 50 [0005 80]");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m5 a 5; PUBLISH d0 q1 r0 m6 a 1");
  hub_test_peer_send (peer, "40 [0006 97]");
  hub_test_peer_expect (peer, "");
  g_assert_false (peer->is_closed);
}

/* A client that takes less than on its last connection: what is sent again is bound as well, and keeps its order. */
static void
test_window_shrinks (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  publish_many (sender, 4, 1);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_lose (peer);
  publish_many (sender, 1, 1);

  peer = hub_test_core_resume_5 (core, "id", "11 0000003c 21 0002", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1; PUBLISH d1 q1 r0 m2 a 2");
  publish_many (sender, 1, 2);
  hub_test_peer_expect (peer, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m3 a 3");

  /* Lost once more, with even less room afterwards. */
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c 21 0001", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m3 a 3");

  /* An answer to one that was not sent again counts all the same. */
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 4);
  hub_test_peer_expect (peer, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m5 a 1");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 5);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m6 a 1");
}

/* PUBREL is sent again whatever the window is, and takes room in it until PUBCOMP: no PUBLISH goes out before. */
static void
test_window_and_pubrel (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  publish_many (sender, 4, 2);
  hub_test_peer_send (peer, "50 [0002] 50 [0003] 50 [0004]");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c 21 0001", TRUE);
  hub_test_peer_expect (peer, "PUBREL m2; PUBREL m3; PUBREL m4");
  publish_many (sender, 1, 1);
  hub_test_peer_send (peer, "70 [0002] 70 [0003]");
  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "70 [0004]");
  hub_test_peer_expect (peer, "PUBLISH d1 q2 r0 m1 a 1");
  hub_test_peer_send (peer, "50 [0001] 70 [0001]");
  hub_test_peer_expect (peer, "PUBREL m1; PUBLISH d0 q1 r0 m5 a 1");
}

/* A slow reader gets what was under way as there is room for it. */
static void
test_window_without_room (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_output_bytes = 30;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);
  hub_test_peer_subscribe (peer, "a", 2);
  publish_many (sender, 5, 1);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_lose (peer);

  peer = hub_test_core_open (core);
  peer->version = HUB_VERSION_5_0;
  peer->counts_output = TRUE;
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 00 0000 [11 0000003c] {'id'}]");
  hub_test_peer_expect (peer, "CONNACK 1 0 {receive=20 aliases=10 size=2000000}; PUBLISH d1 q1 r0 m1 a 1; PUBLISH d1 q1 r0 m2 a 2");
  hub_test_peer_room (peer);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m3 a 3; PUBLISH d1 q1 r0 m4 a 4; PUBLISH d1 q1 r0 m5 a 5");
  hub_test_peer_room (peer);
  hub_test_peer_expect (peer, "");
}

/* Bytes under way are bound as well: up to the limit, or a single message that is larger; released ones do not count. */
static void
test_window_bytes (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight_bytes = 20;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_resume (core, "id", FALSE);
  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "123456789", 1);
  hub_test_peer_publish (sender, "a", "123456789", 2);
  hub_test_peer_publish (sender, "a", "", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 123456789; PUBLISH d0 q2 r0 m2 a 123456789");
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 2);
  hub_test_peer_expect (peer, "PUBREL m2");

  /* As on every packet that makes room. */
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 a ");
  hub_test_peer_publish (sender, "a", "larger than the limit", 1);
  hub_test_peer_publish (sender, "a", "x", 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m4 a larger\\20than\\20the\\20limit");

  /* What is kept counts on the next connection too. */
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m4 a larger\\20than\\20the\\20limit");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 4);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m5 a x");
}

/* --- How much may be sent to us: our Receive Maximum --- */

static HubTestCore *
make_core (guint16 receive_maximum)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.receive_maximum = receive_maximum;
  return hub_test_core_new_with_limits (&limits);
}

/* At the limit, and one more; what is complete or refused, or has no QoS 2, does not count. */
static void
test_quota (void)
{
  g_autoptr (HubTestCore) core = make_core (2);
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (hub_test_core_join (core, "watcher"), "a", 0);
  hub_test_peer_send (peer, "34 [{'a'} 0001 [] 'x'] 34 [{'a'} 0002 [] 'x']");
  hub_test_peer_expect (peer, "PUBREC m1; PUBREC m2");
  hub_test_peer_send (peer, "30 [{'a'} [] 'x'] 32 [{'a'} 0007 [] 'x'] 3c [{'a'} 0001 [] 'x']");
  hub_test_peer_expect (peer, "PUBACK m7; PUBREC m1");
  hub_test_peer_send (peer, "62 [0002] 34 [{'$SYS/a'} 0003 [] 'x'] 34 [{'a'} 0004 [] 'x']");
  hub_test_peer_expect (peer, "PUBCOMP m2; PUBREC m3 rc87; PUBREC m4");
  hub_test_peer_send (peer, "34 [{'a'} 0005 [] 'x']");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_RECEIVE_MAXIMUM_EXCEEDED);
}

/* It begins anew with each connection; what is still open from before is not held against the client. */
static void
test_quota_of_connection (void)
{
  g_autoptr (HubTestCore) core = make_core (2);
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);

  hub_test_peer_send (peer, "34 [{'a'} 0001 [] 'x'] 34 [{'a'} 0002 [] 'x']");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_send (peer, "34 [{'a'} 0003 [] 'x'] 34 [{'a'} 0004 [] 'x']");
  hub_test_peer_expect (peer, "PUBREC m3 rc10; PUBREC m4 rc10");
  hub_test_peer_send (peer, "62 [0001] 34 [{'a'} 0005 [] 'x']");
  hub_test_peer_expect (peer, "PUBCOMP m1; PUBREC m5 rc10");
  hub_test_peer_send (peer, "34 [{'a'} 0006 [] 'x']");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_RECEIVE_MAXIMUM_EXCEEDED);
}

/* 3.1.1 has no such thing. */
static void
test_quota_3_1_1 (void)
{
  g_autoptr (HubTestCore) core = make_core (1);
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "34 [{'a'} 0001 'x'] 34 [{'a'} 0002 'x']");
  hub_test_peer_expect (peer, "PUBREC m1; PUBREC m2");
}

/* --- Packet Identifiers --- */

/* One that belongs to an open QoS 2 message is not taken for anything else: nothing is done, and the client is told. */
static void
test_id_in_use (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_send (peer, "82 [0001 [] {'a'} 00] 34 [{'b'} 0001 [] 'x']");
  hub_test_peer_expect (peer, "SUBACK m1 00; PUBREC m1 rc10");
  hub_test_peer_send (peer, "32 [{'a'} 0001 [] 'x'] 82 [0001 [] {'c'} 00 {'d'} 01] a2 [0001 [] {'a'}]");
  hub_test_peer_expect (peer, "PUBACK m1 rc91; SUBACK m1 91 91; UNSUBACK m1 91");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 1);
  hub_test_peer_send (peer, "62 [0001] 32 [{'a'} 0001 [] 'y'] 82 [0001 [] {'c'} 00] a2 [0001 [] {'a'}]");
  hub_test_peer_expect (peer, "PUBCOMP m1; PUBLISH d0 q0 r0 m0 a y; PUBACK m1; SUBACK m1 00; UNSUBACK m1 00");
}

/* 3.1.1 cannot be told. A client that has lost what it knew, and begins at 1 again, is served all the same. */
static void
test_id_in_use_3_1_1 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_send (peer, "34 [{'b'} 0001 'x']");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_send (peer, "82 [0001 {'a'} 00] 32 [{'a'} 0001 'x']");
  hub_test_peer_expect (peer, "SUBACK m1 00; PUBLISH d0 q0 r0 m0 a x; PUBACK m1");
}

/* --- QoS 2 from the client --- */

/* Answered at each step with the same identifier, routed once, and new once it is complete. */
static void
test_receiver (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (peer, "34 [{'a'} 1234 [] '1']");
  hub_test_peer_expect (peer, "PUBREC m4660");
  hub_test_peer_send (peer, "3c [{'a'} 1234 [] '1'] 34 [{'a'} 1234 [] 'another']");
  hub_test_peer_expect (peer, "PUBREC m4660; PUBREC m4660");
  hub_test_peer_send (peer, "62 [1234]");
  hub_test_peer_expect (peer, "PUBCOMP m4660");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 1");
  hub_test_peer_send (peer, "34 [{'a'} 1234 [] '2'] 62 [1234 92] 62 [1234 00 [1f {'why'}]]");
  hub_test_peer_expect (peer, "PUBREC m4660; PUBCOMP m4660; PUBCOMP m4660 rc92");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 2");
}

/* After a refusal the same identifier is a new message. */
static void
test_receiver_refused (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (peer, "34 [{'$a'} 0001 [] '1'] 34 [{'a'} 0001 [] '2'] 62 [0001]");
  hub_test_peer_expect (peer, "PUBREC m1 rc87; PUBREC m1; PUBCOMP m1");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 2");
}

/* That a message has expired does not end the exchange about it. */
static void
test_receiver_expired (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_send (peer, "35 [{'a'} 0001 [02 00000001] 'x']");
  hub_test_peer_expect (peer, "PUBREC m1 rc10");
  hub_test_core_pass (core, G_TIME_SPAN_HOUR);
  hub_test_peer_send (peer, "3d [{'a'} 0001 [02 00000001] 'x'] 62 [0001]");
  hub_test_peer_expect (peer, "PUBREC m1; PUBCOMP m1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-3.3.4-9/window", test_window);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-9/window/answers", test_window_answers);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-9/window/shrinks", test_window_shrinks);
  g_test_add_func ("/core/5.0/MQTT-4.3.3-6/window/and-pubrel", test_window_and_pubrel);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-9/window/without-room", test_window_without_room);
  g_test_add_func ("/core/limits/inflight-bytes", test_window_bytes);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-7/quota", test_quota);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-7/quota/of-connection", test_quota_of_connection);
  g_test_add_func ("/core/3.1.1/quota", test_quota_3_1_1);
  g_test_add_func ("/core/5.0/MQTT-2.2.1-3/id-in-use", test_id_in_use);
  g_test_add_func ("/core/3.1.1/MQTT-2.3.1-2/id-in-use", test_id_in_use_3_1_1);
  g_test_add_func ("/core/5.0/MQTT-4.3.3-8/MQTT-4.3.3-10/MQTT-4.3.3-11/MQTT-4.3.3-12/receiver", test_receiver);
  g_test_add_func ("/core/5.0/MQTT-4.3.3-9/receiver/refused", test_receiver_refused);
  g_test_add_func ("/core/5.0/MQTT-4.3.3-13/receiver/expired", test_receiver_expired);
  return g_test_run ();
}
