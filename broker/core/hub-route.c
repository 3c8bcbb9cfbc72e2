/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-route.h"

#include "broker/wire/hub-span-hash.h"

/* What the routes may hold in all before they are thrown away: bytes of topics and matches, and how many there are. */
#define BYTES_MAX (16 * 1024 * 1024)
#define ROUTES_MAX 8192

typedef struct
{
  HubRoute route;
  guint64 generation; /* of the subscriptions that it was made from */
  GArray *matches;    /* (owned) (element-type HubMatch) */
  GPtrArray *shares;  /* (owned) (element-type HubShare) */
  GArray *echoes;     /* (owned) (element-type HubMatch) */
  HubSpan topic;
  guint8 bytes[];
} Entry;

struct _HubRouteCache
{
  HubRouteFillFunc fill;
  gpointer user_data; /* (unowned) */
  GHashTable *routes; /* (owned) (element-type HubSpan Entry): keyed by their topic */
  Entry *last;        /* (unowned) (nullable): the one asked for last */
  gsize bytes;        /* of all routes */
};

static guint
topic_hash (gconstpointer key)
{
  const HubSpan *span = key;
  guint64 hash = 0x9e3779b97f4a7c15;
  gsize i = 0;

  for (; i + 8 <= span->size; i += 8)
    {
      guint64 word;

      memcpy (&word, span->data + i, sizeof word);
      hash = (hash ^ word) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    }
  for (; i < span->size; i++)
    hash = (hash ^ span->data[i]) * 0xff51afd7ed558ccd;
  return (guint) (hash ^ (hash >> 32));
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_array_unref (entry->matches);
  g_ptr_array_unref (entry->shares);
  g_array_unref (entry->echoes);
  g_free (entry);
}

static GArray *
new_matches (void)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (HubMatch));

  g_array_set_clear_func (matches, (GDestroyNotify) hub_match_clear);
  return matches;
}

static Entry *
entry_new (HubSpan topic)
{
  Entry *entry = g_malloc0 (sizeof (Entry) + topic.size);

  memcpy (entry->bytes, topic.data, topic.size);
  entry->topic = (HubSpan){ entry->bytes, topic.size };
  entry->matches = new_matches ();
  entry->shares = g_ptr_array_new ();
  entry->echoes = new_matches ();
  return entry;
}

static gsize
entry_bytes (const Entry *entry)
{
  return entry->topic.size + (entry->matches->len + entry->echoes->len) * sizeof (HubMatch) +
         entry->shares->len * sizeof (gpointer);
}

static void
fill_entry (HubRouteCache *self, Entry *entry)
{
  g_array_set_size (entry->matches, 0);
  g_ptr_array_set_size (entry->shares, 0);
  g_array_set_size (entry->echoes, 0);
  self->fill (entry->topic, entry->matches, entry->shares, entry->echoes, self->user_data);
  entry->route = (HubRoute){
    .n_matches = entry->matches->len,
    .matches = (HubMatch *) (gpointer) entry->matches->data,
    .n_shares = entry->shares->len,
    .shares = (HubShare **) entry->shares->pdata,
    .echoes = (const HubMatch *) (gpointer) entry->echoes->data,
  };
}

/* Finds the receivers anew, for a topic that was not used lately or before a subscription has changed. */
static Entry *
make_entry (HubRouteCache *self, Entry *stale, HubSpan topic)
{
  Entry *entry = stale;

  if (self->bytes > BYTES_MAX || g_hash_table_size (self->routes) >= ROUTES_MAX)
    {
      g_hash_table_remove_all (self->routes);
      self->bytes = 0;
      entry = NULL;
    }
  if (entry == NULL)
    {
      entry = entry_new (topic);
      g_hash_table_insert (self->routes, &entry->topic, entry);
    }
  else
    {
      self->bytes -= entry_bytes (entry);
    }
  fill_entry (self, entry);
  self->bytes += entry_bytes (entry);
  return entry;
}

/**
 * hub_match_clear:
 * @self: (inout): a receiver
 *
 * Drops what it holds.
 */
void
hub_match_clear (HubMatch *self)
{
  g_clear_pointer (&self->identifiers, hub_identifiers_unref);
}

/**
 * hub_route_cache_new:
 * @fill: (scope forever): finds a route that is not known
 * @user_data: for @fill
 *
 * Returns: (transfer full): no routes
 */
HubRouteCache *
hub_route_cache_new (HubRouteFillFunc fill, gpointer user_data)
{
  HubRouteCache *self = g_new0 (HubRouteCache, 1);

  self->fill = fill;
  self->user_data = user_data;
  self->routes = g_hash_table_new_full (topic_hash, hub_span_key_equal, NULL, entry_free);
  return self;
}

/**
 * hub_route_cache_free:
 * @self: (transfer full): routes
 */
void
hub_route_cache_free (HubRouteCache *self)
{
  g_hash_table_unref (self->routes);
  g_free (self);
}

/**
 * hub_route_cache_get:
 * @self: routes
 * @topic: a valid Topic Name
 * @generation: changes whenever a route may be another one; not 0
 *
 * A known topic costs a look-up, and the one of before not even that.
 *
 * Returns: (transfer none): the route; valid until the next call of any function of @self
 */
const HubRoute *
hub_route_cache_get (HubRouteCache *self, HubSpan topic, guint64 generation)
{
  Entry *entry = self->last;

  if (entry == NULL || !hub_span_equal (entry->topic, topic))
    entry = g_hash_table_lookup (self->routes, &topic);
  if (entry == NULL || entry->generation != generation)
    {
      entry = make_entry (self, entry, topic);
      entry->generation = generation;
    }
  self->last = entry;
  return &entry->route;
}
