/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-person.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_PERSON_ROW (hub_person_row_get_type ())
G_DECLARE_FINAL_TYPE (HubPersonRow, hub_person_row, HUB, PERSON_ROW, GtkWidget)

HubPerson *hub_person_row_get_person (HubPersonRow *self);
void hub_person_row_set_person (HubPersonRow *self, HubPerson *person);

G_END_DECLS
