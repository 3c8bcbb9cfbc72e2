/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"
#include "ui/model/hub-door.h"

G_BEGIN_DECLS

/**
 * HUB_GUESTS_BAR_S:
 *
 * How long somebody who was sent away is kept out, seconds.
 */
#define HUB_GUESTS_BAR_S 600

#define HUB_TYPE_GUESTS (hub_guests_get_type ())
G_DECLARE_FINAL_TYPE (HubGuests, hub_guests, HUB, GUESTS, GObject)

HubGuests *hub_guests_new (HubDoor *door) G_GNUC_WARN_UNUSED_RESULT;
void hub_guests_set_link (HubGuests *self, HubLink *link, HubHost *host);

G_END_DECLS
