/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/rooms/hub-rooms-private.h"

#include "app/rooms/hub-reading.h"
#include "ui/model/hub-room-topic.h"

/**
 * HubRooms:
 *
 * The rooms of a chat: which are known and which are entered, what is said in them, and what of that is unread. Each entered
 * one has a history of its own.
 *
 * Nobody looks at a room that is not shown: so it holds a few messages only, and puts them into their places by itself.
 */
G_DEFINE_FINAL_TYPE (HubRooms, hub_rooms, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_ENTERED,
  SIGNAL_FOUND,
  SIGNAL_NEWS,
  SIGNAL_LOST,
} HubRoomsSignal;

static guint signals[SIGNAL_LOST + 1];

HubRoom *
hub_rooms_find (HubRooms *self, const char *topic)
{
  return hub_room_list_find (hub_chat_state_get_rooms (self->state), topic);
}

HubPast *
hub_rooms_find_past (HubRooms *self, HubRoom *room)
{
  return g_hash_table_lookup (self->pasts, room);
}

gboolean
hub_rooms_is_shown (HubRooms *self, HubRoom *room)
{
  return room == hub_chat_state_get_room (self->state);
}

void
hub_rooms_emit_found (HubRooms *self, const char *id)
{
  g_signal_emit (self, signals[SIGNAL_FOUND], 0, id);
}

void
hub_rooms_emit_news (HubRooms *self, HubRoom *room, HubMessageItem *item)
{
  g_signal_emit (self, signals[SIGNAL_NEWS], 0, room, item);
}

static gboolean
flush_cb (gpointer user_data)
{
  HubRooms *self = user_data;
  GHashTableIter iter;
  gpointer room;

  self->flush_id = 0;
  g_hash_table_iter_init (&iter, self->pasts);
  while (g_hash_table_iter_next (&iter, &room, NULL))
    if (!hub_rooms_is_shown (self, room))
      hub_message_list_flush (hub_room_get_messages (room));
  return G_SOURCE_REMOVE;
}

/* Who shows a room flushes its list once a frame. */
static void
has_pending_cb (HubRooms *self, GParamSpec *pspec, HubMessageList *messages)
{
  if (messages == hub_chat_state_get_messages (self->state) || self->flush_id != 0)
    return;
  self->flush_id = g_idle_add (flush_cb, self);
  g_source_set_name_by_id (self->flush_id, "hubbub rooms");
}

gboolean
hub_rooms_is_read (HubRooms *self, HubRoom *room)
{
  return hub_rooms_is_shown (self, room) && hub_chat_state_get_is_reading (self->state);
}

static void
is_reading_cb (HubRooms *self)
{
  HubRoom *room = hub_chat_state_get_room (self->state);

  if (hub_chat_state_get_is_reading (self->state))
    hub_reading_mark_read (room, hub_rooms_find_past (self, room), self->memory);
}

static void
taken_cb (HubRooms *self, HubPast *past)
{
  GHashTableIter iter;
  gpointer room;
  gpointer other;

  g_hash_table_iter_init (&iter, self->pasts);
  while (g_hash_table_iter_next (&iter, &room, &other))
    if (other == past)
      {
        hub_reading_take_past (room, past, self->memory, hub_chat_state_get_name (self->state));
        if (hub_rooms_is_read (self, room))
          hub_reading_mark_read (room, past, self->memory);
        return;
      }
}

static void
lost_cb (HubRooms *self, gboolean is_gone)
{
  g_signal_emit (self, signals[SIGNAL_LOST], 0, is_gone);
}

static void
draft_cb (HubRooms *self, GParamSpec *pspec, HubRoom *room)
{
  hub_room_memory_write_draft (self->memory, hub_room_get_topic (room), hub_room_get_draft (room));
}

static void
enter (HubRooms *self, HubRoom *room)
{
  HubMessageList *messages = hub_room_get_messages (room);
  HubPast *past = hub_past_new (self->archive, messages, hub_room_get_topic (room), hub_rooms_read_past, self);

  hub_message_list_set_capacity (messages, hub_rooms_is_shown (self, room) ? HUB_MESSAGE_LIST_CAPACITY : HUB_ROOMS_ROWS_AWAY);
  g_signal_connect_object (messages, "notify::has-pending", G_CALLBACK (has_pending_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (past, "taken", G_CALLBACK (taken_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (past, "lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->pasts, g_object_ref (room), past);
  hub_room_memory_enter (self->memory, hub_room_get_topic (room));
  hub_room_set_draft (room, hub_room_memory_find (self->memory, hub_room_get_topic (room))->draft);
  g_signal_connect_object (room, "notify::draft", G_CALLBACK (draft_cb), self, G_CONNECT_SWAPPED);
  hub_room_set_is_entered (room, TRUE);
  if (self->url != NULL)
    hub_past_begin (past, self->url);
  g_signal_emit (self, signals[SIGNAL_ENTERED], 0, room);
}

/* What is remembered of it stays. */
static void
let_go (HubRooms *self, HubRoom *room)
{
  HubMessageList *messages = hub_room_get_messages (room);

  hub_past_end (hub_rooms_find_past (self, room));
  g_hash_table_remove (self->pasts, room);
  g_signal_handlers_disconnect_by_data (messages, self);
  g_signal_handlers_disconnect_by_data (room, self);
  hub_message_list_clear (messages);
  hub_room_set_unread (room, 0);
  hub_room_set_has_mention (room, FALSE);
  hub_room_set_draft (room, NULL);
  hub_room_set_is_entered (room, FALSE);
}

/* The room that was shown keeps its end. */
static void
show (HubRooms *self, HubRoom *room)
{
  g_autoptr (HubRoom) last = g_object_ref (hub_chat_state_get_room (self->state));

  if (last == room)
    return;
  hub_message_list_set_capacity (hub_room_get_messages (room), HUB_MESSAGE_LIST_CAPACITY);
  hub_chat_state_set_room (self->state, room);
  hub_room_memory_show (self->memory, hub_room_get_topic (room));
  hub_reading_mark_read (room, hub_rooms_find_past (self, room), self->memory);

  hub_message_list_set_first_unread_seq (hub_room_get_messages (last), 0);
  if (hub_message_list_get_is_detached (hub_room_get_messages (last)))
    hub_message_list_reach (hub_room_get_messages (last), HUB_MESSAGE_EDGE_NEWEST);
  hub_message_list_set_capacity (hub_room_get_messages (last), HUB_ROOMS_ROWS_AWAY);
}

static HubRoom *
learn (HubRooms *self, const char *topic)
{
  HubRoomList *rooms = hub_chat_state_get_rooms (self->state);
  g_autoptr (HubRoom) room = NULL;

  if (hub_room_topic_kind (topic) == HUB_ROOM_NONE ||
      g_list_model_get_n_items (G_LIST_MODEL (rooms)) >= HUB_ROOMS_KNOWN_MAX)
    return NULL;
  room = hub_room_new (topic, NULL);
  hub_message_list_set_names (hub_room_get_messages (room), hub_chat_state_get_names (self->state));
  hub_room_list_add (rooms, room);
  return room;
}

/* Anybody can make rooms known: those shall not keep others from being entered. */
static void
spare_one (HubRooms *self)
{
  HubRoomList *rooms = hub_chat_state_get_rooms (self->state);
  const guint n_rooms = g_list_model_get_n_items (G_LIST_MODEL (rooms));
  HubRoom *last = hub_room_list_get (rooms, n_rooms - 1);

  if (n_rooms >= HUB_ROOMS_KNOWN_MAX && !hub_room_get_is_entered (last))
    hub_room_list_remove (rooms, last);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubRooms) self = user_data;
  g_auto (GStrv) topics = hub_archive_list_finish (HUB_ARCHIVE (object), result, NULL);

  for (gsize i = 0; topics != NULL && topics[i] != NULL; i++)
    hub_rooms_learn (self, topics[i]);
}

static void
list_topics (HubRooms *self)
{
  g_autofree char *filter = g_uri_escape_string (HUB_ROOM_FILTER, NULL, FALSE);
  g_autofree char *url = g_strdup_printf ("%s/api/topics?filter=%s", self->url, filter);

  self->listing = g_cancellable_new ();
  hub_archive_list_async (self->archive, url, self->listing, listed_cb, g_object_ref (self));
}

static void
stop_listing (HubRooms *self)
{
  g_cancellable_cancel (self->listing);
  g_clear_object (&self->listing);
}

static void
hub_rooms_dispose (GObject *object)
{
  HubRooms *self = HUB_ROOMS (object);
  GHashTableIter iter;
  gpointer room;
  gpointer past;

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_hash_table_iter_init (&iter, self->pasts);
  while (g_hash_table_iter_next (&iter, &room, &past))
    {
      hub_past_end (past);
      g_signal_handlers_disconnect_by_data (hub_room_get_messages (room), self);
      g_signal_handlers_disconnect_by_data (room, self);
    }
  stop_listing (self);
  g_hash_table_remove_all (self->pasts);
  g_clear_object (&self->memory);
  g_clear_object (&self->archive);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_rooms_parent_class)->dispose (object);
}

static void
hub_rooms_finalize (GObject *object)
{
  HubRooms *self = HUB_ROOMS (object);

  g_hash_table_unref (self->pasts);
  g_free (self->from);
  g_free (self->url);
  G_OBJECT_CLASS (hub_rooms_parent_class)->finalize (object);
}

static void
hub_rooms_class_init (HubRoomsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_rooms_dispose;
  object_class->finalize = hub_rooms_finalize;

  /**
   * HubRooms::entered:
   * @self: the rooms
   * @room: a room that holds nothing yet
   *
   * Emitted when a room was entered: what waits to be sent there is to be shown.
   */
  signals[SIGNAL_ENTERED] =
    g_signal_new ("entered", HUB_TYPE_ROOMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_ROOM);

  /**
   * HubRooms::found:
   * @self: the rooms
   * @id: the id of an own message
   *
   * Emitted when an own message is met in the log of the host: it was sent.
   */
  signals[SIGNAL_FOUND] =
    g_signal_new ("found", HUB_TYPE_ROOMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * HubRooms::news:
   * @self: the rooms
   * @room: an entered room
   * @item: what somebody else has just said there
   */
  signals[SIGNAL_NEWS] = g_signal_new ("news",
                                       HUB_TYPE_ROOMS,
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       2,
                                       HUB_TYPE_ROOM,
                                       HUB_TYPE_MESSAGE_ITEM);

  /**
   * HubRooms::lost:
   * @self: the rooms
   * @is_gone: whether the log has it no more; else nobody can be asked, or nobody answers
   *
   * Emitted when a message that somebody wants to see cannot be shown. See hub_rooms_jump().
   */
  signals[SIGNAL_LOST] =
    g_signal_new ("lost", HUB_TYPE_ROOMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
hub_rooms_init (HubRooms *self)
{
  self->archive = hub_archive_new ();
  self->pasts = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

/**
 * hub_rooms_new:
 * @state: where they are shown
 * @memory: (nullable): what is remembered of them; %NULL: nothing
 * @from: what tells this installation from others
 *
 * Returns: (transfer full): the rooms of a chat; that of everybody is entered and shown
 */
HubRooms *
hub_rooms_new (HubChatState *state, HubRoomMemory *memory, const char *from)
{
  HubRooms *self = g_object_new (HUB_TYPE_ROOMS, NULL);

  self->state = g_object_ref (state);
  self->memory = memory != NULL ? g_object_ref (memory) : hub_room_memory_new (NULL);
  self->from = g_strdup (from);
  g_signal_connect_object (state, "notify::is-reading", G_CALLBACK (is_reading_cb), self, G_CONNECT_SWAPPED);
  enter (self, hub_chat_state_get_room (state));
  return self;
}

/**
 * hub_rooms_open:
 * @self: the rooms
 * @topic: the topic of a room
 *
 * Shows a room, and enters it unless it is.
 *
 * Returns: %FALSE when nothing has changed: @topic is no room, or %HUB_ROOMS_ENTERED_MAX are entered already
 */
gboolean
hub_rooms_open (HubRooms *self, const char *topic)
{
  HubRoom *room;

  g_return_val_if_fail (HUB_IS_ROOMS (self), FALSE);

  room = hub_rooms_find (self, topic);
  if (room == NULL || !hub_room_get_is_entered (room))
    {
      if (hub_room_topic_kind (topic) == HUB_ROOM_NONE ||
          hub_room_list_get_n_entered (hub_chat_state_get_rooms (self->state)) >= HUB_ROOMS_ENTERED_MAX)
        return FALSE;
      if (room == NULL)
        {
          spare_one (self);
          room = learn (self, topic);
        }
      if (room == NULL)
        return FALSE;
      enter (self, room);
    }
  show (self, room);
  return TRUE;
}

/**
 * hub_rooms_leave:
 * @self: the rooms
 * @topic: the topic of an entered room; that of everybody is not left
 *
 * Leaves a room: what it holds is forgotten, and it is known from then on like any other.
 */
void
hub_rooms_leave (HubRooms *self, const char *topic)
{
  HubRoom *room;

  g_return_if_fail (HUB_IS_ROOMS (self));

  room = hub_rooms_find (self, topic);
  if (room == NULL || !hub_room_get_is_entered (room) || hub_room_get_is_everyone (room))
    return;
  if (hub_rooms_is_shown (self, room))
    show (self, hub_rooms_find (self, HUB_ROOM_EVERYONE));
  hub_room_memory_leave (self->memory, topic);
  let_go (self, room);
}

/**
 * hub_rooms_learn:
 * @self: the rooms
 * @topic: a topic
 *
 * Notes that there is such a room, unless it is known, or @topic is none.
 */
void
hub_rooms_learn (HubRooms *self, const char *topic)
{
  g_return_if_fail (HUB_IS_ROOMS (self));

  if (hub_rooms_find (self, topic) == NULL)
    learn (self, topic);
}

static void
forget (HubRooms *self)
{
  HubRoomList *rooms = hub_chat_state_get_rooms (self->state);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (rooms)); i > 0; i--)
    {
      g_autoptr (HubRoom) room = g_object_ref (hub_room_list_get (rooms, i - 1));

      if (!hub_room_get_is_everyone (room))
        hub_room_list_remove (rooms, room);
      if (hub_room_get_is_entered (room) && !hub_room_get_is_everyone (room))
        let_go (self, room);
    }
}

static void
remember (HubRooms *self, const char *shown)
{
  const GPtrArray *remembered = hub_room_memory_get_rooms (self->memory);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < remembered->len; i++)
    g_ptr_array_add (topics, g_strdup (((const HubRememberedRoom *) g_ptr_array_index (remembered, i))->topic));
  for (guint i = 0; i < topics->len; i++)
    {
      HubRoom *room = hub_rooms_find (self, g_ptr_array_index (topics, i));

      if (room == NULL)
        room = learn (self, g_ptr_array_index (topics, i));
      if (room != NULL && !hub_room_get_is_entered (room))
        enter (self, room);
    }
  if (shown != NULL && hub_rooms_find (self, shown) != NULL && hub_room_get_is_entered (hub_rooms_find (self, shown)))
    show (self, hub_rooms_find (self, shown));
}

/**
 * hub_rooms_jump:
 * @self: the rooms
 * @item: a message of any room, which need not be held
 *
 * Shows @item in its room, which is entered unless it is.
 *
 * Returns: %FALSE when nothing has changed, as with hub_rooms_open()
 */
gboolean
hub_rooms_jump (HubRooms *self, HubMessageItem *item)
{
  const char *topic = hub_message_item_get_topic (item);

  g_return_val_if_fail (HUB_IS_ROOMS (self), FALSE);

  if (topic == NULL || !hub_rooms_open (self, topic))
    return FALSE;
  hub_past_jump (hub_rooms_find_past (self, hub_rooms_find (self, topic)), item);
  return TRUE;
}

/**
 * hub_rooms_set_chat:
 * @self: the rooms
 * @chat: which chat: the address of a host, or "" for the own one
 *
 * Another chat begins, with the rooms that were entered there the last time.
 */
void
hub_rooms_set_chat (HubRooms *self, const char *chat)
{
  g_autofree char *shown = NULL;
  HubRoom *everyone;

  g_return_if_fail (HUB_IS_ROOMS (self));

  hub_rooms_end (self);
  everyone = hub_rooms_find (self, HUB_ROOM_EVERYONE);
  /* First: what was read here shall not be remembered there. */
  hub_past_forget (hub_rooms_find_past (self, everyone));
  hub_room_memory_set_chat (self->memory, chat);
  shown = g_strdup (hub_room_memory_get_shown (self->memory));
  show (self, everyone);
  forget (self);
  hub_room_memory_enter (self->memory, HUB_ROOM_EVERYONE);
  hub_message_list_clear (hub_room_get_messages (everyone));
  hub_room_set_unread (everyone, 0);
  hub_room_set_has_mention (everyone, FALSE);
  hub_room_set_draft (everyone, hub_room_memory_find (self->memory, HUB_ROOM_EVERYONE)->draft);
  remember (self, shown);
}

/**
 * hub_rooms_begin:
 * @self: the rooms
 * @base_url: (nullable): where the host can be asked for its log, without a path; %NULL when it cannot
 *
 * The subscription stands: what is missing is asked for, first of the room that is shown.
 */
void
hub_rooms_begin (HubRooms *self, const char *base_url)
{
  HubRoom *shown;
  GHashTableIter iter;
  gpointer room;
  gpointer past;

  g_return_if_fail (HUB_IS_ROOMS (self));

  g_free (self->url);
  self->url = g_strdup (base_url);
  stop_listing (self);
  shown = hub_chat_state_get_room (self->state);
  hub_past_begin (hub_rooms_find_past (self, shown), base_url);
  g_hash_table_iter_init (&iter, self->pasts);
  while (g_hash_table_iter_next (&iter, &room, &past))
    if (room != shown)
      hub_past_begin (past, base_url);
  if (base_url != NULL)
    list_topics (self);
}

/**
 * hub_rooms_end:
 * @self: the rooms
 *
 * The connection is gone: nothing is asked any more.
 */
void
hub_rooms_end (HubRooms *self)
{
  GHashTableIter iter;
  gpointer past;

  g_return_if_fail (HUB_IS_ROOMS (self));

  g_clear_pointer (&self->url, g_free);
  stop_listing (self);
  g_hash_table_iter_init (&iter, self->pasts);
  while (g_hash_table_iter_next (&iter, NULL, &past))
    hub_past_end (past);
}
