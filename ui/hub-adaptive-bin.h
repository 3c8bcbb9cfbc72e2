/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_ADAPTIVE_BIN (hub_adaptive_bin_get_type ())
G_DECLARE_FINAL_TYPE (HubAdaptiveBin, hub_adaptive_bin, HUB, ADAPTIVE_BIN, GtkWidget)

gboolean hub_adaptive_bin_get_is_narrow (HubAdaptiveBin *self);

G_END_DECLS
