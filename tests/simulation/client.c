/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

/* A hundred clients, two hundred turns. */
#define CLIENT_PHASES_US 200

/**
 * sim_client_new:
 * @world: where it lives
 * @number: names it
 *
 * Returns: (transfer full): a client without a connection, with habits of its own
 */
SimClient *
sim_client_new (SimWorld *world, guint number)
{
  SimClient *self = g_new0 (SimClient, 1);
  SimRandom *random = &world->random;

  self->number = number;
  self->name = g_strdup_printf ("c%u", number);
  self->client_id = sim_random_one_in (random, 8) ? g_strdup ("") : g_strdup (self->name);
  self->favourite = (guint8) (sim_random_one_in (random, 8) ? 3 : sim_random_one_in (random, 3) ? 4
                                                                                                : 5);
  self->laziness = sim_random_one_in (random, 4) ? 6 : 1;
  self->outgoing = g_array_new (FALSE, FALSE, sizeof (SimOutgoing));
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_packet_free);
  self->received = g_hash_table_new (NULL, NULL);
  self->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->aliases = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * sim_client_free:
 * @data: (transfer full): a client without a connection
 */
void
sim_client_free (gpointer data)
{
  SimClient *self = data;

  sim_client_forget_publishing (self);
  g_array_unref (self->outgoing);
  g_ptr_array_unref (self->answers);
  g_hash_table_unref (self->received);
  g_hash_table_unref (self->seen);
  g_ptr_array_unref (self->aliases);
  g_free (self->client_id);
  g_free (self->name);
  g_free (self);
}

/**
 * sim_client_time_to_phase:
 * @world: where it lives
 * @self: a client
 *
 * Returns: how long it is until it may act
 */
gint64
sim_client_time_to_phase (const SimWorld *world, const SimClient *self)
{
  gint64 phase_us = (self->number * CLIENT_PHASES_US + self->turn % CLIENT_PHASES_US) % SIM_PHASES_US;

  return (phase_us + SIM_PHASES_US - world->report.now_us % SIM_PHASES_US) % SIM_PHASES_US;
}

/**
 * sim_client_is_able:
 * @world: where it lives
 * @self: a client
 *
 * Returns: whether it has a connection that it can say something on
 */
gboolean
sim_client_is_able (const SimWorld *world, const SimClient *self)
{
  return self->connection != NULL && !self->connection->is_closed && !sim_broker_is_paused (world->broker, self->connection);
}

static gboolean
is_id_used (const SimClient *self, guint16 id)
{
  for (guint i = 0; i < self->outgoing->len; i++)
    if (g_array_index (self->outgoing, SimOutgoing, i).publish->id == id)
      return TRUE;
  return FALSE;
}

/**
 * sim_client_next_id:
 * @world: where it lives
 * @self: a client
 *
 * Returns: a Packet Identifier that none of its messages under way has; one that had a meaning before, if possible
 */
guint16
sim_client_next_id (SimWorld *world, SimClient *self)
{
  guint16 id = (guint16) sim_random_between (&world->random, 1, 8);

  while (is_id_used (self, id))
    id++;
  return id;
}

/**
 * sim_client_any_id:
 * @world: where it lives
 * @self: a client
 *
 * Returns: the same; or, now and then, the one of a message under way, which must not have it twice
 */
guint16
sim_client_any_id (SimWorld *world, SimClient *self)
{
  if (self->outgoing->len == 0 || !sim_random_one_in (&world->random, 20))
    return sim_client_next_id (world, self);
  return g_array_index (self->outgoing, SimOutgoing, sim_random_below (&world->random, self->outgoing->len)).publish->id;
}

/**
 * sim_client_send:
 * @world: where it lives
 * @self: a client with a connection
 * @packet: (transfer full): what it says
 */
void
sim_client_send (SimWorld *world, SimClient *self, SimPacket *packet)
{
  sim_world_write (world, self->connection, packet);
}

/**
 * sim_client_leave:
 * @world: where it lives
 * @self: a client
 *
 * Lets go of its connection, which is over. What it has not answered by now it never will.
 */
void
sim_client_leave (SimWorld *world, SimClient *self)
{
  SimConnection *connection = g_steal_pointer (&self->connection);

  g_ptr_array_set_size (self->answers, 0);
  g_ptr_array_set_size (self->aliases, 0);
  self->is_accepted = FALSE;
  if (connection != NULL)
    sim_world_discard (world, connection);
}

static void
take (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  switch ((int) packet->type)
    {
    case SIM_CONNACK:
      sim_client_take_connack (world, self, packet);
      break;
    case SIM_PUBLISH:
      sim_client_take_publish (world, self, packet);
      break;
    case SIM_PUBREL:
      sim_client_take_pubrel (world, self, packet);
      break;
    case SIM_PUBACK:
    case SIM_PUBREC:
    case SIM_PUBCOMP:
      sim_client_take_publish_answer (world, self, packet);
      break;
    default:
      break;
    }
}

/**
 * sim_client_read:
 * @world: where it lives
 * @self: a client with a connection
 * @n_bytes: how much it reads at most
 *
 * Returns: whether anything has changed by it
 */
gboolean
sim_client_read (SimWorld *world, SimClient *self, gsize n_bytes)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_packet_free);
  gboolean has_changed = sim_world_read (world, self->connection, n_bytes, packets);

  for (guint i = 0; i < packets->len; i++)
    take (world, self, g_ptr_array_index (packets, i));
  return has_changed;
}

static void
ping (SimWorld *world, SimClient *self)
{
  sim_client_send (world, self, sim_packet_new (SIM_PINGREQ));
}

static void
change_reading (SimWorld *world, SimClient *self)
{
  self->reading = (SimReading) sim_random_below (&world->random, 3);
  if (sim_random_one_in (&world->random, 2))
    self->reading = SIM_READS_ALL;
}

static void
send_garbage (SimWorld *world, SimClient *self)
{
  /* It has to be seen as a whole: where a fault is noticed is the broker's affair. */
  if (self->connection->outgoing->len == 0 && self->connection->requests.length == 0)
    sim_client_send (world, self, sim_client_make_garbage (world, self));
}

static void
send_what_is_not_due (SimWorld *world, SimClient *self)
{
  if (sim_random_one_in (&world->random, 2))
    sim_client_send (world, self, sim_client_make_connect (world, self));
  else if (self->version == 5)
    sim_client_send (world, self, sim_packet_new (SIM_AUTH));
}

/**
 * sim_client_act:
 * @world: where it lives
 * @self: a client with a connection that it may speak on
 *
 * Writes something: sense, as a rule.
 */
void
sim_client_act (SimWorld *world, SimClient *self)
{
  static const struct
  {
    guint weight;
    void (*act) (SimWorld *world, SimClient *self);
  } acts[] = {
    { 300, sim_client_publish },
    { 300, sim_client_answer },
    { 80, sim_client_subscribe },
    { 30, sim_client_unsubscribe },
    { 30, ping },
    { 25, sim_client_disconnect },
    { 20, change_reading },
    { 15, sim_client_publish_again },
    { 12, sim_client_answer_wrongly },
    { 6, sim_client_break_promise },
    { 6, send_garbage },
    { 3, send_what_is_not_due },
  };
  guint sum = 0;
  guint dice;

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    sum += acts[i].weight;
  dice = sim_random_below (&world->random, sum);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      if (dice < acts[i].weight)
        {
          acts[i].act (world, self);
          return;
        }
      dice -= acts[i].weight;
    }
}
