/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_HEADINGS (hub_message_headings_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageHeadings, hub_message_headings, HUB, MESSAGE_HEADINGS, GtkWidget)

G_END_DECLS
