/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-replay.h"

static void
item_free (HubQueued *item)
{
  hub_queued_clear (item);
  g_free (item);
}

static void
take_link (HubReplay *self, GList *link, HubQueued *item)
{
  HubQueued *taken = link->data;

  *item = *taken;
  g_free (taken);
  g_queue_delete_link (&self->items, link);
  g_hash_table_remove (self->by_message, item->message);
  if (self->items.length == 0)
    g_clear_pointer (&self->by_message, g_hash_table_unref);
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
  GList *link;

  if (self->by_message == NULL)
    self->by_message = g_hash_table_new (NULL, NULL);
  link = g_hash_table_lookup (self->by_message, item->message);
  if (link != NULL)
    {
      waiting = link->data;
      waiting->qos = MAX (waiting->qos, item->qos);
      waiting->identifiers = hub_identifiers_join (waiting->identifiers, item->identifiers);
      return;
    }
  waiting = g_memdup2 (item, sizeof *item);
  hub_message_ref (waiting->message);
  waiting->identifiers = hub_identifiers_ref (waiting->identifiers);
  g_queue_push_tail (&self->items, waiting);
  g_hash_table_insert (self->by_message, waiting->message, self->items.tail);
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
  take_link (self, self->items.head, item);
}

/**
 * hub_replay_take:
 * @self: messages that wait
 * @message: one that may be among them
 * @qos: a QoS
 * @item: (out): @message, when it waits and is to be delivered with @qos; its references go over to the caller
 *
 * Takes a message out of its turn.
 *
 * Complexity: constant.
 *
 * Returns: whether there was one
 */
gboolean
hub_replay_take (HubReplay *self, const HubMessage *message, guint8 qos, HubQueued *item)
{
  GList *link = self->by_message != NULL ? g_hash_table_lookup (self->by_message, message) : NULL;

  if (link == NULL || ((HubQueued *) link->data)->qos != qos)
    return FALSE;
  take_link (self, link, item);
  return TRUE;
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
