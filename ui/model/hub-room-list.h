/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-room.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_ROOM_LIST (hub_room_list_get_type ())
G_DECLARE_FINAL_TYPE (HubRoomList, hub_room_list, HUB, ROOM_LIST, GObject)

HubRoomList *hub_room_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_room_list_add (HubRoomList *self, HubRoom *room);
void hub_room_list_remove (HubRoomList *self, HubRoom *room);
HubRoom *hub_room_list_find (HubRoomList *self, const char *topic);
HubRoom *hub_room_list_get (HubRoomList *self, guint position);
guint hub_room_list_get_n_entered (HubRoomList *self);
guint hub_room_list_get_unread (HubRoomList *self);

G_END_DECLS
