/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HUB_NAMES_BYTES_MAX:
 *
 * Longer names are not compared, bytes.
 */
#define HUB_NAMES_BYTES_MAX 256

#define HUB_TYPE_NAME (hub_name_get_type ())
G_DECLARE_FINAL_TYPE (HubName, hub_name, HUB, NAME, GObject)

gboolean hub_name_get_is_shared (HubName *self);

#define HUB_TYPE_NAMES (hub_names_get_type ())
G_DECLARE_FINAL_TYPE (HubNames, hub_names, HUB, NAMES, GObject)

HubNames *hub_names_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubName *hub_names_add (HubNames *self, const char *name, const char *from);
void hub_names_remove (HubNames *self, const char *name, const char *from);

G_END_DECLS
