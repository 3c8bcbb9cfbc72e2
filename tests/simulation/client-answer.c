/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

/**
 * sim_client_add_answer:
 * @self: a client
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @id: the Packet Identifier
 * @delivery: the delivery that it is about, where that matters
 *
 * Notes what it has to send some time.
 */
void
sim_client_add_answer (SimClient *self, SimPacketType type, guint16 id, guint64 delivery)
{
  SimPacket *packet = sim_packet_new (type);

  packet->id = id;
  packet->delivery = delivery;
  g_ptr_array_add (self->answers, packet);
}

static void
take_qos_2 (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  gboolean is_new = g_hash_table_add (self->received, GUINT_TO_POINTER (packet->id));
  guint64 delivery = packet->delivery;
  gboolean is_seen = g_hash_table_contains (self->seen, &delivery);

  /* What the application is given: once, and not never. */
  if (is_new && is_seen)
    sim_fail (&world->report, "%s: '%s' came twice at QoS 2", self->name, packet->payload);
  if (!is_new && !is_seen)
    sim_fail (&world->report, "%s: '%s' hides behind an identifier that is in use", self->name, packet->payload);
  if (is_new)
    g_hash_table_add (self->seen, g_memdup2 (&delivery, sizeof delivery));
  sim_client_add_answer (self, SIM_PUBREC, packet->id, delivery);
}

/**
 * sim_client_take_publish:
 * @world: where it lives
 * @self: a client
 * @packet: a PUBLISH that it has read
 */
void
sim_client_take_publish (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  if (packet->qos == 1)
    sim_client_add_answer (self, SIM_PUBACK, packet->id, packet->delivery);
  else if (packet->qos == 2)
    take_qos_2 (world, self, packet);
}

/**
 * sim_client_take_pubrel:
 * @world: where it lives
 * @self: a client
 * @packet: a PUBREL that it has read
 */
void
sim_client_take_pubrel (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  g_hash_table_remove (self->received, GUINT_TO_POINTER (packet->id));
  sim_client_add_answer (self, SIM_PUBCOMP, packet->id, 0);
}

/* Refuses a message, which 5.0 can do. */
static void
refuse (SimClient *self, SimPacket *packet)
{
  static const guint8 codes[] = { 0x80, 0x83, 0x87, 0x97 };

  packet->code = codes[packet->id % G_N_ELEMENTS (codes)];
  if (packet->type != SIM_PUBREC)
    return;
  /* It has not taken the message, and would look at it anew. */
  g_hash_table_remove (self->received, GUINT_TO_POINTER (packet->id));
  g_hash_table_remove (self->seen, &packet->delivery);
}

static void
send_answer (SimWorld *world, SimClient *self, guint index)
{
  SimPacket *packet = g_ptr_array_steal_index (self->answers, index);
  gboolean is_first = packet->type == SIM_PUBACK || packet->type == SIM_PUBREC;

  if (self->version == 5 && is_first && sim_random_one_in (&world->random, 20))
    refuse (self, packet);
  if (self->version == 5 && sim_random_one_in (&world->random, 20))
    sim_properties_set_text (&packet->properties, SIM_REASON_STRING, "as it is");
  sim_client_send (world, self, packet);
}

/**
 * sim_client_answer:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Sends one or some of the acknowledgements that it owes, in any order.
 */
void
sim_client_answer (SimWorld *world, SimClient *self)
{
  guint n = sim_random_one_in (&world->random, 2) ? 1 : sim_random_between (&world->random, 1, 5);

  if (!sim_random_one_in (&world->random, self->laziness))
    return;
  for (; n > 0 && self->answers->len > 0; n--)
    send_answer (world, self, sim_random_one_in (&world->random, 2) ? 0 : sim_random_below (&world->random, self->answers->len));
}

/**
 * sim_client_answer_all:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Sends all acknowledgements that it owes.
 *
 * Returns: whether there were any
 */
gboolean
sim_client_answer_all (SimWorld *world, SimClient *self)
{
  gboolean has_any = self->answers->len > 0;

  while (self->answers->len > 0)
    send_answer (world, self, 0);
  return has_any;
}

/**
 * sim_client_answer_wrongly:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Acknowledges what nobody has sent, or in a way that does not belong to it.
 */
void
sim_client_answer_wrongly (SimWorld *world, SimClient *self)
{
  SimRandom *random = &world->random;
  SimPacket *packet = sim_packet_new ((SimPacketType) sim_random_between (random, SIM_PUBACK, SIM_PUBCOMP));

  /* What a broker has begun before it died, and has not sent, has an identifier that nobody knows. */
  packet->id = (guint16) (sim_random_one_in (random, 8) && !world->rules.has_store ? sim_random_between (random, 1, 20) : 60000);
  if (self->version == 5 && packet->type >= SIM_PUBREL && sim_random_one_in (random, 2))
    packet->code = 0x92;
  sim_client_send (world, self, packet);
}
