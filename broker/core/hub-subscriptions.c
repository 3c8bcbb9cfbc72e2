/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-subscriptions.h"

#include "broker/core/hub-topic-tree.h"
#include "broker/wire/hub-span-hash.h"
#include "broker/wire/hub-topic.h"

/* What there is at one place of the tree. */
typedef struct _HubFilter
{
  HubTopicNode *node;       /* (unowned) */
  GPtrArray *subscriptions; /* (owned) (nullable) (element-type HubSubscription): those that are not shared */
  GPtrArray *shares;        /* (owned) (nullable) (element-type HubShare) */
} HubFilter;

struct _HubSubscriptions
{
  HubTopicTree *tree;    /* (owned): its values are HubFilters */
  GHashTable *shares;    /* (owned) (element-type utf8 HubShare): by their filter, with all that is in front */
  HubRouteCache *routes; /* (owned) */
  HubReadFunc may_read;  /* (nullable) */
  gpointer read_data;    /* (unowned) */
  guint64 generation;    /* of the routes */
  guint64 stamp;
  guint64 n_steps; /* it took to make routes */
  gsize count;
  gsize shared_count;   /* of those, the members of shared ones */
  gsize reserved_count; /* of those, the ones to a topic that begins with $ */
};

static GPtrArray *
siblings_of (const HubSubscription *subscription)
{
  return subscription->share != NULL ? subscription->share->members : subscription->place->subscriptions;
}

static HubFilter *
ensure_place (HubSubscriptions *self, HubSpan filter)
{
  HubTopicNode *node = hub_topic_tree_ensure (self->tree, filter);
  HubFilter *place = hub_topic_node_get_value (node);

  if (place == NULL)
    {
      place = g_new0 (HubFilter, 1);
      place->node = node;
      hub_topic_node_set_value (node, place);
    }
  return place;
}

/* One filter may be shared under very many names. */
static HubShare *
ensure_share (HubSubscriptions *self, HubFilter *place, const char *filter)
{
  HubShare *share = g_hash_table_lookup (self->shares, filter);
  gsize size = strlen (filter) + 1;

  if (share != NULL)
    return share;
  if (place->shares == NULL)
    place->shares = g_ptr_array_new ();
  share = g_malloc0 (sizeof (HubShare) + size);
  memcpy (share->filter, filter, size);
  share->members = g_ptr_array_new ();
  share->index = place->shares->len;
  g_ptr_array_add (place->shares, share);
  g_hash_table_insert (self->shares, share->filter, share);
  return share;
}

static void
drop_share (HubSubscriptions *self, HubFilter *place, HubShare *share)
{
  g_hash_table_remove (self->shares, share->filter);
  g_ptr_array_remove_index_fast (place->shares, share->index);
  if (share->index < place->shares->len)
    ((HubShare *) g_ptr_array_index (place->shares, share->index))->index = share->index;
  g_ptr_array_unref (share->members);
  g_free (share);
  if (place->shares->len == 0)
    g_clear_pointer (&place->shares, g_ptr_array_unref);
}

/* @difference: 1 or -1. */
static void
count_subscription (HubSubscriptions *self, const HubSubscription *subscription, gssize difference)
{
  HubSpan filter = hub_span_from_string (subscription->filter);
  HubSpan share;

  hub_topic_split_share (&filter, &share);
  self->count += (gsize) difference;
  if (share.size > 0)
    self->shared_count += (gsize) difference;
  if (hub_topic_is_reserved (filter))
    self->reserved_count += (gsize) difference;
}

static void
link_subscription (HubSubscriptions *self, HubSubscription *subscription, HubSpan filter, gboolean is_shared)
{
  GPtrArray *siblings;

  subscription->place = ensure_place (self, filter);
  if (is_shared)
    subscription->share = ensure_share (self, subscription->place, subscription->filter);
  else if (subscription->place->subscriptions == NULL)
    subscription->place->subscriptions = g_ptr_array_new ();

  siblings = siblings_of (subscription);
  subscription->index = siblings->len;
  g_ptr_array_add (siblings, subscription);
  count_subscription (self, subscription, 1);
}

static void
unlink_subscription (HubSubscriptions *self, HubSubscription *subscription)
{
  GPtrArray *siblings = siblings_of (subscription);
  HubFilter *place = subscription->place;

  count_subscription (self, subscription, -1);
  g_ptr_array_remove_index_fast (siblings, subscription->index);
  if (subscription->index < siblings->len)
    {
      HubSubscription *moved = g_ptr_array_index (siblings, subscription->index);

      moved->index = subscription->index;
    }
  if (siblings->len == 0 && subscription->share != NULL)
    drop_share (self, place, subscription->share);
  else if (siblings->len == 0)
    g_clear_pointer (&place->subscriptions, g_ptr_array_unref);

  if (place->subscriptions == NULL && place->shares == NULL)
    {
      hub_topic_node_set_value (place->node, NULL);
      hub_topic_tree_prune (self->tree, place->node);
      g_free (place);
    }
  self->generation++;
}

typedef struct
{
  HubSubscriptions *self;
  HubSpan topic;
  GArray *matches;
  GPtrArray *shares;
  GArray *echoes;
  guint64 stamp;
} Matching;

static void
merge (HubMatch *match, const HubSubscription *subscription)
{
  match->qos = MAX (match->qos, subscription->options & HUB_SUBSCRIPTION_QOS);
  match->identifiers = hub_identifiers_append (match->identifiers, subscription->identifier);
  if ((subscription->options & HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED) != 0)
    match->keeps_retain = TRUE;
}

/* What the session of @match gets of its own, which begins as @begun. */
static HubMatch *
ensure_echo (Matching *matching, HubMatch *match, const HubMatch *begun)
{
  if (match->echo == 0)
    {
      HubMatch echo = *begun;

      echo.identifiers = hub_identifiers_ref (begun->identifiers);
      g_array_append_val (matching->echoes, echo);
      match->echo = matching->echoes->len;
    }
  return &g_array_index (matching->echoes, HubMatch, match->echo - 1);
}

/* What a client has published itself comes back only by those of its subscriptions that are not No Local: they are put
 * together by themselves, from the first one on that is [MQTT-3.8.3-3]. */
static void
add_to_match (Matching *matching, HubMatch *match, gboolean is_first, const HubSubscription *subscription)
{
  gboolean is_no_local = (subscription->options & HUB_SUBSCRIPTION_NO_LOCAL) != 0;

  if (is_no_local && !match->has_no_local && !is_first)
    ensure_echo (matching, match, match);
  else if (!is_no_local && match->has_no_local)
    merge (ensure_echo (matching, match, &(HubMatch){ .session = match->session }), subscription);
  match->has_no_local = match->has_no_local || is_no_local;
  merge (match, subscription);
}

static gboolean
is_reader (const Matching *matching, const HubSession *session)
{
  const HubSubscriptions *self = matching->self;

  return self->may_read == NULL || self->may_read (session, matching->topic, self->read_data);
}

static void
collect_cb (gpointer value, gpointer user_data)
{
  const HubFilter *place = value;
  Matching *matching = user_data;

  for (guint i = 0; place->subscriptions != NULL && i < place->subscriptions->len; i++)
    {
      HubSubscription *subscription = g_ptr_array_index (place->subscriptions, i);
      HubSession *session = subscription->session;
      gboolean is_first = session->match_stamp != matching->stamp;

      if (is_first)
        {
          HubMatch match = { .session = session };

          if (!is_reader (matching, session))
            continue;
          session->match_stamp = matching->stamp;
          session->match_index = matching->matches->len;
          g_array_append_val (matching->matches, match);
        }
      add_to_match (matching,
                    &g_array_index (matching->matches, HubMatch, session->match_index),
                    is_first,
                    subscription);
    }
  matching->self->n_steps += place->subscriptions != NULL ? place->subscriptions->len : 0;
  for (guint i = 0; place->shares != NULL && i < place->shares->len; i++)
    g_ptr_array_add (matching->shares, g_ptr_array_index (place->shares, i));
}

static void
fill_cb (HubSpan topic, GArray *matches, GPtrArray *shares, GArray *echoes, gpointer user_data)
{
  HubSubscriptions *self = user_data;
  Matching matching = { self, topic, matches, shares, echoes, ++self->stamp };

  self->n_steps += hub_topic_tree_visit_filters (self->tree, topic, collect_cb, &matching);
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
  self->shares = g_hash_table_new (hub_string_hash, g_str_equal);
  self->routes = hub_route_cache_new (fill_cb, self);
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
  hub_route_cache_free (self->routes);
  g_hash_table_unref (self->shares);
  hub_topic_tree_free (self->tree);
  g_free (self);
}

/**
 * hub_subscriptions_set_reader:
 * @self: subscriptions
 * @may_read: (scope forever): says who may read what; asked only when a route is made
 * @user_data: for @may_read
 *
 * Leaves out of the routes who may not read. The members of shared subscriptions are not looked at.
 */
void
hub_subscriptions_set_reader (HubSubscriptions *self, HubReadFunc may_read, gpointer user_data)
{
  self->may_read = may_read;
  self->read_data = user_data;
  self->generation++;
}

/**
 * hub_subscriptions_forget_routes:
 * @self: subscriptions
 *
 * Makes all routes anew when they are needed: who may read what has changed.
 */
void
hub_subscriptions_forget_routes (HubSubscriptions *self)
{
  self->generation++;
}

/**
 * hub_subscriptions_add:
 * @self: subscriptions
 * @session: who subscribes
 * @filter: a valid Topic Filter, of a shared subscription with all that is in front
 * @options: the QoS granted, and the other options of MQTT 5.0, section 3.8.3.1
 * @identifier: the Subscription Identifier; 0: none
 *
 * Subscribes, or replaces the subscription of the same filter without a gap.
 *
 * Spec: MQTT 5.0 section 3.8.4 [MQTT-3.8.4-3].
 */
void
hub_subscriptions_add (HubSubscriptions *self,
                       HubSession *session,
                       HubSpan filter,
                       guint8 options,
                       guint32 identifier)
{
  g_autofree char *key = hub_span_dup_string (filter);
  HubSubscription *subscription = NULL;
  HubSpan rest = filter;
  HubSpan share;

  if (session->subscriptions == NULL)
    session->subscriptions = g_hash_table_new_full (hub_string_hash, g_str_equal, NULL, g_free);
  else
    subscription = g_hash_table_lookup (session->subscriptions, key);

  self->generation++;
  if (subscription == NULL)
    {
      subscription = g_malloc0 (sizeof (HubSubscription) + filter.size + 1);
      memcpy (subscription->filter, key, filter.size + 1);
      subscription->session = session;
      hub_topic_split_share (&rest, &share);
      link_subscription (self, subscription, rest, share.size > 0);
      g_hash_table_insert (session->subscriptions, subscription->filter, subscription);
    }
  subscription->options = options;
  subscription->identifier = identifier;
}

/**
 * hub_subscriptions_find:
 * @self: subscriptions
 * @session: a session
 * @filter: a filter
 *
 * Returns: (transfer none) (nullable): the subscription of @session with exactly @filter
 */
const HubSubscription *
hub_subscriptions_find (HubSubscriptions *self, HubSession *session, HubSpan filter)
{
  g_autofree char *key = hub_span_dup_string (filter);

  return session->subscriptions != NULL ? g_hash_table_lookup (session->subscriptions, key) : NULL;
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
 * hub_subscriptions_get_shared_count:
 * @self: subscriptions
 *
 * Returns: how many of them share with others
 */
gsize
hub_subscriptions_get_shared_count (const HubSubscriptions *self)
{
  return self->shared_count;
}

/**
 * hub_subscriptions_get_reserved_count:
 * @self: subscriptions
 *
 * Returns: how many of them are to topics that begin with `$`
 */
gsize
hub_subscriptions_get_reserved_count (const HubSubscriptions *self)
{
  return self->reserved_count;
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
  return hub_route_cache_get (self->routes, topic, self->generation);
}

/**
 * hub_subscriptions_get_steps:
 * @self: subscriptions
 *
 * Returns: how many places in the tree of filters, and subscriptions, were looked at so far to make routes that were not known
 */
guint64
hub_subscriptions_get_steps (const HubSubscriptions *self)
{
  return self->n_steps;
}
