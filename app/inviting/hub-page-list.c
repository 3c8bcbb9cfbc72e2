/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-page-list.h"

#include "app/base/hub-json-members.h"
#include "broker/net/hub-ip-address.h"
#include "broker/net/hub-own-addresses.h"

#include <string.h>

/* Which addresses of a page others are told. Pure. */

/* It means another computer on every computer, or has the number of an interface of this one in it. */
static gboolean
is_for_oneself (const char *page)
{
  g_autoptr (GUri) uri = g_uri_parse (page, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  HubIpAddress address;

  if (host == NULL || strchr (host, '%') != NULL)
    return TRUE;
  return g_ascii_strcasecmp (host, "localhost") == 0 ||
         (hub_ip_address_parse (&address, host) && hub_ip_address_is_loopback (&address));
}

/**
 * hub_page_list_dup_page:
 * @http_url: (nullable): where this computer asks a host over HTTP, without a path
 *
 * Leaves out the user name and the password that this computer asks with: others come as themselves.
 *
 * Returns: (transfer full) (nullable): the address of the page there
 */
char *
hub_page_list_dup_page (const char *http_url)
{
  g_autoptr (GUri) uri = http_url != NULL ? g_uri_parse (http_url, G_URI_FLAGS_HAS_PASSWORD, NULL) : NULL;
  g_autofree char *bare = uri != NULL ? g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO) : NULL;

  return bare != NULL ? g_strconcat (bare, "/", NULL) : NULL;
}

/**
 * hub_page_list_count_reachable:
 * @pages: (array zero-terminated=1): addresses of a page
 *
 * Returns: how many of them mean something on other computers
 */
guint
hub_page_list_count_reachable (const char *const *pages)
{
  guint n_reachable = 0;

  for (; *pages != NULL; pages++)
    n_reachable += is_for_oneself (*pages) ? 0 : 1;
  return n_reachable;
}

/**
 * hub_page_list_for_others:
 * @pages: (array zero-terminated=1): addresses of a page, the best first
 *
 * Leaves out what means another computer on every computer, unless there is nothing else; then the first is left, for
 * browsers on this computer.
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses that others are told, at most %HUB_PAGE_LIST_MAX
 */
char **
hub_page_list_for_others (const char *const *pages)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const gboolean is_alone = hub_page_list_count_reachable (pages) == 0;
  guint n_told = 0;

  for (; *pages != NULL && n_told < (is_alone ? 1 : HUB_PAGE_LIST_MAX); pages++)
    {
      if (!is_alone && is_for_oneself (*pages))
        continue;
      g_strv_builder_add (builder, *pages);
      n_told++;
    }
  return g_strv_builder_end (builder);
}

static void
add_page (GPtrArray *pages, char *page)
{
  g_autofree char *owned = page;

  if (!g_ptr_array_find_with_equal_func (pages, page, g_str_equal, NULL))
    g_ptr_array_add (pages, g_steal_pointer (&owned));
}

/* Somebody else says it: only what is an address for sure becomes one. */
static void
add_told (GPtrArray *pages, JsonObject *info)
{
  JsonNode *ports = json_object_get_member (info, "ports");
  JsonNode *addresses = json_object_get_member (info, "addresses");
  JsonNode *http;
  gint64 port;

  if (ports == NULL || !JSON_NODE_HOLDS_OBJECT (ports) || addresses == NULL || !JSON_NODE_HOLDS_ARRAY (addresses))
    return;
  http = json_object_get_member (json_node_get_object (ports), "http");
  port = http != NULL && JSON_NODE_HOLDS_VALUE (http) ? json_node_get_int (http) : 0;
  if (port < 1 || port > G_MAXUINT16)
    return;
  for (guint i = 0; i < json_array_get_length (json_node_get_array (addresses)); i++)
    {
      JsonNode *node = json_array_get_element (json_node_get_array (addresses), i);
      const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      HubIpAddress address;

      if (text != NULL && hub_ip_address_parse (&address, text))
        add_page (pages, hub_own_url ("http", text, (guint16) port));
    }
}

/**
 * hub_page_list_from_info:
 * @page: the address of the page by which this computer reaches the host
 * @text: (array length=size): what `/api/info` of the host has answered
 * @size: how long that is, bytes
 *
 * Finds the addresses of the page of another host: @page first, since it is known to work, then those that the host tells.
 *
 * Returns: (transfer full) (array zero-terminated=1): as of hub_page_list_for_others(); @page alone when @text says nothing
 */
char **
hub_page_list_from_info (const char *page, const char *text, gsize size)
{
  g_autoptr (JsonObject) info = hub_json_parse_object (text, size);
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func (g_free);

  add_page (pages, g_strdup (page));
  if (info != NULL)
    add_told (pages, info);
  g_ptr_array_add (pages, NULL);
  return hub_page_list_for_others ((const char *const *) pages->pdata);
}
