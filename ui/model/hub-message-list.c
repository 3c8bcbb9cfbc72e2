/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-message-list-private.h"

/**
 * HubMessageList:
 *
 * The rows of the table, at most [property@HubMessageList:capacity] of them: in the order of the host's log, as far as they
 * have a number in it, and otherwise of their arrival. Own messages that are not sent yet stand below all others, and make
 * room for none.
 *
 * What is appended is collected first and appears with [method@HubMessageList.flush]: whoever shows the list
 * watches [property@HubMessageList:has-pending] and flushes once a frame, so that a burst costs one change a
 * frame and silence costs nothing.
 *
 * It holds a piece of a longer history. Who shows it tells with [method@HubMessageList.reach] that a reader has come near
 * to an edge, and who fills it listens and adds more there; then rows make room at the other edge.
 *
 * Thread: main.
 */
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
  PROP_IS_DETACHED,
} HubMessageListProperty;

static GParamSpec *props[PROP_IS_DETACHED + 1];

typedef enum
{
  SIGNAL_CUT,
  SIGNAL_MISSED,
  SIGNAL_REACHED,
  SIGNAL_REVEALED,
} HubMessageListSignal;

static guint signals[SIGNAL_REVEALED + 1];

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
    case PROP_IS_DETACHED:
      g_value_set_boolean (value, self->is_detached);
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
      hub_message_list_set_capacity (self, g_value_get_uint (value));
      break;
    case PROP_IS_DETACHED:
      hub_message_list_set_is_detached (self, g_value_get_boolean (value));
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

  for (guint i = 0; i < self->rows->len; i++)
    hub_message_list_part (self, g_ptr_array_index (self->rows, i));
  g_clear_object (&self->names);
  g_clear_pointer (&self->own_name, g_free);
  g_clear_object (&self->target);
  g_clear_object (&self->unread_item);
  g_clear_pointer (&self->index, hub_message_index_free);
  g_queue_clear_full (&self->pending, g_object_unref);
  g_clear_pointer (&self->past, g_ptr_array_unref);
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
   * How many rows are held; the oldest make room for new ones. Less is enough for a list that nobody looks at.
   */
  props[PROP_CAPACITY] = g_param_spec_uint ("capacity",
                                            NULL,
                                            NULL,
                                            1,
                                            G_MAXINT,
                                            HUB_MESSAGE_LIST_CAPACITY,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
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

  /**
   * HubMessageList:is-detached:
   *
   * Whether there is more behind the last row, which is not held.
   */
  props[PROP_IS_DETACHED] = g_param_spec_boolean ("is-detached",
                                                  NULL,
                                                  NULL,
                                                  FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubMessageList::cut:
   * @self: the list
   * @is_end: whether it was at the end, or else at the top
   * @seq: the lowest, or the highest, number of the log that is left; 0 when there is none
   *
   * Emitted when rows that the log has were dropped to make room.
   */
  signals[SIGNAL_CUT] = g_signal_new ("cut", HUB_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_UINT64);
  /**
   * HubMessageList::missed:
   * @self: the list
   * @item: the message
   *
   * Emitted when a message has come that is not held, since the end is not.
   */
  signals[SIGNAL_MISSED] =
    g_signal_new ("missed", HUB_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubMessageList::reached:
   * @self: the list
   * @edge: a [enum@HubMessageEdge]
   *
   * Emitted when a reader has come near to an edge.
   */
  signals[SIGNAL_REACHED] = g_signal_new ("reached", HUB_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_UINT);
  /**
   * HubMessageList::revealed:
   * @self: the list
   * @item: one of its rows
   *
   * Emitted when somebody wants to see @item, and it is there.
   */
  signals[SIGNAL_REVEALED] = g_signal_new ("revealed", HUB_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
}

static void
hub_message_list_init (HubMessageList *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->pending);
  self->past = g_ptr_array_new_with_free_func (g_object_unref);
  self->index = hub_message_index_new ();
  self->names = hub_names_new ();
  self->own_name = g_strdup ("");
}

void
hub_message_list_notify_has_pending (HubMessageList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_PENDING]);
}

void
hub_message_list_notify_capacity (HubMessageList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAPACITY]);
}

void
hub_message_list_emit_cut (HubMessageList *self,
                           gboolean is_end,
                           guint64 seq)
{
  g_signal_emit (self, signals[SIGNAL_CUT], 0, is_end, seq);
}

void
hub_message_list_emit_revealed (HubMessageList *self,
                                HubMessageItem *item)
{
  g_signal_emit (self, signals[SIGNAL_REVEALED], 0, item);
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

  return !g_queue_is_empty (&self->pending) || self->past->len > 0;
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

  hub_message_index_clear (self->index);
  g_queue_clear_full (&self->pending, g_object_unref);
  g_ptr_array_set_size (self->past, 0);
  for (guint i = 0; i < n_rows; i++)
    hub_message_list_part (self, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  hub_message_list_set_first_unread (self, NULL);
  g_clear_object (&self->target);

  hub_message_list_set_is_detached (self, FALSE);
  if (had_pending)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_PENDING]);
  if (n_rows > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_rows, 0);
}

/**
 * hub_message_list_begin_log:
 * @self: a list
 *
 * What comes from now on is of another log, and stands behind all that is held.
 */
void
hub_message_list_begin_log (HubMessageList *self)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  hub_message_index_begin_log (self->index);
  self->is_cut_at_end = FALSE;
}

/**
 * hub_message_list_get_is_adding_past:
 * @self: a list
 *
 * Returns: whether what `items-changed` is just telling of is history, and no news
 */
gboolean
hub_message_list_get_is_adding_past (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  return self->is_adding_past;
}

/**
 * hub_message_list_get_is_detached:
 * @self: a list
 *
 * Returns: [property@HubMessageList:is-detached]
 */
gboolean
hub_message_list_get_is_detached (HubMessageList *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_LIST (self), FALSE);

  return self->is_detached;
}

/**
 * hub_message_list_set_is_detached:
 * @self: a list
 * @is_detached: whether there is more behind the last row
 *
 * Sets [property@HubMessageList:is-detached].
 */
void
hub_message_list_set_is_detached (HubMessageList *self,
                                  gboolean is_detached)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  if (self->is_detached == !!is_detached)
    return;
  self->is_detached = !!is_detached;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_DETACHED]);
}

/**
 * hub_message_list_count_missed:
 * @self: a list
 * @item: a message
 *
 * @item has come, and stands behind the end that is not held. See [signal@HubMessageList::missed].
 */
void
hub_message_list_count_missed (HubMessageList *self,
                               HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));
  g_return_if_fail (HUB_IS_MESSAGE_ITEM (item));

  g_signal_emit (self, signals[SIGNAL_MISSED], 0, item);
}

/**
 * hub_message_list_reach:
 * @self: a list
 * @edge: an edge
 *
 * A reader has come near to @edge, and may want to see more there.
 */
void
hub_message_list_reach (HubMessageList *self,
                        HubMessageEdge edge)
{
  g_return_if_fail (HUB_IS_MESSAGE_LIST (self));

  g_signal_emit (self, signals[SIGNAL_REACHED], 0, (guint) edge);
}
