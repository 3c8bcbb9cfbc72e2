/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_TEXT_WINDOW (hub_text_window_get_type ())
G_DECLARE_FINAL_TYPE (HubTextWindow, hub_text_window, HUB, TEXT_WINDOW, AdwWindow)

void hub_text_window_show (GtkWidget *parent, const char *text);

G_END_DECLS
