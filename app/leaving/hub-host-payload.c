/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/leaving/hub-host-payload.h"

#include "app/base/hub-endpoint.h"
#include "app/base/hub-json-members.h"

#include <string.h>

/* What a host that leaves says of its successor, as JSON. Pure. */

static char **
get_next (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "next");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const guint n_elements = array != NULL ? json_array_get_length (array) : 0;
  g_autoptr (GPtrArray) next = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_elements && next->len < HUB_HOST_PAYLOAD_NEXT_MAX; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *text = json_node_get_value_type (element) == G_TYPE_STRING ? json_node_get_string (element) : NULL;

      if (text != NULL && hub_endpoint_is_for_others (text) &&
          !g_ptr_array_find_with_equal_func (next, text, g_str_equal, NULL))
        g_ptr_array_add (next, g_strdup (text));
    }
  g_ptr_array_add (next, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&next), FALSE);
}

/**
 * hub_host_payload_parse:
 * @bytes: what came in a message
 *
 * Takes apart what a host says that leaves. What is no address of a single computer is passed over, and so are names.
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when nobody is named
 */
HubHostPayload *
hub_host_payload_parse (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (HubHostPayload) self = NULL;

  if (size == 0 || size > HUB_HOST_PAYLOAD_SIZE_MAX || !g_utf8_validate_len (text, size, NULL))
    return NULL;
  object = hub_json_parse_object (text, size);
  if (object == NULL)
    return NULL;
  self = g_new0 (HubHostPayload, 1);
  self->next = get_next (object);
  if (self->next[0] == NULL)
    return NULL;
  self->client = hub_json_dup_string (object, "client");
  if (self->client != NULL && (self->client[0] == '\0' || strlen (self->client) > HUB_HOST_PAYLOAD_CLIENT_MAX))
    g_clear_pointer (&self->client, g_free);
  return g_steal_pointer (&self);
}

/**
 * hub_host_payload_new:
 * @client: the Client Identifier of who is to host next, at most %HUB_HOST_PAYLOAD_CLIENT_MAX bytes
 * @next: (array zero-terminated=1): where that is going to be, at most %HUB_HOST_PAYLOAD_NEXT_MAX
 *
 * Returns: (transfer full): the JSON to publish
 */
GBytes *
hub_host_payload_new (const char *client, const char *const *next)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *json;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "next");
  json_builder_begin_array (builder);
  for (; *next != NULL; next++)
    json_builder_add_string_value (builder, *next);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "client");
  json_builder_add_string_value (builder, client);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json = json_to_string (root, FALSE);
  return g_bytes_new_take (json, strlen (json));
}

/**
 * hub_host_payload_free:
 * @self: (transfer full): what a host has said
 */
void
hub_host_payload_free (HubHostPayload *self)
{
  g_free (self->client);
  g_strfreev (self->next);
  g_free (self);
}
