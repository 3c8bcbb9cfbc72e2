/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "app/rooms/hub-rooms.h"

G_BEGIN_DECLS

#define HUB_TYPE_PRESENCE (hub_presence_get_type ())
G_DECLARE_FINAL_TYPE (HubPresence, hub_presence, HUB, PRESENCE, GObject)

HubPresence *hub_presence_new (HubChatState *state, HubRooms *rooms, const char *from) G_GNUC_WARN_UNUSED_RESULT;
void hub_presence_set_link (HubPresence *self, HubLink *link, HubHost *host);
gboolean hub_presence_get_would_host (HubPresence *self);
void hub_presence_set_port (HubPresence *self, guint16 port);

G_END_DECLS
