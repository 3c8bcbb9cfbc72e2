/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-retained.h"

#include "broker/core/hub-queue.h"
#include "broker/core/hub-topic-walk.h"
#include "broker/wire/hub-topic.h"

struct _HubRetained
{
  HubTopicTree *tree;      /* (owned): its values are HubMessages, owned */
  GHashTable *dues;        /* (owned) (element-type HubMessage Due): of those that expire */
  HubDeadlines *deadlines; /* (unowned) */
  HubDeadlineFunc expired;
  guint max_messages;
  gsize max_bytes;
  guint count;
  gsize bytes;
  guint64 last_order; /* how many messages have been set so far */
};

typedef struct
{
  HubDeadline deadline; /* first */
  HubMessage *message;  /* (unowned) */
} Due;

struct _HubRetainedWalk
{
  HubRetained *retained; /* (unowned) */
  HubTopicWalk *walk;    /* (owned) */
  char *filter;          /* (owned) */
  guint64 last_order;    /* of what was there when it began */
};

typedef struct
{
  HubRetainedFunc func;
  gpointer user_data;
} Visit;

static void
visit_cb (gpointer value, gpointer user_data)
{
  Visit *visit = user_data;

  visit->func (value, visit->user_data);
}

/* Arms the deadline of a message that expires. */
static void
expect (HubRetained *self, HubMessage *message)
{
  Due *due;

  if (message->expires_us == HUB_MESSAGE_NEVER)
    return;
  due = g_new0 (Due, 1);
  due->deadline.func = self->expired;
  due->message = message;
  hub_deadlines_arm (self->deadlines, &due->deadline, message->expires_us);
  g_hash_table_insert (self->dues, message, due);
}

/* Lets go of a message that is in no node any more. */
static void
forget (HubRetained *self, HubMessage *message)
{
  Due *due = g_hash_table_lookup (self->dues, message);

  if (due != NULL)
    {
      hub_deadlines_disarm (self->deadlines, &due->deadline);
      g_hash_table_remove (self->dues, message);
    }
  hub_message_unref (message);
}

static void
free_cb (gpointer value, gpointer user_data)
{
  forget (user_data, value);
}

static void
remove_node (HubRetained *self, HubTopicNode *node)
{
  HubMessage *message = hub_topic_node_get_value (node);

  self->count--;
  self->bytes -= hub_queue_cost (message);
  hub_topic_node_set_value (node, NULL);
  forget (self, message);
  hub_topic_tree_prune (self->tree, node);
}

static gboolean
has_room (const HubRetained *self, const HubMessage *old, const HubMessage *message)
{
  gsize bytes = self->bytes - (old != NULL ? hub_queue_cost (old) : 0);
  gsize cost = hub_queue_cost (message);

  if (self->max_messages > 0 && old == NULL && self->count >= self->max_messages)
    return FALSE;
  return self->max_bytes == 0 || (cost <= self->max_bytes && bytes <= self->max_bytes - cost);
}

/**
 * hub_retained_new:
 * @max_messages: how many may be kept; 0: no limit
 * @max_bytes: how many bytes of topics and payloads may be kept; 0: no limit
 * @deadlines: (transfer none): of the caller; outlives what is returned
 * @expired: calls [method@Hub.Retained.expire] with the deadline that has come
 *
 * Returns: (transfer full): no retained messages
 */
HubRetained *
hub_retained_new (guint max_messages, gsize max_bytes, HubDeadlines *deadlines, HubDeadlineFunc expired)
{
  HubRetained *self = g_new0 (HubRetained, 1);

  self->tree = hub_topic_tree_new ();
  self->dues = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->deadlines = deadlines;
  self->expired = expired;
  self->max_messages = max_messages;
  self->max_bytes = max_bytes;
  return self;
}

/**
 * hub_retained_free:
 * @self: (transfer full): retained messages
 */
void
hub_retained_free (HubRetained *self)
{
  hub_topic_tree_visit_all (self->tree, free_cb, self);
  hub_topic_tree_free (self->tree);
  g_hash_table_unref (self->dues);
  g_free (self);
}

/**
 * hub_retained_set:
 * @self: retained messages
 * @message: a message that was published with RETAIN
 *
 * Keeps @message in place of the one of the same topic; with an empty payload, only removes that one.
 *
 * Spec: MQTT 5.0 section 3.3.1.3 [MQTT-3.3.1-5], [MQTT-3.3.1-6], [MQTT-3.3.1-7].
 *
 * Returns: %FALSE when there was no room: then nothing is kept for the topic, since the older message is not the
 *   last one any more
 */
gboolean
hub_retained_set (HubRetained *self, HubMessage *message)
{
  HubTopicNode *node = hub_topic_tree_find (self->tree, message->topic);
  HubMessage *old = node != NULL ? hub_topic_node_get_value (node) : NULL;

  if (message->payload.size == 0)
    {
      if (old != NULL)
        remove_node (self, node);
      return TRUE;
    }
  if (!has_room (self, old, message))
    {
      if (old != NULL)
        remove_node (self, node);
      return FALSE;
    }

  if (node == NULL)
    node = hub_topic_tree_ensure (self->tree, message->topic);
  message->retained_order = ++self->last_order;
  hub_topic_node_set_value (node, hub_message_ref (message));
  self->bytes += hub_queue_cost (message);
  self->count += old == NULL;
  if (old != NULL)
    {
      self->bytes -= hub_queue_cost (old);
      forget (self, old);
    }
  expect (self, message);
  return TRUE;
}

/**
 * hub_retained_expire:
 * @self: retained messages
 * @due: the deadline that has come
 *
 * Removes the message that @due belongs to.
 *
 * Spec: MQTT 5.0 section 3.3.2.3.3 [MQTT-3.3.2-5].
 *
 * Returns: (transfer full): that message
 */
HubMessage *
hub_retained_expire (HubRetained *self, HubDeadline *due)
{
  HubMessage *message = hub_message_ref (((Due *) due)->message);

  remove_node (self, hub_topic_tree_find (self->tree, message->topic));
  return message;
}

/**
 * hub_retained_get:
 * @self: retained messages
 * @topic: a valid Topic Name
 *
 * Returns: (transfer none) (nullable): the message retained for @topic
 */
HubMessage *
hub_retained_get (HubRetained *self, HubSpan topic)
{
  HubTopicNode *node = hub_topic_tree_find (self->tree, topic);

  return node != NULL ? hub_topic_node_get_value (node) : NULL;
}

/**
 * hub_retained_get_count:
 * @self: retained messages
 *
 * Returns: how many there are
 */
guint
hub_retained_get_count (const HubRetained *self)
{
  return self->count;
}

/**
 * hub_retained_get_bytes:
 * @self: retained messages
 *
 * Returns: the size of their topics and payloads, bytes
 */
gsize
hub_retained_get_bytes (const HubRetained *self)
{
  return self->bytes;
}

/**
 * hub_retained_visit:
 * @self: retained messages
 * @filter: a valid Topic Filter
 * @func: (scope call): called with each message whose topic matches; must not change @self
 * @user_data: for @func
 */
void
hub_retained_visit (HubRetained *self, HubSpan filter, HubRetainedFunc func, gpointer user_data)
{
  Visit visit = { func, user_data };

  hub_topic_tree_visit_names (self->tree, filter, visit_cb, &visit);
}

/**
 * hub_retained_walk_new:
 * @self: retained messages; must outlive the walk
 * @filter: a valid Topic Filter
 *
 * Returns: (transfer full): a walk over the messages whose topics match, which has not begun
 */
HubRetainedWalk *
hub_retained_walk_new (HubRetained *self, HubSpan filter)
{
  HubRetainedWalk *walk = g_new0 (HubRetainedWalk, 1);

  walk->retained = self;
  walk->walk = hub_topic_walk_new (self->tree, filter);
  walk->filter = hub_span_dup_string (filter);
  walk->last_order = self->last_order;
  return walk;
}

/**
 * hub_retained_walk_free:
 * @self: (transfer full): a walk
 */
void
hub_retained_walk_free (HubRetainedWalk *self)
{
  hub_topic_walk_free (self->walk);
  g_free (self->filter);
  g_free (self);
}

/**
 * hub_retained_walk_step:
 * @self: a walk
 * @message: (out) (transfer none) (nullable): a message; %NULL: this step led to none
 *
 * Goes one step further.
 *
 * Returns: %FALSE when the walk is over
 */
gboolean
hub_retained_walk_step (HubRetainedWalk *self, HubMessage **message)
{
  gpointer value;
  gboolean goes_on = hub_topic_walk_step (self->walk, &value);

  *message = value;
  if (*message != NULL && (*message)->retained_order > self->last_order)
    *message = NULL;
  return goes_on;
}

/**
 * hub_retained_walk_get_filter:
 * @self: a walk
 *
 * Returns: (transfer none): its Topic Filter
 */
const char *
hub_retained_walk_get_filter (const HubRetainedWalk *self)
{
  return self->filter;
}

/**
 * hub_retained_walk_is_current:
 * @self: a walk
 * @message: a message that was retained when it began
 *
 * Returns: whether @message was neither replaced nor removed
 */
gboolean
hub_retained_walk_is_current (HubRetainedWalk *self, const HubMessage *message)
{
  return hub_retained_get (self->retained, message->topic) == message;
}

/**
 * hub_retained_walk_is_ahead:
 * @self: a walk
 * @message: a retained message
 *
 * Returns: whether the walk is still to lead to @message
 */
gboolean
hub_retained_walk_is_ahead (HubRetainedWalk *self, const HubMessage *message)
{
  return message->retained_order <= self->last_order && hub_retained_walk_is_current (self, message) &&
         hub_topic_matches (hub_span_from_string (self->filter), message->topic) &&
         hub_topic_walk_is_ahead (self->walk, message->topic);
}
