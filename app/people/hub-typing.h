/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_TYPING (hub_typing_get_type ())
G_DECLARE_FINAL_TYPE (HubTyping, hub_typing, HUB, TYPING, GObject)

HubTyping *hub_typing_new (HubChatState *state, const char *from) G_GNUC_WARN_UNUSED_RESULT;
void hub_typing_set_link (HubTyping *self, HubLink *link);
void hub_typing_end (HubTyping *self, const char *topic, const char *from);

G_END_DECLS
