/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-password-dialog.h"

#include "ui/hub-accessible.h"
#include "ui/model/hub-easy-password.h"

/**
 * HubPasswordDialog:
 *
 * The password of the own chat: a switch, and what newcomers are asked for. Both hold at once.
 */
struct _HubPasswordDialog
{
  AdwWindow parent_instance;

  /* template widgets */
  GtkSwitch *toggle;
  GtkEditable *entry;
  GtkWidget *suggestion;
  GtkWidget *note;

  HubDoor *door; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubPasswordDialog, hub_password_dialog, ADW_TYPE_WINDOW)

static gboolean
is_usable (HubPasswordDialog *self)
{
  const char *text = gtk_editable_get_text (self->entry);

  return text[0] != '\0' && g_utf8_strlen (text, -1) <= HUB_DOOR_PASSWORD_CHARS_MAX;
}

static void
suggest (HubPasswordDialog *self)
{
  g_autofree char *password = hub_easy_password_new ();

  gtk_editable_set_text (self->entry, password);
}

static void
toggled_cb (HubPasswordDialog *self)
{
  const gboolean is_wanted = gtk_switch_get_active (self->toggle);

  /* Not the user, but the door: it has told how it is. */
  if (is_wanted == hub_door_get_is_locked (self->door))
    return;
  if (is_wanted && !is_usable (self))
    suggest (self);
  hub_door_lock (self->door, is_wanted ? gtk_editable_get_text (self->entry) : NULL);
}

static void
applied_cb (HubPasswordDialog *self)
{
  if (is_usable (self))
    hub_door_lock (self->door, gtk_editable_get_text (self->entry));
}

static void
suggest_cb (HubPasswordDialog *self)
{
  suggest (self);
  applied_cb (self);
}

/* What is not taken stays a wish: the switch says what holds. */
static void
door_cb (HubPasswordDialog *self)
{
  const gboolean is_locked = hub_door_get_is_locked (self->door);
  const char *password = hub_door_get_password (self->door);

  gtk_switch_set_active (self->toggle, is_locked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->entry), is_locked);
  gtk_widget_set_sensitive (self->suggestion, is_locked);
  gtk_widget_set_visible (self->note, is_locked && password == NULL);
  if (g_strcmp0 (gtk_editable_get_text (self->entry), password) != 0)
    gtk_editable_set_text (self->entry, password != NULL ? password : "");
}

static void
hub_password_dialog_dispose (GObject *object)
{
  HubPasswordDialog *self = HUB_PASSWORD_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), HUB_TYPE_PASSWORD_DIALOG);
  g_clear_object (&self->door);

  G_OBJECT_CLASS (hub_password_dialog_parent_class)->dispose (object);
}

static void
hub_password_dialog_class_init (HubPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_password_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HubPasswordDialog, toggle);
  gtk_widget_class_bind_template_child (widget_class, HubPasswordDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, HubPasswordDialog, suggestion);
  gtk_widget_class_bind_template_child (widget_class, HubPasswordDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggest_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hub_password_dialog_init (HubPasswordDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_password_dialog_new:
 * @parent: the window above which it opens
 * @door: whose password it is
 *
 * Makes the dialog.
 *
 * Returns: (transfer none): the dialog, owned by GTK until it is closed
 */
GtkWidget *
hub_password_dialog_new (GtkWindow *parent,
                         HubDoor *door)
{
  HubPasswordDialog *self = g_object_new (HUB_TYPE_PASSWORD_DIALOG, "transient-for", parent, NULL);

  self->door = g_object_ref (door);
  /* What else there is to tell takes nothing away that is being typed. */
  g_signal_connect_object (door, "notify::is-locked", G_CALLBACK (door_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (door, "notify::password", G_CALLBACK (door_cb), self, G_CONNECT_SWAPPED);
  door_cb (self);
  hub_accessible_repair (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->toggle));

  return GTK_WIDGET (self);
}
