/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is shown in the preferences is what is set, and the other way round. */
#include "tests/ui/window-fixture.h"

#include "tests/support/hub-test-wait.h"
#include "ui/hub-password-dialog.h"
#include "ui/hub-preferences.h"

#include <string.h>

typedef struct
{
  WindowFixture base;
  GSettings *settings;
  HubHosting *hosting; /* (unowned) */
  GtkWidget *preferences;
  guint n_cleared;
} Fixture;

static void
cleared_cb (Fixture *fixture)
{
  fixture->n_cleared++;
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  g_auto (GStrv) keys = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  window_fixture_set_up (&fixture->base, data);
  fixture->settings = g_settings_new ("io.github.hubbub_chat.Hubbub");
  g_object_get (fixture->settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (gsize i = 0; keys[i] != NULL; i++)
    g_settings_reset (fixture->settings, keys[i]);
  fixture->hosting = hub_chat_state_get_hosting (fixture->base.state);
  hub_hosting_set_status (fixture->hosting, TRUE, "Browsers join on port 9001.");
  g_signal_connect_swapped (fixture->hosting, "clear-history", G_CALLBACK (cleared_cb), fixture);
}

/* With what is set by now. */
static void
open_preferences (Fixture *fixture)
{
  window_fixture_present (&fixture->base, 900, 640);
  fixture->preferences = hub_preferences_new (GTK_WINDOW (fixture->base.window), fixture->base.state,
                                              fixture->settings);
  g_object_ref (fixture->preferences);
  gtk_window_present (GTK_WINDOW (fixture->preferences));
  hub_test_wait_until (gtk_widget_get_mapped (fixture->preferences));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->preferences));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->preferences);
  window_fixture_tear_down (&fixture->base, data);
  g_assert_finalize_object (fixture->settings);
}

/* The row of that title. */
static GtkWidget *
find_row (GtkWidget *widget,
          const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
get_row (Fixture *fixture,
         const char *title)
{
  GtkWidget *row = find_row (fixture->preferences, title);

  g_assert_nonnull (row);
  return row;
}

static gboolean
says (GtkWidget *widget,
      const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

static void
test_switches (Fixture *fixture,
               gconstpointer data)
{
  static const struct
  {
    const char *title;
    const char *key;
  } rows[] = {
    { "Enter Publishes", "enter-publishes" },
    { "Do Not Disturb", "do-not-disturb" },
    { "Sound", "sound" },
    { "Run in Background", "run-in-background" },
    { "Start at Login", "start-at-login" },
    { "Host on Start", "host-on-start" },
    { "Let In Computers from Outside", "allow-outside" },
  };

  open_preferences (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      AdwActionRow *row = ADW_ACTION_ROW (get_row (fixture, rows[i].title));
      GtkSwitch *toggle = GTK_SWITCH (adw_action_row_get_activatable_widget (row));
      const gboolean is_on = g_settings_get_boolean (fixture->settings, rows[i].key);

      g_test_message ("%s", rows[i].title);
      g_assert_cmpint (gtk_switch_get_active (toggle), ==, is_on);
      gtk_switch_set_active (toggle, !is_on);
      g_assert_cmpint (g_settings_get_boolean (fixture->settings, rows[i].key), ==, !is_on);
      g_settings_set_boolean (fixture->settings, rows[i].key, is_on);
      g_assert_cmpint (gtk_switch_get_active (toggle), ==, is_on);
    }
  /* Without notifications nothing rings. */
  g_settings_set_boolean (fixture->settings, "do-not-disturb", TRUE);
  g_assert_false (gtk_widget_get_sensitive (get_row (fixture, "Sound")));
}

static void
test_name (Fixture *fixture,
           gconstpointer data)
{
  GtkEditable *row;

  open_preferences (fixture);
  row = GTK_EDITABLE (get_row (fixture, "First Name"));
  g_assert_cmpstr (gtk_editable_get_text (row), ==, "Ada");
  gtk_editable_set_text (row, "Ada L.");
  g_assert_cmpstr (hub_chat_state_get_name (fixture->base.state), ==, "Ada L.");
  hub_chat_state_set_name (fixture->base.state, "Grace");
  g_assert_cmpstr (gtk_editable_get_text (row), ==, "Grace");
}

static void
test_appearance (Fixture *fixture,
                 gconstpointer data)
{
  AdwComboRow *row;
  g_autofree char *scheme = NULL;

  open_preferences (fixture);
  row = ADW_COMBO_ROW (get_row (fixture, "Appearance"));
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  adw_combo_row_set_selected (row, 2);
  scheme = g_settings_get_string (fixture->settings, "color-scheme");
  g_assert_cmpstr (scheme, ==, "dark");
  g_settings_set_string (fixture->settings, "color-scheme", "light");
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 1);
}

static void
apply_ports (Fixture *fixture,
             const char *http,
             const char *mqtt)
{
  GtkWidget *http_row = get_row (fixture, "Port for Browsers");

  gtk_editable_set_text (GTK_EDITABLE (http_row), http);
  gtk_editable_set_text (GTK_EDITABLE (get_row (fixture, "Port for MQTT")), mqtt);
  g_signal_emit_by_name (http_row, "apply");
}

static void
expect_ports (Fixture *fixture,
              int http,
              int mqtt)
{
  g_assert_cmpint (g_settings_get_int (fixture->settings, "http-port"), ==, http);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "mqtt-port"), ==, mqtt);
}

static void
test_ports (Fixture *fixture,
            gconstpointer data)
{
  static const char *const wrong[] = { "", "0", "1023", "65536", "-1", "1884x", "99999999999999999999" };

  open_preferences (fixture);
  apply_ports (fixture, "1024", "65535");
  expect_ports (fixture, 1024, 65535);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      apply_ports (fixture, wrong[i], "1884");
      expect_ports (fixture, 1024, 65535);
      g_assert_true (says (fixture->preferences, "A port is a number from 1024 to 65535."));
      g_assert_true (gtk_widget_has_css_class (get_row (fixture, "Port for Browsers"), "error"));
      g_assert_false (gtk_widget_has_css_class (get_row (fixture, "Port for MQTT"), "error"));
    }
  apply_ports (fixture, "1884", "1884");
  expect_ports (fixture, 1024, 65535);
  g_assert_true (says (fixture->preferences, "Browsers and MQTT clients each need a port of their own."));

  apply_ports (fixture, "9002", "1884");
  expect_ports (fixture, 9002, 1884);
  g_assert_false (says (fixture->preferences, "Browsers and MQTT clients each need a port of their own."));
  g_settings_set_int (fixture->settings, "mqtt-port", 1885);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_row (fixture, "Port for MQTT"))), ==, "1885");
}

static void
test_history (Fixture *fixture,
              gconstpointer data)
{
  AdwComboRow *days;
  AdwComboRow *messages;

  /* One that is not offered, set by other means, is shown and stays. */
  g_settings_set_int (fixture->settings, "history-days", 2);
  open_preferences (fixture);
  days = ADW_COMBO_ROW (get_row (fixture, "Keep Messages"));
  messages = ADW_COMBO_ROW (get_row (fixture, "At Most"));
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-days"), ==, 2);
  g_assert_true (says (GTK_WIDGET (days), "For 2 days"));
  adw_combo_row_set_selected (days, 0);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-days"), ==, 1);
  adw_combo_row_set_selected (days, 5);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-days"), ==, 0);
  adw_combo_row_set_selected (days, 6);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-days"), ==, 2);
  g_settings_set_int (fixture->settings, "history-days", 365);
  g_assert_cmpuint (adw_combo_row_get_selected (days), ==, 4);

  g_assert_cmpuint (adw_combo_row_get_selected (messages), ==, 2);
  adw_combo_row_set_selected (messages, 0);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-messages"), ==, 1000);
  /* While the window is open nothing is offered that comes from elsewhere, and nothing overwritten. */
  g_settings_set_int (fixture->settings, "history-messages", 17);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "history-messages"), ==, 17);
}

static AdwMessageDialog *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *at = windows; at != NULL; at = at->next)
    if (ADW_IS_MESSAGE_DIALOG (at->data))
      return at->data;
  return NULL;
}

static void
answer (Fixture *fixture,
        const char *response)
{
  g_signal_emit_by_name (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (get_row (fixture, "Clear History"))), "clicked");
  g_assert_nonnull (find_dialog ());
  adw_message_dialog_response (find_dialog (), response);
  gtk_window_close (GTK_WINDOW (find_dialog ()));
  hub_test_wait_until (find_dialog () == NULL);
}

static void
test_clear (Fixture *fixture,
            gconstpointer data)
{
  GtkWidget *button;

  open_preferences (fixture);
  button = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (get_row (fixture, "Clear History")));
  answer (fixture, "cancel");
  g_assert_cmpuint (fixture->n_cleared, ==, 0);
  answer (fixture, "clear");
  g_assert_cmpuint (fixture->n_cleared, ==, 1);
  hub_hosting_set_status (fixture->hosting, FALSE, "This computer does not host.");
  g_assert_false (gtk_widget_get_sensitive (button));
}

static GtkWidget *
find_button (GtkWidget *widget,
             const char *tooltip)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, tooltip);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Keeps the last wish; when it is granted is up to the test. */
static void
wish_cb (HubDoor *door,
         const char *password,
         char **wish)
{
  g_free (*wish);
  *wish = g_strdup (password != NULL ? password : "(none)");
}

static GtkWindow *
find_password_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *at = windows; at != NULL; at = at->next)
    if (HUB_IS_PASSWORD_DIALOG (at->data))
      return at->data;
  return NULL;
}

static void
close_password_dialog (Fixture *fixture)
{
  g_assert_nonnull (find_password_dialog ());
  g_assert_true (gtk_window_get_transient_for (find_password_dialog ()) == GTK_WINDOW (fixture->preferences));
  gtk_window_close (find_password_dialog ());
  hub_test_wait_until (find_password_dialog () == NULL);
}

static void
test_password (Fixture *fixture,
               gconstpointer data)
{
  HubDoor *door = hub_chat_state_get_door (fixture->base.state);
  g_autofree char *wish = NULL;
  GtkWidget *row;
  GtkWidget *change;
  GtkSwitch *toggle;

  g_test_summary ("The switch of the dialog: on is by a suggested password, which is shown; what was refused stays off");

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->base.state), TRUE);
  g_signal_connect (door, "lock", G_CALLBACK (wish_cb), &wish);
  open_preferences (fixture);
  row = get_row (fixture, "Room Password");
  toggle = GTK_SWITCH (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row)));
  change = find_button (row, "See or change the password");
  g_assert_false (gtk_switch_get_active (toggle));
  g_assert_false (gtk_widget_get_visible (change));
  g_assert_true (says (row, "Anyone who can reach this computer may join without one."));

  gtk_switch_set_active (toggle, TRUE);
  g_assert_cmpuint (strlen (wish), ==, 14);
  close_password_dialog (fixture);
  hub_door_refuse (door);
  g_assert_false (gtk_switch_get_active (toggle));

  gtk_switch_set_active (toggle, TRUE);
  hub_door_set_lock (door, TRUE, wish);
  g_assert_true (gtk_switch_get_active (toggle));
  close_password_dialog (fixture);
  g_assert_true (says (row, "Whoever joins from now on is asked for it."));
  hub_door_set_place (door, HUB_DOOR_PLACE_KEYRING);
  g_assert_true (says (row, "Whoever joins from now on is asked for it. It is kept in your keyring."));
  hub_door_set_place (door, HUB_DOOR_PLACE_FILE);
  g_assert_true (says (row, "Whoever joins from now on is asked for it. It is kept in a file that only you can read."));
  g_assert_true (gtk_widget_get_visible (change));
  g_signal_emit_by_name (change, "clicked");
  close_password_dialog (fixture);
  hub_door_set_lock (door, TRUE, NULL);
  g_assert_true (says (row, "Whoever joins from now on is asked for it, but this computer no longer knows it. Choose another one."));

  gtk_switch_set_active (toggle, FALSE);
  g_assert_cmpstr (wish, ==, "(none)");
  g_assert_null (find_password_dialog ());
  hub_door_set_lock (door, FALSE, NULL);
  g_assert_false (gtk_switch_get_active (toggle));
  /* What is switched elsewhere is switched here. */
  hub_door_set_lock (door, TRUE, "tavo");
  g_assert_true (gtk_switch_get_active (toggle));
  g_assert_null (find_password_dialog ());
}

static void
test_password_of_others (Fixture *fixture,
                         gconstpointer data)
{
  GtkWidget *row;
  GtkWidget *toggle;

  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->base.state), FALSE);
  hub_door_set_lock (hub_chat_state_get_door (fixture->base.state), TRUE, "tavo");
  open_preferences (fixture);
  row = get_row (fixture, "Room Password");
  toggle = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));
  g_assert_false (gtk_widget_is_sensitive (toggle));
  g_assert_false (gtk_widget_is_sensitive (find_button (row, "See or change the password")));
  g_assert_true (says (row, "You have joined another computer’s chat: whoever hosts it decides who may join."));
  hub_hosting_set_is_waiting (fixture->hosting, TRUE);
  g_assert_true (says (row, "This computer is not hosting at the moment."));

  hub_hosting_set_is_waiting (fixture->hosting, FALSE);
  hub_standing_set_is_hosting (hub_chat_state_get_standing (fixture->base.state), TRUE);
  g_assert_true (gtk_widget_is_sensitive (toggle));
  g_assert_true (says (row, "Whoever joins from now on is asked for it."));
}

static void
test_told (Fixture *fixture,
           gconstpointer data)
{
  open_preferences (fixture);
  g_assert_true (says (fixture->preferences, "Browsers join on port 9001."));
  hub_hosting_set_status (fixture->hosting, TRUE, "Port <9001> is taken");
  g_assert_true (says (fixture->preferences, "Port <9001> is taken"));
  hub_hosting_tell (fixture->hosting, "Ada & Grace");
  hub_test_wait_until (says (fixture->preferences, "Ada & Grace"));
}

static void
test_narrow (Fixture *fixture,
             gconstpointer data)
{
  int minimum;

  open_preferences (fixture);
  gtk_widget_measure (fixture->preferences, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
}

int
main (int argc,
      char **argv)
{
  window_tests_init (&argc, &argv);

  g_test_add ("/ui/preferences/switches", Fixture, NULL, set_up, test_switches, tear_down);
  g_test_add ("/ui/preferences/name", Fixture, NULL, set_up, test_name, tear_down);
  g_test_add ("/ui/preferences/appearance", Fixture, NULL, set_up, test_appearance, tear_down);
  g_test_add ("/ui/preferences/ports", Fixture, NULL, set_up, test_ports, tear_down);
  g_test_add ("/ui/preferences/history", Fixture, NULL, set_up, test_history, tear_down);
  g_test_add ("/ui/preferences/clear", Fixture, NULL, set_up, test_clear, tear_down);
  g_test_add ("/ui/preferences/password", Fixture, NULL, set_up, test_password, tear_down);
  g_test_add ("/ui/preferences/password-of-others", Fixture, NULL, set_up, test_password_of_others, tear_down);
  g_test_add ("/ui/preferences/told", Fixture, NULL, set_up, test_told, tear_down);
  g_test_add ("/ui/preferences/narrow", Fixture, NULL, set_up, test_narrow, tear_down);
  return window_tests_run ();
}
