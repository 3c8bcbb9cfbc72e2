/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-reader.h"
#include "tests/support/hub-test-bytes.h"

static void
test_u8 (void)
{
  g_autofree guint8 *bytes = hub_test_copy ((HubSpan){ (const guint8 *) "\x00\xff", 2 });
  HubReader reader = hub_reader_init ((HubSpan){ bytes, 2 });
  guint8 value = 1;

  g_assert_cmpuint (hub_reader_left (&reader), ==, 2);
  g_assert_true (hub_reader_u8 (&reader, &value));
  g_assert_cmpuint (value, ==, 0);
  g_assert_true (hub_reader_u8 (&reader, &value));
  g_assert_cmpuint (value, ==, 255);
  g_assert_cmpuint (hub_reader_left (&reader), ==, 0);
  g_assert_false (hub_reader_u8 (&reader, &value));
  g_assert_cmpuint (value, ==, 255);
}

static void
test_u16 (void)
{
  g_autofree guint8 *bytes = hub_test_copy ((HubSpan){ (const guint8 *) "\x12\x34\xff\xfe\x01", 5 });
  HubReader reader = hub_reader_init ((HubSpan){ bytes, 5 });
  guint16 value = 0;

  g_assert_true (hub_reader_u16 (&reader, &value));
  g_assert_cmphex (value, ==, 0x1234);
  g_assert_true (hub_reader_u16 (&reader, &value));
  g_assert_cmphex (value, ==, 0xfffe);

  /* One byte is too little, and stays. */
  g_assert_false (hub_reader_u16 (&reader, &value));
  g_assert_cmphex (value, ==, 0xfffe);
  g_assert_cmpuint (hub_reader_left (&reader), ==, 1);
}

static void
test_binary (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("{'abc'} {} {'d'}");
  g_autofree guint8 *copy = hub_test_copy (hub_test_span (bytes));
  HubReader reader = hub_reader_init ((HubSpan){ copy, bytes->len });
  HubSpan value = { NULL, 0 };

  g_assert_true (hub_reader_binary (&reader, &value));
  g_assert_cmpmem (value.data, value.size, "abc", 3);
  g_assert_true (value.data == copy + 2);
  g_assert_true (hub_reader_binary (&reader, &value));
  g_assert_cmpuint (value.size, ==, 0);
  g_assert_true (hub_reader_binary (&reader, &value));
  g_assert_cmpmem (value.data, value.size, "d", 1);
  g_assert_cmpuint (hub_reader_left (&reader), ==, 0);
  g_assert_false (hub_reader_binary (&reader, &value));
}

/* However much of it is missing, the reader neither moves nor says anything. */
static void
test_binary_cut (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("{61*300}");

  for (gsize size = 0; size < bytes->len; size++)
    {
      g_autofree guint8 *copy = hub_test_copy ((HubSpan){ bytes->data, size });
      HubReader reader = hub_reader_init ((HubSpan){ copy, size });
      HubSpan value = { NULL, 12345 };

      g_assert_false (hub_reader_binary (&reader, &value));
      g_assert_cmpuint (hub_reader_left (&reader), ==, size);
      g_assert_cmpuint (value.size, ==, 12345);
    }
}

static void
test_binary_longest (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("{61*65535} 62");
  HubReader reader = hub_reader_init (hub_test_span (bytes));
  HubSpan value = { NULL, 0 };
  guint8 byte = 0;

  g_assert_true (hub_reader_binary (&reader, &value));
  g_assert_cmpuint (value.size, ==, 65535);
  g_assert_true (hub_reader_u8 (&reader, &byte));
  g_assert_cmpint (byte, ==, 'b');
}

static void
test_rest (void)
{
  HubReader reader = hub_reader_init (HUB_SPAN_LITERAL ("abc"));
  HubSpan rest;
  guint8 byte = 0;

  g_assert_true (hub_reader_u8 (&reader, &byte));
  rest = hub_reader_rest (&reader);
  g_assert_cmpmem (rest.data, rest.size, "bc", 2);
  g_assert_cmpuint (hub_reader_left (&reader), ==, 0);
  rest = hub_reader_rest (&reader);
  g_assert_cmpuint (rest.size, ==, 0);
}

static void
test_nothing (void)
{
  HubReader reader = hub_reader_init ((HubSpan){ NULL, 0 });
  guint16 value = 0;
  guint8 byte = 0;
  HubSpan span = { NULL, 0 };

  g_assert_cmpuint (hub_reader_left (&reader), ==, 0);
  g_assert_false (hub_reader_u8 (&reader, &byte));
  g_assert_false (hub_reader_u16 (&reader, &value));
  g_assert_false (hub_reader_binary (&reader, &span));
  g_assert_cmpuint (hub_reader_rest (&reader).size, ==, 0);
}

static void
test_span (void)
{
  g_autofree char *text = hub_span_dup_string (HUB_SPAN_LITERAL ("one"));
  g_autofree char *empty = hub_span_dup_string (HUB_SPAN_LITERAL (""));

  g_assert_cmpstr (text, ==, "one");
  g_assert_cmpstr (empty, ==, "");
  g_assert_true (hub_span_equal (HUB_SPAN_LITERAL ("one"), hub_span_from_string (text)));
  g_assert_false (hub_span_equal (HUB_SPAN_LITERAL ("one"), HUB_SPAN_LITERAL ("onf")));
  g_assert_false (hub_span_equal (HUB_SPAN_LITERAL ("one"), HUB_SPAN_LITERAL ("on")));
  g_assert_false (hub_span_equal (HUB_SPAN_LITERAL ("a"), HUB_SPAN_LITERAL ("A")));
  g_assert_true (hub_span_equal (HUB_SPAN_LITERAL (""), (HubSpan){ NULL, 0 }));
  g_assert_true (hub_span_equal (hub_span_from_string (NULL), (HubSpan){ NULL, 0 }));
  g_assert_false (hub_span_equal (HUB_SPAN_LITERAL ("a\0b"), HUB_SPAN_LITERAL ("a\0c")));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/reader/u8", test_u8);
  g_test_add_func ("/wire/reader/u16", test_u16);
  g_test_add_func ("/wire/reader/binary", test_binary);
  g_test_add_func ("/wire/reader/binary/cut", test_binary_cut);
  g_test_add_func ("/wire/reader/binary/longest", test_binary_longest);
  g_test_add_func ("/wire/reader/rest", test_rest);
  g_test_add_func ("/wire/reader/nothing", test_nothing);
  g_test_add_func ("/wire/span", test_span);
  return g_test_run ();
}
