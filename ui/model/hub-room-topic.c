/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-room-topic.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define BELOW HUB_ROOM_EVERYONE "/"

/* What is longer is no name that anybody could read. */
#define READ_ONLY_BYTES_MAX 256

G_DEFINE_QUARK (hub_room_error, hub_room_error)

static gboolean
is_blank (const char *name)
{
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      const gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isspace (c) && !g_unichar_iszerowidth (c) && !g_unichar_iscntrl (c))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_control (const char *name)
{
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

static gboolean
fail (GError **error,
      HubRoomError code,
      const char *message)
{
  g_set_error_literal (error, HUB_ROOM_ERROR, code, message);
  return FALSE;
}

static gboolean
check (const char *name,
       GError **error)
{
  if (is_blank (name))
    return fail (error, HUB_ROOM_ERROR_BLANK, _ ("A room needs a name."));
  if (strlen (name) > HUB_ROOM_NAME_BYTES_MAX)
    return fail (error, HUB_ROOM_ERROR_LONG, _ ("This name is too long for a room."));
  if (strpbrk (name, "/+#") != NULL)
    return fail (error, HUB_ROOM_ERROR_CHARACTER, _ ("The name of a room cannot have / + or # in it."));
  if (has_control (name))
    return fail (error, HUB_ROOM_ERROR_CHARACTER, _ ("The name of a room is one line of text."));
  return TRUE;
}

/**
 * hub_room_topic_kind:
 * @topic: a Topic Name, UTF-8
 *
 * Says what @topic is: deeper topics, and names that nobody can enter, are rooms that are only shown. One whose name is
 * blank, has control characters or is longer than 256 bytes is none.
 *
 * Returns: what it is
 */
HubRoomKind
hub_room_topic_kind (const char *topic)
{
  const char *name;

  g_return_val_if_fail (topic != NULL, HUB_ROOM_NONE);

  if (g_str_equal (topic, HUB_ROOM_EVERYONE))
    return HUB_ROOM_OPEN;
  if (!g_str_has_prefix (topic, BELOW))
    return HUB_ROOM_NONE;
  name = topic + strlen (BELOW);
  if (is_blank (name) || has_control (name) || strlen (name) > READ_ONLY_BYTES_MAX)
    return HUB_ROOM_NONE;
  return check (name, NULL) ? HUB_ROOM_OPEN : HUB_ROOM_READ_ONLY;
}

/**
 * hub_room_topic_dup_name:
 * @topic: the topic of a room
 *
 * Returns: (transfer full): how the room is called; the one that everybody is in has a translated name
 */
char *
hub_room_topic_dup_name (const char *topic)
{
  g_return_val_if_fail (topic != NULL, NULL);

  if (g_str_has_prefix (topic, BELOW))
    return g_strdup (topic + strlen (BELOW));
  /* Translators: the room that everybody is in. */
  return g_strdup (_ ("Everyone"));
}

/**
 * hub_room_topic_from_name:
 * @name: a name as somebody types it; blanks around it do not count
 * @error: return location
 *
 * Returns: (transfer full): the topic of that room, or %NULL with @error set, a [error@HubRoomError]
 */
char *
hub_room_topic_from_name (const char *name,
                          GError **error)
{
  g_autofree char *stripped = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  stripped = g_strstrip (g_strdup (name));
  return check (stripped, error) ? g_strconcat (BELOW, stripped, NULL) : NULL;
}
