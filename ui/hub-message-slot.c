/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-slot.h"

#include "ui/hub-font-scale.h"
#include "ui/hub-message-row.h"
#include "ui/hub-note-row.h"
#include "ui/model/hub-day.h"
#include "ui/model/hub-format.h"
#include "ui/model/hub-markup.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a row is taken to measure, in pixels, until it is known. It need not be right, only quick. */
#define GUESSED_CHAR_WIDTH 7.5
#define GUESSED_LINE_HEIGHT 18
#define GUESSED_PADDING 12
#define GUESSED_COLUMNS_WIDTH 200
#define GUESSED_TEXT_WIDTH_MIN 100
#define GUESSED_LINE_ACROSS_HEIGHT 34

/* In the order in which they stand. */
enum
{
  LINE_DAY,
  LINE_UNREAD,
  N_LINES
};

/**
 * HubMessageSlot:
 *
 * The place of a message in the list, with the lines that stand above it: the date, and "New". It holds a
 * [class@MessageRow] once it has been in sight.
 *
 * GTK 4.8 keeps two hundred rows around what is seen and measures all of them; to lay out so much text takes several
 * tenths of a second when many messages come at once. So a slot out of sight only guesses how high it will be, and who
 * brings it into sight has it filled: about thirty rows are ever laid out for a frame.
 */
struct _HubMessageSlot
{
  GtkWidget parent_instance;

  HubMessageItem *item;      /* (owned) (nullable) */
  GtkWidget *row;            /* (owned by GTK) (nullable) */
  GtkWidget *lines[N_LINES]; /* (owned by GTK) (nullable) across, above the row */
  gulong on_state;           /* of the item */
  gulong on_marks;
  gulong on_shared;   /* of who has sent the item */
  HubName *who;       /* (owned) (nullable) that is watched */
  gboolean is_filled; /* whether the row shows the item */
};

G_DEFINE_FINAL_TYPE (HubMessageSlot, hub_message_slot, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ITEM = 1,
} HubMessageSlotProperty;

static GParamSpec *props[PROP_ITEM + 1];

static gboolean
has_line (HubMessageSlot *self,
          guint line)
{
  static const HubMessageMarks marks[N_LINES] = { HUB_MESSAGE_MARK_DAY, HUB_MESSAGE_MARK_UNREAD };

  return self->item != NULL && (hub_message_item_get_marks (self->item) & marks[line]) != 0;
}

static char *
line_text (HubMessageSlot *self,
           guint line)
{
  if (line == LINE_UNREAD)
    /* Translators: a line across, above the first message that was not read. */
    return g_strdup (_ ("New"));
  return hub_day_format (hub_message_item_get_day (self->item), hub_day_of_time (g_get_real_time (), NULL));
}

/* A word with a stroke on either side. */
static GtkWidget *
line_new (const char *css_class)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *parts[] = { gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), gtk_label_new (NULL),
                         gtk_separator_new (GTK_ORIENTATION_HORIZONTAL) };

  gtk_widget_add_css_class (line, "line-across");
  gtk_widget_add_css_class (line, css_class);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gtk_widget_set_hexpand (parts[i], i != 1);
      gtk_widget_set_valign (parts[i], GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (line), parts[i]);
    }
  gtk_label_set_ellipsize (GTK_LABEL (parts[1]), PANGO_ELLIPSIZE_END);
  return line;
}

static void
show_line (HubMessageSlot *self,
           guint line)
{
  static const char *const classes[N_LINES] = { "day", "unread" };
  GtkWidget **widget = &self->lines[line];
  g_autofree char *text = has_line (self, line) ? line_text (self, line) : NULL;
  const gboolean is_shown = text != NULL && *text != '\0';

  if (*widget == NULL && is_shown)
    {
      *widget = line_new (classes[line]);
      gtk_widget_insert_before (*widget, GTK_WIDGET (self), line == LINE_DAY && self->lines[LINE_UNREAD] != NULL ? self->lines[LINE_UNREAD] : self->row);
    }
  if (*widget == NULL)
    return;
  gtk_widget_set_visible (*widget, is_shown);
  if (is_shown)
    gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (gtk_widget_get_first_child (*widget))), text);
}

/* What stands above the row is no part of it, and nobody could go there to have it read out. Nor has a colour a voice. */
static void
update_description (HubMessageSlot *self,
                    GtkWidget *parent)
{
  g_autoptr (GString) description = g_string_new (NULL);

  for (guint line = 0; line < N_LINES; line++)
    {
      g_autofree char *text = has_line (self, line) ? line_text (self, line) : NULL;

      if (text != NULL)
        g_string_append_printf (description, "%s%s", description->len > 0 ? ", " : "", text);
    }
  if (self->item != NULL && (hub_message_item_get_marks (self->item) & HUB_MESSAGE_MARK_MENTION) != 0)
    /* Translators: what a screen reader says of a message in which the user is named. */
    g_string_append_printf (description, "%s%s", description->len > 0 ? ", " : "", _ ("mentions you"));
  if (description->len > 0)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description->str, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

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
  update_description (self, parent);
}

static void
marks_cb (HubMessageSlot *self)
{
  update_label (self);
  if (self->is_filled)
    for (guint line = 0; line < N_LINES; line++)
      show_line (self, line);
  gtk_widget_queue_resize (GTK_WIDGET (self));
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

  for (guint line = 0; line < N_LINES; line++)
    n_lines += has_line (self, line) ? (double) GUESSED_LINE_ACROSS_HEIGHT / GUESSED_LINE_HEIGHT : 0;

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

static int
measure_child (GtkWidget *child,
               int width)
{
  int height = 0;

  if (gtk_widget_should_layout (child))
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
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

  *minimum = *natural = 0;
  if (!self->is_filled)
    *minimum = *natural = guess_height (self, for_size);
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
      {
        const int height = measure_child (child, for_size);

        *minimum += height;
        *natural += height;
      }
}

static void
hub_message_slot_size_allocate (GtkWidget *widget,
                                int width,
                                int height,
                                int baseline)
{
  GtkAllocation box = { 0, 0, width, 0 };

  if (!HUB_MESSAGE_SLOT (widget)->is_filled)
    return;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      {
        const gboolean is_last = gtk_widget_get_next_sibling (child) == NULL;

        box.y += box.height;
        box.height = is_last ? MAX (height - box.y, 0) : measure_child (child, width);
        gtk_widget_size_allocate (child, &box, -1);
      }
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

  self->is_filled = FALSE;
  g_clear_signal_handler (&self->on_state, self->item);
  g_clear_signal_handler (&self->on_marks, self->item);
  g_clear_signal_handler (&self->on_shared, self->who);
  g_clear_object (&self->who);
  g_clear_object (&self->item);
  for (guint line = 0; line < N_LINES; line++)
    g_clear_pointer (&self->lines[line], gtk_widget_unparent);
  g_clear_pointer (&self->row, gtk_widget_unparent);

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
  HubName *who;

  g_return_if_fail (HUB_IS_MESSAGE_SLOT (self));
  g_return_if_fail (item == NULL || HUB_IS_MESSAGE_ITEM (item));

  if (self->item == item)
    return;

  who = item != NULL ? hub_message_item_get_who (item) : NULL;

  g_clear_signal_handler (&self->on_state, self->item);
  g_clear_signal_handler (&self->on_marks, self->item);
  g_clear_signal_handler (&self->on_shared, self->who);
  g_set_object (&self->item, item);
  g_set_object (&self->who, who);
  if (self->who != NULL)
    self->on_shared = g_signal_connect_swapped (self->who, "notify::is-shared", G_CALLBACK (update_label), self);
  if (item != NULL)
    {
      self->on_state = g_signal_connect_swapped (item, hub_message_item_get_is_note (item) ? "notify::text" : "notify::state",
                                                 G_CALLBACK (update_label), self);
      self->on_marks = g_signal_connect_swapped (item, "notify::marks", G_CALLBACK (marks_cb), self);
    }
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
  GType type;

  g_return_val_if_fail (HUB_IS_MESSAGE_SLOT (self), FALSE);

  if (self->is_filled || self->item == NULL)
    return FALSE;

  type = hub_message_item_get_is_note (self->item) ? HUB_TYPE_NOTE_ROW : HUB_TYPE_MESSAGE_ROW;
  if (self->row != NULL && G_OBJECT_TYPE (self->row) != type)
    g_clear_pointer (&self->row, gtk_widget_unparent);
  if (self->row == NULL)
    {
      self->row = g_object_new (type, NULL);
      gtk_widget_set_parent (self->row, GTK_WIDGET (self));
    }
  g_object_set (self->row, "item", self->item, NULL);
  for (guint line = 0; line < N_LINES; line++)
    show_line (self, line);
  self->is_filled = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));

  return TRUE;
}

/**
 * hub_message_slot_update_day:
 * @self: a slot
 *
 * Another day has begun: what was "Today" is "Yesterday".
 */
void
hub_message_slot_update_day (HubMessageSlot *self)
{
  g_return_if_fail (HUB_IS_MESSAGE_SLOT (self));

  if (has_line (self, LINE_DAY))
    marks_cb (self);
}
