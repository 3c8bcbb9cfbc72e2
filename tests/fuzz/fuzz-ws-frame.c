/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-ws-frame.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-ws.h"

/* An input is a byte that chooses the limit, one that seeds the cuts, and what a client sends, or a server. */

static const guint64 limits[] = { 0, 10, 125, 126, 1000, 65535, 65536, G_MAXUINT64 };

/* One fault at most, nothing behind it, and the same whatever the cuts. */
static void
check_same (const HubTestWs *whole, const HubTestWs *cut)
{
  g_assert_cmpint (whole->fault, ==, cut->fault);
  g_assert_cmpstr (whole->controls->str, ==, cut->controls->str);
  g_assert_cmpmem (whole->data->data, whole->data->len, cut->data->data, cut->data->len);
}

static HubTestWs *
new_decoder (guint64 limit, gboolean is_of_client)
{
  HubTestWs *ws = hub_test_ws_new (limit);

  if (is_of_client)
    hub_ws_decoder_init_for_client (&ws->decoder, limit);
  return ws;
}

static void
check_cuts (guint64 limit, gboolean is_of_client, guint32 seed, const guint8 *data, gsize size)
{
  g_autoptr (HubTestWs) whole = new_decoder (limit, is_of_client);
  g_autoptr (HubTestWs) bytewise = new_decoder (limit, is_of_client);
  g_autoptr (HubTestWs) cut = new_decoder (limit, is_of_client);

  hub_test_ws_feed (whole, data, size);
  for (gsize at = 0; at < size; at++)
    hub_test_ws_feed (bytewise, data + at, 1);
  for (gsize at = 0, step; at < size; at += step)
    {
      seed = seed * 1664525 + 1013904223;
      step = MIN (1 + (seed >> 16) % 23, size - at);
      hub_test_ws_feed (cut, data + at, step);
    }
  check_same (whole, bytewise);
  check_same (whole, cut);
  g_assert_cmpuint (whole->data->len, <=, size);
}

/* The same bytes as a payload: in one frame and in several, with a ping between. */
static void
check_frames (guint32 seed, const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autoptr (HubTestWs) ws = hub_test_ws_new (G_MAXUINT64);
  gsize first = size > 0 ? seed % size : 0;

  hub_test_ws_append_frame (frames, 0x82, seed * 2654435761u, (HubSpan){ data, size });
  hub_test_ws_append_frame (frames, 0x02, seed * 40503u, (HubSpan){ data, first });
  hub_test_ws_append_frame (frames, 0x89, seed, (HubSpan){ data, MIN (size, HUB_WS_CONTROL_SIZE_MAX) });
  hub_test_ws_append_frame (frames, 0x80, ~seed, (HubSpan){ data + first, size - first });
  hub_test_ws_feed (ws, frames->data, frames->len);
  g_assert_cmpint (ws->fault, ==, HUB_WS_CLOSE_NONE);
  g_assert_true (g_str_has_prefix (ws->controls->str, "ping("));
  g_assert_cmpuint (ws->data->len, ==, 2 * size);
  if (size > 0)
    {
      g_assert_cmpmem (ws->data->data, size, data, size);
      g_assert_cmpmem (ws->data->data + size, size, data, size);
    }
}

/* A header that a server writes, read by hand. */
static void
check_header (gsize payload_size)
{
  guint8 header[HUB_WS_HEADER_SIZE_MAX];
  gsize size = hub_ws_header_write (header, HUB_WS_BINARY, payload_size);
  guint64 length = header[1];

  g_assert_cmpuint (size, ==, hub_ws_header_size (payload_size));
  if (size > 2)
    length = 0;
  for (gsize i = 2; i < size; i++)
    length = length << 8 | header[i];
  g_assert_cmpuint (length, ==, payload_size);
  g_assert_cmpuint (header[0], ==, 0x82);
}

static void
check_close (const guint8 *data, gsize size)
{
  HubWsClose code = HUB_WS_CLOSE_NONE;
  HubWsClose answer = hub_ws_close_check (data, MIN (size, HUB_WS_CONTROL_SIZE_MAX), &code);

  if (answer != HUB_WS_CLOSE_NONE)
    g_assert_true (answer == HUB_WS_CLOSE_PROTOCOL_ERROR || answer == HUB_WS_CLOSE_INVALID_DATA);
  else if (size == 0)
    g_assert_cmpint (code, ==, HUB_WS_CLOSE_NO_STATUS);
  else
    g_assert_cmpint (code, ==, data[0] << 8 | data[1]);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size < 2)
    return 0;
  check_cuts (limits[data[0] % G_N_ELEMENTS (limits)], FALSE, data[1], data + 2, size - 2);
  check_cuts (limits[data[0] % G_N_ELEMENTS (limits)], TRUE, data[1], data + 2, size - 2);
  check_frames (data[1] + 1u, data + 2, size - 2);
  check_header ((gsize) data[0] << (data[1] % 56));
  check_close (data + 2, size - 2);
  return 0;
}
