/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/history/hub-past.h"
#include "app/rooms/hub-room-memory.h"
#include "ui/model/hub-room.h"

G_BEGIN_DECLS

void hub_reading_mark_read (HubRoom *room, HubPast *past, HubRoomMemory *memory);
void hub_reading_count (HubRoom *room, HubPast *past, HubRoomMemory *memory, HubMessageItem *item, const char *name);
void hub_reading_take_past (HubRoom *room, HubPast *past, HubRoomMemory *memory, const char *name);

G_END_DECLS
