/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-connected-dialog.h"

#include "ui/hub-accessible.h"

#include <glib/gi18n-lib.h>

/**
 * HubConnectedDialog:
 *
 * Who is connected to the own broker, from where and since when; each can be sent away, and be let in again. While it is open
 * the list is kept up to date.
 */
struct _HubConnectedDialog
{
  AdwWindow parent_instance;

  /* template widgets */
  GtkListBox *guests;
  GtkListBox *sent_away;
  GtkWidget *sent_away_part;

  HubDoor *door; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubConnectedDialog, hub_connected_dialog, ADW_TYPE_WINDOW)

/* What a row is about, on its button. */
#define GUEST_KEY "hubbub-guest"

static void
confirmed_cb (HubConnectedDialog *self,
              const char *response,
              GtkWidget *question)
{
  if (g_str_equal (response, "send-away"))
    hub_door_send_away (self->door, g_object_get_data (G_OBJECT (question), GUEST_KEY));
}

static void
send_away_clicked_cb (GtkWidget *button)
{
  HubConnectedDialog *self = HUB_CONNECTED_DIALOG (gtk_widget_get_ancestor (button, HUB_TYPE_CONNECTED_DIALOG));
  HubGuest *guest = g_object_get_data (G_OBJECT (button), GUEST_KEY);
  g_autofree char *title = hub_guest_dup_title (guest);
  GtkWidget *question = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);

  /* Translators: %s is the name of somebody. */
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (question), _ ("Send %s Away?"), title);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (question),
                               _ ("They are told, and for ten minutes neither they nor anybody else from the same address can come back."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (question),
                                    "cancel", _ ("Cancel"),
                                    "send-away", _ ("Send Away"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (question), "send-away", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (question), "cancel");
  g_object_set_data_full (G_OBJECT (question), GUEST_KEY, g_object_ref (guest), g_object_unref);
  g_signal_connect_object (question, "response", G_CALLBACK (confirmed_cb), self, G_CONNECT_SWAPPED);
  hub_accessible_repair (question);
  gtk_window_present (GTK_WINDOW (question));
}

static void
let_in_clicked_cb (GtkWidget *button)
{
  HubConnectedDialog *self = HUB_CONNECTED_DIALOG (gtk_widget_get_ancestor (button, HUB_TYPE_CONNECTED_DIALOG));
  g_autoptr (HubGuest) guest = g_object_ref (g_object_get_data (G_OBJECT (button), GUEST_KEY));

  hub_door_let_in (self->door, guest);
}

static GtkWidget *
make_button (HubGuest *guest,
             const char *words,
             const char *label,
             GCallback clicked_cb)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  /* Else it would be called by what is written on it as well. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), GUEST_KEY, g_object_ref (guest), g_object_unref);
  g_signal_connect (button, "clicked", clicked_cb, NULL);
  return button;
}

static GtkWidget *
make_row (const char *title,
          const char *detail)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW,
                                 "use-markup", FALSE,
                                 "title", title,
                                 "title-lines", 1,
                                 "subtitle", detail,
                                 "subtitle-lines", 0,
                                 NULL);
  g_autofree char *label = g_strdup_printf ("%s, %s", title, detail);

  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return row;
}

static GtkWidget *
make_guest_row (gpointer item,
                gpointer user_data)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *title = hub_guest_dup_title (item);
  g_autofree char *detail = hub_guest_dup_detail (item, zone);
  /* Translators: %s is the name of somebody. */
  g_autofree char *label = g_strdup_printf (_ ("Send %s away"), title);
  GtkWidget *row = make_row (title, detail);

  if (!hub_guest_get_is_own (item))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (item, _ ("Send Away"), label, G_CALLBACK (send_away_clicked_cb)));
  return row;
}

static GtkWidget *
make_sent_away_row (gpointer item,
                    gpointer user_data)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *title = hub_guest_dup_title (item);
  g_autofree char *detail = hub_guest_dup_sent_away_detail (item, zone);
  /* Translators: %s is the name of somebody. */
  g_autofree char *label = g_strdup_printf (_ ("Let %s back in"), title);
  GtkWidget *row = make_row (title, detail);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button (item, _ ("Let Back In"), label, G_CALLBACK (let_in_clicked_cb)));
  return row;
}

static void
sent_away_cb (HubConnectedDialog *self)
{
  gtk_widget_set_visible (self->sent_away_part, g_list_model_get_n_items (G_LIST_MODEL (hub_door_get_sent_away (self->door))) > 0);
}

static void
hub_connected_dialog_dispose (GObject *object)
{
  HubConnectedDialog *self = HUB_CONNECTED_DIALOG (object);

  if (self->door != NULL)
    {
      g_signal_handlers_disconnect_by_data (hub_door_get_sent_away (self->door), self);
      gtk_list_box_bind_model (self->guests, NULL, NULL, NULL, NULL);
      gtk_list_box_bind_model (self->sent_away, NULL, NULL, NULL, NULL);
      hub_door_look (self->door, FALSE);
    }
  g_clear_object (&self->door);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_CONNECTED_DIALOG);

  G_OBJECT_CLASS (hub_connected_dialog_parent_class)->dispose (object);
}

static void
hub_connected_dialog_class_init (HubConnectedDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_connected_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-connected-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HubConnectedDialog, guests);
  gtk_widget_class_bind_template_child (widget_class, HubConnectedDialog, sent_away);
  gtk_widget_class_bind_template_child (widget_class, HubConnectedDialog, sent_away_part);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hub_connected_dialog_init (HubConnectedDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_connected_dialog_new:
 * @parent: the window above which it opens
 * @door: who is behind it
 *
 * Makes the dialog.
 *
 * Returns: (transfer none): the dialog, owned by GTK until it is closed
 */
GtkWidget *
hub_connected_dialog_new (GtkWindow *parent,
                          HubDoor *door)
{
  HubConnectedDialog *self = g_object_new (HUB_TYPE_CONNECTED_DIALOG, "transient-for", parent, NULL);

  self->door = g_object_ref (door);
  hub_accessible_repair (GTK_WIDGET (self));
  /* Rows have names of their own. */
  gtk_list_box_bind_model (self->guests, G_LIST_MODEL (hub_door_get_guests (door)), make_guest_row, NULL, NULL);
  gtk_list_box_bind_model (self->sent_away, G_LIST_MODEL (hub_door_get_sent_away (door)), make_sent_away_row, NULL, NULL);
  g_signal_connect_swapped (hub_door_get_sent_away (door), "items-changed", G_CALLBACK (sent_away_cb), self);
  sent_away_cb (self);
  hub_door_look (door, TRUE);

  return GTK_WIDGET (self);
}
