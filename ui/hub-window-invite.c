/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-window-private.h"

#include "ui/hub-invite-window.h"
#include "ui/model/hub-room-words.h"

#include <glib/gi18n-lib.h>

/* How the window invites others into the room that is shown. */

static char *
invite_url (HubWindow *self,
            const char *join_url,
            HubRoom *room,
            const char *key)
{
  return hub_room_words_url (join_url, room, key);
}

/* The list of rooms or of people, where that is what was asked from. */
static void
close_popover (HubWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *popover = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) : NULL;

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

static void
invite_action_cb (GtkWidget *widget,
                  const char *action_name,
                  GVariant *parameter)
{
  HubWindow *self = HUB_WINDOW (widget);

  close_popover (self);
  gtk_window_present (GTK_WINDOW (hub_invite_window_new (GTK_WINDOW (self), hub_window_get_state (self))));
}

static void
copy_link_action_cb (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  HubWindow *self = HUB_WINDOW (widget);
  HubChatState *state = hub_window_get_state (self);
  g_autofree char *url = hub_room_words_url (hub_standing_get_join_url (hub_chat_state_get_standing (state)),
                                             hub_chat_state_get_room (state),
                                             hub_invitation_get_key (hub_chat_state_get_invitation (state)));

  if (url == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), url);
  close_popover (self);
  hub_window_show_toast (self, _ ("Link copied"));
}

static void
join_url_cb (HubWindow *self)
{
  const gboolean has_url = hub_standing_get_join_url (hub_chat_state_get_standing (hub_window_get_state (self))) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.copy-link", has_url);
}

/*
 * hub_window_class_install_invite:
 * @widget_class: the class of the window, with its template
 *
 * Adds the actions `win.invite` and `win.copy-link`, and what the template asks for.
 */
void
hub_window_class_install_invite (GtkWidgetClass *widget_class)
{
  g_type_ensure (HUB_TYPE_INVITATION);
  gtk_widget_class_bind_template_callback (widget_class, invite_url);
  gtk_widget_class_install_action (widget_class, "win.invite", NULL, invite_action_cb);
  gtk_widget_class_install_action (widget_class, "win.copy-link", NULL, copy_link_action_cb);
}

/*
 * hub_window_watch_invite:
 * @self: a window with a state
 *
 * Lets the actions follow the state.
 */
void
hub_window_watch_invite (HubWindow *self)
{
  g_signal_connect_object (hub_chat_state_get_standing (hub_window_get_state (self)), "notify::join-url",
                           G_CALLBACK (join_url_cb), self, G_CONNECT_SWAPPED);
  join_url_cb (self);
}
