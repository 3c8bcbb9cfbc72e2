/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_VIEW (hub_message_view_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageView, hub_message_view, HUB, MESSAGE_VIEW, AdwBin)

HubMessageList *hub_message_view_get_messages (HubMessageView *self);
void hub_message_view_set_messages (HubMessageView *self, HubMessageList *messages);
HubChatConnection hub_message_view_get_connection (HubMessageView *self);
void hub_message_view_set_connection (HubMessageView *self, HubChatConnection connection);
const char *hub_message_view_get_own_name (HubMessageView *self);
void hub_message_view_set_own_name (HubMessageView *self, const char *own_name);
void hub_message_view_set_offer (HubMessageView *self, GtkWidget *offer);
gboolean hub_message_view_focus (HubMessageView *self);

G_END_DECLS
