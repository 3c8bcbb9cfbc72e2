/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-chat.h"
#include "app/hosting/hub-host.h"
#include "app/joining/hub-lodging.h"
#include "broker/access/hub-password-file.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-ports.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* A second user of this computer, or a second session: what happens when somebody hosts here already. */

typedef struct
{
  HubSettings *settings;
  GSettings *gsettings; /* (unowned) */
  HubHost *first;       /* (nullable) */
  HubChat *second;
  HubChatState *state;
  guint16 mqtt_port;
  guint16 http_port;
} Fixture;

static HubStanding *
standing_of (Fixture *fixture)
{
  return hub_chat_state_get_standing (fixture->state);
}

static void
open_first (Fixture *fixture)
{
  const HubHostOptions options = { .mqtt_port = fixture->mqtt_port, .http_port = fixture->http_port };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->first = hub_host_new (&options);
  hub_host_start_async (fixture->first, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_host_start_finish (fixture->first, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_host_get_http_port (fixture->first), ==, fixture->http_port);
}

static gboolean
info_has (guint16 http_port, const char *text)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (http_port, "/api/info", NULL);

  g_byte_array_append (answer->body, (const guint8 *) "", 1);
  return strstr ((const char *) answer->body->data, text) != NULL;
}

static void
name_first (Fixture *fixture, const char *name)
{
  hub_host_set_person (fixture->first, name);
  hub_test_wait_until (info_has (fixture->http_port, name));
}

static void
open_second (Fixture *fixture)
{
  fixture->second = hub_chat_new (fixture->settings);
  fixture->state = hub_chat_get_state (fixture->second);
}

/* What it has begun may hold it for a moment longer. */
static void
close_second (Fixture *fixture)
{
  HubChat *second = fixture->second;

  hub_chat_stop (second);
  g_object_add_weak_pointer (G_OBJECT (second), (gpointer *) &fixture->second);
  g_object_unref (second);
  hub_test_wait_until (fixture->second == NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "host-on-start", "last-join", "recent-joins", "start-choice" };

  fixture->settings = hub_settings_new ();
  fixture->gsettings = hub_settings_get_gsettings (fixture->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->gsettings, keys[i]);
  hub_test_ports_use ();
  fixture->mqtt_port = (guint16) g_settings_get_int (fixture->gsettings, "mqtt-port");
  fixture->http_port = (guint16) g_settings_get_int (fixture->gsettings, "http-port");
  open_second (fixture);
}

static void
close_first (Fixture *fixture)
{
  hub_host_stop (fixture->first);
  g_clear_object (&fixture->first);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  close_second (fixture);
  if (fixture->first != NULL)
    close_first (fixture);
  g_assert_finalize_object (fixture->settings);
}

static gboolean
is_connected (Fixture *fixture)
{
  return hub_standing_get_connection (standing_of (fixture)) == HUB_CHAT_CONNECTION_CONNECTED;
}

static void
expect_title (Fixture *fixture, const char *title)
{
  g_assert_cmpstr (hub_standing_get_title_detail (standing_of (fixture)), ==, title);
}

/* Nothing of it is remembered: what was wanted was to host. */
static void
expect_nothing_kept (Fixture *fixture, const char *choice)
{
  g_autofree char *kept = g_settings_get_string (fixture->gsettings, "start-choice");
  g_autofree char *last_join = g_settings_get_string (fixture->gsettings, "last-join");
  g_auto (GStrv) recent = g_settings_get_strv (fixture->gsettings, "recent-joins");

  g_assert_cmpstr (kept, ==, choice);
  g_assert_cmpstr (last_join, ==, "");
  g_assert_cmpuint (g_strv_length (recent), ==, 0);
}

static gboolean
first_has (Fixture *fixture, const char *text)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (fixture->http_port, "/api/messages", NULL);

  g_byte_array_append (answer->body, (const guint8 *) "", 1);
  return strstr ((const char *) answer->body->data, text) != NULL;
}

static void
test_joined (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Whoever finds the port taken by a Hubbub joins that one, and hosts at the next start");

  open_first (fixture);
  name_first (fixture, "Ada");
  g_settings_set_string (fixture->gsettings, "start-choice", "host");
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture) && !hub_standing_get_is_hosting (standing_of (fixture)));
  expect_title (fixture, "\342\201\250Ada\342\201\251’s chat on this computer");
  g_assert_null (hub_standing_get_problem (standing_of (fixture)));
  g_assert_false (hub_hosting_get_is_open (hub_chat_state_get_hosting (fixture->state)));
  g_assert_true (hub_chat_state_publish (fixture->state, "from next door"));
  hub_test_wait_until (first_has (fixture, "from next door"));
  expect_nothing_kept (fixture, "host");

  /* As after a restart of the computer. */
  close_second (fixture);
  close_first (fixture);
  open_second (fixture);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_true (info_has (fixture->http_port, "\"app\":\"hubbub\""));
}

static void
test_nameless (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("One who has never chosen has still not done so; and the first may be hubbub-broker, which has no name");

  open_first (fixture);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture) && !hub_standing_get_is_hosting (standing_of (fixture)));
  expect_title (fixture, "The chat on this computer");
  expect_nothing_kept (fixture, "ask");
}

static void
test_first_leaves (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("When the first host has left, the second one can host, on the usual ports");

  open_first (fixture);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture) && !hub_standing_get_is_hosting (standing_of (fixture)));
  close_first (fixture);
  hub_test_wait_until (!is_connected (fixture));
  expect_title (fixture, "Joining the chat on this computer");

  hub_chat_state_leave (fixture->state);
  hub_test_wait_until (is_connected (fixture) && hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_true (info_has (fixture->http_port, "\"app\":\"hubbub\""));
  g_assert_null (hub_standing_get_problem (standing_of (fixture)));
}

static void
test_insists (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Whoever leaves that chat to host does so beside it, and is told on which ports");

  open_first (fixture);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture) && !hub_standing_get_is_hosting (standing_of (fixture)));
  hub_chat_state_leave (fixture->state);
  hub_test_wait_until (is_connected (fixture) && hub_standing_get_problem (standing_of (fixture)) != NULL);
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_true (g_str_has_prefix (hub_standing_get_problem (standing_of (fixture)), "The ports "));
  g_assert_true (info_has (fixture->http_port + 1, "\"app\":\"hubbub\""));
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection)
{
  static const char answer[] = "HTTP/1.1 404 Not Found\r\n\r\n{}";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer, strlen (answer), NULL, NULL, NULL);
  return TRUE;
}

/* A web server has the port. */
static GSocketService *
open_stranger (Fixture *fixture)
{
  GSocketService *stranger = g_socket_service_new ();

  g_signal_connect (stranger, "incoming", G_CALLBACK (incoming_cb), NULL);
  g_assert_true (g_socket_listener_add_inet_port (G_SOCKET_LISTENER (stranger), fixture->http_port, NULL, NULL));
  return stranger;
}

static void
test_stranger (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (GSocketService) stranger = open_stranger (fixture);
  g_autofree char *begin = g_strdup_printf ("Port %u is taken by another program: browsers join on ", fixture->http_port);

  g_test_summary ("A port that anything else has is passed over");

  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture));
  g_assert_true (hub_standing_get_is_hosting (standing_of (fixture)));
  g_assert_true (g_str_has_prefix (hub_standing_get_problem (standing_of (fixture)), begin));
}

static void
test_next_ports (Fixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (GSocketService) stranger = open_stranger (fixture);

  g_test_summary ("A first host that had to pass over a port itself is found");

  fixture->http_port++;
  open_first (fixture);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (is_connected (fixture) && !hub_standing_get_is_hosting (standing_of (fixture)));
  expect_title (fixture, "The chat on this computer");
}

static gboolean
silent_cb (GPtrArray *guests, GSocketConnection *connection)
{
  g_ptr_array_add (guests, g_object_ref (connection));
  return TRUE;
}

static void
test_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) guests = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketService) stranger = g_socket_service_new ();
  g_autoptr (GError) error = NULL;

  g_test_summary ("A user who joins somebody while the port is asked joins them, and the program may end meanwhile");

  /* Takes everybody in, and never says a word. */
  g_signal_connect_swapped (stranger, "incoming", G_CALLBACK (silent_cb), guests);
  g_assert_true (g_socket_listener_add_inet_port (G_SOCKET_LISTENER (stranger), fixture->http_port, NULL, NULL));
  hub_chat_begin (fixture->second);
  hub_test_wait_until (guests->len == 1);
  hub_chat_join (fixture->second, "127.0.0.1:1", &error);
  g_assert_no_error (error);
  hub_test_wait_until (hub_standing_get_problem (standing_of (fixture)) != NULL);
  expect_title (fixture, "Joining 127.0.0.1");

  hub_chat_host (fixture->second);
  hub_test_wait_until (guests->len == 2);
}

static void
lock_first (Fixture *fixture, const char *folder)
{
  HubPasswordHash hash;
  g_autofree char *entry = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hub_password_hash_init (&hash, hub_span_from_string ("tavo"), 1, NULL));
  entry = hub_password_hash_to_string (&hash);
  text = g_strdup_printf ("hubbub:%s\n", entry);
  path = hub_test_folder_write (folder, "users", text);
  hub_host_set_password_file_async (fixture->first, path, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_host_set_password_file_finish (fixture->first, result, &error);
  g_assert_no_error (error);
}

static void
test_password (Fixture *fixture, gconstpointer data)
{
  HubJoining *joining = hub_chat_state_get_joining (fixture->state);
  char *folder = hub_test_folder_new ();
  g_autofree char *with_password = g_strdup_printf ("mqtt://hubbub:tavo@127.0.0.1:%u", fixture->mqtt_port);

  g_test_summary ("A chat with a password asks for it; giving it is no choice to join");

  open_first (fixture);
  lock_first (fixture, folder);
  hub_chat_begin (fixture->second);
  hub_test_wait_until (hub_joining_get_asked_by (joining) != NULL);
  expect_title (fixture, "Joining the chat on this computer");
  hub_chat_state_join (fixture->state, with_password);
  hub_test_wait_until (is_connected (fixture));
  expect_title (fixture, "The chat on this computer");
  expect_nothing_kept (fixture, "ask");
  hub_test_folder_free (folder);
}

static void
test_way_in (void)
{
  static const struct
  {
    const char *person;
    guint16 mqtt_port;
    guint16 http_port;
    const char *address;
    const char *title;
  } rows[] = {
    { "Ada", 1883, 9001, "127.0.0.1", "\342\201\250Ada\342\201\251’s chat on this computer" },
    { " \n", 0, 9001, "ws://127.0.0.1:9001/", "The chat on this computer" },
    { NULL, 1883, 9001, "127.0.0.1", "The chat on this computer" },
    { "A\342\200\256da\nL", 65535, 1, "127.0.0.1:65535", "\342\201\250Ada L\342\201\251’s chat on this computer" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *person = g_strdup (rows[i].person);
      const HubResident resident = { .person = person, .mqtt_port = rows[i].mqtt_port, .http_port = rows[i].http_port };
      g_autoptr (HubJoinAddress) address = hub_lodging_get_in (&resident);
      g_autoptr (HubJoinAddress) other = hub_join_address_at (address, "192.0.2.7", address->port);
      g_autofree char *text = hub_join_address_to_string (address);
      g_autofree char *inside = hub_lodging_describe (&resident, TRUE);
      g_autofree char *outside = hub_lodging_describe (&resident, FALSE);

      g_assert_cmpstr (text, ==, rows[i].address);
      g_assert_cmpstr (inside, ==, rows[i].title);
      g_assert_cmpstr (outside, ==, "Joining the chat on this computer");
      g_assert_true (hub_lodging_is_at (&resident, address));
      g_assert_false (hub_lodging_is_at (&resident, other));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Nobody's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_add_func ("/app/lodging/way-in", test_way_in);
#define ADD(path, func) g_test_add ("/app/lodging/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("joined", test_joined);
  ADD ("nameless", test_nameless);
  ADD ("first-leaves", test_first_leaves);
  ADD ("insists", test_insists);
  ADD ("stranger", test_stranger);
  ADD ("next-ports", test_next_ports);
  ADD ("elsewhere", test_elsewhere);
  ADD ("password", test_password);
  return g_test_run ();
}
