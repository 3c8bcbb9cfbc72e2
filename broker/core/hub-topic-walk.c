/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-walk.h"

#include "broker/core/hub-topic-tree-private.h"
#include "broker/wire/hub-topic.h"

/* Nodes that lie side by side, or one of them. A node that is removed stays beside the others until no walk is under way, and
 * what is added comes in front of them: what was there is visited in the same order, whatever becomes of it meanwhile. */
typedef struct
{
  HubTopicNode *next;    /* (unowned) (nullable) */
  HubTopicNode *current; /* (unowned) (nullable): the one before, to which the frame above belongs */
  HubSpan rest;          /* of the filter, for what is below the nodes */
  bool is_all : 1;
  bool is_top : 1; /* the nodes are first levels, of which wildcards leave some out */
  bool is_one : 1; /* without those beside it */
} Frame;

struct _HubTopicWalk
{
  HubTopicTree *tree; /* (unowned) */
  GArray *frames;     /* (owned) (element-type Frame) */
  guint8 *filter;     /* (owned) */
};

static void
push_one (HubTopicWalk *self, HubTopicNode *node, HubSpan rest)
{
  Frame frame = { .next = node, .rest = rest, .is_one = true };

  g_array_append_val (self->frames, frame);
}

static void
push_children (HubTopicWalk *self, const HubTopicNode *node, HubSpan rest, gboolean is_all)
{
  Frame frame = { .next = node->first, .rest = rest, .is_all = is_all, .is_top = node->parent == NULL };

  if (frame.next != NULL)
    g_array_append_val (self->frames, frame);
}

/* Returns the value of @node where it matches, and has what is below it come next. */
static gpointer
enter (HubTopicWalk *self, HubTopicNode *node, HubSpan rest, gboolean is_all)
{
  HubTopicNode *child;
  HubSpan level;

  if (!is_all && !hub_topic_next_level (&rest, &level))
    return node->value;
  if (is_all || hub_topic_level_is (level, '#'))
    {
      push_children (self, node, rest, TRUE);
      return node->value;
    }
  if (hub_topic_level_is (level, '+'))
    {
      push_children (self, node, rest, FALSE);
      return NULL;
    }
  child = hub_topic_node_get_child (node, level);
  if (child != NULL)
    push_one (self, child, rest);
  return NULL;
}

/**
 * hub_topic_walk_new:
 * @tree: a tree of Topic Names; must outlive the walk
 * @filter: a valid Topic Filter
 *
 * Returns: (transfer full): a walk that has not begun
 */
HubTopicWalk *
hub_topic_walk_new (HubTopicTree *tree, HubSpan filter)
{
  HubTopicWalk *self = g_new0 (HubTopicWalk, 1);

  self->tree = tree;
  self->filter = g_memdup2 (filter.data, filter.size);
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  push_one (self, tree->root, (HubSpan){ self->filter, filter.size });
  tree->n_walks++;
  return self;
}

/**
 * hub_topic_walk_free:
 * @self: (transfer full): a walk
 */
void
hub_topic_walk_free (HubTopicWalk *self)
{
  self->tree->n_walks--;
  if (self->tree->n_walks == 0)
    g_clear_pointer (&self->tree->left, g_ptr_array_unref);
  g_array_unref (self->frames);
  g_free (self->filter);
  g_free (self);
}

/**
 * hub_topic_walk_step:
 * @self: a walk
 * @value: (out) (nullable): the value of a name that matches; %NULL: there is none at this place
 *
 * Goes one node further.
 *
 * Complexity: constant.
 *
 * Returns: %FALSE when the walk is over
 */
gboolean
hub_topic_walk_step (HubTopicWalk *self, gpointer *value)
{
  HubTopicNode *node;
  Frame *frame;

  *value = NULL;
  if (self->frames->len == 0)
    return FALSE;
  frame = &g_array_index (self->frames, Frame, self->frames->len - 1);
  if (frame->next == NULL)
    {
      g_array_set_size (self->frames, self->frames->len - 1);
      return TRUE;
    }
  node = frame->current = frame->next;
  frame->next = frame->is_one ? NULL : node->next;
  if (!frame->is_top || !hub_topic_is_reserved (node->level))
    *value = enter (self, node, frame->rest, frame->is_all);
  return TRUE;
}

static gboolean
is_left (const Frame *frame, const HubTopicNode *node)
{
  const HubTopicNode *left = frame->next;

  while (left != NULL && left != node)
    left = frame->is_one ? NULL : left->next;
  return left != NULL;
}

/**
 * hub_topic_walk_is_ahead:
 * @self: a walk
 * @name: a Topic Name that matches its filter, and was there when the walk began
 *
 * Complexity: linear in how many nodes lie beside those that lead to @name.
 *
 * Returns: whether the walk is still to come there
 */
gboolean
hub_topic_walk_is_ahead (const HubTopicWalk *self, HubSpan name)
{
  const HubTopicNode *node = self->tree->root;
  HubSpan level;

  for (guint i = 0; node != NULL && i < self->frames->len; i++)
    {
      const Frame *frame = &g_array_index (self->frames, Frame, i);

      if (is_left (frame, node))
        return TRUE;
      if (frame->current != node || !hub_topic_next_level (&name, &level))
        return FALSE;
      node = hub_topic_node_get_child (node, level);
    }
  return FALSE;
}
