/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-join-dialog.h"

#include "ui/hub-accessible.h"
#include "ui/model/hub-join-address.h"

/**
 * HubJoinDialog:
 *
 * Asks for the address of a chat, and says at once what is wrong with it.
 */
struct _HubJoinDialog
{
  AdwMessageDialog parent_instance;

  /* template widgets */
  GtkEditable *entry;
  GtkLabel *problem;
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
  const gboolean is_valid = hub_join_address_parse (gtk_editable_get_text (self->entry), NULL, NULL, &error);
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

static void
hub_join_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_JOIN_DIALOG);

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
 *
 * Makes the dialog.
 *
 * Returns: (transfer none): the dialog, owned by GTK until it is closed
 */
GtkWidget *
hub_join_dialog_new (GtkWindow *parent,
                     const char *address)
{
  HubJoinDialog *self = g_object_new (HUB_TYPE_JOIN_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (self->entry, address != NULL ? address : "");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  hub_accessible_repair (GTK_WIDGET (self));

  return GTK_WIDGET (self);
}
