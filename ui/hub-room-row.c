/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-room-row.h"

#include "ui/model/hub-room-words.h"

/**
 * HubRoomRow:
 *
 * A room in a list: its name, what is unread, and a button that leaves it, with the action `rooms.leave`.
 */
struct _HubRoomRow
{
  GtkListBoxRow parent_instance;

  /* template widgets */
  GtkWidget *leave_button;

  HubRoom *room; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubRoomRow, hub_room_row, GTK_TYPE_LIST_BOX_ROW)

typedef enum
{
  PROP_ROOM = 1,
} HubRoomRowProperty;

static GParamSpec *props[PROP_ROOM + 1];

static char *
count (HubRoomRow *self,
       guint n_unread)
{
  return hub_room_words_count (n_unread);
}

static gboolean
has_count (HubRoomRow *self,
           guint n_unread)
{
  return n_unread > 0;
}

static void
label_cb (HubRoomRow *self)
{
  g_autofree char *words = hub_room_words_row (self->room);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
is_entered_cb (HubRoomRow *self)
{
  gtk_widget_set_visible (self->leave_button,
                          hub_room_get_is_entered (self->room) && !hub_room_get_is_everyone (self->room));
}

static void
hub_room_row_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  switch ((HubRoomRowProperty) prop_id)
    {
    case PROP_ROOM:
      g_value_set_object (value, HUB_ROOM_ROW (object)->room);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_room_row_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  switch ((HubRoomRowProperty) prop_id)
    {
    case PROP_ROOM:
      HUB_ROOM_ROW (object)->room = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_room_row_constructed (GObject *object)
{
  HubRoomRow *self = HUB_ROOM_ROW (object);
  g_autofree char *leave = hub_room_words_leave (self->room);

  G_OBJECT_CLASS (hub_room_row_parent_class)->constructed (object);

  gtk_widget_set_tooltip_text (self->leave_button, leave);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->leave_button), GTK_ACCESSIBLE_PROPERTY_LABEL, leave, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->leave_button), "s", hub_room_get_topic (self->room));
  g_signal_connect_object (self->room, "notify::unread", G_CALLBACK (label_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->room, "notify::has-mention", G_CALLBACK (label_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->room, "notify::is-entered", G_CALLBACK (is_entered_cb), self, G_CONNECT_SWAPPED);
  label_cb (self);
  is_entered_cb (self);
}

static void
hub_room_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_ROOM_ROW);
  g_clear_object (&HUB_ROOM_ROW (object)->room);

  G_OBJECT_CLASS (hub_room_row_parent_class)->dispose (object);
}

static void
hub_room_row_class_init (HubRoomRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_room_row_get_property;
  object_class->set_property = hub_room_row_set_property;
  object_class->constructed = hub_room_row_constructed;
  object_class->dispose = hub_room_row_dispose;

  /**
   * HubRoomRow:room:
   *
   * What it shows.
   */
  props[PROP_ROOM] = g_param_spec_object ("room", NULL, NULL, HUB_TYPE_ROOM,
                                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  g_type_ensure (HUB_TYPE_ROOM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-room-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HubRoomRow, leave_button);
  gtk_widget_class_bind_template_callback (widget_class, count);
  gtk_widget_class_bind_template_callback (widget_class, has_count);
}

static void
hub_room_row_init (HubRoomRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_room_row_new:
 * @room: (transfer none): a room
 *
 * Returns: (transfer floating): a row that shows it
 */
GtkWidget *
hub_room_row_new (HubRoom *room)
{
  return g_object_new (HUB_TYPE_ROOM_ROW, "room", room, NULL);
}

/**
 * hub_room_row_get_room:
 * @self: a row
 *
 * Returns: (transfer none): [property@HubRoomRow:room]
 */
HubRoom *
hub_room_row_get_room (HubRoomRow *self)
{
  g_return_val_if_fail (HUB_IS_ROOM_ROW (self), NULL);

  return self->room;
}
