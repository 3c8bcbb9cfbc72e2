/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-reach.h"

G_BEGIN_DECLS

#define HUB_TYPE_INVITATION (hub_invitation_get_type ())
G_DECLARE_FINAL_TYPE (HubInvitation, hub_invitation, HUB, INVITATION, GObject)

HubInvitation *hub_invitation_new (void) G_GNUC_WARN_UNUSED_RESULT;
const char *const *hub_invitation_get_pages (HubInvitation *self);
void hub_invitation_set_pages (HubInvitation *self, const char *const *pages);
const char *hub_invitation_get_key (HubInvitation *self);
void hub_invitation_set_key (HubInvitation *self, const char *key);
const HubReach *hub_invitation_get_reach (HubInvitation *self);
void hub_invitation_set_reach (HubInvitation *self, const HubReach *reach);
gboolean hub_invitation_get_is_watched (HubInvitation *self);
void hub_invitation_set_is_watched (HubInvitation *self, gboolean is_watched);

G_END_DECLS
