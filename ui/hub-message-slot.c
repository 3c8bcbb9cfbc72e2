/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-slot.h"

#include "ui/hub-font-scale.h"
#include "ui/hub-message-row.h"
#include "ui/model/hub-format.h"
#include "ui/model/hub-markup.h"

#include <math.h>

/* What a row is taken to measure, in pixels, until it is known. It need not be right, only quick. */
#define GUESSED_CHAR_WIDTH 7.5
#define GUESSED_LINE_HEIGHT 18
#define GUESSED_PADDING 12
#define GUESSED_COLUMNS_WIDTH 200
#define GUESSED_TEXT_WIDTH_MIN 100

/**
 * HubMessageSlot:
 *
 * The place of a message in the list. It holds a [class@MessageRow] once it has been in sight.
 *
 * GTK 4.8 keeps two hundred rows around what is seen and measures all of them; to lay out so much text takes several
 * tenths of a second when many messages come at once. So a slot out of sight only guesses how high it will be, and who
 * brings it into sight has it filled: about thirty rows are ever laid out for a frame.
 */
struct _HubMessageSlot
{
  GtkWidget parent_instance;

  HubMessageItem *item; /* (owned) (nullable) */
  gulong on_state;      /* of the item */
  gboolean is_filled;   /* whether the row shows the item */
};

G_DEFINE_FINAL_TYPE (HubMessageSlot, hub_message_slot, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ITEM = 1,
} HubMessageSlotProperty;

static GParamSpec *props[PROP_ITEM + 1];

/* What is focused and read out is not this widget but the list's own around it. */
static void
update_label (HubMessageSlot *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *label = NULL;

  if (parent == NULL || self->item == NULL)
    return;

  label = hub_format_row_label (self->item, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static int
guess_height (HubMessageSlot *self,
              int width)
{
  const double scale = hub_font_scale (GTK_WIDGET (self));
  const double text_width = MAX (width - GUESSED_COLUMNS_WIDTH * scale, GUESSED_TEXT_WIDTH_MIN);
  double n_lines = 1;
  guint n_chars = 0;

  if (self->item == NULL)
    return 0;

  for (const char *p = hub_message_item_get_text (self->item); *p != '\0'; p = g_utf8_next_char (p))
    {
      if (++n_chars > HUB_MARKUP_FOLD_CHARS)
        break;
      n_lines += *p == '\n';
    }
  n_lines = MIN (n_lines + floor (n_chars * GUESSED_CHAR_WIDTH * scale / text_width), HUB_MARKUP_FOLD_LINES);

  return (int) (n_lines * GUESSED_LINE_HEIGHT * scale) + GUESSED_PADDING;
}

/* The list would give the focus to the text, whole and selected. It belongs to the row, which says also who wrote it;
 * from there Tab goes on into the text and its links. */
static gboolean
hub_message_slot_focus (GtkWidget *widget,
                        GtkDirectionType direction)
{
  const gboolean is_inside = gtk_widget_get_focus_child (widget) != NULL;
  const gboolean is_tab = direction == GTK_DIR_TAB_FORWARD || (is_inside && direction == GTK_DIR_TAB_BACKWARD);

  if (!is_tab || !(is_inside || gtk_widget_is_focus (gtk_widget_get_parent (widget))))
    return FALSE;
  return GTK_WIDGET_CLASS (hub_message_slot_parent_class)->focus (widget, direction);
}

static GtkSizeRequestMode
hub_message_slot_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hub_message_slot_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HubMessageSlot *self = HUB_MESSAGE_SLOT (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;

  if (self->is_filled)
    gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural, NULL, NULL);
  else
    *minimum = *natural = guess_height (self, for_size);
}

static void
hub_message_slot_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  if (HUB_MESSAGE_SLOT (widget)->is_filled)
    gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, baseline, NULL);
}

static void
hub_message_slot_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  switch ((HubMessageSlotProperty) prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, HUB_MESSAGE_SLOT (object)->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_slot_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  switch ((HubMessageSlotProperty) prop_id)
    {
    case PROP_ITEM:
      hub_message_slot_set_item (HUB_MESSAGE_SLOT (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_slot_dispose (GObject *object)
{
  HubMessageSlot *self = HUB_MESSAGE_SLOT (object);
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self));

  self->is_filled = FALSE;
  g_clear_signal_handler (&self->on_state, self->item);
  g_clear_object (&self->item);
  g_clear_pointer (&row, gtk_widget_unparent);

  G_OBJECT_CLASS (hub_message_slot_parent_class)->dispose (object);
}

static void
hub_message_slot_class_init (HubMessageSlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_message_slot_get_property;
  object_class->set_property = hub_message_slot_set_property;
  object_class->dispose = hub_message_slot_dispose;
  widget_class->focus = hub_message_slot_focus;
  widget_class->get_request_mode = hub_message_slot_get_request_mode;
  widget_class->measure = hub_message_slot_measure;
  widget_class->size_allocate = hub_message_slot_size_allocate;

  /**
   * HubMessageSlot:item: (nullable)
   *
   * The message that has this place.
   */
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, HUB_TYPE_MESSAGE_ITEM,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
hub_message_slot_init (HubMessageSlot *self)
{
}

/**
 * hub_message_slot_get_item:
 * @self: a slot
 *
 * Returns: (nullable) (transfer none): [property@HubMessageSlot:item]
 */
HubMessageItem *
hub_message_slot_get_item (HubMessageSlot *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_SLOT (self), NULL);

  return self->item;
}

/**
 * hub_message_slot_set_item:
 * @self: a slot
 * @item: (nullable): the message that has this place
 *
 * Sets [property@HubMessageSlot:item]. It is shown when the slot is filled.
 */
void
hub_message_slot_set_item (HubMessageSlot *self,
                           HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_MESSAGE_SLOT (self));
  g_return_if_fail (item == NULL || HUB_IS_MESSAGE_ITEM (item));

  if (self->item == item)
    return;

  g_clear_signal_handler (&self->on_state, self->item);
  g_set_object (&self->item, item);
  if (item != NULL)
    self->on_state = g_signal_connect_swapped (item, "notify::state", G_CALLBACK (update_label), self);
  update_label (self);

  self->is_filled = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

/**
 * hub_message_slot_fill:
 * @self: a slot
 *
 * Shows the message: the slot comes into sight. It asks for another size then, most of the time.
 *
 * Returns: %TRUE when it was not filled yet
 */
gboolean
hub_message_slot_fill (HubMessageSlot *self)
{
  GtkWidget *row;

  g_return_val_if_fail (HUB_IS_MESSAGE_SLOT (self), FALSE);

  if (self->is_filled || self->item == NULL)
    return FALSE;

  row = gtk_widget_get_first_child (GTK_WIDGET (self));
  if (row == NULL)
    {
      row = g_object_new (HUB_TYPE_MESSAGE_ROW, NULL);
      gtk_widget_set_parent (row, GTK_WIDGET (self));
    }
  hub_message_row_set_item (HUB_MESSAGE_ROW (row), self->item);
  self->is_filled = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));

  return TRUE;
}
