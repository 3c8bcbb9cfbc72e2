/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

/* What a broker is told before it starts, and the ports that it has got. */

/* A broker that is told nothing else must not get smaller than this, or nobody could connect. */
#define PACKET_BYTES_MIN 128

/**
 * hub_broker_load_config:
 * @self: a broker that was not started
 * @path: (type filename): a configuration file of hubbub-broker
 * @error: return location
 *
 * Takes over what the file says, in place of everything that was set before but the hooks: its listeners, its limits, and
 * where the log goes. What a program does with itself, `pid_file` and `user`, is left to the program.
 *
 * Returns: %FALSE with @error set when there is something wrong with the file; then nothing has changed
 */
gboolean
hub_broker_load_config (HubBroker *self, const char *path, GError **error)
{
  g_autoptr (HubConfig) config = hub_config_new_broker ();
  HubLogSink *sink;
  HubLog log;

  g_return_val_if_fail (HUB_IS_BROKER (self) && self->thread == NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!hub_config_load (config, path, error))
    return FALSE;
  sink = hub_log_sink_new (&config->log, error);
  if (sink == NULL)
    return FALSE;
  log = hub_log_sink_get_log (sink);
  for (guint i = 0; i < config->notices->len; i++)
    hub_log_line (&log, HUB_LOG_NOTICE, "%s", (const char *) g_ptr_array_index (config->notices, i));
  config->server.core.log = log;
  hub_broker_use_config (self, g_steal_pointer (&config));
  g_clear_pointer (&self->sink, hub_log_sink_free);
  self->sink = sink;
  return TRUE;
}

/**
 * hub_broker_add_listener:
 * @self: a broker that was not started
 * @protocol: what is spoken
 * @host: (nullable): an address or name of this computer; %NULL: all of its addresses
 * @port: the port; 0: any that is free
 *
 * Adds a door that is opened by the start.
 *
 * Returns: its number, for [method@Hub.Broker.get_listener_port]
 */
guint
hub_broker_add_listener (HubBroker *self, HubProtocol protocol, const char *host, guint16 port)
{
  HubListenerOptions *listener;

  g_return_val_if_fail (HUB_IS_BROKER (self) && self->thread == NULL, 0);
  g_return_val_if_fail (protocol == HUB_PROTOCOL_MQTT || protocol == HUB_PROTOCOL_WEBSOCKETS, 0);

  listener = hub_listener_options_new (protocol, port);
  listener->host = g_strdup (host);
  listener->allow_anonymous = self->config->server.core.policy.allow_anonymous;
  hub_config_add_listener (self->config, listener);
  return self->config->server.listeners->len - 1;
}

/**
 * hub_broker_set_max_packet_bytes:
 * @self: a broker that was not started
 * @max_packet_bytes: the largest packet that a client may send, at least 128 bytes
 *
 * A larger one closes the connection that it comes from.
 */
void
hub_broker_set_max_packet_bytes (HubBroker *self, guint max_packet_bytes)
{
  HubLimits *limits;

  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);
  g_return_if_fail (max_packet_bytes >= PACKET_BYTES_MIN && max_packet_bytes <= HUB_PACKET_SIZE_MAX);

  limits = &self->config->server.core.limits;
  limits->max_packet_bytes = max_packet_bytes;
  limits->max_first_packet_bytes = MIN (limits->max_first_packet_bytes, max_packet_bytes);
}

/**
 * hub_broker_set_max_connections:
 * @self: a broker that was not started
 * @max_connections: how many connections its listeners take at a time; 0: no limit
 */
void
hub_broker_set_max_connections (HubBroker *self, guint max_connections)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  self->config->server.max_connections = max_connections;
}

/**
 * hub_broker_set_allow_anonymous:
 * @self: a broker that was not started
 * @allow_anonymous: whether clients without a user name may come in
 *
 * Says so for every listener that there is or will be, and for streams that are attached. Where they may not, who has a
 * name needs somebody to vouch for it: the password file of a listener, by which nobody comes in who is attached, or the
 * function of [method@Hub.Broker.set_authenticate_func].
 */
void
hub_broker_set_allow_anonymous (HubBroker *self, gboolean allow_anonymous)
{
  GPtrArray *listeners;

  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  self->config->server.core.policy.allow_anonymous = allow_anonymous;
  listeners = self->config->server.listeners;
  for (guint i = 0; i < listeners->len; i++)
    ((HubListenerOptions *) g_ptr_array_index (listeners, i))->allow_anonymous = allow_anonymous;
}

/**
 * hub_broker_set_authenticate_func:
 * @self: a broker that was not started
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): says whether a client may come in; %NULL: nobody
 *   is asked
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data, once @self is gone or has another function
 *
 * Where a password file is configured as well, both have to let a client in. [class@Hub.LocalClient] is never asked about.
 */
void
hub_broker_set_authenticate_func (HubBroker *self, HubAuthenticateFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  if (self->hooks.authenticate.destroy != NULL)
    self->hooks.authenticate.destroy (self->hooks.authenticate.user_data);
  self->hooks.authenticate.func = func;
  self->hooks.authenticate.user_data = user_data;
  self->hooks.authenticate.destroy = destroy;
}

/**
 * hub_broker_set_exchange_func:
 * @self: a broker that was not started
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): takes the steps of enhanced authentication;
 *   %NULL: no method is known
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data, once @self is gone or has another function
 *
 * A client of MQTT 5.0 that names an authentication method is asked about here, in place of
 * [method@Hub.Broker.set_authenticate_func]; it may do without a name even where
 * [method@Hub.Broker.set_allow_anonymous] says that nobody may. Where a password file is configured as well, both have to
 * let it in. The exchange has to be over within the time that a client has for its CONNECT, ten seconds unless
 * configured otherwise; meanwhile it may send nothing but AUTH and DISCONNECT.
 *
 * Once it is connected, it can authenticate again by the same method, and is served as before until that has failed, which
 * ends its connection. Streams of [method@Hub.Broker.connect_local] cannot name a method.
 */
void
hub_broker_set_exchange_func (HubBroker *self, HubExchangeFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  if (self->hooks.exchange.destroy != NULL)
    self->hooks.exchange.destroy (self->hooks.exchange.user_data);
  self->hooks.exchange.func = func;
  self->hooks.exchange.user_data = user_data;
  self->hooks.exchange.destroy = destroy;
}

/**
 * hub_broker_set_may_publish_func:
 * @self: a broker that was not started
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): says whether a client may publish; %NULL: nobody
 *   is asked
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data, once @self is gone or has another function
 *
 * Where an ACL file is configured as well, both have to allow it. [class@Hub.LocalClient] is never asked about.
 */
void
hub_broker_set_may_publish_func (HubBroker *self, HubMayPublishFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  if (self->hooks.may_publish.destroy != NULL)
    self->hooks.may_publish.destroy (self->hooks.may_publish.user_data);
  self->hooks.may_publish.func = func;
  self->hooks.may_publish.user_data = user_data;
  self->hooks.may_publish.destroy = destroy;
}

/**
 * hub_broker_set_may_subscribe_func:
 * @self: a broker that was not started
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): says whether a client may subscribe; %NULL:
 *   nobody is asked
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data, once @self is gone or has another function
 *
 * Where an ACL file is configured as well, both have to allow it. [class@Hub.LocalClient] is never asked about.
 */
void
hub_broker_set_may_subscribe_func (HubBroker *self, HubMaySubscribeFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  if (self->hooks.may_subscribe.destroy != NULL)
    self->hooks.may_subscribe.destroy (self->hooks.may_subscribe.user_data);
  self->hooks.may_subscribe.func = func;
  self->hooks.may_subscribe.user_data = user_data;
  self->hooks.may_subscribe.destroy = destroy;
}

/**
 * hub_broker_get_listener_port:
 * @self: a broker
 * @listener: the number of a listener: they are counted from 0, those of the configuration file in its order
 *
 * Returns: the port that it got; 0 when the broker does not run, there is no such listener, or it is a Unix socket
 */
guint16
hub_broker_get_listener_port (HubBroker *self, guint listener)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  if (self->ports == NULL || listener >= self->ports->len)
    return 0;
  return g_array_index (self->ports, guint16, listener);
}

static guint16
find_port (HubBroker *self, HubProtocol protocol, gboolean has_tls)
{
  GPtrArray *listeners = self->config->server.listeners;

  for (guint i = 0; self->ports != NULL && i < self->ports->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (listeners, i);

      if (listener->protocol == protocol && listener->unix_path == NULL && (listener->certfile != NULL) == has_tls)
        return g_array_index (self->ports, guint16, i);
    }
  return 0;
}

/**
 * hub_broker_get_port:
 * @self: a broker
 * @protocol: what is spoken
 *
 * Returns: the port of the first listener for @protocol without TLS; 0 when the broker does not run or has none
 */
guint16
hub_broker_get_port (HubBroker *self, HubProtocol protocol)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  return find_port (self, protocol, FALSE);
}

/**
 * hub_broker_get_tls_port:
 * @self: a broker
 * @protocol: what is spoken
 *
 * Returns: the port of the first listener for @protocol with TLS; 0 when the broker does not run or has none
 */
guint16
hub_broker_get_tls_port (HubBroker *self, HubProtocol protocol)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  return find_port (self, protocol, TRUE);
}
