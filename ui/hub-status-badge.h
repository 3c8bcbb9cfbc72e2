/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_STATUS_BADGE (hub_status_badge_get_type ())
G_DECLARE_FINAL_TYPE (HubStatusBadge, hub_status_badge, HUB, STATUS_BADGE, AdwBin)

HubChatConnection hub_status_badge_get_connection (HubStatusBadge *self);
void hub_status_badge_set_connection (HubStatusBadge *self, HubChatConnection connection);

G_END_DECLS
