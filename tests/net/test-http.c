/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"

#include <gio/gio.h>

/* The join page over HTTP: what is served, to whom, and under which headers. */

typedef struct
{
  HubTestBroker *broker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const hosts[] = { "chat.example", NULL };
  HubConfig *config = hub_test_config_new ();

  hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS)->hosts = g_strdupv ((char **) hosts);
  fixture->broker = hub_test_broker_new (config);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_broker_free (fixture->broker);
}

static HubTestAnswer *
get (Fixture *fixture, const char *path, const char *headers)
{
  return hub_test_http_get (fixture->broker->http_port, path, headers);
}

/* Asks with exactly these headers, and waits for the close. */
static HubTestAnswer *
ask (Fixture *fixture, const char *start, const char *headers, gboolean has_body)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
  HubTestAnswer *answer;

  hub_test_http_ask (line, start, headers);
  answer = hub_test_http_read (line, has_body);
  hub_test_line_expect_end (line);
  return answer;
}

static gboolean
body_has (const HubTestAnswer *answer, const char *piece)
{
  return answer->body->len > 0 && g_strstr_len ((const char *) answer->body->data, answer->body->len, piece) != NULL;
}

static void
assert_common_headers (const HubTestAnswer *answer)
{
  static const char *const wanted[][2] = {
    { "x-content-type-options", "nosniff" },
    { "referrer-policy", "no-referrer" },
    { "cross-origin-resource-policy", "same-origin" },
    { "cache-control", "no-cache" },
    { "connection", "close" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpstr (hub_test_answer_get (answer, wanted[i][0]), ==, wanted[i][1]);
}

static void
test_page (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) root = get (fixture, "/", NULL);
  g_autoptr (HubTestAnswer) named = get (fixture, "/index.html", NULL);
  g_autofree char *policy = g_strdup_printf ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                                             "connect-src 'self' ws://127.0.0.1:%u; base-uri 'none'; form-action 'none'; "
                                             "frame-ancestors 'none'",
                                             fixture->broker->http_port);

  g_assert_cmpuint (root->status, ==, 200);
  g_assert_cmpstr (hub_test_answer_get (root, "content-type"), ==, "text/html; charset=utf-8");
  g_assert_cmpstr (hub_test_answer_get (root, "content-security-policy"), ==, policy);
  g_assert_cmpstr (hub_test_answer_get (root, "vary"), ==, "Accept-Encoding");
  g_assert_null (hub_test_answer_get (root, "content-encoding"));
  g_assert_null (hub_test_answer_get (root, "access-control-allow-origin"));
  assert_common_headers (root);
  g_assert_true (body_has (root, "id=\"messages\""));
  g_assert_cmpmem (root->body->data, root->body->len, named->body->data, named->body->len);
}

/* Whatever the page names is there, with its type. */
static void
test_files_of_the_page (Fixture *fixture, gconstpointer data)
{
  static const char *const types[][2] = {
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
  };
  g_autoptr (HubTestAnswer) page = get (fixture, "/", NULL);
  g_autofree char *text = g_strndup ((const char *) page->body->data, page->body->len);
  g_autoptr (GRegex) regex = g_regex_new ("(?:src|href)=\"/?([a-z.-]+\\.(?:js|css|svg))\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint count = 0;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *path = g_strconcat ("/", name, NULL);
      g_autoptr (HubTestAnswer) answer = get (fixture, path, NULL);
      const char *type = hub_test_answer_get (answer, "content-type");
      gboolean is_right = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
        is_right = is_right || (g_str_has_suffix (name, types[i][0]) && g_str_equal (type, types[i][1]));
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_cmpuint (answer->body->len, >, 0);
      g_assert_true (is_right);
      count++;
    }
  g_assert_cmpuint (count, >=, 3);
}

static void
test_etag (Fixture *fixture, gconstpointer data)
{
  static const char *const forms[] = {
    "If-None-Match: %s\r\n",
    "If-None-Match: W/%s\r\n",
    "If-None-Match: \"other\", %s\r\n",
    "If-None-Match: \"other\"\r\nIf-None-Match: %s\r\n",
  };
  g_autoptr (HubTestAnswer) first = get (fixture, "/style.css", NULL);
  const char *etag = hub_test_answer_get (first, "etag");
  g_autoptr (HubTestAnswer) other = NULL;
  g_autoptr (HubTestAnswer) any = NULL;

  g_assert_true (g_regex_match_simple ("^\"[0-9a-f]{32}\"$", etag, 0, 0));
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_auto (GStrv) parts = g_strsplit (forms[i], "%s", 2);
      g_autofree char *header = g_strconcat (parts[0], etag, parts[1], NULL);
      g_autoptr (HubTestAnswer) answer = get (fixture, "/style.css", header);

      g_assert_cmpuint (answer->status, ==, 304);
      g_assert_cmpuint (answer->body->len, ==, 0);
      g_assert_cmpstr (hub_test_answer_get (answer, "etag"), ==, etag);
      g_assert_cmpstr (hub_test_answer_get (answer, "cache-control"), ==, "no-cache");
    }
  any = get (fixture, "/style.css", "If-None-Match: *\r\n");
  g_assert_cmpuint (any->status, ==, 304);
  other = get (fixture, "/style.css", "If-None-Match: \"00000000000000000000000000000000\"\r\n");
  g_assert_cmpuint (other->status, ==, 200);
}

static GBytes *
gunzip (const GByteArray *body)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_data (body->data, body->len, NULL);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (base, converter);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_input_stream_read_bytes (stream, 10 * 1024 * 1024, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

static void
test_gzip (Fixture *fixture, gconstpointer data)
{
  static const char *const asks[] = {
    "Accept-Encoding: gzip\r\n",
    "Accept-Encoding: deflate, GZIP;q=0.5, br\r\n",
    "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n",
  };
  static const char *const asks_not[] = {
    "Accept-Encoding: gzip;q=0\r\n",
    "Accept-Encoding: br, deflate\r\n",
    "Accept-Encoding: \r\n",
    "Accept-Encoding: gzipped\r\n",
  };
  g_autoptr (HubTestAnswer) plain = get (fixture, "/style.css", NULL);
  const char *etag = hub_test_answer_get (plain, "etag");

  for (gsize i = 0; i < G_N_ELEMENTS (asks); i++)
    {
      g_autoptr (HubTestAnswer) answer = get (fixture, "/style.css", asks[i]);
      g_autoptr (GBytes) bytes = NULL;

      g_assert_cmpstr (hub_test_answer_get (answer, "content-encoding"), ==, "gzip");
      g_assert_cmpstr (hub_test_answer_get (answer, "content-type"), ==, "text/css; charset=utf-8");
      g_assert_cmpuint (answer->body->len, <, plain->body->len);
      /* Two representations, two tags; RFC 9110, section 8.8.3. */
      g_assert_cmpstr (hub_test_answer_get (answer, "etag"), !=, etag);
      bytes = gunzip (answer->body);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), plain->body->data, plain->body->len);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (asks_not); i++)
    {
      g_autoptr (HubTestAnswer) answer = get (fixture, "/style.css", asks_not[i]);

      g_assert_null (hub_test_answer_get (answer, "content-encoding"));
      g_assert_cmpmem (answer->body->data, answer->body->len, plain->body->data, plain->body->len);
    }
}

static void
test_head (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) whole = get (fixture, "/main.js", NULL);
  g_autoptr (HubTestAnswer) head = ask (fixture, "HEAD /main.js", "Host: localhost\r\n", FALSE);

  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpstr (hub_test_answer_get (head, "etag"), ==, hub_test_answer_get (whole, "etag"));
  g_assert_cmpstr (hub_test_answer_get (head, "content-type"), ==, hub_test_answer_get (whole, "content-type"));
  g_assert_cmpstr (hub_test_answer_get (head, "content-length"), ==, hub_test_answer_get (whole, "content-length"));
  assert_common_headers (head);
}

static void
test_not_found (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = {
    "/nothing",
    "/index.html/",
    "/INDEX.HTML",
    "/index.html.gz",
    "/style.css.gz",
    "//index.html",
    "/./nothing",
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/..\\..\\etc\\passwd",
    "/index.html%00.js",
    "/io/github/hubbub_chat/Hubbub/web/index.html",
    "/%ff%fe",
    "/?/index.html",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (HubTestAnswer) answer = get (fixture, paths[i], NULL);

      g_test_message ("%s", paths[i]);
      /* The last one is the page with a query. */
      if (i + 1 == G_N_ELEMENTS (paths))
        {
          g_assert_cmpuint (answer->status, ==, 200);
          continue;
        }
      g_assert_true (answer->status == 404 || answer->status == 400);
      g_assert_false (body_has (answer, "root:"));
      g_assert_false (body_has (answer, "<html"));
    }
}

static void
test_not_found_headers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestAnswer) answer = get (fixture, "/nothing", NULL);

  g_assert_cmpuint (answer->status, ==, 404);
  g_assert_cmpstr (hub_test_answer_get (answer, "content-type"), ==, "text/plain; charset=utf-8");
  g_assert_true (g_str_has_prefix (hub_test_answer_get (answer, "content-security-policy"), "default-src 'none';"));
  assert_common_headers (answer);
}

static void
test_methods (Fixture *fixture, gconstpointer data)
{
  static const char *const starts[] = { "POST /", "PUT /index.html", "DELETE /", "PATCH /", "OPTIONS /", "TRACE /", "PROPFIND /" };

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (HubTestAnswer) answer = ask (fixture, starts[i], "Host: localhost\r\n", TRUE);

      g_test_message ("%s", starts[i]);
      g_assert_cmpuint (answer->status, ==, 405);
      g_assert_cmpstr (hub_test_answer_get (answer, "allow"), ==, "GET, HEAD");
    }
}

/* Refused at the headers: nobody waits for what was announced, or takes it in. */
static void
test_body (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = {
    "Host: localhost\r\nContent-Length: 1000000000\r\n",
    "Host: localhost\r\nContent-Length: 1\r\n",
    "Host: localhost\r\nTransfer-Encoding: chunked\r\n",
    "Host: localhost\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n",
  };
  static const char *const starts[] = { "POST /", "GET /", "PUT /index.html" };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (starts); k++)
      {
        g_autoptr (HubTestAnswer) answer = ask (fixture, starts[k], headers[i], FALSE);

        g_test_message ("%s %s", starts[k], headers[i]);
        g_assert_cmpuint (answer->status, ==, 405);
        g_assert_cmpstr (hub_test_answer_get (answer, "allow"), ==, "GET, HEAD");
      }
}

/* Who has begun to send the body at once still sees the refusal, and no reset. */
static void
test_body_on_its_way (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
  g_autofree char *body = g_strnfill (300000, 'x');
  g_autofree char *request = g_strconcat ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n", body, NULL);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, request);
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 405);
  hub_test_line_expect_end (line);
}

typedef struct
{
  const char *host; /* (nullable): no header at all */
  guint status;
} HostRow;

/* All rules about hosts are in the table of test-host-policy; this is that they are applied. */
static void
test_hosts (Fixture *fixture, gconstpointer data)
{
  static const HostRow rows[] = {
    { "localhost", 200 },
    { "192.0.2.7:9001", 200 },
    { "[fd00::2]:9001", 200 },
    { "Anything.LOCAL.:80", 200 },
    { "chat.example", 200 },
    { "evil.example", 421 },
    { "chat.example.evil.example", 421 },
    { "", 400 },
    { "two words", 400 },
    { NULL, 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *header = rows[i].host != NULL ? g_strdup_printf ("Host: %s\r\n", rows[i].host) : g_strdup ("");
      g_autoptr (HubTestAnswer) answer = ask (fixture, "GET /", header, TRUE);

      g_test_message ("%s", header);
      g_assert_cmpuint (answer->status, ==, rows[i].status);
      g_assert_cmpint (body_has (answer, "<html"), ==, rows[i].status == 200);
      g_assert_cmpint (body_has (answer, "http_host"), ==, rows[i].status == 421);
      if (rows[i].status == 421)
        g_assert_cmpstr (answer->phrase, ==, "Misdirected Request");
    }
  g_assert_cmpuint (hub_test_broker_count_log (fixture->broker, "http_host"), ==, 2);
}

/* One more header, or the host in the target, does not get around the rule. */
static void
test_hosts_in_disguise (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *start;
    const char *headers;
  } rows[] = {
    { "GET /", "Host: localhost\r\nHost: evil.example\r\n" },
    { "GET /", "Host: evil.example\r\nHost: localhost\r\n" },
    { "GET http://evil.example/", "Host: evil.example\r\n" },
    { "GET /", "Host: evil.example\r\nX-Forwarded-Host: localhost\r\n" },
    { "GET /", "Host: localhost@evil.example\r\n" },
    { "GET /", "Host: evil.example#localhost\r\n" },
    { "GET /", "Host: localhost;script-src *\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestAnswer) answer = ask (fixture, rows[i].start, rows[i].headers, TRUE);

      g_test_message ("%s %s", rows[i].start, rows[i].headers);
      g_assert_cmpuint (answer->status, >=, 400);
      g_assert_false (body_has (answer, "<html"));
    }
}

/* Each is answered with an error, or not at all, and the next one is served. */
static void
test_no_http (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < hub_test_n_no_http; i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
      g_autoptr (HubTestAnswer) after = NULL;
      g_autofree char *said = NULL;

      g_test_message ("%s", hub_test_no_http[i]);
      hub_test_line_write_text (line, hub_test_no_http[i]);
      hub_test_line_end_output (line);
      while (hub_test_line_want (line, line->input->len + 1))
        ;
      g_byte_array_append (line->input, (const guint8 *) "", 1);
      said = g_strndup ((const char *) line->input->data, strlen ("HTTP/1.1 4"));
      g_assert_true (g_regex_match_simple ("^(HTTP/1\\.[01] [45])?$", said, 0, 0));
      after = get (fixture, "/", NULL);
      g_assert_cmpuint (after->status, ==, 200);
    }
}

/* One answer a connection: what is asked behind the first request is not served. */
static void
test_pipelined (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line,
                            "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            "GET /main.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (hub_test_answer_get (answer, "content-type"), ==, "text/css; charset=utf-8");
  while (hub_test_line_want (line, line->input->len + 1))
    ;
  g_assert_cmpuint (line->input->len, ==, 0);
}

static void
test_http_1_0 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
  g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_write_text (line, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 200);
  hub_test_line_expect_end (line);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/http/page", test_page },
    { "/net/http/files-of-the-page", test_files_of_the_page },
    { "/net/http/etag", test_etag },
    { "/net/http/gzip", test_gzip },
    { "/net/http/head", test_head },
    { "/net/http/not-found", test_not_found },
    { "/net/http/not-found-headers", test_not_found_headers },
    { "/net/http/methods", test_methods },
    { "/net/http/body", test_body },
    { "/net/http/body-on-its-way", test_body_on_its_way },
    { "/net/http/hosts", test_hosts },
    { "/net/http/hosts-in-disguise", test_hosts_in_disguise },
    { "/net/http/no-http", test_no_http },
    { "/net/http/pipelined", test_pipelined },
    { "/net/http/http-1.0", test_http_1_0 },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
