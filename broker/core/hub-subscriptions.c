/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-subscriptions.h"

#include "broker/core/hub-topic-tree.h"

/* What the routes may hold in all before they are thrown away: bytes of topics and matches, and how many there are. */
#define ROUTED_BYTES_MAX (16 * 1024 * 1024)
#define ROUTES_MAX 8192

typedef struct
{
  HubSession *session; /* (unowned) */
  HubTopicNode *node;  /* (unowned) */
  guint index;         /* among the subscriptions of the node */
  guint8 qos;
  char filter[];
} HubSubscription;

typedef struct
{
  HubRoute route;
  guint64 generation; /* of the subscriptions that it was made from */
  GArray *matches;    /* (owned) (element-type HubMatch) */
  HubSpan topic;
  guint8 bytes[];
} CachedRoute;

struct _HubSubscriptions
{
  HubTopicTree *tree; /* (owned): its values are (element-type HubSubscription) GPtrArrays */
  GHashTable *routes; /* (owned) (element-type HubSpan CachedRoute): keyed by their topic */
  CachedRoute *last;  /* (unowned) (nullable): the route asked for last */
  gsize routed_bytes; /* of all routes */
  guint64 generation;
  guint64 stamp;
  gsize count;
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

static gboolean
topic_equal (gconstpointer a, gconstpointer b)
{
  return hub_span_equal (*(const HubSpan *) a, *(const HubSpan *) b);
}

static void
cached_route_free (gpointer data)
{
  CachedRoute *cached = data;

  g_array_unref (cached->matches);
  g_free (cached);
}

static CachedRoute *
cached_route_new (HubSpan topic)
{
  CachedRoute *cached = g_malloc0 (sizeof (CachedRoute) + topic.size);

  memcpy (cached->bytes, topic.data, topic.size);
  cached->topic = (HubSpan){ cached->bytes, topic.size };
  cached->matches = g_array_new (FALSE, FALSE, sizeof (HubMatch));
  return cached;
}

static void
unlink_subscription (HubSubscriptions *self, HubSubscription *subscription)
{
  GPtrArray *siblings = hub_topic_node_get_value (subscription->node);

  g_ptr_array_remove_index_fast (siblings, subscription->index);
  if (subscription->index < siblings->len)
    {
      HubSubscription *moved = g_ptr_array_index (siblings, subscription->index);

      moved->index = subscription->index;
    }
  if (siblings->len == 0)
    {
      hub_topic_node_set_value (subscription->node, NULL);
      hub_topic_tree_prune (self->tree, subscription->node);
      g_ptr_array_unref (siblings);
    }
  self->count--;
  self->generation++;
}

typedef struct
{
  GArray *matches;
  guint64 stamp;
} Matching;

static void
collect_cb (gpointer value, gpointer user_data)
{
  GPtrArray *subscriptions = value;
  Matching *matching = user_data;

  for (guint i = 0; i < subscriptions->len; i++)
    {
      HubSubscription *subscription = g_ptr_array_index (subscriptions, i);
      HubSession *session = subscription->session;

      if (session->match_stamp != matching->stamp)
        {
          HubMatch match = { session, subscription->qos };

          session->match_stamp = matching->stamp;
          session->match_index = matching->matches->len;
          g_array_append_val (matching->matches, match);
        }
      else
        {
          HubMatch *match = &g_array_index (matching->matches, HubMatch, session->match_index);

          match->qos = MAX (match->qos, subscription->qos);
        }
    }
}

static void
fill_route (HubSubscriptions *self, CachedRoute *cached)
{
  Matching matching = { cached->matches, ++self->stamp };

  self->routed_bytes -= cached->matches->len * sizeof (HubMatch);
  g_array_set_size (cached->matches, 0);
  hub_topic_tree_visit_filters (self->tree, cached->topic, collect_cb, &matching);
  self->routed_bytes += cached->matches->len * sizeof (HubMatch);

  cached->route.n_matches = cached->matches->len;
  cached->route.matches = (HubMatch *) (gpointer) cached->matches->data;
  cached->generation = self->generation;
}

static CachedRoute *
find_route (HubSubscriptions *self, HubSpan topic)
{
  if (self->last != NULL && hub_span_equal (self->last->topic, topic))
    return self->last;
  return g_hash_table_lookup (self->routes, &topic);
}

/* Finds the receivers anew, for a topic that was not used lately or before a subscription has changed. */
static CachedRoute *
make_route (HubSubscriptions *self, CachedRoute *stale, HubSpan topic)
{
  CachedRoute *cached = stale;

  if (self->routed_bytes > ROUTED_BYTES_MAX || g_hash_table_size (self->routes) >= ROUTES_MAX)
    {
      g_hash_table_remove_all (self->routes);
      self->routed_bytes = 0;
      cached = NULL;
    }
  if (cached == NULL)
    {
      cached = cached_route_new (topic);
      g_hash_table_insert (self->routes, &cached->topic, cached);
      self->routed_bytes += topic.size;
    }
  fill_route (self, cached);
  return cached;
}

/**
 * hub_subscriptions_new:
 *
 * Returns: (transfer full): no subscriptions
 */
HubSubscriptions *
hub_subscriptions_new (void)
{
  HubSubscriptions *self = g_new0 (HubSubscriptions, 1);

  self->tree = hub_topic_tree_new ();
  self->routes = g_hash_table_new_full (topic_hash, topic_equal, NULL, cached_route_free);
  self->generation = 1;
  return self;
}

/**
 * hub_subscriptions_free:
 * @self: (transfer full): subscriptions, all of which were removed
 */
void
hub_subscriptions_free (HubSubscriptions *self)
{
  g_assert (self->count == 0);
  g_hash_table_unref (self->routes);
  hub_topic_tree_free (self->tree);
  g_free (self);
}

/**
 * hub_subscriptions_add:
 * @self: subscriptions
 * @session: who subscribes
 * @filter: a valid Topic Filter
 * @qos: the QoS granted
 *
 * Subscribes, or replaces the subscription of the same filter without a gap.
 *
 * Spec: MQTT 5.0 section 3.8.4 [MQTT-3.8.4-3].
 */
void
hub_subscriptions_add (HubSubscriptions *self, HubSession *session, HubSpan filter, guint8 qos)
{
  g_autofree char *key = hub_span_dup_string (filter);
  HubSubscription *subscription = NULL;
  GPtrArray *siblings;

  if (session->subscriptions == NULL)
    session->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  else
    subscription = g_hash_table_lookup (session->subscriptions, key);

  self->generation++;
  if (subscription != NULL)
    {
      subscription->qos = qos;
      return;
    }

  subscription = g_malloc0 (sizeof (HubSubscription) + filter.size + 1);
  memcpy (subscription->filter, key, filter.size + 1);
  subscription->session = session;
  subscription->qos = qos;
  subscription->node = hub_topic_tree_ensure (self->tree, filter);

  siblings = hub_topic_node_get_value (subscription->node);
  if (siblings == NULL)
    {
      siblings = g_ptr_array_new ();
      hub_topic_node_set_value (subscription->node, siblings);
    }
  subscription->index = siblings->len;
  g_ptr_array_add (siblings, subscription);
  g_hash_table_insert (session->subscriptions, subscription->filter, subscription);
  self->count++;
}

/**
 * hub_subscriptions_contains:
 * @self: subscriptions
 * @session: a session
 * @filter: a filter
 *
 * Returns: whether @session has a subscription of exactly @filter
 */
gboolean
hub_subscriptions_contains (HubSubscriptions *self, HubSession *session, HubSpan filter)
{
  g_autofree char *key = hub_span_dup_string (filter);

  return session->subscriptions != NULL && g_hash_table_contains (session->subscriptions, key);
}

/**
 * hub_subscriptions_remove:
 * @self: subscriptions
 * @session: who unsubscribes
 * @filter: a filter, compared byte by byte [MQTT-3.10.4-1]
 *
 * Returns: whether there was such a subscription
 */
gboolean
hub_subscriptions_remove (HubSubscriptions *self, HubSession *session, HubSpan filter)
{
  g_autofree char *key = hub_span_dup_string (filter);
  HubSubscription *subscription;

  if (session->subscriptions == NULL)
    return FALSE;
  subscription = g_hash_table_lookup (session->subscriptions, key);
  if (subscription == NULL)
    return FALSE;

  unlink_subscription (self, subscription);
  g_hash_table_remove (session->subscriptions, key);
  if (g_hash_table_size (session->subscriptions) == 0)
    g_clear_pointer (&session->subscriptions, g_hash_table_unref);
  return TRUE;
}

/**
 * hub_subscriptions_remove_all:
 * @self: subscriptions
 * @session: a session, which nothing here points to afterwards
 */
void
hub_subscriptions_remove_all (HubSubscriptions *self, HubSession *session)
{
  GHashTableIter iter;
  gpointer subscription;

  if (session->subscriptions == NULL)
    return;
  g_hash_table_iter_init (&iter, session->subscriptions);
  while (g_hash_table_iter_next (&iter, NULL, &subscription))
    unlink_subscription (self, subscription);
  g_clear_pointer (&session->subscriptions, g_hash_table_unref);
}

/**
 * hub_subscriptions_get_count:
 * @self: subscriptions
 *
 * Returns: how many there are
 */
gsize
hub_subscriptions_get_count (const HubSubscriptions *self)
{
  return self->count;
}

/**
 * hub_subscriptions_route:
 * @self: subscriptions
 * @topic: a valid Topic Name
 *
 * Finds who gets what is published to @topic. A known topic costs a look-up; the tree is walked only after a
 * subscription has changed.
 *
 * Returns: (transfer none): the receivers, in the order of nothing; valid until the next call of any
 *   function of @self
 */
const HubRoute *
hub_subscriptions_route (HubSubscriptions *self, HubSpan topic)
{
  CachedRoute *cached = find_route (self, topic);

  if (cached == NULL || cached->generation != self->generation)
    cached = make_route (self, cached, topic);
  self->last = cached;
  return &cached->route;
}
