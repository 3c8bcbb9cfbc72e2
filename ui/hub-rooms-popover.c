/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-rooms-popover.h"

#include "ui/hub-room-row.h"
#include "ui/model/hub-room-topic.h"

/**
 * HubRoomsPopover:
 *
 * The rooms: those that are entered, to go there and to leave them, the others, to enter them, and a line for a new one.
 *
 * There are rows only while it is open.
 */
struct _HubRoomsPopover
{
  GtkPopover parent_instance;

  /* template widgets */
  GtkListBox *entered_box;
  GtkWidget *others_heading;
  GtkListBox *others_box;
  GtkEditable *entry;
  GtkWidget *enter_button;
  GtkLabel *problem;

  HubChatState *state; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (HubRoomsPopover, hub_rooms_popover, GTK_TYPE_POPOVER)

typedef enum
{
  PROP_STATE = 1,
} HubRoomsPopoverProperty;

static GParamSpec *props[PROP_STATE + 1];

enum
{
  SIGNAL_OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
select_shown (HubRoomsPopover *self)
{
  HubRoom *shown = hub_chat_state_get_room (self->state);

  for (int i = 0; gtk_list_box_get_row_at_index (self->entered_box, i) != NULL; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->entered_box, i);

      if (hub_room_row_get_room (HUB_ROOM_ROW (row)) == shown)
        gtk_list_box_select_row (self->entered_box, row);
    }
}

static void
n_others_cb (HubRoomsPopover *self,
             GParamSpec *pspec,
             GListModel *others)
{
  gtk_widget_set_visible (self->others_heading, g_list_model_get_n_items (others) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->others_box), g_list_model_get_n_items (others) > 0);
}

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  return hub_room_row_new (item);
}

static GtkFilterListModel *
filter_rooms (HubRoomsPopover *self,
              gboolean is_entered)
{
  GListModel *rooms = g_object_ref (G_LIST_MODEL (hub_chat_state_get_rooms (self->state)));
  GtkBoolFilter *filter = gtk_bool_filter_new (gtk_property_expression_new (HUB_TYPE_ROOM, NULL, "is-entered"));

  gtk_bool_filter_set_invert (filter, !is_entered);
  return gtk_filter_list_model_new (rooms, GTK_FILTER (filter));
}

static void
fill (HubRoomsPopover *self)
{
  g_autoptr (GtkFilterListModel) entered = filter_rooms (self, TRUE);
  g_autoptr (GtkFilterListModel) others = filter_rooms (self, FALSE);

  gtk_list_box_bind_model (self->entered_box, G_LIST_MODEL (entered), create_row, NULL, NULL);
  gtk_list_box_bind_model (self->others_box, G_LIST_MODEL (others), create_row, NULL, NULL);
  g_signal_connect_object (others, "notify::n-items", G_CALLBACK (n_others_cb), self, G_CONNECT_SWAPPED);
  n_others_cb (self, NULL, G_LIST_MODEL (others));
  select_shown (self);
}

static void
empty (HubRoomsPopover *self)
{
  gtk_list_box_bind_model (self->entered_box, NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (self->others_box, NULL, NULL, NULL, NULL);
}

static void
set_problem (HubRoomsPopover *self,
             const char *problem)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static gboolean
open_room (HubRoomsPopover *self,
           const char *topic)
{
  if (self->state == NULL || !hub_chat_state_open_room (self->state, topic))
    return FALSE;
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
  return TRUE;
}

static void
row_activated_cb (HubRoomsPopover *self,
                  GtkListBoxRow *row)
{
  g_autoptr (HubRoom) room = g_object_ref (hub_room_row_get_room (HUB_ROOM_ROW (row)));

  open_room (self, hub_room_get_topic (room));
}

/* The arrows go on from one list to the other. A list that has no focus does not take it for an arrow. */
static gboolean
keynav_failed_cb (HubRoomsPopover *self,
                  GtkDirectionType direction,
                  GtkWidget *box)
{
  GtkWidget *row = NULL;

  if (direction == GTK_DIR_DOWN && box == GTK_WIDGET (self->entered_box))
    row = gtk_widget_get_first_child (GTK_WIDGET (self->others_box));
  else if (direction == GTK_DIR_UP && box == GTK_WIDGET (self->others_box))
    row = gtk_widget_get_last_child (GTK_WIDGET (self->entered_box));
  return row != NULL && gtk_widget_grab_focus (row);
}

/* What is wrong is said when somebody wants to enter, not while they are typing. */
static void
changed_cb (HubRoomsPopover *self)
{
  set_problem (self, NULL);
}

static void
enter_cb (HubRoomsPopover *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *topic = hub_room_topic_from_name (gtk_editable_get_text (self->entry), &error);

  if (topic == NULL)
    {
      set_problem (self, error->message);
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
    }
  else if (open_room (self, topic))
    {
      gtk_editable_set_text (self->entry, "");
    }
}

static void
leave_action_cb (GtkWidget *widget,
                 const char *action_name,
                 GVariant *parameter)
{
  HubRoomsPopover *self = HUB_ROOMS_POPOVER (widget);

  g_autofree char *topic = g_variant_dup_string (parameter, NULL);

  /* Before the button that has the focus is gone. */
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->entered_box, 0)));
  hub_chat_state_leave_room (self->state, topic);
}

/* Before it is measured. */
static void
hub_rooms_popover_show (GtkWidget *widget)
{
  HubRoomsPopover *self = HUB_ROOMS_POPOVER (widget);

  if (self->state != NULL)
    fill (self);
  GTK_WIDGET_CLASS (hub_rooms_popover_parent_class)->show (widget);
}

static void
hub_rooms_popover_hide (GtkWidget *widget)
{
  HubRoomsPopover *self = HUB_ROOMS_POPOVER (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  /* To the button that it was opened with. GTK 4.8 keeps a row that has the focus when it goes; and what has it in a popover
   * that is hidden takes all keys, for nothing. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, widget))
    gtk_widget_grab_focus (gtk_widget_get_parent (widget));
  GTK_WIDGET_CLASS (hub_rooms_popover_parent_class)->hide (widget);
  empty (self);
}

static void
hub_rooms_popover_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  switch ((HubRoomsPopoverProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_object (value, HUB_ROOMS_POPOVER (object)->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_rooms_popover_set_property (GObject *object,
                                guint prop_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  switch ((HubRoomsPopoverProperty) prop_id)
    {
    case PROP_STATE:
      hub_rooms_popover_set_state (HUB_ROOMS_POPOVER (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_rooms_popover_dispose (GObject *object)
{
  hub_rooms_popover_set_state (HUB_ROOMS_POPOVER (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_ROOMS_POPOVER);

  G_OBJECT_CLASS (hub_rooms_popover_parent_class)->dispose (object);
}

static void
hub_rooms_popover_class_init (HubRoomsPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_rooms_popover_get_property;
  object_class->set_property = hub_rooms_popover_set_property;
  object_class->dispose = hub_rooms_popover_dispose;
  widget_class->show = hub_rooms_popover_show;
  widget_class->hide = hub_rooms_popover_hide;

  /**
   * HubRoomsPopover:state: (nullable)
   *
   * Whose rooms are shown, and who is asked for them.
   */
  props[PROP_STATE] = g_param_spec_object ("state", NULL, NULL, HUB_TYPE_CHAT_STATE,
                                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubRoomsPopover::opened:
   * @self: the popover
   *
   * A room was chosen, and is shown.
   */
  signals[SIGNAL_OPENED] =
    g_signal_new ("opened", HUB_TYPE_ROOMS_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-rooms-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, entered_box);
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, others_heading);
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, others_box);
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, entry);
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, enter_button);
  gtk_widget_class_bind_template_child (widget_class, HubRoomsPopover, problem);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, enter_cb);
  gtk_widget_class_bind_template_callback (widget_class, keynav_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "rooms.leave", "s", leave_action_cb);
}

static void
hub_rooms_popover_init (HubRoomsPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_rooms_popover_get_state:
 * @self: a popover
 *
 * Returns: (nullable) (transfer none): [property@HubRoomsPopover:state]
 */
HubChatState *
hub_rooms_popover_get_state (HubRoomsPopover *self)
{
  g_return_val_if_fail (HUB_IS_ROOMS_POPOVER (self), NULL);

  return self->state;
}

/**
 * hub_rooms_popover_set_state:
 * @self: a popover
 * @state: (nullable) (transfer none): whose rooms are shown
 *
 * Sets [property@HubRoomsPopover:state].
 */
void
hub_rooms_popover_set_state (HubRoomsPopover *self,
                             HubChatState *state)
{
  g_return_if_fail (HUB_IS_ROOMS_POPOVER (self));
  g_return_if_fail (state == NULL || HUB_IS_CHAT_STATE (state));

  if (self->state == state)
    return;
  if (self->state != NULL)
    g_signal_handlers_disconnect_by_data (self->state, self);
  g_set_object (&self->state, state);
  if (state == NULL)
    {
      empty (self);
    }
  else
    {
      g_signal_connect_swapped (state, "notify::room", G_CALLBACK (select_shown), self);
      if (gtk_widget_get_visible (GTK_WIDGET (self)))
        fill (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}
