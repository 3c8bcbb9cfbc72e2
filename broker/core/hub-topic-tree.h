/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubTopicNode:
 *
 * A place in a tree of topics.
 */
typedef struct _HubTopicNode HubTopicNode;

/**
 * HubTopicTree:
 *
 * Values by topic, a level of the topic a level of the tree. The topics are Topic Filters (then it is
 * searched by a Topic Name) or Topic Names (then it is searched by a Topic Filter).
 */
typedef struct _HubTopicTree HubTopicTree;

/**
 * HubTopicVisitFunc:
 * @value: the value of a node that matches
 * @user_data: as given
 *
 * Must not change the tree.
 */
typedef void (*HubTopicVisitFunc) (gpointer value, gpointer user_data);

HubTopicTree *hub_topic_tree_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_topic_tree_free (HubTopicTree *self);

HubTopicNode *hub_topic_tree_ensure (HubTopicTree *self, HubSpan topic);
HubTopicNode *hub_topic_tree_find (HubTopicTree *self, HubSpan topic);
void hub_topic_tree_prune (HubTopicTree *self, HubTopicNode *node);
gsize hub_topic_tree_count_nodes (const HubTopicTree *self);

gpointer hub_topic_node_get_value (const HubTopicNode *node);
void hub_topic_node_set_value (HubTopicNode *node, gpointer value);

guint hub_topic_tree_visit_filters (HubTopicTree *self, HubSpan name, HubTopicVisitFunc func, gpointer user_data);
void hub_topic_tree_visit_names (HubTopicTree *self, HubSpan filter, HubTopicVisitFunc func, gpointer user_data);
void hub_topic_tree_visit_all (HubTopicTree *self, HubTopicVisitFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTopicTree, hub_topic_tree_free)

G_END_DECLS
