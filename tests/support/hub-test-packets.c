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
    }
  if (connect->has_username)
    append (text, " user=", connect->username);
  if (connect->has_password)
    append (text, " password=", connect->password);
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
}

static void
append_suback (GString *text, const HubSuback *suback)
{
  g_string_append_printf (text, "SUBACK m%d", suback->packet_id);
  for (gsize i = 0; i < suback->codes.size; i++)
    g_string_append_printf (text, " %02x", suback->codes.data[i]);
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
    [HUB_PACKET_UNSUBSCRIBE] = "UNSUBSCRIBE",
    [HUB_PACKET_UNSUBACK] = "UNSUBACK",
    [HUB_PACKET_PINGREQ] = "PINGREQ",
    [HUB_PACKET_PINGRESP] = "PINGRESP",
    [HUB_PACKET_DISCONNECT] = "DISCONNECT",
  };
  GString *text = g_string_new (names[packet->type]);

  switch (packet->type)
    {
    case HUB_PACKET_CONNECT:
      append_connect (text, &packet->connect);
      break;
    case HUB_PACKET_CONNACK:
      g_string_append_printf (text, "CONNACK %d %d", packet->connack.is_session_present, packet->connack.code);
      break;
    case HUB_PACKET_PUBLISH:
      append_publish (text, &packet->publish);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
    case HUB_PACKET_UNSUBACK:
      g_string_append_printf (text, " m%d", packet->ack.packet_id);
      break;
    case HUB_PACKET_SUBSCRIBE:
      append_filters (text, &packet->filters, TRUE);
      break;
    case HUB_PACKET_UNSUBSCRIBE:
      append_filters (text, &packet->filters, FALSE);
      break;
    case HUB_PACKET_SUBACK:
      append_suback (text, &packet->suback);
      break;
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_PINGRESP:
    case HUB_PACKET_DISCONNECT:
      break;
    case HUB_PACKET_AUTH:
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
