/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Unix sockets: whose they are, what becomes of those that somebody left behind, and who comes in through them. */

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hubbub-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "socket", NULL);
}

/* What a test has not removed itself, the broker should have. */
static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* Starts a broker with nothing but a Unix socket. */
static HubBroker *
start (const char *path, GError **error)
{
  HubConfig *config = hub_config_new_broker ();
  HubListenerOptions *listener = hub_listener_options_new (HUB_PROTOCOL_MQTT, 0);
  g_autoptr (HubBroker) broker = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  listener->unix_path = g_strdup (path);
  hub_config_add_listener (config, listener);
  broker = hub_broker_new_for_config (config);
  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_start_finish (broker, result, error) ? g_steal_pointer (&broker) : NULL;
}

static void
stop (HubBroker *broker)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (broker, result, NULL));
  g_clear_object (&result);
  g_assert_finalize_object (broker);
}

static void
assert_serves (const char *path)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial_unix (path);

  hub_test_line_write (line, HUB_SPAN_LITERAL ("\x10\x0f\0\4MQTT\4\2\0\0\0\3ada\xc0"));
  hub_test_line_write (line, HUB_SPAN_LITERAL ("\0"));
  hub_test_line_expect (line, "20 02 0000 d0 00");
}

/* A socket as a process leaves it that was killed. */
static void
make_dead_socket (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  close (fd);
}

static void
assert_refused (const char *path, GIOErrorEnum code, const char *piece)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubBroker) broker = start (path, &error);

  g_assert_null (broker);
  g_assert_error (error, G_IO_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, piece));
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_start_and_stop (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = start (fixture->path, NULL);
  struct stat file;

  g_assert_nonnull (broker);
  assert_serves (fixture->path);
  g_assert_cmpint (lstat (fixture->path, &file), ==, 0);
  g_assert_true (S_ISSOCK (file.st_mode));
  stop (broker);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_umask (Fixture *fixture, gconstpointer data)
{
  static const mode_t masks[] = { 0077, 0007, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      mode_t before = umask (masks[i]);
      HubBroker *broker = start (fixture->path, NULL);
      struct stat file;

      umask (before);
      g_assert_cmpint (lstat (fixture->path, &file), ==, 0);
      g_assert_cmpint (file.st_mode & 0777, ==, 0777 & ~masks[i]);
      stop (broker);
    }
}

static void
test_dead_socket (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker;

  make_dead_socket (fixture->path);
  broker = start (fixture->path, NULL);
  g_assert_nonnull (broker);
  assert_serves (fixture->path);
  stop (broker);
}

static void
test_live_socket (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = start (fixture->path, NULL);

  assert_refused (fixture->path, G_IO_ERROR_ADDRESS_IN_USE, "in use");
  assert_serves (fixture->path);
  stop (broker);
}

/* Somebody who has no time to accept is alive all the same. */
static void
test_busy_socket (Fixture *fixture, gconstpointer data)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fds[8];
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean is_full = FALSE;

  g_strlcpy (address.sun_path, fixture->path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (connect (fds[i], (const struct sockaddr *) &address, sizeof address) < 0)
        is_full = is_full || errno == EAGAIN;
    }
  g_assert_true (is_full);
  assert_refused (fixture->path, G_IO_ERROR_ADDRESS_IN_USE, "in use");

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  close (fd);
  g_unlink (fixture->path);
}

static void
test_no_socket (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;
  g_autofree char *target = g_build_filename (fixture->folder, "target", NULL);

  g_assert_true (g_file_set_contents (fixture->path, "precious", -1, NULL));
  assert_refused (fixture->path, G_IO_ERROR_EXISTS, "no socket");
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
  g_unlink (fixture->path);

  g_mkdir (fixture->path, 0700);
  assert_refused (fixture->path, G_IO_ERROR_EXISTS, "no socket");
  g_rmdir (fixture->path);

  make_dead_socket (target);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  assert_refused (fixture->path, G_IO_ERROR_EXISTS, "no socket");
  g_unlink (fixture->path);
  g_unlink (target);
}

static void
test_no_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "missing", "socket", NULL);

  assert_refused (path, G_IO_ERROR_NOT_FOUND, "No such file");
}

static void
test_path_length (Fixture *fixture, gconstpointer data)
{
  gsize room = sizeof ((struct sockaddr_un *) NULL)->sun_path - 1;
  g_autofree char *filling = g_strnfill (room - strlen (fixture->folder) - 1, 'x');
  g_autofree char *longest = g_build_filename (fixture->folder, filling, NULL);
  g_autofree char *longer = g_strconcat (longest, "x", NULL);
  HubBroker *broker = start (longest, NULL);

  g_assert_cmpuint (strlen (longest), ==, 107);
  g_assert_nonnull (broker);
  assert_serves (longest);
  stop (broker);
  assert_refused (longer, G_IO_ERROR_FILENAME_TOO_LONG, "108 bytes, at most 107");
}

/* The working folder may change: a daemon goes to the root. */
static void
test_relative_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = g_get_current_dir ();
  HubBroker *broker;

  g_assert_cmpint (g_chdir (fixture->folder), ==, 0);
  broker = start ("socket", NULL);
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_assert_nonnull (broker);
  assert_serves (fixture->path);
  stop (broker);
}

/* A socket that somebody else has put there meanwhile is not ours to remove. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = start (fixture->path, NULL);

  g_unlink (fixture->path);
  make_dead_socket (fixture->path);
  stop (broker);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
}

/* Who it was, and where, is in the log. */
static void
test_names (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) client = NULL;
  g_autofree char *connection = NULL;
  g_autofree char *joined = g_strdup_printf ("New client connected from unix:%d as ada", (int) getpid ());

  hub_test_config_add_unix (config);
  broker = hub_test_broker_new (config);
  client = hub_test_client_join (broker, HUB_TEST_UNIX, "ada");
  connection = g_strdup_printf ("New connection from unix:%d on %s.", (int) getpid (), broker->unix_path);
  g_assert_cmpuint (hub_test_broker_count_log (broker, connection), ==, 1);
  g_assert_cmpuint (hub_test_broker_count_log (broker, joined), ==, 1);
}

/* They are on this computer: as little as loopback ones are they counted for their address, or turned away. */
static void
test_count_as_loopback (void)
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_add_unix (config);
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestClient) first = NULL;
  g_autoptr (HubTestClient) second = NULL;
  g_autoptr (HubTestClient) third = NULL;

  config->server.lan_only = TRUE;
  config->server.max_per_address = 1;
  listener->max_connections = 2;
  broker = hub_test_broker_new (config);
  first = hub_test_client_join (broker, HUB_TEST_UNIX, "first");
  second = hub_test_client_join (broker, HUB_TEST_UNIX, "second");
  third = hub_test_client_open (broker, HUB_TEST_UNIX);
  hub_test_client_expect (third, "END");
  hub_test_broker_wait_log (broker, "max_connections connections");
  hub_test_client_ping (second);
}

/* A web server in front of the broker reaches page and WebSocket through one, too. */
static void
test_http (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestLine) asking = NULL;
  g_autoptr (HubTestAnswer) answer = NULL;
  g_autoptr (HubTestClient) client = NULL;

  hub_test_config_add_unix (config)->protocol = HUB_PROTOCOL_WEBSOCKETS;
  broker = hub_test_broker_new (config);
  asking = hub_test_line_dial_unix (broker->unix_path);
  hub_test_http_ask (asking, "GET /", "Host: localhost\r\n");
  answer = hub_test_http_read (asking, TRUE);
  g_assert_cmpuint (answer->status, ==, 200);
  hub_test_line_expect_end (asking);

  client = hub_test_client_wrap (hub_test_line_dial_unix (broker->unix_path));
  hub_test_http_upgrade (client->line, 9001);
  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {'ada'}]");
  hub_test_client_expect (client, "CONNACK 0 0");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/unix/start-and-stop", test_start_and_stop },
    { "/net/unix/umask", test_umask },
    { "/net/unix/dead-socket", test_dead_socket },
    { "/net/unix/live-socket", test_live_socket },
    { "/net/unix/busy-socket", test_busy_socket },
    { "/net/unix/no-socket", test_no_socket },
    { "/net/unix/no-folder", test_no_folder },
    { "/net/unix/path-length", test_path_length },
    { "/net/unix/relative-path", test_relative_path },
    { "/net/unix/replaced", test_replaced },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/net/unix/names", test_names);
  g_test_add_func ("/net/unix/count-as-loopback", test_count_as_loopback);
  g_test_add_func ("/net/unix/http", test_http);
  return g_test_run ();
}
