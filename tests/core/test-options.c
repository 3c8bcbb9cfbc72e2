/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define YEAR_US (365 * G_TIME_SPAN_DAY)

/* As wide as the types allow: no sum may run over, and nothing ends at once that should never end. */
static void
test_max (void)
{
  HubLimits limits = {
    .connect_timeout_us = G_MAXINT64,
    .session_expiry_max_us = G_MAXINT64,
    .max_packet_bytes = G_MAXSIZE,
    .max_first_packet_bytes = G_MAXSIZE,
    .max_inflight = 65535,
    .max_queued_messages = G_MAXUINT,
    .max_queued_bytes = G_MAXSIZE,
    .max_output_bytes = G_MAXSIZE,
    .max_filters = G_MAXUINT,
    .max_retained_messages = G_MAXUINT,
    .max_retained_bytes = G_MAXSIZE,
    .retain_available = TRUE,
  };
  g_autoptr (HubTestCore) core = hub_test_core_new_with_limits (&limits);
  HubTestPeer *waiting = hub_test_core_open (core);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_lose (peer);
  hub_test_peer_retain (sender, "a", "x", 1);
  hub_test_core_pass (core, 100 * YEAR_US);
  g_assert_false (waiting->is_closed);
  hub_test_peer_set_output (waiting, G_MAXSIZE - 1);
  hub_test_peer_send (waiting, "10 [{'MQTT'} 04 02 ffff {'waiting'}]");
  hub_test_peer_expect (waiting, "CONNACK 0 0");
  peer = hub_test_core_resume (core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x");
  hub_test_peer_send (peer, "30 ffffff7f");
  g_assert_false (peer->is_closed);
}

/* As narrow as there is any sense in it. */
static void
test_one (void)
{
  HubLimits limits = {
    .connect_timeout_us = 1,
    .session_expiry_max_us = 1,
    .max_packet_bytes = 100,
    .max_first_packet_bytes = 100,
    .max_inflight = 1,
    .max_queued_messages = 1,
    .max_queued_bytes = 1,
    .max_output_bytes = 1,
    .max_filters = 1,
    .max_retained_messages = 1,
    .max_retained_bytes = 1,
    .retain_available = TRUE,
  };
  g_autoptr (HubTestCore) core = hub_test_core_new_with_limits (&limits);
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);

  hub_test_peer_send (peer, "82 [0001 {'a'} 01 {'b'} 01]");
  hub_test_peer_expect (peer, "SUBACK m1 01 80");

  /* One under way, one of a single byte in the queue, the third dropped. */
  hub_test_peer_publish (sender, "a", "one", 1);
  hub_test_peer_publish (sender, "a", "too much for the queue", 1);
  hub_test_peer_publish (sender, "a", "", 1);
  hub_test_peer_publish (sender, "a", "", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a one");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 2);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a ");

  hub_test_peer_retain (sender, "a", "x", 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
  hub_test_peer_lose (peer);
  hub_test_core_pass (core, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
}

/* Zero stands for "no limit" where it is said so. */
static void
test_zero (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_app (&limits);
  limits.max_queued_messages = 0;
  limits.max_queued_bytes = 0;
  limits.max_filters = 0;
  limits.max_retained_messages = 0;
  limits.max_retained_bytes = 0;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "#", 1);
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *topic = g_strdup_printf ("%u", i);

      hub_test_peer_retain (sender, topic, "x", 1);
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 20000);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 0);
  hub_test_peer_settle (peer);
  g_assert_cmpuint (peer->output->len, ==, 20000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/options/max", test_max);
  g_test_add_func ("/core/options/one", test_one);
  g_test_add_func ("/core/options/zero", test_zero);
  return g_test_run ();
}
