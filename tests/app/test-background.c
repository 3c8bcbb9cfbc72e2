/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/desktop/hub-autostart.h"
#include "app/desktop/hub-background.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <string.h>

/* The program without a window, and a desktop on a bus of the test, which says yes or no. */

typedef struct
{
  GDBusConnection *bus; /* of the desktop */
  guint object_ids[2];
  guint32 response;      /* what the desktop says */
  gboolean allows_login; /* and whether it allows that */
  gboolean fails;        /* or that there is no such portal */
  GString *asked;        /* "autostart=B COMMAND", a line each */
  GString *told;         /* the ids of notifications, "+ID" or "-ID", a line each */
  GString *notices;      /* a line each */

  GApplication *application;
  HubSettings *settings;
  GSettings *gsettings; /* (unowned) */
  HubBackground *background;
} Fixture;

static GTestDBus *test_bus;

static void
answer (Fixture *fixture, GDBusMethodInvocation *invocation, GVariant *options)
{
  g_autofree char *sender = g_strdelimit (g_strdup (g_dbus_method_invocation_get_sender (invocation) + 1), ".", '_');
  g_autofree char *path = NULL;
  g_autofree const char **command = NULL;
  g_autofree char *line = NULL;
  const char *token = NULL;
  gboolean autostart = FALSE;
  GVariantBuilder results;

  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  g_assert_true (g_variant_lookup (options, "autostart", "b", &autostart));
  g_assert_true (g_variant_lookup (options, "commandline", "^a&s", &command));
  line = g_strjoinv (" ", (char **) command);
  g_string_append_printf (fixture->asked, "autostart=%d %s\n", autostart, line);
  if (fixture->fails)
    {
      g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD, "no such portal");
      return;
    }
  path = g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", sender, token);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (TRUE));
  g_variant_builder_add (&results, "{sv}", "autostart", g_variant_new_boolean (autostart && fixture->allows_login));
  g_dbus_connection_emit_signal (fixture->bus,
                                 g_dbus_method_invocation_get_sender (invocation),
                                 path,
                                 "org.freedesktop.portal.Request",
                                 "Response",
                                 g_variant_new ("(ua{sv})", fixture->response, &results),
                                 NULL);
}

static void
call_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *id;

  if (g_str_equal (method, "RequestBackground"))
    {
      g_autoptr (GVariant) options = NULL;

      g_variant_get (parameters, "(&s@a{sv})", NULL, &options);
      answer (fixture, invocation, options);
      return;
    }
  if (g_str_equal (method, "AddNotification"))
    g_variant_get (parameters, "(&s&s@a{sv})", NULL, &id, NULL);
  else
    g_variant_get (parameters, "(&s&s)", NULL, &id);
  g_string_append_printf (fixture->told, "%c%s\n", g_str_equal (method, "AddNotification") ? '+' : '-', id);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
own_name (GDBusConnection *bus, const char *name)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_sync (bus,
                                                                          "org.freedesktop.DBus",
                                                                          "/org/freedesktop/DBus",
                                                                          "org.freedesktop.DBus",
                                                                          "RequestName",
                                                                          g_variant_new ("(su)", name, 0),
                                                                          NULL,
                                                                          G_DBUS_CALL_FLAGS_NONE,
                                                                          -1,
                                                                          NULL,
                                                                          &error);

  g_assert_no_error (error);
}

static void
open_desktop (Fixture *fixture)
{
  static const char xml[] = "<node><interface name='org.gtk.Notifications'>"
                            "<method name='AddNotification'><arg type='s'/><arg type='s'/><arg type='a{sv}'/></method>"
                            "<method name='RemoveNotification'><arg type='s'/><arg type='s'/></method>"
                            "</interface><interface name='org.freedesktop.portal.Background'>"
                            "<method name='RequestBackground'><arg type='s'/><arg type='a{sv}'/>"
                            "<arg type='o' direction='out'/></method></interface></node>";
  static const char *const paths[] = { "/org/gtk/Notifications", "/org/freedesktop/portal/desktop" };
  static const char *const names[] = { "org.gtk.Notifications", "org.freedesktop.portal.Desktop" };
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GError) error = NULL;

  fixture->bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (test_bus),
                                                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                           G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                         NULL,
                                                         NULL,
                                                         &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      fixture->object_ids[i] =
        g_dbus_connection_register_object (fixture->bus, paths[i], info->interfaces[i], &vtable, fixture, NULL, &error);
      g_assert_no_error (error);
      own_name (fixture->bus, names[i]);
    }
}

static void
notice_cb (HubBackground *background, const char *text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", text);
}

static void
begin (Fixture *fixture, gboolean is_sandboxed)
{
  fixture->background = hub_background_new (fixture->application, fixture->settings, is_sandboxed);
  g_signal_connect (fixture->background, "notice", G_CALLBACK (notice_cb), fixture->notices);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "is-background-told", "run-in-background", "start-at-login" };
  g_autoptr (GError) error = NULL;

  fixture->allows_login = TRUE;
  fixture->asked = g_string_new (NULL);
  fixture->told = g_string_new (NULL);
  fixture->notices = g_string_new (NULL);
  open_desktop (fixture);
  fixture->application = g_application_new ("io.github.hubbub_chat.Test", G_APPLICATION_NON_UNIQUE);
  g_application_register (fixture->application, NULL, &error);
  g_assert_no_error (error);
  fixture->settings = hub_settings_new ();
  fixture->gsettings = hub_settings_get_gsettings (fixture->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->gsettings, keys[i]);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->background);
  g_assert_finalize_object (fixture->settings);
  g_clear_object (&fixture->application);
  for (guint i = 0; i < 2; i++)
    g_dbus_connection_unregister_object (fixture->bus, fixture->object_ids[i]);
  /* What the desktop has answered arrives: who has asked waits for it, and holds the bus meanwhile. */
  g_dbus_connection_flush_sync (fixture->bus, NULL, NULL);
  g_dbus_connection_close_sync (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
  g_string_free (fixture->asked, TRUE);
  g_string_free (fixture->told, TRUE);
  g_string_free (fixture->notices, TRUE);
}

static void
expect (GString *log, const char *expected)
{
  hub_test_wait_until (log->len >= strlen (expected));
  g_assert_cmpstr (log->str, ==, expected);
  g_string_set_size (log, 0);
}

static void
test_told_once (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Whoever closes the window is told for the first time that the chat goes on, and only where it does");

  begin (fixture, FALSE);
  hub_background_set_has_window (fixture->background, TRUE);
  expect (fixture->told, "-background\n");
  hub_background_set_has_window (fixture->background, FALSE);
  hub_background_set_has_window (fixture->background, TRUE);
  expect (fixture->told, "-background\n");
  g_settings_set_boolean (fixture->gsettings, "run-in-background", TRUE);
  hub_background_set_has_window (fixture->background, FALSE);
  hub_background_set_has_window (fixture->background, TRUE);
  expect (fixture->told, "+background\n-background\n");
  hub_background_set_has_window (fixture->background, FALSE);
  hub_background_set_has_window (fixture->background, TRUE);
  expect (fixture->told, "-background\n");
  g_assert_cmpstr (fixture->asked->str, ==, "");
}

static void
test_portal (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("In a sandbox the desktop is asked, for both at once");

  begin (fixture, TRUE);
  g_settings_set_boolean (fixture->gsettings, "run-in-background", TRUE);
  expect (fixture->asked, "autostart=0 hubbub --background\n");
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  expect (fixture->asked, "autostart=1 hubbub --background\n");
  g_settings_set_boolean (fixture->gsettings, "start-at-login", FALSE);
  expect (fixture->asked, "autostart=0 hubbub --background\n");
  /* Nothing has to be asked for less. */
  g_settings_set_boolean (fixture->gsettings, "run-in-background", FALSE);
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  expect (fixture->asked, "autostart=1 hubbub --background\n");
  g_assert_cmpstr (fixture->notices->str, ==, "");
}

static void
test_denied (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Where the desktop says no, or nothing, the switch goes back, and the reason is told");

  begin (fixture, TRUE);
  fixture->allows_login = FALSE;
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  expect (fixture->notices, "Hubbub does not start at login: the desktop does not allow it\n");
  g_assert_false (g_settings_get_boolean (fixture->gsettings, "start-at-login"));
  fixture->allows_login = TRUE;
  fixture->response = 1;
  g_settings_set_boolean (fixture->gsettings, "run-in-background", TRUE);
  expect (fixture->notices, "Hubbub may be stopped while it is in the background: the desktop does not allow it\n");
  fixture->fails = TRUE;
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  expect (fixture->notices, "Hubbub does not start at login: no such portal\n");
}

static gboolean
is_written (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && g_str_has_suffix (text, "Terminal=false\n");
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = hub_autostart_dup_path ();
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *expected = g_strdup_printf ("\"%s\" --background", program);
  g_autofree char *exec = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Elsewhere a file has the desktop start the program; when somebody removes it, the switch is off");

  g_assert_true (g_str_has_suffix (path, "/autostart/io.github.hubbub_chat.Hubbub.desktop"));
  begin (fixture, FALSE);
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  hub_test_wait_until (is_written (path));
  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error));
  g_assert_no_error (error);
  exec = g_key_file_get_string (file, "Desktop Entry", "Exec", &error);
  g_assert_cmpstr (exec, ==, expected);

  g_settings_set_boolean (fixture->gsettings, "start-at-login", FALSE);
  hub_test_wait_until (!g_file_test (path, G_FILE_TEST_EXISTS));
  /* Back and forth, faster than a file is written. */
  for (guint i = 0; i < 5; i++)
    g_settings_set_boolean (fixture->gsettings, "start-at-login", i % 2 == 0);
  hub_test_wait_until (is_written (path));
  for (guint i = 0; i < 5; i++)
    g_settings_set_boolean (fixture->gsettings, "start-at-login", i % 2 != 0);
  hub_test_wait_until (!g_file_test (path, G_FILE_TEST_EXISTS));
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  hub_test_wait_until (is_written (path));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_finalize_object (fixture->background);
  begin (fixture, FALSE);
  g_assert_false (g_settings_get_boolean (fixture->gsettings, "start-at-login"));

  /* Where it cannot be written. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  hub_test_wait_until (fixture->notices->len > 0);
  g_assert_true (g_str_has_prefix (fixture->notices->str, "Hubbub does not start at login: "));
  g_assert_false (g_settings_get_boolean (fixture->gsettings, "start-at-login"));
  g_assert_cmpint (g_remove (folder), ==, 0);
}

static void
test_stubborn_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = hub_autostart_dup_path ();
  g_autofree char *inside = g_build_filename (path, "inside", NULL);

  g_test_summary ("Where the file cannot be removed, the switch goes back, and that is told");

  begin (fixture, FALSE);
  g_settings_set_boolean (fixture->gsettings, "start-at-login", TRUE);
  hub_test_wait_until (is_written (path));
  /* A folder with something in it stays, whoever asks. */
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_settings_set_boolean (fixture->gsettings, "start-at-login", FALSE);
  hub_test_wait_until (fixture->notices->len > 0);
  g_assert_true (g_str_has_prefix (fixture->notices->str, "Hubbub still starts at login: "));
  g_assert_true (g_settings_get_boolean (fixture->gsettings, "start-at-login"));
  g_string_truncate (fixture->notices, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (fixture->notices->str, ==, "");
  g_assert_cmpint (g_rmdir (inside), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* A desktop reads it as it was meant. */
static void
test_entry (void)
{
  static const char *const programs[] = { "/usr/bin/hubbub", "/opt/my apps/hub\"bub", "/a`b$c\\d/hubbub", "/100%/hubbub" };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *text = hub_autostart_make_entry (programs[i]);
      g_autoptr (GKeyFile) file = g_key_file_new ();
      g_autofree char *exec = NULL;
      g_auto (GStrv) arguments = NULL;
      g_autoptr (GString) program = NULL;

      g_assert_true (g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL));
      exec = g_key_file_get_string (file, "Desktop Entry", "Exec", NULL);
      g_assert_true (g_shell_parse_argv (exec, NULL, &arguments, NULL));
      g_assert_cmpuint (g_strv_length (arguments), ==, 2);
      program = g_string_new (arguments[0]);
      g_string_replace (program, "%%", "%", 0);
      g_assert_cmpstr (program->str, ==, programs[i]);
      g_assert_cmpstr (arguments[1], ==, "--background");
    }
}

/* After an update it is the new program that starts. */
static void
test_program (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hubbub-program-XXXXXX", NULL);
  g_autofree char *odd = g_build_filename (folder, "hubbub (deleted)", NULL);
  g_autofree char *plain = g_build_filename (folder, "hubbub", NULL);
  g_autofree char *updated = hub_autostart_dup_program (odd);
  g_autofree char *unknown = hub_autostart_dup_program (NULL);
  g_autofree char *same = hub_autostart_dup_program (plain);
  g_autofree char *called_so = NULL;

  g_assert_cmpstr (updated, ==, plain);
  g_assert_cmpstr (unknown, ==, "hubbub");
  g_assert_cmpstr (same, ==, plain);
  g_assert_true (g_file_set_contents (odd, "", 0, NULL));
  called_so = hub_autostart_dup_program (odd);
  g_assert_cmpstr (called_so, ==, odd);
  g_assert_cmpint (g_unlink (odd), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_setenv ("GNOTIFICATION_BACKEND", "gtk", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (test_bus);

  g_test_add ("/app/background/told-once", Fixture, NULL, set_up, test_told_once, tear_down);
  g_test_add ("/app/background/portal", Fixture, NULL, set_up, test_portal, tear_down);
  g_test_add ("/app/background/denied", Fixture, NULL, set_up, test_denied, tear_down);
  g_test_add ("/app/background/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/app/background/stubborn-file", Fixture, NULL, set_up, test_stubborn_file, tear_down);
  g_test_add_func ("/app/background/entry", test_entry);
  g_test_add_func ("/app/background/program", test_program);
  status = g_test_run ();
  g_test_dbus_stop (test_bus);
  g_clear_object (&test_bus);
  return status;
}
