/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/leaving/hub-absence.h"

G_BEGIN_DECLS

#define HUB_TYPE_FOLLOWER (hub_follower_get_type ())
G_DECLARE_FINAL_TYPE (HubFollower, hub_follower, HUB, FOLLOWER, GObject)

HubFollower *hub_follower_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_follower_set_link (HubFollower *self, HubLink *link);
HubAbsence hub_follower_get_absence (HubFollower *self);

G_END_DECLS
