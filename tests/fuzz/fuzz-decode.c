/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-message.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"

/* An input is a byte that chooses version and limit, and packets. */

/* As it was decoded: what was set, and in which order, is in the block. */
static HubProperties
as_they_stood (const HubProperties *properties)
{
  return (HubProperties){ .more = properties->block };
}

static void
encode_ack (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  guint8 bytes[HUB_SHORT_PACKET_SIZE];
  gsize size = hub_encode_ack (version, packet->type, packet->ack.packet_id, packet->ack.reason, bytes);

  if (packet->ack.properties.block.size == 0)
    g_byte_array_append (out, bytes, (guint) size);
}

static void
encode_empty (GByteArray *out, const HubPacket *packet)
{
  guint8 bytes[HUB_SHORT_PACKET_SIZE];

  g_byte_array_append (out, bytes, (guint) hub_encode_empty (packet->type, bytes));
}

static void
encode_connect (GByteArray *out, const HubPacket *packet)
{
  HubConnect connect = packet->connect;

  connect.properties = as_they_stood (&packet->connect.properties);
  connect.will_properties = as_they_stood (&packet->connect.will_properties);
  hub_encode_connect (out, &connect);
}

static void
encode_connack (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  HubConnack connack = packet->connack;

  connack.properties = as_they_stood (&packet->connack.properties);
  hub_encode_connack (out, version, &connack);
}

static void
encode_publish (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  HubPublish publish = packet->publish;

  publish.properties = as_they_stood (&packet->publish.properties);
  hub_encode_publish (out, version, &publish);
}

static void
encode_suback (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  if (packet->suback.properties.block.size == 0)
    hub_encode_suback (out, version, packet->type, packet->suback.packet_id, packet->suback.codes);
}

static void
encode_goodbye (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  HubGoodbye goodbye = { .reason = packet->goodbye.reason };

  goodbye.properties = as_they_stood (&packet->goodbye.properties);
  hub_encode_goodbye (out, version, packet->type, &goodbye);
}

static void
encode_filters (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  HubFilterList list = packet->filters;
  HubSpan filter;
  HubProperties properties = as_they_stood (&list.properties);
  guint8 options;

  if (list.n_filters > 1)
    return;
  if (packet->type == HUB_PACKET_SUBSCRIBE && hub_filter_list_next_subscription (&list, &filter, &options))
    hub_encode_subscribe (out, version, list.packet_id, filter, options, &properties);
  else if (list.properties.block.size > 0)
    return;
  else if (packet->type == HUB_PACKET_UNSUBSCRIBE && hub_filter_list_next_filter (&list, &filter))
    hub_encode_unsubscribe (out, version, list.packet_id, filter);
}

/* What can be encoded again; empty: this cannot. */
static void
encode (GByteArray *out, HubVersion version, const HubPacket *packet)
{
  switch (packet->type)
    {
    case HUB_PACKET_CONNECT:
      encode_connect (out, packet);
      break;
    case HUB_PACKET_CONNACK:
      encode_connack (out, version, packet);
      break;
    case HUB_PACKET_PUBLISH:
      encode_publish (out, version, packet);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
      encode_ack (out, version, packet);
      break;
    case HUB_PACKET_SUBSCRIBE:
    case HUB_PACKET_UNSUBSCRIBE:
      encode_filters (out, version, packet);
      break;
    case HUB_PACKET_SUBACK:
    case HUB_PACKET_UNSUBACK:
      encode_suback (out, version, packet);
      break;
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_PINGRESP:
      encode_empty (out, packet);
      break;
    case HUB_PACKET_DISCONNECT:
    case HUB_PACKET_AUTH:
      encode_goodbye (out, version, packet);
      break;
    default:
      g_assert_not_reached ();
    }
}

/*
 * Encoded again it says the same. The bytes are the same too, but for what MQTT 3.1 leaves open: DUP in some
 * headers, and flags and fields of CONNECT, and what 5.0 lets be left out.
 */
static void
check_round_trip (HubVersion version, HubSpan bytes, const HubPacket *packet)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autofree char *text = hub_test_packet_to_text (packet);
  g_autofree char *text_again = NULL;
  g_autoptr (GError) error = NULL;

  /* A broker that does not know 5.0 refuses it in the form of 3.1.1, which is understood and not written. */
  if (version == HUB_VERSION_5_0 && packet->type == HUB_PACKET_CONNACK && bytes.size == 4)
    return;
  encode (again, version, packet);
  if (again->len == 0)
    return;
  text_again = hub_test_decode_to_text (version, hub_test_span (again), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, text_again);
  if (version != HUB_VERSION_3_1 && version != HUB_VERSION_5_0 && (packet->type != HUB_PACKET_CONNECT || packet->connect.version != HUB_VERSION_3_1))
    g_assert_cmpmem (bytes.data, bytes.size, again->data, again->len);
}

static void
check_message (HubVersion version, HubSpan bytes, const HubPublish *publish)
{
  g_autoptr (HubMessage) message = hub_message_new (publish, HUB_SPAN_LITERAL ("publisher"), HUB_MESSAGE_NEVER);
  HubDelivery delivery = { publish->packet_id, publish->qos, publish->is_retain, publish->is_dup };
  gsize size = hub_message_packet_size (message, version, &delivery);
  g_autofree guint8 *head = g_malloc (size - publish->payload.size);

  g_assert_cmpuint (hub_message_write_head (message, version, &delivery, head), ==, size - publish->payload.size);
  g_assert_cmpuint (message->properties_size, <=, publish->properties.block.size);
  if (message->properties_size < publish->properties.block.size)
    return;
  g_assert_cmpuint (size, ==, bytes.size);
  g_assert_cmpmem (head, size - publish->payload.size, bytes.data, bytes.size - publish->payload.size);
}

/* One packet at the beginning of @bytes; returns its size, or 0 when there is none. */
static gsize
decode_one (HubVersion version, gsize max_packet_bytes, HubSpan bytes)
{
  g_autofree guint8 *copy = NULL;
  g_autoptr (GError) error = NULL;
  HubFixedHeader header;
  HubPacket packet;
  HubSpan body;
  gsize size;
  HubFrameResult result = hub_fixed_header_read (bytes, max_packet_bytes, &header, &error);

  g_assert_true ((result == HUB_FRAME_BAD) == (error != NULL));
  if (result != HUB_FRAME_COMPLETE)
    return 0;
  size = header.header_size + header.remaining_size;
  g_assert_cmpuint (size, <=, bytes.size);
  g_assert_cmpuint (size, <=, max_packet_bytes);

  copy = hub_test_copy ((HubSpan){ bytes.data + header.header_size, header.remaining_size });
  body = (HubSpan){ copy, header.remaining_size };
  if (hub_packet_decode (version, &header, body, &packet, &error))
    {
      g_assert_no_error (error);
      check_round_trip (version, (HubSpan){ bytes.data, size }, &packet);
      if (packet.type == HUB_PACKET_PUBLISH)
        check_message (version, (HubSpan){ bytes.data, size }, &packet.publish);
    }
  else
    {
      g_assert_true (error != NULL && error->domain == HUB_MQTT_ERROR && error->code >= 0x80);
    }
  return size;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const HubVersion versions[] = { HUB_VERSION_NONE, HUB_VERSION_3_1, HUB_VERSION_3_1_1, HUB_VERSION_5_0 };
  gsize max_packet_bytes;
  gsize used;

  if (size == 0)
    return 0;
  max_packet_bytes = (data[0] & 4) != 0 ? 100 : HUB_PACKET_SIZE_MAX;
  for (gsize at = 1; at < size; at += used)
    {
      used = decode_one (versions[data[0] & 3], max_packet_bytes, (HubSpan){ data + at, size - at });
      if (used == 0)
        break;
    }
  return 0;
}
