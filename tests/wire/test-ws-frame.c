/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-ws-frame.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-ws.h"

#define MIB ((gsize) 1024 * 1024)

/* Cut nowhere, in two at every byte, and byte by byte: the outcome is the same. */
static void
check_frames (const char *text, const char *data, const char *controls, HubWsClose fault)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  g_autoptr (GByteArray) expected = hub_test_bytes (data);

  g_test_message ("%s", text);
  for (gsize cut = 0; cut < bytes->len; cut++)
    {
      g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

      hub_test_ws_feed (ws, bytes->data, cut);
      hub_test_ws_feed (ws, bytes->data + cut, bytes->len - cut);
      g_assert_cmpint (ws->fault, ==, fault);
      g_assert_cmpstr (ws->controls->str, ==, controls);
      g_assert_cmpmem (ws->data->data, ws->data->len, expected->data, expected->len);
    }
  for (gsize step = 1; step < 5; step++)
    {
      g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

      for (gsize at = 0; at < bytes->len; at += step)
        hub_test_ws_feed (ws, bytes->data + at, MIN (step, bytes->len - at));
      g_assert_cmpint (ws->fault, ==, fault);
      g_assert_cmpstr (ws->controls->str, ==, controls);
      g_assert_cmpmem (ws->data->data, ws->data->len, expected->data, expected->len);
    }
}

static void
test_row (gconstpointer data)
{
  const HubTestWsRow *row = data;

  check_frames (row->bytes, row->data, row->controls, row->fault);
}

/* Every length up to 300 and about the limits of the forms, each through masks and cuts. */
static void
test_lengths (void)
{
  static const gsize sizes[] = { 65534, 65535, 65536, 65537, 100000 };
  GRand *rand = g_rand_new_with_seed (1);

  for (gsize i = 0; i < 300 + G_N_ELEMENTS (sizes); i++)
    {
      gsize size = i < 300 ? i : sizes[i - 300];
      g_autofree guint8 *payload = g_malloc (size + 1);
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

      for (gsize k = 0; k < size; k++)
        payload[k] = (guint8) g_rand_int (rand);
      hub_test_ws_append_frame (frame, 0x82, g_rand_int (rand), (HubSpan){ payload, size });
      for (gsize at = 0; at < frame->len;)
        {
          gsize step = (gsize) g_rand_int_range (rand, 1, 4000);
          gsize n = MIN (frame->len - at, step);

          hub_test_ws_feed (ws, frame->data + at, n);
          at += n;
        }
      g_assert_cmpint (ws->fault, ==, HUB_WS_CLOSE_NONE);
      g_assert_cmpmem (ws->data->data, ws->data->len, payload, size);
    }
  g_rand_free (rand);
}

/* The mask goes on where a cut left it, wherever in the word and in memory that is. */
static void
test_mask_alignments (void)
{
  const guint32 mask = 0x12345678;
  guint8 payload[41];

  for (gsize i = 0; i < sizeof payload; i++)
    payload[i] = (guint8) (i * 37 + 5);

  for (gsize size = 0; size <= sizeof payload; size++)
    {
      g_autoptr (GByteArray) frame = g_byte_array_new ();

      hub_test_ws_append_frame (frame, 0x82, mask, (HubSpan){ payload, size });
      for (gsize first = 0; first <= frame->len; first++)
        for (gsize second = first; second <= frame->len; second++)
          {
            g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

            hub_test_ws_feed (ws, frame->data, first);
            hub_test_ws_feed (ws, frame->data + first, second - first);
            hub_test_ws_feed (ws, frame->data + second, frame->len - second);
            g_assert_cmpmem (ws->data->data, ws->data->len, payload, size);
          }
    }
}

/* Data of many small frames moves together at the beginning of the buffer. */
static void
test_many_frames_at_once (void)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);
  GRand *rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < 2000; i++)
    {
      guint8 payload[64];
      gsize size = (gsize) g_rand_int_range (rand, 0, sizeof payload);
      gboolean is_ping = g_rand_int_range (rand, 0, 10) == 0;

      for (gsize k = 0; k < size; k++)
        payload[k] = (guint8) g_rand_int (rand);
      hub_test_ws_append_frame (frames, is_ping ? 0x89 : 0x82, g_rand_int (rand), (HubSpan){ payload, size });
      if (!is_ping && size > 0)
        g_byte_array_append (expected, payload, (guint) size);
    }
  hub_test_ws_feed (ws, frames->data, frames->len);
  g_assert_cmpint (ws->fault, ==, HUB_WS_CLOSE_NONE);
  g_assert_cmpmem (ws->data->data, ws->data->len, expected->data, expected->len);
  g_rand_free (rand);
}

/* The limit is for each frame: MQTT's own limit is for each packet, across frames. */
static void
test_limit (void)
{
  static const struct
  {
    gsize max;
    gsize size;
    HubWsClose fault;
  } limits[] = {
    { 0, 0, HUB_WS_CLOSE_NONE },
    { 0, 1, HUB_WS_CLOSE_TOO_BIG },
    { 100, 100, HUB_WS_CLOSE_NONE },
    { 100, 101, HUB_WS_CLOSE_TOO_BIG },
    { 1000, 1000, HUB_WS_CLOSE_NONE },
    { 1000, 1001, HUB_WS_CLOSE_TOO_BIG },
    { 70000, 70000, HUB_WS_CLOSE_NONE },
    { 70000, 70001, HUB_WS_CLOSE_TOO_BIG },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autofree guint8 *payload = g_malloc0 (limits[i].size + 1);
      g_autoptr (GByteArray) frame = g_byte_array_new ();
      g_autoptr (HubTestWs) ws = hub_test_ws_new (limits[i].max);
      HubSpan span = { payload, limits[i].size };

      hub_test_ws_append_frame (frame, 0x02, 0, span);
      hub_test_ws_append_frame (frame, 0x80, 0, span);
      hub_test_ws_feed (ws, frame->data, frame->len);
      g_assert_cmpint (ws->fault, ==, limits[i].fault);
      g_assert_cmpuint (ws->data->len, ==, limits[i].fault == HUB_WS_CLOSE_NONE ? 2 * limits[i].size : 0);
    }
}

/* Whoever goes on reading after a fault gets nothing, and nothing is written where it does not belong. */
static void
test_after_a_fault (void)
{
  static const char *const faults[] = {
    "82 05",
    "82 fe 0001 00000000",
    "82 ff 8000000000000000 00000000",
    "82 ff 7fffffffffffffff 00000000",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GByteArray) fault = hub_test_bytes (faults[i]);
      g_autoptr (GByteArray) more = hub_test_bytes ("82 81 00000000 'a'");
      g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

      g_test_message ("%s", faults[i]);
      hub_test_ws_feed (ws, fault->data, fault->len);
      g_assert_cmpint (ws->fault, !=, HUB_WS_CLOSE_NONE);
      for (guint k = 0; k < 20; k++)
        {
          g_autofree guint8 *copy = hub_test_copy (hub_test_span (more));
          gsize data_size = 12345;

          hub_ws_decoder_feed (&ws->decoder, copy, more->len, &data_size, hub_test_ws_control_cb, ws);
          g_assert_cmpuint (data_size, ==, 0);
        }
      g_assert_cmpstr (ws->controls->str, ==, "");
    }
}

/* Everything that one byte can do wrong to a few frames, byte by byte and in one piece. */
static void
test_byte_changes (void)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes ("02 82 01020304 'ab' 89 81 01020304 'p' 00 fe 007e 01020304 'x'*126"
                                                 " 80 81 00000000 'c' 82 80 00000000 88 82 00000000 03e8");

  for (gsize at = 0; at < bytes->len; at++)
    {
      guint8 old = bytes->data[at];

      for (guint value = 0; value < 256; value++)
        {
          g_autoptr (HubTestWs) whole = hub_test_ws_new (1000);
          g_autoptr (HubTestWs) cut = hub_test_ws_new (1000);

          bytes->data[at] = (guint8) value;
          hub_test_ws_feed (whole, bytes->data, bytes->len);
          for (gsize i = 0; i < bytes->len; i++)
            hub_test_ws_feed (cut, bytes->data + i, 1);
          g_assert_cmpint (whole->fault, ==, cut->fault);
          g_assert_cmpstr (whole->controls->str, ==, cut->controls->str);
          g_assert_cmpmem (whole->data->data, whole->data->len, cut->data->data, cut->data->len);
        }
      bytes->data[at] = old;
    }
}

/* A client takes what is not masked, and nothing else; RFC 6455, section 5.1. */
static void
test_of_client (void)
{
  static const HubTestWsRow rows[] = {
    { "data", "82 03 'abc'", "'abc'", "", HUB_WS_CLOSE_NONE },
    { "fragments around a ping", "02 01 'a' 89 01 'p' 00 01 'b' 80 01 'c' 82 00 82 01 'd'", "'abcd'", "ping(p) ", HUB_WS_CLOSE_NONE },
    { "a long frame", "82 7e 007e 'x'*126", "'x'*126", "", HUB_WS_CLOSE_NONE },
    { "a longer frame", "82 7f 0000000000010000 'x'*65536", "'x'*65536", "", HUB_WS_CLOSE_NONE },
    { "pong and close", "8a 00 88 02 03e8 82 01 'a'", "", "pong() close(\\03\\e8) ", HUB_WS_CLOSE_NONE },
    { "masked", "82 81 00000000 'a'", "", "", HUB_WS_CLOSE_PROTOCOL_ERROR },
    { "a masked ping", "82 01 'a' 89 80 00000000", "'a'", "", HUB_WS_CLOSE_PROTOCOL_ERROR },
    { "text", "81 01 'a'", "", "", HUB_WS_CLOSE_UNSUPPORTED_DATA },
    { "the longest frame", "82 7f 0000000000100000", "", "", HUB_WS_CLOSE_NONE },
    { "too long", "82 7f 0000000000100001", "", "", HUB_WS_CLOSE_TOO_BIG },
    { "a long ping", "89 7e 007e", "", "", HUB_WS_CLOSE_PROTOCOL_ERROR },
    { "a continuation first", "80 01 'a'", "", "", HUB_WS_CLOSE_PROTOCOL_ERROR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
      g_autoptr (GByteArray) expected = hub_test_bytes (rows[i].data);

      g_test_message ("%s", rows[i].name);
      for (gsize step = 1; step < 20; step += 3)
        {
          g_autoptr (HubTestWs) ws = hub_test_ws_new (0);

          hub_ws_decoder_init_for_client (&ws->decoder, MIB);
          for (gsize at = 0; at < bytes->len; at += step)
            hub_test_ws_feed (ws, bytes->data + at, MIN (step, bytes->len - at));
          g_assert_cmpint (ws->fault, ==, rows[i].fault);
          g_assert_cmpstr (ws->controls->str, ==, rows[i].controls);
          g_assert_cmpmem (ws->data->data, ws->data->len, expected->data, expected->len);
        }
    }
}

/* What a client writes is what a server reads. */
static void
test_masked (void)
{
  static const gsize sizes[] = { 0, 1, 3, 4, 5, 125, 126, 65535, 65536 };
  const guint8 mask[] = { 0x12, 0x34, 0x56, 0x78 };
  g_autofree guint8 *payload = g_malloc (65536);
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autoptr (HubTestWs) ws = hub_test_ws_new (MIB);

  for (gsize i = 0; i < 65536; i++)
    payload[i] = (guint8) (i * 37 + 5);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      hub_ws_append_masked (frames, HUB_WS_BINARY, payload, sizes[i], mask);
      g_byte_array_append (expected, payload, (guint) sizes[i]);
    }
  hub_ws_append_masked (frames, HUB_WS_PONG, (const guint8 *) "ping", 4, mask);
  hub_ws_append_masked (frames, HUB_WS_CLOSE, NULL, 0, mask);
  hub_test_ws_feed (ws, frames->data, frames->len);
  g_assert_cmpint (ws->fault, ==, HUB_WS_CLOSE_NONE);
  g_assert_cmpmem (ws->data->data, ws->data->len, expected->data, expected->len);
  g_assert_cmpstr (ws->controls->str, ==, "pong(ping) close() ");
  g_assert_cmpmem (frames->data, 7, "\x82\x80\x12\x34\x56\x78\x82", 7);
}

static void
test_headers (void)
{
  static const struct
  {
    HubWsOpcode opcode;
    gsize size;
    const char *bytes;
  } headers[] = {
    { HUB_WS_BINARY, 0, "82 00" },
    { HUB_WS_BINARY, 1, "82 01" },
    { HUB_WS_BINARY, 125, "82 7d" },
    { HUB_WS_BINARY, 126, "82 7e 007e" },
    { HUB_WS_BINARY, 65535, "82 7e ffff" },
    { HUB_WS_BINARY, 65536, "82 7f 0000000000010000" },
    { HUB_WS_BINARY, 0x12345678, "82 7f 0000000012345678" },
    { HUB_WS_CLOSE, 2, "88 02" },
    { HUB_WS_PONG, 125, "8a 7d" },
    { HUB_WS_PING, 0, "89 00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GByteArray) expected = hub_test_bytes (headers[i].bytes);
      guint8 out[HUB_WS_HEADER_SIZE_MAX];
      gsize size = hub_ws_header_write (out, headers[i].opcode, headers[i].size);

      g_test_message ("%s", headers[i].bytes);
      g_assert_cmpmem (out, size, expected->data, expected->len);
      g_assert_cmpuint (hub_ws_header_size (headers[i].size), ==, size);
    }
}

static void
test_close_payloads (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    HubWsClose answer;
    guint code;
  } payloads[] = {
    { "no status", "", HUB_WS_CLOSE_NONE, 1005 },
    { "one byte", "03", HUB_WS_CLOSE_PROTOCOL_ERROR, 0 },
    { "1000", "03e8", HUB_WS_CLOSE_NONE, 1000 },
    { "1001 with a reason", "03e9 'bye'", HUB_WS_CLOSE_NONE, 1001 },
    { "the longest reason", "03e8 'x'*123", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason in UTF-8", "03e8 f09f9880", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason with U+0000", "03e8 'a' 00 'b'", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason of U+0000 only", "03e8 00 00", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason that is not UTF-8", "03e8 ff", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "a reason cut inside a character", "03e8 'a' e282", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "a reason with a surrogate", "03e8 eda080", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "a reason in the longest form of UTF-8", "03e8 f48fbfbf", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason with the mark of byte order", "03e8 efbbbf 'a'", HUB_WS_CLOSE_NONE, 1000 },
    { "a reason beyond U+10FFFF", "03e8 f4908080", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "a reason in an overlong form", "03e8 c080", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "the longest reason, cut inside its last character", "03e8 'x'*121 e282", HUB_WS_CLOSE_INVALID_DATA, 0 },
    { "a wrong byte after U+0000", "03e8 00 80", HUB_WS_CLOSE_INVALID_DATA, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      g_autoptr (GByteArray) bytes = hub_test_bytes (payloads[i].bytes);
      g_autofree guint8 *copy = hub_test_copy (hub_test_span (bytes));
      HubWsClose code = HUB_WS_CLOSE_NONE;

      g_test_message ("%s", payloads[i].name);
      g_assert_cmpint (hub_ws_close_check (copy, bytes->len, &code), ==, payloads[i].answer);
      if (payloads[i].answer == HUB_WS_CLOSE_NONE)
        g_assert_cmpuint (code, ==, payloads[i].code);
    }
}

/* RFC 6455, sections 7.4.1 and 7.4.2, and the registry: what a peer may send, of all that two bytes can say. */
static void
test_close_codes (void)
{
  for (guint value = 0; value <= G_MAXUINT16; value++)
    {
      const guint8 payload[] = { (guint8) (value >> 8), (guint8) value };
      gboolean may_be_sent = (value >= 1000 && value <= 1003) || (value >= 1007 && value <= 1014) ||
                             (value >= 3000 && value <= 4999);
      HubWsClose code = HUB_WS_CLOSE_NONE;
      HubWsClose answer = hub_ws_close_check (payload, sizeof payload, &code);

      g_assert_cmpint (answer, ==, may_be_sent ? HUB_WS_CLOSE_NONE : HUB_WS_CLOSE_PROTOCOL_ERROR);
      if (may_be_sent)
        g_assert_cmpuint (code, ==, value);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < hub_test_n_ws_rows; i++)
    {
      g_autofree char *path = g_strconcat ("/wire/ws-frame/", hub_test_ws_rows[i].name, NULL);

      g_test_add_data_func (path, &hub_test_ws_rows[i], test_row);
    }
  g_test_add_func ("/wire/ws-frame/of-client", test_of_client);
  g_test_add_func ("/wire/ws-frame/masked", test_masked);
  g_test_add_func ("/wire/ws-frame/lengths", test_lengths);
  g_test_add_func ("/wire/ws-frame/mask-alignments", test_mask_alignments);
  g_test_add_func ("/wire/ws-frame/many-frames-at-once", test_many_frames_at_once);
  g_test_add_func ("/wire/ws-frame/limit", test_limit);
  g_test_add_func ("/wire/ws-frame/after-a-fault", test_after_a_fault);
  g_test_add_func ("/wire/ws-frame/byte-changes", test_byte_changes);
  g_test_add_func ("/wire/ws-frame/headers", test_headers);
  g_test_add_func ("/wire/ws-frame/close/payloads", test_close_payloads);
  g_test_add_func ("/wire/ws-frame/close/codes", test_close_codes);
  return g_test_run ();
}
