/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubReader:
 * @at: the next byte
 * @end: one past the last byte
 *
 * A cursor over bytes that are not to be trusted. Every function checks what is left before it reads,
 * returns %FALSE when that is too little, and then leaves the cursor where it was.
 */
typedef struct
{
  const guint8 *at;
  const guint8 *end;
} HubReader;

/**
 * hub_reader_init:
 * @span: bytes that outlive the reader
 *
 * Returns: a cursor at the first byte of @span
 */
static inline HubReader
hub_reader_init (HubSpan span)
{
  return (HubReader){ span.data, span.data != NULL ? span.data + span.size : NULL };
}

/**
 * hub_reader_left:
 * @self: a reader
 *
 * Returns: the number of bytes from the cursor to the end
 */
static inline gsize
hub_reader_left (const HubReader *self)
{
  return self->at != NULL ? (gsize) (self->end - self->at) : 0;
}

/**
 * hub_reader_u8:
 * @self: a reader
 * @value: (out): a byte
 *
 * Returns: whether there was one
 */
static inline gboolean
hub_reader_u8 (HubReader *self, guint8 *value)
{
  if (hub_reader_left (self) < 1)
    return FALSE;
  *value = *self->at++;
  return TRUE;
}

/**
 * hub_reader_u16:
 * @self: a reader
 * @value: (out): a Two Byte Integer, the high byte first (MQTT 5.0, section 1.5.2)
 *
 * Returns: whether there was one
 */
static inline gboolean
hub_reader_u16 (HubReader *self, guint16 *value)
{
  if (hub_reader_left (self) < 2)
    return FALSE;
  *value = (guint16) ((self->at[0] << 8) | self->at[1]);
  self->at += 2;
  return TRUE;
}

/**
 * hub_reader_varint:
 * @self: a reader
 * @value: (out): a Variable Byte Integer of one to four bytes, in the fewest that it needs
 *   (MQTT 5.0, section 1.5.5 [MQTT-1.5.5-1])
 *
 * Returns: whether there was one
 */
static inline gboolean
hub_reader_varint (HubReader *self, guint32 *value)
{
  guint32 result = 0;
  gsize left = hub_reader_left (self);

  for (guint i = 0; i < 4 && i < left; i++)
    {
      guint8 byte = self->at[i];

      result |= (guint32) (byte & 0x7f) << (7 * i);
      if ((byte & 0x80) != 0)
        continue;
      if (i > 0 && byte == 0)
        return FALSE;
      *value = result;
      self->at += i + 1;
      return TRUE;
    }
  return FALSE;
}

/**
 * hub_reader_bytes:
 * @self: a reader
 * @size: how many
 * @value: (out): that many bytes
 *
 * Returns: whether they were there
 */
static inline gboolean
hub_reader_bytes (HubReader *self, gsize size, HubSpan *value)
{
  if (hub_reader_left (self) < size)
    return FALSE;
  *value = (HubSpan){ self->at, size };
  self->at += size;
  return TRUE;
}

/**
 * hub_reader_binary:
 * @self: a reader
 * @value: (out): bytes that follow their length, a Two Byte Integer (MQTT 5.0, section 1.5.6)
 *
 * Returns: whether all of them were there
 */
static inline gboolean
hub_reader_binary (HubReader *self, HubSpan *value)
{
  HubReader copy = *self;
  guint16 size;

  if (!hub_reader_u16 (&copy, &size) || hub_reader_left (&copy) < size)
    return FALSE;
  *value = (HubSpan){ copy.at, size };
  self->at = copy.at + size;
  return TRUE;
}

/**
 * hub_reader_rest:
 * @self: a reader
 *
 * Takes all that is left.
 *
 * Returns: the bytes from the cursor to the end
 */
static inline HubSpan
hub_reader_rest (HubReader *self)
{
  HubSpan span = { self->at, hub_reader_left (self) };

  self->at = self->end;
  return span;
}

G_END_DECLS
