/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core-private.h"

G_BEGIN_DECLS

/**
 * HubPending:
 * @link: among those of the core; its data is the peer
 * @client_id: (owned): the Client Identifier, assigned already if the broker assigns it
 * @user_name: (owned) (nullable): once it was admitted, as whom; before, what it says during an exchange of AUTH
 * @is_admitted: nothing but a commit is waited for
 * @is_certified: once it was admitted: whether a certificate says who it is
 * @size: bytes of @packet
 * @packet: the CONNECT
 *
 * A CONNECT whose answer takes a while, since a password is being checked, an exchange of AUTH is under way, or the end of
 * the session before it has to be durable first: it is kept, and decoded once more then.
 */
typedef struct _HubPending
{
  GList link;
  char *client_id;
  char *user_name;
  bool is_admitted : 1;
  bool is_certified : 1;
  gsize size;
  guint8 packet[];
} HubPending;

HubPending *hub_pending_begin (HubCore *core, HubPeer *peer, HubPeerState state, const char *client_id, HubSpan packet);
void hub_pending_wait (HubCore *core, HubPeer *peer, HubPeerState state, HubPending *self);
HubPending *hub_pending_take (HubCore *core, HubPeer *peer) G_GNUC_WARN_UNUSED_RESULT;
HubPeer *hub_pending_find_older (const HubCore *core, const HubPeer *peer, const char *client_id);
void hub_pending_free (HubPending *self);
void hub_pending_decode (const HubPending *self, HubPacket *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPending, hub_pending_free)

G_END_DECLS
