/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-room-list.h"

/**
 * HubRoomList:
 *
 * The rooms that are known, in the order of [method@HubRoom.compare]: those that are entered, then the others.
 *
 * Thread: main.
 */
struct _HubRoomList
{
  GObject parent_instance;

  GPtrArray *rooms;     /* (owned) (element-type HubRoom) in order */
  GHashTable *by_topic; /* (owned) (element-type utf8 HubRoom): both are of @rooms */
  guint n_entered;
  guint unread;
};

static GType
hub_room_list_get_item_type (GListModel *model)
{
  return HUB_TYPE_ROOM;
}

static guint
hub_room_list_get_n_items (GListModel *model)
{
  return HUB_ROOM_LIST (model)->rooms->len;
}

static gpointer
hub_room_list_get_item (GListModel *model,
                        guint position)
{
  HubRoom *room = hub_room_list_get (HUB_ROOM_LIST (model), position);

  return room != NULL ? g_object_ref (room) : NULL;
}

static void
hub_room_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hub_room_list_get_item_type;
  iface->get_n_items = hub_room_list_get_n_items;
  iface->get_item = hub_room_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubRoomList, hub_room_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hub_room_list_list_model_init))

typedef enum
{
  PROP_UNREAD = 1,
} HubRoomListProperty;

static GParamSpec *props[PROP_UNREAD + 1];

static void
count (HubRoomList *self)
{
  guint unread = 0;

  self->n_entered = 0;
  for (guint i = 0; i < self->rooms->len; i++)
    {
      HubRoom *room = g_ptr_array_index (self->rooms, i);

      if (!hub_room_get_is_entered (room))
        break;
      self->n_entered++;
      unread += hub_room_get_unread (room);
    }
  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static void
insert (HubRoomList *self,
        HubRoom *room)
{
  guint position = 0;

  while (position < self->rooms->len && hub_room_compare (g_ptr_array_index (self->rooms, position), room) < 0)
    position++;
  g_ptr_array_insert (self->rooms, (int) position, g_object_ref (room));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
take_out (HubRoomList *self,
          HubRoom *room)
{
  guint position;

  if (!g_ptr_array_find (self->rooms, room, &position))
    g_assert_not_reached ();
  g_ptr_array_remove_index (self->rooms, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
is_entered_cb (HubRoom *room,
               GParamSpec *pspec,
               HubRoomList *self)
{
  g_object_ref (room);
  take_out (self, room);
  insert (self, room);
  g_object_unref (room);
  count (self);
}

static void
hub_room_list_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  switch ((HubRoomListProperty) prop_id)
    {
    case PROP_UNREAD:
      g_value_set_uint (value, HUB_ROOM_LIST (object)->unread);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_room_list_dispose (GObject *object)
{
  HubRoomList *self = HUB_ROOM_LIST (object);

  for (guint i = 0; i < self->rooms->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->rooms, i), self);
  g_hash_table_remove_all (self->by_topic);
  g_ptr_array_set_size (self->rooms, 0);

  G_OBJECT_CLASS (hub_room_list_parent_class)->dispose (object);
}

static void
hub_room_list_finalize (GObject *object)
{
  HubRoomList *self = HUB_ROOM_LIST (object);

  g_hash_table_unref (self->by_topic);
  g_ptr_array_unref (self->rooms);

  G_OBJECT_CLASS (hub_room_list_parent_class)->finalize (object);
}

static void
hub_room_list_class_init (HubRoomListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_room_list_get_property;
  object_class->dispose = hub_room_list_dispose;
  object_class->finalize = hub_room_list_finalize;

  /**
   * HubRoomList:unread:
   *
   * How many unread messages there are in the entered rooms together.
   */
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_room_list_init (HubRoomList *self)
{
  self->rooms = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_topic = g_hash_table_new (g_str_hash, g_str_equal);
}

/**
 * hub_room_list_new:
 *
 * Returns: (transfer full): a list without rooms
 */
HubRoomList *
hub_room_list_new (void)
{
  return g_object_new (HUB_TYPE_ROOM_LIST, NULL);
}

/**
 * hub_room_list_add:
 * @self: a list
 * @room: (transfer none): a room whose topic it does not have
 *
 * Takes @room in, and keeps it in its place when it is entered and left.
 */
void
hub_room_list_add (HubRoomList *self,
                   HubRoom *room)
{
  g_return_if_fail (HUB_IS_ROOM_LIST (self));
  g_return_if_fail (HUB_IS_ROOM (room));
  g_return_if_fail (hub_room_list_find (self, hub_room_get_topic (room)) == NULL);

  g_hash_table_insert (self->by_topic, (char *) hub_room_get_topic (room), room);
  g_signal_connect (room, "notify::is-entered", G_CALLBACK (is_entered_cb), self);
  g_signal_connect_swapped (room, "notify::unread", G_CALLBACK (count), self);
  insert (self, room);
  count (self);
}

/**
 * hub_room_list_remove:
 * @self: a list
 * @room: a room that it has
 */
void
hub_room_list_remove (HubRoomList *self,
                      HubRoom *room)
{
  g_autoptr (HubRoom) guard = NULL;

  g_return_if_fail (HUB_IS_ROOM_LIST (self));
  g_return_if_fail (hub_room_list_find (self, hub_room_get_topic (room)) == room);

  guard = g_object_ref (room);
  g_signal_handlers_disconnect_by_data (room, self);
  g_hash_table_remove (self->by_topic, hub_room_get_topic (room));
  take_out (self, room);
  count (self);
}

/**
 * hub_room_list_find:
 * @self: a list
 * @topic: a topic
 *
 * Returns: (nullable) (transfer none): the room of that topic
 */
HubRoom *
hub_room_list_find (HubRoomList *self,
                    const char *topic)
{
  g_return_val_if_fail (HUB_IS_ROOM_LIST (self), NULL);

  return g_hash_table_lookup (self->by_topic, topic);
}

/**
 * hub_room_list_get:
 * @self: a list
 * @position: a position
 *
 * Returns: (nullable) (transfer none): the room that stands there; %NULL behind the last one
 */
HubRoom *
hub_room_list_get (HubRoomList *self,
                   guint position)
{
  g_return_val_if_fail (HUB_IS_ROOM_LIST (self), NULL);

  return position < self->rooms->len ? g_ptr_array_index (self->rooms, position) : NULL;
}

/**
 * hub_room_list_get_n_entered:
 * @self: a list
 *
 * Returns: how many are entered; these come first
 */
guint
hub_room_list_get_n_entered (HubRoomList *self)
{
  g_return_val_if_fail (HUB_IS_ROOM_LIST (self), 0);

  return self->n_entered;
}

/**
 * hub_room_list_get_unread:
 * @self: a list
 *
 * Returns: [property@HubRoomList:unread]
 */
guint
hub_room_list_get_unread (HubRoomList *self)
{
  g_return_val_if_fail (HUB_IS_ROOM_LIST (self), 0);

  return self->unread;
}
