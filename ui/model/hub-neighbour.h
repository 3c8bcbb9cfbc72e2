/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HUB_TYPE_NEIGHBOUR (hub_neighbour_get_type ())
G_DECLARE_FINAL_TYPE (HubNeighbour, hub_neighbour, HUB, NEIGHBOUR, GObject)

HubNeighbour *hub_neighbour_new (const char *service, const char *name, const char *address, gboolean is_hubbub) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_neighbour_get_service (HubNeighbour *self);
const char *hub_neighbour_get_name (HubNeighbour *self);
const char *hub_neighbour_get_address (HubNeighbour *self);
gboolean hub_neighbour_get_is_hubbub (HubNeighbour *self);
gboolean hub_neighbour_is_same (HubNeighbour *self, HubNeighbour *other);
int hub_neighbour_compare (HubNeighbour *self, HubNeighbour *other);

G_END_DECLS
