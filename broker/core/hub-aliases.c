/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-aliases.h"

typedef struct
{
  guint hash;
  HubSpan topic; /* (owned) (nullable) */
} Entry;

struct _HubAliases
{
  guint16 max;
  guint16 n_entries; /* from the first one on; grows as they are used */
  Entry *entries;    /* (owned) (nullable) (array length=n_entries) */
};

/* The ends of a topic tell it from others; all of it is compared afterwards. */
static guint
hash_of (HubSpan topic)
{
  guint hash = (guint) topic.size * 31;

  for (gsize i = 0; i < topic.size && i < 8; i++)
    hash = hash * 33 + topic.data[topic.size - 1 - i];
  return hash;
}

/**
 * hub_aliases_new:
 * @max: the highest alias
 *
 * Returns: (transfer full): no aliases; memory is taken only for those that are used
 */
HubAliases *
hub_aliases_new (guint16 max)
{
  HubAliases *self = g_new0 (HubAliases, 1);

  self->max = max;
  return self;
}

/**
 * hub_aliases_free:
 * @self: (transfer full): aliases
 */
void
hub_aliases_free (HubAliases *self)
{
  for (guint i = 0; i < self->n_entries; i++)
    g_free ((guint8 *) self->entries[i].topic.data);
  g_free (self->entries);
  g_free (self);
}

/**
 * hub_aliases_get_max:
 * @self: (nullable): aliases
 *
 * Returns: the highest alias; 0: none is allowed
 */
guint16
hub_aliases_get_max (const HubAliases *self)
{
  return self != NULL ? self->max : 0;
}

/**
 * hub_aliases_set:
 * @self: aliases
 * @alias: 1 to the maximum
 * @topic: a valid Topic Name; copied
 *
 * Lets @alias stand for @topic, instead of what it stood for.
 */
void
hub_aliases_set (HubAliases *self, guint16 alias, HubSpan topic)
{
  Entry *entry;

  g_assert (alias >= 1 && alias <= self->max && topic.size > 0);

  if (alias > self->n_entries)
    {
      self->entries = g_renew (Entry, self->entries, alias);
      memset (self->entries + self->n_entries, 0, (alias - self->n_entries) * sizeof (Entry));
      self->n_entries = alias;
    }
  entry = &self->entries[alias - 1];
  g_free ((guint8 *) entry->topic.data);
  entry->topic = (HubSpan){ g_memdup2 (topic.data, topic.size), topic.size };
  entry->hash = hash_of (topic);
}

/**
 * hub_aliases_get:
 * @self: aliases
 * @alias: 1 to the maximum
 *
 * Returns: (transfer none): the topic that @alias stands for, or nothing
 */
HubSpan
hub_aliases_get (const HubAliases *self, guint16 alias)
{
  return alias >= 1 && alias <= self->n_entries ? self->entries[alias - 1].topic : (HubSpan){ NULL, 0 };
}

/**
 * hub_aliases_find:
 * @self: aliases
 * @topic: a Topic Name
 *
 * Complexity: linear in the number of aliases, which is small.
 *
 * Returns: the alias that stands for @topic; 0: there is none
 */
guint16
hub_aliases_find (const HubAliases *self, HubSpan topic)
{
  guint hash = hash_of (topic);

  for (guint16 i = 0; i < self->n_entries; i++)
    if (self->entries[i].hash == hash && hub_span_equal (self->entries[i].topic, topic))
      return i + 1;
  return 0;
}

/**
 * hub_aliases_get_free:
 * @self: aliases, set in their order
 *
 * Returns: the next alias that stands for nothing; 0: all are taken
 */
guint16
hub_aliases_get_free (const HubAliases *self)
{
  return self->n_entries < self->max ? self->n_entries + 1 : 0;
}
