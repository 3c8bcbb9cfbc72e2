/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* How long a message may wait for its receivers. */

typedef struct
{
  HubTestCore *core;
  HubTestPeer *sender;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->sender = hub_test_core_join_5 (fixture->core, "sender", "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

static void
leave_subscription (Fixture *fixture, const char *client_id)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, client_id, "11 ffffffff", FALSE);

  hub_test_peer_subscribe (peer, "a", 2);
  hub_test_peer_lose (peer);
}

static HubTestPeer *
come_back (Fixture *fixture)
{
  return hub_test_core_resume_5 (fixture->core, "id", "11 ffffffff", TRUE);
}

/* What does not wait keeps what it came with; what has no expiry gets none. */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    const char *text;
  } rows[] = {
    { "30 [{'a'} [] 'x']", "PUBLISH d0 q0 r0 m0 a x" },
    { "30 [{'a'} [02 00000001] 'x']", "PUBLISH d0 q0 r0 m0 a x {expiry=1}" },
    { "30 [{'a'} [02 00015180] 'x']", "PUBLISH d0 q0 r0 m0 a x {expiry=86400}" },
    { "30 [{'a'} [02 ffffffff] 'x']", "PUBLISH d0 q0 r0 m0 a x {expiry=4294967295}" },
    { "30 [{'a'} [26 {'k'} {'v'} 02 00000005 01 01] 'x']", "PUBLISH d0 q0 r0 m0 a x {expiry=5 user=k:v format=1}" },
  };
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "");
  HubTestPeer *old = hub_test_core_join (fixture->core, "old");

  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_subscribe (old, "a", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      hub_test_peer_send (fixture->sender, rows[i].bytes);
      hub_test_peer_expect (peer, rows[i].text);
      hub_test_peer_expect (old, "PUBLISH d0 q0 r0 m0 a x");
    }
}

/* The time in the queue is taken off; a part of a second counts as one that is left. At its end it is not sent. */
static void
test_queued (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 wait_us;
    const char *text;
  } rows[] = {
    { 0, "PUBLISH d0 q1 r0 m1 a x {expiry=10}" },
    { 1, "PUBLISH d0 q1 r0 m1 a x {expiry=10}" },
    { G_TIME_SPAN_SECOND, "PUBLISH d0 q1 r0 m1 a x {expiry=9}" },
    { G_TIME_SPAN_SECOND + 1, "PUBLISH d0 q1 r0 m1 a x {expiry=9}" },
    { 9 * G_TIME_SPAN_SECOND, "PUBLISH d0 q1 r0 m1 a x {expiry=1}" },
    { 10 * G_TIME_SPAN_SECOND - 1, "PUBLISH d0 q1 r0 m1 a x {expiry=1}" },
    { 10 * G_TIME_SPAN_SECOND, "" },
    { G_TIME_SPAN_HOUR, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 expired = hub_core_get_stats (fixture->core->core).messages_expired;
      HubTestPeer *peer;

      leave_subscription (fixture, "id");
      hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [02 0000000a] 'x']");
      hub_test_core_pass (fixture->core, rows[i].wait_us);
      peer = come_back (fixture);
      g_test_message ("%" G_GINT64_FORMAT " us", rows[i].wait_us);
      hub_test_peer_expect (peer, rows[i].text);
      g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_expired, ==, expired + (rows[i].text[0] == '\0'));
      hub_test_peer_lose (peer);
      hub_test_peer_lose (hub_test_core_join_5 (fixture->core, "id", ""));
    }
}

/* Each in its time; those that are left keep their order. Clients of 3.1.1 get nothing late either. */
static void
test_queued_several (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *old = hub_test_core_resume (fixture->core, "old", FALSE);
  HubTestPeer *peer;

  leave_subscription (fixture, "id");
  hub_test_peer_subscribe (old, "a", 1);
  hub_test_peer_lose (old);
  hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [02 00000003] '1'] 32 [{'a'} 0001 [] '2']"
                                       " 32 [{'a'} 0001 [02 00000009] '3'] 34 [{'a'} 0001 [02 00000001] '4'] 62 [0001]"
                                       " 32 [{'a'} 0001 [02 00000006] '5']");
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND);
  peer = come_back (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 2; PUBLISH d0 q1 r0 m2 a 3 {expiry=4}; PUBLISH d0 q1 r0 m3 a 5 {expiry=1}");
  old = hub_test_core_resume (fixture->core, "old", TRUE);
  hub_test_peer_expect (old, "PUBLISH d0 q1 r0 m1 a 2; PUBLISH d0 q1 r0 m2 a 3; PUBLISH d0 q1 r0 m3 a 5");
}

/* So it is where a connected client does not make room in time. */
static void
test_behind_window (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "21 0001");

  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [] '1'] 32 [{'a'} 0001 [02 00000002] '2']"
                                       " 32 [{'a'} 0001 [02 00000009] '3']");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1");
  hub_test_core_pass (fixture->core, 4 * G_TIME_SPAN_SECOND);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a 3 {expiry=5}");
}

/* What was begun is finished, however long it takes: only what is left of its life is told as nothing. */
static void
test_begun (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer;

  leave_subscription (fixture, "id");
  peer = come_back (fixture);
  hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [02 00000003] '1'] 34 [{'a'} 0001 [02 00000003] '2'] 62 [0001]"
                                       " 34 [{'a'} 0001 [02 00000003] '3'] 62 [0001]");
  hub_test_peer_ack (peer, HUB_PACKET_PUBREC, 2);
  hub_test_peer_expect (peer,
                        "PUBLISH d0 q1 r0 m1 a 1 {expiry=3}; PUBLISH d0 q2 r0 m2 a 2 {expiry=3}; "
                        "PUBLISH d0 q2 r0 m3 a 3 {expiry=3}; PUBREL m2");
  hub_test_peer_lose (peer);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  peer = come_back (fixture);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1 {expiry=0}; PUBREL m2; PUBLISH d1 q2 r0 m3 a 3 {expiry=0}");
  hub_test_peer_settle (peer);
  hub_test_peer_send (peer, "40 [0001] 70 [0002] 50 [0003] 70 [0003]");
  hub_test_peer_expect (peer, "PUBREL m3");
}

/* Expired messages do not keep the queue full. */
static void
test_queue_full (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer;

  leave_subscription (fixture, "id");
  for (guint i = 0; i < 1000; i++)
    hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [02 00000005] 'old']");
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND);
  hub_test_peer_send (fixture->sender, "32 [{'a'} 0001 [] 'new']");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_expired, ==, 1000);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_dropped, ==, 0);
  peer = come_back (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a new");
}

/* Retained ones count down, are gone at their end, and do not take their successors with them. */
static void
test_retained (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "");

  hub_test_peer_send (fixture->sender, "31 [{'a'} [02 0000000a] 'x']");
  hub_test_core_pass (fixture->core, 4 * G_TIME_SPAN_SECOND);
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x {expiry=6}");
  hub_test_core_pass (fixture->core, 6 * G_TIME_SPAN_SECOND - 1);
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a x {expiry=1}");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 1);
  hub_test_core_pass (fixture->core, 1);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).messages_expired, ==, 1);
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "");

  hub_test_peer_send (fixture->sender, "31 [{'a'} [02 0000000a] 'x'] 31 [{'a'} [] 'for ever'] 31 [{'b'} [02 00000005] 'y']"
                                       " 31 [{'b'} [02 0000000f] 'z']");
  g_free (hub_test_peer_take (peer));
  hub_test_core_pass (fixture->core, 12 * G_TIME_SPAN_SECOND);
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a for\\20ever");
  hub_test_peer_subscribe (peer, "b", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 b z {expiry=3}");
}

/* The time has come, and the main loop is late to say so: nothing expired is sent in between. */
static void
test_retained_late (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "");

  hub_test_peer_send (fixture->sender, "31 [{'a'} [02 0000000a] 'x']");
  fixture->core->now_us += 10 * G_TIME_SPAN_SECOND;
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_expect (peer, "");
}

/* Retained ones that wait for the window of a client run out as well. */
static void
test_retained_behind_window (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "21 0001");

  hub_test_peer_send (fixture->sender, "33 [{'a/1'} 0001 [] '1'] 33 [{'a/2'} 0001 [02 00000005] '2'] 33 [{'b'} 0001 [02 00000009] '3']");
  hub_test_peer_subscribe (peer, "a/1", 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m1 a/1 1");
  hub_test_peer_subscribe (peer, "a/2", 1);
  hub_test_peer_subscribe (peer, "b", 1);
  hub_test_peer_expect (peer, "");
  fixture->core->now_us += 5 * G_TIME_SPAN_SECOND;
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r1 m2 b 3 {expiry=4}");
}

/* No time at all: for those who are there, and for nobody else. An older retained message is replaced all the same. */
static void
test_zero (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "here", "");

  leave_subscription (fixture, "id");
  hub_test_peer_subscribe (peer, "a", 1);
  hub_test_peer_send (fixture->sender, "31 [{'a'} [] 'old'] 33 [{'a'} 0001 [02 00000000] 'x']");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a old; PUBLISH d0 q1 r0 m1 a x {expiry=0}");
  hub_test_peer_expect (come_back (fixture), "");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "");
  hub_test_core_pass (fixture->core, 0);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
}

/* The life of a will begins when it is published, after its delay. */
static void
test_will (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  leave_subscription (fixture, "id");
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 2e 0000 [11 00000064] {'gone'} [18 00000014 02 0000000a] {'a'} {'gone'}]");
  hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
  hub_test_peer_lose (peer);
  hub_test_core_pass (fixture->core, 23 * G_TIME_SPAN_SECOND);
  peer = come_back (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a gone {expiry=7}");
  hub_test_peer_subscribe (peer, "a", 0);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r1 m0 a gone {expiry=7}");
  hub_test_core_pass (fixture->core, 7 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/5.0/MQTT-3.3.2-6/live", test_live);
  add_test ("/core/5.0/MQTT-3.3.2-6/queued", test_queued);
  add_test ("/core/5.0/MQTT-3.3.2-5/queued-several", test_queued_several);
  add_test ("/core/5.0/MQTT-3.3.2-5/behind-window", test_behind_window);
  add_test ("/core/5.0/MQTT-4.3.3-7/begun", test_begun);
  add_test ("/core/5.0/MQTT-3.3.2-5/queue-full", test_queue_full);
  add_test ("/core/5.0/MQTT-3.3.2-6/retained", test_retained);
  add_test ("/core/5.0/MQTT-3.3.2-5/retained-late", test_retained_late);
  add_test ("/core/5.0/MQTT-3.3.2-5/retained-behind-window", test_retained_behind_window);
  add_test ("/core/5.0/MQTT-3.3.2-5/zero", test_zero);
  add_test ("/core/5.0/MQTT-3.3.2-6/will", test_will);
  return g_test_run ();
}
