/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-transports.h"

/* What a broker that stops says last, and that nobody else says it, by whatever way they have come. */

static void
test_guest (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = hub_test_client_join (broker, HUB_TEST_TCP, "watcher");
  g_autoptr (HubTestClient) guest = hub_test_client_join (broker, transport, "guest");

  hub_test_client_subscribe (watcher, "#", 0);
  hub_test_client_publish (guest, HUB_CONFIG_HOST_TOPIC, HUB_SPAN_LITERAL ("mine"), 1);
  hub_test_client_expect (guest, "PUBACK m1");
  hub_test_client_publish (guest, "messages", HUB_SPAN_LITERAL ("hello"), 1);
  hub_test_client_expect (guest, "PUBACK m1");
  /* The program itself is the host. */
  if (transport == HUB_TEST_LOCAL)
    hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 " HUB_CONFIG_HOST_TOPIC " mine");
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 messages hello");
}

static void
test_farewell (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) guest = hub_test_client_join (broker, transport, "guest");
  g_autoptr (GBytes) word = g_bytes_new_static ("word", 4);

  hub_test_client_subscribe (guest, HUB_CONFIG_HOST_TOPIC, 1);
  hub_broker_set_farewell (broker->broker, word);
  hub_test_broker_stop (broker);
  hub_test_client_expect (guest, "PUBLISH d0 q0 r0 m0 " HUB_CONFIG_HOST_TOPIC " word");
  hub_test_client_expect_end (guest, 1001);
}

/* A stop forgets it, and without a broker that runs there is nobody to hear it. */
static void
test_forgotten (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (hub_test_config_new ());
  g_autoptr (GBytes) word = g_bytes_new_static ("word", 4);
  g_autoptr (HubTestClient) guest = NULL;

  hub_broker_set_farewell (broker->broker, word);
  hub_test_broker_stop (broker);
  hub_broker_set_farewell (broker->broker, word);
  hub_test_broker_start (broker);
  guest = hub_test_client_join (broker, HUB_TEST_TCP, "guest");
  hub_test_client_subscribe (guest, HUB_CONFIG_HOST_TOPIC, 1);
  hub_test_broker_stop (broker);
  hub_test_client_expect_end (guest, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transports ("farewell/guest", test_guest);
  hub_test_add_transports ("farewell/farewell", test_farewell);
  g_test_add_func ("/broker/farewell/forgotten", test_forgotten);
  return g_test_run ();
}
