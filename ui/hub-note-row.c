/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-note-row.h"

#include <glib/gi18n-lib.h>

/**
 * HubNoteRow:
 *
 * A row that tells who has come and gone. Several notes are one line, which a click unfolds and folds again.
 */
struct _HubNoteRow
{
  GtkWidget parent_instance;

  /* template widgets */
  GtkWidget *label;
  GtkWidget *button;
  GtkWidget *button_label;

  HubMessageItem *item; /* (owned) (nullable) */
  gulong on_text;       /* of the item */
  gulong on_expanded;
};

G_DEFINE_FINAL_TYPE (HubNoteRow, hub_note_row, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ITEM = 1,
} HubNoteRowProperty;

static GParamSpec *props[PROP_ITEM + 1];

static void
show_note (HubNoteRow *self)
{
  const gboolean is_unfolded = hub_message_item_get_is_expanded (self->item);
  const gboolean has_several = hub_message_item_get_n_notes (self->item) > 1;
  g_autofree char *text = hub_message_item_dup_note (self->item, is_unfolded);

  gtk_label_set_label (GTK_LABEL (has_several ? self->button_label : self->label), text);
  gtk_widget_set_visible (self->label, !has_several);
  gtk_widget_set_visible (self->button, has_several);
  gtk_widget_set_tooltip_text (self->button, is_unfolded ? _ ("Show less") : _ ("Show all"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, is_unfolded, -1);
}

static void
clicked_cb (HubNoteRow *self)
{
  hub_message_item_set_is_expanded (self->item, !hub_message_item_get_is_expanded (self->item));
}

static void
hub_note_row_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  switch ((HubNoteRowProperty) prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, HUB_NOTE_ROW (object)->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_note_row_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  switch ((HubNoteRowProperty) prop_id)
    {
    case PROP_ITEM:
      hub_note_row_set_item (HUB_NOTE_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_note_row_dispose (GObject *object)
{
  HubNoteRow *self = HUB_NOTE_ROW (object);
  GtkWidget *child;

  g_clear_signal_handler (&self->on_text, self->item);
  g_clear_signal_handler (&self->on_expanded, self->item);
  g_clear_object (&self->item);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_NOTE_ROW);

  G_OBJECT_CLASS (hub_note_row_parent_class)->dispose (object);
}

static void
hub_note_row_class_init (HubNoteRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_note_row_get_property;
  object_class->set_property = hub_note_row_set_property;
  object_class->dispose = hub_note_row_dispose;

  /**
   * HubNoteRow:item: (nullable)
   *
   * The notes to show.
   */
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, HUB_TYPE_MESSAGE_ITEM,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-note-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HubNoteRow, label);
  gtk_widget_class_bind_template_child (widget_class, HubNoteRow, button);
  gtk_widget_class_bind_template_child (widget_class, HubNoteRow, button_label);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_set_css_name (widget_class, "note");
}

static void
hub_note_row_init (HubNoteRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_note_row_get_item:
 * @self: a row
 *
 * Returns: (nullable) (transfer none): [property@HubNoteRow:item]
 */
HubMessageItem *
hub_note_row_get_item (HubNoteRow *self)
{
  g_return_val_if_fail (HUB_IS_NOTE_ROW (self), NULL);

  return self->item;
}

/**
 * hub_note_row_set_item:
 * @self: a row
 * @item: (nullable): the notes to show
 *
 * Sets [property@HubNoteRow:item].
 */
void
hub_note_row_set_item (HubNoteRow *self,
                       HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_NOTE_ROW (self));
  g_return_if_fail (item == NULL || hub_message_item_get_is_note (item));

  if (self->item == item)
    return;

  g_clear_signal_handler (&self->on_text, self->item);
  g_clear_signal_handler (&self->on_expanded, self->item);
  g_set_object (&self->item, item);
  if (item != NULL)
    {
      self->on_text = g_signal_connect_swapped (item, "notify::text", G_CALLBACK (show_note), self);
      self->on_expanded = g_signal_connect_swapped (item, "notify::is-expanded", G_CALLBACK (show_note), self);
      show_note (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}
