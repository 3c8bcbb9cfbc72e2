/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/broker.h"

#include "broker/core/hub-core-private.h"
#include "tests/support/hub-test-memory-store.h"

/* A connection with the end that the core holds. */
typedef struct
{
  SimConnection connection; /* first */
  HubPeer peer;
  SimBroker *broker; /* (unowned) */
  GByteArray *held;  /* (owned): what the broker was given and the core has not consumed */
} Pipe;

struct _SimBroker
{
  SimReport *report; /* (unowned) */
  HubCoreOptions options;
  HubPeerPolicy policies[SIM_N_DOORS];
  HubCore *core;             /* (owned) */
  GPtrArray *pipes;          /* (owned) (element-type Pipe) */
  HubTestMemoryStore *store; /* (owned) (nullable) */
  guint n_opened;
  gboolean is_crashing; /* nothing is sent any more */
};

static Pipe *
pipe_of_peer (HubPeer *peer)
{
  return (Pipe *) (gpointer) ((guint8 *) peer - G_STRUCT_OFFSET (Pipe, peer));
}

static void
pipe_free (gpointer data)
{
  Pipe *self = data;

  sim_connection_clear (&self->connection);
  g_byte_array_unref (self->held);
  g_free (self);
}

/* --- What the core asks of a connection --- */

static void
arrive (Pipe *self, const guint8 *bytes, gsize size)
{
  SimReport *report = self->broker->report;
  const char *why = NULL;
  SimPacket *packet;

  if (self->broker->is_crashing)
    return;
  if (self->connection.is_closed)
    sim_fail (report, "%s: a packet after the end of the connection", self->connection.name);
  packet = sim_packet_read (self->connection.version, bytes, size, &why);
  if (packet == NULL)
    sim_fail (report, "%s: a packet of type %u is wrong: %s", self->connection.name, bytes[0] >> 4, why);
  why = sim_connection_arrive (&self->connection, packet);
  if (report->is_tracing)
    {
      g_autofree char *text = sim_packet_to_text (packet);

      sim_trace (report, "%-8s #%-4u <- %s", self->connection.name, self->connection.number, text);
    }
  if (why != NULL)
    sim_fail (report, "%s: %s", self->connection.name, why);
  self->peer.output_bytes = self->connection.unread_bytes;
}

static void
send_cb (HubPeer *peer, HubSpan packet)
{
  arrive (pipe_of_peer (peer), packet.data, packet.size);
}

static void
deliver_cb (HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  gsize size = hub_message_packet_size (message, peer->version, delivery);
  gsize head_size = size - message->payload.size;
  g_autofree guint8 *bytes = g_malloc (size);

  if (hub_message_write_head (message, peer->version, delivery, bytes) != head_size)
    sim_fail (pipe_of_peer (peer)->broker->report, "a message has another size than was said");
  if (message->payload.size > 0)
    memcpy (bytes + head_size, message->payload.data, message->payload.size);
  arrive (pipe_of_peer (peer), bytes, size);
}

static void
close_cb (HubPeer *peer, HubReason reason)
{
  Pipe *self = pipe_of_peer (peer);

  sim_trace (self->broker->report, "%-8s #%-4u <- closed (%02x)", self->connection.name, self->connection.number, reason);
  if (self->connection.is_closed)
    sim_fail (self->broker->report, "%s: closed twice", self->connection.name);
  self->connection.is_closed = TRUE;
}

static void
describe_cb (HubPeer *peer, char name[HUB_PEER_NAME_SIZE])
{
  g_snprintf (name, HUB_PEER_NAME_SIZE, "192.0.2.1:%u", pipe_of_peer (peer)->connection.number);
}

/* There never is anything left to be fed: with a store packets come one by one. */
static void
resume_cb (HubPeer *peer)
{
  if (pipe_of_peer (peer)->held->len > 0)
    sim_fail (pipe_of_peer (peer)->broker->report, "%s: something was left", pipe_of_peer (peer)->connection.name);
}

static const HubPeerFuncs peer_funcs = { send_cb, deliver_cb, close_cb, describe_cb, resume_cb };

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  sim_trace (user_data, "                  log: %s", line);
}

/* --- The broker --- */

static void
set_limits (HubLimits *limits, const SimRules *rules)
{
  hub_limits_init_broker (limits);
  limits->connect_timeout_us = rules->connect_timeout_us;
  limits->session_expiry_max_us = rules->session_expiry_max_us;
  limits->max_packet_bytes = rules->max_packet_bytes;
  limits->max_first_packet_bytes = rules->max_first_packet_bytes;
  limits->max_inflight = rules->max_inflight;
  limits->max_inflight_bytes = rules->max_inflight_bytes;
  limits->max_queued_messages = rules->max_queued_messages;
  limits->max_queued_bytes = rules->max_queued_bytes;
  limits->max_output_bytes = rules->max_output_bytes;
  limits->max_filters = rules->max_filters;
  limits->max_retained_messages = rules->max_retained_messages;
  limits->max_retained_bytes = rules->max_retained_bytes;
  limits->max_message_bytes = rules->max_message_bytes;
  limits->max_sessions = rules->max_sessions;
  limits->max_keepalive_s = rules->max_keepalive_s;
  limits->sys_interval_s = 0;
  limits->receive_maximum = (guint16) rules->receive_maximum;
  limits->retain_available = rules->retain_available;
  limits->queue_qos0_messages = rules->queue_qos0_messages;
  limits->upgrade_outgoing_qos = rules->upgrade_outgoing_qos;
}

static void
set_policy (HubPeerPolicy *policy, const SimDoor *door)
{
  *policy = HUB_PEER_POLICY_OPEN;
  policy->allow_zero_length_client_id = door->allow_zero_length_client_id;
  policy->auto_id_prefix = door->auto_id_prefix;
  policy->accepts_3_1 = door->accepts[3];
  policy->accepts_3_1_1 = door->accepts[4];
  policy->accepts_5_0 = door->accepts[5];
  policy->max_qos = door->max_qos;
  policy->max_topic_alias = door->max_topic_alias;
}

/* Commits what has changed, and has the core say what it may say now, which may change something again. */
static void
settle (SimBroker *self)
{
  if (self->store == NULL)
    return;
  do
    {
      hub_core_end_turn (self->core);
      hub_core_durable (self->core, hub_test_memory_store_get_ticket (self->store), self->report->now_us);
    }
  while (hub_test_memory_store_has_changes (self->store) || hub_core_is_waiting (self->core));
}

/* Starts the process that the broker runs in. */
static void
start (SimBroker *self)
{
  g_autoptr (GError) error = NULL;

  self->core = hub_core_new (&self->options);
  if (self->store != NULL && !hub_core_restore (self->core, self->report->now_us, &error))
    sim_fail (self->report, "%s", error->message);
  settle (self);
}

/**
 * sim_broker_new:
 * @rules: the limits in force
 * @report: (transfer none): has the clock
 * @seed: for the Client Identifiers that it assigns
 *
 * Returns: (transfer full): a broker without clients
 */
SimBroker *
sim_broker_new (const SimRules *rules, SimReport *report, guint64 seed)
{
  SimBroker *self = g_new0 (SimBroker, 1);

  self->report = report;
  self->pipes = g_ptr_array_new_with_free_func (pipe_free);
  self->options = (HubCoreOptions){ .policy = HUB_PEER_POLICY_OPEN, .seed = (guint32) seed };
  if (report->is_tracing)
    self->options.log = (HubLog){ log_cb, report, HUB_LOG_DEBUG };
  if (rules->has_store)
    {
      self->store = hub_test_memory_store_new ();
      self->options.store = &hub_test_memory_store_funcs;
      self->options.store_data = self->store;
    }
  set_limits (&self->options.limits, rules);
  for (guint i = 0; i < SIM_N_DOORS; i++)
    set_policy (&self->policies[i], &rules->doors[i]);
  start (self);
  return self;
}

/**
 * sim_broker_free:
 * @self: (transfer full): a broker without open connections
 */
void
sim_broker_free (SimBroker *self)
{
  hub_core_free (self->core);
  g_clear_pointer (&self->store, hub_test_memory_store_free);
  g_ptr_array_unref (self->pipes);
  g_free (self);
}

/**
 * sim_broker_open:
 * @self: a broker
 * @name: who connects
 * @door: to which door
 *
 * Returns: (transfer none): a connection, until sim_broker_discard()
 */
SimConnection *
sim_broker_open (SimBroker *self, const char *name, guint door)
{
  Pipe *pipe = g_new0 (Pipe, 1);

  sim_connection_init (&pipe->connection, ++self->n_opened, name, door);
  pipe->peer.funcs = &peer_funcs;
  pipe->peer.policy = &self->policies[door];
  pipe->broker = self;
  pipe->held = g_byte_array_new ();
  g_ptr_array_add (self->pipes, pipe);
  hub_core_open (self->core, &pipe->peer, self->report->now_us);
  return &pipe->connection;
}

/* The core must take whole packets and nothing else. */
static void
check_consumed (const Pipe *self)
{
  const SimRequest *cut = NULL;

  for (const GList *at = self->connection.requests.head; at != NULL && cut == NULL; at = at->next)
    if (((const SimRequest *) at->data)->end > self->connection.n_given)
      cut = at->data;
  if (self->held->len != (cut != NULL ? self->connection.n_given - cut->start : 0))
    sim_fail (self->broker->report, "%s: %u bytes were not consumed", self->connection.name, self->held->len);
}

static void
feed_held (SimBroker *self, Pipe *pipe)
{
  gsize size = pipe->held->len;
  g_autofree guint8 *copy = g_memdup2 (pipe->held->data, size);
  gsize consumed = hub_core_feed (self->core, &pipe->peer, (HubSpan){ copy, size }, self->report->now_us);

  g_byte_array_remove_range (pipe->held, 0, (guint) consumed);
}

/* Has the core handle what arrives, from a block of exactly that size; nobody comes in between. */
static void
feed (SimBroker *self, SimConnection *connection, gsize n_bytes)
{
  Pipe *pipe = (Pipe *) connection;

  g_byte_array_append (pipe->held, connection->outgoing->data, (guint) n_bytes);
  g_byte_array_remove_range (connection->outgoing, 0, (guint) n_bytes);
  connection->n_given += n_bytes;
  feed_held (self, pipe);
  while (pipe->peer.has_more && !connection->is_closed)
    feed_held (self, pipe);
}

/**
 * sim_broker_give:
 * @self: a broker
 * @connection: an open connection
 * @n_bytes: how many of its outgoing bytes arrive
 *
 * Has the core handle what arrives, and keep what has changed.
 */
void
sim_broker_give (SimBroker *self, SimConnection *connection, gsize n_bytes)
{
  feed (self, connection, n_bytes);
  settle (self);
  if (!connection->is_closed)
    check_consumed ((Pipe *) connection);
}

/**
 * sim_broker_give_last:
 * @self: a broker with a store
 * @connection: an open connection
 * @n_bytes: how many of its outgoing bytes arrive
 * @is_committed: whether the store still gets what has changed; but nobody hears of it
 *
 * Has the core handle what arrives, and no more: it is about to die.
 *
 * Returns: whether anything that is kept has changed
 */
gboolean
sim_broker_give_last (SimBroker *self, SimConnection *connection, gsize n_bytes, gboolean is_committed)
{
  gboolean has_changed;

  feed (self, connection, n_bytes);
  has_changed = hub_test_memory_store_has_changes (self->store);
  if (is_committed)
    hub_core_end_turn (self->core);
  return has_changed;
}

/**
 * sim_broker_note_read:
 * @self: a broker
 * @connection: an open connection whose client has read something
 */
void
sim_broker_note_read (SimBroker *self, SimConnection *connection)
{
  ((Pipe *) connection)->peer.output_bytes = connection->unread_bytes;
}

/**
 * sim_broker_flush:
 * @self: a broker
 * @connection: an open connection
 *
 * Does what a connection does at the end of a turn: tells the core of room, if it wants to know.
 *
 * Returns: whether it was told
 */
gboolean
sim_broker_flush (SimBroker *self, SimConnection *connection)
{
  Pipe *pipe = (Pipe *) connection;

  if (connection->is_closed || !pipe->peer.wants_room || connection->unread_bytes >= self->options.limits.max_output_bytes)
    return FALSE;
  hub_core_room (self->core, &pipe->peer);
  settle (self);
  return TRUE;
}

/**
 * sim_broker_lose:
 * @self: a broker
 * @connection: an open connection, which breaks
 */
void
sim_broker_lose (SimBroker *self, SimConnection *connection)
{
  sim_trace (self->report, "%-8s #%-4u -> lost", connection->name, connection->number);
  connection->is_closed = TRUE;
  connection->was_lost = TRUE;
  hub_core_lost (self->core, &((Pipe *) connection)->peer, self->report->now_us);
  settle (self);
}

/**
 * sim_broker_discard:
 * @self: a broker
 * @connection: (transfer full): a closed connection
 */
void
sim_broker_discard (SimBroker *self, SimConnection *connection)
{
  g_assert (connection->is_closed);
  g_ptr_array_remove_fast (self->pipes, connection);
}

/**
 * sim_broker_is_paused:
 * @self: a broker
 * @connection: an open connection
 *
 * Returns: whether the client is not read from, since it does not read either
 */
gboolean
sim_broker_is_paused (const SimBroker *self, const SimConnection *connection)
{
  return connection->unread_bytes > 2 * self->options.limits.max_output_bytes;
}

/**
 * sim_broker_next_deadline:
 * @self: a broker
 *
 * Returns: when it has something to do
 */
gint64
sim_broker_next_deadline (const SimBroker *self)
{
  return hub_core_next_deadline (self->core);
}

/**
 * sim_broker_advance:
 * @self: a broker
 *
 * Has it do what is due.
 */
void
sim_broker_advance (SimBroker *self)
{
  hub_core_advance (self->core, self->report->now_us);
  settle (self);
}

/**
 * sim_broker_stop:
 * @self: a broker
 *
 * Ends it in an orderly way: every connection is closed.
 */
void
sim_broker_stop (SimBroker *self)
{
  hub_core_stop (self->core, self->report->now_us);
}

/**
 * sim_broker_crash:
 * @self: a broker
 *
 * Ends its process where it stands, and starts it again. No connection survives, and what was sent and not judged is
 * lost with it; of the state, what a store has committed survives, and without a store nothing does.
 */
void
sim_broker_crash (SimBroker *self)
{
  self->is_crashing = TRUE;
  if (self->store != NULL)
    hub_test_memory_store_die (self->store);
  for (guint i = 0; i < self->pipes->len; i++)
    {
      Pipe *pipe = g_ptr_array_index (self->pipes, i);

      if (!pipe->connection.is_closed)
        hub_core_lost (self->core, &pipe->peer, self->report->now_us);
      pipe->connection.is_closed = TRUE;
      pipe->connection.was_lost = TRUE;
      sim_connection_forget_arrived (&pipe->connection);
    }
  hub_core_free (self->core);
  if (self->store != NULL)
    hub_test_memory_store_revive (self->store);
  self->is_crashing = FALSE;
  self->options.seed++;
  start (self);
}

/**
 * sim_broker_find_left:
 * @self: a broker without any session
 *
 * Returns: (transfer full) (nullable): what its store still has and should not
 */
char *
sim_broker_find_left (const SimBroker *self)
{
  return self->store != NULL ? hub_test_memory_store_find_left (self->store) : NULL;
}

/**
 * sim_broker_count:
 * @self: a broker
 *
 * Returns: what it says of itself
 */
SimCounts
sim_broker_count (const SimBroker *self)
{
  HubStats stats = hub_core_get_stats (self->core);

  return (SimCounts){
    .clients = stats.clients,
    .sessions = stats.sessions,
    .subscriptions = (guint) stats.subscriptions,
    .retained = stats.retained,
    .received = stats.messages_received,
    .sent = stats.messages_sent,
    .dropped = stats.messages_dropped,
    .expired = stats.messages_expired,
    .denied = stats.publishes_denied,
  };
}

static void
list_cb (HubMessage *message, gpointer user_data)
{
  g_ptr_array_add (user_data, hub_span_dup_string (message->topic));
}

/**
 * sim_broker_list_retained:
 * @self: a broker
 *
 * Returns: (transfer full) (element-type utf8): the topics that something is retained for, in its own order
 */
GPtrArray *
sim_broker_list_retained (gpointer self)
{
  GPtrArray *topics = g_ptr_array_new_with_free_func (g_free);

  hub_retained_visit (((SimBroker *) self)->core->retained, hub_span_from_string ("#"), list_cb, topics);
  return topics;
}
