/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-payload.h"

#include "app/hub-json-scan.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define DEPTH_LEVELS_MAX 16
#define FROM_SIZE 16

static char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_dup_string (node);
}

static char *
get_from (JsonObject *object)
{
  g_autofree char *from = get_string (object, "from");

  if (from == NULL || strlen (from) != FROM_SIZE || strspn (from, "0123456789abcdefABCDEF") != FROM_SIZE)
    return NULL;
  return g_ascii_strdown (from, -1);
}

static char *
get_id (JsonObject *object)
{
  g_autofree char *id = get_string (object, "id");

  return id != NULL && g_uuid_string_is_valid (id) ? g_ascii_strdown (id, -1) : NULL;
}

/* Exactly the form of RFC 3339: GLib's parser takes others of ISO 8601 too. */
static gboolean
is_rfc3339 (const char *text)
{
  static GRegex *form;

  if (form == NULL)
    form = g_regex_new ("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?"
                        "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\\z",
                        G_REGEX_OPTIMIZE,
                        0,
                        NULL);
  return g_regex_match (form, text, 0, NULL);
}

/* Digits of @text from @at: as many as there are places, the missing ones being 0. */
static int
fraction_ms (const char *text)
{
  int result = 0;

  for (int place = 0; place < 3; place++)
    {
      result *= 10;
      if (g_ascii_isdigit (*text))
        result += *text++ - '0';
    }
  return result;
}

static gboolean
parse_time (const char *text, gint64 *time_ms)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) seconds = NULL;
  const char *zone;
  gint64 offset_s = 0;
  int n[6];

  if (!is_rfc3339 (text))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (n); i++)
    n[i] = (int) g_ascii_strtoull (text + (i == 0 ? 0 : 2 + 3 * i), NULL, 10);
  seconds = g_date_time_new (utc, n[0], n[1], n[2], n[3], n[4], n[5]);
  if (seconds == NULL)
    return FALSE;

  zone = text + strlen ("YYYY-MM-DDThh:mm:ss");
  *time_ms = g_date_time_to_unix (seconds) * 1000;
  if (*zone == '.')
    {
      *time_ms += fraction_ms (zone + 1);
      zone += 1 + strspn (zone + 1, "0123456789");
    }
  if (*zone == '+' || *zone == '-')
    offset_s = (gint64) (g_ascii_strtoull (zone + 1, NULL, 10) * 3600 + g_ascii_strtoull (zone + 4, NULL, 10) * 60);
  *time_ms -= (*zone == '-' ? -offset_s : offset_s) * 1000;
  return TRUE;
}

static gboolean
parse_chat (HubPayload *self, const char *text, gsize size)
{
  g_autofree char *json = size <= HUB_PAYLOAD_SIZE_MAX ? hub_json_scan (text, size, DEPTH_LEVELS_MAX) : NULL;
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;
  g_autofree char *time = NULL;
  JsonObject *object;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  self->message = get_string (object, "message");
  if (self->message == NULL)
    return FALSE;

  self->kind = HUB_PAYLOAD_CHAT;
  self->name = get_string (object, "name");
  if (self->name != NULL && self->name[0] == '\0')
    g_clear_pointer (&self->name, g_free);
  self->from = get_from (object);
  self->id = get_id (object);
  time = get_string (object, "time");
  self->has_time = time != NULL && parse_time (time, &self->time_ms);
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
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (self->time_ms / 1000);
  g_autofree char *date = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *time = g_strdup_printf ("%s.%03dZ", date, (int) (self->time_ms % 1000));
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
