/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-reader.h"
#include "broker/wire/hub-reason.h"

G_BEGIN_DECLS

/**
 * HubPropertyId:
 *
 * The properties of MQTT 5.0, section 2.2.2.2.
 */
typedef enum
{
  HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR = 0x01,
  HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL = 0x02,
  HUB_PROPERTY_CONTENT_TYPE = 0x03,
  HUB_PROPERTY_RESPONSE_TOPIC = 0x08,
  HUB_PROPERTY_CORRELATION_DATA = 0x09,
  HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER = 0x0b,
  HUB_PROPERTY_SESSION_EXPIRY_INTERVAL = 0x11,
  HUB_PROPERTY_ASSIGNED_CLIENT_IDENTIFIER = 0x12,
  HUB_PROPERTY_SERVER_KEEP_ALIVE = 0x13,
  HUB_PROPERTY_AUTHENTICATION_METHOD = 0x15,
  HUB_PROPERTY_AUTHENTICATION_DATA = 0x16,
  HUB_PROPERTY_REQUEST_PROBLEM_INFORMATION = 0x17,
  HUB_PROPERTY_WILL_DELAY_INTERVAL = 0x18,
  HUB_PROPERTY_REQUEST_RESPONSE_INFORMATION = 0x19,
  HUB_PROPERTY_RESPONSE_INFORMATION = 0x1a,
  HUB_PROPERTY_SERVER_REFERENCE = 0x1c,
  HUB_PROPERTY_REASON_STRING = 0x1f,
  HUB_PROPERTY_RECEIVE_MAXIMUM = 0x21,
  HUB_PROPERTY_TOPIC_ALIAS_MAXIMUM = 0x22,
  HUB_PROPERTY_TOPIC_ALIAS = 0x23,
  HUB_PROPERTY_MAXIMUM_QOS = 0x24,
  HUB_PROPERTY_RETAIN_AVAILABLE = 0x25,
  HUB_PROPERTY_USER_PROPERTY = 0x26,
  HUB_PROPERTY_MAXIMUM_PACKET_SIZE = 0x27,
  HUB_PROPERTY_WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28,
  HUB_PROPERTY_SUBSCRIPTION_IDENTIFIERS_AVAILABLE = 0x29,
  HUB_PROPERTY_SHARED_SUBSCRIPTION_AVAILABLE = 0x2a,
} HubPropertyId;

/**
 * HubPropertyPlace:
 *
 * Where properties stand: in a packet, by its [enum@Hub.PacketType], or at %HUB_PROPERTY_PLACE_WILL.
 */
typedef guint HubPropertyPlace;

/**
 * HUB_PROPERTY_PLACE_WILL:
 *
 * The Will Properties, inside CONNECT.
 */
#define HUB_PROPERTY_PLACE_WILL 0

/**
 * HubProperty:
 * @id: which one
 * @number: the value of those that are numbers
 * @text: the value of those that are text or bytes; the name of a User Property
 * @value: the value of a User Property
 *
 * One property, as it stands in a packet.
 */
typedef struct
{
  HubPropertyId id;
  guint32 number;
  HubSpan text;
  HubSpan value;
} HubProperty;

/**
 * HubProperties:
 * @present: a bit for each [enum@Hub.PropertyId] that is there; the other fields mean nothing without theirs
 * @block: when decoded: all of them as they stood in the packet, without their length
 * @more: when encoding: User Properties and whatever else is to be appended as it is
 *
 * The properties of a packet. The numbers are named after [enum@Hub.PropertyId]; intervals are in seconds. Of a
 * Subscription Identifier that is there more than once the first one; for the others, and for User
 * Properties, [func@Hub.property_next] goes through @block.
 */
typedef struct
{
  guint64 present;
  HubSpan block;
  HubSpan more;
  guint32 payload_format_indicator;
  guint32 message_expiry_interval;
  guint32 subscription_identifier;
  guint32 session_expiry_interval;
  guint32 server_keep_alive;
  guint32 request_problem_information;
  guint32 will_delay_interval;
  guint32 request_response_information;
  guint32 receive_maximum;
  guint32 topic_alias_maximum;
  guint32 topic_alias;
  guint32 maximum_qos;
  guint32 retain_available;
  guint32 maximum_packet_size;
  guint32 wildcard_subscription_available;
  guint32 subscription_identifiers_available;
  guint32 shared_subscription_available;
  HubSpan content_type;
  HubSpan response_topic;
  HubSpan correlation_data;
  HubSpan assigned_client_identifier;
  HubSpan authentication_method;
  HubSpan authentication_data;
  HubSpan response_information;
  HubSpan server_reference;
  HubSpan reason_string;
} HubProperties;

/**
 * hub_properties_have:
 * @self: properties
 * @id: one of them
 *
 * Returns: whether @id is there
 */
static inline gboolean
hub_properties_have (const HubProperties *self, HubPropertyId id)
{
  return (self->present >> id & 1) != 0;
}

void hub_properties_init (HubProperties *self);
void hub_properties_set_number (HubProperties *self, HubPropertyId id, guint32 number);
void hub_properties_set_text (HubProperties *self, HubPropertyId id, HubSpan text);

gboolean hub_properties_read (HubReader *reader, HubPropertyPlace place, HubProperties *self, GError **error);
gboolean hub_property_next (HubReader *reader, HubProperty *property);

gsize hub_properties_size (const HubProperties *self);
void hub_properties_append (GByteArray *out, const HubProperties *self);

gsize hub_varint_size (guint32 value);
gsize hub_varint_write (guint8 *out, guint32 value);

G_END_DECLS
