/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/hosting/hub-secrets.h"
#include "app/hosting/hub-host.h"
#include "ui/model/hub-door.h"

G_BEGIN_DECLS

/**
 * HUB_ROOM_PASSWORD_USER:
 *
 * The user name that goes with the password of a chat.
 */
#define HUB_ROOM_PASSWORD_USER "hubbub"

#define HUB_TYPE_ROOM_PASSWORD (hub_room_password_get_type ())
G_DECLARE_FINAL_TYPE (HubRoomPassword, hub_room_password, HUB, ROOM_PASSWORD, GObject)

HubRoomPassword *hub_room_password_new (HubDoor *door, HubSecrets *secrets, const char *path) G_GNUC_WARN_UNUSED_RESULT;
void hub_room_password_lend (HubRoomPassword *self, const char *password);
void hub_room_password_set_host (HubRoomPassword *self, HubHost *host);

G_END_DECLS
