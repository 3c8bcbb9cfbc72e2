/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-topic.h"

static gboolean
fail_mismatch (GError **error, const char *packet)
{
  g_set_error (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "%s for a message of the other QoS", packet);
  return FALSE;
}

static void
retain (HubCore *self, HubMessage *message)
{
  if (!hub_retained_set (self->retained, message))
    {
      self->stats.messages_dropped++;
      hub_trace (self,
                 HUB_LOG_NOTICE,
                 "A message to '%.*s' is not retained: the limit is reached.",
                 (int) message->topic.size,
                 (const char *) message->topic.data);
    }
  self->stats.retained = hub_retained_get_count (self->retained);
}

static gboolean
handle_puback (HubCore *self, HubSession *session, guint16 packet_id, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, packet_id);

  if (slot == NULL)
    return TRUE;
  if (slot->state != HUB_INFLIGHT_WAIT_PUBACK)
    return fail_mismatch (error, "PUBACK");
  hub_inflight_remove (&session->inflight, slot);
  hub_core_pump (self, session);
  return TRUE;
}

static gboolean
handle_pubrec (HubCore *self, HubSession *session, guint16 packet_id, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, packet_id);

  if (slot != NULL && slot->state == HUB_INFLIGHT_WAIT_PUBACK)
    return fail_mismatch (error, "PUBREC");
  if (slot != NULL && slot->state == HUB_INFLIGHT_WAIT_PUBREC)
    hub_inflight_release (&session->inflight, slot);

  /* An unknown one is released too, so that the client can forget it. */
  hub_core_send_ack (self, session->peer, HUB_PACKET_PUBREL, packet_id);
  return TRUE;
}

static gboolean
handle_pubcomp (HubCore *self, HubSession *session, guint16 packet_id, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, packet_id);

  if (slot == NULL)
    return TRUE;
  if (slot->state != HUB_INFLIGHT_WAIT_PUBCOMP)
    {
      g_set_error (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "PUBCOMP for a message that was not released");
      return FALSE;
    }
  hub_inflight_remove (&session->inflight, slot);
  hub_core_pump (self, session);
  return TRUE;
}

/*
 * hub_core_publish:
 * @message: (transfer none): a message from a client or from the broker itself
 *
 * Retains @message when it asks for it, and hands it to everybody with a subscription that matches.
 */
void
hub_core_publish (HubCore *self, HubMessage *message)
{
  const HubRoute *route;

  if (message->is_retain)
    retain (self, message);

  route = hub_subscriptions_route (self->subscriptions, message->topic);
  for (guint i = 0; i < route->n_matches; i++)
    hub_core_deliver (self, route->matches[i].session, message, route->matches[i].qos);
}

/*
 * hub_core_handle_publish:
 * @peer: a connected peer
 * @publish: what it has sent
 *
 * Routes the message and acknowledges it. At QoS 2 it is routed when its identifier is seen for the first time,
 * and an identifier stays seen until it is released [MQTT-4.3.3-10]. A topic that clients may not publish
 * to is acknowledged and goes nowhere (MQTT 3.1.1, [MQTT-3.3.5-2]).
 */
void
hub_core_handle_publish (HubCore *self, HubPeer *peer, const HubPublish *publish)
{
  HubSession *session = peer->session;

  if (hub_log_is_on (&self->options.log, HUB_LOG_DEBUG))
    {
      HubDelivery flags = { publish->packet_id, publish->qos, publish->is_retain, publish->is_dup };

      hub_trace_publish (self, "Received", peer, publish->topic, publish->payload.size, &flags);
    }

  if (publish->qos < 2 || !hub_id_set_contains (&session->received, publish->packet_id))
    {
      if (publish->qos == 2)
        hub_id_set_add (&session->received, publish->packet_id);

      if (hub_topic_is_reserved (publish->topic))
        {
          self->stats.publishes_denied++;
          hub_trace (self, HUB_LOG_DEBUG, "Denied PUBLISH from %s", session->client_id);
        }
      else
        {
          g_autoptr (HubMessage) message = hub_message_new (publish);

          self->stats.messages_received++;
          hub_core_publish (self, message);
        }
    }

  if (publish->qos == 1)
    hub_core_send_ack (self, peer, HUB_PACKET_PUBACK, publish->packet_id);
  else if (publish->qos == 2)
    hub_core_send_ack (self, peer, HUB_PACKET_PUBREC, publish->packet_id);
}

/*
 * hub_core_handle_ack:
 * @peer: a connected peer
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @packet_id: the Packet Identifier
 *
 * Takes a step of a QoS 1 or QoS 2 delivery, of either direction.
 *
 * Spec: MQTT 5.0 section 4.3.
 *
 * Returns: %FALSE with @error set when the answer does not belong to what was sent
 */
gboolean
hub_core_handle_ack (HubCore *self, HubPeer *peer, HubPacketType type, guint16 packet_id, GError **error)
{
  HubSession *session = peer->session;

  if (type == HUB_PACKET_PUBACK)
    return handle_puback (self, session, packet_id, error);
  if (type == HUB_PACKET_PUBREC)
    return handle_pubrec (self, session, packet_id, error);
  if (type == HUB_PACKET_PUBCOMP)
    return handle_pubcomp (self, session, packet_id, error);

  g_assert (type == HUB_PACKET_PUBREL);
  hub_id_set_remove (&session->received, packet_id);
  hub_core_send_ack (self, peer, HUB_PACKET_PUBCOMP, packet_id);
  return TRUE;
}
