/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/discovery/hub-avahi.h"
#include "ui/model/hub-neighbour.h"

G_BEGIN_DECLS

/**
 * HUB_NEIGHBOURS_MAX:
 *
 * How many services are held at most, on all interfaces together: anybody on the network can announce any
 * number, and Avahi keeps an object for each, of 1,024.
 */
#define HUB_NEIGHBOURS_MAX 1000

#define HUB_TYPE_NEIGHBOURS (hub_neighbours_get_type ())
G_DECLARE_FINAL_TYPE (HubNeighbours, hub_neighbours, HUB, NEIGHBOURS, GObject)

HubNeighbours *hub_neighbours_new (HubAvahi *avahi) G_GNUC_WARN_UNUSED_RESULT;
void hub_neighbours_set_own_name (HubNeighbours *self, const char *name);

G_END_DECLS
