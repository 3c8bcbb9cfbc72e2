/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-window-door.h"

#include "ui/hub-accessible.h"
#include "ui/hub-connected-dialog.h"
#include "ui/hub-password-dialog.h"

#include <glib/gi18n-lib.h>

/* Who may come into the own chat. */

/* Long enough to be read and decided about. */
#define OUTSIDER_TOAST_SECONDS 15

static HubDoor *
get_door (HubWindow *self)
{
  return hub_chat_state_get_door (hub_window_get_state (self));
}

static void
password_action_cb (GtkWidget *widget,
                    const char *action_name,
                    GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (hub_password_dialog_new (GTK_WINDOW (widget), get_door (HUB_WINDOW (widget)))));
}

static void
connected_action_cb (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (hub_connected_dialog_new (GTK_WINDOW (widget), get_door (HUB_WINDOW (widget)))));
}

static void
outsiders_response_cb (HubWindow *self,
                       const char *response)
{
  if (g_str_equal (response, "let-in"))
    hub_door_let_outsiders_in (get_door (self));
}

static void
outsiders_action_cb (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  GtkWidget *question = adw_message_dialog_new (GTK_WINDOW (widget), _ ("Let In People from Outside?"), NULL);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (question),
                               _ ("Then anybody who can reach this computer can join, even from other networks. A room password "
                                  "keeps strangers out."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (question),
                                    "cancel", _ ("Cancel"),
                                    "let-in", _ ("Let In"),
                                    NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (question), "cancel");
  g_signal_connect_object (question, "response", G_CALLBACK (outsiders_response_cb), widget, G_CONNECT_SWAPPED);
  hub_accessible_repair (question);
  gtk_window_present (GTK_WINDOW (question));
}

static void
turned_away_cb (HubWindow *self,
                const char *address)
{
  AdwToastOverlay *overlay =
    ADW_TOAST_OVERLAY (gtk_widget_get_template_child (GTK_WIDGET (self), HUB_TYPE_WINDOW, "toast_overlay"));
  /* Translators: %s is an IP address and a port. */
  g_autofree char *text = g_strdup_printf (_ ("%s was turned away: it is not on this network"), address);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _ ("Let In…"));
  adw_toast_set_action_name (toast, "win.let-outsiders-in");
  adw_toast_set_timeout (toast, OUTSIDER_TOAST_SECONDS);
  adw_toast_overlay_add_toast (overlay, toast);
}

static void
is_hosting_cb (HubWindow *self)
{
  const gboolean is_hosting = hub_standing_get_is_hosting (hub_chat_state_get_standing (hub_window_get_state (self)));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.room-password", is_hosting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.connected", is_hosting);
}

/*
 * hub_window_class_install_door:
 * @widget_class: the class of the window
 *
 * Adds the actions `win.room-password`, `win.connected` and `win.let-outsiders-in`.
 */
void
hub_window_class_install_door (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.room-password", NULL, password_action_cb);
  gtk_widget_class_install_action (widget_class, "win.connected", NULL, connected_action_cb);
  gtk_widget_class_install_action (widget_class, "win.let-outsiders-in", NULL, outsiders_action_cb);
}

/*
 * hub_window_watch_door:
 * @self: a window with a state
 *
 * Lets the window follow the door of its state.
 */
void
hub_window_watch_door (HubWindow *self)
{
  HubDoor *door = get_door (self);

  g_signal_connect_object (hub_chat_state_get_standing (hub_window_get_state (self)), "notify::is-hosting",
                           G_CALLBACK (is_hosting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (door, "turned-away", G_CALLBACK (turned_away_cb), self, G_CONNECT_SWAPPED);
  is_hosting_cb (self);
}
