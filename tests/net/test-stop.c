/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config.h"
#include "broker/net/hub-server.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-line.h"
#include "tests/support/hub-test-wait.h"

#include <sys/socket.h>

/* The end of a server whose turns the test ends itself. */

static void G_GNUC_NORETURN
turned_away_cb (const char *address, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
stopped_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static HubTestLine *
attach (HubServer *server)
{
  int fds[2];

  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds));
  hub_server_attach_fd (server, fds[0]);
  return hub_test_line_new (fds[1], fds[1]);
}

/* What has come in the last turn is acknowledged before the close: the end of the broker keeps it. */
static void
test_acknowledged (void)
{
  static const HubServerFuncs funcs = { .turned_away = turned_away_cb, .stopped = stopped_cb };
  g_autoptr (GError) error = NULL;
  char *folder = hub_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "hubbub.db", NULL);
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  g_autoptr (HubTestLine) line = NULL;
  g_autoptr (GByteArray) bytes = hub_test_bytes ("10 [{'MQTT'} 04 02 003c {'ada'}] 33 [{'r'} 0001 'kept']");
  gboolean has_stopped = FALSE;
  HubServer *server;

  g_assert_true (g_main_context_acquire (NULL));
  config->server.store = (HubServerStoreOptions){ .is_on = TRUE, .path = path, .durability = HUB_STORE_FULL };
  server = hub_server_new (g_main_context_default (), &config->server, &funcs, &has_stopped, &error);
  g_assert_no_error (error);
  line = attach (server);
  hub_test_line_write (line, hub_test_span (bytes));

  /* One turn: the store has been told to commit, and could not tell yet that it has. */
  g_main_context_iteration (NULL, TRUE);
  hub_server_stop (server);
  hub_test_wait_until (has_stopped);
  hub_test_line_expect (line, "20 02 00 00 40 02 0001");
  hub_test_line_expect_end (line);
  hub_server_free (server);
  g_main_context_release (NULL);
  hub_test_folder_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/stop/acknowledged", test_acknowledged);
  return g_test_run ();
}
