/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-room-memory.h"

#include "app/base/hub-keeper.h"
#include "app/rooms/hub-rooms.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* Somebody who reads changes it with every message. */
#define SAVE_DELAY_MS 2000

typedef struct
{
  char *key;        /* (owned) */
  char *shown;      /* (owned) (nullable) */
  GPtrArray *rooms; /* (owned) (element-type HubRememberedRoom) */
} Chat;

/**
 * HubRoomMemory:
 *
 * What is remembered of the rooms of each chat, in a file: which are entered, which was shown, how far each was read, and what
 * was being written there.
 */
struct _HubRoomMemory
{
  GObject parent_instance;

  HubKeeper *keeper; /* (owned) */
  GPtrArray *chats;  /* (owned) (element-type Chat): the present one is the first */
};

G_DEFINE_FINAL_TYPE (HubRoomMemory, hub_room_memory, G_TYPE_OBJECT)

static void
room_free (gpointer data)
{
  HubRememberedRoom *room = data;

  g_free (room->topic);
  g_free (room->log);
  g_free (room->draft);
  g_free (room);
}

static void
chat_free (gpointer data)
{
  Chat *chat = data;

  g_free (chat->key);
  g_free (chat->shown);
  g_ptr_array_unref (chat->rooms);
  g_free (chat);
}

static Chat *
chat_new (const char *key)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->key = g_strdup (key);
  chat->rooms = g_ptr_array_new_with_free_func (room_free);
  return chat;
}

static void
set_string (char **field, const char *value)
{
  char *copy = g_strdup (value);

  g_free (*field);
  *field = copy;
}

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static void
load_room (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  Chat *chat = user_data;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *topic = object != NULL ? get_string (object, "topic") : NULL;
  const char *seq = object != NULL ? get_string (object, "seq") : NULL;
  HubRememberedRoom *room;

  if (topic == NULL || chat->rooms->len >= HUB_ROOMS_ENTERED_MAX)
    return;
  room = g_new0 (HubRememberedRoom, 1);
  room->topic = g_strdup (topic);
  room->draft = g_strdup (get_string (object, "draft"));
  if (seq != NULL && g_ascii_string_to_unsigned (seq, 10, 0, G_MAXUINT64, &room->seq, NULL))
    room->log = g_strdup (get_string (object, "log"));
  g_ptr_array_add (chat->rooms, room);
}

static void
load_chat (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  HubRoomMemory *self = user_data;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *key = object != NULL ? get_string (object, "chat") : NULL;
  JsonNode *rooms = object != NULL ? json_object_get_member (object, "rooms") : NULL;
  Chat *chat;

  if (key == NULL || self->chats->len >= HUB_ROOM_MEMORY_CHATS_MAX)
    return;
  chat = chat_new (key);
  chat->shown = g_strdup (get_string (object, "shown"));
  if (rooms != NULL && JSON_NODE_HOLDS_ARRAY (rooms))
    json_array_foreach_element (json_node_get_array (rooms), load_room, chat);
  g_ptr_array_add (self->chats, chat);
}

/* A file that cannot be read is as good as none. */
static void
load (HubRoomMemory *self)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *text = hub_keeper_load (self->keeper, &size);
  JsonNode *root;

  if (text == NULL)
    return;
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    {
      g_warning ("what is remembered of rooms cannot be read: %s", error->message);
      return;
    }
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    json_array_foreach_element (json_node_get_array (root), load_chat, self);
}

static void
add_string (JsonBuilder *builder, const char *member, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, value);
}

static void
add_room (JsonBuilder *builder, const HubRememberedRoom *room)
{
  json_builder_begin_object (builder);
  add_string (builder, "topic", room->topic);
  add_string (builder, "draft", room->draft);
  if (room->log != NULL)
    {
      /* As text: a number of JSON is not exact. */
      g_autofree char *seq = g_strdup_printf ("%" G_GUINT64_FORMAT, room->seq);

      add_string (builder, "log", room->log);
      add_string (builder, "seq", seq);
    }
  json_builder_end_object (builder);
}

static GBytes *
serialise (gpointer user_data)
{
  HubRoomMemory *self = user_data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->chats->len; i++)
    {
      const Chat *chat = g_ptr_array_index (self->chats, i);

      json_builder_begin_object (builder);
      add_string (builder, "chat", chat->key);
      add_string (builder, "shown", chat->shown);
      json_builder_set_member_name (builder, "rooms");
      json_builder_begin_array (builder);
      for (guint j = 0; j < chat->rooms->len; j++)
        add_room (builder, g_ptr_array_index (chat->rooms, j));
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static Chat *
present (HubRoomMemory *self)
{
  return g_ptr_array_index (self->chats, 0);
}

static HubRememberedRoom *
find (HubRoomMemory *self, const char *topic)
{
  const GPtrArray *rooms = present (self)->rooms;

  for (guint i = 0; i < rooms->len; i++)
    {
      HubRememberedRoom *room = g_ptr_array_index (rooms, i);

      if (g_str_equal (room->topic, topic))
        return room;
    }
  return NULL;
}

static void
hub_room_memory_finalize (GObject *object)
{
  HubRoomMemory *self = HUB_ROOM_MEMORY (object);

  hub_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  g_ptr_array_unref (self->chats);
  G_OBJECT_CLASS (hub_room_memory_parent_class)->finalize (object);
}

static void
hub_room_memory_class_init (HubRoomMemoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_room_memory_finalize;
}

static void
hub_room_memory_init (HubRoomMemory *self)
{
  self->chats = g_ptr_array_new_with_free_func (chat_free);
}

/**
 * hub_room_memory_new:
 * @file: (nullable): where it is kept; read now. %NULL: it is forgotten in the end
 *
 * Returns: (transfer full): what was remembered; the own chat is the present one
 */
HubRoomMemory *
hub_room_memory_new (GFile *file)
{
  HubRoomMemory *self = g_object_new (HUB_TYPE_ROOM_MEMORY, NULL);

  self->keeper = hub_keeper_new (file, SAVE_DELAY_MS, serialise, self);
  load (self);
  hub_room_memory_set_chat (self, "");
  return self;
}

/**
 * hub_room_memory_set_chat:
 * @self: a memory
 * @chat: which chat: the address of a host, or "" for the own one
 *
 * All else is about this chat from now on.
 */
void
hub_room_memory_set_chat (HubRoomMemory *self, const char *chat)
{
  Chat *found = NULL;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  for (guint i = 0; i < self->chats->len && found == NULL; i++)
    if (g_str_equal (((const Chat *) g_ptr_array_index (self->chats, i))->key, chat))
      found = g_ptr_array_steal_index (self->chats, i);
  g_ptr_array_insert (self->chats, 0, found != NULL ? found : chat_new (chat));
  if (self->chats->len > HUB_ROOM_MEMORY_CHATS_MAX)
    g_ptr_array_set_size (self->chats, HUB_ROOM_MEMORY_CHATS_MAX);
}

/**
 * hub_room_memory_move_chat:
 * @self: a memory
 * @chat: the address where the present chat is now
 *
 * Remembers all of the present chat under its new address, instead of what was remembered there.
 */
void
hub_room_memory_move_chat (HubRoomMemory *self, const char *chat)
{
  Chat *moved;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  moved = g_ptr_array_index (self->chats, 0);
  for (guint i = self->chats->len - 1; i > 0; i--)
    if (g_str_equal (((const Chat *) g_ptr_array_index (self->chats, i))->key, chat))
      g_ptr_array_remove_index (self->chats, i);
  g_free (moved->key);
  moved->key = g_strdup (chat);
  hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_get_rooms:
 * @self: a memory
 *
 * Returns: (transfer none) (element-type HubRememberedRoom): the rooms that are entered; valid until the next change
 */
const GPtrArray *
hub_room_memory_get_rooms (HubRoomMemory *self)
{
  g_return_val_if_fail (HUB_IS_ROOM_MEMORY (self), NULL);

  return present (self)->rooms;
}

/**
 * hub_room_memory_find:
 * @self: a memory
 * @topic: a topic
 *
 * Returns: (transfer none) (nullable): what is remembered of that room; valid until the next change
 */
const HubRememberedRoom *
hub_room_memory_find (HubRoomMemory *self, const char *topic)
{
  g_return_val_if_fail (HUB_IS_ROOM_MEMORY (self), NULL);

  return find (self, topic);
}

/**
 * hub_room_memory_get_shown:
 * @self: a memory
 *
 * Returns: (transfer none) (nullable): the topic of the room that was shown
 */
const char *
hub_room_memory_get_shown (HubRoomMemory *self)
{
  g_return_val_if_fail (HUB_IS_ROOM_MEMORY (self), NULL);

  return present (self)->shown;
}

/**
 * hub_room_memory_enter:
 * @self: a memory
 * @topic: the topic of a room
 */
void
hub_room_memory_enter (HubRoomMemory *self, const char *topic)
{
  HubRememberedRoom *room;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  if (find (self, topic) != NULL)
    return;
  room = g_new0 (HubRememberedRoom, 1);
  room->topic = g_strdup (topic);
  g_ptr_array_add (present (self)->rooms, room);
  hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_leave:
 * @self: a memory
 * @topic: the topic of a room
 */
void
hub_room_memory_leave (HubRoomMemory *self, const char *topic)
{
  HubRememberedRoom *room;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  room = find (self, topic);
  if (room != NULL && g_ptr_array_remove (present (self)->rooms, room))
    hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_show:
 * @self: a memory
 * @topic: the topic of the room that is shown
 */
void
hub_room_memory_show (HubRoomMemory *self, const char *topic)
{
  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  if (g_strcmp0 (present (self)->shown, topic) == 0)
    return;
  set_string (&present (self)->shown, topic);
  hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_read:
 * @self: a memory
 * @topic: the topic of an entered room
 * @log: a log
 * @seq: the number in it up to which that room was read
 */
void
hub_room_memory_read (HubRoomMemory *self, const char *topic, const char *log, guint64 seq)
{
  HubRememberedRoom *room;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  room = find (self, topic);
  if (room == NULL || (room->seq == seq && g_strcmp0 (room->log, log) == 0))
    return;
  set_string (&room->log, log);
  room->seq = seq;
  hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_write_draft:
 * @self: a memory
 * @topic: the topic of an entered room
 * @draft: what stands in its Message; "" for nothing
 */
void
hub_room_memory_write_draft (HubRoomMemory *self, const char *topic, const char *draft)
{
  HubRememberedRoom *room;

  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  room = find (self, topic);
  if (draft[0] == '\0')
    draft = NULL;
  if (room == NULL || g_strcmp0 (room->draft, draft) == 0)
    return;
  set_string (&room->draft, draft);
  hub_keeper_change (self->keeper);
}

/**
 * hub_room_memory_flush:
 * @self: a memory
 *
 * Writes the file now, if it does not hold all of this. For the end of the program: it blocks.
 */
void
hub_room_memory_flush (HubRoomMemory *self)
{
  g_return_if_fail (HUB_IS_ROOM_MEMORY (self));

  hub_keeper_flush (self->keeper);
}
