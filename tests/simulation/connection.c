/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/connection.h"

static void
request_free (gpointer data)
{
  SimRequest *self = data;

  sim_packet_free (self->packet);
  g_free (self);
}

/**
 * sim_connection_init:
 * @self: (out caller-allocates): a connection
 * @number: names it
 * @name: who opened it
 * @door: where
 */
void
sim_connection_init (SimConnection *self, guint number, const char *name, guint door)
{
  *self = (SimConnection){ .number = number, .name = g_strdup (name), .door = door };
  self->outgoing = g_byte_array_new ();
  self->topics = g_ptr_array_new_with_free_func (g_free);
}

/**
 * sim_connection_clear:
 * @self: (inout): a connection that is over
 */
void
sim_connection_clear (SimConnection *self)
{
  g_free (self->name);
  g_byte_array_unref (self->outgoing);
  g_queue_clear_full (&self->requests, request_free);
  g_queue_clear_full (&self->arrived, (GDestroyNotify) sim_packet_free);
  g_queue_clear_full (&self->unread, (GDestroyNotify) sim_packet_free);
  g_ptr_array_unref (self->topics);
}

/**
 * sim_connection_write:
 * @self: a connection
 * @packet: (transfer full): what the client says; the broker does not have it yet. Before 5.0 it loses its properties
 * @random: chooses between forms that mean the same
 */
void
sim_connection_write (SimConnection *self, SimPacket *packet, SimRandom *random)
{
  SimRequest *request = g_new0 (SimRequest, 1);
  guint before = self->outgoing->len;

  if (self->version == 0)
    {
      self->version = packet->version;
      if (packet->type == SIM_CONNECT && packet->version == 5)
        self->alias_max = sim_properties_get_number (&packet->properties, SIM_TOPIC_ALIAS_MAXIMUM, 0);
    }
  if (self->version != 5)
    {
      sim_properties_clear (&packet->properties);
      sim_properties_clear (&packet->will_properties);
    }
  sim_packet_write (packet, self->version, random, self->outgoing);
  request->packet = packet;
  request->start = self->n_written;
  self->n_written += self->outgoing->len - before;
  request->end = self->n_written;
  g_queue_push_tail (&self->requests, request);
}

/**
 * sim_connection_take_given:
 * @self: a connection
 *
 * Returns: (transfer full) (nullable): the next packet that the broker was given whole
 */
SimPacket *
sim_connection_take_given (SimConnection *self)
{
  SimRequest *request = g_queue_peek_head (&self->requests);
  SimPacket *packet;

  if (request == NULL || request->end > self->n_given)
    return NULL;
  g_queue_pop_head (&self->requests);
  packet = g_steal_pointer (&request->packet);
  g_free (request);
  return packet;
}

/* Puts the topic where an alias stands for it. */
static const char *
resolve_alias (SimConnection *self, SimPacket *packet)
{
  guint alias = sim_properties_get_number (&packet->properties, SIM_TOPIC_ALIAS, 0);

  if (!sim_properties_have (&packet->properties, SIM_TOPIC_ALIAS))
    return packet->topic[0] != '\0' ? NULL : "a PUBLISH without a topic";
  if (alias == 0 || alias > self->alias_max)
    return "a topic alias above the client's maximum";
  if (alias > self->topics->len)
    g_ptr_array_set_size (self->topics, (int) alias);
  if (packet->topic[0] != '\0')
    {
      g_free (g_ptr_array_index (self->topics, alias - 1));
      g_ptr_array_index (self->topics, alias - 1) = g_strdup (packet->topic);
      return NULL;
    }
  if (g_ptr_array_index (self->topics, alias - 1) == NULL)
    return "a topic alias that stands for nothing";
  g_free (packet->topic);
  packet->topic = g_strdup (g_ptr_array_index (self->topics, alias - 1));
  return NULL;
}

/**
 * sim_connection_arrive:
 * @self: a connection
 * @packet: (transfer full): what the broker has sent
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
sim_connection_arrive (SimConnection *self, SimPacket *packet)
{
  self->unread_bytes += packet->bytes->len;
  self->arrived_bytes += packet->bytes->len;
  g_queue_push_tail (&self->arrived, packet);
  return packet->type == SIM_PUBLISH ? resolve_alias (self, packet) : NULL;
}

/**
 * sim_connection_find:
 * @self: a connection
 * @type: a type
 * @qos: of a PUBLISH
 *
 * Returns: (transfer none) (nullable): the first packet of that type, and that QoS, that has not been judged
 */
SimPacket *
sim_connection_find (const SimConnection *self, SimPacketType type, guint8 qos)
{
  for (const GList *at = self->arrived.head; at != NULL; at = at->next)
    {
      SimPacket *packet = at->data;

      if (packet->type == type && (type != SIM_PUBLISH || packet->qos == qos))
        return packet;
    }
  return NULL;
}

/**
 * sim_connection_accept:
 * @self: a connection
 * @packet: a packet that has not been judged
 *
 * The packet was right: it waits for the client now.
 */
void
sim_connection_accept (SimConnection *self, SimPacket *packet)
{
  g_queue_remove (&self->arrived, packet);
  self->arrived_bytes -= packet->bytes->len;
  g_queue_push_tail (&self->unread, packet);
}

/**
 * sim_connection_forget_arrived:
 * @self: a connection that is over
 *
 * What has not been judged never reaches the client.
 */
void
sim_connection_forget_arrived (SimConnection *self)
{
  g_queue_clear_full (&self->arrived, (GDestroyNotify) sim_packet_free);
  self->unread_bytes -= self->arrived_bytes;
  self->arrived_bytes = 0;
}

/**
 * sim_connection_take_read:
 * @self: a connection
 * @n_bytes: (inout): how many bytes the client reads; less those that were used
 *
 * Returns: (transfer full) (nullable): the next packet, if that many bytes complete it
 */
SimPacket *
sim_connection_take_read (SimConnection *self, gsize *n_bytes)
{
  SimPacket *packet = g_queue_peek_head (&self->unread);
  gsize missing = packet != NULL ? packet->bytes->len - self->read_bytes : 0;
  gsize used = MIN (missing, *n_bytes);

  self->read_bytes += used;
  self->unread_bytes -= used;
  *n_bytes -= used;
  if (packet == NULL || used < missing)
    return NULL;
  self->read_bytes = 0;
  return g_queue_pop_head (&self->unread);
}
