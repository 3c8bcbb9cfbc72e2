/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-wait.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

/* Who may come into a broker that runs: the password, and addresses that are kept out. */

/* The password is "right". */
#define ROOT                       \
  "root:$7$1000$AAECAwQFBgcICQoL$" \
  "wW3Gk0Nxk0kLXPFxYCRv8wnLqW9AiPWUYmxcXJXhNtFP01KVYbxGUfMVAF5d7+c62J7clUCRad8HSbRQ+hWPkA==\n"

static gboolean
set_password_file (HubBroker *broker, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_set_password_file_async (broker, path, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_set_password_file_finish (broker, result, error);
}

static gboolean
bar (HubBroker *broker, const char *address, guint duration_s, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_bar_async (broker, address, duration_s, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_bar_finish (broker, result, error);
}

static guint
come (Fixture *fixture, guint version, const char *user_name, const char *password)
{
  g_autoptr (Stranger) stranger = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), version);

  return stranger_connect (stranger, "id", user_name, password);
}

static guint
ask_over_http (Fixture *fixture, const char *credentials)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  guint16 port = hub_broker_get_port (fixture->broker, HUB_PROTOCOL_WEBSOCKETS);
  g_autofree char *request =
    g_strdup_printf ("GET /api/messages HTTP/1.1\r\nHost: localhost\r\n%s\r\n", credentials);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  char answer[13] = "";

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer, sizeof answer - 1, NULL, NULL, &error);
  g_assert_no_error (error);
  return (guint) g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

/* Who is inside stays, with and without a name, and inside the program; who comes later is asked. */
static void
test_password (Fixture *fixture, gconstpointer data)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *path = hub_test_folder_write (folder, "users", ROOT);
  g_autoptr (Stranger) inside = NULL;
  g_autoptr (HubLocalClient) own = NULL;
  g_autoptr (GError) error = NULL;

  hub_broker_add_listener (fixture->broker, HUB_PROTOCOL_WEBSOCKETS, "127.0.0.1", 0);
  fixture_start (fixture);
  inside = stranger_join (fixture->broker, "inside");
  own = open_client (fixture->broker, "own");
  g_assert_cmpuint (ask_over_http (fixture, ""), ==, 200);

  set_password_file (fixture->broker, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stranger_publish (inside, "a", "x"), ==, 0);
  publish (own, "a", "x", 1);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 5, NULL, NULL), ==, 0x87);
  g_assert_cmpuint (come (fixture, 5, "root", "wrong"), ==, 0x86);
  g_assert_cmpuint (come (fixture, 5, "root", "right"), ==, 0);
  g_assert_cmpuint (ask_over_http (fixture, ""), ==, 401);
  g_assert_cmpuint (ask_over_http (fixture, "Authorization: Basic cm9vdDpyaWdodA==\r\n"), ==, 200);

  /* Another one is taken out, and those whom it has let in stay as well. */
  g_assert_true (g_file_set_contents (path, "other" ROOT, -1, NULL));
  set_password_file (fixture->broker, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (come (fixture, 5, "root", "right"), ==, 0x86);
  g_assert_cmpuint (come (fixture, 5, "otherroot", "right"), ==, 0);
  g_assert_cmpuint (stranger_publish (inside, "a", "x"), ==, 0);

  set_password_file (fixture->broker, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 0);
  g_assert_cmpuint (ask_over_http (fixture, ""), ==, 200);
  g_assert_cmpuint (stranger_publish (inside, "a", "x"), ==, 0);
  hub_test_folder_free (folder);
}

/* What is wrong with a file changes nothing: the door neither opens nor closes by it. */
static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *good = hub_test_folder_write (folder, "good", ROOT);
  g_autofree char *bad = hub_test_folder_write (folder, "bad", "no password file\n");
  g_autoptr (GError) error = NULL;

  fixture_start (fixture);
  g_assert_false (set_password_file (fixture->broker, bad, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 0);

  g_assert_true (set_password_file (fixture->broker, good, NULL));
  g_assert_false (set_password_file (fixture->broker, bad, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 4, "root", "right"), ==, 0);
  hub_test_folder_free (folder);
}

/* Said before the start it holds from the first client on; several in a row, and the last one counts. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *path = hub_test_folder_write (folder, "users", ROOT);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) last = NULL;

  g_assert_true (set_password_file (fixture->broker, path, NULL));
  fixture_start (fixture);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 4, "root", "right"), ==, 0);

  hub_broker_set_password_file_async (fixture->broker, NULL, NULL, hub_test_keep_result, &first);
  hub_broker_set_password_file_async (fixture->broker, path, NULL, hub_test_keep_result, &last);
  hub_test_wait_until (first != NULL && last != NULL);
  g_assert_true (hub_broker_set_password_file_finish (fixture->broker, first, NULL));
  g_assert_true (hub_broker_set_password_file_finish (fixture->broker, last, NULL));
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 5);
  hub_test_folder_free (folder);
}

static gboolean
nobody_publishes_cb (const char *client_id, const char *user_name, const char *topic, guint qos, gboolean retain, gpointer user_data)
{
  return FALSE;
}

/* A hook for something else does not vouch for names, and does not stand in the way of those that the file knows. */
static void
test_hook (Fixture *fixture, gconstpointer data)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *path = hub_test_folder_write (folder, "users", ROOT);

  hub_broker_set_may_publish_func (fixture->broker, nobody_publishes_cb, NULL, NULL);
  fixture_start (fixture);
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 0);
  g_assert_true (set_password_file (fixture->broker, path, NULL));
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 5);
  g_assert_cmpuint (come (fixture, 4, "root", "right"), ==, 0);
  g_assert_true (set_password_file (fixture->broker, NULL, NULL));
  g_assert_cmpuint (come (fixture, 4, NULL, NULL), ==, 0);
  hub_test_folder_free (folder);
}

/* An address of this computer that others on the network could come from. */
static char *
find_address (void)
{
  struct ifaddrs *interfaces = NULL;
  char *found = NULL;

  g_assert_cmpint (getifaddrs (&interfaces), ==, 0);
  for (struct ifaddrs *at = interfaces; at != NULL && found == NULL; at = at->ifa_next)
    {
      const struct sockaddr_in *inet = (const struct sockaddr_in *) (gpointer) at->ifa_addr;
      char text[INET_ADDRSTRLEN];

      if (inet == NULL || inet->sin_family != AF_INET || ntohl (inet->sin_addr.s_addr) >> 24 == 127)
        continue;
      inet_ntop (AF_INET, &inet->sin_addr, text, sizeof text);
      found = g_strdup (text);
    }
  freeifaddrs (interfaces);
  return found;
}

static guint
come_from (const char *address, guint16 port, const char *client_id)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host (client, address, port, NULL, &error);
  g_autoptr (Stranger) stranger = NULL;

  g_assert_no_error (error);
  stranger = stranger_new (G_IO_STREAM (connection), 5);
  return stranger_connect (stranger, client_id, NULL, NULL);
}

/* With an address that others come from. */
static void
test_bar (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = find_address ();
  g_autofree char *with_port = g_strdup_printf ("%s:4711", address);
  guint16 port;
  guint listener;

  if (address == NULL)
    {
      g_test_skip ("this computer has no address but loopback");
      return;
    }
  listener = hub_broker_add_listener (fixture->broker, HUB_PROTOCOL_MQTT, NULL, 0);
  fixture_start (fixture);
  port = hub_broker_get_listener_port (fixture->broker, listener);
  g_assert_cmphex (come_from (address, port, "guest"), ==, 0);
  g_assert_true (bar (fixture->broker, with_port, 600, NULL));
  g_assert_cmphex (come_from (address, port, "guest"), ==, 0x8a);
  g_assert_cmphex (come_from ("127.0.0.1", port, "guest"), ==, 0);
  g_assert_true (bar (fixture->broker, address, 0, NULL));
  g_assert_cmphex (come_from (address, port, "guest"), ==, 0);
}

static void
test_no_bar (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *address;
    int code; /* -1: it holds */
  } table[] = {
    { "192.0.2.1", -1 },
    { "192.0.2.1:1883", -1 },
    { "2001:db8::1", -1 },
    { "[2001:db8::1]:1883", -1 },
    { "127.0.0.1:1883", G_IO_ERROR_NOT_SUPPORTED },
    { "[::1]:1883", G_IO_ERROR_NOT_SUPPORTED },
    { "[fe80::1]:1883", -1 },
    { "in-process", G_IO_ERROR_INVALID_ARGUMENT },
    { "unix:1234", G_IO_ERROR_INVALID_ARGUMENT },
    { "[::1", G_IO_ERROR_INVALID_ARGUMENT },
    { "", G_IO_ERROR_INVALID_ARGUMENT },
  };
  g_autoptr (GError) error = NULL;

  g_assert_false (bar (fixture->broker, "192.0.2.1", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  fixture_start (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("'%s'", table[i].address);
      g_assert_cmpint (bar (fixture->broker, table[i].address, 1, &error), ==, table[i].code < 0);
      if (table[i].code >= 0)
        g_assert_error (error, G_IO_ERROR, table[i].code);
      g_clear_error (&error);
    }
}

static void
test_protocol (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Stranger) stranger = NULL;
  g_autoptr (HubLocalClient) own = NULL;
  g_autoptr (GPtrArray) list = NULL;

  fixture_start (fixture);
  stranger = stranger_join (fixture->broker, "stranger");
  own = open_client (fixture->broker, "own");
  list = list_clients (fixture->broker);
  g_assert_cmpint (hub_client_status_get_protocol (find_client (list, "stranger")), ==, HUB_PROTOCOL_MQTT);
  g_assert_cmpint (hub_client_status_get_protocol (find_client (list, "own")), ==, HUB_PROTOCOL_MQTT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/embed/guests/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("password", test_password);
  ADD ("bad-file", test_bad_file);
  ADD ("order", test_order);
  ADD ("hook", test_hook);
  ADD ("bar", test_bar);
  ADD ("no-bar", test_no_bar);
  ADD ("protocol", test_protocol);
#undef ADD

  return g_test_run ();
}
