/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_COMPOSER (hub_composer_get_type ())
G_DECLARE_FINAL_TYPE (HubComposer, hub_composer, HUB, COMPOSER, AdwBin)

const char *hub_composer_get_name (HubComposer *self);
void hub_composer_set_name (HubComposer *self, const char *name);
gboolean hub_composer_get_is_compact (HubComposer *self);
void hub_composer_set_is_compact (HubComposer *self, gboolean is_compact);
gboolean hub_composer_get_enter_publishes (HubComposer *self);
void hub_composer_set_enter_publishes (HubComposer *self, gboolean enter_publishes);
guint64 hub_composer_get_limit_bytes (HubComposer *self);
void hub_composer_set_limit_bytes (HubComposer *self, guint64 limit_bytes);
void hub_composer_set_text (HubComposer *self, const char *text);
void hub_composer_set_is_read_only (HubComposer *self, gboolean is_read_only);
gboolean hub_composer_focus (HubComposer *self);
void hub_composer_publish (HubComposer *self);

G_END_DECLS
