/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#define N_MEMBERS 3

typedef struct
{
  HubTestCore *core;
  HubTestPeer *sender;
  HubTestPeer *members[N_MEMBERS];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->sender = hub_test_core_join_5 (fixture->core, "sender", "");
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_autofree char *client_id = g_strdup_printf ("member-%u", i);

      fixture->members[i] = hub_test_core_resume_5 (fixture->core, client_id, "11 0000003c", FALSE);
      hub_test_peer_subscribe (fixture->members[i], "$share/g/a", 1);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

static HubTestPeer *
come_back (Fixture *fixture, guint member)
{
  g_autofree char *client_id = g_strdup_printf ("member-%u", member);

  fixture->members[member] = hub_test_core_resume_5 (fixture->core, client_id, "11 0000003c", TRUE);
  return fixture->members[member];
}

static void
publish_many (Fixture *fixture, guint n, guint8 qos)
{
  for (guint i = 0; i < n; i++)
    hub_test_peer_publish (fixture->sender, "a", "x", qos);
}

static guint
count (const Fixture *fixture, guint member)
{
  return hub_test_peer_count (fixture->members[member], "PUBLISH");
}

/* Each message to one, and to each as many. */
static void
test_balanced (Fixture *fixture, gconstpointer data)
{
  publish_many (fixture, 30, 0);
  publish_many (fixture, 30, 1);
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      g_assert_cmpuint (count (fixture, i), ==, 20);
      g_assert_cmpuint (hub_test_peer_count (fixture->members[i], "PUBLISH d0 q1"), ==, 10);
    }
}

/* Who is away gets nothing as long as somebody is there. */
static void
test_offline (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_lose (fixture->members[1]);
  publish_many (fixture, 10, 1);
  g_assert_cmpuint (count (fixture, 0), ==, 5);
  g_assert_cmpuint (count (fixture, 2), ==, 5);
  hub_test_peer_expect (come_back (fixture, 1), "");

  /* Without anybody it waits for one, at QoS 0 for nobody. */
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_lose (fixture->members[i]);
  publish_many (fixture, 9, 1);
  publish_many (fixture, 9, 0);
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      HubTestPeer *peer = come_back (fixture, i);

      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q1 r0"), ==, 3);
      g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0"), ==, 0);
    }
}

/* Who has no room is passed over as long as somebody has. */
static void
test_busy (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_lose (fixture->members[0]);
  fixture->members[0] = hub_test_core_resume_5 (fixture->core, "member-0", "11 0000003c 21 0001", TRUE);
  publish_many (fixture, 41, 1);
  g_assert_cmpuint (count (fixture, 0), ==, 1);
  g_assert_cmpuint (count (fixture, 1), ==, 20);
  g_assert_cmpuint (count (fixture, 2), ==, 20);

  /* Now they all wait; what comes is spread again, and nothing is lost. QoS 0 needs no window. */
  publish_many (fixture, 9, 1);
  publish_many (fixture, 3, 0);
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_settle (fixture->members[i]);
  g_assert_cmpuint (count (fixture, 0), ==, 1 + 3 + 1);
  g_assert_cmpuint (count (fixture, 1), ==, 20 + 3 + 1);
  g_assert_cmpuint (count (fixture, 2), ==, 20 + 3 + 1);
}

/* The QoS is that of the member who gets it. */
static void
test_qos (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_subscribe (fixture->members[0], "$share/g/a", 0);
  hub_test_peer_subscribe (fixture->members[2], "$share/g/a", 2);
  publish_many (fixture, 3, 2);
  g_assert_cmpuint (hub_test_peer_count (fixture->members[0], "PUBLISH d0 q0"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (fixture->members[1], "PUBLISH d0 q1"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (fixture->members[2], "PUBLISH d0 q2"), ==, 1);
}

/* A refusal is final: nobody else gets what one member has refused. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_subscribe (fixture->members[i], "$share/g/a", 2);
  publish_many (fixture, 3, 1);
  publish_many (fixture, 3, 2);
  for (guint i = 0; i < N_MEMBERS; i++)
    {
      hub_test_peer_expect (fixture->members[i], "PUBLISH d0 q1 r0 m1 a x; PUBLISH d0 q2 r0 m2 a x");
      hub_test_peer_send (fixture->members[i], "40 [0001 87] 50 [0002 83]");
    }
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_expect (fixture->members[i], "");
}

/* What was begun with one member stays with it, also while it is away. */
static void
test_begun (Fixture *fixture, gconstpointer data)
{
  publish_many (fixture, 3, 1);
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_expect (fixture->members[i], "PUBLISH d0 q1 r0 m1 a x");
  hub_test_peer_lose (fixture->members[1]);
  hub_test_peer_expect (fixture->members[0], "");
  hub_test_peer_expect (fixture->members[2], "");
  hub_test_peer_expect (come_back (fixture, 1), "PUBLISH d1 q1 r0 m1 a x");
}

/* Groups, and other filters of the same name, have nothing to do with each other; nor has a plain subscription. */
static void
test_apart (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = fixture->members[0];

  hub_test_peer_subscribe (peer, "$share/h/a", 0);
  hub_test_peer_subscribe (peer, "$share/g/+", 0);
  hub_test_peer_subscribe (peer, "a", 0);
  publish_many (fixture, 3, 0);
  g_assert_cmpuint (count (fixture, 0), ==, 1 + 3 + 3 + 3);
  g_assert_cmpuint (count (fixture, 1), ==, 1);
  g_assert_cmpuint (count (fixture, 2), ==, 1);
  for (guint i = 0; i < N_MEMBERS; i++)
    g_free (hub_test_peer_take (fixture->members[i]));

  hub_test_peer_unsubscribe (peer, "a");
  hub_test_peer_unsubscribe (peer, "$share/h/a");
  publish_many (fixture, 3, 0);
  g_assert_cmpuint (count (fixture, 0), ==, 1 + 3);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_send (peer, "a2 [0009 [] {'a'} {'$share/g/a/'} {'$share/G/a'} {'$share/g/a'} {'$share/g/+'}]");
  hub_test_peer_expect (peer, "UNSUBACK m9 11 11 11 00 00");
  publish_many (fixture, 2, 0);
  g_assert_cmpuint (count (fixture, 0), ==, 0);
  g_assert_cmpuint (count (fixture, 1), ==, 1 + 1);
  g_assert_cmpuint (count (fixture, 2), ==, 1 + 1);
}

/* How many messages the members got since the last time. */
static guint
take_all (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < N_MEMBERS; i++)
    {
      n += count (fixture, i);
      g_free (hub_test_peer_take (fixture->members[i]));
    }
  return n;
}

/* Members come and go in the middle of the turn, and whoever is left gets everything. */
static void
test_come_and_go (Fixture *fixture, gconstpointer data)
{
  publish_many (fixture, 1, 0);
  g_assert_cmpuint (take_all (fixture), ==, 1);
  hub_test_peer_unsubscribe (fixture->members[1], "$share/g/a");
  publish_many (fixture, 5, 0);
  g_assert_cmpuint (count (fixture, 1), ==, 0);
  g_assert_cmpuint (take_all (fixture), ==, 5);
  hub_test_peer_lose (hub_test_core_join_5 (fixture->core, "member-2", ""));
  hub_test_peer_expect_goodbye (fixture->members[2], HUB_REASON_SESSION_TAKEN_OVER);
  publish_many (fixture, 4, 0);
  g_assert_cmpuint (count (fixture, 0), ==, 4);
  g_assert_cmpuint (take_all (fixture), ==, 4);
  hub_test_peer_unsubscribe (fixture->members[0], "$share/g/a");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).subscriptions, ==, 0);
  hub_test_peer_publish (fixture->sender, "a", "x", 1);
  hub_test_peer_expect (fixture->sender, "PUBACK m1 rc10");
}

/* Names that are none are refused, for this filter alone. */
static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "");

  hub_test_peer_send (peer,
                      "82 [0001 [] {'$share/'} 00 {'$share//a'} 00 {'$share/+/a'} 00 {'$share/#/a'} 00 {'$share/g'} 00"
                      " {'$share/g/'} 00 {'$share/g/a/#/b'} 00 {'$share/g/b'} 00 {'$share'} 00]");
  hub_test_peer_expect (peer, "SUBACK m1 8f 8f 8f 8f 8f 8f 8f 00 00");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).subscriptions, ==, N_MEMBERS + 2);
}

/* The turn of the member whose session has just ended is over, also for its own will. */
static void
test_will_of_member (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *leaving = hub_test_core_open (fixture->core);
  guint n_wills = 0;

  hub_test_peer_send (leaving,
                      "10 [{'MQTT'} 05 0c 0000 [11 00000005] {'leaving'} [18 0000000a] {'a'} {'gone'}]"
                      " 82 [0001 [] {'$share/g/a'} 01]");
  publish_many (fixture, 3, 0);
  for (guint i = 0; i < N_MEMBERS; i++)
    hub_test_peer_lose (fixture->members[i]);
  hub_test_peer_lose (leaving);
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND);
  for (guint i = 0; i < N_MEMBERS; i++)
    n_wills += hub_test_peer_count (come_back (fixture, i), "PUBLISH");
  g_assert_cmpuint (n_wills, ==, 1);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/5.0/4.8.2/balanced", test_balanced);
  add_test ("/core/5.0/4.8.2/offline", test_offline);
  add_test ("/core/5.0/4.8.2/busy", test_busy);
  add_test ("/core/5.0/MQTT-4.8.2-3/qos", test_qos);
  add_test ("/core/5.0/MQTT-4.8.2-6/refused", test_refused);
  add_test ("/core/5.0/MQTT-4.8.2-4/begun", test_begun);
  add_test ("/core/5.0/MQTT-4.8.2-1/apart", test_apart);
  add_test ("/core/5.0/4.8.2/come-and-go", test_come_and_go);
  add_test ("/core/5.0/MQTT-4.8.2-2/malformed", test_malformed);
  add_test ("/core/5.0/4.8.2/will-of-member", test_will_of_member);
  return g_test_run ();
}
