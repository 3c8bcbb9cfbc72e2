/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-devices.h"

#include "broker/net/hub-ip-address.h"

#include <string.h>
#include <sys/socket.h>

/* What stands before the last colon, without brackets: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
static gboolean
parse_peer (const char *peer, HubIpAddress *address)
{
  const char *colon = strrchr (peer, ':');
  g_autofree char *host = NULL;

  if (colon == NULL)
    return FALSE;
  if (peer[0] == '[' && colon[-1] == ']')
    host = g_strndup (peer + 1, (gsize) (colon - peer - 2));
  else
    host = g_strndup (peer, (gsize) (colon - peer));
  return hub_ip_address_parse (address, host);
}

static gboolean
is_own (const HubIpAddress *address, const char *const *own_addresses)
{
  if (hub_ip_address_is_loopback (address))
    return TRUE;
  for (; *own_addresses != NULL; own_addresses++)
    {
      HubIpAddress own;

      if (hub_ip_address_parse (&own, *own_addresses) &&
          hub_ip_address_shares_prefix (address, &own, own.family == AF_INET ? 32 : 128))
        return TRUE;
    }
  return FALSE;
}

/**
 * hub_devices_count:
 * @peers: (array zero-terminated=1): where clients come from, as the broker says it
 * @own_addresses: (array zero-terminated=1): the addresses of this computer
 *
 * Counts the other devices among @peers: several clients from one address are one. Who comes from this computer, or from
 * inside the program, is no other device.
 *
 * Returns: how many
 */
guint
hub_devices_count (const char *const *peers, const char *const *own_addresses)
{
  g_autoptr (GHashTable) devices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *peers != NULL; peers++)
    {
      char text[64];
      HubIpAddress address;

      if (!parse_peer (*peers, &address) || is_own (&address, own_addresses))
        continue;
      /* Without a port, as it was parsed. */
      hub_ip_address_format (&address, text, sizeof text);
      g_hash_table_add (devices, g_strdup (text));
    }
  return g_hash_table_size (devices);
}
