/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_PASSWORD_ROW (hub_password_row_get_type ())
G_DECLARE_FINAL_TYPE (HubPasswordRow, hub_password_row, HUB, PASSWORD_ROW, AdwActionRow)

void hub_password_row_set_state (HubPasswordRow *self, HubChatState *state);

G_END_DECLS
