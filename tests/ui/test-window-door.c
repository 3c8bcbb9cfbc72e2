/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The password of the own chat, and who comes in. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-connected-dialog.h"
#include "ui/hub-password-dialog.h"

#include <string.h>

static HubDoor *
door_of (WindowFixture *fixture)
{
  return hub_chat_state_get_door (fixture->state);
}

/* The open window of a type, or the one with a heading. */
static GtkWindow *
find_dialog (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

static GtkWidget *
find_child (GtkWidget *widget,
            GType type,
            const char *words)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) &&
      (words == NULL || (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), words) == 0)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type, words);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWindow *
open_dialog (WindowFixture *fixture,
             const char *action,
             GType type)
{
  GtkWindow *dialog = NULL;

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL);
  hub_test_wait_until ((dialog = find_dialog (type)) != NULL);
  return dialog;
}

static void
close_dialog (GtkWindow *dialog,
              GType type)
{
  gtk_window_close (dialog);
  hub_test_wait_until (find_dialog (type) == NULL);
}

/* Keeps what the user wants, as the program would, and makes it so. */
static void
lock_cb (HubDoor *door,
         const char *password,
         gpointer user_data)
{
  GString *seen = user_data;

  g_string_append_printf (seen, "%s ", password != NULL ? password : "(none)");
  hub_door_set_lock (door, password != NULL, password);
}

static void
test_password (WindowFixture *fixture,
               gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *first = NULL;
  GtkWindow *dialog;
  GtkWidget *toggle;
  GtkWidget *entry;

  g_test_summary ("One switch: it suggests a password, and what is typed holds when it is applied");

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  g_signal_connect (door_of (fixture), "lock", G_CALLBACK (lock_cb), seen);
  window_fixture_present (fixture, 900, 640);
  dialog = open_dialog (fixture, "win.room-password", HUB_TYPE_PASSWORD_DIALOG);
  toggle = find_child (GTK_WIDGET (dialog), GTK_TYPE_SWITCH, NULL);
  entry = find_child (GTK_WIDGET (dialog), ADW_TYPE_PASSWORD_ENTRY_ROW, NULL);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (toggle)));
  g_assert_false (gtk_widget_is_sensitive (entry));

  gtk_switch_set_active (GTK_SWITCH (toggle), TRUE);
  g_assert_true (hub_door_get_is_locked (door_of (fixture)));
  g_assert_true (gtk_widget_is_sensitive (entry));
  first = g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry)));
  g_assert_cmpuint (strlen (first), ==, 14);
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, first);

  gtk_editable_set_text (GTK_EDITABLE (entry), "my own");
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, first);
  /* The keyring has answered only now. */
  hub_door_set_place (door_of (fixture), HUB_DOOR_PLACE_KEYRING);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "my own");
  g_signal_emit_by_name (entry, "apply");
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, "my own");
  /* Nobody can type nothing. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  g_signal_emit_by_name (entry, "apply");
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, "my own");

  gtk_switch_set_active (GTK_SWITCH (toggle), FALSE);
  g_assert_false (hub_door_get_is_locked (door_of (fixture)));
  g_assert_true (g_str_has_suffix (seen->str, " my own (none) "));
  close_dialog (dialog, HUB_TYPE_PASSWORD_DIALOG);
}

static void
refuse_cb (HubDoor *door)
{
  hub_door_refuse (door);
}

static void
test_refused (WindowFixture *fixture,
              gconstpointer data)
{
  GtkWindow *dialog;
  GtkWidget *toggle;
  GtkWidget *entry;

  g_test_summary ("Where a password cannot be set, the switch does not say that there is one");

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  g_signal_connect (door_of (fixture), "lock", G_CALLBACK (refuse_cb), NULL);
  window_fixture_present (fixture, 900, 640);
  dialog = open_dialog (fixture, "win.room-password", HUB_TYPE_PASSWORD_DIALOG);
  toggle = find_child (GTK_WIDGET (dialog), GTK_TYPE_SWITCH, NULL);
  entry = find_child (GTK_WIDGET (dialog), ADW_TYPE_PASSWORD_ENTRY_ROW, NULL);
  gtk_switch_set_active (GTK_SWITCH (toggle), TRUE);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (toggle)));
  g_assert_false (gtk_widget_is_sensitive (entry));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  close_dialog (dialog, HUB_TYPE_PASSWORD_DIALOG);
}

static void
test_length (WindowFixture *fixture,
             gconstpointer data)
{
  g_autofree char *longest = g_strnfill (HUB_DOOR_PASSWORD_CHARS_MAX, 'x');
  g_autofree char *longer = g_strnfill (HUB_DOOR_PASSWORD_CHARS_MAX + 1, 'y');
  g_autoptr (GString) seen = g_string_new (NULL);
  GtkWindow *dialog;
  GtkWidget *entry;

  g_test_summary ("A password is as long as it may be, and no longer");

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  g_signal_connect (door_of (fixture), "lock", G_CALLBACK (lock_cb), seen);
  hub_door_set_lock (door_of (fixture), TRUE, "a");
  window_fixture_present (fixture, 900, 640);
  dialog = open_dialog (fixture, "win.room-password", HUB_TYPE_PASSWORD_DIALOG);
  entry = find_child (GTK_WIDGET (dialog), ADW_TYPE_PASSWORD_ENTRY_ROW, NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "a");
  gtk_editable_set_text (GTK_EDITABLE (entry), longest);
  g_signal_emit_by_name (entry, "apply");
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, longest);
  gtk_editable_set_text (GTK_EDITABLE (entry), longer);
  g_signal_emit_by_name (entry, "apply");
  g_assert_cmpstr (hub_door_get_password (door_of (fixture)), ==, longest);
  close_dialog (dialog, HUB_TYPE_PASSWORD_DIALOG);
}

static void
guest_cb (HubDoor *door,
          HubGuest *guest,
          gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", hub_guest_get_client_id (guest));
}

static void
look_cb (HubDoor *door,
         gboolean is_looking,
         gpointer user_data)
{
  g_string_append (user_data, is_looking ? "look " : "rest ");
}

static void
add_guest (GListStore *store,
           const char *client_id,
           const char *name,
           const char *address)
{
  const HubGuestParams params = { .client_id = client_id, .name = name, .address = address, .time_us = g_get_real_time () };
  g_autoptr (HubGuest) guest = hub_guest_new (&params);

  g_list_store_append (store, guest);
}

static void
test_connected (WindowFixture *fixture,
                gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  HubDoor *door = door_of (fixture);
  GtkWindow *dialog;
  GtkWindow *question = NULL;
  GtkWidget *button;

  g_test_summary ("Who is connected is listed while somebody looks; to be sent away takes a second word, to be let in none");

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->state), TRUE);
  g_signal_connect (door, "look", G_CALLBACK (look_cb), seen);
  g_signal_connect (door, "send-away", G_CALLBACK (guest_cb), seen);
  g_signal_connect (door, "let-in", G_CALLBACK (guest_cb), seen);
  window_fixture_present (fixture, 900, 640);
  dialog = open_dialog (fixture, "win.connected", HUB_TYPE_CONNECTED_DIALOG);
  add_guest (hub_door_get_guests (door), "own", "Me", NULL);
  /* Oneself has no button. */
  g_assert_null (find_child (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "Send Away"));
  add_guest (hub_door_get_guests (door), "ada", "<b>Ada</b>", "192.0.2.1:5");
  button = find_child (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "Send Away");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Send <b>Ada</b> away");

  g_signal_emit_by_name (button, "clicked");
  hub_test_wait_until ((question = find_dialog (ADW_TYPE_MESSAGE_DIALOG)) != NULL);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (question)), ==, "Send <b>Ada</b> Away?");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  close_dialog (question, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (seen->str, ==, "look ");
  g_signal_emit_by_name (button, "clicked");
  hub_test_wait_until ((question = find_dialog (ADW_TYPE_MESSAGE_DIALOG)) != NULL);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "send-away");
  close_dialog (question, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (seen->str, ==, "look ada ");

  add_guest (hub_door_get_sent_away (door), "grace", "Grace", "192.0.2.2:5");
  button = find_child (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "Let Back In");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Let Grace back in");
  g_signal_emit_by_name (button, "clicked");
  close_dialog (dialog, HUB_TYPE_CONNECTED_DIALOG);
  g_assert_cmpstr (seen->str, ==, "look ada grace rest ");
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_outsiders (WindowFixture *fixture,
                gconstpointer data)
{
  guint n_let_in = 0;
  GtkWindow *question;

  g_test_summary ("The window says who was turned away, and who comes from outside is let in when that is wanted");

  g_signal_connect_swapped (door_of (fixture), "let-outsiders-in", G_CALLBACK (count_cb), &n_let_in);
  window_fixture_present (fixture, 900, 640);
  hub_door_turn_away (door_of (fixture), "203.0.113.9:4711");
  window_fixture_wait_frames (fixture, 2);
  g_assert_nonnull (window_fixture_find_label (fixture, "203.0.113.9:4711 was turned away: it is not on this network"));

  question = open_dialog (fixture, "win.let-outsiders-in", ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "cancel");
  close_dialog (question, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpuint (n_let_in, ==, 0);
  question = open_dialog (fixture, "win.let-outsiders-in", ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), "let-in");
  close_dialog (question, ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpuint (n_let_in, ==, 1);
}

int
main (int argc,
      char *argv[])
{
  window_tests_init (&argc, &argv);

#define ADD(name, func) g_test_add ("/ui/window/door/" name, WindowFixture, NULL, window_fixture_set_up, func, window_fixture_tear_down)
  ADD ("password", test_password);
  ADD ("length", test_length);
  ADD ("refused", test_refused);
  ADD ("connected", test_connected);
  ADD ("outsiders", test_outsiders);
#undef ADD

  return window_tests_run ();
}
