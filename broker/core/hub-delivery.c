/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-topic.h"

/* Topics below this length are not worth an alias. */
#define ALIAS_TOPIC_MIN 32

/* Payload and properties of a message of which no packet becomes larger than the format can express: topic, identifiers, and
 * what the broker says are less than a MiB. */
#define HARMLESS_BYTES_MAX ((gsize) HUB_PACKET_SIZE_MAX - 1024 * 1024)

/* How much of what is retained may wait unsent. There may be very much of it for one client, and all others have to wait
 * while it is written. */
#define REPLAY_AHEAD_BYTES (64 * 1024)

static gboolean
has_room (const HubCore *self, const HubPeer *peer)
{
  return peer->output_bytes < self->options.limits.max_output_bytes;
}

static gboolean
has_window (const HubCore *self, const HubSession *session, const HubMessage *message)
{
  gsize max_bytes = self->options.limits.max_inflight_bytes;
  gsize bytes = hub_inflight_get_bytes (&session->inflight);
  guint max = MIN (self->options.limits.max_inflight, session->peer->receive_maximum);

  /* As long as something waits to be sent again there is none. */
  if (hub_inflight_get_n_sent (&session->inflight) < hub_inflight_get_length (&session->inflight))
    return FALSE;
  if (max_bytes > 0 && bytes > 0 && bytes + hub_queue_cost (message) > max_bytes)
    return FALSE;
  return hub_inflight_get_length (&session->inflight) < max;
}

/* What is sent again counts as well [MQTT-3.3.4-9], what is released until PUBCOMP, and the client may take less than on its
 * last connection. */
static gboolean
can_resend (const HubCore *self, const HubSession *session)
{
  return has_room (self, session->peer) && hub_inflight_get_n_sent (&session->inflight) < session->peer->receive_maximum;
}

static gboolean
is_expired (const HubCore *self, const HubMessage *message)
{
  return message->expires_us <= self->now_us;
}

/* A delivery that is over before it was begun. */
static void
forget (HubCore *self, HubSession *session, const HubQueued *item)
{
  hub_keep_delivered (&self->keep, session, item->order, item->message);
}

static void
drop (HubCore *self, HubSession *session, const HubMessage *message)
{
  HubPeer *peer = session->peer;

  session->n_dropped++;
  self->stats.messages_dropped++;
  if (self->observe != NULL)
    self->observe->dropped (self->observer, message, session);
  if (peer == NULL || !peer->said_it_drops)
    {
      if (peer != NULL || session->n_dropped == 1)
        hub_trace (self, HUB_LOG_NOTICE, "Outgoing messages are being dropped for client %s.", session->client_id);
      if (peer != NULL)
        peer->said_it_drops = TRUE;
    }
}

static gboolean
is_harmless (const HubMessage *message)
{
  return message->payload.size + message->properties_size <= HARMLESS_BYTES_MAX;
}

/* Seldom asked for: not to be put where each delivery passes. */
G_NO_INLINE static gboolean
fits_exactly (const HubPeer *peer, const HubMessage *message, const HubDelivery *delivery)
{
  gsize size = hub_message_packet_size (message, peer->version, delivery);

  return size <= HUB_PACKET_SIZE_MAX && (peer->max_packet_bytes == 0 || size <= peer->max_packet_bytes);
}

/* Whether the client takes it, and the format can express it: a packet may become larger than that in which it came. */
static inline gboolean
fits (const HubPeer *peer, const HubMessage *message, const HubDelivery *delivery)
{
  return (peer->max_packet_bytes == 0 && is_harmless (message)) || fits_exactly (peer, message, delivery);
}

/*
 * Uses an alias for a long topic, or the next free one; not where the packet that has to introduce it would be too
 * large.
 */
static void
choose_alias (const HubPeer *peer, const HubMessage *message, HubDelivery *delivery)
{
  if (peer->aliases_out == NULL || message->topic.size < ALIAS_TOPIC_MIN)
    return;
  delivery->alias = hub_aliases_find (peer->aliases_out, message->topic);
  delivery->is_topic_known = delivery->alias != 0;
  if (delivery->is_topic_known)
    return;
  delivery->alias = hub_aliases_get_free (peer->aliases_out);
  if (delivery->alias != 0 && !fits (peer, message, delivery))
    delivery->alias = 0;
}

/* prepare() where the client speaks 5.0. */
static gboolean
prepare_5_0 (HubCore *self, const HubPeer *peer, const HubMessage *message, const HubIdentifiers *identifiers, HubDelivery *delivery)
{
  if (message->expires_us != HUB_MESSAGE_NEVER)
    {
      gint64 left_us = MAX (message->expires_us - self->now_us, 0);

      delivery->has_expiry = TRUE;
      delivery->expiry_s = (guint32) MIN ((left_us + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND, G_MAXUINT32);
    }
  delivery->identifiers = hub_identifiers_get (identifiers);
  choose_alias (peer, message, delivery);
  delivery->more = hub_message_get_log_properties (message);
  if (fits (peer, message, delivery))
    return TRUE;
  delivery->more = (HubSpan){ NULL, 0 };
  return fits (peer, message, delivery);
}

/*
 * Fills in what only MQTT 5.0 has, and finds out whether the client takes a packet of that size: one that is too
 * large for it is left out, and nothing else happens [MQTT-3.1.2-24], [MQTT-3.1.2-25].
 */
static inline gboolean
prepare (HubCore *self, const HubPeer *peer, const HubMessage *message, const HubIdentifiers *identifiers, HubDelivery *delivery)
{
  if (peer->version == HUB_VERSION_5_0)
    return prepare_5_0 (self, peer, message, identifiers, delivery);
  return is_harmless (message) || fits_exactly (peer, message, delivery);
}

static void
send_publish (HubCore *self, HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  /* Only now, when the client is told: what is prepared may have to wait for the store. */
  if (delivery->alias != 0 && !delivery->is_topic_known)
    hub_aliases_set (peer->aliases_out, delivery->alias, message->topic);
  self->stats.messages_sent++;
  if (hub_log_is_on (&self->options.log, HUB_LOG_DEBUG))
    hub_trace_publish (self, "Sending", peer, message->topic, message->payload.size, delivery);
  peer->funcs->deliver (peer, message, delivery);
}

/*
 * Keeps a delivery that begins. Where it is kept, or where at QoS 2 the message itself has changed what is, it must not
 * leave before that is durable; nor, wherever, before an older one that waits for that.
 */
static gboolean
begin_kept (HubCore *self, HubSession *session, guint16 packet_id, guint8 qos)
{
  HubInflightSlot *slot;
  gboolean waits;

  if (self->keep.funcs == NULL)
    return FALSE;
  slot = hub_inflight_find (&session->inflight, packet_id);
  hub_keep_begun (&self->keep, session, slot);
  waits = slot->store_order != 0 || (qos == 2 && hub_core_has_changed (self));
  if (!waits && session->peer->hold == NULL)
    return FALSE;
  hub_core_hold_delivery (self, session->peer, packet_id, FALSE, waits);
  return TRUE;
}

/*
 * hub_core_begin_delivery:
 * @session: a connected session that can take it
 * @item: what, and how
 *
 * Sends it now, unless it is too large for the client.
 */
void
hub_core_begin_delivery (HubCore *self, HubSession *session, const HubQueued *item)
{
  HubDelivery delivery = { .qos = item->qos, .is_retain = item->is_retain };

  if (!prepare (self, session->peer, item->message, item->identifiers, &delivery))
    {
      forget (self, session, item);
      drop (self, session, item->message);
      return;
    }
  if (item->qos > 0)
    {
      delivery.packet_id = hub_inflight_add (&session->inflight, item);
      if (begin_kept (self, session, delivery.packet_id, item->qos))
        return;
    }
  send_publish (self, session->peer, item->message, &delivery);
}

typedef struct
{
  HubCore *core;
  HubSession *session;
} Sweep;

static gboolean
is_fresh_cb (const HubQueued *item, gpointer user_data)
{
  const Sweep *sweep = user_data;

  if (!is_expired (sweep->core, item->message))
    return TRUE;
  forget (sweep->core, sweep->session, item);
  return FALSE;
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

static void
enqueue (HubCore *self, HubSession *session, const HubQueued *item)
{
  Sweep sweep = { self, session };
  HubQueued kept = *item;

  /* What nobody will get any more must not keep out what somebody will. */
  if (!queue_has_room (self, session, item->message) && hub_queue_may_expire (&session->queue, self->now_us))
    self->stats.messages_expired += hub_queue_sweep (&session->queue, is_fresh_cb, &sweep);
  if (!queue_has_room (self, session, item->message))
    {
      drop (self, session, item->message);
      return;
    }
  hub_keep_queued (&self->keep, session, &kept);
  hub_queue_push (&session->queue, &kept);
  if (session->peer != NULL)
    session->peer->wants_room = TRUE;
}

/*
 * Sends a delivery again, or what comes next of it: not before it is durable, since it may not have been sent yet, nor
 * before an older one that waits for that.
 */
static void
send_again (HubCore *self, HubSession *session, HubInflightSlot *slot)
{
  gboolean waits = !hub_core_is_durable (self, session);

  hub_inflight_unhold (&session->inflight, slot);
  if (slot->state != HUB_INFLIGHT_WAIT_PUBCOMP && (waits || session->peer->hold != NULL))
    hub_core_hold_delivery (self, session->peer, slot->packet_id, TRUE, waits);
  else
    hub_core_send_begun (self, session, slot->packet_id, TRUE);
}

/* What was under way on an earlier connection: before anything else [MQTT-4.6.0-1]. */
static gboolean
pump_held (HubCore *self, HubSession *session)
{
  HubInflightSlot *slot;

  while ((slot = hub_inflight_next_held (&session->inflight)) != NULL)
    {
      if (!can_resend (self, session))
        return FALSE;
      send_again (self, session, slot);
    }
  return TRUE;
}

static gboolean
pump_queue (HubCore *self, HubSession *session)
{
  const HubQueued *next;

  while ((next = hub_queue_peek (&session->queue)) != NULL)
    {
      gboolean is_late = is_expired (self, next->message);
      gboolean is_denied = !hub_core_may_read (self, session, next->message->topic);

      g_auto (HubQueued) item = { 0 };

      if (!is_late && !is_denied && !hub_core_can_take (self, session, next->message, next->qos))
        return FALSE;
      hub_queue_pop (&session->queue, &item);
      if (is_late)
        self->stats.messages_expired++;
      if (is_late || is_denied)
        forget (self, session, &item);
      else
        hub_core_begin_delivery (self, session, &item);
    }
  return TRUE;
}

/*
 * hub_core_can_take:
 * @session: a session
 * @message: a message
 * @qos: the QoS of a delivery
 *
 * Returns: whether a delivery to @session could begin now
 */
gboolean
hub_core_can_take (const HubCore *self, const HubSession *session, const HubMessage *message, guint8 qos)
{
  return session->peer != NULL && has_room (self, session->peer) && (qos == 0 || has_window (self, session, message));
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
  session->peer->wants_turn = FALSE;
  is_done = pump_held (self, session);
  /* What is retained is older, and keeps back what is queued, though that may be small enough to go [MQTT-4.6.0-5]. */
  is_done = hub_core_go_on_late (self, session) && pump_queue (self, session) && is_done;
  session->peer->wants_room = !is_done;
}

/* QoS 0 goes out at once or not at all, and does not wait for what does. */
static void
deliver_q0 (HubCore *self, HubSession *session, const HubQueued *item)
{
  if (has_room (self, session->peer))
    hub_core_take_late (self, session, item->message->topic);
  if (has_room (self, session->peer))
    hub_core_begin_delivery (self, session, item);
  else
    drop (self, session, item->message);
}

/*
 * hub_core_deliver:
 * @session: who gets it
 * @item: what, and how
 *
 * Sends a live message, queues it, or drops it where a limit leaves nothing else.
 */
void
hub_core_deliver (HubCore *self, HubSession *session, const HubQueued *item)
{
  HubPeer *peer = session->peer;

  /* There may be room by now, and what waits comes first [MQTT-4.6.0-6]. */
  if (peer != NULL && peer->wants_room)
    hub_core_pump (self, session);

  if (item->qos == 0 && peer == NULL && !self->options.limits.queue_qos0_messages)
    return;
  /* Where QoS 0 waits since there was no connection, it comes first. */
  if (item->qos == 0 && peer != NULL && !hub_queue_has_qos_0 (&session->queue))
    {
      deliver_q0 (self, session, item);
      return;
    }

  if (hub_queue_get_length (&session->queue) == 0 &&
      hub_catch_ups_get_length (&session->catch_ups) == 0 &&
      hub_core_can_take (self, session, item->message, item->qos))
    hub_core_begin_delivery (self, session, item);
  else
    enqueue (self, session, item);
}

/*
 * hub_core_replay:
 * @session: who subscribed
 * @item: a retained message that matches, and how it is delivered
 *
 * Sends a message because of a new subscription, unless too much is unsent, or too many are to be acknowledged.
 *
 * Returns: whether there was room
 */
gboolean
hub_core_replay (HubCore *self, HubSession *session, const HubQueued *item)
{
  if (session->peer->output_bytes >= REPLAY_AHEAD_BYTES || !hub_core_can_take (self, session, item->message, item->qos))
    return FALSE;
  hub_core_begin_delivery (self, session, item);
  return TRUE;
}

/*
 * hub_core_send_begun:
 * @session: a connected session
 * @packet_id: a delivery that has begun
 * @is_dup: DUP: whether it may have been sent before
 *
 * Sends it, or what comes next of it. What the client does not take, or may not read any more, is over; at QoS 2 it is
 * released if the client may have it.
 *
 * Returns: %FALSE when the message is over, and there may be room for another one
 */
gboolean
hub_core_send_begun (HubCore *self, HubSession *session, guint16 packet_id, gboolean is_dup)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, packet_id);
  HubDelivery delivery = { .packet_id = packet_id, .is_dup = is_dup };

  if (slot == NULL)
    return FALSE;
  delivery.qos = slot->state == HUB_INFLIGHT_WAIT_PUBACK ? 1 : 2;
  delivery.is_retain = slot->is_retain;
  if (slot->state == HUB_INFLIGHT_WAIT_PUBCOMP)
    {
      hub_core_send_ack (self, session->peer, HUB_PACKET_PUBREL, packet_id, HUB_REASON_SUCCESS);
    }
  else if (hub_core_may_read (self, session, slot->message->topic) &&
           prepare (self, session->peer, slot->message, slot->identifiers, &delivery))
    {
      send_publish (self, session->peer, slot->message, &delivery);
    }
  else if (is_dup && delivery.qos == 2)
    {
      /* The client may have got it before, and would take another message under its identifier for this one. */
      hub_keep_released (&self->keep, session, slot);
      hub_inflight_release (&session->inflight, slot);
      hub_core_send_ack (self, session->peer, HUB_PACKET_PUBREL, packet_id, HUB_REASON_SUCCESS);
      return FALSE;
    }
  else
    {
      hub_keep_delivered (&self->keep, session, slot->store_order, slot->message);
      hub_inflight_remove (&session->inflight, slot);
      return FALSE;
    }
  return TRUE;
}

/*
 * hub_core_redeliver:
 * @session: a session that was resumed
 *
 * Sends again what the client has not acknowledged, in the old order and under the old identifiers
 * [MQTT-4.4.0-1], [MQTT-4.6.0-1]; also what has expired in the meantime, since it was begun [MQTT-4.3.3-7]. What the
 * client does not take now is left to hub_core_pump(), but PUBREL, which does not wait.
 */
void
hub_core_redeliver (HubCore *self, HubSession *session)
{
  g_autoptr (GPtrArray) slots = hub_inflight_hold_all (&session->inflight);

  for (guint i = 0; i < slots->len; i++)
    {
      HubInflightSlot *slot = g_ptr_array_index (slots, i);

      if (slot->state != HUB_INFLIGHT_WAIT_PUBCOMP && !can_resend (self, session))
        continue;
      send_again (self, session, slot);
    }
}

/*
 * hub_core_send_ack:
 * @peer: a connected peer
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @packet_id: the Packet Identifier
 * @reason: the Reason Code; 3.x does not tell it
 */
void
hub_core_send_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id, HubReason reason)
{
  static const char *const names[16] = {
    [HUB_PACKET_PUBACK] = "PUBACK",
    [HUB_PACKET_PUBREC] = "PUBREC",
    [HUB_PACKET_PUBREL] = "PUBREL",
    [HUB_PACKET_PUBCOMP] = "PUBCOMP",
  };
  guint8 packet[HUB_SHORT_PACKET_SIZE];
  gsize size = hub_encode_ack (peer->version, type, packet_id, reason, packet);

  if (type == HUB_PACKET_PUBREL)
    hub_trace (self, HUB_LOG_DEBUG, "Sending PUBREL to %s (m%u)", hub_trace_peer_id (peer), packet_id);
  else
    hub_trace (self,
               HUB_LOG_DEBUG,
               "Sending %s to %s (m%u, rc%u)",
               names[type],
               hub_trace_peer_id (peer),
               packet_id,
               reason);
  hub_core_hold_packet (self, peer, (HubSpan){ packet, size }, hub_core_has_to_hold (self, peer->session));
}
