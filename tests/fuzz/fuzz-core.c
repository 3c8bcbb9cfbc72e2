/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-session.h"
#include "tests/fuzz/fuzz-core.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-core.h"

/*
 * A whole broker. An input is a byte of options and then actions: a byte that chooses connection and action, and
 * what the action needs; see fuzz-core.h. It is played to two brokers, one that gets what a client sends in one
 * piece and one that gets it byte by byte: what they send must be the same.
 */

typedef struct
{
  HubTestCore *core;
  HubTestPeer *peers[HUB_FUZZ_PEERS]; /* (unowned) (nullable) */
  GHashTable *exchanges;              /* (element-type HubPeer): of whom a further AUTH is waited for */
  GString *transcript;
  gsize step; /* how many bytes are fed at once; 0: all */
} World;

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Input;

static guint8
next_byte (Input *input)
{
  return input->at < input->end ? *input->at++ : 0;
}

static HubSpan
next_bytes (Input *input)
{
  gsize size = next_byte (input);
  HubSpan bytes = { input->at, MIN (size, (gsize) (input->end - input->at)) };

  input->at += bytes.size;
  return bytes;
}

/* --- Rules that let everybody in, and take every method: the data of a step says what comes of it --- */

static gboolean
authenticate_cb (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  *answer = (HubAuthAnswer){ HUB_REASON_SUCCESS, credentials->user_name };
  return TRUE;
}

static void
exchange_cb (gpointer access, HubPeer *peer, const HubAuthStep *step, HubAuthStepAnswer *answer)
{
  GHashTable *exchanges = access;
  guint8 first = step->data.size > 0 ? step->data.data[0] : 0;

  g_assert_cmpint (g_hash_table_contains (exchanges, peer), ==, step->stage == HUB_AUTH_STAGE_CONTINUE);
  g_assert_true (step->has_data || step->data.size == 0);
  answer->reason = first % 4 < 2    ? HUB_REASON_CONTINUE_AUTHENTICATION
                   : first % 4 == 2 ? HUB_REASON_SUCCESS
                                    : HUB_REASON_NOT_AUTHORIZED;
  if (step->has_data)
    answer->data = g_bytes_new (step->data.data, step->data.size);
  if (answer->reason == HUB_REASON_CONTINUE_AUTHENTICATION)
    g_hash_table_add (exchanges, peer);
  else
    g_hash_table_remove (exchanges, peer);
}

static void
forget_cb (gpointer access, HubPeer *peer)
{
  g_assert_true (g_hash_table_remove (access, peer));
}

static gboolean
may_publish_cb (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  return TRUE;
}

static gboolean
may_cb (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return TRUE;
}

static gboolean
may_stay_cb (gpointer access, const HubIdentity *who)
{
  return TRUE;
}

static guint64
get_generation_cb (gpointer access)
{
  return 1;
}

static const HubAccessFuncs access_funcs = {
  .authenticate = authenticate_cb,
  .exchange = exchange_cb,
  .forget = forget_cb,
  .may_publish = may_publish_cb,
  .may_subscribe = may_cb,
  .may_read = may_cb,
  .may_stay = may_stay_cb,
  .get_generation = get_generation_cb,
};

static HubTestCore *
make_core (guint8 flags, GHashTable *exchanges)
{
  HubCoreOptions options = { .policy = HUB_PEER_POLICY_OPEN, .seed = flags, .log.level = HUB_LOG_DEBUG };

  if ((flags & 8) != 0)
    {
      options.access = &access_funcs;
      options.access_data = exchanges;
    }

  options.policy.allow_anonymous = (flags & 2) == 0;
  hub_limits_init_app (&options.limits);
  if ((flags & 1) != 0)
    {
      options.limits.connect_timeout_us = G_TIME_SPAN_SECOND;
      options.limits.session_expiry_max_us = 20 * G_TIME_SPAN_SECOND;
      options.limits.max_packet_bytes = 200;
      options.limits.max_first_packet_bytes = 100;
      options.limits.max_inflight = 2;
      options.limits.max_queued_messages = 3;
      options.limits.max_queued_bytes = 60;
      options.limits.max_output_bytes = 150;
      options.limits.max_filters = 3;
      options.limits.max_retained_messages = 3;
      options.limits.max_retained_bytes = 60;
    }
  return hub_test_core_new_with_options (&options);
}

static void
check_session (const HubLimits *limits, const HubTestPeer *peer)
{
  const HubSession *session = peer->peer.session;
  guint n_filters = session->subscriptions != NULL ? g_hash_table_size (session->subscriptions) : 0;

  g_assert_true (session->peer == &peer->peer);
  g_assert_cmpuint (hub_inflight_get_length (&session->inflight), <=, limits->max_inflight);
  g_assert_cmpuint (hub_queue_get_length (&session->queue), <=, limits->max_queued_messages);
  g_assert_cmpuint (hub_queue_get_bytes (&session->queue), <=, limits->max_queued_bytes);
  g_assert_cmpuint (hub_catch_ups_get_length (&session->catch_ups), <=, n_filters);
  g_assert_cmpuint (n_filters, <=, limits->max_filters);

  /* What waits is not forgotten: somebody will be told of the room. */
  if (hub_queue_get_length (&session->queue) > 0)
    g_assert_true (peer->peer.wants_room);
}

/* Writes down what each peer was sent, and looks at what must always be so. */
static void
check (World *world)
{
  HubStats stats = hub_core_get_stats (world->core->core);
  const HubLimits *limits = hub_core_get_limits (world->core->core);
  guint n_connected = 0;

  for (guint i = 0; i < HUB_FUZZ_PEERS; i++)
    {
      HubTestPeer *peer = world->peers[i];
      g_autofree char *text = peer != NULL ? hub_test_peer_take (peer) : NULL;

      if (peer == NULL)
        continue;
      g_string_append_printf (world->transcript, "%u: %s%s\n", i, text, peer->is_closed ? " closed" : "");
      if (!peer->is_closed)
        g_assert_cmpuint (peer->input->len, <, hub_core_peer_limit (world->core->core, &peer->peer));
      if (!peer->is_closed && peer->peer.session != NULL)
        {
          n_connected++;
          check_session (limits, peer);
        }
    }
  g_assert_cmpuint (stats.clients, ==, n_connected);
  g_assert_cmpuint (stats.sessions, >=, stats.clients);
  g_assert_cmpuint (stats.retained, <=, limits->max_retained_messages);
}

/* Nobody comes in between. */
static void
feed_whole (HubTestPeer *peer, HubSpan bytes)
{
  hub_test_peer_feed (peer, bytes);
  while (peer->peer.has_more && !peer->is_closed)
    hub_test_peer_feed (peer, (HubSpan){ NULL, 0 });
}

static void
feed (World *world, HubTestPeer *peer, HubSpan bytes)
{
  gsize step = world->step > 0 ? world->step : MAX (bytes.size, 1);

  if (bytes.size == 0)
    feed_whole (peer, bytes);
  for (gsize at = 0; at < bytes.size; at += step)
    feed_whole (peer, (HubSpan){ bytes.data + at, MIN (step, bytes.size - at) });
}

static void
act (World *world, Input *input)
{
  guint8 byte = next_byte (input);
  HubTestPeer **slot = &world->peers[byte % HUB_FUZZ_PEERS];
  HubFuzzAction action = byte / HUB_FUZZ_PEERS % HUB_FUZZ_N_ACTIONS;

  if (action == HUB_FUZZ_PASS)
    {
      hub_test_core_pass (world->core, G_GINT64_CONSTANT (1) << next_byte (input) % 42);
      return;
    }
  if (*slot == NULL || (*slot)->is_closed)
    {
      *slot = hub_test_core_open (world->core);
      (*slot)->counts_output = TRUE;
    }
  if (action == HUB_FUZZ_LOSE)
    hub_test_peer_lose (*slot);
  else if (action == HUB_FUZZ_READ)
    hub_test_peer_room (*slot);
  else
    feed (world, *slot, next_bytes (input));
}

/* Nothing is left of anybody who is gone for long enough. */
static void
end (World *world, gboolean stops)
{
  const HubLimits *limits = hub_core_get_limits (world->core->core);
  HubStats stats;

  if (stops)
    hub_core_stop (world->core->core, world->core->now_us);
  for (guint i = 0; i < world->core->clients->len; i++)
    hub_test_peer_lose (g_ptr_array_index (world->core->clients, i));
  check (world);
  hub_test_core_pass (world->core, limits->session_expiry_max_us);
  stats = hub_core_get_stats (world->core->core);
  g_assert_cmpuint (g_hash_table_size (world->exchanges), ==, 0);
  g_assert_cmpuint (stats.clients, ==, 0);
  g_assert_cmpuint (stats.sessions, ==, 0);
  g_assert_cmpuint (stats.subscriptions, ==, 0);
  /* What is retained may expire in a hundred years. */
  if (stats.retained == 0)
    g_assert_cmpint (hub_core_next_deadline (world->core->core), ==, G_MAXINT64);
  g_string_append_printf (world->transcript,
                          "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                          stats.messages_received,
                          stats.messages_sent,
                          stats.messages_dropped,
                          stats.faults);
}

static char *
play (Input input, gsize step)
{
  guint8 flags = next_byte (&input);
  g_autoptr (GHashTable) exchanges = g_hash_table_new (NULL, NULL);
  World world = { make_core (flags, exchanges), { NULL }, exchanges, g_string_new (NULL), step };

  while (input.at < input.end)
    {
      act (&world, &input);
      check (&world);
    }
  end (&world, (flags & 4) != 0);
  hub_test_core_free (world.core);
  return g_string_free (world.transcript, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  Input input = { data, data + size };
  g_autofree char *whole = play (input, 0);
  g_autofree char *bytewise = play (input, 1);

  if (g_getenv ("HUB_FUZZ_PRINT") != NULL)
    g_print ("%s", whole);
  g_assert_cmpstr (whole, ==, bytewise);
  return 0;
}
