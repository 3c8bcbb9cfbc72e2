/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-message.h"

#include "broker/wire/hub-encode.h"

#define EXPIRY_SIZE 5u
#define ALIAS_SIZE 3u

static guint8
first_byte (const HubDelivery *delivery)
{
  guint byte = HUB_PACKET_PUBLISH << 4 | (guint) delivery->qos << 1;

  if (delivery->is_retain)
    byte |= 0x01;
  if (delivery->is_dup)
    byte |= 0x08;
  return (guint8) byte;
}

/* The size of a receiver's properties, without their length. */
static gsize
properties_size (const HubMessage *self, const HubDelivery *delivery)
{
  return (delivery->has_expiry ? EXPIRY_SIZE : 0) + (delivery->alias != 0 ? ALIAS_SIZE : 0) +
         delivery->identifiers.size + self->properties_size + delivery->more.size;
}

static gsize
remaining_size (const HubMessage *self, HubVersion version, const HubDelivery *delivery)
{
  gsize size = 2 + self->topic.size + (delivery->qos > 0 ? 2 : 0) + self->payload.size;

  if (version == HUB_VERSION_5_0)
    {
      gsize properties = properties_size (self, delivery);

      size += hub_varint_size ((guint32) properties) + properties;
      if (delivery->is_topic_known)
        size -= self->topic.size;
    }
  return size;
}

static guint8 *
write_span (guint8 *at, HubSpan span)
{
  if (span.size > 0)
    memcpy (at, span.data, span.size);
  return at + span.size;
}

static guint8 *
write_u16 (guint8 *at, guint16 value)
{
  *at++ = (guint8) (value >> 8);
  *at++ = (guint8) value;
  return at;
}

static guint8 *
write_properties (const HubMessage *self, const HubDelivery *delivery, guint8 *at)
{
  at += hub_varint_write (at, (guint32) properties_size (self, delivery));
  if (delivery->has_expiry)
    {
      *at++ = HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL;
      at = write_u16 (at, (guint16) (delivery->expiry_s >> 16));
      at = write_u16 (at, (guint16) delivery->expiry_s);
    }
  if (delivery->alias != 0)
    {
      *at++ = HUB_PROPERTY_TOPIC_ALIAS;
      at = write_u16 (at, delivery->alias);
    }
  at = write_span (at, delivery->identifiers);
  at = write_span (at, hub_message_get_properties (self));
  return write_span (at, delivery->more);
}

/* What belongs to the message, and not to the way it came, or to the will that it was. */
static gboolean
is_forwarded (HubPropertyId id)
{
  return id == HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR || id == HUB_PROPERTY_CONTENT_TYPE ||
         id == HUB_PROPERTY_RESPONSE_TOPIC || id == HUB_PROPERTY_CORRELATION_DATA || id == HUB_PROPERTY_USER_PROPERTY;
}

/* Copies what every receiver gets of a block of properties that were checked, and returns how much that is. */
static gsize
copy_forwarded (HubSpan block, guint8 *to)
{
  HubReader reader = hub_reader_init (block);
  const guint8 *start = reader.at;
  guint8 *at = to;
  HubProperty property;

  while (hub_property_next (&reader, &property))
    {
      if (is_forwarded (property.id))
        at = write_span (at, (HubSpan){ start, (gsize) (reader.at - start) });
      start = reader.at;
    }
  return (gsize) (at - to);
}

/**
 * hub_message_new:
 * @publish: a decoded PUBLISH, or a will, with its topic in full; copied
 * @publisher: the Client Identifier of who publishes it; copied
 * @expires_us: when it expires, microseconds on the core's clock, or %HUB_MESSAGE_NEVER
 *
 * Spec: MQTT 5.0 section 3.3.2.3 [MQTT-3.3.2-4], [MQTT-3.3.2-15] to [MQTT-3.3.2-20].
 *
 * Returns: (transfer full): the message, to be freed with [method@Hub.Message.unref]
 */
HubMessage *
hub_message_new (const HubPublish *publish, HubSpan publisher, gint64 expires_us)
{
  return hub_message_new_recorded (publish, publisher, expires_us, (HubSpan){ NULL, 0 });
}

/**
 * hub_message_new_recorded:
 * @publish: as for [ctor@Hub.Message.new]
 * @publisher: as there
 * @expires_us: as there
 * @log_properties: encoded properties that the broker adds; copied
 *
 * Returns: (transfer full): the message, to be freed with [method@Hub.Message.unref]
 */
HubMessage *
hub_message_new_recorded (const HubPublish *publish, HubSpan publisher, gint64 expires_us, HubSpan log_properties)
{
  gsize remaining = 2 + publish->topic.size + publish->payload.size;
  gsize size = hub_fixed_header_size (remaining) + remaining;
  gsize room = size + publish->properties.block.size + log_properties.size + publisher.size;
  HubMessage *self = g_malloc (sizeof (HubMessage) + room);
  guint8 *at = self->bytes;

  at += hub_fixed_header_write (at, HUB_PACKET_PUBLISH << 4, remaining);
  at = write_u16 (at, (guint16) publish->topic.size);
  self->topic = (HubSpan){ at, publish->topic.size };
  at = write_span (at, publish->topic);
  self->payload = (HubSpan){ at, publish->payload.size };
  at = write_span (at, publish->payload);

  self->properties_size = (guint32) copy_forwarded (publish->properties.block, at);
  at += self->properties_size;
  self->log_properties_size = (guint32) log_properties.size;
  at = write_span (at, log_properties);
  self->publisher_size = (guint16) publisher.size;
  write_span (at, publisher);

  self->expires_us = expires_us;
  self->retained_order = 0;
  self->qos = publish->qos;
  self->is_retain = publish->is_retain;
  g_atomic_ref_count_init (&self->n_refs);
  return self;
}

/**
 * hub_message_ref:
 * @self: a message
 *
 * Thread: any.
 *
 * Returns: (transfer full): @self
 */
HubMessage *
hub_message_ref (HubMessage *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

/**
 * hub_message_unref:
 * @self: (transfer full): a message
 *
 * Thread: any.
 */
void
hub_message_unref (HubMessage *self)
{
  if (g_atomic_ref_count_dec (&self->n_refs))
    g_free (self);
}

/**
 * hub_message_packet_size:
 * @self: a message
 * @version: the receiver's version
 * @delivery: what the receiver's packet has of its own
 *
 * Returns: the size of the receiver's PUBLISH, bytes
 */
gsize
hub_message_packet_size (const HubMessage *self, HubVersion version, const HubDelivery *delivery)
{
  gsize remaining = remaining_size (self, version, delivery);

  return hub_fixed_header_size (remaining) + remaining;
}

/**
 * hub_message_write_head:
 * @self: a message
 * @version: the receiver's version
 * @delivery: what the receiver's packet has of its own
 * @out: room for [method@Hub.Message.packet_size] bytes less those of the payload
 *
 * Writes everything of the receiver's PUBLISH that comes before the payload.
 *
 * Returns: the number of bytes written
 */
gsize
hub_message_write_head (const HubMessage *self, HubVersion version, const HubDelivery *delivery, guint8 *out)
{
  gboolean is_5_0 = version == HUB_VERSION_5_0;
  HubSpan topic_with_size = { self->topic.data - 2, 2 + self->topic.size };
  guint8 *at = out;

  at += hub_fixed_header_write (at, first_byte (delivery), remaining_size (self, version, delivery));
  at = is_5_0 && delivery->is_topic_known ? write_u16 (at, 0) : write_span (at, topic_with_size);
  if (delivery->qos > 0)
    at = write_u16 (at, delivery->packet_id);
  if (is_5_0)
    at = write_properties (self, delivery, at);
  return (gsize) (at - out);
}
