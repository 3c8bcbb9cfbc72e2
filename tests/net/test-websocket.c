/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-ws-frame.h"
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"
#include "tests/support/hub-test-ws.h"

/* WebSocket to the letter of RFC 6455, and of section 6 of MQTT 5.0, seen from the other end of a socket. */

#define FIN 0x80
#define LIMIT 5000

static HubTestClient *
join (HubTestBroker *broker)
{
  return hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "ada");
}

/* What a client must not send, and the status of the close that answers it; all frames are masked with zeros. */
typedef struct
{
  const char *name;
  const char *bytes;
  guint close_code;
} Fault;

static const Fault faults[] = {
  { "5.1/unmasked", "82 02 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.1/unmasked-ping", "89 00", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/reserved-bit-1", "c2 82 00000000 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/reserved-bit-2", "a2 82 00000000 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/reserved-bit-3", "92 82 00000000 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/opcode-3", "83 82 00000000 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/opcode-11", "8b 80 00000000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/length-in-3-bytes-for-125", "82 fe 007d 00000000 00*125", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/length-in-9-bytes-for-65535", "82 ff 000000000000ffff 00000000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/length-with-the-highest-bit", "82 ff 8000000000000001 00000000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.2/reserved-bit-on-continuation", "02 81 00000000 c0 c0 81 00000000 00", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.4/continuation-first", "80 82 00000000 c000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.4/message-in-a-message", "02 81 00000000 c0 82 81 00000000 00", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.5/ping-of-126-bytes", "89 fe 007e 00000000 00*126", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.5/pong-of-126-bytes", "8a fe 007e 00000000 00*126", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.5/ping-in-fragments", "09 80 00000000", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.5/close-in-fragments", "08 82 00000000 03e8", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "5.5.1/close-of-one-byte", "88 81 00000000 03", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "7.4.1/close-999", "88 82 00000000 03e7", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "7.4.1/close-1005", "88 82 00000000 03ed", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "7.4.1/close-1006", "88 82 00000000 03ee", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "7.4.1/close-1015", "88 82 00000000 03f7", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "7.4.1/close-5000", "88 82 00000000 1388", HUB_WS_CLOSE_PROTOCOL_ERROR },
  { "8.1/close-reason-not-utf8", "88 83 00000000 03e8 ff", HUB_WS_CLOSE_INVALID_DATA },
  { "8.1/close-reason-cut-in-a-character", "88 85 00000000 03e8 'a' e282", HUB_WS_CLOSE_INVALID_DATA },
  { "8.1/close-reason-overlong", "88 84 00000000 03e8 c080", HUB_WS_CLOSE_INVALID_DATA },
  { "MQTT-6.0.0-1/text", "81 82 00000000 c000", HUB_WS_CLOSE_UNSUPPORTED_DATA },
  { "MQTT-6.0.0-1/text-that-is-not-utf8", "81 81 00000000 ff", HUB_WS_CLOSE_UNSUPPORTED_DATA },
  { "limit/one-more", "82 fe 1389 00000000", HUB_WS_CLOSE_TOO_BIG },
  { "limit/huge", "82 ff 7fffffffffffffff 00000000", HUB_WS_CLOSE_TOO_BIG },
  { "limit/huge-fragment", "02 81 00000000 30 80 ff 0000010000000000 00000000", HUB_WS_CLOSE_TOO_BIG },
  { "mqtt/no-packet", "82 82 00000000 0000", HUB_WS_CLOSE_POLICY },
  { "mqtt/packet-of-the-server", "82 84 00000000 20020000", HUB_WS_CLOSE_POLICY },
};

/* How a client may say goodbye, and what it is answered. */
static const Fault goodbyes[] = {
  { "no-status", "88 80 00000000", HUB_WS_CLOSE_NO_STATUS },
  { "1000", "88 82 00000000 03e8", HUB_WS_CLOSE_NORMAL },
  { "1001-with-a-reason", "88 8a 00000000 03e9 'going bye'", HUB_WS_CLOSE_GOING_AWAY },
  { "1014", "88 82 00000000 03f6", 1014 },
  { "3000", "88 82 00000000 0bb8", 3000 },
  { "4999", "88 82 00000000 1387", 4999 },
  { "longest-reason", "88 fd 00000000 03e8 'x'*123", HUB_WS_CLOSE_NORMAL },
};

static HubConfig *
make_config (void)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.max_packet_bytes = LIMIT;
  config->server.core.limits.max_first_packet_bytes = LIMIT;
  return config;
}

/* The fault is answered; who has sent it is gone, with a will; and others notice nothing. */
static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "witness");
  g_autoptr (HubTestClient) offender = hub_test_client_open (broker, HUB_TEST_WEBSOCKET);
  g_autoptr (GByteArray) bytes = hub_test_bytes (fault->bytes);

  hub_test_client_subscribe (witness, "#", 0);
  hub_test_client_send (offender, "10 [{'MQTT'} 04 06 0000 {'ada'} {'will'} {'gone'}]");
  hub_test_client_expect (offender, "CONNACK 0 0");
  hub_test_line_write (offender->line, hub_test_span (bytes));
  hub_test_client_expect_end (offender, fault->close_code);
  hub_test_client_expect (witness, "PUBLISH d0 q0 r0 m0 will gone");
  hub_test_client_ping (witness);
}

static void
test_goodbye (gconstpointer data)
{
  const Fault *goodbye = data;
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());
  g_autoptr (HubTestClient) client = join (broker);
  g_autoptr (GByteArray) bytes = hub_test_bytes (goodbye->bytes);

  hub_test_line_write (client->line, hub_test_span (bytes));
  hub_test_client_expect_end (client, goodbye->close_code);
}

/* Every fragmentation of three packets, with a ping between all fragments. */
static void
test_fragments (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = join (broker);
  g_autoptr (GByteArray) packets = hub_test_bytes ("30 [{'t'} 'one'] c0 [] 30 [{'t'} 'two']");

  hub_test_client_subscribe (client, "t", 0);
  for (gsize step = 1; step <= packets->len; step++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_string_truncate (client->controls, 0);
      for (gsize at = 0; at < packets->len; at += step)
        {
          gsize size = MIN (step, packets->len - at);
          guint8 first = (at == 0 ? HUB_WS_BINARY : HUB_WS_CONTINUATION) | (at + size == packets->len ? FIN : 0);

          hub_test_ws_append_frame (bytes, first, 0xa1b2c3d4, (HubSpan){ packets->data + at, size });
          hub_test_ws_append_frame (bytes, FIN | HUB_WS_PING, 0x01020304, HUB_SPAN_LITERAL ("still?"));
        }
      hub_test_line_write (client->line, hub_test_span (bytes));
      hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t one");
      hub_test_client_expect (client, "PINGRESP");
      hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t two");
      hub_test_client_ping (client);
      g_assert_true (g_str_has_prefix (client->controls->str, "pong(still?) "));
    }
}

static GByteArray *
make_long_publish (void)
{
  GByteArray *packet = g_byte_array_new ();
  g_autoptr (GString) payload = g_string_new (NULL);
  HubPublish publish = { .topic = HUB_SPAN_LITERAL ("t") };

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (payload, "%u;", i);
  publish.payload = (HubSpan){ (const guint8 *) payload->str, payload->len };
  hub_encode_publish (packet, HUB_VERSION_3_1_1, &publish);
  return packet;
}

/* A long packet in fragments and messages of all sizes up to 3,000 bytes: what is kept of it is only the packet. */
static void
test_long_packet_in_small_frames (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = join (broker);
  g_autoptr (GByteArray) packet = make_long_publish ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 opcode = HUB_WS_BINARY;

  for (gsize at = 0, size = 0, n = 1; at < packet->len; at += size, n++)
    {
      gboolean is_last;

      size = MIN (1 + at * 7919 % 3000, packet->len - at);
      is_last = at + size == packet->len || n % 5 == 0;
      hub_test_ws_append_frame (bytes, opcode | (is_last ? FIN : 0), 0x01020304, (HubSpan){ packet->data + at, size });
      opcode = is_last ? HUB_WS_BINARY : HUB_WS_CONTINUATION;
    }

  hub_test_client_subscribe (client, "t", 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) got = NULL;

      hub_test_line_write (client->line, hub_test_span (bytes));
      got = hub_test_client_read (client);
      g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got), packet->data, packet->len);
    }
  hub_test_client_ping (client);
}

static void
test_frames_and_packets (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = join (broker);

  hub_test_client_subscribe (client, "t", 0);
  /* A packet over several messages, some of them empty, and two and a half packets in one. */
  hub_test_client_send (client, "30");
  hub_test_client_send (client, "");
  hub_test_client_send (client, "08 {'t'} 'hel'");
  hub_test_client_send (client, "'lo' c0 [] 30 [{'t'} 'a'] 30 04");
  hub_test_client_send (client, "{'t'} 'b'");
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t hello");
  hub_test_client_expect (client, "PINGRESP");
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t a");
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t b");
}

static void
test_pings (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = join (broker);

  hub_test_client_send_frame (client, FIN | HUB_WS_PING, "");
  hub_test_client_send_frame (client, FIN | HUB_WS_PING, "00ff80");
  hub_test_client_send_frame (client, FIN | HUB_WS_PONG, "'not asked for'");
  hub_test_client_send_frame (client, FIN | HUB_WS_PING, "'x'*125");
  hub_test_client_ping (client);
  g_assert_cmpstr (client->controls->str, ==, "pong() pong(\\00\\ff\\80) pong((125 bytes)) ");
}

#define PINGS 2000

/* Who asks for one pong after the other and does not take them is not read from any more, and is answered later. */
static void
test_pings_without_reading (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  g_autoptr (HubTestClient) client = join (broker);
  g_autoptr (GByteArray) pings = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (125, 'x');
  const gsize answer_size = 2 + 125;
  gsize sent = 0;
  gsize at = 0;
  guint blocked = 0;

  for (guint i = 0; i < PINGS; i++)
    hub_test_ws_append_frame (pings, FIN | HUB_WS_PING, 0x01020304, hub_span_from_string (payload));
  hub_test_line_set_room (client->line, 4096);
  while (blocked < 20)
    {
      gsize n = hub_test_line_write_some (client->line, (HubSpan){ pings->data + at, pings->len - at });

      g_assert_cmpuint (n, !=, G_MAXSIZE);
      g_assert_cmpuint (sent, <, 64 * 1024 * 1024);
      blocked = n > 0 ? 0 : blocked + 1;
      sent += n;
      at = (at + n) % pings->len;
      hub_test_client_ping (witness);
    }

  hub_test_line_set_room (client->line, 1024 * 1024);
  hub_test_line_write (client->line, (HubSpan){ pings->data + at, pings->len - at });
  sent += pings->len - at;
  g_assert_true (hub_test_line_want (client->line, sent / pings->len * PINGS * answer_size));
  hub_test_line_drop (client->line, sent / pings->len * PINGS * answer_size);
  hub_test_client_ping (client);
}

/* Pings of the WebSocket are no packets of MQTT: they do not keep anybody alive [MQTT-3.1.2-24]. */
static void
test_pings_are_no_packets (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, HUB_TEST_WEBSOCKET);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0001 {'ada'}]");
  hub_test_client_expect (client, "CONNACK 0 0");
  while (hub_test_broker_count_log (broker, "Client ada has exceeded timeout") == 0)
    {
      hub_test_client_send_frame (client, FIN | HUB_WS_PING, "");
      hub_test_wait_turn (deadline_us, "the keep-alive to be over", G_STRLOC);
    }
}

/* What stands in front of a close frame counts, what follows it does not. */
static void
test_around_close (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  g_autoptr (HubTestClient) client = join (broker);
  g_autoptr (GByteArray) before = hub_test_bytes ("32 [{'t'} 0001 'before']");
  g_autoptr (GByteArray) after = hub_test_bytes ("32 [{'t'} 0002 'after']");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hub_test_client_subscribe (witness, "t", 0);
  hub_test_ws_append_frame (bytes, FIN | HUB_WS_BINARY, 1, hub_test_span (before));
  hub_test_ws_append_frame (bytes, FIN | HUB_WS_CLOSE, 2, HUB_SPAN_LITERAL ("\x03\xe8"));
  hub_test_ws_append_frame (bytes, FIN | HUB_WS_BINARY, 3, hub_test_span (after));
  hub_test_ws_append_frame (bytes, FIN | HUB_WS_PING, 4, HUB_SPAN_LITERAL ("after"));
  hub_test_line_write (client->line, hub_test_span (bytes));
  hub_test_client_expect (client, "PUBACK m1");
  hub_test_client_expect_end (client, HUB_WS_CLOSE_NORMAL);
  g_assert_cmpstr (client->controls->str, ==, "close(1000) ");
  hub_test_client_expect (witness, "PUBLISH d0 q0 r0 m0 t before");
  hub_test_client_ping (witness);
}

/* That counts also where what stands behind a CONNECT has to wait until it is known who that is. */
static void
test_close_behind_connect (void)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *users = hub_test_folder_write (folder, "users", "ada:" HUB_TEST_HASH_A "\n");
  HubConfig *config = hub_test_config_new ();
  HubListenerOptions *listener = hub_test_config_get_listener (config, HUB_PROTOCOL_WEBSOCKETS);
  g_autoptr (GByteArray) packets = hub_test_bytes ("10 [{'MQTT'} 04 c6 0000 {'id'} {'will'} {'gone'} {'ada'} {'a'}]"
                                                   "32 [{'t'} 0001 'before'] e0 00");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubTestBroker *broker;
  HubTestClient *witness;
  HubTestClient *client;

  listener->allow_anonymous = FALSE;
  listener->password_file = g_strdup (users);
  broker = hub_test_broker_new (config);
  witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  client = hub_test_client_open (broker, HUB_TEST_WEBSOCKET);
  hub_test_client_subscribe (witness, "#", 0);

  hub_test_ws_append_frame (bytes, FIN | HUB_WS_BINARY, 1, hub_test_span (packets));
  hub_test_ws_append_frame (bytes, FIN | HUB_WS_CLOSE, 2, HUB_SPAN_LITERAL ("\x03\xe8"));
  hub_test_line_write (client->line, hub_test_span (bytes));
  hub_test_client_expect (client, "CONNACK 0 0");
  hub_test_client_expect (client, "PUBACK m1");
  hub_test_client_expect_end (client, HUB_WS_CLOSE_NORMAL);
  hub_test_client_expect (witness, "PUBLISH d0 q0 r0 m0 t before");
  hub_test_client_ping (witness);

  hub_test_client_free (client);
  hub_test_client_free (witness);
  hub_test_broker_free (broker);
  hub_test_folder_free (folder);
}

/* The whole limit in one frame, in packets that each are within it. */
static void
test_frame_at_limit (void)
{
  g_autoptr (HubTestBroker) broker = hub_test_broker_new (make_config ());
  g_autoptr (HubTestClient) client = join (broker);

  hub_test_client_send (client, "(c0 [])*2500");
  for (guint i = 0; i < 2500; i++)
    hub_test_client_expect (client, "PINGRESP");
  hub_test_client_send (client, "(c0 [])*2501");
  hub_test_client_expect_end (client, HUB_WS_CLOSE_TOO_BIG);
}

/* Who is impatient sends all that it has to say behind the request, in one write. */
static void
test_behind_the_upgrade (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (GByteArray) connect = hub_test_bytes ("10 [{'MQTT'} 04 02 0000 {'ada'}] 82 [0001 {'t'} 00]");
  g_autoptr (GByteArray) publish = hub_test_bytes ("30 [{'t'} 'x'*100000]");
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autofree char *request = hub_test_http_make_upgrade (broker->http_port, NULL);

  hub_test_ws_append_frame (frames, FIN | HUB_WS_BINARY, 1, hub_test_span (connect));
  hub_test_ws_append_frame (frames, FIN | HUB_WS_BINARY, 2, hub_test_span (publish));
  for (guint size = 0; size <= frames->len; size += MAX (1, size / 2))
    {
      g_autoptr (HubTestClient) client = hub_test_client_wrap (hub_test_line_dial ("127.0.0.1", broker->http_port));
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (HubTestAnswer) answer = NULL;

      g_byte_array_append (bytes, (const guint8 *) request, (guint) strlen (request));
      g_byte_array_append (bytes, frames->data, size);
      hub_test_line_write (client->line, hub_test_span (bytes));
      answer = hub_test_http_read (client->line, FALSE);
      g_assert_cmpuint (answer->status, ==, 101);
      hub_test_line_write (client->line, (HubSpan){ frames->data + size, frames->len - size });
      hub_test_client_expect (client, "CONNACK 0 0");
      hub_test_client_expect (client, "SUBACK m1 00");
      hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t (100000 bytes)");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/net/websocket/fault/", faults[i].name, NULL);

      g_test_add_data_func (path, &faults[i], test_fault);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (goodbyes); i++)
    {
      g_autofree char *path = g_strconcat ("/net/websocket/goodbye/", goodbyes[i].name, NULL);

      g_test_add_data_func (path, &goodbyes[i], test_goodbye);
    }
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "fragments", NULL, test_fragments);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "long-packet-in-small-frames", NULL, test_long_packet_in_small_frames);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "MQTT-6.0.0-2/frames-and-packets", NULL, test_frames_and_packets);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "pings", NULL, test_pings);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "pings-without-reading", NULL, test_pings_without_reading);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "pings-are-no-packets", NULL, test_pings_are_no_packets);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "around-close", NULL, test_around_close);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "behind-the-upgrade", NULL, test_behind_the_upgrade);
  g_test_add_func ("/net/websocket/close-behind-connect", test_close_behind_connect);
  g_test_add_func ("/net/websocket/frame-at-limit", test_frame_at_limit);
  return g_test_run ();
}
