/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/world.h"

/**
 * sim_world_open:
 * @self: a world
 * @name: who connects
 * @door: to which door
 *
 * Returns: (transfer none): a connection, known to the broker and to the model
 */
SimConnection *
sim_world_open (SimWorld *self, const char *name, guint door)
{
  SimConnection *connection = sim_broker_open (self->broker, name, door);

  sim_trace (&self->report, "%-8s #%-4u -> opened, door %u", name, connection->number, door);
  sim_model_open (self->model, connection);
  return connection;
}

/**
 * sim_world_write:
 * @self: a world
 * @connection: an open connection
 * @packet: (transfer full): what its client says
 *
 * Nothing of it arrives before sim_world_give().
 */
void
sim_world_write (SimWorld *self, SimConnection *connection, SimPacket *packet)
{
  sim_connection_write (connection, packet, &self->random);
  if (self->report.is_tracing)
    {
      g_autofree char *text = sim_packet_to_text (packet);

      sim_trace (&self->report, "%-8s #%-4u -> %s", connection->name, connection->number, text);
    }
}

/* How many of the bytes that arrive are to be handled at once. Where the broker lists what is retained, it has to be as the
 * model finds it: nothing may have come after a SUBSCRIBE. With a store, what follows a CONNECT may have to wait. */
static gsize
choose_part (const SimWorld *self, const SimConnection *connection, gsize n_bytes)
{
  for (const GList *at = connection->requests.head; at != NULL; at = at->next)
    {
      const SimRequest *request = at->data;

      gboolean is_last = request->packet->type == SIM_SUBSCRIBE ||
                         (request->packet->type == SIM_CONNECT && self->rules.has_store);

      if (is_last && request->end > connection->n_given &&
          request->end - connection->n_given < n_bytes)
        return (gsize) (request->end - connection->n_given);
    }
  return n_bytes;
}

static void
give_part (SimWorld *self, SimConnection *connection, gsize n_bytes)
{
  SimPacket *packet;

  sim_broker_give (self->broker, connection, n_bytes);
  while ((packet = sim_connection_take_given (connection)) != NULL)
    {
      sim_model_take (self->model, connection, packet);
      sim_packet_free (packet);
    }
  sim_model_judge (self->model);
}

/**
 * sim_world_give:
 * @self: a world
 * @connection: an open connection
 * @n_bytes: how many of the bytes written arrive
 *
 * Gives the same to the broker and to the model, and has that judge what comes of it.
 */
void
sim_world_give (SimWorld *self, SimConnection *connection, gsize n_bytes)
{
  if (n_bytes < connection->outgoing->len)
    sim_trace (&self->report,
               "%-8s #%-4u -> %" G_GSIZE_FORMAT " of %u bytes arrive",
               connection->name,
               connection->number,
               n_bytes,
               connection->outgoing->len);
  while (n_bytes > 0 && !connection->is_closed)
    {
      gsize part = choose_part (self, connection, n_bytes);

      give_part (self, connection, part);
      n_bytes -= part;
    }
}

/**
 * sim_world_give_last:
 * @self: a world with a store
 * @connection: an open connection, on which nothing but one packet was written that has not arrived
 * @is_committed: whether what it changes is still committed
 *
 * The broker handles the packet, and dies before it can say what has to be kept first.
 */
void
sim_world_give_last (SimWorld *self, SimConnection *connection, gboolean is_committed)
{
  gboolean has_changed = sim_broker_give_last (self->broker, connection, connection->outgoing->len, is_committed);
  g_autoptr (SimPacket) packet = sim_connection_take_given (connection);

  if (has_changed)
    {
      self->tally->counts[is_committed ? SIM_EVENT_CRASH_AFTER : SIM_EVENT_CRASH_BEFORE]++;
      sim_model_check_silence (self->model, packet);
    }
  if (has_changed && is_committed)
    sim_model_take_blind (self->model, connection, packet);
  sim_world_crash (self);
}

/**
 * sim_world_lose:
 * @self: a world
 * @connection: an open connection, which breaks
 */
void
sim_world_lose (SimWorld *self, SimConnection *connection)
{
  if (connection->requests.length > 0)
    self->tally->counts[SIM_EVENT_CUT]++;
  sim_broker_lose (self->broker, connection);
  sim_model_lose (self->model, connection);
  sim_model_judge (self->model);
}

/**
 * sim_world_discard:
 * @self: a world
 * @connection: (transfer full): a connection that is over
 */
void
sim_world_discard (SimWorld *self, SimConnection *connection)
{
  sim_model_forget (self->model, connection);
  sim_broker_discard (self->broker, connection);
}

/**
 * sim_world_read:
 * @self: a world
 * @connection: a connection, maybe closed
 * @n_bytes: how much its client reads at most
 * @packets: (inout) (element-type SimPacket): what it has read
 *
 * Returns: whether anything has changed
 */
gboolean
sim_world_read (SimWorld *self, SimConnection *connection, gsize n_bytes, GPtrArray *packets)
{
  gsize left = n_bytes;
  gboolean has_changed;
  gsize unread_bytes;
  SimPacket *packet;

  while ((packet = sim_connection_take_read (connection, &left)) != NULL)
    g_ptr_array_add (packets, packet);
  has_changed = left < n_bytes;
  if (connection->is_closed)
    return has_changed;
  sim_broker_note_read (self->broker, connection);
  unread_bytes = connection->unread_bytes;
  if (sim_broker_flush (self->broker, connection))
    sim_model_make_room (self->model, connection);
  sim_model_judge (self->model);
  return has_changed || connection->unread_bytes > unread_bytes;
}

/* The broker has to know of every deadline that the model knows of. */
static void
check_deadline (SimWorld *self)
{
  gint64 model_us = sim_model_next_deadline (self->model);

  if (sim_broker_next_deadline (self->broker) > model_us)
    sim_fail (&self->report, "the broker does not wake up at %.6f s", (double) model_us / SIM_SECOND);
}

/**
 * sim_world_pass:
 * @self: a world
 * @time_us: how much time passes
 *
 * The broker does everything when it is due, and not later.
 */
void
sim_world_pass (SimWorld *self, gint64 time_us)
{
  gint64 end_us = self->report.now_us + time_us;
  gint64 next_us;

  check_deadline (self);
  while ((next_us = sim_broker_next_deadline (self->broker)) <= end_us)
    {
      self->report.now_us = MAX (next_us, self->report.now_us);
      sim_world_catch_up (self);
      check_deadline (self);
    }
  self->report.now_us = end_us;
}

/**
 * sim_world_be_late:
 * @self: a world
 * @time_us: how much time passes
 *
 * The broker is busy: it does not do what is due before sim_world_catch_up().
 */
void
sim_world_be_late (SimWorld *self, gint64 time_us)
{
  self->is_late = TRUE;
  self->report.now_us += time_us;
}

/**
 * sim_world_wait:
 * @self: a world
 * @time_us: how much time passes
 *
 * The broker does what is due, unless it is late; then it stays so.
 */
void
sim_world_wait (SimWorld *self, gint64 time_us)
{
  if (self->is_late)
    sim_world_be_late (self, time_us);
  else
    sim_world_pass (self, time_us);
}

/**
 * sim_world_catch_up:
 * @self: a world
 *
 * The broker does what is due by now.
 */
void
sim_world_catch_up (SimWorld *self)
{
  self->is_late = FALSE;
  sim_broker_advance (self->broker);
  sim_model_advance (self->model);
  sim_model_judge (self->model);
}

/**
 * sim_world_crash:
 * @self: a world
 *
 * The broker dies and comes back, maybe after a while. Its clients lose their connections.
 */
void
sim_world_crash (SimWorld *self)
{
  if (self->rules.has_store && sim_random_one_in (&self->random, 2))
    sim_world_be_late (self, sim_random_between (&self->random, 1, 100) * SIM_SECOND);
  sim_trace (&self->report, "the broker crashes");
  sim_broker_crash (self->broker);
  sim_model_crash (self->model);
}

/**
 * sim_world_compare_counts:
 * @self: a world
 *
 * What the broker says of itself has to be what the model knows.
 */
void
sim_world_compare_counts (SimWorld *self)
{
  SimCounts counts = sim_broker_count (self->broker);
  SimCounts wanted = sim_model_count (self->model);
  const struct
  {
    const char *what;
    guint64 wanted;
    guint64 counted;
  } rows[] = {
    { "connected clients", wanted.clients, counts.clients },
    { "sessions", wanted.sessions, counts.sessions },
    { "subscriptions", wanted.subscriptions, counts.subscriptions },
    { "retained messages", wanted.retained, counts.retained },
    { "accepted messages", wanted.received, counts.received },
    { "sent messages", wanted.sent, counts.sent },
    { "dropped messages", wanted.dropped, counts.dropped },
    { "expired messages", wanted.expired, counts.expired },
    { "denied messages", wanted.denied, counts.denied },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].wanted != rows[i].counted)
      sim_fail (&self->report,
                "the broker counts %" G_GUINT64_FORMAT " %s, and there are %" G_GUINT64_FORMAT,
                rows[i].counted,
                rows[i].what,
                rows[i].wanted);
}
