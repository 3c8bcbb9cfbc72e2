/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_INVITE_BOARD (hub_invite_board_get_type ())
G_DECLARE_FINAL_TYPE (HubInviteBoard, hub_invite_board, HUB, INVITE_BOARD, GtkWidget)

void hub_invite_board_set_url (HubInviteBoard *self, const char *url);
const char *hub_invite_board_get_shown (HubInviteBoard *self);

G_END_DECLS
