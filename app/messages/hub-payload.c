/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/messages/hub-payload.h"

#include "app/base/hub-json-members.h"

#include <json-glib/json-glib.h>

#include <string.h>

static char *
get_id (JsonObject *object)
{
  g_autofree char *id = hub_json_dup_string (object, "id");

  return id != NULL && g_uuid_string_is_valid (id) ? g_ascii_strdown (id, -1) : NULL;
}

static gboolean
parse_chat (HubPayload *self, const char *text, gsize size)
{
  g_autoptr (JsonObject) object = size <= HUB_PAYLOAD_SIZE_MAX ? hub_json_parse_object (text, size) : NULL;

  if (object == NULL)
    return FALSE;
  self->message = hub_json_dup_string (object, "message");
  if (self->message == NULL)
    return FALSE;

  self->kind = HUB_PAYLOAD_CHAT;
  self->name = hub_json_dup_string (object, "name");
  if (self->name != NULL && self->name[0] == '\0')
    g_clear_pointer (&self->name, g_free);
  self->from = hub_json_dup_from (object);
  self->id = get_id (object);
  self->has_time = hub_json_get_time (object, "time", &self->time_ms);
  return TRUE;
}

/* Text that a GTK label can hold: U+0000 would end it. */
static char *
dup_text (const char *text, gsize size)
{
  GString *copy = g_string_sized_new (size + 1);

  for (gsize i = 0; i < size; i++)
    if (text[i] != '\0')
      g_string_append_c (copy, text[i]);
    else
      g_string_append (copy, "\357\277\275");
  return g_string_free (copy, FALSE);
}

/* U+0000 is UTF-8, though GLib's check does not take it. */
static gboolean
is_utf8 (const char *text, gsize size)
{
  const char *end = text + size;

  while (!g_utf8_validate_len (text, (gsize) (end - text), &text))
    {
      if (text == end || *text != '\0')
        return FALSE;
      text++;
    }
  return TRUE;
}

/**
 * hub_payload_parse:
 * @bytes: what came in a message
 *
 * Takes a payload apart. What is no message of the chat is shown whole as text, and what is no text by its size: so any
 * client of MQTT takes part.
 *
 * Returns: (transfer full): what it is
 */
HubPayload *
hub_payload_parse (GBytes *bytes)
{
  HubPayload *self = g_new0 (HubPayload, 1);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  if (size == 0)
    {
      self->kind = HUB_PAYLOAD_NOTHING;
    }
  else if (!is_utf8 (text, size))
    {
      self->kind = HUB_PAYLOAD_BYTES;
      self->message = g_strdup_printf (size == 1 ? "(%" G_GSIZE_FORMAT " byte)" : "(%" G_GSIZE_FORMAT " bytes)", size);
    }
  else if (!parse_chat (self, text, size))
    {
      self->kind = HUB_PAYLOAD_TEXT;
      self->message = dup_text (text, size);
    }
  return self;
}

/**
 * hub_payload_new_chat:
 * @name: who says so; may be empty
 * @message: what
 * @from: 16 hexadecimal digits
 * @time_ms: when, milliseconds since 1970, UTC
 *
 * Returns: (transfer full): a message of the chat with an id of its own
 */
HubPayload *
hub_payload_new_chat (const char *name, const char *message, const char *from, gint64 time_ms)
{
  HubPayload *self = g_new0 (HubPayload, 1);

  self->kind = HUB_PAYLOAD_CHAT;
  self->name = g_strdup (name);
  self->message = g_strdup (message);
  self->from = g_strdup (from);
  self->id = g_uuid_string_random ();
  self->has_time = TRUE;
  self->time_ms = time_ms;
  return self;
}

/**
 * hub_payload_free:
 * @self: (transfer full): a payload
 */
void
hub_payload_free (HubPayload *self)
{
  g_free (self->name);
  g_free (self->message);
  g_free (self->from);
  g_free (self->id);
  g_free (self);
}

/**
 * hub_payload_to_bytes:
 * @self: a message of the chat with all members
 *
 * Returns: (transfer full): the JSON to publish
 */
GBytes *
hub_payload_to_bytes (const HubPayload *self)
{
  g_autofree char *time = hub_json_format_time (self->time_ms);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *json;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, self->name != NULL ? self->name : "");
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, self->message);
  json_builder_set_member_name (builder, "from");
  json_builder_add_string_value (builder, self->from);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, self->id);
  json_builder_set_member_name (builder, "time");
  json_builder_add_string_value (builder, time);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  return g_bytes_new_take (json, strlen (json));
}
