/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"

/* Who may open a WebSocket, and how: RFC 6455, section 4.2; MQTT 5.0, section 6; docs/protocol.md about origins. */

static HubConfig *
make_config (void)
{
  HubConfig *config = hub_test_config_new ();

  hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS)->origins = g_strdupv ((char **) hub_test_more_origins);
  return config;
}

static void
test_row (gconstpointer data)
{
  const HubTestUpgrade *row = data;
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  g_autofree char *headers = g_strconcat ("Host: 127.0.0.1:9001\r\n", row->headers, NULL);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_http_ask (line, row->start != NULL ? row->start : "GET /mqtt", headers);
  answer = hub_test_http_read (line, row->status != 101 && !g_str_has_prefix (row->name, "method/head"));
  g_assert_cmpuint (answer->status, ==, row->status);
  g_assert_cmpstr (hub_test_answer_get (answer, "sec-websocket-protocol"), ==, row->protocol);
  if (row->status == 426)
    {
      g_assert_cmpstr (answer->phrase, ==, "Upgrade Required");
      g_assert_cmpstr (hub_test_answer_get (answer, "sec-websocket-version"), ==, "13");
    }
  if (row->status == 101)
    {
      g_autoptr (HubTestClient) client = hub_test_client_wrap (g_steal_pointer (&line));

      g_assert_cmpstr (hub_test_answer_get (answer, "sec-websocket-accept"), ==, HUB_TEST_WS_ACCEPT);
      g_assert_cmpstr (hub_test_answer_get (answer, "upgrade"), ==, "websocket");
      g_assert_cmpint (g_ascii_strcasecmp (hub_test_answer_get (answer, "connection"), "upgrade"), ==, 0);
      g_assert_null (hub_test_answer_get (answer, "sec-websocket-extensions"));
      hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {'ada'}]");
      hub_test_client_expect (client, "CONNACK 0 0");
      return;
    }
  g_assert_null (hub_test_answer_get (answer, "sec-websocket-accept"));
  hub_test_line_expect_end (line);
}

/* The log names the setting that would allow it, once for each. */
static void
test_foreign_origin_is_logged (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());

  for (guint i = 1; i <= 2; i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
      g_autofree char *request = hub_test_http_make_upgrade (broker->http_port, "Origin: http://evil.example\r\n");
      g_autoptr (HubTestAnswer) answer = NULL;

      hub_test_line_write_text (line, request);
      answer = hub_test_http_read (line, TRUE);
      g_assert_cmpuint (answer->status, ==, 403);
      g_assert_nonnull (g_strstr_len ((const char *) answer->body->data, answer->body->len, "websockets_origin"));
      hub_test_line_expect_end (line);
      g_assert_cmpuint (hub_test_broker_count_log (broker, "websockets_origin"), ==, i);
      g_assert_cmpuint (hub_test_broker_count_log (broker, "http://evil.example"), ==, i);
    }
}

/* RFC 6455, section 4.2.1: HTTP/1.1 or later. An older one cannot ask for it, and gets what it would without. */
static void
test_http_1_0 (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (NULL);
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, "GET /mqtt HTTP/1.0\r\nHost: localhost\r\n" HUB_TEST_UPGRADE "\r\n");
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 404);
  hub_test_line_expect_end (line);
}

/* What somebody sends as an origin may not forge a line of the log; such a request is no HTTP at all. */
static void
test_hostile_origin (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());
  g_autofree char *origin = g_strdup_printf ("Origin: http://\033[31m%0*d\r\n", 20000, 0);
  g_autofree char *request = hub_test_http_make_upgrade (broker->http_port, origin);
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  g_autoptr (HubTestClient) client = NULL;
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, request);
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, >=, 400);
  hub_test_line_expect_end (line);
  g_assert_cmpuint (hub_test_broker_count_log (broker, "\033"), ==, 0);
  client = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "ada");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < hub_test_n_upgrades; i++)
    {
      g_autofree char *path = g_strconcat ("/net/upgrade/", hub_test_upgrades[i].name, NULL);

      g_test_add_data_func (path, &hub_test_upgrades[i], test_row);
    }
  g_test_add_func ("/net/upgrade/foreign-origin-is-logged", test_foreign_origin_is_logged);
  g_test_add_func ("/net/upgrade/http-1.0", test_http_1_0);
  g_test_add_func ("/net/upgrade/hostile-origin", test_hostile_origin);
  return g_test_run ();
}
