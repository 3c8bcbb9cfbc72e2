/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-join-dialog.h"

#include "ui/hub-accessible.h"
#include "ui/model/hub-join-address.h"
#include "ui/model/hub-neighbour.h"

#include <glib/gi18n-lib.h>

/**
 * HubJoinDialog:
 *
 * Offers the chats on this network, or asks for the address of one, and says at once what is wrong with it.
 */
struct _HubJoinDialog
{
  AdwMessageDialog parent_instance;

  /* template widgets */
  GtkEditable *entry;
  GtkExpander *credentials;
  GtkEditable *user_name;
  GtkEditable *password;
  GtkLabel *problem;
  GtkWidget *found;
  GtkListBox *neighbours;
  GtkWidget *recent;
  GtkListBox *recent_list;

  HubJoining *joining; /* (owned) */
  GListModel *model;   /* (owned) (nullable): of HubNeighbour */
};

G_DEFINE_FINAL_TYPE (HubJoinDialog, hub_join_dialog, ADW_TYPE_MESSAGE_DIALOG)

enum
{
  SIGNAL_JOIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed_cb (HubJoinDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (gtk_editable_get_text (self->entry), &error);
  const gboolean is_valid = address != NULL;
  const gboolean is_wrong = !is_valid && !g_error_matches (error, HUB_JOIN_ADDRESS_ERROR, HUB_JOIN_ADDRESS_ERROR_EMPTY);

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "join", is_valid);
  gtk_label_set_label (self->problem, is_wrong ? error->message : "");
  if (is_wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* What was typed, with the user name and the password that were typed below, if any. */
static char *
dup_url (HubJoinDialog *self)
{
  const char *user_name = gtk_editable_get_text (self->user_name);
  const char *password = gtk_editable_get_text (self->password);
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (gtk_editable_get_text (self->entry), NULL);
  g_autoptr (HubJoinAddress) whole = NULL;

  if (address == NULL)
    return NULL;
  if (*user_name == '\0' && *password == '\0' && address->user_name == NULL)
    return hub_join_address_to_string (address);
  if (*user_name == '\0' && *password == '\0')
    return hub_join_address_to_url (address);
  whole = hub_join_address_with_credentials (address, user_name, password);
  return hub_join_address_to_url (whole);
}

static void
hub_join_dialog_response (AdwMessageDialog *dialog,
                          const char *response)
{
  HubJoinDialog *self = HUB_JOIN_DIALOG (dialog);

  if (g_str_equal (response, "join"))
    {
      g_autofree char *url = dup_url (self);

      hub_joining_set_asked_by (self->joining, NULL, NULL);
      if (url != NULL)
        g_signal_emit (self, signals[SIGNAL_JOIN], 0, url);
    }
  else
    {
      hub_joining_set_asked_by (self->joining, NULL, NULL);
    }
}

static void
free_closure (gpointer data,
              GClosure *closure)
{
  g_free (data);
}

/* One click joins. */
static void
join_clicked_cb (GtkWidget *button,
                 const char *address)
{
  GtkWidget *self = gtk_widget_get_ancestor (button, HUB_TYPE_JOIN_DIALOG);

  g_signal_emit (self, signals[SIGNAL_JOIN], 0, address);
  gtk_window_close (GTK_WINDOW (self));
}

static void
forget_clicked_cb (GtkWidget *button,
                   const char *address)
{
  HubJoinDialog *self = HUB_JOIN_DIALOG (gtk_widget_get_ancestor (button, HUB_TYPE_JOIN_DIALOG));
  g_autofree char *copy = g_strdup (address);

  /* The button goes, and must not take the focus along. */
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  hub_joining_forget (self->joining, copy);
}

/* Gives @row a button that joins, called @label. */
static void
add_join_button (GtkWidget *row,
                 const char *address,
                 const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Join"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  /* Else it would be called by what is written on it and on the row as well. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (join_clicked_cb), g_strdup (address), free_closure, 0);
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  HubNeighbour *neighbour = item;
  const char *name = hub_neighbour_get_name (neighbour);
  const char *address = hub_neighbour_get_address (neighbour);
  const gboolean is_hubbub = hub_neighbour_get_is_hubbub (neighbour);
  /* Translators: %s is an address. */
  g_autofree char *detail = is_hubbub ? g_strdup (address) : g_strdup_printf (_ ("MQTT broker at %s"), address);
  /* Translators: %s is the name of a person or a computer. */
  g_autofree char *label = g_strdup_printf (is_hubbub ? _ ("Join %s’s chat") : _ ("Join %s"), name);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", name, "subtitle", detail,
                                 "title-lines", 1, NULL);

  add_join_button (row, address, label);
  return row;
}

static GtkWidget *
make_recent_row (const char *address)
{
  /* Translators: %s is an address. */
  g_autofree char *join_label = g_strdup_printf (_ ("Join %s"), address);
  /* Translators: %s is an address. */
  g_autofree char *forget_label = g_strdup_printf (_ ("Forget %s"), address);
  GtkWidget *forget = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", address, "title-lines", 2,
                                 "tooltip-text", address, NULL);

  add_join_button (row, address, join_label);
  gtk_widget_set_valign (forget, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (forget, "flat");
  gtk_widget_set_tooltip_text (forget, _ ("Forget"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (forget), GTK_ACCESSIBLE_PROPERTY_LABEL, forget_label, -1);
  g_signal_connect_data (forget, "clicked", G_CALLBACK (forget_clicked_cb), g_strdup (address), free_closure, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), forget);
  return row;
}

static void
recent_cb (HubJoinDialog *self)
{
  const char *const *recent = hub_joining_get_recent (self->joining);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  gtk_widget_set_visible (self->recent, *recent != NULL);
  for (; *recent != NULL; recent++)
    gtk_list_box_append (self->recent_list, make_recent_row (*recent));
}

static void
n_neighbours_cb (HubJoinDialog *self)
{
  gtk_widget_set_visible (self->found, g_list_model_get_n_items (self->model) > 0);
}

static void
hub_join_dialog_dispose (GObject *object)
{
  HubJoinDialog *self = HUB_JOIN_DIALOG (object);

  /* GTK 4.8 tells an entry for passwords that the focus has gone when the entry has, too. */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_JOIN_DIALOG);
  g_clear_object (&self->model);
  g_clear_object (&self->joining);

  G_OBJECT_CLASS (hub_join_dialog_parent_class)->dispose (object);
}

static void
hub_join_dialog_class_init (HubJoinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_join_dialog_dispose;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = hub_join_dialog_response;

  /**
   * HubJoinDialog::join:
   * @self: the dialog
   * @address: a valid address, with a user name and a password if they were given
   *
   * The user wants to join @address.
   */
  signals[SIGNAL_JOIN] = g_signal_new ("join", HUB_TYPE_JOIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, credentials);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, user_name);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, password);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, hub_accessible_hide_empty);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, found);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, neighbours);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, recent);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, recent_list);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
hub_join_dialog_init (HubJoinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The host that is joined wants to know more: nothing else is offered then. */
static void
ask_for_password (HubJoinDialog *self,
                  const char *address)
{
  const char *user_name = hub_joining_get_asked_user (self->joining);
  g_autofree char *body = NULL;

  /* Translators: %s is an address. */
  body = g_strdup_printf (_ ("%s only lets in those who have the right user name and password. A room password needs no user name."),
                          address);
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (self), _ ("Password Needed"));
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (self), body);
  gtk_editable_set_text (self->entry, address);
  if (user_name != NULL && !g_str_equal (user_name, HUB_JOIN_ADDRESS_ROOM_USER))
    gtk_editable_set_text (self->user_name, user_name);
  gtk_expander_set_expanded (self->credentials, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
offer_others (HubJoinDialog *self,
              HubChatState *state)
{
  const char *address = hub_chat_state_get_last_join (state);
  GListModel *neighbours = hub_chat_state_get_neighbours (state);

  gtk_editable_set_text (self->entry, address != NULL ? address : "");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  g_signal_connect_object (self->joining, "notify::recent", G_CALLBACK (recent_cb), self, G_CONNECT_SWAPPED);
  recent_cb (self);
  if (neighbours == NULL)
    return;
  self->model = g_object_ref (neighbours);
  gtk_list_box_bind_model (self->neighbours, neighbours, make_row, NULL, NULL);
  g_signal_connect_swapped (neighbours, "items-changed", G_CALLBACK (n_neighbours_cb), self);
  n_neighbours_cb (self);
}

/**
 * hub_join_dialog_new:
 * @parent: the window above which it opens
 * @state: what is offered, and whether a host asks for a password
 *
 * Makes the dialog.
 *
 * Returns: (transfer none): the dialog, owned by GTK until it is closed
 */
GtkWidget *
hub_join_dialog_new (GtkWindow *parent,
                     HubChatState *state)
{
  HubJoinDialog *self = g_object_new (HUB_TYPE_JOIN_DIALOG, "transient-for", parent, NULL);

  self->joining = g_object_ref (hub_chat_state_get_joining (state));
  hub_accessible_repair (GTK_WIDGET (self));
  /* What is ours has names of its own. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->neighbours), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("On This Network"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->recent_list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Joined Recently"), -1);
  if (hub_joining_get_asked_by (self->joining) != NULL)
    ask_for_password (self, hub_joining_get_asked_by (self->joining));
  else
    offer_others (self, state);

  return GTK_WIDGET (self);
}
