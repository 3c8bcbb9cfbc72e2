/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"
#include "broker/core/hub-observe.h"
#include "broker/net/hub-listener.h"
#include "broker/net/hub-tls-settings.h"
#include "broker/store/hub-store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubSocketDomain:
 * @HUB_SOCKET_DOMAIN_ANY: IPv4 and IPv6
 * @HUB_SOCKET_DOMAIN_IPV4: IPv4 alone
 * @HUB_SOCKET_DOMAIN_IPV6: IPv6 alone
 *
 * The addresses that a listener is opened on.
 */
typedef enum
{
  HUB_SOCKET_DOMAIN_ANY,
  HUB_SOCKET_DOMAIN_IPV4,
  HUB_SOCKET_DOMAIN_IPV6,
} HubSocketDomain;

/**
 * HubAcceptedVersions:
 * @HUB_ACCEPT_MQTT_3_1: MQTT 3.1
 * @HUB_ACCEPT_MQTT_3_1_1: MQTT 3.1.1
 * @HUB_ACCEPT_MQTT_5_0: MQTT 5.0
 * @HUB_ACCEPT_MQTT_ALL: all of them
 *
 * The versions of MQTT that a listener lets in.
 */
typedef enum
{
  HUB_ACCEPT_MQTT_3_1 = 1 << 0,
  HUB_ACCEPT_MQTT_3_1_1 = 1 << 1,
  HUB_ACCEPT_MQTT_5_0 = 1 << 2,
  HUB_ACCEPT_MQTT_ALL = HUB_ACCEPT_MQTT_3_1 | HUB_ACCEPT_MQTT_3_1_1 | HUB_ACCEPT_MQTT_5_0,
} HubAcceptedVersions;

/**
 * HubListenerOptions:
 * @protocol: what is spoken
 * @host: (nullable) (owned): an address or name to bind to; %NULL: every address of this computer
 * @port: the port; 0: any that is free
 * @n_ports: how many ports may be tried, beginning with @port
 * @max_connections: how many there may be at a time; 0: no limit
 * @origins: (nullable) (owned): further origins whose pages may open a WebSocket
 * @hosts: (nullable) (owned): further names of this computer for the Host header
 * @unix_path: (nullable) (owned): the path of a Unix socket, in place of @host and @port
 * @socket_domain: which kind of addresses
 * @allow_anonymous: whether a client without a user name may connect
 * @allow_zero_length_clientid: whether a client may leave it to the broker to choose a Client Identifier
 * @auto_id_prefix: (nullable) (owned): what such an identifier begins with; %NULL: the broker's own
 * @accept_protocol_versions: the versions of MQTT that are let in
 * @max_qos: the highest QoS, 0 to 2
 * @max_topic_alias: how many topic aliases a client may set, 0 to 65,535
 * @password_file: (nullable) (owned): who may connect
 * @acl_file: (nullable) (owned): who may do what
 * @cafile: (nullable) (owned): certificates of those who sign the clients', PEM
 * @capath: (nullable) (owned): a folder of such certificates
 * @certfile: (nullable) (owned): the certificate of the listener, PEM; set: it speaks TLS
 * @keyfile: (nullable) (owned): its key, PEM
 * @crlfile: (nullable) (owned): client certificates that count no more, PEM
 * @require_certificate: whether a client must show a certificate
 * @use_identity_as_username: whether the CN of that certificate is the user name
 * @use_subject_as_username: whether its whole subject is
 * @tls_version: the oldest TLS
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
  HubSocketDomain socket_domain;
  gboolean allow_anonymous;
  gboolean allow_zero_length_clientid;
  char *auto_id_prefix;
  HubAcceptedVersions accept_protocol_versions;
  guint8 max_qos;
  guint16 max_topic_alias;
  char *password_file;
  char *acl_file;
  char *cafile;
  char *capath;
  char *certfile;
  char *keyfile;
  char *crlfile;
  gboolean require_certificate;
  gboolean use_identity_as_username;
  gboolean use_subject_as_username;
  HubTlsVersion tls_version;
} HubListenerOptions;

/**
 * HubServerStoreOptions:
 * @is_on: whether anything is kept at all
 * @path: (nullable) (unowned): the database; %NULL: there is only a log, in memory
 * @durability: what it means that a message was acknowledged
 * @retention: what the log forgets
 * @record: (nullable) (unowned) (array zero-terminated=1): the topics that go into the log, as Topic Filters
 * @is_optional: whether a broker whose store has failed goes on without one
 *
 * What a broker keeps over its end.
 */
typedef struct
{
  gboolean is_on;
  const char *path;
  HubStoreDurability durability;
  HubStoreRetention retention;
  char **record;
  gboolean is_optional;
} HubServerStoreOptions;

/**
 * HubServerOptions:
 * @core: the rules
 * @listeners: (owned) (element-type HubListenerOptions): the doors
 * @hooks: (nullable): what the program around the broker says about access, at once; with the files of the listeners, both
 *   have to allow
 * @hooks_data: (nullable) (unowned): their first argument
 * @max_per_address: connections of one address; 0: no limit
 * @lan_only: whether peers from outside the local network are turned away
 * @keeps_clients: whether who is connected stays when the rules of access change, also who would not be let in any more
 * @max_connections: connections in all; 0: no limit
 * @set_tcp_nodelay: whether what is sent leaves at once
 * @store: what it keeps
 * @hosted_by: (nullable) (owned): the name of the person who hosts; %NULL: nobody has said so
 * @log_topic_levels: the lines that are published below `$SYS/broker/log`: a bit for each #HubLogLevel
 *
 * Everything that a broker can be told.
 */
typedef struct
{
  HubCoreOptions core;
  GPtrArray *listeners;
  const HubAccessFuncs *hooks;
  gpointer hooks_data;
  guint max_per_address;
  gboolean lan_only;
  gboolean keeps_clients;
  guint max_connections;
  gboolean set_tcp_nodelay;
  HubServerStoreOptions store;
  char *hosted_by;
  guint log_topic_levels;
} HubServerOptions;

/**
 * HubServerFuncs:
 * @turned_away: somebody from outside the local network was not let in
 * @stopped: everything is closed
 * @store_failed: (nullable): nothing is kept any more, for this reason, a sentence for people
 * @text: (nullable): what a search finds a message by; called from other threads than the others, with %NULL
 *
 * What a server tells and asks its owner.
 */
typedef struct
{
  void (*turned_away) (const char *address, gpointer user_data);
  void (*stopped) (gpointer user_data);
  void (*store_failed) (const char *sentence, gpointer user_data);
  HubStoreTextFunc text;
} HubServerFuncs;

/**
 * HubServerFiles:
 *
 * What the files say that the options of a server name. It belongs to one thread at a time, and is handed over whole.
 */
typedef struct _HubServerFiles HubServerFiles;

/**
 * HubServer:
 *
 * A broker on one thread: the core, the reactor, the listeners and their connections. Everything about it belongs to
 * the thread that owns its context.
 */
typedef struct _HubServer HubServer;

HubListenerOptions *hub_listener_options_new (HubProtocol protocol, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
HubListenerOptions *hub_listener_options_copy (const HubListenerOptions *self) G_GNUC_WARN_UNUSED_RESULT;
int hub_listener_options_get_family (const HubListenerOptions *self);
char *hub_listener_options_dup_place (const HubListenerOptions *self, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void hub_listener_options_free (HubListenerOptions *self);

HubServer *hub_server_new (GMainContext *context,
                           const HubServerOptions *options,
                           const HubServerFuncs *funcs,
                           gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_server_free (HubServer *self);

guint16 hub_server_get_port (const HubServer *self, guint index);
HubProtocol hub_server_get_protocol (const HubServer *self, guint listener);
void hub_server_attach_fd (HubServer *self, int fd);
gboolean hub_server_attach (HubServer *self, GIOStream *stream, GError **error);
void hub_server_set_observer (HubServer *self, const HubObserveFuncs *funcs, gpointer observer);
void hub_server_list_clients (const HubServer *self, HubClientFactsFunc func, gpointer user_data);
guint hub_server_count_sessions (const HubServer *self);
gboolean hub_server_clear_log (HubServer *self);
gboolean hub_server_kick (HubServer *self, const char *client_id);
void hub_server_set_farewell (HubServer *self, GBytes *payload);
gboolean hub_server_bar (HubServer *self, const HubIpAddress *address, gint64 duration_us);
gboolean hub_server_reload (HubServer *self, const HubServerOptions *options, HubServerFiles *files, GError **error);
void hub_server_stop (HubServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubListenerOptions, hub_listener_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubServer, hub_server_free)

G_END_DECLS
