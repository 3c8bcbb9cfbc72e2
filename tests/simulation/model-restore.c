/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/* What is left of everything when the broker has died, and its store has not. */

/* The store counts milliseconds. */
static gint64
round_down (gint64 time_us)
{
  return time_us / G_TIME_SPAN_MILLISECOND * G_TIME_SPAN_MILLISECOND;
}

/* When they expire is kept in milliseconds. */
static void
restore_messages (SimModel *self)
{
  GHashTableIter iter;
  gpointer message;

  for (guint i = 0; i < self->messages->len; i++)
    {
      SimMessage *restored = g_ptr_array_index (self->messages, i);

      if (restored->expires_us != SIM_NEVER)
        restored->expires_us = round_down (restored->expires_us);
    }
  g_hash_table_iter_init (&iter, self->retained);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    if (((SimMessage *) message)->expires_us <= self->report->now_us)
      g_hash_table_iter_remove (&iter);
    else
      sim_model_wait_until (self, &((SimMessage *) message)->retained, ((SimMessage *) message)->expires_us);
}

static gboolean
is_denied_cb (gpointer key, gpointer value, gpointer user_data)
{
  return GPOINTER_TO_INT (value) == SIM_RECEIVED_DENIED;
}

/* QoS 0 is not kept, nor that a new subscription has asked for what is retained. Who has ended by now gets nothing more. */
static void
restore_session (SimModel *self, SimSession *session)
{
  session->lost_us = session->line != NULL ? self->report->now_us : round_down (session->lost_us);
  session->line = NULL;
  sim_model_wait_until (self, &session->end, MAX (session->lost_us + session->expiry_us, self->report->now_us));
  if (session->end.at_us == self->report->now_us)
    g_ptr_array_set_size (session->subscriptions, 0);
  for (guint i = session->queue->len; i > 0; i--)
    if (((const SimDelivery *) g_ptr_array_index (session->queue, i - 1))->qos == 0)
      g_ptr_array_remove_index (session->queue, i - 1);
  g_ptr_array_set_size (session->replay, 0);
  g_hash_table_foreach_remove (session->received, is_denied_cb, NULL);
}

static int
compare_subscriptions (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(SimSubscription *const *) a)->filter, (*(SimSubscription *const *) b)->filter);
}

/* The shares are made anew, in the order in which the store tells of their members. */
static void
restore_shares (SimModel *self)
{
  g_ptr_array_set_size (self->shares, 0);
  for (guint i = 0; i < self->sessions->len; i++)
    {
      GPtrArray *subscriptions = ((SimSession *) g_ptr_array_index (self->sessions, i))->subscriptions;

      g_ptr_array_sort (subscriptions, compare_subscriptions);
      for (guint k = 0; k < subscriptions->len; k++)
        if (((SimSubscription *) g_ptr_array_index (subscriptions, k))->share != NULL)
          sim_model_join_share (self, g_ptr_array_index (subscriptions, k));
    }
}

/*
 * sim_model_restore:
 *
 * Forgets what is not kept. Whoever was connected has lost the connection now.
 */
void
sim_model_restore (SimModel *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    restore_session (self, g_ptr_array_index (self->sessions, i));
  restore_messages (self);
  restore_shares (self);
  for (guint i = 0; i < self->sessions->len; i++)
    sim_model_begin_will (self, g_ptr_array_index (self->sessions, i));
  for (guint i = 0; i < self->sessions->len;)
    if (((SimSession *) g_ptr_array_index (self->sessions, i))->expiry_us == 0)
      sim_model_end_session (self, g_ptr_array_index (self->sessions, i));
    else
      i++;
}
