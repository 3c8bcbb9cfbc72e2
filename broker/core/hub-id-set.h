/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubIdSet:
 *
 * A set of Packet Identifiers: those of the QoS 2 messages that a client has sent and not released. All
 * zero is an empty one; it takes 8 KiB while it is not.
 */
typedef struct
{
  /*< private >*/
  guint64 *bits; /* (owned) (nullable) */
  guint length;
} HubIdSet;

void hub_id_set_clear (HubIdSet *self);
guint hub_id_set_get_length (const HubIdSet *self);
gboolean hub_id_set_contains (const HubIdSet *self, guint16 packet_id);
void hub_id_set_add (HubIdSet *self, guint16 packet_id);
gboolean hub_id_set_remove (HubIdSet *self, guint16 packet_id);

G_END_DECLS
