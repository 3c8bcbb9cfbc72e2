/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_INVITE_WINDOW (hub_invite_window_get_type ())
G_DECLARE_FINAL_TYPE (HubInviteWindow, hub_invite_window, HUB, INVITE_WINDOW, AdwWindow)

GtkWidget *hub_invite_window_new (GtkWindow *parent, HubChatState *state);
const char *hub_invite_window_get_url (HubInviteWindow *self);

G_END_DECLS
