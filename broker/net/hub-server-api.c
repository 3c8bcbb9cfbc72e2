/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-private.h"

#include "broker/net/hub-own-addresses.h"

/* What a server tells of itself over HTTP. */

static const HubListenerOptions *
options_of (const HubServer *self, guint listener)
{
  return g_ptr_array_index (self->options->listeners, listener);
}

/* The first port for MQTT, one without TLS if there is one. */
static guint16
find_mqtt_port (const HubServer *self)
{
  guint16 tls_port = 0;

  for (guint i = 0; i < self->options->listeners->len; i++)
    {
      const HubListenerOptions *options = options_of (self, i);

      if (options->protocol != HUB_PROTOCOL_MQTT || options->unix_path != NULL)
        continue;
      if (options->certfile == NULL)
        return hub_server_get_port (self, i);
      if (tls_port == 0)
        tls_port = hub_server_get_port (self, i);
    }
  return tls_port;
}

/*
 * hub_server_describe:
 * @listener: the door at which it is asked
 * @info: (out): what the server is; valid until the next call
 * @user_data: the server
 *
 * A #HubApiDescribeFunc.
 */
void
hub_server_describe (guint listener, HubApiInfo *info, gpointer user_data)
{
  HubServer *self = user_data;
  const HubListenerOptions *options = options_of (self, listener);

  g_strfreev (self->addresses);
  self->addresses = hub_own_addresses_at (options->host, hub_listener_options_get_family (options));
  *info = (HubApiInfo){
    .name = self->own_name,
    .hosted_by = self->options->hosted_by,
    .log = self->store != NULL ? hub_store_get_log_id (self->store) : NULL,
    .mqtt_port = find_mqtt_port (self),
    .http_port = hub_server_get_port (self, listener),
    .addresses = (const char *const *) self->addresses,
    .needs_password = !options->allow_anonymous,
    .max_packet_bytes = hub_core_get_limits (self->core)->max_packet_bytes,
    .is_recording = self->store != NULL && self->record != NULL && self->record[0] != NULL && !hub_store_is_failed (self->store),
  };
}

/*
 * hub_server_announce:
 *
 * Lets MQTT 5.0 clients know where the log can be asked for: at the first door for browsers, one without TLS, if there
 * is one.
 */
void
hub_server_announce (HubServer *self)
{
  for (guint i = 0; i < self->options->listeners->len; i++)
    {
      const HubListenerOptions *options = options_of (self, i);

      if (options->protocol == HUB_PROTOCOL_WEBSOCKETS && options->unix_path == NULL && options->certfile == NULL)
        {
          hub_core_set_http_port (self->core, hub_server_get_port (self, i));
          return;
        }
    }
}
