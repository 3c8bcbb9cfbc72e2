/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"
#include "broker/net/hub-own-addresses.h"

/* Where a browser joins. */

/* One address that the listener is bound to, without its being every one of a family. */
static gboolean
is_bound_to_one (const HubListenerOptions *listener, GInetAddress *bound)
{
  return listener->host != NULL && (bound == NULL || !g_inet_address_get_is_any (bound));
}

static gboolean
has_family_of (const HubListenerOptions *listener, GInetAddress *bound, const char *address)
{
  gboolean is_ipv6 = strchr (address, ':') != NULL;

  if (bound != NULL)
    return is_ipv6 == (g_inet_address_get_family (bound) == G_SOCKET_FAMILY_IPV6);
  return listener->socket_domain == HUB_SOCKET_DOMAIN_ANY || is_ipv6 == (listener->socket_domain == HUB_SOCKET_DOMAIN_IPV6);
}

static void
add_urls (GStrvBuilder *builder, const HubListenerOptions *listener, guint16 port)
{
  const char *scheme = listener->certfile != NULL ? "https" : "http";
  g_autoptr (GInetAddress) bound = listener->host != NULL ? g_inet_address_new_from_string (listener->host) : NULL;
  g_auto (GStrv) addresses = hub_own_addresses ();

  if (is_bound_to_one (listener, bound))
    {
      g_autofree char *url = hub_own_url (scheme, listener->host, port);

      g_strv_builder_add (builder, url);
      return;
    }
  for (char **address = addresses; *address != NULL; address++)
    if (has_family_of (listener, bound, *address))
      {
        g_autofree char *url = hub_own_url (scheme, *address, port);

        g_strv_builder_add (builder, url);
      }
}

/**
 * hub_broker_list_urls:
 * @self: a broker
 *
 * Returns: (transfer full) (array zero-terminated=1): what to type into a browser to join, for each listener that serves
 *   the page and each address that it is bound to; none when the broker does not run
 */
char **
hub_broker_list_urls (HubBroker *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GPtrArray *listeners;

  g_return_val_if_fail (HUB_IS_BROKER (self), NULL);

  listeners = self->config->server.listeners;
  for (guint i = 0; self->ports != NULL && i < self->ports->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (listeners, i);

      if (listener->protocol == HUB_PROTOCOL_WEBSOCKETS && listener->unix_path == NULL)
        add_urls (builder, listener, g_array_index (self->ports, guint16, i));
    }
  return g_strv_builder_end (builder);
}
