/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-ws.h"

#define LENGTH 0x7f

static const guint8 mask[4] = { 0x5a, 0xc3, 0x17, 0xe8 };

static guint8
wanted_header_size (const HubBenchWs *self)
{
  guint8 length;

  if (self->header_size < 2)
    return 2;
  length = self->header[1] & LENGTH;
  if (length == 126)
    return 4;
  return length == 127 ? 10 : 2;
}

static void
begin_payload (HubBenchWs *self)
{
  self->payload_left = self->header_size == 2 ? self->header[1] & LENGTH : 0;
  for (guint i = 2; i < self->header_size; i++)
    self->payload_left = self->payload_left << 8 | self->header[i];

  self->is_control = (self->header[0] & 0x08) != 0;
  self->is_closed = self->is_closed || (self->header[0] & 0x0f) == 0x08;
  self->header_size = 0;
}

/**
 * hub_bench_ws_request:
 * @port: the port of the broker
 *
 * Returns: (transfer full): the HTTP request that asks for a WebSocket with MQTT in it
 */
char *
hub_bench_ws_request (guint16 port)
{
  return g_strdup_printf ("GET /mqtt HTTP/1.1\r\n"
                          "Host: 127.0.0.1:%u\r\n"
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Key: aHViYnViIGJlbmNobWFyaw==\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Protocol: mqtt\r\n"
                          "\r\n",
                          port);
}

/**
 * hub_bench_ws_wrap:
 * @out: (inout): where the frame is appended
 * @packet: its payload
 *
 * Appends a whole, masked binary frame: browsers send one for each packet.
 *
 * Spec: RFC 6455 section 5.2.
 */
void
hub_bench_ws_wrap (GByteArray *out, HubSpan packet)
{
  guint8 header[14] = { 0x82 };
  gsize size = 2;
  guint8 *at;

  if (packet.size < 126)
    {
      header[1] = (guint8) (0x80 | packet.size);
    }
  else
    {
      guint n_bytes = packet.size <= G_MAXUINT16 ? 2 : 8;

      header[1] = (guint8) (0x80 | (n_bytes == 2 ? 126 : 127));
      for (guint i = 0; i < n_bytes; i++)
        header[size++] = (guint8) ((guint64) packet.size >> (8 * (n_bytes - 1 - i)));
    }
  memcpy (header + size, mask, sizeof mask);
  g_byte_array_append (out, header, (guint) (size + sizeof mask));
  g_byte_array_append (out, packet.data, (guint) packet.size);

  at = out->data + out->len - packet.size;
  for (gsize i = 0; i < packet.size; i++)
    at[i] ^= mask[i & 3];
}

/**
 * hub_bench_ws_unwrap:
 * @self: the client's side
 * @bytes: (array length=size): what was read; overwritten
 * @size: number of bytes
 *
 * Takes the frames off. What is in control frames is thrown away.
 *
 * Returns: how many bytes of data stand at the beginning of @bytes
 */
gsize
hub_bench_ws_unwrap (HubBenchWs *self, guint8 *bytes, gsize size)
{
  gsize data_size = 0;
  gsize at = 0;

  while (at < size)
    {
      gsize n;

      if (self->payload_left == 0)
        {
          self->header[self->header_size++] = bytes[at++];
          if (self->header_size >= 2 && self->header_size == wanted_header_size (self))
            begin_payload (self);
          continue;
        }

      n = (gsize) MIN (self->payload_left, (guint64) (size - at));
      if (!self->is_control)
        {
          memmove (bytes + data_size, bytes + at, n);
          data_size += n;
        }
      at += n;
      self->payload_left -= n;
    }
  return data_size;
}

/**
 * hub_bench_ws_is_closed:
 * @self: the client's side
 *
 * Returns: whether the broker has said goodbye
 */
gboolean
hub_bench_ws_is_closed (const HubBenchWs *self)
{
  return self->is_closed;
}
