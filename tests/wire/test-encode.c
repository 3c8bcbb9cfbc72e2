/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-encode.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"

static void
assert_bytes (const guint8 *data, gsize size, const char *expected)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (expected);

  g_assert_cmpmem (data, size, bytes->data, bytes->len);
}

static void
assert_round_trip (HubVersion version, const GByteArray *bytes, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = hub_test_decode_to_text (version, hub_test_span (bytes), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_connect (void)
{
  static const struct
  {
    HubConnect connect;
    const char *bytes;
  } rows[] = {
    { { .version = HUB_VERSION_3_1_1, .client_id = { (const guint8 *) "post", 4 }, .keep_alive_s = 60, .is_clean = TRUE },
      "10 [{'MQTT'} 04 02 003c {'post'}]" },
    { { .version = HUB_VERSION_3_1_1, .client_id = { (const guint8 *) "", 0 }, .is_clean = TRUE },
      "10 [{'MQTT'} 04 02 0000 {}]" },
    { { .version = HUB_VERSION_3_1, .client_id = { (const guint8 *) "post", 4 }, .keep_alive_s = 65535 },
      "10 [{'MQIsdp'} 03 00 ffff {'post'}]" },
    { { .version = HUB_VERSION_3_1_1,
        .client_id = { (const guint8 *) "id", 2 },
        .is_clean = TRUE,
        .has_will = TRUE,
        .will_qos = 2,
        .will_retain = TRUE,
        .will_topic = { (const guint8 *) "w/t", 3 },
        .will_payload = { (const guint8 *) "gone", 4 },
        .has_username = TRUE,
        .username = { (const guint8 *) "user", 4 },
        .has_password = TRUE,
        .password = { (const guint8 *) "p\0w", 3 } },
      "10 [{'MQTT'} 04 f6 0000 {'id'} {'w/t'} {'gone'} {'user'} {'p' 00 'w'}]" },
    { { .version = HUB_VERSION_3_1_1,
        .client_id = { (const guint8 *) "id", 2 },
        .has_will = TRUE,
        .will_qos = 1,
        .will_topic = { (const guint8 *) "t", 1 },
        .will_payload = { NULL, 0 },
        .has_username = TRUE,
        .username = { NULL, 0 } },
      "10 [{'MQTT'} 04 8c 0000 {'id'} {'t'} {} {}]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      HubPacket packet = { .type = HUB_PACKET_CONNECT, .connect = rows[i].connect };
      g_autofree char *text = hub_test_packet_to_text (&packet);

      g_test_message ("%s", rows[i].bytes);
      hub_encode_connect (bytes, &rows[i].connect);
      assert_bytes (bytes->data, bytes->len, rows[i].bytes);
      assert_round_trip (HUB_VERSION_NONE, bytes, text);
    }
}

static void
test_connect_longest (void)
{
  g_autoptr (GByteArray) longest = hub_test_bytes ("61*65535");
  HubSpan span = hub_test_span (longest);
  HubConnect connect = {
    .version = HUB_VERSION_3_1_1,
    .client_id = span,
    .has_will = TRUE,
    .will_topic = span,
    .will_payload = span,
    .has_username = TRUE,
    .username = span,
    .has_password = TRUE,
    .password = span,
  };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hub_encode_connect (bytes, &connect);
  assert_bytes (bytes->data, bytes->len, "10 [{'MQTT'} 04 c4 0000 {61*65535}*5]");
  assert_round_trip (HUB_VERSION_NONE,
                     bytes,
                     "CONNECT v4 c0 k0 id=(65535 bytes) will=q0r0 (65535 bytes) (65535 bytes)"
                     " user=(65535 bytes) password=(65535 bytes)");
}

static void
test_connack (void)
{
  for (guint code = 0; code <= 5; code++)
    for (guint present = 0; present <= 1; present++)
      {
        HubConnack connack = { .is_session_present = present != 0, .code = (guint8) code };
        g_autoptr (GByteArray) out = g_byte_array_new ();
        const guint8 expected[] = { 0x20, 0x02, (guint8) present, (guint8) code };

        hub_encode_connack (out, HUB_VERSION_3_1_1, &connack);
        g_assert_cmpmem (out->data, out->len, expected, sizeof expected);
      }
}

static void
test_acks (void)
{
  static const struct
  {
    HubPacketType type;
    guint16 packet_id;
    const char *bytes;
  } rows[] = {
    { HUB_PACKET_PUBACK, 1, "40 02 0001" },
    { HUB_PACKET_PUBREC, 256, "50 02 0100" },
    { HUB_PACKET_PUBREL, 0x1234, "62 02 1234" },
    { HUB_PACKET_PUBCOMP, 65535, "70 02 ffff" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 out[HUB_SHORT_PACKET_SIZE];
      gsize size = hub_encode_ack (HUB_VERSION_3_1_1, rows[i].type, rows[i].packet_id, HUB_REASON_NOT_AUTHORIZED, out);

      g_test_message ("%s", rows[i].bytes);
      assert_bytes (out, size, rows[i].bytes);
    }
}

static void
test_empty (void)
{
  static const struct
  {
    HubPacketType type;
    const char *bytes;
  } rows[] = {
    { HUB_PACKET_PINGREQ, "c0 00" },
    { HUB_PACKET_PINGRESP, "d0 00" },
    { HUB_PACKET_DISCONNECT, "e0 00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 out[HUB_SHORT_PACKET_SIZE];
      gsize size = hub_encode_empty (rows[i].type, out);

      assert_bytes (out, size, rows[i].bytes);
    }
}

static void
test_publish (void)
{
  for (guint qos = 0; qos <= 2; qos++)
    for (guint retain = 0; retain <= 1; retain++)
      for (guint dup = 0; dup <= (qos > 0 ? 1 : 0); dup++)
        {
          g_autoptr (GByteArray) bytes = g_byte_array_new ();
          HubPublish publish = {
            .topic = HUB_SPAN_LITERAL ("a/b"),
            .payload = HUB_SPAN_LITERAL ("hello"),
            .packet_id = qos > 0 ? 258 : 0,
            .qos = (guint8) qos,
            .is_retain = retain != 0,
            .is_dup = dup != 0,
          };
          HubPacket packet = { .type = HUB_PACKET_PUBLISH, .publish = publish };
          g_autofree char *text = hub_test_packet_to_text (&packet);

          hub_encode_publish (bytes, HUB_VERSION_3_1_1, &publish);
          assert_round_trip (HUB_VERSION_3_1_1, bytes, text);
        }
}

static void
test_publish_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 121, 122, 123, 124, 16377, 16378, 16379, 16380, 2097145, 2097146, 2097149 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *payload = g_malloc0 (sizes[i] + 1);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      HubPublish publish = { .topic = HUB_SPAN_LITERAL ("abc"), .payload = { payload, sizes[i] }, .packet_id = 7, .qos = 1 };
      HubPacket packet = { .type = HUB_PACKET_PUBLISH, .publish = publish };
      g_autofree char *text = hub_test_packet_to_text (&packet);

      g_test_message ("%" G_GSIZE_FORMAT, sizes[i]);
      hub_encode_publish (bytes, HUB_VERSION_3_1, &publish);
      g_assert_cmpuint (bytes->len, ==, hub_fixed_header_size (7 + sizes[i]) + 7 + sizes[i]);
      assert_round_trip (HUB_VERSION_3_1, bytes, text);
    }
}

static void
test_subscribe (void)
{
  for (guint qos = 0; qos <= 2; qos++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *text = g_strdup_printf ("SUBSCRIBE m65535 a/+/#:%u", qos);

      hub_encode_subscribe (bytes, HUB_VERSION_3_1_1, 65535, HUB_SPAN_LITERAL ("a/+/#"), (guint8) qos, NULL);
      assert_round_trip (HUB_VERSION_3_1_1, bytes, text);
    }
}

static void
test_subscribe_all (void)
{
  static const char *const filters[] = { "a", "b/#", NULL };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubProperties properties = { 0 };

  hub_encode_subscribe_all (bytes, HUB_VERSION_3_1_1, 7, filters, 1, NULL);
  assert_bytes (bytes->data, bytes->len, "82 [0007 {'a'} 01 {'b/#'} 01]");
  assert_round_trip (HUB_VERSION_3_1_1, bytes, "SUBSCRIBE m7 a:1 b/#:1");
  g_byte_array_set_size (bytes, 0);
  hub_properties_set_number (&properties, HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER, 128);
  hub_encode_subscribe_all (bytes, HUB_VERSION_5_0, 7, filters, 0x22, &properties);
  assert_bytes (bytes->data, bytes->len, "82 [0007 [0b 8001] {'a'} 22 {'b/#'} 22]");
}

static void
test_unsubscribe (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  hub_encode_unsubscribe (bytes, HUB_VERSION_3_1_1, 2, HUB_SPAN_LITERAL ("a/+/#"));
  assert_bytes (bytes->data, bytes->len, "a2 09 0002 0005 'a/+/#'");
  assert_round_trip (HUB_VERSION_3_1_1, bytes, "UNSUBSCRIBE m2 a/+/#");
}

static void
test_suback (void)
{
  g_autoptr (GByteArray) few = g_byte_array_new ();
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autofree guint8 *codes = g_malloc0 (20000);

  hub_encode_suback (few, HUB_VERSION_3_1_1, HUB_PACKET_SUBACK, 9, (HubSpan){ (const guint8 *) "\x00\x01\x02\x80", 4 });
  assert_bytes (few->data, few->len, "90 06 0009 00010280");

  hub_encode_suback (many, HUB_VERSION_3_1_1, HUB_PACKET_SUBACK, 9, (HubSpan){ codes, 20000 });
  assert_bytes (many->data, many->len, "90 [0009 00*20000]");
}

/* --- MQTT 5.0 --- */

static HubProperties
make_properties (HubSpan user_properties)
{
  HubProperties properties = { .more = user_properties };

  hub_properties_set_text (&properties, HUB_PROPERTY_REASON_STRING, HUB_SPAN_LITERAL ("why"));
  return properties;
}

static void
test_connect_5 (void)
{
  g_autoptr (GByteArray) more = hub_test_bytes ("26 {'k'} {'v'}");
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) full = g_byte_array_new ();
  HubConnect connect = { .version = HUB_VERSION_5_0, .client_id = HUB_SPAN_LITERAL ("id"), .keep_alive_s = 5 };

  hub_encode_connect (plain, &connect);
  assert_bytes (plain->data, plain->len, "10 [{'MQTT'} 05 00 0005 [] {'id'}]");

  connect.is_clean = TRUE;
  connect.has_will = TRUE;
  connect.will_topic = HUB_SPAN_LITERAL ("w");
  connect.will_payload = HUB_SPAN_LITERAL ("gone");
  connect.will_qos = 1;
  connect.has_password = TRUE;
  connect.password = HUB_SPAN_LITERAL ("pw");
  connect.properties.more = hub_test_span (more);
  hub_properties_set_number (&connect.properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, 60);
  hub_properties_set_number (&connect.properties, HUB_PROPERTY_RECEIVE_MAXIMUM, 5);
  hub_properties_set_number (&connect.will_properties, HUB_PROPERTY_WILL_DELAY_INTERVAL, 7);
  hub_encode_connect (full, &connect);
  assert_bytes (full->data,
                full->len,
                "10 [{'MQTT'} 05 4e 0005 [11 0000003c 21 0005 26 {'k'} {'v'}] {'id'} [18 00000007] {'w'} {'gone'} {'pw'}]");
  assert_round_trip (HUB_VERSION_NONE,
                     full,
                     "CONNECT v5 c1 k5 id=id will=q1r0 w gone {delay=7} password=pw {session=60 receive=5 user=k:v}");
}

/* Who does not speak 5.0, or no version that is known, is answered in the form of 3.1.1. */
static void
test_connack_5 (void)
{
  g_autoptr (GByteArray) more = hub_test_bytes ("26 {'k'} {'v'}");
  HubConnack connack = { .is_session_present = TRUE, .code = 0, .properties = make_properties (hub_test_span (more)) };
  HubConnack refusal = { .code = HUB_REASON_BAD_AUTHENTICATION_METHOD };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  hub_encode_connack (out, HUB_VERSION_5_0, &connack);
  hub_encode_connack (out, HUB_VERSION_5_0, &refusal);
  hub_encode_connack (out, HUB_VERSION_3_1_1, &connack);
  hub_encode_connack (out, HUB_VERSION_NONE, &connack);
  assert_bytes (out->data,
                out->len,
                "20 [01 00 [1f {'why'} 26 {'k'} {'v'}]] 20 [00 8c []] 20 [01 00] 20 [01 00]");
}

/* The shortest form there is: no Reason Code where it is a success. */
static void
test_acks_5 (void)
{
  static const struct
  {
    HubPacketType type;
    HubReason reason;
    const char *bytes;
  } rows[] = {
    { HUB_PACKET_PUBACK, HUB_REASON_SUCCESS, "40 02 0102" },
    { HUB_PACKET_PUBACK, HUB_REASON_NO_MATCHING_SUBSCRIBERS, "40 03 0102 10" },
    { HUB_PACKET_PUBREC, HUB_REASON_NOT_AUTHORIZED, "50 03 0102 87" },
    { HUB_PACKET_PUBREL, HUB_REASON_PACKET_ID_NOT_FOUND, "62 03 0102 92" },
    { HUB_PACKET_PUBREL, HUB_REASON_SUCCESS, "62 02 0102" },
    { HUB_PACKET_PUBCOMP, HUB_REASON_PACKET_ID_NOT_FOUND, "70 03 0102 92" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint8 out[HUB_SHORT_PACKET_SIZE];
      gsize size = hub_encode_ack (HUB_VERSION_5_0, rows[i].type, 0x0102, rows[i].reason, out);

      g_test_message ("%s", rows[i].bytes);
      assert_bytes (out, size, rows[i].bytes);
    }
}

static void
test_publish_5 (void)
{
  g_autoptr (GByteArray) more = hub_test_bytes ("26 {'b'} {'1'} 26 {'a'} {'2'}");
  g_autoptr (GByteArray) out = g_byte_array_new ();
  HubPublish publish = {
    .topic = HUB_SPAN_LITERAL ("a/b"),
    .payload = HUB_SPAN_LITERAL ("x"),
    .packet_id = 3,
    .qos = 1,
  };

  hub_encode_publish (out, HUB_VERSION_5_0, &publish);
  assert_bytes (out->data, out->len, "32 [{'a/b'} 0003 [] 'x']");

  g_byte_array_set_size (out, 0);
  publish.topic = (HubSpan){ NULL, 0 };
  publish.properties.more = hub_test_span (more);
  hub_properties_set_number (&publish.properties, HUB_PROPERTY_TOPIC_ALIAS, 9);
  hub_properties_set_number (&publish.properties, HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL, 0x01020304);
  hub_encode_publish (out, HUB_VERSION_5_0, &publish);
  assert_bytes (out->data, out->len, "32 [{} 0003 [02 01020304 23 0009 26 {'b'} {'1'} 26 {'a'} {'2'}] 'x']");
}

static void
test_filters_5 (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  HubProperties properties = { 0 };

  hub_properties_set_number (&properties, HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER, 128);
  hub_encode_subscribe (out, HUB_VERSION_5_0, 1, HUB_SPAN_LITERAL ("f"), 0x2d, &properties);
  hub_encode_subscribe (out, HUB_VERSION_5_0, 2, HUB_SPAN_LITERAL ("f"), 1, NULL);
  hub_encode_unsubscribe (out, HUB_VERSION_5_0, 3, HUB_SPAN_LITERAL ("f"));
  hub_encode_suback (out, HUB_VERSION_5_0, HUB_PACKET_SUBACK, 4, (HubSpan){ (const guint8 *) "\x01\x97", 2 });
  hub_encode_suback (out, HUB_VERSION_5_0, HUB_PACKET_UNSUBACK, 5, (HubSpan){ (const guint8 *) "\x11", 1 });
  hub_encode_suback (out, HUB_VERSION_3_1_1, HUB_PACKET_UNSUBACK, 6, (HubSpan){ (const guint8 *) "\x11", 1 });
  assert_bytes (out->data,
                out->len,
                "82 [0001 [0b 8001] {'f'} 2d] 82 [0002 [] {'f'} 01] a2 [0003 [] {'f'}]"
                " 90 [0004 [] 01 97] b0 [0005 [] 11] b0 [0006]");
}

static void
test_goodbye (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  HubGoodbye plain = { .reason = HUB_REASON_SUCCESS };
  HubGoodbye shutting_down = { .reason = HUB_REASON_SERVER_SHUTTING_DOWN };
  HubGoodbye with_words = { .reason = HUB_REASON_SUCCESS, .properties = make_properties ((HubSpan){ NULL, 0 }) };
  HubGoodbye auth = { .reason = HUB_REASON_CONTINUE_AUTHENTICATION };

  hub_properties_set_text (&auth.properties, HUB_PROPERTY_AUTHENTICATION_METHOD, HUB_SPAN_LITERAL ("m"));
  hub_encode_goodbye (out, HUB_VERSION_5_0, HUB_PACKET_DISCONNECT, &plain);
  hub_encode_goodbye (out, HUB_VERSION_5_0, HUB_PACKET_DISCONNECT, &shutting_down);
  hub_encode_goodbye (out, HUB_VERSION_5_0, HUB_PACKET_DISCONNECT, &with_words);
  hub_encode_goodbye (out, HUB_VERSION_3_1_1, HUB_PACKET_DISCONNECT, &with_words);
  hub_encode_goodbye (out, HUB_VERSION_5_0, HUB_PACKET_AUTH, &auth);
  assert_bytes (out->data, out->len, "e0 [] e0 [8b] e0 [00 [1f {'why'}]] e0 [] f0 [18 [15 {'m'}]]");
}

/* Encoding appends: what stood there stays. */
static void
test_appends (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  HubPublish publish = { .topic = HUB_SPAN_LITERAL ("t") };

  hub_encode_publish (bytes, HUB_VERSION_3_1_1, &publish);
  hub_encode_subscribe (bytes, HUB_VERSION_3_1_1, 1, HUB_SPAN_LITERAL ("f"), 0, NULL);
  hub_encode_unsubscribe (bytes, HUB_VERSION_3_1_1, 2, HUB_SPAN_LITERAL ("f"));
  hub_encode_suback (bytes, HUB_VERSION_3_1_1, HUB_PACKET_SUBACK, 3, (HubSpan){ (const guint8 *) "\x01", 1 });
  assert_bytes (bytes->data, bytes->len, "30 [{'t'}] 82 [0001 {'f'} 00] a2 [0002 {'f'}] 90 [0003 01]");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/encode/connect", test_connect);
  g_test_add_func ("/wire/encode/connect/longest", test_connect_longest);
  g_test_add_func ("/wire/encode/connack", test_connack);
  g_test_add_func ("/wire/encode/acks", test_acks);
  g_test_add_func ("/wire/encode/empty", test_empty);
  g_test_add_func ("/wire/encode/publish", test_publish);
  g_test_add_func ("/wire/encode/publish/sizes", test_publish_sizes);
  g_test_add_func ("/wire/encode/subscribe", test_subscribe);
  g_test_add_func ("/wire/encode/subscribe-all", test_subscribe_all);
  g_test_add_func ("/wire/encode/unsubscribe", test_unsubscribe);
  g_test_add_func ("/wire/encode/suback", test_suback);
  g_test_add_func ("/wire/encode/5.0/connect", test_connect_5);
  g_test_add_func ("/wire/encode/5.0/connack", test_connack_5);
  g_test_add_func ("/wire/encode/5.0/acks", test_acks_5);
  g_test_add_func ("/wire/encode/5.0/publish", test_publish_5);
  g_test_add_func ("/wire/encode/5.0/filters", test_filters_5);
  g_test_add_func ("/wire/encode/5.0/goodbye", test_goodbye);
  g_test_add_func ("/wire/encode/appends", test_appends);
  return g_test_run ();
}
