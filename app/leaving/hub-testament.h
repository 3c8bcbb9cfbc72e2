/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/link/hub-link.h"

G_BEGIN_DECLS

#define HUB_TYPE_TESTAMENT (hub_testament_get_type ())
G_DECLARE_FINAL_TYPE (HubTestament, hub_testament, HUB, TESTAMENT, GObject)

HubTestament *hub_testament_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_testament_set_link (HubTestament *self, HubLink *link, HubHost *host);
void hub_testament_revoke (HubTestament *self, HubHost *host);

G_END_DECLS
