/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <string.h>

/* The owner of a broker has its log cleared, while others are connected. */

static gboolean
clear_log (HubBroker *broker, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_clear_log_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_clear_log_finish (broker, result, error);
}

static char *
get (HubTestBroker *broker, const char *path)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (broker->http_port, path, "");

  g_assert_cmpuint (answer->status, ==, 200);
  return g_strndup ((const char *) answer->body->data, answer->body->len);
}

/* The UUID in an answer, which comes first in it. */
static char *
get_log (const char *answer)
{
  const char *log = strstr (answer, "\"log\":\"");

  g_assert_nonnull (log);
  return g_strndup (log + strlen ("\"log\":\""), 36);
}

/* A client that was there all the time is told of the new log with the next message. */
static void
test_clear (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *later = NULL;
  g_autofree char *log_before = NULL;
  g_autofree char *log_after = NULL;
  g_autofree char *log_later = NULL;
  g_autoptr (GError) error = NULL;

  hub_test_client_publish (client, "messages", HUB_SPAN_LITERAL ("to be forgotten"), 1);
  hub_test_client_expect (client, "PUBACK m1");
  before = get (broker, "/api/messages");
  log_before = get_log (before);
  g_assert_nonnull (strstr (before, "to be forgotten"));

  g_assert_true (clear_log (broker->broker, &error));
  g_assert_no_error (error);
  after = get (broker, "/api/messages");
  log_after = get_log (after);
  g_assert_null (strstr (after, "forgotten"));
  g_assert_cmpstr (log_after, !=, log_before);
  hub_test_client_ping (client);

  hub_test_client_publish (client, "messages", HUB_SPAN_LITERAL ("to be kept"), 1);
  hub_test_client_expect (client, "PUBACK m1");
  later = get (broker, "/api/messages");
  log_later = get_log (later);
  g_assert_nonnull (strstr (later, "to be kept"));
  g_assert_nonnull (strstr (later, "\"seq\":2,"));
  g_assert_null (strstr (later, "forgotten"));
  g_assert_cmpstr (log_later, ==, log_after);
}

static void
test_no_log (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (GError) error = NULL;

  config->store.record = g_new0 (char *, 1);
  broker = hub_test_broker_new (config);
  g_assert_false (clear_log (broker->broker, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_not_running (void)
{
  g_autoptr (HubBroker) broker = hub_broker_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (clear_log (broker, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transport (HUB_TEST_TCP, "clear-log/clear", NULL, test_clear);
  g_test_add_func ("/broker/clear-log/no-log", test_no_log);
  g_test_add_func ("/broker/clear-log/not-running", test_not_running);
  return g_test_run ();
}
