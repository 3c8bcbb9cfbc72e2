/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-reading.h"

#include "ui/model/hub-mention.h"

/* How far somebody has read in a room: what is unread is counted while they are away, and when they come back it is found
 * out from the history. */

static gboolean
is_known (HubRoom *room, HubRoomMemory *memory)
{
  const HubRememberedRoom *known = hub_room_memory_find (memory, hub_room_get_topic (room));

  return known != NULL && known->log != NULL;
}

/**
 * hub_reading_mark_read:
 * @room: an entered room
 * @past: its history
 * @memory: where it is remembered
 *
 * Everything that has come was read. Where something is missing in between that is not said of it, unless nothing was known
 * of the room: then it begins here.
 */
void
hub_reading_mark_read (HubRoom *room, HubPast *past, HubRoomMemory *memory)
{
  const char *log = hub_past_get_log (past);

  if (log != NULL && (hub_past_get_is_joined (past) || !is_known (room, memory)))
    hub_room_memory_read (memory, hub_room_get_topic (room), log, hub_past_get_last (past));
  hub_room_set_unread (room, 0);
  hub_room_set_has_mention (room, FALSE);
}

/**
 * hub_reading_count:
 * @room: an entered room
 * @past: its history
 * @memory: where it is remembered
 * @item: what somebody else has just said there, unseen
 * @name: the name of the user
 *
 * The line "New" stands above the first one.
 */
void
hub_reading_count (HubRoom *room, HubPast *past, HubRoomMemory *memory, HubMessageItem *item, const char *name)
{
  const guint64 seq = hub_message_item_get_seq (item);

  if (seq > 0 && !is_known (room, memory))
    hub_room_memory_read (memory, hub_room_get_topic (room), hub_past_get_log (past), seq - 1);
  if (hub_room_get_unread (room) == 0)
    hub_message_list_set_first_unread (hub_room_get_messages (room), item);
  hub_room_set_unread (room, hub_room_get_unread (room) + 1);
  if (hub_mention_is_in (hub_message_item_get_text (item), name))
    hub_room_set_has_mention (room, TRUE);
}

/**
 * hub_reading_take_past:
 * @room: an entered room
 * @past: its history, of which a part has come
 * @memory: where it is remembered
 * @name: the name of the user
 *
 * Counts what has come while nobody was here. Of a room of which nothing is remembered nothing is: who enters it finds what
 * was said before, and that is no news.
 */
void
hub_reading_take_past (HubRoom *room, HubPast *past, HubRoomMemory *memory, const char *name)
{
  HubMessageList *messages = hub_room_get_messages (room);
  const HubRememberedRoom *known = hub_room_memory_find (memory, hub_room_get_topic (room));
  guint64 seq;
  gboolean has_mention;
  guint n_unread;

  if (known == NULL || known->log == NULL)
    {
      hub_reading_mark_read (room, past, memory);
      return;
    }
  /* Of another log everything is new. */
  seq = g_strcmp0 (known->log, hub_past_get_log (past)) == 0 ? known->seq : 0;
  n_unread = hub_message_list_count_behind (messages, seq, name, &has_mention);
  if (n_unread <= hub_room_get_unread (room))
    return;
  hub_message_list_set_first_unread_seq (messages, seq + 1);
  hub_room_set_unread (room, n_unread);
  hub_room_set_has_mention (room, has_mention);
}
