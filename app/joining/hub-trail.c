/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-trail.h"

#include "ui/model/hub-neighbour.h"

#include <string.h>

/* The same number and port, by whatever interface it is reached. */
static gboolean
is_at (HubNeighbour *neighbour, GInetSocketAddress *peer)
{
  g_autoptr (HubJoinAddress) address = hub_join_address_parse (hub_neighbour_get_address (neighbour), NULL);
  g_autofree char *number = NULL;
  g_autoptr (GInetAddress) inet = NULL;

  if (address == NULL || address->port != g_inet_socket_address_get_port (peer))
    return FALSE;
  number = g_strndup (address->host, strcspn (address->host, "%"));
  inet = g_inet_address_new_from_string (number);
  return inet != NULL && g_inet_address_equal (inet, g_inet_socket_address_get_address (peer));
}

/**
 * hub_trail_clear:
 * @self: a trail
 *
 * Forgets who was joined.
 */
void
hub_trail_clear (HubTrail *self)
{
  g_clear_pointer (&self->service, g_free);
}

/**
 * hub_trail_note:
 * @self: a trail
 * @neighbours: who hosts on this network, as [class@Neighbour]
 * @peer: where the chat is that is joined at this moment
 *
 * Notes who of @neighbours it is. When it is none of them, what was noted before stays.
 */
void
hub_trail_note (HubTrail *self, GListModel *neighbours, GSocketAddress *peer)
{
  if (!G_IS_INET_SOCKET_ADDRESS (peer))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (neighbours); i++)
    {
      g_autoptr (HubNeighbour) neighbour = g_list_model_get_item (neighbours, i);

      if (!is_at (neighbour, G_INET_SOCKET_ADDRESS (peer)))
        continue;
      g_free (self->service);
      self->service = g_strdup (hub_neighbour_get_service (neighbour));
      return;
    }
}

/**
 * hub_trail_find:
 * @self: a trail
 * @neighbours: who hosts on this network, as [class@Neighbour]
 * @address: where they were joined
 *
 * Returns: (transfer full) (nullable): where they are now; %NULL when that is not known, or is @address. Only plain MQTT is
 *   announced, so that nobody can be followed who was joined otherwise
 */
HubJoinAddress *
hub_trail_find (const HubTrail *self, GListModel *neighbours, const HubJoinAddress *address)
{
  if (self->service == NULL || address->scheme != HUB_JOIN_SCHEME_MQTT)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (neighbours); i++)
    {
      g_autoptr (HubNeighbour) neighbour = g_list_model_get_item (neighbours, i);
      g_autoptr (HubJoinAddress) now = NULL;

      if (!g_str_equal (hub_neighbour_get_service (neighbour), self->service))
        continue;
      now = hub_join_address_parse (hub_neighbour_get_address (neighbour), NULL);
      if (now == NULL || (g_str_equal (now->host, address->host) && now->port == address->port))
        return NULL;
      return hub_join_address_at (address, now->host, now->port);
    }
  return NULL;
}
