/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_ROOM_EVERYONE:
 *
 * The topic of the room that everybody is in. All others are below it.
 */
#define HUB_ROOM_EVERYONE "messages"

/**
 * HUB_ROOM_FILTER:
 *
 * The Topic Filter of all rooms.
 */
#define HUB_ROOM_FILTER "messages/#"

/**
 * HUB_ROOM_NAME_BYTES_MAX:
 *
 * The longest name of a room, bytes of UTF-8.
 */
#define HUB_ROOM_NAME_BYTES_MAX 64

/**
 * HUB_ROOM_ERROR:
 *
 * The error domain of names of rooms.
 */
#define HUB_ROOM_ERROR (hub_room_error_quark ())
GQuark hub_room_error_quark (void);

/**
 * HubRoomError:
 * @HUB_ROOM_ERROR_BLANK: nothing that can be seen
 * @HUB_ROOM_ERROR_LONG: longer than %HUB_ROOM_NAME_BYTES_MAX
 * @HUB_ROOM_ERROR_CHARACTER: it has a character that no name may have
 *
 * What is wrong with the name of a room. The message is a sentence for people.
 */
typedef enum
{
  HUB_ROOM_ERROR_BLANK,
  HUB_ROOM_ERROR_LONG,
  HUB_ROOM_ERROR_CHARACTER,
} HubRoomError;

/**
 * HubRoomKind:
 * @HUB_ROOM_NONE: no room
 * @HUB_ROOM_OPEN: one that everybody can write in
 * @HUB_ROOM_READ_ONLY: one that is only shown
 *
 * What a topic is.
 */
typedef enum
{
  HUB_ROOM_NONE,
  HUB_ROOM_OPEN,
  HUB_ROOM_READ_ONLY,
} HubRoomKind;

HubRoomKind hub_room_topic_kind (const char *topic);
char *hub_room_topic_dup_name (const char *topic) G_GNUC_WARN_UNUSED_RESULT;
char *hub_room_topic_from_name (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
