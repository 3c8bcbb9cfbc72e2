/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static void
test_acknowledged (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_send (peer, "30 [{'a'} [] 'x'] 32 [{'a'} 0007 [] 'x'] 34 [{'a'} 0008 [] 'x'] 62 [0008]");
  hub_test_peer_expect (peer, "PUBACK m7 rc10; PUBREC m8 rc10; PUBCOMP m8");

  hub_test_core_join_5 (core, "other", "");
  hub_test_peer_subscribe (hub_test_core_join (core, "old"), "a", 0);
  hub_test_peer_send (peer, "30 [{'a'} [] 'x'] 32 [{'a'} 0007 [] 'x'] 34 [{'a'} 0008 [] 'x'] 62 [0008]");
  hub_test_peer_expect (peer, "PUBACK m7; PUBREC m8; PUBCOMP m8");
}

/* Each thing that no packet may say ends the connection with the code of the specification. */
static void
test_faults (gconstpointer data)
{
  static const struct
  {
    const char *clause;
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { "MQTT-1.5.4-1", "30 [{'a' ff} [] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.4-1", "30 [{'a'} [26 {'k'} {eda080}] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.4-1", "82 [0001 [] {'a' c0af} 00]", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.4-2", "30 [{'a' 00} [] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.4-2", "30 [{'a'} [03 {00}] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.5-1", "30 8000", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.5-1", "30 8080808001", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-1.5.5-1", "30 [{'a'} 8000 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-2.1.3-1", "41 [0001]", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-2.1.3-1", "c1 []", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-2.1.3-1", "e2 []", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-2.2.1-3", "32 [{'a'} 0000 [] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-2.2.1-3", "82 [0000 [] {'a'} 00]", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-2.2.2-1", "30 [{'a'}]", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-2.2.2-1", "82 [0001 {'a'} 00]", HUB_REASON_MALFORMED_PACKET },
    { "2.2.2.2", "30 [{'a'} [11 00000001] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "2.2.2.2", "30 [{'a'} [04 00] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "2.2.2.2", "30 [{'a'} [01 00 01 00] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.3.1-2", "38 [{'a'} [] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-3.3.1-4", "36 [{'a'} 0001 [] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-3.3.2-2", "30 [{'a/+'} [] 'x']", HUB_REASON_TOPIC_NAME_INVALID },
    { "MQTT-3.3.2-2", "30 [{'#'} [] 'x']", HUB_REASON_TOPIC_NAME_INVALID },
    { "MQTT-4.7.3-1", "30 [{} [] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.3.2-14", "30 [{'a'} [08 {'r/+'}] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.3.2-14", "30 [{'a'} [08 {'#'}] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.3.2-19", "30 [{'a'} [03 {'text/' ff}] 'x']", HUB_REASON_MALFORMED_PACKET },
    { "MQTT-3.3.4-6", "30 [{'a'} [0b 01] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "MQTT-3.3.4-6", "34 [{'a'} 0001 [0b 01 0b 02] 'x']", HUB_REASON_PROTOCOL_ERROR },
  };
  const char *clause = data;
  guint n_rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
      HubTestPeer *peer = hub_test_core_open (core);

      if (!g_str_equal (rows[i].clause, clause))
        continue;
      n_rows++;
      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_subscribe (watcher, "#", 0);
      hub_test_peer_send (peer, "10 [{'MQTT'} 05 06 0000 [] {'id'} [] {'will'} {'gone'}]");
      g_free (hub_test_peer_take (peer));
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_expect_goodbye (peer, rows[i].reason);

      /* Nobody got anything of it, but what such an end brings. */
      hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 will gone");
      g_assert_cmpuint (hub_core_get_stats (core->core).faults, ==, 1);
    }
  g_assert_cmpuint (n_rows, >, 0);
}

/* A QoS 0 PUBLISH has no identifier: the two bytes there are the beginning of something else. */
static void
test_q0_without_id (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_send (peer, "30 [{'a'} [] 0001]");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a \\00\\01");
}

/* Neither DUP nor RETAIN nor the identifier of the publisher reaches a subscriber. */
static void
test_flags_not_propagated (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_send (sender, "3b [{'a'} 1234 [] 'x'] 3d [{'a'} 1234 [] 'y']");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x; PUBLISH d0 q2 r0 m2 a y");
}

/* What belongs to the message arrives as it was sent and in its order; 3.1.1 gets the payload. */
static void
test_forwarded (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");
  HubTestPeer *old = hub_test_core_join (core, "old");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_subscribe (old, "a", 2);
  hub_test_peer_send (sender, "34 [{'a'} 0001 [26 {'b'} {'1'} 08 {'r/t'} 26 {'a'} {'2'} 01 01 09 {00ff} 03 {'text/x'} 26 {'b'} {'1'}] 'x']");
  hub_test_peer_expect (peer,
                        "PUBLISH d0 q2 r0 m1 a x {user=b:1 response=r/t user=a:2 format=1 correlation=\\00\\ff type=text/x user=b:1}");
  hub_test_peer_expect (old, "PUBLISH d0 q2 r0 m1 a x");
  hub_test_peer_send (sender, "30 [{'a'} [01 00 09 {} 03 {} 26 {} {}] 'x']");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a x {format=0 correlation= type= user=:}");
  hub_test_peer_publish (old, "a", "from 3.1.1", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a from\\203.1.1");
}

/* As it was sent also to who comes later, is away, or gets it again. */
static void
test_forwarded_later (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000000a", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_lose (peer);
  hub_test_peer_send (sender, "33 [{'a'} 0001 [26 {'b'} {'1'} 08 {'r/t'} 26 {'a'} {'2'}] 'x']");
  peer = hub_test_core_resume_5 (core, "id", "11 0000000a", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x {user=b:1 response=r/t user=a:2}");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000000a", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a x {user=b:1 response=r/t user=a:2}");
  peer = hub_test_core_join_5 (core, "second", "");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x {user=b:1 response=r/t user=a:2}");
}

/* Denied: told so at QoS 1 and 2, dropped and counted at QoS 0; the connection stays, and no identifier is taken. */
static void
test_denied (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (watcher, "$SYS/#", 2);
  hub_test_peer_send (peer, "30 [{'$SYS/x'} [] 'x'] 33 [{'$SYS/x'} 0001 [] 'x'] 35 [{'$x'} 0002 [] 'x'] 62 [0002]");
  hub_test_peer_expect (peer, "PUBACK m1 rc87; PUBREC m2 rc87; PUBCOMP m2 rc92");
  hub_test_peer_expect (watcher, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).publishes_denied, ==, 3);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

/* What was announced as a limit and is not kept to ends the connection. */
static void
test_limits (void)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN };

  hub_limits_init_broker (&options.limits);
  options.policy.max_qos = 1;
  options.limits.retain_available = FALSE;
  options.limits.max_message_bytes = 3;
  for (guint version = HUB_VERSION_3_1_1; version <= HUB_VERSION_5_0; version++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new_with_options (&options);
      gboolean is_5_0 = version == HUB_VERSION_5_0;
      HubTestPeer *peers[2];

      for (guint i = 0; i < 2; i++)
        peers[i] = is_5_0 ? hub_test_core_join_5 (core, i == 0 ? "a" : "b", "") : hub_test_core_join (core, i == 0 ? "a" : "b");
      hub_test_peer_publish (peers[0], "t", "xxx", 1);
      hub_test_peer_publish (peers[0], "t", "xxxx", 1);
      hub_test_peer_publish (peers[0], "t", "xxxx", 0);
      hub_test_peer_expect (peers[0], is_5_0 ? "PUBACK m1 rc10; PUBACK m2 rc83" : "PUBACK m1; PUBACK m2");
      hub_test_peer_publish (peers[0], "t", "x", 2);
      hub_test_peer_retain (peers[1], "t", "x", 0);
      if (is_5_0)
        {
          hub_test_peer_expect_goodbye (peers[0], HUB_REASON_QOS_NOT_SUPPORTED);
          hub_test_peer_expect_goodbye (peers[1], HUB_REASON_RETAIN_NOT_SUPPORTED);
        }
      else
        {
          hub_test_peer_expect_closed (peers[0], HUB_REASON_QOS_NOT_SUPPORTED);
          hub_test_peer_expect_closed (peers[1], HUB_REASON_RETAIN_NOT_SUPPORTED);
        }
      g_assert_cmpuint (hub_core_get_stats (core->core).publishes_denied, ==, 2);
    }
}

/* Topics are bytes: a byte order mark, case, blanks and empty levels all count. */
static void
test_topics (void)
{
  static const char *const topics[] = { "a", "A", "/a", "a/", "a//", "\xef\xbb\xbf\x61", " a", "\xc3\xa9", "e\xcc\x81" };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

      hub_test_peer_subscribe (peer, topics[i], 0);
      for (gsize k = 0; k < G_N_ELEMENTS (topics); k++)
        {
          hub_test_peer_publish (sender, topics[k], "x", 0);
          g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, i == k ? 1 : 0);
          g_free (hub_test_peer_take (peer));
        }
    }
}

int
main (int argc, char *argv[])
{
  static const char *const clauses[] = {
    "MQTT-1.5.4-1",
    "MQTT-1.5.4-2",
    "MQTT-1.5.5-1",
    "MQTT-2.1.3-1",
    "MQTT-2.2.1-3",
    "MQTT-2.2.2-1",
    "2.2.2.2",
    "MQTT-3.3.1-2",
    "MQTT-3.3.1-4",
    "MQTT-3.3.2-2",
    "MQTT-4.7.3-1",
    "MQTT-3.3.2-14",
    "MQTT-3.3.2-19",
    "MQTT-3.3.4-6",
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (clauses); i++)
    {
      g_autofree char *path = g_strdup_printf ("/core/5.0/%s/faults", clauses[i]);

      g_test_add_data_func (path, clauses[i], test_faults);
    }
  g_test_add_func ("/core/5.0/MQTT-3.3.4-1/acknowledged", test_acknowledged);
  g_test_add_func ("/core/5.0/MQTT-2.2.1-2/q0-without-id", test_q0_without_id);
  g_test_add_func ("/core/5.0/MQTT-3.3.1-3/flags-not-propagated", test_flags_not_propagated);
  g_test_add_func ("/core/5.0/MQTT-3.3.2-4/MQTT-3.3.2-15/MQTT-3.3.2-16/MQTT-3.3.2-17/MQTT-3.3.2-18/MQTT-3.3.2-20/forwarded", test_forwarded);
  g_test_add_func ("/core/5.0/MQTT-3.3.2-18/forwarded-later", test_forwarded_later);
  g_test_add_func ("/core/5.0/3.4.2.1/denied", test_denied);
  g_test_add_func ("/core/5.0/MQTT-3.2.2-11/MQTT-3.2.2-12/MQTT-3.2.2-14/limits", test_limits);
  g_test_add_func ("/core/5.0/MQTT-1.5.4-3/MQTT-4.7.3-4/topics", test_topics);
  return g_test_run ();
}
