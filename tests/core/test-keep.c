/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"
#include "tests/support/hub-test-memory-store.h"

/* What a core says, and does not say, while it waits for its store, and when that has failed. */

typedef struct
{
  HubTestMemoryStore *store;
  HubTestCore *core;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer is_optional)
{
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .store = &hub_test_memory_store_funcs,
    .store_is_optional = GPOINTER_TO_INT (is_optional),
  };

  fixture->store = hub_test_memory_store_new ();
  options.store_data = fixture->store;
  hub_limits_init_broker (&options.limits);
  fixture->core = hub_test_core_new_with_options (&options);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_core_free (fixture->core);
  hub_test_memory_store_free (fixture->store);
}

static void
commit (Fixture *fixture)
{
  hub_core_end_turn (fixture->core->core);
  hub_core_durable (fixture->core->core, hub_test_memory_store_get_ticket (fixture->store), fixture->core->now_us);
}

static void
fail (Fixture *fixture)
{
  hub_test_memory_store_fail (fixture->store);
  hub_core_store_failed (fixture->core->core, fixture->core->now_us);
}

static HubTestPeer *
join_kept (Fixture *fixture, const char *client_id)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, client_id, "11 00000064", FALSE);

  hub_test_peer_send (peer, "82 [0001 [] {'a'} 01]");
  commit (fixture);
  hub_test_peer_expect (peer, "SUBACK m1 01");
  return peer;
}

/* What a kept session asks for that cannot be kept any more is not answered, and does not pile up. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  static const char *const packets[] = {
    "82 [0002 [] {'b'} 01]",
    "a2 [0002 [] {'a'}]",
    "62 02 0007",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (packets); i++)
    {
      Fixture fresh;
      HubTestPeer *peer;

      set_up (&fresh, NULL);
      peer = join_kept (&fresh, "id");
      hub_test_peer_send (peer, "34 [{'x'} 0007 [] 'x']");
      commit (&fresh);
      hub_test_peer_expect (peer, "PUBREC m7 rc10");
      fail (&fresh);
      g_assert_false (peer->is_closed);
      hub_test_peer_send (peer, packets[i]);
      hub_core_end_turn (fresh.core->core);
      hub_test_peer_expect_goodbye (peer, HUB_REASON_QUOTA_EXCEEDED);
      tear_down (&fresh, NULL);
    }
}

/* What is answered, or sent, on one connection before it is durable: on the next one it has to wait for the same. */
typedef struct
{
  const char *name;
  const char *before; /* what is durable, */
  const char *before_answer;
  const char *asked; /* what is not, */
  const char *again; /* what the client sends on the connection that follows, */
  const char *answer;
  gboolean goes_with_connect; /* the answer waits for what the CONNECT has changed, too */
} Again;

static const Again agains[] = {
  { "received", "", "", "34 [{'x'} 0007 [] 'x']", "3c [{'x'} 0007 [] 'x']", "PUBREC m7" },
  { "let-go", "34 [{'x'} 0007 [] 'x']", "PUBREC m7 rc10", "62 02 0007", "62 02 0007", "PUBCOMP m7 rc92" },
  { "unsubscribed", "", "", "a2 [0002 [] {'a'}]", "a2 [0002 [] {'a'}]", "UNSUBACK m2 11" },
  { "delivered-qos-1", "", "", "32 [{'a'} 0001 [] '1']", "", "PUBLISH d1 q1 r0 m1 a 1" },
  { "delivered-qos-2",
    "82 [0002 [] {'a'} 02]",
    "SUBACK m2 02",
    "34 [{'a'} 0001 [] '1']",
    "",
    "PUBLISH d1 q2 r0 m1 a 1" },
  { "released",
    "82 [0002 [] {'a'} 02] 34 [{'a'} 0001 [] '1']",
    "SUBACK m2 02; PUBLISH d0 q2 r0 m1 a 1; PUBREC m1",
    "50 02 0001",
    "",
    "PUBREL m1",
    TRUE },
};

static HubTestPeer *
ask (Fixture *fixture, const Again *again, gboolean is_durable)
{
  HubTestPeer *peer = join_kept (fixture, "id");

  hub_test_peer_send (peer, again->before);
  commit (fixture);
  hub_test_peer_expect (peer, again->before_answer);
  hub_test_peer_send (peer, again->asked);
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_expect (peer, "");
  if (is_durable)
    commit (fixture);
  return peer;
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (agains); i++)
    {
      Fixture fresh;
      HubTestPeer *peer;

      g_test_message ("%s", agains[i].name);
      set_up (&fresh, NULL);
      hub_test_peer_lose (ask (&fresh, &agains[i], FALSE));
      peer = hub_test_core_resume_5 (fresh.core, "id", "11 00000064", TRUE);
      hub_core_end_turn (fresh.core->core);
      hub_test_peer_send (peer, agains[i].again);
      hub_core_end_turn (fresh.core->core);
      hub_test_peer_expect (peer, "");
      commit (&fresh);
      hub_test_peer_expect (peer, agains[i].answer);
      tear_down (&fresh, NULL);
    }
}

/* The same within one turn, and with what follows. */
static void
test_again_at_once (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join (fixture->core, "sender");
  HubTestPeer *peer = join_kept (fixture, "id");

  hub_test_peer_send (peer, "34 [{'x'} 0007 [] 'x']");
  hub_test_peer_publish (sender, "a", "1", 1);
  peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", TRUE);
  hub_test_peer_publish (sender, "a", "2", 1);
  hub_test_peer_send (peer, "3c [{'x'} 0007 [] 'x'] c0 00");
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_expect (peer, "PINGRESP");
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d1 q1 r0 m1 a 1; PUBLISH d0 q1 r0 m2 a 2; PUBREC m7");
}

/* What the client does not take any more, on the connection on which it would be sent again, makes room for what follows. */
static void
test_again_too_large (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join (fixture->core, "sender");
  HubTestPeer *peer = join_kept (fixture, "id");

  hub_test_peer_publish (sender, "a", "much more than twenty bytes", 1);
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "2", 1);

  /* One message at a time, of at most 20 bytes. */
  peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064 21 0001 27 00000014", TRUE);
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_expect (peer, "");
  commit (fixture);
  commit (fixture);
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m2 a 2");
}

/* What was durable before the store failed is said again, and what was not never is. */
static void
test_again_failed (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (agains); i++)
    {
      const Again *again = &agains[i / 2];
      gboolean is_durable = i % 2 == 1;
      Fixture fresh;
      HubTestPeer *peer;

      g_test_message ("%s, %s", again->name, is_durable ? "durable" : "lost");
      set_up (&fresh, NULL);
      hub_test_peer_lose (ask (&fresh, again, is_durable));
      fail (&fresh);
      peer = hub_test_core_resume_5 (fresh.core, "id", "11 00000064", TRUE);
      hub_test_peer_send (peer, again->again);
      hub_core_end_turn (fresh.core->core);
      if (is_durable && !again->goes_with_connect)
        hub_test_peer_expect (peer, again->answer);
      else
        hub_test_peer_expect_goodbye (peer, HUB_REASON_QUOTA_EXCEEDED);
      tear_down (&fresh, NULL);
    }
}

/* Nor is what was queued begun. */
static void
test_failed_queue (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join (fixture->core, "sender");
  HubTestPeer *peer = join_kept (fixture, "id");

  hub_test_peer_lose (peer);
  hub_test_peer_publish (sender, "a", "1", 1);
  commit (fixture);
  hub_test_peer_expect (sender, "PUBACK m1");
  fail (fixture);
  peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", TRUE);
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_QUOTA_EXCEEDED);
  g_assert_false (sender->is_closed);
}

/* Who leaves nothing but a will is served as anybody whose session is not kept. */
static void
test_failed_will (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *sender = hub_test_core_join_5 (fixture->core, "sender", "");
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 06 0000 [] {'id'} [] {'will'} {'gone'}]");
  hub_test_peer_send (peer, "82 [0001 [] {'a'} 01]");
  commit (fixture);
  g_free (hub_test_peer_take (peer));
  fail (fixture);
  hub_test_peer_publish (sender, "a", "1", 1);
  hub_test_peer_send (peer, "34 [{'b'} 0007 [] 'x']");
  hub_core_end_turn (fixture->core->core);
  hub_test_peer_expect (sender, "PUBACK m1");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1; PUBREC m7 rc10");
}

/* The last words do not wait for the store, and what does is not said before them. */
static void
test_goodbye (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_kept (fixture, "id");
  HubTestPeer *next;

  hub_test_peer_send (peer, "82 [0002 [] {'b'} 01]");
  hub_test_peer_expect (peer, "");
  next = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", TRUE);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_SESSION_TAKEN_OVER);

  hub_test_peer_send (next, "82 [0003 [] {'c'} 01] 66 02 0001");
  hub_test_peer_expect_goodbye (next, HUB_REASON_MALFORMED_PACKET);
}

/* Where the store was not essential, nothing waits for it: also not the end of what it had kept. */
static void
test_done_without (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_kept (fixture, "id");

  hub_test_peer_lose (peer);
  commit (fixture);
  fail (fixture);
  peer = hub_test_core_join_5 (fixture->core, "id", "");
  hub_test_peer_send (peer, "82 [0001 [] {'a'} 01]");
  hub_test_peer_expect (peer, "SUBACK m1 01");
}

#define CLEAN "10 [{'MQTT'} 05 02 0000 [] {'id'}]"

/* A client whose CONNECT waits for the end of the session that was kept. */
static HubTestPeer *
join_waiting (Fixture *fixture)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);

  hub_test_peer_lose (join_kept (fixture, "id"));
  commit (fixture);
  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, CLEAN);
  hub_test_peer_expect (peer, "");
  return peer;
}

/* The CONNECT that came later is the one that takes over, though the other one has to wait longer [MQTT-3.1.4-3]. */
static void
test_take_over_waiting (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_waiting (fixture);
  HubTestPeer *next = hub_test_core_join_5 (fixture->core, "id", "");

  hub_test_peer_expect_closed (peer, HUB_REASON_SESSION_TAKEN_OVER);
  commit (fixture);
  g_assert_false (next->is_closed);
}

/* And where both have to wait, the later one is let in. */
static void
test_take_over_both (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "other", "11 00000064", FALSE);
  HubTestPeer *first = join_waiting (fixture);
  HubTestPeer *second = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);
  HubTestPeer *third = hub_test_core_open (fixture->core);

  third->version = HUB_VERSION_5_0;
  hub_test_peer_send (third, CLEAN);
  hub_test_peer_expect_closed (first, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect_goodbye (second, HUB_REASON_SESSION_TAKEN_OVER);
  hub_test_peer_expect (third, "");
  commit (fixture);
  g_assert_cmpuint (hub_test_peer_count (third, "CONNACK 0 0"), ==, 1);
  g_assert_false (peer->is_closed);
}

static gboolean
may_not_stay (gpointer access, const HubIdentity *who)
{
  return FALSE;
}

/* Who waits is let in under the rules that hold when it is. */
static void
test_rules_changed (Fixture *fixture, gconstpointer data)
{
  static const HubAccessFuncs access = { .may_stay = may_not_stay };
  HubTestPeer *peer = join_waiting (fixture);

  hub_core_set_access (fixture->core->core, &access, NULL, fixture->core->now_us);
  commit (fixture);
  hub_test_peer_expect_refusal (peer, HUB_REASON_NOT_AUTHORIZED);
}

/*
 * SUBSCRIBE for filters of 16 levels that all match "x/x/...": the bits of their numbers, from @first on, say where `+`
 * stands.
 */
static GByteArray *
make_subscribe (guint first, guint n)
{
  g_autoptr (GByteArray) filters = g_byte_array_new ();
  GByteArray *packet = g_byte_array_new ();
  const guint8 front[] = { 0x00, 0x01, 0x02, 0x0b, 0x07 };
  guint8 size[4] = { 0x82 };

  for (guint number = first; number < first + n; number++)
    {
      guint8 filter[2 + 31 + 1] = { 0, 31 };

      for (guint level = 0; level < 16; level++)
        {
          filter[2 + 2 * level] = (number & 1u << level) != 0 ? '+' : 'x';
          filter[3 + 2 * level] = '/';
        }
      filter[2 + 31] = 1;
      g_byte_array_append (filters, filter, sizeof filter);
    }
  g_byte_array_append (packet, size, 1);
  g_byte_array_append (packet, size, (guint) hub_varint_write (size, (guint32) (sizeof front + filters->len)));
  g_byte_array_append (packet, front, sizeof front);
  g_byte_array_append (packet, filters->data, filters->len);
  return packet;
}

static void
subscribe_many (Fixture *fixture, HubTestPeer *peer, guint first, guint n)
{
  g_autoptr (GByteArray) packet = make_subscribe (first, n);
  g_autofree char *suback = NULL;

  hub_test_peer_feed (peer, (HubSpan){ packet->data, packet->len });
  commit (fixture);
  suback = hub_test_peer_take (peer);
  g_assert_true (g_str_has_prefix (suback, "SUBACK m1 01"));
}

static guint
count (const char *text, const char *piece)
{
  guint n = 0;

  for (const char *at = strstr (text, piece); at != NULL; at = strstr (at + 1, piece))
    n++;
  return n;
}

/* The store hears whether somebody waits for a commit: who is answered does, and nobody else. */
static void
test_awaited (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_kept (fixture, "id");
  HubTestPeer *sender = hub_test_core_join_5 (fixture->core, "sender", "");
  static const struct
  {
    const char *name;
    gboolean is_of_peer;
    const char *bytes;
    const char *answer;
    gboolean is_awaited;
  } rows[] = {
    { "retained at QoS 0", FALSE, "31 [{'r'} [] '1']", "", FALSE },
    { "retained at QoS 1", FALSE, "33 [{'r'} 0001 [] '2']", "PUBACK m1 rc10", TRUE },
    { "retained at QoS 0 after that", FALSE, "31 [{'r'} [] '3']", "", FALSE },
    { "subscribing", TRUE, "82 [0002 [] {'b'} 01]", "SUBACK m2 01", TRUE },
    { "kept for the other one", FALSE, "32 [{'a'} 0002 [] '4']", "PUBACK m2", TRUE },
    { "received by the other one", TRUE, "40 [0001]", "PUBLISH d0 q1 r0 m1 a 4", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 before = hub_test_memory_store_get_ticket (fixture->store);
      HubTestPeer *who = rows[i].is_of_peer ? peer : sender;

      g_test_message ("%s", rows[i].name);
      hub_test_peer_send (who, rows[i].bytes);
      commit (fixture);
      hub_test_peer_expect (who, rows[i].answer);
      g_assert_cmpuint (hub_test_memory_store_get_ticket (fixture->store), ==, before + 1);
      g_assert_cmpint (hub_test_memory_store_was_awaited (fixture->store), ==, rows[i].is_awaited);
    }
}

/* While the store is full, no message that would have to be kept is taken: not even the first one of a client, and not in the
 * middle of what came with it. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = join_kept (fixture, "id");
  HubTestPeer *sender = hub_test_core_join_5 (fixture->core, "sender", "");
  HubCore *core = fixture->core->core;

  hub_test_memory_store_set_full (fixture->store, TRUE);
  g_assert_false (hub_core_must_wait (core, &sender->peer));
  hub_test_peer_send (sender, "30 [{'a'} [] '0'] c0 00 32 [{'a'} 0001 [] '1'] c0 00");
  commit (fixture);
  hub_test_peer_expect (sender, "PINGRESP");
  hub_test_peer_expect (peer, "PUBLISH d0 q0 r0 m0 a 0");
  g_assert_true (sender->peer.has_left);
  g_assert_true (hub_core_must_wait (core, &sender->peer));

  hub_test_memory_store_set_full (fixture->store, FALSE);
  g_assert_false (hub_core_must_wait (core, &sender->peer));
  hub_test_peer_send (sender, "");
  commit (fixture);
  hub_test_peer_expect (sender, "PINGRESP; PUBACK m1");
  hub_test_peer_expect (peer, "PUBLISH d0 q1 r0 m1 a 1");
  g_assert_false (sender->peer.has_left);
}

/* Nor is anything else that the store would have to take; what has nothing to do with it is not held up. */
static void
test_full_packets (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *kept = join_kept (fixture, "id");
  HubTestPeer *clean = hub_test_core_join_5 (fixture->core, "clean", "");
  HubCore *core = fixture->core->core;
  static const struct
  {
    const char *name;
    gboolean is_of_kept;
    const char *bytes;
    const char *answer;
    gboolean waits;
  } rows[] = {
    { "retained at QoS 0", FALSE, "31 [{'r'} [] '1'] c0 00", "PINGRESP", TRUE },
    { "no longer retained", FALSE, "31 [{'r'} []] c0 00", "PINGRESP", TRUE },
    { "QoS 1", FALSE, "32 [{'r'} 0001 [] '1']", "PUBACK m1 rc10", TRUE },
    { "QoS 2", FALSE, "34 [{'r'} 0002 [] '1']", "PUBREC m2 rc10", TRUE },
    { "QoS 0", FALSE, "30 [{'r'} [] '1'] c0 00", "PINGRESP", FALSE },
    { "subscribing, kept", TRUE, "82 [0002 [] {'b'} 00]", "SUBACK m2 00", TRUE },
    { "unsubscribing, kept", TRUE, "a2 [0003 [] {'b'}]", "UNSUBACK m3 00", TRUE },
    { "subscribing", FALSE, "82 [0003 [] {'b'} 00]", "SUBACK m3 00", FALSE },
    { "unsubscribing", FALSE, "a2 [0004 [] {'b'}]", "UNSUBACK m4 00", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubTestPeer *who = rows[i].is_of_kept ? kept : clean;

      g_test_message ("%s", rows[i].name);
      /* Not since something at QoS 1 or 2 was published before. */
      who->peer.has_published_kept = FALSE;
      hub_test_memory_store_set_full (fixture->store, TRUE);
      hub_test_peer_send (who, rows[i].bytes);
      g_assert_cmpint (hub_test_memory_store_has_changes (fixture->store), ==, FALSE);
      g_assert_cmpint (who->peer.has_left, ==, rows[i].waits);
      g_assert_cmpint (hub_core_must_wait (core, &who->peer), ==, rows[i].waits);
      if (rows[i].waits)
        hub_test_peer_expect (who, "");

      hub_test_memory_store_set_full (fixture->store, FALSE);
      g_assert_false (hub_core_must_wait (core, &who->peer));
      hub_test_peer_send (who, "");
      commit (fixture);
      hub_test_peer_expect (who, rows[i].answer);
    }
}

/* With upgrade_outgoing_qos any message may have to be kept. */
static void
test_full_upgrade (Fixture *fixture, gconstpointer data)
{
  HubCoreOptions options = {
    .policy = HUB_PEER_POLICY_OPEN,
    .store = &hub_test_memory_store_funcs,
    .store_data = fixture->store,
  };
  HubTestPeer *sender;

  hub_limits_init_broker (&options.limits);
  options.limits.upgrade_outgoing_qos = TRUE;
  hub_test_core_free (fixture->core);
  fixture->core = hub_test_core_new_with_options (&options);
  join_kept (fixture, "id");
  sender = hub_test_core_join (fixture->core, "sender");

  hub_test_memory_store_set_full (fixture->store, TRUE);
  hub_test_peer_publish (sender, "a", "1", 0);
  g_assert_true (sender->peer.has_left);
  g_assert_false (hub_test_memory_store_has_changes (fixture->store));
}

/* [MQTT-3.1.2-22]: who is not read from is not closed for being silent, and has its time again when it is read. */
static void
test_full_keep_alive (Fixture *fixture, gconstpointer data)
{
  HubTestPeer *peer = hub_test_core_open (fixture->core);
  HubCore *core = fixture->core->core;

  peer->version = HUB_VERSION_5_0;
  hub_test_peer_send (peer, "10 [{'MQTT'} 05 02 000a [] {'id'}]");
  g_free (hub_test_peer_take (peer));
  hub_test_memory_store_set_full (fixture->store, TRUE);
  hub_test_peer_send (peer, "32 [{'a'} 0001 [] '1']");
  hub_test_core_pass (fixture->core, 10 * G_TIME_SPAN_SECOND);
  g_assert_true (hub_core_must_wait (core, &peer->peer));
  hub_test_core_pass (fixture->core, 100 * G_TIME_SPAN_SECOND);
  g_assert_false (peer->is_closed);

  /* The store has drained, and nobody has read yet. */
  hub_test_memory_store_set_full (fixture->store, FALSE);
  hub_test_core_pass (fixture->core, 100 * G_TIME_SPAN_SECOND);
  g_assert_false (peer->is_closed);
  g_assert_false (hub_core_must_wait (core, &peer->peer));
  hub_test_core_pass (fixture->core, 15 * G_TIME_SPAN_SECOND - 1);
  g_assert_false (peer->is_closed);
  hub_test_core_pass (fixture->core, 15 * G_TIME_SPAN_SECOND);
  hub_test_peer_expect_goodbye (peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
}

#define RELEASES 1000

/* What is held for somebody who asks on and on is bounded as what waits unsent is, and comes when the store has caught up. */
static void
test_much_held (Fixture *fixture, gconstpointer data)
{
  const gsize limit = 2 * hub_core_get_limits (fixture->core->core)->max_output_bytes;
  HubTestPeer *peer = join_kept (fixture, "id");
  HubCore *core = fixture->core->core;
  guint n = 0;

  hub_test_peer_send (peer, "82 [0002 [] {'b'} 01]");
  hub_core_end_turn (core);
  while (!hub_core_must_wait (core, &peer->peer))
    {
      hub_test_peer_send (peer, "(50 02 0007)*1000");
      hub_core_end_turn (core);
      n += RELEASES;
      g_assert_cmpuint (n * 4, <, limit);
    }
  g_test_message ("%u answers", n);
  g_assert_cmpuint (n * 200, >, limit);
  hub_test_peer_expect (peer, "");
  g_assert_false (peer->is_resumed);

  commit (fixture);
  g_assert_true (peer->is_resumed);
  g_assert_false (hub_core_must_wait (core, &peer->peer));
  g_assert_cmpuint (hub_test_peer_count (peer, "PUBREL m7 rc92"), ==, n);
}

/* A message with as many identifiers as a client can have subscriptions is kept, and none can have more. */
static void
test_most_identifiers (Fixture *fixture, gconstpointer data)
{
  const guint half = HUB_LIMITS_FILTERS_MAX / 2;
  HubTestPeer *peer = hub_test_core_resume_5 (fixture->core, "id", "11 00000064", FALSE);
  HubTestPeer *sender = hub_test_core_join_5 (fixture->core, "sender", "");
  g_autofree char *text = NULL;

  subscribe_many (fixture, peer, 0, half);
  subscribe_many (fixture, peer, half, half - 1);
  hub_test_peer_send (peer, "82 [0002 [] {'last'} 01] 82 [0003 [] {'further'} 01] 82 [0004 [] {'last'} 01]");
  commit (fixture);
  hub_test_peer_expect (peer, "SUBACK m2 01; SUBACK m3 97; SUBACK m4 01");
  hub_test_peer_send (peer, "a2 [0005 [] {'last'}]");
  commit (fixture);
  hub_test_peer_expect (peer, "UNSUBACK m5 00");
  subscribe_many (fixture, peer, 2 * half - 1, 1);

  hub_test_peer_publish (sender, "x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x", "1", 1);
  commit (fixture);
  text = hub_test_peer_take (peer);
  g_assert_true (g_str_has_prefix (text, "PUBLISH d0 q1 r0 m1 x/"));
  g_assert_cmpuint (count (text, "sub=7"), ==, HUB_LIMITS_FILTERS_MAX);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/core/keep/full/messages", test_full);
  ADD ("/core/keep/full/packets", test_full_packets);
  ADD ("/core/keep/full/upgrade", test_full_upgrade);
  ADD ("/core/5.0/MQTT-3.1.2-22/store-full", test_full_keep_alive);
  ADD ("/core/keep/much-held", test_much_held);
  ADD ("/core/keep/again/asked", test_again);
  ADD ("/core/keep/again/at-once", test_again_at_once);
  ADD ("/core/keep/again/too-large", test_again_too_large);
  ADD ("/core/keep/again/failed", test_again_failed);
  ADD ("/core/keep/failed/will", test_failed_will);
  ADD ("/core/keep/failed/asked", test_failed);
  ADD ("/core/keep/failed/queue", test_failed_queue);
  ADD ("/core/keep/goodbye", test_goodbye);
  ADD ("/core/5.0/MQTT-3.1.4-3/waiting", test_take_over_waiting);
  ADD ("/core/5.0/MQTT-3.1.4-3/waiting-both", test_take_over_both);
  ADD ("/core/keep/rules-changed", test_rules_changed);
  ADD ("/core/keep/most-identifiers", test_most_identifiers);
  ADD ("/core/keep/awaited", test_awaited);
#undef ADD
  g_test_add ("/core/keep/done-without", Fixture, GINT_TO_POINTER (TRUE), set_up, test_done_without, tear_down);
  return g_test_run ();
}
