/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* Exactly as long as it has to be for an alias of ours, and one byte less. */
#define LONG_TOPIC "0123456789/0123456789/0123456789"
#define SHORT_TOPIC "0123456789/0123456789/012345678"

static HubTestCore *
make_core (guint16 max_topic_alias)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN };

  hub_limits_init_broker (&options.limits);
  options.policy.max_topic_alias = max_topic_alias;
  return hub_test_core_new_with_options (&options);
}

/* --- Theirs --- */

static void
test_set_and_used (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join_5 (core, "watcher", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_subscribe (watcher, "#", 2);
  hub_test_peer_send (peer, "30 [{'a'} [23 0001] '1'] 30 [{} [23 0001] '2'] 30 [{'b'} [23 000a] '3']"
                            " 32 [{} 0007 [23 000a] '4'] 34 [{} 0008 [23 0001] '5']");
  hub_test_peer_expect (peer, "PUBACK m7; PUBREC m8");
  hub_test_peer_expect (watcher,
                        "PUBLISH d0 q0 r0 m0 a 1; PUBLISH d0 q0 r0 m0 a 2; PUBLISH d0 q0 r0 m0 b 3; "
                        "PUBLISH d0 q1 r0 m1 b 4; PUBLISH d0 q2 r0 m2 a 5");

  /* Set anew, it stands for the new topic; the other one is not touched. */
  hub_test_peer_send (peer, "30 [{'c'} [23 0001] '6'] 30 [{} [23 0001] '7'] 30 [{} [23 000a] '8'] 30 [{'a'} [] '9']");
  hub_test_peer_expect (watcher,
                        "PUBLISH d0 q0 r0 m0 c 6; PUBLISH d0 q0 r0 m0 c 7; PUBLISH d0 q0 r0 m0 b 8; PUBLISH d0 q0 r0 m0 a 9");
}

/* What is no alias that the client may use, or stands for nothing. */
static void
test_wrong (gconstpointer data)
{
  static const struct
  {
    const char *clause;
    guint16 max;
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { "MQTT-3.3.2-8", 10, "30 [{'a'} [23 0000] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "MQTT-3.3.2-8", 10, "30 [{} [23 0000] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "MQTT-3.3.2-9", 10, "30 [{'a'} [23 000b] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "MQTT-3.3.2-9", 10, "30 [{} [23 000b] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "MQTT-3.3.2-9", 0, "30 [{'a'} [23 0001] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "MQTT-3.3.2-9", 1, "30 [{'a'} [23 0002] 'x']", HUB_REASON_TOPIC_ALIAS_INVALID },
    { "3.3.2.3.4", 10, "30 [{} [23 0001] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "3.3.2.3.4", 10, "30 [{'a'} [23 0002] 'x'] 30 [{} [23 0001] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "3.3.2.3.4", 65535, "30 [{'a'} [23 ffff] 'x'] 30 [{} [23 fffe] 'x']", HUB_REASON_PROTOCOL_ERROR },
  };
  guint n_rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = make_core (rows[i].max);
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

      if (!g_str_equal (rows[i].clause, data))
        continue;
      n_rows++;
      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_expect_goodbye (peer, rows[i].reason);
    }
  g_assert_cmpuint (n_rows, >, 0);
}

/* An alias belongs to its connection: not to the next one of the session, and not to another client. */
static void
test_dies_with_connection (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);
  HubTestPeer *other = hub_test_core_join_5 (core, "other", "");

  hub_test_peer_send (peer, "30 [{'a'} [23 0001] 'x'] 30 [{} [23 0001] 'x']");
  g_assert_false (peer->is_closed);
  hub_test_peer_send (other, "30 [{} [23 0001] 'x']");
  hub_test_peer_expect_goodbye (other, HUB_REASON_PROTOCOL_ERROR);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_send (peer, "30 [{} [23 0001] 'x']");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
}

/* --- Ours --- */

static void
test_ours (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "22 0002");
  HubTestPeer *without = hub_test_core_join_5 (core, "without", "22 0000");
  HubTestPeer *old = hub_test_core_join (core, "old");

  hub_test_peer_subscribe (peer, "#", 1);
  hub_test_peer_subscribe (without, "#", 1);
  hub_test_peer_subscribe (old, "#", 1);

  /* Introduced with its topic, then alone, at any QoS; not for topics that are too short for it. */
  hub_test_peer_publish (sender, LONG_TOPIC, "1", 0);
  hub_test_peer_publish (sender, LONG_TOPIC, "2", 1);
  hub_test_peer_publish (sender, SHORT_TOPIC, "3", 0);
  hub_test_peer_expect (peer,
                        "PUBLISH d0 q0 r0 m0 " LONG_TOPIC " 1 {alias=1}; PUBLISH d0 q1 r0 m1  2 {alias=1}; "
                        "PUBLISH d0 q0 r0 m0 " SHORT_TOPIC " 3");

  /* A second one, and then there are none left. */
  hub_test_peer_publish (sender, LONG_TOPIC "/b", "4", 0);
  hub_test_peer_publish (sender, LONG_TOPIC "/c", "5", 0);
  hub_test_peer_publish (sender, LONG_TOPIC "/b", "6", 0);
  hub_test_peer_publish (sender, LONG_TOPIC, "7", 0);
  hub_test_peer_expect (peer,
                        "PUBLISH d0 q0 r0 m0 " LONG_TOPIC "/b 4 {alias=2}; PUBLISH d0 q0 r0 m0 " LONG_TOPIC "/c 5; "
                        "PUBLISH d0 q0 r0 m0  6 {alias=2}; PUBLISH d0 q0 r0 m0  7 {alias=1}");
  g_assert_cmpuint (hub_test_peer_count (without, "PUBLISH d0 q0 r0 m0 " LONG_TOPIC " 7"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (old, "PUBLISH d0 q0 r0 m0 " LONG_TOPIC " 7"), ==, 1);
}

/* We never use more than ten, however many the client offers. */
static void
test_ours_at_most (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "22 ffff");

  hub_test_peer_subscribe (peer, "#", 0);
  for (guint i = 1; i <= 12; i++)
    {
      g_autofree char *topic = g_strdup_printf (LONG_TOPIC "/%u", i);
      g_autofree char *expected = g_strdup_printf (i <= 10 ? "PUBLISH d0 q0 r0 m0 %s x {alias=%u}" : "PUBLISH d0 q0 r0 m0 %s x",
                                                   topic,
                                                   i);

      hub_test_peer_publish (sender, topic, "x", 0);
      hub_test_peer_expect (peer, expected);
    }
}

/* On the next connection of the session the topic is told again, also with what is sent again. */
static void
test_ours_die_with_connection (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c 22 0001", FALSE);

  hub_test_peer_subscribe (peer, "#", 1);
  hub_test_peer_publish (sender, LONG_TOPIC, "1", 1);
  hub_test_peer_publish (sender, LONG_TOPIC, "2", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 " LONG_TOPIC " 1 {alias=1}; PUBLISH d0 q1 r0 m2  2 {alias=1}");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume_5 (core, "id", "11 0000003c 22 0001", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 " LONG_TOPIC " 1 {alias=1}; PUBLISH d1 q1 r0 m2  2 {alias=1}");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 " LONG_TOPIC " 1; PUBLISH d1 q1 r0 m2 " LONG_TOPIC " 2");
}

/* Where only the introduction is too large the message goes without; where the topic itself is, with the alias alone. */
static void
test_ours_and_packet_size (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "22 0001 27 00000032"); /* 50 bytes */

  /* 37 bytes and the payload without an alias, 40 with one that is introduced, and 8 with one that is known. */
  hub_test_peer_subscribe (peer, "#", 0);
  hub_test_peer_publish (sender, LONG_TOPIC, "12345678901", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 " LONG_TOPIC " 12345678901");
  hub_test_peer_publish (sender, LONG_TOPIC, "1234567890", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 " LONG_TOPIC " 1234567890 {alias=1}");
  hub_test_peer_publish (sender, LONG_TOPIC, "123456789012345678901234567890123456789012", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0  123456789012345678901234567890123456789012 {alias=1}");
  hub_test_peer_publish (sender, LONG_TOPIC, "1234567890123456789012345678901234567890123", 0);
  hub_test_peer_expect (peer, "");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
}

/* --- A store that says when --- */

static guint64
record_cb (gpointer user_data, const HubStoreRecord *record)
{
  return 1;
}

static const char *
get_log_id_cb (gpointer user_data)
{
  return "log";
}

static guint64
commit_cb (gpointer user_data, gboolean is_awaited)
{
  return 1;
}

static gboolean
never_cb (gpointer user_data)
{
  return FALSE;
}

/* A delivery that waits for the store has told the client nothing yet: it is what is sent first that introduces. */
static void
test_ours_while_waiting (void)
{
  static const HubStoreFuncs store = {
    .record = record_cb,
    .get_log_id = get_log_id_cb,
    .commit = commit_cb,
    .is_full = never_cb,
    .is_failed = never_cb,
  };
  static const char *const record[] = { "#", NULL };
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .store = &store, .record = record };
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;

  hub_limits_init_broker (&options.limits);
  core = hub_test_core_new_with_options (&options);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join_5 (core, "id", "22 000a");
  hub_test_peer_subscribe (peer, "#", 2);
  hub_test_peer_publish (sender, LONG_TOPIC, "1", 2);
  hub_test_peer_expect (peer, "");
  hub_core_end_turn (core->core);
  hub_core_durable (core->core, 1, core->now_us);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q2 r0 m1 " LONG_TOPIC " 1 {alias=1 "), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/3.3.2.3.4/alias/set-and-used", test_set_and_used);
  g_test_add_data_func ("/core/5.0/MQTT-3.3.2-8/alias/zero", "MQTT-3.3.2-8", test_wrong);
  g_test_add_data_func ("/core/5.0/MQTT-3.3.2-9/alias/above-the-maximum", "MQTT-3.3.2-9", test_wrong);
  g_test_add_data_func ("/core/5.0/3.3.2.3.4/alias/unknown", "3.3.2.3.4", test_wrong);
  g_test_add_func ("/core/5.0/MQTT-3.3.2-7/alias/dies-with-connection", test_dies_with_connection);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-26/alias/ours", test_ours);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-26/alias/ours-at-most", test_ours_at_most);
  g_test_add_func ("/core/5.0/MQTT-3.3.2-7/alias/ours-die-with-connection", test_ours_die_with_connection);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-24/alias/ours-and-packet-size", test_ours_and_packet_size);
  g_test_add_func ("/core/5.0/3.3.2.3.4/alias/ours-while-waiting", test_ours_while_waiting);
  return g_test_run ();
}
