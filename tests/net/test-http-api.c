/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <json-glib/json-glib.h>

/* The history over HTTP, of a log in memory and of one on disk: pages, tags, errors, and those who do not wait for it. */

#define TIMEOUT_US G_TIME_SPAN_SECOND

typedef struct
{
  HubTestBroker *broker;
  char *folder; /* (owned) (nullable): of the database */
} Fixture;

static HubConfig *
make_config (const char *folder)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.connect_timeout_us = TIMEOUT_US;
  if (folder == NULL)
    return config;
  config->store.persistence = TRUE;
  config->store.persistence_location = g_strdup (folder);
  config->store.durability = HUB_STORE_PROCESS;
  config->store.record_max_messages = 0;
  config->store.record_max_bytes = 0;
  return config;
}

static void
set_up (Fixture *fixture, gconstpointer on_disk)
{
  HubConfig *config;

  if (GPOINTER_TO_INT (on_disk))
    fixture->folder = hub_test_folder_new ();
  config = make_config (fixture->folder);
  fixture->broker = hub_test_broker_new (config);
}

static void
tear_down (Fixture *fixture, gconstpointer on_disk)
{
  hub_test_broker_free (fixture->broker);
  g_clear_pointer (&fixture->folder, hub_test_folder_free);
}

static HubTestAnswer *
get (Fixture *fixture, const char *target, const char *headers)
{
  return hub_test_http_get (fixture->broker->http_port, target, headers);
}

static JsonNode *
parse (const HubTestAnswer *answer)
{
  g_autofree char *text = g_strndup ((const char *) answer->body->data, answer->body->len);
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hub_test_answer_get (answer, "content-type"), ==, "application/json");
  return node;
}

static JsonNode *
get_json (Fixture *fixture, const char *target)
{
  g_autoptr (HubTestAnswer) answer = get (fixture, target, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  return parse (answer);
}

/* The texts of a page, and whether there are more: "one two more". */
static char *
get_texts (Fixture *fixture, const char *target)
{
  g_autoptr (JsonNode) node = get_json (fixture, target);
  JsonObject *object = json_node_get_object (node);
  JsonArray *messages = json_object_get_array_member (object, "messages");
  GString *text = g_string_new (NULL);
  gint64 last = 0;

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      g_assert_cmpint (json_object_get_int_member (message, "seq"), >, last);
      last = json_object_get_int_member (message, "seq");
      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", json_object_get_string_member (message, "payload"));
    }
  if (json_object_get_boolean_member (object, "more"))
    g_string_append (text, " more");
  return g_string_free (text, FALSE);
}

#define assert_texts(fixture, target, expected)            \
  G_STMT_START                                             \
  {                                                        \
    g_autofree char *texts_ = get_texts (fixture, target); \
                                                           \
    g_assert_cmpstr (texts_, ==, expected);                \
  }                                                        \
  G_STMT_END

static void
publish (HubTestClient *client, const char *topic, const char *text)
{
  hub_test_client_publish (client, topic, hub_span_from_string (text), 0);
}

static void
publish_numbers (HubTestClient *client, guint first, guint last)
{
  for (guint i = first; i <= last; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      publish (client, "messages", text);
    }
  hub_test_client_ping (client);
}

static void
test_info (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (JsonNode) node = get_json (fixture, "/api/info");
  JsonObject *object = json_node_get_object (node);
  JsonObject *ports = json_object_get_object_member (object, "ports");
  JsonArray *addresses = json_object_get_array_member (object, "addresses");
  JsonObject *limits = json_object_get_object_member (object, "limits");

  g_assert_cmpstr (json_object_get_string_member (object, "app"), ==, "hubbub");
  g_assert_cmpuint (strlen (json_object_get_string_member (object, "name")), >, 0);
  g_assert_true (g_uuid_string_is_valid (json_object_get_string_member (object, "log")));
  g_assert_cmpint (json_object_get_int_member (ports, "mqtt"), ==, fixture->broker->mqtt_port);
  g_assert_cmpint (json_object_get_int_member (ports, "http"), ==, fixture->broker->http_port);
  /* It listens on this one alone. */
  g_assert_cmpuint (json_array_get_length (addresses), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (addresses, 0), ==, "127.0.0.1");
  g_assert_false (json_object_get_boolean_member (object, "auth"));
  g_assert_cmpint (json_object_get_int_member (limits, "packet"), ==, 2000000);
  g_assert_true (json_object_get_boolean_member (object, "recording"));
}

/* What the door is not open on is not named. */
static void
test_addresses (void)
{
  static const struct
  {
    const char *host; /* (nullable) */
    HubSocketDomain domain;
    const char *pattern; /* of each */
    guint at_most;
  } rows[] = {
    { NULL, HUB_SOCKET_DOMAIN_ANY, "^[0-9a-f.:]+$", G_MAXUINT },
    { NULL, HUB_SOCKET_DOMAIN_IPV4, "^[0-9.]+$", G_MAXUINT },
    { "0.0.0.0", HUB_SOCKET_DOMAIN_ANY, "^[0-9.]+$", G_MAXUINT },
    { "localhost", HUB_SOCKET_DOMAIN_IPV4, "^localhost$", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubConfig *config = hub_test_config_new ();
      HubListenerOptions *door = hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS);
      Fixture fixture = { 0 };
      g_autoptr (JsonNode) node = NULL;
      JsonArray *addresses;

      g_free (door->host);
      door->host = g_strdup (rows[i].host);
      door->socket_domain = rows[i].domain;
      fixture.broker = hub_test_broker_new (config);
      node = get_json (&fixture, "/api/info");
      addresses = json_object_get_array_member (json_node_get_object (node), "addresses");
      g_assert_cmpuint (json_array_get_length (addresses), >=, 1);
      g_assert_cmpuint (json_array_get_length (addresses), <=, rows[i].at_most);
      for (guint k = 0; k < json_array_get_length (addresses); k++)
        {
          const char *address = json_array_get_string_element (addresses, k);

          g_test_message ("%" G_GSIZE_FORMAT ": %s", i, address);
          g_assert_true (g_regex_match_simple (rows[i].pattern, address, 0, 0));
        }
      hub_test_broker_free (fixture.broker);
    }
}

/* The value of a user property in a packet. */
static char *
dup_property (GBytes *packet, const char *name)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (packet, &size);
  const guint8 *found = memmem (data, size, name, strlen (name));

  g_assert_nonnull (found);
  found += strlen (name);
  return g_strndup ((const char *) found + 2, (gsize) found[0] << 8 | found[1]);
}

/* What subscribers are told of a message, history tells as well. */
static void
test_message (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (fixture->broker, HUB_TEST_TCP);
  g_autoptr (JsonNode) info = get_json (fixture, "/api/info");
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) told = NULL;
  g_autofree char *log = NULL;
  g_autofree char *seq = NULL;
  g_autofree char *time = NULL;
  JsonObject *message;

  hub_test_client_send (client, "10 [{'MQTT'} 05 02 003c 00 {'ada'}]");
  g_bytes_unref (hub_test_client_read (client));
  hub_test_client_send (client, "82 [0001 00 {'messages'} 00]");
  g_bytes_unref (hub_test_client_read (client));
  hub_test_client_send (client, "30 [{'messages'} 00 '{\"message\":\"hi\"}']");
  told = hub_test_client_read (client);
  log = dup_property (told, "hub-log");
  seq = dup_property (told, "hub-seq");
  time = dup_property (told, "hub-time");

  node = get_json (fixture, "/api/messages");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "log"),
                   ==,
                   json_object_get_string_member (json_node_get_object (info), "log"));
  message = json_array_get_object_element (json_object_get_array_member (json_node_get_object (node), "messages"), 0);
  g_assert_cmpstr (json_object_get_string_member (message, "topic"), ==, "messages");
  g_assert_cmpstr (json_object_get_string_member (message, "payload"), ==, "{\"message\":\"hi\"}");
  g_assert_cmpstr (json_object_get_string_member (message, "client"), ==, "ada");
  g_assert_cmpstr (log, ==, json_object_get_string_member (json_node_get_object (info), "log"));
  g_assert_cmpint (json_object_get_int_member (message, "seq"), ==, g_ascii_strtoll (seq, NULL, 10));
  g_assert_cmpint (json_object_get_int_member (message, "time"), ==, g_ascii_strtoll (time, NULL, 10));
}

static void
test_pages (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_WEBSOCKET, "ada");

  assert_texts (fixture, "/api/messages", "");
  publish (client, "messages", "a");
  publish (client, "messages/room", "b");
  publish (client, "other", "never");
  publish (client, "messages", "");
  publish (client, "messages/room/deeper", "c");
  publish (client, "messages", "d");
  hub_test_client_ping (client);
  assert_texts (fixture, "/api/messages", "a d");
  assert_texts (fixture, "/api/messages?topic=messages/%23", "a b c d");
  assert_texts (fixture, "/api/messages?topic=messages/%2B", "b");
  assert_texts (fixture, "/api/messages?topic=messages/room", "b");
  assert_texts (fixture, "/api/messages?topic=other", "");
  assert_texts (fixture, "/api/messages?topic=%23&limit=2", "c d more");
  assert_texts (fixture, "/api/messages?topic=%23&limit=2&before=3", "a b");
  assert_texts (fixture, "/api/messages?topic=%23&limit=2&after=1", "b c more");
  assert_texts (fixture, "/api/messages?topic=%23&limit=2&after=2", "c d");
  assert_texts (fixture, "/api/messages?after=4", "");
  assert_texts (fixture, "/api/messages?before=1", "");
}

/* As many as there are, one less, and what nobody has said. */
static void
test_limits (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  static const struct
  {
    const char *query;
    guint count;
    guint first; /* 0: that after all */
    gboolean has_more;
  } rows[] = {
    { "", 100, 901, TRUE },
    { "?limit=1000", 1000, 1, FALSE },
    { "?limit=999", 999, 2, TRUE },
    { "?limit=1000&before=1000", 999, 1, FALSE },
    { "?limit=999&before=1000", 999, 1, FALSE },
    { "?limit=998&before=1000", 998, 2, TRUE },
    { "?limit=1&after=0", 1, 1, TRUE },
    { "?limit=1&after=999", 1, 1000, FALSE },
  };

  publish_numbers (client, 1, 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *target = g_strconcat ("/api/messages", rows[i].query, NULL);
      g_autoptr (JsonNode) node = get_json (fixture, target);
      JsonArray *messages = json_object_get_array_member (json_node_get_object (node), "messages");

      g_test_message ("%s", target);
      g_assert_cmpuint (json_array_get_length (messages), ==, rows[i].count);
      g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (messages, 0), "seq"), ==, rows[i].first);
      g_assert_cmpint (json_object_get_boolean_member (json_node_get_object (node), "more"), ==, rows[i].has_more);
    }
  if (GPOINTER_TO_INT (on_disk))
    return;

  /* In memory there is room for 1,000. */
  publish_numbers (client, 1001, 1001);
  assert_texts (fixture, "/api/messages?limit=1&after=0", "2 more");
}

static void
test_topics (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  g_autoptr (HubTestAnswer) none = get (fixture, "/api/topics", NULL);
  g_autoptr (HubTestAnswer) all = NULL;
  g_autoptr (HubTestAnswer) rooms = NULL;

  publish (client, "messages", "a");
  publish (client, "messages/room", "b");
  publish (client, "messages", "c");
  hub_test_client_ping (client);
  all = get (fixture, "/api/topics", NULL);
  rooms = get (fixture, "/api/topics?filter=messages/%2B", NULL);
  g_assert_cmpmem (none->body->data, none->body->len, "[]", 2);
  g_byte_array_append (all->body, (const guint8 *) "", 1);
  g_byte_array_append (rooms->body, (const guint8 *) "", 1);
  g_assert_cmpstr ((const char *) all->body->data,
                   ==,
                   "[{\"topic\":\"messages\",\"last_seq\":3,\"count\":2},{\"topic\":\"messages/room\",\"last_seq\":2,\"count\":1}]");
  g_assert_cmpstr ((const char *) rooms->body->data, ==, "[{\"topic\":\"messages/room\",\"last_seq\":2,\"count\":1}]");
}

static void
test_etag (Fixture *fixture, gconstpointer on_disk)
{
  static const char *const targets[] = { "/api/messages?limit=2", "/api/topics" };
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (HubTestAnswer) first = get (fixture, targets[i], NULL);
      g_autofree char *header = g_strdup_printf ("If-None-Match: %s\r\n", hub_test_answer_get (first, "etag"));
      g_autoptr (HubTestAnswer) same = get (fixture, targets[i], header);
      g_autoptr (HubTestAnswer) other = NULL;

      g_assert_cmpuint (same->status, ==, 304);
      g_assert_cmpuint (same->body->len, ==, 0);
      g_assert_cmpstr (hub_test_answer_get (same, "etag"), ==, hub_test_answer_get (first, "etag"));
      g_assert_cmpstr (hub_test_answer_get (same, "cache-control"), ==, "no-cache");
      publish (client, "messages", "new");
      hub_test_client_ping (client);
      other = get (fixture, targets[i], header);
      g_assert_cmpuint (other->status, ==, 200);
      g_assert_cmpstr (hub_test_answer_get (other, "etag"), !=, hub_test_answer_get (first, "etag"));
    }
}

static void
test_head (Fixture *fixture, gconstpointer on_disk)
{
  static const char *const targets[] = { "/api/info", "/api/messages", "/api/topics", "/api/nothing" };

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
      g_autofree char *start = g_strconcat ("HEAD ", targets[i], NULL);
      g_autofree char *headers = g_strdup_printf ("Host: 127.0.0.1:%u\r\n", fixture->broker->http_port);
      g_autoptr (HubTestAnswer) whole = get (fixture, targets[i], NULL);
      g_autoptr (HubTestAnswer) head = NULL;

      hub_test_http_ask (line, start, headers);
      head = hub_test_http_read (line, FALSE);
      hub_test_line_expect_end (line);
      g_assert_cmpuint (head->status, ==, whole->status);
      g_assert_cmpstr (hub_test_answer_get (head, "content-length"), ==, hub_test_answer_get (whole, "content-length"));
      g_assert_cmpstr (hub_test_answer_get (head, "etag"), ==, hub_test_answer_get (whole, "etag"));
    }
}

/* The headers of the page, and whatever is wrong is said in JSON. */
static void
test_errors (Fixture *fixture, gconstpointer on_disk)
{
  static const struct
  {
    const char *start;
    const char *host;
    guint status;
  } rows[] = {
    { "GET /api/nothing", "localhost", 404 },
    { "GET /api/messages/", "localhost", 404 },
    { "GET /api/messages?limit=0", "localhost", 400 },
    { "GET /api/messages?limit=1001", "localhost", 400 },
    { "GET /api/messages?topic=a%00", "localhost", 400 },
    { "GET /api/topics?before=1", "localhost", 400 },
    { "GET /api/info?x", "localhost", 400 },
    { "POST /api/messages", "localhost", 405 },
    { "DELETE /api/messages", "localhost", 405 },
    { "GET /api/info", "evil.example", 421 },
    { "GET /api/messages", "evil.example", 421 },
    { "GET /api/info", "two words", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
      g_autofree char *headers = g_strdup_printf ("Host: %s\r\n", rows[i].host);
      g_autoptr (HubTestAnswer) answer = NULL;
      g_autoptr (JsonNode) node = NULL;

      g_test_message ("%s", rows[i].start);
      hub_test_http_ask (line, rows[i].start, headers);
      answer = hub_test_http_read (line, TRUE);
      hub_test_line_expect_end (line);
      g_assert_cmpuint (answer->status, ==, rows[i].status);
      node = parse (answer);
      g_assert_cmpuint (strlen (json_object_get_string_member (json_node_get_object (node), "error")), >, 10);
      g_assert_cmpstr (hub_test_answer_get (answer, "x-content-type-options"), ==, "nosniff");
      g_assert_true (g_str_has_prefix (hub_test_answer_get (answer, "content-security-policy"), "default-src 'none';"));
    }
}

/* One answer a connection, also when it takes a while. */
static void
test_pipelined (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);
  g_autoptr (HubTestAnswer) answer = NULL;
  g_autoptr (JsonNode) node = NULL;

  hub_test_line_write_text (line,
                            "GET /api/messages HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            "GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  answer = hub_test_http_read (line, TRUE);
  g_assert_cmpuint (answer->status, ==, 200);
  node = parse (answer);
  g_assert_true (json_object_has_member (json_node_get_object (node), "messages"));
  while (hub_test_line_want (line, line->input->len + 1))
    ;
  g_assert_cmpuint (line->input->len, ==, 0);
}

/* Some close, some reset, some only say that they have no more to say, and those get their answer. */
static void
test_leave (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  const char *request = "GET /api/messages?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n";

  publish_numbers (client, 1, 200);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);

      hub_test_line_write_text (line, request);
      if (i % 3 == 1)
        {
          hub_test_line_reset (line);
        }
      else if (i % 3 == 2)
        {
          g_autoptr (HubTestAnswer) answer = NULL;

          hub_test_line_end_output (line);
          answer = hub_test_http_read (line, TRUE);
          g_assert_cmpuint (answer->status, ==, 200);
        }
    }
  assert_texts (fixture, "/api/messages?limit=1", "200 more");
}

static void
test_large (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  g_autofree char *large = g_strnfill (1900000, '"');
  g_autofree char *texts = NULL;

  publish (client, "messages", "small");
  publish (client, "messages", large);
  hub_test_client_ping (client);
  texts = get_texts (fixture, "/api/messages");
  /* It fills a page by itself. */
  g_assert_cmpuint (strlen (texts), ==, 1900000 + strlen (" more"));
  assert_texts (fixture, "/api/messages?before=2", "small");
}

/* What is asked when it stops does not hold it up. */
static void
test_stop (Fixture *fixture, gconstpointer on_disk)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  gint64 since_us;

  for (guint i = 0; i < 20; i++)
    {
      HubTestLine *line = hub_test_line_dial ("127.0.0.1", fixture->broker->http_port);

      g_ptr_array_add (lines, line);
      hub_test_line_write_text (line, "GET /api/messages HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (fixture->broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, G_TIME_SPAN_SECOND * (1 + hub_test_slowness ()));
  hub_test_broker_start (fixture->broker);
  assert_texts (fixture, "/api/messages", "");
}

/* History on disk is there after a new start, under the same name; that in memory is another one. */
static void
test_new_start (Fixture *fixture, gconstpointer on_disk)
{
  HubTestClient *client = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "ada");
  g_autoptr (JsonNode) before = get_json (fixture, "/api/info");
  g_autoptr (JsonNode) after = NULL;
  const char *log;

  publish_numbers (client, 1, 3);
  hub_test_client_free (client);
  hub_test_broker_stop (fixture->broker);
  hub_test_broker_start (fixture->broker);
  assert_texts (fixture, "/api/messages", GPOINTER_TO_INT (on_disk) ? "1 2 3" : "");
  after = get_json (fixture, "/api/info");
  log = json_object_get_string_member (json_node_get_object (before), "log");
  g_assert_cmpint (g_str_equal (json_object_get_string_member (json_node_get_object (after), "log"), log),
                   ==,
                   GPOINTER_TO_INT (on_disk));
}

/* Without a log there is no history, and that is said. */
static void
test_nothing_recorded (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestAnswer) info = NULL;
  g_autoptr (HubTestAnswer) messages = NULL;
  g_autoptr (HubTestAnswer) topics = NULL;
  g_autoptr (JsonNode) node = NULL;

  config->store.record = g_new0 (char *, 1);
  broker = hub_test_broker_new (config);
  info = hub_test_http_get (broker->http_port, "/api/info", NULL);
  messages = hub_test_http_get (broker->http_port, "/api/messages", NULL);
  topics = hub_test_http_get (broker->http_port, "/api/topics", NULL);
  node = parse (info);
  g_assert_true (json_object_get_null_member (json_node_get_object (node), "log"));
  g_assert_false (json_object_get_boolean_member (json_node_get_object (node), "recording"));
  g_assert_cmpuint (messages->status, ==, 404);
  g_assert_cmpuint (topics->status, ==, 404);
}

/* Whether the one place that there is was free. */
static gboolean
is_served (HubTestBroker *broker)
{
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  hub_test_http_ask (line, "GET /api/info", "Host: localhost\r\n");
  while (hub_test_line_fill (line, deadline_us))
    ;
  return line->input->len > 0;
}

/* Who does not read the answer is cut off, and holds up nobody. */
static void
test_slow_reader (void)
{
  char *folder = hub_test_folder_new ();
  HubConfig *config = make_config (folder);
  HubTestBroker *broker;
  HubTestClient *client;
  g_autoptr (HubTestLine) line = NULL;
  /* More than the system would hold for him. */
  g_autofree char *large = g_strnfill (16000000, 'x');
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  gint64 since_us;

  config->server.core.limits.max_packet_bytes = 20000000;
  hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS)->max_connections = 1;
  broker = hub_test_broker_new (config);
  client = hub_test_client_join (broker, HUB_TEST_TCP, "ada");
  publish (client, "messages", large);
  hub_test_client_ping (client);

  since_us = g_get_monotonic_time ();
  line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  hub_test_line_set_room (line, 4096);
  hub_test_http_ask (line, "GET /api/messages", "Host: localhost\r\n");
  while (!is_served (broker))
    {
      hub_test_client_ping (client);
      hub_test_wait_turn (deadline_us, "the slow reader to be cut off", G_STRLOC);
    }
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, 3 * TIMEOUT_US - 10 * G_TIME_SPAN_MILLISECOND);
  hub_test_line_reset (line);
  hub_test_client_free (client);
  hub_test_broker_free (broker);
  hub_test_folder_free (folder);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer on_disk);
  } tests[] = {
    { "info", test_info },
    { "message", test_message },
    { "pages", test_pages },
    { "limits", test_limits },
    { "topics", test_topics },
    { "etag", test_etag },
    { "head", test_head },
    { "errors", test_errors },
    { "pipelined", test_pipelined },
    { "leave", test_leave },
    { "large", test_large },
    { "stop", test_stop },
    { "new-start", test_new_start },
  };
  static const char *const logs[] = { "memory", "disk" };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize k = 0; k < G_N_ELEMENTS (logs); k++)
    for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/net/http-api/%s/%s", logs[k], tests[i].name);

        g_test_add (path, Fixture, GINT_TO_POINTER ((int) k), set_up, tests[i].func, tear_down);
      }
  g_test_add_func ("/net/http-api/addresses", test_addresses);
  g_test_add_func ("/net/http-api/nothing-recorded", test_nothing_recorded);
  g_test_add_func ("/net/http-api/slow-reader", test_slow_reader);
  return g_test_run ();
}
