/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-connection-private.h"

/* The first byte of a record in which a TLS handshake begins. No CONNECT begins like that, nor any other packet. */
#define TLS_HANDSHAKE 0x16

/* Whether the core has left something that it is to be fed again, by and by. */
static gboolean
is_to_take_more (const HubConnection *self)
{
  return self->carry != NULL &&
         (self->peer.has_more || self->peer.has_left || self->peer.state == HUB_PEER_AUTHENTICATING);
}

/*
 * The WebSocket ends, by the client's close frame or by a fault of the client: for MQTT, the connection is lost. Not before
 * the data in front of that was handled.
 */
static void
close_websocket (HubConnection *self)
{
  if (self->close_reply == HUB_WS_CLOSE_NONE || self->is_closing || is_to_take_more (self))
    return;
  hub_core_lost (self->set->core, &self->peer, hub_reactor_get_now (self->set->reactor));
  hub_connection_send_close_frame (self, self->close_reply);
  hub_connection_begin_close (self);
}

/* A close frame is answered only after the data in front of it was handled: nothing may follow the answer. */
static void
control_cb (HubWsOpcode opcode, const guint8 *payload, gsize size, gpointer user_data)
{
  HubConnection *self = user_data;
  HubWsClose fault;
  HubWsClose code;

  if (opcode == HUB_WS_PING)
    hub_connection_send_control_frame (self, HUB_WS_PONG, payload, size);
  if (opcode != HUB_WS_CLOSE)
    return;
  fault = hub_ws_close_check (payload, size, &code);
  self->close_reply = fault != HUB_WS_CLOSE_NONE ? fault : code;
}

static void
save_carry (HubConnection *self, const guint8 *bytes, gsize size)
{
  if (size == 0)
    {
      g_clear_pointer (&self->carry, g_byte_array_unref);
      return;
    }
  if (self->carry != NULL && bytes >= self->carry->data && bytes < self->carry->data + self->carry->len)
    {
      g_byte_array_remove_range (self->carry, 0, (guint) (bytes - self->carry->data));
      /* What was read may have held headers of frames, too. */
      g_byte_array_set_size (self->carry, (guint) size);
      return;
    }
  g_clear_pointer (&self->carry, g_byte_array_unref);
  self->carry = g_byte_array_sized_new ((guint) size);
  g_byte_array_append (self->carry, bytes, (guint) size);
}

/* Nothing that comes after a close matters, but it is read, so that what we sent last arrives. */
static void
discard (HubConnection *self)
{
  gssize n = hub_stream_read (self->stream, self->set->buffer, HUB_CONNECTIONS_READ_SIZE);

  if (n == 0 || n == HUB_STREAM_FAILED)
    {
      self->has_seen_end = TRUE;
      hub_connections_mark (self->set, self);
    }
  if (n == HUB_STREAM_FAILED)
    hub_connection_die (self);
}

static void
end_of_input (HubConnection *self)
{
  hub_core_lost (self->set->core, &self->peer, hub_reactor_get_now (self->set->reactor));
  self->has_seen_end = TRUE;
  hub_connection_begin_close (self);
}

/* The core would call it a packet that is wrong; whoever has set up the client gets no hint from that. */
static gboolean
refuse_tls (HubConnection *self, const guint8 *bytes, gsize carried, gsize size)
{
  HubConnections *set = self->set;

  if (self->decoder != NULL || self->peer.state != HUB_PEER_NEW || carried > 0 || size == 0 || bytes[0] != TLS_HANDSHAKE)
    return FALSE;
  set->refused (&self->address, "speaks TLS on a port without it", set->user_data);
  hub_core_lost (set->core, &self->peer, hub_reactor_get_now (set->reactor));
  hub_connection_begin_close (self);
  return TRUE;
}

/* What the core leaves for others to come in between, it gets in the next turn, behind what they say in that. */
static gsize
feed (HubConnection *self, HubSpan bytes)
{
  HubReactor *reactor = self->set->reactor;
  gint64 now_us = hub_reactor_get_now (reactor);
  gsize consumed = hub_core_feed (self->set->core, &self->peer, bytes, now_us);

  if (hub_connection_has_more (self))
    hub_deadlines_arm (hub_reactor_get_deadlines (reactor), &self->deadline, now_us + 1);
  return consumed;
}

/*
 * hub_connection_take:
 * @bytes: where @carried bytes of MQTT and then @size bytes just read stand; may be overwritten
 * @carried: what is left of an earlier read
 * @size: what was read
 *
 * Takes off the frames of a WebSocket, feeds the core, and keeps what is no whole packet.
 */
void
hub_connection_take (HubConnection *self, guint8 *bytes, gsize carried, gsize size)
{
  HubWsClose fault = HUB_WS_CLOSE_NONE;
  gsize consumed;
  gsize total;

  if (refuse_tls (self, bytes, carried, size))
    return;
  if (self->decoder != NULL)
    fault = hub_ws_decoder_feed (self->decoder, bytes + carried, size, &size, control_cb, self);
  if (fault != HUB_WS_CLOSE_NONE)
    self->close_reply = fault;

  total = carried + size;
  consumed = feed (self, (HubSpan){ bytes, total });
  save_carry (self, bytes + consumed, total - consumed);

  close_websocket (self);
  hub_connections_mark (self->set, self);
}

/*
 * hub_connection_take_carry:
 *
 * Feeds the core what it has left, now that it takes it, and then answers the close frame that has come behind that.
 */
void
hub_connection_take_carry (HubConnection *self)
{
  gsize size = self->carry != NULL ? self->carry->len : 0;
  gsize consumed;

  self->is_resumed = FALSE;
  if (size == 0)
    return;
  consumed = feed (self, (HubSpan){ self->carry->data, size });
  if (self->carry != NULL)
    save_carry (self, self->carry->data + consumed, size - consumed);
  close_websocket (self);
}

/*
 * hub_connection_has_more:
 *
 * Returns: whether the core is to get what it has left, before anything else is read
 */
gboolean
hub_connection_has_more (const HubConnection *self)
{
  return self->peer.has_more && !self->is_closing;
}

/*
 * hub_connection_read:
 *
 * Reads once, into the buffer that all connections share; only a long packet gathers in a buffer of its own.
 */
void
hub_connection_read (HubConnection *self)
{
  HubConnections *set = self->set;
  gsize carried = self->carry != NULL ? self->carry->len : 0;
  guint8 *bytes = set->buffer;
  gssize n;

  if (self->is_closing)
    {
      discard (self);
      return;
    }

  if (carried > HUB_CONNECTIONS_CARRY_MAX)
    {
      g_byte_array_set_size (self->carry, (guint) (carried + HUB_CONNECTIONS_READ_SIZE));
      bytes = self->carry->data;
    }
  else if (carried > 0)
    {
      memcpy (bytes, self->carry->data, carried);
    }

  n = hub_stream_read (self->stream, bytes + carried, HUB_CONNECTIONS_READ_SIZE);
  if (bytes != set->buffer)
    g_byte_array_set_size (self->carry, (guint) (carried + (gsize) MAX (n, 0)));

  if (n > 0)
    hub_connection_take (self, bytes, carried, (gsize) n);
  else if (n != HUB_STREAM_BLOCKED)
    end_of_input (self);
}
