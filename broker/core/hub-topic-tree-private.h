/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-topic-walk.h"

G_BEGIN_DECLS

/* Most nodes have none of these. */
typedef struct
{
  HubTopicNode *plus; /* (unowned) (nullable): the child "+" */
  HubTopicNode *hash; /* (unowned) (nullable): the child "#" */
} HubTopicWildcards;

struct _HubTopicNode
{
  HubTopicNode *parent;         /* (unowned) (nullable) */
  HubTopicNode *first;          /* (unowned) (nullable): the child that was added last, and those before */
  HubTopicNode *next;           /* (unowned) (nullable): the one beside it that was added before */
  HubTopicNode *previous;       /* (unowned) (nullable) */
  GHashTable *children;         /* (owned) (nullable) (element-type HubSpan HubTopicNode): keyed by their level */
  HubTopicWildcards *wildcards; /* (owned) (nullable): those of the children */
  gpointer value;               /* (unowned) (nullable) */
  HubSpan level;
  guint64 order;   /* greater than of those that were there before */
  guint n_cursors; /* how many places in walks it is */
  guint8 bytes[];
};

struct _HubTopicTree
{
  HubTopicNode *root; /* (owned) */
  gsize n_nodes;
  guint64 last_order;
  GQueue walks; /* (element-type HubTopicWalk) (unowned): all that are under way */
};

/* hub-topic-walk.c */
void hub_topic_walk_leave (HubTopicWalk *self, const HubTopicNode *node);

static inline HubTopicNode *
hub_topic_node_get_child (const HubTopicNode *node, HubSpan level)
{
  return node->children != NULL ? g_hash_table_lookup (node->children, &level) : NULL;
}

static inline gboolean
hub_topic_level_is (HubSpan level, guint8 wildcard)
{
  return level.size == 1 && level.data[0] == wildcard;
}

G_END_DECLS
