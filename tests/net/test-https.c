/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"
#include "tests/support/hub-test-ws.h"

/* The page, and the upgrade to a WebSocket, through TLS: as without it, but for the schemes. */

#define TIMEOUT_US G_TIME_SPAN_SECOND

typedef struct
{
  HubTestBroker *broker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.connect_timeout_us = TIMEOUT_US;
  hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
  fixture->broker = hub_test_broker_new (config);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_broker_free (fixture->broker);
}

static HubTestLine *
dial (Fixture *fixture)
{
  HubTestLine *line = hub_test_line_dial ("127.0.0.1", fixture->broker->https_port);

  g_assert_cmpint (hub_test_line_start_tls (line, NULL), ==, GNUTLS_E_SUCCESS);
  return line;
}

/* Asks, and waits for the goodbye that has to follow. */
static HubTestAnswer *
ask (Fixture *fixture, const char *start, const char *headers, gboolean has_body)
{
  g_autoptr (HubTestLine) line = dial (fixture);
  HubTestAnswer *answer;

  hub_test_http_ask (line, start, headers);
  answer = hub_test_http_read (line, has_body);
  hub_test_line_expect_end (line);
  return answer;
}

static void
wait_for_end (HubTestLine *line)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_line_fill (line, deadline_us))
    ;
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) plain = hub_test_http_get (fixture->broker->http_port, "/", NULL);
  g_autoptr (HubTestAnswer) answer = ask (fixture, "GET /", "Host: chat.local:9443\r\n", TRUE);
  const char *policy = hub_test_answer_get (answer, "content-security-policy");

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpmem (answer->body->data, answer->body->len, plain->body->data, plain->body->len);
  g_assert_nonnull (strstr (policy, "connect-src 'self' wss://chat.local:9443;"));
  g_assert_null (strstr (policy, "ws://chat"));
}

/* Whatever is large, whatever is none of our business. */
static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *start;
    const char *headers;
    guint status;
  } rows[] = {
    { "GET /mqtt.min.js", "Host: localhost\r\n", 200 },
    { "HEAD /main.js", "Host: localhost\r\n", 200 },
    { "GET /nothing", "Host: localhost\r\n", 404 },
    { "POST /", "Host: localhost\r\n", 405 },
    { "POST /", "Host: localhost\r\nContent-Length: 1000000000\r\n", 405 },
    { "PUT /", "Host: localhost\r\nTransfer-Encoding: chunked\r\n", 405 },
    { "GET /", "Host: evil.example\r\n", 421 },
    { "GET /", "", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean has_body = !g_str_has_prefix (rows[i].start, "HEAD");
      g_autoptr (HubTestAnswer) answer = ask (fixture, rows[i].start, rows[i].headers, has_body);

      g_test_message ("%s", rows[i].start);
      g_assert_cmpuint (answer->status, ==, rows[i].status);
    }
}

/* Who has begun to send the body at once still sees the refusal. */
static void
test_body_on_its_way (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = dial (fixture);
  g_autofree char *body = g_strnfill (300000, 'x');
  g_autofree char *request = g_strconcat ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n", body, NULL);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, request);
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 405);
  hub_test_line_expect_end (line);
}

/* Our own page comes from https here, and a page that came from http is not our own. */
static void
test_origins (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *origin;
    guint status;
  } rows[] = {
    { "https://chat.local:9443", 101 },
    { "http://chat.local:9443", 403 },
    { "https://chat.local", 403 },
    { "https://evil.example", 403 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestLine) line = dial (fixture);
      g_autofree char *request = hub_test_http_make_upgrade (1, NULL);
      g_auto (GStrv) parts = g_strsplit (request, "Host: 127.0.0.1:1\r\n", 2);
      g_autofree char *text = g_strdup_printf ("%sHost: chat.local:9443\r\nOrigin: %s\r\n%s", parts[0], rows[i].origin, parts[1]);
      g_autoptr (HubTestAnswer) answer = NULL;

      g_test_message ("%s", rows[i].origin);
      hub_test_line_write_text (line, text);
      answer = hub_test_http_read (line, rows[i].status != 101);
      g_assert_cmpuint (answer->status, ==, rows[i].status);
    }
}

/* What stands behind the upgrade in the same records, in records of all sizes. */
static void
test_behind_the_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) connect = hub_test_bytes ("10 [{'MQTT'} 04 02 0000 {'ada'}] 82 [0001 {'t'} 00]");
  g_autoptr (GByteArray) publish = hub_test_bytes ("30 [{'t'} 'x'*300000]");
  g_autofree char *request = hub_test_http_make_upgrade (fixture->broker->https_port, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) request, (guint) strlen (request));
  hub_test_ws_append_frame (bytes, 0x82, 1, hub_test_span (connect));
  hub_test_ws_append_frame (bytes, 0x82, 2, hub_test_span (publish));
  for (gsize size = 1000; size <= 20000; size += 3333)
    {
      g_autoptr (HubTestClient) client = hub_test_client_wrap (dial (fixture));
      g_autoptr (HubTestAnswer) answer = NULL;

      for (gsize at = 0; at < bytes->len; at += size)
        hub_test_line_write (client->line, (HubSpan){ bytes->data + at, MIN (size, bytes->len - at) });
      answer = hub_test_http_read (client->line, FALSE);
      g_assert_cmpuint (answer->status, ==, 101);
      hub_test_client_expect (client, "CONNACK 0 0");
      hub_test_client_expect (client, "SUBACK m1 00");
      hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t (300000 bytes)");
    }
}

/* After the handshake as much as before it, nobody waits longer than the deadline. */
static void
test_deadlines (Fixture *fixture, gconstpointer data)
{
  static const char *const beginnings[] = { "", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "\x10\x0c" };

  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_autoptr (HubTestLine) line = dial (fixture);
      gint64 since_us = g_get_monotonic_time ();
      gint64 elapsed_us;

      hub_test_line_write_text (line, beginnings[i]);
      wait_for_end (line);
      elapsed_us = g_get_monotonic_time () - since_us;
      g_assert_cmpint (elapsed_us, >=, TIMEOUT_US / 2);
      g_assert_cmpint (elapsed_us, <, TIMEOUT_US * (1 + hub_test_slowness ()));
    }
}

/* Whoever does not take the answer holds up nobody, not even with the goodbye behind it. */
static void
test_does_not_read_the_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  g_autoptr (HubTestClient) witness = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "witness");
  guint n_fds = hub_test_count_fds ();

  for (guint i = 0; i < 20; i++)
    {
      HubTestLine *line = dial (fixture);

      hub_test_line_set_room (line, 4096);
      hub_test_line_write_text (line, "GET /mqtt.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
      g_ptr_array_add (lines, line);
      hub_test_client_ping (witness);
    }
  /* Our ends are left. */
  hub_test_wait_until (hub_test_count_fds () == n_fds + lines->len);
  hub_test_client_ping (witness);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) silent = dial (fixture);
  g_autoptr (HubTestLine) half = dial (fixture);
  g_autoptr (HubTestLine) whole = dial (fixture);
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_WEBSOCKET_TLS, "ada");
  gint64 since_us;

  hub_test_line_write_text (half, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  hub_test_line_write_text (whole, "GET /mqtt.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
  hub_test_client_ping (client);
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (fixture->broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 1500 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  hub_test_client_expect_end (client, 1001);
  wait_for_end (silent);
  wait_for_end (half);
  wait_for_end (whole);
  hub_test_broker_start (fixture->broker);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/https/page", test_page },
    { "/net/https/answers", test_answers },
    { "/net/https/body-on-its-way", test_body_on_its_way },
    { "/net/https/origins", test_origins },
    { "/net/https/behind-the-upgrade", test_behind_the_upgrade },
    { "/net/https/deadlines", test_deadlines },
    { "/net/https/does-not-read-the-answer", test_does_not_read_the_answer },
    { "/net/https/stop", test_stop },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
