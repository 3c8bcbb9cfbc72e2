/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_SLOT (hub_message_slot_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageSlot, hub_message_slot, HUB, MESSAGE_SLOT, GtkWidget)

HubMessageItem *hub_message_slot_get_item (HubMessageSlot *self);
void hub_message_slot_set_item (HubMessageSlot *self, HubMessageItem *item);
gboolean hub_message_slot_fill (HubMessageSlot *self);
void hub_message_slot_update_day (HubMessageSlot *self);

G_END_DECLS
