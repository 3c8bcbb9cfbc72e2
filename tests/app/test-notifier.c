/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/desktop/hub-notifier.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* What the desktop is told: a session bus of the test, and on it somebody who takes notifications as GNOME Shell does. */

#define TEA "messages/tea"

typedef struct
{
  GDBusConnection *bus; /* of the desktop */
  guint object_id;
  GString *log; /* what came: "+ID TITLE|BODY" or "-ID", a line each */
  GVariant *last;

  GApplication *application;
  HubSettings *settings;
  HubChatState *state;
  HubRoom *everyone;
  HubRoom *tea;
  HubNotifier *notifier;
} Fixture;

static GTestDBus *test_bus;

static void
call_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *id;

  if (g_str_equal (method, "AddNotification"))
    {
      const char *title = NULL;
      const char *body = NULL;

      g_clear_pointer (&fixture->last, g_variant_unref);
      g_variant_get (parameters, "(&s&s@a{sv})", NULL, &id, &fixture->last);
      g_variant_lookup (fixture->last, "title", "&s", &title);
      g_variant_lookup (fixture->last, "body", "&s", &body);
      g_string_append_printf (fixture->log, "+%s %s|%s\n", id, title, body);
    }
  else
    {
      g_variant_get (parameters, "(&s&s)", NULL, &id);
      g_string_append_printf (fixture->log, "-%s\n", id);
    }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
own_name (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) answer = g_dbus_connection_call_sync (bus,
                                                                           "org.freedesktop.DBus",
                                                                           "/org/freedesktop/DBus",
                                                                           "org.freedesktop.DBus",
                                                                           "RequestName",
                                                                           g_variant_new ("(su)", "org.gtk.Notifications", 0),
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
                            "</interface></node>";
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
  fixture->object_id = g_dbus_connection_register_object (fixture->bus,
                                                          "/org/gtk/Notifications",
                                                          info->interfaces[0],
                                                          &vtable,
                                                          fixture,
                                                          NULL,
                                                          &error);
  g_assert_no_error (error);
  own_name (fixture->bus);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->log = g_string_new (NULL);
  open_desktop (fixture);
  fixture->application = g_application_new ("io.github.hubbub_chat.Test", G_APPLICATION_NON_UNIQUE);
  g_application_register (fixture->application, NULL, &error);
  g_assert_no_error (error);
  fixture->settings = hub_settings_new ();
  fixture->state = hub_chat_state_new ();
  hub_chat_state_set_name (fixture->state, "Ada");
  fixture->everyone = hub_chat_state_get_room (fixture->state);
  fixture->tea = hub_room_new (TEA, NULL);
  hub_room_set_is_entered (fixture->tea, TRUE);
  hub_room_list_add (hub_chat_state_get_rooms (fixture->state), fixture->tea);
  fixture->notifier = hub_notifier_new (fixture->application, fixture->state, fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_settings_reset (hub_settings_get_gsettings (fixture->settings), "do-not-disturb");
  g_assert_finalize_object (fixture->notifier);
  g_clear_object (&fixture->tea);
  g_assert_finalize_object (fixture->state);
  g_assert_finalize_object (fixture->settings);
  g_clear_object (&fixture->application);
  g_dbus_connection_unregister_object (fixture->bus, fixture->object_id);
  g_dbus_connection_close_sync (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
  g_clear_pointer (&fixture->last, g_variant_unref);
  g_string_free (fixture->log, TRUE);
}

static void
hear (Fixture *fixture, HubRoom *room, const HubMessageParams *params)
{
  g_autoptr (HubMessageItem) item = hub_message_item_new (params);

  hub_notifier_hear (fixture->notifier, room, item);
}

static void
say (Fixture *fixture, HubRoom *room, const char *name, const char *text)
{
  hear (fixture, room, &(HubMessageParams){ .name = name, .text = text });
}

/* Waits for what comes next, and compares it, without the isolates around names. */
static void
expect (Fixture *fixture, const char *expected)
{
  hub_test_wait_until (fixture->log->len > 0);
  g_string_replace (fixture->log, "\342\201\250", "", 0);
  g_string_replace (fixture->log, "\342\201\251", "", 0);
  g_assert_cmpstr (fixture->log->str, ==, expected);
  g_string_set_size (fixture->log, 0);
}

static void
test_tells (Fixture *fixture, gconstpointer data)
{
  g_autofree char *action = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GVariant) buttons = NULL;
  g_autofree char *printed = NULL;

  g_test_summary ("One notification for each room, which leads there; the next one takes its place and counts");

  say (fixture, fixture->everyone, "Grace", "Hello");
  expect (fixture, "+room- Everyone|Grace: Hello\n");
  g_assert_true (g_variant_lookup (fixture->last, "default-action", "s", &action));
  g_assert_cmpstr (action, ==, "app.open-room");
  target = g_variant_lookup_value (fixture->last, "default-action-target", NULL);
  g_assert_cmpstr (g_variant_get_string (target, NULL), ==, "messages");
  buttons = g_variant_lookup_value (fixture->last, "buttons", NULL);
  printed = g_variant_print (buttons, FALSE);
  g_assert_nonnull (strstr (printed, "'label': <'Reply'>"));
  g_assert_nonnull (strstr (printed, "'action': <'app.reply'>"));
  g_assert_nonnull (strstr (printed, "'target': <'messages'>"));

  say (fixture, fixture->tea, "Linus", "Tea?");
  expect (fixture, "+room-tea tea|Linus: Tea?\n");
  say (fixture, fixture->everyone, NULL, "22.4 °C");
  expect (fixture, "+room- Everyone|2 new messages\n22.4 °C\n");
  say (fixture, fixture->everyone, "Linus", "Has ADA tea?");
  expect (fixture, "+room- Everyone|3 new messages\nLinus mentioned you: Has ADA tea?\n");
}

static void
test_burst (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("However much is said within a second, the desktop is told twice: of the first, and of all");

  for (guint i = 1; i <= 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      say (fixture, fixture->everyone, "Grace", text);
    }
  /* Where the bus keeps the first one waiting for so long, both come together. */
  hub_test_wait_until (strstr (fixture->log->str, ": 500\n") != NULL);
  expect (fixture, "+room- Everyone|Grace: 1\n+room- Everyone|500 new messages\nGrace: 500\n");
  /* What was read meanwhile is not told any more. */
  say (fixture, fixture->everyone, "Grace", "read");
  hub_notifier_set_is_active (fixture->notifier, TRUE);
  expect (fixture, "-room-\n");
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who looks at the window has read the room that is shown, and is told nothing meanwhile");

  say (fixture, fixture->everyone, "Grace", "Hello");
  expect (fixture, "+room- Everyone|Grace: Hello\n");
  say (fixture, fixture->tea, "Grace", "Tea");
  expect (fixture, "+room-tea tea|Grace: Tea\n");
  hub_notifier_set_is_active (fixture->notifier, TRUE);
  expect (fixture, "-room-\n");
  say (fixture, fixture->tea, "Grace", "unheard");
  hub_chat_state_set_room (fixture->state, fixture->tea);
  expect (fixture, "-room-tea\n");

  /* It is counted anew. */
  hub_notifier_set_is_active (fixture->notifier, FALSE);
  say (fixture, fixture->tea, "Grace", "More");
  expect (fixture, "+room-tea tea|Grace: More\n");
  hub_chat_state_set_room (fixture->state, fixture->everyone);
  hub_chat_state_set_room (fixture->state, fixture->tea);
  say (fixture, fixture->tea, "Grace", "tea");
  expect (fixture, "+room-tea tea|2 new messages\nGrace: tea\n");
}

static void
test_left (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Where nothing is unread any more nothing is told: the room was left, or is one of another chat now");

  hub_room_set_unread (fixture->tea, 1);
  say (fixture, fixture->tea, "Grace", "Tea");
  expect (fixture, "+room-tea tea|Grace: Tea\n");
  hub_room_set_unread (fixture->tea, 2);
  say (fixture, fixture->tea, "Grace", "Tea?");
  expect (fixture, "+room-tea tea|2 new messages\nGrace: Tea?\n");
  hub_room_set_unread (fixture->tea, 0);
  expect (fixture, "-room-tea\n");
}

static void
test_not_told (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Own and retained messages, and all of them while one is not to be disturbed");

  hear (fixture, fixture->everyone, &(HubMessageParams){ .name = "Ada", .text = "own", .is_own = TRUE });
  hear (fixture, fixture->everyone, &(HubMessageParams){ .name = "Grace", .text = "old", .is_retained = TRUE });
  say (fixture, fixture->everyone, "Grace", "Hello");
  expect (fixture, "+room- Everyone|Grace: Hello\n");
  g_settings_set_boolean (hub_settings_get_gsettings (fixture->settings), "do-not-disturb", TRUE);
  expect (fixture, "-room-\n");
  say (fixture, fixture->everyone, "Grace", "unheard");
  g_settings_set_boolean (hub_settings_get_gsettings (fixture->settings), "do-not-disturb", FALSE);
  say (fixture, fixture->everyone, "Grace", "again");
  expect (fixture, "+room- Everyone|Grace: again\n");
}

static void
test_long_and_marked_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fits = g_strnfill (200, 'x');
  g_autofree char *exceeds = g_strnfill (201, 'x');
  g_autofree char *whole = g_strdup_printf ("+room- Everyone|G: %s\n", fits);
  g_autofree char *cut = g_strdup_printf ("+room- Everyone|2 new messages\nG: %s…\n", fits);

  g_test_summary ("A long text is cut, and none is markup to anybody");

  say (fixture, fixture->everyone, "G", fits);
  expect (fixture, whole);
  say (fixture, fixture->everyone, "G", exceeds);
  expect (fixture, cut);
  say (fixture, fixture->tea, "<b>G</b>", "<img src=x> &amp;");
  expect (fixture,
          "+room-tea tea|<\342\201\240b>G<\342\201\240/b>: <\342\201\240img src=x> &\342\201\240amp;\n");
}

static void
ring_cb (guint *n_rings)
{
  ++*n_rings;
}

static void
test_ring (Fixture *fixture, gconstpointer data)
{
  GSettings *gsettings = hub_settings_get_gsettings (fixture->settings);
  guint n_rings = 0;

  g_test_summary ("Each notification rings, where the user wants that, and nothing else does");

  g_signal_connect_swapped (fixture->notifier, "ring", G_CALLBACK (ring_cb), &n_rings);
  say (fixture, fixture->everyone, "Grace", "Hello");
  g_assert_cmpuint (n_rings, ==, 0);
  g_settings_set_boolean (gsettings, "sound", TRUE);
  say (fixture, fixture->tea, "Grace", "Tea?");
  g_assert_cmpuint (n_rings, ==, 1);
  say (fixture, fixture->tea, "Grace", "together with what follows");
  say (fixture, fixture->tea, "Grace", "within a second");
  g_assert_cmpuint (n_rings, ==, 1);
  hub_test_wait_until (n_rings == 2);
  g_settings_set_boolean (gsettings, "do-not-disturb", TRUE);
  say (fixture, fixture->everyone, "Grace", "unheard");
  g_assert_cmpuint (n_rings, ==, 2);
  g_settings_reset (gsettings, "sound");
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What is left is taken back at the end: nobody could follow it");

  say (fixture, fixture->everyone, "Grace", "Hello");
  expect (fixture, "+room- Everyone|Grace: Hello\n");
  g_object_run_dispose (G_OBJECT (fixture->notifier));
  expect (fixture, "-room-\n");
}

int
main (int argc, char **argv)
{
  int status;

  g_setenv ("GNOTIFICATION_BACKEND", "gtk", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (test_bus);
#define ADD(name, func) g_test_add ("/app/notifier/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("tells", test_tells);
  ADD ("burst", test_burst);
  ADD ("read", test_read);
  ADD ("left", test_left);
  ADD ("not-told", test_not_told);
  ADD ("long-and-marked-up", test_long_and_marked_up);
  ADD ("ring", test_ring);
  ADD ("end", test_end);
#undef ADD
  status = g_test_run ();
  g_test_dbus_stop (test_bus);
  g_clear_object (&test_bus);
  return status;
}
