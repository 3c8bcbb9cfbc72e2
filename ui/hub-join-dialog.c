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
  GtkLabel *problem;
  GtkWidget *found;
  GtkListBox *neighbours;

  GListModel *model; /* (owned) (nullable): of HubNeighbour */
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

static void
hub_join_dialog_response (AdwMessageDialog *dialog,
                          const char *response)
{
  HubJoinDialog *self = HUB_JOIN_DIALOG (dialog);

  if (g_str_equal (response, "join"))
    {
      g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));

      g_signal_emit (self, signals[SIGNAL_JOIN], 0, address);
    }
}

/* One click joins. */
static void
join_clicked_cb (GtkWidget *button,
                 gpointer user_data)
{
  GtkWidget *self = gtk_widget_get_ancestor (button, HUB_TYPE_JOIN_DIALOG);

  g_signal_emit (self, signals[SIGNAL_JOIN], 0, hub_neighbour_get_address (user_data));
  gtk_window_close (GTK_WINDOW (self));
}

static void
unref_closure (gpointer data,
               GClosure *closure)
{
  g_object_unref (data);
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
  GtkWidget *button = gtk_button_new_with_label (_ ("Join"));
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", name, "subtitle", detail,
                                 "title-lines", 1, "activatable-widget", button, NULL);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  /* Else it would be called by what is written on it as well. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (join_clicked_cb), g_object_ref (neighbour), unref_closure, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
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

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_JOIN_DIALOG);
  g_clear_object (&self->model);

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
   * @address: a valid address
   *
   * The user wants to join @address.
   */
  signals[SIGNAL_JOIN] = g_signal_new ("join", HUB_TYPE_JOIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-join-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, found);
  gtk_widget_class_bind_template_child (widget_class, HubJoinDialog, neighbours);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
hub_join_dialog_init (HubJoinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_join_dialog_new:
 * @parent: the window above which it opens
 * @address: (nullable): an address to begin with
 * @neighbours: (nullable): who hosts on this network, a list of [class@Neighbour]
 *
 * Makes the dialog.
 *
 * Returns: (transfer none): the dialog, owned by GTK until it is closed
 */
GtkWidget *
hub_join_dialog_new (GtkWindow *parent,
                     const char *address,
                     GListModel *neighbours)
{
  HubJoinDialog *self = g_object_new (HUB_TYPE_JOIN_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (self->entry, address != NULL ? address : "");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  hub_accessible_repair (GTK_WIDGET (self));
  /* Rows have names of their own. */
  if (neighbours != NULL)
    {
      self->model = g_object_ref (neighbours);
      gtk_list_box_bind_model (self->neighbours, neighbours, make_row, NULL, NULL);
      g_signal_connect_swapped (neighbours, "items-changed", G_CALLBACK (n_neighbours_cb), self);
      n_neighbours_cb (self);
    }

  return GTK_WIDGET (self);
}
