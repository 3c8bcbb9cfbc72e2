/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-identifiers.h"
#include "tests/support/hub-test-core.h"

/* --- The list --- */

static char *
to_text (const HubIdentifiers *identifiers)
{
  HubReader reader = hub_reader_init (hub_identifiers_get (identifiers));
  GString *text = g_string_new (NULL);
  HubProperty property;

  while (hub_property_next (&reader, &property))
    g_string_append_printf (text, "%s%u", text->len > 0 ? " " : "", property.number);
  return g_string_free (text, FALSE);
}

static void
assert_text (const HubIdentifiers *identifiers, const char *expected)
{
  g_autofree char *text = to_text (identifiers);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_append (void)
{
  g_autoptr (HubIdentifiers) list = hub_identifiers_append (NULL, 0);
  g_autoptr (HubIdentifiers) again = NULL;

  g_assert_null (list);
  list = hub_identifiers_append (list, 1);
  assert_text (list, "1");
  again = hub_identifiers_ref (list);
  list = hub_identifiers_append (list, 268435455);
  list = hub_identifiers_append (list, 0);
  list = hub_identifiers_append (list, 128);
  assert_text (list, "1 268435455 128");
  assert_text (again, "1");
}

/* --- What arrives --- */

/* A message that several subscriptions match comes once, with the highest QoS and the identifiers of all of them. */
static void
test_overlapping (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");
  g_autofree char *text = NULL;

  hub_test_peer_send (peer, "82 [0001 [0b 01] {'a/b'} 01 {'x'} 00] 82 [0002 [0b ffffff7f] {'a/+'} 02] 82 [0003 [] {'#'} 00]"
                            " 82 [0004 [0b 01] {'+/b'} 00]");
  g_free (hub_test_peer_take (peer));
  hub_test_peer_publish (sender, "a/b", "x", 2);
  text = hub_test_peer_take (peer);
  g_assert_true (g_str_has_prefix (text, "PUBLISH d0 q2 r0 m1 a/b x {"));
  g_assert_nonnull (strstr (text, "sub=1"));
  g_assert_nonnull (strstr (text, "sub=268435455"));

  hub_test_peer_publish (sender, "x", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 x x {sub=1}");
  hub_test_peer_publish (sender, "y", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 y x");

  /* 3.1.1 gets one copy without any. */
  peer = hub_test_core_join (core, "old");
  hub_test_peer_subscribe (peer, "a/b", 1);
  hub_test_peer_subscribe (peer, "a/+", 2);
  hub_test_peer_publish (sender, "a/b", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a/b x");
}

/* The one of the subscription that asked is on what is retained, in each copy that it brings. */
static void
test_retained (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_retain (sender, "a", "x", 1);
  hub_test_peer_send (peer, "82 [0001 [0b 05] {'a'} 01]");
  hub_test_peer_expect (peer, "SUBACK m1 01; PUBLISH d0 q1 r1 m1 a x {sub=5}");
  hub_test_peer_send (peer, "82 [0001 [0b 06] {'#'} 00 {'+'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 00 00; PUBLISH d0 q0 r1 m0 a x {sub=6}; PUBLISH d0 q0 r1 m0 a x {sub=6}");
}

/* They stay with what waits for the client, and with what is sent again: as they were when it was published. */
static void
test_queued_and_redelivered (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);

  hub_test_peer_send (peer, "82 [0001 [0b 05] {'a'} 02]");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "1", 1);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1 {sub=5}");
  hub_test_peer_send (peer, "82 [0001 [0b 07] {'a'} 02]");
  hub_test_peer_publish (sender, "a", "2", 2);
  hub_test_peer_expect (peer, "SUBACK m1 02; PUBLISH d0 q2 r0 m2 a 2 {sub=7}");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1 {sub=5}; PUBLISH d1 q2 r0 m2 a 2 {sub=7}");
}

static void
test_shared (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  hub_test_peer_send (peer, "82 [0001 [0b 05] {'$share/g/a'} 01] 82 [0002 [0b 06] {'a'} 00] 82 [0003 [] {'$share/h/a'} 00]");
  g_free (hub_test_peer_take (peer));
  hub_test_peer_publish (sender, "a", "x", 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q1 r0 m1 a x {sub=5}"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r0 m0 a x {sub=6}"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, 3);
}

/* What is retained comes for each subscription with its own identifier; who subscribes anew before it has come gets it as asked
 * for last. */
static void
test_waiting (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "21 0001");

  hub_test_peer_retain (sender, "a", "x", 1);
  hub_test_peer_retain (sender, "b", "y", 1);
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m1 a x");
  hub_test_peer_send (peer, "82 [0002 [0b 05] {'b'} 01] 82 [0002 [0b 06] {'+'} 00 {'b'} 01] 82 [0002 [0b 05] {'b'} 01]");
  hub_test_peer_expect (peer,
                        "SUBACK m2 01; SUBACK m2 00 01; PUBLISH d0 q0 r1 m0 b y {sub=6}; PUBLISH d0 q0 r1 m0 a x {sub=6}; "
                        "SUBACK m2 01");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b y {sub=5}");
}

/* Who subscribes anew ten thousand times while it waits gets it once. */
static void
test_waiting_anew (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "21 0001");

  hub_test_peer_retain (sender, "a", "x", 1);
  hub_test_peer_retain (sender, "b", "y", 1);
  hub_test_peer_subscribe (peer, "a", 1);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *bytes = g_strdup_printf ("82 [0001 [0b %02x%02x] {'b'} 01]", 0x80 | (i & 0x7f), 1 + (i >> 7));

      hub_test_peer_send (peer, bytes);
    }
  g_free (hub_test_peer_take (peer));
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b y {sub=10127}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/identifiers/append", test_append);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-2/MQTT-3.3.4-3/MQTT-3.3.4-4/overlapping", test_overlapping);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-5/retained", test_retained);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-3/queued-and-redelivered", test_queued_and_redelivered);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-3/shared", test_shared);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-4/waiting", test_waiting);
  g_test_add_func ("/core/5.0/MQTT-3.3.4-4/waitingwaiting-anew", test_waiting_anew);
  return g_test_run ();
}
