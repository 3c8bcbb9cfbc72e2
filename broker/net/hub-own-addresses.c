/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-own-addresses.h"

#include "broker/net/hub-address-order.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

/* By which interfaces this computer reaches the rest of the world. */
static char **
list_default_interfaces (void)
{
  g_autofree char *routes = NULL;

  if (!g_file_get_contents ("/proc/net/route", &routes, NULL, NULL))
    return g_new0 (char *, 1);
  return hub_address_default_interfaces (routes);
}

static void
add_address (GArray *addresses, const struct ifaddrs *at)
{
  HubInterfaceAddress own = { .interface = at->ifa_name, .is_point_to_point = (at->ifa_flags & IFF_POINTOPOINT) != 0 };

  if (at->ifa_addr == NULL || (at->ifa_flags & IFF_UP) == 0)
    return;
  hub_ip_address_init (&own.address, at->ifa_addr);
  if (own.address.family != 0)
    g_array_append_val (addresses, own);
}

/**
 * hub_own_addresses:
 *
 * Lists the addresses by which others may reach this computer, the likeliest first, as [func@Hub.address_order] says.
 *
 * Thread: any.
 *
 * Returns: (transfer full) (array zero-terminated=1): IP literals, at least one
 */
char **
hub_own_addresses (void)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (HubInterfaceAddress));
  g_auto (GStrv) default_interfaces = list_default_interfaces ();
  g_auto (GStrv) ordered = NULL;
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) == 0)
    for (struct ifaddrs *at = interfaces; at != NULL; at = at->ifa_next)
      add_address (addresses, at);
  ordered = hub_address_order ((const HubInterfaceAddress *) (gconstpointer) addresses->data,
                               addresses->len,
                               (const char *const *) default_interfaces);
  if (interfaces != NULL)
    freeifaddrs (interfaces);
  if (ordered[0] == NULL)
    return g_strdupv ((char *[]){ (char *) "127.0.0.1", NULL });
  return g_steal_pointer (&ordered);
}

/* Whether a name or address to bind to stands for all addresses of a family. */
static gboolean
is_any (const char *host, int *family)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address == NULL || !g_inet_address_get_is_any (address))
    return FALSE;
  *family = (int) g_inet_address_get_family (address);
  return TRUE;
}

/**
 * hub_own_addresses_at:
 * @host: (nullable): the address or host name that a listener is bound to; %NULL: all addresses
 * @family: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both: of which kind
 *
 * Lists what others may reach a listener by, the likeliest first: @host where it stands for itself, else those of
 * [func@Hub.own_addresses] that it is bound to.
 *
 * Thread: any.
 *
 * Returns: (transfer full) (array zero-terminated=1): IP literals, or @host; none when this computer has no such address
 */
char **
hub_own_addresses_at (const char *host, int family)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) addresses = hub_own_addresses ();

  if (host != NULL && !is_any (host, &family))
    return g_strdupv ((char *[]){ (char *) host, NULL });
  for (char **address = addresses; *address != NULL; address++)
    if (family == AF_UNSPEC || family == (strchr (*address, ':') != NULL ? AF_INET6 : AF_INET))
      g_strv_builder_add (builder, *address);
  return g_strv_builder_end (builder);
}

/**
 * hub_own_url:
 * @scheme: `http` or `https`
 * @address: an IP literal
 * @port: the port of a websockets listener
 *
 * Returns: (transfer full): what to type into a browser
 */
char *
hub_own_url (const char *scheme, const char *address, guint16 port)
{
  gboolean is_ipv6 = strchr (address, ':') != NULL;

  return g_strdup_printf (is_ipv6 ? "%s://[%s]:%u/" : "%s://%s:%u/", scheme, address, port);
}
