/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"
#include "broker/core/hub-trace.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-span-hash.h"

/* What a peer is called in the log: its Client Identifier, or its address before it has one. */
static char *
peer_label (const HubPeer *peer)
{
  char name[HUB_PEER_NAME_SIZE];

  if (peer->session != NULL)
    return g_strdup (peer->session->client_id);
  peer->funcs->describe ((HubPeer *) peer, name);
  return g_strdup (name);
}

static void
fault (HubCore *self, HubPeer *peer, const GError *error)
{
  g_autofree char *label = NULL;

  self->stats.faults++;
  if (hub_log_is_on (&self->options.log, HUB_LOG_NOTICE))
    {
      label = peer_label (peer);
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

static void
peer_deadline_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubCore *self = user_data;
  HubPeer *peer = (HubPeer *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubPeer, deadline));
  g_autofree char *label = NULL;
  gint64 due_us;

  /* Who is not read from is not silent: what it has sent may still be where nobody looks. */
  if (peer->is_waiting)
    peer->last_packet_us = now_us;
  due_us = peer->last_packet_us + peer->keep_alive_s * G_TIME_SPAN_SECOND * 3 / 2;

  /* Packets only note the time: whether the deadline has moved on is looked at here. Where it has come nevertheless,
   * since the core is late, it is the turn of what was due before. */
  if (peer->state == HUB_PEER_CONNECTED && due_us > deadline->at_us)
    {
      hub_deadlines_arm (self->deadlines, deadline, due_us);
      return;
    }

  if (peer->session == NULL)
    self->stats.refused++;
  label = peer_label (peer);
  hub_trace (self, HUB_LOG_CONNECTION, "Client %s has exceeded timeout, disconnecting.", label);
  hub_core_end_connection (self, peer, TRUE);
  hub_core_close_peer (self, peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
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
      g_autofree char *label = peer_label (peer);

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

static void
forget_peer (HubCore *self, HubPeer *peer)
{
  g_assert (peer->session == NULL && peer->state != HUB_PEER_CLOSED);

  hub_core_drop_pending (self, peer);
  hub_core_drop_exchange (self, peer);
  hub_core_drop_hold (self, peer);
  g_clear_pointer (&peer->aliases_in, hub_aliases_free);
  g_clear_pointer (&peer->aliases_out, hub_aliases_free);
  hub_deadlines_disarm (self->deadlines, &peer->deadline);
  peer->state = HUB_PEER_CLOSED;
  g_ptr_array_remove_index_fast (self->peers, peer->index);
  if (peer->index < self->peers->len)
    ((HubPeer *) g_ptr_array_index (self->peers, peer->index))->index = peer->index;
}

/*
 * hub_core_close_peer_with_words:
 * @peer: a peer without a session
 * @reason: why
 * @words: (nullable): why, for a person to read
 *
 * Lets go of @peer, and of what waits for it, and has its connection closed. A client of 5.0 that was connected is told
 * why, as long as it was not its own wish [MQTT-3.14.0-1], [MQTT-4.13.1-1].
 */
void
hub_core_close_peer_with_words (HubCore *self, HubPeer *peer, HubReason reason, const char *words)
{
  /* What waits for the store is not said any more, and must not keep back why. */
  hub_core_drop_hold (self, peer);
  if (peer->version == HUB_VERSION_5_0 && peer->state == HUB_PEER_CONNECTED && reason != HUB_REASON_SUCCESS)
    {
      HubGoodbye goodbye = { .reason = hub_reason_belongs_to ((guint8) reason, HUB_PACKET_DISCONNECT)
                                         ? (guint8) reason
                                         : HUB_REASON_UNSPECIFIED };
      HubGoodbye with_words = goodbye;

      if (words != NULL)
        hub_properties_set_text (&with_words.properties, HUB_PROPERTY_REASON_STRING, hub_span_from_string (words));
      hub_encode_goodbye (hub_core_begin_packet (self), peer->version, HUB_PACKET_DISCONNECT, &with_words);
      if (!hub_core_send_packet (self, peer, FALSE) && words != NULL)
        {
          hub_encode_goodbye (hub_core_begin_packet (self), peer->version, HUB_PACKET_DISCONNECT, &goodbye);
          hub_core_send_packet (self, peer, FALSE);
        }
    }
  forget_peer (self, peer);
  peer->funcs->close (peer, reason);
}

/*
 * hub_core_close_peer:
 * @peer: a peer without a session
 * @reason: why
 *
 * As hub_core_close_peer_with_words(), without words.
 */
void
hub_core_close_peer (HubCore *self, HubPeer *peer, HubReason reason)
{
  hub_core_close_peer_with_words (self, peer, reason, NULL);
}

/*
 * hub_core_enter:
 *
 * Begins whatever the core is told from outside: notes the time, that of the wall for what is kept, and what was kept
 * before.
 */
void
hub_core_enter (HubCore *self, gint64 now_us)
{
  const HubCoreOptions *options = &self->options;

  self->now_us = now_us;
  if (self->keep.funcs != NULL && options->get_wall_us != NULL)
    hub_keep_set_wall (&self->keep, options->get_wall_us (options->wall_data), now_us);
  self->n_changes_before = self->keep.n_changes;
}

/*
 * hub_core_begin_packet:
 *
 * Returns: (transfer none): an empty array to encode a packet into, for hub_core_send_packet()
 */
GByteArray *
hub_core_begin_packet (HubCore *self)
{
  return g_byte_array_set_size (self->packet, 0);
}

/*
 * hub_core_send_packet:
 * @peer: an open peer
 * @waits: whether it has to wait for the commit of this turn
 *
 * Sends what was encoded, unless it is larger than @peer takes [MQTT-3.1.2-24].
 *
 * Returns: whether it was sent
 */
gboolean
hub_core_send_packet (HubCore *self, HubPeer *peer, gboolean waits)
{
  if (peer->max_packet_bytes > 0 && self->packet->len > peer->max_packet_bytes)
    return FALSE;
  hub_core_hold_packet (self, peer, (HubSpan){ self->packet->data, self->packet->len }, waits);
  return TRUE;
}

static void
retained_expired_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubCore *self = user_data;
  g_autoptr (HubMessage) message = hub_retained_expire (self->retained, deadline);

  hub_keep_retained (&self->keep, message, NULL, message->topic);
  self->stats.messages_expired++;
  self->stats.retained = hub_retained_get_count (self->retained);
}

/**
 * hub_core_new:
 * @options: how it is to behave; copied
 *
 * Returns: (transfer full): a core without any client
 */
HubCore *
hub_core_new (const HubCoreOptions *options)
{
  HubCore *self = g_new0 (HubCore, 1);

  g_return_val_if_fail (options->limits.max_inflight >= 1 && options->limits.max_inflight <= G_MAXUINT16, NULL);

  self->options = *options;
  self->host_topic = hub_span_from_string (options->host_topic);
  self->personal_topics = hub_span_from_string (options->personal_topics);
  self->sessions = g_hash_table_new (hub_string_hash, g_str_equal);
  self->peers = g_ptr_array_new ();
  self->subscriptions = hub_subscriptions_new ();
  self->bars = hub_bars_new ();
  self->deadlines = hub_deadlines_new (self);
  self->retained = hub_retained_new (options->limits.max_retained_messages,
                                     options->limits.max_retained_bytes,
                                     self->deadlines,
                                     retained_expired_cb);
  self->packet = g_byte_array_new ();
  self->record_notes = g_byte_array_new ();
  hub_keep_init (&self->keep, options->store, options->store_data);
  self->holders = g_ptr_array_new ();
  hub_core_watch_rules (self);
  hub_core_init_sys (self);
  self->rand = g_rand_new_with_seed (options->seed);
  return self;
}

/**
 * hub_core_free:
 * @self: (transfer full): a core that no peer is open in
 */
void
hub_core_free (HubCore *self)
{
  g_autoptr (GList) sessions = g_hash_table_get_values (self->sessions);

  g_return_if_fail (self->peers->len == 0);

  /* What is freed here is not forgotten there. */
  hub_keep_forget_all (&self->keep);
  for (GList *at = sessions; at != NULL; at = at->next)
    {
      hub_core_drop_will (self, at->data);
      hub_core_destroy_session (self, at->data);
    }
  g_hash_table_unref (self->sessions);
  g_ptr_array_unref (self->peers);
  hub_subscriptions_free (self->subscriptions);
  hub_retained_free (self->retained);
  hub_core_clear_sys (self);
  hub_bars_free (self->bars);
  hub_deadlines_free (self->deadlines);
  g_rand_free (self->rand);
  g_clear_pointer (&self->notes, g_byte_array_unref);
  g_clear_pointer (&self->farewell, g_bytes_unref);
  g_byte_array_unref (self->packet);
  g_byte_array_unref (self->record_notes);
  g_ptr_array_unref (self->holders);
  hub_keep_clear (&self->keep);
  g_free (self);
}

/**
 * hub_core_get_limits:
 * @self: a core
 *
 * Returns: (transfer none): the limits in force
 */
const HubLimits *
hub_core_get_limits (const HubCore *self)
{
  return &self->options.limits;
}

/**
 * hub_core_set_log:
 * @self: a core
 * @log: where it writes what happens from now on
 */
void
hub_core_set_log (HubCore *self, const HubLog *log)
{
  self->options.log = *log;
}

/**
 * hub_core_get_stats:
 * @self: a core
 *
 * Returns: what has happened so far
 */
HubStats
hub_core_get_stats (const HubCore *self)
{
  HubStats stats = self->stats;

  stats.sessions = g_hash_table_size (self->sessions);
  stats.subscriptions = hub_subscriptions_get_count (self->subscriptions);
  return stats;
}

/**
 * hub_core_open:
 * @self: a core
 * @peer: a connection, all zero but for its functions and its policy; stays the caller's, and must live until it was
 *   closed or [method@Hub.Core.lost] was called
 * @now_us: the time, microseconds
 *
 * Begins to wait for the CONNECT of @peer.
 */
void
hub_core_open (HubCore *self, HubPeer *peer, gint64 now_us)
{
  g_return_if_fail (peer->funcs != NULL && peer->session == NULL);

  hub_core_enter (self, now_us);
  if (self->started_us == 0)
    self->started_us = now_us;
  if (peer->policy == NULL)
    peer->policy = &self->options.policy;
  peer->state = HUB_PEER_NEW;
  peer->last_packet_us = now_us;
  peer->index = self->peers->len;
  g_ptr_array_add (self->peers, peer);
  peer->deadline.func = peer_deadline_cb;
  hub_deadlines_arm (self->deadlines, &peer->deadline, hub_deadline_after (now_us, self->options.limits.connect_timeout_us));
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

/**
 * hub_core_note_sent:
 * @self: a core
 * @size: bytes
 *
 * Tells how much was sent, for the statistics.
 */
void
hub_core_note_sent (HubCore *self, gsize size)
{
  self->stats.bytes_sent += size;
}

/**
 * hub_core_room:
 * @self: a core
 * @peer: an open peer whose wants_room is set
 *
 * Tells that some of what waited was sent.
 */
void
hub_core_room (HubCore *self, HubPeer *peer)
{
  hub_core_enter (self, self->now_us);
  if (peer->session != NULL && peer->output_bytes < self->options.limits.max_output_bytes)
    hub_core_pump (self, peer->session);
}

/**
 * hub_core_lost:
 * @self: a core
 * @peer: an open peer
 * @now_us: the time, microseconds
 *
 * Tells that the connection has failed or was closed without a DISCONNECT: the will is published
 * [MQTT-3.1.2-8]. The functions of @peer are not called any more.
 */
void
hub_core_lost (HubCore *self, HubPeer *peer, gint64 now_us)
{
  if (peer->state == HUB_PEER_CLOSED)
    return;
  if (peer->session != NULL)
    hub_trace (self, HUB_LOG_CONNECTION, "Client %s closed its connection.", peer->session->client_id);
  hub_core_enter (self, now_us);
  hub_core_end_connection (self, peer, TRUE);
  forget_peer (self, peer);
}

/**
 * hub_core_next_deadline:
 * @self: a core
 *
 * Returns: when [method@Hub.Core.advance] has something to do, microseconds; %G_MAXINT64: never
 */
gint64
hub_core_next_deadline (const HubCore *self)
{
  return hub_deadlines_next (self->deadlines);
}

/**
 * hub_core_advance:
 * @self: a core
 * @now_us: the time, microseconds
 *
 * Does what is due: closes who is silent, ends sessions that nobody came back to.
 */
void
hub_core_advance (HubCore *self, gint64 now_us)
{
  hub_core_enter (self, now_us);
  hub_deadlines_advance (self->deadlines, now_us);
}

/**
 * hub_core_stop:
 * @self: a core
 * @now_us: the time, microseconds
 *
 * Publishes the farewell and every will, also those that wait for their delay, so that those who are still there get them,
 * and then closes every peer.
 */
void
hub_core_stop (HubCore *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer session;

  hub_core_enter (self, now_us);
  hub_core_say_farewell (self);
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    hub_core_publish_will (self, session);
  while (self->peers->len > 0)
    {
      HubPeer *peer = g_ptr_array_index (self->peers, self->peers->len - 1);

      hub_core_end_connection (self, peer, FALSE);
      hub_core_close_peer (self, peer, HUB_REASON_SERVER_SHUTTING_DOWN);
    }
}
