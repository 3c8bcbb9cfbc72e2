/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-row.h"

#include "ui/hub-message-layout.h"
#include "ui/hub-text-window.h"
#include "ui/model/hub-format.h"
#include "ui/model/hub-markup.h"

#include <glib/gi18n-lib.h>

/**
 * HubMessageRow:
 *
 * One row of the table: name, text, and at the end time and mark. It keeps nothing: everything it shows is bound to its
 * [property@HubMessageRow:item].
 */
struct _HubMessageRow
{
  GtkWidget parent_instance;

  HubMessageItem *item; /* (owned) (nullable) */
  gulong on_repeat;     /* of the item */
  gulong on_marks;
};

G_DEFINE_FINAL_TYPE (HubMessageRow, hub_message_row, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_ITEM = 1,
} HubMessageRowProperty;

static GParamSpec *props[PROP_ITEM + 1];

static void
set_class (HubMessageRow *self,
           const char *css_class,
           gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (GTK_WIDGET (self), css_class);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), css_class);
}

/* Not bound in the template: GTK 4.8 stumbles when a widget with a binding to itself goes away. */
static void
update_classes (HubMessageRow *self)
{
  set_class (self, "plain", hub_message_item_get_name (self->item) == NULL);
  set_class (self, "own", hub_message_item_get_is_own (self->item));
  set_class (self, "repeat", hub_message_item_get_is_repeat (self->item));
  set_class (self, "mention", (hub_message_item_get_marks (self->item) & HUB_MESSAGE_MARK_MENTION) != 0);
  set_class (self, "lit", (hub_message_item_get_marks (self->item) & HUB_MESSAGE_MARK_LIT) != 0);
}

static gboolean
is_name_shown (HubMessageRow *self,
               const char *name,
               gboolean is_repeat)
{
  return name != NULL && !is_repeat;
}

static GStrv
name_classes (HubMessageRow *self,
              const char *name)
{
  const char *const classes[] = { "message-name", hub_format_name_class (name), NULL };

  return g_strdupv ((GStrv) classes);
}

static char *
shown_name (HubMessageRow *self,
            const char *name,
            gboolean is_own)
{
  /* Translators: stands where others' messages have their names. */
  return is_own ? g_strdup (_ ("You")) : hub_format_name (name);
}

static gboolean
is_suffix_shown (HubMessageRow *self,
                 gboolean is_shared,
                 gboolean is_own,
                 gboolean is_repeat)
{
  return is_shared && !is_own && !is_repeat;
}

static char *
shown_suffix (HubMessageRow *self,
              const char *from)
{
  g_autofree char *suffix = hub_format_suffix (from);

  return *suffix != '\0' ? g_strconcat (" \302\267", suffix, NULL) : NULL;
}

static char *
text_markup (HubMessageRow *self,
             const char *text,
             gboolean is_expanded)
{
  return text != NULL ? hub_markup_from_text (text, is_expanded) : NULL;
}

/* A text stands at the side where its own script begins, whatever the language of the window. */
static float
text_xalign (HubMessageRow *self,
             const char *text)
{
  const gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  return text != NULL && hub_format_is_rtl (text) != is_rtl ? 1.0f : 0.0f;
}

static char *
short_time (HubMessageRow *self,
            gint64 time_us)
{
  return hub_format_time (time_us, NULL);
}

static char *
full_time (HubMessageRow *self,
           gint64 time_us)
{
  return hub_format_time_full (time_us, NULL);
}

static gboolean
has_failed (HubMessageRow *self,
            HubMessageState state)
{
  return state == HUB_MESSAGE_STATE_FAILED;
}

static GStrv
state_classes (HubMessageRow *self,
               HubMessageState state)
{
  const char *classes[] = { "waiting", NULL };

  if (state == HUB_MESSAGE_STATE_SENT)
    classes[0] = "sent";
  else if (state == HUB_MESSAGE_STATE_FAILED)
    classes[0] = "failed";
  return g_strdupv ((GStrv) classes);
}

static char *
state_icon (HubMessageRow *self,
            HubMessageState state)
{
  switch (state)
    {
    case HUB_MESSAGE_STATE_WAITING:
      return g_strdup ("content-loading-symbolic");
    case HUB_MESSAGE_STATE_SENT:
      return g_strdup ("object-select-symbolic");
    case HUB_MESSAGE_STATE_FAILED:
      return g_strdup ("dialog-warning-symbolic");
    case HUB_MESSAGE_STATE_RECEIVED:
    default:
      return NULL;
    }
}

static char *
state_tooltip (HubMessageRow *self,
               HubMessageState state)
{
  switch (state)
    {
    case HUB_MESSAGE_STATE_WAITING:
      return g_strdup (_ ("Waiting to be sent"));
    case HUB_MESSAGE_STATE_SENT:
      return g_strdup (_ ("Sent"));
    case HUB_MESSAGE_STATE_FAILED:
      return g_strdup (_ ("Not sent"));
    case HUB_MESSAGE_STATE_RECEIVED:
    default:
      return NULL;
    }
}

/* Web addresses are left to the label, which opens them. */
static gboolean
activate_link_cb (GtkLabel *label,
                  const char *uri,
                  HubMessageRow *self)
{
  if (g_str_equal (uri, HUB_MARKUP_URI_LESS))
    {
      hub_message_item_set_is_expanded (self->item, FALSE);
      return TRUE;
    }
  if (!g_str_equal (uri, HUB_MARKUP_URI_MORE))
    return FALSE;

  if (hub_markup_can_expand (hub_message_item_get_text (self->item)))
    hub_message_item_set_is_expanded (self->item, TRUE);
  else
    hub_text_window_show (GTK_WIDGET (self), hub_message_item_get_text (self->item));
  return TRUE;
}

static void
hub_message_row_get_property (GObject *object,
                              guint prop_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  HubMessageRow *self = HUB_MESSAGE_ROW (object);

  switch ((HubMessageRowProperty) prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_row_set_property (GObject *object,
                              guint prop_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  HubMessageRow *self = HUB_MESSAGE_ROW (object);

  switch ((HubMessageRowProperty) prop_id)
    {
    case PROP_ITEM:
      hub_message_row_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_message_row_dispose (GObject *object)
{
  HubMessageRow *self = HUB_MESSAGE_ROW (object);
  GtkWidget *child;

  g_clear_signal_handler (&self->on_repeat, self->item);
  g_clear_signal_handler (&self->on_marks, self->item);
  g_clear_object (&self->item);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (hub_message_row_parent_class)->dispose (object);
}

static void
hub_message_row_class_init (HubMessageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_message_row_get_property;
  object_class->set_property = hub_message_row_set_property;
  object_class->dispose = hub_message_row_dispose;

  /**
   * HubMessageRow:item: (nullable)
   *
   * The message that is shown.
   */
  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, HUB_TYPE_MESSAGE_ITEM,
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  g_type_ensure (HUB_TYPE_MESSAGE_LAYOUT);
  g_type_ensure (HUB_TYPE_MESSAGE_ITEM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-message-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, activate_link_cb);
  gtk_widget_class_bind_template_callback (widget_class, full_time);
  gtk_widget_class_bind_template_callback (widget_class, has_failed);
  gtk_widget_class_bind_template_callback (widget_class, is_name_shown);
  gtk_widget_class_bind_template_callback (widget_class, is_suffix_shown);
  gtk_widget_class_bind_template_callback (widget_class, name_classes);
  gtk_widget_class_bind_template_callback (widget_class, short_time);
  gtk_widget_class_bind_template_callback (widget_class, shown_name);
  gtk_widget_class_bind_template_callback (widget_class, shown_suffix);
  gtk_widget_class_bind_template_callback (widget_class, state_classes);
  gtk_widget_class_bind_template_callback (widget_class, state_icon);
  gtk_widget_class_bind_template_callback (widget_class, state_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, text_markup);
  gtk_widget_class_bind_template_callback (widget_class, text_xalign);
  gtk_widget_class_set_css_name (widget_class, "message");
}

static void
hub_message_row_init (HubMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Letters with many marks above and below them are higher than their line, and would cover the rows around. */
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/**
 * hub_message_row_get_item:
 * @self: a row
 *
 * Returns: (nullable) (transfer none): [property@HubMessageRow:item]
 */
HubMessageItem *
hub_message_row_get_item (HubMessageRow *self)
{
  g_return_val_if_fail (HUB_IS_MESSAGE_ROW (self), NULL);

  return self->item;
}

/**
 * hub_message_row_set_item:
 * @self: a row
 * @item: (nullable): the message to show
 *
 * Sets [property@HubMessageRow:item].
 */
void
hub_message_row_set_item (HubMessageRow *self,
                          HubMessageItem *item)
{
  g_return_if_fail (HUB_IS_MESSAGE_ROW (self));
  g_return_if_fail (item == NULL || HUB_IS_MESSAGE_ITEM (item));

  if (self->item == item)
    return;

  g_clear_signal_handler (&self->on_repeat, self->item);
  g_clear_signal_handler (&self->on_marks, self->item);
  g_set_object (&self->item, item);
  if (item != NULL)
    {
      self->on_repeat = g_signal_connect_swapped (item, "notify::is-repeat", G_CALLBACK (update_classes), self);
      self->on_marks = g_signal_connect_swapped (item, "notify::marks", G_CALLBACK (update_classes), self);
      update_classes (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}
