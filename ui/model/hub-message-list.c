/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list.h"

/**
 * HubMessageList:
 *
 * The rows of the table, oldest first, at most [property@HubMessageList:capacity] of them.
 *
 * What is appended is collected first and appears with [method@HubMessageList.flush]: whoever shows the list
 * watches [property@HubMessageList:has-pending] and flushes once a frame, so that a burst costs one change a
 * frame and silence costs nothing.
 *
 * Thread: main.
 */
struct _HubMessageList
{
  GObject parent_instance;

  GPtrArray *rows;   /* (owned) (element-type HubMessageItem) what the model shows */
  GQueue pending;    /* (owned) (element-type HubMessageItem) collected, not shown yet */
  GHashTable *by_id; /* (owned) (element-type MessageKey HubMessageItem) both of them, by topic and id */
  guint capacity;
};

/* What tells two messages apart. The strings belong to the item that the key leads to. */
typedef struct
{
  const char *topic;
  const char *id;
} MessageKey;

static GType
hub_message_list_get_item_type (GListModel *model)
{
  return HUB_TYPE_MESSAGE_ITEM;
}

static guint
hub_message_list_get_n_items (GListModel *model)
{
  return HUB_MESSAGE_LIST (model)->rows->len;
}

static gpointer
hub_message_list_get_item (GListModel *model,
                           guint position)
{
  HubMessageList *self = HUB_MESSAGE_LIST (model);

  if (position >= self->rows->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->rows, position));
}

static void
hub_message_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hub_message_list_get_item_type;
  iface->get_n_items = hub_message_list_get_n_items;
  iface->get_item = hub_message_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubMessageList, hub_message_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hub_message_list_list_model_init))

typedef enum
{
  PROP_CAPACITY = 1,
  PROP_HAS_PENDING,
} HubMessageListProperty;

static GParamSpec *props[PROP_HAS_PENDING + 1];

static guint
message_key_hash (gconstpointer data)
{
  const MessageKey *key = data;

  return g_str_hash (key->id) * 31 + g_str_hash (key->topic);
}

static gboolean
message_key_equal (gconstpointer a,
                   gconstpointer b)
{
  const MessageKey *key_a = a;
  const MessageKey *key_b = b;

  return g_str_equal (key_a->id, key_b->id) && g_str_equal (key_a->topic, key_b->topic);
}

static MessageKey
key_of_item (HubMessageItem *item)
{
  const char *topic = hub_message_item_get_topic (item);

  return (MessageKey){ topic != NULL ? topic : "", hub_message_item_get_id (item) };
}

static void
remember_id (HubMessageList *self,
             HubMessageItem *item)
{
  const MessageKey key = key_of_item (item);

  if (key.id != NULL)
    g_hash_table_insert (self->by_id, g_memdup2 (&key, sizeof key), item);
}

static void
forget_id (HubMessageList *self,
           HubMessageItem *item)
{
  const MessageKey key = key_of_item (item);

  if (key.id != NULL)
    g_hash_table_remove (self->by_id, &key);
}

static gboolean
is_anonymous (HubMessageItem *item,
              const char *topic,
              const char *text)
{
  return hub_message_item_get_id (item) == NULL && g_strcmp0 (hub_message_item_get_topic (item), topic) == 0 &&
         g_strcmp0 (hub_message_item_get_text (item), text) == 0;
}

/* The first row has nobody above it whose name it could repeat. */
static void
update_repeat (HubMessageList *self,
               guint position)
{
  HubMessageItem *item;
  HubMessageItem *above;

  if (position >= self->rows->len)
    return;

  item = g_ptr_array_index (self->rows, position);
  above = position > 0 ? g_ptr_array_index (self->rows, position - 1) : NULL;
  hub_message_item_set_is_repeat (item, above != NULL && hub_message_item_has_author_of (item, above));
}

static void
drop_oldest_rows (HubMessageList *self,
                  guint n_rows)
{
  if (n_rows == 0)
    return;

  for (guint i = 0; i < n_rows; i++)
    forget_id (self, g_ptr_array_index (self->rows, i));
  g_ptr_array_remove_range (self->rows, 0, n_rows);
  update_repeat (self, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_rows, 0);
}

static void
hub_message_list_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HubMessageList *self = HUB_MESSAGE_LIST (object);

  switch ((HubMessageListProperty) prop_id)
    {
    case PROP_CAPACITY:
      g_value_set_uint (value, self->capacity);
      break;
    case PROP_HAS_PENDING:
      g_value_set_boolean (value, hub_message_list_get_has_pending (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_list_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  HubMessageList *self = HUB_MESSAGE_LIST (object);

  switch ((HubMessageListProperty) prop_id)
    {
    case PROP_CAPACITY:
      self->capacity = g_value_get_uint (value);
      break;
    case PROP_HAS_PENDING:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_list_finalize (GObject *object)
{
  HubMessageList *self = HUB_MESSAGE_LIST (object);

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_queue_clear_full (&self->pending, g_object_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (hub_message_list_parent_class)->finalize (object);
}

static void
hub_message_list_class_init (HubMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hub_message_list_get_property;
  object_class->set_property = hub_message_list_set_property;
  object_class->finalize = hub_message_list_finalize;

  /**
   * HubMessageList:capacity:
   *
   * How many rows are held; the oldest make room for new ones.
   */
  props[PROP_CAPACITY] = g_param_spec_uint ("capacity",
                                            NULL,
                                            NULL,
                                            1,
                                            G_MAXINT,
                                            HUB_MESSAGE_LIST_CAPACITY,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * HubMessageList:has-pending:
   *
   * Whether something waits to be flushed.
   */
  props[PROP_HAS_PENDING] = g_param_spec_boolean ("has-pending",
                                                  NULL,
                                                  NULL,
                                                  FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_message_list_init (HubMessageList *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->pending);
  self->by_id = g_hash_table_new_full (message_key_hash, message_key_equal, g_free, NULL);
}

/**
 * hub_message_list_new:
 * @capacity: how many rows are held, 1 or more
 *
 * Makes an empty list.
 *
 * Returns: (transfer full): the list
 */
HubMessageList *
hub_message_list_new (guint capacity)
{
  return g_object_new (HUB_TYPE_MESSAGE_LIST, "capacity", capacity, NULL);
}

/**
 * hub_message_list_get_capacity:
 * @self: a list
 *
 * Returns: [property@HubMessageList:capacity]
 */
guint
hub_message_list_get_capacity (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), 0);

  return self->capacity;
}

/**
 * hub_message_list_get_has_pending:
 * @self: a list
 *
 * Returns: [property@HubMessageList:has-pending]
 */
gboolean
hub_message_list_get_has_pending (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  return !g_queue_is_empty (&self->pending);
}

/**
 * hub_message_list_append:
 * @self: a list
 * @item: (transfer none): a message
 *
 * Collects @item, to be shown at the end by the next [method@HubMessageList.flush].
 *
 * A message whose topic and id are held already is dropped. When the one held is own and not yet known as sent,
 * this was its echo, and it becomes %HUB_MESSAGE_STATE_SENT.
 *
 * Complexity: O(1).
 *
 * Returns: %TRUE when @item was new
 */
gboolean
hub_message_list_append (HubMessageList *self,
                         HubMessageItem *item)
{
  HubMessageItem *held;
  gboolean had_pending;

  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);
  g_return_val_if_fail (HUB_IS_MESSAGE_ITEM (item), FALSE);

  held = hub_message_list_find_by_id (self, hub_message_item_get_topic (item), hub_message_item_get_id (item));
  if (held != NULL)
    {
      if (hub_message_item_get_is_own (held))
        hub_message_item_set_state (held, HUB_MESSAGE_STATE_SENT);
      return FALSE;
    }

  had_pending = hub_message_list_get_has_pending (self);
  remember_id (self, item);
  g_queue_push_tail (&self->pending, g_object_ref (item));

  if (g_queue_get_length (&self->pending) > self->capacity)
    {
      g_autoptr (HubMessageItem) oldest = g_queue_pop_head (&self->pending);

      forget_id (self, oldest);
    }
  if (!had_pending)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_PENDING]);

  return TRUE;
}

/**
 * hub_message_list_flush:
 * @self: a list
 *
 * Shows what was collected: one `items-changed` for the rows that make room at the front, where that is needed,
 * then one for everything that is added at the end. Does nothing when nothing is pending.
 *
 * Complexity: O(rows added + rows dropped).
 */
void
hub_message_list_flush (HubMessageList *self)
{
  g_autoptr (HubMessageList) guard = NULL;
  HubMessageItem *item;
  guint n_added;
  guint n_before;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  n_added = g_queue_get_length (&self->pending);
  if (n_added == 0)
    return;

  /* A handler of the signals below may let go of the last other reference. */
  guard = g_object_ref (self);

  if (self->rows->len + n_added > self->capacity)
    drop_oldest_rows (self, self->rows->len + n_added - self->capacity);

  n_before = self->rows->len;
  while ((item = g_queue_pop_head (&self->pending)) != NULL)
    {
      g_ptr_array_add (self->rows, item);
      update_repeat (self, self->rows->len - 1);
    }

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_PENDING]);
  g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, self->rows->len - n_before);
}

/**
 * hub_message_list_clear:
 * @self: a list
 *
 * Forgets everything, shown or collected: another chat begins.
 */
void
hub_message_list_clear (HubMessageList *self)
{
  guint n_rows;
  gboolean had_pending;

  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  n_rows = self->rows->len;
  had_pending = hub_message_list_get_has_pending (self);

  g_hash_table_remove_all (self->by_id);
  g_queue_clear_full (&self->pending, g_object_unref);
  g_ptr_array_set_size (self->rows, 0);

  if (had_pending)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_PENDING]);
  if (n_rows > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_rows, 0);
}

/**
 * hub_message_list_find_by_id:
 * @self: a list
 * @topic: (nullable): a topic
 * @id: (nullable): an id; %NULL finds nothing
 *
 * Finds a message, whether it is shown already or only collected.
 *
 * Complexity: O(1).
 *
 * Returns: (nullable) (transfer none): the message
 */
HubMessageItem *
hub_message_list_find_by_id (HubMessageList *self,
                             const char *topic,
                             const char *id)
{
  const MessageKey key = { topic != NULL ? topic : "", id };

  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), NULL);

  if (id == NULL)
    return NULL;
  return g_hash_table_lookup (self->by_id, &key);
}

/**
 * hub_message_list_has_anonymous:
 * @self: a list
 * @topic: (nullable): a topic
 * @text: what a message says
 *
 * Whether a message without an id says just this, shown already or only collected.
 *
 * Complexity: O(messages).
 *
 * Returns: %TRUE when there is one
 */
gboolean
hub_message_list_has_anonymous (HubMessageList *self,
                                const char *topic,
                                const char *text)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  for (guint i = 0; i < self->rows->len; i++)
    if (is_anonymous (g_ptr_array_index (self->rows, i), topic, text))
      return TRUE;
  for (GList *at = self->pending.head; at != NULL; at = at->next)
    if (is_anonymous (at->data, topic, text))
      return TRUE;
  return FALSE;
}
