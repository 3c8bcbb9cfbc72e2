/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define HUB_TYPE_NAMES (hub_names_get_type ())
G_DECLARE_FINAL_TYPE (HubNames, hub_names, HUB, NAMES, GObject)

HubNames *hub_names_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_names_add (HubNames *self, const char *name, const char *from, GObject *holder);
void hub_names_remove (HubNames *self, const char *name, const char *from, GObject *holder);

G_END_DECLS
