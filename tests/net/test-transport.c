/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-encode.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-ws.h"

/* How a client and a broker talk: the same over everything that carries bytes. */

#define MIB (1024 * 1024)

/* Bytes in which one that is missing or doubled shows. */
static GBytes *
make_payload (gsize size, guint32 seed)
{
  guint8 *bytes = g_malloc (size);
  guint32 state = seed * 2654435761u + 1;

  for (gsize i = 0; i < size; i++)
    {
      state = state * 1664525u + 1013904223u;
      bytes[i] = (guint8) (state >> 24);
    }
  return g_bytes_new_take (bytes, size);
}

static HubSpan
span_of (GBytes *bytes)
{
  HubSpan span;

  span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

static void
expect_payload (HubTestClient *client, GBytes *payload)
{
  g_autoptr (GBytes) packet = hub_test_client_read (client);
  HubSpan wanted = span_of (payload);
  HubSpan got;

  g_assert_nonnull (packet);
  got = span_of (packet);
  g_assert_cmphex (got.data[0] & 0xf0, ==, 0x30);
  g_assert_cmpuint (got.size, >, wanted.size);
  g_assert_cmpmem (got.data + got.size - wanted.size, wanted.size, wanted.data, wanted.size);
}

static void
test_qos_0 (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  hub_test_client_subscribe (ada, "room/+", 2);
  hub_test_client_publish (grace, "room/1", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_publish (grace, "other", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_publish (grace, "room/2", HUB_SPAN_LITERAL (""), 0);
  hub_test_client_expect (ada, "PUBLISH d0 q0 r0 m0 room/1 hello");
  hub_test_client_expect (ada, "PUBLISH d0 q0 r0 m0 room/2 ");
  hub_test_client_ping (grace);
  hub_test_client_send (ada, "a2 [0002 {'room/+'}]");
  hub_test_client_expect (ada, "UNSUBACK m2");
  hub_test_client_publish (grace, "room/1", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_ping (grace);
  hub_test_client_ping (ada);
}

static void
test_qos_1 (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  hub_test_client_subscribe (ada, "t", 1);
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("one"), 1);
  hub_test_client_expect (grace, "PUBACK m1");
  hub_test_client_expect (ada, "PUBLISH d0 q1 r0 m1 t one");
  hub_test_client_send (ada, "40 [0001]");
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("two"), 2);
  hub_test_client_expect (ada, "PUBLISH d0 q1 r0 m2 t two");
  hub_test_client_ping (ada);
}

static void
test_qos_2 (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  hub_test_client_subscribe (ada, "t", 2);
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("once"), 2);
  hub_test_client_expect (grace, "PUBREC m1");
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("once"), 2);
  hub_test_client_expect (grace, "PUBREC m1");
  hub_test_client_send (grace, "62 [0001]");
  hub_test_client_expect (grace, "PUBCOMP m1");
  hub_test_client_expect (ada, "PUBLISH d0 q2 r0 m1 t once");
  hub_test_client_send (ada, "50 [0001]");
  hub_test_client_expect (ada, "PUBREL m1");
  hub_test_client_send (ada, "70 [0001]");
  hub_test_client_ping (ada);
}

static void
test_retained (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = NULL;

  hub_test_client_send (ada, "31 [{'a/b'} 'kept'] 33 [{'a/c'} 0007 'kept too']");
  hub_test_client_expect (ada, "PUBACK m7");
  grace = hub_test_client_join (broker, transport, "grace");
  hub_test_client_subscribe (grace, "a/b", 0);
  hub_test_client_expect (grace, "PUBLISH d0 q0 r1 m0 a/b kept");
  hub_test_client_subscribe (grace, "a/c", 1);
  hub_test_client_expect (grace, "PUBLISH d0 q1 r1 m1 a/c kept\\20too");
}

/* What was under way when the connection broke is sent again to the same client. */
static void
test_session (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");
  g_autoptr (HubTestClient) before = hub_test_client_open (broker, transport);
  g_autoptr (HubTestClient) after = NULL;

  hub_test_client_send (before, "10 [{'MQTT'} 04 00 0000 {'ada'}]");
  hub_test_client_expect (before, "CONNACK 0 0");
  hub_test_client_subscribe (before, "t", 1);
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("one"), 1);
  hub_test_client_expect (before, "PUBLISH d0 q1 r0 m1 t one");
  hub_test_line_reset (before->line);
  hub_test_broker_wait_log (broker, "Client ada closed its connection.");
  hub_test_client_expect (grace, "PUBACK m1");
  hub_test_client_publish (grace, "t", HUB_SPAN_LITERAL ("two"), 1);
  hub_test_client_expect (grace, "PUBACK m1");

  after = hub_test_client_open (broker, transport);
  hub_test_client_send (after, "10 [{'MQTT'} 04 00 0000 {'ada'}]");
  hub_test_client_expect (after, "CONNACK 1 0");
  hub_test_client_expect (after, "PUBLISH d1 q1 r0 m1 t one");
  hub_test_client_expect (after, "PUBLISH d0 q1 r0 m2 t two");
}

/* Some packets that all have an answer, and the answers. */
static const char conversation[] = "10 [{'MQTT'} 04 02 003c {'ada'}] 82 [0001 {'t/#'} 01] 32 [{'t/1'} 0005 'hello'] c0 []";
static const char *const answers[] = { "CONNACK 0 0", "SUBACK m1 01", "PUBLISH d0 q1 r0 m1 t/1 hello", "PUBACK m5", "PINGRESP" };

static void
expect_answers (HubTestClient *client)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    hub_test_client_expect (client, answers[i]);
}

/* The conversation as it goes over the line. */
static GByteArray *
make_conversation (HubTestTransport transport)
{
  g_autoptr (GByteArray) packets = hub_test_bytes (conversation);
  GByteArray *frames;

  if (!hub_test_transport_is_websocket (transport))
    return g_steal_pointer (&packets);
  frames = g_byte_array_new ();
  hub_test_ws_append_frame (frames, 0x82, 0x01020304, hub_test_span (packets));
  return frames;
}

/* A ping of somebody else is answered when the broker has read whatever was sent before it. */
static void
test_cut_at_every_byte (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  g_autoptr (GByteArray) bytes = make_conversation (transport);

  for (gsize cut = 1; cut < bytes->len; cut++)
    {
      g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

      hub_test_line_write (client->line, (HubSpan){ bytes->data, cut });
      hub_test_client_ping (witness);
      hub_test_line_write (client->line, (HubSpan){ bytes->data + cut, bytes->len - cut });
      expect_answers (client);
    }
}

static void
test_byte_by_byte (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);
  g_autoptr (GByteArray) bytes = make_conversation (transport);

  for (gsize i = 0; i < bytes->len; i++)
    {
      hub_test_line_write (client->line, (HubSpan){ bytes->data + i, 1 });
      hub_test_client_ping (witness);
    }
  expect_answers (client);
}

static void
test_many_in_one_write (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");
  g_autoptr (GString) text = g_string_new (NULL);
  const guint n = 2000;

  hub_test_client_subscribe (client, "t", 0);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "30 [{'t'} '%05u'] ", i);
  g_string_append (text, "c0 []");
  hub_test_client_send (client, text->str);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *wanted = g_strdup_printf ("PUBLISH d0 q0 r0 m0 t %05u", i);

      hub_test_client_expect (client, wanted);
    }
  hub_test_client_expect (client, "PINGRESP");
}

static void
test_large (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  hub_test_client_subscribe (ada, "t", 2);
  for (guint8 qos = 0; qos < 3; qos++)
    {
      g_autoptr (GBytes) payload = make_payload (MIB, qos);

      hub_test_client_publish (grace, "t", span_of (payload), qos);
      expect_payload (ada, payload);
    }
  hub_test_client_ping (ada);
}

static void
append_publish (GByteArray *out, HubTestTransport transport, GBytes *payload)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = { .topic = HUB_SPAN_LITERAL ("t"), .payload = span_of (payload) };

  hub_encode_publish (packet, HUB_VERSION_3_1_1, &publish);
  if (hub_test_transport_is_websocket (transport))
    hub_test_ws_append_frame (out, 0x82, 0x01020304, hub_test_span (packet));
  else
    g_byte_array_append (out, packet->data, packet->len);
}

/* The end of one packet and the beginning of the next are read together, at whatever distance from the end of a read. */
static void
test_large_in_a_row (HubTestBroker *broker, HubTestTransport transport)
{
  static const gsize sizes[] = { 1, 100, 1023, 1024, 4096, 16000, 20000, 32768, 40000, 65536, 100000, 70000, 33000, 5, 300000, 64, 50000 };
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) grace = hub_test_client_join (broker, transport, "grace");

  hub_test_client_subscribe (ada, "t", 0);
  for (guint32 round = 0; round < 5; round++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GPtrArray) payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

      for (guint32 i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_ptr_array_add (payloads, make_payload (sizes[i] + 7 * round, round + i));
          append_publish (bytes, transport, g_ptr_array_index (payloads, i));
        }
      hub_test_line_write (grace->line, hub_test_span (bytes));
      for (guint i = 0; i < payloads->len; i++)
        expect_payload (ada, g_ptr_array_index (payloads, i));
    }
  hub_test_client_ping (grace);
}

#define LIMIT 5000

static void
configure_small_packets (HubConfig *config)
{
  config->server.core.limits.max_packet_bytes = LIMIT;
  config->server.core.limits.max_first_packet_bytes = 300;
}

/* PUBLISH to "t": five bytes of topic length, topic and header around the payload. */
static void
test_packet_limit (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");
  g_autoptr (GBytes) payload = make_payload (LIMIT, 0);
  HubSpan span = span_of (payload);

  hub_test_client_subscribe (client, "t", 0);
  span.size = LIMIT - 6;
  hub_test_client_publish (client, "t", span, 0);
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t (4994 bytes)");
  span.size++;
  hub_test_client_publish (client, "t", span, 0);
  hub_test_client_expect_end (client, 1009);
}

/* The claim alone is enough: nobody waits, or allocates, for what it announces. */
static void
test_packet_limit_by_claim (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, transport, "ada");
  g_autoptr (HubTestClient) newcomer = hub_test_client_open (broker, transport);

  hub_test_client_send (client, "30 ffffff7f");
  hub_test_client_expect_end (client, 1009);
  hub_test_client_send (newcomer, "10 ffffff7f");
  hub_test_client_expect_end (newcomer, 1009);
}

static void
test_first_packet_limit (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) fits = hub_test_client_open (broker, transport);
  g_autoptr (HubTestClient) is_larger = hub_test_client_open (broker, transport);

  hub_test_client_send (fits, "10 [{'MQTT'} 04 02 0000 {'x'*285}]");
  hub_test_client_expect (fits, "CONNACK 0 0");
  hub_test_client_send (is_larger, "10 [{'MQTT'} 04 02 0000 {'x'*286}]");
  hub_test_client_expect_end (is_larger, 1009);
}

static void
test_mqtt_3_1 (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

  hub_test_client_send (client, "10 [{'MQIsdp'} 03 02 003c {'old'}]");
  hub_test_client_expect (client, "CONNACK 0 0");
  hub_test_client_subscribe (client, "t", 2);
  hub_test_client_publish (client, "t", HUB_SPAN_LITERAL ("hello"), 0);
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t hello");
  hub_test_client_send (client, "e0 []");
  hub_test_client_expect_end (client, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transports ("qos-0", test_qos_0);
  hub_test_add_transports ("qos-1", test_qos_1);
  hub_test_add_transports ("qos-2", test_qos_2);
  hub_test_add_transports ("retained", test_retained);
  hub_test_add_transports ("session", test_session);
  hub_test_add_transports ("mqtt-3.1", test_mqtt_3_1);
  hub_test_add_transports ("cut-at-every-byte", test_cut_at_every_byte);
  hub_test_add_transports ("byte-by-byte", test_byte_by_byte);
  hub_test_add_transports ("many-in-one-write", test_many_in_one_write);
  hub_test_add_transports ("large", test_large);
  hub_test_add_transports ("large-in-a-row", test_large_in_a_row);
  hub_test_add_transports_full ("packet-limit", configure_small_packets, test_packet_limit);
  hub_test_add_transports_full ("packet-limit-by-claim", configure_small_packets, test_packet_limit_by_claim);
  hub_test_add_transports_full ("first-packet-limit", configure_small_packets, test_first_packet_limit);
  return g_test_run ();
}
