/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-packets.h"

#include "broker/wire/hub-decode.h"
#include "tests/support/hub-test-bytes.h"

static void
append (GString *text, const char *before, HubSpan bytes)
{
  g_autofree char *escaped = hub_test_escape (bytes);

  g_string_append_printf (text, "%s%s", before, escaped);
}

static const char *
property_name (HubPropertyId id)
{
  static const char *const names[] = {
    [HUB_PROPERTY_PAYLOAD_FORMAT_INDICATOR] = "format",
    [HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL] = "expiry",
    [HUB_PROPERTY_CONTENT_TYPE] = "type",
    [HUB_PROPERTY_RESPONSE_TOPIC] = "response",
    [HUB_PROPERTY_CORRELATION_DATA] = "correlation",
    [HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER] = "sub",
    [HUB_PROPERTY_SESSION_EXPIRY_INTERVAL] = "session",
    [HUB_PROPERTY_ASSIGNED_CLIENT_IDENTIFIER] = "assigned",
    [HUB_PROPERTY_SERVER_KEEP_ALIVE] = "keep-alive",
    [HUB_PROPERTY_AUTHENTICATION_METHOD] = "method",
    [HUB_PROPERTY_AUTHENTICATION_DATA] = "data",
    [HUB_PROPERTY_REQUEST_PROBLEM_INFORMATION] = "problems",
    [HUB_PROPERTY_WILL_DELAY_INTERVAL] = "delay",
    [HUB_PROPERTY_REQUEST_RESPONSE_INFORMATION] = "responses",
    [HUB_PROPERTY_RESPONSE_INFORMATION] = "information",
    [HUB_PROPERTY_SERVER_REFERENCE] = "server",
    [HUB_PROPERTY_REASON_STRING] = "reason",
    [HUB_PROPERTY_RECEIVE_MAXIMUM] = "receive",
    [HUB_PROPERTY_TOPIC_ALIAS_MAXIMUM] = "aliases",
    [HUB_PROPERTY_TOPIC_ALIAS] = "alias",
    [HUB_PROPERTY_MAXIMUM_QOS] = "max-qos",
    [HUB_PROPERTY_RETAIN_AVAILABLE] = "retain",
    [HUB_PROPERTY_USER_PROPERTY] = "user",
    [HUB_PROPERTY_MAXIMUM_PACKET_SIZE] = "size",
    [HUB_PROPERTY_WILDCARD_SUBSCRIPTION_AVAILABLE] = "wildcards",
    [HUB_PROPERTY_SUBSCRIPTION_IDENTIFIERS_AVAILABLE] = "subs",
    [HUB_PROPERTY_SHARED_SUBSCRIPTION_AVAILABLE] = "shared",
  };

  g_assert_nonnull (names[id]);
  return names[id];
}

/* All of them in the order in which they stood: ` {expiry=5 user=a:b}`; nothing where there is none. */
static void
append_properties (GString *text, const HubProperties *properties)
{
  HubReader reader = hub_reader_init (properties->block);
  const char *before = " {";
  HubProperty property = { 0 };

  while (hub_property_next (&reader, &property))
    {
      g_string_append_printf (text, "%s%s=", before, property_name (property.id));
      if (property.id == HUB_PROPERTY_USER_PROPERTY)
        {
          append (text, "", property.text);
          append (text, ":", property.value);
        }
      else if (property.text.data != NULL)
        append (text, "", property.text);
      else
        g_string_append_printf (text, "%u", property.number);
      before = " ";
      property = (HubProperty){ 0 };
    }
  if (properties->block.size > 0)
    g_string_append_c (text, '}');
}

static void
append_connect (GString *text, const HubConnect *connect)
{
  g_string_append_printf (text, "CONNECT v%d c%d k%d", connect->version, connect->is_clean, connect->keep_alive_s);
  append (text, " id=", connect->client_id);
  if (connect->has_will)
    {
      g_string_append_printf (text, " will=q%dr%d", connect->will_qos, connect->will_retain);
      append (text, " ", connect->will_topic);
      append (text, " ", connect->will_payload);
      append_properties (text, &connect->will_properties);
    }
  if (connect->has_username)
    append (text, " user=", connect->username);
  if (connect->has_password)
    append (text, " password=", connect->password);
  append_properties (text, &connect->properties);
}

static void
append_publish (GString *text, const HubPublish *publish)
{
  g_string_append_printf (text,
                          "PUBLISH d%d q%d r%d m%d",
                          publish->is_dup,
                          publish->qos,
                          publish->is_retain,
                          publish->packet_id);
  append (text, " ", publish->topic);
  append (text, " ", publish->payload);
  append_properties (text, &publish->properties);
}

static void
append_ack (GString *text, const HubAck *ack)
{
  g_string_append_printf (text, " m%d", ack->packet_id);
  if (ack->reason != HUB_REASON_SUCCESS)
    g_string_append_printf (text, " rc%02x", ack->reason);
  append_properties (text, &ack->properties);
}

static void
append_goodbye (GString *text, const HubGoodbye *goodbye)
{
  if (goodbye->reason != HUB_REASON_SUCCESS)
    g_string_append_printf (text, " %02x", goodbye->reason);
  append_properties (text, &goodbye->properties);
}

static void
append_filters (GString *text, const HubFilterList *filters, gboolean with_options)
{
  HubFilterList list = *filters;
  HubSpan filter;
  guint8 options;
  guint n = 0;

  g_string_append_printf (text, " m%d", list.packet_id);
  while (with_options ? hub_filter_list_next_subscription (&list, &filter, &options)
                      : hub_filter_list_next_filter (&list, &filter))
    {
      append (text, " ", filter);
      if (with_options)
        g_string_append_printf (text, ":%d", options);
      n++;
    }
  g_assert_cmpuint (n, ==, filters->n_filters);
  append_properties (text, &filters->properties);
}

static void
append_suback (GString *text, const HubSuback *suback)
{
  g_string_append_printf (text, " m%d", suback->packet_id);
  for (gsize i = 0; i < suback->codes.size; i++)
    g_string_append_printf (text, " %02x", suback->codes.data[i]);
  append_properties (text, &suback->properties);
}

/**
 * hub_test_packet_row:
 * @n: which row, over all tables
 *
 * Returns: (transfer none) (nullable): the row; %NULL behind the last one
 */
const HubTestPacket *
hub_test_packet_row (gsize n)
{
  if (n < hub_test_n_packets)
    return &hub_test_packets[n];
  n -= hub_test_n_packets;
  if (n < hub_test_n_packets_5)
    return &hub_test_packets_5[n];
  n -= hub_test_n_packets_5;
  return n < hub_test_n_property_packets ? &hub_test_property_packets[n] : NULL;
}

/**
 * hub_test_packet_to_text:
 * @packet: a decoded packet
 *
 * Returns: (transfer full): @packet in one line
 */
char *
hub_test_packet_to_text (const HubPacket *packet)
{
  static const char *const names[16] = {
    [HUB_PACKET_PUBACK] = "PUBACK",
    [HUB_PACKET_PUBREC] = "PUBREC",
    [HUB_PACKET_PUBREL] = "PUBREL",
    [HUB_PACKET_PUBCOMP] = "PUBCOMP",
    [HUB_PACKET_SUBSCRIBE] = "SUBSCRIBE",
    [HUB_PACKET_SUBACK] = "SUBACK",
    [HUB_PACKET_UNSUBSCRIBE] = "UNSUBSCRIBE",
    [HUB_PACKET_UNSUBACK] = "UNSUBACK",
    [HUB_PACKET_PINGREQ] = "PINGREQ",
    [HUB_PACKET_PINGRESP] = "PINGRESP",
    [HUB_PACKET_DISCONNECT] = "DISCONNECT",
    [HUB_PACKET_AUTH] = "AUTH",
  };
  GString *text = g_string_new (names[packet->type]);

  switch (packet->type)
    {
    case HUB_PACKET_CONNECT:
      append_connect (text, &packet->connect);
      break;
    case HUB_PACKET_CONNACK:
      g_string_append_printf (text, "CONNACK %d %d", packet->connack.is_session_present, packet->connack.code);
      append_properties (text, &packet->connack.properties);
      break;
    case HUB_PACKET_PUBLISH:
      append_publish (text, &packet->publish);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
      append_ack (text, &packet->ack);
      break;
    case HUB_PACKET_SUBSCRIBE:
      append_filters (text, &packet->filters, TRUE);
      break;
    case HUB_PACKET_UNSUBSCRIBE:
      append_filters (text, &packet->filters, FALSE);
      break;
    case HUB_PACKET_SUBACK:
    case HUB_PACKET_UNSUBACK:
      append_suback (text, &packet->suback);
      break;
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_PINGRESP:
      break;
    case HUB_PACKET_DISCONNECT:
    case HUB_PACKET_AUTH:
      append_goodbye (text, &packet->goodbye);
      break;
    default:
      g_assert_not_reached ();
    }
  return g_string_free (text, FALSE);
}

/**
 * hub_test_decode_to_text:
 * @version: the version of the connection
 * @bytes: one whole packet and nothing behind it
 * @error: return location
 *
 * Decodes @bytes out of a block of exactly their size.
 *
 * Returns: (transfer full): the packet in one line, or %NULL with @error set
 */
char *
hub_test_decode_to_text (HubVersion version, HubSpan bytes, GError **error)
{
  g_autofree guint8 *copy = hub_test_copy (bytes);
  HubFixedHeader header;
  HubFrameResult result;
  HubPacket packet;

  result = hub_fixed_header_read ((HubSpan){ copy, bytes.size }, HUB_PACKET_SIZE_MAX, &header, error);
  if (result == HUB_FRAME_BAD)
    return NULL;
  g_assert_cmpint (result, ==, HUB_FRAME_COMPLETE);
  g_assert_cmpuint (header.header_size + header.remaining_size, ==, bytes.size);

  if (!hub_packet_decode (version, &header, (HubSpan){ copy + header.header_size, header.remaining_size }, &packet, error))
    return NULL;
  return hub_test_packet_to_text (&packet);
}
