/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-message-headings.h"

#include "ui/hub-message-layout.h"

/**
 * HubMessageHeadings:
 *
 * The headings of the table, in the same columns as its rows.
 */
struct _HubMessageHeadings
{
  GtkWidget parent_instance;

  /* template widgets */
  GtkWidget *name;
  GtkWidget *message;
};

G_DEFINE_FINAL_TYPE (HubMessageHeadings, hub_message_headings, GTK_TYPE_WIDGET)

static void
hub_message_headings_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_MESSAGE_HEADINGS);

  G_OBJECT_CLASS (hub_message_headings_parent_class)->dispose (object);
}

static void
hub_message_headings_class_init (HubMessageHeadingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_message_headings_dispose;

  gtk_widget_class_set_css_name (widget_class, "headings");
  gtk_widget_class_set_layout_manager_type (widget_class, HUB_TYPE_MESSAGE_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-message-headings.ui");
  gtk_widget_class_bind_template_child (widget_class, HubMessageHeadings, name);
  gtk_widget_class_bind_template_child (widget_class, HubMessageHeadings, message);
}

static void
hub_message_headings_init (HubMessageHeadings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
