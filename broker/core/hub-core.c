/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"
#include "broker/core/hub-trace.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-span-hash.h"

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
  label = hub_trace_dup_peer_label (peer);
  hub_trace (self, HUB_LOG_CONNECTION, "Client %s has exceeded timeout, disconnecting.", label);
  hub_core_end_connection (self, peer, TRUE);
  hub_core_close_peer (self, peer, HUB_REASON_KEEP_ALIVE_TIMEOUT);
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
