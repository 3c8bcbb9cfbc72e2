/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode-private.h"

#include "broker/wire/hub-topic.h"

#define FLAGS_ANY 0xff

/* What the low four bits of the first byte must be; MQTT 5.0, section 2.1.3 [MQTT-2.1.3-1]. */
static const guint8 flags_of_type[16] = {
  [HUB_PACKET_PUBLISH] = FLAGS_ANY,
  [HUB_PACKET_PUBREL] = 0x02,
  [HUB_PACKET_SUBSCRIBE] = 0x02,
  [HUB_PACKET_UNSUBSCRIBE] = 0x02,
};

static gboolean
check_flags (HubVersion version, const HubFixedHeader *header, GError **error)
{
  guint8 wanted = flags_of_type[header->type & 0x0f];
  guint8 flags = header->flags;

  /* MQTT 3.1 resends these three with DUP, section 2.1. */
  if (version == HUB_VERSION_3_1 && wanted == 0x02)
    flags &= 0x07;
  if (wanted != FLAGS_ANY && flags != wanted)
    {
      g_set_error (error,
                   HUB_MQTT_ERROR,
                   HUB_REASON_MALFORMED_PACKET,
                   "flags %x in a packet of type %u, where they are %x",
                   header->flags,
                   header->type,
                   wanted);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_packet_id (HubReader *reader, guint16 *packet_id, GError **error)
{
  if (!hub_reader_u16 (reader, packet_id))
    return hub_decode_fail_cut (error);
  if (*packet_id == 0)
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "packet identifier 0");
  return TRUE;
}

/* A topic may be empty where an alias stands for it [MQTT-4.7.3-1]. */
static gboolean
check_topic (const HubPublish *publish, GError **error)
{
  if (publish->topic.size == 0 && hub_properties_have (&publish->properties, HUB_PROPERTY_TOPIC_ALIAS))
    return TRUE;
  if (hub_topic_name_is_valid (publish->topic))
    return TRUE;
  return hub_decode_fail (error,
                          publish->topic.size == 0 ? HUB_REASON_PROTOCOL_ERROR : HUB_REASON_TOPIC_NAME_INVALID,
                          "the topic name is empty, too deep, or has a wildcard");
}

static gboolean
decode_publish (HubVersion version, HubReader *reader, guint8 flags, HubPublish *publish, GError **error)
{
  publish->qos = (flags >> 1) & 0x03;
  publish->is_retain = (flags & 0x01) != 0;
  publish->is_dup = (flags & 0x08) != 0;
  publish->packet_id = 0;

  if (publish->qos > 2)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "QoS 3");
  if (publish->qos == 0 && publish->is_dup)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "DUP at QoS 0");
  if (!hub_decode_text (reader, &publish->topic, error))
    return FALSE;
  if (publish->qos > 0 && !read_packet_id (reader, &publish->packet_id, error))
    return FALSE;
  if (!hub_decode_properties (version, reader, HUB_PACKET_PUBLISH, &publish->properties, error) ||
      !check_topic (publish, error))
    return FALSE;
  publish->payload = hub_reader_rest (reader);
  return TRUE;
}

/*
 * The end of the packets that may stop short in 5.0: nothing, a Reason Code, or a Reason Code and properties
 * [MQTT-2.2.2-1].
 */
static gboolean
decode_reason (HubVersion version,
               HubReader *reader,
               HubPacketType type,
               guint8 *reason,
               HubProperties *properties,
               GError **error)
{
  *reason = HUB_REASON_SUCCESS;
  hub_properties_init (properties);
  if (version != HUB_VERSION_5_0 || hub_reader_left (reader) == 0)
    return hub_decode_end (reader, error);

  if (!hub_reader_u8 (reader, reason))
    return hub_decode_fail_cut (error);
  if (!hub_reason_belongs_to (*reason, type))
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "a reason code that this packet does not have");
  if (hub_reader_left (reader) > 0 && !hub_decode_properties (version, reader, type, properties, error))
    return FALSE;
  return hub_decode_end (reader, error);
}

/* AUTH tells its method wherever it tells anything; MQTT 5.0, section 3.15.2.2.2. */
static gboolean
decode_auth (HubVersion version, HubReader *reader, HubGoodbye *auth, GError **error)
{
  if (!decode_reason (version, reader, HUB_PACKET_AUTH, &auth->reason, &auth->properties, error))
    return FALSE;
  if (auth->reason != HUB_REASON_SUCCESS && !hub_properties_have (&auth->properties, HUB_PROPERTY_AUTHENTICATION_METHOD))
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "AUTH without a method");
  return TRUE;
}

static gboolean
decode_ack (HubVersion version, HubReader *reader, HubPacketType type, HubAck *ack, GError **error)
{
  return read_packet_id (reader, &ack->packet_id, error) &&
         decode_reason (version, reader, type, &ack->reason, &ack->properties, error);
}

/* MQTT 3.x has two bits of QoS; 5.0, section 3.8.3.1, has more, and its Retain Handling ends at 2. */
static gboolean
check_options (HubVersion version, guint8 options, GError **error)
{
  guint8 reserved = version == HUB_VERSION_5_0 ? 0xc0 : 0xfc;

  if ((options & reserved) != 0 || (options & HUB_SUBSCRIPTION_QOS) == 3)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "reserved bits or QoS 3 in a subscription");
  if (HUB_SUBSCRIPTION_RETAIN_HANDLING (options) == 3)
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "retain handling 3 in a subscription");
  return TRUE;
}

static gboolean
decode_filters (HubVersion version, HubReader *reader, HubPacketType type, HubFilterList *list, GError **error)
{
  list->n_filters = 0;
  if (!read_packet_id (reader, &list->packet_id, error) ||
      !hub_decode_properties (version, reader, type, &list->properties, error))
    return FALSE;

  list->filters = *reader;
  while (hub_reader_left (reader) > 0)
    {
      HubSpan filter;
      guint8 options;

      if (!hub_decode_text (reader, &filter, error))
        return FALSE;
      if (type == HUB_PACKET_SUBSCRIBE)
        {
          if (!hub_reader_u8 (reader, &options))
            return hub_decode_fail_cut (error);
          if (!check_options (version, options, error))
            return FALSE;
        }
      list->n_filters++;
    }

  if (list->n_filters == 0)
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "no topic filter");
  return TRUE;
}

static gboolean
decode_suback (HubVersion version, HubReader *reader, HubPacketType type, HubSuback *suback, GError **error)
{
  if (!read_packet_id (reader, &suback->packet_id, error) ||
      !hub_decode_properties (version, reader, type, &suback->properties, error))
    return FALSE;
  suback->codes = hub_reader_rest (reader);
  if (version != HUB_VERSION_5_0)
    {
      if (type == HUB_PACKET_UNSUBACK && suback->codes.size > 0)
        return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "bytes behind the last field");
      return TRUE;
    }
  for (gsize i = 0; i < suback->codes.size; i++)
    if (!hub_reason_belongs_to (suback->codes.data[i], type))
      return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "a reason code that this packet does not have");
  return TRUE;
}

/*
 * hub_decode_fail:
 *
 * Returns: %FALSE, so that it can be returned
 */
gboolean
hub_decode_fail (GError **error, HubReason reason, const char *what)
{
  g_set_error_literal (error, HUB_MQTT_ERROR, (int) reason, what);
  return FALSE;
}

/* The fault of a packet that ends too early. */
gboolean
hub_decode_fail_cut (GError **error)
{
  return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a field reaches beyond the end of its packet");
}

/* A UTF-8 Encoded String; MQTT 5.0, section 1.5.4. */
gboolean
hub_decode_text (HubReader *reader, HubSpan *text, GError **error)
{
  if (!hub_reader_binary (reader, text))
    return hub_decode_fail_cut (error);
  if (!hub_utf8_is_valid (*text))
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a string is not valid UTF-8, or holds U+0000");
  return TRUE;
}

/* That there is nothing more. */
gboolean
hub_decode_end (const HubReader *reader, GError **error)
{
  if (hub_reader_left (reader) > 0)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "bytes behind the last field");
  return TRUE;
}

/*
 * hub_decode_properties:
 * @version: the version of the connection; before 5.0 there are no properties, and none are read
 */
gboolean
hub_decode_properties (HubVersion version,
                       HubReader *reader,
                       HubPropertyPlace place,
                       HubProperties *properties,
                       GError **error)
{
  if (version == HUB_VERSION_5_0)
    return hub_properties_read (reader, place, properties, error);
  hub_properties_init (properties);
  return TRUE;
}

/**
 * hub_fixed_header_read:
 * @bytes: what has arrived of a packet, and maybe of others behind it
 * @max_packet_bytes: the largest packet to be accepted, the Fixed Header counted
 * @header: (out): the Fixed Header, when the result is %HUB_FRAME_COMPLETE, or %HUB_FRAME_CUT and
 *   its header_size is not 0
 * @error: return location
 *
 * Finds out whether a packet is complete. A claim of more than @max_packet_bytes is refused as soon as
 * it can be read, so that nobody waits or allocates for it; so is a Remaining Length of five bytes, and
 * one that is not in the fewest bytes.
 *
 * Spec: MQTT 5.0 section 2.1.4, 1.5.5 [MQTT-1.5.5-1].
 *
 * Returns: what was found; @error is set exactly with %HUB_FRAME_BAD, to
 *   %HUB_REASON_MALFORMED_PACKET or %HUB_REASON_PACKET_TOO_LARGE
 */
HubFrameResult
hub_fixed_header_read (HubSpan bytes, gsize max_packet_bytes, HubFixedHeader *header, GError **error)
{
  guint32 remaining = 0;
  guint8 used = 1;
  guint8 byte;

  *header = (HubFixedHeader){ 0 };
  if (bytes.size == 0)
    return HUB_FRAME_CUT;

  do
    {
      if (used == 5)
        {
          hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a remaining length of more than four bytes");
          return HUB_FRAME_BAD;
        }
      if (bytes.size <= used)
        return HUB_FRAME_CUT;
      byte = bytes.data[used];
      remaining |= (guint32) (byte & 0x7f) << (7 * (used - 1));
      used++;
    }
  while ((byte & 0x80) != 0);

  if (used > 2 && byte == 0)
    {
      hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a remaining length in more bytes than it needs");
      return HUB_FRAME_BAD;
    }

  header->type = bytes.data[0] >> 4;
  header->flags = bytes.data[0] & 0x0f;
  header->header_size = used;
  header->remaining_size = remaining;

  if (header->type == 0)
    {
      hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "packet type 0");
      return HUB_FRAME_BAD;
    }
  if ((gsize) used + remaining > max_packet_bytes)
    {
      g_set_error (error,
                   HUB_MQTT_ERROR,
                   HUB_REASON_PACKET_TOO_LARGE,
                   "packet of %" G_GSIZE_FORMAT " bytes, at most %" G_GSIZE_FORMAT " allowed",
                   (gsize) used + remaining,
                   max_packet_bytes);
      return HUB_FRAME_BAD;
    }
  return bytes.size >= (gsize) used + remaining ? HUB_FRAME_COMPLETE : HUB_FRAME_CUT;
}

/**
 * hub_packet_decode:
 * @version: the version of the connection; %HUB_VERSION_NONE before CONNECT
 * @header: the Fixed Header
 * @body: the `remaining_size` bytes behind it
 * @packet: (out): the packet; its spans point into @body
 * @error: return location
 *
 * Decodes one packet of either direction and checks everything that the bytes alone can tell. Whether
 * the packet may be sent now, and by this side, is for the caller to say.
 *
 * Thread: any. Complexity: linear in the size of @body; nothing is allocated.
 *
 * Returns: %TRUE when it is well formed, %FALSE with @error set: %HUB_REASON_MALFORMED_PACKET,
 *   %HUB_REASON_PROTOCOL_ERROR, %HUB_REASON_TOPIC_NAME_INVALID, %HUB_REASON_TOPIC_ALIAS_INVALID, or, for CONNECT
 *   alone, %HUB_REASON_UNSUPPORTED_VERSION; then the version in @packet is right if it could be read
 */
gboolean
hub_packet_decode (HubVersion version,
                   const HubFixedHeader *header,
                   HubSpan body,
                   HubPacket *packet,
                   GError **error)
{
  HubReader reader = hub_reader_init (body);

  g_return_val_if_fail (header->remaining_size == body.size, FALSE);

  if (!check_flags (version, header, error))
    return FALSE;

  packet->type = (HubPacketType) header->type;
  switch (packet->type)
    {
    case HUB_PACKET_CONNECT:
      return hub_decode_connect (&reader, &packet->connect, error);
    case HUB_PACKET_CONNACK:
      return hub_decode_connack (version, &reader, &packet->connack, error);
    case HUB_PACKET_PUBLISH:
      return decode_publish (version, &reader, header->flags, &packet->publish, error);
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
      return decode_ack (version, &reader, packet->type, &packet->ack, error);
    case HUB_PACKET_SUBSCRIBE:
    case HUB_PACKET_UNSUBSCRIBE:
      return decode_filters (version, &reader, packet->type, &packet->filters, error);
    case HUB_PACKET_SUBACK:
    case HUB_PACKET_UNSUBACK:
      return decode_suback (version, &reader, packet->type, &packet->suback, error);
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_PINGRESP:
      return hub_decode_end (&reader, error);
    case HUB_PACKET_DISCONNECT:
      return decode_reason (version, &reader, packet->type, &packet->goodbye.reason, &packet->goodbye.properties, error);
    case HUB_PACKET_AUTH:
      if (version == HUB_VERSION_5_0)
        return decode_auth (version, &reader, &packet->goodbye, error);
      G_GNUC_FALLTHROUGH;
    default:
      return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a packet type that this version does not have");
    }
}

/**
 * hub_filter_list_next_subscription:
 * @list: (inout): a decoded SUBSCRIBE
 * @filter: (out): a Topic Filter: UTF-8, otherwise unchecked
 * @options: (out): the options: the Requested QoS, 0 to 2, and in 5.0 %HUB_SUBSCRIPTION_NO_LOCAL and the like
 *
 * Returns: %FALSE behind the last one
 */
gboolean
hub_filter_list_next_subscription (HubFilterList *list, HubSpan *filter, guint8 *options)
{
  return hub_reader_binary (&list->filters, filter) && hub_reader_u8 (&list->filters, options);
}

/**
 * hub_filter_list_next_filter:
 * @list: (inout): a decoded UNSUBSCRIBE
 * @filter: (out): a Topic Filter: UTF-8, otherwise unchecked
 *
 * Returns: %FALSE behind the last one
 */
gboolean
hub_filter_list_next_filter (HubFilterList *list, HubSpan *filter)
{
  return hub_reader_binary (&list->filters, filter);
}
