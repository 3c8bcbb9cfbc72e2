/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-resident.h"

#include "broker/hub-json-scan.h"
#include "broker/net/hub-ip-address.h"
#include "broker/net/hub-own-addresses.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What has a port of this computer may be any program, of anybody: what it answers is believed only as far as it can be
 * checked. */

#define DEPTH_LEVELS_MAX 16

/* The body of an answer that says 200; NULL for anything else. It lies within @answer. */
static const char *
find_body (const char *answer, gsize size)
{
  static const char *const beginnings[] = { "HTTP/1.1 200 ", "HTTP/1.0 200 " };
  const char *end;

  for (gsize i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      if (size < strlen (beginnings[i]) || memcmp (answer, beginnings[i], strlen (beginnings[i])) != 0)
        continue;
      end = memmem (answer, size, "\r\n\r\n", 4);
      return end != NULL ? end + 4 : NULL;
    }
  return NULL;
}

static JsonObject *
parse_object (const char *text, gsize size)
{
  g_autofree char *json = hub_json_scan (text, size, DEPTH_LEVELS_MAX);
  g_autoptr (JsonNode) root = json != NULL ? json_from_string (json, NULL) : NULL;

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static const char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* 0 for what is none. */
static guint16
get_port (JsonObject *info, const char *protocol)
{
  JsonNode *ports = json_object_get_member (info, "ports");
  JsonNode *node;
  gint64 port;

  if (ports == NULL || !JSON_NODE_HOLDS_OBJECT (ports))
    return 0;
  node = json_object_get_member (json_node_get_object (ports), protocol);
  port = node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : 0;
  return port >= 1 && port <= G_MAXUINT16 ? (guint16) port : 0;
}

/* The likeliest address comes first. */
static char *
dup_url (JsonObject *info, guint16 http_port)
{
  JsonNode *node = json_object_get_member (info, "addresses");
  JsonArray *addresses = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *first = addresses != NULL && json_array_get_length (addresses) > 0 ? json_array_get_element (addresses, 0) : NULL;
  const char *text = first != NULL && json_node_get_value_type (first) == G_TYPE_STRING ? json_node_get_string (first) : "";
  HubIpAddress address;

  return hub_own_url ("http", hub_ip_address_parse (&address, text) ? text : "127.0.0.1", http_port);
}

/**
 * hub_resident_parse:
 * @http_port: the port that was asked for `/api/info`, on the loopback
 * @answer: (array length=size): the answer, with its headers
 * @size: how long that is, bytes; the caller has bounded it
 *
 * Says whether it is a broker of Hubbub that has answered. One that was asked through something that forwards from another
 * port is none of this computer.
 *
 * Returns: (transfer full) (nullable): what it is; %NULL when it is anything else
 */
HubResident *
hub_resident_parse (guint16 http_port, const char *answer, gsize size)
{
  const char *body = find_body (answer, size);
  g_autoptr (JsonObject) info = body != NULL ? parse_object (body, size - (gsize) (body - answer)) : NULL;
  HubResident *self;

  if (info == NULL || g_strcmp0 (get_string (info, "app"), "hubbub") != 0 || get_port (info, "http") != http_port)
    return NULL;
  self = g_new0 (HubResident, 1);
  self->person = g_strdup (get_string (info, "hosted_by"));
  self->mqtt_port = get_port (info, "mqtt");
  self->http_port = http_port;
  self->url = dup_url (info, http_port);
  return self;
}

/**
 * hub_resident_free:
 * @self: (transfer full): a host
 */
void
hub_resident_free (HubResident *self)
{
  g_free (self->person);
  g_free (self->url);
  g_free (self);
}
