/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-wait.h"

#include <MQTTClient.h>

/* Eclipse Paho's client in C, in MQTT 5.0, over TCP and WebSocket, in the test's own thread. */
typedef struct
{
  HubTestBroker *broker;
  GPtrArray *clients; /* (owned) (element-type MQTTClient) */
  gboolean is_websocket;
} Fixture;

#define LIMITS "{21=20 22=10 27=2000000 26=hub-http:PORT}"

/* --- Properties, as `{id=value ...}` in their order --- */

static void
append_property (GString *text, const MQTTProperty *property)
{
  g_string_append_printf (text, "%s%02x=", text->len > 1 ? " " : "", (guint) property->identifier);
  switch (MQTTProperty_getType (property->identifier))
    {
    case MQTTPROPERTY_TYPE_BYTE:
      g_string_append_printf (text, "%u", property->value.byte);
      break;
    case MQTTPROPERTY_TYPE_TWO_BYTE_INTEGER:
      g_string_append_printf (text, "%u", property->value.integer2);
      break;
    case MQTTPROPERTY_TYPE_UTF_8_STRING_PAIR:
      g_string_append_printf (text,
                              "%.*s:%.*s",
                              property->value.data.len,
                              property->value.data.data,
                              property->value.value.len,
                              property->value.value.data);
      break;
    case MQTTPROPERTY_TYPE_BINARY_DATA:
    case MQTTPROPERTY_TYPE_UTF_8_ENCODED_STRING:
      g_string_append_len (text, property->value.data.data, property->value.data.len);
      break;
    default:
      g_string_append_printf (text, "%u", property->value.integer4);
      break;
    }
}

static char *
to_text (const MQTTProperties *properties)
{
  GString *text = g_string_new ("{");

  for (int i = 0; properties != NULL && i < properties->count; i++)
    append_property (text, &properties->array[i]);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static void
add_number (MQTTProperties *properties, enum MQTTPropertyCodes id, guint32 number)
{
  MQTTProperty property = { .identifier = id };

  if (MQTTProperty_getType ((int) id) == MQTTPROPERTY_TYPE_BYTE)
    property.value.byte = (unsigned char) number;
  else if (MQTTProperty_getType ((int) id) == MQTTPROPERTY_TYPE_TWO_BYTE_INTEGER)
    property.value.integer2 = (unsigned short) number;
  else
    property.value.integer4 = number;
  g_assert_cmpint (MQTTProperties_add (properties, &property), ==, 0);
}

static void
add_text (MQTTProperties *properties, enum MQTTPropertyCodes id, const char *text, const char *value)
{
  MQTTProperty property = { .identifier = id };

  property.value.data.data = (char *) text;
  property.value.data.len = (int) strlen (text);
  if (value != NULL)
    {
      property.value.value.data = (char *) value;
      property.value.value.len = (int) strlen (value);
    }
  g_assert_cmpint (MQTTProperties_add (properties, &property), ==, 0);
}

/* --- Clients --- */

static MQTTClient
make_client (Fixture *fixture, const char *client_id)
{
  MQTTClient_createOptions options = MQTTClient_createOptions_initializer;
  g_autofree char *uri = g_strdup_printf (fixture->is_websocket ? "ws://127.0.0.1:%u" : "tcp://127.0.0.1:%u",
                                          fixture->is_websocket ? fixture->broker->http_port : fixture->broker->mqtt_port);
  MQTTClient client;

  options.MQTTVersion = MQTTVERSION_5;
  g_assert_cmpint (MQTTClient_createWithOptions (&client, uri, client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &options),
                   ==,
                   MQTTCLIENT_SUCCESS);
  g_ptr_array_add (fixture->clients, client);
  return client;
}

/* Connects, and returns the CONNACK, with PORT for that of HTTP. All properties that are given are freed. */
static char *
connect_with (Fixture *fixture,
              MQTTClient client,
              MQTTClient_willOptions *will,
              MQTTProperties *properties,
              MQTTProperties *will_properties)
{
  MQTTClient_connectOptions tcp = MQTTClient_connectOptions_initializer5;
  MQTTClient_connectOptions ws = MQTTClient_connectOptions_initializer5_ws;
  MQTTClient_connectOptions options = fixture->is_websocket ? ws : tcp;
  g_autofree char *port = g_strdup_printf ("hub-http:%u}", fixture->broker->http_port);
  g_autofree char *told = NULL;
  MQTTResponse response;
  GString *text = g_string_new (NULL);

  options.will = will;
  options.cleanstart = properties == NULL;
  response = MQTTClient_connect5 (client, &options, properties, will_properties);
  told = to_text (response.properties);
  g_string_printf (text, "%02x %s", (guint) response.reasonCode, told);
  g_string_replace (text, port, "hub-http:PORT}", 0);
  MQTTResponse_free (response);
  if (properties != NULL)
    MQTTProperties_free (properties);
  if (will_properties != NULL)
    MQTTProperties_free (will_properties);
  return g_string_free (text, FALSE);
}

static MQTTClient
join (Fixture *fixture, const char *client_id)
{
  MQTTClient client = make_client (fixture, client_id);
  g_autofree char *connack = connect_with (fixture, client, NULL, NULL, NULL);

  g_assert_cmpstr (connack, ==, "00 " LIMITS);
  return client;
}

static void
subscribe (MQTTClient client, const char *filter, int qos, MQTTSubscribe_options *options, guint32 identifier, int code)
{
  MQTTProperties properties = MQTTProperties_initializer;
  MQTTResponse response;

  if (identifier > 0)
    add_number (&properties, MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER, identifier);
  response = MQTTClient_subscribe5 (client, filter, qos, options, &properties);
  g_assert_cmphex (response.reasonCode, ==, code);
  MQTTResponse_free (response);
  MQTTProperties_free (&properties);
}

static void
unsubscribe (MQTTClient client, const char *filter, int code)
{
  MQTTResponse response = MQTTClient_unsubscribe5 (client, filter, NULL);

  g_assert_cmphex (response.reasonCode, ==, code);
  MQTTResponse_free (response);
}

/* Publishes, and waits for the acknowledgement. */
static void
publish (MQTTClient client, const char *topic, const char *text, int qos, gboolean is_retained, MQTTProperties *properties)
{
  MQTTClient_message message = MQTTClient_message_initializer;
  MQTTClient_deliveryToken token;
  MQTTResponse response;

  message.payload = (char *) text;
  message.payloadlen = (int) strlen (text);
  message.qos = qos;
  message.retained = is_retained;
  if (properties != NULL)
    message.properties = *properties;
  response = MQTTClient_publishMessage5 (client, topic, &message, &token);
  g_assert_cmpint (response.reasonCode, ==, MQTTCLIENT_SUCCESS);
  MQTTResponse_free (response);
  if (qos > 0)
    g_assert_cmpint (MQTTClient_waitForCompletion (client, token, HUB_TEST_TIMEOUT_MS), ==, MQTTCLIENT_SUCCESS);
  if (properties != NULL)
    MQTTProperties_free (properties);
}

static void
expect (MQTTClient client, const char *expected)
{
  MQTTClient_message *message = NULL;
  g_autofree char *properties = NULL;
  g_autofree char *text = NULL;
  char *topic = NULL;
  int size;

  g_assert_cmpint (MQTTClient_receive (client, &topic, &size, &message, HUB_TEST_TIMEOUT_MS), ==, MQTTCLIENT_SUCCESS);
  g_assert_nonnull (message);
  properties = to_text (&message->properties);
  text = g_strdup_printf ("q%d r%d %s %.*s %s",
                          message->qos,
                          message->retained,
                          topic,
                          message->payloadlen,
                          (const char *) message->payload,
                          properties);
  g_assert_cmpstr (text, ==, expected);
  MQTTClient_freeMessage (&message);
  MQTTClient_free (topic);
}

static void
leave (MQTTClient client, enum MQTTReasonCodes reason)
{
  g_assert_cmpint (MQTTClient_disconnect5 (client, 1000, reason, NULL), ==, MQTTCLIENT_SUCCESS);
}

static void
client_free (gpointer data)
{
  MQTTClient client = data;

  MQTTClient_destroy (&client);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->broker = hub_test_broker_new (NULL);
  hub_test_broker_forget_fds (fixture->broker);
  fixture->clients = g_ptr_array_new_with_free_func (client_free);
  fixture->is_websocket = g_str_equal (data, "websocket");
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
  MQTTProperties method = MQTTProperties_initializer;
  g_autofree char *named = connect_with (fixture, make_client (fixture, ""), NULL, NULL, NULL);
  g_autofree char *refused = NULL;

  g_assert_true (g_str_has_prefix (named, "00 {12=auto-"));
  add_text (&method, MQTTPROPERTY_CODE_AUTHENTICATION_METHOD, "SCRAM-SHA-256", NULL);
  refused = connect_with (fixture, make_client (fixture, "id"), NULL, &method, NULL);
  g_assert_cmpstr (refused, ==, "8c {}");
}

static void
test_properties (Fixture *fixture, gconstpointer data)
{
  MQTTProperties properties = MQTTProperties_initializer;
  MQTTClient client = join (fixture, "id");

  add_text (&properties, MQTTPROPERTY_CODE_USER_PROPERTY, "b", "1");
  add_number (&properties, MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR, 1);
  add_text (&properties, MQTTPROPERTY_CODE_RESPONSE_TOPIC, "r/t", NULL);
  add_text (&properties, MQTTPROPERTY_CODE_USER_PROPERTY, "a", "2");
  add_text (&properties, MQTTPROPERTY_CODE_CORRELATION_DATA, "data", NULL);
  add_text (&properties, MQTTPROPERTY_CODE_CONTENT_TYPE, "text/x", NULL);
  add_text (&properties, MQTTPROPERTY_CODE_USER_PROPERTY, "b", "1");
  subscribe (client, "a", 2, NULL, 0, 2);
  publish (join (fixture, "sender"), "a", "x", 2, FALSE, &properties);
  expect (client, "q2 r0 a x {26=b:1 01=1 08=r/t 26=a:2 09=data 03=text/x 26=b:1}");
}

static void
test_options (Fixture *fixture, gconstpointer data)
{
  MQTTSubscribe_options no_local = MQTTSubscribe_options_initializer;
  MQTTSubscribe_options as_published = MQTTSubscribe_options_initializer;
  MQTTSubscribe_options never = MQTTSubscribe_options_initializer;
  MQTTClient sender = join (fixture, "sender");
  MQTTClient client = join (fixture, "id");

  no_local.noLocal = 1;
  as_published.retainAsPublished = 1;
  never.retainHandling = 2;
  publish (sender, "old", "kept", 1, TRUE, NULL);
  subscribe (client, "own", 1, &no_local, 0, 1);
  subscribe (client, "old", 1, &never, 0, 1);
  subscribe (client, "new", 1, &as_published, 5, 1);
  subscribe (client, "own/#", 0, &never, 300, 0);
  publish (client, "own", "mine", 0, FALSE, NULL);
  publish (sender, "new", "x", 1, TRUE, NULL);
  unsubscribe (client, "own/#", 0);
  unsubscribe (client, "own/#", 0x11);
  subscribe (client, "old", 1, NULL, 7, 1);

  /* What is local still matches the other one. */
  expect (client, "q0 r0 own mine {0b=300}");
  expect (client, "q1 r1 new x {0b=5}");
  expect (client, "q1 r1 old kept {0b=7}");
}

/* Of Session Present the library tells nothing in 5.0; but what has waited is there. */
static void
test_session (Fixture *fixture, gconstpointer data)
{
  MQTTClient sender = join (fixture, "sender");
  MQTTClient client = make_client (fixture, "sleeper");

  for (guint i = 0; i < 2; i++)
    {
      MQTTProperties expiry = MQTTProperties_initializer;
      MQTTProperties message_expiry = MQTTProperties_initializer;
      g_autofree char *connack = NULL;

      add_number (&expiry, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, 60);
      connack = connect_with (fixture, client, NULL, &expiry, NULL);
      g_assert_cmpstr (connack, ==, "00 " LIMITS);
      if (i == 1)
        break;
      subscribe (client, "a", 2, NULL, 0, 2);
      leave (client, MQTTREASONCODE_NORMAL_DISCONNECTION);
      add_number (&message_expiry, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL, 0);
      publish (sender, "a", "too late", 1, FALSE, &message_expiry);
      publish (sender, "a", "kept", 2, FALSE, NULL);
    }
  expect (client, "q2 r0 a kept {}");
}

static void
test_will (Fixture *fixture, gconstpointer data)
{
  MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
  MQTTProperties properties = MQTTProperties_initializer;
  MQTTClient watcher = join (fixture, "watcher");
  MQTTClient client = make_client (fixture, "id");
  g_autofree char *connack = NULL;

  will.topicName = "will";
  will.message = "gone";
  will.qos = 1;
  subscribe (watcher, "will", 1, NULL, 0, 1);
  add_number (&properties, MQTTPROPERTY_CODE_WILL_DELAY_INTERVAL, 3600);
  add_text (&properties, MQTTPROPERTY_CODE_USER_PROPERTY, "k", "v");
  connack = connect_with (fixture, client, &will, NULL, &properties);
  g_assert_cmpstr (connack, ==, "00 " LIMITS);
  leave (client, MQTTREASONCODE_DISCONNECT_WITH_WILL_MESSAGE);
  expect (watcher, "q1 r0 will gone {26=k:v}");
}

static void
test_shared (Fixture *fixture, gconstpointer data)
{
  MQTTClient sender = join (fixture, "sender");
  MQTTClient members[] = { join (fixture, "first"), join (fixture, "second") };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    subscribe (members[i], "$share/g/a", 1, NULL, 0, 1);
  for (guint i = 0; i < 4; i++)
    publish (sender, "a", "x", 1, FALSE, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      expect (members[i], "q1 r0 a x {}");
      expect (members[i], "q1 r0 a x {}");
    }
}

/* Told by a thread of the library. */
static void
disconnected_cb (void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
  g_atomic_int_set ((int *) context, (int) reason);
}

static int
arrived_cb (void *context, char *topic, int size, MQTTClient_message *message)
{
  return 1;
}

static void
test_taken_over (Fixture *fixture, gconstpointer data)
{
  MQTTClient first = make_client (fixture, "twin");
  g_autofree char *connack = NULL;
  int reason = 0;

  g_assert_cmpint (MQTTClient_setCallbacks (first, NULL, NULL, arrived_cb, NULL), ==, MQTTCLIENT_SUCCESS);
  g_assert_cmpint (MQTTClient_setDisconnected (first, &reason, disconnected_cb), ==, MQTTCLIENT_SUCCESS);
  connack = connect_with (fixture, first, NULL, NULL, NULL);
  g_assert_cmpstr (connack, ==, "00 " LIMITS);
  join (fixture, "twin");
  for (gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS); g_atomic_int_get (&reason) == 0;)
    hub_test_wait_turn (deadline_us, "the first one is told", G_STRLOC);
  g_assert_cmphex (g_atomic_int_get (&reason), ==, MQTTREASONCODE_SESSION_TAKEN_OVER);
}

static void
add_test (const char *name, void (*func) (Fixture *, gconstpointer))
{
  static const char *const ways[] = { "tcp", "websocket" };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/strangers/paho/%s/%s", ways[i], name);

      g_test_add (path, Fixture, ways[i], set_up, func, tear_down);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_test ("connect", test_connect);
  add_test ("properties", test_properties);
  add_test ("options", test_options);
  add_test ("session", test_session);
  add_test ("will", test_will);
  add_test ("shared", test_shared);
  add_test ("taken-over", test_taken_over);
  return g_test_run ();
}
