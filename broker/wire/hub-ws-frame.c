/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-ws-frame.h"

#include <string.h>

#define FIN 0x80
#define RESERVED 0x70
#define OPCODE 0x0f
#define MASKED 0x80
#define LENGTH 0x7f

/* U+0000 is a character of a reason like any other, which GLib's check does not know. */
static gboolean
is_utf8 (const char *text, gsize size)
{
  const char *end = text + size;

  while (!g_utf8_validate_len (text, (gsize) (end - text), &text))
    {
      if (text == end || *text != '\0')
        return FALSE;
      text++;
    }
  return TRUE;
}

static gboolean
is_control (guint8 opcode)
{
  return (opcode & 0x08) != 0;
}

/* How many bytes of extended length follow the first two bytes of a header. */
static guint8
extended_size (const HubWsDecoder *self)
{
  guint8 length = self->header[1] & LENGTH;

  if (length == 126)
    return 2;
  return length == 127 ? 8 : 0;
}

/* How many bytes the header will have that is in self->header as far as it is there. */
static guint8
wanted_header_size (const HubWsDecoder *self)
{
  return self->header_size < 2 ? 2 : (guint8) (2 + extended_size (self) + (self->is_of_client ? 0 : sizeof self->mask));
}

/* What the first two bytes alone can say; RFC 6455, sections 5.2, 5.4 and 5.5. */
static HubWsClose
check_start (const HubWsDecoder *self)
{
  guint8 first = self->header[0];
  guint8 second = self->header[1];
  guint8 opcode = first & OPCODE;

  /* Clients mask, and servers never do. */
  if ((first & RESERVED) != 0 || ((second & MASKED) == 0) != self->is_of_client)
    return HUB_WS_CLOSE_PROTOCOL_ERROR;

  switch (opcode)
    {
    case HUB_WS_CONTINUATION:
      return self->is_in_message ? HUB_WS_CLOSE_NONE : HUB_WS_CLOSE_PROTOCOL_ERROR;
    case HUB_WS_TEXT:
      /* MQTT goes in binary frames only [MQTT-6.0.0-1]. */
      return self->is_in_message ? HUB_WS_CLOSE_PROTOCOL_ERROR : HUB_WS_CLOSE_UNSUPPORTED_DATA;
    case HUB_WS_BINARY:
      return self->is_in_message ? HUB_WS_CLOSE_PROTOCOL_ERROR : HUB_WS_CLOSE_NONE;
    case HUB_WS_CLOSE:
    case HUB_WS_PING:
    case HUB_WS_PONG:
      return (first & FIN) != 0 && (second & LENGTH) <= HUB_WS_CONTROL_SIZE_MAX ? HUB_WS_CLOSE_NONE
                                                                                : HUB_WS_CLOSE_PROTOCOL_ERROR;
    default:
      return HUB_WS_CLOSE_PROTOCOL_ERROR;
    }
}

static HubWsClose
begin_payload (HubWsDecoder *self)
{
  guint8 extended = extended_size (self);
  guint64 size = extended == 0 ? self->header[1] & LENGTH : 0;

  for (guint i = 0; i < extended; i++)
    size = size << 8 | self->header[2 + i];

  /* The fewest bytes, and the highest bit is 0; RFC 6455, section 5.2. */
  if ((extended == 2 && size < 126) || (extended == 8 && (size <= G_MAXUINT16 || size > G_MAXINT64)))
    return HUB_WS_CLOSE_PROTOCOL_ERROR;

  self->opcode = self->header[0] & OPCODE;
  if (!is_control (self->opcode))
    {
      if (size > self->max_frame_bytes)
        return HUB_WS_CLOSE_TOO_BIG;
      self->is_in_message = (self->header[0] & FIN) == 0;
    }

  if (!self->is_of_client)
    memcpy (self->mask, self->header + 2 + extended, sizeof self->mask);
  self->mask_at = 0;
  self->payload_left = size;
  self->control_size = 0;
  self->header_size = 0;
  self->is_in_payload = TRUE;
  return HUB_WS_CLOSE_NONE;
}

/* Moves and unmasks in one pass; @to lies at or before @from. */
static void
unmask (HubWsDecoder *self, guint8 *to, const guint8 *from, gsize size)
{
  guint8 turned[8];
  guint64 mask;
  gsize i = 0;

  for (guint k = 0; k < sizeof turned; k++)
    turned[k] = self->mask[(self->mask_at + k) & 3];
  memcpy (&mask, turned, sizeof mask);

  for (; i + sizeof mask <= size; i += sizeof mask)
    {
      guint64 word;

      memcpy (&word, from + i, sizeof word);
      word ^= mask;
      memcpy (to + i, &word, sizeof word);
    }
  for (; i < size; i++)
    to[i] = from[i] ^ turned[i & 7];
  self->mask_at = (guint8) ((self->mask_at + size) & 3);
}

static HubWsClose
fail (HubWsDecoder *self, HubWsClose fault)
{
  self->fault = fault;
  return fault;
}

static void
end_frame (HubWsDecoder *self, HubWsControlFunc control_func, gpointer user_data)
{
  self->is_in_payload = FALSE;
  if (!is_control (self->opcode))
    return;
  if (self->opcode == HUB_WS_CLOSE)
    self->is_closed = TRUE;
  control_func ((HubWsOpcode) self->opcode, self->control, self->control_size, user_data);
}

/**
 * hub_ws_decoder_init:
 * @self: (out caller-allocates): a decoder
 * @max_frame_bytes: the longest payload of a data frame
 *
 * Prepares @self for the first frame of a client. There is nothing to free.
 */
void
hub_ws_decoder_init (HubWsDecoder *self, guint64 max_frame_bytes)
{
  *self = (HubWsDecoder){ .max_frame_bytes = max_frame_bytes };
}

/**
 * hub_ws_decoder_init_for_client:
 * @self: (out caller-allocates): a decoder
 * @max_frame_bytes: the longest payload of a data frame
 *
 * Prepares @self for the first frame of a server, whose frames are not masked. There is nothing to free.
 *
 * Spec: RFC 6455 section 5.1.
 */
void
hub_ws_decoder_init_for_client (HubWsDecoder *self, guint64 max_frame_bytes)
{
  *self = (HubWsDecoder){ .max_frame_bytes = max_frame_bytes, .is_of_client = true };
}

/**
 * hub_ws_decoder_feed:
 * @self: a decoder
 * @bytes: (array length=size): what was read; overwritten
 * @size: number of bytes
 * @data_size: (out): how many bytes of data, unmasked, stand at the beginning of @bytes afterwards
 * @control_func: (scope call): told of control frames
 * @user_data: for @control_func
 *
 * Takes apart what the peer has sent. Frames and fragments leave no trace in the data: MQTT is a stream of
 * bytes across them. What follows a close frame is ignored, and so is what follows a fault.
 *
 * Spec: RFC 6455 section 5; MQTT 5.0 section 6 [MQTT-6.0.0-1], [MQTT-6.0.0-2].
 *
 * Returns: %HUB_WS_CLOSE_NONE, or the code to close with, then and ever after; the data before the fault counts
 */
HubWsClose
hub_ws_decoder_feed (HubWsDecoder *self,
                     guint8 *bytes,
                     gsize size,
                     gsize *data_size,
                     HubWsControlFunc control_func,
                     gpointer user_data)
{
  gsize at = 0;
  HubWsClose fault;

  *data_size = 0;
  while (at < size && !self->is_closed && self->fault == HUB_WS_CLOSE_NONE)
    {
      if (!self->is_in_payload)
        {
          self->header[self->header_size++] = bytes[at++];
          if (self->header_size == 2 && (fault = check_start (self)) != HUB_WS_CLOSE_NONE)
            return fail (self, fault);
          if (self->header_size < wanted_header_size (self))
            continue;
          if ((fault = begin_payload (self)) != HUB_WS_CLOSE_NONE)
            return fail (self, fault);
        }
      else
        {
          gsize n = (gsize) MIN (self->payload_left, (guint64) (size - at));

          if (is_control (self->opcode))
            {
              unmask (self, self->control + self->control_size, bytes + at, n);
              self->control_size = (guint8) (self->control_size + n);
            }
          else
            {
              unmask (self, bytes + *data_size, bytes + at, n);
              *data_size += n;
            }
          at += n;
          self->payload_left -= n;
        }

      if (self->is_in_payload && self->payload_left == 0)
        end_frame (self, control_func, user_data);
    }
  return self->fault;
}

/**
 * hub_ws_header_size:
 * @payload_size: bytes
 *
 * Returns: the size of the header that [func@Hub.ws_header_write] writes
 */
gsize
hub_ws_header_size (gsize payload_size)
{
  if (payload_size < 126)
    return 2;
  return payload_size <= G_MAXUINT16 ? 4 : 10;
}

/**
 * hub_ws_header_write:
 * @out: room for the header
 * @opcode: what the frame is
 * @payload_size: bytes that follow
 *
 * Writes the header of a whole, unmasked frame, as servers send them.
 *
 * Spec: RFC 6455 section 5.2.
 *
 * Returns: the number of bytes written
 */
gsize
hub_ws_header_write (guint8 out[HUB_WS_HEADER_SIZE_MAX], HubWsOpcode opcode, gsize payload_size)
{
  out[0] = (guint8) (FIN | opcode);
  if (payload_size < 126)
    {
      out[1] = (guint8) payload_size;
      return 2;
    }
  if (payload_size <= G_MAXUINT16)
    {
      out[1] = 126;
      out[2] = (guint8) (payload_size >> 8);
      out[3] = (guint8) payload_size;
      return 4;
    }
  out[1] = 127;
  for (guint i = 0; i < 8; i++)
    out[2 + i] = (guint8) ((guint64) payload_size >> (56 - 8 * i));
  return 10;
}

/**
 * hub_ws_append_masked:
 * @out: where it goes
 * @opcode: what the frame is
 * @payload: (array length=size) (nullable): what it carries
 * @size: bytes
 * @mask: four bytes that nobody could guess
 *
 * Appends a whole frame as clients send them.
 *
 * Spec: RFC 6455 section 5.3.
 */
void
hub_ws_append_masked (GByteArray *out, HubWsOpcode opcode, const guint8 *payload, gsize size, const guint8 mask[4])
{
  guint8 header[HUB_WS_HEADER_SIZE_MAX];
  gsize header_size = hub_ws_header_write (header, opcode, size);
  guint at;

  header[1] |= MASKED;
  g_byte_array_append (out, header, (guint) header_size);
  g_byte_array_append (out, mask, 4);
  if (size == 0)
    return;
  at = out->len;
  g_byte_array_append (out, payload, (guint) size);
  for (gsize i = 0; i < size; i++)
    out->data[at + i] ^= mask[i & 3];
}

/**
 * hub_ws_close_check:
 * @payload: (array length=size): the payload of a close frame
 * @size: number of bytes
 * @code: (out): the status that the peer gave, or %HUB_WS_CLOSE_NO_STATUS
 *
 * Checks a close frame: a status is two bytes of a value that may be sent, the reason behind it UTF-8.
 *
 * Spec: RFC 6455 sections 5.5.1, 7.4 and 8.1.
 *
 * Returns: %HUB_WS_CLOSE_NONE when it is right, or the code to answer with instead of an echo
 */
HubWsClose
hub_ws_close_check (const guint8 *payload, gsize size, HubWsClose *code)
{
  guint value;

  *code = HUB_WS_CLOSE_NO_STATUS;
  if (size == 0)
    return HUB_WS_CLOSE_NONE;
  if (size == 1)
    return HUB_WS_CLOSE_PROTOCOL_ERROR;

  value = (guint) payload[0] << 8 | payload[1];
  if (value < 1000 || value > 4999 || (value >= 1004 && value <= 1006) || (value >= 1015 && value <= 2999))
    return HUB_WS_CLOSE_PROTOCOL_ERROR;
  if (!is_utf8 ((const char *) payload + 2, size - 2))
    return HUB_WS_CLOSE_INVALID_DATA;
  *code = (HubWsClose) value;
  return HUB_WS_CLOSE_NONE;
}
