/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-log.h"
#include "broker/net/hub-host-policy.h"
#include "broker/net/hub-http.h"
#include "broker/net/hub-reactor.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-http-tables.h"

#include <errno.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * HTTP, with libsoup in the middle, over a socket pair. An input is a byte of options, one that says where the request is
 * cut in two, and what a client sends until it ends its output. It is sent in one piece, and in two with all that there is
 * to do done between: the answer must be the same.
 */

/* There is none in these runs: whoever waits for ever is found by libFuzzer's own. */
#define TIMEOUT_US (24 * G_TIME_SPAN_HOUR)

typedef struct
{
  GMainContext *context;
  HubReactor *reactor;
  HubAdmission *admission;
  HubHttp *http;
  HubLog log;
  GByteArray *left_over; /* (owned) (nullable): what was behind the upgrade that has just been */
} World;

/* What became of a request. */
typedef struct
{
  GByteArray *output; /* (owned): what the client was sent */
  gboolean is_upgraded;
  GByteArray *left_over; /* (owned) (nullable) */
} Outcome;

/* An answer, taken apart. */
typedef struct
{
  guint status;
  SoupMessageHeaders *headers; /* (owned) */
  HubSpan body;
} Answer;

static void
outcome_clear (Outcome *self)
{
  g_clear_pointer (&self->output, g_byte_array_unref);
  g_clear_pointer (&self->left_over, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->headers, soup_message_headers_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* --- The server --- */

static gint64
turn_end_cb (gint64 now_us, gpointer user_data)
{
  return G_MAXINT64;
}

static void
upgraded_cb (HubArrival *arrival, GByteArray *first_bytes, gpointer user_data)
{
  World *world = user_data;

  g_assert_null (world->left_over);
  g_assert_cmpint (arrival->fd, >=, 0);
  world->left_over = g_byte_array_ref (first_bytes);
  hub_arrival_dismiss (arrival, world->admission);
}

static void
refused_cb (const HubIpAddress *address, const char *sentence, gpointer user_data)
{
  hub_log_line (&((World *) user_data)->log, HUB_LOG_NOTICE, "It %s.", sentence);
}

/* What is said of a client never disturbs the log. */
static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  g_assert_true (g_utf8_validate (line, -1, NULL));
  for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (at)));
}

static World *
get_world (void)
{
  static const HubHttpFuncs funcs = { .upgraded = upgraded_cb, .refused = refused_cb };
  static const char *const methods[] = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND"
  };
  static World *world;
  HubHttpOptions options = {
    .own_name = HUB_TEST_OWN_NAME,
    .more_hosts = hub_test_more_hosts,
    .more_origins = hub_test_more_origins,
    .timeout_us = TIMEOUT_US,
  };

  if (world != NULL)
    return world;
  world = g_new0 (World, 1);
  world->context = g_main_context_default ();
  world->reactor = hub_reactor_new (world->context, turn_end_cb, world, NULL);
  world->admission = hub_admission_new (0, FALSE);
  world->log = (HubLog){ .func = log_cb, .level = HUB_LOG_DEBUG };
  /* What libsoup knows by itself: it interns these when it first needs them. */
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    g_intern_static_string (methods[i]);
  world->http = hub_http_new (world->reactor, world->admission, &options, &funcs, world);
  return world;
}

/* --- The client --- */

static void
write_all (int fd, HubSpan bytes)
{
  /* Who has answered already does not read any more. */
  g_assert_true (send (fd, bytes.data, bytes.size, MSG_NOSIGNAL) == (gssize) bytes.size || errno == EPIPE || errno == ECONNRESET);
}

static gboolean
read_some (int fd, GByteArray *output)
{
  guint8 buffer[16 * 1024];
  gssize n;

  while ((n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
    g_byte_array_append (output, buffer, (guint) n);
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

static void
run_idle (World *world)
{
  while (g_main_context_iteration (world->context, FALSE))
    ;
}

static void
play (World *world, gboolean is_here, HubSpan first, HubSpan rest, Outcome *outcome)
{
  HubArrival arrival = { 0 };
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  arrival.fd = fds[0];
  g_assert_true (hub_ip_address_parse (&arrival.address, is_here ? "127.0.0.1" : "192.0.2.9"));
  hub_http_take (world->http, &arrival);
  write_all (fds[1], first);
  if (rest.size > 0)
    {
      run_idle (world);
      write_all (fds[1], rest);
    }
  shutdown (fds[1], SHUT_WR);
  outcome->output = g_byte_array_new ();
  while (read_some (fds[1], outcome->output) || hub_http_get_count (world->http) > 0)
    g_main_context_iteration (world->context, TRUE);
  close (fds[1]);
  run_idle (world);
  outcome->left_over = g_steal_pointer (&world->left_over);
  outcome->is_upgraded = outcome->left_over != NULL;
}

/* --- What must be so --- */

static gboolean
is_among (const char *name, const char *const *names)
{
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (name, *names) == 0)
      return TRUE;
  return FALSE;
}

/* No client gets a header or a line of its own into an answer. */
static void
check_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const names[] = {
    "Accept-Ranges",
    "Allow",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Resource-Policy",
    "Date",
    "ETag",
    "Referrer-Policy",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "Server",
    "Upgrade",
    "Vary",
    "X-Content-Type-Options",
    NULL,
  };
  static const char policy[] = "^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "connect-src 'self'( ws://[][a-zA-Z0-9._:-]+)?; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'$";

  g_assert_true (is_among (name, names));
  for (const char *at = value; *at != '\0'; at++)
    g_assert_true (g_ascii_isprint (*at));
  if (g_ascii_strcasecmp (name, "Content-Security-Policy") == 0)
    g_assert_true (g_regex_match_simple (policy, value, 0, 0));
  (*(guint *) user_data)++;
}

/* What is in front of the first empty line; its size with and without that. */
static gboolean
find_head (HubSpan bytes, gsize *size, gsize *whole_size)
{
  for (gsize at = 0, line = 0; at < bytes.size; at++)
    if (bytes.data[at] == '\n')
      {
        if (at == line || (at == line + 1 && bytes.data[line] == '\r'))
          {
            *size = line;
            *whole_size = at + 1;
            return TRUE;
          }
        line = at + 1;
      }
  return FALSE;
}

static void
take_apart (HubSpan output, Answer *answer)
{
  guint n_lines = 0;
  guint n_headers = 0;
  gsize size;
  gsize whole_size;
  HubSpan head;

  do
    {
      g_assert_true (find_head (output, &size, &whole_size));
      g_clear_pointer (&answer->headers, soup_message_headers_unref);
      answer->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      g_assert_true (soup_headers_parse_response ((const char *) output.data, (int) size, answer->headers, NULL, &answer->status, NULL));
      head = (HubSpan){ output.data, size };
      output = (HubSpan){ output.data + whole_size, output.size - whole_size };
    }
  while (answer->status == SOUP_STATUS_CONTINUE);
  answer->body = output;
  soup_message_headers_foreach (answer->headers, check_header, &n_headers);
  for (gsize at = 0; at < head.size; at++)
    n_lines += head.data[at] == '\n' ? 1 : 0;
  g_assert_cmpuint (n_lines, ==, n_headers + 1);
}

/* There is as much behind the headers as they say, and no second answer. */
static void
check_body (const Answer *answer, gboolean is_head)
{
  const char *length = soup_message_headers_get_one (answer->headers, "Content-Length");

  if (is_head || answer->status == SOUP_STATUS_SWITCHING_PROTOCOLS || answer->status == SOUP_STATUS_NOT_MODIFIED)
    g_assert_cmpuint (answer->body.size, ==, 0);
  else
    g_assert_cmpuint (answer->body.size, ==, g_ascii_strtoull (length, NULL, 10));
}

/* --- Who may have what: a second implementation, that lets through no less --- */

/* What stands in front of the port, in lower case, without brackets and the dot at the end. */
static char *
name_of (const char *host)
{
  const char *colon = strrchr (host, ':');
  gboolean has_port = colon != NULL && strchr (colon, ']') == NULL;
  char *name = g_ascii_strdown (host, has_port ? colon - host : -1);
  gsize size = strlen (name);

  if (size > 1 && name[0] == '[' && name[size - 1] == ']')
    {
      name[size - 1] = '\0';
      memmove (name, name + 1, size - 1);
    }
  else if (size > 0 && name[size - 1] == '.')
    {
      name[size - 1] = '\0';
    }
  return name;
}

static guint64
port_of (const char *host, guint64 usual)
{
  const char *colon = strrchr (host, ':');

  return colon != NULL && g_ascii_isdigit (colon[1]) ? g_ascii_strtoull (colon + 1, NULL, 10) : usual;
}

static gboolean
is_ours (const char *host)
{
  static const char *const names[] = {
    "localhost", "ship", "ship.local", "ship.lan", "ship.home", "ship.internal", "ship.home.arpa", NULL
  };
  g_autofree char *name = name_of (host);

  return is_among (name, names) || is_among (name, hub_test_more_hosts) || g_str_has_suffix (name, ".local") ||
         g_hostname_is_ip_address (name);
}

static gboolean
is_of_this_computer (const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  return g_str_equal (name, "localhost") || g_str_has_prefix (name, "::ffff:") ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
may_connect (const char *origin, const char *scheme, const char *host, gboolean is_here)
{
  const char *rest = origin != NULL ? strstr (origin, "://") : NULL;
  g_autofree char *name = NULL;
  g_autofree char *own_name = name_of (host);
  guint64 usual;

  if (origin == NULL || is_among (origin, hub_test_more_origins) || (is_here && g_str_equal (origin, "null")))
    return TRUE;
  if (rest == NULL)
    return FALSE;
  rest += strlen ("://");
  name = name_of (rest);
  if (is_here && is_of_this_computer (name))
    return TRUE;
  usual = g_str_equal (scheme, "https") ? 443 : 80;
  return g_ascii_strncasecmp (origin, scheme, strlen (scheme)) == 0 && g_str_equal (name, own_name) &&
         port_of (rest, usual) == port_of (host, usual);
}

/* --- What became of a request --- */

static gboolean
is_key (const char *key)
{
  g_autofree guchar *bytes = NULL;
  gsize size;

  bytes = key != NULL && strlen (key) == 24 ? g_base64_decode (key, &size) : NULL;
  return bytes != NULL && size == 16;
}

static char *
accept_of (const char *key)
{
  g_autofree char *text = g_strconcat (key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", NULL);
  guint8 digest[20];
  gsize size = sizeof digest;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);

  g_checksum_update (sum, (const guint8 *) text, (gssize) strlen (text));
  g_checksum_get_digest (sum, digest, &size);
  return g_base64_encode (digest, size);
}

/* A space, which may not stand between two, is as good as a comma to libsoup. */
static gboolean
offers (SoupMessageHeaders *headers, const char *protocol)
{
  g_auto (GStrv) list = g_strsplit_set (soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol"), ", \t", -1);

  return g_strv_contains ((const char *const *) list, protocol);
}

static void
check_upgrade (SoupMessageHeaders *request, const Answer *answer, const char *host, gboolean is_here)
{
  const char *key = soup_message_headers_get_list (request, "Sec-WebSocket-Key");
  const char *protocol = soup_message_headers_get_list (answer->headers, "Sec-WebSocket-Protocol");
  g_autofree char *accept = NULL;

  g_assert_true (may_connect (soup_message_headers_get_list (request, "Origin"), "http", host, is_here));
  g_assert_cmpstr (soup_message_headers_get_list (request, "Sec-WebSocket-Version"), ==, "13");
  g_assert_true (g_str_equal (protocol, "mqtt") || g_str_equal (protocol, "mqttv3.1"));
  g_assert_true (offers (request, protocol));
  g_assert_true (is_key (key));
  accept = accept_of (key);
  g_assert_cmpstr (soup_message_headers_get_list (answer->headers, "Sec-WebSocket-Accept"), ==, accept);
  g_assert_null (soup_message_headers_get_list (answer->headers, "Sec-WebSocket-Extensions"));
}

/* Only who names this computer is shown the page, or gets further than that. */
static void
check_granted (HubSpan request, const Answer *answer, const Outcome *outcome, gboolean is_here)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autofree char *method = NULL;
  const char *host;
  gsize size;
  gsize whole_size;

  g_assert_true (find_head (request, &size, &whole_size));
  g_assert_cmpuint (soup_headers_parse_request ((const char *) request.data, (int) size, headers, &method, NULL, NULL), ==, SOUP_STATUS_OK);
  g_assert_true (g_str_equal (method, "GET") || g_str_equal (method, "HEAD"));
  host = soup_message_headers_get_list (headers, "Host");
  g_assert_nonnull (host);
  g_assert_true (is_ours (host));
  if (!outcome->is_upgraded)
    return;
  check_upgrade (headers, answer, host, is_here);
  g_assert_cmpuint (outcome->left_over->len, <=, request.size - whole_size);
  g_assert_cmpmem (outcome->left_over->data, outcome->left_over->len, request.data + whole_size, outcome->left_over->len);
}

static guint
check (HubSpan request, const Outcome *outcome, gboolean is_here)
{
  g_auto (Answer) answer = { 0 };

  if (outcome->output->len == 0)
    {
      g_assert_false (outcome->is_upgraded);
      return 0;
    }
  take_apart ((HubSpan){ outcome->output->data, outcome->output->len }, &answer);
  check_body (&answer, request.size > 4 && memcmp (request.data, "HEAD", 4) == 0 && g_ascii_isspace (request.data[4]));
  g_assert_cmpint (outcome->is_upgraded, ==, answer.status == SOUP_STATUS_SWITCHING_PROTOCOLS);
  g_assert_true (answer.status < 500 || answer.status == SOUP_STATUS_HTTP_VERSION_NOT_SUPPORTED);
  if (answer.status < 400)
    check_granted (request, &answer, outcome, is_here);
  return answer.status;
}

/* Nothing of what a client sends may be kept for ever: libsoup would, of a method. */
static GQuark
find_method (HubSpan request)
{
  gsize size = 0;
  g_autofree char *method = NULL;

  while (size < request.size && strchr (" \t\r\n", request.data[size]) == NULL)
    size++;
  method = g_strndup ((const char *) request.data, size);
  return g_quark_try_string (method);
}

/* The rules themselves, also as they are where TLS is spoken, and for what would not get through libsoup. */
static void
check_rules (HubSpan bytes)
{
  g_autofree char *text = g_strndup ((const char *) bytes.data, bytes.size);
  char *origin = strchr (text, '\n');

  if (origin != NULL)
    *origin++ = '\0';
  if (hub_host_check (text, HUB_TEST_OWN_NAME, hub_test_more_hosts) != HUB_HOST_ACCEPTED)
    return;
  g_assert_true (is_ours (text));
  for (guint i = 0; i < 4; i++)
    {
      const char *scheme = i < 2 ? "http" : "https";

      if (hub_origin_is_allowed (origin, scheme, text, i % 2 == 0, hub_test_more_origins))
        g_assert_true (may_connect (origin, scheme, text, i % 2 == 0));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  World *world = get_world ();
  g_auto (Outcome) whole = { 0 };
  g_auto (Outcome) cut = { 0 };
  gboolean is_here;
  HubSpan request;
  GQuark known;
  gsize first;

  if (size < 2)
    return 0;
  is_here = (data[0] & 1) != 0;
  request = (HubSpan){ data + 2, size - 2 };
  first = request.size * data[1] / 256;
  check_rules (request);
  known = find_method (request);
  play (world, is_here, request, (HubSpan){ NULL, 0 }, &whole);
  play (world, is_here, (HubSpan){ request.data, first }, (HubSpan){ request.data + first, request.size - first }, &cut);
  if (g_getenv ("HUB_FUZZ_PRINT") != NULL)
    g_print ("%.*s\n", (int) whole.output->len, (const char *) whole.output->data);
  g_assert_cmpuint (check (request, &whole, is_here), ==, check (request, &cut, is_here));
  g_assert_cmpuint (find_method (request), ==, known);
  return 0;
}
