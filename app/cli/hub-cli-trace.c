/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-trace.h"

#include "broker/wire/hub-decode.h"

/* The lines are for programs as well as for people, and stand as Mosquitto has them: they are not translated. */

static const char *
name_of (const HubCliTrace *self)
{
  return self->client_id != NULL ? self->client_id : "(null)";
}

static char *
describe_publish (HubCliTrace *self, gboolean is_sent, const HubPublish *publish)
{
  g_autofree char *topic = hub_span_dup_string (publish->topic);
  guint packet_id = publish->packet_id;

  /* Mosquitto counts them, too. */
  if (is_sent && publish->qos == 0)
    packet_id = ++self->n_unnumbered;
  return g_strdup_printf ("Client %s %s PUBLISH (d%d, q%u, r%d, m%u, '%s', ... (%zu bytes))\n", name_of (self),
                          is_sent ? "sending" : "received", publish->is_dup, (guint) publish->qos, publish->is_retain, packet_id,
                          topic, publish->payload.size);
}

static char *
describe_ack (HubCliTrace *self, gboolean is_sent, HubPacketType type, const HubAck *ack)
{
  static const char *const names[] = {
    [HUB_PACKET_PUBACK] = "PUBACK",
    [HUB_PACKET_PUBREC] = "PUBREC",
    [HUB_PACKET_PUBREL] = "PUBREL",
    [HUB_PACKET_PUBCOMP] = "PUBCOMP",
  };
  const guint packet_id = ack->packet_id;

  if (is_sent && (type == HUB_PACKET_PUBACK || type == HUB_PACKET_PUBREC))
    return g_strdup_printf ("Client %s sending %s (m%u, rc%u)\n", name_of (self), names[type], packet_id, (guint) ack->reason);
  if (is_sent)
    return g_strdup_printf ("Client %s sending %s (m%u)\n", name_of (self), names[type], packet_id);
  if (type == HUB_PACKET_PUBACK || type == HUB_PACKET_PUBCOMP)
    return g_strdup_printf ("Client %s received %s (Mid: %u, RC:%u)\n", name_of (self), names[type], packet_id, (guint) ack->reason);
  return g_strdup_printf ("Client %s received %s (Mid: %u)\n", name_of (self), names[type], packet_id);
}

static char *
describe_subscribe (HubCliTrace *self, const HubFilterList *filters)
{
  GString *text = g_string_new (NULL);
  HubFilterList list = *filters;
  HubSpan filter;
  guint8 options;

  while (hub_filter_list_next_subscription (&list, &filter, &options))
    g_string_append_printf (text, "Client %s sending SUBSCRIBE (Mid: %u, Topic: %.*s, QoS: %d, Options: 0x%02x)\n", name_of (self),
                            (guint) list.packet_id, (int) filter.size, (const char *) filter.data, options & HUB_SUBSCRIPTION_QOS,
                            (guint) options & ~(guint) HUB_SUBSCRIPTION_QOS);
  return g_string_free (text, FALSE);
}

static char *
describe_unsubscribe (HubCliTrace *self, const HubFilterList *filters)
{
  GString *text = g_string_new (NULL);
  HubFilterList list = *filters;
  HubSpan filter;

  while (hub_filter_list_next_filter (&list, &filter))
    g_string_append_printf (text, "Client %s sending UNSUBSCRIBE (Mid: %u, Topic: %.*s)\n", name_of (self), (guint) list.packet_id,
                            (int) filter.size, (const char *) filter.data);
  return g_string_free (text, FALSE);
}

/* From then on it is called as the broker says. */
static char *
describe_connack (HubCliTrace *self, const HubConnack *connack)
{
  char *text = g_strdup_printf ("Client %s received CONNACK (%u)\n", name_of (self), (guint) connack->code);

  if (hub_properties_have (&connack->properties, HUB_PROPERTY_ASSIGNED_CLIENT_IDENTIFIER))
    {
      g_free (self->client_id);
      self->client_id = hub_span_dup_string (connack->properties.assigned_client_identifier);
    }
  return text;
}

/* Packets that have nothing to say but their names. */
static char *
describe_plain (HubCliTrace *self, gboolean is_sent, const char *name)
{
  return g_strdup_printf ("Client %s %s %s\n", name_of (self), is_sent ? "sending" : "received", name);
}

/**
 * hub_cli_trace_begin:
 * @self: a trace
 * @client_id: the Client Identifier of the next connection; empty: the broker chooses
 */
void
hub_cli_trace_begin (HubCliTrace *self, const char *client_id)
{
  g_free (self->client_id);
  self->client_id = client_id[0] != '\0' ? g_strdup (client_id) : NULL;
}

/**
 * hub_cli_trace_packet:
 * @self: a trace
 * @is_sent: whether it goes to the broker
 * @packet: a packet
 *
 * Returns: (transfer full): what to print of it, with the ends of its lines
 */
char *
hub_cli_trace_packet (HubCliTrace *self, gboolean is_sent, const HubPacket *packet)
{
  switch (packet->type)
    {
    case HUB_PACKET_CONNECT:
      return describe_plain (self, is_sent, "CONNECT");
    case HUB_PACKET_CONNACK:
      return describe_connack (self, &packet->connack);
    case HUB_PACKET_PUBLISH:
      return describe_publish (self, is_sent, &packet->publish);
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBREC:
    case HUB_PACKET_PUBREL:
    case HUB_PACKET_PUBCOMP:
      return describe_ack (self, is_sent, packet->type, &packet->ack);
    case HUB_PACKET_SUBSCRIBE:
      return describe_subscribe (self, &packet->filters);
    case HUB_PACKET_SUBACK:
      return describe_plain (self, is_sent, "SUBACK");
    case HUB_PACKET_UNSUBSCRIBE:
      return describe_unsubscribe (self, &packet->filters);
    case HUB_PACKET_UNSUBACK:
      return describe_plain (self, is_sent, "UNSUBACK");
    case HUB_PACKET_PINGREQ:
      return describe_plain (self, is_sent, "PINGREQ");
    case HUB_PACKET_PINGRESP:
      return describe_plain (self, is_sent, "PINGRESP");
    case HUB_PACKET_DISCONNECT:
      if (is_sent)
        return describe_plain (self, is_sent, "DISCONNECT");
      return g_strdup_printf ("Client %s received DISCONNECT (%u)\n", name_of (self), (guint) packet->goodbye.reason);
    case HUB_PACKET_AUTH:
    default:
      return describe_plain (self, is_sent, "AUTH");
    }
}

/**
 * hub_cli_trace_subscribed:
 * @suback: what the broker has granted
 *
 * Returns: (transfer full): the line of mosquitto_sub about it
 */
char *
hub_cli_trace_subscribed (const HubSuback *suback)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "Subscribed (mid: %u)", (guint) suback->packet_id);
  for (gsize i = 0; i < suback->codes.size; i++)
    g_string_append_printf (text, "%s%u", i == 0 ? ": " : ", ", (guint) suback->codes.data[i]);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/**
 * hub_cli_trace_clear:
 * @self: a trace
 */
void
hub_cli_trace_clear (HubCliTrace *self)
{
  g_clear_pointer (&self->client_id, g_free);
}
