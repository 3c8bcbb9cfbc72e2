/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

double hub_font_scale (GtkWidget *widget);

G_END_DECLS
