/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-list.h"

G_BEGIN_DECLS

#define HUB_TYPE_ROOM (hub_room_get_type ())
G_DECLARE_FINAL_TYPE (HubRoom, hub_room, HUB, ROOM, GObject)

HubRoom *hub_room_new (const char *topic, HubMessageList *messages) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_room_get_topic (HubRoom *self);
const char *hub_room_get_name (HubRoom *self);
gboolean hub_room_get_is_everyone (HubRoom *self);
gboolean hub_room_get_is_read_only (HubRoom *self);
HubMessageList *hub_room_get_messages (HubRoom *self);
guint hub_room_get_unread (HubRoom *self);
void hub_room_set_unread (HubRoom *self, guint unread);
gboolean hub_room_get_has_mention (HubRoom *self);
void hub_room_set_has_mention (HubRoom *self, gboolean has_mention);
gboolean hub_room_get_is_entered (HubRoom *self);
void hub_room_set_is_entered (HubRoom *self, gboolean is_entered);
const char *hub_room_get_draft (HubRoom *self);
void hub_room_set_draft (HubRoom *self, const char *draft);
const char *hub_room_get_typing (HubRoom *self);
void hub_room_set_typing (HubRoom *self, const char *typing);
int hub_room_compare (HubRoom *self, HubRoom *other);

G_END_DECLS
