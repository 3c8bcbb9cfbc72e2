/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-view-private.h"

#include "ui/hub-empty-page.h"
#include "ui/hub-message-headings.h"
#include "ui/hub-message-menu.h"
#include "ui/hub-message-slot.h"
#include "ui/model/hub-day.h"

#include <glib/gi18n-lib.h>

/**
 * HubMessageView:
 *
 * The Output side: headings, and under them the rows, the newest at the end and in sight; or a word of welcome while
 * there are none. Who has scrolled up is told how many have come since.
 *
 * It flushes its list of messages, once a frame and only while something is pending.
 */

/* How near to an edge of the list more is asked for, in heights of the view. */
#define NEAR_PAGES 1.5

/* So long what was found shines. */
#define LIT_MS 2000

#define LONGEST_WAIT_S (60 * 60)

G_DEFINE_FINAL_TYPE (HubMessageView, hub_message_view, ADW_TYPE_BIN)

typedef enum
{
  PROP_MESSAGES = 1,
  PROP_CONNECTION,
  PROP_OWN_NAME,
  PROP_IS_READ,
  PROP_ROOM,
} HubMessageViewProperty;

static GParamSpec *props[PROP_ROOM + 1];

typedef enum
{
  SIGNAL_NOTICE,
  SIGNAL_RETRY,
  SIGNAL_DISMISS,
} HubMessageViewSignal;

static guint signals[SIGNAL_DISMISS + 1];

static void
unlight (HubMessageView *self)
{
  g_clear_handle_id (&self->lit_id, g_source_remove);
  if (self->lit != NULL)
    hub_message_item_set_marks (self->lit, hub_message_item_get_marks (self->lit) & ~HUB_MESSAGE_MARK_LIT);
  g_clear_object (&self->lit);
}

static gboolean
lit_cb (gpointer user_data)
{
  HubMessageView *self = user_data;

  self->lit_id = 0;
  unlight (self);
  return G_SOURCE_REMOVE;
}

static void
revealed_cb (HubMessageView *self,
             HubMessageItem *item)
{
  const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->messages));
  guint position = 0;

  unlight (self);
  for (; position < n_items; position++)
    {
      g_autoptr (HubMessageItem) one = g_list_model_get_item (G_LIST_MODEL (self->messages), position);

      if (one == item)
        break;
    }
  self->lit = g_object_ref (item);
  hub_message_item_set_marks (item, hub_message_item_get_marks (item) | HUB_MESSAGE_MARK_LIT);
  self->lit_id = g_timeout_add (LIT_MS, lit_cb, self);
  g_source_set_name_by_id (self->lit_id, "hubbub found");
  hub_follow_bin_reveal (self->follow_bin, position);
}

static void
reader_cb (HubMessageView *self)
{
  hub_message_view_notice_reader (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_READ]);
}

static void
is_detached_cb (HubMessageView *self)
{
  hub_follow_bin_set_can_follow (self->follow_bin, !hub_message_list_get_is_detached (self->messages));
  hub_message_view_show_new_button (self);
}

/* Somebody scrolls, or there is another height to scroll in: near to an edge there may be more. */
static void
scrolled_cb (HubMessageView *self,
             GtkAdjustment *adjustment)
{
  const double value = gtk_adjustment_get_value (adjustment);
  const double page = gtk_adjustment_get_page_size (adjustment);

  if (self->messages == NULL || page <= 0)
    return;
  if (value < page * NEAR_PAGES)
    hub_message_list_reach (self->messages, HUB_MESSAGE_EDGE_TOP);
  if (gtk_adjustment_get_upper (adjustment) - page - value < page * NEAR_PAGES)
    hub_message_list_reach (self->messages, HUB_MESSAGE_EDGE_END);
}

static void
is_following_cb (HubMessageView *self)
{
  if (hub_follow_bin_get_is_following (self->follow_bin))
    hub_message_view_set_n_new (self, 0);
  reader_cb (self);
}

static void wait_for_day (HubMessageView *self);

static gboolean
day_cb (gpointer user_data)
{
  HubMessageView *self = user_data;
  GtkWidget *list = GTK_WIDGET (hub_follow_bin_get_list (self->follow_bin));

  self->day_id = 0;
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    hub_message_slot_update_day (HUB_MESSAGE_SLOT (gtk_widget_get_first_child (row)));
  wait_for_day (self);
  return G_SOURCE_REMOVE;
}

/* Not longer than an hour at a time: the computer may sleep, and the clock be set. */
static void
wait_for_day (HubMessageView *self)
{
  const gint64 now_us = g_get_real_time ();
  const gint64 left_us = hub_day_begin (hub_day_of_time (now_us, NULL) + 1, NULL) - now_us;

  self->day_id = g_timeout_add_seconds ((guint) CLAMP (left_us / G_USEC_PER_SEC + 1, 1, LONGEST_WAIT_S), day_cb, self);
  g_source_set_name_by_id (self->day_id, "hubbub next day");
}

static gboolean
flush_tick_cb (GtkWidget *widget,
               GdkFrameClock *clock,
               gpointer user_data)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (widget);

  self->flush_tick = 0;
  if (self->messages != NULL)
    hub_message_list_flush (self->messages);

  return G_SOURCE_REMOVE;
}

static void
has_pending_cb (HubMessageView *self)
{
  if (hub_message_list_get_has_pending (self->messages) && self->flush_tick == 0)
    self->flush_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), flush_tick_cb, NULL, NULL);
}

static void
copied_cb (HubMessageView *self,
           const char *text)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text);
}

static void
retry_cb (HubMessageView *self,
          HubMessageItem *item)
{
  g_signal_emit (self, signals[SIGNAL_RETRY], 0, item);
}

static void
dismiss_cb (HubMessageView *self,
            HubMessageItem *item)
{
  g_signal_emit (self, signals[SIGNAL_DISMISS], 0, item);
}

static void
newest_cb (GtkWidget *widget,
           const char *action_name,
           GVariant *parameter)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (widget);

  if (self->messages != NULL)
    hub_message_list_reach (self->messages, HUB_MESSAGE_EDGE_NEWEST);
  hub_follow_bin_follow (self->follow_bin);
}

static void
hub_message_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hub_message_view_parent_class)->map (widget);
  reader_cb (HUB_MESSAGE_VIEW (widget));
}

static void
hub_message_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hub_message_view_parent_class)->unmap (widget);
  reader_cb (HUB_MESSAGE_VIEW (widget));
}

static void
hub_message_view_root (GtkWidget *widget)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (hub_message_view_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  if (!GTK_IS_WINDOW (root))
    return;
  self->window = GTK_WINDOW (root);
  g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (reader_cb), self, G_CONNECT_SWAPPED);
  wait_for_day (self);
}

static void
hub_message_view_unroot (GtkWidget *widget)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (widget);

  g_clear_handle_id (&self->day_id, g_source_remove);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, reader_cb, self);
  self->window = NULL;

  GTK_WIDGET_CLASS (hub_message_view_parent_class)->unroot (widget);
}

static void
hub_message_view_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (object);

  switch ((HubMessageViewProperty) prop_id)
    {
    case PROP_MESSAGES:
      g_value_set_object (value, self->messages);
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_OWN_NAME:
      g_value_set_string (value, self->own_name);
      break;
    case PROP_IS_READ:
      g_value_set_boolean (value, hub_message_view_is_reader_there (self));
      break;
    case PROP_ROOM:
      g_value_set_object (value, self->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_view_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (object);

  switch ((HubMessageViewProperty) prop_id)
    {
    case PROP_MESSAGES:
      hub_message_view_set_messages (self, g_value_get_object (value));
      break;
    case PROP_CONNECTION:
      hub_message_view_set_connection (self, g_value_get_enum (value));
      break;
    case PROP_OWN_NAME:
      hub_message_view_set_own_name (self, g_value_get_string (value));
      break;
    case PROP_ROOM:
      if (g_set_object (&self->room, g_value_get_object (value)))
        {
          hub_empty_page_fill (self->empty_page, self->connection, self->room);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_IS_READ:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_view_dispose (GObject *object)
{
  HubMessageView *self = HUB_MESSAGE_VIEW (object);

  if (self->flush_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->flush_tick);
  self->flush_tick = 0;
  if (self->messages != NULL)
    hub_message_view_set_messages (self, NULL);
  g_clear_object (&self->room);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_MESSAGE_VIEW);

  G_OBJECT_CLASS (hub_message_view_parent_class)->dispose (object);
}

static void
hub_message_view_finalize (GObject *object)
{
  g_free (HUB_MESSAGE_VIEW (object)->own_name);

  G_OBJECT_CLASS (hub_message_view_parent_class)->finalize (object);
}

static void
install_signals (void)
{
  /**
   * HubMessageView::notice:
   * @self: the view
   * @text: one short sentence, translated
   *
   * Something was done that cannot be seen.
   */
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", HUB_TYPE_MESSAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * HubMessageView::retry:
   * @self: the view
   * @item: a message that could not be sent
   *
   * The user wants it to be sent again.
   */
  signals[SIGNAL_RETRY] = g_signal_new ("retry", HUB_TYPE_MESSAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
  /**
   * HubMessageView::dismiss:
   * @self: the view
   * @item: a message that could not be sent
   *
   * The user does not want to see it any more.
   */
  signals[SIGNAL_DISMISS] = g_signal_new ("dismiss", HUB_TYPE_MESSAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, HUB_TYPE_MESSAGE_ITEM);
}

static void
hub_message_view_class_init (HubMessageViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_message_view_get_property;
  object_class->set_property = hub_message_view_set_property;
  object_class->dispose = hub_message_view_dispose;
  object_class->finalize = hub_message_view_finalize;
  widget_class->map = hub_message_view_map;
  widget_class->unmap = hub_message_view_unmap;
  widget_class->root = hub_message_view_root;
  widget_class->unroot = hub_message_view_unroot;

  /**
   * HubMessageView:messages: (nullable)
   *
   * What is shown.
   */
  props[PROP_MESSAGES] = g_param_spec_object ("messages", NULL, NULL, HUB_TYPE_MESSAGE_LIST,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubMessageView:connection:
   *
   * How it stands with the connection, for what is said while there are no rows.
   */
  props[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, HUB_TYPE_CHAT_CONNECTION,
                                              HUB_CHAT_CONNECTION_CONNECTING,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubMessageView:own-name: (nullable)
   *
   * The name of the user, for rows that speak of them.
   */
  props[PROP_OWN_NAME] = g_param_spec_string ("own-name", NULL, NULL, NULL,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubMessageView:is-read:
   *
   * Whether what comes now is seen by somebody.
   */
  props[PROP_IS_READ] =
    g_param_spec_boolean ("is-read", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * HubMessageView:room: (nullable)
   *
   * Whose messages these are, for what is said while there are no rows.
   */
  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, HUB_TYPE_ROOM,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  install_signals ();

  /* Rows are made by a factory, from a template of their own. */
  g_type_ensure (HUB_TYPE_MESSAGE_SLOT);
  g_type_ensure (HUB_TYPE_MESSAGE_HEADINGS);
  g_type_ensure (HUB_TYPE_FOLLOW_BIN);
  g_type_ensure (HUB_TYPE_MESSAGE_MENU);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-message-view.ui");
  gtk_widget_class_bind_template_child (widget_class, HubMessageView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HubMessageView, follow_bin);
  gtk_widget_class_bind_template_child (widget_class, HubMessageView, new_button);
  gtk_widget_class_bind_template_child (widget_class, HubMessageView, new_content);
  gtk_widget_class_bind_template_child (widget_class, HubMessageView, announcer);
  gtk_widget_class_bind_template_callback (widget_class, copied_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
  gtk_widget_class_bind_template_callback (widget_class, is_following_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_install_action (widget_class, "messages.newest", NULL, newest_cb);
}

static void
hub_message_view_init (HubMessageView *self)
{
  g_autoptr (GtkListItemFactory) factory = NULL;
  GtkAdjustment *adjustment;
  GtkListView *list;

  gtk_widget_init_template (GTK_WIDGET (self));
  hub_empty_page_fill (self->empty_page, self->connection, self->room);

  list = hub_follow_bin_get_list (self->follow_bin);
  factory = gtk_builder_list_item_factory_new_from_resource (NULL, "/io/github/hubbub_chat/Hubbub/ui/hub-message-item.ui");
  gtk_list_view_set_factory (list, factory);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Messages"), -1);
}

/**
 * hub_message_view_get_messages:
 * @self: a view
 *
 * Returns: (nullable) (transfer none): [property@HubMessageView:messages]
 */
HubMessageList *
hub_message_view_get_messages (HubMessageView *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_VIEW (self), NULL);

  return self->messages;
}

/**
 * hub_message_view_set_messages:
 * @self: a view
 * @messages: (nullable): what is shown
 *
 * Sets [property@HubMessageView:messages].
 */
void
hub_message_view_set_messages (HubMessageView *self,
                               HubMessageList *messages)
{
  GtkListView *list;

  g_return_if_fail (HUB_IS_MESSAGE_VIEW (self));
  g_return_if_fail (messages == NULL || HUB_IS_MESSAGE_LIST (messages));

  if (self->messages == messages)
    return;

  list = hub_follow_bin_get_list (self->follow_bin);
  if (self->messages != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->messages, self);
      gtk_list_view_set_model (list, NULL);
    }
  unlight (self);
  g_set_object (&self->messages, messages);
  self->is_line_old = FALSE;
  if (messages != NULL)
    {
      g_autoptr (GtkNoSelection) model = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (messages)));

      hub_message_list_set_own_name (messages, self->own_name);
      gtk_list_view_set_model (list, GTK_SELECTION_MODEL (model));
      g_signal_connect_swapped (messages, "items-changed", G_CALLBACK (hub_message_view_notice_rows), self);
      g_signal_connect_swapped (messages, "notify::has-pending", G_CALLBACK (has_pending_cb), self);
      gtk_widget_set_visible (GTK_WIDGET (self->empty_page), g_list_model_get_n_items (G_LIST_MODEL (messages)) == 0);
      g_signal_connect_swapped (messages, "missed", G_CALLBACK (hub_message_view_notice_missed), self);
      g_signal_connect_swapped (messages, "revealed", G_CALLBACK (revealed_cb), self);
      g_signal_connect_swapped (messages, "notify::is-detached", G_CALLBACK (is_detached_cb), self);
      is_detached_cb (self);
      has_pending_cb (self);
      hub_message_view_set_n_new (self, 0);
      hub_follow_bin_follow (self->follow_bin);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGES]);
}

/**
 * hub_message_view_get_connection:
 * @self: a view
 *
 * Returns: [property@HubMessageView:connection]
 */
HubChatConnection
hub_message_view_get_connection (HubMessageView *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_VIEW (self), HUB_CHAT_CONNECTION_OFFLINE);

  return self->connection;
}

/**
 * hub_message_view_set_connection:
 * @self: a view
 * @connection: how it stands with the connection
 *
 * Sets [property@HubMessageView:connection].
 */
void
hub_message_view_set_connection (HubMessageView *self,
                                 HubChatConnection connection)
{
  g_return_if_fail (HUB_IS_MESSAGE_VIEW (self));

  if (self->connection == connection)
    return;

  self->connection = connection;
  hub_empty_page_fill (self->empty_page, self->connection, self->room);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONNECTION]);
}

/**
 * hub_message_view_get_own_name:
 * @self: a view
 *
 * Returns: (nullable) (transfer none): [property@HubMessageView:own-name]
 */
const char *
hub_message_view_get_own_name (HubMessageView *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_VIEW (self), NULL);

  return self->own_name;
}

/**
 * hub_message_view_set_own_name:
 * @self: a view
 * @own_name: (nullable): the name of the user
 *
 * Sets [property@HubMessageView:own-name].
 */
void
hub_message_view_set_own_name (HubMessageView *self,
                               const char *own_name)
{
  g_return_if_fail (HUB_IS_MESSAGE_VIEW (self));

  if (g_strcmp0 (self->own_name, own_name) == 0)
    return;

  g_free (self->own_name);
  self->own_name = g_strdup (own_name);
  if (self->messages != NULL)
    hub_message_list_set_own_name (self->messages, own_name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OWN_NAME]);
}

static void
offer_cb (HubMessageView *self)
{
  hub_empty_page_fill (self->empty_page, self->connection, self->room);
}

/**
 * hub_message_view_set_offer:
 * @self: the view
 * @offer: what is offered while there are no messages, as long as it is visible
 *
 * Shows @offer.
 */
void
hub_message_view_set_offer (HubMessageView *self,
                            GtkWidget *offer)
{
  g_return_if_fail (HUB_IS_MESSAGE_VIEW (self));

  adw_status_page_set_child (self->empty_page, offer);
  g_signal_connect_object (offer, "notify::visible", G_CALLBACK (offer_cb), self, G_CONNECT_SWAPPED);
  offer_cb (self);
}

/**
 * hub_message_view_focus:
 * @self: a view
 *
 * Puts the focus on the last row that is seen.
 *
 * Returns: %TRUE when it is there; %FALSE while there are no rows
 */
gboolean
hub_message_view_focus (HubMessageView *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_VIEW (self), FALSE);

  return gtk_widget_grab_focus (GTK_WIDGET (self->follow_bin));
}
