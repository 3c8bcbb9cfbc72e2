/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

/* Retain Handling, Retain As Published, No Local and QoS; in 3.x there is only that. */
static guint8
choose_options (SimRandom *random, const SimClient *self, const char *filter)
{
  guint options = sim_random_below (random, 3);

  if (self->version != 5)
    return (guint8) options;
  options |= sim_random_below (random, 3) << 4;
  if (sim_random_one_in (random, 2))
    options |= 8;
  if (g_str_has_prefix (filter, "$share/") ? sim_random_one_in (random, 20) : sim_random_one_in (random, 3))
    options |= 4;
  return (guint8) options;
}

/**
 * sim_client_subscribe:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Subscribes to some filters, now and then to one of them twice.
 */
void
sim_client_subscribe (SimWorld *world, SimClient *self)
{
  static const guint32 identifiers[] = { 1, 2, 127, 128, 16384, 268435455 };
  SimRandom *random = &world->random;
  SimPacket *packet = sim_packet_new (SIM_SUBSCRIBE);

  packet->id = sim_client_any_id (world, self);
  for (guint i = sim_random_one_in (random, 3) ? sim_random_between (random, 1, 4) : 1; i > 0; i--)
    {
      const char *filter = sim_any_filter (random);

      sim_packet_add_filter (packet, filter, choose_options (random, self, filter));
      if (sim_random_one_in (random, 30))
        sim_packet_add_filter (packet, filter, choose_options (random, self, filter));
    }
  if (self->version == 5 && sim_random_one_in (random, 2))
    sim_properties_set_number (&packet->properties,
                               SIM_SUBSCRIPTION_IDENTIFIER,
                               identifiers[sim_random_below (random, G_N_ELEMENTS (identifiers))]);
  sim_client_send (world, self, packet);
}

/**
 * sim_client_unsubscribe:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Unsubscribes from some filters, which it may or may not have.
 */
void
sim_client_unsubscribe (SimWorld *world, SimClient *self)
{
  SimPacket *packet = sim_packet_new (SIM_UNSUBSCRIBE);

  packet->id = sim_client_any_id (world, self);
  for (guint i = sim_random_between (&world->random, 1, 3); i > 0; i--)
    sim_packet_add_filter (packet, sim_any_filter (&world->random), 0);
  sim_client_send (world, self, packet);
}
