/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_SETTINGS (hub_settings_get_type ())
G_DECLARE_FINAL_TYPE (HubSettings, hub_settings, HUB, SETTINGS, GObject)

HubSettings *hub_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;
GSettings *hub_settings_get_gsettings (HubSettings *self);
char *hub_settings_dup_name (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_settings_set_name (HubSettings *self, const char *name);
char *hub_settings_dup_from (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_settings_dup_last_join (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_settings_set_last_join (HubSettings *self, const char *address);
gboolean hub_settings_get_allow_outside (HubSettings *self);
gboolean hub_settings_get_do_not_disturb (HubSettings *self);

G_END_DECLS
