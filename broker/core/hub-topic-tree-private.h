/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-topic-walk.h"

G_BEGIN_DECLS

/* Most nodes have none. */
typedef struct
{
  GHashTable *by_level; /* (owned) (element-type HubTopicNode): each is its own key, by the level that stands first in it */
  HubTopicNode *first;  /* (unowned): the one that was added last, and those before */
  HubTopicNode *plus;   /* (unowned) (nullable): the child "+" */
  HubTopicNode *hash;   /* (unowned) (nullable): the child "#" */
} HubTopicChildren;

struct _HubTopicNode
{
  HubSpan level;              /* first: see HubTopicChildren */
  HubTopicNode *parent;       /* (unowned) (nullable) */
  HubTopicNode *next;         /* (unowned) (nullable): the one beside it that was added before */
  HubTopicNode *previous;     /* (unowned) (nullable) */
  HubTopicChildren *children; /* (owned) (nullable) */
  gpointer value;             /* (unowned) (nullable) */
  guint64 order : 40;         /* greater than of those that were there before */
  guint64 n_cursors : 24;     /* how many places in walks it is */
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
  return node->children != NULL ? g_hash_table_lookup (node->children->by_level, &level) : NULL;
}

static inline HubTopicNode *
hub_topic_node_get_first (const HubTopicNode *node)
{
  return node->children != NULL ? node->children->first : NULL;
}

static inline gboolean
hub_topic_level_is (HubSpan level, guint8 wildcard)
{
  return level.size == 1 && level.data[0] == wildcard;
}

G_END_DECLS
