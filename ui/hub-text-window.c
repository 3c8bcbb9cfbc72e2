/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-text-window.h"

/* A text view lays out a paragraph at a time: one of megabytes would take seconds. */
#define PARAGRAPH_CHARS 4000

/**
 * HubTextWindow:
 *
 * Shows a message that is too long for a row, whole.
 */
struct _HubTextWindow
{
  AdwWindow parent_instance;

  /* template widgets */
  GtkTextView *text_view;

  char *text; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubTextWindow, hub_text_window, ADW_TYPE_WINDOW)

static void
copy_cb (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), HUB_TEXT_WINDOW (widget)->text);
}

static void
hub_text_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_TEXT_WINDOW);

  G_OBJECT_CLASS (hub_text_window_parent_class)->dispose (object);
}

static void
hub_text_window_finalize (GObject *object)
{
  g_free (HUB_TEXT_WINDOW (object)->text);

  G_OBJECT_CLASS (hub_text_window_parent_class)->finalize (object);
}

static void
hub_text_window_class_init (HubTextWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hub_text_window_dispose;
  object_class->finalize = hub_text_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-text-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HubTextWindow, text_view);
  gtk_widget_class_install_action (widget_class, "text.copy", NULL, copy_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hub_text_window_init (HubTextWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Breaks paragraphs that are too long to be laid out at once. Only what is shown: a copy gets the text as it was. */
static char *
break_paragraphs (const char *text)
{
  GString *broken = g_string_sized_new (strlen (text) + 64);
  guint n_chars = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      n_chars = *p == '\n' ? 0 : n_chars + 1;
      if (n_chars > PARAGRAPH_CHARS)
        {
          g_string_append_c (broken, '\n');
          n_chars = 1;
        }
      g_string_append_len (broken, p, g_utf8_next_char (p) - p);
    }
  return g_string_free (broken, FALSE);
}

/**
 * hub_text_window_show:
 * @parent: the widget that asks for it
 * @text: UTF-8 of any length
 *
 * Opens a window with @text, above the window of @parent.
 */
void
hub_text_window_show (GtkWidget *parent,
                      const char *text)
{
  g_autofree char *broken = NULL;
  HubTextWindow *self;
  GtkRoot *root;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (text != NULL);

  root = gtk_widget_get_root (parent);
  self = g_object_new (HUB_TYPE_TEXT_WINDOW, "transient-for", GTK_IS_WINDOW (root) ? root : NULL, NULL);
  self->text = g_strdup (text);
  broken = break_paragraphs (text);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text_view), broken, -1);
  gtk_window_present (GTK_WINDOW (self));
}
