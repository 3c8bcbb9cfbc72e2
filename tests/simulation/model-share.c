/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/model-private.h"

/* Shared subscriptions; MQTT 5.0, section 4.8.2. Whom of its members a share chooses is the broker's affair: it goes by
 * turns, and so does this. */

/*
 * sim_share_free:
 * @data: (transfer full): a share
 */
void
sim_share_free (gpointer data)
{
  SimShare *self = data;

  g_free (self->filter);
  g_free (self->rest);
  g_ptr_array_unref (self->members);
  g_free (self);
}

static SimShare *
find_share (const SimModel *self, const char *filter)
{
  for (guint i = 0; i < self->shares->len; i++)
    if (g_str_equal (((SimShare *) g_ptr_array_index (self->shares, i))->filter, filter))
      return g_ptr_array_index (self->shares, i);
  return NULL;
}

/*
 * sim_model_join_share:
 * @subscription: a new shared one
 */
void
sim_model_join_share (SimModel *self, SimSubscription *subscription)
{
  SimShare *share = find_share (self, subscription->filter);

  if (share == NULL)
    {
      share = g_new0 (SimShare, 1);
      share->filter = g_strdup (subscription->filter);
      share->rest = g_strdup (subscription->rest);
      share->members = g_ptr_array_new ();
      g_ptr_array_add (self->shares, share);
    }
  g_ptr_array_add (share->members, subscription);
}

/*
 * sim_model_leave_share:
 * @subscription: a shared one that ends; the last member takes its place
 */
void
sim_model_leave_share (SimModel *self, SimSubscription *subscription)
{
  SimShare *share = find_share (self, subscription->filter);

  g_assert (share != NULL);
  g_ptr_array_remove_fast (share->members, subscription);
  if (share->members->len == 0)
    g_ptr_array_remove (self->shares, share);
}

/* Who can take a message now comes before who is connected, and who is connected before who is not. */
static guint
rank_of (const SimModel *self, const SimSubscription *member, const SimMessage *message)
{
  guint8 qos = sim_model_delivered_qos (self, message, member->options & 3);

  if (member->session->line == NULL)
    return 1;
  return sim_model_can_take (self, member->session, message, qos) ? 3 : 2;
}

static const SimSubscription *
choose_member (const SimModel *self, SimShare *share, const SimMessage *message)
{
  guint best_rank = 0;
  guint best_at = 0;

  for (guint i = 0; i < share->members->len; i++)
    {
      guint at = (share->next + i) % share->members->len;
      guint rank = rank_of (self, g_ptr_array_index (share->members, at), message);

      if (rank > best_rank)
        {
          best_rank = rank;
          best_at = at;
        }
    }
  share->next = best_at + 1;
  return g_ptr_array_index (share->members, best_at);
}

static int
order_of_level (const char *level)
{
  if (level == NULL)
    return 1;
  return g_str_equal (level, "#") ? 0 : g_str_equal (level, "+") ? 2
                                                                 : 3;
}

/* The order in which the broker looks at two filters that match the same topic. Shares of one filter have that of their
 * beginnings, as long as there are not more than two. */
static int
compare_filters (const char *a, const char *b)
{
  g_auto (GStrv) levels_a = g_strsplit (a, "/", -1);
  g_auto (GStrv) levels_b = g_strsplit (b, "/", -1);

  for (guint i = 0;; i++)
    {
      int difference = order_of_level (levels_a[i]) - order_of_level (levels_b[i]);

      if (difference != 0 || levels_a[i] == NULL)
        return difference;
    }
}

static void
deliver (SimModel *self, SimShare *share, const SimMessage *message)
{
  const SimSubscription *member = choose_member (self, share, message);
  gboolean is_retain = message->is_retain && (member->options & 8) != 0;
  SimDelivery *delivery = sim_delivery_new (self,
                                            message,
                                            sim_model_delivered_qos (self, message, member->options & 3),
                                            is_retain);

  if (share->members->len > 1)
    sim_model_met (self, SIM_EVENT_DELIVER_SHARED);
  sim_delivery_add_identifier (delivery, member->identifier);
  sim_model_deliver (self, member->session, delivery);
}

/*
 * sim_model_publish_to_shares:
 *
 * Hands @message to one member of each share that it is for.
 *
 * Returns: whether there was any
 */
gboolean
sim_model_publish_to_shares (SimModel *self, const SimMessage *message)
{
  g_autoptr (GPtrArray) shares = g_ptr_array_new ();

  for (guint i = 0; i < self->shares->len; i++)
    {
      SimShare *share = g_ptr_array_index (self->shares, i);
      guint at = shares->len;

      if (!sim_topic_matches (share->rest, message->topic))
        continue;
      while (at > 0 && compare_filters (share->rest, ((SimShare *) g_ptr_array_index (shares, at - 1))->rest) < 0)
        at--;
      g_ptr_array_insert (shares, (int) at, share);
    }
  for (guint i = 0; i < shares->len; i++)
    deliver (self, g_ptr_array_index (shares, i), message);
  return shares->len > 0;
}
