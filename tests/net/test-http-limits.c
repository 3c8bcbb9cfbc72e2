/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <unistd.h>

/* What waits on the HTTP port without asking for anything is shown the door, at once or at the deadline. */

/* Long enough for everybody who means it, also where a sanitizer makes a crowd slow. */
#define TIMEOUT_US ((hub_test_slowness () > 1 ? 3 : 1) * G_TIME_SPAN_SECOND)

typedef struct
{
  HubTestBroker *broker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.connect_timeout_us = TIMEOUT_US;
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
  return hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
}

static void
assert_page_is_served (Fixture *fixture)
{
  g_autoptr (HubTestAnswer) answer = hub_test_http_get (fixture->broker->http_port, "/", NULL);

  g_assert_cmpuint (answer->status, ==, 200);
}

/* Waits for the end, with or without an error of HTTP before it; a reset will do. */
static void
wait_for_end (HubTestLine *line)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_line_fill (line, deadline_us))
    ;
  if (line->input->len > 0)
    g_assert_cmpint (memcmp (line->input->data, "HTTP/1.", strlen ("HTTP/1.")), ==, 0);
}

static void
assert_at_deadline (gint64 since_us)
{
  gint64 elapsed_us = g_get_monotonic_time () - since_us;

  g_assert_cmpint (elapsed_us, >=, TIMEOUT_US - 10 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (elapsed_us, <, TIMEOUT_US * (1 + hub_test_slowness ()));
}

static void
test_silent (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  hub_test_line_expect_end (line);
  assert_at_deadline (since_us);
}

static void
test_half_a_request (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  hub_test_line_write_text (line, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  wait_for_end (line);
  assert_at_deadline (since_us);
}

/* Writes pieces until the other end has had enough. */
static void
trickle (HubTestLine *line, const char *piece)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (!line->has_ended)
    {
      hub_test_line_write_text (line, piece);
      hub_test_wait_turn (deadline_us, "the deadline to be over", G_STRLOC);
    }
}

static void
test_slow_headers (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  hub_test_line_write_text (line, "GET / HTTP/1.1\r\nX: ");
  trickle (line, "x");
  assert_at_deadline (since_us);
}

static void
test_slow_request_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = dial (fixture);

  hub_test_line_write_text (line, "GET /");
  trickle (line, "x");
}

/* As fast as they go: closed for their size or at the deadline, and meanwhile everybody else is served. */
static void
test_endless_headers (Fixture *fixture, gconstpointer data)
{
  g_autofree char *value = g_strnfill (8000, 'x');
  g_autofree char *header = g_strdup_printf ("X: %s\r\n", value);
  g_autoptr (HubTestLine) line = dial (fixture);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  gsize sent = 0;

  hub_test_line_write_text (line, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  while (!line->has_ended)
    {
      g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
      hub_test_line_write_text (line, header);
      sent += strlen (header);
      /* More than anybody may need, and little enough to be kept for a moment. */
      g_assert_cmpuint (sent, <, 16 * 1024 * 1024);
    }
  assert_page_is_served (fixture);
}

/* Without an end to the line, too: of the request, of a header. */
static void
test_endless_lines (Fixture *fixture, gconstpointer data)
{
  static const char *const beginnings[] = { "GET /", "GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "GET / HTTP/1.1\r\nX" };
  g_autofree char *piece = g_strnfill (8000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_autoptr (HubTestLine) line = dial (fixture);
      gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
      gsize sent = 0;

      hub_test_line_write_text (line, beginnings[i]);
      while (!line->has_ended)
        {
          g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
          hub_test_line_write_text (line, piece);
          sent += strlen (piece);
          g_assert_cmpuint (sent, <, 16 * 1024 * 1024);
        }
      assert_page_is_served (fixture);
    }
}

/* libsoup takes 64 KiB of headers. */
static void
test_header_size (Fixture *fixture, gconstpointer data)
{
  static const char right[] = "HTTP/1.1 200";
  static const struct
  {
    gsize size;
    gboolean is_taken;
  } rows[] = { { 1000, TRUE }, { 60000, TRUE }, { 70000, FALSE }, { 1000000, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) request = g_string_new ("GET / HTTP/1.1\r\nHost: localhost\r\n");
      g_autoptr (HubTestLine) line = dial (fixture);
      gboolean is_taken;

      while (request->len < rows[i].size)
        g_string_append_printf (request, "X-%zu: y\r\n", request->len);
      g_string_append (request, "\r\n");
      hub_test_line_write_text (line, request->str);
      wait_for_end (line);
      g_test_message ("%zu", rows[i].size);
      is_taken = line->input->len > strlen (right) && memcmp (line->input->data, right, strlen (right)) == 0;
      g_assert_cmpint (is_taken, ==, rows[i].is_taken);
    }
  assert_page_is_served (fixture);
}

static gsize
resident_bytes (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  return g_ascii_strtoull (fields[1], NULL, 10) * (gsize) sysconf (_SC_PAGESIZE);
}

/* libsoup 3.2 would keep the path of each for ever. */
static void
test_body_of_no_size (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = { "Content-Length: x\r\n", "Transfer-Encoding: gzip\r\n", "Content-Length: 1\r\n 1\r\n" };
  g_autofree char *path = g_strnfill (60000, 'x');
  gsize before = 0;

  for (guint i = 0; i < (hub_test_slowness () == 1 ? 600u : 6u); i++)
    {
      g_autofree char *request = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, headers[i % 3]);
      g_autoptr (HubTestLine) line = dial (fixture);

      if (i == 100)
        before = resident_bytes ();
      hub_test_line_write_text (line, request);
      wait_for_end (line);
      g_assert_cmpuint (line->input->len, ==, 0);
    }
  /* The 500 paths are 30 MB. */
  if (before > 0)
    g_assert_cmpuint (resident_bytes (), <, before + 10 * 1000 * 1000);
  assert_page_is_served (fixture);
}

/* And the name of each method. */
static void
test_methods (Fixture *fixture, gconstpointer data)
{
  GQuark before = g_quark_from_static_string ("before the methods");

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *request = g_strdup_printf ("METHOD%u / HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
      g_autoptr (HubTestLine) line = dial (fixture);

      hub_test_line_write_text (line, request);
      wait_for_end (line);
      g_assert_cmpuint (line->input->len, ==, 0);
    }
  g_assert_cmpuint (g_quark_from_static_string ("behind the methods") - before, <, 50);
  assert_page_is_served (fixture);
}

/* Nor is one that was cut anywhere a request. */
static void
test_cut_request (Fixture *fixture, gconstpointer data)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  for (gsize size = 1; size <= strlen (request); size++)
    {
      g_autofree char *cut = g_strndup (request, size);
      g_autoptr (HubTestLine) line = dial (fixture);

      hub_test_line_write_text (line, cut);
      hub_test_line_end_output (line);
      wait_for_end (line);
      g_assert_cmpint (line->input->len > 0, ==, size == strlen (request));
    }
}

static void
test_no_http_at_once (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    const char *log;
  } rows[] = {
    { "16 03 01 0200 01 0001fc 0303 00*32", "it speaks TLS on a port without it." },
    { "10 [{'MQTT'} 04 02 003c {'id'}]", "it speaks MQTT without WebSocket on a websockets port." },
    { "00 01 02 03", "it does not speak HTTP." },
    { "'ssh-2.0'", "it does not speak HTTP." },
    { "0d0a", "it does not speak HTTP." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 since_us = g_get_monotonic_time ();
      g_autoptr (HubTestLine) line = dial (fixture);
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);

      hub_test_line_write (line, hub_test_span (bytes));
      wait_for_end (line);
      g_assert_cmpuint (line->input->len, ==, 0);
      if (hub_test_slowness () == 1)
        g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US / 2);
      g_assert_cmpuint (hub_test_broker_count_log (fixture->broker, rows[i].log), >, 0);
    }
}

static void
test_many_half_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  gint64 since_us = g_get_monotonic_time ();

  for (guint i = 0; i < 200; i++)
    {
      HubTestLine *line = dial (fixture);

      if (i % 2 == 0)
        hub_test_line_write_text (line, "GET / HTTP/1.1\r\nHost: localhost\r\nX");
      g_ptr_array_add (lines, line);
    }
  assert_page_is_served (fixture);
  for (guint i = 0; i < lines->len; i++)
    wait_for_end (g_ptr_array_index (lines, i));
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, TIMEOUT_US - 10 * G_TIME_SPAN_MILLISECOND);
  assert_page_is_served (fixture);
}

/* A third stop in the request, a third behind it, and a third in the first frame. */
static void
test_many_half_open_upgrades (Fixture *fixture, gconstpointer data)
{
  static const char switched[] = "HTTP/1.1 101";
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  g_autoptr (HubTestClient) witness = hub_test_client_join (fixture->broker, HUB_TEST_WEBSOCKET, "witness");
  g_autofree char *request = hub_test_http_make_upgrade (fixture->broker->http_port, NULL);
  g_autofree char *half = g_strndup (request, strlen (request) / 2);
  g_autoptr (GByteArray) frame = hub_test_bytes ("82 8e 00000000 10 0c");
  gint64 since_us = g_get_monotonic_time ();

  for (guint i = 0; i < 3 * 200; i++)
    {
      HubTestLine *line = dial (fixture);

      hub_test_line_write_text (line, i % 3 == 0 ? half : request);
      if (i % 3 == 2)
        hub_test_line_write (line, hub_test_span (frame));
      g_ptr_array_add (lines, line);
      if (i % 50 == 0)
        hub_test_client_ping (witness);
    }
  assert_page_is_served (fixture);
  for (guint i = 0; i < lines->len; i++)
    {
      HubTestLine *line = g_ptr_array_index (lines, i);

      wait_for_end (line);
      if (i % 3 != 0)
        g_assert_cmpmem (line->input->data, MIN (line->input->len, strlen (switched)), switched, strlen (switched));
    }
  /* One deadline for the request, and one for the CONNECT behind it. */
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 2 * TIMEOUT_US * (1 + hub_test_slowness ()));
  hub_test_client_ping (witness);
  assert_page_is_served (fixture);
}

static guint
count_answers (HubTestLine *line)
{
  g_autofree char *text = g_strndup (line->input->len > 0 ? (const char *) line->input->data : "", line->input->len);
  guint count = 0;

  for (const char *at = text; (at = strstr (at, "HTTP/1.1 ")) != NULL; at++)
    count++;
  return count;
}

/* A connection has one answer, whatever is asked behind it, and whether at once or drop by drop. */
static void
test_pipelined (Fixture *fixture, gconstpointer data)
{
  static const char request[] = "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n";
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  g_autoptr (GString) thousand = g_string_new (NULL);
  g_autoptr (HubTestLine) slow = dial (fixture);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  gint64 since_us = g_get_monotonic_time ();

  hub_test_line_write_text (slow, request);
  while (!slow->has_ended)
    {
      hub_test_line_write_text (slow, "G");
      hub_test_wait_turn (deadline_us, "the connection to end", G_STRLOC);
    }
  g_assert_cmpuint (count_answers (slow), ==, 1);

  for (guint i = 0; i < 1000; i++)
    g_string_append (thousand, request);
  for (guint i = 0; i < 200; i++)
    {
      HubTestLine *line = dial (fixture);

      hub_test_line_write_text (line, thousand->str);
      g_ptr_array_add (lines, line);
    }
  for (guint i = 0; i < lines->len; i++)
    {
      wait_for_end (g_ptr_array_index (lines, i));
      g_assert_cmpuint (count_answers (g_ptr_array_index (lines, i)), <=, 1);
    }
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US * (4 + hub_test_slowness ()));
  assert_page_is_served (fixture);
}

/* Who has asked and does not take the answer is let go, too. The largest file does not fit into what the system holds. */
static void
test_does_not_read_the_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) line = dial (fixture);
  G_GNUC_UNUSED g_autoptr (HubTestAnswer) answer = NULL;

  hub_test_line_set_room (line, 4096);
  hub_test_line_write_text (line, "GET /mqtt.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
  hub_test_broker_stop (fixture->broker);
  hub_test_broker_start (fixture->broker);
  wait_for_end (line);
}

/* A WebSocket whose upgrade is done has the deadline of MQTT, counted from there. */
static void
test_upgraded_and_silent (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestClient) client = hub_test_client_open (fixture->broker, HUB_TEST_WEBSOCKET);

  hub_test_client_expect_end (client, 1008);
  assert_at_deadline (since_us);
}

/* With the deadline of the request over, the WebSocket is still there. */
static void
test_upgraded_in_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) silent = dial (fixture);
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_WEBSOCKET, "ada");
  g_autoptr (HubTestLine) later = dial (fixture);

  hub_test_line_expect_end (silent);
  hub_test_line_expect_end (later);
  hub_test_client_ping (client);
}

static void
test_stop_with_half_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) silent = dial (fixture);
  g_autoptr (HubTestLine) half = dial (fixture);
  g_autoptr (HubTestLine) whole = dial (fixture);
  gint64 since_us;

  hub_test_line_write_text (half, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  assert_page_is_served (fixture);
  hub_test_line_write_text (whole, "GET /mqtt.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n");
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (fixture->broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US * hub_test_slowness ());
  wait_for_end (silent);
  wait_for_end (half);
  wait_for_end (whole);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/http-limits/silent", test_silent },
    { "/net/http-limits/half-a-request", test_half_a_request },
    { "/net/http-limits/slow-headers", test_slow_headers },
    { "/net/http-limits/slow-request-line", test_slow_request_line },
    { "/net/http-limits/endless-headers", test_endless_headers },
    { "/net/http-limits/endless-lines", test_endless_lines },
    { "/net/http-limits/header-size", test_header_size },
    { "/net/http-limits/body-of-no-size", test_body_of_no_size },
    { "/net/http-limits/methods", test_methods },
    { "/net/http-limits/cut-request", test_cut_request },
    { "/net/http-limits/no-http-at-once", test_no_http_at_once },
    { "/net/http-limits/many-half-open", test_many_half_open },
    { "/net/http-limits/many-half-open-upgrades", test_many_half_open_upgrades },
    { "/net/http-limits/pipelined", test_pipelined },
    { "/net/http-limits/does-not-read-the-answer", test_does_not_read_the_answer },
    { "/net/http-limits/upgraded-and-silent", test_upgraded_and_silent },
    { "/net/http-limits/upgraded-in-time", test_upgraded_in_time },
    { "/net/http-limits/stop-with-half-open", test_stop_with_half_open },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
