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
 * hub_queue_clear:
 * @self: a queue
 *
 * Drops all that waits, and the memory.
 */
void
hub_queue_clear (HubQueue *self)
{
  while (self->length > 0)
    hub_message_unref (hub_queue_pop (self));
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
 * hub_queue_cost:
 * @message: a message
 *
 * Returns: what @message counts for in a queue: topic and payload, bytes
 */
gsize
hub_queue_cost (const HubMessage *message)
{
  return message->topic.size + message->payload.size;
}

/**
 * hub_queue_push:
 * @self: a queue
 * @message: a message; the queue takes a reference of its own
 * @qos: QoS of the delivery
 * @is_retain: RETAIN of the delivery
 *
 * Appends a delivery. Limits are the caller's to check.
 *
 * Complexity: constant, amortised.
 */
void
hub_queue_push (HubQueue *self, HubMessage *message, guint8 qos, gboolean is_retain)
{
  if (self->length == self->capacity)
    grow (self);
  self->items[(self->first + self->length) & (self->capacity - 1)] = (HubQueued){
    .message = hub_message_ref (message),
    .qos = qos,
    .is_retain = is_retain,
  };
  self->length++;
  self->bytes += hub_queue_cost (message);
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
 *
 * Removes the oldest delivery.
 *
 * Returns: (transfer full): its message
 */
HubMessage *
hub_queue_pop (HubQueue *self)
{
  HubMessage *message;

  g_assert (self->length > 0);
  message = self->items[self->first].message;
  self->first = (self->first + 1) & (self->capacity - 1);
  self->length--;
  self->bytes -= hub_queue_cost (message);

  if (self->length == 0)
    {
      g_clear_pointer (&self->items, g_free);
      self->capacity = 0;
      self->first = 0;
    }
  return message;
}
