/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-address-order.h"

#include <arpa/inet.h>
#include <linux/route.h>
#include <stdio.h>
#include <sys/socket.h>

/* By which of its addresses others reach a computer best. Pure: what the system says comes in. */

/* What is against an address, from least to most. Of two things against it the greater one counts more than all that are
 * less, so that each is more than the sum of those before it. */
enum
{
  AGAINST_PUBLIC = 1,    /* it may be behind a firewall of the provider, and changes */
  AGAINST_IPV6 = 2,      /* more to type, and not everywhere */
  AGAINST_OTHER_WAY = 4, /* an interface by which this computer does not reach the rest of the world */
  AGAINST_SELF_MADE = 8, /* nobody has given it out: others may be elsewhere */
  AGAINST_VIRTUAL = 16,  /* leads to containers, virtual machines and through tunnels, where no phone is */
  AGAINST_LOOPBACK = 32, /* means another computer on every computer */
};

typedef struct
{
  char *text; /* (owned) */
  guint against;
  guint position; /* as the system lists them */
} Candidate;

static gboolean
is_virtual (const HubInterfaceAddress *own)
{
  static const char *const prefixes[] = {
    "docker",
    "veth",
    "br-",
    "virbr",
    "vnet",
    "vmnet",
    "vboxnet",
    "lxc",
    "lxd",
    "incusbr",
    "waydroid",
    "podman",
    "cni",
    "flannel",
    "cali",
    "vxlan",
    "dummy",
    "tun",
    "tap",
    "wg",
    "ppp",
    "ipsec",
    "tailscale",
    "zt",
    "nordlynx",
    "proton",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (own->interface, prefixes[i]))
      return TRUE;
  return own->is_point_to_point;
}

static gboolean
is_in (const HubIpAddress *address, const char *network, guint prefix_bits)
{
  HubIpAddress parsed;

  return hub_ip_address_parse (&parsed, network) && hub_ip_address_shares_prefix (address, &parsed, prefix_bits);
}

static guint
weigh (const HubInterfaceAddress *own, const char *const *default_interfaces)
{
  guint against = 0;

  if (hub_ip_address_is_loopback (&own->address))
    against |= AGAINST_LOOPBACK;
  if (is_virtual (own))
    against |= AGAINST_VIRTUAL;
  if (is_in (&own->address, "169.254.0.0", 16))
    against |= AGAINST_SELF_MADE;
  if (!g_strv_contains (default_interfaces, own->interface))
    against |= AGAINST_OTHER_WAY;
  if (own->address.family == AF_INET6)
    against |= AGAINST_IPV6;
  if (!hub_ip_address_is_local (&own->address))
    against |= AGAINST_PUBLIC;
  return against;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *first = a;
  const Candidate *second = b;

  if (first->against != second->against)
    return first->against < second->against ? -1 : 1;
  return first->position < second->position ? -1 : first->position > second->position;
}

/**
 * hub_address_order:
 * @addresses: (array length=n_addresses): what the system lists
 * @n_addresses: how many these are
 * @default_interfaces: (array zero-terminated=1): by which interfaces this computer reaches the rest of the world
 *
 * Puts addresses into the order in which others should try them: those of the local network before those of containers,
 * virtual machines and tunnels; the way to the rest of the world before others; given ones before those that the
 * computer has made up; IPv4 before IPv6; loopback last. What is left out: each but the first of one that is there
 * twice, and link-local IPv6 addresses, which mean nothing without the name of an interface, and that no browser takes.
 *
 * Thread: any. Pure.
 *
 * Returns: (transfer full) (array zero-terminated=1): IP literals, the best first
 */
char **
hub_address_order (const HubInterfaceAddress *addresses, gsize n_addresses, const char *const *default_interfaces)
{
  g_autoptr (GArray) candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (gsize i = 0; i < n_addresses; i++)
    {
      const HubIpAddress *address = &addresses[i].address;
      char text[INET6_ADDRSTRLEN];
      Candidate candidate;

      if (is_in (address, "fe80::", 10) || inet_ntop (address->family, address->bytes, text, sizeof text) == NULL)
        continue;
      candidate = (Candidate){ g_strdup (text), weigh (&addresses[i], default_interfaces), (guint) i };
      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare);

  for (guint i = 0; i < candidates->len; i++)
    {
      char *text = g_array_index (candidates, Candidate, i).text;

      if (g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL))
        g_free (text);
      else
        g_ptr_array_add (texts, text);
    }
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&texts), FALSE);
}

/**
 * hub_address_default_interfaces:
 * @routes: the text of `/proc/net/route`: a heading, then a route a line
 *
 * Finds the interfaces by which this computer reaches the rest of the world.
 *
 * Thread: any. Pure.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names; none when it reaches only its own network
 */
char **
hub_address_default_interfaces (const char *routes)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = g_strsplit (routes, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      char interface[64];
      guint destination, gateway, flags;
      guint mask;

      if (sscanf (*line, "%63s %x %x %x %*u %*u %*u %x", interface, &destination, &gateway, &flags, &mask) != 5)
        continue;
      if (destination == 0 && mask == 0 && (flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0)
        g_strv_builder_add (builder, interface);
    }
  return g_strv_builder_end (builder);
}
