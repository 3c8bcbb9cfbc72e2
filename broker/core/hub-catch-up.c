/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-catch-up.h"

#include "broker/wire/hub-span-hash.h"

static HubCatchUp *
catch_up_new (HubRetained *retained, HubSpan filter, HubIdentifiers *identifiers, guint8 options)
{
  HubCatchUp *self = g_new0 (HubCatchUp, 1);

  self->link.data = self;
  self->walk = hub_retained_walk_new (retained, filter);
  self->identifiers = hub_identifiers_ref (identifiers);
  self->options = options;
  return self;
}

static void
catch_up_free (HubCatchUp *self)
{
  hub_retained_walk_free (self->walk);
  g_clear_pointer (&self->waiting, hub_message_unref);
  g_clear_pointer (&self->sent, g_hash_table_unref);
  g_clear_pointer (&self->identifiers, hub_identifiers_unref);
  g_free (self);
}

/**
 * hub_catch_up_step:
 * @self: a subscription
 *
 * Goes one step further, unless something is waiting that is still retained.
 *
 * Returns: %FALSE when that was all
 */
gboolean
hub_catch_up_step (HubCatchUp *self)
{
  HubMessage *message;
  gboolean goes_on;

  if (self->waiting != NULL && hub_retained_walk_is_current (self->walk, self->waiting))
    return TRUE;
  g_clear_pointer (&self->waiting, hub_message_unref);
  goes_on = hub_retained_walk_step (self->walk, &message);
  if (message != NULL && (self->sent == NULL || !g_hash_table_contains (self->sent, message)))
    self->waiting = hub_message_ref (message);
  return goes_on;
}

/**
 * hub_catch_up_take:
 * @self: a subscription
 * @message: a retained message
 *
 * Takes @message out of its turn.
 *
 * Returns: whether it was to be sent still
 */
gboolean
hub_catch_up_take (HubCatchUp *self, HubMessage *message)
{
  if (self->waiting == message)
    {
      g_clear_pointer (&self->waiting, hub_message_unref);
      return TRUE;
    }
  if (self->sent != NULL && g_hash_table_contains (self->sent, message))
    return FALSE;
  if (!hub_retained_walk_is_ahead (self->walk, message))
    return FALSE;
  if (self->sent == NULL)
    self->sent = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) hub_message_unref, NULL);
  g_hash_table_add (self->sent, hub_message_ref (message));
  return TRUE;
}

/**
 * hub_catch_ups_clear:
 * @self: new subscriptions
 *
 * Ends all of them.
 */
void
hub_catch_ups_clear (HubCatchUps *self)
{
  while (self->items.length > 0)
    hub_catch_ups_pop (self);
}

/**
 * hub_catch_ups_get_length:
 * @self: new subscriptions
 *
 * Returns: how many there are
 */
guint
hub_catch_ups_get_length (const HubCatchUps *self)
{
  return self->items.length;
}

/**
 * hub_catch_ups_peek:
 * @self: new subscriptions
 *
 * Returns: (transfer none) (nullable): the first one
 */
HubCatchUp *
hub_catch_ups_peek (const HubCatchUps *self)
{
  return self->items.head != NULL ? self->items.head->data : NULL;
}

/**
 * hub_catch_ups_next:
 * @item: a new subscription
 *
 * Returns: (transfer none) (nullable): the one after it
 */
HubCatchUp *
hub_catch_ups_next (const HubCatchUp *item)
{
  return item->link.next != NULL ? item->link.next->data : NULL;
}

/**
 * hub_catch_ups_push:
 * @self: new subscriptions
 * @retained: retained messages; must outlive @self
 * @filter: a valid Topic Filter
 * @identifiers: (nullable): the Subscription Identifiers; a reference of its own is taken
 * @options: what was asked for and granted
 *
 * Adds one that has got nothing yet, as the last one. One to the same filter ends.
 */
void
hub_catch_ups_push (HubCatchUps *self, HubRetained *retained, HubSpan filter, HubIdentifiers *identifiers, guint8 options)
{
  HubCatchUp *item = catch_up_new (retained, filter, identifiers, options);

  hub_catch_ups_remove (self, filter);
  if (self->by_filter == NULL)
    self->by_filter = g_hash_table_new (hub_string_hash, g_str_equal);
  g_hash_table_insert (self->by_filter, (gpointer) hub_retained_walk_get_filter (item->walk), item);
  g_queue_push_tail_link (&self->items, &item->link);
}

static void
remove_item (HubCatchUps *self, HubCatchUp *item)
{
  g_hash_table_remove (self->by_filter, hub_retained_walk_get_filter (item->walk));
  g_queue_unlink (&self->items, &item->link);
  catch_up_free (item);
  if (self->items.length == 0)
    g_clear_pointer (&self->by_filter, g_hash_table_unref);
}

/**
 * hub_catch_ups_remove:
 * @self: new subscriptions
 * @filter: a Topic Filter
 *
 * Ends the one to @filter, if there is one.
 */
void
hub_catch_ups_remove (HubCatchUps *self, HubSpan filter)
{
  g_autofree char *key = self->by_filter != NULL ? hub_span_dup_string (filter) : NULL;
  HubCatchUp *item = key != NULL ? g_hash_table_lookup (self->by_filter, key) : NULL;

  if (item != NULL)
    remove_item (self, item);
}

/**
 * hub_catch_ups_pop:
 * @self: new subscriptions, at least one
 *
 * Ends the first one.
 */
void
hub_catch_ups_pop (HubCatchUps *self)
{
  remove_item (self, self->items.head->data);
}
