/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubIdentifiers:
 * @n_refs: who uses them
 * @capacity: number of bytes that there is room for
 * @size: number of bytes
 * @bytes: the identifiers, each encoded as the property that it will be
 *
 * The Subscription Identifiers of a delivery, as they go into its PUBLISH: reference-counted, and shared by all
 * deliveries of a route. What two share does not change. None at all is %NULL. One thread only.
 *
 * Spec: MQTT 5.0 section 3.3.2.3.8 [MQTT-3.3.4-3], [MQTT-3.3.4-4].
 */
typedef struct
{
  guint n_refs;
  gsize capacity;
  gsize size;
  guint8 bytes[];
} HubIdentifiers;

HubIdentifiers *hub_identifiers_append (HubIdentifiers *self, guint32 identifier) G_GNUC_WARN_UNUSED_RESULT;
HubIdentifiers *hub_identifiers_ref (HubIdentifiers *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_identifiers_unref (HubIdentifiers *self);
HubSpan hub_identifiers_get (const HubIdentifiers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubIdentifiers, hub_identifiers_unref)

G_END_DECLS
