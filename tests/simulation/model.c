/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

static void
message_free (gpointer data)
{
  SimMessage *self = data;

  g_free (self->publisher);
  g_free (self->topic);
  g_free (self->payload);
  sim_properties_clear (&self->properties);
  g_free (self);
}

static void
line_free (gpointer data)
{
  SimLine *self = data;

  g_ptr_array_unref (self->topics);
  g_ptr_array_unref (self->known_topics);
  g_free (self);
}

/**
 * sim_model_new:
 * @rules: the limits in force
 * @report: (transfer none): has the clock
 * @tally: (transfer none): where it counts what it has met
 * @order: (scope forever): tells in which order the broker goes through what is retained
 * @order_data: for @order
 *
 * Returns: (transfer full): the model of a broker without clients
 */
SimModel *
sim_model_new (const SimRules *rules, SimReport *report, SimTally *tally, SimRetainedOrder order, gpointer order_data)
{
  SimModel *self = g_new0 (SimModel, 1);

  self->rules = rules;
  self->report = report;
  self->tally = tally;
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->sessions = g_ptr_array_new_with_free_func (sim_session_free);
  self->messages = g_ptr_array_new_with_free_func (message_free);
  self->shares = g_ptr_array_new_with_free_func (sim_share_free);
  self->retained = g_hash_table_new (g_str_hash, g_str_equal);
  self->order = order;
  self->order_data = order_data;
  return self;
}

/**
 * sim_model_free:
 * @self: (transfer full): a model
 */
void
sim_model_free (SimModel *self)
{
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->sessions);
  g_ptr_array_unref (self->shares);
  g_hash_table_unref (self->retained);
  g_ptr_array_unref (self->messages);
  g_free (self);
}

/*
 * sim_model_get_line:
 *
 * Returns: (transfer none): the model's side of @connection
 */
SimLine *
sim_model_get_line (const SimModel *self, const SimConnection *connection)
{
  for (guint i = 0; i < self->lines->len; i++)
    if (((SimLine *) g_ptr_array_index (self->lines, i))->connection == connection)
      return g_ptr_array_index (self->lines, i);
  g_assert_not_reached ();
}

/*
 * sim_model_make_message:
 * @packet: a PUBLISH, or a CONNECT with a will
 * @properties: those of the message
 *
 * Returns: (transfer none): the message
 */
SimMessage *
sim_model_make_message (SimModel *self, const char *publisher, const SimPacket *packet, const SimProperties *properties)
{
  SimMessage *message = g_new0 (SimMessage, 1);

  message->publisher = g_strdup (publisher);
  message->topic = g_strdup (packet->topic);
  message->payload = g_strdup (packet->payload);
  sim_properties_copy_message (properties, &message->properties);
  message->expires_us = SIM_NEVER;
  if (sim_properties_have (properties, SIM_MESSAGE_EXPIRY))
    message->expires_us = self->report->now_us + properties->numbers[SIM_MESSAGE_EXPIRY] * SIM_SECOND;
  message->qos = packet->qos;
  message->is_retain = packet->is_retain;
  g_ptr_array_add (self->messages, message);
  return message;
}

/**
 * sim_model_open:
 * @self: a model
 * @connection: a connection that was just opened
 */
void
sim_model_open (SimModel *self, SimConnection *connection)
{
  SimLine *line = g_new0 (SimLine, 1);

  line->connection = connection;
  line->deadline_us = self->report->now_us + self->rules->connect_timeout_us;
  line->topics = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (line->topics, self->rules->doors[connection->door].max_topic_alias + 1);
  line->known_topics = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->lines, line);
}

/* Says goodbye, and may change how long the session stays; MQTT 5.0, section 3.14. */
static void
take_disconnect (SimModel *self, SimLine *line, const SimPacket *packet)
{
  SimSession *session = line->session;
  guint32 expiry_s = sim_properties_get_number (&packet->properties, SIM_SESSION_EXPIRY, 0);

  if (line->version == 5 && sim_properties_have (&packet->properties, SIM_SESSION_EXPIRY))
    {
      if (session->expiry_us == 0 && expiry_s > 0)
        {
          sim_model_fault (self, line, "\x82");
          return;
        }
      session->expiry_us = expiry_s * SIM_SECOND;
      if (expiry_s == G_MAXUINT32 || session->expiry_us > self->rules->session_expiry_max_us)
        session->expiry_us = self->rules->session_expiry_max_us;
    }
  sim_model_end_connection (self, line, line->version == 5 && packet->code != 0);
  line->is_over = TRUE;
}

static void
take_connected (SimModel *self, SimLine *line, const SimPacket *packet)
{
  line->deadline_us = line->grace_us > 0 ? self->report->now_us + line->grace_us : SIM_NEVER;
  switch ((int) packet->type)
    {
    case SIM_PUBLISH:
      sim_model_take_publish (self, line, packet);
      break;
    case SIM_PUBACK:
    case SIM_PUBREC:
    case SIM_PUBREL:
    case SIM_PUBCOMP:
      sim_model_take_ack (self, line, packet);
      break;
    case SIM_SUBSCRIBE:
      sim_model_take_subscribe (self, line, packet);
      break;
    case SIM_UNSUBSCRIBE:
      sim_model_take_unsubscribe (self, line, packet);
      break;
    case SIM_PINGREQ:
      sim_model_answer (self, line, SIM_PINGRESP, 0, "");
      break;
    case SIM_DISCONNECT:
      take_disconnect (self, line, packet);
      break;
    case SIM_GARBAGE:
      sim_model_fault (self, line, packet->faults);
      break;
    default:
      /* A second CONNECT, an AUTH, or what only servers say. */
      sim_model_fault (self, line, "\x82");
      break;
    }
}

/* Before it is connected a client may be told why it will not be, or nothing; MQTT 5.0, section 4.13.1. */
static void
take_bad_first (SimModel *self, SimLine *line, const SimPacket *packet)
{
  const char *codes = packet->type == SIM_GARBAGE ? packet->faults : "\x82";

  sim_model_met (self, SIM_EVENT_FAULT);
  line->is_over = TRUE;
  if (line->connection->arrived.length > 0)
    sim_model_answer (self, line, SIM_CONNACK, 0, codes);
}

/**
 * sim_model_take:
 * @self: a model
 * @connection: a connection
 * @packet: what has arrived of it at the broker, whole
 */
void
sim_model_take (SimModel *self, SimConnection *connection, const SimPacket *packet)
{
  SimLine *line = sim_model_get_line (self, connection);

  if (line->is_over)
    return;
  if (line->session != NULL)
    take_connected (self, line, packet);
  else if (packet->type == SIM_CONNECT)
    sim_model_take_connect (self, line, packet);
  else
    take_bad_first (self, line, packet);
}

/**
 * sim_model_lose:
 * @self: a model
 * @connection: a connection that was lost
 */
void
sim_model_lose (SimModel *self, SimConnection *connection)
{
  SimLine *line = sim_model_get_line (self, connection);

  if (line->is_over)
    return;
  sim_model_end_connection (self, line, TRUE);
  line->is_over = TRUE;
}

/**
 * sim_model_forget:
 * @self: a model
 * @connection: a connection that is over, and will not be there any more
 */
void
sim_model_forget (SimModel *self, SimConnection *connection)
{
  SimLine *line = sim_model_get_line (self, connection);

  g_assert (line->is_over && line->session == NULL);
  g_ptr_array_remove_fast (self->lines, line);
}

/**
 * sim_model_take_blind:
 * @self: a model
 * @connection: a connection
 * @packet: a packet that the broker has handled and kept, but died before it could say so
 */
void
sim_model_take_blind (SimModel *self, SimConnection *connection, const SimPacket *packet)
{
  self->is_blind = TRUE;
  sim_model_take (self, connection, packet);
  self->is_blind = FALSE;
}

/**
 * sim_model_crash:
 * @self: a model
 *
 * The broker has crashed, and was started again.
 */
void
sim_model_crash (SimModel *self)
{
  sim_model_met (self, SIM_EVENT_CRASH);
  self->counts = (SimCounts){ 0 };
  for (guint i = 0; i < self->lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (self->lines, i);

      line->session = NULL;
      line->is_over = TRUE;
    }
  if (self->rules->has_store)
    {
      sim_model_met (self, SIM_EVENT_RESTORE);
      sim_model_restore (self);
      return;
    }
  g_ptr_array_set_size (self->sessions, 0);
  g_ptr_array_set_size (self->shares, 0);
  g_hash_table_remove_all (self->retained);
}

/**
 * sim_model_make_room:
 * @self: a model
 * @connection: a connection that the broker was told of that there is room in it
 */
void
sim_model_make_room (SimModel *self, SimConnection *connection)
{
  SimLine *line = sim_model_get_line (self, connection);

  if (line->session != NULL)
    sim_model_pump (self, line->session);
}

/**
 * sim_model_count:
 * @self: a model
 *
 * Returns: what the broker has to say of itself
 */
SimCounts
sim_model_count (const SimModel *self)
{
  SimCounts counts = self->counts;

  counts.sessions = self->sessions->len;
  counts.retained = g_hash_table_size (self->retained);
  for (guint i = 0; i < self->sessions->len; i++)
    {
      const SimSession *session = g_ptr_array_index (self->sessions, i);

      counts.subscriptions += session->subscriptions->len;
      if (session->line != NULL)
        counts.clients++;
    }
  return counts;
}

/**
 * sim_model_get_incarnation:
 * @self: a model
 * @connection: a connection
 *
 * Returns: names its session among all that there ever were; 0: it has none
 */
guint64
sim_model_get_incarnation (const SimModel *self, const SimConnection *connection)
{
  const SimLine *line = sim_model_get_line (self, connection);

  return line->session != NULL ? line->session->incarnation : 0;
}

/**
 * sim_model_count_waiting:
 * @self: a model
 * @connection: a connection
 *
 * Returns: how many deliveries its client still has to get or to acknowledge
 */
guint
sim_model_count_waiting (const SimModel *self, const SimConnection *connection)
{
  const SimLine *line = sim_model_get_line (self, connection);
  const SimSession *session = line->session;

  return session != NULL ? session->flights->len + session->queue->len + session->replay->len : 0;
}
