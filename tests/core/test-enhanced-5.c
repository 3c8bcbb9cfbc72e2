/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/core/enhanced-fixture.h"

/* What comes between a CONNECT with a method and its CONNACK. */

static void
test_unknown_method (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 02 0000 [15 {'n'} 16 {'ada'}] {'id'}] 30 [{'a'} [] 'x']");

  hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_AUTHENTICATION_METHOD);
  g_assert_cmpuint (self->n_steps, ==, 1);
  g_assert_cmpuint (self->n_forgotten, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).refused, ==, 1);

  /* The own program is not asked about. */
  peer = hub_test_core_open (self->core);
  peer->peer.origin.is_own = TRUE;
  hub_test_peer_send (peer, CONNECT ("ada"));
  hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_AUTHENTICATION_METHOD);
  g_assert_cmpuint (self->n_steps, ==, 1);
}

/* As many rounds as it takes, with data or without, and always with the method. */
static void
test_rounds (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 82 0000 [15 {'m'}] {'id'} {'root'}]");

  hub_test_peer_expect (peer, "AUTH 18 {method=m}");
  hub_test_peer_send (peer, AUTH ("18", "go on") " f0 [18 [15 {'m'}]]");
  hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}; AUTH 18 {method=m}");
  g_assert_cmpuint (hub_core_get_stats (self->core->core).clients, ==, 0);
  g_assert_cmpuint (self->n_admitted, ==, 0);

  /* What stands behind the last step is for the one who is let in, who is who it has shown to be. */
  hub_test_peer_send (peer, AUTH ("18", "ada") " 32 [{'hers'} 0001 [] 'x'] c0 []");
  hub_test_peer_expect (peer, ACCEPTED (" data=bye") "; PUBACK m1 rc10; PINGRESP");
  g_assert_cmpstr (peer->peer.session->user_name, ==, "ada");
  g_assert_cmpuint (self->n_admitted, ==, 1);
  g_assert_cmpuint (self->n_steps, ==, 4);
  g_assert_cmpuint (self->n_forgotten, ==, 0);
}

/* Who shows no name has none, whatever it says. */
static void
test_nobody (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 82 0000 [15 {'m'} 16 {'nobody'}] {'id'} {'ada'}]");

  hub_test_peer_expect (peer, ACCEPTED (""));
  g_assert_null (peer->peer.session->user_name);
}

/* At the first step, or later; nobody's place is taken, and no will is published. */
static void
test_rejected (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *old = enhanced_fixture_join (self);
  HubTestPeer *watcher = hub_test_core_join_5 (self->core, "watcher", "");
  HubTestPeer *peer;

  hub_test_peer_subscribe (watcher, "#", 0);
  for (guint n = 0; n < 3; n++)
    {
      peer = enhanced_fixture_begin (self, n == 0 ? CONNECT ("wrong") : "10 [{'MQTT'} 05 06 0000 [15 {'m'} 16 {'go on'}] {'id'} [] {'w'} {'x'}]");
      if (n > 0)
        hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}");
      if (n > 1)
        hub_test_peer_send (peer, AUTH ("18", "wrong") " 30 [{'a'} [] 'x']");
      else if (n > 0)
        hub_test_peer_send (peer, AUTH ("18", "eve") " 30 [{'a'} [] 'x']");
      hub_test_peer_expect_refusal (peer, n == 1 ? HUB_REASON_BAD_CREDENTIALS : HUB_REASON_NOT_AUTHORIZED);
    }
  hub_test_peer_expect (watcher, "");
  g_assert_false (old->is_closed);
  g_assert_cmpuint (self->n_forgotten, ==, 0);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).refused, ==, 3);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).faults, ==, 0);
}

/* Without a method there is no AUTH, in neither direction, and CONNACK names none. */
static void
test_no_method (EnhancedFixture *self, gconstpointer data)
{
  static const char *const rows[] = { AUTH ("18", "ada"), AUTH ("19", "ada"), "f0 []", "f0 [00 [15 {'m'}]]" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 02 0000 [] {'id'}]");

      hub_test_peer_expect (peer, "CONNACK 0 0 {receive=20 aliases=10 size=2000000}");
      hub_test_peer_send (peer, rows[i]);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_PROTOCOL_ERROR);
    }
  g_assert_cmpuint (self->n_steps, ==, 0);
}

/* During the exchange a client sends AUTH of the same method, and Reason Code 0x18, or DISCONNECT. */
static void
test_wrong_in_exchange (EnhancedFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    HubReason reason;
  } rows[] = {
    { "f0 []", HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("00", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { AUTH ("19", "ada"), HUB_REASON_PROTOCOL_ERROR },
    { "f0 [18 [15 {'n'} 16 {'ada'}]]", HUB_REASON_PROTOCOL_ERROR },
    { "f0 [18 [15 {'mm'} 16 {'ada'}]]", HUB_REASON_PROTOCOL_ERROR },
    { "f0 [18 [15 {}]]", HUB_REASON_PROTOCOL_ERROR },
    { "f0 [18 []]", HUB_REASON_PROTOCOL_ERROR },
    { "f1 [18 [15 {'m'}]]", HUB_REASON_MALFORMED_PACKET },
    { "f0 [18 [15 {'m'}] 00]", HUB_REASON_MALFORMED_PACKET },
    { CONNECT ("ada"), HUB_REASON_PROTOCOL_ERROR },
    { "30 [{'a'} [] 'x']", HUB_REASON_PROTOCOL_ERROR },
    { "82 [0001 [] {'a'} 00]", HUB_REASON_PROTOCOL_ERROR },
    { "c0 []", HUB_REASON_PROTOCOL_ERROR },
    { "20 [00 00 []]", HUB_REASON_PROTOCOL_ERROR },
    { "00 []", HUB_REASON_MALFORMED_PACKET },
    { "e1 []", HUB_REASON_MALFORMED_PACKET },
    { "f0 ffffff7f", HUB_REASON_PACKET_TOO_LARGE },
    { "f0 ffffffffff", HUB_REASON_MALFORMED_PACKET },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *peer = enhanced_fixture_begin_exchange (self);

      g_test_message ("%s", rows[i].bytes);
      hub_test_peer_send (peer, rows[i].bytes);
      hub_test_peer_send (peer, AUTH ("18", "ada"));
      hub_test_peer_expect_refusal (peer, rows[i].reason);
      g_assert_cmpuint (self->n_forgotten, ==, i + 1);
    }
  g_assert_cmpuint (hub_core_get_stats (self->core->core).refused, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (hub_core_get_stats (self->core->core).faults, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (self->n_steps, ==, G_N_ELEMENTS (rows));
}

/* By its own wish, by the loss of the connection, by the end of the broker, by other rules. */
static void
test_end_in_exchange (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *watcher = hub_test_core_join_5 (self->core, "watcher", "");
  HubTestPeer *peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 06 0000 [15 {'m'} 16 {'go on'}] {'id'} [] {'w'} {'x'}]");

  hub_test_peer_subscribe (watcher, "#", 0);
  g_free (hub_test_peer_take (peer));
  hub_test_peer_send (peer, "e0 [04 []] " AUTH ("18", "ada"));
  hub_test_peer_expect_closed (peer, HUB_REASON_SUCCESS);
  g_assert_cmpuint (self->n_forgotten, ==, 1);
  hub_test_peer_lose (enhanced_fixture_begin_exchange (self));
  g_assert_cmpuint (self->n_forgotten, ==, 2);
  hub_test_peer_expect (watcher, "");

  peer = enhanced_fixture_begin_exchange (self);
  hub_core_set_access (self->core->core, &enhanced_fixture_funcs, self, self->core->now_us);
  hub_test_peer_expect_closed (peer, HUB_REASON_NOT_AUTHORIZED);
  g_assert_cmpuint (self->n_forgotten, ==, 3);

  peer = enhanced_fixture_begin_exchange (self);
  hub_core_stop (self->core->core, self->core->now_us);
  hub_test_peer_expect_closed (peer, HUB_REASON_SERVER_SHUTTING_DOWN);
  g_assert_cmpuint (self->n_forgotten, ==, 4);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).sessions, ==, 0);
}

/* All rounds have to be over within the time for CONNECT. */
static void
test_timeout (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *peer;

  for (gint64 late_us = 0; late_us < 2; late_us++)
    {
      peer = enhanced_fixture_begin_exchange (self);
      for (guint i = 0; i < 9; i++)
        {
          hub_test_core_pass (self->core, G_TIME_SPAN_SECOND);
          hub_test_peer_send (peer, AUTH ("18", "go on"));
          hub_test_peer_expect (peer, "AUTH 18 {method=m data=more}");
        }
      hub_test_core_pass (self->core, G_TIME_SPAN_SECOND - 1 + late_us);
      if (late_us > 0)
        {
          hub_test_peer_expect_closed (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
          continue;
        }
      hub_test_peer_send (peer, AUTH ("18", "ada"));
      hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
      hub_test_core_pass (self->core, 20 * G_TIME_SPAN_SECOND);
      g_assert_false (peer->is_closed);
    }
  g_assert_cmpuint (self->n_forgotten, ==, 1);
  g_assert_cmpuint (hub_core_get_stats (self->core->core).refused, ==, 1);
}

/* Before CONNACK an AUTH is as large as a first packet may be. */
static void
test_packet_size (EnhancedFixture *self, gconstpointer data)
{
  HubCoreOptions options;
  HubTestPeer *peer;

  enhanced_fixture_init_options (&options, self);
  options.limits.max_first_packet_bytes = 100;
  enhanced_fixture_restart (self, &options);
  for (guint more = 0; more < 2; more++)
    {
      g_autofree char *bytes = g_strdup_printf ("f0 [18 [15 {'m'} 16 {'ada'} 26 {'k'} {'v'*%u}]]", 80 + more);

      peer = enhanced_fixture_begin_exchange (self);
      hub_test_peer_send (peer, bytes);
      if (more == 0)
        hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
      else
        hub_test_peer_expect_refusal (peer, HUB_REASON_PACKET_TOO_LARGE);
    }
  g_assert_cmpuint (self->n_forgotten, ==, 1);
}

/* Nothing is sent that is larger than the client takes: neither AUTH nor CONNACK. */
static void
test_client_maximum (EnhancedFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *data;
    guint size;
    const char *packet;
  } rows[] = {
    { "go on", 15, "AUTH 18 {method=m data=more}" },
    { "ada", 26, ACCEPTED (" data=bye") },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      guint size = rows[i / 2].size - i % 2;
      g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 05 02 0000 [15 {'m'} 16 {'%s'} 27 %08x] {'id'}]", rows[i / 2].data, size);
      HubTestPeer *peer = enhanced_fixture_begin (self, bytes);

      g_test_message ("%s of %u bytes", rows[i / 2].data, size);
      if (i % 2 == 0)
        hub_test_peer_expect (peer, rows[i / 2].packet);
      else
        hub_test_peer_expect_refusal (peer, HUB_REASON_IMPLEMENTATION_SPECIFIC);
      hub_test_peer_lose (peer);
    }
  g_assert_cmpuint (self->n_forgotten, ==, 2);
}

/* Who is in an exchange has no session yet; who comes to its end has, and takes over. */
static void
test_takeover (EnhancedFixture *self, gconstpointer data)
{
  HubTestPeer *first = enhanced_fixture_begin_exchange (self);
  HubTestPeer *second;

  self->exchanging = NULL;
  second = hub_test_core_join_5 (self->core, "id", "");
  self->exchanging = &first->peer;
  g_assert_false (first->is_closed);
  hub_test_peer_send (first, AUTH ("18", "ada"));
  hub_test_peer_expect_goodbye (second, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (first, ACCEPTED (" data=bye"));

  /* And who authenticates again is taken over from as anybody is. */
  hub_test_peer_send (first, AUTH ("19", "go on"));
  hub_test_peer_expect (first, "AUTH 18 {method=m data=more}");
  hub_test_core_join_5 (self->core, "id", "");
  hub_test_peer_expect_goodbye (first, HUB_REASON_SESSION_TAKEN_OVER);
  g_assert_cmpuint (self->n_forgotten, ==, 1);
}

/* Where the name that was shown takes a while, the rest waits; CONNACK still has the data of the last step. */
static void
test_name_later (EnhancedFixture *self, gconstpointer data)
{
  HubAuthAnswer answer = { HUB_REASON_SUCCESS, "late ada" };
  HubTestPeer *peer = enhanced_fixture_begin_exchange (self);

  hub_test_peer_send (peer, AUTH ("18", "late ada") " c0 []");
  hub_test_peer_expect (peer, "");
  g_assert_true (self->asking == &peer->peer);
  self->asking = NULL;
  self->reply.func (self->reply.core, &peer->peer, &answer);
  hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
  g_assert_true (peer->is_resumed);
  hub_test_peer_feed (peer, (HubSpan){ NULL, 0 });
  hub_test_peer_expect (peer, "PINGRESP");

  /* Gone meanwhile, or refused. */
  peer = enhanced_fixture_begin (self, CONNECT ("late ada"));
  hub_test_peer_lose (peer);
  g_assert_cmpuint (self->n_forgotten, ==, 1);
  peer = enhanced_fixture_begin (self, CONNECT ("late ada"));
  self->asking = NULL;
  answer.reason = HUB_REASON_BAD_CREDENTIALS;
  self->reply.func (self->reply.core, &peer->peer, &answer);
  hub_test_peer_expect_refusal (peer, HUB_REASON_BAD_CREDENTIALS);
}

/* --- A store that says when --- */

static void
session_cb (gpointer user_data, const HubStoreSession *session)
{
}

static void
session_gone_cb (gpointer user_data, guint64 session)
{
}

static guint64
commit_cb (gpointer user_data, gboolean is_awaited)
{
  return 7;
}

static gboolean
never_cb (gpointer user_data)
{
  return FALSE;
}

/* Where the end of a session has to be durable first, CONNACK comes later and says the same. */
static void
test_session_ends_first (EnhancedFixture *self, gconstpointer data)
{
  static const HubStoreFuncs store = {
    .keeps_state = TRUE,
    .put_session = session_cb,
    .remove_session = session_gone_cb,
    .commit = commit_cb,
    .is_full = never_cb,
    .is_failed = never_cb,
  };
  HubCoreOptions options;
  HubTestPeer *peer;
  g_autofree char *first = NULL;

  enhanced_fixture_init_options (&options, self);
  options.store = &store;
  enhanced_fixture_restart (self, &options);
  peer = enhanced_fixture_begin (self, "10 [{'MQTT'} 05 00 0000 [11 00000e10] {'id'}]");
  first = hub_test_peer_take_next (peer);
  g_assert_true (g_str_has_prefix (first, "CONNACK 0 0"));
  hub_test_peer_lose (peer);

  peer = enhanced_fixture_begin_exchange (self);
  hub_test_peer_send (peer, AUTH ("18", "ada") " c0 []");
  hub_test_peer_expect (peer, "");
  hub_core_end_turn (self->core->core);
  hub_core_durable (self->core->core, 7, self->core->now_us);
  hub_test_peer_expect (peer, ACCEPTED (" data=bye"));
  g_assert_cmpstr (peer->peer.session->user_name, ==, "ada");
  hub_test_peer_feed (peer, (HubSpan){ NULL, 0 });
  hub_test_peer_expect (peer, "PINGRESP");
}

#define add_test(path, func) g_test_add ("/core/5.0/" path, EnhancedFixture, NULL, enhanced_fixture_set_up, func, enhanced_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("MQTT-4.12.0-1/enhanced/unknown-method", test_unknown_method);
  add_test ("MQTT-4.12.0-2/MQTT-4.12.0-5/enhanced/rounds", test_rounds);
  add_test ("4.12/enhanced/nobody", test_nobody);
  add_test ("MQTT-4.12.0-4/enhanced/rejected", test_rejected);
  add_test ("MQTT-4.12.0-6/MQTT-4.12.0-7/enhanced/no-method", test_no_method);
  add_test ("MQTT-3.1.2-30/MQTT-4.12.0-3/enhanced/wrong", test_wrong_in_exchange);
  add_test ("4.12/enhanced/end", test_end_in_exchange);
  add_test ("4.12/enhanced/timeout", test_timeout);
  add_test ("4.12/enhanced/packet-size", test_packet_size);
  add_test ("MQTT-3.1.2-24/enhanced/client-maximum", test_client_maximum);
  add_test ("MQTT-3.1.4-3/enhanced/takeover", test_takeover);
  add_test ("MQTT-3.1.4-6/enhanced/name-later", test_name_later);
  add_test ("MQTT-3.1.2-4/enhanced/session-ends-first", test_session_ends_first);
  return g_test_run ();
}
