/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_JOIN_DIALOG (hub_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HubJoinDialog, hub_join_dialog, HUB, JOIN_DIALOG, AdwMessageDialog)

GtkWidget *hub_join_dialog_new (GtkWindow *parent, HubChatState *state);

G_END_DECLS
