/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode.h"

#include "broker/wire/hub-topic.h"

#define CONNECT_FLAG_RESERVED 0x01
#define CONNECT_FLAG_CLEAN 0x02
#define CONNECT_FLAG_WILL 0x04
#define CONNECT_FLAG_WILL_RETAIN 0x20
#define CONNECT_FLAG_PASSWORD 0x40
#define CONNECT_FLAG_USERNAME 0x80

#define FLAGS_ANY 0xff

/* What the low four bits of the first byte must be; MQTT 5.0, section 2.1.3 [MQTT-2.1.3-1]. */
static const guint8 flags_of_type[16] = {
  [HUB_PACKET_PUBLISH] = FLAGS_ANY,
  [HUB_PACKET_PUBREL] = 0x02,
  [HUB_PACKET_SUBSCRIBE] = 0x02,
  [HUB_PACKET_UNSUBSCRIBE] = 0x02,
};

static gboolean
fail (GError **error, HubReason reason, const char *what)
{
  g_set_error_literal (error, HUB_MQTT_ERROR, (int) reason, what);
  return FALSE;
}

static gboolean
fail_cut (GError **error)
{
  return fail (error, HUB_REASON_MALFORMED_PACKET, "a field reaches beyond the end of its packet");
}

static gboolean
read_text (HubReader *reader, HubSpan *text, GError **error)
{
  if (!hub_reader_binary (reader, text))
    return fail_cut (error);
  if (!hub_utf8_is_valid (*text))
    return fail (error, HUB_REASON_MALFORMED_PACKET, "a string is not valid UTF-8, or holds U+0000");
  return TRUE;
}

static gboolean
read_packet_id (HubReader *reader, guint16 *packet_id, GError **error)
{
  if (!hub_reader_u16 (reader, packet_id))
    return fail_cut (error);
  if (*packet_id == 0)
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "packet identifier 0");
  return TRUE;
}

static gboolean
expect_end (const HubReader *reader, GError **error)
{
  if (hub_reader_left (reader) > 0)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "bytes behind the last field");
  return TRUE;
}

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
read_version (HubReader *reader, HubVersion *version, GError **error)
{
  HubSpan name;
  guint8 level;

  if (!hub_reader_binary (reader, &name))
    return fail_cut (error);
  if (hub_span_equal (name, HUB_SPAN_LITERAL ("MQTT")))
    *version = HUB_VERSION_3_1_1;
  else if (hub_span_equal (name, HUB_SPAN_LITERAL ("MQIsdp")))
    *version = HUB_VERSION_3_1;
  else
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "the protocol name is not MQTT");

  if (!hub_reader_u8 (reader, &level))
    return fail_cut (error);
  if (level != *version)
    {
      g_set_error (error, HUB_MQTT_ERROR, HUB_REASON_UNSUPPORTED_VERSION, "protocol level %u is not spoken here", level);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_connect_flags (HubReader *reader, HubConnect *connect, GError **error)
{
  guint8 flags;
  guint8 will_qos;

  if (!hub_reader_u8 (reader, &flags))
    return fail_cut (error);

  will_qos = (flags >> 3) & 0x03;
  connect->is_clean = (flags & CONNECT_FLAG_CLEAN) != 0;
  connect->has_will = (flags & CONNECT_FLAG_WILL) != 0;
  connect->has_username = (flags & CONNECT_FLAG_USERNAME) != 0;
  connect->has_password = (flags & CONNECT_FLAG_PASSWORD) != 0;

  if (connect->has_will)
    {
      if (will_qos > 2)
        return fail (error, HUB_REASON_MALFORMED_PACKET, "will QoS 3");
      connect->will_qos = will_qos;
      connect->will_retain = (flags & CONNECT_FLAG_WILL_RETAIN) != 0;
    }

  /* MQTT 3.1 knows the reserved bit as "not used", and does not tie the other flags together. */
  if (connect->version == HUB_VERSION_3_1)
    return TRUE;

  if ((flags & CONNECT_FLAG_RESERVED) != 0)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "the reserved connect flag is set");
  if (!connect->has_will && (will_qos != 0 || (flags & CONNECT_FLAG_WILL_RETAIN) != 0))
    return fail (error, HUB_REASON_MALFORMED_PACKET, "will QoS or will retain without a will");
  if (connect->version == HUB_VERSION_3_1_1 && connect->has_password && !connect->has_username)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "a password without a user name");
  return TRUE;
}

static gboolean
read_will (HubReader *reader, HubConnect *connect, GError **error)
{
  if (!read_text (reader, &connect->will_topic, error))
    return FALSE;
  if (!hub_topic_name_is_valid (connect->will_topic))
    return fail (error, HUB_REASON_TOPIC_NAME_INVALID, "the will topic is no topic name");
  if (!hub_reader_binary (reader, &connect->will_payload))
    return fail_cut (error);
  return TRUE;
}

static gboolean
read_credentials (HubReader *reader, HubConnect *connect, GError **error)
{
  /* In MQTT 3.1 the length of the packet has the last word on whether they are there, section 3.1. */
  gboolean may_lack = connect->version == HUB_VERSION_3_1;

  if (connect->has_username && may_lack && hub_reader_left (reader) == 0)
    connect->has_username = FALSE;
  if (connect->has_username && !read_text (reader, &connect->username, error))
    return FALSE;

  if (connect->has_password && may_lack && hub_reader_left (reader) == 0)
    connect->has_password = FALSE;
  if (connect->has_password && !hub_reader_binary (reader, &connect->password))
    return fail_cut (error);
  return TRUE;
}

static gboolean
decode_connect (HubReader *reader, HubConnect *connect, GError **error)
{
  *connect = (HubConnect){ 0 };

  if (!read_version (reader, &connect->version, error) ||
      !read_connect_flags (reader, connect, error))
    return FALSE;
  if (!hub_reader_u16 (reader, &connect->keep_alive_s))
    return fail_cut (error);
  return read_text (reader, &connect->client_id, error) &&
         (!connect->has_will || read_will (reader, connect, error)) &&
         read_credentials (reader, connect, error) &&
         expect_end (reader, error);
}

static gboolean
decode_connack (HubReader *reader, HubConnack *connack, GError **error)
{
  guint8 flags;

  if (!hub_reader_u8 (reader, &flags) || !hub_reader_u8 (reader, &connack->code))
    return fail_cut (error);
  if ((flags & 0xfe) != 0)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "reserved flags in CONNACK");
  connack->is_session_present = (flags & 0x01) != 0;
  return expect_end (reader, error);
}

static gboolean
decode_publish (HubReader *reader, guint8 flags, HubPublish *publish, GError **error)
{
  *publish = (HubPublish){
    .qos = (flags >> 1) & 0x03,
    .is_retain = (flags & 0x01) != 0,
    .is_dup = (flags & 0x08) != 0,
  };

  if (publish->qos > 2)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "QoS 3");
  if (publish->qos == 0 && publish->is_dup)
    return fail (error, HUB_REASON_MALFORMED_PACKET, "DUP at QoS 0");
  if (!read_text (reader, &publish->topic, error))
    return FALSE;
  if (!hub_topic_name_is_valid (publish->topic))
    return fail (error, HUB_REASON_TOPIC_NAME_INVALID, "the topic name is empty, too deep, or has a wildcard");
  if (publish->qos > 0 && !read_packet_id (reader, &publish->packet_id, error))
    return FALSE;
  publish->payload = hub_reader_rest (reader);
  return TRUE;
}

static gboolean
decode_ack (HubReader *reader, HubAck *ack, GError **error)
{
  return read_packet_id (reader, &ack->packet_id, error) && expect_end (reader, error);
}

static gboolean
decode_filters (HubReader *reader, gboolean with_options, HubFilterList *list, GError **error)
{
  *list = (HubFilterList){ 0 };

  if (!read_packet_id (reader, &list->packet_id, error))
    return FALSE;

  list->filters = *reader;
  while (hub_reader_left (reader) > 0)
    {
      HubSpan filter;
      guint8 options;

      if (!read_text (reader, &filter, error))
        return FALSE;
      if (with_options)
        {
          if (!hub_reader_u8 (reader, &options))
            return fail_cut (error);
          if (options > 2)
            return fail (error, HUB_REASON_MALFORMED_PACKET, "reserved bits or QoS 3 in a subscription");
        }
      list->n_filters++;
    }

  if (list->n_filters == 0)
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "no topic filter");
  return TRUE;
}

static gboolean
decode_suback (HubReader *reader, HubSuback *suback, GError **error)
{
  if (!read_packet_id (reader, &suback->packet_id, error))
    return FALSE;
  suback->codes = hub_reader_rest (reader);
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
          fail (error, HUB_REASON_MALFORMED_PACKET, "a remaining length of more than four bytes");
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
      fail (error, HUB_REASON_MALFORMED_PACKET, "a remaining length in more bytes than it needs");
      return HUB_FRAME_BAD;
    }

  header->type = bytes.data[0] >> 4;
  header->flags = bytes.data[0] & 0x0f;
  header->header_size = used;
  header->remaining_size = remaining;

  if (header->type == 0)
    {
      fail (error, HUB_REASON_MALFORMED_PACKET, "packet type 0");
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
 *   %HUB_REASON_PROTOCOL_ERROR, %HUB_REASON_TOPIC_NAME_INVALID, or, for CONNECT alone,
 *   %HUB_REASON_UNSUPPORTED_VERSION
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
      return decode_connect (&reader, &packet->connect, error);
    case HUB_PACKET_CONNACK:
      return decode_connack (&reader, &packet->connack, error);
    case HUB_PACKET_PUBLISH:
      return decode_publish (&reader, header->flags, &packet->publish, error);
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
    case HUB_PACKET_UNSUBACK:
      return decode_ack (&reader, &packet->ack, error);
    case HUB_PACKET_SUBSCRIBE:
      return decode_filters (&reader, TRUE, &packet->filters, error);
    case HUB_PACKET_UNSUBSCRIBE:
      return decode_filters (&reader, FALSE, &packet->filters, error);
    case HUB_PACKET_SUBACK:
      return decode_suback (&reader, &packet->suback, error);
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_PINGRESP:
    case HUB_PACKET_DISCONNECT:
      return expect_end (&reader, error);
    case HUB_PACKET_AUTH:
    default:
      return fail (error, HUB_REASON_MALFORMED_PACKET, "a packet type that this version does not have");
    }
}

/**
 * hub_filter_list_next_subscription:
 * @list: (inout): a decoded SUBSCRIBE
 * @filter: (out): a Topic Filter: UTF-8, otherwise unchecked
 * @options: (out): the Requested QoS, 0 to 2
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
