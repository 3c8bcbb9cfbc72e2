/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* Topics where not everybody may speak: that of the host, and what is said there last; and those where a client says what only
 * it may say. */

typedef struct
{
  HubTestCore *core;
  HubTestPeer *watcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = { .host_topic = data, .personal_topics = "here/", .policy = HUB_PEER_POLICY_OPEN };

  hub_limits_init_broker (&options.limits);
  fixture->core = hub_test_core_new_with_options (&options);
  fixture->watcher = hub_test_core_join (fixture->core, "watcher");
  hub_test_peer_subscribe (fixture->watcher, "#", 1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
}

/* From inside of the program. */
static HubTestPeer *
join_own (Fixture *fixture)
{
  HubTestPeer *own = hub_test_core_open (fixture->core);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .is_clean = TRUE, .client_id = HUB_SPAN_LITERAL ("own") };

  own->peer.origin.is_own = TRUE;
  hub_test_peer_connect (own, &connect);
  hub_test_peer_expect (own, "CONNACK 0 0");
  return own;
}

/* --- The host's --- */

/* Spec: MQTT 5.0, section 3.4.2.1; MQTT 3.1.1 [MQTT-3.3.5-2]. */
static void
test_guest (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *old = hub_test_core_join (fixture->core, "old");
  HubTestPeer *new = hub_test_core_join_5 (fixture->core, "new", "");

  for (guint8 qos = 0; qos < 3; qos++)
    hub_test_peer_publish (old, "hubbub/host", "mine", qos);
  hub_test_peer_expect (old, "PUBACK m1; PUBREC m2");
  hub_test_peer_send (new, "32 [{'hubbub/host'} 0001 [] 'mine'] 33 [{'hubbub/host'} 0002 [] 'mine']");
  hub_test_peer_expect (new, "PUBACK m1 rc87; PUBACK m2 rc87");
  hub_test_peer_retain (old, "hubbub/host", "mine", 0);
  /* By an alias it is no other topic. */
  hub_test_peer_send (new, "30 [{'hubbub/host'} [23 0001] 'mine'] 30 [{} [23 0001] 'mine']");
  hub_test_peer_expect (fixture->watcher, "");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).retained, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).publishes_denied, ==, 8);

  /* What is next to it is like any other. */
  hub_test_peer_publish (old, "hubbub/host/x", "1", 0);
  hub_test_peer_publish (old, "hubbub/hos", "2", 0);
  hub_test_peer_publish (old, "hubbub/Host", "3", 0);
  hub_test_peer_expect (fixture->watcher,
                        "PUBLISH d0 q0 r0 m0 hubbub/host/x 1; PUBLISH d0 q0 r0 m0 hubbub/hos 2; "
                        "PUBLISH d0 q0 r0 m0 hubbub/Host 3");
}

static void
test_will (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *old = hub_test_core_open (fixture->core);
  HubTestPeer *new = hub_test_core_open (fixture->core);

  new->version = HUB_VERSION_5_0;
  hub_test_peer_send (old, "10 [{'MQTT'} 04 06 0000 {'old'} {'hubbub/host'} {'mine'}]");
  hub_test_peer_expect (old, "CONNACK 0 5");
  hub_test_peer_send (new, "10 [{'MQTT'} 05 06 0000 [] {'new'} [] {'hubbub/host'} {'mine'}]");
  hub_test_peer_expect_refusal (new, HUB_REASON_NOT_AUTHORIZED);
  hub_test_peer_expect (fixture->watcher, "");
}

static void
test_host (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *own = join_own (fixture);

  hub_test_peer_publish (own, "hubbub/host", "next", 1);
  hub_test_peer_expect (own, "PUBACK m1");
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q1 r0 m1 hubbub/host next");
}

/* In front of the goodbye, and once. Who is not subscribed hears nothing of it. */
static void
test_farewell (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) last = g_bytes_new_static ("last", 4);
  HubTestPeer *new = hub_test_core_join_5 (fixture->core, "new", "");
  HubTestPeer *deaf = hub_test_core_join_5 (fixture->core, "deaf", "");

  hub_test_peer_subscribe (new, "hubbub/host", 0);
  hub_core_set_farewell (fixture->core->core, first);
  hub_core_set_farewell (fixture->core->core, last);
  hub_test_peer_expect (fixture->watcher, "");
  hub_core_stop (fixture->core->core, fixture->core->now_us);
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 hubbub/host last");
  hub_test_peer_expect (new, "PUBLISH d0 q0 r0 m0 hubbub/host last; DISCONNECT 8b");
  hub_test_peer_expect_goodbye (deaf, HUB_REASON_SERVER_SHUTTING_DOWN);
  g_assert_cmpint (fixture->watcher->reason, ==, HUB_REASON_SERVER_SHUTTING_DOWN);
}

static void
test_taken_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) word = g_bytes_new_static ("word", 4);

  hub_core_set_farewell (fixture->core->core, word);
  hub_core_set_farewell (fixture->core->core, NULL);
  hub_core_stop (fixture->core->core, fixture->core->now_us);
  hub_test_peer_expect (fixture->watcher, "");
}

/* Without such a topic everybody may say there what they like. */
static void
test_none (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *guest = hub_test_core_join (fixture->core, "guest");

  hub_test_peer_publish (guest, "hubbub/host", "mine", 0);
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 hubbub/host mine");
}

/* --- A client's own --- */

/* Spec: MQTT 5.0, section 3.4.2.1; MQTT 3.1.1 [MQTT-3.3.5-2]. */
static void
test_another (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *ada = hub_test_core_join (fixture->core, "ada");
  HubTestPeer *mallory = hub_test_core_join_5 (fixture->core, "mallory", "");

  hub_test_peer_publish (ada, "here/ada", "1", 1);
  hub_test_peer_expect (ada, "PUBACK m1");
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q1 r0 m1 here/ada 1");
  hub_test_peer_send (mallory, "32 [{'here/ada'} 0001 [] 'x'] 33 [{'here/ada'} 0002 [] ]");
  hub_test_peer_expect (mallory, "PUBACK m1 rc87; PUBACK m2 rc87");
  hub_test_peer_expect (fixture->watcher, "");
  g_assert_cmpuint (hub_core_get_stats (fixture->core->core).publishes_denied, ==, 2);

  /* Nobody is called so, and these are no such topics. */
  hub_test_peer_send (mallory, "30 [{'here/ad'} [] '2'] 30 [{'here/ada/x'} [] '3'] 30 [{'here/'} [] '4'] 30 [{'Here/ada'} [] '5']");
  hub_test_peer_expect (fixture->watcher,
                        "PUBLISH d0 q0 r0 m0 here/ad 2; PUBLISH d0 q0 r0 m0 here/ada/x 3; PUBLISH d0 q0 r0 m0 here/ 4; "
                        "PUBLISH d0 q0 r0 m0 Here/ada 5");
}

/* What somebody has left behind may be taken back; and who has come back speaks for themselves. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *ada = hub_test_core_join (fixture->core, "ada");
  HubTestPeer *linus = hub_test_core_join (fixture->core, "linus");

  hub_test_peer_send (ada, "e0 []");
  hub_test_peer_publish (linus, "here/ada", "gone", 0);
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 here/ada gone");
  hub_test_core_join (fixture->core, "ada");
  hub_test_peer_publish (linus, "here/ada", "gone", 0);
  hub_test_peer_expect (fixture->watcher, "");
}

static void
test_personal_will (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *own = hub_test_core_open (fixture->core);
  HubTestPeer *other = hub_test_core_open (fixture->core);

  hub_test_peer_send (own, "10 [{'MQTT'} 04 06 0000 {'ada'} {'here/ada'} {'gone'}]");
  hub_test_peer_expect (own, "CONNACK 0 0");
  hub_test_peer_send (other, "10 [{'MQTT'} 04 06 0000 {'mallory'} {'here/ada'} {'mine'}]");
  hub_test_peer_expect (other, "CONNACK 0 5");
}

/* Who is inside the program may speak for everybody. */
static void
test_personal_host (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *own = join_own (fixture);

  hub_test_core_join (fixture->core, "ada");
  hub_test_peer_publish (own, "here/ada", "x", 0);
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 here/ada x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, topic, func) g_test_add ("/core/reserved/" path, Fixture, topic, set_up, func, tear_down)
  ADD ("host/guest", "hubbub/host", test_guest);
  ADD ("host/will", "hubbub/host", test_will);
  ADD ("host/own", "hubbub/host", test_host);
  ADD ("host/farewell", "hubbub/host", test_farewell);
  ADD ("host/taken-back", "hubbub/host", test_taken_back);
  ADD ("host/none", NULL, test_none);
  ADD ("personal/another", "hubbub/host", test_another);
  ADD ("personal/gone", "hubbub/host", test_gone);
  ADD ("personal/will", "hubbub/host", test_personal_will);
  ADD ("personal/host", "hubbub/host", test_personal_host);
#undef ADD
  return g_test_run ();
}
