/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-peer.h"
#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

typedef struct _HubCore HubCore;

/**
 * HubEnhanced:
 *
 * The enhanced authentication of a connection whose CONNECT names a method for it; MQTT 5.0, section 4.12. It lasts as
 * long as the connection does, since every later AUTH has to be of the same method.
 */
typedef struct _HubEnhanced HubEnhanced;

void hub_enhanced_set_data (HubEnhanced *self, GBytes *data);
void hub_enhanced_fill (const HubEnhanced *self, HubProperties *properties);
gboolean hub_enhanced_is_under_way (const HubEnhanced *self);

gboolean hub_core_knows_methods (const HubCore *self, const HubPeer *peer);
void hub_core_begin_exchange (HubCore *self,
                              HubPeer *peer,
                              const HubConnect *connect,
                              const char *client_id,
                              const char *user_name,
                              HubSpan packet);
gboolean hub_core_handle_early (HubCore *self, HubPeer *peer, const HubFixedHeader *header, HubSpan body, GError **error);
gboolean hub_core_handle_auth (HubCore *self, HubPeer *peer, const HubGoodbye *auth, GError **error);
void hub_core_drop_exchange (HubCore *self, HubPeer *peer);

G_END_DECLS
