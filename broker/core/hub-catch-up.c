/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-catch-up.h"

/**
 * hub_catch_up_new:
 * @retained: retained messages; must outlive what is returned
 * @filter: the valid Topic Filter of the subscription
 * @identifiers: (nullable): its Subscription Identifiers; a reference of its own is taken
 * @options: what was asked for and granted
 *
 * Returns: (transfer full): a subscription that has got nothing yet
 */
HubCatchUp *
hub_catch_up_new (HubRetained *retained, HubSpan filter, HubIdentifiers *identifiers, guint8 options)
{
  HubCatchUp *self = g_new0 (HubCatchUp, 1);

  self->walk = hub_retained_walk_new (retained, filter);
  self->identifiers = hub_identifiers_ref (identifiers);
  self->options = options;
  return self;
}

/**
 * hub_catch_up_free:
 * @self: (transfer full): a subscription that gets nothing more of what was retained
 */
void
hub_catch_up_free (HubCatchUp *self)
{
  hub_retained_walk_free (self->walk);
  g_clear_pointer (&self->sent, g_hash_table_unref);
  g_clear_pointer (&self->identifiers, hub_identifiers_unref);
  g_free (self);
}

/**
 * hub_catch_up_step:
 * @self: a subscription
 * @message: (out) (transfer none) (nullable): what it is to get now; %NULL: nothing in this step
 *
 * Goes one step further.
 *
 * Returns: %FALSE when that was all
 */
gboolean
hub_catch_up_step (HubCatchUp *self, HubMessage **message)
{
  gboolean goes_on = hub_retained_walk_step (self->walk, message);

  if (*message != NULL && self->sent != NULL && g_hash_table_contains (self->sent, *message))
    *message = NULL;
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
  if (self->sent != NULL && g_hash_table_contains (self->sent, message))
    return FALSE;
  if (!hub_retained_walk_is_ahead (self->walk, message))
    return FALSE;
  if (self->sent == NULL)
    self->sent = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) hub_message_unref, NULL);
  g_hash_table_add (self->sent, hub_message_ref (message));
  return TRUE;
}
