/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-ws.h"

#include "tests/support/hub-test-bytes.h"

/**
 * hub_test_ws_new:
 * @max_frame_bytes: the limit of the decoder
 *
 * Returns: (transfer full): a decoder that has seen nothing
 */
HubTestWs *
hub_test_ws_new (guint64 max_frame_bytes)
{
  HubTestWs *self = g_new0 (HubTestWs, 1);

  hub_ws_decoder_init (&self->decoder, max_frame_bytes);
  self->data = g_byte_array_new ();
  self->controls = g_string_new (NULL);
  return self;
}

/**
 * hub_test_ws_free:
 * @self: (transfer full): a decoder
 */
void
hub_test_ws_free (HubTestWs *self)
{
  g_byte_array_unref (self->data);
  g_string_free (self->controls, TRUE);
  g_free (self);
}

/**
 * hub_test_ws_control_cb:
 * @opcode: what it is
 * @payload: its payload
 * @size: bytes
 * @user_data: a #HubTestWs
 *
 * Writes a control frame to the controls.
 */
void
hub_test_ws_control_cb (HubWsOpcode opcode, const guint8 *payload, gsize size, gpointer user_data)
{
  HubTestWs *self = user_data;
  g_autofree char *text = hub_test_escape ((HubSpan){ payload, size });
  const char *name = opcode == HUB_WS_PING ? "ping" : opcode == HUB_WS_PONG ? "pong"
                                                                            : "close";

  g_assert_true (opcode == HUB_WS_PING || opcode == HUB_WS_PONG || opcode == HUB_WS_CLOSE);
  g_assert_cmpuint (size, <=, HUB_WS_CONTROL_SIZE_MAX);
  g_string_append_printf (self->controls, "%s(%s) ", name, text);
}

/**
 * hub_test_ws_feed:
 * @self: a decoder
 * @bytes: (array length=size): what a client has sent; not changed
 * @size: number of bytes
 *
 * Feeds the decoder from a block of exactly @size bytes, and keeps what comes out.
 */
void
hub_test_ws_feed (HubTestWs *self, const guint8 *bytes, gsize size)
{
  g_autofree guint8 *copy = hub_test_copy ((HubSpan){ bytes, size });
  gsize data_size = G_MAXSIZE;

  if (self->fault != HUB_WS_CLOSE_NONE)
    return;
  self->fault = hub_ws_decoder_feed (&self->decoder, copy, size, &data_size, hub_test_ws_control_cb, self);
  g_assert_cmpuint (data_size, <=, size);
  if (data_size > 0)
    g_byte_array_append (self->data, copy, (guint) data_size);
}

/**
 * hub_test_ws_append_frame:
 * @out: (inout): where the frame is appended
 * @first: the first byte: flags and opcode
 * @mask: the masking key
 * @payload: what is masked
 *
 * Appends a frame as a client sends it.
 */
void
hub_test_ws_append_frame (GByteArray *out, guint8 first, guint32 mask, HubSpan payload)
{
  const guint8 key[] = { (guint8) (mask >> 24), (guint8) (mask >> 16), (guint8) (mask >> 8), (guint8) mask };
  guint8 header[10] = { first };
  guint size = 2;

  if (payload.size < 126)
    {
      header[1] = (guint8) (0x80 | payload.size);
    }
  else
    {
      guint wide = payload.size <= G_MAXUINT16 ? 2 : 8;

      header[1] = wide == 2 ? 0xfe : 0xff;
      for (guint i = 0; i < wide; i++)
        header[size++] = (guint8) ((guint64) payload.size >> (8 * (wide - 1 - i)));
    }
  g_byte_array_append (out, header, size);
  g_byte_array_append (out, key, sizeof key);
  for (gsize i = 0; i < payload.size; i++)
    {
      guint8 byte = payload.data[i] ^ key[i % 4];

      g_byte_array_append (out, &byte, 1);
    }
}
