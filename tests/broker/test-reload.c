/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

/* Another configuration for a broker that runs. */

#define CONNECT "10 [{'MQTT'} 04 02 003c {'new'}]"

/* The listeners of a broker of hub_test_config_new(), which keeps them, and some options. */
static HubConfig *
make_config (const char *options)
{
  g_autofree char *text = g_strdup_printf ("listener 0 127.0.0.1\n"
                                           "listener 0 127.0.0.1\nprotocol websockets\n%s\n",
                                           options);
  HubConfig *config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;

  hub_config_parse (config, text, strlen (text), "test.conf", &error);
  g_assert_no_error (error);
  return config;
}

static void
expect_connack (HubTestBroker *broker, HubTestTransport transport, const char *connack)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

  hub_test_client_send (client, CONNECT);
  hub_test_client_expect (client, connack);
}

/* Who could not come in any more is sent away, and who may not, is not let in; the program itself always may. */
static void
test_access (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");
  const gboolean is_own = transport == HUB_TEST_LOCAL;
  HubConfig *closed = make_config ("allow_anonymous false");
  g_autoptr (GError) error = NULL;

  closed->server.core.log = broker->config->server.core.log;
  hub_test_client_subscribe (client, "t", 0);
  hub_test_broker_reload (broker, closed, &error);
  g_assert_no_error (error);
  hub_test_broker_wait_log (broker, "Nobody can connect: allow_anonymous is false");
  expect_connack (broker, transport, is_own ? "CONNACK 0 0" : "CONNACK 0 5");
  if (is_own)
    {
      hub_test_client_publish (client, "t", HUB_SPAN_LITERAL ("here"), 0);
      hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t here");
    }
  else
    {
      hub_test_client_expect (client, "END");
    }

  hub_test_broker_reload (broker, make_config ("allow_anonymous true"), &error);
  g_assert_no_error (error);
  expect_connack (broker, transport, "CONNACK 0 0");
}

/* Those who may come in all the same stay when something else has changed. */
static void
test_stay (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");

  g_assert_true (hub_test_broker_reload (broker, make_config ("allow_anonymous true\nallow_zero_length_clientid false"), NULL));
  hub_test_client_ping (client);
}

/* What a client was told when it connected holds for as long as it is connected. */
static void
test_promises (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");

  g_assert_true (hub_test_broker_reload (broker, make_config ("max_qos 0\nretain_available false\nmax_packet_size 30"), NULL));
  hub_test_client_send (client, "35 [{'t'} 0001 'x'*100]");
  hub_test_client_expect (client, "PUBREC m1");
}

/* What does not change is not told to have changed. */
static void
test_info (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestAnswer) before = hub_test_http_get (broker->http_port, "/api/info", NULL);
  g_autoptr (HubTestAnswer) after = NULL;

  g_assert_nonnull (g_strstr_len ((const char *) before->body->data, before->body->len, "{\"packet\":2000000}"));
  g_assert_true (hub_test_broker_reload (broker, make_config ("max_packet_size 30"), NULL));
  after = hub_test_http_get (broker->http_port, "/api/info", NULL);
  g_assert_cmpmem (after->body->data, after->body->len, before->body->data, before->body->len);
}

static void
test_other_listeners (HubTestBroker *broker, HubTestTransport transport)
{
  static const char *const others[] = {
    "listener 0 127.0.0.1\n",
    "protocol mqtt\n",
    "socket_domain ipv4\n",
    "listener 0 localhost\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *text = g_strconcat (others[i], "listener_allow_anonymous false", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (hub_test_broker_reload (broker, make_config (text), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
      expect_connack (broker, transport, "CONNACK 0 0");
    }
}

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  g_atomic_int_inc ((int *) user_data);
}

static void
test_log (HubTestBroker *broker, HubTestTransport transport)
{
  HubConfig *config = make_config ("");
  HubConfig *silent = make_config ("");
  int n_lines = 0;
  guint n_old_lines;

  expect_connack (broker, transport, "CONNACK 0 0");
  hub_test_broker_wait_log (broker, "Client new");
  n_old_lines = hub_test_broker_count_log (broker, "");

  config->server.core.log = (HubLog){ log_cb, &n_lines, HUB_LOG_NOTICE };
  g_assert_true (hub_test_broker_reload (broker, config, NULL));
  expect_connack (broker, transport, "CONNACK 0 0");
  hub_test_wait_until (g_atomic_int_get (&n_lines) >= 2);
  g_assert_cmpuint (hub_test_broker_count_log (broker, ""), ==, n_old_lines);

  /* Nobody writes to the old one any more once the answer is here: its owner may free it. */
  g_assert_true (hub_test_broker_reload (broker, silent, NULL));
  n_lines = 0;
  expect_connack (broker, transport, "CONNACK 0 0");
  hub_test_broker_stop (broker);
  g_assert_cmpint (g_atomic_int_get (&n_lines), ==, 0);
}

static void
log_delay_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  if (strstr (line, "is delayed") != NULL)
    g_atomic_int_inc ((int *) user_data);
}

/* What checks passwords writes to the new log as well. */
static void
test_log_of_access (HubTestBroker *broker, HubTestTransport transport)
{
  static const char users[] = "ada:$7$1$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A "\n";
  g_autofree char *path = NULL;
  g_autofree char *options = NULL;
  g_autoptr (GError) error = NULL;
  HubConfig *config;
  int n_lines = 0;
  int fd = g_file_open_tmp ("hubbub-users-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, users, -1, NULL));
  options = g_strconcat ("password_file ", path, NULL);
  g_assert_true (hub_test_broker_reload (broker, make_config (options), NULL));

  config = make_config (options);
  config->server.core.log = (HubLog){ log_delay_cb, &n_lines, HUB_LOG_NOTICE };
  g_assert_true (hub_test_broker_reload (broker, config, NULL));
  for (guint i = 0; i < 11; i++)
    {
      g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

      hub_test_client_send (client, "10 [{'MQTT'} 04 c2 003c {'new'} {'ada'} {'wrong'}]");
      if (i < 10)
        hub_test_client_expect (client, "CONNACK 0 4");
      else
        hub_test_wait_until (g_atomic_int_get (&n_lines) > 0);
    }
  g_assert_true (hub_test_broker_reload (broker, make_config (options), NULL));
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* They are read before the call returns, on the thread that can wait for a disk: afterwards they may be gone. */
static void
test_files (HubTestBroker *broker, HubTestTransport transport)
{
  static const char users[] = "ada:$7$1$MDEyMzQ1Njc4OWFi$" HUB_TEST_DIGEST_A "\n";
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) broken_result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *options = NULL;
  HubConfig *broken;
  int fd = g_file_open_tmp ("hubbub-users-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, users, -1, NULL));
  options = g_strconcat ("password_file ", path, NULL);
  broken = make_config (options);
  hub_broker_reload_async (broker->broker, make_config (options), NULL, hub_test_keep_result, &result);
  g_assert_cmpint (g_remove (path), ==, 0);
  hub_test_wait_until (result != NULL);
  hub_broker_reload_finish (broker->broker, result, &error);
  g_assert_no_error (error);
  expect_connack (broker, transport, "CONNACK 0 5");

  hub_broker_reload_async (broker->broker, broken, NULL, hub_test_keep_result, &broken_result);
  hub_test_wait_until (broken_result != NULL);
  g_assert_false (hub_broker_reload_finish (broker->broker, broken_result, &error));
  g_assert_nonnull (strstr (error->message, path));
  expect_connack (broker, transport, "CONNACK 0 5");
}

static guint
get_status (HubTestBroker *broker, const char *host)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  g_autofree char *headers = g_strdup_printf ("Host: %s\r\n", host);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_http_ask (line, "GET /", headers);
  answer = hub_test_http_read (line, TRUE);
  return answer->status;
}

/* The strings of an old configuration are not looked at any more. */
static void
test_hosts (HubTestBroker *broker, HubTestTransport transport)
{
  g_assert_cmpuint (get_status (broker, "chat.example"), ==, 421);
  g_assert_true (hub_test_broker_reload (broker, make_config ("http_host chat.example"), NULL));
  g_assert_cmpuint (get_status (broker, "chat.example"), ==, 200);
  g_assert_true (hub_test_broker_reload (broker, make_config ("http_host other.example"), NULL));
  g_assert_cmpuint (get_status (broker, "chat.example"), ==, 421);
  g_assert_cmpuint (get_status (broker, "other.example"), ==, 200);
  g_assert_true (hub_test_broker_reload (broker, make_config (""), NULL));
  g_assert_cmpuint (get_status (broker, "other.example"), ==, 421);
}

static void
test_connections (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  g_assert_true (hub_test_broker_reload (broker, make_config ("global_max_connections 1"), NULL));
  {
    g_autoptr (HubTestClient) third = hub_test_client_open (broker, transport);

    hub_test_client_expect (third, "END");
  }
  hub_test_client_ping (ada);
  hub_test_client_ping (grace);
  g_assert_true (hub_test_broker_reload (broker, make_config ("global_max_connections 3"), NULL));
  expect_connack (broker, transport, "CONNACK 0 0");
}

static gboolean
log_has (HubTestBroker *broker, const char *piece)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (broker->http_port, "/api/topics", NULL);

  return g_strstr_len ((const char *) answer->body->data, answer->body->len, piece) != NULL;
}

static void
record (HubTestClient *client, guint n)
{
  for (guint i = 0; i < n; i++)
    hub_test_client_publish (client, "messages", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_ping (client);
}

/* What is too much by a new limit is forgotten; what is gone does not come back by a wider one. */
static void
test_retention (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");

  record (client, 10);
  g_assert_true (log_has (broker, "\"count\":10"));
  g_assert_true (hub_test_broker_reload (broker, make_config ("record_max_messages 4"), NULL));
  hub_test_wait_until (log_has (broker, "\"count\":4"));
  record (client, 1);
  g_assert_true (log_has (broker, "\"last_seq\":11,\"count\":4"));
  g_assert_true (hub_test_broker_reload (broker, make_config ("record_max_messages 5"), NULL));
  record (client, 2);
  g_assert_true (log_has (broker, "\"last_seq\":13,\"count\":5"));
}

/* Several under way are answered in turn, and the last one counts. */
static void
test_many (HubTestBroker *broker, HubTestTransport transport)
{
  GAsyncResult *results[10] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    hub_broker_reload_async (broker->broker,
                             make_config (i % 2 == 0 ? "allow_anonymous true" : "allow_anonymous false"),
                             NULL,
                             hub_test_keep_result,
                             &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      hub_test_wait_until (results[i] != NULL);
      g_assert_true (hub_broker_reload_finish (broker->broker, results[i], NULL));
      g_object_unref (results[i]);
    }
  expect_connack (broker, HUB_TEST_TCP, "CONNACK 0 5");
}

/* What comes too late fails, and what came in time is over. */
static void
test_stop (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (GAsyncResult) before = NULL;
  g_autoptr (GAsyncResult) after = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;

  hub_broker_reload_async (broker->broker, make_config (""), NULL, hub_test_keep_result, &before);
  hub_broker_stop_async (broker->broker, NULL, hub_test_keep_result, &stopped);
  hub_broker_reload_async (broker->broker, make_config ("allow_anonymous false"), NULL, hub_test_keep_result, &after);
  hub_test_wait_until (before != NULL && stopped != NULL && after != NULL);
  g_assert_true (hub_broker_reload_finish (broker->broker, before, NULL));
  if (!hub_broker_reload_finish (broker->broker, after, &error))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_true (hub_broker_stop_finish (broker->broker, stopped, NULL));

  /* It can be started again with what it was told last. */
  hub_test_broker_start (broker);
  expect_connack (broker, HUB_TEST_TCP, error == NULL ? "CONNACK 0 5" : "CONNACK 0 0");
}

int
main (int argc, char **argv)
{
  static const HubTestTransport transports[] = {
    HUB_TEST_TCP, HUB_TEST_WEBSOCKET, HUB_TEST_LOCAL, HUB_TEST_SOCKET_STREAM, HUB_TEST_PIPE_STREAM
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      hub_test_add_transport (transports[i], "reload/access", NULL, test_access);
      hub_test_add_transport (transports[i], "reload/stay", NULL, test_stay);
      hub_test_add_transport (transports[i], "reload/promises", NULL, test_promises);
    }
  hub_test_add_transport (HUB_TEST_TCP, "reload/info", NULL, test_info);
  hub_test_add_transport (HUB_TEST_TCP, "reload/other-listeners", NULL, test_other_listeners);
  hub_test_add_transport (HUB_TEST_TCP, "reload/log", NULL, test_log);
  hub_test_add_transport (HUB_TEST_TCP, "reload/log-of-access", NULL, test_log_of_access);
  hub_test_add_transport (HUB_TEST_TCP, "reload/files", NULL, test_files);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "reload/hosts", NULL, test_hosts);
  hub_test_add_transport (HUB_TEST_TCP, "reload/connections", NULL, test_connections);
  hub_test_add_transport (HUB_TEST_TCP, "reload/retention", NULL, test_retention);
  hub_test_add_transport (HUB_TEST_TCP, "reload/many", NULL, test_many);
  hub_test_add_transport (HUB_TEST_TCP, "reload/stop", NULL, test_stop);
  return g_test_run ();
}
