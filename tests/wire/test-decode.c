/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"

/* Longer packets are changed at their beginning and their end only. */
#define CHANGED_MAX 600

static void
test_row (gconstpointer data)
{
  const HubTestPacket *row = data;
  g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = hub_test_decode_to_text (row->version, hub_test_span (bytes), &error);

  if (row->text != NULL)
    g_assert_no_error (error);
  else
    g_assert_error (error, HUB_MQTT_ERROR, (int) row->reason);
  g_assert_cmpstr (text, ==, row->text);
}

/*
 * What is decoded must be right in itself whatever the bytes are: no empty topic, no identifier 0 and so on. The
 * sanitizers watch every span being read to its end.
 */
static void
check_packet (const HubPacket *packet)
{
  g_autofree char *text = hub_test_packet_to_text (packet);

  g_assert_cmpuint (strlen (text), >, 0);
  if (packet->type == HUB_PACKET_PUBLISH)
    {
      const HubPublish *publish = &packet->publish;

      g_assert_cmpuint (publish->qos, <=, 2);
      g_assert_true ((publish->qos == 0) == (publish->packet_id == 0));
      g_assert_false (publish->qos == 0 && publish->is_dup);
      g_assert_true (publish->topic.size > 0 || hub_properties_have (&publish->properties, HUB_PROPERTY_TOPIC_ALIAS));
      g_assert_true (g_utf8_validate_len ((const char *) publish->topic.data, publish->topic.size, NULL));
    }
  else if (packet->type == HUB_PACKET_CONNECT)
    {
      const HubConnect *connect = &packet->connect;

      g_assert_true (connect->version >= HUB_VERSION_3_1 && connect->version <= HUB_VERSION_5_0);
      g_assert_cmpuint (connect->will_qos, <=, 2);
      g_assert_true (connect->has_will || (connect->will_qos == 0 && !connect->will_retain));
      g_assert_true (connect->version != HUB_VERSION_3_1_1 || connect->has_username || !connect->has_password);
    }
}

static void
decode_anything (HubVersion version, HubSpan bytes)
{
  g_autofree guint8 *copy = hub_test_copy (bytes);
  g_autoptr (GError) error = NULL;
  HubFixedHeader header;
  HubPacket packet;
  HubSpan body;

  if (hub_fixed_header_read ((HubSpan){ copy, bytes.size }, HUB_PACKET_SIZE_MAX, &header, &error) != HUB_FRAME_COMPLETE)
    return;
  body = (HubSpan){ copy + header.header_size, header.remaining_size };
  if (hub_packet_decode (version, &header, body, &packet, &error))
    {
      g_assert_no_error (error);
      check_packet (&packet);
    }
  else
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == HUB_MQTT_ERROR);
      g_assert_cmpint (error->code, >=, 0x80);
    }
}

/* A body that ends anywhere, with a fixed header that admits it: no field may be read beyond the end. */
static void
decode_shortened (HubVersion version, const HubFixedHeader *whole, const guint8 *body, gsize size)
{
  g_autofree guint8 *copy = hub_test_copy ((HubSpan){ body, size });
  HubFixedHeader header = *whole;
  g_autoptr (GError) error = NULL;
  HubPacket packet;

  header.remaining_size = (guint32) size;
  if (hub_packet_decode (version, &header, (HubSpan){ copy, size }, &packet, &error))
    check_packet (&packet);
  else
    g_assert_nonnull (error);
}

static void
test_truncations (void)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);
      HubFixedHeader header;

      if (row->text == NULL)
        continue;
      g_assert_cmpint (hub_fixed_header_read (hub_test_span (bytes), HUB_PACKET_SIZE_MAX, &header, NULL), ==, HUB_FRAME_COMPLETE);

      for (gsize size = 0; size < bytes->len; size++)
        {
          g_autofree guint8 *copy = hub_test_copy ((HubSpan){ bytes->data, size });
          HubFixedHeader cut;

          g_assert_cmpint (hub_fixed_header_read ((HubSpan){ copy, size }, HUB_PACKET_SIZE_MAX, &cut, NULL), ==, HUB_FRAME_CUT);
        }
      for (gsize size = 0; size < header.remaining_size; size += size < CHANGED_MAX ? 1 : 997)
        decode_shortened (row->version, &header, bytes->data + header.header_size, size);
    }
}

/* No field of these is to be left out: cut anywhere, they are refused. */
static void
test_truncations_refused (void)
{
  static const struct
  {
    HubVersion version;
    const char *bytes;
  } rows[] = {
    { HUB_VERSION_3_1_1, "10 [{'MQTT'} 04 f6 ffff {'id'} {'will/topic'} {'gone'} {'user'} {'secret'}]" },
    { HUB_VERSION_3_1_1, "20 [00 00]" },
    { HUB_VERSION_3_1_1, "40 [0001]" },
    { HUB_VERSION_3_1_1, "62 [0001]" },
    { HUB_VERSION_3_1_1, "82 [0001 {'filter'} 02]" },
    { HUB_VERSION_3_1_1, "b0 [0001]" },
    { HUB_VERSION_5_0, "10 [{'MQTT'} 05 f6 ffff [11 00000001 21 0001] {'id'} [18 00000001 03 {'t'}] {'w'} {'gone'} {'user'} {'pw'}]" },
    { HUB_VERSION_5_0, "34 [{'topic'} 0001 [01 01 02 00000001 03 {'t'} 08 {'r'} 09 {'c'} 23 0001 26 {'k'} {'v'}]]" },
    { HUB_VERSION_5_0, "82 [0001 [0b 01 26 {'k'} {'v'}] {'filter'} 02]" },
    { HUB_VERSION_5_0, "a2 [0001 [26 {'k'} {'v'}] {'filter'}]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      HubFixedHeader header;

      g_test_message ("%s", rows[i].bytes);
      g_assert_cmpint (hub_fixed_header_read (hub_test_span (bytes), HUB_PACKET_SIZE_MAX, &header, NULL), ==, HUB_FRAME_COMPLETE);
      for (gsize size = 0; size < bytes->len - 2u; size++)
        {
          g_autofree guint8 *copy = hub_test_copy ((HubSpan){ bytes->data + 2, size });
          HubFixedHeader shorter = header;
          g_autoptr (GError) error = NULL;
          HubPacket packet;

          shorter.remaining_size = (guint32) size;
          g_assert_false (hub_packet_decode (rows[i].version, &shorter, (HubSpan){ copy, size }, &packet, &error));
          g_assert_cmpint (error->code, >=, HUB_REASON_MALFORMED_PACKET);
        }
    }
}

static void
test_byte_changes (void)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);

      if (bytes->len > CHANGED_MAX)
        continue;
      for (gsize at = 0; at < bytes->len; at++)
        {
          guint8 old = bytes->data[at];

          for (guint value = 0; value < 256; value++)
            {
              bytes->data[at] = (guint8) value;
              decode_anything (row->version, hub_test_span (bytes));
            }
          bytes->data[at] = old;
        }
    }
}

/* The same bytes as another version, and under every type: nothing may trust the type alone. */
static void
test_other_types (void)
{
  static const HubVersion versions[] = { HUB_VERSION_NONE, HUB_VERSION_3_1, HUB_VERSION_3_1_1, HUB_VERSION_5_0 };
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);

      for (guint first = 0; first < 256; first++)
        for (gsize k = 0; k < G_N_ELEMENTS (versions); k++)
          {
            if (bytes->len > CHANGED_MAX && first % 16 != 2)
              continue;
            bytes->data[0] = (guint8) first;
            decode_anything (versions[k], hub_test_span (bytes));
          }
    }
}

/* What stands behind a packet is not part of it. */
static void
test_following_bytes (void)
{
  const HubTestPacket *row;

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (row->bytes);
      HubFixedHeader alone;
      HubFixedHeader followed;
      HubFrameResult result;
      gsize size = bytes->len;

      result = hub_fixed_header_read ((HubSpan){ bytes->data, size }, HUB_PACKET_SIZE_MAX, &alone, NULL);
      g_byte_array_append (bytes, (const guint8 *) "\xff\xff\xff\xff\xff", 5);
      g_assert_cmpint (hub_fixed_header_read (hub_test_span (bytes), HUB_PACKET_SIZE_MAX, &followed, NULL), ==, result);
      g_assert_cmpuint (alone.remaining_size, ==, followed.remaining_size);
      g_assert_cmpuint (alone.header_size, ==, followed.header_size);
    }
}

/* Flags other than the ones that section 2.1.3 (2.2.2) gives to a type, for every type that has such. */
static void
test_reserved_flags (void)
{
  static const struct
  {
    HubVersion version;
    guint type;
    guint flags;
    const char *rest;
  } rows[] = {
    { HUB_VERSION_NONE, HUB_PACKET_CONNECT, 0, "[{'MQTT'} 04 02 0000 {'id'}]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_CONNACK, 0, "[00 00]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PUBACK, 0, "[0001]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PUBREC, 0, "[0001]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PUBREL, 2, "[0001]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PUBCOMP, 0, "[0001]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_SUBSCRIBE, 2, "[0001 {'a'} 00]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_SUBACK, 0, "[0001 00]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_UNSUBSCRIBE, 2, "[0001 {'a'}]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_UNSUBACK, 0, "[0001]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PINGREQ, 0, "[]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_PINGRESP, 0, "[]" },
    { HUB_VERSION_3_1_1, HUB_PACKET_DISCONNECT, 0, "[]" },
    { HUB_VERSION_NONE, HUB_PACKET_CONNECT, 0, "[{'MQTT'} 05 02 0000 [] {'id'}]" },
    { HUB_VERSION_5_0, HUB_PACKET_CONNACK, 0, "[00 00 []]" },
    { HUB_VERSION_5_0, HUB_PACKET_PUBACK, 0, "[0001 00 []]" },
    { HUB_VERSION_5_0, HUB_PACKET_PUBREC, 0, "[0001]" },
    { HUB_VERSION_5_0, HUB_PACKET_PUBREL, 2, "[0001 92]" },
    { HUB_VERSION_5_0, HUB_PACKET_PUBCOMP, 0, "[0001]" },
    { HUB_VERSION_5_0, HUB_PACKET_SUBSCRIBE, 2, "[0001 [] {'a'} 00]" },
    { HUB_VERSION_5_0, HUB_PACKET_SUBACK, 0, "[0001 [] 00]" },
    { HUB_VERSION_5_0, HUB_PACKET_UNSUBSCRIBE, 2, "[0001 [] {'a'}]" },
    { HUB_VERSION_5_0, HUB_PACKET_UNSUBACK, 0, "[0001 [] 00]" },
    { HUB_VERSION_5_0, HUB_PACKET_PINGREQ, 0, "[]" },
    { HUB_VERSION_5_0, HUB_PACKET_PINGRESP, 0, "[]" },
    { HUB_VERSION_5_0, HUB_PACKET_DISCONNECT, 0, "[04]" },
    { HUB_VERSION_5_0, HUB_PACKET_AUTH, 0, "[18 [15 {'m'}]]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint flags = 0; flags < 16; flags++)
      {
        g_autofree char *text = g_strdup_printf ("%x%x %s", rows[i].type, flags, rows[i].rest);
        g_autoptr (GByteArray) bytes = hub_test_bytes (text);
        g_autoptr (GError) error = NULL;
        g_autofree char *decoded = hub_test_decode_to_text (rows[i].version, hub_test_span (bytes), &error);

        g_test_message ("%s", text);
        if (flags == rows[i].flags)
          {
            g_assert_no_error (error);
            g_assert_nonnull (decoded);
          }
        else
          {
            g_assert_error (error, HUB_MQTT_ERROR, HUB_REASON_MALFORMED_PACKET);
          }
      }
}

int
main (int argc, char *argv[])
{
  const HubTestPacket *row;

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; (row = hub_test_packet_row (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/wire/decode/", row->name, NULL);

      g_test_add_data_func (path, row, test_row);
    }
  g_test_add_func ("/wire/decode/MQTT-2.1.3-1/all-types", test_reserved_flags);
  g_test_add_func ("/wire/decode/truncations", test_truncations);
  g_test_add_func ("/wire/decode/truncations/refused", test_truncations_refused);
  g_test_add_func ("/wire/decode/byte-changes", test_byte_changes);
  g_test_add_func ("/wire/decode/other-types", test_other_types);
  g_test_add_func ("/wire/decode/following-bytes", test_following_bytes);
  return g_test_run ();
}
