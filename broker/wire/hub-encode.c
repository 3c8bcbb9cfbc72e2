/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-encode.h"

#include <string.h>

static void
append_u8 (GByteArray *out, guint8 value)
{
  g_byte_array_append (out, &value, 1);
}

static void
append_u16 (GByteArray *out, guint16 value)
{
  guint8 bytes[2] = { (guint8) (value >> 8), (guint8) value };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_span (GByteArray *out, HubSpan span)
{
  if (span.size > 0)
    g_byte_array_append (out, span.data, (guint) span.size);
}

static void
append_binary (GByteArray *out, HubSpan span)
{
  g_assert (span.size <= G_MAXUINT16);
  append_u16 (out, (guint16) span.size);
  append_span (out, span);
}

static void
append_header (GByteArray *out, HubPacketType type, guint8 flags, gsize remaining)
{
  guint8 header[HUB_FIXED_HEADER_SIZE_MAX];
  gsize size = hub_fixed_header_write (header, (guint8) (type << 4 | flags), remaining);

  g_byte_array_append (out, header, (guint) size);
}

/**
 * hub_fixed_header_size:
 * @remaining: bytes behind the header, at most 268,435,455
 *
 * Returns: how many bytes [func@Hub.fixed_header_write] will write: 2 to 5
 */
gsize
hub_fixed_header_size (gsize remaining)
{
  gsize size = 2;

  while ((remaining >>= 7) > 0)
    size++;
  return size;
}

/**
 * hub_fixed_header_write:
 * @out: room for the header
 * @first: packet type and flags
 * @remaining: bytes behind the header, at most 268,435,455
 *
 * Spec: MQTT 5.0 section 2.1.
 *
 * Returns: the number of bytes written
 */
gsize
hub_fixed_header_write (guint8 out[HUB_FIXED_HEADER_SIZE_MAX], guint8 first, gsize remaining)
{
  gsize size = 0;

  out[size++] = first;
  do
    {
      guint8 byte = remaining & 0x7f;

      remaining >>= 7;
      out[size++] = remaining > 0 ? byte | 0x80 : byte;
    }
  while (remaining > 0);
  return size;
}

/**
 * hub_encode_ack:
 * @version: the version of the connection
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @packet_id: the Packet Identifier
 * @reason: the Reason Code; 3.x has none
 * @out: room for the packet
 *
 * Returns: the number of bytes written
 */
gsize
hub_encode_ack (HubVersion version,
                HubPacketType type,
                guint16 packet_id,
                HubReason reason,
                guint8 out[HUB_SHORT_PACKET_SIZE])
{
  gboolean has_reason = version == HUB_VERSION_5_0 && reason != HUB_REASON_SUCCESS;

  out[0] = (guint8) (type << 4 | (type == HUB_PACKET_PUBREL ? 2 : 0));
  out[1] = has_reason ? 3 : 2;
  out[2] = (guint8) (packet_id >> 8);
  out[3] = (guint8) packet_id;
  out[4] = (guint8) reason;
  return 2u + out[1];
}

/**
 * hub_encode_empty:
 * @type: PINGREQ or PINGRESP; in 3.x DISCONNECT
 * @out: room for the packet
 *
 * Returns: the number of bytes written
 */
gsize
hub_encode_empty (HubPacketType type, guint8 out[HUB_SHORT_PACKET_SIZE])
{
  out[0] = (guint8) (type << 4);
  out[1] = 0;
  return 2;
}

static void
append_properties (GByteArray *out, HubVersion version, const HubProperties *properties)
{
  static const HubProperties none = { 0 };

  if (version == HUB_VERSION_5_0)
    hub_properties_append (out, properties != NULL ? properties : &none);
}

static gsize
properties_size (HubVersion version, const HubProperties *properties)
{
  if (version != HUB_VERSION_5_0)
    return 0;
  return properties != NULL ? hub_properties_size (properties) : 1;
}

/**
 * hub_encode_connect:
 * @out: (inout): where the packet is appended
 * @connect: what to say, in the version that it names
 *
 * Appends a CONNECT.
 */
void
hub_encode_connect (GByteArray *out, const HubConnect *connect)
{
  HubSpan name = connect->version == HUB_VERSION_3_1 ? HUB_SPAN_LITERAL ("MQIsdp") : HUB_SPAN_LITERAL ("MQTT");
  gsize remaining = 2 + name.size + 4 + 2 + connect->client_id.size;
  guint flags = connect->is_clean ? 0x02 : 0;

  remaining += properties_size (connect->version, &connect->properties);
  if (connect->has_will)
    {
      flags |= 0x04 | (guint) connect->will_qos << 3 | (connect->will_retain ? 0x20u : 0);
      remaining += 2 + connect->will_topic.size + 2 + connect->will_payload.size;
      remaining += properties_size (connect->version, &connect->will_properties);
    }
  if (connect->has_username)
    {
      flags |= 0x80;
      remaining += 2 + connect->username.size;
    }
  if (connect->has_password)
    {
      flags |= 0x40;
      remaining += 2 + connect->password.size;
    }

  append_header (out, HUB_PACKET_CONNECT, 0, remaining);
  append_binary (out, name);
  append_u8 (out, (guint8) connect->version);
  append_u8 (out, (guint8) flags);
  append_u16 (out, connect->keep_alive_s);
  append_properties (out, connect->version, &connect->properties);
  append_binary (out, connect->client_id);
  if (connect->has_will)
    {
      append_properties (out, connect->version, &connect->will_properties);
      append_binary (out, connect->will_topic);
      append_binary (out, connect->will_payload);
    }
  if (connect->has_username)
    append_binary (out, connect->username);
  if (connect->has_password)
    append_binary (out, connect->password);
}

/**
 * hub_encode_connack:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection; anything but 5.0 is answered in the form of 3.1.1
 * @connack: what to say
 *
 * Appends a CONNACK.
 */
void
hub_encode_connack (GByteArray *out, HubVersion version, const HubConnack *connack)
{
  append_header (out, HUB_PACKET_CONNACK, 0, 2 + properties_size (version, &connack->properties));
  append_u8 (out, connack->is_session_present ? 1 : 0);
  append_u8 (out, connack->code);
  append_properties (out, version, &connack->properties);
}

/**
 * hub_encode_publish:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection
 * @publish: what to say
 *
 * Appends a PUBLISH. What a broker sends to many is encoded by [struct@Hub.Message] instead.
 */
void
hub_encode_publish (GByteArray *out, HubVersion version, const HubPublish *publish)
{
  guint flags = (guint) publish->qos << 1 | (publish->is_retain ? 0x01u : 0) | (publish->is_dup ? 0x08u : 0);

  append_header (out,
                 HUB_PACKET_PUBLISH,
                 (guint8) flags,
                 2 + publish->topic.size + (publish->qos > 0 ? 2 : 0) +
                   properties_size (version, &publish->properties) + publish->payload.size);
  append_binary (out, publish->topic);
  if (publish->qos > 0)
    append_u16 (out, publish->packet_id);
  append_properties (out, version, &publish->properties);
  append_span (out, publish->payload);
}

/**
 * hub_encode_subscribe:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection
 * @packet_id: an unused Packet Identifier
 * @filter: a valid Topic Filter
 * @options: the QoS to ask for, 0 to 2; in 5.0 with the other options
 * @properties: (nullable): those of 5.0
 *
 * Appends a SUBSCRIBE with one filter.
 */
void
hub_encode_subscribe (GByteArray *out,
                      HubVersion version,
                      guint16 packet_id,
                      HubSpan filter,
                      guint8 options,
                      const HubProperties *properties)
{
  append_header (out,
                 HUB_PACKET_SUBSCRIBE,
                 0x02,
                 2 + properties_size (version, properties) + 2 + filter.size + 1);
  append_u16 (out, packet_id);
  append_properties (out, version, properties);
  append_binary (out, filter);
  append_u8 (out, options);
}

/**
 * hub_encode_subscribe_all:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection
 * @packet_id: an unused Packet Identifier
 * @filters: (array zero-terminated=1): valid Topic Filters, at least one
 * @options: the QoS to ask for, 0 to 2; in 5.0 with the other options
 * @properties: (nullable): those of 5.0
 *
 * Appends a SUBSCRIBE with several filters.
 */
void
hub_encode_subscribe_all (GByteArray *out,
                          HubVersion version,
                          guint16 packet_id,
                          const char *const *filters,
                          guint8 options,
                          const HubProperties *properties)
{
  gsize size = 2 + properties_size (version, properties);

  for (gsize i = 0; filters[i] != NULL; i++)
    size += 2 + strlen (filters[i]) + 1;
  append_header (out, HUB_PACKET_SUBSCRIBE, 0x02, size);
  append_u16 (out, packet_id);
  append_properties (out, version, properties);
  for (gsize i = 0; filters[i] != NULL; i++)
    {
      append_binary (out, hub_span_from_string (filters[i]));
      append_u8 (out, options);
    }
}

/**
 * hub_encode_suback:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection
 * @type: SUBACK or UNSUBACK
 * @packet_id: the Packet Identifier of the SUBSCRIBE or UNSUBSCRIBE
 * @codes: one for each of its filters; UNSUBACK of 3.x leaves them out
 *
 * Appends a SUBACK or UNSUBACK.
 */
void
hub_encode_suback (GByteArray *out, HubVersion version, HubPacketType type, guint16 packet_id, HubSpan codes)
{
  if (type == HUB_PACKET_UNSUBACK && version != HUB_VERSION_5_0)
    codes.size = 0;
  append_header (out, type, 0, 2 + properties_size (version, NULL) + codes.size);
  append_u16 (out, packet_id);
  append_properties (out, version, NULL);
  append_span (out, codes);
}

/**
 * hub_encode_unsubscribe:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection
 * @packet_id: an unused Packet Identifier
 * @filter: the filter of the subscription
 *
 * Appends an UNSUBSCRIBE with one filter.
 */
void
hub_encode_unsubscribe (GByteArray *out, HubVersion version, guint16 packet_id, HubSpan filter)
{
  append_header (out, HUB_PACKET_UNSUBSCRIBE, 0x02, 2 + properties_size (version, NULL) + 2 + filter.size);
  append_u16 (out, packet_id);
  append_properties (out, version, NULL);
  append_binary (out, filter);
}

/**
 * hub_encode_goodbye:
 * @out: (inout): where the packet is appended
 * @version: the version of the connection; 3.x says nothing but that it ends
 * @type: DISCONNECT, or in 5.0 AUTH
 * @goodbye: what to say
 *
 * Appends a DISCONNECT or AUTH, in its shortest form.
 */
void
hub_encode_goodbye (GByteArray *out, HubVersion version, HubPacketType type, const HubGoodbye *goodbye)
{
  gsize size = properties_size (version, &goodbye->properties);
  gboolean is_long = size > 1;
  gboolean has_reason = version == HUB_VERSION_5_0 && (is_long || goodbye->reason != HUB_REASON_SUCCESS);

  append_header (out, type, 0, (has_reason ? 1u : 0) + (is_long ? size : 0));
  if (has_reason)
    append_u8 (out, goodbye->reason);
  if (is_long)
    append_properties (out, version, &goodbye->properties);
}
