/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-guest.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_DOOR_PASSWORD_CHARS_MAX:
 *
 * The longest password that can be chosen for the own chat, in characters.
 */
#define HUB_DOOR_PASSWORD_CHARS_MAX 128

/**
 * HubDoorPlace:
 * @HUB_DOOR_PLACE_UNKNOWN: nowhere, or that is not known yet
 * @HUB_DOOR_PLACE_KEYRING: in the desktop's keyring
 * @HUB_DOOR_PLACE_FILE: in a file that only the user can read
 *
 * Where the clear text of the password is kept.
 */
typedef enum
{
  HUB_DOOR_PLACE_UNKNOWN,
  HUB_DOOR_PLACE_KEYRING,
  HUB_DOOR_PLACE_FILE,
} HubDoorPlace;

#define HUB_TYPE_DOOR_PLACE (hub_door_place_get_type ())
GType hub_door_place_get_type (void) G_GNUC_CONST;

#define HUB_TYPE_DOOR (hub_door_get_type ())
G_DECLARE_FINAL_TYPE (HubDoor, hub_door, HUB, DOOR, GObject)

HubDoor *hub_door_new (void) G_GNUC_WARN_UNUSED_RESULT;

gboolean hub_door_get_is_locked (HubDoor *self);
const char *hub_door_get_password (HubDoor *self);
void hub_door_set_lock (HubDoor *self, gboolean is_locked, const char *password);
void hub_door_lock (HubDoor *self, const char *password);
void hub_door_refuse (HubDoor *self);
HubDoorPlace hub_door_get_place (HubDoor *self);
void hub_door_set_place (HubDoor *self, HubDoorPlace place);

GListStore *hub_door_get_guests (HubDoor *self);
GListStore *hub_door_get_sent_away (HubDoor *self);
void hub_door_look (HubDoor *self, gboolean is_looking);
void hub_door_send_away (HubDoor *self, HubGuest *guest);
void hub_door_let_in (HubDoor *self, HubGuest *guest);

void hub_door_turn_away (HubDoor *self, const char *address);
void hub_door_let_outsiders_in (HubDoor *self);

G_END_DECLS
