/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-pending.h"

#include "broker/wire/hub-decode.h"

/*
 * hub_pending_begin:
 * @peer: a peer that has sent CONNECT
 * @state: what it waits for: %HUB_PEER_AUTHENTICATING or %HUB_PEER_EXCHANGING
 * @client_id: its Client Identifier
 * @packet: the bytes of its CONNECT
 *
 * Has @peer wait for its CONNACK.
 *
 * Returns: (transfer none): what it waits with; it belongs to @peer
 */
HubPending *
hub_pending_begin (HubCore *core, HubPeer *peer, HubPeerState state, const char *client_id, HubSpan packet)
{
  HubPending *self = g_malloc0 (sizeof (HubPending) + packet.size);

  self->client_id = g_strdup (client_id);
  self->size = packet.size;
  memcpy (self->packet, packet.data, packet.size);
  hub_pending_wait (core, peer, state, self);
  return self;
}

/*
 * hub_pending_wait:
 * @peer: a peer that waits with nothing
 * @state: what it waits for
 * @self: (transfer full): what it waits with from now on
 */
void
hub_pending_wait (HubCore *core, HubPeer *peer, HubPeerState state, HubPending *self)
{
  self->link.data = peer;
  g_queue_push_tail_link (&core->pending, &self->link);
  peer->pending = self;
  peer->state = state;
}

/*
 * hub_pending_take:
 * @peer: a peer
 *
 * Returns: (transfer full) (nullable): what it has waited with; now it waits with nothing
 */
HubPending *
hub_pending_take (HubCore *core, HubPeer *peer)
{
  HubPending *self = g_steal_pointer (&peer->pending);

  if (self != NULL)
    g_queue_unlink (&core->pending, &self->link);
  return self;
}

/*
 * hub_pending_find_older:
 * @peer: a peer that has sent CONNECT
 * @client_id: its Client Identifier
 *
 * Who is in an exchange of AUTH does not wait: its last packet is still to come.
 *
 * Returns: (transfer none) (nullable): another one that waits with this Client Identifier, and came before @peer
 */
HubPeer *
hub_pending_find_older (const HubCore *core, const HubPeer *peer, const char *client_id)
{
  for (const GList *at = core->pending.head; at != NULL; at = at->next)
    {
      HubPeer *other = at->data;

      if (other->state == HUB_PEER_AUTHENTICATING && other->connect_order < peer->connect_order &&
          g_str_equal (other->pending->client_id, client_id))
        return other;
    }
  return NULL;
}

/*
 * hub_pending_free:
 * @self: (transfer full): what nobody waits with any more
 */
void
hub_pending_free (HubPending *self)
{
  g_free (self->client_id);
  g_free (self->user_name);
  g_free (self);
}

/*
 * hub_pending_decode:
 * @self: what a peer waits with
 * @packet: (out): its CONNECT; valid as long as @self
 *
 * It was well formed the first time.
 */
void
hub_pending_decode (const HubPending *self, HubPacket *packet)
{
  HubSpan bytes = { self->packet, self->size };
  HubFixedHeader header;

  hub_fixed_header_read (bytes, HUB_PACKET_SIZE_MAX, &header, NULL);
  bytes = (HubSpan){ bytes.data + header.header_size, header.remaining_size };
  if (!hub_packet_decode (HUB_VERSION_NONE, &header, bytes, packet, NULL))
    g_assert_not_reached ();
}

/*
 * hub_core_drop_pending:
 * @peer: a peer
 *
 * Nobody waits any more for the answer to whether @peer may come in.
 */
void
hub_core_drop_pending (HubCore *self, HubPeer *peer)
{
  g_autoptr (HubPending) pending = hub_pending_take (self, peer);

  if (pending != NULL && peer->state == HUB_PEER_AUTHENTICATING && !pending->is_admitted)
    self->options.access->forget (self->options.access_data, peer);
}
