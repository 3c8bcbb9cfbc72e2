/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static void
expect_retained (HubTestCore *core, const char *text)
{
  HubTestPeer *peer = hub_test_core_join_5 (core, "reader", "");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_expect (peer, text);
  hub_test_peer_disconnect (peer);
}

/* The last message of a topic is kept, with its QoS and properties, and no other. */
static void
test_replaced (void)
{
  static const struct
  {
    const char *bytes;
    const char *text;
  } rows[] = {
    { "31 [{'a'} [26 {'k'} {'v'}] '1']", "PUBLISH d0 q0 r1 m0 a 1 {user=k:v}" },
    { "33 [{'a'} 0001 [] '2']", "PUBLISH d0 q1 r1 m1 a 2" },
    { "35 [{'a'} 0001 [01 01] '3'] 62 [0001]", "PUBLISH d0 q2 r1 m1 a 3 {format=1}" },
    { "31 [{'a'} [] '4']", "PUBLISH d0 q0 r1 m0 a 4" },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");

  expect_retained (core, "");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      hub_test_peer_send (sender, rows[i].bytes);
      expect_retained (core, rows[i].text);
      g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 1);
    }
}

/* An empty one removes it, is not kept itself, and reaches those who are there. */
static void
test_cleared (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (sender, "31 [{'a'} [] 'x'] 31 [{'a'} [26 {'k'} {'v'}]] 33 [{'a'} 0001 []]");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q0 r0 m0 a  {user=k:v}; PUBLISH d0 q0 r0 m0 a ");
  expect_retained (core, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

/* What is not to be retained touches nothing, also when it is empty. */
static void
test_not_retained (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");

  hub_test_peer_send (sender, "30 [{'a'} [] 'before']");
  expect_retained (core, "");
  hub_test_peer_send (sender, "31 [{'a'} [] 'kept'] 30 [{'a'} [] 'other'] 32 [{'a'} 0001 [] 'other'] 30 [{'a'} []]");
  expect_retained (core, "PUBLISH d0 q0 r1 m0 a kept");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-3.3.1-5/replaced", test_replaced);
  g_test_add_func ("/core/5.0/MQTT-3.3.1-6/MQTT-3.3.1-7/cleared", test_cleared);
  g_test_add_func ("/core/5.0/MQTT-3.3.1-8/not-retained", test_not_retained);
  return g_test_run ();
}
