/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-http.h"

#include "tests/support/hub-test-wait.h"

#define END_OF_HEAD "\r\n\r\n"

/* Waits for the end of the headers: how many bytes there are up to it and with it. */
static gsize
read_head (HubTestLine *line)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  const guint8 *end;

  while (line->input->len == 0 ||
         (end = memmem (line->input->data, line->input->len, END_OF_HEAD, strlen (END_OF_HEAD))) == NULL)
    g_assert_true (hub_test_line_fill (line, deadline_us));
  return (gsize) (end - line->input->data) + strlen (END_OF_HEAD);
}

static void
parse_head (HubTestAnswer *self, const char *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);

  g_assert_true (g_str_has_prefix (lines[0], "HTTP/1.1 ") || g_str_has_prefix (lines[0], "HTTP/1.0 "));
  self->status = (guint) g_ascii_strtoull (lines[0] + strlen ("HTTP/1.1 "), NULL, 10);
  self->phrase = g_strdup (lines[0] + strlen ("HTTP/1.1 200 "));
  for (char **line = lines + 1; **line != '\0'; line++)
    {
      char *colon = strchr (*line, ':');
      char *name;

      g_assert_nonnull (colon);
      name = g_ascii_strdown (*line, colon - *line);
      /* No header of ours may come twice. */
      g_assert_true (g_hash_table_insert (self->headers, name, g_strdup (g_strstrip (colon + 1))));
    }
}

/**
 * hub_test_http_ask:
 * @line: a line to an HTTP server
 * @start: method and target: `GET /`
 * @headers: (nullable): whole lines, each with its end
 *
 * Sends a request.
 */
void
hub_test_http_ask (HubTestLine *line, const char *start, const char *headers)
{
  g_autofree char *text = g_strdup_printf ("%s HTTP/1.1\r\n%s\r\n", start, headers != NULL ? headers : "");

  hub_test_line_write_text (line, text);
}

/**
 * hub_test_http_read:
 * @line: a line to an HTTP server
 * @has_body: whether the answer has the body that its Content-Length tells of
 *
 * Returns: (transfer full): the next answer
 */
HubTestAnswer *
hub_test_http_read (HubTestLine *line, gboolean has_body)
{
  HubTestAnswer *self = g_new0 (HubTestAnswer, 1);
  gsize head_size = read_head (line);
  g_autofree char *head = g_strndup ((const char *) line->input->data, head_size);
  const char *length;

  hub_test_line_drop (line, head_size);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->body = g_byte_array_new ();
  parse_head (self, head);

  length = hub_test_answer_get (self, "content-length");
  if (has_body && length != NULL)
    {
      guint size = (guint) g_ascii_strtoull (length, NULL, 10);

      g_assert_true (hub_test_line_want (line, size));
      g_byte_array_append (self->body, line->input->data, size);
      hub_test_line_drop (line, size);
    }
  return self;
}

/**
 * hub_test_http_get:
 * @port: of 127.0.0.1
 * @path: what to ask for
 * @headers: (nullable): more headers: whole lines, each with its end
 *
 * Asks, and waits for the answer and for the close that has to follow.
 *
 * Returns: (transfer full): the answer
 */
HubTestAnswer *
hub_test_http_get (guint16 port, const char *path, const char *headers)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", port);
  g_autofree char *start = g_strconcat ("GET ", path, NULL);
  g_autofree char *all = g_strdup_printf ("Host: 127.0.0.1:%u\r\n%s", port, headers != NULL ? headers : "");
  HubTestAnswer *answer;

  hub_test_http_ask (line, start, all);
  answer = hub_test_http_read (line, TRUE);
  hub_test_line_expect_end (line);
  return answer;
}

/**
 * hub_test_http_make_upgrade:
 * @port: what to say that the port is
 * @headers: (nullable): more headers: whole lines, each with its end
 *
 * Returns: (transfer full): a request for a WebSocket with the subprotocol `mqtt`
 */
char *
hub_test_http_make_upgrade (guint16 port, const char *headers)
{
  return g_strdup_printf ("GET /mqtt HTTP/1.1\r\n"
                          "Host: 127.0.0.1:%u\r\n"
                          "Connection: keep-alive, Upgrade\r\n"
                          "Upgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: " HUB_TEST_WS_KEY "\r\n"
                          "Sec-WebSocket-Protocol: mqtt\r\n"
                          "%s\r\n",
                          port,
                          headers != NULL ? headers : "");
}

/**
 * hub_test_http_upgrade:
 * @line: a line to an HTTP server
 * @port: what to say that its port is
 *
 * Makes a WebSocket of it.
 */
void
hub_test_http_upgrade (HubTestLine *line, guint16 port)
{
  g_autofree char *request = hub_test_http_make_upgrade (port, NULL);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, request);
  answer = hub_test_http_read (line, FALSE);
  g_assert_cmpuint (answer->status, ==, 101);
  g_assert_cmpstr (hub_test_answer_get (answer, "sec-websocket-accept"), ==, HUB_TEST_WS_ACCEPT);
  g_assert_cmpstr (hub_test_answer_get (answer, "sec-websocket-protocol"), ==, "mqtt");
}

/**
 * hub_test_answer_get:
 * @self: an answer
 * @name: a header, in lower case
 *
 * Returns: (nullable): its value
 */
const char *
hub_test_answer_get (const HubTestAnswer *self, const char *name)
{
  return g_hash_table_lookup (self->headers, name);
}

/**
 * hub_test_answer_free:
 * @self: (transfer full): an answer
 */
void
hub_test_answer_free (HubTestAnswer *self)
{
  g_free (self->phrase);
  g_hash_table_unref (self->headers);
  g_byte_array_unref (self->body);
  g_free (self);
}
