/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-settings.h"

G_BEGIN_DECLS

#define HUB_TYPE_BACKGROUND (hub_background_get_type ())
G_DECLARE_FINAL_TYPE (HubBackground, hub_background, HUB, BACKGROUND, GObject)

HubBackground *hub_background_new (GApplication *application, HubSettings *settings, gboolean is_sandboxed) G_GNUC_WARN_UNUSED_RESULT;
void hub_background_start_hidden (HubBackground *self);
void hub_background_set_has_window (HubBackground *self, gboolean has_window);
void hub_background_end (HubBackground *self);

G_END_DECLS
