/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/packet.h"

#include <string.h>

/* One packet of the server, as it is taken apart. */
typedef struct
{
  const guint8 *bytes;
  gsize size;
  gsize at;
  guint8 version;
  const char *why;
} Reading;

/* The Reason Codes that each packet of a server may carry; MQTT 5.0, section 2.4. */
static const char *const codes_of[16] = {
  [SIM_CONNACK] = "\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8c\x90\x95\x97\x99\x9a\x9b\x9c\x9d\x9f",
  [SIM_PUBACK] = "\x10\x80\x83\x87\x90\x91\x97\x99",
  [SIM_PUBREC] = "\x10\x80\x83\x87\x90\x91\x97\x99",
  [SIM_PUBREL] = "\x92",
  [SIM_PUBCOMP] = "\x92",
  [SIM_SUBACK] = "\x01\x02\x80\x83\x87\x8f\x91\x97\x9e\xa1\xa2",
  [SIM_UNSUBACK] = "\x11\x80\x83\x87\x8f\x91",
  [SIM_DISCONNECT] = "\x80\x81\x82\x83\x87\x89\x8b\x8d\x8e\x8f\x90\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa1\xa2",
};

static gboolean
is_code_of (SimPacketType type, guint8 code)
{
  return code == 0 || (codes_of[type] != NULL && strchr (codes_of[type], (char) code) != NULL);
}

static gboolean
fail (Reading *self, const char *why)
{
  self->why = why;
  return FALSE;
}

static gboolean
get_two (Reading *self, guint16 *value)
{
  if (self->size - self->at < 2)
    return fail (self, "it is cut");
  *value = (guint16) (self->bytes[self->at] << 8 | self->bytes[self->at + 1]);
  self->at += 2;
  return TRUE;
}

static gboolean
get_byte (Reading *self, guint8 *value)
{
  if (self->at == self->size)
    return fail (self, "it is cut");
  *value = self->bytes[self->at++];
  return TRUE;
}

static char *
get_rest (Reading *self)
{
  char *rest = g_strndup ((const char *) self->bytes + self->at, self->size - self->at);

  self->at = self->size;
  return rest;
}

static gboolean
get_properties (Reading *self, SimPacket *packet)
{
  return self->version != 5 ||
         sim_properties_read (&packet->properties, (guint8) packet->type, self->bytes, self->size, &self->at, &self->why);
}

static gboolean
get_header (Reading *self, SimPacket *packet)
{
  guint32 remaining = 0;
  guint shift = 0;
  guint8 first, byte;

  if (!get_byte (self, &first))
    return FALSE;
  do
    {
      if (shift > 21 || !get_byte (self, &byte))
        return fail (self, "the length is wrong");
      remaining |= (guint32) (byte & 127) << shift;
      shift += 7;
    }
  while (byte >= 128);
  if (shift > 7 && byte == 0)
    return fail (self, "the length is longer than it needs to be");
  if (remaining != self->size - self->at)
    return fail (self, "the length is not that of the packet");

  packet->type = (SimPacketType) (first >> 4);
  packet->qos = first >> 1 & 3;
  packet->is_retain = (first & 1) != 0;
  packet->is_dup = (first & 8) != 0;
  if (packet->type != SIM_PUBLISH && (first & 15) != (packet->type == SIM_PUBREL ? 2 : 0))
    return fail (self, "reserved flags are set");
  return TRUE;
}

static gboolean
get_connack (Reading *self, SimPacket *packet)
{
  guint8 flags;

  if (!get_byte (self, &flags) || !get_byte (self, &packet->code))
    return FALSE;
  packet->is_present = flags == 1;
  if (flags > 1)
    return fail (self, "reserved flags are set");
  if (self->version != 5)
    return packet->code <= 5 || fail (self, "there is no such return code");
  return (is_code_of (SIM_CONNACK, packet->code) || fail (self, "a reason code that does not belong there")) &&
         get_properties (self, packet);
}

static gboolean
get_publish (Reading *self, SimPacket *packet)
{
  guint16 size;

  if (packet->qos == 3 || (packet->qos == 0 && packet->is_dup))
    return fail (self, "the flags are wrong");
  if (!get_two (self, &size))
    return FALSE;
  if (size > self->size - self->at)
    return fail (self, "it is cut");
  packet->topic = g_strndup ((const char *) self->bytes + self->at, size);
  self->at += size;
  if (packet->qos > 0 && !get_two (self, &packet->id))
    return FALSE;
  if (packet->qos > 0 && packet->id == 0)
    return fail (self, "packet identifier 0");
  if (!get_properties (self, packet))
    return FALSE;
  packet->payload = get_rest (self);
  return TRUE;
}

static gboolean
get_reason (Reading *self, SimPacket *packet)
{
  if (self->version != 5 || self->at == self->size)
    return TRUE;
  if (!get_byte (self, &packet->code))
    return FALSE;
  if (!is_code_of (packet->type, packet->code))
    return fail (self, "a reason code that does not belong there");
  return self->at == self->size || get_properties (self, packet);
}

static gboolean
get_ack (Reading *self, SimPacket *packet)
{
  if (!get_two (self, &packet->id))
    return FALSE;
  if (packet->id == 0)
    return fail (self, "packet identifier 0");
  return get_reason (self, packet);
}

static gboolean
get_codes (Reading *self, SimPacket *packet)
{
  if (!get_two (self, &packet->id) || !get_properties (self, packet))
    return FALSE;
  packet->codes = g_byte_array_new ();
  while (self->at < self->size)
    {
      guint8 code = self->bytes[self->at++];
      gboolean is_right = self->version == 5 ? is_code_of (packet->type, code) : code <= 2 || code == 0x80;

      if (!is_right)
        return fail (self, "a reason code that does not belong there");
      g_byte_array_append (packet->codes, &code, 1);
    }
  return packet->codes->len == 0 || packet->type == SIM_SUBACK || self->version == 5 || fail (self, "codes in UNSUBACK");
}

static gboolean
get_body (Reading *self, SimPacket *packet)
{
  switch ((int) packet->type)
    {
    case SIM_CONNACK:
      return get_connack (self, packet);
    case SIM_PUBLISH:
      return get_publish (self, packet);
    case SIM_PUBACK:
    case SIM_PUBREC:
    case SIM_PUBREL:
    case SIM_PUBCOMP:
      return get_ack (self, packet);
    case SIM_SUBACK:
    case SIM_UNSUBACK:
      return get_codes (self, packet);
    case SIM_PINGRESP:
      return TRUE;
    case SIM_DISCONNECT:
      return self->version == 5 ? get_reason (self, packet) : fail (self, "DISCONNECT from the server in 3.x");
    default:
      return fail (self, "a server does not send such a packet");
    }
}

/**
 * sim_packet_read:
 * @version: of the connection
 * @bytes: a packet of the server
 * @size: of it
 * @why: (out): what is wrong
 *
 * Takes a packet apart, and trusts nothing in it.
 *
 * Returns: (transfer full) (nullable): what it says; %NULL: it is wrong
 */
SimPacket *
sim_packet_read (guint8 version, const guint8 *bytes, gsize size, const char **why)
{
  g_autoptr (SimPacket) packet = sim_packet_new (SIM_GARBAGE);
  Reading reading = { .bytes = bytes, .size = size, .version = version };

  packet->bytes = g_byte_array_new ();
  g_byte_array_append (packet->bytes, bytes, (guint) size);
  if (!get_header (&reading, packet) || !get_body (&reading, packet))
    {
      *why = reading.why;
      return NULL;
    }
  if (reading.at != size)
    {
      *why = "bytes behind the last field";
      return NULL;
    }
  return g_steal_pointer (&packet);
}
