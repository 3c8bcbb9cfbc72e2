/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

GtkWidget *hub_about_new (GtkWindow *parent);

G_END_DECLS
