/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-tree-private.h"

#include "broker/wire/hub-span-hash.h"
#include "broker/wire/hub-topic.h"

typedef struct
{
  HubTopicVisitFunc func;
  gpointer user_data;
  guint n_places; /* that were looked at, where that is counted */
} Visit;

static HubTopicNode *
node_new (HubTopicNode *parent, HubSpan level)
{
  HubTopicNode *node = g_malloc0 (sizeof (HubTopicNode) + level.size);

  node->parent = parent;
  if (level.size > 0)
    memcpy (node->bytes, level.data, level.size);
  node->level = (HubSpan){ node->bytes, level.size };
  return node;
}

static void
children_free (HubTopicChildren *children)
{
  g_hash_table_unref (children->by_level);
  g_free (children);
}

static void
node_free (gpointer data)
{
  HubTopicNode *node = data;

  g_clear_pointer (&node->children, children_free);
  g_free (node);
}

/* Notes that the child for @level is @child now, if it is one for a wildcard. */
static void
note_wildcard (HubTopicChildren *children, HubSpan level, HubTopicNode *child)
{
  if (hub_topic_level_is (level, '+'))
    children->plus = child;
  else if (hub_topic_level_is (level, '#'))
    children->hash = child;
}

static HubTopicNode *
node_add (HubTopicTree *self, HubTopicNode *parent, HubSpan level)
{
  HubTopicNode *node = node_new (parent, level);
  HubTopicChildren *children = parent->children;

  if (children == NULL)
    {
      children = parent->children = g_new0 (HubTopicChildren, 1);
      children->by_level = g_hash_table_new_full (hub_span_hash, hub_span_key_equal, node_free, NULL);
    }
  g_hash_table_add (children->by_level, node);
  note_wildcard (children, level, node);
  node->next = children->first;
  if (node->next != NULL)
    node->next->previous = node;
  children->first = node;
  node->order = ++self->last_order;
  self->n_nodes++;
  return node;
}

/* It has no value and no children any more. */
static void
node_remove (HubTopicTree *self, HubTopicNode *node)
{
  HubTopicChildren *children = node->parent->children;

  for (GList *link = self->walks.head; link != NULL && node->n_cursors > 0; link = link->next)
    hub_topic_walk_leave (link->data, node);
  if (node->previous != NULL)
    node->previous->next = node->next;
  else
    children->first = node->next;
  if (node->next != NULL)
    node->next->previous = node->previous;
  note_wildcard (children, node->level, NULL);
  if (children->first == NULL)
    g_clear_pointer (&node->parent->children, children_free);
  else
    g_hash_table_remove (children->by_level, node);
  self->n_nodes--;
}

static void
report (const HubTopicNode *node, const Visit *visit)
{
  if (node != NULL && node->value != NULL)
    visit->func (node->value, visit->user_data);
}

/* The tree holds filters. The recursion is as deep as the name has levels: HUB_TOPIC_LEVELS_MAX. */
static void
visit_filters (const HubTopicNode *node, HubSpan rest, gboolean with_wildcards, Visit *visit)
{
  HubSpan level;
  HubTopicNode *child;

  visit->n_places++;
  if (with_wildcards && node->children != NULL)
    report (node->children->hash, visit);
  if (!hub_topic_next_level (&rest, &level))
    {
      report (node, visit);
      return;
    }
  if (node->children == NULL)
    return;

  if (with_wildcards && node->children->plus != NULL)
    visit_filters (node->children->plus, rest, TRUE, visit);
  child = hub_topic_node_get_child (node, level);
  if (child != NULL)
    visit_filters (child, rest, TRUE, visit);
}

static void
visit_all (const HubTopicNode *node, gboolean with_reserved, const Visit *visit)
{
  report (node, visit);
  for (const HubTopicNode *child = hub_topic_node_get_first (node); child != NULL; child = child->next)
    if (with_reserved || !hub_topic_is_reserved (child->level))
      visit_all (child, TRUE, visit);
}

/* The tree holds names. */
static void
visit_names (const HubTopicNode *node, HubSpan rest, const Visit *visit)
{
  gboolean with_reserved = node->parent != NULL;
  const HubTopicNode *child;
  HubSpan level;

  if (!hub_topic_next_level (&rest, &level))
    {
      report (node, visit);
      return;
    }
  if (hub_topic_level_is (level, '#'))
    {
      visit_all (node, with_reserved, visit);
      return;
    }
  if (!hub_topic_level_is (level, '+'))
    {
      child = hub_topic_node_get_child (node, level);
      if (child != NULL)
        visit_names (child, rest, visit);
      return;
    }
  for (child = hub_topic_node_get_first (node); child != NULL; child = child->next)
    if (with_reserved || !hub_topic_is_reserved (child->level))
      visit_names (child, rest, visit);
}

/**
 * hub_topic_tree_new:
 *
 * Returns: (transfer full): an empty tree
 */
HubTopicTree *
hub_topic_tree_new (void)
{
  HubTopicTree *self = g_new0 (HubTopicTree, 1);

  self->root = node_new (NULL, (HubSpan){ NULL, 0 });
  return self;
}

/**
 * hub_topic_tree_free:
 * @self: (transfer full): a tree; its values are not touched
 */
void
hub_topic_tree_free (HubTopicTree *self)
{
  g_assert (self->walks.length == 0);
  node_free (self->root);
  g_free (self);
}

/**
 * hub_topic_tree_ensure:
 * @self: a tree
 * @topic: a valid Topic Name or Topic Filter
 *
 * Returns: (transfer none): the node of @topic, made when it is not there
 */
HubTopicNode *
hub_topic_tree_ensure (HubTopicTree *self, HubSpan topic)
{
  HubTopicNode *node = self->root;
  HubSpan level;

  while (hub_topic_next_level (&topic, &level))
    {
      HubTopicNode *child = hub_topic_node_get_child (node, level);

      node = child != NULL ? child : node_add (self, node, level);
    }
  return node;
}

/**
 * hub_topic_tree_find:
 * @self: a tree
 * @topic: a valid Topic Name or Topic Filter
 *
 * Returns: (transfer none) (nullable): the node of exactly @topic
 */
HubTopicNode *
hub_topic_tree_find (HubTopicTree *self, HubSpan topic)
{
  HubTopicNode *node = self->root;
  HubSpan level;

  while (node != NULL && hub_topic_next_level (&topic, &level))
    node = hub_topic_node_get_child (node, level);
  return node;
}

/**
 * hub_topic_tree_prune:
 * @self: a tree
 * @node: a node of it, which may be gone afterwards
 *
 * Removes @node, and then its parents, as far as they have neither a value nor children.
 */
void
hub_topic_tree_prune (HubTopicTree *self, HubTopicNode *node)
{
  while (node->parent != NULL && node->value == NULL && node->children == NULL)
    {
      HubTopicNode *parent = node->parent;

      node_remove (self, node);
      node = parent;
    }
}

/**
 * hub_topic_tree_count_nodes:
 * @self: a tree
 *
 * Returns: the number of nodes besides the root
 */
gsize
hub_topic_tree_count_nodes (const HubTopicTree *self)
{
  return self->n_nodes;
}

/**
 * hub_topic_node_get_value:
 * @node: a node
 *
 * Returns: (transfer none) (nullable): what was set last
 */
gpointer
hub_topic_node_get_value (const HubTopicNode *node)
{
  return node->value;
}

/**
 * hub_topic_node_set_value:
 * @node: a node
 * @value: (nullable): a value, which stays the caller's
 */
void
hub_topic_node_set_value (HubTopicNode *node, gpointer value)
{
  node->value = value;
}

/**
 * hub_topic_tree_visit_filters:
 * @self: a tree of Topic Filters
 * @name: a valid Topic Name
 * @func: (scope call): called with the value of each filter that matches @name
 * @user_data: for @func
 *
 * Spec: MQTT 5.0 section 4.7.
 *
 * Returns: how many places it has looked at: with wildcards there may be very many of which none matches in the end
 */
guint
hub_topic_tree_visit_filters (HubTopicTree *self, HubSpan name, HubTopicVisitFunc func, gpointer user_data)
{
  Visit visit = { func, user_data, 0 };

  visit_filters (self->root, name, !hub_topic_is_reserved (name), &visit);
  return visit.n_places;
}

/**
 * hub_topic_tree_visit_names:
 * @self: a tree of Topic Names
 * @filter: a valid Topic Filter
 * @func: (scope call): called with the value of each name that matches @filter
 * @user_data: for @func
 *
 * Spec: MQTT 5.0 section 4.7.
 */
void
hub_topic_tree_visit_names (HubTopicTree *self, HubSpan filter, HubTopicVisitFunc func, gpointer user_data)
{
  Visit visit = { func, user_data, 0 };

  visit_names (self->root, filter, &visit);
}

/**
 * hub_topic_tree_visit_all:
 * @self: a tree
 * @func: (scope call): called with every value
 * @user_data: for @func
 */
void
hub_topic_tree_visit_all (HubTopicTree *self, HubTopicVisitFunc func, gpointer user_data)
{
  Visit visit = { func, user_data, 0 };

  visit_all (self->root, TRUE, &visit);
}
