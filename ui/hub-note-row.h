/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_NOTE_ROW (hub_note_row_get_type ())
G_DECLARE_FINAL_TYPE (HubNoteRow, hub_note_row, HUB, NOTE_ROW, GtkWidget)

HubMessageItem *hub_note_row_get_item (HubNoteRow *self);
void hub_note_row_set_item (HubNoteRow *self, HubMessageItem *item);

G_END_DECLS
