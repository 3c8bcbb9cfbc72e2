/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* How much is done for a client before others have their turn. */

/* More than waits for anybody. */
#define OUTPUT_FULL ((gsize) 1024 * 1024)

#define SHARES 1024
#define SHARED_AT_ONCE (HUB_CORE_WORK_MAX / SHARES)

/* Who has more to be done than may be at once goes on where it was when others had their turn. */
static void
test_deliveries (void)
{
  static const struct
  {
    const char *name;
    guint n;
    const char *behind;
    gboolean has_more;
  } rows[] = {
    { "below the limit", SHARED_AT_ONCE - 1, "c0 []", FALSE },
    { "at the limit, and nothing follows", SHARED_AT_ONCE, "", FALSE },
    { "at the limit", SHARED_AT_ONCE, "c0 []", TRUE },
    { "past the limit", SHARED_AT_ONCE + 1, "", TRUE },
    { "several times", 3 * SHARED_AT_ONCE + 1, "c0 []", TRUE },
  };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  for (guint i = 0; i < SHARES; i++)
    {
      g_autofree char *filter = g_strdup_printf ("$share/%u/t", i);

      hub_test_peer_subscribe (peer, filter, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *bytes = g_strdup_printf ("(30 [{'t'} 'x'])*%u %s", rows[i].n, rows[i].behind);
      guint n_done = MIN (rows[i].n, SHARED_AT_ONCE);

      g_test_message ("%s", rows[i].name);
      hub_test_peer_send (sender, bytes);
      g_assert_cmpint (sender->peer.has_more, ==, rows[i].has_more);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, n_done * SHARES);
      while (sender->peer.has_more)
        {
          hub_test_peer_expect (sender, "");
          hub_test_peer_send (sender, "");
          n_done = MIN (rows[i].n, n_done + SHARED_AT_ONCE);
          g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH"), ==, n_done * SHARES);
        }
      g_assert_cmpuint (n_done, ==, rows[i].n);
      hub_test_peer_expect (sender, rows[i].behind[0] != '\0' ? "PINGRESP" : "");
      g_free (hub_test_peer_take (peer));
    }
}

/* What nobody gets counts as well: the members of a share that cannot take it, and what is retained and looked through for
 * somebody. */
static void
test_in_vain (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join_5 (core, "sender", "");
  HubTestPeer *peer = hub_test_core_join_5 (core, "id", "");

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *client_id = g_strdup_printf ("member-%u", i);
      HubTestPeer *member = hub_test_core_join_5 (core, client_id, "");

      hub_test_peer_subscribe (member, "$share/g/t", 0);
      hub_test_peer_set_output (member, OUTPUT_FULL);
    }
  hub_test_peer_send (sender, "(30 [{'t'} [] 'x'])*163 c0 []");
  g_assert_false (sender->peer.has_more);
  hub_test_peer_expect (sender, "PINGRESP");
  hub_test_peer_send (sender, "(30 [{'t'} [] 'x'])*164 c0 []");
  g_assert_true (sender->peer.has_more);
  hub_test_peer_expect (sender, "");
  hub_test_peer_send (sender, "");
  hub_test_peer_expect (sender, "PINGRESP");

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *topic = g_strdup_printf ("kept/%u", i);

      hub_test_peer_retain (sender, topic, "x", 0);
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *filter = g_strdup_printf ("+/+/%u", i);

      hub_test_peer_subscribe (peer, filter, 0);
    }
  /* Each of these asks whether there is anything to send. */
  hub_test_peer_send (peer, "(50 [0001 80])*60 c0 []");
  g_assert_true (peer->peer.has_more);
  hub_test_peer_expect (peer, "");
  hub_test_peer_send (peer, "");
  hub_test_peer_expect (peer, "PINGRESP");
}

/* So does finding out that nobody gets it: with wildcards very many filters may match up to their last level. */
static void
test_routes (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  g_autoptr (GString) bytes = g_string_new (NULL);
  guint n_turns = 1;

  for (guint i = 0; i < 4096; i++)
    {
      g_autoptr (GString) filter = g_string_new (NULL);

      for (guint bit = 0; bit < 12; bit++)
        g_string_append (filter, (i >> bit & 1) != 0 ? "+/" : "a/");
      g_string_append (filter, "b");
      hub_test_peer_subscribe (peer, filter->str, 0);
    }
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (bytes, "30 [{'a/a/a/a/a/a/a/a/a/a/a/a/%u'} 'x'] ", i);
  g_string_append (bytes, "c0 []");

  /* A walk meets 8191 places: five have their turn at a time, and then the PINGREQ. What is known costs nothing. */
  hub_test_peer_send (sender, bytes->str);
  for (; sender->peer.has_more; n_turns++)
    {
      hub_test_peer_expect (sender, "");
      hub_test_peer_send (sender, "");
    }
  hub_test_peer_expect (sender, "PINGRESP");
  g_assert_cmpuint (n_turns, ==, 9);
  hub_test_peer_send (sender, bytes->str);
  g_assert_false (sender->peer.has_more);
  hub_test_peer_expect (sender, "PINGRESP");
  hub_test_peer_expect (peer, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/workload/deliveries", test_deliveries);
  g_test_add_func ("/core/workload/in-vain", test_in_vain);
  g_test_add_func ("/core/workload/routes", test_routes);
  return g_test_run ();
}
