/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

/* Topics on which a client says what only it may say. */

typedef struct
{
  HubTestCore *core;
  HubTestPeer *watcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = { .personal_topics = "here/", .policy = HUB_PEER_POLICY_OPEN };

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
test_will (Fixture *fixture, gconstpointer data)
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
test_host (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *own = hub_test_core_open (fixture->core);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .is_clean = TRUE, .client_id = HUB_SPAN_LITERAL ("own") };

  hub_test_core_join (fixture->core, "ada");
  own->peer.origin.is_own = TRUE;
  hub_test_peer_connect (own, &connect);
  hub_test_peer_expect (own, "CONNACK 0 0");
  hub_test_peer_publish (own, "here/ada", "x", 0);
  hub_test_peer_expect (fixture->watcher, "PUBLISH d0 q0 r0 m0 here/ada x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/core/reserved/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("another", test_another);
  ADD ("gone", test_gone);
  ADD ("will", test_will);
  ADD ("host", test_host);
#undef ADD
  return g_test_run ();
}
