/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_LAYOUT (hub_message_layout_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageLayout, hub_message_layout, HUB, MESSAGE_LAYOUT, GtkLayoutManager)

G_END_DECLS
