/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-client.h"

#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-ws-frame.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-packets.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"
#include "tests/support/hub-test-ws.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>

#include <fcntl.h>
#include <sys/socket.h>

#define MASK 0x37fa213d

static HubTestLine *
dial_local (HubTestBroker *broker)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) stream = hub_broker_connect_local (broker->broker, &error);
  GSocket *socket_;
  int fd;

  g_assert_no_error (error);
  socket_ = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  fd = fcntl (g_socket_get_fd (socket_), F_DUPFD_CLOEXEC, 3);
  g_assert_cmpint (fd, >=, 0);
  return hub_test_line_new (fd, fd);
}

static HubTestLine *
attach_socket (HubTestBroker *broker)
{
  g_autoptr (GSocket) socket_ = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket_ = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  g_assert_true (hub_broker_attach (broker->broker, G_IO_STREAM (g_socket_connection_factory_create_connection (socket_)), NULL));
  return hub_test_line_new (fds[1], fds[1]);
}

static HubTestLine *
attach_pipes (HubTestBroker *broker)
{
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GOutputStream) output = NULL;
  int to_broker[2];
  int from_broker[2];

  g_assert_cmpint (pipe2 (to_broker, O_CLOEXEC | O_NONBLOCK), ==, 0);
  g_assert_cmpint (pipe2 (from_broker, O_CLOEXEC | O_NONBLOCK), ==, 0);
  input = g_unix_input_stream_new (to_broker[0], TRUE);
  output = g_unix_output_stream_new (from_broker[1], TRUE);
  g_assert_true (hub_broker_attach (broker->broker, g_simple_io_stream_new (input, output), NULL));
  return hub_test_line_new (from_broker[0], to_broker[1]);
}

static HubTestLine *
dial_tls (guint16 port)
{
  HubTestLine *line = hub_test_line_dial ("127.0.0.1", port);

  g_assert_cmpint (hub_test_line_start_tls (line, NULL), ==, GNUTLS_E_SUCCESS);
  return line;
}

static HubTestLine *
dial (HubTestBroker *broker, HubTestTransport transport)
{
  HubTestLine *line;

  switch (transport)
    {
    case HUB_TEST_TCP:
      return hub_test_line_dial ("127.0.0.1", broker->mqtt_port);
    case HUB_TEST_WEBSOCKET:
      line = hub_test_line_dial ("127.0.0.1", broker->http_port);
      hub_test_http_upgrade (line, broker->http_port);
      return line;
    case HUB_TEST_TLS:
      return dial_tls (broker->mqtts_port);
    case HUB_TEST_WEBSOCKET_TLS:
      line = dial_tls (broker->https_port);
      hub_test_http_upgrade (line, broker->https_port);
      return line;
    case HUB_TEST_UNIX:
      return hub_test_line_dial_unix (broker->unix_path);
    case HUB_TEST_LOCAL:
      return dial_local (broker);
    case HUB_TEST_SOCKET_STREAM:
      return attach_socket (broker);
    case HUB_TEST_PIPE_STREAM:
      return attach_pipes (broker);
    default:
      g_assert_not_reached ();
    }
}

/* MQTT 5.0, section 6: packets may span frames, but ours do not: what is sent in one piece is read in one. */
static void
check_whole_packets (HubSpan bytes)
{
  while (bytes.size > 0)
    {
      HubFixedHeader header;
      gsize size;

      g_assert_cmpint (hub_fixed_header_read (bytes, HUB_PACKET_SIZE_MAX, &header, NULL), ==, HUB_FRAME_COMPLETE);
      size = (gsize) header.header_size + header.remaining_size;
      bytes.data += size;
      bytes.size -= size;
    }
}

static void
take_frame (HubTestClient *self, guint8 opcode, HubSpan payload)
{
  g_autofree char *text = hub_test_escape (payload);

  /* Nothing follows a close frame; RFC 6455, section 5.5.1. */
  g_assert_null (strstr (self->controls->str, "close("));
  switch (opcode)
    {
    case HUB_WS_BINARY:
      check_whole_packets (payload);
      g_byte_array_append (self->data, payload.data, (guint) payload.size);
      break;
    case HUB_WS_PING:
      g_string_append_printf (self->controls, "ping(%s) ", text);
      break;
    case HUB_WS_PONG:
      g_string_append_printf (self->controls, "pong(%s) ", text);
      break;
    case HUB_WS_CLOSE:
      g_assert_cmpuint (payload.size, !=, 1);
      g_string_append_printf (self->controls,
                              "close(%u) ",
                              payload.size > 0 ? (guint) payload.data[0] << 8 | payload.data[1] : HUB_WS_CLOSE_NO_STATUS);
      break;
    default:
      g_error ("a server sends no frame with opcode %x", opcode);
    }
}

/* Frames of servers are whole messages, and not masked: RFC 6455, section 5.1. */
static gsize
take_one_frame (HubTestClient *self, const guint8 *bytes, gsize size)
{
  gsize header_size = 2;
  guint64 payload_size;

  if (size < header_size)
    return 0;
  g_assert_cmphex (bytes[0] & 0xf0, ==, 0x80);
  g_assert_cmphex (bytes[1] & 0x80, ==, 0);
  payload_size = bytes[1];
  if (payload_size >= 126)
    {
      gsize wide = payload_size == 126 ? 2 : 8;

      header_size += wide;
      if (size < header_size)
        return 0;
      payload_size = 0;
      for (gsize i = 0; i < wide; i++)
        payload_size = payload_size << 8 | bytes[2 + i];
      g_assert_cmpuint (payload_size, >, wide == 2 ? 125 : G_MAXUINT16);
    }
  if (size - header_size < payload_size)
    return 0;
  take_frame (self, bytes[0] & 0x0f, (HubSpan){ bytes + header_size, (gsize) payload_size });
  return header_size + (gsize) payload_size;
}

/* Moves what has come from the line to the data. */
static void
unwrap (HubTestClient *self)
{
  GByteArray *input = self->line->input;
  gsize at = 0;
  gsize taken = 0;

  if (!hub_test_transport_is_websocket (self->transport))
    {
      g_byte_array_append (self->data, input->data, input->len);
      at = input->len;
    }
  else
    {
      while ((taken = take_one_frame (self, input->data + at, input->len - at)) > 0)
        at += taken;
    }
  hub_test_line_drop (self->line, at);
}

static void
send_encoded (HubTestClient *self, const GByteArray *packet)
{
  hub_test_client_send_bytes (self, (HubSpan){ packet->data, packet->len });
}

static HubTestClient *
client_new (HubTestTransport transport)
{
  HubTestClient *self = g_new0 (HubTestClient, 1);

  self->transport = transport;
  self->data = g_byte_array_new ();
  self->controls = g_string_new (NULL);
  return self;
}

/**
 * hub_test_transport_get_name:
 * @transport: a way to a broker
 *
 * Returns: what it is called in the path of a test
 */
const char *
hub_test_transport_get_name (HubTestTransport transport)
{
  static const char *const names[HUB_TEST_N_TRANSPORTS] = {
    [HUB_TEST_TCP] = "tcp",
    [HUB_TEST_WEBSOCKET] = "websocket",
    [HUB_TEST_TLS] = "tls",
    [HUB_TEST_WEBSOCKET_TLS] = "websocket-tls",
    [HUB_TEST_UNIX] = "unix",
    [HUB_TEST_LOCAL] = "local",
    [HUB_TEST_SOCKET_STREAM] = "socket-stream",
    [HUB_TEST_PIPE_STREAM] = "pipe-stream",
  };

  return names[transport];
}

/**
 * hub_test_transport_is_websocket:
 * @transport: a way to a broker
 *
 * Returns: whether MQTT is in the frames of a WebSocket there
 */
gboolean
hub_test_transport_is_websocket (HubTestTransport transport)
{
  return transport == HUB_TEST_WEBSOCKET || transport == HUB_TEST_WEBSOCKET_TLS;
}

/**
 * hub_test_client_wrap:
 * @line: (transfer full): a line that is, or is going to be, a WebSocket
 *
 * Returns: (transfer full): a client
 */
HubTestClient *
hub_test_client_wrap (HubTestLine *line)
{
  HubTestClient *self = client_new (HUB_TEST_WEBSOCKET);

  self->line = line;
  return self;
}

/**
 * hub_test_client_wrap_raw:
 * @line: (transfer full): a line that is, or is going to be, for MQTT
 *
 * Returns: (transfer full): a client
 */
HubTestClient *
hub_test_client_wrap_raw (HubTestLine *line)
{
  HubTestClient *self = client_new (HUB_TEST_TCP);

  self->line = line;
  return self;
}

/**
 * hub_test_client_open:
 * @broker: a broker that runs
 * @transport: the way to it
 *
 * Returns: (transfer full): a connection on which no MQTT was sent yet
 */
HubTestClient *
hub_test_client_open (HubTestBroker *broker, HubTestTransport transport)
{
  HubTestClient *self = client_new (transport);

  self->line = dial (broker, transport);
  return self;
}

/**
 * hub_test_client_join:
 * @broker: a broker that runs
 * @transport: the way to it
 * @client_id: the Client Identifier
 *
 * Returns: (transfer full): a client with a clean session and without a keep-alive
 */
HubTestClient *
hub_test_client_join (HubTestBroker *broker, HubTestTransport transport, const char *client_id)
{
  HubTestClient *self = hub_test_client_open (broker, transport);
  HubConnect connect = {
    .version = HUB_VERSION_3_1_1,
    .client_id = hub_span_from_string (client_id),
    .is_clean = TRUE,
  };

  hub_test_client_connect (self, &connect);
  hub_test_client_expect (self, "CONNACK 0 0");
  return self;
}

/**
 * hub_test_client_free:
 * @self: (transfer full): a client
 *
 * Closes the connection without a word.
 */
void
hub_test_client_free (HubTestClient *self)
{
  hub_test_line_free (self->line);
  g_byte_array_unref (self->data);
  g_string_free (self->controls, TRUE);
  g_free (self);
}

/**
 * hub_test_client_send_bytes:
 * @self: a client
 * @bytes: MQTT, whatever it is; over a WebSocket in one frame
 */
void
hub_test_client_send_bytes (HubTestClient *self, HubSpan bytes)
{
  g_autoptr (GByteArray) frame = NULL;

  if (!hub_test_transport_is_websocket (self->transport))
    {
      hub_test_line_write (self->line, bytes);
      return;
    }
  frame = g_byte_array_new ();
  hub_test_ws_append_frame (frame, 0x80 | HUB_WS_BINARY, MASK, bytes);
  hub_test_line_write (self->line, (HubSpan){ frame->data, frame->len });
}

/**
 * hub_test_client_send:
 * @self: a client
 * @bytes: MQTT, in the form of hub_test_bytes()
 */
void
hub_test_client_send (HubTestClient *self, const char *bytes)
{
  g_autoptr (GByteArray) packet = hub_test_bytes (bytes);

  send_encoded (self, packet);
}

/**
 * hub_test_client_send_frame:
 * @self: a client over a WebSocket
 * @first: flags and opcode
 * @bytes: what is in the frame, in the form of hub_test_bytes()
 */
void
hub_test_client_send_frame (HubTestClient *self, guint8 first, const char *bytes)
{
  g_autoptr (GByteArray) payload = hub_test_bytes (bytes);
  g_autoptr (GByteArray) frame = g_byte_array_new ();

  hub_test_ws_append_frame (frame, first, MASK, (HubSpan){ payload->data, payload->len });
  hub_test_line_write (self->line, (HubSpan){ frame->data, frame->len });
}

/**
 * hub_test_client_connect:
 * @self: a client
 * @connect: what to introduce itself with
 */
void
hub_test_client_connect (HubTestClient *self, const HubConnect *connect)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  hub_encode_connect (packet, connect);
  send_encoded (self, packet);
}

/**
 * hub_test_client_subscribe:
 * @self: a client
 * @filter: a Topic Filter
 * @qos: 0 to 2
 *
 * Subscribes, and waits for the answer, which must be the next packet. The Packet Identifier is 1.
 */
void
hub_test_client_subscribe (HubTestClient *self, const char *filter, guint8 qos)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  g_autofree char *wanted = g_strdup_printf ("SUBACK m1 %02x", qos);

  hub_encode_subscribe (packet, HUB_VERSION_3_1_1, 1, hub_span_from_string (filter), qos, NULL);
  send_encoded (self, packet);
  hub_test_client_expect (self, wanted);
}

/**
 * hub_test_client_publish:
 * @self: a client
 * @topic: a Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2; the Packet Identifier is 1
 *
 * Sends a PUBLISH, and waits for nothing.
 */
void
hub_test_client_publish (HubTestClient *self, const char *topic, HubSpan payload, guint8 qos)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .payload = payload,
    .packet_id = qos > 0 ? 1 : 0,
    .qos = qos,
  };

  hub_encode_publish (packet, HUB_VERSION_3_1_1, &publish);
  send_encoded (self, packet);
}

/**
 * hub_test_client_ping:
 * @self: a client
 *
 * Sends PINGREQ, and waits for the answer, which must be the next packet: nothing else was on its way.
 */
void
hub_test_client_ping (HubTestClient *self)
{
  hub_test_client_send (self, "c0 []");
  hub_test_client_expect (self, "PINGRESP");
}

/**
 * hub_test_client_read:
 * @self: a client
 *
 * Waits for the next packet.
 *
 * Returns: (transfer full) (nullable): the packet, or %NULL at the end
 */
GBytes *
hub_test_client_read (HubTestClient *self)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  HubFixedHeader header;
  gsize size;
  GBytes *packet;

  for (;;)
    {
      HubFrameResult result;

      unwrap (self);
      result = hub_fixed_header_read ((HubSpan){ self->data->data, self->data->len }, HUB_PACKET_SIZE_MAX, &header, NULL);
      g_assert_cmpint (result, !=, HUB_FRAME_BAD);
      if (result == HUB_FRAME_COMPLETE)
        break;
      if (!hub_test_line_fill (self->line, deadline_us))
        return NULL;
    }
  size = (gsize) header.header_size + header.remaining_size;
  packet = g_bytes_new (self->data->data, size);
  g_byte_array_remove_range (self->data, 0, (guint) size);
  return packet;
}

/**
 * hub_test_client_take:
 * @self: a client
 *
 * Waits for the next packet.
 *
 * Returns: (transfer full): the packet in the form of hub_test_packet_to_text(), or `END`
 */
char *
hub_test_client_take (HubTestClient *self)
{
  g_autoptr (GBytes) packet = hub_test_client_read (self);
  g_autoptr (GError) error = NULL;
  HubSpan bytes;
  char *text;

  if (packet == NULL)
    return g_strdup ("END");
  bytes.data = g_bytes_get_data (packet, &bytes.size);
  text = hub_test_decode_to_text (HUB_VERSION_3_1_1, bytes, &error);
  g_assert_no_error (error);
  return text;
}

/**
 * hub_test_client_expect_end:
 * @self: a client
 * @close_code: over a WebSocket: the status of the close frame
 *
 * Waits for the end of the connection: no packet comes before it, and it is no reset. Over a WebSocket the close frame
 * tells why.
 */
void
hub_test_client_expect_end (HubTestClient *self, guint close_code)
{
  g_autofree char *wanted = g_strdup_printf ("close(%u) ", close_code);

  hub_test_client_expect (self, "END");
  hub_test_line_expect_end (self->line);
  if (hub_test_transport_is_websocket (self->transport))
    g_assert_true (g_str_has_suffix (self->controls->str, wanted));
}
