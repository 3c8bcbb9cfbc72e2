/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-rooms-private.h"

#include "app/messages/hub-envelope.h"
#include "app/rooms/hub-reading.h"

/* What is said in rooms: how it becomes rows, live or from the history, and what of it is news. */

static HubMessageState
state_of (HubRooms *self, const HubPayload *payload)
{
  return g_strcmp0 (payload->from, self->from) == 0 ? HUB_MESSAGE_STATE_SENT : HUB_MESSAGE_STATE_RECEIVED;
}

/* A row for a message of the history. An own one that is there was sent, whether that was acknowledged or not. */
HubMessageItem *
hub_rooms_read_past (const HubArchiveMessage *message, gpointer user_data)
{
  HubRooms *self = user_data;
  g_autoptr (HubPayload) payload = hub_payload_parse (message->payload);
  HubStamp stamp = { NULL, message->seq, message->time_ms };
  HubEnvelope envelope = { message->topic, state_of (self, payload), &stamp, FALSE };

  if (payload->kind == HUB_PAYLOAD_NOTHING)
    return NULL;
  if (envelope.state == HUB_MESSAGE_STATE_SENT && payload->id != NULL)
    hub_rooms_emit_found (self, payload->id);
  return hub_envelope_open (&envelope, payload, self->from);
}

/* What comes with the subscription is no news. */
static void
tell (HubRooms *self, HubRoom *room, HubMessageItem *item)
{
  HubPast *past = hub_rooms_find_past (self, room);

  if (hub_rooms_is_read (self, room))
    hub_reading_mark_read (room, past, self->memory);
  if (hub_message_item_get_is_own (item) || hub_message_item_get_is_retained (item))
    return;
  if (!hub_rooms_is_read (self, room))
    hub_reading_count (room, past, self->memory, item, hub_chat_state_get_name (self->state));
  hub_rooms_emit_news (self, room, item);
}

/**
 * hub_rooms_read:
 * @self: the rooms
 * @message: a message of the log, of any room
 *
 * Returns: (transfer full) (nullable): its row; %NULL for what makes none
 */
HubMessageItem *
hub_rooms_read (HubRooms *self, const HubArchiveMessage *message)
{
  g_return_val_if_fail (HUB_IS_ROOMS (self), NULL);

  return hub_rooms_read_past (message, self);
}

/* A retained message comes with each subscription. Ids tell that it is held already; without one its text does. */
static gboolean
is_held (HubRoom *room, const HubPayload *payload, gboolean is_retain)
{
  return is_retain && payload->id == NULL &&
         hub_message_list_has_anonymous (hub_room_get_messages (room), hub_room_get_topic (room), payload->message);
}

/**
 * hub_rooms_hear:
 * @self: the rooms
 * @topic: where it was said
 * @bytes: what was said
 * @is_retain: whether it came because of the subscription
 * @stamp: (nullable): what the broker says of it, if it has recorded it
 *
 * A message has come.
 */
void
hub_rooms_hear (HubRooms *self, const char *topic, GBytes *bytes, gboolean is_retain, const HubStamp *stamp)
{
  g_autoptr (HubPayload) payload = NULL;
  g_autoptr (HubMessageItem) item = NULL;
  HubMessageList *messages;
  gboolean belongs;
  HubRoom *room;

  g_return_if_fail (HUB_IS_ROOMS (self));

  hub_rooms_learn (self, topic);
  room = hub_rooms_find (self, topic);
  if (room == NULL || !hub_room_get_is_entered (room))
    return;

  messages = hub_room_get_messages (room);
  payload = hub_payload_parse (bytes);
  belongs = stamp == NULL || hub_past_hear (hub_rooms_find_past (self, room), stamp);
  if (payload->kind == HUB_PAYLOAD_NOTHING || (stamp == NULL && is_held (room, payload, is_retain)))
    return;
  item = hub_envelope_open (&(HubEnvelope){ topic, state_of (self, payload), stamp, is_retain }, payload, self->from);
  if (belongs || hub_message_list_find_by_id (messages, topic, payload->id) != NULL)
    {
      if (hub_message_list_append (messages, item))
        tell (self, room, item);
    }
  else if (hub_message_list_get_is_detached (messages))
    {
      hub_message_list_count_missed (messages, item);
      tell (self, room, item);
    }
}

/**
 * hub_rooms_show_waiting:
 * @self: the rooms
 * @topic: where it goes
 * @payload: an own message that is not sent yet
 *
 * Shows it, where its room is entered.
 */
void
hub_rooms_show_waiting (HubRooms *self, const char *topic, const HubPayload *payload)
{
  g_autoptr (HubMessageItem) item = NULL;
  HubRoom *room;

  g_return_if_fail (HUB_IS_ROOMS (self));

  room = hub_rooms_find (self, topic);
  if (room == NULL || !hub_room_get_is_entered (room))
    return;
  item = hub_envelope_open (&(HubEnvelope){ topic, HUB_MESSAGE_STATE_WAITING, NULL, FALSE }, payload, self->from);
  hub_message_list_append (hub_room_get_messages (room), item);
}

/**
 * hub_rooms_settle:
 * @self: the rooms
 * @topic: where it was published
 * @id: the id of an own message
 * @state: what has become of it
 */
void
hub_rooms_settle (HubRooms *self, const char *topic, const char *id, HubMessageState state)
{
  HubMessageItem *item;
  HubRoom *room;

  g_return_if_fail (HUB_IS_ROOMS (self));

  room = hub_rooms_find (self, topic);
  item = room != NULL ? hub_message_list_find_by_id (hub_room_get_messages (room), topic, id) : NULL;
  if (item != NULL)
    hub_message_list_settle (hub_room_get_messages (room), item, state);
}
