/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/leaving/hub-heir.h"

#include "app/base/hub-endpoint.h"
#include "app/leaving/hub-host-payload.h"
#include "broker/net/hub-ip-address.h"

#include <string.h>
#include <sys/socket.h>

/* Who is to host when this computer does not any more. What somebody says of where they are counts only as far as they come
 * from there: nobody can have a chat sent to the computer of somebody else. Pure. */

static gboolean
has_address (const char *endpoint, const HubIpAddress *wanted)
{
  g_autofree char *text = hub_endpoint_dup_address (endpoint);
  HubIpAddress address;

  return text != NULL && hub_ip_address_parse (&address, text) && address.family == wanted->family &&
         hub_ip_address_shares_prefix (&address, wanted, address.family == AF_INET ? 32 : 128);
}

static gboolean
is_own (const char *endpoint, const char *const *own_addresses)
{
  g_autofree char *text = hub_endpoint_dup_address (endpoint);

  return text != NULL && g_strv_contains (own_addresses, text);
}

static void
add (GPtrArray *next, const char *endpoint)
{
  if (next->len < HUB_HOST_PAYLOAD_NEXT_MAX && hub_endpoint_is_for_others (endpoint) &&
      !g_ptr_array_find_with_equal_func (next, endpoint, g_str_equal, NULL))
    g_ptr_array_add (next, g_strdup (endpoint));
}

/* Where @heir is going to be, the best first: where it comes from, and then the other addresses of the same computer, which
 * may be the only ones for somebody with the other version of IP. */
static char **
list_next (const HubHeir *heir, const char *const *own_addresses)
{
  g_autoptr (GPtrArray) next = g_ptr_array_new_with_free_func (g_free);
  HubIpAddress peer;

  if (hub_ip_address_parse_peer (&peer, heir->peer))
    {
      const gboolean is_neighbour = !hub_ip_address_is_loopback (&peer);

      for (char **at = heir->presence->http; *at != NULL; at++)
        if (is_neighbour ? has_address (*at, &peer) : is_own (*at, own_addresses))
          add (next, *at);
      for (char **at = heir->presence->http; is_neighbour && next->len > 0 && *at != NULL; at++)
        add (next, *at);
    }
  g_ptr_array_add (next, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&next), FALSE);
}

static gboolean
is_before (const HubHeir *one, const HubHeir *other)
{
  return one->since_us != other->since_us ? one->since_us < other->since_us : strcmp (one->client_id, other->client_id) < 0;
}

/**
 * hub_heir_choose:
 * @heirs: (array length=n_heirs): who is connected to this host, but for its own window
 * @n_heirs: how many they are
 * @own_addresses: (array zero-terminated=1): the addresses of this computer, of which others on it are a part
 * @next: (out) (transfer full) (array zero-terminated=1): where the one that is chosen is going to host; none when nobody is
 *
 * Chooses the desktop that is there longest of those that would host at an address which they come from.
 *
 * Returns: (transfer none) (nullable): one of @heirs
 */
const HubHeir *
hub_heir_choose (const HubHeir *heirs, guint n_heirs, const char *const *own_addresses, char ***next)
{
  const HubHeir *best = NULL;

  *next = g_new0 (char *, 1);
  for (guint i = 0; i < n_heirs; i++)
    {
      const HubHeir *heir = &heirs[i];
      g_auto (GStrv) addresses = NULL;

      if (heir->presence->kind != HUB_PERSON_DESKTOP || strlen (heir->client_id) > HUB_HOST_PAYLOAD_CLIENT_MAX ||
          (best != NULL && !is_before (heir, best)))
        continue;
      addresses = list_next (heir, own_addresses);
      if (addresses[0] == NULL)
        continue;
      best = heir;
      g_strfreev (*next);
      *next = g_steal_pointer (&addresses);
    }
  return best;
}
