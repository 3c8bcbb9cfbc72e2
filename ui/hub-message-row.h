/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_ROW (hub_message_row_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageRow, hub_message_row, HUB, MESSAGE_ROW, GtkWidget)

HubMessageItem *hub_message_row_get_item (HubMessageRow *self);
void hub_message_row_set_item (HubMessageRow *self, HubMessageItem *item);

G_END_DECLS
