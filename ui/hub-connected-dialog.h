/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-door.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_CONNECTED_DIALOG (hub_connected_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HubConnectedDialog, hub_connected_dialog, HUB, CONNECTED_DIALOG, AdwWindow)

GtkWidget *hub_connected_dialog_new (GtkWindow *parent, HubDoor *door);

G_END_DECLS
