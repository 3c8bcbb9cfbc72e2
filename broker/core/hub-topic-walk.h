/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-topic-tree.h"

G_BEGIN_DECLS

/**
 * HubTopicWalk:
 *
 * A visit of the Topic Names that match a filter, in steps between which the tree may change. What is there from the
 * first step to the last is visited once; what comes or goes meanwhile may be visited or not.
 */
typedef struct _HubTopicWalk HubTopicWalk;

HubTopicWalk *hub_topic_walk_new (HubTopicTree *tree, HubSpan filter) G_GNUC_WARN_UNUSED_RESULT;
void hub_topic_walk_free (HubTopicWalk *self);
gboolean hub_topic_walk_step (HubTopicWalk *self, gpointer *value);
gboolean hub_topic_walk_is_ahead (const HubTopicWalk *self, HubSpan name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTopicWalk, hub_topic_walk_free)

G_END_DECLS
