/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-own-addresses.h"

#include "broker/net/hub-ip-address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

typedef struct
{
  char *text; /* (owned) */
  int rank;   /* the lower the better */
} Candidate;

/* Interfaces that lead to containers, virtual machines and tunnels, where no phone is. */
static gboolean
is_virtual (const char *interface)
{
  static const char *const prefixes[] = { "docker", "veth", "br-", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "tun", "tap", "wg", "tailscale", "zt", "podman", "cni" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (interface, prefixes[i]))
      return TRUE;
  return FALSE;
}

static int
rank_of (const HubIpAddress *address, int family, const char *interface)
{
  int rank = 0;

  if (hub_ip_address_is_loopback (address))
    rank += 100;
  if (is_virtual (interface))
    rank += 50;
  if (family == AF_INET6)
    rank += 20;
  if (!hub_ip_address_is_local (address))
    rank += 10;
  return rank;
}

static gboolean
is_ipv6_link_local (const struct sockaddr *address)
{
  HubIpAddress own;
  HubIpAddress link_local;

  if (address->sa_family != AF_INET6 || !hub_ip_address_parse (&link_local, "fe80::"))
    return FALSE;
  hub_ip_address_init (&own, address);
  return hub_ip_address_shares_prefix (&own, &link_local, 10);
}

static void
add_candidate (GArray *candidates, const struct ifaddrs *at)
{
  char text[INET6_ADDRSTRLEN];
  const void *bytes;
  HubIpAddress address;
  Candidate candidate;

  if (at->ifa_addr == NULL || (at->ifa_flags & IFF_UP) == 0)
    return;
  if (at->ifa_addr->sa_family == AF_INET)
    bytes = &((const struct sockaddr_in *) (gconstpointer) at->ifa_addr)->sin_addr;
  else if (at->ifa_addr->sa_family == AF_INET6)
    bytes = &((const struct sockaddr_in6 *) (gconstpointer) at->ifa_addr)->sin6_addr;
  else
    return;

  /* A link-local IPv6 address means nothing without the name of an interface, which no browser takes. */
  if (is_ipv6_link_local (at->ifa_addr) || inet_ntop (at->ifa_addr->sa_family, bytes, text, sizeof text) == NULL)
    return;
  hub_ip_address_init (&address, at->ifa_addr);
  candidate.text = g_strdup (text);
  candidate.rank = rank_of (&address, at->ifa_addr->sa_family, at->ifa_name);
  g_array_append_val (candidates, candidate);
}

static int
compare_rank (gconstpointer a, gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  return first->rank != second->rank ? first->rank - second->rank : g_strcmp0 (first->text, second->text);
}

/**
 * hub_own_addresses:
 *
 * Lists the addresses by which others may reach this computer, the likeliest first: those of the local network before
 * those of containers and tunnels, IPv4 before IPv6, loopback last.
 *
 * Thread: any.
 *
 * Returns: (transfer full) (array zero-terminated=1): IP literals, at least one
 */
char **
hub_own_addresses (void)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) == 0)
    {
      for (struct ifaddrs *at = interfaces; at != NULL; at = at->ifa_next)
        add_candidate (candidates, at);
      freeifaddrs (interfaces);
    }
  g_array_sort (candidates, compare_rank);

  for (guint i = 0; i < candidates->len; i++)
    {
      g_autofree char *text = g_array_index (candidates, Candidate, i).text;

      g_strv_builder_add (builder, text);
    }
  if (candidates->len == 0)
    g_strv_builder_add (builder, "127.0.0.1");
  return g_strv_builder_end (builder);
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
