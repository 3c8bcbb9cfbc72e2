/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-private.h"

#include "broker/client/hub-client-words.h"

/* What the broker says, and what is answered and told of it. */

static void
handle_connack (HubClient *self, const HubConnack *connack)
{
  g_autoptr (GError) error = hub_client_error_for_connack (self->version, connack->code);

  self->refusal = connack->code;
  if (error != NULL)
    {
      hub_client_fail (self, error);
      return;
    }
  hub_client_terms_take (&self->terms, &connack->properties);
  self->is_connected = TRUE;
  hub_client_arm_ping (self);
  g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_CONNECTED], 0, connack->is_session_present);
}

static void
handle_disconnect (HubClient *self, const HubGoodbye *goodbye)
{
  g_autoptr (GError) error = hub_client_error_for_disconnect (goodbye);

  hub_client_fail (self, error);
}

static void
handle_publish (HubClient *self, const HubPublish *publish)
{
  gpointer key = GUINT_TO_POINTER (publish->packet_id);
  gboolean is_new = publish->qos < 2 || g_hash_table_add (self->received, key);

  if (is_new)
    {
      g_autofree char *topic = hub_span_dup_string (publish->topic);
      g_autoptr (GBytes) payload = g_bytes_new (publish->payload.data, publish->payload.size);

      self->message_notes = publish->properties.block;
      g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_MESSAGE], 0, topic, payload, (guint) publish->qos, (gboolean) publish->is_retain);
      self->message_notes = (HubSpan){ 0 };
    }
  if (self->channel != NULL && publish->qos > 0)
    hub_client_send_ack (self, publish->qos == 1 ? HUB_PACKET_PUBACK : HUB_PACKET_PUBREC, publish->packet_id);
  if (self->is_leaving)
    hub_client_close (self);
}

static void
handle_acknowledged (HubClient *self, const HubAck *ack)
{
  gboolean is_refused = ack->reason >= HUB_REASON_UNSPECIFIED;

  if (!hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_PUBLISH, ack->packet_id))
    return;
  hub_client_send_held (self);
  if (is_refused)
    g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_REFUSED], 0, (guint) ack->packet_id, (guint) ack->reason);
  else
    g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_ACKNOWLEDGED], 0, (guint) ack->packet_id);
}

/* A refusal is the end of it; else the second half begins. */
static void
handle_pubrec (HubClient *self, const HubAck *ack)
{
  if (ack->reason >= HUB_REASON_UNSPECIFIED)
    handle_acknowledged (self, ack);
  else
    hub_client_send_ack (self, HUB_PACKET_PUBREL, ack->packet_id);
}

static void
handle_suback (HubClient *self, const HubSuback *suback)
{
  gboolean is_granted = FALSE;

  for (gsize i = 0; i < suback->codes.size; i++)
    is_granted = is_granted || suback->codes.data[i] < 0x80;
  if (hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_SUBSCRIBE, suback->packet_id))
    g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_SUBSCRIBED], 0, is_granted);
}

static void
handle_packet (HubClient *self, HubPacket *packet)
{
  switch (packet->type)
    {
    case HUB_PACKET_PUBLISH:
      handle_publish (self, &packet->publish);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBCOMP:
      handle_acknowledged (self, &packet->ack);
      break;
    case HUB_PACKET_PUBREC:
      handle_pubrec (self, &packet->ack);
      break;
    case HUB_PACKET_PUBREL:
      g_hash_table_remove (self->received, GUINT_TO_POINTER (packet->ack.packet_id));
      hub_client_send_ack (self, HUB_PACKET_PUBCOMP, packet->ack.packet_id);
      break;
    case HUB_PACKET_SUBACK:
      handle_suback (self, &packet->suback);
      break;
    case HUB_PACKET_UNSUBACK:
      hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_UNSUBSCRIBE, packet->suback.packet_id);
      break;
    case HUB_PACKET_PINGRESP:
      self->waits_for_ping = FALSE;
      hub_client_arm_ping (self);
      break;
    case HUB_PACKET_CONNECT:
    case HUB_PACKET_CONNACK:
    case HUB_PACKET_SUBSCRIBE:
    case HUB_PACKET_UNSUBSCRIBE:
      hub_client_fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the broker has sent what only clients send");
      break;
    case HUB_PACKET_DISCONNECT:
      if (self->version == HUB_VERSION_5_0)
        {
          handle_disconnect (self, &packet->goodbye);
          break;
        }
      G_GNUC_FALLTHROUGH;
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_AUTH:
    default:
      hub_client_fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the broker has sent what only clients send");
      break;
    }
}

void
hub_client_hear_cb (HubPacket *packet, gpointer user_data)
{
  g_autoptr (HubClient) self = g_object_ref (user_data);

  if (self->trace != NULL)
    self->trace (FALSE, packet, self->trace_data);
  if (self->is_connected)
    handle_packet (self, packet);
  else if (packet->type == HUB_PACKET_CONNACK)
    handle_connack (self, &packet->connack);
  else
    hub_client_fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the first packet of the broker is no CONNACK");
}
