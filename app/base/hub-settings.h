/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-host-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubStartChoice:
 * @HUB_START_CHOICE_ASK: nothing was chosen yet
 * @HUB_START_CHOICE_HOST: to host
 * @HUB_START_CHOICE_JOIN: to join whom one has joined last
 *
 * What was chosen when the program has started for the first time.
 */
typedef enum
{
  HUB_START_CHOICE_ASK,
  HUB_START_CHOICE_HOST,
  HUB_START_CHOICE_JOIN,
} HubStartChoice;

#define HUB_TYPE_SETTINGS (hub_settings_get_type ())
G_DECLARE_FINAL_TYPE (HubSettings, hub_settings, HUB, SETTINGS, GObject)

HubSettings *hub_settings_new (void) G_GNUC_WARN_UNUSED_RESULT;
GSettings *hub_settings_get_gsettings (HubSettings *self);
char *hub_settings_dup_name (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_settings_set_name (HubSettings *self, const char *name);
char *hub_settings_dup_from (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_settings_dup_last_join (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_settings_set_last_join (HubSettings *self, const char *address);
char **hub_settings_dup_recent_joins (HubSettings *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_settings_set_recent_joins (HubSettings *self, const char *const *addresses);
HubStartChoice hub_settings_get_start_choice (HubSettings *self);
void hub_settings_set_start_choice (HubSettings *self, HubStartChoice choice);
void hub_settings_get_host_options (HubSettings *self, HubHostOptions *options);
gboolean hub_settings_get_host_on_start (HubSettings *self);
void hub_settings_set_allow_outside (HubSettings *self, gboolean allow_outside);
gboolean hub_settings_get_do_not_disturb (HubSettings *self);
gboolean hub_settings_get_sound (HubSettings *self);
gboolean hub_settings_get_run_in_background (HubSettings *self);
gboolean hub_settings_get_start_at_login (HubSettings *self);
void hub_settings_set_start_at_login (HubSettings *self, gboolean start_at_login);
gboolean hub_settings_get_is_background_told (HubSettings *self);
void hub_settings_set_is_background_told (HubSettings *self);

G_END_DECLS
