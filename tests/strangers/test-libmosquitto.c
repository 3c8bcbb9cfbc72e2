/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-wait.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdlib.h>

/*
 * Mosquitto's own client library, in MQTT 5.0. What it is told becomes lines of
 * text; its loops run in turns, and only while something is waited for.
 */
typedef struct
{
  struct mosquitto *mosq; /* (owned) */
  GString *said;          /* (owned): lines, each behind a line feed */
} Client;

typedef struct
{
  HubTestBroker *broker;
  GPtrArray *clients; /* (owned) (element-type Client) */
} Fixture;

/* --- What it is told --- */

static void
append_number (GString *text, const mosquitto_property *property, int id)
{
  uint8_t byte;
  uint16_t pair;
  uint32_t number;

  if (mosquitto_property_read_byte (property, id, &byte, false) != NULL)
    g_string_append_printf (text, "%u", byte);
  else if (mosquitto_property_read_int16 (property, id, &pair, false) != NULL)
    g_string_append_printf (text, "%u", pair);
  else if (mosquitto_property_read_int32 (property, id, &number, false) != NULL)
    g_string_append_printf (text, "%u", number);
  else if (mosquitto_property_read_varint (property, id, &number, false) != NULL)
    g_string_append_printf (text, "%u", number);
}

static void
append_property (GString *text, const mosquitto_property *property)
{
  int id = mosquitto_property_identifier (property);
  char *name = NULL;
  char *value = NULL;
  void *bytes = NULL;
  uint16_t size;

  g_string_append_printf (text,
                          " %s=", mosquitto_property_identifier_to_string (id));
  if (mosquitto_property_read_string_pair (property, id, &name, &value, false) !=
      NULL)
    g_string_append_printf (text, "%s:%s", name, value);
  else if (mosquitto_property_read_string (property, id, &value, false) != NULL)
    g_string_append (text, value);
  else if (mosquitto_property_read_binary (property, id, &bytes, &size, false) !=
           NULL)
    g_string_append_len (text, bytes, size);
  else
    append_number (text, property, id);
  free (name);
  free (value);
  free (bytes);
}

static void
end_line (GString *text, const mosquitto_property *properties)
{
  for (; properties != NULL; properties = mosquitto_property_next (properties))
    append_property (text, properties);
  g_string_append_c (text, '\n');
}

static void
connect_cb (struct mosquitto *mosq, void *user_data, int code, int flags, const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append_printf (said, "CONNACK %d %02x", flags, (guint) code);
  end_line (said, properties);
}

static void
disconnect_cb (struct mosquitto *mosq, void *user_data, int code, const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append_printf (said, "END %02x", (guint) code);
  end_line (said, NULL);
}

static void
publish_cb (struct mosquitto *mosq, void *user_data, int mid, int code, const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append_printf (said, "PUBLISHED %02x", (guint) code);
  end_line (said, properties);
}

static void
subscribe_cb (struct mosquitto *mosq, void *user_data, int mid, int n, const int *codes, const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append (said, "SUBACK");
  for (int i = 0; i < n; i++)
    g_string_append_printf (said, " %02x", (guint) codes[i]);
  end_line (said, properties);
}

static void
unsubscribe_cb (struct mosquitto *mosq, void *user_data, int mid, const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append (said, "UNSUBACK");
  end_line (said, properties);
}

static void
message_cb (struct mosquitto *mosq,
            void *user_data,
            const struct mosquitto_message *message,
            const mosquitto_property *properties)
{
  GString *said = ((Client *) user_data)->said;

  g_string_append_printf (said, "MESSAGE q%d r%d %s %.*s", message->qos,
                          message->retain ? 1 : 0, message->topic,
                          message->payloadlen, (const char *) message->payload);
  end_line (said, properties);
}

/* --- Clients --- */

static void
client_free (gpointer data)
{
  Client *client = data;

  mosquitto_destroy (client->mosq);
  g_string_free (client->said, TRUE);
  g_free (client);
}

static Client *
make_client (Fixture *fixture, const char *client_id, bool is_clean)
{
  Client *client = g_new0 (Client, 1);

  client->said = g_string_new (NULL);
  client->mosq = mosquitto_new (client_id, is_clean, client);
  g_assert_nonnull (client->mosq);
  mosquitto_int_option (client->mosq, MOSQ_OPT_PROTOCOL_VERSION,
                        MQTT_PROTOCOL_V5);
  mosquitto_connect_v5_callback_set (client->mosq, connect_cb);
  mosquitto_disconnect_v5_callback_set (client->mosq, disconnect_cb);
  mosquitto_publish_v5_callback_set (client->mosq, publish_cb);
  mosquitto_subscribe_v5_callback_set (client->mosq, subscribe_cb);
  mosquitto_unsubscribe_v5_callback_set (client->mosq, unsubscribe_cb);
  mosquitto_message_v5_callback_set (client->mosq, message_cb);
  g_ptr_array_add (fixture->clients, client);
  return client;
}

static void
run_once (Fixture *fixture)
{
  for (guint i = 0; i < fixture->clients->len; i++)
    mosquitto_loop (((Client *) g_ptr_array_index (fixture->clients, i))->mosq, 1,
                    1);
}

/* The port of HTTP is another one in each run. */
static void
hide_port (Fixture *fixture, Client *client)
{
  g_autofree char *port = g_strdup_printf ("hub-http:%u\n", fixture->broker->http_port);

  g_string_replace (client->said, port, "hub-http:PORT\n", 0);
}

/* Waits until @client was told all of the lines of @text, and nothing else
 * since the last time. */
static void
expect (Fixture *fixture, Client *client, const char *text)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (client->said->len < strlen (text) &&
         g_get_monotonic_time () < deadline_us)
    {
      run_once (fixture);
      hide_port (fixture, client);
    }
  g_assert_cmpstr (client->said->str, ==, text);
  g_string_truncate (client->said, 0);
}

static void
connect_client (Fixture *fixture, Client *client, mosquitto_property *properties)
{
  g_assert_cmpint (mosquitto_connect_bind_v5 (client->mosq, "127.0.0.1",
                                              fixture->broker->mqtt_port, 60,
                                              NULL, properties),
                   ==, MOSQ_ERR_SUCCESS);
  mosquitto_property_free_all (&properties);
}

#define LIMITS \
  " receive-maximum=20 topic-alias-maximum=10 maximum-packet-size=2000000 user-property=hub-http:PORT\n"

static Client *
join (Fixture *fixture, const char *client_id)
{
  Client *client = make_client (fixture, client_id, true);

  connect_client (fixture, client, NULL);
  expect (fixture, client, "CONNACK 0 00" LIMITS);
  return client;
}

static mosquitto_property *
make_number (int id, guint32 number)
{
  mosquitto_property *properties = NULL;
  int result =
    id == MQTT_PROP_SUBSCRIPTION_IDENTIFIER
      ? mosquitto_property_add_varint (&properties, id, number)
    : id == MQTT_PROP_TOPIC_ALIAS
      ? mosquitto_property_add_int16 (&properties, id, (guint16) number)
      : mosquitto_property_add_int32 (&properties, id, number);

  g_assert_cmpint (result, ==, MOSQ_ERR_SUCCESS);
  return properties;
}

static void
subscribe (Fixture *fixture, Client *client, const char *filter, int qos, int options, mosquitto_property *properties)
{
  g_autofree char *expected = g_strdup_printf ("SUBACK %02x\n", (guint) qos);

  g_assert_cmpint (mosquitto_subscribe_v5 (client->mosq, NULL, filter, qos,
                                           options, properties),
                   ==, MOSQ_ERR_SUCCESS);
  mosquitto_property_free_all (&properties);
  expect (fixture, client, expected);
}

static void
publish (Client *client, const char *topic, const char *text, int qos, bool retain, mosquitto_property *properties)
{
  g_assert_cmpint (mosquitto_publish_v5 (client->mosq, NULL, topic,
                                         (int) strlen (text), text, qos, retain,
                                         properties),
                   ==, MOSQ_ERR_SUCCESS);
  mosquitto_property_free_all (&properties);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->broker = hub_test_broker_new (NULL);
  hub_test_broker_forget_fds (fixture->broker);
  fixture->clients = g_ptr_array_new_with_free_func (client_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->clients);
  hub_test_broker_free (fixture->broker);
}

/* --- What it can express --- */

static void
test_connect (Fixture *fixture, gconstpointer data)
{
  Client *nameless = make_client (fixture, NULL, true);
  Client *secretive = make_client (fixture, "secretive", true);
  Client *other = make_client (fixture, "other", true);
  mosquitto_property *method = NULL;
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  connect_client (fixture, nameless, NULL);
  while (nameless->said->len == 0 && g_get_monotonic_time () < deadline_us)
    run_once (fixture);
  hide_port (fixture, nameless);
  g_assert_true (g_str_has_prefix (
    nameless->said->str, "CONNACK 0 00 assigned-client-identifier=auto-"));
  g_assert_true (g_str_has_suffix (nameless->said->str, LIMITS));

  /* A password without a user name. */
  g_assert_cmpint (mosquitto_username_pw_set (secretive->mosq, NULL, "secret"),
                   ==, MOSQ_ERR_SUCCESS);
  connect_client (fixture, secretive, NULL);
  expect (fixture, secretive, "CONNACK 0 00" LIMITS);

  mosquitto_property_add_string (&method, MQTT_PROP_AUTHENTICATION_METHOD,
                                 "SCRAM-SHA-256");
  connect_client (fixture, other, method);
  expect (fixture, other, "CONNACK 0 8c\nEND 02\n");
}

static void
test_acknowledged (Fixture *fixture, gconstpointer data)
{
  Client *client = join (fixture, "id");

  for (int qos = 1; qos <= 2; qos++)
    {
      publish (client, "a", "x", qos, false, NULL);
      expect (fixture, client, qos == 1 ? "PUBLISHED 10\n" : "PUBLISHED 00\n");
      publish (client, "$SYS/x", "x", qos, false, NULL);
      expect (fixture, client, "PUBLISHED 87\n");
    }
}

static void
test_properties (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *client = join (fixture, "id");
  mosquitto_property *properties = NULL;

  mosquitto_property_add_string_pair (&properties, MQTT_PROP_USER_PROPERTY, "b",
                                      "1");
  mosquitto_property_add_byte (&properties, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR,
                               1);
  mosquitto_property_add_string (&properties, MQTT_PROP_RESPONSE_TOPIC, "r/t");
  mosquitto_property_add_string_pair (&properties, MQTT_PROP_USER_PROPERTY, "a",
                                      "2");
  mosquitto_property_add_binary (&properties, MQTT_PROP_CORRELATION_DATA, "data",
                                 4);
  mosquitto_property_add_string (&properties, MQTT_PROP_CONTENT_TYPE, "text/x");
  mosquitto_property_add_string_pair (&properties, MQTT_PROP_USER_PROPERTY, "b",
                                      "1");
  subscribe (fixture, client, "a", 2, 0, NULL);
  publish (sender, "a", "x", 2, false, properties);
  expect (fixture, sender, "PUBLISHED 00\n");
  expect (fixture, client,
          "MESSAGE q2 r0 a x user-property=b:1 payload-format-indicator=1 "
          "response-topic=r/t user-property=a:2"
          " correlation-data=data content-type=text/x user-property=b:1\n");
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *client = join (fixture, "id");

  publish (sender, "old", "kept", 1, true, NULL);
  expect (fixture, sender, "PUBLISHED 10\n");
  subscribe (fixture, client, "own", 1, MQTT_SUB_OPT_NO_LOCAL, NULL);
  subscribe (fixture, client, "old", 1, MQTT_SUB_OPT_SEND_RETAIN_NEVER,
             make_number (MQTT_PROP_SUBSCRIPTION_IDENTIFIER, 7));
  subscribe (fixture, client, "old", 0, MQTT_SUB_OPT_SEND_RETAIN_NEW, NULL);
  subscribe (fixture, client, "new", 1, MQTT_SUB_OPT_RETAIN_AS_PUBLISHED,
             make_number (MQTT_PROP_SUBSCRIPTION_IDENTIFIER, 300));
  publish (client, "own", "mine", 1, false, NULL);
  expect (fixture, client, "PUBLISHED 10\n");
  publish (sender, "new", "x", 0, true, NULL);
  expect (fixture, client, "MESSAGE q0 r1 new x subscription-identifier=300\n");
  subscribe (fixture, client, "old", 1, MQTT_SUB_OPT_SEND_RETAIN_ALWAYS,
             make_number (MQTT_PROP_SUBSCRIPTION_IDENTIFIER, 8));
  expect (fixture, client, "MESSAGE q1 r1 old kept subscription-identifier=8\n");
  g_assert_cmpint (mosquitto_unsubscribe_v5 (client->mosq, NULL, "old", NULL), ==,
                   MOSQ_ERR_SUCCESS);
  expect (fixture, client, "UNSUBACK\n");
}

/* One by alias alone, which its own broker takes as well. */
static void
test_alias (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *client = join (fixture, "id");

  subscribe (fixture, client, "a", 0, 0, NULL);
  publish (sender, "a", "1", 0, false, make_number (MQTT_PROP_TOPIC_ALIAS, 10));
  publish (sender, NULL, "2", 0, false, make_number (MQTT_PROP_TOPIC_ALIAS, 10));
  expect (fixture, client, "MESSAGE q0 r0 a 1\nMESSAGE q0 r0 a 2\n");
}

/* A session with what has waited in it, and its end with a DISCONNECT that says
 * so. */
static void
test_session (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *client = make_client (fixture, "sleeper", false);
  mosquitto_property *ended = make_number (MQTT_PROP_SESSION_EXPIRY_INTERVAL, 0);

  connect_client (fixture, client,
                  make_number (MQTT_PROP_SESSION_EXPIRY_INTERVAL, 60));
  expect (fixture, client, "CONNACK 0 00" LIMITS);
  subscribe (fixture, client, "a", 2, 0, NULL);
  mosquitto_disconnect_v5 (client->mosq, MQTT_RC_NORMAL_DISCONNECTION, NULL);
  expect (fixture, client, "END 00\n");
  publish (sender, "a", "x", 1, false,
           make_number (MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, 0));
  publish (sender, "a", "y", 1, false, NULL);
  expect (fixture, sender, "PUBLISHED 00\nPUBLISHED 00\n");

  connect_client (fixture, client,
                  make_number (MQTT_PROP_SESSION_EXPIRY_INTERVAL, 60));
  expect (fixture, client, "CONNACK 1 00" LIMITS "MESSAGE q1 r0 a y\n");
  mosquitto_disconnect_v5 (client->mosq, MQTT_RC_NORMAL_DISCONNECTION, ended);
  expect (fixture, client, "END 00\n");
  connect_client (fixture, client, NULL);
  expect (fixture, client, "CONNACK 0 00" LIMITS);
  mosquitto_property_free_all (&ended);
}

/* With its properties but the delay, when the client leaves and asks for it;
 * with the session, however long the delay. */
static void
test_will (Fixture *fixture, gconstpointer data)
{
  Client *watcher = join (fixture, "watcher");
  Client *client = make_client (fixture, "id", true);
  mosquitto_property *properties =
    make_number (MQTT_PROP_WILL_DELAY_INTERVAL, 3600);

  subscribe (fixture, watcher, "will", 1, 0, NULL);
  mosquitto_property_add_string (&properties, MQTT_PROP_CONTENT_TYPE, "text/x");
  mosquitto_property_add_string_pair (&properties, MQTT_PROP_USER_PROPERTY, "k",
                                      "v");
  g_assert_cmpint (mosquitto_will_set_v5 (client->mosq, "will", 4, "gone", 1,
                                          false, properties),
                   ==, MOSQ_ERR_SUCCESS);
  for (guint i = 0; i < 2; i++)
    {
      connect_client (fixture, client, NULL);
      expect (fixture, client, "CONNACK 0 00" LIMITS);
      mosquitto_disconnect_v5 (client->mosq,
                               i == 0 ? MQTT_RC_DISCONNECT_WITH_WILL_MSG
                                      : MQTT_RC_NORMAL_DISCONNECTION,
                               NULL);
      expect (fixture, client, "END 00\n");
    }
  publish (watcher, "will", "end", 1, false, NULL);
  expect (fixture, watcher,
          "MESSAGE q1 r0 will gone content-type=text/x "
          "user-property=k:v\nMESSAGE q1 r0 will end\nPUBLISHED 00\n");
}

static void
test_shared (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *members[] = { join (fixture, "first"), join (fixture, "second") };
  int id = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    subscribe (fixture, members[i], "$share/g/a", 1, 0, NULL);
  for (guint i = 0; i < 4; i++)
    publish (sender, "a", "x", 1, false, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    expect (fixture, members[i], "MESSAGE q1 r0 a x\nMESSAGE q1 r0 a x\n");
  g_assert_cmpint (
    mosquitto_unsubscribe_v5 (members[0]->mosq, &id, "$share/g/a", NULL), ==,
    MOSQ_ERR_SUCCESS);
  expect (fixture, members[0], "UNSUBACK\n");
  publish (sender, "a", "y", 1, false, NULL);
  expect (fixture, members[1], "MESSAGE q1 r0 a y\n");
}

/* Left out for who does not take as much, and for nobody else. */
static void
test_packet_size (Fixture *fixture, gconstpointer data)
{
  Client *sender = join (fixture, "sender");
  Client *other = join (fixture, "other");
  Client *small = make_client (fixture, "small", true);

  connect_client (fixture, small,
                  make_number (MQTT_PROP_MAXIMUM_PACKET_SIZE, 30));
  /* Where it can ask for the log has no room in it. */
  expect (fixture, small, "CONNACK 0 00 receive-maximum=20 topic-alias-maximum=10 maximum-packet-size=2000000\n");
  subscribe (fixture, small, "a", 1, 0, NULL);
  subscribe (fixture, other, "a", 0, 0, NULL);
  publish (sender, "a", "this is more than it takes", 1, false, NULL);
  publish (sender, "a", "fits", 1, false, NULL);
  expect (fixture, small, "MESSAGE q1 r0 a fits\n");
  expect (fixture, other,
          "MESSAGE q0 r0 a this is more than it takes\nMESSAGE q0 r0 a fits\n");
}

static void
test_taken_over (Fixture *fixture, gconstpointer data)
{
  Client *first = join (fixture, "twin");

  join (fixture, "twin");
  expect (fixture, first, "END 8e\n");
}

#define add_test(path, func) \
  g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  mosquitto_lib_init ();

  add_test ("/strangers/libmosquitto/connect", test_connect);
  add_test ("/strangers/libmosquitto/acknowledged", test_acknowledged);
  add_test ("/strangers/libmosquitto/properties", test_properties);
  add_test ("/strangers/libmosquitto/options", test_options);
  add_test ("/strangers/libmosquitto/alias", test_alias);
  add_test ("/strangers/libmosquitto/session", test_session);
  add_test ("/strangers/libmosquitto/will", test_will);
  add_test ("/strangers/libmosquitto/shared", test_shared);
  add_test ("/strangers/libmosquitto/packet-size", test_packet_size);
  add_test ("/strangers/libmosquitto/taken-over", test_taken_over);
  status = g_test_run ();
  mosquitto_lib_cleanup ();
  return status;
}
