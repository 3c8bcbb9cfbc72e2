/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-door.h"
#include "ui/model/hub-invitation.h"
#include "ui/model/hub-joining.h"
#include "ui/model/hub-hosting.h"
#include "ui/model/hub-people-list.h"
#include "ui/model/hub-room-list.h"
#include "ui/model/hub-search.h"
#include "ui/model/hub-standing.h"

G_BEGIN_DECLS

#define HUB_TYPE_CHAT_STATE (hub_chat_state_get_type ())
G_DECLARE_FINAL_TYPE (HubChatState, hub_chat_state, HUB, CHAT_STATE, GObject)

HubChatState *hub_chat_state_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubRoomList *hub_chat_state_get_rooms (HubChatState *self);
HubRoom *hub_chat_state_get_room (HubChatState *self);
void hub_chat_state_set_room (HubChatState *self, HubRoom *room);
HubNames *hub_chat_state_get_names (HubChatState *self);
HubPeopleList *hub_chat_state_get_people (HubChatState *self);
HubDoor *hub_chat_state_get_door (HubChatState *self);
HubMessageList *hub_chat_state_get_messages (HubChatState *self);
guint hub_chat_state_get_unread_elsewhere (HubChatState *self);
HubStanding *hub_chat_state_get_standing (HubChatState *self);
gboolean hub_chat_state_get_is_reading (HubChatState *self);
void hub_chat_state_set_is_reading (HubChatState *self, gboolean is_reading);
GListModel *hub_chat_state_get_neighbours (HubChatState *self);
void hub_chat_state_set_neighbours (HubChatState *self, GListModel *neighbours);
const char *hub_chat_state_get_last_join (HubChatState *self);
void hub_chat_state_set_last_join (HubChatState *self, const char *last_join);
const char *hub_chat_state_get_name (HubChatState *self);
void hub_chat_state_set_name (HubChatState *self, const char *name);
HubJoining *hub_chat_state_get_joining (HubChatState *self);
HubHosting *hub_chat_state_get_hosting (HubChatState *self);
HubSearch *hub_chat_state_get_search (HubChatState *self);
HubInvitation *hub_chat_state_get_invitation (HubChatState *self);
gboolean hub_chat_state_publish (HubChatState *self, const char *text);
void hub_chat_state_type (HubChatState *self);
void hub_chat_state_retry (HubChatState *self, HubMessageItem *item);
void hub_chat_state_dismiss (HubChatState *self, HubMessageItem *item);
void hub_chat_state_jump (HubChatState *self, HubMessageItem *item);
void hub_chat_state_go_to_date (HubChatState *self, gint64 time_us);
void hub_chat_state_join (HubChatState *self, const char *address);
void hub_chat_state_leave (HubChatState *self);
gboolean hub_chat_state_open_room (HubChatState *self, const char *topic);
void hub_chat_state_leave_room (HubChatState *self, const char *topic);

G_END_DECLS
