/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HUB_MESSAGE_NEVER:
 *
 * The time at which a message expires that does not.
 */
#define HUB_MESSAGE_NEVER G_MAXINT64

/**
 * HubMessage:
 * @topic: the Topic Name
 * @payload: the Application Message
 * @expires_us: when it is not to be sent any more, microseconds on the core's clock; or %HUB_MESSAGE_NEVER
 * @qos: the QoS it was published with
 * @is_retain: whether it was published with RETAIN
 *
 * A published message: one immutable, reference-counted block that all receivers share. What a
 * receiver needs of its own is only the head: packet identifier, flags, and in 5.0 some properties.
 */
typedef struct
{
  HubSpan topic;
  HubSpan payload;
  gint64 expires_us;
  /*< private >*/
  guint64 retained_order; /* which of all that were retained; set by who retains it */
  guint32 properties_size;
  guint32 log_properties_size;
  guint16 publisher_size;
  /*< public >*/
  guint8 qos;
  bool is_retain : 1;
  /*< private >*/
  gatomicrefcount n_refs;
  guint8 bytes[]; /* the PUBLISH of MQTT 3.x at QoS 0, then properties, further ones, and the publisher */
} HubMessage;

/**
 * HubDelivery:
 * @packet_id: 0 at QoS 0
 * @qos: the QoS of the delivery
 * @is_retain: RETAIN
 * @is_dup: DUP
 * @has_expiry: whether @expiry_s is told
 * @is_topic_known: whether the receiver knows the topic by its alias, so that it is left out
 * @alias: the Topic Alias; 0: none
 * @expiry_s: the Message Expiry Interval that is left, seconds
 * @identifiers: the Subscription Identifiers, encoded as properties
 * @more: further properties, encoded; they come last
 *
 * What one receiver's PUBLISH has of its own. All from @has_expiry on is of MQTT 5.0, and left out in 3.x.
 */
typedef struct
{
  guint16 packet_id;
  guint8 qos;
  bool is_retain : 1;
  bool is_dup : 1;
  bool has_expiry : 1;
  bool is_topic_known : 1;
  guint16 alias;
  guint32 expiry_s;
  HubSpan identifiers;
  HubSpan more;
} HubDelivery;

HubMessage *hub_message_new (const HubPublish *publish, HubSpan publisher, gint64 expires_us) G_GNUC_WARN_UNUSED_RESULT;
HubMessage *hub_message_new_recorded (const HubPublish *publish,
                                      HubSpan publisher,
                                      gint64 expires_us,
                                      HubSpan log_properties) G_GNUC_WARN_UNUSED_RESULT;
HubMessage *hub_message_ref (HubMessage *self);
void hub_message_unref (HubMessage *self);

/**
 * hub_message_get_plain:
 * @self: a message
 *
 * Returns: the whole message as the PUBLISH of MQTT 3.x at QoS 0; topic and payload lie inside
 */
static inline HubSpan
hub_message_get_plain (const HubMessage *self)
{
  return (HubSpan){ self->bytes, (gsize) (self->payload.data + self->payload.size - self->bytes) };
}

/**
 * hub_message_get_properties:
 * @self: a message
 *
 * Returns: the properties of MQTT 5.0 that go to each receiver as they came, in their order: format, content type,
 *   Response Topic, Correlation Data and User Properties
 */
static inline HubSpan
hub_message_get_properties (const HubMessage *self)
{
  return (HubSpan){ self->payload.data + self->payload.size, self->properties_size };
}

/**
 * hub_message_get_log_properties:
 * @self: a message
 *
 * Returns: further properties, that the broker says of what it has recorded; they come last, where there is room
 */
static inline HubSpan
hub_message_get_log_properties (const HubMessage *self)
{
  return (HubSpan){ self->payload.data + self->payload.size + self->properties_size, self->log_properties_size };
}

/**
 * hub_message_get_publisher:
 * @self: a message
 *
 * Returns: the Client Identifier of who published it; empty where it was the broker
 */
static inline HubSpan
hub_message_get_publisher (const HubMessage *self)
{
  HubSpan before = hub_message_get_log_properties (self);

  return (HubSpan){ before.data + before.size, self->publisher_size };
}

gsize hub_message_packet_size (const HubMessage *self, HubVersion version, const HubDelivery *delivery);
gsize hub_message_write_head (const HubMessage *self, HubVersion version, const HubDelivery *delivery, guint8 *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubMessage, hub_message_unref)

G_END_DECLS
