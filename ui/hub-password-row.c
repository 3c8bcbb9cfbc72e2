/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/hub-password-row.h"

#include "ui/hub-password-dialog.h"
#include "ui/model/hub-easy-password.h"

#include <glib/gi18n-lib.h>

/**
 * HubPasswordRow:
 *
 * The password of the own chat in the preferences: the switch of its dialog, how it stands with it, and a way to the
 * dialog. Who switches it on sees there what newcomers are asked for.
 */
struct _HubPasswordRow
{
  AdwActionRow parent_instance;

  /* template widgets */
  GtkWidget *change;
  GtkSwitch *toggle;

  HubChatState *state; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (HubPasswordRow, hub_password_row, ADW_TYPE_ACTION_ROW)

static HubDoor *
get_door (HubPasswordRow *self)
{
  return hub_chat_state_get_door (self->state);
}

static void
change_clicked_cb (HubPasswordRow *self)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  gtk_window_present (GTK_WINDOW (hub_password_dialog_new (parent, get_door (self))));
}

static void
toggled_cb (HubPasswordRow *self)
{
  const gboolean is_wanted = gtk_switch_get_active (self->toggle);
  g_autofree char *password = NULL;

  /* Not the user, but the door: it has told how it is. */
  if (self->state == NULL || is_wanted == hub_door_get_is_locked (get_door (self)))
    return;
  if (is_wanted)
    password = hub_easy_password_new ();
  hub_door_lock (get_door (self), password);
  if (is_wanted)
    change_clicked_cb (self);
}

static const char *
describe (HubPasswordRow *self)
{
  HubDoor *door = get_door (self);

  if (hub_hosting_get_is_waiting (hub_chat_state_get_hosting (self->state)))
    return _ ("This computer is not hosting at the moment.");
  if (!hub_standing_get_is_hosting (hub_chat_state_get_standing (self->state)))
    return _ ("You have joined another computer’s chat: whoever hosts it decides who may join.");
  if (!hub_door_get_is_locked (door))
    return _ ("Anyone who can reach this computer may join without one.");
  if (hub_door_get_password (door) == NULL)
    return _ ("Whoever joins from now on is asked for it, but this computer no longer knows it. Choose another one.");
  switch (hub_door_get_place (door))
    {
    case HUB_DOOR_PLACE_KEYRING:
      return _ ("Whoever joins from now on is asked for it. It is kept in your keyring.");
    case HUB_DOOR_PLACE_FILE:
      return _ ("Whoever joins from now on is asked for it. It is kept in a file that only you can read.");
    case HUB_DOOR_PLACE_UNKNOWN:
    default:
      return _ ("Whoever joins from now on is asked for it.");
    }
}

static void
show_door (HubPasswordRow *self)
{
  HubStanding *standing = hub_chat_state_get_standing (self->state);
  const gboolean is_locked = hub_door_get_is_locked (get_door (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->toggle), hub_standing_get_is_hosting (standing));
  gtk_widget_set_sensitive (self->change, hub_standing_get_is_hosting (standing));
  gtk_widget_set_visible (self->change, is_locked);
  gtk_switch_set_active (self->toggle, is_locked);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), describe (self));
}

static void
hub_password_row_dispose (GObject *object)
{
  HubPasswordRow *self = HUB_PASSWORD_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HUB_TYPE_PASSWORD_ROW);
  g_clear_object (&self->state);
  G_OBJECT_CLASS (hub_password_row_parent_class)->dispose (object);
}

static void
hub_password_row_class_init (HubPasswordRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hub_password_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/hubbub_chat/Hubbub/ui/hub-password-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HubPasswordRow, change);
  gtk_widget_class_bind_template_child (widget_class, HubPasswordRow, toggle);
  gtk_widget_class_bind_template_callback (widget_class, change_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
hub_password_row_init (HubPasswordRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hub_password_row_set_state:
 * @self: a row that has none yet
 * @state: whose door it is about
 *
 * Lets the row show and change the password of the own chat. While this computer hosts none, it says so instead.
 */
void
hub_password_row_set_state (HubPasswordRow *self,
                            HubChatState *state)
{
  g_return_if_fail (HUB_IS_PASSWORD_ROW (self) && self->state == NULL && HUB_IS_CHAT_STATE (state));

  self->state = g_object_ref (state);
  g_signal_connect_object (get_door (self), "notify", G_CALLBACK (show_door), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_standing (state), "notify::is-hosting", G_CALLBACK (show_door), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hub_chat_state_get_hosting (state), "notify::is-waiting", G_CALLBACK (show_door), self,
                           G_CONNECT_SWAPPED);
  show_door (self);
}
