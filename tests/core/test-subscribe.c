/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

static void
test_suback (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [1234 {'a'} 00 {'b'} 01 {'c/+'} 02 {'#'} 00]");
  hub_test_peer_expect (peer, "SUBACK m4660 00 01 02 00");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 4);
}

/* A filter that cannot be accepted does not refuse the others. */
static void
test_suback_failure (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [0001 {'a'} 00 {'a/#/b'} 01 {} 02 {'b+'} 00 {'b'} 01 {'#/'} 00 {'++'} 00 {'/'*200} 00 {'c'} 02]");
  hub_test_peer_expect (peer, "SUBACK m1 00 80 80 80 01 80 80 80 02");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 3);
  hub_test_peer_publish (sender, "a", "x", 1);
  hub_test_peer_publish (sender, "b", "x", 1);
  hub_test_peer_publish (sender, "c", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a x; PUBLISH d0 q1 r0 m1 b x; PUBLISH d0 q1 r0 m2 c x");
}

/* The same filter again replaces the subscription, and no message is lost or doubled over it. */
static void
test_replace (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_publish (sender, "a", "one", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a one");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_publish (sender, "a", "two", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a two");
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_publish (sender, "a", "three", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a three");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 1);
}

/* Twice in one packet: the last one counts. */
static void
test_same_filter_twice (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [0001 {'a'} 02 {'a'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 02 00");
  hub_test_peer_publish (peer, "a", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a x; PUBACK m1");
  hub_test_peer_unsubscribe (peer, "a");
  hub_test_peer_publish (peer, "a", "x", 0);
  hub_test_peer_expect (peer, "");
}

/* One copy, at the highest QoS of all filters that match. */
static void
test_overlapping (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [0001 {'a/#'} 00 {'a/+'} 02 {'a/b'} 01 {'#'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 00 02 01 00");
  hub_test_peer_publish (sender, "a/b", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q2 r0 m1 a/b x");
  hub_test_peer_publish (sender, "a/b", "x", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a/b x");
  hub_test_peer_unsubscribe (peer, "a/+");
  hub_test_peer_publish (sender, "a/b", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 a/b x");
  hub_test_peer_unsubscribe (peer, "a/b");
  hub_test_peer_publish (sender, "a/b", "x", 2);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a/b x");
}

static void
test_unsubscribe (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "82 [0001 {'a/+'} 00 {'a/b'} 00 {'c'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 00 00 00");

  /* Nothing that only matches the same, and not what was never there. */
  hub_test_peer_send (peer, "a2 [0002 {'a/c'} {'a/#'} {'#'} {'A/b'} {'a/b/'}]");
  hub_test_peer_expect (peer, "UNSUBACK m2");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 3);

  hub_test_peer_send (peer, "a2 [ffff {'a/+'} {'c'} {'c'}]");
  hub_test_peer_expect (peer, "UNSUBACK m65535");
  hub_test_peer_publish (peer, "a/x", "x", 0);
  hub_test_peer_publish (peer, "c", "x", 0);
  hub_test_peer_expect (peer, "");
  hub_test_peer_publish (peer, "a/b", "x", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a/b x");
}

/* Filters that could never have been subscribed to are as unknown as any other. */
static void
test_unsubscribe_invalid (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_send (peer, "a2 [0001 {} {'a/#/b'} {'++'}]");
  hub_test_peer_expect (peer, "UNSUBACK m1");
  g_assert_false (peer->is_closed);
}

static void
test_topics (void)
{
  static const struct
  {
    const char *filter;
    const char *topic;
    gboolean matches;
  } rows[] = {
    { "#", "a/b", TRUE },
    { "#", "$SYS/a", FALSE },
    { "+/a", "$SYS/a", FALSE },
    { "a/#", "a", TRUE },
    { "+/+", "/a", TRUE },
    { "/+", "/a", TRUE },
    { "+", "/a", FALSE },
    { "a", "a/", FALSE },
    { "a", "A", FALSE },
    { "\xef\xbb\xbf"
      "a",
      "a",
      FALSE },
    { "a//b", "a//b", TRUE },
    { " ", " ", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestCore) core = hub_test_core_new ();
      HubTestPeer *sender = hub_test_core_join (core, "sender");
      HubTestPeer *peer = hub_test_core_join (core, "id");

      g_test_message ("%s and %s", rows[i].filter, rows[i].topic);
      hub_test_peer_subscribe (peer, rows[i].filter, 0);
      hub_test_peer_publish (sender, rows[i].topic, "x", 0);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, rows[i].matches ? 1 : 0);
    }
}

/* A shared subscription and a plain one of the same filter are two, and come and go by all of their text. */
static void
test_share (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peer = hub_test_core_join (core, "id");

  hub_test_peer_subscribe (peer, "$share/g/t", 0);
  hub_test_peer_unsubscribe (peer, "t");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 1);
  hub_test_peer_unsubscribe (peer, "$share/g/t");
  hub_test_peer_subscribe (peer, "t", 0);
  hub_test_peer_unsubscribe (peer, "$share/g/t");
  hub_test_peer_subscribe (peer, "$share", 0);
  hub_test_peer_publish (peer, "t", "x", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 t x");
  hub_test_peer_send (peer, "82 [0009 {'$share//t'} 00 {'$share/+/t'} 00 {'$share/#/t'} 00 {'$share/g'} 00 {'$share/g/'} 00 {'$share/'} 00]");
  hub_test_peer_expect (peer, "SUBACK m9 80 80 80 80 80 80");
  g_assert_cmpuint (hub_core_get_stats (core->core).subscriptions, ==, 2);
}

/* Nobody gets what only others asked for. */
static void
test_others (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *peers[20];

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      peers[i] = hub_test_core_join (core, name);
      hub_test_peer_subscribe (peers[i], name, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *expected = g_strdup_printf ("PUBLISH d0 q0 r0 m0 %u x", i);

      hub_test_peer_publish (peers[0], name, "x", 0);
      hub_test_peer_expect (peers[i], expected);
      for (guint k = 0; k < G_N_ELEMENTS (peers); k++)
        hub_test_peer_expect (peers[k], "");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-1/MQTT-3.8.4-5/suback", test_suback);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-5/MQTT-3.9.3-1/suback-failure", test_suback_failure);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-3/replace", test_replace);
  g_test_add_func ("/core/3.1.1/MQTT-3.8.4-4/same-filter-twice", test_same_filter_twice);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.5-1/overlapping", test_overlapping);
  g_test_add_func ("/core/3.1.1/MQTT-3.10.4-1/MQTT-3.10.4-4/unsubscribe", test_unsubscribe);
  g_test_add_func ("/core/3.1.1/MQTT-3.10.4-5/unsubscribe-invalid", test_unsubscribe_invalid);
  g_test_add_func ("/core/3.1.1/MQTT-1.5.3-3/MQTT-4.7.1-2/MQTT-4.7.1-3/MQTT-4.7.3-4/topics", test_topics);
  g_test_add_func ("/core/3.1.1/MQTT-4.8.2-1/share", test_share);
  g_test_add_func ("/core/3.1.1/MQTT-3.3.2-3/others", test_others);
  return g_test_run ();
}
