/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* How connections of MQTT 5.0 end, what the client is told, and that nothing follows. */

static void
test_reasons (void)
{
  static const struct
  {
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { "20 [00 00 []]", HUB_REASON_PROTOCOL_ERROR },
    { "90 [0001 [] 00]", HUB_REASON_PROTOCOL_ERROR },
    { "b0 [0001 [] 00]", HUB_REASON_PROTOCOL_ERROR },
    { "d0 []", HUB_REASON_PROTOCOL_ERROR },
    { "00 []", HUB_REASON_MALFORMED_PACKET },
    { "30 ffffffff7f", HUB_REASON_MALFORMED_PACKET },
    { "30 ffffff7f", HUB_REASON_PACKET_TOO_LARGE },
    { "30 [{'+'} [] 'x']", HUB_REASON_TOPIC_NAME_INVALID },
    { "30 [{'a'} [23 ffff] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "e0 [00 [11 00000005]]", HUB_REASON_PROTOCOL_ERROR },
    { "e0 [8e 7f]", HUB_REASON_MALFORMED_PACKET },
    { "40 [0001 92]", HUB_REASON_PROTOCOL_ERROR },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_expect_goodbye (peer, rows[i].reason);

      /* Neither more of it, nor an answer to what comes. */
      hub_test_peer_send (peer, "c0 [] 82 [0001 [] {'#'} 00]");
      hub_test_peer_expect (peer, "");
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).faults, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_core_get_stats (core->core).sessions, ==, 0);
}

/* What stands behind a fault in the same read is not looked at. */
static void
test_nothing_after (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (watcher, "#", 0);
  hub_test_peer_send (peer, "30 [{'a'} [] '1'] c1 [] 30 [{'a'} [] '2']");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_MALFORMED_PACKET);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 1");

  /* Nor what stands behind the client's own goodbye, which is not answered either. */
  peer = hub_test_core_join_5 (core, "id", "");
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_send (peer, "30 [{'a'} [] '1'] e0 [] 30 [{'a'} [] '2'] c0 [] e0 []");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a 1");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  hub_test_peer_publish (watcher, "a", "3", 0);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a 1; PUBLISH d0 q0 r0 m0 a 3");
}

/* There is no AUTH without a method in the CONNECT, and where nobody is to be asked about one none is known. */
static void
test_auth (void)
{
  static const char *const rows[] = {
    "f0 []", "f0 [00 []]", "f0 [18 [15 {'m'}]]", "f0 [19 [15 {'m'} 16 {'d'}]]", "f0 [19 []]"
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
    }
}

static void
test_unknown_method (void)
{
  static const char *const rows[] = {
    "10 [{'MQTT'} 05 02 0000 [15 {'SCRAM-SHA-1'}] {'id'}]",
    "10 [{'MQTT'} 05 02 0000 [15 {'SCRAM-SHA-1'} 16 {00ff}] {'id'}] f0 [18 [15 {'SCRAM-SHA-1'}]]",
    "10 [{'MQTT'} 05 02 0000 [15 {}] {'id'}]",
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_AUTHENTICATION_METHOD);
    }
}

/* After 1.5 times the keep-alive, as if the network had failed; only packets from the client count. */
static void
test_keep_alive (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_open (core);

  hub_test_peer_subscribe (watcher, "will", 0);
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 06 000a [] {'id'} [] {'will'} {'gone'}] 82 [0001 [] {'a'} 00]");
  g_free (hub_test_peer_take (peer));
  hub_test_core_pass (core, 10 * G_TIME_SPAN_SECOND);
  hub_test_peer_send (peer, "c0 []");
  hub_test_peer_expect (peer, "PINGRESP");
  for (guint i = 0; i < 14; i++)
    {
      hub_test_core_pass (core, G_TIME_SPAN_SECOND);
      hub_test_peer_publish (watcher, "a", "x", 0);
    }
  g_free (hub_test_peer_take (peer));

  /* Half a packet is none. */
  hub_test_peer_send (peer, "30 05 0001");
  hub_test_core_pass (core, G_TIME_SPAN_SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (core, 1);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
}

/* Before a successful CONNACK there is no DISCONNECT: not for silence, nor for what is no CONNECT, nor at the stop. */
static void
test_before_connack (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *silent = hub_test_core_open (core);
  HubTestPeer *cut = hub_test_core_open (core);
  HubTestPeer *waiting;

  hub_test_peer_send (cut, "10 20 0004 'MQTT' 05 02");
  hub_test_core_pass (core, 10 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect_closed (silent, HUB_REASON_KEEP_ALIVE_TIMEOUT);
  hub_test_peer_expect_closed (cut, HUB_REASON_KEEP_ALIVE_TIMEOUT);
  waiting = hub_test_core_open (core);
  hub_core_stop (core->core, core->now_us);
  hub_test_peer_expect_closed (waiting, HUB_REASON_SERVER_SHUTTING_DOWN);
}

/*
 * Reason Strings are sent in DISCONNECT alone, whatever the client says of problems, and it may have them there in any
 * case; nothing else carries one, or a User Property of ours.
 */
static void
test_problem_information (void)
{
  static const char *const properties[] = { "", "17 00", "17 01" };

  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", properties[i]);
      g_autofree char *last = NULL;

      hub_test_peer_send (peer, "32 [{'$a'} 0001 [] 'x'] 34 [{'$a'} 0002 [] 'x'] 62 [0002] 50 [0003]"
                                " 82 [0004 [] {'#/#'} 00] a2 [0005 [] {'b'}]");
      hub_test_peer_expect (peer,
                            "PUBACK m1 rc87; PUBREC m2 rc87; PUBCOMP m2 rc92; PUBREL m3 rc92; SUBACK m4 8f; UNSUBACK m5 11");
      hub_test_peer_send (peer, "c1 []");
      last = hub_test_peer_take (peer);
      g_assert_true (g_str_has_prefix (last, "DISCONNECT 81 {reason="));
    }
}

/* Response Information is for those who ask, and we have none to give. */
static void
test_response_information (void)
{
  static const char *const connects[] = {
    "10 [{'MQTT'} 05 02 0000 [19 01] {'id'}]",
    "10 [{'MQTT'} 05 02 0000 [19 00] {'id'}]",
    "10 [{'MQTT'} 05 02 0000 [] {'id'}]",
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (connects); i++)
    {
      HubTestPeer *peer = hub_test_core_open (core);

      hub_test_peer_send (peer, connects[i]);
      hub_test_peer_expect (peer, "CONNACK 0 0 {receive=20 aliases=10 size=2000000}");
    }
}

/* Answers that do not belong to what was sent. */
static void
test_wrong_acks (void)
{
  static const struct
  {
    guint8 qos;
    const char *bytes;
  } rows[] = {
    { 1, "50 [0001]" },
    { 2, "40 [0001]" },
    { 2, "70 [0001]" },
    { 1, "70 [0001]" },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

      g_test_message ("QoS %u, %s", rows[i].qos, rows[i].bytes);
      hub_test_peer_subscribe (peer, "a", 2);
      hub_test_peer_publish (sender, "a", "x", rows[i].qos);
      g_free (hub_test_peer_take (peer));
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-4.13.1-1/MQTT-4.13.2-1/reasons", test_reasons);
  g_test_add_func ("/core/5.0/MQTT-3.14.4-1/MQTT-3.14.4-2/nothing-after", test_nothing_after);
  g_test_add_func ("/core/5.0/MQTT-4.12.0-6/MQTT-4.12.1-1/auth", test_auth);
  g_test_add_func ("/core/5.0/MQTT-4.12.0-1/unknown-method", test_unknown_method);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-22/keep-alive", test_keep_alive);
  g_test_add_func ("/core/5.0/MQTT-3.14.0-1/before-connack", test_before_connack);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-29/problem-information", test_problem_information);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-28/response-information", test_response_information);
  g_test_add_func ("/core/5.0/4.3/wrong-acks", test_wrong_acks);
  return g_test_run ();
}
