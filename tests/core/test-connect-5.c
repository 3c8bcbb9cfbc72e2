/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* What the limits of hubbub-broker make of every CONNACK. */
#define ACCEPTED "CONNACK 0 0 {receive=20 aliases=10 size=2000000}"

static HubTestPeer *
send_first (HubTestCore *core, const char *bytes)
{
  HubTestPeer *peer = hub_test_core_open (core);

  g_test_message ("%s", bytes);
  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, bytes);
  return peer;
}

static void
init_options (HubCoreOptions *options)
{
  *options = (HubCoreOptions){ .policy = HUB_PEER_POLICY_OPEN, .seed = 1, .log.level = HUB_LOG_DEBUG };
  hub_limits_init_broker (&options->limits);
}

static void
test_accepted (void)
{
  static const char *const rows[] = {
    "10 [{'MQTT'} 05 02 003c [] {'id'}]",
    "10 [{'MQTT'} 05 00 0000 [] {'id'}]",
    "10 [{'MQTT'} 05 02 0000 [21 0001 22 0000 19 01 17 00 26 {'k'} {'v'} 26 {'k'} {'w'}] {'id'}]",
    "10 [{'MQTT'} 05 f6 ffff [] {'id'} [01 01 03 {'t'} 08 {'r'} 09 {}] {'w'} {'gone'} {'user'} {'pw'}]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = send_first (core, rows[i]);

      hub_test_peer_expect (peer, ACCEPTED);
      g_assert_false (peer->is_closed);
      g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, 1);
    }
}

/* Each limit is announced where it is one, and only there. */
static void
test_announced (void)
{
  HubCoreOptions options[8];
  static const char *const connacks[] = {
    "CONNACK 0 0",
    "CONNACK 0 0 {receive=1}",
    "CONNACK 0 0 {receive=65534}",
    "CONNACK 0 0 {max-qos=0}",
    "CONNACK 0 0 {max-qos=1}",
    "CONNACK 0 0 {retain=0}",
    "CONNACK 0 0 {size=268435459}",
    "CONNACK 0 0 {aliases=65535}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      init_options (&options[i]);
      options[i].limits.receive_maximum = G_MAXUINT16;
      options[i].limits.max_packet_bytes = HUB_PACKET_SIZE_MAX;
      options[i].policy.max_topic_alias = 0;
    }
  options[1].limits.receive_maximum = 1;
  options[2].limits.receive_maximum = 65534;
  options[3].policy.max_qos = 0;
  options[4].policy.max_qos = 1;
  options[5].limits.retain_available = FALSE;
  options[6].limits.max_packet_bytes = HUB_PACKET_SIZE_MAX - 1;
  options[7].policy.max_topic_alias = 65535;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new_with_options (&options[i]);
      HubTestPeer *peer = send_first (core, "10 [{'MQTT'} 05 02 0000 [19 01] {'id'}]");

      hub_test_peer_expect (peer, connacks[i]);

      /* 3.1.1 has no place for it. */
      hub_test_peer_expect (hub_test_core_join (core, "old"), "");
    }
}

/* Closed without a word: nobody has said that this is MQTT 5.0. */
static void
test_first_packet (void)
{
  static const char *const rows[] = {
    "20 [00 00 []]", "30 [{'a'} [] 'x']", "40 [0001]", "50 [0001]", "62 [0001]", "70 [0001]",
    "82 [0001 [] {'a'} 00]", "90 [0001 [] 00]", "a2 [0001 [] {'a'}]", "b0 [0001 [] 00]", "c0 []",
    "d0 []", "e0 [82]", "f0 [18 [15 {'m'}]]", "00 []"
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    hub_test_peer_expect_closed (send_first (core, rows[i]), HUB_REASON_PROTOCOL_ERROR);
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, G_N_ELEMENTS (rows));
}

static void
test_second_connect (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = send_first (core, "10 [{'MQTT'} 05 06 0000 [] {'id'} [] {'will'} {'gone'}]");

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_expect (peer, ACCEPTED);
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 02 0000 [] {'id'}]");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
}

static void
test_level (void)
{
  static const struct
  {
    gboolean accepts[3];
    const char *connect;
    const char *connack;
  } rows[] = {
    { { TRUE, TRUE, TRUE }, "10 [{'MQTT'} 06 02 0000 [] {'id'}]", "CONNACK 0 1" },
    { { TRUE, TRUE, TRUE }, "10 [{'MQTT'} ff]", "CONNACK 0 1" },
    { { TRUE, TRUE, FALSE }, "10 [{'MQTT'} 05 02 0000 [] {'id'}]", "CONNACK 0 132" },
    { { TRUE, FALSE, TRUE }, "10 [{'MQTT'} 04 02 0000 {'id'}]", "CONNACK 0 1" },
    { { FALSE, TRUE, TRUE }, "10 [{'MQIsdp'} 03 02 0000 {'id'}]", "CONNACK 0 1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = NULL;
      HubCoreOptions options;
      HubTestPeer *peer;

      init_options (&options);
      options.policy.accepts_3_1 = rows[i].accepts[0];
      options.policy.accepts_3_1_1 = rows[i].accepts[1];
      options.policy.accepts_5_0 = rows[i].accepts[2];
      core = hub_test_core_new_with_options (&options);
      peer = send_first (core, rows[i].connect);
      hub_test_peer_expect (peer, rows[i].connack);
      hub_test_peer_expect_closed (peer, HUB_REASON_UNSUPPORTED_VERSION);
    }
}

/* What is wrong with a CONNECT of 5.0 is said in the CONNACK, and never in a DISCONNECT. */
static void
test_refusals (void)
{
  static const struct
  {
    const char *connect;
    HubReason reason;
  } rows[] = {
    { "10 [{'MQTT'} 05 03 0000 [] {'id'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 0a 0000 [] {'id'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 22 0000 [] {'id'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 1e 0000 [] {'id'} [] {'t'} {'m'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 02 0000 [] {ff}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 02 0000 [] {'a' 00}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 02 0000 [26 {eda080} {'v'}] {'id'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 06 0000 [] {'id'} [] {ff} {'m'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 06 0000 [] {'id'} [] {'t/#'} {'m'}]", HUB_REASON_TOPIC_NAME_INVALID },
    { "10 [{'MQTT'} 05 02 0000 [21 0000] {'id'}]", HUB_REASON_PROTOCOL_ERROR },
    { "10 [{'MQTT'} 05 02 0000 [27 00000000] {'id'}]", HUB_REASON_PROTOCOL_ERROR },
    { "10 [{'MQTT'} 05 02 0000 [11 00000001 11 00000001] {'id'}]", HUB_REASON_PROTOCOL_ERROR },
    { "10 [{'MQTT'} 05 02 0000 [24 01] {'id'}]", HUB_REASON_MALFORMED_PACKET },
    { "10 [{'MQTT'} 05 02 0000 [16 {'d'}] {'id'}]", HUB_REASON_PROTOCOL_ERROR },
    { "10 [{'MQTT'} 05 02 0000 [15 {'SCRAM-SHA-256'}] {'id'}]", HUB_REASON_BAD_AUTHENTICATION_METHOD },
    { "10 [{'MQTT'} 05 02 0000 [15 {''} 16 {'d'}] {'id'}]", HUB_REASON_BAD_AUTHENTICATION_METHOD },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *other = hub_test_core_join_5 (core, "id", "");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    hub_test_peer_expect_refusal (send_first (core, rows[i].connect), rows[i].reason);

  /* Nobody's place was taken, and no session made. */
  g_assert_false (other->is_closed);
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (core->core).refused, ==, G_N_ELEMENTS (rows));
}

/* What the door or the broker does not allow, in the code that says so. */
static void
test_not_allowed (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubCoreOptions options;

  init_options (&options);
  options.policy.allow_zero_length_client_id = FALSE;
  options.policy.max_qos = 1;
  options.limits.retain_available = FALSE;
  options.limits.max_sessions = 1;
  core = hub_test_core_new_with_options (&options);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 02 0000 [] {}]"), HUB_REASON_CLIENT_ID_INVALID);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 16 0000 [] {'id'} [] {'w'} {}]"),
                                HUB_REASON_QOS_NOT_SUPPORTED);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 26 0000 [] {'id'} [] {'w'} {}]"),
                                HUB_REASON_RETAIN_NOT_SUPPORTED);
  hub_test_core_join_5 (core, "id", "11 0000000a");
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 02 0000 [] {'second'}]"), HUB_REASON_SERVER_BUSY);
  hub_test_core_resume_5 (core, "id", "", TRUE);
}

static void
test_anonymous (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubCoreOptions options;

  init_options (&options);
  options.policy.allow_anonymous = FALSE;
  core = hub_test_core_new_with_options (&options);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 02 0000 [] {'id'}] 30 [{'a'} [] 'x']"),
                                HUB_REASON_NOT_AUTHORIZED);
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 0);
}

/* Legal in 5.0, where 3.1.1 has to refuse it [MQTT-3.1.2-22 of 3.1.1]. */
static void
test_password_alone (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *old = hub_test_core_open (core);

  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 42 0000 [] {'id'} {'pw'}]"), ACCEPTED);
  hub_test_peer_send (old, "10 [{'MQTT'} 04 42 0000 {'old'} {'pw'}]");
  hub_test_peer_expect_closed (old, HUB_REASON_MALFORMED_PACKET);
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
      g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 05 02 0000 [] {%s}]", rows[i]);

      hub_test_peer_expect (send_first (core, bytes), ACCEPTED);
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).clients, ==, G_N_ELEMENTS (rows));
}

/* Who has no name is told the one that it gets, and can come back under it. */
static void
test_assigned_client_id (void)
{
  static const char *const connects[] = {
    "10 [{'MQTT'} 05 02 0000 [11 0000000a] {}]",
    "10 [{'MQTT'} 05 00 0000 [11 0000000a] {}]",
  };
  g_autoptr (HubTestCore) core = NULL;
  HubCoreOptions options;

  init_options (&options);
  options.limits.session_expiry_max_us = 10 * G_TIME_SPAN_SECOND;
  options.policy.auto_id_prefix = "hub-";
  core = hub_test_core_new_with_options (&options);
  for (gsize i = 0; i < G_N_ELEMENTS (connects); i++)
    {
      HubTestPeer *peer = send_first (core, connects[i]);
      g_autofree char *connack = hub_test_peer_take (peer);
      const char *at = strstr (connack, "assigned=");
      g_autofree char *client_id = NULL;

      g_assert_nonnull (at);
      client_id = g_strndup (at + strlen ("assigned="), strcspn (at, " }") - strlen ("assigned="));
      g_assert_true (g_str_has_prefix (client_id, "hub-"));
      g_assert_cmpuint (strlen (client_id), ==, 4 + 32);
      hub_test_peer_subscribe (peer, "a", 1);
      hub_test_peer_lose (peer);
      hub_test_core_resume_5 (core, client_id, "", TRUE);
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 2);
}

/* The broker's keep-alive goes before the client's, is told, and is what counts. */
static void
test_server_keep_alive (void)
{
  static const struct
  {
    const char *connect;
    const char *connack;
    guint keep_alive_s;
  } rows[] = {
    { "10 [{'MQTT'} 05 02 0009 [] {'id'}]", ACCEPTED, 9 },
    { "10 [{'MQTT'} 05 02 000a [] {'id'}]", ACCEPTED, 10 },
    { "10 [{'MQTT'} 05 02 000b [] {'id'}]", "CONNACK 0 0 {keep-alive=10 receive=20 aliases=10 size=2000000}", 10 },
    { "10 [{'MQTT'} 05 02 ffff [] {'id'}]", "CONNACK 0 0 {keep-alive=10 receive=20 aliases=10 size=2000000}", 10 },
    { "10 [{'MQTT'} 05 02 0000 [] {'id'}]", "CONNACK 0 0 {keep-alive=10 receive=20 aliases=10 size=2000000}", 10 },
  };
  HubCoreOptions options;

  init_options (&options);
  options.limits.max_keepalive_s = 10;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new_with_options (&options);
      HubTestPeer *peer = send_first (core, rows[i].connect);

      hub_test_peer_expect (peer, rows[i].connack);
      hub_test_core_pass (core, rows[i].keep_alive_s * G_TIME_SPAN_SECOND * 3 / 2 - 1);
      hub_test_peer_expect (peer, "");
      hub_test_core_pass (core, 1);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
    }
}

/* What follows an accepted CONNECT is looked at in its order; what follows a refused one is not. */
static void
test_pipelined (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer;

  hub_test_peer_subscribe (watcher, "b", 0);
  peer = send_first (core, "10 [{'MQTT'} 05 02 0000 [15 {'m'}] {'id'}] 30 [{'b'} [] 'x'] f0 [18 [15 {'m'}]]");
  hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_AUTHENTICATION_METHOD);
  hub_test_peer_expect (watcher, "");

  peer = send_first (core,
                     "10 [{'MQTT'} 05 02 0000 [] {'id'}] 82 [0001 [] {'a'} 00] 30 [{'a'} [] 'x']"
                     " c0 [] e0 [] 30 [{'b'} [] 'z']");
  hub_test_peer_expect (peer, ACCEPTED "; SUBACK m1 00; PUBLISH d0 q0 r0 m0 a x; PINGRESP");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  hub_test_peer_expect (watcher, "");
}

/* A CONNACK that the client does not take is not sent; it is refused in one that it does take, if there is such. */
static void
test_small_packets (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *old = hub_test_core_resume_5 (core, "id", "11 0000000a", FALSE);

  /* 16 bytes are what it takes to tell three limits. */
  hub_test_peer_expect_closed (send_first (core, "10 [{'MQTT'} 05 02 0000 [27 00000004] {'id'}]"),
                               HUB_REASON_IMPLEMENTATION_SPECIFIC);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 02 0000 [27 00000005] {'id'}]"),
                                HUB_REASON_IMPLEMENTATION_SPECIFIC);
  hub_test_peer_expect_refusal (send_first (core, "10 [{'MQTT'} 05 02 0000 [27 0000000f] {'id'}]"),
                                HUB_REASON_IMPLEMENTATION_SPECIFIC);
  g_assert_false (old->is_closed);
  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 00 0000 [27 00000010] {'id'}]"),
                        "CONNACK 1 0 {receive=20 aliases=10 size=2000000}");
  hub_test_peer_expect_goodbye (old, HUB_REASON_SESSION_TAKEN_OVER);
}

/* Where the log can be asked for: 5.0 is told, if that fits into what the client takes. */
static void
test_http_port (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *old = hub_test_core_open (core);

  hub_core_set_http_port (core->core, 9001);
  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 02 0000 [] {'a'}]"),
                        "CONNACK 0 0 {receive=20 aliases=10 size=2000000 user=hub-http:9001}");
  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 02 0000 [27 00000021] {'b'}]"),
                        "CONNACK 0 0 {receive=20 aliases=10 size=2000000 user=hub-http:9001}");
  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 02 0000 [27 00000020] {'c'}]"), ACCEPTED);
  hub_test_peer_send (old, "10 [{'MQTT'} 04 02 0000 {'old'}]");
  hub_test_peer_expect (old, "CONNACK 0 0");
  hub_core_set_http_port (core->core, 80);
  hub_test_peer_expect (send_first (core, "10 [{'MQTT'} 05 02 0000 [] {'d'}]"),
                        "CONNACK 0 0 {receive=20 aliases=10 size=2000000 user=hub-http:80}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-3.2.0-1/accepted", test_accepted);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-9/MQTT-3.2.2-13/announced", test_announced);
  g_test_add_func ("/core/5.0/MQTT-3.1.0-1/first-packet", test_first_packet);
  g_test_add_func ("/core/5.0/MQTT-3.1.0-2/second-connect", test_second_connect);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-2/level", test_level);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-3/MQTT-3.1.2-11/MQTT-3.1.2-12/MQTT-3.1.2-13/MQTT-4.13.2-1/refusals", test_refusals);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-7/not-allowed", test_not_allowed);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-7/anonymous", test_anonymous);
  g_test_add_func ("/core/5.0/3.1.2.9/password-alone", test_password_alone);
  g_test_add_func ("/core/5.0/MQTT-3.1.3-5/client-ids", test_client_ids);
  g_test_add_func ("/core/5.0/MQTT-3.1.3-6/MQTT-3.1.3-7/MQTT-3.2.2-16/assigned-client-id", test_assigned_client_id);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-21/server-keep-alive", test_server_keep_alive);
  g_test_add_func ("/core/5.0/MQTT-3.1.4-6/pipelined", test_pipelined);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-24/small-packets", test_small_packets);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-20/http-port", test_http_port);
  return g_test_run ();
}
