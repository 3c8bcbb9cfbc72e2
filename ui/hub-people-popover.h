/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-people-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_PEOPLE_POPOVER (hub_people_popover_get_type ())
G_DECLARE_FINAL_TYPE (HubPeoplePopover, hub_people_popover, HUB, PEOPLE_POPOVER, GtkPopover)

HubPeopleList *hub_people_popover_get_people (HubPeoplePopover *self);
void hub_people_popover_set_people (HubPeoplePopover *self, HubPeopleList *people);

G_END_DECLS
