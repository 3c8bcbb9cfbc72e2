/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define SECOND G_TIME_SPAN_SECOND

static HubTestCore *
core_new (guint interval_s)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .version = "hubbub-broker version 1", .seed = 1 };

  hub_limits_init_broker (&options.limits);
  options.limits.sys_interval_s = interval_s;
  return hub_test_core_new_with_options (&options);
}

static void
test_values (void)
{
  g_autoptr (HubTestCore) core = core_new (10);
  HubTestPeer *other = hub_test_core_resume (core, "other", FALSE);
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (other, "a", 0);
  hub_test_peer_retain (other, "a", "x", 0);
  hub_test_peer_lose (other);
  hub_test_core_pass (core, 12 * SECOND);
  hub_test_peer_subscribe (peer, "$SYS/#", 0);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1"), ==, 19);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/version hubbub-broker\\20version\\201"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/uptime 12\\20seconds"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/clients/connected 1"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/clients/disconnected 1"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/clients/maximum 2"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/subscriptions/count 1"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/retained\\20messages/count 1"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/publish/messages/received 1"), ==, 1);
}

/* Nothing wakes the broker up unless somebody listens, and nothing is said twice. */
static void
test_interval (void)
{
  g_autoptr (HubTestCore) core = core_new (10);
  HubTestPeer *peer = hub_test_core_join (core, "id");

  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
  hub_test_peer_subscribe (peer, "$SYS/broker/subscriptions/count", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/subscriptions/count 0");
  hub_test_core_pass (core, 10 * SECOND - 1);
  hub_test_peer_expect (peer, "");
  hub_test_core_pass (core, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 $SYS/broker/subscriptions/count 1");
  hub_test_core_pass (core, 100 * SECOND);
  hub_test_peer_expect (peer, "");
  hub_test_peer_unsubscribe (peer, "$SYS/broker/subscriptions/count");
  hub_test_core_pass (core, 10 * SECOND);
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
}

/* The values are those of before the packet: brought up to date once, not for each of its filters. */
static void
test_many_filters (void)
{
  g_autoptr (HubTestCore) core = core_new (10);
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [0001 {'$SYS/broker/subscriptions/count'} 00 {'$SYS/broker/version'} 00 {'a'} 00]");
  hub_test_peer_expect (peer,
                        "SUBACK m1 00 00 00; PUBLISH d0 q0 r1 m0 $SYS/broker/subscriptions/count 0; "
                        "PUBLISH d0 q0 r1 m0 $SYS/broker/version hubbub-broker\\20version\\201");
}

/* aedes #597, EMQX #8978: nobody but the broker says anything there. */
static void
test_read_only (void)
{
  g_autoptr (HubTestCore) core = core_new (10);
  HubTestPeer *peer = hub_test_core_join (core, "id");
  HubTestPeer *all = hub_test_core_join (core, "all");

  hub_test_peer_subscribe (all, "#", 0);
  hub_test_peer_subscribe (peer, "$SYS/broker/version", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/version hubbub-broker\\20version\\201");
  hub_test_peer_retain (peer, "$SYS/broker/version", "forged", 1);
  hub_test_peer_retain (peer, "$SYS/broker/version", "", 0);
  hub_test_peer_expect (peer, "PUBACK m2");
  hub_test_peer_subscribe (peer, "$SYS/broker/version", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 $SYS/broker/version hubbub-broker\\20version\\201");
  hub_test_peer_expect (all, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

static void
test_off (void)
{
  g_autoptr (HubTestCore) core = core_new (0);
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "$SYS/#", 0);
  hub_test_peer_expect (peer, "");
  g_assert_cmpint (hub_core_next_deadline (core->core), ==, G_MAXINT64);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/sys/values", test_values);
  g_test_add_func ("/core/sys/interval", test_interval);
  g_test_add_func ("/core/sys/many-filters", test_many_filters);
  g_test_add_func ("/core/sys/read-only", test_read_only);
  g_test_add_func ("/core/sys/off", test_off);
  return g_test_run ();
}
