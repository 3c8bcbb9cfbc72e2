/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "tests/support/hub-test-bytes.h"

#define LONGEST 268435455

static HubFrameResult
read_header (HubSpan bytes, gsize max_packet_bytes, HubFixedHeader *header, GError **error)
{
  g_autofree guint8 *copy = hub_test_copy (bytes);

  return hub_fixed_header_read ((HubSpan){ copy, bytes.size }, max_packet_bytes, header, error);
}

static void
test_sizes (void)
{
  static const struct
  {
    gsize remaining;
    const char *bytes;
  } rows[] = {
    { 0, "30 00" },
    { 1, "30 01" },
    { 127, "30 7f" },
    { 128, "30 8001" },
    { 16383, "30 ff7f" },
    { 16384, "30 808001" },
    { 2097151, "30 ffff7f" },
    { 2097152, "30 80808001" },
    { LONGEST, "30 ffffff7f" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      guint8 written[HUB_FIXED_HEADER_SIZE_MAX];
      HubFixedHeader header;
      g_autoptr (GError) error = NULL;
      HubFrameResult wanted = rows[i].remaining == 0 ? HUB_FRAME_COMPLETE : HUB_FRAME_CUT;

      g_test_message ("%s", rows[i].bytes);
      g_assert_cmpint (read_header (hub_test_span (bytes), HUB_PACKET_SIZE_MAX, &header, &error), ==, wanted);
      g_assert_no_error (error);
      g_assert_cmpuint (header.type, ==, HUB_PACKET_PUBLISH);
      g_assert_cmpuint (header.flags, ==, 0);
      g_assert_cmpuint (header.header_size, ==, bytes->len);
      g_assert_cmpuint (header.remaining_size, ==, rows[i].remaining);

      g_assert_cmpuint (hub_fixed_header_size (rows[i].remaining), ==, bytes->len);
      g_assert_cmpuint (hub_fixed_header_write (written, 0x30, rows[i].remaining), ==, bytes->len);
      g_assert_cmpmem (written, bytes->len, bytes->data, bytes->len);
    }
}

/* What is there of a header decides nothing before it is whole. */
static void
test_cut (void)
{
  static const char *const rows[] = { "", "30", "30 80", "30 8080", "30 808080", "30 ffffff" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i]);
      HubFixedHeader header;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i]);
      g_assert_cmpint (read_header (hub_test_span (bytes), 100, &header, &error), ==, HUB_FRAME_CUT);
      g_assert_no_error (error);
      g_assert_cmpuint (header.header_size, ==, 0);
    }
}

static void
test_malformed (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
  } rows[] = {
    { "MQTT-1.5.5-1: five bytes", "30 8080808001" },
    { "MQTT-1.5.5-1: four bytes and one more to come", "30 80808080" },
    { "MQTT-1.5.5-1: four bytes of the highest value and one more", "30 ffffffff" },
    { "MQTT-1.5.5-1: 0 in two bytes", "30 8000" },
    { "MQTT-1.5.5-1: 1 in two bytes", "30 8100" },
    { "MQTT-1.5.5-1: 127 in three bytes", "30 ff8000" },
    { "MQTT-1.5.5-1: 128 in four bytes", "30 80818000" },
    { "2.2.1: type 0", "00 00" },
    { "2.2.1: type 0 with flags", "0f 05" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      HubFixedHeader header;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (read_header (hub_test_span (bytes), HUB_PACKET_SIZE_MAX, &header, &error), ==, HUB_FRAME_BAD);
      g_assert_error (error, HUB_MQTT_ERROR, HUB_REASON_MALFORMED_PACKET);
    }
}

/* A claim beyond the limit is refused as soon as it can be read, however little has arrived. */
static void
test_limit (void)
{
  static const struct
  {
    const char *bytes;
    gsize max;
    HubFrameResult result;
  } rows[] = {
    { "30 00", 2, HUB_FRAME_COMPLETE },
    { "30 00", 1, HUB_FRAME_BAD },
    { "30 0a", 12, HUB_FRAME_CUT },
    { "30 0a", 11, HUB_FRAME_BAD },
    { "30 8001", 131, HUB_FRAME_CUT },
    { "30 8001", 130, HUB_FRAME_BAD },
    { "30 ffffff7f", HUB_PACKET_SIZE_MAX, HUB_FRAME_CUT },
    { "30 ffffff7f", HUB_PACKET_SIZE_MAX - 1, HUB_FRAME_BAD },
    { "10 ffffff7f", 524288, HUB_FRAME_BAD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      HubFixedHeader header;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s at most %" G_GSIZE_FORMAT, rows[i].bytes, rows[i].max);
      g_assert_cmpint (read_header (hub_test_span (bytes), rows[i].max, &header, &error), ==, rows[i].result);
      if (rows[i].result == HUB_FRAME_BAD)
        g_assert_error (error, HUB_MQTT_ERROR, HUB_REASON_PACKET_TOO_LARGE);
      else
        g_assert_no_error (error);
    }
}

static void
test_complete (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("3b [00*200] c0 00");
  gsize packet_size = bytes->len - 2;

  for (gsize size = 0; size <= bytes->len; size++)
    {
      HubFixedHeader header;
      HubFrameResult result = read_header ((HubSpan){ bytes->data, size }, HUB_PACKET_SIZE_MAX, &header, NULL);

      g_assert_cmpint (result, ==, size < packet_size ? HUB_FRAME_CUT : HUB_FRAME_COMPLETE);
      g_assert_cmpuint (header.header_size, ==, size < 3 ? 0 : 3);
      g_assert_cmpuint (header.remaining_size, ==, size < 3 ? 0 : 200);
      g_assert_cmpuint (header.flags, ==, size < 3 ? 0 : 0xb);
    }
}

/* Every length of up to three bytes, and a sample of those of four. */
static void
test_round_trip (void)
{
  for (gsize remaining = 0; remaining <= LONGEST; remaining += remaining < 70000 ? 1 : 70001)
    {
      guint8 bytes[HUB_FIXED_HEADER_SIZE_MAX];
      gsize size = hub_fixed_header_write (bytes, 0xd7, remaining);
      HubFixedHeader header;
      HubFrameResult result = hub_fixed_header_read ((HubSpan){ bytes, size }, HUB_PACKET_SIZE_MAX, &header, NULL);

      g_assert_cmpuint (size, ==, hub_fixed_header_size (remaining));
      g_assert_cmpint (result, ==, remaining == 0 ? HUB_FRAME_COMPLETE : HUB_FRAME_CUT);
      g_assert_cmpuint (header.type, ==, 0xd);
      g_assert_cmpuint (header.flags, ==, 0x7);
      g_assert_cmpuint (header.header_size, ==, size);
      g_assert_cmpuint (header.remaining_size, ==, remaining);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/fixed-header/sizes", test_sizes);
  g_test_add_func ("/wire/fixed-header/cut", test_cut);
  g_test_add_func ("/wire/fixed-header/malformed", test_malformed);
  g_test_add_func ("/wire/fixed-header/limit", test_limit);
  g_test_add_func ("/wire/fixed-header/complete", test_complete);
  g_test_add_func ("/wire/fixed-header/round-trip", test_round_trip);
  return g_test_run ();
}
