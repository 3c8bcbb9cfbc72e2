/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-whereabouts.h"
#include "hub-build-config.h"
#include "tests/support/hub-test-wait.h"

/* How a command finds the chat of the running program: a session bus of the test, and on it somebody who answers as that
 * does. */

#define PATH "/io/github/hubbub_chat/Hubbub"

typedef struct
{
  GDBusConnection *bus; /* of the one who answers */
  guint object_id;
  const char *answer; /* what he says */

  gboolean is_done;
  char *address;
  GError *error;
} Fixture;

static GTestDBus *test_bus;

static GDBusConnection *
connect_bus (void)
{
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (test_bus), flags, NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static char *
whereabouts_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_strdup (fixture->answer);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  fixture->bus = connect_bus ();
  fixture->object_id = hub_whereabouts_export (fixture->bus, PATH, whereabouts_cb, fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->object_id, !=, 0);
  reply = g_dbus_connection_call_sync (fixture->bus,
                                       "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus",
                                       "RequestName",
                                       g_variant_new ("(su)", HUB_APPLICATION_ID, 0),
                                       NULL,
                                       G_DBUS_CALL_FLAGS_NONE,
                                       -1,
                                       NULL,
                                       &error);
  g_assert_no_error (error);
}

static void
leave (Fixture *fixture)
{
  if (fixture->bus == NULL)
    return;
  g_assert_true (g_dbus_connection_unregister_object (fixture->bus, fixture->object_id));
  g_dbus_connection_close_sync (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  leave (fixture);
  g_free (fixture->address);
  g_clear_error (&fixture->error);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->address = hub_whereabouts_ask_finish (result, &fixture->error);
  fixture->is_done = TRUE;
}

static void
ask (Fixture *fixture)
{
  hub_whereabouts_ask_async (NULL, asked_cb, fixture);
  hub_test_wait_until (fixture->is_done);
}

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  fixture->answer = "[fd00::1]:1884";
  ask (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->address, ==, "[fd00::1]:1884");
}

static void
test_no_chat (Fixture *fixture, gconstpointer data)
{
  ask (fixture);
  g_assert_no_error (fixture->error);
  g_assert_null (fixture->address);
}

static void
test_nobody (Fixture *fixture, gconstpointer data)
{
  leave (fixture);
  ask (fixture);
  g_assert_nonnull (fixture->error);
  g_assert_null (fixture->address);
}

static void
accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;
  G_GNUC_UNUSED g_autoptr (GSocketConnection) connection =
    g_socket_listener_accept_finish (G_SOCKET_LISTENER (object), result, NULL, &fixture->error);

  fixture->is_done = TRUE;
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  gboolean *has_ended = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  *has_ended = TRUE;
}

/* The program goes where it is told; whoever hangs up there is no broker. */
static void
test_program (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (GSubprocess) process = NULL;
  gboolean has_ended = FALSE;

  g_assert_no_error (error);
  fixture->answer = address;
  g_socket_listener_accept_async (listener, NULL, accepted_cb, fixture);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error,
                              g_getenv ("HUBBUB"),
                              "pub",
                              "-t",
                              "a",
                              "-m",
                              "x",
                              NULL);
  g_assert_no_error (error);
  g_subprocess_wait_async (process, NULL, ended_cb, &has_ended);
  hub_test_wait_until (fixture->is_done && has_ended);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (test_bus);
  g_test_add ("/app/whereabouts/answer", Fixture, NULL, set_up, test_answer, tear_down);
  g_test_add ("/app/whereabouts/no-chat", Fixture, NULL, set_up, test_no_chat, tear_down);
  g_test_add ("/app/whereabouts/nobody", Fixture, NULL, set_up, test_nobody, tear_down);
  g_test_add ("/app/whereabouts/program", Fixture, NULL, set_up, test_program, tear_down);
  status = g_test_run ();
  g_test_dbus_stop (test_bus);
  g_object_unref (test_bus);
  return status;
}
