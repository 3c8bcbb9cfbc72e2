/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-topic.h"
#include "tests/support/hub-test-bytes.h"

static gboolean
is_valid (HubSpan bytes)
{
  g_autofree guint8 *copy = hub_test_copy (bytes);

  return hub_utf8_is_valid ((HubSpan){ copy, bytes.size });
}

static void
test_table (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gboolean is_valid;
  } rows[] = {
    { "empty", "", TRUE },
    { "ASCII", "'hello'", TRUE },
    { "control characters", "01 1f 7f", TRUE },
    { "two bytes", "c3a9", TRUE },
    { "three bytes", "e282ac", TRUE },
    { "four bytes", "f09f9880", TRUE },
    { "the example of section 1.5.3", "41 f0aa9b94", TRUE },
    { "MQTT-1.5.3-3: a BOM", "efbbbf 'a'", TRUE },
    { "MQTT-1.5.3-3: a BOM in the middle", "'a' efbbbf 'b'", TRUE },
    { "U+0080", "c280", TRUE },
    { "U+07FF", "dfbf", TRUE },
    { "U+0800", "e0a080", TRUE },
    { "U+D7FF", "ed9fbf", TRUE },
    { "U+E000", "ee8080", TRUE },
    { "U+FFFD", "efbfbd", TRUE },
    { "U+FFFE, a noncharacter", "efbfbe", TRUE },
    { "U+FFFF, a noncharacter", "efbfbf", TRUE },
    { "U+10000", "f0908080", TRUE },
    { "U+10FFFF", "f48fbfbf", TRUE },
    { "MQTT-1.5.3-1: U+110000", "f4908080", FALSE },
    { "MQTT-1.5.3-1: U+D800", "eda080", FALSE },
    { "MQTT-1.5.3-1: U+DBFF", "edafbf", FALSE },
    { "MQTT-1.5.3-1: U+DC00", "edb080", FALSE },
    { "MQTT-1.5.3-1: U+DFFF", "edbfbf", FALSE },
    { "MQTT-1.5.3-1: a pair of surrogates", "eda080 edb080", FALSE },
    { "MQTT-1.5.3-1: a lone continuation", "80", FALSE },
    { "MQTT-1.5.3-1: a continuation too many", "c3a9 80", FALSE },
    { "MQTT-1.5.3-1: cut after one of two", "c3", FALSE },
    { "MQTT-1.5.3-1: cut after two of three", "e282", FALSE },
    { "MQTT-1.5.3-1: cut after three of four", "f09f98", FALSE },
    { "MQTT-1.5.3-1: cut inside a text", "e282 'a'", FALSE },
    { "MQTT-1.5.3-1: / in two bytes", "c0af", FALSE },
    { "MQTT-1.5.3-1: / in three bytes", "e080af", FALSE },
    { "MQTT-1.5.3-1: / in four bytes", "f08080af", FALSE },
    { "MQTT-1.5.3-1: U+007F in two bytes", "c1bf", FALSE },
    { "MQTT-1.5.3-1: U+07FF in three bytes", "e09fbf", FALSE },
    { "MQTT-1.5.3-1: U+FFFF in four bytes", "f08fbfbf", FALSE },
    { "MQTT-1.5.3-1: five bytes", "f888808080", FALSE },
    { "MQTT-1.5.3-1: six bytes", "fc8480808080", FALSE },
    { "MQTT-1.5.3-1: FE", "fe", FALSE },
    { "MQTT-1.5.3-1: FF", "ff", FALSE },
    { "MQTT-1.5.3-2: U+0000", "00", FALSE },
    { "MQTT-1.5.3-2: U+0000 at the end", "'a' 00", FALSE },
    { "MQTT-1.5.3-2: U+0000 at the beginning", "00 'a'", FALSE },
    { "MQTT-1.5.3-2: U+0000 in two bytes", "c080", FALSE },
    { "65535 bytes", "61*65535", TRUE },
    { "65535 bytes, the last one wrong", "61*65534 80", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (is_valid (hub_test_span (bytes)), ==, rows[i].is_valid);
    }
}

/* Every scalar value, and everything between that is none. */
static void
test_all_characters (void)
{
  for (gunichar c = 1; c <= 0x110000; c++)
    {
      char bytes[6];
      gsize size = (gsize) g_unichar_to_utf8 (c, bytes);
      gboolean expected = c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);

      if (hub_utf8_is_valid ((HubSpan){ (const guint8 *) bytes, size }) != expected)
        g_test_fail_printf ("U+%04X: expected %d", c, expected);
    }
}

/* The table of the well-formed byte sequences (Unicode, table 3-7), once more, for all of two and three bytes. */
static gboolean
is_well_formed (const guint8 *at, gsize left)
{
  while (left > 0)
    {
      gsize size = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2
                                                   : 3;
      guint8 low = at[0] == 0xe0 ? 0xa0 : 0x80;
      guint8 high = at[0] == 0xed ? 0x9f : 0xbf;

      if (at[0] == 0 || (at[0] >= 0x80 && at[0] < 0xc2) || at[0] > 0xef || left < size)
        return FALSE;
      if (size > 1 && (at[1] < low || at[1] > high))
        return FALSE;
      if (size > 2 && (at[2] < 0x80 || at[2] > 0xbf))
        return FALSE;
      at += size;
      left -= size;
    }
  return TRUE;
}

static void
test_all_sequences (void)
{
  for (guint n = 0; n < 1u << 24; n++)
    {
      const guint8 bytes[] = { (guint8) (n >> 16), (guint8) (n >> 8), (guint8) n };

      /* A sample of what is behind ASCII is enough. */
      if (bytes[0] > 0 && bytes[0] < 0x7e)
        {
          n |= 0xffff;
          continue;
        }
      if (hub_utf8_is_valid ((HubSpan){ bytes, 3 }) != is_well_formed (bytes, 3))
        g_test_fail_printf ("%02x %02x %02x", bytes[0], bytes[1], bytes[2]);
    }
}

/* What is wrong is found wherever it stands in a text of whatever length. */
static void
test_all_places (void)
{
  static const guint8 odd[] = { 0x00, 0x01, 0x7f, 0x80, 0xbf, 0xc3, 0xff };
  guint8 bytes[25];

  for (gsize size = 1; size <= sizeof bytes; size++)
    for (gsize at = 0; at < size; at++)
      for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
        {
          memset (bytes, 'a', size);
          bytes[at] = odd[i];
          g_assert_cmpint (hub_utf8_is_valid ((HubSpan){ bytes, size }), ==, odd[i] == 0x01 || odd[i] == 0x7f);
        }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/utf8/table", test_table);
  g_test_add_func ("/wire/utf8/all-characters", test_all_characters);
  g_test_add_func ("/wire/utf8/all-sequences", test_all_sequences);
  g_test_add_func ("/wire/utf8/all-places", test_all_places);
  return g_test_run ();
}
