/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/history/hub-archive-answer.h"
#include "app/messages/hub-payload.h"
#include "app/rooms/hub-room-memory.h"
#include "app/messages/hub-stamp.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

/**
 * HUB_ROOMS_ENTERED_MAX:
 *
 * How many rooms can be entered.
 */
#define HUB_ROOMS_ENTERED_MAX 64

/**
 * HUB_ROOMS_KNOWN_MAX:
 *
 * How many rooms are known, entered or not. What is told of further ones is passed over.
 */
#define HUB_ROOMS_KNOWN_MAX 1000

/**
 * HUB_ROOMS_ROWS_AWAY:
 *
 * How many messages of a room are held while it is not shown.
 */
#define HUB_ROOMS_ROWS_AWAY 200

#define HUB_TYPE_ROOMS (hub_rooms_get_type ())
G_DECLARE_FINAL_TYPE (HubRooms, hub_rooms, HUB, ROOMS, GObject)

HubRooms *hub_rooms_new (HubChatState *state, HubRoomMemory *memory, const char *from) G_GNUC_WARN_UNUSED_RESULT;

gboolean hub_rooms_open (HubRooms *self, const char *topic);
void hub_rooms_leave (HubRooms *self, const char *topic);
void hub_rooms_learn (HubRooms *self, const char *topic);
void hub_rooms_set_chat (HubRooms *self, const char *chat);
HubMessageItem *hub_rooms_read (HubRooms *self, const HubArchiveMessage *message) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_rooms_jump (HubRooms *self, HubMessageItem *item);

void hub_rooms_begin (HubRooms *self, const char *base_url);
void hub_rooms_end (HubRooms *self);

void hub_rooms_hear (HubRooms *self, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp);
void hub_rooms_show_waiting (HubRooms *self, const char *topic, const HubPayload *payload);
void hub_rooms_settle (HubRooms *self, const char *topic, const char *id, HubMessageState state);

G_END_DECLS
