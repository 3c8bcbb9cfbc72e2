/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static void
test_accepted (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 003c {'post'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  g_assert_false (peer->is_closed);
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
}

static void
test_accepted_3_1 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQIsdp'} 03 02 003c {'post'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  hub_test_peer_send (peer, "82 [0001 {'a'} 01] 32 [{'a'} 0001 'x']");
  hub_test_peer_expect (peer, "SUBACK m1 01; PUBLISH d0 q1 r0 m1 a x; PUBACK m1");
}

/* A byte at a time, and then everything at once. */
static void
test_cut (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);
  static const guint8 bytes[] = { 0x10, 0x10, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 4, 'p', 'o', 's', 't' };

  for (gsize i = 0; i < sizeof bytes; i++)
    {
      hub_test_peer_expect (peer, "");
      hub_test_peer_feed (peer, (HubSpan){ bytes + i, 1 });
    }
  hub_test_peer_expect (peer, "CONNACK 0 0");
  g_assert_cmpuint (peer->input->len, ==, 0);
}

static void
test_first_packet (void)
{
  static const char *const rows[] = {
    "20 [00 00]", "30 [{'a'} 'x']", "32 [{'a'} 0001 'x']", "40 [0001]", "50 [0001]", "62 [0001]",
    "70 [0001]", "82 [0001 {'a'} 00]", "90 [0001 00]", "a2 [0001 {'a'}]", "b0 [0001]", "c0 []",
    "d0 []", "e0 []", "f0 []", "00 []", "40", "ff ffffffff", "'GET / HTTP/1.1' 0d0a 0d0a"
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *other = hub_test_core_join (core, "other");

  hub_test_peer_subscribe (other, "#", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect_closed (peer, HUB_REASON_PROTOCOL_ERROR);
    }
  hub_test_peer_expect (other, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_core_get_stats (core->core).faults, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_test_core_count_log (core, "Protocol error from 192.0.2.1"), ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_test_core_count_log (core, "First packet not CONNECT (C0)"), ==, 1);
}

/* TLS begins with the type of a CONNECT, and with flags that it does not have. */
static void
test_first_packet_is_tls (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "16 0301 0200 0100 01fc 0303");
  hub_test_peer_expect_closed (peer, HUB_REASON_MALFORMED_PACKET);
}

static void
test_second_connect (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 06 0000 {'id'} {'will'} {'gone'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {'id'}]");
  hub_test_peer_expect_closed (peer, HUB_REASON_PROTOCOL_ERROR);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
}

/* Closed without a word: nothing says that this is MQTT. */
static void
test_protocol_name (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTX'} 04 02 0000 {'id'}]");
  hub_test_peer_expect_closed (peer, HUB_REASON_PROTOCOL_ERROR);
}

static void
test_level (void)
{
  static const char *const rows[] = {
    "10 [{'MQTT'} 00 02 0000 {'id'}]",
    "10 [{'MQTT'} 03 02 0000 {'id'}]",
    "10 [{'MQTT'} 06 02 0000 {'id'}]",
    "10 [{'MQTT'} 84 02 0000 {'id'}]",
    "10 [{'MQIsdp'} 04 02 0000 {'id'}]",
    "10 [{'MQTT'} ff]",
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *other = hub_test_core_join (core, "id");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect (peer, "CONNACK 0 1");
      hub_test_peer_expect_closed (peer, HUB_REASON_UNSUPPORTED_VERSION);
    }

  /* A refusal takes nobody's place. */
  g_assert_false (other->is_closed);
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_core_get_stats (core->core).faults, ==, 0);
}

static void
test_client_ids (void)
{
  static const char *const rows[] = {
    "'a'", "'0123456789abcdefghijklm'", "'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'", "61*65535",
    "'../a/b'", "'#'", "'+'", "efbbbf 'a'", "f09f9880", "' '", "01"
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 04 02 0000 {%s}]", rows[i]);
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, bytes);
      hub_test_peer_expect (peer, "CONNACK 0 0");
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, G_N_ELEMENTS (rows));
}

/* Everybody who has no name gets one, and none that somebody has. */
static void
test_assigned_client_ids (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (guint i = 0; i < 100; i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {}]");
      hub_test_peer_expect (peer, "CONNACK 0 0");
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 100);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 100);
}

static void
test_empty_client_id_not_clean (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 00 0000 {}]");
  hub_test_peer_expect (peer, "CONNACK 0 2");
  hub_test_peer_expect_closed (peer, HUB_REASON_CLIENT_ID_INVALID);
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
}

static void
test_empty_client_id_3_1 (void)
{
  static const char *const rows[] = { "10 [{'MQIsdp'} 03 02 0000 {}]", "10 [{'MQIsdp'} 03 00 0000 {}]" };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect (peer, "CONNACK 0 2");
      hub_test_peer_expect_closed (peer, HUB_REASON_CLIENT_ID_INVALID);
    }
}

static void
test_anonymous (void)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN };
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;

  options.policy.allow_anonymous = FALSE;
  hub_limits_init_broker (&options.limits);
  core = hub_test_core_new_with_options (&options);
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {'id'}] 82 [0001 {'#'} 00]");
  hub_test_peer_expect (peer, "CONNACK 0 5");
  hub_test_peer_expect_closed (peer, HUB_REASON_NOT_AUTHORIZED);
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 0);
}

/* What follows a refused CONNECT in the same read is not looked at. */
static void
test_nothing_after_refusal (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "10 [{'MQTT'} 06 02 0000 00 {'id'}] 30 [{'a'} 'x'] 10 [{'MQTT'} 04 02 0000 {'id'}]");
  hub_test_peer_expect (peer, "CONNACK 0 1");
  hub_test_peer_expect_closed (peer, HUB_REASON_UNSUPPORTED_VERSION);
  hub_test_peer_send (peer, "30 [{'a'} 'x']");
  hub_test_peer_expect (watcher, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
}

/* What follows an accepted one is looked at, in its order, after the CONNACK. */
static void
test_pipelined (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 02 0000 {'id'}] 82 [0001 {'a'} 00] 30 [{'a'} 'x']"
                            " c0 [] 30 [{'a'} 'y'] e0 [] 30 [{'a'} 'z']");
  hub_test_peer_expect (peer, "CONNACK 0 0; SUBACK m1 00; PUBLISH d0 q0 r0 m0 a x; PINGRESP; PUBLISH d0 q0 r0 m0 a y");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
}

static void
test_session_present (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  static const struct
  {
    const char *name;
    const char *connect;
    const char *connack;
  } rows[] = {
    { "MQTT-3.2.2-3: none yet", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 0 0" },
    { "MQTT-3.2.2-2: kept", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 1 0" },
    { "MQTT-3.2.2-2: kept again", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 1 0" },
    { "3.1 has no such flag", "10 [{'MQIsdp'} 03 00 0000 {'id'}]", "CONNACK 0 0" },
    { "MQTT-3.2.2-2: kept by 3.1", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 1 0" },
    { "MQTT-3.2.2-1: clean", "10 [{'MQTT'} 04 02 0000 {'id'}]", "CONNACK 0 0" },
    { "MQTT-3.2.2-3: the clean one is not kept", "10 [{'MQTT'} 04 00 0000 {'id'}]", "CONNACK 0 0" },
    { "MQTT-3.1.3-2: somebody else", "10 [{'MQTT'} 04 00 0000 {'ID'}]", "CONNACK 0 0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i].name);
      hub_test_peer_send (peer, rows[i].connect);
      hub_test_peer_expect (peer, rows[i].connack);
      hub_test_peer_disconnect (peer);
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 2);
}

static void
test_disconnect (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "e0 [] 30 [{'a'} 'x'] c0 []");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  hub_test_peer_send (peer, "30 [{'a'} 'x']");
  hub_test_peer_expect (watcher, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).faults, ==, 0);
}

static void
test_ping (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "c0 [] c0 []");
  hub_test_peer_expect (peer, "PINGRESP; PINGRESP");
}

/* Nothing at all is no packet. */
static void
test_feed_nothing (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_open (core);

  g_assert_cmpuint (hub_core_feed (core->core, &peer->peer, (HubSpan){ NULL, 0 }, core->now_us), ==, 0);
  hub_test_peer_expect (peer, "");
  g_assert_false (peer->is_closed);
}

static void
test_stop (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *waiting = hub_test_core_open (core);
  HubTestPeer *first = hub_test_core_join (core, "first");
  HubTestPeer *second = hub_test_core_resume (core, "second", FALSE);
  HubTestPeer *gone = hub_test_core_join (core, "gone");

  hub_test_peer_disconnect (gone);
  hub_core_stop (core->core, core->now_us);
  hub_test_peer_expect_closed (waiting, HUB_REASON_SERVER_SHUTTING_DOWN);
  hub_test_peer_expect_closed (first, HUB_REASON_SERVER_SHUTTING_DOWN);
  hub_test_peer_expect_closed (second, HUB_REASON_SERVER_SHUTTING_DOWN);
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-4/accepted", test_accepted);
  g_test_add_func ("/core/3.1/accepted", test_accepted_3_1);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-4/cut", test_cut);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.0-1/first-packet", test_first_packet);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.0-1/first-packet/tls", test_first_packet_is_tls);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.0-2/second-connect", test_second_connect);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-1/protocol-name", test_protocol_name);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.2-2/level", test_level);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.3-5/client-ids", test_client_ids);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.3-6/assigned-client-ids", test_assigned_client_ids);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.3-8/empty-client-id-not-clean", test_empty_client_id_not_clean);
  g_test_add_func ("/core/3.1/empty-client-id", test_empty_client_id_3_1);
  g_test_add_func ("/core/3.1.1/MQTT-3.2.2-5/anonymous", test_anonymous);
  g_test_add_func ("/core/3.1.1/MQTT-3.1.4-5/nothing-after-refusal", test_nothing_after_refusal);
  g_test_add_func ("/core/3.1.1/MQTT-3.2.0-1/pipelined", test_pipelined);
  g_test_add_func ("/core/3.1.1/MQTT-3.2.2-1/MQTT-3.2.2-2/MQTT-3.2.2-3/session-present", test_session_present);
  g_test_add_func ("/core/3.1.1/MQTT-3.14.4-1/MQTT-3.14.4-2/disconnect", test_disconnect);
  g_test_add_func ("/core/3.1.1/MQTT-3.12.4-1/ping", test_ping);
  g_test_add_func ("/core/feed/nothing", test_feed_nothing);
  g_test_add_func ("/core/stop", test_stop);
  return g_test_run ();
}
