/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_ROOM_MEMORY_CHATS_MAX:
 *
 * How many chats are remembered; then the one that was longest ago goes.
 */
#define HUB_ROOM_MEMORY_CHATS_MAX 32

/**
 * HubRememberedRoom:
 * @topic: which room
 * @log: (nullable): the log of what was read last; %NULL: nothing is known to be read
 * @seq: the number in it
 * @draft: (nullable): what stands in its Message
 *
 * What is remembered of an entered room.
 */
typedef struct
{
  char *topic;
  char *log;
  guint64 seq;
  char *draft;
} HubRememberedRoom;

#define HUB_TYPE_ROOM_MEMORY (hub_room_memory_get_type ())
G_DECLARE_FINAL_TYPE (HubRoomMemory, hub_room_memory, HUB, ROOM_MEMORY, GObject)

HubRoomMemory *hub_room_memory_new (GFile *file) G_GNUC_WARN_UNUSED_RESULT;
void hub_room_memory_set_chat (HubRoomMemory *self, const char *chat);
void hub_room_memory_move_chat (HubRoomMemory *self, const char *chat);
const GPtrArray *hub_room_memory_get_rooms (HubRoomMemory *self);
const HubRememberedRoom *hub_room_memory_find (HubRoomMemory *self, const char *topic);
const char *hub_room_memory_get_shown (HubRoomMemory *self);
void hub_room_memory_enter (HubRoomMemory *self, const char *topic);
void hub_room_memory_leave (HubRoomMemory *self, const char *topic);
void hub_room_memory_show (HubRoomMemory *self, const char *topic);
void hub_room_memory_read (HubRoomMemory *self, const char *topic, const char *log, guint64 seq);
void hub_room_memory_write_draft (HubRoomMemory *self, const char *topic, const char *draft);
void hub_room_memory_flush (HubRoomMemory *self);

G_END_DECLS
