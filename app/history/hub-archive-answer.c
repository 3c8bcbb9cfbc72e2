/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-archive-answer.h"

#include "broker/hub-json-scan.h"
#include "app/messages/hub-stamp.h"

#include <json-glib/json-glib.h>

/* An answer has four levels. */
#define DEPTH_LEVELS_MAX 8

static void
message_free (gpointer data)
{
  HubArchiveMessage *message = data;

  g_free (message->topic);
  g_bytes_unref (message->payload);
  g_free (message);
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static gboolean
get_number (JsonObject *object, const char *name, guint64 *number)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  value = json_node_get_int (node);
  if (value < 0 || (guint64) value > HUB_SEQ_MAX)
    return FALSE;
  *number = (guint64) value;
  return TRUE;
}

static GBytes *
get_payload (JsonObject *object)
{
  const char *text = get_string (object, "payload");
  const char *base64 = get_string (object, "payload_base64");
  guint8 *data;
  gsize size;

  if (text != NULL)
    return g_bytes_new (text, strlen (text));
  if (base64 == NULL)
    return NULL;
  data = g_base64_decode (base64, &size);
  return g_bytes_new_take (data, size);
}

/* What has another form is passed over. */
static HubArchiveMessage *
read_message (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autoptr (GBytes) payload = object != NULL ? get_payload (object) : NULL;
  const char *topic = object != NULL ? get_string (object, "topic") : NULL;
  HubArchiveMessage *message;
  guint64 seq;
  guint64 time_ms;

  if (payload == NULL || topic == NULL)
    return NULL;
  if (!get_number (object, "seq", &seq) || seq == 0 || !get_number (object, "time", &time_ms))
    return NULL;
  message = g_new0 (HubArchiveMessage, 1);
  message->seq = seq;
  message->time_ms = (gint64) time_ms;
  message->topic = g_strdup (topic);
  message->payload = g_steal_pointer (&payload);
  return message;
}

static int
compare_messages (gconstpointer a, gconstpointer b)
{
  const HubArchiveMessage *one = *(HubArchiveMessage *const *) a;
  const HubArchiveMessage *other = *(HubArchiveMessage *const *) b;

  return one->seq < other->seq ? -1 : one->seq > other->seq;
}

/**
 * hub_archive_answer_parse:
 * @text: (array length=size): the body of an answer; not to be trusted
 * @size: its size, bytes
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when it is no answer to such a question
 */
HubArchiveAnswer *
hub_archive_answer_parse (const char *text, gsize size)
{
  g_autofree char *json = g_utf8_validate_len (text, size, NULL) ? hub_json_scan (text, size, DEPTH_LEVELS_MAX) : NULL;
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *log = object != NULL ? get_string (object, "log") : NULL;
  JsonNode *list = object != NULL ? json_object_get_member (object, "messages") : NULL;
  JsonNode *more = object != NULL ? json_object_get_member (object, "more") : NULL;
  HubArchiveAnswer *self;
  JsonArray *array;

  if (log == NULL || *log == '\0' || list == NULL || !JSON_NODE_HOLDS_ARRAY (list))
    return NULL;
  self = g_new0 (HubArchiveAnswer, 1);
  self->log = g_strdup (log);
  self->messages = g_ptr_array_new_with_free_func (message_free);
  array = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      HubArchiveMessage *message = read_message (json_array_get_element (array, i));

      if (message != NULL)
        g_ptr_array_add (self->messages, message);
    }
  g_ptr_array_sort (self->messages, compare_messages);
  get_number (object, "before", &self->next_before);
  self->has_more = (self->messages->len > 0 || self->next_before > 0) && more != NULL && json_node_get_value_type (more) == G_TYPE_BOOLEAN &&
                   json_node_get_boolean (more);
  return self;
}

/**
 * hub_archive_topics_parse:
 * @text: (array length=size): the body of an answer; not to be trusted
 * @size: its size, bytes
 *
 * Returns: (transfer full) (nullable): the topics that a log has; %NULL when it is no list of topics
 */
char **
hub_archive_topics_parse (const char *text, gsize size)
{
  g_autofree char *json = g_utf8_validate_len (text, size, NULL) ? hub_json_scan (text, size, DEPTH_LEVELS_MAX) : NULL;
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root))
    return NULL;
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *topic = JSON_NODE_HOLDS_OBJECT (node) ? get_string (json_node_get_object (node), "topic") : NULL;

      if (topic != NULL)
        g_ptr_array_add (topics, g_strdup (topic));
    }
  g_ptr_array_add (topics, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&topics), FALSE);
}

/**
 * hub_archive_answer_free:
 * @self: (transfer full): an answer
 */
void
hub_archive_answer_free (HubArchiveAnswer *self)
{
  g_free (self->log);
  g_ptr_array_unref (self->messages);
  g_free (self);
}
