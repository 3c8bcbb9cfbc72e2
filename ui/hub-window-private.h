/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/hub-window.h"

G_BEGIN_DECLS

void hub_window_class_install_invite (GtkWidgetClass *widget_class);
void hub_window_watch_invite (HubWindow *self);

void hub_window_class_install_succeed (GtkWidgetClass *widget_class);
void hub_window_watch_succeed (HubWindow *self);

G_END_DECLS
