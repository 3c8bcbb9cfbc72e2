/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-encode.h"

static gboolean
has_room (const HubCore *self, const HubPeer *peer)
{
  return peer->output_bytes < self->options.limits.max_output_bytes;
}

static gboolean
has_window (const HubCore *self, const HubSession *session)
{
  return hub_inflight_get_length (&session->inflight) < self->options.limits.max_inflight;
}

static void
drop (HubCore *self, HubSession *session)
{
  HubPeer *peer = session->peer;

  session->n_dropped++;
  self->stats.messages_dropped++;
  if (peer == NULL || !peer->said_it_drops)
    {
      if (peer != NULL || session->n_dropped == 1)
        hub_trace (self, HUB_LOG_NOTICE, "Outgoing messages are being dropped for client %s.", session->client_id);
      if (peer != NULL)
        peer->said_it_drops = TRUE;
    }
}

static void
send_publish (HubCore *self, HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  self->stats.messages_sent++;
  if (hub_log_is_on (&self->options.log, HUB_LOG_DEBUG))
    hub_trace_publish (self, "Sending", peer, message->topic, message->payload.size, delivery);
  peer->funcs->deliver (peer, message, delivery);
}

static void
begin (HubCore *self, HubSession *session, HubMessage *message, guint8 qos, gboolean is_retain)
{
  HubDelivery delivery = { .qos = qos, .is_retain = is_retain };

  if (qos > 0)
    delivery.packet_id = hub_inflight_add (&session->inflight, message, qos, is_retain);
  send_publish (self, session->peer, message, &delivery);
}

static gboolean
queue_has_room (const HubCore *self, const HubSession *session, const HubMessage *message)
{
  const HubLimits *limits = &self->options.limits;

  if (limits->max_queued_messages > 0 && hub_queue_get_length (&session->queue) >= limits->max_queued_messages)
    return FALSE;
  return limits->max_queued_bytes == 0 ||
         hub_queue_get_bytes (&session->queue) + hub_queue_cost (message) <= limits->max_queued_bytes;
}

/* Whether a message is still the retained one of its topic. */
static gboolean
is_retained (HubMessage *message, gpointer user_data)
{
  HubCore *self = user_data;

  return hub_retained_get (self->retained, message->topic) == message;
}

static gboolean
can_begin (const HubCore *self, const HubSession *session, guint8 qos)
{
  return session->peer != NULL && has_room (self, session->peer) && (qos == 0 || has_window (self, session));
}

/* Retained messages of a new subscription: first, since the client waits for them. */
static gboolean
pump_replay (HubCore *self, HubSession *session)
{
  const HubReplayItem *next;

  while ((next = hub_replay_peek (&session->replay)) != NULL)
    {
      guint8 qos = next->qos;
      gboolean is_current = is_retained (next->message, self);

      g_autoptr (HubMessage) message = NULL;

      if (is_current && !can_begin (self, session, qos))
        return FALSE;
      message = hub_replay_pop (&session->replay);
      if (is_current)
        begin (self, session, message, qos, TRUE);
    }
  return TRUE;
}

static gboolean
pump_queue (HubCore *self, HubSession *session)
{
  const HubQueued *next;

  while ((next = hub_queue_peek (&session->queue)) != NULL)
    {
      guint8 qos = next->qos;
      gboolean is_retain = next->is_retain;

      g_autoptr (HubMessage) message = NULL;

      if (!can_begin (self, session, qos))
        return FALSE;
      message = hub_queue_pop (&session->queue);
      begin (self, session, message, qos, is_retain);
    }
  return TRUE;
}

/*
 * hub_core_pump:
 * @session: a session
 *
 * Begins as many deliveries as the client's window and the connection take.
 */
void
hub_core_pump (HubCore *self, HubSession *session)
{
  gboolean is_done;

  if (session->peer == NULL)
    return;
  is_done = pump_replay (self, session);
  is_done = pump_queue (self, session) && is_done;
  session->peer->wants_room = !is_done;
}

/*
 * hub_core_deliver:
 * @session: who gets it
 * @message: what
 * @qos: the QoS granted
 *
 * Sends a live message at the lower of its own and the granted QoS, queues it, or drops it where a limit
 * leaves nothing else. RETAIN is 0: the client knew the subscription already [MQTT-3.3.1-12].
 */
void
hub_core_deliver (HubCore *self, HubSession *session, HubMessage *message, guint8 qos)
{
  HubPeer *peer = session->peer;

  /* There may be room by now, and what waits comes first [MQTT-4.6.0-6]. */
  if (peer != NULL && peer->wants_room)
    hub_core_pump (self, session);

  qos = MIN (qos, message->qos);
  if (qos == 0)
    {
      if (peer == NULL)
        return;
      if (has_room (self, peer))
        begin (self, session, message, 0, FALSE);
      else
        drop (self, session);
      return;
    }

  if (hub_queue_get_length (&session->queue) == 0 &&
      hub_replay_get_length (&session->replay) == 0 &&
      can_begin (self, session, qos))
    {
      begin (self, session, message, qos, FALSE);
      return;
    }
  if (!queue_has_room (self, session, message))
    {
      drop (self, session);
      return;
    }
  hub_queue_push (&session->queue, message, qos, FALSE);
  if (peer != NULL)
    peer->wants_room = TRUE;
}

/*
 * hub_core_replay:
 * @session: who subscribed
 * @message: a retained message that matches
 * @qos: the QoS granted
 *
 * Sends @message because of a new subscription, at once or, by hub_core_pump(), when there is room. Each message
 * waits once, and those that are not retained any more do not pile up, so that what waits is at most twice what
 * is retained.
 */
void
hub_core_replay (HubCore *self, HubSession *session, HubMessage *message, guint8 qos)
{
  qos = MIN (qos, message->qos);
  if (hub_replay_get_length (&session->replay) == 0 && can_begin (self, session, qos))
    {
      begin (self, session, message, qos, TRUE);
      return;
    }
  if (hub_replay_get_length (&session->replay) + 1 > 2 * hub_retained_get_count (self->retained))
    hub_replay_sweep (&session->replay, is_retained, self);
  hub_replay_push (&session->replay, message, qos);
  session->peer->wants_room = TRUE;
}

/*
 * hub_core_redeliver:
 * @session: a session that was resumed
 *
 * Sends again what the client has not acknowledged, in the old order and under the old identifiers
 * [MQTT-4.4.0-1], [MQTT-4.6.0-1].
 */
void
hub_core_redeliver (HubCore *self, HubSession *session)
{
  g_autoptr (GPtrArray) slots = hub_inflight_list (&session->inflight);

  for (guint i = 0; i < slots->len; i++)
    {
      HubInflightSlot *slot = g_ptr_array_index (slots, i);
      HubDelivery delivery = {
        .packet_id = slot->packet_id,
        .qos = slot->state == HUB_INFLIGHT_WAIT_PUBACK ? 1 : 2,
        .is_retain = slot->is_retain,
        .is_dup = TRUE,
      };

      if (slot->state == HUB_INFLIGHT_WAIT_PUBCOMP)
        hub_core_send_ack (self, session->peer, HUB_PACKET_PUBREL, slot->packet_id);
      else
        send_publish (self, session->peer, slot->message, &delivery);
    }
}

/*
 * hub_core_send_ack:
 * @peer: a connected peer
 * @type: PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK
 * @packet_id: the Packet Identifier
 */
void
hub_core_send_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id)
{
  static const char *const names[16] = {
    [HUB_PACKET_PUBACK] = "PUBACK",
    [HUB_PACKET_PUBREC] = "PUBREC",
    [HUB_PACKET_PUBREL] = "PUBREL",
    [HUB_PACKET_PUBCOMP] = "PUBCOMP",
    [HUB_PACKET_UNSUBACK] = "UNSUBACK",
  };
  guint8 packet[HUB_SHORT_PACKET_SIZE];
  gsize size = hub_encode_ack (peer->version, type, packet_id, packet);

  if (type == HUB_PACKET_UNSUBACK)
    hub_trace (self, HUB_LOG_DEBUG, "Sending UNSUBACK to %s", hub_trace_peer_id (peer));
  else if (type == HUB_PACKET_PUBREL)
    hub_trace (self, HUB_LOG_DEBUG, "Sending PUBREL to %s (m%u)", hub_trace_peer_id (peer), packet_id);
  else
    hub_trace (self, HUB_LOG_DEBUG, "Sending %s to %s (m%u, rc0)", names[type], hub_trace_peer_id (peer), packet_id);
  peer->funcs->send (peer, (HubSpan){ packet, size });
}
