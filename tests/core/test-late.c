/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"
#include "tests/support/hub-test-core.h"

/* Very many retained messages for one who subscribes late. */

#define AHEAD_BYTES (64 * 1024)
#define STEPS 1024

static void
retain_numbers (HubTestPeer *sender, const char *room, guint n, const char *payload)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *topic = g_strdup_printf ("%s/%u", room, i);

      hub_test_peer_retain (sender, topic, payload, 0);
    }
  hub_test_peer_settle (sender);
}

/* Gives the client so many turns, and tells how many retained messages have come. */
static guint
count_in_turns (HubTestPeer *peer, guint n_turns)
{
  for (guint i = 0; i < n_turns; i++)
    hub_test_peer_room (peer);
  return hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
}

static void
test_in_turns (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint first;

  g_test_summary ("One who subscribes late gets very many retained messages in pieces, with a turn for others in between.");
  retain_numbers (sender, "a", 5 * STEPS, "x");
  hub_test_peer_subscribe (peer, "a/#", 0);
  first = hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
  g_assert_cmpuint (first, >, 0);
  g_assert_cmpuint (first, <=, STEPS);
  g_assert_true (peer->peer.wants_room);
  g_assert_true (peer->peer.wants_turn);
  g_assert_cmpuint (count_in_turns (peer, 1), <=, 2 * STEPS);
  g_assert_cmpuint (count_in_turns (peer, 5), ==, 5 * STEPS);
  g_assert_false (peer->peer.wants_room);
  g_assert_false (peer->peer.wants_turn);
}

/* The filter, the topic and the level above take a step each, and so does the end of each of them. */
static void
test_steps (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *one = hub_test_core_join (core, "one");
  HubTestPeer *other = hub_test_core_join (core, "other");

  g_test_summary ("So many places are looked at in a turn, whether something is found there or not.");
  retain_numbers (sender, "a", STEPS - 6, "x");
  hub_test_peer_subscribe (one, "+/+/nothing", 0);
  g_assert_false (one->peer.wants_turn);
  hub_test_peer_retain (sender, "a/more", "x", 0);
  hub_test_peer_subscribe (other, "+/+/nothing", 0);
  g_assert_true (other->peer.wants_turn);
  hub_test_peer_room (other);
  g_assert_false (other->peer.wants_turn);
  g_assert_cmpuint (hub_test_peer_count (other, "PUBLISH"), ==, 0);
}

static void
test_ahead (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  g_test_summary ("As long as so much is unsent, nothing that is retained follows.");
  retain_numbers (sender, "a", 3, "x");
  hub_test_peer_set_output (peer, AHEAD_BYTES);
  hub_test_peer_subscribe (peer, "a/#", 0);
  hub_test_peer_expect (peer, "");
  hub_test_peer_set_output (peer, AHEAD_BYTES - 1);
  hub_core_room (core->core, &peer->peer);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r1"), ==, 3);
}

/* The retained message comes first where it was still to come. */
static void
test_live (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint n_last = 0;

  retain_numbers (sender, "a", 2 * STEPS, "old");
  hub_test_peer_subscribe (peer, "a/#", 0);
  for (guint i = 0; i < 2 * STEPS; i++)
    {
      g_autofree char *topic = g_strdup_printf ("a/%u", i);
      g_autofree char *both = g_strdup_printf ("PUBLISH d0 q0 r1 m0 a/%u old; PUBLISH d0 q0 r0 m0 a/%u new", i, i);
      g_autofree char *live = g_strdup_printf ("PUBLISH d0 q0 r0 m0 a/%u new", i);
      g_autofree char *text = NULL;

      g_free (hub_test_peer_take (peer));
      hub_test_peer_set_output (peer, AHEAD_BYTES);
      hub_test_peer_publish (sender, topic, "new", 0);
      text = hub_test_peer_take (peer);
      if (strcmp (text, live) != 0)
        {
          g_assert_cmpstr (text, ==, both);
          n_last++;
        }
    }
  g_assert_cmpuint (n_last, >, STEPS);
  g_assert_cmpuint (count_in_turns (peer, 4), ==, 0);
  g_assert_false (peer->peer.wants_room);
}

static void
test_each_once (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  g_test_summary ("What is sent before its turn does not come again in its turn.");
  retain_numbers (sender, "a", 2 * STEPS, "old");
  hub_test_peer_subscribe (peer, "a/#", 0);
  for (guint i = 0; i < 2 * STEPS; i += 3)
    {
      g_autofree char *topic = g_strdup_printf ("a/%u", i);

      hub_test_peer_set_output (peer, AHEAD_BYTES);
      hub_test_peer_publish (sender, topic, "new", 0);
    }
  g_assert_cmpuint (count_in_turns (peer, 4), ==, 2 * STEPS);
}

/* One that is replaced meanwhile is live, and nothing but that. */
static void
test_replaced (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint first;

  retain_numbers (sender, "a", 2 * STEPS, "old");
  hub_test_peer_subscribe (peer, "a/#", 0);
  first = hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
  hub_test_peer_set_output (peer, AHEAD_BYTES);
  retain_numbers (sender, "a", 2 * STEPS, "new");
  retain_numbers (sender, "b", 10, "unasked");
  hub_test_peer_settle (peer);
  g_assert_cmpuint (count_in_turns (peer, 4), ==, first);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r0"), ==, 2 * STEPS);
}

static void
test_second_subscription (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  g_test_summary ("Who subscribes again meanwhile gets what waits once, and what it has again.");
  retain_numbers (sender, "a", 3 * STEPS, "x");
  hub_test_peer_subscribe (peer, "a/#", 0);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_set_output (peer, AHEAD_BYTES);
  hub_test_peer_subscribe (peer, "a/#", 0);
  g_assert_cmpuint (count_in_turns (peer, 8), ==, 3 * STEPS);
}

/* The level above all of them is removed as well, at which the walk has arrived. */
static void
test_removed (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint first;

  g_test_summary ("What is removed before its turn does not come, and nothing else is left out.");
  retain_numbers (sender, "b", 10, "x");
  retain_numbers (sender, "a", 2 * STEPS, "x");
  hub_test_peer_subscribe (peer, "#", 0);
  first = hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
  g_assert_cmpuint (first, >, 0);
  hub_test_peer_set_output (peer, AHEAD_BYTES);
  retain_numbers (sender, "a", 2 * STEPS, "");
  g_free (hub_test_peer_take (peer));
  g_assert_cmpuint (count_in_turns (peer, 4), ==, 10);
  g_assert_false (peer->peer.wants_room);
}

static void
test_several (void)
{
  static const char *const filters[] = { "a/#", "b/#", "#" };
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");
  guint n = 0;

  g_test_summary ("Several subscriptions get theirs one after the other, in turns as if all had been one.");
  retain_numbers (sender, "a", 3 * STEPS, "x");
  retain_numbers (sender, "b", 3 * STEPS, "x");
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autofree char *text = NULL;

      hub_test_peer_subscribe (peer, filters[i], 0);
      n += hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
      text = hub_test_peer_take (peer);
    }
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, STEPS);
  g_assert_cmpuint (count_in_turns (peer, 1), <=, STEPS);
  g_assert_cmpuint (n + count_in_turns (peer, 15), ==, 12 * STEPS);
  g_assert_false (peer->peer.wants_room);
}

static void
test_unsubscribe (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_join (core, "id");

  g_test_summary ("Who unsubscribes meanwhile gets nothing more of what was retained.");
  retain_numbers (sender, "a", 3 * STEPS, "x");
  hub_test_peer_subscribe (peer, "a/#", 0);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_set_output (peer, AHEAD_BYTES);
  hub_test_peer_unsubscribe (peer, "a/#");
  g_assert_cmpuint (count_in_turns (peer, 5), ==, 0);
}

static void
test_gone (void)
{
  g_autoptr (HubTestCore) core = hub_test_core_new ();
  HubTestPeer *sender = hub_test_core_join (core, "sender");
  HubTestPeer *peer = hub_test_core_resume (core, "id", FALSE);
  guint first;

  g_test_summary ("What a session has not got when its connection ends comes on the next one.");
  retain_numbers (sender, "a", 3 * STEPS, "x");
  hub_test_peer_subscribe (peer, "a/#", 0);
  first = hub_test_peer_count (peer, "PUBLISH d0 q0 r1");
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume (core, "id", TRUE);
  g_assert_cmpuint (count_in_turns (peer, 5), ==, 3 * STEPS - first);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/late/in-turns", test_in_turns);
  g_test_add_func ("/core/late/steps", test_steps);
  g_test_add_func ("/core/late/ahead", test_ahead);
  g_test_add_func ("/core/late/live", test_live);
  g_test_add_func ("/core/late/each-once", test_each_once);
  g_test_add_func ("/core/late/replaced", test_replaced);
  g_test_add_func ("/core/late/second-subscription", test_second_subscription);
  g_test_add_func ("/core/late/removed", test_removed);
  g_test_add_func ("/core/late/several", test_several);
  g_test_add_func ("/core/late/unsubscribe", test_unsubscribe);
  g_test_add_func ("/core/late/gone", test_gone);
  return g_test_run ();
}
