/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/rooms/hub-rooms.h"

G_BEGIN_DECLS

/**
 * HUB_SEEKER_PAGE:
 *
 * How many results are asked for at a time.
 */
#define HUB_SEEKER_PAGE 50

#define HUB_TYPE_SEEKER (hub_seeker_get_type ())
G_DECLARE_FINAL_TYPE (HubSeeker, hub_seeker, HUB, SEEKER, GObject)

HubSeeker *hub_seeker_new (HubChatState *state, HubRooms *rooms) G_GNUC_WARN_UNUSED_RESULT;
void hub_seeker_set_url (HubSeeker *self, const char *base_url);

G_END_DECLS
