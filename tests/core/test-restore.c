/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"
#include "tests/support/hub-test-memory-store.h"

/* What a core with a store does when it has died and was started again. */

typedef struct
{
  HubTestMemoryStore *store;
  HubTestCore *core;
  gint64 slept_us; /* how much longer the time of the wall has run than the core's */
} Fixture;

static gint64
get_wall_cb (gpointer data)
{
  Fixture *fixture = data;

  return fixture->core->now_us + fixture->slept_us;
}

static HubTestCore *
make_core (Fixture *fixture)
{
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .store = &hub_test_memory_store_funcs,
    .store_data = fixture->store,
    .get_wall_us = get_wall_cb,
    .wall_data = fixture,
  };

  hub_limits_init_broker (&options.limits);
  options.limits.max_inflight = 2;
  return hub_test_core_new_with_options (&options);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = hub_test_memory_store_new ();
  fixture->core = make_core (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
  hub_test_memory_store_free (fixture->store);
}

/* Ends turns until nothing waits for the store. */
static void
commit (Fixture *fixture)
{
  HubTestCore *core = fixture->core;

  do
    {
      hub_core_end_turn (core->core);
      hub_core_durable (core->core, hub_test_memory_store_get_ticket (fixture->store), core->now_us);
    }
  while (hub_test_memory_store_has_changes (fixture->store));
}

static void
restart (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us = fixture->core->now_us;

  hub_test_memory_store_die (fixture->store);
  hub_test_core_free (fixture->core);
  hub_test_memory_store_revive (fixture->store);
  fixture->core = make_core (fixture);
  fixture->core->now_us = now_us;
  hub_core_restore (fixture->core->core, now_us, &error);
  g_assert_no_error (error);
  commit (fixture);
}

static void
subscribe (Fixture *fixture, HubTestPeer *peer, const char *bytes, const char *suback)
{
  hub_test_peer_send (peer, bytes);
  commit (fixture);
  hub_test_peer_expect (peer, suback);
}

/* A retained message for a new subscription begins before what was queued earlier, and is sent again before it. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join (fixture->core, "sender");
  HubTestPeer *peer = hub_test_core_resume (fixture->core, "id", FALSE);

  subscribe (fixture, peer, "82 [0001 {'a'} 01]", "SUBACK m1 01");
  hub_test_peer_retain (sender, "r", "retained", 1);
  hub_test_peer_publish (sender, "a", "1", 1);
  hub_test_peer_publish (sender, "a", "2", 1);
  hub_test_peer_publish (sender, "a", "3", 1);
  commit (fixture);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_send (peer, "82 [0009 {'r'} 01]");
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  commit (fixture);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  commit (fixture);
  hub_test_peer_expect (peer, "SUBACK m9 01; PUBLISH d0 q1 r1 m3 r retained; PUBLISH d0 q1 r0 m4 a 3");

  restart (fixture);
  peer = hub_test_core_resume (fixture->core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r1 m3 r retained; PUBLISH d1 q1 r0 m4 a 3");

  /* And the time after. */
  commit (fixture);
  restart (fixture);
  peer = hub_test_core_resume (fixture->core, "id", TRUE);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r1 m3 r retained; PUBLISH d1 q1 r0 m4 a 3");
}

/* How long a will may be delivered counts from when it is published. */
static void
test_will_expiry (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 06 0000 [11 00000064] {'id'} [18 00000005 02 00000014 26 {'k'} {'v'}] {'will'} {'gone'}]");
  commit (fixture);
  restart (fixture);
  restart (fixture);
  peer = hub_test_core_join_5 (fixture->core, "watcher", "");
  subscribe (fixture, peer, "82 [0001 [] {'#'} 00]", "SUBACK m1 00");
  hub_test_core_pass (fixture->core, 5 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 will gone {expiry=20 user=k:v}");
}

/*
 * A will waits from when its client was lost, whatever becomes of the broker meanwhile. Where the session ends first, its end
 * publishes it; MQTT 5.0, section 3.1.3.2.2.
 */
static void
test_will_delay (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *what;
    gint64 lost_for_s; /* before the broker dies; -1: it is connected still */
    gint64 dead_for_s;
    guint32 expiry_s;
    guint32 delay_s;
    gint64 wait_s;
  } rows[] = {
    { "without a delay", -1, 0, 100, 0, 0 },
    { "connected", -1, 0, 100, 10, 10 },
    { "connected, and dead for longer", -1, 20, 100, 10, 10 },
    { "waiting", 9, 0, 100, 10, 1 },
    { "waiting while it is dead", 2, 5, 100, 10, 3 },
    { "over while it is dead", 2, 20, 100, 10, 0 },
    { "over just then", 2, 8, 100, 10, 0 },
    { "the clock was set back", 2, -30, 100, 10, 10 },
    { "the session ends with the connection", -1, 0, 0, 10, 0 },
    { "the session ends before", -1, 0, 5, 10, 5 },
    { "the session ends before, as it has begun to", 9, 0, 12, 15, 3 },
    { "the session ends while it is dead", 2, 20, 12, 15, 0 },
  };
  HubTestPeer *watcher = hub_test_core_resume_5 (fixture->core, "watcher", "11 ffffffff", FALSE);

  subscribe (fixture, watcher, "82 [0001 [] {'#'} 01]", "SUBACK m1 01");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = hub_test_core_open (fixture->core);
      g_autofree char *connect = g_strdup_printf ("10 [{'MQTT'} 05 0e 0000 [11 %08x] {'id'} [18 %08x] {'will'} {'gone'}]",
                                                  rows[i].expiry_s,
                                                  rows[i].delay_s);

      g_test_message ("%s", rows[i].what);
      peer->version = HUB_VERSION_5_0;
      hub_test_peer_send (peer, connect);
      commit (fixture);
      if (rows[i].lost_for_s >= 0)
        {
          hub_test_peer_lose (peer);
          commit (fixture);
          hub_test_core_pass (fixture->core, rows[i].lost_for_s * G_TIME_SPAN_SECOND);
        }
      fixture->slept_us += rows[i].dead_for_s * G_TIME_SPAN_SECOND;
      restart (fixture);
      watcher = hub_test_core_resume_5 (fixture->core, "watcher", "11 ffffffff", TRUE);
      if (rows[i].wait_s > 0)
        {
          /* The store counts milliseconds. */
          hub_test_core_pass (fixture->core, rows[i].wait_s * G_TIME_SPAN_SECOND - G_TIME_SPAN_MILLISECOND);
          commit (fixture);
          hub_test_peer_expect (watcher, "");
          hub_test_core_pass (fixture->core, G_TIME_SPAN_MILLISECOND);
        }
      commit (fixture);
      hub_test_peer_expect (watcher, "PUBLISH d0 q1 r0 m1 will gone");
      hub_test_peer_ack (watcher, HUB_PACKET_PUBACK, 1);
      commit (fixture);
      hub_test_core_pass (fixture->core, G_TIME_SPAN_HOUR);
      commit (fixture);
      hub_test_peer_expect (watcher, "");
    }
}

/* Who is back before that takes the will back; also for the next time. */
static void
test_will_cancelled (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *watcher = hub_test_core_resume_5 (fixture->core, "watcher", "11 ffffffff", FALSE);
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  subscribe (fixture, watcher, "82 [0001 [] {'#'} 01]", "SUBACK m1 01");
  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 0e 0000 [11 00000e10] {'id'} [18 0000000a] {'will'} {'gone'}]");
  commit (fixture);
  restart (fixture);
  hub_test_core_pass (fixture->core, 10 * G_TIME_SPAN_SECOND - 1);
  hub_test_core_resume_5 (fixture->core, "id", "11 00000e10", TRUE);
  commit (fixture);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_MINUTE);
  restart (fixture);
  hub_test_core_pass (fixture->core, G_TIME_SPAN_DAY);
  watcher = hub_test_core_resume_5 (fixture->core, "watcher", "11 ffffffff", TRUE);
  commit (fixture);
  hub_test_peer_expect (watcher, "");
}

static void
join_share (Fixture *fixture, const char *client_id, const char *properties)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, client_id, properties, FALSE);

  subscribe (fixture, peer, "82 [0001 [] {'$share/s/will'} 01]", "SUBACK m1 01");
  hub_test_peer_lose (peer);
  commit (fixture);
}

/* A will that comes when the broker does is not given to a member of a share whose time has run out meanwhile. */
static void
test_will_share (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer;

  join_share (fixture, "ends", "11 00000005");
  join_share (fixture, "stays", "11 00000e10");
  for (guint i = 0; i < 2; i++)
    {
      peer = hub_test_core_open (fixture->core);
      hub_test_peer_send (peer, "10 [{'MQTT'} 04 0e 0000 {'id'} {'will'} {'gone'}]");
      commit (fixture);
      fixture->slept_us += 5 * G_TIME_SPAN_SECOND;
      restart (fixture);
    }
  hub_test_core_pass (fixture->core, G_TIME_SPAN_MINUTE);
  peer = hub_test_core_resume_5 (fixture->core, "stays", "", TRUE);
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 will gone; PUBLISH d0 q1 r0 m2 will gone");
}

/* Those who were there say so in the order in which they came. */
static void
test_will_order (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *watcher = hub_test_core_resume_5 (fixture->core, "watcher", "11 ffffffff", FALSE);
  g_autoptr (GString) wanted = g_string_new (NULL);

  subscribe (fixture, watcher, "82 [0001 [] {'#'} 01]", "SUBACK m1 01");
  for (guint i = 1; i <= 40; i++)
    {
      g_autofree char *connect = g_strdup_printf ("10 [{'MQTT'} 04 0e 0000 {'id-%u'} {'will'} {'%u'}]", i, i);

      hub_test_peer_send (hub_test_core_open (fixture->core), connect);
      g_string_append_printf (wanted, "%sPUBLISH d0 q1 r0 m%u will %u", i == 1 ? "" : "; ", i, i);
    }
  commit (fixture);
  restart (fixture);
  watcher = hub_test_core_resume_5 (fixture->core, "watcher", "", TRUE);
  commit (fixture);
  for (guint16 i = 1; i <= 40; i++)
    {
      hub_test_peer_ack (watcher, HUB_PACKET_PUBACK, i);
      commit (fixture);
    }
  hub_test_peer_expect (watcher, wanted->str);
}

/*
 * Not after a restart, but as much an order: what was queued to be kept, and waits for the store though its session is not
 * kept any more, is not overtaken by what was not [MQTT-4.6.0-5].
 */
static void
test_order_of_waiting (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join (fixture->core, "sender");
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);

  subscribe (fixture, peer, "82 [0001 [] {'a'} 01]", "SUBACK m1 01");
  hub_test_peer_publish (sender, "a", "1", 1);
  hub_test_peer_publish (sender, "a", "2", 1);
  hub_test_peer_publish (sender, "a", "3", 1);
  commit (fixture);
  hub_test_peer_lose (peer);
  peer = hub_test_core_resume_5 (fixture->core, "id", "", TRUE);
  hub_test_peer_publish (sender, "a", "4", 1);
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1; PUBLISH d1 q1 r0 m2 a 2");

  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 1);
  hub_test_peer_ack (peer, HUB_PACKET_PUBACK, 2);
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m3 a 3; PUBLISH d0 q1 r0 m4 a 4");
}

/* Who is sent away is told why, also while something waits for the store that is not said any more. */
static void
test_goodbye_while_waiting (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);

  hub_test_peer_retain (peer, "a", "1", 1);
  hub_test_peer_expect (peer, "");
  hub_test_core_resume_5 (fixture->core, "id", "11 00000064", TRUE);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);
}

/* The clock on the wall runs on while the computer sleeps: what happens afterwards is not taken for older than it is. */
static void
test_sleep (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join_5 (fixture->core, "sender", "");
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);

  subscribe (fixture, peer, "82 [0001 [] {'a'} 01]", "SUBACK m1 01");
  fixture->slept_us = G_TIME_SPAN_HOUR;
  hub_test_peer_lose (peer);
  hub_test_peer_send (sender, "32 [{'a'} 0001 [02 00000032] '1']");
  commit (fixture);
  restart (fixture);
  hub_test_core_pass (fixture->core, 10 * G_TIME_SPAN_SECOND);
  peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", TRUE);
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1 {expiry=40}");

  /* And what happens before has become old. */
  hub_test_peer_lose (peer);
  commit (fixture);
  fixture->slept_us += 100 * G_TIME_SPAN_SECOND;
  restart (fixture);
  hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);
}

/* [MQTT-3.8.3-3]: what was retained is still its publisher's own. */
static void
test_no_local (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_join_5 (fixture->core, "id", "");

  hub_test_peer_send (peer, "33 [{'a'} 0001 [] 'own']");
  commit (fixture);
  hub_test_peer_expect (peer, "PUBACK m1 rc10");
  restart (fixture);
  peer = hub_test_core_join_5 (fixture->core, "id", "");
  subscribe (fixture, peer, "82 [0001 [] {'a'} 04]", "SUBACK m1 00");
  peer = hub_test_core_join_5 (fixture->core, "other", "");
  subscribe (fixture, peer, "82 [0001 [] {'a'} 04]", "SUBACK m1 00; PUBLISH d0 q0 r1 m0 a own");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/core/MQTT-4.6.0-1/restored-order", test_order);
  ADD ("/core/5.0/MQTT-4.6.0-5/not-kept-any-more", test_order_of_waiting);
  ADD ("/core/5.0/3.1.3.2.4/restored-will-expiry", test_will_expiry);
  ADD ("/core/5.0/3.1.3.2.2/restored-will-delay", test_will_delay);
  ADD ("/core/5.0/MQTT-3.1.3-9/restored", test_will_cancelled);
  ADD ("/core/5.0/4.8.2/restored-will", test_will_share);
  ADD ("/core/keep/restored-will-order", test_will_order);
  ADD ("/core/5.0/MQTT-3.1.4-3/while-waiting", test_goodbye_while_waiting);
  ADD ("/core/keep/sleep", test_sleep);
  ADD ("/core/5.0/MQTT-3.8.3-3/restored", test_no_local);
#undef ADD
  return g_test_run ();
}
