/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"
#include "broker/core/hub-trace.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"

/* What a peer has sent, packet by packet: as much of it as may be handled at once. */

static void
fault (HubCore *self, HubPeer *peer, const GError *error)
{
  g_autofree char *label = NULL;

  self->stats.faults++;
  if (hub_log_is_on (&self->options.log, HUB_LOG_NOTICE))
    {
      label = hub_trace_dup_peer_label (peer);
      hub_trace (self, HUB_LOG_NOTICE, "Protocol error from %s: %s.", label, error->message);
    }
  if (peer->state == HUB_PEER_EXCHANGING)
    {
      hub_core_refuse (self, peer, peer->version, (HubReason) error->code);
      return;
    }
  if (peer->session == NULL)
    self->stats.refused++;
  hub_core_end_connection (self, peer, TRUE);
  hub_core_close_peer_with_words (self, peer, (HubReason) error->code, error->message);
}

/*
 * The answer to a CONNECT that is wrong: in 5.0, where its version is all that could be read, a CONNACK that says
 * why; in 3.x nothing but the close [MQTT-3.1.4-1].
 */
static void
handle_bad_first (HubCore *self, HubPeer *peer, HubVersion version, const GError *error)
{
  if (g_error_matches (error, HUB_MQTT_ERROR, HUB_REASON_UNSUPPORTED_VERSION))
    {
      hub_trace (self, HUB_LOG_NOTICE, "Client refused: %s.", error->message);
      hub_core_refuse (self, peer, HUB_VERSION_3_1_1, HUB_REASON_UNSUPPORTED_VERSION);
    }
  else if (version == HUB_VERSION_5_0)
    {
      g_autofree char *label = hub_trace_dup_peer_label (peer);

      self->stats.faults++;
      hub_trace (self, HUB_LOG_NOTICE, "Protocol error from %s: %s.", label, error->message);
      hub_core_refuse (self, peer, HUB_VERSION_5_0, (HubReason) error->code);
    }
  else
    {
      fault (self, peer, error);
    }
}

static void
handle_first (HubCore *self, HubPeer *peer, const HubFixedHeader *header, HubSpan body)
{
  HubSpan bytes = { body.data - header->header_size, header->header_size + body.size };
  g_autoptr (GError) error = NULL;
  HubPacket packet;

  packet.connect.version = HUB_VERSION_NONE;
  if (hub_packet_decode (HUB_VERSION_NONE, header, body, &packet, &error))
    hub_core_handle_connect (self, peer, &packet.connect, bytes);
  else
    handle_bad_first (self, peer, packet.connect.version, error);
}

/* A session that was to end with its connection cannot be made to outlive it now; MQTT 5.0, section 3.14.2.2.2. */
static gboolean
change_expiry (HubCore *self, HubSession *session, const HubProperties *properties, GError **error)
{
  if (!hub_properties_have (properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL))
    return TRUE;
  /* Where none is kept that may not have been what the client wanted. */
  if (session->expiry_us == 0 && self->options.limits.session_expiry_max_us > 0 && properties->session_expiry_interval > 0)
    {
      g_set_error_literal (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "a session expiry where there was none");
      return FALSE;
    }
  session->expiry_us = hub_limits_get_expiry_us (&self->options.limits, properties->session_expiry_interval);
  return TRUE;
}

/* Anything but a plain goodbye has the will published [MQTT-3.14.4-3]. */
static gboolean
handle_disconnect (HubCore *self, HubPeer *peer, const HubGoodbye *goodbye, GError **error)
{
  hub_trace (self, HUB_LOG_DEBUG, "Received DISCONNECT from %s", hub_trace_peer_id (peer));
  if (!change_expiry (self, peer->session, &goodbye->properties, error))
    return FALSE;
  hub_trace (self, HUB_LOG_CONNECTION, "Client %s disconnected.", hub_trace_peer_id (peer));
  hub_core_end_connection (self, peer, goodbye->reason != HUB_REASON_SUCCESS);
  hub_core_close_peer (self, peer, HUB_REASON_SUCCESS);
  return TRUE;
}

static void
handle_pingreq (HubCore *self, HubPeer *peer)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];
  gsize size = hub_encode_empty (HUB_PACKET_PINGRESP, packet);

  hub_trace (self, HUB_LOG_DEBUG, "Received PINGREQ from %s", hub_trace_peer_id (peer));
  hub_trace (self, HUB_LOG_DEBUG, "Sending PINGRESP to %s", hub_trace_peer_id (peer));
  peer->funcs->send (peer, (HubSpan){ packet, size });
}

static gboolean
handle_ack (HubCore *self, HubPeer *peer, HubPacketType type, const HubAck *ack, GError **error)
{
  static const char *const names[16] = {
    [HUB_PACKET_PUBACK] = "PUBACK",
    [HUB_PACKET_PUBREC] = "PUBREC",
    [HUB_PACKET_PUBREL] = "PUBREL",
    [HUB_PACKET_PUBCOMP] = "PUBCOMP",
  };

  if (type == HUB_PACKET_PUBACK || type == HUB_PACKET_PUBCOMP)
    hub_trace (self,
               HUB_LOG_DEBUG,
               "Received %s from %s (Mid: %u, RC:%u)",
               names[type],
               hub_trace_peer_id (peer),
               ack->packet_id,
               ack->reason);
  else
    hub_trace (self,
               HUB_LOG_DEBUG,
               "Received %s from %s (Mid: %u)",
               names[type],
               hub_trace_peer_id (peer),
               ack->packet_id);
  return hub_core_handle_ack (self, peer, type, ack, error);
}

static gboolean
handle_packet (HubCore *self, HubPeer *peer, HubPacket *packet, GError **error)
{
  switch (packet->type)
    {
    case HUB_PACKET_PUBLISH:
      return hub_core_handle_publish (self, peer, &packet->publish, error);
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
      return handle_ack (self, peer, packet->type, &packet->ack, error);
    case HUB_PACKET_SUBSCRIBE:
      return hub_core_handle_subscribe (self, peer, &packet->filters, error);
    case HUB_PACKET_UNSUBSCRIBE:
      return hub_core_handle_unsubscribe (self, peer, &packet->filters, error);
    case HUB_PACKET_PINGREQ:
      handle_pingreq (self, peer);
      return TRUE;
    case HUB_PACKET_DISCONNECT:
      return handle_disconnect (self, peer, &packet->goodbye, error);
    case HUB_PACKET_AUTH:
      return hub_core_handle_auth (self, peer, &packet->goodbye, error);
    case HUB_PACKET_CONNECT:
    case HUB_PACKET_CONNACK:
    case HUB_PACKET_SUBACK:
    case HUB_PACKET_UNSUBACK:
    case HUB_PACKET_PINGRESP:
    default:
      g_set_error (error,
                   HUB_MQTT_ERROR,
                   HUB_REASON_PROTOCOL_ERROR,
                   "packet of type %d, which a client does not send now",
                   packet->type);
      return FALSE;
    }
}

static void
handle_next (HubCore *self, HubPeer *peer, const HubFixedHeader *header, HubSpan body)
{
  g_autoptr (GError) error = NULL;
  gboolean is_right;
  HubPacket packet;

  peer->last_packet_us = self->now_us;
  if (peer->state == HUB_PEER_EXCHANGING)
    is_right = hub_core_handle_early (self, peer, header, body, &error);
  else
    is_right = hub_packet_decode (peer->version, header, body, &packet, &error) &&
               handle_packet (self, peer, &packet, &error);
  if (!is_right)
    fault (self, peer, error);
}

/**
 * hub_core_peer_limit:
 * @self: a core
 * @peer: an open peer
 *
 * Returns: the largest packet that @peer may send now, bytes
 */
gsize
hub_core_peer_limit (const HubCore *self, const HubPeer *peer)
{
  return peer->state != HUB_PEER_CONNECTED ? self->options.limits.max_first_packet_bytes
                                           : self->options.limits.max_packet_bytes;
}

/* Whether a packet of a connected peer may hold something that the store has to take. */
static gboolean
may_be_kept (const HubCore *self, const HubPeer *peer, guint8 first_byte)
{
  switch (first_byte >> 4)
    {
    case HUB_PACKET_PUBLISH:
      /* Its QoS, and RETAIN. */
      return (first_byte & 0x07) != 0 || self->options.limits.upgrade_outgoing_qos;
    case HUB_PACKET_SUBSCRIBE:
    case HUB_PACKET_UNSUBSCRIBE:
      return hub_session_is_kept (peer->session);
    default:
      return FALSE;
    }
}

/* Whether this is a packet that the store would have to take, and cannot. */
static gboolean
has_to_wait (const HubCore *self, HubPeer *peer, guint8 first_byte)
{
  if (peer->state != HUB_PEER_CONNECTED || !may_be_kept (self, peer, first_byte) || !hub_keep_is_full (&self->keep))
    return FALSE;
  peer->has_left = TRUE;
  peer->is_waiting = TRUE;
  return TRUE;
}

static guint64
get_work (const HubCore *self)
{
  return self->work + hub_subscriptions_get_steps (self->subscriptions);
}

/**
 * hub_core_feed:
 * @self: a core
 * @peer: a peer
 * @bytes: what it has sent and was not consumed before
 * @now_us: the time, microseconds
 *
 * Handles every whole packet at the beginning of @bytes. What is wrong closes @peer, with its will
 * published; what follows is then ignored. What follows a CONNECT whose answer takes a while is left
 * [MQTT-3.1.4-6]: it is to be fed again once the core asks for it by `resume`. So is a packet that comes while the store is
 * full and that this would have to take, with what follows it: nobody may be told that it was taken. It is to be fed again
 * when [method@Hub.Core.must_wait] is over; `has_left` says so. And so is what follows the packet by which
 * %HUB_CORE_WORK_MAX is reached: `has_more` says that it is to be fed again as soon as others had their turn, and before
 * anything else of @peer is read.
 *
 * Spec: MQTT 5.0 section 4.13.
 *
 * Returns: how many bytes were consumed; the rest is the beginning of a packet, or waits
 */
gsize
hub_core_feed (HubCore *self, HubPeer *peer, HubSpan bytes, gint64 now_us)
{
  const guint64 work_max = get_work (self) + HUB_CORE_WORK_MAX;
  const guint8 *end;
  const guint8 *at = bytes.data;

  if (bytes.size == 0)
    return 0;

  hub_core_enter (self, now_us);
  peer->has_left = FALSE;
  peer->has_more = FALSE;
  end = at + bytes.size;
  while (peer->state != HUB_PEER_CLOSED && peer->state != HUB_PEER_AUTHENTICATING && at < end)
    {
      g_autoptr (GError) error = NULL;
      HubFixedHeader header;
      HubFrameResult result;
      HubSpan body;

      if (get_work (self) >= work_max)
        {
          peer->has_more = TRUE;
          break;
        }
      if (peer->state == HUB_PEER_NEW && at[0] >> 4 != HUB_PACKET_CONNECT)
        {
          g_set_error (&error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "First packet not CONNECT (%02X)", at[0]);
          fault (self, peer, error);
          break;
        }

      result = hub_fixed_header_read ((HubSpan){ at, (gsize) (end - at) }, hub_core_peer_limit (self, peer), &header, &error);
      if (result == HUB_FRAME_BAD)
        {
          fault (self, peer, error);
          break;
        }
      if (result == HUB_FRAME_CUT || has_to_wait (self, peer, at[0]))
        return (gsize) (at - bytes.data);

      self->stats.packets_received++;
      self->n_changes_before = self->keep.n_changes;
      self->stats.bytes_received += header.header_size + header.remaining_size;
      body = (HubSpan){ at + header.header_size, header.remaining_size };
      at = body.data + body.size;
      if (peer->state == HUB_PEER_NEW)
        handle_first (self, peer, &header, body);
      else
        handle_next (self, peer, &header, body);
    }
  return peer->state == HUB_PEER_CLOSED ? bytes.size : (gsize) (at - bytes.data);
}
