/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-private.h"

#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"

/* What the broker is told: by the user of the client, and in answer to what it says. */

/* What was encoded here can be read. */
static void
trace_sent (HubClient *self, HubSpan bytes)
{
  HubFixedHeader header;
  HubPacket packet;

  if (hub_fixed_header_read (bytes, HUB_PACKET_SIZE_MAX, &header, NULL) != HUB_FRAME_COMPLETE)
    return;
  bytes.data += header.header_size;
  bytes.size = header.remaining_size;
  if (hub_packet_decode (self->version, &header, bytes, &packet, NULL))
    self->trace (TRUE, &packet, self->trace_data);
}

void
hub_client_send (HubClient *self, HubSpan packet)
{
  hub_packet_channel_send (self->channel, packet);
  if (self->trace != NULL)
    trace_sent (self, packet);
}

static void
send_short (HubClient *self, const guint8 *packet, gsize size)
{
  hub_client_send (self, (HubSpan){ packet, size });
}

void
hub_client_send_ack (HubClient *self, HubPacketType type, guint16 packet_id)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  send_short (self, packet, hub_encode_ack (self->version, type, packet_id, HUB_REASON_SUCCESS, packet));
}

void
hub_client_send_empty (HubClient *self, HubPacketType type)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  send_short (self, packet, hub_encode_empty (type, packet));
}

void
hub_client_send_goodbye (HubClient *self)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubGoodbye goodbye = { .reason = HUB_REASON_SUCCESS };

  hub_encode_goodbye (packet, self->version, HUB_PACKET_DISCONNECT, &goodbye);
  hub_client_send (self, (HubSpan){ packet->data, packet->len });
}

void
hub_client_send_held (HubClient *self)
{
  GByteArray *packet;

  while ((packet = hub_client_flow_take_next (&self->flow, self->terms.receive_maximum)) != NULL)
    {
      hub_client_send (self, (HubSpan){ packet->data, packet->len });
      g_byte_array_unref (packet);
    }
}

/**
 * hub_client_subscribe:
 * @self: a connected client
 * @filter: a valid Topic Filter
 * @qos: 0 to 2
 *
 * Asks for messages; [signal@Hub.Client::subscribed] tells what came of it.
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_subscribe (HubClient *self, const char *filter, guint8 qos)
{
  const char *const filters[] = { filter, NULL };

  return hub_client_subscribe_all (self, filters, qos, NULL);
}

/**
 * hub_client_subscribe_all:
 * @self: a connected client
 * @filters: (array zero-terminated=1): valid Topic Filters, at least one
 * @options: the QoS, 0 to 2; in 5.0 with the other options of a subscription
 * @properties: (nullable): those of MQTT 5.0, which a SUBSCRIBE may have; in 3.x they are left out
 *
 * Asks for messages in one packet; [signal@Hub.Client::subscribed] tells once what came of it.
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_subscribe_all (HubClient *self, const char *const *filters, guint8 options, const HubProperties *properties)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id;

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected && filters[0] != NULL, FALSE);

  packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_SUBSCRIBE);
  if (packet_id == 0)
    return FALSE;
  hub_encode_subscribe_all (packet, self->version, packet_id, filters, options, properties);
  hub_client_send (self, (HubSpan){ packet->data, packet->len });
  return TRUE;
}

/**
 * hub_client_unsubscribe:
 * @self: a connected client
 * @filter: a filter that was subscribed to
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_unsubscribe (HubClient *self, const char *filter)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id;

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected, FALSE);

  packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_UNSUBSCRIBE);
  if (packet_id == 0)
    return FALSE;
  hub_encode_unsubscribe (packet, self->version, packet_id, hub_span_from_string (filter));
  hub_client_send (self, (HubSpan){ packet->data, packet->len });
  return TRUE;
}

/**
 * hub_client_publish:
 * @self: a connected client
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 *
 * Sends a message, at QoS 1 and 2 as soon as the broker takes a further one. It is not sent again by itself: who must
 * be sure waits for [signal@Hub.Client::acknowledged].
 *
 * Returns: the Packet Identifier; 0 at QoS 0, and when nothing was sent because the broker owes 65,535 answers already
 */
guint16
hub_client_publish (HubClient *self, const char *topic, GBytes *payload, guint8 qos, gboolean retain)
{
  return hub_client_publish_with (self, topic, payload, qos, retain, NULL);
}

/**
 * hub_client_publish_with:
 * @self: a connected client
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 * @properties: (nullable): those of MQTT 5.0, which a PUBLISH may have; in 3.x they are left out
 *
 * As hub_client_publish().
 *
 * Returns: the Packet Identifier; 0 at QoS 0, and when nothing was sent because the broker owes 65,535 answers already
 */
guint16
hub_client_publish_with (HubClient *self,
                         const char *topic,
                         GBytes *payload,
                         guint8 qos,
                         gboolean retain,
                         const HubProperties *properties)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .qos = qos,
    .is_retain = retain,
  };

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected, 0);

  if (properties != NULL)
    publish.properties = *properties;
  publish.payload.data = g_bytes_get_data (payload, &publish.payload.size);
  if (qos > 0)
    publish.packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_PUBLISH);
  if (qos > 0 && publish.packet_id == 0)
    return 0;
  hub_encode_publish (packet, self->version, &publish);
  if (qos > 0)
    {
      hub_client_flow_hold (&self->flow, g_steal_pointer (&packet));
      hub_client_send_held (self);
    }
  else
    {
      hub_client_send (self, (HubSpan){ packet->data, packet->len });
    }
  return publish.packet_id;
}
