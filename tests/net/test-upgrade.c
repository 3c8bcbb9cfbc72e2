/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"

/* Who may open a WebSocket, and how: RFC 6455, section 4.2; MQTT 5.0, section 6; docs/protocol.md about origins. */

#define KEY "Sec-WebSocket-Key: " HUB_TEST_WS_KEY "\r\n"
#define UPGRADE "Connection: Upgrade\r\nUpgrade: websocket\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define MQTT "Sec-WebSocket-Protocol: mqtt\r\n"

typedef struct
{
  const char *name;
  const char *headers; /* behind the Host */
  const char *start;   /* (nullable): GET /mqtt */
  guint status;
  const char *protocol; /* (nullable): that of the answer */
} Row;

static const Row rows[] = {
  { "MQTT-6.0.0-4/all-right", UPGRADE VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "in-any-case", "CONNECTION: uPGRADE\r\nupgrade: WEBSOCKET\r\n" VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "connection-list", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" VERSION KEY MQTT, NULL, 101, "mqtt" },
  { "at-the-root", UPGRADE VERSION KEY MQTT, "GET /", 101, "mqtt" },
  { "at-any-path", UPGRADE VERSION KEY MQTT, "GET /some/where?what=ever", 101, "mqtt" },
  { "at-a-file", UPGRADE VERSION KEY MQTT, "GET /index.html", 101, "mqtt" },

  { "protocol/old", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: mqttv3.1\r\n", NULL, 101, "mqttv3.1" },
  { "protocol/both", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: mqttv3.1, mqtt\r\n", NULL, 101, "mqtt" },
  { "protocol/among-others", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat,mqtt ,superchat\r\n", NULL, 101, "mqtt" },
  { "protocol/in-lines", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat\r\n" MQTT, NULL, 101, "mqtt" },
  { "protocol/in-lines-the-other-way-round", UPGRADE VERSION KEY MQTT "Sec-WebSocket-Protocol: chat\r\n", NULL, 101, "mqtt" },
  { "protocol/in-capitals", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: MQTT\r\n", NULL, 400, NULL },
  { "MQTT-6.0.0-3/protocol/none", UPGRADE VERSION KEY, NULL, 400, NULL },
  { "protocol/empty", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: \r\n", NULL, 400, NULL },
  { "protocol/other", UPGRADE VERSION KEY "Sec-WebSocket-Protocol: chat, mqtt5, amqtt\r\n", NULL, 400, NULL },

  { "version/8", UPGRADE KEY MQTT "Sec-WebSocket-Version: 8\r\n", NULL, 426, NULL },
  { "version/14", UPGRADE KEY MQTT "Sec-WebSocket-Version: 14\r\n", NULL, 426, NULL },
  { "version/none", UPGRADE KEY MQTT, NULL, 426, NULL },
  { "version/no-number", UPGRADE KEY MQTT "Sec-WebSocket-Version: thirteen\r\n", NULL, 426, NULL },

  { "version/two", UPGRADE KEY MQTT VERSION "Sec-WebSocket-Version: 8\r\n", NULL, 426, NULL },

  { "key/empty", UPGRADE VERSION MQTT "Sec-WebSocket-Key: \r\n", NULL, 400, NULL },
  { "key/of-15-bytes", UPGRADE VERSION MQTT "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n", NULL, 400, NULL },
  { "key/of-17-bytes", UPGRADE VERSION MQTT "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n", NULL, 400, NULL },
  { "key/no-base64", UPGRADE VERSION MQTT "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n", NULL, 400, NULL },
  { "key/two", UPGRADE VERSION MQTT KEY "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", NULL, 400, NULL },
  { "key/none", UPGRADE VERSION MQTT, NULL, 400, NULL },
  { "connection/none", "Upgrade: websocket\r\n" VERSION KEY MQTT, NULL, 400, NULL },
  { "connection/close", "Connection: close\r\nUpgrade: websocket\r\n" VERSION KEY MQTT, NULL, 400, NULL },
  { "method/post", UPGRADE VERSION KEY MQTT, "POST /mqtt", 405, NULL },
  { "method/head", UPGRADE VERSION KEY MQTT, "HEAD /mqtt", 404, NULL },
  { "with-a-body", UPGRADE VERSION KEY MQTT "Content-Length: 5\r\n", NULL, 405, NULL },
  { "extensions/offered", UPGRADE VERSION KEY MQTT "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", NULL, 101, "mqtt" },
  { "to-something-else", "Connection: Upgrade\r\nUpgrade: h2c\r\n", "GET /", 200, NULL },

  { "origin/own", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1:9001\r\n", NULL, 101, "mqtt" },
  { "origin/loopback-of-another-port", UPGRADE VERSION KEY MQTT "Origin: http://localhost:5500\r\n", NULL, 101, "mqtt" },
  { "origin/a-file", UPGRADE VERSION KEY MQTT "Origin: null\r\n", NULL, 101, "mqtt" },
  { "origin/configured", UPGRADE VERSION KEY MQTT "Origin: https://chat.example\r\n", NULL, 101, "mqtt" },
  { "origin/foreign", UPGRADE VERSION KEY MQTT "Origin: http://evil.example\r\n", NULL, 403, NULL },
  { "origin/lookalike", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1.evil.example:9001\r\n", NULL, 403, NULL },
  { "origin/two", UPGRADE VERSION KEY MQTT "Origin: http://127.0.0.1:9001\r\nOrigin: http://evil.example\r\n", NULL, 403, NULL },
  { "origin/empty", UPGRADE VERSION KEY MQTT "Origin: \r\n", NULL, 403, NULL },
};

static HubConfig *
make_config (void)
{
  static const char *const origins[] = { "https://chat.example", NULL };
  HubConfig *config = hub_test_config_new ();

  hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS)->origins = g_strdupv ((char **) origins);
  return config;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
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

  hub_test_line_write_text (line, "GET /mqtt HTTP/1.0\r\nHost: localhost\r\n" UPGRADE VERSION KEY MQTT "\r\n");
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

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/net/upgrade/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/net/upgrade/foreign-origin-is-logged", test_foreign_origin_is_logged);
  g_test_add_func ("/net/upgrade/http-1.0", test_http_1_0);
  g_test_add_func ("/net/upgrade/hostile-origin", test_hostile_origin);
  return g_test_run ();
}
