/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/history/hub-past.h"
#include "app/rooms/hub-rooms.h"

G_BEGIN_DECLS

struct _HubRooms
{
  GObject parent_instance;

  HubChatState *state;   /* (owned) */
  HubRoomMemory *memory; /* (owned) */
  char *from;            /* (owned) */
  HubArchive *archive;   /* (owned) */
  GHashTable *pasts;     /* (owned) (element-type HubRoom HubPast): of the entered rooms */
  char *url;             /* (owned) (nullable): where is asked; NULL while nobody can be */
  GCancellable *listing; /* (owned) (nullable): of the question for topics */
  guint flush_id;        /* source */
};

HubRoom *hub_rooms_find (HubRooms *self, const char *topic);
HubPast *hub_rooms_find_past (HubRooms *self, HubRoom *room);
gboolean hub_rooms_is_shown (HubRooms *self, HubRoom *room);
gboolean hub_rooms_is_read (HubRooms *self, HubRoom *room);
HubMessageItem *hub_rooms_read_past (const HubArchiveMessage *message, gpointer user_data);
void hub_rooms_emit_found (HubRooms *self, const char *id);
void hub_rooms_emit_news (HubRooms *self, HubRoom *room, HubMessageItem *item);

G_END_DECLS
