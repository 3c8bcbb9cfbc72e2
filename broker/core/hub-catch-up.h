/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identifiers.h"
#include "broker/core/hub-retained.h"

G_BEGIN_DECLS

/**
 * HubCatchUp:
 * @link: its place among those of its client; the data is the subscription itself
 * @walk: (owned): what it has still to come to
 * @waiting: (owned) (nullable): what it has come to, and could not be sent yet
 * @sent: (owned) (nullable) (element-type HubMessage): what was sent before its turn
 * @identifiers: (owned) (nullable): the Subscription Identifiers of the subscription
 * @options: what was asked for and granted
 *
 * A new subscription, and the retained messages that its client does not know yet.
 */
typedef struct
{
  GList link;
  HubRetainedWalk *walk;
  HubMessage *waiting;
  GHashTable *sent;
  HubIdentifiers *identifiers;
  guint8 options;
} HubCatchUp;

gboolean hub_catch_up_step (HubCatchUp *self);
gboolean hub_catch_up_take (HubCatchUp *self, HubMessage *message);

/**
 * HubCatchUps:
 *
 * The new subscriptions of one client, in their order, at most one for each filter. All zero is an empty one, and an empty
 * one owns no memory.
 */
typedef struct
{
  /*< private >*/
  GQueue items;          /* (element-type HubCatchUp) (owned) */
  GHashTable *by_filter; /* (owned) (nullable) (element-type utf8 HubCatchUp) */
} HubCatchUps;

void hub_catch_ups_clear (HubCatchUps *self);
guint hub_catch_ups_get_length (const HubCatchUps *self);
HubCatchUp *hub_catch_ups_peek (const HubCatchUps *self);
HubCatchUp *hub_catch_ups_next (const HubCatchUp *item);
void hub_catch_ups_push (HubCatchUps *self, HubRetained *retained, HubSpan filter, HubIdentifiers *identifiers, guint8 options);
void hub_catch_ups_remove (HubCatchUps *self, HubSpan filter);
void hub_catch_ups_pop (HubCatchUps *self);

G_END_DECLS
