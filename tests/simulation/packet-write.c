/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/packet.h"

#include <string.h>

static void
put_byte (GByteArray *out, guint byte)
{
  g_byte_array_append (out, (const guint8[]){ (guint8) byte }, 1);
}

static void
put_two (GByteArray *out, guint value)
{
  put_byte (out, value >> 8);
  put_byte (out, value & 255);
}

static void
put_text (GByteArray *out, const char *text)
{
  put_two (out, (guint) strlen (text));
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

static void
put_connect (const SimPacket *self, SimRandom *random, GByteArray *out)
{
  guint flags = self->is_clean ? 2 : 0;

  if (self->has_will)
    flags |= 4u | (guint) self->qos << 3 | (self->is_retain ? 32u : 0);
  put_text (out, self->version == 3 ? "MQIsdp" : "MQTT");
  put_byte (out, self->version);
  put_byte (out, flags);
  put_two (out, self->keep_alive_s);
  if (self->version == 5)
    sim_properties_write (&self->properties, random, out);
  put_text (out, self->client_id);
  if (!self->has_will)
    return;
  if (self->version == 5)
    sim_properties_write (&self->will_properties, random, out);
  put_text (out, self->topic);
  put_text (out, self->payload);
}

static void
put_publish (const SimPacket *self, guint8 version, SimRandom *random, GByteArray *out)
{
  put_text (out, self->topic);
  if (self->qos > 0)
    put_two (out, self->id);
  if (version == 5)
    sim_properties_write (&self->properties, random, out);
  g_byte_array_append (out, (const guint8 *) self->payload, (guint) strlen (self->payload));
}

/* Packets that may stop short do, now and then not. */
static void
put_reason (const SimPacket *self, guint8 version, SimRandom *random, GByteArray *out)
{
  gboolean has_properties = self->properties.present != 0 || sim_random_one_in (random, 4);

  if (version != 5 || (self->code == 0 && !has_properties && !sim_random_one_in (random, 4)))
    return;
  put_byte (out, self->code);
  if (has_properties)
    sim_properties_write (&self->properties, random, out);
}

static void
put_filters (const SimPacket *self, guint8 version, SimRandom *random, GByteArray *out)
{
  put_two (out, self->id);
  if (version == 5)
    sim_properties_write (&self->properties, random, out);
  for (guint i = 0; i < self->filters->len; i++)
    {
      const SimFilter *filter = &g_array_index (self->filters, SimFilter, i);

      put_text (out, filter->text);
      if (self->type == SIM_SUBSCRIBE)
        put_byte (out, filter->options);
    }
}

static guint
flags_of (const SimPacket *self)
{
  if (self->type == SIM_PUBLISH)
    return (guint) self->qos << 1 | (self->is_retain ? 1u : 0) | (self->is_dup ? 8u : 0);
  return self->type == SIM_PUBREL || self->type == SIM_SUBSCRIBE || self->type == SIM_UNSUBSCRIBE ? 2 : 0;
}

/**
 * sim_packet_write:
 * @self: a packet of a client
 * @version: of its connection
 * @random: chooses between forms that mean the same
 * @out: (inout): where it is appended
 */
void
sim_packet_write (const SimPacket *self, guint8 version, SimRandom *random, GByteArray *out)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  switch (self->type)
    {
    case SIM_GARBAGE:
      g_byte_array_append (out, self->bytes->data, self->bytes->len);
      return;
    case SIM_CONNECT:
      put_connect (self, random, body);
      break;
    case SIM_PUBLISH:
      put_publish (self, version, random, body);
      break;
    case SIM_PUBACK:
    case SIM_PUBREC:
    case SIM_PUBREL:
    case SIM_PUBCOMP:
      put_two (body, self->id);
      put_reason (self, version, random, body);
      break;
    case SIM_SUBSCRIBE:
    case SIM_UNSUBSCRIBE:
      put_filters (self, version, random, body);
      break;
    case SIM_DISCONNECT:
    case SIM_AUTH:
      put_reason (self, version, random, body);
      break;
    case SIM_CONNACK:
    case SIM_SUBACK:
    case SIM_UNSUBACK:
    case SIM_PINGREQ:
    case SIM_PINGRESP:
    default:
      break;
    }
  put_byte (out, self->type << 4 | flags_of (self));
  sim_varint_write (out, body->len);
  g_byte_array_append (out, body->data, body->len);
}
