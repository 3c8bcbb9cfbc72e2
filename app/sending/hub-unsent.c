/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sending/hub-unsent.h"

#include "app/base/hub-keeper.h"

#include <json-glib/json-glib.h>

/* A message that is acknowledged at once never touches the disk. */
#define SAVE_DELAY_MS 250

/**
 * HubUnsent:
 *
 * The messages that no broker has acknowledged yet, oldest first, in a file: they survive a restart, and are sent when
 * their chat is joined again.
 */
struct _HubUnsent
{
  GObject parent_instance;

  HubKeeper *keeper;   /* (owned) */
  GPtrArray *messages; /* (owned) (element-type HubUnsentMessage) */
};

G_DEFINE_FINAL_TYPE (HubUnsent, hub_unsent, G_TYPE_OBJECT)

static void
message_free (gpointer data)
{
  HubUnsentMessage *message = data;

  g_free (message->chat);
  g_free (message->topic);
  g_free (message->id);
  g_bytes_unref (message->payload);
  g_free (message);
}

static HubUnsentMessage *
message_new (const char *chat, const char *topic, const char *id, GBytes *payload)
{
  HubUnsentMessage *message = g_new0 (HubUnsentMessage, 1);

  message->chat = g_strdup (chat);
  message->topic = g_strdup (topic);
  message->id = g_strdup (id);
  message->payload = g_bytes_ref (payload);
  return message;
}

static const char *
get_string (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, NULL);
}

static void
load_message (JsonArray *array, guint index, JsonNode *node, gpointer user_data)
{
  HubUnsent *self = user_data;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *chat = object != NULL ? get_string (object, "chat") : NULL;
  const char *topic = object != NULL ? get_string (object, "topic") : NULL;
  const char *id = object != NULL ? get_string (object, "id") : NULL;
  const char *payload = object != NULL ? get_string (object, "payload") : NULL;
  g_autoptr (GBytes) bytes = NULL;
  HubUnsentMessage *message;

  if (chat == NULL || topic == NULL || id == NULL || payload == NULL)
    return;
  bytes = g_bytes_new (payload, strlen (payload));
  message = message_new (chat, topic, id, bytes);
  message->has_failed = json_object_get_boolean_member_with_default (object, "failed", FALSE);
  g_ptr_array_add (self->messages, message);
}

/* A file that cannot be read is as good as none. */
static void
load (HubUnsent *self)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  gsize size;
  g_autofree char *text = hub_keeper_load (self->keeper, &size);
  JsonNode *root;

  if (text == NULL)
    return;
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    {
      g_warning ("unsent messages cannot be read: %s", error->message);
      return;
    }
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    json_array_foreach_element (json_node_get_array (root), load_message, self);
}

static GBytes *
serialise (gpointer user_data)
{
  HubUnsent *self = user_data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (self->messages, i);
      g_autofree char *payload = g_strndup (g_bytes_get_data (message->payload, NULL), g_bytes_get_size (message->payload));

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "chat");
      json_builder_add_string_value (builder, message->chat);
      json_builder_set_member_name (builder, "topic");
      json_builder_add_string_value (builder, message->topic);
      json_builder_set_member_name (builder, "id");
      json_builder_add_string_value (builder, message->id);
      json_builder_set_member_name (builder, "payload");
      json_builder_add_string_value (builder, payload);
      json_builder_set_member_name (builder, "failed");
      json_builder_add_boolean_value (builder, message->has_failed);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
hub_unsent_finalize (GObject *object)
{
  HubUnsent *self = HUB_UNSENT (object);

  hub_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  G_OBJECT_CLASS (hub_unsent_parent_class)->finalize (object);
}

static void
hub_unsent_class_init (HubUnsentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_unsent_finalize;
}

static void
hub_unsent_init (HubUnsent *self)
{
  self->messages = g_ptr_array_new_with_free_func (message_free);
}

/**
 * hub_unsent_new:
 * @file: where they are kept; read now
 *
 * Returns: (transfer full): the messages of the last time
 */
HubUnsent *
hub_unsent_new (GFile *file)
{
  HubUnsent *self = g_object_new (HUB_TYPE_UNSENT, NULL);

  self->keeper = hub_keeper_new (file, SAVE_DELAY_MS, serialise, self);
  load (self);
  return self;
}

/**
 * hub_unsent_add:
 * @self: unsent messages
 * @chat: which chat it is for
 * @topic: the Topic Name
 * @id: the id in @payload
 * @payload: what to publish, JSON
 *
 * Keeps a message until it is acknowledged.
 */
void
hub_unsent_add (HubUnsent *self, const char *chat, const char *topic, const char *id, GBytes *payload)
{
  g_return_if_fail (HUB_IS_UNSENT (self));

  g_ptr_array_add (self->messages, message_new (chat, topic, id, payload));
  hub_keeper_change (self->keeper);
}

/**
 * hub_unsent_remove:
 * @self: unsent messages
 * @id: the id of one that a broker has acknowledged
 */
void
hub_unsent_remove (HubUnsent *self, const char *id)
{
  g_return_if_fail (HUB_IS_UNSENT (self));

  for (guint i = 0; i < self->messages->len; i++)
    if (g_str_equal (((HubUnsentMessage *) g_ptr_array_index (self->messages, i))->id, id))
      {
        g_ptr_array_remove_index (self->messages, i);
        hub_keeper_change (self->keeper);
        return;
      }
}

/**
 * hub_unsent_set_failed:
 * @self: unsent messages
 * @id: the id of one
 * @has_failed: whether it was given up
 *
 * Says whether a message is still to be sent. One that was given up is kept until it is removed, or sent after all.
 *
 * Returns: (nullable) (transfer none): the message, valid until the next change; %NULL when there is none with @id
 */
const HubUnsentMessage *
hub_unsent_set_failed (HubUnsent *self, const char *id, gboolean has_failed)
{
  g_return_val_if_fail (HUB_IS_UNSENT (self), NULL);

  for (guint i = 0; i < self->messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (self->messages, i);

      if (!g_str_equal (message->id, id))
        continue;
      if (message->has_failed != !!has_failed)
        {
          message->has_failed = !!has_failed;
          hub_keeper_change (self->keeper);
        }
      return message;
    }
  return NULL;
}

/**
 * hub_unsent_move:
 * @self: unsent messages
 * @from: a chat
 * @to: how it is called from now on
 *
 * Keeps the messages for a chat that has another address now.
 */
void
hub_unsent_move (HubUnsent *self, const char *from, const char *to)
{
  g_return_if_fail (HUB_IS_UNSENT (self));

  for (guint i = 0; i < self->messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (self->messages, i);

      if (!g_str_equal (message->chat, from))
        continue;
      g_free (message->chat);
      message->chat = g_strdup (to);
      hub_keeper_change (self->keeper);
    }
}

/**
 * hub_unsent_list:
 * @self: unsent messages
 * @chat: which chat
 *
 * Returns: (transfer container) (element-type HubUnsentMessage): those for @chat, oldest first; valid until the next
 *   change
 */
GPtrArray *
hub_unsent_list (HubUnsent *self, const char *chat)
{
  GPtrArray *list = g_ptr_array_new ();

  g_return_val_if_fail (HUB_IS_UNSENT (self), list);

  for (guint i = 0; i < self->messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (self->messages, i);

      if (g_str_equal (message->chat, chat))
        g_ptr_array_add (list, message);
    }
  return list;
}

/**
 * hub_unsent_flush:
 * @self: unsent messages
 *
 * Writes the file now, if it does not hold all of this. For the end of the program: it blocks.
 */
void
hub_unsent_flush (HubUnsent *self)
{
  g_return_if_fail (HUB_IS_UNSENT (self));

  hub_keeper_flush (self->keeper);
}
