/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_MESSAGE_MENU (hub_message_menu_get_type ())
G_DECLARE_FINAL_TYPE (HubMessageMenu, hub_message_menu, HUB, MESSAGE_MENU, AdwBin)

G_END_DECLS
