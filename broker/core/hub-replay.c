/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-replay.h"

static void
item_free (HubQueued *item)
{
  hub_queued_clear (item);
  g_free (item);
}

/**
 * hub_replay_clear:
 * @self: messages that wait
 *
 * Drops all that waits, and the memory.
 */
void
hub_replay_clear (HubReplay *self)
{
  g_clear_pointer (&self->by_message, g_hash_table_unref);
  g_queue_clear_full (&self->items, (GDestroyNotify) item_free);
}

/**
 * hub_replay_get_length:
 * @self: messages that wait
 *
 * Returns: how many there are
 */
guint
hub_replay_get_length (const HubReplay *self)
{
  return self->items.length;
}

/**
 * hub_replay_push:
 * @self: messages that wait
 * @item: a retained message; references of its own are taken
 *
 * Lets a message wait. One that waits already keeps its place, and gets the higher QoS of the two and the
 * identifiers of both.
 *
 * Complexity: constant, amortised.
 */
void
hub_replay_push (HubReplay *self, const HubQueued *item)
{
  HubQueued *waiting;

  if (self->by_message == NULL)
    self->by_message = g_hash_table_new (NULL, NULL);
  waiting = g_hash_table_lookup (self->by_message, item->message);
  if (waiting != NULL)
    {
      waiting->qos = MAX (waiting->qos, item->qos);
      waiting->identifiers = hub_identifiers_join (waiting->identifiers, item->identifiers);
      return;
    }
  waiting = g_memdup2 (item, sizeof *item);
  hub_message_ref (waiting->message);
  waiting->identifiers = hub_identifiers_ref (waiting->identifiers);
  g_queue_push_tail (&self->items, waiting);
  g_hash_table_insert (self->by_message, waiting->message, waiting);
}

/**
 * hub_replay_peek:
 * @self: messages that wait
 *
 * Returns: (transfer none) (nullable): the one that has waited longest
 */
const HubQueued *
hub_replay_peek (const HubReplay *self)
{
  return g_queue_peek_head ((GQueue *) &self->items);
}

/**
 * hub_replay_pop:
 * @self: messages that wait, at least one
 * @item: (out): the one that has waited longest, whose references go over to the caller
 *
 * Removes the one that has waited longest.
 */
void
hub_replay_pop (HubReplay *self, HubQueued *item)
{
  HubQueued *first = g_queue_pop_head (&self->items);

  *item = *first;
  g_free (first);
  g_hash_table_remove (self->by_message, item->message);
  if (self->items.length == 0)
    g_clear_pointer (&self->by_message, g_hash_table_unref);
}

/**
 * hub_replay_sweep:
 * @self: messages that wait
 * @keep: (scope call): says which of them are still to be sent
 * @user_data: for @keep
 *
 * Drops those that are not to be sent any more.
 */
void
hub_replay_sweep (HubReplay *self, HubQueuedFunc keep, gpointer user_data)
{
  GList *next;

  for (GList *at = self->items.head; at != NULL; at = next)
    {
      HubQueued *item = at->data;

      next = at->next;
      if (keep (item, user_data))
        continue;
      g_hash_table_remove (self->by_message, item->message);
      g_queue_delete_link (&self->items, at);
      item_free (item);
    }
  if (self->items.length == 0)
    g_clear_pointer (&self->by_message, g_hash_table_unref);
}
