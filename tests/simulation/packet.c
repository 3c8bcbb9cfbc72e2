/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/packet.h"

#include <string.h>

static void
filter_clear (gpointer data)
{
  g_free (((SimFilter *) data)->text);
}

/**
 * sim_packet_new:
 * @type: which
 *
 * Returns: (transfer full): a packet that says nothing else yet
 */
SimPacket *
sim_packet_new (SimPacketType type)
{
  SimPacket *self = g_new0 (SimPacket, 1);

  self->type = type;
  return self;
}

/**
 * sim_packet_free:
 * @self: (transfer full): a packet
 */
void
sim_packet_free (SimPacket *self)
{
  g_free (self->client_id);
  g_free (self->topic);
  g_free (self->payload);
  g_clear_pointer (&self->filters, g_array_unref);
  g_clear_pointer (&self->codes, g_byte_array_unref);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  sim_properties_clear (&self->properties);
  sim_properties_clear (&self->will_properties);
  g_free (self);
}

/**
 * sim_packet_add_filter:
 * @self: a SUBSCRIBE or UNSUBSCRIBE
 * @filter: a Topic Filter; copied
 * @options: its Subscription Options
 */
void
sim_packet_add_filter (SimPacket *self, const char *filter, guint8 options)
{
  SimFilter item = { g_strdup (filter), options };

  if (self->filters == NULL)
    {
      self->filters = g_array_new (FALSE, FALSE, sizeof (SimFilter));
      g_array_set_clear_func (self->filters, filter_clear);
    }
  g_array_append_val (self->filters, item);
}

/**
 * sim_packet_type_to_text:
 * @type: a type
 *
 * Returns: its name
 */
const char *
sim_packet_type_to_text (SimPacketType type)
{
  static const char *const names[] = {
    "garbage", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
    "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"
  };

  return names[type];
}

static void
message_to_text (const SimPacket *self, GString *text)
{
  gsize size = strlen (self->payload);

  g_string_append_printf (text,
                          " q%u%s%s '%s' '%.24s'",
                          self->qos,
                          self->is_retain ? " retain" : "",
                          self->is_dup ? " dup" : "",
                          self->topic,
                          self->payload);
  if (size > 24)
    g_string_append_printf (text, "... (%" G_GSIZE_FORMAT " bytes)", size);
}

/**
 * sim_packet_to_text:
 * @self: a packet
 *
 * Returns: (transfer full): what is in it, for people to read
 */
char *
sim_packet_to_text (const SimPacket *self)
{
  GString *text = g_string_new (sim_packet_type_to_text (self->type));

  if (self->type == SIM_CONNECT)
    g_string_append_printf (text,
                            " v%u '%s' clean=%d keep-alive=%u",
                            self->version,
                            self->client_id,
                            self->is_clean,
                            self->keep_alive_s);
  if (self->id != 0)
    g_string_append_printf (text, " m%u", self->id);
  if (self->type == SIM_CONNACK)
    g_string_append_printf (text, " present=%d", self->is_present);
  if (self->code != 0 || self->type == SIM_CONNACK)
    g_string_append_printf (text, " code=%02x", self->code);
  sim_properties_to_text (&self->properties, text);
  if (self->type == SIM_PUBLISH)
    message_to_text (self, text);
  if (self->has_will)
    {
      g_string_append (text, " will");
      message_to_text (self, text);
      sim_properties_to_text (&self->will_properties, text);
    }
  for (guint i = 0; self->filters != NULL && i < self->filters->len; i++)
    g_string_append_printf (text,
                            " '%s' %02x",
                            g_array_index (self->filters, SimFilter, i).text,
                            g_array_index (self->filters, SimFilter, i).options);
  for (guint i = 0; self->codes != NULL && i < self->codes->len; i++)
    g_string_append_printf (text, " %02x", self->codes->data[i]);
  for (guint i = 0; self->type == SIM_GARBAGE && i < self->bytes->len && i < 40; i++)
    g_string_append_printf (text, " %02x", self->bytes->data[i]);
  return g_string_free (text, FALSE);
}
