/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-door.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_PASSWORD_DIALOG (hub_password_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HubPasswordDialog, hub_password_dialog, HUB, PASSWORD_DIALOG, AdwWindow)

GtkWidget *hub_password_dialog_new (GtkWindow *parent, HubDoor *door);

G_END_DECLS
