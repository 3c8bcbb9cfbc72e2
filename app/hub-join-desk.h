/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "app/base/hub-settings.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_JOIN_DESK (hub_join_desk_get_type ())
G_DECLARE_FINAL_TYPE (HubJoinDesk, hub_join_desk, HUB, JOIN_DESK, GObject)

HubJoinDesk *hub_join_desk_new (HubSettings *settings, HubChatState *state) G_GNUC_WARN_UNUSED_RESULT;
char *hub_join_desk_begin (HubJoinDesk *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_join_desk_join (HubJoinDesk *self, const HubJoinAddress *address);
void hub_join_desk_visit (HubJoinDesk *self);
void hub_join_desk_leave (HubJoinDesk *self);
const char *hub_join_desk_get_service (HubJoinDesk *self);
void hub_join_desk_follow (HubJoinDesk *self, const HubJoinAddress *to);
void hub_join_desk_move (HubJoinDesk *self, const HubJoinAddress *from, const HubJoinAddress *to);
void hub_join_desk_hear (HubJoinDesk *self, HubLink *link);

G_END_DECLS
