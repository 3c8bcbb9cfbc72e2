/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"
#include "broker/net/hub-own-addresses.h"

/* Where a browser joins. */

static void
add_urls (GStrvBuilder *builder, const HubListenerOptions *listener, guint16 port)
{
  const char *scheme = listener->certfile != NULL ? "https" : "http";
  g_auto (GStrv) addresses = hub_own_addresses_at (listener->host, hub_listener_options_get_family (listener));

  for (char **address = addresses; *address != NULL; address++)
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
