/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"

/*
 * What is not said before the store has it: acknowledgements of what is kept, and the deliveries of QoS 2. It waits for
 * each peer in its order, and goes out when the commit that it depends on is durable.
 */

/* The commit of the turn that is not over yet. */
#define THIS_TURN G_MAXUINT64

/* What an item takes beside its packet, about. */
#define ITEM_BYTES 160

typedef struct
{
  guint64 ticket;    /* 0: only its place behind the others matters */
  GBytes *packet;    /* (owned) (nullable): a packet; or */
  guint16 packet_id; /* the identifier of a delivery; 0 and no packet: the rest of a CONNECT */
  gboolean is_dup;   /* the delivery may have been sent on an earlier connection */
} Item;

struct _HubHold
{
  GQueue items; /* (owned) (element-type Item) */
  gsize bytes;  /* of all of them */
};

static void
item_free (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->packet, g_bytes_unref);
  g_free (item);
}

static gsize
cost (const Item *item)
{
  return ITEM_BYTES + (item->packet != NULL ? g_bytes_get_size (item->packet) : 0);
}

/* As for what waits unsent: who asks on and on is not asked what else there is. */
static gboolean
is_much (const HubCore *self, const HubPeer *peer)
{
  return peer->hold != NULL && peer->hold->bytes / 2 > self->options.limits.max_output_bytes;
}

static void
push (HubCore *self, HubPeer *peer, Item item, gboolean waits)
{
  item.ticket = waits ? THIS_TURN : 0;
  self->is_awaited = self->is_awaited || waits;
  if (peer->hold == NULL)
    {
      peer->hold = g_new0 (HubHold, 1);
      g_ptr_array_add (self->holders, peer);
    }
  peer->hold->bytes += cost (&item);
  g_queue_push_tail (&peer->hold->items, g_memdup2 (&item, sizeof item));
}

/* Returns FALSE when it was a delivery that is over instead. */
static gboolean
send_item (HubCore *self, HubPeer *peer, const Item *item)
{
  if (item->packet != NULL)
    {
      HubSpan packet;

      packet.data = g_bytes_get_data (item->packet, &packet.size);
      peer->funcs->send (peer, packet);
    }
  else if (item->packet_id != 0)
    {
      return hub_core_send_begun (self, peer->session, item->packet_id, item->is_dup);
    }
  else
    {
      hub_core_finish_connect (self, peer);
    }
  return TRUE;
}

static void
release (HubCore *self, HubPeer *peer)
{
  gboolean was_much = is_much (self, peer);
  gboolean has_left_out = FALSE;

  while (peer->hold != NULL)
    {
      Item *item = g_queue_peek_head (&peer->hold->items);

      if (item->ticket > self->durable)
        break;
      g_queue_pop_head (&peer->hold->items);
      peer->hold->bytes -= cost (item);
      /* Nothing waits behind the last one, not even what it leads to. */
      if (g_queue_is_empty (&peer->hold->items))
        hub_core_drop_hold (self, peer);
      has_left_out = !send_item (self, peer, item) || has_left_out;
      item_free (item);
    }
  /* Nobody acknowledges what was over before it was sent: there may be room for what waits behind it. */
  if (has_left_out && peer->state == HUB_PEER_CONNECTED)
    hub_core_pump (self, peer->session);
  /* Also where nothing was sent in the end. */
  if (was_much && peer->state != HUB_PEER_CLOSED && !is_much (self, peer))
    peer->funcs->resume (peer);
}

static void
release_all (HubCore *self)
{
  g_autoptr (GPtrArray) peers = NULL;

  if (self->holders->len == 0)
    return;
  /* What is released may close peers, and take them off the list. */
  peers = g_ptr_array_copy (self->holders, NULL, NULL);
  for (guint i = 0; i < peers->len; i++)
    release (self, g_ptr_array_index (peers, i));
}

/*
 * hub_core_drop_hold:
 * @peer: a peer
 *
 * Forgets what waits for @peer.
 */
void
hub_core_drop_hold (HubCore *self, HubPeer *peer)
{
  HubHold *hold = g_steal_pointer (&peer->hold);

  if (hold == NULL)
    return;
  g_ptr_array_remove_fast (self->holders, peer);
  g_queue_clear_full (&hold->items, item_free);
  g_free (hold);
}

/*
 * hub_core_hold_packet:
 * @peer: an open peer
 * @packet: what is to be sent
 * @waits: whether it has to wait for the commit of this turn
 *
 * Sends @packet, as soon as it may be sent.
 */
void
hub_core_hold_packet (HubCore *self, HubPeer *peer, HubSpan packet, gboolean waits)
{
  if (!waits && peer->hold == NULL)
    peer->funcs->send (peer, packet);
  else
    push (self, peer, (Item){ .packet = g_bytes_new (packet.data, packet.size) }, waits);
}

/*
 * hub_core_hold_delivery:
 * @peer: a connected peer
 * @packet_id: the identifier of a delivery that has begun and was not sent on this connection
 * @is_dup: whether it may have been sent on an earlier one
 * @waits: whether it has to wait for the commit of this turn, and not only for what is held already
 *
 * Has the delivery sent as soon as it may be sent.
 */
void
hub_core_hold_delivery (HubCore *self, HubPeer *peer, guint16 packet_id, gboolean is_dup, gboolean waits)
{
  push (self, peer, (Item){ .packet_id = packet_id, .is_dup = is_dup }, waits);
}

/*
 * hub_core_hold_connect:
 * @peer: a peer whose CONNECT has ended a session that was kept
 *
 * Has the rest of it done when that is durable.
 */
void
hub_core_hold_connect (HubCore *self, HubPeer *peer)
{
  push (self, peer, (Item){ 0 }, TRUE);
}

/*
 * hub_core_has_changed:
 *
 * Returns: whether the packet that is being handled has changed anything that is kept
 */
gboolean
hub_core_has_changed (const HubCore *self)
{
  return self->keep.n_changes != self->n_changes_before;
}

/*
 * hub_core_is_durable:
 * @session: a session
 *
 * Returns: whether all that its client is told of is durable. What was held for an earlier connection was dropped with
 *   it, and the client asks again, or is told again, on this one
 */
gboolean
hub_core_is_durable (const HubCore *self, const HubSession *session)
{
  return session->kept_in <= self->durable;
}

/*
 * hub_core_has_to_hold:
 * @session: a connected session
 *
 * Returns: whether the answer to the packet that is being handled has to wait for the store
 */
gboolean
hub_core_has_to_hold (const HubCore *self, const HubSession *session)
{
  return hub_core_has_changed (self) || !hub_core_is_durable (self, session);
}

/* What waits will never be durable, so it must not be said: its connections end. */
static void
close_holders (HubCore *self)
{
  while (self->holders->len > 0)
    {
      HubPeer *peer = g_ptr_array_index (self->holders, self->holders->len - 1);

      hub_core_end_connection (self, peer, TRUE);
      hub_core_close_peer (self, peer, HUB_REASON_QUOTA_EXCEEDED);
    }
}

/* What waits for this turn knows its ticket from now on. Where nothing has changed, it depends on a turn before. */
static void
commit (HubCore *self)
{
  guint64 ticket = self->keep.funcs->commit (self->keep.data, self->is_awaited);

  self->is_awaited = FALSE;
  if (ticket != 0)
    self->keep.last_ticket = ticket;
  for (guint i = 0; i < self->holders->len; i++)
    {
      HubPeer *peer = g_ptr_array_index (self->holders, i);

      for (GList *at = peer->hold->items.tail; at != NULL; at = at->prev)
        {
          Item *item = at->data;

          if (item->ticket == THIS_TURN)
            item->ticket = self->keep.last_ticket;
          else if (item->ticket != 0)
            break;
        }
    }
}

/**
 * hub_core_end_turn:
 * @self: a core
 *
 * Commits what has changed since the last turn. What is to be said about it is said when [method@Hub.Core.durable]
 * tells that it is safe; where the store has failed it never is, and who waits for it is sent away. To be called when the
 * input of a turn was handled, before its output is written.
 */
void
hub_core_end_turn (HubCore *self)
{
  if (self->keep.funcs == NULL)
    return;
  do
    {
      commit (self);
      if (self->keep.last_ticket <= self->durable)
        release_all (self);
      else if (hub_keep_is_failed (&self->keep))
        close_holders (self);
    }
  /* What was released may have changed something in turn. */
  while (self->is_awaited);
}

/**
 * hub_core_durable:
 * @self: a core
 * @ticket: the highest commit that is durable
 * @now_us: the time, microseconds
 *
 * Says what has waited for it.
 */
void
hub_core_durable (HubCore *self, guint64 ticket, gint64 now_us)
{
  hub_core_enter (self, now_us);
  self->durable = MAX (self->durable, ticket);
  release_all (self);
}

/**
 * hub_core_store_failed:
 * @self: a core whose store has failed
 * @now_us: the time, microseconds
 *
 * From now on what would have to be kept is refused; or, where the store was not essential, nothing is kept any more.
 */
void
hub_core_store_failed (HubCore *self, gint64 now_us)
{
  hub_core_enter (self, now_us);
  if (self->options.store_is_optional)
    {
      hub_keep_forget_all (&self->keep);
      hub_core_durable (self, THIS_TURN, now_us);
      return;
    }
  hub_trace (self, HUB_LOG_ERROR, "Nothing can be kept any more: messages that would have to be are refused.");
  close_holders (self);
}

/**
 * hub_core_is_waiting:
 * @self: a core
 *
 * Returns: whether there is something to be said that waits for the store
 */
gboolean
hub_core_is_waiting (const HubCore *self)
{
  return self->holders->len > 0;
}

/**
 * hub_core_must_wait:
 * @self: a core
 * @peer: an open peer
 *
 * To be called before each decision whether to read from @peer: as long as it is not read from, its keep-alive does not run
 * out, and begins anew afterwards [MQTT-3.1.2-22].
 *
 * Returns: whether @peer sends faster than can be kept, or is held more answers for than it may be, so that it should not
 *   be read from until the store has drained, or `resume` is called
 */
gboolean
hub_core_must_wait (HubCore *self, HubPeer *peer)
{
  gboolean is_held_up = (peer->has_published_kept || peer->has_left) && hub_keep_is_full (&self->keep);
  gboolean must_wait = peer->state == HUB_PEER_CONNECTED && (is_held_up || is_much (self, peer));

  if (peer->is_waiting && !must_wait)
    peer->last_packet_us = self->now_us;
  peer->is_waiting = must_wait;
  return must_wait;
}

/**
 * hub_core_leave_store:
 * @self: a core
 *
 * Tells the store nothing any more: it is about to be closed, and what is freed is not forgotten.
 */
void
hub_core_leave_store (HubCore *self)
{
  hub_keep_forget_all (&self->keep);
}
