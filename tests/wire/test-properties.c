/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-packet.h"
#include "broker/wire/hub-properties.h"
#include "tests/support/hub-test-bytes.h"

/*
 * MQTT 5.0, table 2-4, written down once more: each property with a value, and the packets that it may stand in.
 * `C`ONNECT, CONN`A`CK, `P`UBLISH, `1` PUBACK, `2` PUBREC, `3` PUBREL, `4` PUBCOMP, `S`UBSCRIBE, SUBAC`K`,
 * `U`NSUBSCRIBE, UNSUBACK (`N`), `D`ISCONNECT, A`u`TH and the `W`ill.
 */
typedef struct
{
  guint id;
  const char *value;
  const char *places;
} Row;

static const Row rows[] = {
  { 0x01, "01", "PW" },
  { 0x02, "00000001", "PW" },
  { 0x03, "{'text'}", "PW" },
  { 0x08, "{'topic'}", "PW" },
  { 0x09, "{00ff}", "PW" },
  { 0x0b, "ff7f", "PS" },
  { 0x11, "00000001", "CAD" },
  { 0x12, "{'id'}", "A" },
  { 0x13, "0001", "A" },
  { 0x15, "{'method'}", "CAu" },
  { 0x16, "{00ff}", "CAu" },
  { 0x17, "01", "C" },
  { 0x18, "00000001", "W" },
  { 0x19, "01", "C" },
  { 0x1a, "{'text'}", "A" },
  { 0x1c, "{'text'}", "AD" },
  { 0x1f, "{'text'}", "A1234KNDu" },
  { 0x21, "0001", "CA" },
  { 0x22, "0001", "CA" },
  { 0x23, "0001", "P" },
  { 0x24, "01", "A" },
  { 0x25, "01", "A" },
  { 0x26, "{'k'} {'v'}", "CAP1234SKUNDuW" },
  { 0x27, "00000001", "CA" },
  { 0x28, "01", "A" },
  { 0x29, "01", "A" },
  { 0x2a, "01", "A" },
};

static const char places[] = { 'W', 'C', 'A', 'P', '1', '2', '3', '4', 'S', 'K', 'U', 'N', 0, 0, 'D', 'u' };

static const Row *
find_row (guint id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].id == id)
      return &rows[i];
  return NULL;
}

static HubPropertyPlace
place_of (char letter)
{
  for (HubPropertyPlace place = 0; place < G_N_ELEMENTS (places); place++)
    if (places[place] == letter)
      return place;
  g_assert_not_reached ();
}

/* What is said of a block of properties; 0: it is right. */
static int
reason_of (HubPropertyPlace place, const char *block, HubProperties *properties)
{
  g_autofree char *text = g_strdup_printf ("[%s]", block);
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  g_autofree guint8 *copy = hub_test_copy (hub_test_span (bytes));
  HubReader reader = hub_reader_init ((HubSpan){ copy, bytes->len });
  g_autoptr (GError) error = NULL;

  if (hub_properties_read (&reader, place, properties, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpuint (hub_reader_left (&reader), ==, 0);
      return 0;
    }
  g_assert_true (error->domain == HUB_MQTT_ERROR);
  return error->code;
}

/* Authentication Data needs a method in front of it. */
static char *
block_of (guint id, const char *value, guint times)
{
  GString *block = g_string_new (id == 0x16 ? "15 {'m'} " : NULL);

  for (guint i = 0; i < times; i++)
    g_string_append_printf (block, "%02x %s ", id, value);
  return g_string_free (block, FALSE);
}

/* Every identifier of a byte in every packet, once and twice. */
static void
test_places (void)
{
  for (guint id = 0; id < 0x80; id++)
    for (HubPropertyPlace place = 0; place < G_N_ELEMENTS (places); place++)
      {
        const Row *row = find_row (id);
        gboolean belongs = row != NULL && places[place] != 0 && strchr (row->places, places[place]) != NULL;
        gboolean repeats = belongs && (id == 0x26 || (id == 0x0b && places[place] == 'P'));
        g_autofree char *once = block_of (id, row != NULL ? row->value : "00", 1);
        g_autofree char *twice = block_of (id, row != NULL ? row->value : "00", 2);
        HubProperties properties;

        g_test_message ("%02x in %c", id, places[place] != 0 ? places[place] : '-');
        g_assert_cmphex (reason_of (place, once, &properties), ==, belongs ? 0 : HUB_REASON_MALFORMED_PACKET);
        g_assert_true (!belongs || hub_properties_have (&properties, id));
        g_assert_cmphex (reason_of (place, twice, &properties), ==,
                         !belongs  ? HUB_REASON_MALFORMED_PACKET
                         : repeats ? 0
                                   : HUB_REASON_PROTOCOL_ERROR);
      }
}

/* The values at the edges of what is allowed, and behind them. */
static void
test_values (void)
{
  static const struct
  {
    char place;
    const char *block;
    int reason;
  } values[] = {
    { 'P', "01 00", 0 },
    { 'P', "01 02", HUB_REASON_PROTOCOL_ERROR },
    { 'P', "01 ff", HUB_REASON_PROTOCOL_ERROR },
    { 'P', "02 00000000", 0 },
    { 'P', "02 ffffffff", 0 },
    { 'P', "03 {}", 0 },
    { 'P', "03 {61*65535}", 0 },
    { 'P', "08 {61*65535}", 0 },
    { 'P', "08 {'$x/y'}", 0 },
    { 'P', "08 {'a' '/b'*199}", 0 },
    { 'P', "08 {'a' '/b'*200}", HUB_REASON_PROTOCOL_ERROR },
    { 'P', "09 {}", 0 },
    { 'P', "09 {00*65535}", 0 },
    { 'P', "0b 00", HUB_REASON_PROTOCOL_ERROR },
    { 'P', "0b 01", 0 },
    { 'P', "0b ffffff7f", 0 },
    { 'P', "0b ffffffff01", HUB_REASON_MALFORMED_PACKET },
    { 'P', "0b 8000", HUB_REASON_MALFORMED_PACKET },
    { 'P', "23 0000", HUB_REASON_TOPIC_ALIAS_INVALID },
    { 'P', "23 ffff", 0 },
    { 'C', "11 00000000", 0 },
    { 'C', "11 ffffffff", 0 },
    { 'C', "17 00", 0 },
    { 'C', "17 02", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "19 00", 0 },
    { 'C', "19 ff", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "21 0000", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "21 ffff", 0 },
    { 'C', "22 0000", 0 },
    { 'C', "22 ffff", 0 },
    { 'C', "27 00000000", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "27 ffffffff", 0 },
    { 'C', "15 {}", 0 },
    { 'C', "16 {}", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "16 {} 15 {'m'}", 0 },
    { 'W', "18 00000000", 0 },
    { 'W', "18 ffffffff", 0 },
    { 'A', "13 0000", 0 },
    { 'A', "13 ffff", 0 },
    { 'A', "24 00", 0 },
    { 'A', "24 02", HUB_REASON_PROTOCOL_ERROR },
    { 'A', "25 02", HUB_REASON_PROTOCOL_ERROR },
    { 'A', "28 02", HUB_REASON_PROTOCOL_ERROR },
    { 'A', "29 02", HUB_REASON_PROTOCOL_ERROR },
    { 'A', "2a 02", HUB_REASON_PROTOCOL_ERROR },
    { 'C', "26 {} {}", 0 },
    { 'C', "26 {61*65535} {62*65535}", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      HubProperties properties;

      g_test_message ("%s", values[i].block);
      g_assert_cmphex (reason_of (place_of (values[i].place), values[i].block, &properties), ==, values[i].reason);
    }
}

/* Every string is UTF-8 without U+0000; a byte order mark is part of it. */
static void
test_text (void)
{
  static const struct
  {
    const char *id;
    char place;
  } texts[] = {
    { "03", 'P' },
    { "08", 'W' },
    { "12", 'A' },
    { "15", 'C' },
    { "1a", 'A' },
    { "1c", 'D' },
    { "1f", '1' },
  };
  static const char *const wrong[] = { "{ff}", "{c0af}", "{eda080}", "{'a' 00}", "{f4908080}", "{c3}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      HubPropertyPlace place = place_of (texts[i].place);
      g_autofree char *right = g_strdup_printf ("%s {efbbbf 'a' f09f9880}", texts[i].id);
      HubProperties properties;

      g_assert_cmphex (reason_of (place, right, &properties), ==, 0);
      for (gsize k = 0; k < G_N_ELEMENTS (wrong); k++)
        {
          g_autofree char *block = g_strdup_printf ("%s %s", texts[i].id, wrong[k]);
          g_autofree char *name = g_strdup_printf ("26 %s {'v'}", wrong[k]);
          g_autofree char *value = g_strdup_printf ("26 {'k'} %s", wrong[k]);

          g_test_message ("%s", block);
          g_assert_cmphex (reason_of (place, block, &properties), ==, HUB_REASON_MALFORMED_PACKET);
          g_assert_cmphex (reason_of (place, name, &properties), ==, HUB_REASON_MALFORMED_PACKET);
          g_assert_cmphex (reason_of (place, value, &properties), ==, HUB_REASON_MALFORMED_PACKET);
        }
    }
}

/* No property of a block that ends anywhere inside of one. */
static void
test_truncations (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = block_of (rows[i].id, rows[i].value, 1);
      g_autoptr (GByteArray) bytes = hub_test_bytes (text);
      HubPropertyPlace place = place_of (rows[i].places[0]);

      for (guint size = 1; size < bytes->len; size++)
        {
          g_autofree guint8 *copy = g_malloc (1 + size);
          HubReader reader = hub_reader_init ((HubSpan){ copy, 1 + size });
          g_autoptr (GError) error = NULL;
          HubProperties properties;

          /* Behind the method that stands before Authentication Data is no end inside of a property. */
          if (rows[i].id == 0x16 && size == 4)
            continue;
          copy[0] = (guint8) size;
          memcpy (copy + 1, bytes->data, size);
          g_test_message ("%s of %u bytes", text, size);
          g_assert_false (hub_properties_read (&reader, place, &properties, &error));
          g_assert_error (error, HUB_MQTT_ERROR, HUB_REASON_MALFORMED_PACKET);
        }
    }
}

/* Of identifiers the first is the field; all of them, and User Properties, are there in their order. */
static void
test_order (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("[26 {'b'} {'1'} 0b 05 26 {'a'} {'2'} 01 01 0b 03 26 {'b'} {'1'}]");
  HubReader reader = hub_reader_init (hub_test_span (bytes));
  static const guint expected[] = { 0x26, 0x0b, 0x26, 0x01, 0x0b, 0x26 };
  HubProperties properties;
  HubProperty property;
  gsize n = 0;

  g_assert_true (hub_properties_read (&reader, HUB_PACKET_PUBLISH, &properties, NULL));
  g_assert_cmpuint (properties.subscription_identifier, ==, 5);
  reader = hub_reader_init (properties.block);
  while (hub_property_next (&reader, &property))
    {
      g_assert_cmphex (property.id, ==, expected[n]);
      if (n == 2)
        {
          g_assert_cmpmem (property.text.data, property.text.size, "a", 1);
          g_assert_cmpmem (property.value.data, property.value.size, "2", 1);
        }
      if (n == 4)
        g_assert_cmpuint (property.number, ==, 3);
      n++;
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
}

/* What is set is what is encoded and what is read again: each alone, and all of a packet together. */
static void
test_round_trip (void)
{
  static const HubSpan text = { (const guint8 *) "some/text", 9 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      HubProperties set = { 0 };
      HubProperties got;
      HubReader reader;
      HubPropertyPlace place = place_of (rows[i].places[0]);
      HubPropertyId id = rows[i].id;

      if (id == HUB_PROPERTY_USER_PROPERTY)
        continue;
      if (id == HUB_PROPERTY_AUTHENTICATION_DATA)
        hub_properties_set_text (&set, HUB_PROPERTY_AUTHENTICATION_METHOD, text);
      if (rows[i].value[0] == '{')
        hub_properties_set_text (&set, id, text);
      else
        hub_properties_set_number (&set, id, 1);
      hub_properties_append (out, &set);
      g_assert_cmpuint (out->len, ==, hub_properties_size (&set));

      reader = hub_reader_init (hub_test_span (out));
      g_test_message ("%02x", id);
      g_assert_true (hub_properties_read (&reader, place, &got, NULL));
      g_assert_true (got.present == set.present);
      reader = hub_reader_init (got.block);
      for (HubProperty property; hub_property_next (&reader, &property);)
        if (rows[i].value[0] == '{')
          g_assert_true (hub_span_equal (property.text, text));
        else
          g_assert_cmpuint (property.number, ==, 1);
    }
}

static void
test_append (void)
{
  g_autoptr (GByteArray) more = hub_test_bytes ("26 {'k'} {'v'} 26 {'k'} {'w'}");
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) expected = hub_test_bytes ("ff [11 01020304 1f {'why'} 21 fffe 24 01 26 {'k'} {'v'} 26 {'k'} {'w'}]");
  HubProperties properties = { .more = hub_test_span (more) };

  hub_properties_set_number (&properties, HUB_PROPERTY_MAXIMUM_QOS, 1);
  hub_properties_set_number (&properties, HUB_PROPERTY_RECEIVE_MAXIMUM, 0xfffe);
  hub_properties_set_number (&properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, 0x01020304);
  hub_properties_set_text (&properties, HUB_PROPERTY_REASON_STRING, HUB_SPAN_LITERAL ("why"));
  g_byte_array_append (out, (const guint8 *) "\xff", 1);
  hub_properties_append (out, &properties);
  g_assert_cmpmem (out->data, out->len, expected->data, expected->len);
  g_assert_cmpuint (out->len, ==, 1 + hub_properties_size (&properties));
}

static void
test_none (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  HubProperties properties;

  memset (&properties, 0xff, sizeof properties);
  hub_properties_init (&properties);
  for (guint id = 0; id < 0x2b; id++)
    g_assert_false (hub_properties_have (&properties, id));
  hub_properties_append (out, &properties);
  g_assert_cmpmem (out->data, out->len, "\0", 1);
  g_assert_cmphex (reason_of (HUB_PACKET_CONNECT, "", &properties), ==, 0);
  g_assert_cmpuint (properties.block.size, ==, 0);
}

static void
test_varint (void)
{
  static const struct
  {
    guint32 value;
    const char *bytes;
  } varints[] = {
    { 0, "00" },
    { 127, "7f" },
    { 128, "8001" },
    { 16383, "ff7f" },
    { 16384, "808001" },
    { 2097151, "ffff7f" },
    { 2097152, "80808001" },
    { 268435455, "ffffff7f" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (varints); i++)
    {
      g_autoptr (GByteArray) expected = hub_test_bytes (varints[i].bytes);
      guint8 out[4];

      g_assert_cmpuint (hub_varint_size (varints[i].value), ==, expected->len);
      g_assert_cmpmem (out, hub_varint_write (out, varints[i].value), expected->data, expected->len);
    }
}

/* Mosquitto CVE-2021-41039: as many User Properties as the largest packet holds take no time that anybody notices. */
static void
test_many (void)
{
  g_autofree char *text = g_strdup_printf ("[(26 {} {})*%u]", 2000000 / 5);
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  HubReader reader = hub_reader_init (hub_test_span (bytes));
  HubProperties properties;
  double seconds;

  g_test_timer_start ();
  g_assert_true (hub_properties_read (&reader, HUB_PACKET_PUBLISH, &properties, NULL));
  seconds = g_test_timer_elapsed ();
  g_test_message ("%.3f s", seconds);
  g_assert_cmpfloat (seconds, <, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/properties/5.0/2.2.2.2/places", test_places);
  g_test_add_func ("/wire/properties/5.0/2.2.2.2/values", test_values);
  g_test_add_func ("/wire/properties/5.0/MQTT-1.5.4-1/text", test_text);
  g_test_add_func ("/wire/properties/5.0/2.2.2.2/truncations", test_truncations);
  g_test_add_func ("/wire/properties/5.0/MQTT-3.3.2-18/order", test_order);
  g_test_add_func ("/wire/properties/round-trip", test_round_trip);
  g_test_add_func ("/wire/properties/append", test_append);
  g_test_add_func ("/wire/properties/5.0/MQTT-2.2.2-1/none", test_none);
  g_test_add_func ("/wire/properties/5.0/MQTT-1.5.5-1/varint", test_varint);
  g_test_add_func ("/wire/properties/many", test_many);
  return g_test_run ();
}
