/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-connection-private.h"

#define PIECES_MAX 64

static void
update_interest (HubConnection *self)
{
  hub_stream_set_interest (self->stream,
                           !self->is_paused && !self->has_seen_end,
                           self->is_blocked || self->is_filled);
}

static void
deadline_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubConnection *self = (HubConnection *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubConnection, deadline));

  if (self->is_dead)
    return;
  if (self->is_closing)
    hub_connection_die (self);
  else
    hub_connection_take_carry (self);
  hub_connections_mark (self->set, self);
}

static void
ready_cb (HubStream *stream, gboolean can_read, gboolean can_write, gpointer owner)
{
  HubConnection *self = owner;

  if (self->is_dead)
    return;
  self->is_heard = self->is_known;
  if (can_write)
    {
      self->is_blocked = FALSE;
      self->is_filled = FALSE;
      update_interest (self);
      hub_connections_mark (self->set, self);
    }
  /* A hang-up is told of though nobody waits for it, and there may be much to read in front of it. */
  if (can_read && !hub_connection_has_more (self))
    hub_connection_read (self);
}

/* Writes until nothing is left or the stream takes no more: one call, as a rule. */
static void
write_out (HubConnection *self)
{
  HubOutboxPool *pool = &self->set->pool;

  while (hub_outbox_get_bytes (&self->outbox) > 0 && !self->is_blocked)
    {
      struct iovec pieces[PIECES_MAX];
      guint n_pieces = hub_outbox_peek (&self->outbox, pieces, PIECES_MAX);
      gssize n = hub_stream_write (self->stream, pieces, n_pieces);

      if (n == HUB_STREAM_FAILED)
        {
          hub_connection_die (self);
          return;
        }
      if (n == HUB_STREAM_BLOCKED)
        {
          self->is_blocked = TRUE;
          break;
        }
      hub_outbox_consume (&self->outbox, pool, (gsize) n);
      hub_core_note_sent (self->set->core, (gsize) n);
    }
  self->peer.output_bytes = hub_outbox_get_bytes (&self->outbox);
}

static void
pause_or_resume (HubConnection *self)
{
  gsize limit = 2 * hub_core_get_limits (self->set->core)->max_output_bytes;

  /* Who publishes faster than the disk writes is not read from. To be asked first, and each time: the keep-alive stands still
   * as long as that is so, and no longer. */
  self->is_paused = hub_core_must_wait (self->set->core, &self->peer);

  /* Who asks without reading the answers is not asked what else there is. */
  self->is_paused = self->is_paused || (!self->is_closing && self->peer.output_bytes > limit);

  /* What comes before it is known who this is can wait where it is. */
  self->is_paused = self->is_paused || self->peer.state == HUB_PEER_AUTHENTICATING;

  /* So can what follows where there is more to be done than may be at once. */
  self->is_paused = self->is_paused || hub_connection_has_more (self);
}

/* Only a CONNECT tells whether the client will send pings. Where many come at once, what they say next, a SUBSCRIBE as a
 * rule, comes from all of them, too: until that has been read, whoever it is is one of those who come. What others publish
 * to it in between changes nothing. */
static void
settle (HubConnection *self)
{
  if (self->is_settled || self->peer.state != HUB_PEER_CONNECTED)
    return;
  if (self->is_heard)
    hub_stream_settle (self->stream);
  else if (!self->is_known && self->peer.keep_alive_s == 0)
    hub_stream_keep_alive (self->stream);
  self->is_settled = self->is_heard;
  self->is_known = TRUE;
}

/*
 * hub_connection_new:
 * @set: where it belongs
 * @kind: what is spoken
 * @stream: (transfer full): a stream that was not started
 * @arrival: (inout): who it is; nobody afterwards
 *
 * Returns: (transfer full): a connection that was not started
 */
HubConnection *
hub_connection_new (HubConnections *set, HubConnectionKind kind, HubStream *stream, HubArrival *arrival)
{
  HubConnection *self = g_new0 (HubConnection, 1);

  self->peer.funcs = &hub_connection_peer_funcs;
  self->set = set;
  self->stream = stream;
  self->address = arrival->address;
  self->ticket = arrival->ticket;
  self->identity = arrival->identity;
  self->peer.policy = self->ticket.policy;
  self->peer.origin = (HubOrigin){
    .address_key = hub_ip_address_get_key (&self->address),
    .host_key = hub_ip_address_get_host_key (&self->address),
    .listener = self->ticket.policy != NULL ? self->ticket.policy->listener : HUB_LISTENER_NONE,
    .certificate_name = self->identity,
    .is_own = arrival->is_own,
  };
  *arrival = (HubArrival){ .fd = -1 };
  self->deadline.func = deadline_cb;
  if (kind == HUB_CONNECTION_WEBSOCKET)
    {
      const HubLimits *limits = hub_core_get_limits (set->core);

      self->decoder = g_new (HubWsDecoder, 1);
      hub_ws_decoder_init (self->decoder, MAX (limits->max_packet_bytes, limits->max_first_packet_bytes));
    }
  return self;
}

/*
 * hub_connection_free:
 * @self: (transfer full): a connection that the core is through with
 */
void
hub_connection_free (HubConnection *self)
{
  g_assert (self->peer.state == HUB_PEER_CLOSED);

  hub_deadlines_disarm (hub_reactor_get_deadlines (self->set->reactor), &self->deadline);
  hub_outbox_clear (&self->outbox, &self->set->pool);
  g_clear_pointer (&self->carry, g_byte_array_unref);
  g_clear_pointer (&self->decoder, g_free);
  hub_stream_free (self->stream);
  g_free (self->identity);
  g_free (self);
}

/*
 * hub_connection_start:
 * @first_bytes: (nullable): what was read already; overwritten
 */
void
hub_connection_start (HubConnection *self, GByteArray *first_bytes)
{
  hub_core_open (self->set->core, &self->peer, hub_reactor_get_now (self->set->reactor));
  hub_reactor_need_turn (self->set->reactor);
  hub_stream_start (self->stream, ready_cb, self);
  if (first_bytes != NULL && first_bytes->len > 0)
    hub_connection_take (self, first_bytes->data, 0, first_bytes->len);
}

/* Whether the core may take now what it has left while the store was full. */
static gboolean
has_waited (HubConnection *self)
{
  return self->peer.has_left && !hub_core_must_wait (self->set->core, &self->peer);
}

/*
 * hub_connection_flush:
 *
 * Writes what there is, has the core add what was waiting for room, and takes the next step of a close. The core adds
 * something once in a turn: however much waits for this client, the others get their turns in between.
 */
void
hub_connection_flush (HubConnection *self)
{
  if ((self->is_resumed || has_waited (self)) && !self->is_closing)
    hub_connection_take_carry (self);
  write_out (self);
  if (self->peer.wants_room && !self->is_closing && !self->is_blocked && !self->is_filled)
    {
      hub_core_room (self->set->core, &self->peer);
      self->is_filled = self->peer.wants_turn || (self->peer.wants_room && hub_outbox_get_bytes (&self->outbox) > 0);
      write_out (self);
    }
  if (self->is_dead)
    return;

  if (self->is_closing && hub_outbox_get_bytes (&self->outbox) == 0)
    {
      if (self->has_seen_end)
        {
          hub_connection_die (self);
          return;
        }
      if (!self->has_ended_output)
        hub_stream_end_output (self->stream);
      self->has_ended_output = TRUE;
    }
  settle (self);
  pause_or_resume (self);
  update_interest (self);
}

/*
 * hub_connection_die:
 *
 * The connection is over: it is freed when the turn ends. The core is told, unless it knows.
 */
void
hub_connection_die (HubConnection *self)
{
  if (self->is_dead)
    return;
  self->is_dead = TRUE;
  hub_core_lost (self->set->core, &self->peer, hub_reactor_get_now (self->set->reactor));
  hub_connections_mark (self->set, self);
}
