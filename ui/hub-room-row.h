/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-room.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_ROOM_ROW (hub_room_row_get_type ())
G_DECLARE_FINAL_TYPE (HubRoomRow, hub_room_row, HUB, ROOM_ROW, GtkListBoxRow)

GtkWidget *hub_room_row_new (HubRoom *room);
HubRoom *hub_room_row_get_room (HubRoomRow *self);

G_END_DECLS
