/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static void
test_acknowledged (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "30 [{'a'} 'x']");
  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "32 [{'a'} 0007 'x']");
  hub_test_peer_expect (peer, "PUBACK m7");
  hub_test_peer_send (peer, "34 [{'a'} ffff 'x']");
  hub_test_peer_expect (peer, "PUBREC m65535");
  hub_test_peer_send (peer, "62 [ffff]");
  hub_test_peer_expect (peer, "PUBCOMP m65535");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 3);
}

/* A QoS 0 PUBLISH has no identifier: two bytes there are the beginning of its payload. */
static void
test_q0_without_id (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_send (peer, "30 [{'a'} 0001]");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a \\00\\01");
}

/* The lower of what was published and what was granted, for all nine pairs. */
static void
test_delivered_qos (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  static const char *const topics[] = { "t/0", "t/1", "t/2" };

  for (guint8 granted = 0; granted <= 2; granted++)
    for (guint8 published = 0; published <= 2; published++)
      {
        HubTestPeer *peer = hub_test_core_join (core, "id");
        guint qos = MIN (granted, published);
        g_autofree char *expected = g_strdup_printf ("PUBLISH d0 q%u r0 m%u %s x", qos, qos > 0 ? 1 : 0, topics[granted]);

        hub_test_peer_subscribe (peer, topics[granted], granted);
        hub_test_peer_publish (sender, topics[granted], "x", published);
        hub_test_peer_expect (peer, expected);
      }
}

/* Neither DUP nor RETAIN nor the identifier of the publisher reaches a subscriber. */
static void
test_flags_not_propagated (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_send (sender, "3b [{'a'} 1234 'x']");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x");
  hub_test_peer_send (sender, "3d [{'a'} 1234 'y']");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m2 a y");
}

/* At QoS 1 a message that comes twice is delivered twice; that is what "at least once" means. */
static void
test_q1_twice (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (peer, "32 [{'a'} 0001 'x'] 3a [{'a'} 0001 'x']");
  hub_test_peer_expect (peer, "PUBACK m1; PUBACK m1");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q0 r0 m0 a x");
}

/* At QoS 2 an identifier stands for one message until it is released; after that it is new. */
static void
test_q2_once (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (watcher, "a", 0);
  hub_test_peer_send (peer, "34 [{'a'} 0001 'x'] 3c [{'a'} 0001 'x'] 34 [{'a'} 0001 'other']");
  hub_test_peer_expect (peer, "PUBREC m1; PUBREC m1; PUBREC m1");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a x");
  hub_test_peer_send (peer, "34 [{'a'} 0002 'y']");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a y");
  hub_test_peer_send (peer, "62 [0001]");
  hub_test_peer_expect (peer, "PUBREC m2; PUBCOMP m1");
  hub_test_peer_send (peer, "34 [{'a'} 0001 'z'] 3c [{'a'} 0002 'y']");
  hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 a z");
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 3);
}

/* An unknown PUBREL is answered all the same, so that the client can go on. */
static void
test_q2_unknown_pubrel (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "62 [0005]");
  hub_test_peer_expect (peer, "PUBCOMP m5");
  hub_test_peer_send (peer, "34 [{'a'} 0005 'x'] 62 [0005] 62 [0005]");
  hub_test_peer_expect (peer, "PUBREC m5; PUBCOMP m5; PUBCOMP m5");
}

/* The same identifiers in both directions have nothing to do with each other. */
static void
test_ids_of_both_sides (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_send (peer, "34 [{'a'} 0001 'x']");
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a x; PUBREC m1");
  hub_test_peer_send (peer, "62 [0001]");
  hub_test_peer_expect (peer, "PUBCOMP m1");
  hub_test_peer_send (peer, "50 [0001]");
  hub_test_peer_expect (peer, "PUBREL m1");
  hub_test_peer_send (peer, "70 [0001]");
  hub_test_peer_expect (peer, "");
  g_assert_false (peer->is_closed);
}

static void
test_q2_delivery (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a x");
  hub_test_peer_send (peer, "50 [0001] 50 [0001]");
  hub_test_peer_expect (peer, "PUBREL m1; PUBREL m1");
  hub_test_peer_send (peer, "70 [0001] 70 [0001]");
  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "50 [0001]");
  hub_test_peer_expect (peer, "PUBREL m1");
  g_assert_false (peer->is_closed);
}

/* Unknown acknowledgements are nothing to be punished: they may come late, after a reconnect. */
static void
test_unknown_acks (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "40 [0001] 70 [0001] 40 [ffff] 70 [ffff]");
  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "50 [1234]");
  hub_test_peer_expect (peer, "PUBREL m4660");
  g_assert_false (peer->is_closed);
}

static void
test_wrong_acks (void)
{
  static const struct
  {
    const char *name;
    guint8 qos;
    const char *acks;
  } rows[] = {
    { "PUBREC for QoS 1", 1, "50 [0001]" },
    { "PUBCOMP for QoS 1", 1, "70 [0001]" },
    { "PUBACK for QoS 2", 2, "40 [0001]" },
    { "PUBCOMP before PUBREC", 2, "70 [0001]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join (core, "sender");
      HubTestPeer *peer = hub_test_core_join (core, "id");

      g_test_message ("%s", rows[i].name);
      hub_test_peer_subscribe (peer, "a", 2);
      hub_test_peer_publish (sender, "a", "x", rows[i].qos);
      g_free (hub_test_peer_take (peer));
      hub_test_peer_send (peer, rows[i].acks);
      hub_test_peer_expect_closed (peer, HUB_REASON_PROTOCOL_ERROR);
      g_assert_false (sender->is_closed);
    }
}

static void
publish_numbers (HubTestPeer *sender, guint from, guint to, guint8 qos)
{
  for (guint i = from; i <= to; i++)
    {
      g_autofree char *payload = g_strdup_printf ("%u", i);

      hub_test_peer_publish (sender, "a", payload, qos);
    }
}

/* At most so many under way; each that is complete makes room for one more, in the old order. */
static void
test_window (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;

  hub_limits_init_broker (&limits);
  limits.max_inflight = 3;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "a", 2);
  publish_numbers (sender, 1, 5, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1; PUBLISH d0 q1 r0 m2 a 2; PUBLISH d0 q1 r0 m3 a 3");

  hub_test_peer_publish (sender, "a", "QoS 0 passes by", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a QoS\\200\\20passes\\20by");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m4 a 4");
  publish_numbers (sender, 6, 6, 2);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m5 a 5");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 3);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m6 a 6");

  /* A PUBREC frees nothing yet, a PUBCOMP does. */
  publish_numbers (sender, 7, 7, 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 6);
  hub_test_peer_expect (peer, "PUBREL m6");
  hub_test_peer_ack (peer, HUB_PACKET_PUBCOMP, 6);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m7 a 7");
}

/* Acknowledged in whatever order: the window is never exceeded, and never left half empty. */
static void
test_window_any_order (void)
{
  g_autoptr (HubTestCore) core = NULL;
  g_autoptr (GArray) open_ids = g_array_new (FALSE, FALSE, sizeof (guint16));
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;
  guint n_delivered = 0;

  hub_limits_init_broker (&limits);
  limits.max_inflight = 6;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "a", 1);
  publish_numbers (sender, 1, 900, 1);

  while (n_delivered < 900 || open_ids->len > 0)
    {
      guint index;

      for (guint i = 0; i < peer->output->len; i++)
        {
          const char *text = g_ptr_array_index (peer->output, i);
          guint16 id = (guint16) g_ascii_strtoull (strstr (text, " m") + 2, NULL, 10);

          g_assert_cmpuint (g_ascii_strtoull (strrchr (text, ' ') + 1, NULL, 10), ==, ++n_delivered);
          g_array_append_val (open_ids, id);
        }
      g_free (hub_test_peer_take (peer));
      g_assert_cmpuint (open_ids->len, ==, MIN (6, 900 - n_delivered + open_ids->len));
      index = (guint) g_test_rand_int_range (0, (int) open_ids->len);
      hub_test_peer_ack (peer, HUB_PACKET_PUBACK, g_array_index (open_ids, guint16, index));
      g_array_remove_index (open_ids, index);
    }
}

/* Thousands through a small window: none lost, none twice, all in order, all identifiers used again. */
static void
test_many (void)
{
  g_autoptr (HubTestCore) core = NULL;
  HubTestPeer *sender;
  HubTestPeer *peer;
  HubLimits limits;
  guint wanted = 1;

  hub_limits_init_broker (&limits);
  limits.max_inflight = 7;
  core = hub_test_core_new_with_limits (&limits);
  sender = hub_test_core_join (core, "sender");
  peer = hub_test_core_join (core, "id");
  hub_test_peer_subscribe (peer, "a", 2);

  for (guint first = 1; first <= 70000; first += 50)
    {
      publish_numbers (sender, first, first + 49, first % 4 == 1 ? 2 : 1);
      hub_test_peer_settle (sender);
      hub_test_peer_settle (peer);
      for (guint i = 0; i < peer->output->len; i++)
        {
          const char *text = g_ptr_array_index (peer->output, i);

          if (g_str_has_prefix (text, "PUBLISH"))
            g_assert_cmpuint (g_ascii_strtoull (strrchr (text, ' ') + 1, NULL, 10), ==, wanted++);
        }
      g_free (hub_test_peer_take (peer));
      g_free (hub_test_peer_take (sender));
    }
  g_assert_cmpuint (wanted, ==, 70001);
}

/* Who publishes gets the message too, if he asked for it. */
static void
test_to_oneself (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_publish (peer, "a", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a x; PUBACK m2");
}

static void
test_payloads (void)
{
  static const char *const payloads[] = { "", "00", "ff", "00ff80", "78*300000", "efbbbf 'text'" };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      g_autofree char *packet = g_strdup_printf ("30 [{'a'} %s]", payloads[i]);
      static const char *const expected[] = { "", "\\00", "\\ff", "\\00\\ff\\80", "(300000 bytes)", "\\ef\\bb\\bftext" };
      g_autofree char *text = g_strdup_printf ("PUBLISH d0 q0 r0 m0 a %s", expected[i]);

      hub_test_peer_send (peer, packet);
      hub_test_peer_expect (peer, text);
    }
}

/* Topics that clients may not publish to: acknowledged, counted, and nobody gets it. */
static void
test_reserved (void)
{
  static const char *const topics[] = { "$SYS/broker/uptime", "$SYS", "$", "$share/group/topic", "$x/y" };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *watcher = hub_test_core_join (core, "watcher");

  hub_test_peer_subscribe (watcher, "#", 2);
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      HubTestPeer *peer = hub_test_core_join (core, "id");
      g_autofree char *filter = g_strdup (topics[i]);

      g_test_message ("%s", topics[i]);
      hub_test_peer_subscribe (watcher, filter, 2);
      hub_test_peer_retain (peer, topics[i], "x", 0);
      hub_test_peer_retain (peer, topics[i], "x", 1);
      hub_test_peer_retain (peer, topics[i], "x", 2);
      hub_test_peer_expect (peer, "PUBACK m1; PUBREC m2");
      hub_test_peer_send (peer, "62 [0002]");
      hub_test_peer_expect (peer, "PUBCOMP m2");
      hub_test_peer_subscribe (peer, filter, 2);
      hub_test_peer_expect (peer, "");
      hub_test_peer_expect (watcher, "");
    }
  g_assert_cmpuint (hub_core_get_stats (core->core).publishes_denied, ==, 3 * G_N_ELEMENTS (topics));
  g_assert_cmpuint (hub_core_get_stats (core->core).messages_received, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (core->core).retained, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/3.1.1/MQTT-3.3.4-1/acknowledged", test_acknowledged);
  g_test_add_func ("/core/3.1.1/MQTT-2.3.1-5/q0-without-id", test_q0_without_id);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-6/delivered-qos", test_delivered_qos);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.1-3/flags-not-propagated", test_flags_not_propagated);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.2-2/q1-twice", test_q1_twice);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-2/q2-once", test_q2_once);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-2/q2-unknown-pubrel", test_q2_unknown_pubrel);
  g_test_add_func ("/core/3.1.1/MQTT-2.3.1-4/ids-of-both-sides", test_ids_of_both_sides);
  g_test_add_func ("/core/3.1.1/MQTT-4.3.3-1/q2-delivery", test_q2_delivery);
  g_test_add_func ("/core/3.1.1/4.3/unknown-acks", test_unknown_acks);
  g_test_add_func ("/core/3.1.1/4.3/wrong-acks", test_wrong_acks);
  g_test_add_func ("/core/3.1.1/4.3/window", test_window);
  g_test_add_func ("/core/3.1.1/4.3/window/any-order", test_window_any_order);
  g_test_add_func ("/core/3.1.1/MQTT-4.6.0-6/many", test_many);
  g_test_add_func ("/core/3.1.1/3.3/to-oneself", test_to_oneself);
  g_test_add_func ("/core/3.1.1/3.3.3/payloads", test_payloads);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.5-2/reserved", test_reserved);
  return g_test_run ();
}
