/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_PREFERENCES (hub_preferences_get_type ())
G_DECLARE_FINAL_TYPE (HubPreferences, hub_preferences, HUB, PREFERENCES, AdwWindow)

GtkWidget *hub_preferences_new (GtkWindow *parent, HubChatState *state, GSettings *settings);
void hub_preferences_tell (HubPreferences *self, const char *text);

G_END_DECLS
