/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-message.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"

static HubMessage *
make_message (gsize topic_size, gsize payload_size)
{
  g_autofree guint8 *topic = g_malloc (topic_size);
  g_autofree guint8 *payload = g_malloc0 (payload_size);
  HubPublish publish = {
    .topic = { topic, topic_size },
    .payload = { payload, payload_size },
    .qos = 2,
    .packet_id = 99,
    .is_retain = TRUE,
  };

  memset (topic, 't', topic_size);
  if (payload_size > 0)
    memset (payload, 'p', payload_size);
  return hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);
}

static void
test_fields (void)
{
  g_autoptr (HubMessage) message = make_message (3, 5);

  g_assert_cmpmem (message->topic.data, message->topic.size, "ttt", 3);
  g_assert_cmpmem (message->payload.data, message->payload.size, "ppppp", 5);
  g_assert_cmpuint (message->qos, ==, 2);
  g_assert_true (message->is_retain);
}

/* The whole message is there as a packet at QoS 0, with topic and payload inside. */
static void
test_plain (void)
{
  static const gsize sizes[] = { 0, 1, 121, 122, 123, 16377, 16378, 16379, 2097145, 2097149 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (HubMessage) message = make_message (3, sizes[i]);
      g_autofree char *pattern = g_strdup_printf ("30 [{'ttt'} 'p'*%" G_GSIZE_FORMAT "]", sizes[i]);
      g_autoptr (GByteArray) expected = hub_test_bytes (sizes[i] > 0 ? pattern : "30 [{'ttt'}]");

      g_test_message ("%" G_GSIZE_FORMAT, sizes[i]);
      g_assert_cmpmem (hub_message_get_plain (message).data, hub_message_get_plain (message).size, expected->data, expected->len);
      g_assert_true (message->topic.data > hub_message_get_plain (message).data);
      g_assert_true (message->payload.data + message->payload.size == hub_message_get_plain (message).data + hub_message_get_plain (message).size);
    }
}

/* Head and payload together are the packet of one receiver, for every head that there can be. */
static void
check_head (HubMessage *message, HubVersion version, const HubDelivery *delivery)
{
  gsize size = hub_message_packet_size (message, version, delivery);
  gsize head_size = size - message->payload.size;
  g_autofree guint8 *head = g_malloc (head_size);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubPacket packet = {
    .type = HUB_PACKET_PUBLISH,
    .publish = {
      .topic = message->topic,
      .payload = message->payload,
      .packet_id = delivery->packet_id,
      .qos = delivery->qos,
      .is_retain = delivery->is_retain,
      .is_dup = delivery->is_dup,
    },
  };
  g_autofree char *expected = hub_test_packet_to_text (&packet);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (hub_message_write_head (message, version, delivery, head), ==, head_size);
  g_byte_array_append (bytes, head, (guint) head_size);
  if (message->payload.size > 0)
    g_byte_array_append (bytes, message->payload.data, (guint) message->payload.size);
  g_assert_cmpuint (bytes->len, ==, size);

  text = hub_test_decode_to_text (version, hub_test_span (bytes), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_heads (void)
{
  static const HubVersion versions[] = { HUB_VERSION_3_1, HUB_VERSION_3_1_1 };
  static const gsize topics[] = { 1, 127, 65535 };
  static const gsize payloads[] = { 0, 1, 119, 120, 121, 122, 123, 124, 125, 16000, 16384 };

  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (payloads); k++)
      {
        g_autoptr (HubMessage) message = make_message (topics[i], payloads[k]);

        for (guint qos = 0; qos <= 2; qos++)
          for (guint flags = 0; flags < 4; flags++)
            {
              HubDelivery delivery = {
                .packet_id = qos > 0 ? 0xfedc : 0,
                .qos = (guint8) qos,
                .is_retain = (flags & 1) != 0,
                .is_dup = qos > 0 && (flags & 2) != 0,
              };

              check_head (message, versions[flags & 1], &delivery);
            }
      }
}

/* At QoS 0 and without RETAIN a receiver's packet is the plain one, byte by byte. */
static void
test_plain_is_q0 (void)
{
  g_autoptr (HubMessage) message = make_message (10, 1000);
  HubDelivery delivery = { 0 };
  guint8 head[64];
  gsize size = hub_message_write_head (message, HUB_VERSION_3_1_1, &delivery, head);

  g_assert_cmpuint (hub_message_packet_size (message, HUB_VERSION_3_1_1, &delivery), ==, hub_message_get_plain (message).size);
  g_assert_cmpmem (head, size, hub_message_get_plain (message).data, hub_message_get_plain (message).size - message->payload.size);
}

static void
test_references (void)
{
  HubMessage *message = make_message (1, 1);
  HubMessage *again = hub_message_ref (message);

  g_assert_true (again == message);
  hub_message_unref (message);
  g_assert_cmpmem (again->payload.data, again->payload.size, "p", 1);
  hub_message_unref (again);
}

/* What was published is copied: the buffer that it was read into is used again. */
static void
test_copies (void)
{
  char topic[] = "topic";
  char payload[] = "payload";
  HubPublish publish = { .topic = hub_span_from_string (topic), .payload = hub_span_from_string (payload) };
  g_autoptr (HubMessage) message = hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);

  memset (topic, 'X', sizeof topic);
  memset (payload, 'X', sizeof payload);
  g_assert_cmpmem (message->topic.data, message->topic.size, "topic", 5);
  g_assert_cmpmem (message->payload.data, message->payload.size, "payload", 7);
}

/* --- MQTT 5.0 --- */

static HubMessage *
make_message_5 (HubPropertyPlace place, const char *properties)
{
  g_autofree char *text = g_strdup_printf ("[%s]", properties);
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  HubReader reader = hub_reader_init (hub_test_span (bytes));
  HubPublish publish = {
    .topic = HUB_SPAN_LITERAL ("a/b"),
    .payload = HUB_SPAN_LITERAL ("x"),
    .qos = 1,
    .packet_id = 7,
  };

  g_assert_true (hub_properties_read (&reader, place, &publish.properties, NULL));
  return hub_message_new (&publish, HUB_SPAN_LITERAL ("publisher"), 12345);
}

static void
assert_head (HubMessage *message, HubVersion version, const HubDelivery *delivery, const char *expected)
{
  gsize size = hub_message_packet_size (message, version, delivery);
  gsize head_size = size - message->payload.size;
  g_autoptr (GByteArray) bytes = hub_test_bytes (expected);
  g_autofree guint8 *packet = g_malloc (size);

  g_test_message ("%s", expected);
  g_assert_cmpuint (hub_message_write_head (message, version, delivery, packet), ==, head_size);
  memcpy (packet + head_size, message->payload.data, message->payload.size);
  g_assert_cmpmem (packet, size, bytes->data, bytes->len);
}

static void
assert_forwarded (HubPropertyPlace place, const char *published, const char *expected)
{
  g_autoptr (HubMessage) message = make_message_5 (place, published);
  g_autoptr (GByteArray) bytes = hub_test_bytes (expected);

  g_test_message ("%s", published);
  g_assert_cmpmem (hub_message_get_properties (message).data, hub_message_get_properties (message).size, bytes->data, bytes->len);
  g_assert_cmpmem (hub_message_get_publisher (message).data, hub_message_get_publisher (message).size, "publisher", 9);
  g_assert_cmpint (message->expires_us, ==, 12345);
}

/* What is of the message goes to everybody, byte by byte and in its order; what is of the way it came does not. */
static void
test_forwarded (void)
{
  assert_forwarded (HUB_PACKET_PUBLISH, "", "");
  assert_forwarded (HUB_PACKET_PUBLISH, "01 01 03 {'t'} 08 {'r'} 09 {00}", "01 01 03 {'t'} 08 {'r'} 09 {00}");
  assert_forwarded (HUB_PACKET_PUBLISH, "09 {00} 08 {'r'} 03 {'t'} 01 00", "09 {00} 08 {'r'} 03 {'t'} 01 00");
  assert_forwarded (HUB_PACKET_PUBLISH,
                    "26 {'b'} {'1'} 02 00000005 26 {'a'} {'2'} 23 0001 26 {'b'} {'1'}",
                    "26 {'b'} {'1'} 26 {'a'} {'2'} 26 {'b'} {'1'}");
  assert_forwarded (HUB_PACKET_PUBLISH, "02 00000005 23 0001 0b 01", "");
}

/* VerneMQ #1883, NanoNNG #1624: a Will Delay Interval in a PUBLISH disconnects who gets it. */
static void
test_forwarded_of_will (void)
{
  assert_forwarded (HUB_PROPERTY_PLACE_WILL,
                    "18 00000005 26 {'b'} {'1'} 02 00000005 01 01",
                    "26 {'b'} {'1'} 01 01");
}

/* What a receiver's packet has of its own, alone and together. */
static void
test_heads_5 (void)
{
  g_autoptr (HubMessage) bare = make_message_5 (HUB_PACKET_PUBLISH, "");
  g_autoptr (HubMessage) rich = make_message_5 (HUB_PACKET_PUBLISH, "01 01 26 {'k'} {'v'}");
  g_autoptr (GByteArray) identifiers = hub_test_bytes ("0b 01 0b 8001");
  g_autoptr (GByteArray) more = hub_test_bytes ("26 {'hub-seq'} {'1'}");
  HubDelivery plain = { 0 };
  HubDelivery q2 = { .packet_id = 258, .qos = 2, .is_retain = TRUE, .is_dup = TRUE };
  HubDelivery expiry = { .has_expiry = TRUE, .expiry_s = 0x01020304 };
  HubDelivery never = { .expiry_s = 5 };
  HubDelivery alias = { .alias = 0x0102 };
  HubDelivery known = { .packet_id = 1, .qos = 1, .alias = 3, .is_topic_known = TRUE };
  HubDelivery with_identifiers = { .identifiers = hub_test_span (identifiers) };
  HubDelivery all = {
    .packet_id = 1,
    .qos = 1,
    .has_expiry = TRUE,
    .expiry_s = 0,
    .alias = 3,
    .identifiers = hub_test_span (identifiers),
    .more = hub_test_span (more),
  };

  assert_head (bare, HUB_VERSION_5_0, &plain, "30 [{'a/b'} [] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &q2, "3d [{'a/b'} 0102 [] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &expiry, "30 [{'a/b'} [02 01020304] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &never, "30 [{'a/b'} [] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &alias, "30 [{'a/b'} [23 0102] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &known, "32 [{} 0001 [23 0003] 'x']");
  assert_head (bare, HUB_VERSION_5_0, &with_identifiers, "30 [{'a/b'} [0b 01 0b 8001] 'x']");
  assert_head (rich, HUB_VERSION_5_0, &plain, "30 [{'a/b'} [01 01 26 {'k'} {'v'}] 'x']");
  assert_head (rich,
               HUB_VERSION_5_0,
               &all,
               "32 [{'a/b'} 0001 [02 00000000 23 0003 0b 01 0b 8001 01 01 26 {'k'} {'v'} 26 {'hub-seq'} {'1'}] 'x']");

  /* 3.x has none of it. */
  assert_head (rich, HUB_VERSION_3_1_1, &all, "32 [{'a/b'} 0001 'x']");
  assert_head (rich, HUB_VERSION_3_1, &known, "32 [{'a/b'} 0001 'x']");
}

/* The lengths of properties and packet where they need one byte more. */
static void
test_sizes_5 (void)
{
  static const guint sizes[] = { 1, 110, 115, 116, 117, 118, 119, 16350, 16365, 16370, 16371, 16372, 16380, 65535 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *properties = g_strdup_printf ("26 {'k'} {'v'*%u}", sizes[i]);
      g_autofree char *expected = g_strdup_printf ("32 [{'a/b'} 0001 [02 00000007 26 {'k'} {'v'*%u}] 'x']", sizes[i]);
      g_autoptr (HubMessage) message = make_message_5 (HUB_PACKET_PUBLISH, properties);
      HubDelivery delivery = { .packet_id = 1, .qos = 1, .has_expiry = TRUE, .expiry_s = 7 };

      assert_head (message, HUB_VERSION_5_0, &delivery, expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/message/fields", test_fields);
  g_test_add_func ("/wire/message/plain", test_plain);
  g_test_add_func ("/wire/message/plain/is-q0", test_plain_is_q0);
  g_test_add_func ("/wire/message/heads", test_heads);
  g_test_add_func ("/wire/message/references", test_references);
  g_test_add_func ("/wire/message/copies", test_copies);
  g_test_add_func ("/wire/message/5.0/MQTT-3.3.2-18/forwarded", test_forwarded);
  g_test_add_func ("/wire/message/5.0/3.1.3.2/forwarded-of-will", test_forwarded_of_will);
  g_test_add_func ("/wire/message/5.0/heads", test_heads_5);
  g_test_add_func ("/wire/message/5.0/sizes", test_sizes_5);
  return g_test_run ();
}
