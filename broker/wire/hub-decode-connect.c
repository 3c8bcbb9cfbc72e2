/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode-private.h"

#include "broker/wire/hub-topic.h"

#define CONNECT_FLAG_RESERVED 0x01
#define CONNECT_FLAG_CLEAN 0x02
#define CONNECT_FLAG_WILL 0x04
#define CONNECT_FLAG_WILL_RETAIN 0x20
#define CONNECT_FLAG_PASSWORD 0x40
#define CONNECT_FLAG_USERNAME 0x80

static gboolean
read_version (HubReader *reader, HubVersion *version, GError **error)
{
  HubSpan name;
  gboolean is_3_1;
  guint8 level;

  if (!hub_reader_binary (reader, &name))
    return hub_decode_fail_cut (error);
  is_3_1 = hub_span_equal (name, HUB_SPAN_LITERAL ("MQIsdp"));
  if (!is_3_1 && !hub_span_equal (name, HUB_SPAN_LITERAL ("MQTT")))
    return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "the protocol name is not MQTT");

  if (!hub_reader_u8 (reader, &level))
    return hub_decode_fail_cut (error);
  if (is_3_1 ? level != HUB_VERSION_3_1 : level != HUB_VERSION_3_1_1 && level != HUB_VERSION_5_0)
    {
      g_set_error (error, HUB_MQTT_ERROR, HUB_REASON_UNSUPPORTED_VERSION, "protocol level %u is not spoken here", level);
      return FALSE;
    }
  *version = (HubVersion) level;
  return TRUE;
}

static gboolean
read_connect_flags (HubReader *reader, HubConnect *connect, GError **error)
{
  guint8 flags;
  guint8 will_qos;

  if (!hub_reader_u8 (reader, &flags))
    return hub_decode_fail_cut (error);

  will_qos = (flags >> 3) & 0x03;
  connect->is_clean = (flags & CONNECT_FLAG_CLEAN) != 0;
  connect->has_will = (flags & CONNECT_FLAG_WILL) != 0;
  connect->has_username = (flags & CONNECT_FLAG_USERNAME) != 0;
  connect->has_password = (flags & CONNECT_FLAG_PASSWORD) != 0;

  if (connect->has_will)
    {
      if (will_qos > 2)
        return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "will QoS 3");
      connect->will_qos = will_qos;
      connect->will_retain = (flags & CONNECT_FLAG_WILL_RETAIN) != 0;
    }

  /* MQTT 3.1 knows the reserved bit as "not used", and does not tie the other flags together. */
  if (connect->version == HUB_VERSION_3_1)
    return TRUE;

  if ((flags & CONNECT_FLAG_RESERVED) != 0)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "the reserved connect flag is set");
  if (!connect->has_will && (will_qos != 0 || (flags & CONNECT_FLAG_WILL_RETAIN) != 0))
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "will QoS or will retain without a will");
  if (connect->version == HUB_VERSION_3_1_1 && connect->has_password && !connect->has_username)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "a password without a user name");
  return TRUE;
}

static gboolean
read_will (HubReader *reader, HubConnect *connect, GError **error)
{
  if (!hub_decode_properties (connect->version, reader, HUB_PROPERTY_PLACE_WILL, &connect->will_properties, error))
    return FALSE;
  if (!hub_decode_text (reader, &connect->will_topic, error))
    return FALSE;
  if (!hub_topic_name_is_valid (connect->will_topic))
    return hub_decode_fail (error, HUB_REASON_TOPIC_NAME_INVALID, "the will topic is no topic name");
  if (!hub_reader_binary (reader, &connect->will_payload))
    return hub_decode_fail_cut (error);
  return TRUE;
}

static gboolean
read_credentials (HubReader *reader, HubConnect *connect, GError **error)
{
  /* In MQTT 3.1 the length of the packet has the last word on whether they are there, section 3.1. */
  gboolean may_lack = connect->version == HUB_VERSION_3_1;

  if (connect->has_username && may_lack && hub_reader_left (reader) == 0)
    connect->has_username = FALSE;
  if (connect->has_username && !hub_decode_text (reader, &connect->username, error))
    return FALSE;

  if (connect->has_password && may_lack && hub_reader_left (reader) == 0)
    connect->has_password = FALSE;
  if (connect->has_password && !hub_reader_binary (reader, &connect->password))
    return hub_decode_fail_cut (error);
  return TRUE;
}

/*
 * hub_decode_connect:
 * @connect: (out): the packet; its version is right as soon as it could be read, so that a refusal can be told in the
 *   words of that version
 */
gboolean
hub_decode_connect (HubReader *reader, HubConnect *connect, GError **error)
{
  *connect = (HubConnect){ 0 };

  if (!read_version (reader, &connect->version, error) ||
      !read_connect_flags (reader, connect, error))
    return FALSE;
  if (!hub_reader_u16 (reader, &connect->keep_alive_s))
    return hub_decode_fail_cut (error);
  return hub_decode_properties (connect->version, reader, HUB_PACKET_CONNECT, &connect->properties, error) &&
         hub_decode_text (reader, &connect->client_id, error) &&
         (!connect->has_will || read_will (reader, connect, error)) &&
         read_credentials (reader, connect, error) &&
         hub_decode_end (reader, error);
}

/* CONNACK; MQTT 5.0, section 3.2. */
gboolean
hub_decode_connack (HubVersion version, HubReader *reader, HubConnack *connack, GError **error)
{
  guint8 flags;

  if (!hub_reader_u8 (reader, &flags) || !hub_reader_u8 (reader, &connack->code))
    return hub_decode_fail_cut (error);
  if ((flags & 0xfe) != 0)
    return hub_decode_fail (error, HUB_REASON_MALFORMED_PACKET, "reserved flags in CONNACK");
  connack->is_session_present = (flags & 0x01) != 0;
  hub_properties_init (&connack->properties);

  /* Who does not speak 5.0 says so in the form of 3.1.1. */
  if (version == HUB_VERSION_5_0 && hub_reader_left (reader) > 0)
    {
      if (!hub_reason_belongs_to (connack->code, HUB_PACKET_CONNACK))
        return hub_decode_fail (error, HUB_REASON_PROTOCOL_ERROR, "a reason code that CONNACK does not have");
      if (!hub_decode_properties (version, reader, HUB_PACKET_CONNACK, &connack->properties, error))
        return FALSE;
    }
  return hub_decode_end (reader, error);
}
