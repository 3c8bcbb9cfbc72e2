/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-pending.h"

#include "broker/core/hub-core-private.h"
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
hub_pending_begin (HubPeer *peer, HubPeerState state, const char *client_id, HubSpan packet)
{
  HubPending *self = g_malloc0 (sizeof (HubPending) + packet.size);

  self->client_id = g_strdup (client_id);
  self->size = packet.size;
  memcpy (self->packet, packet.data, packet.size);
  peer->pending = self;
  peer->state = state;
  return self;
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
  g_autoptr (HubPending) pending = g_steal_pointer (&peer->pending);

  if (pending != NULL && peer->state == HUB_PEER_AUTHENTICATING && !pending->is_admitted)
    self->options.access->forget (self->options.access_data, peer);
}
