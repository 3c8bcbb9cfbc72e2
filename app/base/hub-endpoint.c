/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-endpoint.h"

#include <gio/gio.h>

#include <string.h>

/* Where somebody is on the network, as members of a chat tell each other: `IP:PORT`, `[IP]:PORT`. Pure. */

/* The address, and the port behind it; NULL for what is none. */
static GInetAddress *
parse (const char *text, guint16 *port)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : NULL;
  const gsize size = host != NULL ? strlen (host) : 0;
  const gboolean is_bracketed = size > 2 && host[0] == '[' && host[size - 1] == ']';
  g_autoptr (GInetAddress) address = NULL;
  guint64 number;

  if (size == 0 || !g_ascii_isdigit (colon[1]) || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
    return NULL;
  if (is_bracketed)
    host[size - 1] = '\0';
  address = g_inet_address_new_from_string (is_bracketed ? host + 1 : host);
  if (address == NULL || is_bracketed != (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6))
    return NULL;
  *port = (guint16) number;
  return g_steal_pointer (&address);
}

static gboolean
is_mapped (GInetAddress *address)
{
  static const guint8 prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         memcmp (g_inet_address_to_bytes (address), prefix, sizeof prefix) == 0;
}

/**
 * hub_endpoint_is_valid:
 * @text: what somebody says
 *
 * Returns: whether it is an address that one can connect to without asking for a name
 */
gboolean
hub_endpoint_is_valid (const char *text)
{
  guint16 port;
  g_autoptr (GInetAddress) address = parse (text, &port);

  return address != NULL;
}

/**
 * hub_endpoint_is_for_others:
 * @text: what somebody says
 *
 * Returns: whether it is valid and means the same computer on every computer of a network: no loopback address, none of
 *   many computers, and none that needs the name of an interface
 */
gboolean
hub_endpoint_is_for_others (const char *text)
{
  guint16 port;
  g_autoptr (GInetAddress) address = parse (text, &port);
  const guint8 *bytes = address != NULL ? g_inet_address_to_bytes (address) : NULL;

  if (address == NULL || g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address) ||
      g_inet_address_get_is_multicast (address) || is_mapped (address))
    return FALSE;
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return bytes[0] != 0 && bytes[0] < 224;
  return !g_inet_address_get_is_link_local (address);
}

/**
 * hub_endpoint_new:
 * @address: an IP literal
 * @port: a port
 *
 * Returns: (transfer full): both together
 */
char *
hub_endpoint_new (const char *address, guint16 port)
{
  return g_strdup_printf (strchr (address, ':') != NULL ? "[%s]:%u" : "%s:%u", address, port);
}

/**
 * hub_endpoint_dup_address:
 * @text: what somebody says
 *
 * Returns: (transfer full) (nullable): the address in it, in the usual form; %NULL when it is not valid
 */
char *
hub_endpoint_dup_address (const char *text)
{
  guint16 port;
  g_autoptr (GInetAddress) address = parse (text, &port);

  return address != NULL ? g_inet_address_to_string (address) : NULL;
}

/**
 * hub_endpoint_get_port:
 * @text: what somebody says
 *
 * Returns: the port in it; 0 when it is not valid
 */
guint16
hub_endpoint_get_port (const char *text)
{
  guint16 port = 0;
  g_autoptr (GInetAddress) address = parse (text, &port);

  return address != NULL ? port : 0;
}
