/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* Messages to one topic reach a client in the order in which they were published, whatever it is that they wait for. */

static HubTestCore *
make_core (gboolean queues_q0)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.queue_qos0_messages = queues_q0;
  limits.max_inflight = 1;
  return hub_test_core_new_with_limits (&limits);
}

/* QoS 0 that was queued while the client was away comes before what is published now that it is back. */
static void
test_queued_q0 (void)
{
  g_autoptr (HubTestCore) core = make_core (TRUE);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "#", 1);
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "b", "1", 1);
  hub_test_peer_publish (sender, "b", "2", 1);
  hub_test_peer_publish (sender, "a", "old", 0);
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_publish (sender, "a", "new", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 b 1");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 b 2; PUBLISH d0 q0 r0 m0 a old; PUBLISH d0 q0 r0 m0 a new");

  /* And when none waits any more, it does not wait either. */
  hub_test_peer_publish (sender, "b", "3", 1);
  hub_test_peer_publish (sender, "a", "now", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a now");
}

/* A retained message that waits behind others is older than one that is published meanwhile. */
static void
test_retained_q0 (void)
{
  g_autoptr (HubTestCore) core = make_core (FALSE);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "1", 1);
  hub_test_peer_retain (sender, "b", "2", 1);
  hub_test_peer_retain (sender, "c", "old", 0);
  hub_test_peer_send (peer, "82 [0001 {'a'} 01 {'b'} 01 {'c'} 00 {'d'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 01 01 00 00; PUBLISH d0 q1 r1 m1 a 1");
  hub_test_peer_publish (sender, "d", "other", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 d other");
  hub_test_peer_publish (sender, "c", "new", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 c old; PUBLISH d0 q0 r0 m0 c new");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b 2");
}

/* Where the old one is replaced, the new one is enough. */
static void
test_retained_q0_replaced (void)
{
  g_autoptr (HubTestCore) core = make_core (FALSE);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_retain (sender, "a", "1", 1);
  hub_test_peer_retain (sender, "b", "2", 1);
  hub_test_peer_retain (sender, "c", "old", 0);
  hub_test_peer_send (peer, "82 [0001 {'a'} 01 {'b'} 01 {'c'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 01 01 00; PUBLISH d0 q1 r1 m1 a 1");
  hub_test_peer_retain (sender, "c", "new", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 c new");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b 2");
}

/* A large retained message keeps back the small one behind it, though that would fit. */
static void
test_retained_bytes (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight_bytes = 10;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_retain (sender, "a", "12345", 1);
  hub_test_peer_retain (sender, "b", "123456789", 1);
  hub_test_peer_send (peer, "82 [0001 {'a'} 01 {'b'} 01]");
  hub_test_peer_expect (peer, "SUBACK m1 01 01; PUBLISH d0 q1 r1 m1 a 12345");
  hub_test_peer_publish (sender, "b", "x", 1);
  hub_test_peer_publish (sender, "b", "y", 1);
  hub_test_peer_expect (peer, "");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b 123456789");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 b x; PUBLISH d0 q1 r0 m4 b y");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-4.6.0-5/queued-qos-0", test_queued_q0);
  g_test_add_func ("/core/5.0/MQTT-4.6.0-5/retained-qos-0", test_retained_q0);
  g_test_add_func ("/core/5.0/MQTT-4.6.0-5/retained-qos-0-replaced", test_retained_q0_replaced);
  g_test_add_func ("/core/5.0/MQTT-4.6.0-5/retained-bytes", test_retained_bytes);
  return g_test_run ();
}
