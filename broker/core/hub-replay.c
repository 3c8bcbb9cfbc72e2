/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-replay.h"

static void
item_free (HubReplayItem *item)
{
  hub_message_unref (item->message);
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
 * @message: a retained message; a reference of its own is taken
 * @qos: the QoS of the delivery
 *
 * Lets @message wait. One that waits already keeps its place, and gets the higher QoS of the two.
 *
 * Complexity: constant, amortised.
 */
void
hub_replay_push (HubReplay *self, HubMessage *message, guint8 qos)
{
  HubReplayItem *item;

  if (self->by_message == NULL)
    self->by_message = g_hash_table_new (NULL, NULL);
  item = g_hash_table_lookup (self->by_message, message);
  if (item != NULL)
    {
      item->qos = MAX (item->qos, qos);
      return;
    }
  item = g_new (HubReplayItem, 1);
  *item = (HubReplayItem){ .message = hub_message_ref (message), .qos = qos };
  g_queue_push_tail (&self->items, item);
  g_hash_table_insert (self->by_message, message, item);
}

/**
 * hub_replay_peek:
 * @self: messages that wait
 *
 * Returns: (transfer none) (nullable): the one that has waited longest
 */
const HubReplayItem *
hub_replay_peek (const HubReplay *self)
{
  return g_queue_peek_head ((GQueue *) &self->items);
}

/**
 * hub_replay_pop:
 * @self: messages that wait, at least one
 *
 * Removes the one that has waited longest.
 *
 * Returns: (transfer full): the message
 */
HubMessage *
hub_replay_pop (HubReplay *self)
{
  HubReplayItem *item = g_queue_pop_head (&self->items);
  HubMessage *message = item->message;

  g_hash_table_remove (self->by_message, message);
  g_free (item);
  if (self->items.length == 0)
    g_clear_pointer (&self->by_message, g_hash_table_unref);
  return message;
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
hub_replay_sweep (HubReplay *self, HubReplayKeepFunc keep, gpointer user_data)
{
  GList *next;

  for (GList *at = self->items.head; at != NULL; at = next)
    {
      HubReplayItem *item = at->data;

      next = at->next;
      if (keep (item->message, user_data))
        continue;
      g_hash_table_remove (self->by_message, item->message);
      g_queue_delete_link (&self->items, at);
      item_free (item);
    }
  if (self->items.length == 0)
    g_clear_pointer (&self->by_message, g_hash_table_unref);
}
