/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

/* How connections begin and end, over everything that carries bytes. */

static HubTestClient *
join_watcher (HubTestBroker *broker)
{
  HubTestClient *watcher = hub_test_client_join (broker, HUB_TEST_TCP, "watcher");

  hub_test_client_subscribe (watcher, "will/#", 0);
  return watcher;
}

static HubTestClient *
join_with_will (HubTestBroker *broker, HubTestTransport transport, const char *client_id, guint16 keep_alive_s)
{
  HubTestClient *client = hub_test_client_open (broker, transport);
  g_autofree char *topic = g_strconcat ("will/", client_id, NULL);
  HubConnect connect = {
    .version = HUB_VERSION_3_1_1,
    .client_id = hub_span_from_string (client_id),
    .is_clean = TRUE,
    .keep_alive_s = keep_alive_s,
    .has_will = TRUE,
    .will_topic = hub_span_from_string (topic),
    .will_payload = HUB_SPAN_LITERAL ("gone"),
  };

  hub_test_client_connect (client, &connect);
  hub_test_client_expect (client, "CONNACK 0 0");
  return client;
}

static void
test_takeover (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) first = join_with_will (broker, transport, "ada", 0);
  g_autoptr (HubTestClient) second = join_with_will (broker, transport, "ada", 0);

  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
  hub_test_client_expect_end (first, 1008);
  hub_test_client_ping (second);
}

/* Who is thrown out comes back at once, and throws the other one out. */
static void
test_takeover_in_turns (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_client_free);
  const guint n = 100;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (clients, hub_test_client_join (broker, transport, "ada"));
  for (guint i = 0; i < n - 1; i++)
    hub_test_client_expect_end (g_ptr_array_index (clients, i), 1008);
  hub_test_client_ping (g_ptr_array_index (clients, n - 1));
}

static void
test_disconnect (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) client = join_with_will (broker, transport, "ada", 0);

  /* What follows the goodbye counts no more. */
  hub_test_client_send (client, "e0 [] 30 [{'will/late'} 'late'] c0 []");
  hub_test_client_expect_end (client, 1000);
  hub_test_broker_wait_log (broker, "Client ada disconnected.");
  hub_test_client_ping (watcher);
}

static void
test_will_when_closed (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  HubTestClient *client = join_with_will (broker, transport, "ada", 0);

  hub_test_client_free (client);
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
}

static void
test_will_when_reset (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) client = join_with_will (broker, transport, "ada", 0);

  hub_test_line_reset (client->line);
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
}

/* Who says that nothing follows still gets what it has asked for. */
static void
test_will_when_half_closed (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) client = join_with_will (broker, transport, "ada", 0);

  hub_test_client_send (client, "32 [{'t'} 0001 'last'] c0 []");
  hub_test_line_end_output (client->line);
  hub_test_client_expect (client, "PUBACK m1");
  hub_test_client_expect (client, "PINGRESP");
  hub_test_client_expect (client, "END");
  hub_test_line_expect_end (client->line);
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
}

static void
test_will_after_fault (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) client = join_with_will (broker, transport, "ada", 0);

  hub_test_client_send (client, "36 [{'t'} 0001]");
  hub_test_client_expect_end (client, 1008);
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
  g_assert_cmpuint (hub_test_broker_count_log (broker, "Protocol error from ada: "), ==, 1);
}

static void
test_second_connect (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) watcher = join_watcher (broker);
  g_autoptr (HubTestClient) client = join_with_will (broker, transport, "ada", 0);

  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {'other'}]");
  hub_test_client_expect_end (client, 1008);
  hub_test_client_expect (watcher, "PUBLISH d0 q0 r0 m0 will/ada gone");
}

/* Long enough that a busy machine does not keep this program from its pings for half of it more. */
#define KEEP_ALIVE_S 2

/* One and a half times the keep-alive, to within a second; another one that pings all the time stays. */
static void
test_keep_alive (HubTestBroker *broker, HubTestTransport transport)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestClient) silent = join_with_will (broker, transport, "silent", KEEP_ALIVE_S);
  g_autoptr (HubTestClient) pinging = join_with_will (broker, transport, "pinging", KEEP_ALIVE_S);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_broker_count_log (broker, "Client silent has exceeded timeout, disconnecting.") == 0)
    {
      hub_test_client_ping (pinging);
      hub_test_wait_turn (deadline_us, "the keep-alive to be over", G_STRLOC);
    }
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, KEEP_ALIVE_S * 1500 * G_TIME_SPAN_MILLISECOND - 5000);
  g_assert_cmpint (g_get_monotonic_time () - since_us,
                   <,
                   (KEEP_ALIVE_S * 1500 + 1000) * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  hub_test_client_expect_end (silent, 1008);
  hub_test_client_ping (pinging);
  g_assert_cmpuint (hub_test_broker_count_log (broker, "exceeded timeout"), ==, 1);
}

/* Three handshakes of TLS have to be over before, also in a build with a sanitizer. */
static gint64
connect_timeout_us (void)
{
  return hub_test_slowness () > 1 ? 5 * G_TIME_SPAN_SECOND : G_TIME_SPAN_SECOND;
}

static void
configure_connect_timeout (HubConfig *config)
{
  config->server.core.limits.connect_timeout_us = connect_timeout_us ();
}

/* Bytes that trickle in do not buy time. */
static void
test_connect_timeout (HubTestBroker *broker, HubTestTransport transport)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestClient) silent = hub_test_client_open (broker, transport);
  g_autoptr (HubTestClient) slow = hub_test_client_open (broker, transport);
  g_autoptr (HubTestClient) punctual = hub_test_client_join (broker, transport, "punctual");
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  hub_test_client_send (slow, "10 ffff01 0004");
  while (hub_test_broker_count_log (broker, "exceeded timeout") < 2)
    {
      hub_test_client_send (slow, "'M'");
      hub_test_wait_turn (deadline_us, "the connect timeout to be over", G_STRLOC);
    }
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, connect_timeout_us ());
  hub_test_client_expect_end (silent, 1008);
  hub_test_client_expect (slow, "END");
  hub_test_client_ping (punctual);
}

/* The CONNACK that says why must arrive: also when there is more on the way, which nobody is going to read. */
static void
expect_refusal (HubTestBroker *broker, HubTestTransport transport, const char *connect, const char *connack)
{
  g_autoptr (HubTestClient) plain = hub_test_client_open (broker, transport);
  g_autoptr (HubTestClient) eager = hub_test_client_open (broker, transport);
  g_autofree char *more = g_strconcat (connect, " 30 [{'t'} 'x'*200000] c0 [] 82 [0001 {'#'} 00]", NULL);

  hub_test_client_send (plain, connect);
  hub_test_client_expect (plain, connack);
  hub_test_client_expect (plain, "END");
  hub_test_line_expect_end (plain->line);

  hub_test_client_send (eager, more);
  hub_test_client_expect (eager, connack);
  hub_test_client_expect (eager, "END");
  hub_test_line_expect_end (eager->line);
}

static void
test_refused_version (HubTestBroker *broker, HubTestTransport transport)
{
  static const char *const connects[] = {
    "10 [{'MQTT'} 03 02 003c {'id'}]",
    "10 [{'MQTT'} 06 02 003c {'id'}]",
    "10 [{'MQTT'} 84 02 003c {'id'}]",
    "10 [{'MQIsdp'} 04 02 003c {'id'}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (connects); i++)
    expect_refusal (broker, transport, connects[i], "CONNACK 0 1");
}

/* To the byte, since whoever asks for a later version and falls back looks at just these. */
static void
test_refused_version_bytes (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

  hub_test_client_send (client, "10 [{'MQTT'} 06 02 003c 00 {'id'}]");
  hub_test_line_expect (client->line, hub_test_transport_is_websocket (transport) ? "82 04 20 02 00 01" : "20 02 00 01");
}

static void
test_refused_client_id (HubTestBroker *broker, HubTestTransport transport)
{
  expect_refusal (broker, transport, "10 [{'MQTT'} 04 00 003c {}]", "CONNACK 0 2");
  expect_refusal (broker, transport, "10 [{'MQIsdp'} 03 02 003c {}]", "CONNACK 0 2");
}

static void
configure_no_anonymous (HubConfig *config)
{
  config->server.core.policy.allow_anonymous = FALSE;
  for (guint i = 0; i < config->server.listeners->len; i++)
    ((HubListenerOptions *) g_ptr_array_index (config->server.listeners, i))->allow_anonymous = FALSE;
}

static void
test_refused_anonymous (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) own = NULL;

  if (transport != HUB_TEST_LOCAL)
    {
      expect_refusal (broker, transport, "10 [{'MQTT'} 04 02 003c {'id'}]", "CONNACK 0 5");
      return;
    }
  /* The own program is always welcome. */
  own = hub_test_client_open (broker, transport);
  hub_test_client_send (own, "10 [{'MQTT'} 04 02 003c {'id'}]");
  hub_test_client_expect (own, "CONNACK 0 0");
}

/* Two clients without a name are two. */
static void
test_no_client_id (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "");

  hub_test_client_subscribe (ada, "t", 0);
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_expect (ada, "PUBLISH d0 q0 r0 m0 t hello");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transports ("takeover", test_takeover);
  hub_test_add_transports ("takeover-in-turns", test_takeover_in_turns);
  hub_test_add_transports ("disconnect", test_disconnect);
  hub_test_add_transports ("will-when-closed", test_will_when_closed);
  hub_test_add_transports ("will-when-reset", test_will_when_reset);
  hub_test_add_transports ("will-when-half-closed", test_will_when_half_closed);
  hub_test_add_transports ("will-after-fault", test_will_after_fault);
  hub_test_add_transports ("second-connect", test_second_connect);
  hub_test_add_transports ("keep-alive", test_keep_alive);
  hub_test_add_transports_full ("connect-timeout", configure_connect_timeout, test_connect_timeout);
  hub_test_add_transports ("refused-version", test_refused_version);
  hub_test_add_transports ("refused-version-bytes", test_refused_version_bytes);
  hub_test_add_transports ("refused-client-id", test_refused_client_id);
  hub_test_add_transports_full ("refused-anonymous", configure_no_anonymous, test_refused_anonymous);
  hub_test_add_transports ("no-client-id", test_no_client_id);
  return g_test_run ();
}
