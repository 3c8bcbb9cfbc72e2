/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-identifiers.h"

#include "broker/wire/hub-properties.h"

static HubIdentifiers *
concatenate (const HubIdentifiers *self, HubSpan more)
{
  HubSpan old = hub_identifiers_get (self);
  HubIdentifiers *result = g_rc_box_alloc (sizeof (HubIdentifiers) + old.size + more.size);

  result->size = old.size + more.size;
  if (old.size > 0)
    memcpy (result->bytes, old.data, old.size);
  memcpy (result->bytes + old.size, more.data, more.size);
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
  HubIdentifiers *result;

  if (identifier == 0)
    return self;
  result = concatenate (self, (HubSpan){ bytes, 1 + hub_varint_write (bytes + 1, identifier) });
  g_clear_pointer (&self, hub_identifiers_unref);
  return result;
}

/**
 * hub_identifiers_join:
 * @self: (transfer full) (nullable): identifiers
 * @other: (nullable): further ones
 *
 * Of the result, the newest %HUB_IDENTIFIERS_JOINED_MAX are left: whoever subscribes again and again while something
 * waits does not make it grow.
 *
 * Returns: (transfer full) (nullable): those of both, each of them once
 */
HubIdentifiers *
hub_identifiers_join (HubIdentifiers *self, const HubIdentifiers *other)
{
  guint32 joined[HUB_IDENTIFIERS_JOINED_MAX];
  HubSpan blocks[2] = { hub_identifiers_get (self), hub_identifiers_get (other) };
  HubIdentifiers *result = NULL;
  guint n = 0;

  if (other == NULL || other == self)
    return self;
  for (guint i = 0; i < 2; i++)
    {
      HubReader reader = hub_reader_init (blocks[i]);
      HubProperty property;

      while (hub_property_next (&reader, &property))
        {
          guint at = 0;

          while (at < n && joined[at] != property.number)
            at++;
          if (at < n)
            continue;
          if (n == HUB_IDENTIFIERS_JOINED_MAX)
            memmove (joined, joined + 1, --n * sizeof joined[0]);
          joined[n++] = property.number;
        }
    }
  for (guint i = 0; i < n; i++)
    result = hub_identifiers_append (result, joined[i]);
  g_clear_pointer (&self, hub_identifiers_unref);
  return result;
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
  return self != NULL ? g_rc_box_acquire (self) : NULL;
}

/**
 * hub_identifiers_unref:
 * @self: (transfer full): identifiers
 */
void
hub_identifiers_unref (HubIdentifiers *self)
{
  g_rc_box_release (self);
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
