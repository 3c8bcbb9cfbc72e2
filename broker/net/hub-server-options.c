/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server.h"

#include <sys/socket.h>

/**
 * hub_listener_options_new:
 * @protocol: what is spoken
 * @port: the port; 0: any that is free
 *
 * Returns: (transfer full): a door on all addresses
 */
HubListenerOptions *
hub_listener_options_new (HubProtocol protocol, guint16 port)
{
  HubListenerOptions *self = g_new0 (HubListenerOptions, 1);

  self->protocol = protocol;
  self->port = port;
  self->n_ports = 1;
  self->allow_anonymous = TRUE;
  self->allow_zero_length_clientid = TRUE;
  self->accept_protocol_versions = HUB_ACCEPT_MQTT_ALL;
  self->max_qos = 2;
  self->max_topic_alias = 10;
  return self;
}

/**
 * hub_listener_options_copy:
 * @self: a door
 *
 * Returns: (transfer full): one like it
 */
HubListenerOptions *
hub_listener_options_copy (const HubListenerOptions *self)
{
  HubListenerOptions *copy = g_memdup2 (self, sizeof *self);

  copy->host = g_strdup (self->host);
  copy->origins = g_strdupv (self->origins);
  copy->hosts = g_strdupv (self->hosts);
  copy->unix_path = g_strdup (self->unix_path);
  copy->auto_id_prefix = g_strdup (self->auto_id_prefix);
  copy->password_file = g_strdup (self->password_file);
  copy->acl_file = g_strdup (self->acl_file);
  copy->cafile = g_strdup (self->cafile);
  copy->capath = g_strdup (self->capath);
  copy->certfile = g_strdup (self->certfile);
  copy->keyfile = g_strdup (self->keyfile);
  copy->crlfile = g_strdup (self->crlfile);
  return copy;
}

/**
 * hub_listener_options_get_family:
 * @self: a door
 *
 * Returns: which kind of addresses it is open on: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both
 */
int
hub_listener_options_get_family (const HubListenerOptions *self)
{
  switch (self->socket_domain)
    {
    case HUB_SOCKET_DOMAIN_IPV4:
      return AF_INET;
    case HUB_SOCKET_DOMAIN_IPV6:
      return AF_INET6;
    case HUB_SOCKET_DOMAIN_ANY:
    default:
      return AF_UNSPEC;
    }
}

/**
 * hub_listener_options_dup_place:
 * @self: a door
 * @port: the port that it has got
 *
 * Returns: (transfer full): where it is, for people: `port 1883`, or the path of a Unix socket
 */
char *
hub_listener_options_dup_place (const HubListenerOptions *self, guint16 port)
{
  return self->unix_path != NULL ? g_strdup (self->unix_path) : g_strdup_printf ("port %u", port);
}

/**
 * hub_listener_options_free:
 * @self: (transfer full): a door
 */
void
hub_listener_options_free (HubListenerOptions *self)
{
  g_free (self->host);
  g_strfreev (self->origins);
  g_strfreev (self->hosts);
  g_free (self->unix_path);
  g_free (self->auto_id_prefix);
  g_free (self->password_file);
  g_free (self->acl_file);
  g_free (self->cafile);
  g_free (self->capath);
  g_free (self->certfile);
  g_free (self->keyfile);
  g_free (self->crlfile);
  g_free (self);
}
