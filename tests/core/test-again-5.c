/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/core/enhanced-fixture.h"

/* Authenticating again; MQTT 5.0, section 4.12.1. */

/* It is served meanwhile, and afterwards, and can do so as often as it likes. */
static void
test_again (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer = enhanced_fixture_join (self);

  for (guint i = 0; i < 3; i++)
    {
      hub_test_peer_send (peer, AUTH ("19", "go on") " c0 [] 32 [{'a'} 0001 [] 'x']");
      g_assert_cmpint (self->stage, ==, HUB_AUTH_STAGE_BEGIN_AGAIN);
      hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}; PINGRESP; PUBACK m1 rc10");
      hub_test_peer_send (peer, AUTH ("18", "ada") " c0 []");
      hub_test_peer_expect (peer, "AUTH {method=m data=bye}; PINGRESP");
      hub_test_peer_send (peer, AUTH ("19", "ada"));
      hub_test_peer_expect (peer, "AUTH {method=m data=bye}");
    }
  /* Passwords are not asked for again. */
  g_assert_cmpuint (self->n_admitted, ==, 1);
  g_assert_cmpuint (self->n_forgotten, ==, 0);
  hub_test_peer_send (peer, AUTH ("19", "go on") " e0 []");
  hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}");
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  g_assert_cmpuint (self->n_forgotten, ==, 1);
}

/* The connection ends, with the will. */
static void
test_again_fails (EnhancedFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { AUTH ("19", "wrong"), HUB_REASON_NOT_AUTHORIZED },
    { AUTH ("19", "eve"), HUB_REASON_NOT_AUTHORIZED },
    { AUTH ("19", "nobody"), HUB_REASON_NOT_AUTHORIZED },
    { AUTH ("19", "go on") AUTH ("18", "wrong"), HUB_REASON_NOT_AUTHORIZED },
    { AUTH ("19", "go on") AUTH ("19", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("19", "go on") AUTH ("00", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("19", "go on") "f0 [18 [15 {'n'} 16 {'ada'}]]", HUB_REASON_PROTOCOL_ERROR },
    { "f0 [19 [15 {'n'} 16 {'ada'}]]", HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("18", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("00", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { "f0 []", HUB_REASON_PROTOCOL_ERROR },
  };
  HubTestPeer *watcher = hub_test_core_join_5 (self->core, "watcher", "");

  hub_test_peer_subscribe (watcher, "w", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 06 0000 [15 {'m'} 16 {'ada'}] {'id'} [] {'w'} {'x'}]");
      g_autofree char *first = NULL;

      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_send (peer, "c0 []");
      if (hub_test_peer_count (peer, "AUTH 18") > 0)
        first = hub_test_peer_take_next (peer);
      hub_test_peer_expect_goodbye (peer, rows[i].reason);
      hub_test_peer_expect (watcher, "PUBLISH d0 q0 r0 m0 w x");
      g_assert_null (self->exchanging);
    }
  g_assert_cmpuint (hub_core_get_stats (self->core->core).clients, ==, 1);
}

/* An answer that is larger than the client takes ends it as well. */
static void
test_again_too_large (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {'nobody'} 27 00000014] {'id'}]");

  hub_test_peer_expect (peer, ACCEPTED (""));
  hub_test_peer_send (peer, AUTH ("19", "nobody"));
  hub_test_peer_expect (peer, "AUTH {method=m}");
  peer->peer.max_packet_bytes = 14;
  hub_test_peer_send (peer, AUTH ("19", "go on"));
  hub_test_peer_expect_goodbye (peer, HUB_REASON_IMPLEMENTATION_SPECIFIC);
  g_assert_cmpuint (self->n_forgotten, ==, 1);

  /* Nor is there anybody to go on with when the rules are other ones. */
  peer = enhanced_fixture_join (self);
  hub_test_peer_send (peer, AUTH ("19", "go on"));
  g_free (hub_test_peer_take (peer));
  hub_core_set_access (self->core->core, NULL, NULL, self->core->now_us);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_NOT_AUTHORIZED);
  hub_test_peer_expect_refusal (enhanced_fixture_begin (self, CONNECT ("ada")), HUB_REASON_BAD_AUTHENTICATION_METHOD);
}

#define add_test(path, func) \
  g_test_add ("/core/5.0/" path, EnhancedFixture, NULL, enhanced_fixture_set_up, func, enhanced_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("MQTT-4.12.1-1/enhanced/again", test_again);
  add_test ("MQTT-4.12.1-1/MQTT-4.12.1-2/enhanced/again-fails", test_again_fails);
  add_test ("MQTT-3.1.2-24/enhanced/again-too-large", test_again_too_large);
  return g_test_run ();
}
