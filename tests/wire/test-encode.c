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
  g_test_add_func ("/wire/encode/unsubscribe", test_unsubscribe);
  g_test_add_func ("/wire/encode/suback", test_suback);
  g_test_add_func ("/wire/encode/appends", test_appends);
  return g_test_run ();
}
