/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hub_accessible_repair (GtkWidget *widget);
void hub_accessible_hide_empty (GtkLabel *label);

G_END_DECLS
