/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_WINDOW (hub_window_get_type ())
G_DECLARE_FINAL_TYPE (HubWindow, hub_window, HUB, WINDOW, AdwApplicationWindow)

HubWindow *hub_window_new (GtkApplication *application, HubChatState *state, GSettings *settings);
HubChatState *hub_window_get_state (HubWindow *self);
void hub_window_focus_message (HubWindow *self);
void hub_window_show_toast (HubWindow *self, const char *text);

G_END_DECLS
