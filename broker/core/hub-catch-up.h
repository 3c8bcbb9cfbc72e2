/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identifiers.h"
#include "broker/core/hub-retained.h"

G_BEGIN_DECLS

/**
 * HubCatchUp:
 * @walk: (owned): what it has still to come to
 * @sent: (owned) (nullable) (element-type HubMessage): what was sent before its turn
 * @identifiers: (owned) (nullable): the Subscription Identifiers of the subscription
 * @options: what was asked for and granted
 *
 * A new subscription, and the retained messages that its client does not know yet.
 */
typedef struct
{
  HubRetainedWalk *walk;
  GHashTable *sent;
  HubIdentifiers *identifiers;
  guint8 options;
} HubCatchUp;

HubCatchUp *hub_catch_up_new (HubRetained *retained, HubSpan filter, HubIdentifiers *identifiers, guint8 options) G_GNUC_WARN_UNUSED_RESULT;
void hub_catch_up_free (HubCatchUp *self);
gboolean hub_catch_up_step (HubCatchUp *self, HubMessage **message);
gboolean hub_catch_up_take (HubCatchUp *self, HubMessage *message);

G_END_DECLS
