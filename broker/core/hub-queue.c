/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-queue.h"

#define FIRST_CAPACITY 8

static void
grow (HubQueue *self)
{
  guint capacity = self->capacity > 0 ? self->capacity * 2 : FIRST_CAPACITY;
  HubQueued *items = g_new (HubQueued, capacity);

  for (guint i = 0; i < self->length; i++)
    items[i] = self->items[(self->first + i) & (self->capacity - 1)];
  g_free (self->items);
  self->items = items;
  self->capacity = capacity;
  self->first = 0;
}

/**
 * hub_queued_clear:
 * @self: a delivery
 *
 * Drops what it holds.
 */
void
hub_queued_clear (HubQueued *self)
{
  g_clear_pointer (&self->message, hub_message_unref);
  g_clear_pointer (&self->identifiers, hub_identifiers_unref);
}

/**
 * hub_queue_clear:
 * @self: a queue
 *
 * Drops all that waits, and the memory.
 */
void
hub_queue_clear (HubQueue *self)
{
  while (self->length > 0)
    {
      g_auto (HubQueued) item = { 0 };

      hub_queue_pop (self, &item);
    }
}

/**
 * hub_queue_get_length:
 * @self: a queue
 *
 * Returns: the number of deliveries that wait
 */
guint
hub_queue_get_length (const HubQueue *self)
{
  return self->length;
}

/**
 * hub_queue_get_bytes:
 * @self: a queue
 *
 * Returns: the sum of [func@Hub.queue_cost] of all that waits
 */
gsize
hub_queue_get_bytes (const HubQueue *self)
{
  return self->bytes;
}

/**
 * hub_queue_has_qos_0:
 * @self: a queue
 *
 * Returns: whether a delivery at QoS 0 waits in it
 */
gboolean
hub_queue_has_qos_0 (const HubQueue *self)
{
  return self->n_qos_0 > 0;
}

/**
 * hub_queue_cost:
 * @message: a message
 *
 * Returns: what @message counts for, in a queue and among what is retained: topic and payload, bytes
 */
gsize
hub_queue_cost (const HubMessage *message)
{
  return message->topic.size + message->payload.size;
}

/**
 * hub_queue_push:
 * @self: a queue
 * @item: a delivery; the queue takes references of its own
 *
 * Appends a delivery. Limits are the caller's to check.
 *
 * Complexity: constant, amortised.
 */
void
hub_queue_push (HubQueue *self, const HubQueued *item)
{
  HubQueued *place;

  if (self->length == self->capacity)
    grow (self);
  place = &self->items[(self->first + self->length) & (self->capacity - 1)];
  *place = *item;
  hub_message_ref (place->message);
  if (place->identifiers != NULL)
    place->identifiers = hub_identifiers_ref (place->identifiers);
  self->expires_us = self->length > 0 ? MIN (self->expires_us, item->message->expires_us) : item->message->expires_us;
  self->length++;
  self->n_qos_0 += item->qos == 0;
  self->bytes += hub_queue_cost (item->message);
}

/**
 * hub_queue_peek:
 * @self: a queue
 *
 * Returns: (transfer none) (nullable): the oldest delivery
 */
const HubQueued *
hub_queue_peek (const HubQueue *self)
{
  return self->length > 0 ? &self->items[self->first] : NULL;
}

/**
 * hub_queue_pop:
 * @self: a queue that is not empty
 * @item: (out): the oldest delivery, whose references go over to the caller
 *
 * Removes the oldest delivery.
 */
void
hub_queue_pop (HubQueue *self, HubQueued *item)
{
  g_assert (self->length > 0);
  *item = self->items[self->first];
  self->first = (self->first + 1) & (self->capacity - 1);
  self->length--;
  self->n_qos_0 -= item->qos == 0;
  self->bytes -= hub_queue_cost (item->message);

  if (self->length == 0)
    {
      g_clear_pointer (&self->items, g_free);
      self->capacity = 0;
      self->first = 0;
    }
}

/**
 * hub_queue_visit:
 * @self: a queue
 * @func: (scope call): called with each delivery, the oldest first; what it returns does not matter
 * @user_data: for @func
 */
void
hub_queue_visit (const HubQueue *self, HubQueuedFunc func, gpointer user_data)
{
  for (guint i = 0; i < self->length; i++)
    func (&self->items[(self->first + i) & (self->capacity - 1)], user_data);
}

/**
 * hub_queue_may_expire:
 * @self: a queue
 * @now_us: the time, microseconds
 *
 * Complexity: constant.
 *
 * Returns: %FALSE when nothing that waits has expired; sweeping would be in vain
 */
gboolean
hub_queue_may_expire (const HubQueue *self, gint64 now_us)
{
  return self->length > 0 && self->expires_us <= now_us;
}

/**
 * hub_queue_sweep:
 * @self: a queue
 * @keep: (scope call): says which deliveries go on waiting
 * @user_data: for @keep
 *
 * Drops the others.
 *
 * Complexity: linear in the length.
 *
 * Returns: how many were dropped
 */
guint
hub_queue_sweep (HubQueue *self, HubQueuedFunc keep, gpointer user_data)
{
  guint length = self->length;

  self->expires_us = HUB_MESSAGE_NEVER;
  for (guint i = 0; i < length; i++)
    {
      g_auto (HubQueued) item = { 0 };

      hub_queue_pop (self, &item);
      if (keep (&item, user_data))
        hub_queue_push (self, &item);
    }
  return length - self->length;
}
