/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-ip-address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

typedef struct
{
  guint16 family;
  guint prefix_bits;
  const char *network;
} Network;

/* Loopback, link-local, private and unique local addresses: RFC 1122, 3927, 1918, 4291, 4193. */
static const Network local_networks[] = {
  { AF_INET, 8, "127.0.0.0" },
  { AF_INET, 16, "169.254.0.0" },
  { AF_INET, 8, "10.0.0.0" },
  { AF_INET, 12, "172.16.0.0" },
  { AF_INET, 16, "192.168.0.0" },
  { AF_INET6, 128, "::1" },
  { AF_INET6, 10, "fe80::" },
  { AF_INET6, 7, "fc00::" },
};

static guint
address_bits (const HubIpAddress *self)
{
  return self->family == AF_INET ? 32 : 128;
}

static guint
mask_length (const struct sockaddr *mask)
{
  HubIpAddress address;
  guint bits = 0;

  hub_ip_address_init (&address, mask);
  while (bits < address_bits (&address) && (address.bytes[bits / 8] & (0x80 >> (bits % 8))) != 0)
    bits++;
  return bits;
}

/**
 * hub_ip_address_init:
 * @self: (out caller-allocates): an address
 * @address: (nullable): what the system tells of a peer; anything but IPv4 and IPv6 becomes "nothing"
 */
void
hub_ip_address_init (HubIpAddress *self, const struct sockaddr *address)
{
  *self = (HubIpAddress){ 0 };
  if (address == NULL)
    return;

  if (address->sa_family == AF_INET)
    {
      const struct sockaddr_in *in = (const struct sockaddr_in *) (gconstpointer) address;

      self->family = AF_INET;
      self->port = g_ntohs (in->sin_port);
      memcpy (self->bytes, &in->sin_addr, 4);
    }
  else if (address->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) (gconstpointer) address;

      self->port = g_ntohs (in6->sin6_port);
      if (memcmp (&in6->sin6_addr, mapped_prefix, sizeof mapped_prefix) == 0)
        {
          self->family = AF_INET;
          memcpy (self->bytes, (const guint8 *) &in6->sin6_addr + sizeof mapped_prefix, 4);
        }
      else
        {
          self->family = AF_INET6;
          memcpy (self->bytes, &in6->sin6_addr, 16);
        }
    }
}

/**
 * hub_ip_address_init_unix:
 * @self: (out caller-allocates): an address
 * @process: the number of the process at the other end of a Unix socket; 0: not known
 */
void
hub_ip_address_init_unix (HubIpAddress *self, guint32 process)
{
  *self = (HubIpAddress){ .family = AF_UNIX };
  memcpy (self->bytes, &process, sizeof process);
}

/**
 * hub_ip_address_parse:
 * @self: (out caller-allocates): an address, with port 0
 * @text: an IPv4 or IPv6 literal without brackets
 *
 * Returns: %FALSE when @text is no literal
 */
gboolean
hub_ip_address_parse (HubIpAddress *self, const char *text)
{
  struct sockaddr_in in = { .sin_family = AF_INET };
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

  if (inet_pton (AF_INET, text, &in.sin_addr) == 1)
    hub_ip_address_init (self, (const struct sockaddr *) &in);
  else if (inet_pton (AF_INET6, text, &in6.sin6_addr) == 1)
    hub_ip_address_init (self, (const struct sockaddr *) &in6);
  else
    return FALSE;
  return TRUE;
}

/**
 * hub_ip_address_parse_peer:
 * @self: (out caller-allocates): an address, with port 0
 * @text: what [method@Hub.IpAddress.format] has written, or a literal
 *
 * Returns: %FALSE when @text has no IP address
 */
gboolean
hub_ip_address_parse_peer (HubIpAddress *self, const char *text)
{
  const char *colon = strchr (text, ':');
  const char *bracket = text[0] == '[' ? strchr (text, ']') : NULL;
  g_autofree char *literal = NULL;

  if (bracket != NULL)
    literal = g_strndup (text + 1, (gsize) (bracket - text) - 1);
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    literal = g_strndup (text, (gsize) (colon - text));
  return hub_ip_address_parse (self, literal != NULL ? literal : text);
}

/**
 * hub_ip_address_format:
 * @self: an address
 * @text: (out caller-allocates) (array length=size): `192.0.2.1:1234`, `[2001:db8::1]:1234`, `unix:PROCESS` or `in-process`
 * @size: room in @text, bytes
 */
void
hub_ip_address_format (const HubIpAddress *self, char *text, gsize size)
{
  char ip[INET6_ADDRSTRLEN];
  guint32 process;

  if (self->family == 0)
    {
      g_strlcpy (text, "in-process", size);
      return;
    }
  if (self->family == AF_UNIX)
    {
      memcpy (&process, self->bytes, sizeof process);
      g_snprintf (text, size, "unix:%u", process);
      return;
    }
  if (inet_ntop (self->family, self->bytes, ip, sizeof ip) == NULL)
    g_strlcpy (text, "unknown", size);
  else
    g_snprintf (text, size, self->family == AF_INET ? "%s:%u" : "[%s]:%u", ip, self->port);
}

/**
 * hub_ip_address_is_loopback:
 * @self: an address
 *
 * Returns: whether the peer is on this computer
 */
gboolean
hub_ip_address_is_loopback (const HubIpAddress *self)
{
  static const guint8 loopback6[16] = { [15] = 1 };

  if (self->family == AF_INET6)
    return memcmp (self->bytes, loopback6, sizeof loopback6) == 0;
  return self->family != AF_INET || self->bytes[0] == 127;
}

/**
 * hub_ip_address_shares_prefix:
 * @self: an address
 * @other: another one
 * @prefix_bits: length of the prefix
 *
 * Returns: whether both are of one family and begin with the same @prefix_bits bits
 */
gboolean
hub_ip_address_shares_prefix (const HubIpAddress *self, const HubIpAddress *other, guint prefix_bits)
{
  guint bytes = prefix_bits / 8;
  guint rest = prefix_bits % 8;
  guint8 mask = (guint8) (0xff00 >> rest);

  return self->family == other->family &&
         prefix_bits <= address_bits (self) &&
         memcmp (self->bytes, other->bytes, bytes) == 0 &&
         (rest == 0 || ((self->bytes[bytes] ^ other->bytes[bytes]) & mask) == 0);
}

/**
 * hub_ip_address_is_local:
 * @self: an address
 *
 * Returns: whether @self is of a kind that exists only inside a network: loopback, link-local, private, unique local
 */
gboolean
hub_ip_address_is_local (const HubIpAddress *self)
{
  if (hub_ip_address_is_loopback (self))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (local_networks); i++)
    {
      HubIpAddress network;

      if (hub_ip_address_parse (&network, local_networks[i].network) &&
          hub_ip_address_shares_prefix (self, &network, local_networks[i].prefix_bits))
        return TRUE;
    }
  return FALSE;
}

/**
 * hub_ip_address_is_on_link:
 * @self: an address
 *
 * Asks the system.
 *
 * Returns: whether @self is inside the prefix of one of this computer's interfaces
 */
gboolean
hub_ip_address_is_on_link (const HubIpAddress *self)
{
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) < 0)
    return FALSE;
  for (struct ifaddrs *at = interfaces; at != NULL && !found; at = at->ifa_next)
    {
      HubIpAddress own;

      if (at->ifa_addr == NULL || at->ifa_netmask == NULL)
        continue;
      hub_ip_address_init (&own, at->ifa_addr);
      found = own.family != 0 && hub_ip_address_shares_prefix (self, &own, mask_length (at->ifa_netmask));
    }
  freeifaddrs (interfaces);
  return found;
}

/**
 * hub_ip_address_is_neighbour:
 * @self: an address
 *
 * Asks the system.
 *
 * Returns: whether @self is on a network together with this computer, where an IPv6 /64 is everybody; elsewhere it is one
 *   household
 */
gboolean
hub_ip_address_is_neighbour (const HubIpAddress *self)
{
  return hub_ip_address_is_local (self) || hub_ip_address_is_on_link (self);
}

/**
 * hub_ip_address_get_key:
 * @self: an address
 *
 * Returns: a number that is the same for addresses which count as one peer: an IPv4 address, the /64 of an IPv6 one
 */
guint64
hub_ip_address_get_key (const HubIpAddress *self)
{
  guint64 key = 0;

  for (guint i = 0; i < (self->family == AF_INET ? 4 : 8); i++)
    key = key << 8 | self->bytes[i];
  return key;
}

/**
 * hub_ip_address_get_host_key:
 * @self: an address
 *
 * Returns: a number of this address alone: an IPv4 address, or all of an IPv6 one
 */
guint64
hub_ip_address_get_host_key (const HubIpAddress *self)
{
  guint64 key = hub_ip_address_get_key (self);

  if (self->family != AF_INET6)
    return key;
  /* An odd factor spreads the prefix, so that the rest of an address does not undo it; nor is one like an IPv4 address. */
  key = (key + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  for (guint i = 8; i < 16; i++)
    key ^= (guint64) self->bytes[i] << (8 * (15 - i));
  return key;
}
