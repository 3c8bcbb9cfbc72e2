/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_ROOMS_POPOVER (hub_rooms_popover_get_type ())
G_DECLARE_FINAL_TYPE (HubRoomsPopover, hub_rooms_popover, HUB, ROOMS_POPOVER, GtkPopover)

HubChatState *hub_rooms_popover_get_state (HubRoomsPopover *self);
void hub_rooms_popover_set_state (HubRoomsPopover *self, HubChatState *state);

G_END_DECLS
