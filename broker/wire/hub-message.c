/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-message.h"

#include "broker/wire/hub-encode.h"

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

static gsize
remaining_size (const HubMessage *self, const HubDelivery *delivery)
{
  return 2 + self->topic.size + (delivery->qos > 0 ? 2 : 0) + self->payload.size;
}

/**
 * hub_message_new:
 * @publish: a decoded PUBLISH or a will; copied
 *
 * Returns: (transfer full): the message, to be freed with [method@Hub.Message.unref]
 */
HubMessage *
hub_message_new (const HubPublish *publish)
{
  gsize remaining = 2 + publish->topic.size + publish->payload.size;
  gsize size = hub_fixed_header_size (remaining) + remaining;
  HubMessage *self = g_atomic_rc_box_alloc (sizeof (HubMessage) + size);
  guint8 *at = self->bytes;

  at += hub_fixed_header_write (at, HUB_PACKET_PUBLISH << 4, remaining);
  *at++ = (guint8) (publish->topic.size >> 8);
  *at++ = (guint8) publish->topic.size;
  self->topic = (HubSpan){ at, publish->topic.size };
  memcpy (at, publish->topic.data, publish->topic.size);
  at += publish->topic.size;
  self->payload = (HubSpan){ at, publish->payload.size };
  if (publish->payload.size > 0)
    memcpy (at, publish->payload.data, publish->payload.size);

  self->plain = (HubSpan){ self->bytes, size };
  self->qos = publish->qos;
  self->is_retain = publish->is_retain;
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
  return g_atomic_rc_box_acquire (self);
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
  g_atomic_rc_box_release (self);
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
  gsize remaining = remaining_size (self, delivery);

  g_assert (version != HUB_VERSION_5_0);
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
  const guint8 *topic_with_size = self->topic.data - 2;
  guint8 *at = out;

  g_assert (version != HUB_VERSION_5_0);
  at += hub_fixed_header_write (at, first_byte (delivery), remaining_size (self, delivery));
  memcpy (at, topic_with_size, 2 + self->topic.size);
  at += 2 + self->topic.size;
  if (delivery->qos > 0)
    {
      *at++ = (guint8) (delivery->packet_id >> 8);
      *at++ = (guint8) delivery->packet_id;
    }
  return (gsize) (at - out);
}
