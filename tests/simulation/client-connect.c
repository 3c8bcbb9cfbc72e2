/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

#define STRAYS_MAX 5

static void
choose_will (SimWorld *world, SimPacket *packet)
{
  static const guint32 delays_s[] = { 0, 1, 3, 11, 31, 1000, G_MAXUINT32 };
  SimRandom *random = &world->random;

  packet->has_will = TRUE;
  packet->qos = (guint8) sim_random_below (random, 3);
  packet->is_retain = sim_random_one_in (random, world->rules.retain_available ? 4 : 40);
  sim_client_choose_message (world, packet, &packet->will_properties);
  if (sim_random_one_in (random, 2))
    sim_properties_set_number (&packet->will_properties,
                               SIM_WILL_DELAY,
                               delays_s[sim_random_below (random, G_N_ELEMENTS (delays_s))]);
}

static void
choose_properties (SimRandom *random, SimProperties *properties)
{
  static const guint32 expiries_s[] = { 0, 2, 10, 60, 3600, 3600, G_MAXUINT32 };

  if (!sim_random_one_in (random, 4))
    sim_properties_set_number (properties, SIM_SESSION_EXPIRY, expiries_s[sim_random_below (random, G_N_ELEMENTS (expiries_s))]);
  if (sim_random_one_in (random, 2))
    sim_properties_set_number (properties, SIM_RECEIVE_MAXIMUM, sim_random_between (random, 1, 8));
  if (sim_random_one_in (random, 4))
    sim_properties_set_number (properties, SIM_MAXIMUM_PACKET_SIZE, sim_random_between (random, 40, 300));
  else if (sim_random_one_in (random, 30))
    sim_properties_set_number (properties, SIM_MAXIMUM_PACKET_SIZE, sim_random_between (random, 1, 30));
  if (sim_random_one_in (random, 2))
    sim_properties_set_number (properties,
                               SIM_TOPIC_ALIAS_MAXIMUM,
                               sim_random_one_in (random, 4) ? 65535 : sim_random_below (random, 4));
  if (sim_random_one_in (random, 8))
    sim_properties_set_number (properties, SIM_REQUEST_PROBLEM_INFORMATION, sim_random_below (random, 2));
  if (sim_random_one_in (random, 8))
    sim_properties_set_number (properties, SIM_REQUEST_RESPONSE_INFORMATION, sim_random_below (random, 2));
  if (sim_random_one_in (random, 8))
    sim_properties_add_pair (properties, "who=a client");
  if (sim_random_one_in (random, 80))
    sim_properties_set_text (properties, SIM_AUTHENTICATION_METHOD, "none");
}

/**
 * sim_client_make_connect:
 * @world: where it lives
 * @self: a client
 *
 * Returns: (transfer full): a CONNECT of all sorts
 */
SimPacket *
sim_client_make_connect (SimWorld *world, SimClient *self)
{
  SimPacket *packet = sim_packet_new (SIM_CONNECT);
  SimRandom *random = &world->random;

  packet->version = sim_random_one_in (random, 8) ? (guint8) sim_random_between (random, 3, 5) : self->favourite;
  packet->client_id = g_strdup (self->client_id);
  packet->is_clean = sim_random_one_in (random, 4);
  packet->keep_alive_s = sim_random_one_in (random, 2) ? 0 : (guint16) sim_random_between (random, 2, 60);
  if (packet->version == 5)
    choose_properties (random, &packet->properties);
  /* Whether an alias makes a message small enough is found out twice: before it is kept, and when it is sent. */
  if (world->rules.has_store && sim_properties_have (&packet->properties, SIM_MAXIMUM_PACKET_SIZE))
    sim_properties_set_number (&packet->properties, SIM_TOPIC_ALIAS_MAXIMUM, 0);
  if (sim_random_one_in (random, 2))
    choose_will (world, packet);
  return packet;
}

static guint
choose_door (SimRandom *random)
{
  return sim_random_one_in (random, 4) ? sim_random_below (random, SIM_N_DOORS) : 0;
}

static void
begin (SimWorld *world, SimClient *self, SimConnection *connection, SimPacket *packet)
{
  self->connection = connection;
  self->version = packet->version;
  self->alias_max = 0;
  self->receive_max = 65535;
  self->quota = self->receive_max;
  self->reading = SIM_READS_ALL;
  sim_world_write (world, connection, packet);
}

/* Sessions that one client leaves behind must not end when another one of its own does. */
static void
take_turn (SimWorld *world, SimClient *self)
{
  self->turn++;
  sim_world_wait (world, sim_client_time_to_phase (world, self));
}

/* Connects once more while it is connected: the broker has to let go of the old connection, if it lets in the new one, and
 * if that has the same name; otherwise the client does, at a time that is neither that of what it has said on the new one
 * nor of what it will say. */
static void
connect_again (SimWorld *world, SimClient *self)
{
  SimConnection *connection = sim_world_open (world, self->name, choose_door (&world->random));
  SimPacket *packet = sim_client_make_connect (world, self);
  guint8 version = packet->version;

  sim_world_write (world, connection, packet);
  sim_world_give (world, connection, connection->outgoing->len);
  if (connection->is_closed)
    {
      sim_world_discard (world, connection);
      return;
    }
  if (!self->connection->is_closed)
    {
      take_turn (world, self);
      if (!self->connection->is_closed)
        sim_world_lose (world, self->connection);
      self->turn++;
    }
  sim_client_leave (world, self);
  self->connection = connection;
  self->version = version;
  self->alias_max = 0;
  self->receive_max = 65535;
  self->quota = self->receive_max;
}

/**
 * sim_client_connect:
 * @world: where it lives
 * @self: a client
 *
 * Opens a connection and writes a CONNECT; if it has one, that is taken over.
 */
void
sim_client_connect (SimWorld *world, SimClient *self)
{
  SimConnection *connection;

  take_turn (world, self);
  if (self->connection != NULL)
    {
      connect_again (world, self);
      return;
    }
  connection = sim_world_open (world, self->name, choose_door (&world->random));
  begin (world, self, connection, sim_client_make_connect (world, self));
}

/**
 * sim_client_disconnect:
 * @world: where it lives
 * @self: a client with a connection
 *
 * Says goodbye, with or without its will.
 */
void
sim_client_disconnect (SimWorld *world, SimClient *self)
{
  static const guint8 codes[] = { 0x00, 0x00, 0x00, 0x04, 0x80, 0x93 };
  SimPacket *packet = sim_packet_new (SIM_DISCONNECT);
  SimRandom *random = &world->random;

  if (self->version == 5)
    {
      packet->code = codes[sim_random_below (random, G_N_ELEMENTS (codes))];
      if (sim_random_one_in (random, 4) && !world->rules.has_store)
        sim_properties_set_number (&packet->properties,
                                   SIM_SESSION_EXPIRY,
                                   sim_random_one_in (random, 3) ? 0 : sim_random_below (random, 100));
      else if (sim_random_one_in (random, 8) && self->number != 0)
        sim_properties_set_number (&packet->properties, SIM_SESSION_EXPIRY, sim_random_one_in (random, 2) ? 0 : 20);
      if (sim_random_one_in (random, 8))
        sim_properties_set_text (&packet->properties, SIM_REASON_STRING, "that is enough");
    }
  sim_client_send (world, self, packet);
}

/**
 * sim_client_stray:
 * @world: where it lives
 * @self: a client
 *
 * Opens a connection that nothing becomes of: it stays silent, is cut, or begins with what it must not begin with.
 */
void
sim_client_stray (SimWorld *world, SimClient *self)
{
  SimRandom *random = &world->random;
  SimConnection *connection;
  gsize n_bytes = 0;

  if (world->strays->len >= STRAYS_MAX)
    return;
  connection = sim_world_open (world, "stray", choose_door (random));
  switch (sim_random_below (random, 4))
    {
    case 0:
      break;
    case 1:
      sim_world_write (world, connection, sim_client_make_connect (world, self));
      n_bytes = sim_random_below (random, connection->outgoing->len);
      break;
    case 2:
      sim_world_write (world, connection, sim_packet_new (SIM_PINGREQ));
      n_bytes = connection->outgoing->len;
      break;
    default:
      sim_world_write (world, connection, sim_client_make_garbage (world, NULL));
      n_bytes = connection->outgoing->len;
      break;
    }
  if (n_bytes > 0)
    sim_world_give (world, connection, n_bytes);
  g_ptr_array_add (world->strays, connection);
}

/**
 * sim_client_take_connack:
 * @world: where it lives
 * @self: a client
 * @packet: the CONNACK
 *
 * Goes on where it was, if its session is still the same. (A client cannot always know: a session may have come and gone
 * on connections that broke before it read a CONNACK. The simulation tells it, since what it would do otherwise says
 * nothing of the broker.)
 */
void
sim_client_take_connack (SimWorld *world, SimClient *self, const SimPacket *packet)
{
  guint64 incarnation = sim_model_get_incarnation (world->model, self->connection);
  gboolean is_same = incarnation == self->incarnation && incarnation != 0;

  if (packet->code != 0)
    return;
  if (sim_properties_have (&packet->properties, SIM_ASSIGNED_CLIENT_ID) && sim_random_one_in (&world->random, 2))
    {
      g_free (self->client_id);
      self->client_id = g_strdup (packet->properties.texts[SIM_ASSIGNED_CLIENT_ID]);
    }
  self->is_accepted = TRUE;
  self->incarnation = incarnation;
  self->alias_max = sim_properties_get_number (&packet->properties, SIM_TOPIC_ALIAS_MAXIMUM, 0);
  self->receive_max = sim_properties_get_number (&packet->properties, SIM_RECEIVE_MAXIMUM, 65535);
  self->quota = self->receive_max;
  if (!is_same)
    {
      g_hash_table_remove_all (self->received);
      g_hash_table_remove_all (self->seen);
    }
  sim_client_resume_publishing (world, self, is_same);
}
