/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/discovery/hub-discovery.h"
#include "app/hosting/hub-host.h"

G_BEGIN_DECLS

#define HUB_TYPE_INVITER (hub_inviter_get_type ())
G_DECLARE_FINAL_TYPE (HubInviter, hub_inviter, HUB, INVITER, GObject)

HubInviter *hub_inviter_new (HubChatState *state, HubDiscovery *discovery) G_GNUC_WARN_UNUSED_RESULT;
void hub_inviter_set_host (HubInviter *self, HubHost *host);
void hub_inviter_set_page (HubInviter *self, const char *page);

G_END_DECLS
