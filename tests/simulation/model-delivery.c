/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/*
 * sim_message_cost:
 *
 * Returns: what @self counts for where bytes are limited
 */
gsize
sim_message_cost (const SimMessage *self)
{
  return strlen (self->topic) + strlen (self->payload);
}

/*
 * sim_model_delivered_qos:
 * @granted: the QoS of a subscription
 *
 * Returns: the QoS of a delivery for it
 */
guint8
sim_model_delivered_qos (const SimModel *self, const SimMessage *message, guint granted)
{
  return (guint8) (self->rules->upgrade_outgoing_qos ? granted : MIN (granted, message->qos));
}

/*
 * sim_delivery_new:
 *
 * Returns: (transfer full): a delivery that is in no list yet
 */
SimDelivery *
sim_delivery_new (SimModel *model, const SimMessage *message, guint8 qos, gboolean is_retain)
{
  SimDelivery *self = g_new0 (SimDelivery, 1);

  self->number = ++model->n_deliveries;
  self->message = message;
  self->identifiers = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->qos = qos;
  self->is_retain = is_retain;
  return self;
}

/*
 * sim_delivery_add_identifier:
 * @identifier: a Subscription Identifier; 0: none
 */
void
sim_delivery_add_identifier (SimDelivery *self, guint32 identifier)
{
  if (identifier != 0)
    g_array_append_val (self->identifiers, identifier);
}

/*
 * sim_delivery_free:
 * @data: (transfer full): a delivery
 */
void
sim_delivery_free (gpointer data)
{
  SimDelivery *self = data;

  g_array_unref (self->identifiers);
  g_free (self->filter);
  g_free (self);
}

/* --- What there is room for --- */

static gboolean
is_expired (const SimModel *self, const SimMessage *message)
{
  return message->expires_us <= self->report->now_us;
}

/* Whether a message is still what is retained: another one that has taken its place was sent as well. */
static gboolean
is_current (const SimModel *self, const SimMessage *message)
{
  return g_hash_table_lookup (self->retained, message->topic) == message && !is_expired (self, message);
}

/* Whether what the client has not read leaves room for a message. */
static gboolean
has_room (const SimModel *self, const SimLine *line)
{
  return line->connection->unread_bytes - line->connection->arrived_bytes < self->rules->max_output_bytes;
}

static guint
count_sent (const SimSession *session)
{
  guint count = 0;

  for (guint i = 0; i < session->flights->len; i++)
    if (!((const SimDelivery *) g_ptr_array_index (session->flights, i))->is_due)
      count++;
  return count;
}

/* Whether a message at QoS 1 or 2 may come under way. As long as something is to be sent again none may. */
static gboolean
has_window (const SimModel *self, const SimSession *session, const SimMessage *message)
{
  guint max_bytes = self->rules->max_inflight_bytes;
  gsize bytes = 0;

  for (guint i = 0; i < session->flights->len; i++)
    {
      const SimDelivery *flight = g_ptr_array_index (session->flights, i);

      if (flight->is_due)
        return FALSE;
      if (flight->waits_for != SIM_PUBCOMP)
        bytes += sim_message_cost (flight->message);
    }
  if (max_bytes > 0 && bytes > 0 && bytes + sim_message_cost (message) > max_bytes)
    return FALSE;
  return session->flights->len < MIN (self->rules->max_inflight, session->line->receive_max);
}

/*
 * sim_model_can_take:
 *
 * Returns: whether a delivery may begin
 */
gboolean
sim_model_can_take (const SimModel *self, const SimSession *session, const SimMessage *message, guint8 qos)
{
  return session->line != NULL && has_room (self, session->line) && (qos == 0 || has_window (self, session, message));
}

static gboolean
queue_has_room (const SimModel *self, const SimSession *session, const SimMessage *message)
{
  gsize bytes = sim_message_cost (message);

  for (guint i = 0; i < session->queue->len; i++)
    bytes += sim_message_cost (((const SimDelivery *) g_ptr_array_index (session->queue, i))->message);
  return (self->rules->max_queued_messages == 0 || session->queue->len < self->rules->max_queued_messages) &&
         (self->rules->max_queued_bytes == 0 || bytes <= self->rules->max_queued_bytes);
}

/* --- How it is delivered --- */

static void
drop (SimModel *self, SimDelivery *delivery, SimEvent event)
{
  sim_model_met (self, event);
  self->counts.dropped++;
  sim_delivery_free (delivery);
}

static void
expire (SimModel *self, SimDelivery *delivery)
{
  sim_trace (self->report, "due: '%s' '%s' has expired while it waited", delivery->message->topic, delivery->message->payload);
  sim_model_met (self, SIM_EVENT_EXPIRED);
  self->counts.expired++;
  sim_delivery_free (delivery);
}

/* It is sent now, unless it is too large for the client: then nobody hears of it. */
static void
begin (SimModel *self, SimSession *session, SimDelivery *delivery)
{
  if (!sim_delivery_fits (self, delivery, session->line))
    {
      drop (self, delivery, SIM_EVENT_TOO_LARGE);
      return;
    }
  sim_model_send (self, session->line, delivery, FALSE);
  if (delivery->qos == 0)
    {
      sim_delivery_free (delivery);
      return;
    }
  delivery->waits_for = delivery->qos == 1 ? SIM_PUBACK : SIM_PUBREC;
  g_ptr_array_add (session->flights, delivery);
}

static gboolean
can_send_again (const SimModel *self, const SimSession *session)
{
  return has_room (self, session->line) && count_sent (session) < session->line->receive_max;
}

/* Whether another message of @session is released under this identifier. */
static gboolean
is_released (const SimSession *session, guint16 id)
{
  for (guint i = 0; i < session->flights->len; i++)
    {
      const SimDelivery *flight = g_ptr_array_index (session->flights, i);

      if (flight->waits_for == SIM_PUBCOMP && flight->id == id)
        return TRUE;
    }
  return FALSE;
}

/* What is released without having been received is kept so first: what was released before may come in front of it. */
static void
advance_release (const SimSession *session, const SimDelivery *flight)
{
  GQueue *arrived = &session->line->connection->arrived;

  for (GList *at = arrived->head; at != NULL; at = at->next)
    {
      SimPacket *packet = at->data;

      if (packet->type != SIM_PUBREL || (flight->id != 0 ? packet->id != flight->id : is_released (session, packet->id)))
        continue;
      g_queue_unlink (arrived, at);
      g_queue_push_head_link (arrived, at);
      return;
    }
}

static void
release (SimModel *self, SimSession *session, SimDelivery *flight)
{
  const SimPacket *packet;

  if (self->rules->has_store && flight->waits_for != SIM_PUBCOMP)
    advance_release (session, flight);
  packet = sim_model_next (self, session->line, SIM_PUBREL, 0);
  /* It was begun and never left the broker: nobody knows under which identifier. */
  if (flight->id == 0 && packet != NULL)
    flight->id = packet->id;
  flight->waits_for = SIM_PUBCOMP;
  sim_model_met (self, SIM_EVENT_RELEASE_AGAIN);
  sim_model_answer (self, session->line, SIM_PUBREL, flight->id, "");
}

/* What an earlier connection has begun is sent again, also if it has expired, unless it is too large for this one: then the
 * client is only told, at QoS 2, that its identifier will mean something else. */
static void
send_again (SimModel *self, SimSession *session, SimDelivery *flight)
{
  flight->is_due = FALSE;
  if (flight->waits_for == SIM_PUBCOMP || (flight->qos == 2 && !sim_delivery_fits (self, flight, session->line)))
    {
      release (self, session, flight);
    }
  else if (sim_delivery_fits (self, flight, session->line))
    {
      sim_model_send (self, session->line, flight, TRUE);
    }
  else
    {
      sim_model_met (self, SIM_EVENT_TOO_LARGE);
      g_ptr_array_remove (session->flights, flight);
    }
}

static void
pump_flights (SimModel *self, SimSession *session)
{
  for (guint i = 0; i < session->flights->len;)
    {
      SimDelivery *flight = g_ptr_array_index (session->flights, i);

      if (flight->is_due && !can_send_again (self, session))
        return;
      if (flight->is_due)
        send_again (self, session, flight);
      if (i < session->flights->len && g_ptr_array_index (session->flights, i) == flight)
        i++;
    }
}

static void
pump_queue (SimModel *self, SimSession *session)
{
  while (session->queue->len > 0)
    {
      SimDelivery *next = g_ptr_array_index (session->queue, 0);
      gboolean is_late = is_expired (self, next->message);

      if (!is_late && !sim_model_can_take (self, session, next->message, next->qos))
        return;
      g_ptr_array_steal_index (session->queue, 0);
      if (is_late)
        expire (self, next);
      else
        begin (self, session, next);
    }
}

/*
 * sim_model_pump:
 *
 * As much of what waits is sent as there is room for: first what is to be sent again, then what is retained, which is
 * older than what is queued.
 */
void
sim_model_pump (SimModel *self, SimSession *session)
{
  if (session->line == NULL)
    return;
  pump_flights (self, session);
  if (sim_model_go_on_replay (self, session))
    pump_queue (self, session);
}

/*
 * sim_model_resume:
 *
 * What was under way goes on where it was; MQTT 5.0, section 4.4. Releases do not wait for anything, and count from the
 * start.
 */
void
sim_model_resume (SimModel *self, SimSession *session)
{
  g_autoptr (GPtrArray) flights = g_ptr_array_copy (session->flights, NULL, NULL);

  g_ptr_array_set_free_func (flights, NULL);
  for (guint i = 0; i < flights->len; i++)
    {
      SimDelivery *flight = g_ptr_array_index (flights, i);

      flight->is_due = flight->waits_for != SIM_PUBCOMP;
    }
  for (guint i = 0; i < flights->len; i++)
    {
      SimDelivery *flight = g_ptr_array_index (flights, i);

      if (flight->waits_for == SIM_PUBCOMP || can_send_again (self, session))
        send_again (self, session, flight);
    }
  sim_model_pump (self, session);
}

/* What has expired must not keep out what has not. */
static void
enqueue (SimModel *self, SimSession *session, SimDelivery *delivery)
{
  gboolean is_full = !queue_has_room (self, session, delivery->message);

  for (guint i = 0; is_full && i < session->queue->len;)
    if (is_expired (self, ((SimDelivery *) g_ptr_array_index (session->queue, i))->message))
      expire (self, g_ptr_array_steal_index (session->queue, i));
    else
      i++;
  if (!queue_has_room (self, session, delivery->message))
    {
      drop (self, delivery, SIM_EVENT_QUEUE_FULL);
      return;
    }
  sim_model_met (self, SIM_EVENT_QUEUED);
  if (session->line != NULL && !has_window (self, session, delivery->message))
    sim_model_met (self, SIM_EVENT_WINDOW_FULL);
  g_ptr_array_add (session->queue, delivery);
}

static gboolean
has_qos_0 (const GPtrArray *queue)
{
  for (guint i = 0; i < queue->len; i++)
    if (((const SimDelivery *) g_ptr_array_index (queue, i))->qos == 0)
      return TRUE;
  return FALSE;
}

/* Retained messages that wait to be sent to the same topic are older: they go first. */
static void
begin_older (SimModel *self, SimSession *session, const SimMessage *message)
{
  for (guint i = 0; i < session->replay->len;)
    {
      SimDelivery *older = g_ptr_array_index (session->replay, i);

      if (older->qos > 0 || !g_str_equal (older->message->topic, message->topic) || !is_current (self, older->message))
        i++;
      else
        begin (self, session, g_ptr_array_steal_index (session->replay, i));
    }
}

/* QoS 0 goes out at once, or not at all. */
static void
deliver_now (SimModel *self, SimSession *session, SimDelivery *delivery)
{
  if (has_room (self, session->line))
    begin_older (self, session, delivery->message);
  if (has_room (self, session->line))
    begin (self, session, delivery);
  else
    drop (self, delivery, SIM_EVENT_NO_ROOM);
}

/*
 * sim_model_deliver:
 * @delivery: (transfer full): what a client has to get
 *
 * Sends it, or lets it wait. QoS 0 does not wait for who is connected, unless it would overtake what has waited since
 * before.
 */
void
sim_model_deliver (SimModel *self, SimSession *session, SimDelivery *delivery)
{
  gboolean is_connected = session->line != NULL;

  sim_model_pump (self, session);
  if (delivery->qos == 0 && !is_connected && !self->rules->queue_qos0_messages)
    sim_delivery_free (delivery);
  else if (delivery->qos == 0 && is_connected && !has_qos_0 (session->queue))
    deliver_now (self, session, delivery);
  else if (session->queue->len == 0 && session->replay->len == 0 &&
           sim_model_can_take (self, session, delivery->message, delivery->qos))
    begin (self, session, delivery);
  else
    enqueue (self, session, delivery);
}

/*
 * sim_model_end_replay:
 * @filter: what the client has not subscribed to any more, or anew
 *
 * What is retained and waits because of that subscription is not sent.
 */
void
sim_model_end_replay (SimModel *self, SimSession *session, const char *filter)
{
  for (guint i = 0; i < session->replay->len;)
    {
      SimDelivery *delivery = g_ptr_array_index (session->replay, i);

      if (!g_str_equal (delivery->filter, filter))
        {
          i++;
          continue;
        }
      sim_model_met (self, SIM_EVENT_REPLAY_ENDED);
      sim_delivery_free (g_ptr_array_steal_index (session->replay, i));
    }
}

/*
 * sim_model_replay:
 * @delivery: (transfer full): a retained message that a new subscription of a connected client asks for
 *
 * Has it wait until sim_model_go_on_replay().
 */
void
sim_model_replay (SimModel *self, SimSession *session, SimDelivery *delivery)
{
  sim_model_met (self, SIM_EVENT_DELIVER_RETAINED);
  g_ptr_array_add (session->replay, delivery);
}

/*
 * sim_model_go_on_replay:
 *
 * Sends what is retained, and waits for that, as far as there is room.
 *
 * Returns: whether nothing is left
 */
gboolean
sim_model_go_on_replay (SimModel *self, SimSession *session)
{
  while (session->replay->len > 0)
    {
      SimDelivery *next = g_ptr_array_index (session->replay, 0);
      gboolean is_wanted = is_current (self, next->message);

      if (is_wanted && !sim_model_can_take (self, session, next->message, next->qos))
        return FALSE;
      g_ptr_array_steal_index (session->replay, 0);
      if (is_wanted)
        begin (self, session, next);
      else
        sim_delivery_free (next);
    }
  return TRUE;
}
