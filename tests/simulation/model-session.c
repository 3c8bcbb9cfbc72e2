/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/*
 * sim_session_free:
 * @data: (transfer full): a session
 */
void
sim_session_free (gpointer data)
{
  SimSession *self = data;

  g_free (self->client_id);
  g_ptr_array_unref (self->subscriptions);
  g_ptr_array_unref (self->flights);
  g_ptr_array_unref (self->queue);
  g_ptr_array_unref (self->replay);
  g_hash_table_unref (self->received);
  g_free (self);
}

/*
 * sim_model_find_session:
 *
 * Returns: (transfer none) (nullable): the session of @client_id
 */
SimSession *
sim_model_find_session (const SimModel *self, const char *client_id)
{
  for (guint i = 0; i < self->sessions->len; i++)
    if (g_str_equal (((SimSession *) g_ptr_array_index (self->sessions, i))->client_id, client_id))
      return g_ptr_array_index (self->sessions, i);
  return NULL;
}

/*
 * sim_model_make_session:
 *
 * Returns: (transfer none): a session without any state
 */
SimSession *
sim_model_make_session (SimModel *self, const char *client_id)
{
  SimSession *session = g_new0 (SimSession, 1);

  session->client_id = g_strdup (client_id);
  session->incarnation = ++self->n_incarnations;
  session->end.at_us = SIM_NEVER;
  session->will_due.at_us = SIM_NEVER;
  session->subscriptions = g_ptr_array_new_with_free_func (sim_subscription_free);
  session->flights = g_ptr_array_new_with_free_func (sim_delivery_free);
  session->queue = g_ptr_array_new_with_free_func (sim_delivery_free);
  session->replay = g_ptr_array_new_with_free_func (sim_delivery_free);
  session->received = g_hash_table_new (NULL, NULL);
  g_ptr_array_add (self->sessions, session);
  return session;
}

/*
 * sim_model_publish_will:
 *
 * Publishes the will of @session, if it has one, which then has none.
 */
void
sim_model_publish_will (SimModel *self, SimSession *session)
{
  SimMessage *will = session->will;

  session->will = NULL;
  session->will_due.at_us = SIM_NEVER;
  if (will == NULL)
    return;
  sim_model_met (self, session->will_delay_us > 0 ? SIM_EVENT_WILL_DELAYED : SIM_EVENT_WILL);
  /* It is published now, and its life begins. */
  will->expires_us = session->will_expiry_us == SIM_NEVER ? SIM_NEVER : self->report->now_us + session->will_expiry_us;
  if (sim_model_is_denied (self, will))
    self->counts.denied++;
  else
    sim_model_publish (self, will, session->client_id);
}

/*
 * sim_model_end_session:
 * @session: (transfer full): a session without a connection
 *
 * A will that waits does not outlive its session; who has ended does not get it.
 */
void
sim_model_end_session (SimModel *self, SimSession *session)
{
  while (session->subscriptions->len > 0)
    sim_model_unsubscribe (self, g_ptr_array_index (session->subscriptions, 0));
  sim_model_publish_will (self, session);
  g_ptr_array_remove (self->sessions, session);
}

/*
 * sim_model_begin_will:
 * @session: a session without a connection
 *
 * Publishes its will, or waits for what is left of the delay; where it ends before, its end publishes it.
 */
void
sim_model_begin_will (SimModel *self, SimSession *session)
{
  gint64 due_us = session->lost_us + session->will_delay_us;

  session->will_due.at_us = SIM_NEVER;
  if (session->will != NULL && due_us <= self->report->now_us)
    sim_model_publish_will (self, session);
  else if (session->will != NULL && session->will_delay_us < session->expiry_us)
    sim_model_wait_until (self, &session->will_due, due_us);
}

/*
 * sim_model_end_connection:
 * @with_will: whether it ends in a way that has the will published
 *
 * MQTT 5.0, sections 3.1.2.5 and 3.1.3.2.2.
 */
void
sim_model_end_connection (SimModel *self, SimLine *line, gboolean with_will)
{
  SimSession *session = line->session;

  line->deadline_us = SIM_NEVER;
  if (session == NULL)
    return;
  line->session = NULL;
  session->line = NULL;
  session->lost_us = self->report->now_us;
  if (!with_will)
    session->will = NULL;
  if (session->expiry_us == 0)
    {
      sim_model_end_session (self, session);
      return;
    }
  sim_model_begin_will (self, session);
  sim_model_wait_until (self, &session->end, self->report->now_us + session->expiry_us);
}

/*
 * sim_model_fault:
 * @codes: the Reason Codes that are right
 *
 * What the client has sent ends the connection; MQTT 5.0, section 4.13.2.
 */
void
sim_model_fault (SimModel *self, SimLine *line, const char *codes)
{
  sim_model_met (self, SIM_EVENT_FAULT);
  sim_model_end_connection (self, line, TRUE);
  line->is_over = TRUE;
  if (line->version == 5)
    sim_model_answer (self, line, SIM_DISCONNECT, 0, codes);
}

/* --- Time --- */

static SimLine *
next_line (const SimModel *self)
{
  SimLine *next = NULL;

  for (guint i = 0; i < self->lines->len; i++)
    {
      SimLine *line = g_ptr_array_index (self->lines, i);

      if (!line->is_over && (next == NULL || line->deadline_us < next->deadline_us))
        next = line;
    }
  return next;
}

/*
 * sim_model_wait_until:
 * @due: (out): what is waited for from now on
 */
void
sim_model_wait_until (SimModel *self, SimDue *due, gint64 at_us)
{
  *due = (SimDue){ at_us, ++self->n_due };
}

static gboolean
is_before (const SimDue *a, const SimDue *b)
{
  return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

/* What a session waits for next; of one that is connected that is nothing. */
static const SimDue *
due_of (const SimSession *session)
{
  return is_before (&session->will_due, &session->end) ? &session->will_due : &session->end;
}

static SimSession *
next_session (const SimModel *self)
{
  SimSession *next = NULL;

  for (guint i = 0; i < self->sessions->len; i++)
    {
      SimSession *session = g_ptr_array_index (self->sessions, i);

      if (next == NULL || is_before (due_of (session), due_of (next)))
        next = session;
    }
  return next;
}

static SimMessage *
next_retained (const SimModel *self)
{
  SimMessage *next = NULL;
  GHashTableIter iter;
  gpointer message;

  g_hash_table_iter_init (&iter, self->retained);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    if (next == NULL || is_before (&((SimMessage *) message)->retained, &next->retained))
      next = message;
  return next;
}

static void
end_silent (SimModel *self, SimLine *line)
{
  gboolean is_told = line->session != NULL && line->version == 5;

  sim_model_met (self, SIM_EVENT_KEEP_ALIVE);
  sim_model_end_connection (self, line, TRUE);
  line->is_over = TRUE;
  if (is_told)
    sim_model_answer (self, line, SIM_DISCONNECT, 0, "\x8d");
}

/**
 * sim_model_get_deadline:
 * @self: a model
 * @connection: a connection
 *
 * Returns: when it is closed, if its client stays silent; %SIM_NEVER: it may
 */
gint64
sim_model_get_deadline (const SimModel *self, const SimConnection *connection)
{
  const SimLine *line = sim_model_get_line (self, connection);

  return line->is_over ? SIM_NEVER : line->deadline_us;
}

/**
 * sim_model_next_deadline:
 * @self: a model
 *
 * Returns: when the broker has something to do; %SIM_NEVER: never
 */
gint64
sim_model_next_deadline (const SimModel *self)
{
  const SimLine *line = next_line (self);
  const SimSession *session = next_session (self);
  const SimMessage *message = next_retained (self);
  gint64 next_us = SIM_NEVER;

  if (line != NULL)
    next_us = line->deadline_us;
  if (session != NULL)
    next_us = MIN (next_us, due_of (session)->at_us);
  if (message != NULL)
    next_us = MIN (next_us, message->retained.at_us);
  return next_us;
}

/**
 * sim_model_advance:
 * @self: a model
 *
 * The broker has done everything that is due by now.
 */
void
sim_model_advance (SimModel *self)
{
  gint64 at_us;

  while ((at_us = sim_model_next_deadline (self)) <= self->report->now_us)
    {
      SimLine *line = next_line (self);
      SimSession *session = next_session (self);
      SimMessage *message = next_retained (self);

      if (message != NULL && message->retained.at_us == at_us &&
          (session == NULL || is_before (&message->retained, due_of (session))))
        {
          sim_model_met (self, SIM_EVENT_RETAINED_EXPIRED);
          self->counts.expired++;
          g_hash_table_remove (self->retained, message->topic);
        }
      else if (line != NULL && line->deadline_us == at_us)
        {
          end_silent (self, line);
        }
      else if (due_of (session) == &session->will_due)
        {
          sim_model_publish_will (self, session);
        }
      else
        {
          sim_model_met (self, SIM_EVENT_SESSION_EXPIRED);
          sim_model_end_session (self, session);
        }
    }
}
