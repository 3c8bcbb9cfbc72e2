/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-topic-walk.h"

#include "broker/core/hub-topic-tree-private.h"
#include "broker/wire/hub-topic.h"

/* Nodes that lie side by side, or one of them. What is added comes in front of them: what was there is visited in the same
 * order, whatever becomes of it meanwhile. */
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
  GList link;         /* its data is the walk */
  HubTopicTree *tree; /* (unowned) */
  GArray *frames;     /* (owned) (element-type Frame) */
  guint8 *filter;     /* (owned) */
};

/* A node knows how many walks are at it, so that those are told when it is removed. */
static void
set_cursor (HubTopicNode **cursor, HubTopicNode *node)
{
  if (*cursor != NULL)
    (*cursor)->n_cursors--;
  *cursor = node;
  if (node != NULL)
    node->n_cursors++;
}

static void
push (HubTopicWalk *self, const Frame *frame, HubTopicNode *node)
{
  g_array_append_vals (self->frames, frame, 1);
  set_cursor (&g_array_index (self->frames, Frame, self->frames->len - 1).next, node);
}

static void
pop (HubTopicWalk *self)
{
  Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

  set_cursor (&frame->next, NULL);
  set_cursor (&frame->current, NULL);
  g_array_set_size (self->frames, self->frames->len - 1);
}

static void
push_one (HubTopicWalk *self, HubTopicNode *node, HubSpan rest)
{
  push (self, &(Frame){ .rest = rest, .is_one = true }, node);
}

static void
push_children (HubTopicWalk *self, const HubTopicNode *node, HubSpan rest, gboolean is_all)
{
  HubTopicNode *first = hub_topic_node_get_first (node);

  if (first != NULL)
    push (self, &(Frame){ .rest = rest, .is_all = is_all, .is_top = node->parent == NULL }, first);
}

static HubTopicNode *
beside (const Frame *frame, const HubTopicNode *node)
{
  return frame->is_one ? NULL : node->next;
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
  self->link.data = self;
  g_queue_push_tail_link (&tree->walks, &self->link);
  return self;
}

/**
 * hub_topic_walk_free:
 * @self: (transfer full): a walk
 */
void
hub_topic_walk_free (HubTopicWalk *self)
{
  while (self->frames->len > 0)
    pop (self);
  g_queue_unlink (&self->tree->walks, &self->link);
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
  node = frame->next;
  if (node == NULL)
    {
      pop (self);
      return TRUE;
    }
  set_cursor (&frame->current, node);
  set_cursor (&frame->next, beside (frame, node));
  if (!frame->is_top || !hub_topic_is_reserved (node->level))
    *value = enter (self, node, frame->rest, frame->is_all);
  return TRUE;
}

/*
 * hub_topic_walk_leave:
 * @node: a node that is about to be removed
 *
 * Goes on beside @node, where the walk is at it.
 */
void
hub_topic_walk_leave (HubTopicWalk *self, const HubTopicNode *node)
{
  for (guint i = 0; i < self->frames->len; i++)
    {
      Frame *frame = &g_array_index (self->frames, Frame, i);

      if (frame->next == node)
        set_cursor (&frame->next, beside (frame, node));
      if (frame->current == node)
        set_cursor (&frame->current, NULL);
    }
}

/* Whether one of the nodes that lie beside those of @frame is still to be visited. */
static gboolean
is_left (const Frame *frame, const HubTopicNode *node)
{
  if (frame->next == NULL || frame->is_one)
    return frame->next == node;
  return node->parent == frame->next->parent && node->order <= frame->next->order;
}

/**
 * hub_topic_walk_is_ahead:
 * @self: a walk
 * @name: a Topic Name that matches its filter, and was there when the walk began
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
