/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/round.h"

#include "tests/simulation/client.h"

#define START_US (1000 * SIM_SECOND)

#define DRAIN_TURNS_MAX 20000

static SimWorld *
world_new (const SimRoundOptions *options, SimTally *tally)
{
  SimWorld *self = g_new0 (SimWorld, 1);

  self->report = (SimReport){
    .seed = options->seed,
    .n_steps = options->n_steps,
    .now_us = START_US,
    .is_tracing = options->is_tracing,
  };
  self->tally = tally;
  sim_random_init (&self->random, options->seed);
  sim_rules_choose (&self->rules, &self->random);
  sim_rules_trace (&self->rules, &self->report);
  self->broker = sim_broker_new (&self->rules, &self->report, sim_random_next (&self->random));
  self->model = sim_model_new (&self->rules, &self->report, tally, sim_broker_list_retained, self->broker);
  self->clients = g_ptr_array_new_with_free_func (sim_client_free);
  self->strays = g_ptr_array_new ();
  self->kept = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->rules.n_clients; i++)
    g_ptr_array_add (self->clients, sim_client_new (self, i));
  return self;
}

static void
world_free (SimWorld *self)
{
  g_ptr_array_unref (self->clients);
  g_ptr_array_unref (self->strays);
  g_ptr_array_unref (self->kept);
  sim_broker_free (self->broker);
  sim_model_free (self->model);
  g_free (self);
}

/* --- The end of a turn --- */

/* How much a client reads now. */
static gsize
choose_read (SimWorld *world, SimClient *client)
{
  if (client->connection->is_closed)
    return sim_random_one_in (&world->random, 2) ? G_MAXSIZE : 0;
  if (client->reading == SIM_READS_ALL)
    return G_MAXSIZE;
  if (sim_broker_is_paused (world->broker, client->connection) && sim_random_one_in (&world->random, 20))
    client->reading = SIM_READS_ALL;
  if (client->reading == SIM_READS_SLOWLY && sim_random_one_in (&world->random, 4))
    return sim_random_between (&world->random, 1, 300);
  return 0;
}

static void
end_turn_of_client (SimWorld *world, SimClient *client)
{
  gsize n_bytes = choose_read (world, client);

  while (sim_client_read (world, client, n_bytes) && n_bytes == G_MAXSIZE)
    ;
  if (client->connection->is_closed)
    sim_client_leave (world, client);
}

/* As in a server: first the core is told the time, then what can be written is. */
static void
end_turn (SimWorld *world)
{
  sim_world_catch_up (world);
  for (guint i = 0; i < world->clients->len; i++)
    {
      SimClient *client = g_ptr_array_index (world->clients, i);

      if (client->connection != NULL)
        end_turn_of_client (world, client);
    }
  for (guint i = world->strays->len; i > 0; i--)
    {
      SimConnection *stray = g_ptr_array_index (world->strays, i - 1);

      if (!stray->is_closed && sim_random_one_in (&world->random, 100))
        sim_world_lose (world, stray);
      if (stray->is_closed)
        sim_world_discard (world, g_ptr_array_steal_index (world->strays, i - 1));
    }
  sim_world_compare_counts (world);
}

/* --- Steps --- */

static gint64
choose_time (SimRandom *random)
{
  if (sim_random_one_in (random, 1000))
    return sim_random_between (random, 1, 8 * 24 * 3600) * SIM_SECOND;
  if (sim_random_one_in (random, 100))
    return sim_random_between (random, 1, 200) * SIM_SECOND;
  if (sim_random_one_in (random, 8))
    return sim_random_between (random, 1, 4000) * G_TIME_SPAN_MILLISECOND;
  return 0;
}

/* Garbage arrives as a whole: at which of its bytes the broker has had enough is its own affair. */
static gboolean
has_garbage (const SimConnection *connection)
{
  for (const GList *at = connection->requests.head; at != NULL; at = at->next)
    if (((const SimRequest *) at->data)->packet->type == SIM_GARBAGE)
      return TRUE;
  return FALSE;
}

static void
give_some (SimWorld *world, SimClient *client)
{
  SimConnection *connection = client->connection;
  gsize n_bytes = connection->outgoing->len;

  if (n_bytes > 0 && !has_garbage (connection) && sim_random_one_in (&world->random, 12))
    n_bytes = sim_random_below (&world->random, (guint) n_bytes);
  if (n_bytes > 0)
    sim_world_give (world, connection, n_bytes);
}

static void
act (SimWorld *world, SimClient *client)
{
  guint n = sim_random_one_in (&world->random, 4) ? sim_random_between (&world->random, 1, 5) : 1;

  for (; n > 0; n--)
    sim_client_act (world, client);
}

/* The connection breaks, maybe in the middle of a packet. */
static void
lose (SimWorld *world, SimClient *client)
{
  if (sim_client_is_able (world, client) && sim_random_one_in (&world->random, 2))
    {
      act (world, client);
      if (client->connection->outgoing->len > 0 && !has_garbage (client->connection))
        sim_world_give (world, client->connection, sim_random_below (&world->random, client->connection->outgoing->len));
    }
  if (!client->connection->is_closed)
    sim_world_lose (world, client->connection);
}

static void
step_of_client (SimWorld *world, SimClient *client)
{
  SimRandom *random = &world->random;

  if (client->connection == NULL && sim_random_one_in (random, 8))
    {
      sim_client_stray (world, client);
    }
  else if (client->connection == NULL)
    {
      sim_client_connect (world, client);
      if (sim_random_one_in (random, 4))
        act (world, client);
      give_some (world, client);
    }
  else if (sim_random_one_in (random, 80))
    {
      sim_client_connect (world, client);
    }
  else if (sim_random_one_in (random, 80))
    {
      lose (world, client);
    }
  else if (sim_client_is_able (world, client))
    {
      act (world, client);
      give_some (world, client);
    }
}

static SimClient *
choose_client (SimWorld *world)
{
  return g_ptr_array_index (world->clients, sim_random_below (&world->random, world->clients->len));
}

/*
 * The broker is late: it handles what a client sends before what was due earlier. If it finds several clients silent at
 * the same moment, nothing says whose session ends first: so there is one at most, and it is found at a time of its own.
 * Until then the client that acts may wait twice, where it connects.
 */
static gboolean
step_late (SimWorld *world)
{
  SimClient *client = choose_client (world);
  gint64 late_us = sim_random_between (&world->random, 0, 40) * SIM_SECOND;
  SimClient *silent = NULL;

  /* Who comes back late, for its session or its will, is worth more than others. */
  for (guint i = 0; i < 5 && client->connection != NULL; i++)
    client = choose_client (world);
  late_us += sim_client_time_to_phase (world, client);
  for (guint i = 0; i < world->clients->len; i++)
    {
      SimClient *other = g_ptr_array_index (world->clients, i);

      if (other->connection == NULL ||
          sim_model_get_deadline (world->model, other->connection) > world->report.now_us + late_us + 3 * SIM_PHASES_US)
        continue;
      if (silent != NULL)
        return FALSE;
      silent = other;
    }
  world->tally->counts[SIM_EVENT_LATE]++;
  sim_world_be_late (world, late_us);
  step_of_client (world, client);
  if (silent != NULL)
    sim_world_wait (world, sim_client_time_to_phase (world, silent));
  sim_world_catch_up (world);
  return TRUE;
}

/* Has a client write something that does not arrive; returns whether that is one packet and nothing else. */
static gboolean
write_one (SimWorld *world, SimClient *client)
{
  if (client->connection == NULL)
    sim_client_connect (world, client);
  for (guint i = 0; i < 5 && sim_client_is_able (world, client) && client->connection->outgoing->len == 0; i++)
    sim_client_act (world, client);
  return sim_client_is_able (world, client) && client->connection->requests.length == 1 && !has_garbage (client->connection);
}

/* The broker dies; with a store maybe while it handles a packet. */
static void
crash (SimWorld *world, SimClient *client)
{
  sim_world_pass (world, sim_client_time_to_phase (world, client));
  if (world->rules.has_store && write_one (world, client))
    sim_world_give_last (world, client->connection, client->is_accepted && sim_random_one_in (&world->random, 2));
  else
    sim_world_crash (world);
}

static void
step (SimWorld *world)
{
  SimRandom *random = &world->random;
  SimClient *client = choose_client (world);
  gint64 time_us = choose_time (random);

  world->report.step++;
  if (sim_random_one_in (random, world->rules.has_store ? 100 : 5000))
    {
      crash (world, client);
      end_turn (world);
    }
  if (!sim_random_one_in (random, 50) || !step_late (world))
    {
      sim_world_pass (world, time_us);
      sim_world_pass (world, sim_client_time_to_phase (world, client));
      step_of_client (world, client);
    }
  end_turn (world);
}

/* --- The end --- */

static gboolean
drain_client (SimWorld *world, SimClient *client)
{
  gboolean is_busy;

  client->reading = SIM_READS_ALL;
  sim_world_pass (world, sim_client_time_to_phase (world, client));
  if (!sim_client_is_able (world, client))
    return client->connection != NULL;
  is_busy = sim_client_answer_all (world, client);
  if (client->connection->outgoing->len > 0)
    {
      sim_world_give (world, client->connection, client->connection->outgoing->len);
      is_busy = TRUE;
    }
  if (client->connection->is_closed)
    return TRUE;
  return sim_model_count_waiting (world->model, client->connection) > 0 || is_busy;
}

/* Once all read and answer, all who are there have to get everything that is theirs. */
static void
drain (SimWorld *world)
{
  gboolean is_busy = TRUE;

  for (guint turn = 0; is_busy; turn++)
    {
      is_busy = FALSE;
      if (turn == DRAIN_TURNS_MAX)
        sim_fail (&world->report, "there is no end to it");
      for (guint i = 0; i < world->clients->len; i++)
        is_busy = drain_client (world, g_ptr_array_index (world->clients, i)) || is_busy;
      end_turn (world);
    }
}

static void
leave_all (SimWorld *world)
{
  for (guint i = 0; i < world->clients->len; i++)
    {
      SimClient *client = g_ptr_array_index (world->clients, i);

      sim_world_pass (world, sim_client_time_to_phase (world, client));
      if (client->connection != NULL && !client->connection->is_closed)
        sim_world_lose (world, client->connection);
      if (client->connection != NULL)
        sim_client_leave (world, client);
    }
  while (world->strays->len > 0)
    {
      SimConnection *stray = g_ptr_array_steal_index (world->strays, 0);

      if (!stray->is_closed)
        sim_world_lose (world, stray);
      sim_world_discard (world, stray);
    }
}

/* When all are gone for good nothing may be left but what is retained. */
static void
check_nothing_left (SimWorld *world)
{
  g_autofree char *left = NULL;
  SimCounts counts;

  sim_world_pass (world, world->rules.session_expiry_max_us + SIM_SECOND);
  /* The last wills may have been retained, with a life of their own. */
  sim_world_pass (world, 1000 * SIM_SECOND);
  sim_world_compare_counts (world);
  counts = sim_broker_count (world->broker);
  if (counts.clients > 0 || counts.sessions > 0 || counts.subscriptions > 0)
    sim_fail (&world->report, "something is left when all are gone");
  left = sim_broker_find_left (world->broker);
  if (left != NULL)
    sim_fail (&world->report, "the store still has '%s' when all are gone", left);
  if (sim_broker_next_deadline (world->broker) != SIM_NEVER)
    sim_fail (&world->report, "the broker wakes up when all are gone");
}

static void
stop (SimWorld *world)
{
  sim_broker_stop (world->broker);
  for (guint i = 0; i < world->clients->len; i++)
    {
      SimClient *client = g_ptr_array_index (world->clients, i);
      const SimPacket *last;

      if (client->connection == NULL)
        continue;
      last = g_queue_peek_tail (&client->connection->arrived);
      if (!client->connection->is_closed)
        sim_fail (&world->report, "%s: still open after the end", client->name);
      if (client->is_accepted && client->version == 5 && (last == NULL || last->type != SIM_DISCONNECT || last->code != 0x8b))
        sim_fail (&world->report, "%s: was not told of the end", client->name);
    }
}

/**
 * sim_round_run:
 * @options: how
 * @tally: (inout): what was met
 *
 * Plays a round. It returns only if nothing was wrong.
 */
void
sim_round_run (const SimRoundOptions *options, SimTally *tally)
{
  SimWorld *world = world_new (options, tally);

  for (guint i = 0; i < options->n_steps; i++)
    step (world);
  drain (world);
  if (sim_random_one_in (&world->random, 4))
    {
      stop (world);
    }
  else
    {
      leave_all (world);
      check_nothing_left (world);
    }
  tally->steps += options->n_steps;
  tally->rounds++;
  world_free (world);
}
