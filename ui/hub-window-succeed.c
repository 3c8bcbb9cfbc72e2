/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-window-private.h"

/* Hosting in the place of a host that is gone. */

static HubJoining *
get_joining (HubWindow *self)
{
  return hub_chat_state_get_joining (hub_window_get_state (self));
}

static void
succeed_action_cb (GtkWidget *widget,
                   const char *action_name,
                   GVariant *parameter)
{
  hub_joining_succeed (get_joining (HUB_WINDOW (widget)));
}

static void
is_orphaned_cb (HubWindow *self)
{
  GtkWidget *button = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (self), HUB_TYPE_WINDOW, "succeed_button"));
  const gboolean is_orphaned = hub_joining_get_is_orphaned (get_joining (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.succeed", is_orphaned);
  gtk_widget_set_visible (button, is_orphaned);
}

/*
 * hub_window_class_install_succeed:
 * @widget_class: the class of the window
 *
 * Adds the action `win.succeed`.
 */
void
hub_window_class_install_succeed (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.succeed", NULL, succeed_action_cb);
  gtk_widget_class_bind_template_child_full (widget_class, "succeed_button", FALSE, 0);
}

/*
 * hub_window_watch_succeed:
 * @self: a window with a state
 *
 * Offers to host while nobody does.
 */
void
hub_window_watch_succeed (HubWindow *self)
{
  g_signal_connect_object (get_joining (self), "notify::is-orphaned", G_CALLBACK (is_orphaned_cb), self, G_CONNECT_SWAPPED);
  is_orphaned_cb (self);
}
