/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"
#include "tests/support/hub-test-core.h"

/* --- What the client takes --- */

/* A message of exactly as much is sent; a larger one is left out for this client alone, and nothing else happens. */
static void
test_left_out (void)
{
  for (guint8 qos = 0; qos <= 2; qos++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join (core, "sender");
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "21 0001 27 00000014");
      HubTestPeer *other = hub_test_core_join_5 (core, "other", "");
      g_autofree char *first = g_strdup_printf ("PUBLISH d0 q%u r0 m%u a %s", qos, qos > 0 ? 1 : 0, qos > 0 ? "123456789012" : "12345678901234");
      g_autofree char *second = g_strdup_printf ("PUBLISH d0 q%u r0 m%u a small", qos, qos > 0 ? 2 : 0);

      /* 20 bytes: 2, topic 3, properties 1, and the identifier 2. */
      hub_test_peer_subscribe (peer, "a", qos);
      hub_test_peer_subscribe (other, "a", 0);
      hub_test_peer_publish (sender, "a", qos > 0 ? "1234567890123" : "123456789012345", qos);
      hub_test_peer_expect (peer, "");
      g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, 1);
      hub_test_peer_publish (sender, "a", qos > 0 ? "123456789012" : "12345678901234", qos);
      hub_test_peer_expect (peer, first);
      hub_test_peer_send (peer, qos == 2 ? "50 [0001] 70 [0001]" : qos == 1 ? "40 [0001]"
                                                                            : "c0 []");
      g_free (hub_test_peer_take (peer));
      hub_test_peer_publish (sender, "a", "small", qos);
      hub_test_peer_expect (peer, second);
      g_assert_cmpuint (hub_test_peer_count (other, "PUBLISH"), ==, 3);
      g_assert_false (peer->is_closed);
    }
}

/* What 5.0 adds counts as well: properties of the message, identifiers, what is left of the expiry. */
static void
test_properties_count (void)
{
  static const struct
  {
    const char *subscribe;
    const char *publish;
    gboolean is_sent;
  } rows[] = {
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [] 'x'*24]", TRUE },
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [] 'x'*25]", FALSE },
    { "82 [0001 [0b 01] {'a'} 00]", "30 [{'a'} [] 'x'*22]", TRUE },
    { "82 [0001 [0b 01] {'a'} 00]", "30 [{'a'} [] 'x'*23]", FALSE },
    { "82 [0001 [0b ffffff7f] {'a'} 00]", "30 [{'a'} [] 'x'*19]", TRUE },
    { "82 [0001 [0b ffffff7f] {'a'} 00]", "30 [{'a'} [] 'x'*20]", FALSE },
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [02 00000009] 'x'*19]", TRUE },
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [02 00000009] 'x'*20]", FALSE },
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [26 {'k'} {'v'}] 'x'*17]", TRUE },
    { "82 [0001 [] {'a'} 00]", "30 [{'a'} [26 {'k'} {'v'}] 'x'*18]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "27 0000001e");

      g_test_message ("%s to %s", rows[i].publish, rows[i].subscribe);
      hub_test_peer_send (peer, rows[i].subscribe);
      g_free (hub_test_peer_take (peer));
      hub_test_peer_send (sender, rows[i].publish);
      g_assert_cmpuint (peer->output->len, ==, rows[i].is_sent ? 1 : 0);
    }
}

/* --- What the format can express --- */

#define LARGEST (HUB_PACKET_SIZE_MAX - 5)

static gsize delivered_bytes;

static void
measure_cb (HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  delivered_bytes = hub_message_packet_size (message, peer->version, delivery);
}

/* A message may come in the largest packet there is, and would need a larger one on its way out. */
static void
test_largest (void)
{
  static const HubPeerFuncs measuring = { .deliver = measure_cb };
  static const struct
  {
    const char *name;
    gboolean is_5;
    gsize payload_size;
    guint32 properties_size;
    gboolean is_sent;
  } rows[] = {
    { "payload in 3.1.1", FALSE, LARGEST - 3, 0, TRUE },
    { "one more", FALSE, LARGEST - 2, 0, FALSE },
    { "properties do not count there", FALSE, LARGEST - 3, 1000, TRUE },
    { "payload in 5.0", TRUE, LARGEST - 6, 0, TRUE },
    { "one more", TRUE, LARGEST - 5, 0, FALSE },
    { "properties in 5.0", TRUE, 0, LARGEST - 9, TRUE },
    { "one more", TRUE, 0, LARGEST - 8, FALSE },
    { "more than their length can say", TRUE, 0, LARGEST, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HubPublish publish = { .topic = HUB_SPAN_LITERAL ("a") };
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = rows[i].is_5 ? hub_test_core_join_5 (core, "id", "") : hub_test_core_join (core, "id");
      g_autoptr (HubMessage) message = hub_message_new (&publish, (HubSpan){ NULL, 0 }, HUB_MESSAGE_NEVER);

      g_test_message ("%s", rows[i].name);
      hub_test_peer_send (peer, rows[i].is_5 ? "82 [0001 [0b 01] {'a'} 00]" : "82 [0001 {'a'} 00]");
      g_free (hub_test_peer_take (peer));
      /* Nothing of it is looked at but how much it is. */
      message->payload.size = rows[i].payload_size;
      message->properties_size = rows[i].properties_size;
      delivered_bytes = 0;
      peer->peer.funcs = &measuring;
      hub_core_route (core->core, message, NULL);
      g_assert_cmpuint (delivered_bytes, <=, HUB_PACKET_SIZE_MAX);
      g_assert_cmpint (delivered_bytes > 0, ==, rows[i].is_sent);
      g_assert_cmpuint (hub_core_get_stats (core->core).messages_dropped, ==, rows[i].is_sent ? 0 : 1);
    }
}

/* The same for what was queued, is retained, or is sent again to a client that takes less than before. */
static void
test_later (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 0000003c", FALSE);

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_publish (sender, "a", "1: too much for it later", 1);
  hub_test_peer_publish (sender, "a", "2", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1:\\20too\\20much\\20for\\20it\\20later; PUBLISH d0 q1 r0 m2 a 2");
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "3: too much for it as well", 1);
  hub_test_peer_publish (sender, "a", "4", 1);
  hub_test_peer_retain (sender, "b/1", "5: and this as well, though retained", 1);
  hub_test_peer_retain (sender, "b/2", "6", 1);

  peer = hub_test_core_resume_5 (core, "id", "11 0000003c 27 00000014", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m2 a 2; PUBLISH d0 q1 r0 m3 a 4");
  hub_test_peer_subscribe (peer, "b/#", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m4 b/2 6");
  g_assert_false (peer->is_closed);

  /* As if it had been delivered: it does not come back either. */
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 0000003c", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m2 a 2; PUBLISH d1 q1 r0 m3 a 4; PUBLISH d1 q1 r1 m4 b/2 6");
}

/* At QoS 2 the client may have it already: its identifier is released, and does not mean something else before that. */
static void
test_later_q2 (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (core, "id", "11 00000064", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "larger than the limit", 2);
  hub_test_peer_publish (sender, "a", "2", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a larger\\20than\\20the\\20limit; PUBLISH d0 q2 r0 m2 a 2");
  hub_test_peer_lose (peer);

  peer = hub_test_core_resume_5 (core, "id", "11 00000064 27 00000019", TRUE);
  hub_test_peer_expect (peer, "PUBREL m1; PUBLISH d1 q2 r0 m2 a 2");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 1);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (core, "id", "11 00000064", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q2 r0 m2 a 2");
}

/* An answer that the client does not take ends the connection, before anything is done of what it asks for. */
static void
test_answers (void)
{
  static const struct
  {
    const char *right;
    const char *answer;
    const char *wrong;
  } rows[] = {
    { "82 [0001 [] ({'a'} 00)*15]", "SUBACK m1 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", "82 [0001 [] ({'a'} 00)*16]" },
    { "a2 [0001 [] {'b'}*15]", "UNSUBACK m1 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11", "a2 [0001 [] {'b'}*16]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *peer = hub_test_core_join_5 (core, "id", "27 00000014");

      hub_test_peer_send (peer, rows[i].right);
      hub_test_peer_expect (peer, rows[i].answer);
      hub_test_peer_send (peer, rows[i].wrong);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_PACKET_TOO_LARGE);
    }
}

/* The words of a DISCONNECT are left out where they make it too large, and it is told without. */
static void
test_words (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *small = hub_test_core_join_5 (core, "small", "27 00000014");
  HubTestPeer *large = hub_test_core_join_5 (core, "large", "");
  g_autofree char *text = NULL;

  hub_test_peer_send (small, "c1 []");
  hub_test_peer_expect (small, "DISCONNECT 81");
  hub_test_peer_send (large, "c1 []");
  text = hub_test_peer_take (large);
  g_assert_true (g_str_has_prefix (text, "DISCONNECT 81 {reason="));
}

/* --- What we take --- */

/* A packet of exactly as much as was announced, and one byte more, refused as soon as its length is known. */
static void
test_ours (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_packet_bytes = 1000;
  core = hub_test_core_new_with_limits (&limits);
  peer = hub_test_core_join_5 (core, "id", "");
  hub_test_peer_send (peer, "32 [{'a'} 0001 [] 'x'*991]");
  hub_test_peer_expect (peer, "PUBACK m1 rc10");
  hub_test_peer_send (peer, "32 e607");
  hub_test_peer_expect_goodbye (peer, HUB_REASON_PACKET_TOO_LARGE);

  /* Where a CONNECT is too large there is no version to answer in. */
  peer = hub_test_core_open (core);
  hub_test_peer_send (peer, "10 ffffff7f");
  hub_test_peer_expect_closed (peer, HUB_REASON_PACKET_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/5.0/MQTT-3.1.2-25/left-out", test_left_out);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-24/properties-count", test_properties_count);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-25/later", test_later);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-25/later-qos-2", test_later_q2);
  g_test_add_func ("/core/5.0/MQTT-3.1.2-24/answers", test_answers);
  g_test_add_func ("/core/5.0/MQTT-3.14.2-3/words", test_words);
  g_test_add_func ("/core/5.0/3.2.2.3.6/ours", test_ours);
  g_test_add_func ("/core/5.0/MQTT-1.5.5-1/largest", test_largest);
  return g_test_run ();
}
