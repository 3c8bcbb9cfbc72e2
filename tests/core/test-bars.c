/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-observe.h"
#include "tests/support/hub-test-core.h"

#define SECOND G_TIME_SPAN_SECOND

/* Addresses from which nobody is let in for a while. */

static void
test_time (void)
{
  g_autoptr (HubBars) bars = hub_bars_new ();

  g_assert_false (hub_bars_have (bars, 1, 0));
  hub_bars_put (bars, 1, 10, 0);
  g_assert_true (hub_bars_have (bars, 1, 0));
  g_assert_true (hub_bars_have (bars, 1, 9));
  g_assert_false (hub_bars_have (bars, 1, 10));
  g_assert_false (hub_bars_have (bars, 2, 0));

  hub_bars_put (bars, 1, 20, 10);
  g_assert_true (hub_bars_have (bars, 1, 19));
  hub_bars_put (bars, 1, 15, 10);
  g_assert_false (hub_bars_have (bars, 1, 15));
  g_assert_cmpuint (hub_bars_get_length (bars), ==, 1);
  hub_bars_remove (bars, 1);
  hub_bars_remove (bars, 1);
  g_assert_false (hub_bars_have (bars, 1, 10));
  g_assert_cmpuint (hub_bars_get_length (bars), ==, 0);
}

static void
test_limit (void)
{
  g_autoptr (HubBars) bars = hub_bars_new ();

  for (guint i = 0; i < HUB_BARS_MAX; i++)
    hub_bars_put (bars, i, 1000 + i, 0);
  g_assert_cmpuint (hub_bars_get_length (bars), ==, HUB_BARS_MAX);
  g_assert_true (hub_bars_have (bars, 0, 0));

  /* One that is there already needs no room. */
  hub_bars_put (bars, 1, 2000000, 0);
  g_assert_true (hub_bars_have (bars, 0, 0));
  /* For a further one that goes which would have ended first. */
  hub_bars_put (bars, HUB_BARS_MAX, 5, 0);
  g_assert_cmpuint (hub_bars_get_length (bars), ==, HUB_BARS_MAX);
  g_assert_false (hub_bars_have (bars, 0, 0));
  g_assert_true (hub_bars_have (bars, HUB_BARS_MAX, 0));
  /* Those that have ended go before. */
  hub_bars_put (bars, HUB_BARS_MAX + 1, 3000000, 1000 + HUB_BARS_MAX);
  g_assert_cmpuint (hub_bars_get_length (bars), ==, 2);
  g_assert_true (hub_bars_have (bars, 1, 1000 + HUB_BARS_MAX));
}

static HubTestPeer *
come_from_host (HubTestCore *core, guint64 address_key, guint64 host_key, const char *client_id, HubVersion version)
{
  HubTestPeer *client = hub_test_core_open (core);
  HubConnect connect = { .version = version, .is_clean = TRUE, .client_id = hub_span_from_string (client_id) };

  client->peer.origin.address_key = address_key;
  client->peer.origin.host_key = host_key;
  hub_test_peer_connect (client, &connect);
  return client;
}

static HubTestPeer *
come_from (HubTestCore *core, guint64 address_key, const char *client_id, HubVersion version)
{
  return come_from_host (core, address_key, G_MAXUINT64, client_id, version);
}

/* MQTT 5.0, section 3.2.2.2: 0x8A; MQTT 3.1.1, section 3.2.2.3: 5. */
static void
test_connect (void)
{
  g_autoptr (HubTestCore) test = hub_test_core_new ();
  HubTestPeer *inside = come_from (test, 7, "inside", HUB_VERSION_3_1_1);
  HubTestPeer *own = hub_test_core_open (test);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .is_clean = TRUE, .client_id = HUB_SPAN_LITERAL ("own") };

  hub_test_peer_expect (inside, "CONNACK 0 0");
  hub_core_bar (test->core, 7, 600 * SECOND, test->now_us);
  hub_test_peer_send (inside, "c0 00");
  hub_test_peer_expect (inside, "PINGRESP");
  g_assert_false (inside->is_closed);
  hub_test_peer_expect_refusal (come_from (test, 7, "five", HUB_VERSION_5_0), HUB_REASON_BANNED);
  hub_test_peer_expect (come_from (test, 7, "four", HUB_VERSION_3_1_1), "CONNACK 0 5");
  hub_test_peer_expect (come_from (test, 8, "other", HUB_VERSION_3_1_1), "CONNACK 0 0");
  own->peer.origin = (HubOrigin){ .address_key = 7, .is_own = TRUE };
  hub_test_peer_connect (own, &connect);
  hub_test_peer_expect (own, "CONNACK 0 0");

  hub_test_core_pass (test, 600 * SECOND - 1);
  hub_test_peer_expect (come_from (test, 7, "four", HUB_VERSION_3_1_1), "CONNACK 0 5");
  hub_test_core_pass (test, 1);
  hub_test_peer_expect (come_from (test, 7, "four", HUB_VERSION_3_1_1), "CONNACK 0 0");

  /* One computer of many that count as one. */
  hub_core_bar (test->core, 99, SECOND, test->now_us);
  hub_test_peer_expect (come_from (test, 7, "same", HUB_VERSION_3_1_1), "CONNACK 0 0");
  hub_test_peer_expect (come_from_host (test, 7, 99, "same", HUB_VERSION_3_1_1), "CONNACK 0 5");
  hub_core_bar (test->core, 99, 0, test->now_us);
  hub_test_peer_expect (come_from_host (test, 7, 99, "same", HUB_VERSION_3_1_1), "CONNACK 0 0");

  hub_core_bar (test->core, 7, SECOND, test->now_us);
  hub_test_peer_expect (come_from (test, 7, "more", HUB_VERSION_3_1_1), "CONNACK 0 5");
  hub_core_bar (test->core, 7, 0, test->now_us);
  hub_test_peer_expect (come_from (test, 7, "more", HUB_VERSION_3_1_1), "CONNACK 0 0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/bars/time", test_time);
  g_test_add_func ("/core/bars/limit", test_limit);
  g_test_add_func ("/core/bars/connect", test_connect);
  return g_test_run ();
}
