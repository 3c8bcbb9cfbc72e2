/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/* What waits for the store is lost when the connection ends before that. */
static gboolean
may_be_lost (const SimModel *self, const SimLine *line, SimPacketType type, guint8 qos)
{
  return self->rules->has_store && line->connection->is_closed && type != SIM_CONNACK && type != SIM_DISCONNECT &&
         (type != SIM_PUBLISH || qos > 0);
}

/*
 * sim_model_next:
 * @line: a connection on which the broker has to have sent something now
 * @type: what
 * @qos: of a PUBLISH
 *
 * With a store, what has to be kept first comes after what has not: then it need not be the very next.
 *
 * Returns: (transfer none) (nullable): the packet, which is one of that type at least; %NULL: it never leaves the broker
 */
SimPacket *
sim_model_next (SimModel *self, SimLine *line, SimPacketType type, guint8 qos)
{
  const SimConnection *connection = line->connection;
  SimPacket *packet = self->rules->has_store ? sim_connection_find (connection, type, qos)
                                             : g_queue_peek_head ((GQueue *) &connection->arrived);
  g_autofree char *text = packet != NULL ? sim_packet_to_text (packet) : g_strdup ("nothing");

  if (self->is_blind || (packet == NULL && may_be_lost (self, line, type, qos)))
    return NULL;
  if (packet == NULL || packet->type != type)
    sim_fail (self->report, "%s: %s is due, and there is %s", line->connection->name, sim_packet_type_to_text (type), text);
  if (line->max_packet_bytes > 0 && packet->bytes->len > line->max_packet_bytes)
    sim_fail (self->report, "%s: %s is larger than the client takes", line->connection->name, text);
  return packet;
}

G_NORETURN static void
reject (const SimModel *self, const SimLine *line, const SimPacket *packet, const char *why)
{
  g_autofree char *text = sim_packet_to_text (packet);

  sim_fail (self->report, "%s: %s: %s", line->connection->name, text, why);
}

/*
 * sim_model_answer:
 * @id: the Packet Identifier; 0: it has none
 * @codes: the codes that are right; empty: 0, or none
 *
 * A packet that is neither a PUBLISH nor a list of codes is due.
 */
void
sim_model_answer (SimModel *self, SimLine *line, SimPacketType type, guint16 id, const char *codes)
{
  SimPacket *packet = sim_model_next (self, line, type, 0);

  if (packet == NULL)
    return;
  if (packet->id != id)
    reject (self, line, packet, "another packet identifier is due");
  if (codes[0] == '\0' ? packet->code != 0 : packet->code == 0 || strchr (codes, packet->code) == NULL)
    reject (self, line, packet, "the code is another one");
  sim_connection_accept (line->connection, packet);
}

/*
 * sim_model_answer_list:
 * @codes: its codes
 *
 * A SUBACK or UNSUBACK is due.
 */
void
sim_model_answer_list (SimModel *self, SimLine *line, SimPacketType type, guint16 id, const GByteArray *codes)
{
  SimPacket *packet = sim_model_next (self, line, type, 0);

  if (packet == NULL)
    return;
  if (packet->id != id)
    reject (self, line, packet, "another packet identifier is due");
  if (packet->codes->len != codes->len || (codes->len > 0 && memcmp (packet->codes->data, codes->data, codes->len) != 0))
    reject (self, line, packet, "the codes are others");
  sim_connection_accept (line->connection, packet);
}

/* --- Messages --- */

static gsize
packet_size (const SimDelivery *self, gboolean is_topic_known)
{
  const SimMessage *message = self->message;
  gsize properties = sim_properties_message_size (&message->properties);
  gsize size = 2 + strlen (message->payload) + (self->qos > 0 ? 2 : 0);

  if (message->expires_us != SIM_NEVER)
    properties += 5;
  for (guint i = 0; i < self->identifiers->len; i++)
    properties += 1 + sim_varint_size (g_array_index (self->identifiers, guint32, i));
  if (is_topic_known)
    properties += 3;
  else
    size += strlen (message->topic);
  size += sim_varint_size ((guint32) properties) + properties;
  return 1 + sim_varint_size ((guint32) size) + size;
}

/*
 * sim_delivery_fits:
 *
 * Returns: whether it is small enough for the client, maybe since an alias takes the place of the topic; MQTT 5.0,
 *   section 3.1.2.11.4
 */
gboolean
sim_delivery_fits (const SimModel *model, const SimDelivery *self, const SimLine *line)
{
  gboolean is_known = g_ptr_array_find_with_equal_func (line->known_topics, self->message->topic, g_str_equal, NULL);

  return line->max_packet_bytes == 0 || packet_size (self, FALSE) <= line->max_packet_bytes ||
         (is_known && packet_size (self, TRUE) <= line->max_packet_bytes);
}

static gboolean
has_right_expiry (const SimModel *self, const SimMessage *message, const SimPacket *packet)
{
  gint64 left_us = MAX (message->expires_us - self->report->now_us, 0);
  gint64 told_us = sim_properties_get_number (&packet->properties, SIM_MESSAGE_EXPIRY, 0) * SIM_SECOND;

  if (sim_properties_have (&packet->properties, SIM_MESSAGE_EXPIRY) != (message->expires_us != SIM_NEVER))
    return FALSE;
  return message->expires_us == SIM_NEVER || ABS (told_us - left_us) < SIM_SECOND;
}

/* In no order. */
static gboolean
has_identifiers (const SimPacket *packet, const GArray *wanted)
{
  g_autoptr (GArray) left = g_array_copy ((GArray *) wanted);
  const GArray *got = packet->properties.identifiers;

  for (guint i = 0; got != NULL && i < got->len; i++)
    {
      guint at = 0;

      while (at < left->len && g_array_index (left, guint32, at) != g_array_index (got, guint32, i))
        at++;
      if (at == left->len)
        return FALSE;
      g_array_remove_index (left, at);
    }
  return left->len == 0;
}

static const char *
find_fault (const SimModel *self, const SimLine *line, const SimDelivery *delivery, const SimPacket *packet, gboolean is_dup)
{
  const SimMessage *message = delivery->message;

  if (!g_str_equal (packet->topic, message->topic) || !g_str_equal (packet->payload, message->payload))
    return "another message is due";
  if (packet->qos != delivery->qos)
    return "the QoS is wrong";
  if (packet->is_retain != delivery->is_retain)
    return "RETAIN is wrong";
  if (packet->is_dup != is_dup)
    return "DUP is wrong";
  if (is_dup && packet->id != delivery->id && delivery->id != 0)
    return "the packet identifier is another one";
  if (line->version != 5)
    return NULL;
  if (!sim_properties_equal_message (&message->properties, &packet->properties))
    return "the properties are not those that were published";
  if (!has_right_expiry (self, message, packet))
    return "the message expiry is wrong";
  return has_identifiers (packet, delivery->identifiers) ? NULL : "the subscription identifiers are wrong";
}

/* Whether an identifier is free, and how many messages the client has to acknowledge; MQTT 5.0, section 4.9. */
static void
check_flight (const SimModel *self, const SimLine *line, const SimDelivery *delivery, const SimPacket *packet)
{
  const GPtrArray *flights = line->session->flights;
  guint n_sent = 1;

  for (guint i = 0; i < flights->len; i++)
    {
      const SimDelivery *other = g_ptr_array_index (flights, i);

      if (other == delivery)
        continue;
      if (other->id == packet->id)
        reject (self, line, packet, "the packet identifier is in use");
      if (!other->is_due)
        n_sent++;
    }
  if (n_sent > line->receive_max)
    reject (self, line, packet, "the client's receive maximum is passed");
}

static void
count (SimModel *self, const SimDelivery *delivery, const SimPacket *packet)
{
  self->counts.sent++;
  sim_model_met (self, (SimEvent) (SIM_EVENT_DELIVER_0 + delivery->qos));
  if (packet->is_dup)
    sim_model_met (self, SIM_EVENT_DELIVER_AGAIN);
  if (sim_properties_have (&packet->properties, SIM_TOPIC_ALIAS))
    sim_model_met (self, SIM_EVENT_DELIVER_ALIAS);
  if (sim_properties_have (&packet->properties, SIM_MESSAGE_EXPIRY))
    sim_model_met (self, SIM_EVENT_DELIVER_EXPIRY);
}

/*
 * sim_model_send:
 * @delivery: (inout): a delivery, which is given its Packet Identifier
 * @is_dup: DUP
 *
 * The PUBLISH of a delivery is due.
 */
void
sim_model_send (SimModel *self, SimLine *line, SimDelivery *delivery, gboolean is_dup)
{
  SimPacket *packet = sim_model_next (self, line, SIM_PUBLISH, delivery->qos);
  const char *fault;

  if (packet == NULL)
    return;
  fault = find_fault (self, line, delivery, packet, is_dup);
  if (fault != NULL)
    {
      sim_trace (self->report, "due: '%s' '%s' at QoS %u", delivery->message->topic, delivery->message->payload, delivery->qos);
      reject (self, line, packet, fault);
    }
  if (delivery->qos > 0)
    check_flight (self, line, delivery, packet);
  if (sim_properties_have (&packet->properties, SIM_TOPIC_ALIAS))
    g_ptr_array_add (line->known_topics, g_strdup (packet->topic));
  count (self, delivery, packet);
  packet->delivery = delivery->number;
  delivery->id = packet->id;
  sim_connection_accept (line->connection, packet);
}

/* Nothing is left, and who has gone is gone. */
static void
judge_line (const SimModel *self, const SimLine *line)
{
  const SimPacket *packet = g_queue_peek_head (&line->connection->arrived);

  if (packet != NULL)
    reject (self, line, packet, "nothing is due");
  if (line->connection->is_closed != line->is_over)
    sim_fail (self->report, "%s: the connection is %s", line->connection->name, line->is_over ? "still open" : "closed");
}

/**
 * sim_model_judge:
 * @self: a model that was told all that clients have sent
 *
 * The broker must not have done anything else than the model.
 */
void
sim_model_judge (SimModel *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    judge_line (self, g_ptr_array_index (self->lines, i));
}

/* Whether a packet promises something that has to be kept, or could be sent once more if it is not. */
static gboolean
is_promise (const SimLine *line, const SimSession *session, const SimPacket *packet)
{
  gboolean is_kept = session != NULL && session->expiry_us > 0;

  /* Whoever connects may have said that the session is not to be kept any more. */
  if (packet->type == SIM_PUBLISH)
    return packet->qos > 0 && !packet->is_dup && is_kept && line->session != NULL;
  /* That there is no session any more. */
  if (packet->type == SIM_CONNACK)
    return packet->code == 0 && !packet->is_present && is_kept;
  return packet->type != SIM_DISCONNECT && packet->type != SIM_PINGRESP;
}

/**
 * sim_model_check_silence:
 * @self: a model
 * @packet: what the broker was handling when it died
 *
 * Something that is kept has changed, and was not committed, or nobody knows that it was: nothing that depends on it may
 * have been said.
 */
void
sim_model_check_silence (SimModel *self, const SimPacket *packet)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const SimLine *line = g_ptr_array_index (self->lines, i);
      const SimSession *session = line->session;

      /* Of a connection without a session it is the CONNECT. */
      if (session == NULL && packet->type == SIM_CONNECT && packet->version != 3)
        session = sim_model_find_session (self, packet->client_id);
      for (const GList *at = line->connection->arrived.head; at != NULL; at = at->next)
        if (is_promise (line, session, at->data))
          reject (self, line, at->data, "it may not be said before it is durable");
    }
}
