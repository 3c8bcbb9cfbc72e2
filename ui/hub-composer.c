/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-composer-private.h"

#include "ui/model/hub-format.h"

#include <glib/gi18n-lib.h>

/**
 * HubComposer:
 *
 * The Input side: First Name, Message with its counter, Publish Message. Compact, it takes three lines.
 *
 * Enter publishes and Shift+Enter breaks the line, unless an input method has use for the key, or
 * [property@HubComposer:enter-publishes] is off. The Up key brings back what was published last, while nothing is written.
 */
G_DEFINE_FINAL_TYPE (HubComposer, hub_composer, ADW_TYPE_BIN)

typedef enum
{
  PROP_NAME = 1,
  PROP_IS_COMPACT,
  PROP_ENTER_PUBLISHES,
  PROP_LIMIT_BYTES,
  PROP_TEXT,
  PROP_IS_READ_ONLY,
} HubComposerProperty;

static GParamSpec *props[PROP_IS_READ_ONLY + 1];

enum
{
  SIGNAL_PUBLISH,
  SIGNAL_TYPING,
  SIGNAL_RECALL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_text (HubComposer *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static void
set_class (GtkWidget *widget,
           const char *css_class,
           gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* By how much @text is longer than what can be published. */
static guint64
excess_of (HubComposer *self,
           const char *text)
{
  const guint64 n_bytes = hub_format_sent_bytes (text);

  return n_bytes > self->limit_bytes ? n_bytes - self->limit_bytes : 0;
}

static void
buffer_changed_cb (HubComposer *self)
{
  const guint n_chars = gtk_text_buffer_get_char_count (self->buffer);
  g_autofree char *text = dup_text (self);
  const guint64 excess = excess_of (self, text);
  gboolean is_long;
  g_autofree char *count = hub_format_counter (n_chars, &is_long);
  g_autofree char *excess_words = excess > 0 ? hub_format_excess (excess) : NULL;

  gtk_label_set_label (self->counter, excess > 0 ? excess_words : count);
  set_class (GTK_WIDGET (self->counter), "warning", is_long && excess == 0);
  set_class (GTK_WIDGET (self->counter), "error", excess > 0);

  gtk_widget_set_visible (self->placeholder, self->is_compact && n_chars == 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.publish",
                                 !self->is_read_only && excess == 0 && !hub_format_is_blank (text));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

static void
begin_typing_cb (HubComposer *self)
{
  self->n_chars_before = gtk_text_buffer_get_char_count (self->buffer);
}

/* Only what the user does comes this way, and nobody has to know of blanks and of what is taken away. */
static void
end_typing_cb (HubComposer *self)
{
  g_autofree char *text = dup_text (self);

  if (gtk_text_buffer_get_char_count (self->buffer) > self->n_chars_before && !hub_format_is_blank (text))
    g_signal_emit (self, signals[SIGNAL_TYPING], 0);
}

static void
name_changed_cb (HubComposer *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

static void
name_activate_cb (HubComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/* The text that was published last is written once more. */
static gboolean
recall (HubComposer *self)
{
  g_autofree char *text = NULL;

  if (gtk_text_buffer_get_char_count (self->buffer) > 0)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_RECALL], 0, &text);
  if (text == NULL || *text == '\0')
    return FALSE;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_insert_at_cursor (self->buffer, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  return TRUE;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                HubComposer *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if ((keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up) && (state & gtk_accelerator_get_default_mod_mask ()) == 0)
    return gtk_text_view_im_context_filter_keypress (self->text_view, event) || recall (self);
  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  if (state & (GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return GDK_EVENT_PROPAGATE;

  if (!self->enter_publishes && (state & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;

  /* While one composes, Enter takes what is offered. */
  if (gtk_text_view_im_context_filter_keypress (self->text_view, event))
    return GDK_EVENT_STOP;

  hub_composer_publish (self);
  return GDK_EVENT_STOP;
}

static void
emoji_cb (HubComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
  gtk_widget_activate_action (GTK_WIDGET (self->text_view), "misc.insert-emoji", NULL);
}

static void
show_hint (HubComposer *self)
{
  gtk_label_set_label (self->hint, self->enter_publishes ? _ ("Enter publishes · Shift+Enter breaks the line")
                                                         : _ ("Ctrl+Enter publishes · Enter breaks the line"));
}

static void
publish_cb (GtkWidget *widget,
            const char *action_name,
            GVariant *parameter)
{
  hub_composer_publish (HUB_COMPOSER (widget));
}

static void
arrange (HubComposer *self)
{
  hub_composer_arrange (self);
  buffer_changed_cb (self);
}

static void
hub_composer_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  HubComposer *self = HUB_COMPOSER (object);

  switch ((HubComposerProperty) prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, hub_composer_get_name (self));
      break;
    case PROP_IS_COMPACT:
      g_value_set_boolean (value, self->is_compact);
      break;
    case PROP_ENTER_PUBLISHES:
      g_value_set_boolean (value, self->enter_publishes);
      break;
    case PROP_LIMIT_BYTES:
      g_value_set_uint64 (value, self->limit_bytes);
      break;
    case PROP_TEXT:
      g_value_take_string (value, dup_text (self));
      break;
    case PROP_IS_READ_ONLY:
      g_value_set_boolean (value, self->is_read_only);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_composer_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  HubComposer *self = HUB_COMPOSER (object);

  switch ((HubComposerProperty) prop_id)
    {
    case PROP_NAME:
      hub_composer_set_name (self, g_value_get_string (value));
      break;
    case PROP_IS_COMPACT:
      hub_composer_set_is_compact (self, g_value_get_boolean (value));
      break;
    case PROP_ENTER_PUBLISHES:
      hub_composer_set_enter_publishes (self, g_value_get_boolean (value));
      break;
    case PROP_LIMIT_BYTES:
      hub_composer_set_limit_bytes (self, g_value_get_uint64 (value));
      break;
    case PROP_TEXT:
      hub_composer_set_text (self, g_value_get_string (value));
      break;
    case PROP_IS_READ_ONLY:
      hub_composer_set_is_read_only (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hub_composer_dispose (GObject *object)
{
  /* First: the bin would take its child away a second time. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_COMPOSER);

  G_OBJECT_CLASS (hub_composer_parent_class)->dispose (object);
}

static void
hub_composer_class_init (HubComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hub_composer_get_property;
  object_class->set_property = hub_composer_set_property;
  object_class->dispose = hub_composer_dispose;

  /**
   * HubComposer:name:
   *
   * The First Name as it stands in the entry.
   */
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, "",
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubComposer:is-compact:
   *
   * Whether it takes as few lines as it can.
   */
  props[PROP_IS_COMPACT] = g_param_spec_boolean ("is-compact", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubComposer:enter-publishes:
   *
   * Whether Enter alone publishes, and Shift+Enter breaks the line; else Ctrl+Enter publishes, and Enter breaks the line.
   */
  props[PROP_ENTER_PUBLISHES] = g_param_spec_boolean ("enter-publishes", NULL, NULL, TRUE,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubComposer:limit-bytes:
   *
   * How long a message can be, as [func@Hub.format_sent_bytes] counts. %G_MAXUINT64: of any length.
   */
  props[PROP_LIMIT_BYTES] = g_param_spec_uint64 ("limit-bytes", NULL, NULL, 0, G_MAXUINT64, G_MAXUINT64,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubComposer:text:
   *
   * The Message as it stands there.
   */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "",
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HubComposer:is-read-only:
   *
   * Whether nothing can be written, but for the name.
   */
  props[PROP_IS_READ_ONLY] = g_param_spec_boolean ("is-read-only", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  /**
   * HubComposer::publish:
   * @self: the composer
   * @text: what was typed, not blank
   *
   * The user publishes @text.
   *
   * Returns: %TRUE when somebody has taken @text; otherwise it stays where it was written
   */
  signals[SIGNAL_PUBLISH] = g_signal_new ("publish", HUB_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                          g_signal_accumulator_true_handled, NULL, NULL,
                                          G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  /**
   * HubComposer::typing:
   * @self: the composer
   *
   * The user has written something more of a message.
   */
  signals[SIGNAL_TYPING] =
    g_signal_new ("typing", HUB_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubComposer::recall:
   * @self: the composer
   *
   * The user wants to have back what they have published last.
   *
   * Returns: (transfer full) (nullable): that text
   */
  signals[SIGNAL_RECALL] = g_signal_new ("recall", HUB_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0,
                                         g_signal_accumulator_first_wins, NULL, NULL,
                                         G_TYPE_STRING, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, HubComposer, grid);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, heading);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, name_label);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, name_entry);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, message_label);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, message_area);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, publish_button);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, HubComposer, read_only_label);
  gtk_widget_class_bind_template_callback (widget_class, emoji_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_install_action (widget_class, "composer.publish", NULL, publish_cb);
}

static void
hub_composer_init (HubComposer *self)
{
  self->enter_publishes = TRUE;
  self->limit_bytes = G_MAXUINT64;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->buffer = gtk_text_view_get_buffer (self->text_view);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "begin-user-action", G_CALLBACK (begin_typing_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "end-user-action", G_CALLBACK (end_typing_cb), self, G_CONNECT_SWAPPED);
  arrange (self);
}

/**
 * hub_composer_get_name:
 * @self: a composer
 *
 * Returns: (transfer none): [property@HubComposer:name]
 */
const char *
hub_composer_get_name (HubComposer *self)
{
  g_return_val_if_fail (HUB_IS_COMPOSER (self), NULL);

  return gtk_editable_get_text (self->name_entry);
}

/**
 * hub_composer_set_name:
 * @self: a composer
 * @name: (nullable): the First Name
 *
 * Sets [property@HubComposer:name].
 */
void
hub_composer_set_name (HubComposer *self,
                       const char *name)
{
  g_return_if_fail (HUB_IS_COMPOSER (self));

  if (name == NULL)
    name = "";
  /* The entry tells when it changes; set to what it holds, it would only lose its cursor. */
  if (!g_str_equal (gtk_editable_get_text (self->name_entry), name))
    gtk_editable_set_text (self->name_entry, name);
}

/**
 * hub_composer_get_is_compact:
 * @self: a composer
 *
 * Returns: [property@HubComposer:is-compact]
 */
gboolean
hub_composer_get_is_compact (HubComposer *self)
{
  g_return_val_if_fail (HUB_IS_COMPOSER (self), FALSE);

  return self->is_compact;
}

/**
 * hub_composer_set_is_compact:
 * @self: a composer
 * @is_compact: whether it takes as few lines as it can
 *
 * Sets [property@HubComposer:is-compact].
 */
void
hub_composer_set_is_compact (HubComposer *self,
                             gboolean is_compact)
{
  g_return_if_fail (HUB_IS_COMPOSER (self));

  if (self->is_compact == !!is_compact)
    return;

  self->is_compact = !!is_compact;
  arrange (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_COMPACT]);
}

/**
 * hub_composer_get_enter_publishes:
 * @self: a composer
 *
 * Returns: [property@HubComposer:enter-publishes]
 */
gboolean
hub_composer_get_enter_publishes (HubComposer *self)
{
  g_return_val_if_fail (HUB_IS_COMPOSER (self), FALSE);

  return self->enter_publishes;
}

/**
 * hub_composer_set_enter_publishes:
 * @self: a composer
 * @enter_publishes: whether Enter alone publishes
 *
 * Sets [property@HubComposer:enter-publishes].
 */
void
hub_composer_set_enter_publishes (HubComposer *self,
                                  gboolean enter_publishes)
{
  g_return_if_fail (HUB_IS_COMPOSER (self));

  if (self->enter_publishes == !!enter_publishes)
    return;

  self->enter_publishes = !!enter_publishes;
  show_hint (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ENTER_PUBLISHES]);
}

/**
 * hub_composer_get_limit_bytes:
 * @self: a composer
 *
 * Returns: [property@HubComposer:limit-bytes]
 */
guint64
hub_composer_get_limit_bytes (HubComposer *self)
{
  g_return_val_if_fail (HUB_IS_COMPOSER (self), 0);

  return self->limit_bytes;
}

/**
 * hub_composer_set_limit_bytes:
 * @self: a composer
 * @limit_bytes: how long a message can be, bytes
 *
 * Sets [property@HubComposer:limit-bytes].
 */
void
hub_composer_set_limit_bytes (HubComposer *self,
                              guint64 limit_bytes)
{
  g_return_if_fail (HUB_IS_COMPOSER (self));

  if (self->limit_bytes == limit_bytes)
    return;

  self->limit_bytes = limit_bytes;
  buffer_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LIMIT_BYTES]);
}

/**
 * hub_composer_set_text:
 * @self: a composer
 * @text: (nullable): the Message
 *
 * Sets [property@HubComposer:text]. It cannot be undone: it is another message.
 */
void
hub_composer_set_text (HubComposer *self,
                       const char *text)
{
  g_autofree char *last = NULL;

  g_return_if_fail (HUB_IS_COMPOSER (self));

  last = dup_text (self);
  if (text == NULL)
    text = "";
  if (g_str_equal (last, text))
    return;

  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
}

/**
 * hub_composer_set_is_read_only:
 * @self: a composer
 * @is_read_only: whether nothing can be written
 *
 * Sets [property@HubComposer:is-read-only].
 */
void
hub_composer_set_is_read_only (HubComposer *self,
                               gboolean is_read_only)
{
  g_return_if_fail (HUB_IS_COMPOSER (self));

  if (self->is_read_only == !!is_read_only)
    return;

  self->is_read_only = !!is_read_only;
  arrange (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_READ_ONLY]);
}

/**
 * hub_composer_focus:
 * @self: a composer
 *
 * Puts the cursor where writing goes on: into the message, or into the name while there is none.
 *
 * Not the widget's own way to grab the focus: the Tab key would take that, and pass over the name.
 *
 * Returns: %TRUE when it has the focus
 */
gboolean
hub_composer_focus (HubComposer *self)
{
  g_return_val_if_fail (HUB_IS_COMPOSER (self), FALSE);

  if (self->is_read_only || hub_format_is_blank (gtk_editable_get_text (self->name_entry)))
    return gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
  return gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

/**
 * hub_composer_publish:
 * @self: a composer
 *
 * Emits [signal@HubComposer::publish] and, when the text was taken, empties the message. Nothing happens while it is
 * blank, or too long.
 */
void
hub_composer_publish (HubComposer *self)
{
  g_autofree char *text = NULL;
  gboolean is_taken = FALSE;
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (HUB_IS_COMPOSER (self));

  text = dup_text (self);
  if (self->is_read_only || hub_format_is_blank (text) || excess_of (self, text) > 0)
    return;

  g_signal_emit (self, signals[SIGNAL_PUBLISH], 0, text, &is_taken);
  if (!is_taken)
    return;

  /* As an action of the user's, so that Ctrl+Z brings it back. */
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_end_user_action (self->buffer);
}
