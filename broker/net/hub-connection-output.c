/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-connection-private.h"

/* Below this a payload is copied for each receiver, which is cheaper than to keep track of a reference. */
#define COPY_BELOW 1024
#define SMALL_PACKET_MAX 4096

/* How long a connection that was told to go may take, with what it is still to get. */
#define LINGER_US G_TIME_SPAN_SECOND

static void
note_output (HubConnection *self)
{
  self->peer.output_bytes = hub_outbox_get_bytes (&self->outbox);
  hub_connections_mark (self->set, self);
}

static guint8 *
write_ws_header (const HubConnection *self, guint8 *at, gsize payload_size)
{
  return self->decoder != NULL ? at + hub_ws_header_write (at, HUB_WS_BINARY, payload_size) : at;
}

static void
peer_send (HubPeer *peer, HubSpan packet)
{
  HubConnection *self = (HubConnection *) peer;
  guint8 header[HUB_WS_HEADER_SIZE_MAX];
  gsize header_size = (gsize) (write_ws_header (self, header, packet.size) - header);

  if (self->is_closing)
    return;
  hub_outbox_append (&self->outbox, &self->set->pool, (HubSpan){ header, header_size });
  hub_outbox_append (&self->outbox, &self->set->pool, packet);
  note_output (self);
}

/* The way of nearly all messages: one copy into the block that the connection fills in this turn. */
static void
deliver_small (HubConnection *self, const HubMessage *message, const HubDelivery *delivery, gsize size)
{
  gsize header_size = self->decoder != NULL ? hub_ws_header_size (size) : 0;
  guint8 *at = hub_outbox_reserve (&self->outbox, &self->set->pool, header_size + size);

  at = write_ws_header (self, at, size);
  if (delivery->qos == 0 && self->peer.version != HUB_VERSION_5_0)
    {
      memcpy (at, hub_message_get_plain (message).data, size);
      at[0] |= delivery->is_retain ? 1 : 0;
      return;
    }
  at += hub_message_write_head (message, self->peer.version, delivery, at);
  if (message->payload.size > 0)
    memcpy (at, message->payload.data, message->payload.size);
}

static void
deliver_large (HubConnection *self, HubMessage *message, const HubDelivery *delivery, gsize size)
{
  gsize head_size = size - message->payload.size;
  g_autofree guint8 *head = g_malloc (HUB_WS_HEADER_SIZE_MAX + head_size);
  guint8 *at = write_ws_header (self, head, size);

  at += hub_message_write_head (message, self->peer.version, delivery, at);
  hub_outbox_append (&self->outbox, &self->set->pool, (HubSpan){ head, (gsize) (at - head) });
  if (message->payload.size < COPY_BELOW)
    hub_outbox_append (&self->outbox, &self->set->pool, message->payload);
  else
    hub_outbox_append_payload (&self->outbox, message);
}

static void
peer_deliver (HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  HubConnection *self = (HubConnection *) peer;
  gsize size = hub_message_packet_size (message, peer->version, delivery);

  if (self->is_closing)
    return;
  if (message->payload.size < COPY_BELOW && size <= SMALL_PACKET_MAX)
    deliver_small (self, message, delivery, size);
  else
    deliver_large (self, message, delivery, size);
  note_output (self);
}

static HubWsClose
close_code (HubReason reason)
{
  switch ((guint) reason)
    {
    case HUB_REASON_SUCCESS:
      return HUB_WS_CLOSE_NORMAL;
    case HUB_REASON_SERVER_SHUTTING_DOWN:
      return HUB_WS_CLOSE_GOING_AWAY;
    case HUB_REASON_PACKET_TOO_LARGE:
      return HUB_WS_CLOSE_TOO_BIG;
    default:
      return HUB_WS_CLOSE_POLICY;
    }
}

static void
peer_close (HubPeer *peer, HubReason reason)
{
  HubConnection *self = (HubConnection *) peer;

  if (self->decoder != NULL)
    hub_connection_send_close_frame (self, close_code (reason));
  hub_connection_begin_close (self);
}

static void
peer_describe (HubPeer *peer, char name[HUB_PEER_NAME_SIZE])
{
  hub_ip_address_format (&((HubConnection *) peer)->address, name, HUB_PEER_NAME_SIZE);
}

static void
peer_resume (HubPeer *peer)
{
  HubConnection *self = (HubConnection *) peer;

  self->is_resumed = TRUE;
  hub_connections_mark (self->set, self);
}

const HubPeerFuncs hub_connection_peer_funcs = {
  .send = peer_send,
  .deliver = peer_deliver,
  .close = peer_close,
  .describe = peer_describe,
  .resume = peer_resume,
};

/*
 * hub_connection_send_control_frame:
 * @opcode: a control frame
 * @payload: (nullable) (array length=size): what is in it
 * @size: at most %HUB_WS_CONTROL_SIZE_MAX
 */
void
hub_connection_send_control_frame (HubConnection *self, HubWsOpcode opcode, const guint8 *payload, gsize size)
{
  guint8 header[HUB_WS_HEADER_SIZE_MAX];
  gsize header_size = hub_ws_header_write (header, opcode, size);

  if (self->is_closing)
    return;
  hub_outbox_append (&self->outbox, &self->set->pool, (HubSpan){ header, header_size });
  hub_outbox_append (&self->outbox, &self->set->pool, (HubSpan){ payload, size });
  note_output (self);
}

/*
 * hub_connection_send_close_frame:
 * @code: the status; %HUB_WS_CLOSE_NO_STATUS: a frame without one
 */
void
hub_connection_send_close_frame (HubConnection *self, HubWsClose code)
{
  guint8 payload[2] = { (guint8) (code >> 8), (guint8) code };

  hub_connection_send_control_frame (self, HUB_WS_CLOSE, payload, code != HUB_WS_CLOSE_NO_STATUS ? sizeof payload : 0);
}

/*
 * hub_connection_begin_close:
 *
 * Lets what is queued go out and then closes: our direction first, the whole after the other end has closed too, or
 * after a second. So the last words arrive, instead of being thrown away by a reset.
 *
 * Spec: MQTT 5.0 section 3.14.4 [MQTT-3.14.4-1], [MQTT-3.14.4-2].
 */
void
hub_connection_begin_close (HubConnection *self)
{
  HubReactor *reactor = self->set->reactor;

  if (self->is_closing)
    return;
  self->is_closing = TRUE;
  hub_deadlines_arm (hub_reactor_get_deadlines (reactor), &self->deadline, hub_reactor_get_now (reactor) + LINGER_US);
  hub_connections_mark (self->set, self);
}
