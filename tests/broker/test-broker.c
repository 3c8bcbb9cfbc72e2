/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* The broker in its thread: how it starts and stops, and what is left of it. */

/* How long a stop may take, with somebody who does not read. */
#define STOP_LIMIT_US (2 * G_TIME_SPAN_SECOND)

/* A port of 127.0.0.1 that a test has taken. */
typedef struct
{
  int fd;
  guint16 port;
} Taken;

static gboolean
take_port (Taken *taken, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  socklen_t size = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  taken->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (taken->fd, >=, 0);
  if (bind (taken->fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (taken->fd, 1) < 0)
    {
      close (taken->fd);
      return FALSE;
    }
  g_assert_cmpint (getsockname (taken->fd, (struct sockaddr *) &address, &size), ==, 0);
  taken->port = ntohs (address.sin_port);
  return TRUE;
}

/* Two ports, the one behind the other. */
static void
take_two_ports (Taken taken[2])
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_left_ms (deadline_us) > 0)
    {
      g_assert_true (take_port (&taken[0], 0));
      if (taken[0].port < G_MAXUINT16 && take_port (&taken[1], taken[0].port + 1))
        return;
      close (taken[0].fd);
    }
  g_error ("no two ports are free, the one behind the other");
}

static gboolean
start (HubBroker *broker, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_start_finish (broker, result, error);
}

static void
stop (HubBroker *broker)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (broker, result, &error));
  g_assert_no_error (error);
  g_assert_false (hub_broker_is_running (broker));
}

static guint
count_broker_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  guint count = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", name, "comm", NULL);
      g_autofree char *comm = NULL;

      if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_equal (g_strchomp (comm), "hubbub-broker"))
        count++;
    }
  return count;
}

typedef struct
{
  guint n_fds;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->n_fds = hub_test_count_fds ();
  g_assert_cmpuint (count_broker_threads (), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (count_broker_threads (), ==, 0);
  g_assert_cmpuint (hub_test_count_fds (), ==, fixture->n_fds);
}

static void
test_start_and_stop (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* Nothing is done before the caller's context runs. */
  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  g_assert_null (result);
  g_assert_false (hub_broker_is_running (broker));
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_MQTT), ==, 0);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_start_finish (broker, result, &error));
  g_assert_no_error (error);

  g_assert_true (hub_broker_is_running (broker));
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_MQTT), >, 0);
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_WEBSOCKETS), >, 0);
  g_assert_cmpuint (count_broker_threads (), ==, 1);

  g_clear_object (&result);
  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &result);
  g_assert_null (result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (broker, result, &error));
  g_assert_false (hub_broker_is_running (broker));
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_MQTT), ==, 0);
  g_assert_cmpuint (count_broker_threads (), ==, 0);

  g_clear_object (&result);
  g_assert_finalize_object (broker);
}

/* A program that has a broker inside need not know that each client takes a descriptor. */
static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = MIN (limit.rlim_max - 1, 256);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_true (start (broker, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
  stop (broker);
  g_assert_finalize_object (broker);
}

static void
test_never_started (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());

  stop (broker);
  stop (broker);
  g_assert_finalize_object (broker);
}

static void
test_again (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      start (broker, &error);
      g_assert_no_error (error);
      stop (broker);
    }
  g_assert_finalize_object (broker);
}

/* The first of two ports was open already when the second one is not to be had. */
static void
test_taken_port (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();
  HubBroker *broker = hub_broker_new_for_config (config);
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  Taken taken;

  g_assert_true (take_port (&taken, 0));
  number = g_strdup_printf ("%u", taken.port);
  hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS)->port = taken.port;

  g_assert_false (start (broker, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_nonnull (strstr (error->message, number));
  g_assert_false (hub_broker_is_running (broker));
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_MQTT), ==, 0);
  g_assert_cmpuint (count_broker_threads (), ==, 0);
  g_assert_cmpuint (hub_test_count_fds (), ==, fixture->n_fds + 1);

  close (taken.fd);
  g_clear_error (&error);
  start (broker, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_WEBSOCKETS), ==, taken.port);
  stop (broker);
  g_assert_finalize_object (broker);
}

/* As many ports as may be tried are taken, and one less. */
static void
test_next_port (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_get_listener (config, HUB_PROTOCOL_MQTT);
  HubBroker *broker = hub_broker_new_for_config (config);
  g_autoptr (GError) error = NULL;
  Taken taken[2];

  take_two_ports (taken);
  listener->port = taken[0].port;
  listener->n_ports = 2;
  g_assert_false (start (broker, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);

  close (taken[1].fd);
  g_clear_error (&error);
  start (broker, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hub_broker_get_port (broker, HUB_PROTOCOL_MQTT), ==, taken[1].port);
  stop (broker);
  close (taken[0].fd);
  g_assert_finalize_object (broker);
}

static void
test_unknown_host (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_get_listener (config, HUB_PROTOCOL_MQTT);
  HubBroker *broker = hub_broker_new_for_config (config);
  g_autoptr (GError) error = NULL;

  /* 192.0.2.0/24 is nobody's: RFC 5737. */
  g_free (listener->host);
  listener->host = g_strdup ("192.0.2.1");
  g_assert_false (start (broker, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_finalize_object (broker);
}

static void
test_stop_while_starting (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  g_autoptr (GAsyncResult) start_result = NULL;
  g_autoptr (GAsyncResult) stop_result = NULL;
  g_autoptr (GError) error = NULL;

  hub_broker_start_async (broker, NULL, hub_test_keep_result, &start_result);
  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &stop_result);
  hub_test_wait_until (start_result != NULL);
  g_assert_false (hub_broker_start_finish (broker, start_result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  hub_test_wait_until (stop_result != NULL);
  g_assert_true (hub_broker_stop_finish (broker, stop_result, NULL));
  g_assert_false (hub_broker_is_running (broker));

  g_clear_object (&start_result);
  g_clear_object (&stop_result);
  g_assert_finalize_object (broker);
}

static void
test_stop_while_failing (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();
  HubBroker *broker = hub_broker_new_for_config (config);
  g_autoptr (GAsyncResult) start_result = NULL;
  g_autoptr (GAsyncResult) stop_result = NULL;
  g_autoptr (GError) error = NULL;
  Taken taken;

  g_assert_true (take_port (&taken, 0));
  hub_test_config_get_listener (config, HUB_PROTOCOL_MQTT)->port = taken.port;
  hub_broker_start_async (broker, NULL, hub_test_keep_result, &start_result);
  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &stop_result);
  hub_test_wait_until (start_result != NULL && stop_result != NULL);
  g_assert_false (hub_broker_start_finish (broker, start_result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (hub_broker_stop_finish (broker, stop_result, NULL));

  close (taken.fd);
  g_clear_object (&start_result);
  g_clear_object (&stop_result);
  g_assert_finalize_object (broker);
}

static void
test_stop_twice (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  g_assert_true (start (broker, NULL));
  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &first);
  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &second);
  hub_test_wait_until (first != NULL && second != NULL);
  g_clear_object (&first);
  g_clear_object (&second);
  g_assert_finalize_object (broker);
}

/* With a listener for each way to a broker. */
static HubConfig *
make_full_config (void)
{
  HubConfig *config = hub_test_config_new ();

  hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
  hub_test_config_add_unix (config);
  return config;
}

/* Everybody sees a goodbye, and what they were connected to is free at once. */
static void
test_stop_says_goodbye (Fixture *fixture, gconstpointer data)
{
  HubTestBroker *broker = hub_test_broker_new (make_full_config ());
  HubTestClient *clients[HUB_TEST_N_TRANSPORTS];
  guint16 ports[] = { broker->mqtt_port, broker->http_port };

  for (int i = 0; i < HUB_TEST_N_TRANSPORTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("client-%d", i);

      clients[i] = hub_test_client_join (broker, (HubTestTransport) i, id);
    }
  hub_test_broker_stop (broker);
  for (int i = 0; i < HUB_TEST_N_TRANSPORTS; i++)
    {
      hub_test_client_expect_end (clients[i], 1001);
      hub_test_client_free (clients[i]);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      HubConfig *config = hub_test_config_new ();
      g_autoptr (HubTestBroker) next = NULL;

      hub_test_config_get_listener (config, HUB_PROTOCOL_MQTT)->port = ports[i];
      next = hub_test_broker_new (config);
      g_assert_cmpuint (next->mqtt_port, ==, ports[i]);
    }
  hub_test_broker_free (broker);
}

/* Somebody who comes while the broker goes is not let in, and does not hold it up. */
static void
test_attach_while_stopping (Fixture *fixture, gconstpointer data)
{
  HubTestBroker *broker = hub_test_broker_new (NULL);
  HubTestClient *clients[HUB_TEST_N_TRANSPORTS];
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_stop_async (broker->broker, NULL, hub_test_keep_result, &result);
  for (int i = HUB_TEST_LOCAL; i < HUB_TEST_N_TRANSPORTS; i++)
    {
      clients[i] = hub_test_client_open (broker, (HubTestTransport) i);
      hub_test_client_send (clients[i], "10 [{'MQTT'} 04 02 003c {'late'}]");
    }
  hub_test_wait_until (result != NULL);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, STOP_LIMIT_US * hub_test_slowness ());
  for (int i = HUB_TEST_LOCAL; i < HUB_TEST_N_TRANSPORTS; i++)
    {
      hub_test_client_expect (clients[i], "END");
      hub_test_client_free (clients[i]);
    }
  g_clear_object (&result);
  hub_test_broker_free (broker);
}

/* Nothing is shared: the same names, and not one message that gets across. */
static void
test_two_brokers (Fixture *fixture, gconstpointer data)
{
  HubTestBroker *brokers[2] = { hub_test_broker_new (make_full_config ()), NULL };

  brokers[1] = hub_test_broker_new (make_full_config ());
  for (int transport = 0; transport < HUB_TEST_N_TRANSPORTS; transport++)
    {
      HubTestClient *clients[2];

      for (guint i = 0; i < 2; i++)
        {
          clients[i] = hub_test_client_join (brokers[i], (HubTestTransport) transport, "ada");
          hub_test_client_subscribe (clients[i], "#", 0);
        }
      for (guint i = 0; i < 2; i++)
        {
          hub_test_client_publish (clients[i], i == 0 ? "first" : "second", HUB_SPAN_LITERAL ("hello"), 0);
          hub_test_client_expect (clients[i],
                                  i == 0 ? "PUBLISH d0 q0 r0 m0 first hello" : "PUBLISH d0 q0 r0 m0 second hello");
        }
      for (guint i = 0; i < 2; i++)
        {
          hub_test_client_ping (clients[i]);
          hub_test_client_free (clients[i]);
        }
    }
  hub_test_broker_forget_fds (brokers[0]);
  hub_test_broker_free (brokers[0]);
  hub_test_broker_forget_fds (brokers[1]);
  hub_test_broker_free (brokers[1]);
}

/* What is printed for browsers is where the page is, and nowhere else. */
static void
test_urls (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *host; /* (nullable) */
    HubSocketDomain domain;
    const char *pattern; /* of the host in each URL */
  } rows[] = {
    { "127.0.0.1", HUB_SOCKET_DOMAIN_ANY, "127\\.0\\.0\\.1" },
    { "::1", HUB_SOCKET_DOMAIN_ANY, "\\[::1\\]" },
    { "localhost", HUB_SOCKET_DOMAIN_IPV4, "localhost" },
    { "0.0.0.0", HUB_SOCKET_DOMAIN_ANY, "[0-9.]+" },
    { NULL, HUB_SOCKET_DOMAIN_IPV4, "[0-9.]+" },
    { NULL, HUB_SOCKET_DOMAIN_ANY, ".+" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubConfig *config = hub_test_config_new ();
      HubListenerOptions *listener = hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS);
      g_autoptr (HubTestBroker) broker = NULL;
      g_autofree char *pattern = NULL;
      g_auto (GStrv) urls = NULL;

      g_free (listener->host);
      listener->host = g_strdup (rows[i].host);
      listener->socket_domain = rows[i].domain;
      broker = hub_test_broker_new (config);
      urls = hub_broker_list_urls (broker->broker);
      pattern = g_strdup_printf ("^http://%s:%u/$", rows[i].pattern, hub_broker_get_port (broker->broker, HUB_PROTOCOL_WEBSOCKETS));
      g_assert_cmpuint (g_strv_length (urls), >=, 1);
      if (rows[i].host != NULL && !g_str_equal (rows[i].host, "0.0.0.0"))
        g_assert_cmpuint (g_strv_length (urls), ==, 1);
      for (char **url = urls; *url != NULL; url++)
        {
          g_test_message ("%s for %s", *url, pattern);
          g_assert_true (g_regex_match_simple (pattern, *url, 0, 0));
        }
    }
}

static void
test_finalize_while_running (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  g_autoptr (GIOStream) local = NULL;
  g_autoptr (HubTestLine) line = NULL;
  g_autoptr (GByteArray) connect = hub_test_bytes ("10 [{'MQTT'} 04 02 003c {'ada'}]");
  guint8 byte;

  g_assert_true (start (broker, NULL));
  local = hub_broker_connect_local (broker, NULL);
  line = hub_test_line_dial ("127.0.0.1", hub_broker_get_port (broker, HUB_PROTOCOL_MQTT));
  hub_test_line_write (line, hub_test_span (connect));
  hub_test_line_expect (line, "20 02 00 00");
  g_assert_finalize_object (broker);

  hub_test_line_expect_end (line);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (local), &byte, 1, NULL, NULL), ==, 0);
}

/* The tasks hold the broker for as long as they take. */
static void
test_let_go_while_starting (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  g_autoptr (GAsyncResult) result = NULL;
  gpointer watched = broker;

  g_object_add_weak_pointer (G_OBJECT (broker), &watched);
  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  g_object_unref (broker);
  hub_test_wait_until (result != NULL);
  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
  g_clear_object (&result);
  hub_test_wait_until (watched == NULL);
}

static void
test_let_go_while_stopping (Fixture *fixture, gconstpointer data)
{
  HubBroker *broker = hub_broker_new_for_config (hub_test_config_new ());
  gpointer watched = broker;

  g_object_add_weak_pointer (G_OBJECT (broker), &watched);
  g_assert_true (start (broker, NULL));
  hub_broker_stop_async (broker, NULL, NULL, NULL);
  g_object_unref (broker);
  hub_test_wait_until (watched == NULL);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/broker/start-and-stop", test_start_and_stop },
    { "/broker/descriptors", test_descriptors },
    { "/broker/never-started", test_never_started },
    { "/broker/again", test_again },
    { "/broker/taken-port", test_taken_port },
    { "/broker/next-port", test_next_port },
    { "/broker/unknown-host", test_unknown_host },
    { "/broker/stop-while-starting", test_stop_while_starting },
    { "/broker/stop-while-failing", test_stop_while_failing },
    { "/broker/stop-twice", test_stop_twice },
    { "/broker/stop-says-goodbye", test_stop_says_goodbye },
    { "/broker/attach-while-stopping", test_attach_while_stopping },
    { "/broker/two-brokers", test_two_brokers },
    { "/broker/urls", test_urls },
    { "/broker/finalize-while-running", test_finalize_while_running },
    { "/broker/let-go-while-starting", test_let_go_while_starting },
    { "/broker/let-go-while-stopping", test_let_go_while_stopping },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
