/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HUB_TYPE_HOSTING (hub_hosting_get_type ())
G_DECLARE_FINAL_TYPE (HubHosting, hub_hosting, HUB, HOSTING, GObject)

HubHosting *hub_hosting_new (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_hosting_get_is_open (HubHosting *self);
const char *hub_hosting_get_status (HubHosting *self);
void hub_hosting_set_status (HubHosting *self, gboolean is_open, const char *status);
gboolean hub_hosting_get_is_waiting (HubHosting *self);
void hub_hosting_set_is_waiting (HubHosting *self, gboolean is_waiting);
void hub_hosting_host (HubHosting *self);
void hub_hosting_tell (HubHosting *self, const char *text);
void hub_hosting_clear_history (HubHosting *self);

G_END_DECLS
