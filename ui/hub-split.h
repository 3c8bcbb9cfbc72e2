/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_SPLIT (hub_split_get_type ())
G_DECLARE_FINAL_TYPE (HubSplit, hub_split, HUB, SPLIT, GtkWidget)

gboolean hub_split_get_is_narrow (HubSplit *self);
void hub_split_set_is_narrow (HubSplit *self, gboolean is_narrow);

G_END_DECLS
