/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-route.h"

static void
set_address (HubJoinAddress **slot, HubJoinAddress *address)
{
  if (address != NULL)
    hub_join_address_ref (address);
  g_clear_pointer (slot, hub_join_address_unref);
  *slot = address;
}

/* As it stands in a URL: the number instead of the name, which the host need not know as its own. */
static char *
dup_number (GSocketAddress *peer)
{
  g_autofree char *number = NULL;
  GInetSocketAddress *inet;

  if (!G_IS_INET_SOCKET_ADDRESS (peer))
    return NULL;
  inet = G_INET_SOCKET_ADDRESS (peer);
  number = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  if (g_socket_address_get_family (peer) == G_SOCKET_FAMILY_IPV4)
    return g_steal_pointer (&number);
  if (g_inet_socket_address_get_scope_id (inet) > 0)
    return g_strdup_printf ("[%s%%25%u]", number, g_inet_socket_address_get_scope_id (inet));
  return g_strdup_printf ("[%s]", number);
}

/**
 * hub_route_init:
 * @self: (out caller-allocates): a route
 * @address: (nullable): where the host is
 *
 * Begins at @address.
 */
void
hub_route_init (HubRoute *self, HubJoinAddress *address)
{
  *self = (HubRoute){ 0 };
  set_address (&self->address, address);
  set_address (&self->tried, address);
}

/**
 * hub_route_clear:
 * @self: a route
 *
 * Frees what is in it.
 */
void
hub_route_clear (HubRoute *self)
{
  set_address (&self->address, NULL);
  set_address (&self->detour, NULL);
  set_address (&self->tried, NULL);
  g_clear_object (&self->peer);
}

/**
 * hub_route_choose:
 * @self: a route
 *
 * Says where to look for the host in the next attempt: by its address and its detour in turns.
 */
void
hub_route_choose (HubRoute *self)
{
  set_address (&self->tried, self->detour != NULL && self->tried == self->address ? self->detour : self->address);
}

/**
 * hub_route_settle:
 * @self: a route
 *
 * The host was found: it is looked for first there from now on.
 */
void
hub_route_settle (HubRoute *self)
{
  if (self->tried == self->address)
    return;
  set_address (&self->address, self->tried);
  set_address (&self->detour, NULL);
}

/**
 * hub_route_set_detour:
 * @self: a route
 * @detour: (nullable): where the host may be, too
 *
 * Sets the detour. It is the next to be chosen.
 *
 * Returns: whether it is another one
 */
gboolean
hub_route_set_detour (HubRoute *self, HubJoinAddress *detour)
{
  if (detour == NULL && self->detour == NULL)
    return FALSE;
  if (detour != NULL && self->detour != NULL && g_str_equal (detour->host, self->detour->host) && detour->port == self->detour->port)
    return FALSE;
  set_address (&self->detour, detour);
  set_address (&self->tried, self->address);
  return TRUE;
}

/**
 * hub_route_dup_http_url:
 * @self: a route
 * @port: the port of HTTP, as the host has said
 *
 * What went encrypted so far is not asked for in the clear.
 *
 * Returns: (transfer full) (nullable): where the host that was found can be asked for its log: a URL without a path, with user
 *   name and password where there are some; %NULL when it cannot
 */
char *
hub_route_dup_http_url (const HubRoute *self, guint16 port)
{
  g_autofree char *number = dup_number (self->peer);
  g_autofree char *user_name = NULL;
  g_autofree char *password = NULL;

  if (number == NULL || port == 0 || self->tried == NULL || hub_join_address_is_tls (self->tried))
    return NULL;
  if (self->tried->password == NULL)
    return g_strdup_printf ("http://%s:%u", number, port);
  user_name = g_uri_escape_string (self->tried->user_name, NULL, FALSE);
  password = g_uri_escape_string (self->tried->password, NULL, FALSE);
  return g_strdup_printf ("http://%s:%s@%s:%u", user_name, password, number, port);
}
