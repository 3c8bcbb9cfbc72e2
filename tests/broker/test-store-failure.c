/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hubbub/hub-local-client.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* The owner of a broker hears that nothing is kept. */

/* Each file may grow to this size: less than a database that is new. */
#define DISK_BYTES 8192

typedef struct
{
  char *folder;
  HubBroker *broker;
  GString *reasons;      /* each followed by a line end */
  gboolean was_starting; /* when the last of them came */
} Fixture;

static void
store_failed_cb (HubBroker *broker, const char *reason, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->reasons, "%s\n", reason);
  fixture->was_starting = !hub_broker_is_running (broker);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("hubbub-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->reasons = g_string_new (NULL);
  config->store.persistence = TRUE;
  config->store.persistence_location = g_strdup (fixture->folder);
  config->store.is_optional = TRUE;
  fixture->broker = hub_broker_new_for_config (config);
  g_signal_connect (fixture->broker, "store-failed", G_CALLBACK (store_failed_cb), fixture);
}

static HubLocalClient *
open_client (Fixture *fixture)
{
  HubLocalClient *client = hub_local_client_new (fixture->broker, "ada");
  g_autoptr (GAsyncResult) result = NULL;

  hub_local_client_open_async (client, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_local_client_open_finish (client, result, NULL));
  return client;
}

static gboolean
start (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_start_async (fixture->broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_start_finish (fixture->broker, result, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  hub_broker_stop_async (fixture->broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (fixture->broker, result, NULL));
  g_clear_object (&result);
  g_assert_finalize_object (fixture->broker);

  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_string_free (fixture->reasons, TRUE);
}

/* It cannot be opened: told before anybody could rely on it. */
static void
test_not_opened (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "hubbub.db", NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (start (fixture));
  g_assert_true (fixture->was_starting);
  g_assert_nonnull (strstr (fixture->reasons->str, path));
  g_assert_true (strchr (fixture->reasons->str, '\n') == fixture->reasons->str + fixture->reasons->len - 1);
}

/* A disk that is full while the broker runs: told once, however often something should be kept. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *payload = g_strnfill (4 * DISK_BYTES, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (payload, 4 * DISK_BYTES);
  g_autoptr (HubLocalClient) client = NULL;
  struct rlimit before;
  struct rlimit full;

  g_assert_true (start (fixture));
  g_assert_cmpuint (fixture->reasons->len, ==, 0);
  client = open_client (fixture);

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  full = (struct rlimit){ DISK_BYTES, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &full), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      hub_local_client_publish_async (client, "messages/room", bytes, 1, TRUE, NULL, hub_test_keep_result, &result);
      hub_test_wait_until (result != NULL);
      g_assert_true (hub_local_client_publish_finish (client, result, &error));
      g_assert_no_error (error);
      hub_test_wait_until (fixture->reasons->len > 0);
    }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  hub_local_client_close (client);
  g_test_message ("%s", fixture->reasons->str);
  g_assert_false (fixture->was_starting);
  g_assert_nonnull (strstr (fixture->reasons->str, "cannot be written any more: "));
  g_assert_true (strchr (fixture->reasons->str, '\n') == fixture->reasons->str + fixture->reasons->len - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/broker/store-failure/not-opened", Fixture, NULL, set_up, test_not_opened, tear_down);
  g_test_add ("/broker/store-failure/full", Fixture, NULL, set_up, test_full, tear_down);
  return g_test_run ();
}
