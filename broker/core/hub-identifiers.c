/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-identifiers.h"

#include "broker/wire/hub-properties.h"

#define FIRST_CAPACITY 6

/* One that nobody else has, with the same identifiers and room for more: a route may have tens of thousands. */
static HubIdentifiers *
make_room (HubIdentifiers *self, gsize size)
{
  HubSpan old = hub_identifiers_get (self);
  gsize capacity = MAX (FIRST_CAPACITY, old.size + MAX (old.size, size));
  HubIdentifiers *result;

  if (self != NULL && self->n_refs == 1)
    {
      if (old.size + size <= self->capacity)
        return self;
      result = g_realloc (self, sizeof (HubIdentifiers) + capacity);
      result->capacity = capacity;
      return result;
    }
  result = g_malloc (sizeof (HubIdentifiers) + capacity);
  *result = (HubIdentifiers){ .n_refs = 1, .size = old.size, .capacity = capacity };
  if (old.size > 0)
    memcpy (result->bytes, old.data, old.size);
  if (self != NULL)
    hub_identifiers_unref (self);
  return result;
}

/**
 * hub_identifiers_append:
 * @self: (transfer full) (nullable): identifiers
 * @identifier: 1 to 268,435,455; 0: none, and @self stays as it is
 *
 * Returns: (transfer full) (nullable): those of @self, and then @identifier
 */
HubIdentifiers *
hub_identifiers_append (HubIdentifiers *self, guint32 identifier)
{
  guint8 bytes[5] = { HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER };
  gsize size;

  if (identifier == 0)
    return self;
  size = 1 + hub_varint_write (bytes + 1, identifier);
  self = make_room (self, size);
  memcpy (self->bytes + self->size, bytes, size);
  self->size += size;
  return self;
}

/**
 * hub_identifiers_ref:
 * @self: (nullable): identifiers
 *
 * Returns: (transfer full) (nullable): @self
 */
HubIdentifiers *
hub_identifiers_ref (HubIdentifiers *self)
{
  if (self != NULL)
    self->n_refs++;
  return self;
}

/**
 * hub_identifiers_unref:
 * @self: (transfer full): identifiers
 */
void
hub_identifiers_unref (HubIdentifiers *self)
{
  if (--self->n_refs == 0)
    g_free (self);
}

/**
 * hub_identifiers_get:
 * @self: (nullable): identifiers
 *
 * Returns: the encoded properties; empty for %NULL
 */
HubSpan
hub_identifiers_get (const HubIdentifiers *self)
{
  return self != NULL ? (HubSpan){ self->bytes, self->size } : (HubSpan){ NULL, 0 };
}
