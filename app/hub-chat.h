/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-settings.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_CHAT (hub_chat_get_type ())
G_DECLARE_FINAL_TYPE (HubChat, hub_chat, HUB, CHAT, GObject)

HubChat *hub_chat_new (HubSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
HubChatState *hub_chat_get_state (HubChat *self);
char *hub_chat_dup_address (HubChat *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_chat_begin (HubChat *self);
void hub_chat_host (HubChat *self);
gboolean hub_chat_join (HubChat *self, const char *address, GError **error);
void hub_chat_stop (HubChat *self);

G_END_DECLS
