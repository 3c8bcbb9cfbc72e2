/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-room-words.h"

#include "ui/model/hub-invite-url.h"

#include <glib/gi18n-lib.h>

/* What the window says of rooms. */

/* More is not counted on a button. */
#define SHOWN_MAX 99

/**
 * hub_room_words_count:
 * @n_messages: a number of messages
 *
 * Returns: (transfer full): the number for a small place: empty for 0, "99+" for more than 99
 */
char *
hub_room_words_count (guint n_messages)
{
  if (n_messages == 0)
    return g_strdup ("");
  if (n_messages > SHOWN_MAX)
    /* Translators: so many unread messages, and more. */
    return g_strdup_printf (_ ("%u+"), SHOWN_MAX);
  return g_strdup_printf ("%u", n_messages);
}

/**
 * hub_room_words_button:
 * @n_unread: how many messages are unread in other rooms
 *
 * Returns: (transfer full): what the button is called that shows the rooms
 */
char *
hub_room_words_button (guint n_unread)
{
  if (n_unread == 0)
    return g_strdup (_ ("Rooms"));
  return g_strdup_printf (ngettext ("Rooms, %u unread", "Rooms, %u unread", n_unread), n_unread);
}

/**
 * hub_room_words_row:
 * @room: a room
 *
 * Returns: (transfer full): how a row with this room is read out
 */
char *
hub_room_words_row (HubRoom *room)
{
  const guint n_unread = hub_room_get_unread (room);
  GString *words = g_string_new (hub_room_get_name (room));

  if (n_unread > 0)
    {
      g_string_append (words, ", ");
      g_string_append_printf (words, ngettext ("%u unread", "%u unread", n_unread), n_unread);
    }
  if (hub_room_get_has_mention (room))
    {
      g_string_append (words, ", ");
      g_string_append (words, _ ("mentions you"));
    }
  return g_string_free (words, FALSE);
}

/**
 * hub_room_words_leave:
 * @room: a room
 *
 * Returns: (transfer full): what the button is called that leaves it
 */
char *
hub_room_words_leave (HubRoom *room)
{
  /* Translators: %s is the name of a room. */
  return g_strdup_printf (_ ("Leave %s"), hub_room_get_name (room));
}

/**
 * hub_room_words_title:
 * @room: (nullable): the room that is shown
 *
 * Returns: (transfer full): the title of the window
 */
char *
hub_room_words_title (HubRoom *room)
{
  if (room == NULL || hub_room_get_is_everyone (room))
    return g_strdup (_ ("Messages"));
  return g_strdup (hub_room_get_name (room));
}

/**
 * hub_room_words_url:
 * @page_url: (nullable): the address for browsers
 * @room: (nullable): a room
 * @key: (nullable): the room password
 *
 * Returns: (transfer full) (nullable): the address that leads into the room
 */
char *
hub_room_words_url (const char *page_url,
                    HubRoom *room,
                    const char *key)
{
  const gboolean is_everyone = room == NULL || hub_room_get_is_everyone (room);

  return page_url != NULL ? hub_invite_url (page_url, is_everyone ? NULL : hub_room_get_name (room), key) : NULL;
}
