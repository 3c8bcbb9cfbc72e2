/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/embed/embed-fixture.h"

#include "tests/support/hub-test-async.h"
#include "tests/support/hub-test-wait.h"

#define TIMEOUT_S 30

/**
 * new_broker:
 *
 * Returns: (transfer full): a broker with a listener for MQTT on a free port of 127.0.0.1
 */
HubBroker *
new_broker (void)
{
  HubBroker *broker = hub_broker_new ();

  g_assert_cmpuint (hub_broker_add_listener (broker, HUB_PROTOCOL_MQTT, "127.0.0.1", 0), ==, 0);
  return broker;
}

/**
 * start_broker:
 * @broker: a broker
 * @error: return location
 *
 * Returns: whether it runs
 */
gboolean
start_broker (HubBroker *broker, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_start_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_start_finish (broker, result, error);
}

/**
 * stop_broker:
 * @broker: a broker
 */
void
stop_broker (HubBroker *broker)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_stop_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  g_assert_true (hub_broker_stop_finish (broker, result, NULL));
  g_assert_false (hub_broker_is_running (broker));
}

/* GLib has some that it opens when they are first needed, and keeps. */
static void
open_lasting_descriptors (void)
{
  static gboolean are_open;

  if (!are_open)
    {
      g_autoptr (HubBroker) broker = new_broker ();
      g_autoptr (Stranger) stranger = NULL;

      g_assert_true (start_broker (broker, NULL));
      stranger = stranger_join (broker, "id");
      stop_broker (broker);
    }
  are_open = TRUE;
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  open_lasting_descriptors ();
  self->n_fds = hub_test_count_fds ();
  self->thread = g_thread_self ();
  self->broker = new_broker ();
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  if (self->broker != NULL)
    {
      stop_broker (self->broker);
      /* What was closed tells its task on the next turn of the context. */
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_finalize_object (self->broker);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (hub_test_count_fds (), ==, self->n_fds);
}

void
fixture_start (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  start_broker (self->broker, &error);
  g_assert_no_error (error);
}

void
fixture_stop (Fixture *self)
{
  stop_broker (self->broker);
}

/**
 * open_client:
 * @broker: a broker that runs
 * @client_id: (nullable): the Client Identifier
 *
 * Returns: (transfer full): a client that is open
 */
HubLocalClient *
open_client (HubBroker *broker, const char *client_id)
{
  HubLocalClient *client = hub_local_client_new (broker, client_id);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_local_client_open_async (client, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_local_client_open_finish (client, result, &error);
  g_assert_no_error (error);
  g_assert_true (hub_local_client_is_open (client));
  return client;
}

void
subscribe (HubLocalClient *client, const char *filter, guint qos)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_local_client_subscribe_async (client, filter, qos, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_local_client_subscribe_finish (client, result, &error);
  g_assert_no_error (error);
}

/**
 * publish:
 * @client: an open client
 * @topic: a Topic Name
 * @payload: a text
 * @qos: 0 to 2
 *
 * Publishes, and waits for the acknowledgement.
 */
void
publish (HubLocalClient *client, const char *topic, const char *payload, guint qos)
{
  g_autoptr (GBytes) bytes = g_bytes_new (payload, strlen (payload));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hub_local_client_publish_async (client, topic, bytes, qos, FALSE, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  hub_local_client_publish_finish (client, result, &error);
  g_assert_no_error (error);
}

/**
 * list_clients:
 * @broker: a broker that runs
 *
 * Returns: (transfer container): its clients
 */
GPtrArray *
list_clients (HubBroker *broker)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  hub_broker_list_clients_async (broker, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  list = hub_broker_list_clients_finish (broker, result, &error);
  g_assert_no_error (error);
  return list;
}

/**
 * find_client:
 * @list: clients
 * @client_id: a Client Identifier
 *
 * Returns: (transfer none) (nullable): the one with @client_id
 */
HubClientStatus *
find_client (GPtrArray *list, const char *client_id)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (hub_client_status_get_client_id (g_ptr_array_index (list, i)), client_id))
      return g_ptr_array_index (list, i);
  return NULL;
}

gboolean
kick (HubBroker *broker, const char *client_id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hub_broker_kick_async (broker, client_id, NULL, hub_test_keep_result, &result);
  hub_test_wait_until (result != NULL);
  return hub_broker_kick_finish (broker, result, error);
}

/* --- From outside --- */

/**
 * stranger_new:
 * @stream: (transfer full): a stream to a broker
 * @version: 4 or 5
 *
 * Returns: (transfer full): somebody who has said nothing yet
 */
Stranger *
stranger_new (GIOStream *stream, guint version)
{
  Stranger *self = g_new0 (Stranger, 1);

  self->stream = stream;
  self->version = version;
  return self;
}

/**
 * stranger_come:
 * @port: a port of 127.0.0.1
 * @version: 4 or 5
 *
 * Returns: (transfer full): somebody who has said nothing yet
 */
Stranger *
stranger_come (guint16 port, guint version)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_timeout (client, TIMEOUT_S);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  return stranger_new (G_IO_STREAM (connection), version);
}

/**
 * stranger_join:
 * @broker: a broker that runs
 * @client_id: a Client Identifier
 *
 * Returns: (transfer full): an anonymous client that is connected
 */
Stranger *
stranger_join (HubBroker *broker, const char *client_id)
{
  Stranger *self = stranger_come (hub_broker_get_listener_port (broker, 0), 4);

  g_assert_cmpuint (stranger_connect (self, client_id, NULL, NULL), ==, 0);
  return self;
}

void
stranger_free (Stranger *self)
{
  g_io_stream_close (self->stream, NULL, NULL);
  g_object_unref (self->stream);
  g_free (self);
}

static void
append_text (GByteArray *out, const char *text)
{
  guint8 size[2] = { (guint8) (strlen (text) >> 8), (guint8) strlen (text) };

  g_byte_array_append (out, size, 2);
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

static void
append_byte (GByteArray *out, guint8 byte)
{
  g_byte_array_append (out, &byte, 1);
}

static void
send_packet (Stranger *self, guint8 head, const GByteArray *body)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint rest = body->len;

  append_byte (packet, head);
  do
    append_byte (packet, (guint8) (rest % 128 | (rest >= 128 ? 128 : 0)));
  while ((rest /= 128) > 0);
  g_byte_array_append (packet, body->data, body->len);
  g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), packet->data, packet->len, NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
read_bytes (Stranger *self, guint8 *bytes, gsize size)
{
  gsize n = 0;

  g_input_stream_read_all (g_io_stream_get_input_stream (self->stream), bytes, size, &n, NULL, NULL);
  return n == size;
}

/**
 * stranger_take:
 * @self: a stranger
 *
 * Returns: (transfer full) (nullable): the next packet, without its length; %NULL: the connection is closed
 */
GBytes *
stranger_take (Stranger *self)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint8 byte;
  gsize size = 0;
  guint shift = 0;

  if (!read_bytes (self, &byte, 1))
    return NULL;
  append_byte (packet, byte);
  do
    {
      if (!read_bytes (self, &byte, 1))
        return NULL;
      size |= (gsize) (byte & 127) << shift;
      shift += 7;
    }
  while (byte >= 128);
  g_byte_array_set_size (packet, (guint) size + 1);
  if (!read_bytes (self, packet->data + 1, size))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&packet));
}

/**
 * stranger_expect_end:
 * @self: a stranger
 *
 * Asserts that the broker has nothing more to say.
 */
void
stranger_expect_end (Stranger *self)
{
  g_assert_null (stranger_take (self));
}

/* The byte at @offset of the next packet, which must be of the given kind. */
static guint
take_byte (Stranger *self, guint8 head, gsize offset)
{
  g_autoptr (GBytes) packet = stranger_take (self);
  gsize size;
  const guint8 *data;

  g_assert_nonnull (packet);
  data = g_bytes_get_data (packet, &size);
  g_assert_cmphex (data[0], ==, head);
  return offset < size ? data[offset] : 0;
}

/**
 * stranger_connect:
 * @self: a stranger
 * @client_id: a Client Identifier
 * @user_name: (nullable): a user name
 * @password: (nullable): a password
 *
 * Returns: the code of the answer
 */
guint
stranger_connect (Stranger *self, const char *client_id, const char *user_name, const char *password)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_text (body, "MQTT");
  append_byte (body, (guint8) self->version);
  append_byte (body, (guint8) (2 | (user_name != NULL ? 0x80 : 0) | (password != NULL ? 0x40 : 0)));
  append_byte (body, 0);
  append_byte (body, 0);
  if (self->version == 5)
    append_byte (body, 0);
  append_text (body, client_id);
  if (user_name != NULL)
    append_text (body, user_name);
  if (password != NULL)
    append_text (body, password);
  send_packet (self, 0x10, body);
  return take_byte (self, 0x20, 2);
}

/* The Property Length, and a method with data. */
static void
append_method (GByteArray *out, const char *method, GBytes *data)
{
  gsize size = data != NULL ? g_bytes_get_size (data) : 0;
  gsize rest = 3 + strlen (method) + (data != NULL ? 3 + size : 0);

  do
    append_byte (out, (guint8) (rest % 128 | (rest >= 128 ? 128 : 0)));
  while ((rest /= 128) > 0);
  append_byte (out, 0x15);
  append_text (out, method);
  if (data == NULL)
    return;
  append_byte (out, 0x16);
  append_byte (out, (guint8) (size >> 8));
  append_byte (out, (guint8) size);
  g_byte_array_append (out, g_bytes_get_data (data, NULL), (guint) size);
}

/**
 * stranger_send_exchange:
 * @self: a stranger of version 5
 * @client_id: a Client Identifier
 * @user_name: (nullable): a user name
 * @password: (nullable): a password
 * @method: an Authentication Method
 * @data: (nullable): Authentication Data
 *
 * Sends a CONNECT, whose answer is left for the test to take.
 */
void
stranger_send_exchange (Stranger *self,
                        const char *client_id,
                        const char *user_name,
                        const char *password,
                        const char *method,
                        GBytes *data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_text (body, "MQTT");
  append_byte (body, 5);
  append_byte (body, (guint8) (2 | (user_name != NULL ? 0x80 : 0) | (password != NULL ? 0x40 : 0)));
  append_byte (body, 0);
  append_byte (body, 0);
  append_method (body, method, data);
  append_text (body, client_id);
  if (user_name != NULL)
    append_text (body, user_name);
  if (password != NULL)
    append_text (body, password);
  send_packet (self, 0x10, body);
}

/**
 * stranger_send_auth:
 * @self: a stranger that has sent CONNECT with a method
 * @code: a Reason Code
 * @method: the method
 * @data: (nullable): Authentication Data
 */
void
stranger_send_auth (Stranger *self, guint8 code, const char *method, GBytes *data)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_byte (body, code);
  append_method (body, method, data);
  send_packet (self, 0xf0, body);
}

/**
 * stranger_subscribe:
 * @self: a connected stranger of version 4
 * @filter: a Topic Filter
 *
 * Subscribes at QoS 1.
 *
 * Returns: the code of the answer
 */
guint
stranger_subscribe (Stranger *self, const char *filter)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_byte (body, 0);
  append_byte (body, 9);
  append_text (body, filter);
  append_byte (body, 1);
  send_packet (self, 0x82, body);
  return take_byte (self, 0x90, 3);
}

/**
 * stranger_send_publish:
 * @self: a connected stranger
 * @topic: a Topic Name
 * @payload: a text
 *
 * Publishes at QoS 1.
 */
void
stranger_send_publish (Stranger *self, const char *topic, const char *payload)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  append_text (body, topic);
  append_byte (body, 0);
  append_byte (body, 7);
  if (self->version == 5)
    append_byte (body, 0);
  g_byte_array_append (body, (const guint8 *) payload, (guint) strlen (payload));
  send_packet (self, 0x32, body);
}

/**
 * stranger_publish:
 * @self: a connected stranger
 * @topic: a Topic Name
 * @payload: a text
 *
 * Publishes at QoS 1 and waits for the acknowledgement.
 *
 * Returns: its Reason Code; in version 4 there is none, and it is 0
 */
guint
stranger_publish (Stranger *self, const char *topic, const char *payload)
{
  stranger_send_publish (self, topic, payload);
  return take_byte (self, 0x40, 3);
}

void
stranger_leave (Stranger *self)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  send_packet (self, 0xe0, body);
}
