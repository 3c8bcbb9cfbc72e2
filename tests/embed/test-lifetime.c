/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

/* From the start to the end, and what there is before and after. */

static void
write_config (Fixture *fixture, const char *text, GError **error)
{
  g_autofree char *name = NULL;
  int fd = g_file_open_tmp ("hubbub-XXXXXX.conf", &name, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (name, text, -1, NULL));
  hub_broker_load_config (fixture->broker, name, error);
  g_unlink (name);
}

static void
test_config (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_config (fixture, "listener 0 127.0.0.1\nno_such_option 1\n", &error);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "no_such_option"));
  g_clear_error (&error);
  g_assert_false (hub_broker_load_config (fixture->broker, "/nonexistent", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* What is wrong has changed nothing. */
  fixture_start (fixture);
  g_assert_cmpuint (hub_broker_get_port (fixture->broker, HUB_PROTOCOL_MQTT), >, 0);
  g_assert_cmpuint (hub_broker_get_port (fixture->broker, HUB_PROTOCOL_WEBSOCKETS), ==, 0);
  fixture_stop (fixture);

  write_config (fixture, "log_dest none\nlistener 0 127.0.0.1\nprotocol websockets\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_broker_add_listener (fixture->broker, HUB_PROTOCOL_MQTT, "127.0.0.1", 0), ==, 1);
  fixture_start (fixture);
  g_assert_cmpuint (hub_broker_get_listener_port (fixture->broker, 0),
                    ==,
                    hub_broker_get_port (fixture->broker, HUB_PROTOCOL_WEBSOCKETS));
  g_assert_cmpuint (hub_broker_get_listener_port (fixture->broker, 1),
                    ==,
                    hub_broker_get_port (fixture->broker, HUB_PROTOCOL_MQTT));
  g_assert_cmpuint (hub_broker_get_listener_port (fixture->broker, 2), ==, 0);
  g_assert_cmpuint (hub_broker_get_tls_port (fixture->broker, HUB_PROTOCOL_MQTT), ==, 0);
}

static void
test_port_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubBroker) other = hub_broker_new ();
  g_autoptr (GError) error = NULL;

  fixture_start (fixture);
  hub_broker_add_listener (other, HUB_PROTOCOL_MQTT, "127.0.0.1", hub_broker_get_listener_port (fixture->broker, 0));
  g_assert_false (start_broker (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_false (hub_broker_is_running (other));
  g_assert_cmpuint (hub_broker_get_listener_port (other, 0), ==, 0);
}

/* The one at the limit comes in, the one past it does not. */
static void
test_max_connections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Stranger) one = NULL;
  g_autoptr (Stranger) two = NULL;
  g_autoptr (Stranger) three = NULL;

  hub_broker_set_max_connections (fixture->broker, 2);
  fixture_start (fixture);
  one = stranger_join (fixture->broker, "one");
  two = stranger_join (fixture->broker, "two");
  three = stranger_come (hub_broker_get_listener_port (fixture->broker, 0), 4);
  stranger_expect_end (three);
}

static void
test_two_brokers (Fixture *fixture, gconstpointer data)
{
  HubBroker *other = new_broker ();
  g_autoptr (Stranger) here = NULL;
  g_autoptr (Stranger) there = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (fixture);
  start_broker (other, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_broker_get_listener_port (other, 0), !=, hub_broker_get_listener_port (fixture->broker, 0));
  here = stranger_join (fixture->broker, "id");
  there = stranger_join (other, "id");
  list = list_clients (other);
  g_assert_cmpuint (list->len, ==, 1);
  stop_broker (other);
  g_assert_finalize_object (other);
  stranger_expect_end (there);
  stranger_publish (here, "a", "x");
}

static void
test_start_again (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Stranger) stranger = NULL;

      fixture_start (fixture);
      stranger = stranger_join (fixture->broker, "id");
      fixture_stop (fixture);
      g_assert_cmpuint (hub_broker_get_listener_port (fixture->broker, 0), ==, 0);
      stranger_expect_end (stranger);
    }
}

typedef struct
{
  guint n_answers;
  guint n_closed;
} Busy;

static void
published_cb (GObject *client, GAsyncResult *result, gpointer user_data)
{
  Busy *busy = user_data;
  g_autoptr (GError) error = NULL;

  if (!hub_local_client_publish_finish (HUB_LOCAL_CLIENT (client), result, &error))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  busy->n_answers++;
}

static void
listed_cb (GObject *broker, GAsyncResult *result, gpointer user_data)
{
  Busy *busy = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = hub_broker_list_clients_finish (HUB_BROKER (broker), result, &error);

  if (list == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  busy->n_answers++;
}

static void
closed_cb (HubLocalClient *client, const GError *error, gpointer user_data)
{
  ((Busy *) user_data)->n_closed++;
}

/* Everybody who waits for something is told, whatever it is. */
static void
test_stop_while_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (HubLocalClient) one = NULL;
  g_autoptr (HubLocalClient) two = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GError) error = NULL;
  Busy busy = { 0 };

  hub_broker_observe (fixture->broker, HUB_OBSERVED_CLIENTS | HUB_OBSERVED_PUBLISHED | HUB_OBSERVED_DROPPED);
  fixture_start (fixture);
  one = open_client (fixture->broker, "one");
  two = open_client (fixture->broker, "two");
  g_signal_connect (one, "closed", G_CALLBACK (closed_cb), &busy);
  g_signal_connect (two, "closed", G_CALLBACK (closed_cb), &busy);
  subscribe (one, "#", 1);
  for (guint i = 0; i < 500; i++)
    {
      hub_local_client_publish_async (two, "a", bytes, 1, FALSE, NULL, published_cb, &busy);
      hub_broker_list_clients_async (fixture->broker, NULL, listed_cb, &busy);
      if (i == 250)
        hub_broker_stop_async (fixture->broker, NULL, hub_test_keep_result, &stopped);
    }
  hub_test_wait_until (stopped != NULL && busy.n_answers == 1000 && busy.n_closed == 2);

  hub_broker_list_clients_async (fixture->broker, NULL, hub_test_keep_result, &late);
  hub_test_wait_until (late != NULL);
  g_assert_null (hub_broker_list_clients_finish (fixture->broker, late, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* As other languages do it. */
static void
test_properties (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubBroker) broker = g_object_new (HUB_TYPE_BROKER, NULL);
  g_autoptr (HubLocalClient) client = g_object_new (HUB_TYPE_LOCAL_CLIENT, "broker", broker, "client-id", "id", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  start_broker (broker, &error);
  g_assert_no_error (error);
  hub_local_client_open_async (client, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_local_client_open_finish (client, result, &error));
  list = list_clients (broker);
  g_assert_nonnull (find_client (list, "id"));
  hub_local_client_close (client);
  stop_broker (broker);
}

static void
retained_cb (HubLocalClient *client, const char *topic, GBytes *payload, guint qos, gboolean retain, gpointer user_data)
{
  guint *n_retained = user_data;

  g_assert_cmpstr (topic, ==, "a");
  g_assert_true (retain);
  (*n_retained)++;
}

/* What was retained is there again after another start on the same file. */
static void
test_persistence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = hub_test_folder_new ();
  g_autofree char *text = g_strdup_printf ("log_dest none\npersistence true\npersistence_location %s\nlistener 0 127.0.0.1\n",
                                           folder);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  guint n_retained = 0;
  g_autoptr (GError) error = NULL;

  write_config (fixture, text, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (HubLocalClient) client = NULL;

      fixture_start (fixture);
      client = open_client (fixture->broker, NULL);
      g_signal_connect (client, "message", G_CALLBACK (retained_cb), &n_retained);
      if (i == 0)
        g_assert_true (hub_local_client_publish (client, "a", payload, 1, TRUE, &error));
      subscribe (client, "a", 1);
      hub_test_wait_until (n_retained == i + 1);
      hub_local_client_close (client);
      fixture_stop (fixture);
    }
  hub_test_folder_free (g_steal_pointer (&folder));
}

/* An end without a stop: the thread is gone, and nobody waits for ever. */
static void
test_unref (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Stranger) stranger = NULL;

  hub_broker_observe (fixture->broker, HUB_OBSERVED_CLIENTS);
  fixture_start (fixture);
  stranger = stranger_join (fixture->broker, "id");
  g_assert_finalize_object (g_steal_pointer (&fixture->broker));
  stranger_expect_end (stranger);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/embed/lifetime/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("config", test_config);
  ADD ("port-taken", test_port_taken);
  ADD ("max-connections", test_max_connections);
  ADD ("two-brokers", test_two_brokers);
  ADD ("start-again", test_start_again);
  ADD ("stop-while-busy", test_stop_while_busy);
  ADD ("properties", test_properties);
  ADD ("persistence", test_persistence);
  ADD ("unref", test_unref);
#undef ADD

  return g_test_run ();
}
