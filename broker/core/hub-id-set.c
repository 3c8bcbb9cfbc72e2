/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-id-set.h"

#define WORDS ((G_MAXUINT16 + 1) / 64)

static guint64
bit_of (guint16 packet_id)
{
  return G_GUINT64_CONSTANT (1) << (packet_id & 63);
}

/**
 * hub_id_set_clear:
 * @self: a set
 *
 * Empties it, and frees its memory.
 */
void
hub_id_set_clear (HubIdSet *self)
{
  g_clear_pointer (&self->bits, g_free);
  self->length = 0;
}

/**
 * hub_id_set_get_length:
 * @self: a set
 *
 * Returns: how many identifiers are in it
 */
guint
hub_id_set_get_length (const HubIdSet *self)
{
  return self->length;
}

/**
 * hub_id_set_contains:
 * @self: a set
 * @packet_id: a Packet Identifier
 *
 * Returns: whether it is in the set
 */
gboolean
hub_id_set_contains (const HubIdSet *self, guint16 packet_id)
{
  return self->bits != NULL && (self->bits[packet_id / 64] & bit_of (packet_id)) != 0;
}

/**
 * hub_id_set_add:
 * @self: a set
 * @packet_id: a Packet Identifier that is not in it
 */
void
hub_id_set_add (HubIdSet *self, guint16 packet_id)
{
  if (self->bits == NULL)
    self->bits = g_new0 (guint64, WORDS);
  self->bits[packet_id / 64] |= bit_of (packet_id);
  self->length++;
}

/**
 * hub_id_set_remove:
 * @self: a set
 * @packet_id: a Packet Identifier
 *
 * Returns: whether it was in the set
 */
gboolean
hub_id_set_remove (HubIdSet *self, guint16 packet_id)
{
  if (!hub_id_set_contains (self, packet_id))
    return FALSE;
  self->bits[packet_id / 64] &= ~bit_of (packet_id);
  if (--self->length == 0)
    hub_id_set_clear (self);
  return TRUE;
}
