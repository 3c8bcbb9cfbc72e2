/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-inflight.h"

#define FIRST_CAPACITY 4

static HubInflightSlot *
slot_of (const HubInflight *self, guint16 packet_id)
{
  return &self->slots[packet_id & (self->capacity - 1)];
}

static void
grow (HubInflight *self)
{
  guint32 old_capacity = self->capacity;
  HubInflightSlot *old = self->slots;

  self->capacity = old_capacity > 0 ? old_capacity * 2 : FIRST_CAPACITY;
  self->slots = g_new0 (HubInflightSlot, self->capacity);

  /* Identifiers that differ modulo the old capacity differ modulo its double. */
  for (guint32 i = 0; i < old_capacity; i++)
    if (old[i].state != HUB_INFLIGHT_FREE)
      *slot_of (self, old[i].packet_id) = old[i];
  g_free (old);
}

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const HubInflightSlot *first = *(const HubInflightSlot *const *) a;
  const HubInflightSlot *second = *(const HubInflightSlot *const *) b;
  gint32 distance = (gint32) (first->order - second->order);

  return distance < 0 ? -1 : distance > 0;
}

static void
forget (HubInflight *self, HubInflightSlot *slot)
{
  if (slot->message != NULL)
    self->bytes -= hub_queue_cost (slot->message);
  g_clear_pointer (&slot->message, hub_message_unref);
  g_clear_pointer (&slot->identifiers, hub_identifiers_unref);
}

/**
 * hub_inflight_clear:
 * @self: deliveries under way
 *
 * Forgets all of them, and the memory.
 */
void
hub_inflight_clear (HubInflight *self)
{
  for (guint32 i = 0; i < self->capacity; i++)
    forget (self, &self->slots[i]);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->held, g_array_unref);
  self->capacity = 0;
  self->length = 0;
  self->n_held = 0;
}

/**
 * hub_inflight_get_length:
 * @self: deliveries under way
 *
 * Returns: how many there are
 */
guint
hub_inflight_get_length (const HubInflight *self)
{
  return self->length;
}

/**
 * hub_inflight_get_bytes:
 * @self: deliveries under way
 *
 * Returns: the sum of [func@Hub.queue_cost] of those whose message the client has not got for sure
 */
gsize
hub_inflight_get_bytes (const HubInflight *self)
{
  return self->bytes;
}

/**
 * hub_inflight_add:
 * @self: deliveries under way, less than 65,535
 * @item: a delivery at QoS 1 or 2; references of its own are taken
 *
 * Begins a delivery under an unused Packet Identifier.
 *
 * Complexity: constant, amortised.
 * Spec: MQTT 5.0 section 2.2.1 [MQTT-2.2.1-3], [MQTT-2.2.1-4].
 *
 * Returns: the Packet Identifier
 */
guint16
hub_inflight_add (HubInflight *self, const HubQueued *item)
{
  guint16 packet_id = self->last_packet_id;
  HubInflightSlot *slot;

  g_assert (item->qos > 0 && self->length < G_MAXUINT16);
  if (self->length == self->capacity)
    grow (self);

  do
    {
      packet_id = packet_id == G_MAXUINT16 ? 1 : packet_id + 1;
      slot = slot_of (self, packet_id);
    }
  while (slot->state != HUB_INFLIGHT_FREE);

  *slot = (HubInflightSlot){
    .message = hub_message_ref (item->message),
    .identifiers = hub_identifiers_ref (item->identifiers),
    .store_order = item->order,
    .order = self->next_order++,
    .packet_id = packet_id,
    .state = item->qos == 1 ? HUB_INFLIGHT_WAIT_PUBACK : HUB_INFLIGHT_WAIT_PUBREC,
    .is_retain = item->is_retain,
  };
  self->bytes += hub_queue_cost (item->message);
  self->length++;
  self->last_packet_id = packet_id;
  return packet_id;
}

/**
 * hub_inflight_restore:
 * @self: deliveries under way
 * @item: a delivery; its message is %NULL where it was released
 * @packet_id: its Packet Identifier
 * @state: how far it has come
 *
 * Goes on with a delivery that was begun in an earlier life.
 *
 * Returns: %FALSE when there is one with that identifier already
 */
gboolean
hub_inflight_restore (HubInflight *self, const HubQueued *item, guint16 packet_id, HubInflightState state)
{
  HubInflightSlot *slot;

  if (packet_id == 0 || hub_inflight_find (self, packet_id) != NULL)
    return FALSE;
  while (self->capacity == 0 || slot_of (self, packet_id)->state != HUB_INFLIGHT_FREE)
    grow (self);

  slot = slot_of (self, packet_id);
  *slot = (HubInflightSlot){
    .message = item->message != NULL ? hub_message_ref (item->message) : NULL,
    .identifiers = hub_identifiers_ref (item->identifiers),
    .store_order = item->order,
    .order = self->next_order++,
    .packet_id = packet_id,
    .state = state,
    .is_retain = item->is_retain,
  };
  self->bytes += item->message != NULL ? hub_queue_cost (item->message) : 0;
  self->length++;
  self->last_packet_id = packet_id;
  return TRUE;
}

/**
 * hub_inflight_find:
 * @self: deliveries under way
 * @packet_id: a Packet Identifier
 *
 * Complexity: constant.
 *
 * Returns: (transfer none) (nullable): the delivery; valid until the next one is added
 */
HubInflightSlot *
hub_inflight_find (const HubInflight *self, guint16 packet_id)
{
  HubInflightSlot *slot;

  if (self->length == 0)
    return NULL;
  slot = slot_of (self, packet_id);
  return slot->state != HUB_INFLIGHT_FREE && slot->packet_id == packet_id ? slot : NULL;
}

/**
 * hub_inflight_release:
 * @self: deliveries under way
 * @slot: a delivery that waits for PUBREC
 *
 * The client has the message: only PUBREL and PUBCOMP are left of it [MQTT-4.3.3-6].
 */
void
hub_inflight_release (HubInflight *self, HubInflightSlot *slot)
{
  g_assert (slot->state == HUB_INFLIGHT_WAIT_PUBREC);
  hub_inflight_unhold (self, slot);
  slot->state = HUB_INFLIGHT_WAIT_PUBCOMP;
  forget (self, slot);
}

/**
 * hub_inflight_remove:
 * @self: deliveries under way
 * @slot: a delivery that is complete
 */
void
hub_inflight_remove (HubInflight *self, HubInflightSlot *slot)
{
  hub_inflight_unhold (self, slot);
  forget (self, slot);
  slot->state = HUB_INFLIGHT_FREE;
  self->length--;
}

/**
 * hub_inflight_list:
 * @self: deliveries under way
 *
 * Returns: (transfer full) (element-type HubInflightSlot): the deliveries in the order in which they
 *   were begun: the order in which they are sent again [MQTT-4.6.0-1]
 */
GPtrArray *
hub_inflight_list (const HubInflight *self)
{
  GPtrArray *list = g_ptr_array_sized_new (self->length);

  for (guint32 i = 0; i < self->capacity; i++)
    if (self->slots[i].state != HUB_INFLIGHT_FREE)
      g_ptr_array_add (list, &self->slots[i]);
  g_ptr_array_sort (list, compare_order);
  return list;
}

/**
 * hub_inflight_hold_all:
 * @self: deliveries under way
 *
 * Notes that none of them was sent on the connection that has just begun. What is released is not held: it waits for
 * nothing, and counts from the start for how many the client takes at a time.
 *
 * Returns: (transfer full) (element-type HubInflightSlot): what hub_inflight_list() returns
 */
GPtrArray *
hub_inflight_hold_all (HubInflight *self)
{
  GPtrArray *list = hub_inflight_list (self);

  g_clear_pointer (&self->held, g_array_unref);
  self->held_at = 0;
  self->n_held = 0;
  if (list->len > 0)
    self->held = g_array_sized_new (FALSE, FALSE, sizeof (guint16), list->len);
  for (guint i = 0; i < list->len; i++)
    {
      HubInflightSlot *slot = g_ptr_array_index (list, i);

      slot->is_held = slot->state != HUB_INFLIGHT_WAIT_PUBCOMP;
      if (!slot->is_held)
        continue;
      self->n_held++;
      g_array_append_val (self->held, slot->packet_id);
    }
  return list;
}

/**
 * hub_inflight_unhold:
 * @self: deliveries under way
 * @slot: one of them, held or not
 *
 * It is sent now, or does not have to be any more.
 */
void
hub_inflight_unhold (HubInflight *self, HubInflightSlot *slot)
{
  if (!slot->is_held)
    return;
  slot->is_held = FALSE;
  self->n_held--;
}

/**
 * hub_inflight_next_held:
 * @self: deliveries under way
 *
 * Complexity: constant, amortised.
 *
 * Returns: (transfer none) (nullable): the held delivery that was begun first
 */
HubInflightSlot *
hub_inflight_next_held (HubInflight *self)
{
  /* No identifier is given to another delivery as long as one is held, so each still means what it did. */
  while (self->n_held > 0)
    {
      HubInflightSlot *slot = hub_inflight_find (self, g_array_index (self->held, guint16, self->held_at));

      if (slot != NULL && slot->is_held)
        return slot;
      self->held_at++;
    }
  g_clear_pointer (&self->held, g_array_unref);
  return NULL;
}

/**
 * hub_inflight_get_n_sent:
 * @self: deliveries under way
 *
 * Returns: how many of them are not held
 */
guint
hub_inflight_get_n_sent (const HubInflight *self)
{
  return self->length - self->n_held;
}
