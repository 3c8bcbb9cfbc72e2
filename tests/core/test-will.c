/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

typedef struct
{
  HubTestCore *core;
  HubTestPeer *watcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->core = hub_test_core_new ();
  fixture->watcher = hub_test_core_join (fixture->core, "watcher");
  hub_test_peer_subscribe (fixture->watcher, "#", 2);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

static HubTestPeer *
join_with_will (Fixture *fixture, gboolean is_clean)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_send (peer,
                      is_clean ? "10 [{'MQTT'} 04 06 000a {'id'} {'will'} {'gone'}]"
                               : "10 [{'MQTT'} 04 04 000a {'id'} {'will'} {'gone'}]");
  g_assert_cmpuint (hub_test_peer_count (peer, "CONNACK"), ==, 1);
  g_free (hub_test_peer_take (peer));
  return peer;
}

static void
expect_will (Fixture *fixture)
{
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 will gone");
}

/* Every way in which a connection can end, but for the one that is a goodbye. */
static void
test_endings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *bytes; /* NULL: lost */
    HubReason reason;
  } rows[] = {
    { "lost", NULL, 0 },
    { "malformed", "c1 []", HUB_REASON_MALFORMED_PACKET },
    { "QoS 3", "36 [{'a'} 0001 'x']", HUB_REASON_MALFORMED_PACKET },
    { "wildcard in a topic", "30 [{'+'} 'x']", HUB_REASON_TOPIC_NAME_INVALID },
    { "a packet of servers", "d0 []", HUB_REASON_PROTOCOL_ERROR },
    { "second CONNECT", "10 [{'MQTT'} 04 02 0000 {'id'}]", HUB_REASON_PROTOCOL_ERROR },
    { "too large", "30 ffffff7f", HUB_REASON_PACKET_TOO_LARGE },
    { "DISCONNECT with a byte", "e0 [00]", HUB_REASON_MALFORMED_PACKET },
    { "DISCONNECT with flags", "e1 []", HUB_REASON_MALFORMED_PACKET },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = join_with_will (fixture, TRUE);

      g_test_message ("%s", rows[i].name);
      hub_test_peer_expect (fixture->watcher, "");
      if (rows[i].bytes == NULL)
        {
          hub_test_peer_lose (peer);
        }
      else
        {
          hub_test_peer_send (peer, rows[i].bytes);
          hub_test_peer_expect_closed (peer, rows[i].reason);
        }
      expect_will (fixture);
    }
}

static void
test_keep_alive (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_with_will (fixture, TRUE);

  hub_test_core_pass (fixture->core, 15 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
  expect_will (fixture);
}

static void
test_takeover (Fixture *fixture, gconstpointer data)
{
  static const gboolean modes[] = { TRUE, FALSE };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      HubTestPeer *old = join_with_will (fixture, modes[i]);
      HubTestPeer *peer = join_with_will (fixture, modes[i]);

      hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
      expect_will (fixture);

      /* And the new one has a will of its own. */
      hub_test_peer_lose (peer);
      expect_will (fixture);
    }
}

static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_disconnect (join_with_will (fixture, TRUE));
  hub_test_peer_expect (fixture->watcher, "");
  hub_test_peer_disconnect (join_with_will (fixture, FALSE));
  hub_test_peer_expect (fixture->watcher, "");

  /* It is not kept for a connection that brings none. */
  hub_test_peer_lose (hub_test_core_resume (fixture->core, "id", TRUE));
  hub_test_peer_expect (fixture->watcher, "");
}

/* Once published it is gone: not again when the session ends. */
static void
test_once (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_lose (join_with_will (fixture, FALSE));
  expect_will (fixture);
  hub_test_core_pass (fixture->core, 8 * G_TIME_SPAN_DAY);
  hub_test_peer_lose (hub_test_core_resume (fixture->core, "id", FALSE));
  hub_test_peer_expect (fixture->watcher, "");
}

/* When the broker is stopped those who are still there get the wills of all others. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_with_will (fixture, TRUE);
  HubTestPeer *second = hub_test_core_open (fixture->core);

  hub_test_peer_send (second, "10 [{'MQTT'} 04 36 0000 {'second'} {'will/2'} {'gone'}]");
  hub_test_peer_subscribe (peer, "#", 0);
  g_free (hub_test_peer_take (second));
  g_free (hub_test_peer_take (peer));
  hub_core_stop (fixture->core->core, fixture->core->now_us);
  g_assert_cmpuint (hub_test_peer_count (fixture->watcher, "PUBLISH d0 q0 r0 m0 will gone"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (fixture->watcher, "PUBLISH d0 q2 r0 m1 will/2 gone"), ==, 1);
  g_assert_cmpuint (fixture->watcher->output->len, ==, 2);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r0 m0 will gone"), ==, 1);
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBLISH d0 q0 r0 m0 will/2 gone"), ==, 1);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 1);
  g_assert_cmpint (fixture->watcher->reason, ==, HUB_REASON_SERVER_SHUTTING_DOWN);
}

/* QoS, RETAIN and payload as the CONNECT has them. */
static void
test_fields (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *connect;
    const char *published;
    guint retained;
  } rows[] = {
    { "10 [{'MQTT'} 04 06 0000 {'id'} {'w'} {'x'}]", "PUBLISH d0 q0 r0 m0 w x", 0 },
    { "10 [{'MQTT'} 04 0e 0000 {'id'} {'w'} {'x'}]", "PUBLISH d0 q1 r0 m1 w x", 0 },
    { "10 [{'MQTT'} 04 16 0000 {'id'} {'w'} {'x'}]", "PUBLISH d0 q2 r0 m2 w x", 0 },
    { "10 [{'MQTT'} 04 26 0000 {'id'} {'w'} {'x'}]", "PUBLISH d0 q0 r0 m0 w x", 1 },
    { "10 [{'MQTT'} 04 26 0000 {'id'} {'w'} {}]", "PUBLISH d0 q0 r0 m0 w ", 0 },
    { "10 [{'MQTT'} 04 06 0000 {'id'} {'w'} {00ff}]", "PUBLISH d0 q0 r0 m0 w \\00\\ff", 0 },
    { "10 [{'MQIsdp'} 03 26 0000 {'id'} {'w'} {'x'}]", "PUBLISH d0 q0 r0 m0 w x", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (fixture->core);

      g_test_message ("%s", rows[i].connect);
      hub_test_peer_send (peer, rows[i].connect);
      hub_test_peer_expect (peer, "CONNACK 0 0");
      hub_test_peer_lose (peer);
      hub_test_peer_expect (fixture->watcher, rows[i].published);
      g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, rows[i].retained);
    }
}

/* Presence as our clients do it: retained while they are there, cleared by the will. */
static void
test_presence (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_send (peer, "10 [{'MQTT'} 04 2e 000a {'id'} {'hubbub/presence/id'} {}]"
                            " 33 [{'hubbub/presence/id'} 0001 'here']");
  hub_test_peer_expect (peer, "CONNACK 0 0; PUBACK m1");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 1);
  hub_test_core_pass (fixture->core, 15 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect (fixture->watcher,
                        "PUBLISH d0 q1 r0 m1 hubbub/presence/id here; "
                        "PUBLISH d0 q1 r0 m2 hubbub/presence/id ");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
}

/* To a topic that clients may not publish to: accepted as any other, and dropped when its time comes. */
static void
test_reserved (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_subscribe (fixture->watcher, "$SYS/#", 2);
  hub_test_peer_send (peer, "10 [{'MQTT'} 04 26 0000 {'id'} {'$SYS/x'} {'fake'}]");
  hub_test_peer_expect (peer, "CONNACK 0 0");
  hub_test_peer_lose (peer);
  hub_test_peer_expect (fixture->watcher, "");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).publishes_denied, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
}

/* A refused or unfinished CONNECT leaves no will. */
static void
test_not_connected (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = {
    "10 [{'MQTT'} 04 04 0000 {} {'will'} {'gone'}]",
    "10 [{'MQTT'} 06 06 0000 00 {'id'} 00 {'will'} {'gone'}]",
    "10 [{'MQTT'} 04 07 0000 {'id'} {'will'} {'gone'}]",
    "10 1c 0004 'MQTT' 04 06 0000 0002 'id' 0004 'will' 0004 'gon'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (fixture->core);

      g_test_message ("%s", rows[i]);
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_lose (peer);
      hub_test_peer_expect (fixture->watcher, "");
    }
}

/* Who takes over with a kept session and listens to its own will gets it. */
static void
test_own_will (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *old = hub_test_core_open (fixture->core);
  HubTestPeer *peer;

  hub_test_peer_send (old, "10 [{'MQTT'} 04 0c 0000 {'id'} {'will'} {'gone'}] 82 [0001 {'will'} 01]");
  hub_test_peer_expect (old, "CONNACK 0 0; SUBACK m1 01");
  peer = hub_test_core_resume (fixture->core, "id", TRUE);
  hub_test_peer_expect_closed (old, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 will gone");
}

/* A thousand wills that nobody listens to. */
static void
test_without_subscriber (Fixture *fixture, gconstpointer data)
{
  hub_test_peer_unsubscribe (fixture->watcher, "#");
  for (guint i = 0; i < 1000; i++)
    hub_test_peer_lose (join_with_will (fixture, i % 2 == 0));
  hub_test_peer_expect (fixture->watcher, "");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).clients, ==, 1);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("/core/3.1.1/MQTT-3.1.2-8/endings", test_endings);
  add_test ("/core/3.1.1/MQTT-3.1.2-8/keep-alive", test_keep_alive);
  add_test ("/core/3.1.1/MQTT-3.1.2-8/takeover", test_takeover);
  add_test ("/core/3.1.1/MQTT-3.1.2-8/stop", test_stop);
  add_test ("/core/3.1.1/MQTT-3.14.4-3/goodbye", test_goodbye);
  add_test ("/core/3.1.1/MQTT-3.1.2-10/once", test_once);
  add_test ("/core/3.1.1/MQTT-3.1.2-17/fields", test_fields);
  add_test ("/core/will/presence", test_presence);
  add_test ("/core/will/reserved", test_reserved);
  add_test ("/core/will/not-connected", test_not_connected);
  add_test ("/core/will/own", test_own_will);
  add_test ("/core/will/without-subscriber", test_without_subscriber);
  return g_test_run ();
}
