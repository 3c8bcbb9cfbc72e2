/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/people/hub-presence-payload.h"

#include "app/base/hub-endpoint.h"
#include "app/base/hub-json-members.h"

#include <string.h>

#define ROOM_SIZE_MAX 64

static const char *const kinds[] = {
  [HUB_PERSON_OTHER] = NULL,
  [HUB_PERSON_DESKTOP] = "desktop",
  [HUB_PERSON_BROWSER] = "browser",
};

/* One level of a topic that can be seen. */
static gboolean
is_room (const char *name)
{
  gboolean is_blank = TRUE;

  if (*name == '\0' || strlen (name) > ROOM_SIZE_MAX || strpbrk (name, "/+#") != NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c))
        return FALSE;
      is_blank = is_blank && g_unichar_isspace (c);
    }
  return !is_blank;
}

/* The strings of an array that are what they should be, each once. */
static char **
get_strings (JsonObject *object, const char *member, gboolean (*is_valid) (const char *), guint n_max)
{
  JsonNode *node = json_object_get_member (object, member);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const guint n_elements = array != NULL ? json_array_get_length (array) : 0;
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_elements && strings->len < n_max; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *text = json_node_get_value_type (element) == G_TYPE_STRING ? json_node_get_string (element) : NULL;

      if (text != NULL && is_valid (text) && !g_ptr_array_find_with_equal_func (strings, text, g_str_equal, NULL))
        g_ptr_array_add (strings, g_strdup (text));
    }
  g_ptr_array_add (strings, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&strings), FALSE);
}

static HubPersonKind
get_kind (JsonObject *object)
{
  g_autofree char *kind = hub_json_dup_string (object, "kind");

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kind != NULL && g_strcmp0 (kind, kinds[i]) == 0)
      return (HubPersonKind) i;
  return HUB_PERSON_OTHER;
}

/**
 * hub_presence_payload_parse:
 * @bytes: what came in a message
 *
 * Takes the presence of a client apart, or what it says when somebody is typing, of which `from` and `name` count. Members
 * that are not what they should be count as absent; without `from` nobody knows who it is.
 *
 * Returns: (transfer full) (nullable): what it is; %NULL for what is no presence, also for an empty payload
 */
HubPresencePayload *
hub_presence_payload_parse (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (HubPresencePayload) self = NULL;

  if (size == 0 || size > HUB_PRESENCE_SIZE_MAX || !g_utf8_validate_len (text, size, NULL))
    return NULL;
  object = hub_json_parse_object (text, size);
  if (object == NULL)
    return NULL;

  self = g_new0 (HubPresencePayload, 1);
  self->from = hub_json_dup_from (object);
  if (self->from == NULL)
    return NULL;
  self->name = hub_json_dup_string (object, "name");
  if (self->name == NULL)
    self->name = g_strdup ("");
  self->kind = get_kind (object);
  self->has_since = hub_json_get_time (object, "since", &self->since_ms);
  self->rooms = get_strings (object, "rooms", is_room, HUB_PRESENCE_ROOMS_MAX);
  self->http = get_strings (object, "http", hub_endpoint_is_valid, HUB_PRESENCE_ADDRESSES_MAX);
  return g_steal_pointer (&self);
}

static char *
shorten_name (const char *name)
{
  return g_utf8_strlen (name, -1) > HUB_PRESENCE_NAME_CHARS ? g_utf8_substring (name, 0, HUB_PRESENCE_NAME_CHARS)
                                                            : g_strdup (name);
}

/**
 * hub_presence_payload_new_desktop:
 * @from: 16 hexadecimal digits
 * @name: may be empty; a long one is cut
 * @since_ms: since when, milliseconds since 1970, UTC
 *
 * Returns: (transfer full): the presence of a desktop program, in no room and without an address
 */
HubPresencePayload *
hub_presence_payload_new_desktop (const char *from, const char *name, gint64 since_ms)
{
  HubPresencePayload *self = g_new0 (HubPresencePayload, 1);

  self->from = g_strdup (from);
  self->name = shorten_name (name);
  self->kind = HUB_PERSON_DESKTOP;
  self->has_since = TRUE;
  self->since_ms = since_ms;
  self->rooms = g_new0 (char *, 1);
  self->http = g_new0 (char *, 1);
  return self;
}

/**
 * hub_presence_payload_free:
 * @self: (transfer full): a presence
 */
void
hub_presence_payload_free (HubPresencePayload *self)
{
  g_free (self->from);
  g_free (self->name);
  g_strfreev (self->rooms);
  g_strfreev (self->http);
  g_free (self);
}

static void
add_string (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, value);
}

static void
add_strings (JsonBuilder *builder, const char *member, char **values)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (char **at = values; *at != NULL; at++)
    json_builder_add_string_value (builder, *at);
  json_builder_end_array (builder);
}

static GBytes *
end_object (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  char *json;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  return g_bytes_new_take (json, strlen (json));
}

/**
 * hub_presence_payload_to_bytes:
 * @self: a presence that says of which kind it is, and since when
 *
 * Returns: (transfer full): the JSON to publish
 */
GBytes *
hub_presence_payload_to_bytes (const HubPresencePayload *self)
{
  g_autofree char *since = hub_json_format_time (self->since_ms);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "name", self->name);
  add_string (builder, "from", self->from);
  add_string (builder, "kind", kinds[self->kind]);
  add_string (builder, "since", since);
  add_strings (builder, "rooms", self->rooms);
  if (self->http[0] != NULL)
    add_strings (builder, "http", self->http);
  return end_object (builder);
}

/**
 * hub_presence_payload_new_typing:
 * @from: 16 hexadecimal digits
 * @name: may be empty; a long one is cut
 *
 * Returns: (transfer full): what is published while somebody is typing
 */
GBytes *
hub_presence_payload_new_typing (const char *from, const char *name)
{
  g_autofree char *shown = shorten_name (name);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "from", from);
  add_string (builder, "name", shown);
  return end_object (builder);
}
