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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-4.6.0-5/queued-qos-0", test_queued_q0);
  return g_test_run ();
}
