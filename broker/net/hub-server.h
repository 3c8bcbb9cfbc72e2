/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"
#include "broker/net/hub-listener.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubListenerOptions:
 * @protocol: what is spoken
 * @host: (nullable) (owned): an address or name to bind to; %NULL: every address of this computer
 * @port: the port; 0: any that is free
 * @n_ports: how many ports may be tried, beginning with @port
 * @max_connections: how many there may be at a time; 0: no limit
 * @origins: (nullable) (owned): further origins whose pages may open a WebSocket
 * @hosts: (nullable) (owned): further names of this computer for the Host header
 * @unix_path: (nullable) (owned): a Unix socket to listen on instead of @host and @port
 * @certfile: (nullable) (owned): the certificate of the broker and those that lead to it, PEM; %NULL: no TLS
 * @keyfile: (nullable) (owned): its private key, PEM; %NULL: it is in @certfile
 * @cafile: (nullable) (owned): certificates of those who may sign certificates of clients, PEM
 * @capath: (nullable) (owned): a folder of such files
 * @crlfile: (nullable) (owned): what they have revoked, PEM
 * @tls_version: (nullable) (owned): the oldest version that is spoken: `tlsv1.2` or `tlsv1.3`
 * @require_certificate: whether a client must have a certificate
 * @use_identity_as_username: whether the common name in it is the user name
 * @use_subject_as_username: whether the whole subject of it is the user name
 *
 * One door of a broker.
 */
typedef struct
{
  HubProtocol protocol;
  char *host;
  guint16 port;
  guint n_ports;
  guint max_connections;
  char **origins;
  char **hosts;
  char *unix_path;
  char *certfile;
  char *keyfile;
  char *cafile;
  char *capath;
  char *crlfile;
  char *tls_version;
  gboolean require_certificate;
  gboolean use_identity_as_username;
  gboolean use_subject_as_username;
} HubListenerOptions;

/**
 * HubServerOptions:
 * @core: the rules
 * @listeners: (owned) (element-type HubListenerOptions): the doors
 * @max_per_address: connections of one address; 0: no limit
 * @lan_only: whether peers from outside the local network are turned away
 *
 * Everything that a broker can be told.
 */
typedef struct
{
  HubCoreOptions core;
  GPtrArray *listeners;
  guint max_per_address;
  gboolean lan_only;
} HubServerOptions;

/**
 * HubServerFuncs:
 * @turned_away: somebody from outside the local network was not let in
 * @stopped: everything is closed
 *
 * What a server tells its owner.
 */
typedef struct
{
  void (*turned_away) (const char *address, gpointer user_data);
  void (*stopped) (gpointer user_data);
} HubServerFuncs;

/**
 * HubServer:
 *
 * A broker on one thread: the core, the reactor, the listeners and their connections. Everything about it belongs to
 * the thread that owns its context.
 */
typedef struct _HubServer HubServer;

HubListenerOptions *hub_listener_options_new (HubProtocol protocol, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void hub_listener_options_free (HubListenerOptions *self);

HubServer *hub_server_new (GMainContext *context,
                           const HubServerOptions *options,
                           const HubServerFuncs *funcs,
                           gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_server_free (HubServer *self);

guint16 hub_server_get_port (const HubServer *self, guint index);
void hub_server_attach_fd (HubServer *self, int fd);
gboolean hub_server_attach (HubServer *self, GIOStream *stream, GError **error);
gboolean hub_server_reload_certificates (HubServer *self, GError **error);
HubStats hub_server_get_stats (const HubServer *self);
void hub_server_stop (HubServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubListenerOptions, hub_listener_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubServer, hub_server_free)

G_END_DECLS
