/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-backoff.h"
#include "app/joining/hub-dial-error.h"
#include "app/joining/hub-route.h"
#include "app/joining/hub-trail.h"
#include "app/joining/hub-ws-handshake.h"
#include "ui/model/hub-neighbour.h"

#include <string.h>

/* What joining another host needs to know, without a host. */

/* As RFC 6455 has it in section 1.3. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define GOOD "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ACCEPT "Sec-WebSocket-Protocol: mqtt\r\n\r\n"

static void
test_request (void)
{
  static const struct
  {
    const char *address;
    const char *line;
    const char *host;
  } rows[] = {
    { "ws://office:9001", "GET /mqtt HTTP/1.1\r\n", "\r\nHost: office:9001\r\n" },
    { "ws://office", "GET /mqtt HTTP/1.1\r\n", "\r\nHost: office\r\n" },
    { "wss://office", "GET /mqtt HTTP/1.1\r\n", "\r\nHost: office\r\n" },
    { "wss://office:80/", "GET / HTTP/1.1\r\n", "\r\nHost: office:80\r\n" },
    { "ws://ada:secret@[fe80::1%25eth0]:9001/a?b", "GET /a?b HTTP/1.1\r\n", "\r\nHost: [fe80::1]:9001\r\n" },
    { "ws://b\303\274ro/x y", "GET /x%20y HTTP/1.1\r\n", "\r\nHost: xn--bro-hoa\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubJoinAddress) address = hub_join_address_parse (rows[i].address, NULL);
      g_autofree char *request = hub_ws_handshake_write (address, KEY);

      g_test_message ("%s", request);
      g_assert_true (g_str_has_prefix (request, rows[i].line));
      g_assert_nonnull (strstr (request, rows[i].host));
      g_assert_nonnull (strstr (request, "\r\nSec-WebSocket-Key: " KEY "\r\n"));
      g_assert_nonnull (strstr (request, "\r\nSec-WebSocket-Protocol: mqtt\r\n"));
      g_assert_true (g_str_has_suffix (request, "\r\n\r\n"));
      g_assert_null (strstr (request, "secret"));
    }
}

static void
test_keys (void)
{
  g_autofree char *one = hub_ws_handshake_make_key ();
  g_autofree char *other = hub_ws_handshake_make_key ();

  g_assert_cmpstr (one, !=, other);
  g_assert_cmpuint (strlen (one), ==, 24);
}

/* At whatever byte it is cut, the answer is waited for; behind it, frames begin. */
static void
test_good_answers (void)
{
  static const char *const answers[] = {
    GOOD,
    "HTTP/1.1 101\r\nupgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n" ACCEPT "\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      const gsize size = strlen (answers[i]);
      g_autofree char *more = g_strconcat (answers[i], "\x82\x01x", NULL);
      g_autoptr (GError) error = NULL;
      gsize head_size = 0;

      for (gsize cut = 0; cut < size; cut++)
        {
          g_assert_true (hub_ws_handshake_read (answers[i], cut, KEY, &head_size, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (head_size, ==, 0);
        }
      g_assert_true (hub_ws_handshake_read (more, size + 3, KEY, &head_size, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (head_size, ==, size);
    }
}

static void
test_bad_answers (void)
{
  static const struct
  {
    const char *answer;
    HubDialError code;
  } rows[] = {
    { "\x20\x02", HUB_DIAL_ERROR_NOT_HTTP },
    { "HTTP/2", HUB_DIAL_ERROR_NOT_HTTP },
    { "HTTP/1.1 nonsense\r\n\r\n", HUB_DIAL_ERROR_NOT_HTTP },
    { "HTTP/1.1 200 OK\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 401 Unauthorized\r\n\r\n", HUB_DIAL_ERROR_FORBIDDEN },
    { "HTTP/1.1 403 Forbidden\r\n\r\n", HUB_DIAL_ERROR_FORBIDDEN },
    { "HTTP/1.1 421 Misdirected Request\r\n\r\n", HUB_DIAL_ERROR_FORBIDDEN },
    { "HTTP/1.1 502 Bad Gateway\r\n\r\n", HUB_DIAL_ERROR_NOT_NOW },
    { "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\n", HUB_DIAL_ERROR_NOT_NOW },
    { "HTTP/1.1 429 Too Many Requests\r\n\r\n", HUB_DIAL_ERROR_NOT_NOW },
    { "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nConnection: Upgrade\r\n" ACCEPT "\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" ACCEPT "\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: websocket\r\n" ACCEPT "\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xO0=\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ACCEPT "Sec-WebSocket-Protocol: chat\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
    { "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" ACCEPT "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", HUB_DIAL_ERROR_NO_WEBSOCKET },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize head_size = 7;

      g_test_message ("%s", rows[i].answer);
      g_assert_false (hub_ws_handshake_read (rows[i].answer, strlen (rows[i].answer), KEY, &head_size, &error));
      g_assert_error (error, HUB_DIAL_ERROR, (int) rows[i].code);
      g_assert_cmpuint (head_size, ==, 0);
    }
}

/* A head that does not end is not waited for for ever. */
static void
test_long_answers (void)
{
  g_autofree char *answer = g_strnfill (HUB_WS_HANDSHAKE_BYTES_MAX, 'x');
  g_autoptr (GError) error = NULL;
  gsize head_size;

  memcpy (answer, "HTTP/1.1 101 S\r\n", strlen ("HTTP/1.1 101 S\r\n"));
  g_assert_true (hub_ws_handshake_read (answer, HUB_WS_HANDSHAKE_BYTES_MAX - 1, KEY, &head_size, &error));
  g_assert_no_error (error);
  g_assert_false (hub_ws_handshake_read (answer, HUB_WS_HANDSHAKE_BYTES_MAX, KEY, &head_size, &error));
  g_assert_error (error, HUB_DIAL_ERROR, HUB_DIAL_ERROR_NOT_HTTP);
}

/* Everything that one byte can do wrong: it is never taken for more than it is. */
static void
test_byte_changes (void)
{
  g_autofree char *answer = g_strdup (GOOD);
  const gsize size = strlen (answer);

  for (gsize at = 0; at < size; at++)
    {
      const char old = answer[at];

      for (guint value = 0; value < 256; value++)
        {
          g_autoptr (GError) error = NULL;
          gsize head_size;
          gboolean is_good;

          answer[at] = (char) value;
          is_good = hub_ws_handshake_read (answer, size, KEY, &head_size, &error);
          g_assert_true (is_good == (error == NULL));
          g_assert_true (head_size == 0 || head_size == size);
        }
      answer[at] = old;
    }
}

/* The waits: half a second and longer, soon for a minute, then rarer; and never two windows at once. */
static void
test_backoff (void)
{
  HubBackoff backoff = { 0 };
  HubBackoff early = { 0 };
  HubBackoff late = { 0 };
  guint total_ms = 0;
  guint wait_ms = 0;

  g_assert_cmpuint (hub_backoff_next (&backoff, FALSE, 0.5), ==, 500);
  g_assert_cmpuint (hub_backoff_next (&backoff, FALSE, 0.5), ==, 1000);
  g_assert_cmpuint (hub_backoff_next (&backoff, FALSE, 0.5), ==, 2000);
  for (total_ms = 3500; total_ms < 60000; total_ms += wait_ms)
    {
      wait_ms = hub_backoff_next (&backoff, FALSE, 0.5);
      g_assert_cmpuint (wait_ms, ==, 3500);
    }
  for (guint i = 0; i < 100; i++)
    wait_ms = hub_backoff_next (&backoff, FALSE, 0.5);
  g_assert_cmpuint (wait_ms, ==, 30000);
  hub_backoff_reset (&backoff);
  g_assert_cmpuint (hub_backoff_next (&backoff, FALSE, 0.5), ==, 500);
  g_assert_cmpuint (hub_backoff_next (&backoff, TRUE, 0.5), ==, 30000);
  g_assert_cmpuint (hub_backoff_next (&backoff, FALSE, 0.5), ==, 2000);

  for (guint i = 0; i < 20; i++)
    {
      guint one = hub_backoff_next (&early, FALSE, 0);
      guint other = hub_backoff_next (&late, FALSE, 1);

      g_assert_cmpuint (one, >=, 300);
      g_assert_cmpuint (other, >, one * 2);
      g_assert_cmpuint (other, <, 5000);
    }
}

/* By its address and its detour in turns, until it is found. */
static void
test_route (void)
{
  g_autoptr (HubJoinAddress) here = hub_join_address_parse ("ada:secret@10.0.0.1", NULL);
  g_autoptr (HubJoinAddress) there = hub_join_address_parse ("10.0.0.2", NULL);
  g_autoptr (HubJoinAddress) there_again = hub_join_address_parse ("10.0.0.2", NULL);
  HubRoute route;

  hub_route_init (&route, here);
  g_assert_true (route.tried == here);
  hub_route_choose (&route);
  g_assert_true (route.tried == here);
  g_assert_false (hub_route_set_detour (&route, NULL));
  g_assert_true (hub_route_set_detour (&route, there));
  g_assert_false (hub_route_set_detour (&route, there_again));
  for (guint i = 0; i < 2; i++)
    {
      hub_route_choose (&route);
      g_assert_true (route.tried == there);
      hub_route_choose (&route);
      g_assert_true (route.tried == here);
    }
  hub_route_settle (&route);
  g_assert_true (route.address == here);
  hub_route_choose (&route);
  hub_route_settle (&route);
  g_assert_true (route.address == there);
  g_assert_null (route.detour);
  hub_route_choose (&route);
  g_assert_true (route.tried == there);
  hub_route_clear (&route);
}

static void
expect_url (const char *address, const char *peer, const char *expected)
{
  g_autoptr (HubJoinAddress) parsed = hub_join_address_parse (address, NULL);
  g_autofree char *url = NULL;
  HubRoute route;

  hub_route_init (&route, parsed);
  if (peer != NULL)
    route.peer = g_inet_socket_address_new_from_string (peer, 1883);
  url = hub_route_dup_http_url (&route, 9001);
  g_assert_cmpstr (url, ==, expected);
  hub_route_clear (&route);
}

/* The password goes where it went, and never where it can be read when it could not before. */
static void
test_http_url (void)
{
  expect_url ("office", NULL, NULL);
  expect_url ("office", "10.0.0.1", "http://10.0.0.1:9001");
  expect_url ("office", "fd00::1", "http://[fd00::1]:9001");
  expect_url ("ws://ad%40a:s%2Fcret@office", "10.0.0.1", "http://ad%40a:s%2Fcret@10.0.0.1:9001");
  expect_url ("mqtts://office", "10.0.0.1", NULL);
  expect_url ("wss://ada:secret@office", "10.0.0.1", NULL);
}

static void
announce (GListStore *neighbours, const char *service, const char *address)
{
  g_autoptr (HubNeighbour) neighbour = hub_neighbour_new (service, service, address, TRUE);

  g_list_store_append (neighbours, neighbour);
}

static void
note (HubTrail *trail, GListStore *neighbours, const char *peer, guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (peer, port);

  hub_trail_note (trail, G_LIST_MODEL (neighbours), address);
}

static void
expect_found (HubTrail *trail, GListStore *neighbours, const char *address, const char *expected)
{
  g_autoptr (HubJoinAddress) parsed = hub_join_address_parse (address, NULL);
  g_autoptr (HubJoinAddress) found = hub_trail_find (trail, G_LIST_MODEL (neighbours), parsed);
  g_autofree char *url = found != NULL ? hub_join_address_to_url (found) : NULL;

  g_assert_cmpstr (url, ==, expected);
}

/* Who was joined is known by the name of their service, at whatever address they are. */
static void
test_trail (void)
{
  g_autoptr (GListStore) before = g_list_store_new (HUB_TYPE_NEIGHBOUR);
  g_autoptr (GListStore) after = g_list_store_new (HUB_TYPE_NEIGHBOUR);
  HubTrail trail = { 0 };

  announce (before, "Ada", "10.0.0.1:1883");
  announce (before, "Grace", "[fe80::1%eth0]:1884");
  announce (after, "Grace", "10.0.0.9:1884");
  announce (after, "Ada", "10.0.0.7:1885");
  expect_found (&trail, after, "10.0.0.1", NULL);
  /* Another port is somebody else. */
  note (&trail, before, "10.0.0.1", 1884);
  expect_found (&trail, after, "10.0.0.1", NULL);
  note (&trail, before, "10.0.0.1", 1883);
  expect_found (&trail, before, "10.0.0.1", NULL);
  expect_found (&trail, after, "10.0.0.1", "mqtt://10.0.0.7:1885");
  expect_found (&trail, after, "ada:secret@office", "mqtt://ada:secret@10.0.0.7:1885");
  /* Only plain MQTT is announced. */
  expect_found (&trail, after, "mqtts://office", NULL);
  expect_found (&trail, after, "ws://office", NULL);
  /* Nobody that is known: it is still she. */
  note (&trail, before, "10.0.0.66", 1883);
  expect_found (&trail, after, "10.0.0.1", "mqtt://10.0.0.7:1885");
  note (&trail, before, "fe80::1", 1884);
  expect_found (&trail, after, "[fe80::1%eth0]:1884", "mqtt://10.0.0.9:1884");
  hub_trail_clear (&trail);
  expect_found (&trail, after, "10.0.0.1", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/joining/request", test_request);
  g_test_add_func ("/app/joining/keys", test_keys);
  g_test_add_func ("/app/joining/good-answers", test_good_answers);
  g_test_add_func ("/app/joining/bad-answers", test_bad_answers);
  g_test_add_func ("/app/joining/long-answers", test_long_answers);
  g_test_add_func ("/app/joining/byte-changes", test_byte_changes);
  g_test_add_func ("/app/joining/backoff", test_backoff);
  g_test_add_func ("/app/joining/route", test_route);
  g_test_add_func ("/app/joining/http-url", test_http_url);
  g_test_add_func ("/app/joining/trail", test_trail);
  return g_test_run ();
}
