/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-private.h"

#include "broker/net/hub-http.h"
#include "broker/net/hub-log-topics.h"
#include "broker/net/hub-server-files.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* How often a turn publishes what was logged while it published. */
#define LOG_ROUNDS_MAX 4

/* How long a server that stops waits for its store. */
#define STORE_PATIENCE_US G_TIME_SPAN_SECOND

/* A door: its listener, and for WebSockets the HTTP server behind it. */
typedef struct
{
  HubServer *server;                 /* (unowned) */
  const HubListenerOptions *options; /* (unowned) */
  HubListener *listener;             /* (owned) (nullable): until the server stops */
  HubHttp *http;                     /* (owned) (nullable) */
  HubPeerPolicy policy;              /* for those who come in here */
  HubTlsSettings *tls;               /* (owned) (nullable): for the handshakes that begin from now on */
  char *place;                       /* (owned) (nullable): "port 1883", or the path of a Unix socket */
  guint16 port;
  guint count; /* connections */
} Door;

static void
door_free (gpointer data)
{
  Door *door = data;

  g_clear_pointer (&door->listener, hub_listener_free);
  g_clear_pointer (&door->http, hub_http_free);
  g_clear_pointer (&door->tls, hub_tls_settings_unref);
  g_free (door->place);
  g_free (door);
}

static guint
count_http (const HubServer *self)
{
  guint count = 0;

  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = g_ptr_array_index (self->doors, i);

      count += door->http != NULL ? hub_http_get_count (door->http) : 0;
    }
  return count;
}

/* What was written may have made room, and what was kept back may be handled: that is committed in this turn as well. */
static void
settle (HubServer *self)
{
  do
    hub_core_end_turn (self->core);
  while (hub_connections_flush (self->connections));
}

/* Who waits for a commit is told of it before the connections are closed: what was sent is kept, after all. */
static void
say_goodbye (HubServer *self, gint64 now_us)
{
  if (!self->is_stopping || self->has_said_goodbye ||
      (hub_core_is_waiting (self->core) && now_us < self->patience_us))
    return;
  self->has_said_goodbye = TRUE;
  hub_core_stop (self->core, now_us);
  settle (self);
}

static gint64
turn_end_cb (gint64 now_us, gpointer user_data)
{
  HubServer *self = user_data;

  hub_core_advance (self->core, now_us);
  settle (self);
  for (guint i = 0; i < LOG_ROUNDS_MAX && hub_log_topics_flush (self->log_topics, self->core); i++)
    settle (self);

  say_goodbye (self, now_us);
  if (self->has_said_goodbye && !self->has_stopped && hub_connections_get_count (self->connections) == 0 &&
      count_http (self) == 0 && hub_handshakes_get_count (self->handshakes) == 0)
    {
      self->has_stopped = TRUE;
      self->funcs->stopped (self->user_data);
    }
  return self->is_stopping && !self->has_said_goodbye ? MIN (hub_core_next_deadline (self->core), self->patience_us)
                                                      : hub_core_next_deadline (self->core);
}

static void
add_connection (HubServer *self, HubConnectionKind kind, HubArrival *arrival, GByteArray *first_bytes)
{
  g_autoptr (GError) error = NULL;
  HubStream *stream = hub_arrival_take_stream (arrival, self->reactor, &error);

  if (stream == NULL)
    {
      hub_log_line (hub_server_get_log (self), HUB_LOG_WARNING, "%s", error->message);
      hub_arrival_dismiss (arrival, self->admission);
      return;
    }
  hub_connections_add (self->connections, kind, stream, arrival, first_bytes);
}

static void
upgraded_cb (HubArrival *arrival, GByteArray *first_bytes, gpointer user_data)
{
  Door *door = user_data;

  add_connection (door->server, HUB_CONNECTION_WEBSOCKET, arrival, first_bytes);
}

static void
log_refusal (HubServer *self, const HubIpAddress *address, const char *sentence)
{
  char name[HUB_PEER_NAME_SIZE];

  hub_ip_address_format (address, name, sizeof name);
  hub_log_line (hub_server_get_log (self), HUB_LOG_NOTICE, "Connection from %s refused: it %s.", name, sentence);
}

static void
refused_cb (const HubIpAddress *address, const char *sentence, gpointer user_data)
{
  log_refusal (((Door *) user_data)->server, address, sentence);
}

static void
connection_refused_cb (const HubIpAddress *address, const char *sentence, gpointer user_data)
{
  log_refusal (user_data, address, sentence);
}

/* Whoever is to speak TLS has done so. */
static void
serve (HubArrival *arrival, gpointer user_data)
{
  Door *door = user_data;
  char name[HUB_PEER_NAME_SIZE];

  if (arrival->identity != NULL)
    {
      hub_ip_address_format (&arrival->address, name, sizeof name);
      hub_log_line (hub_server_get_log (door->server), HUB_LOG_NOTICE, "The certificate of %s is that of '%s'.", name, arrival->identity);
    }
  if (door->server->is_stopping)
    hub_arrival_dismiss (arrival, door->server->admission);
  else if (door->http != NULL)
    hub_http_take (door->http, arrival);
  else
    add_connection (door->server, HUB_CONNECTION_RAW, arrival, NULL);
}

static void
accepted_cb (HubListener *listener, int fd, const HubIpAddress *address, gpointer user_data)
{
  Door *door = user_data;
  HubServer *self = door->server;
  HubArrival arrival = { .fd = fd, .address = *address };
  HubAdmissionResult result;
  char name[HUB_PEER_NAME_SIZE];

  hub_ip_address_format (address, name, sizeof name);
  result = hub_admission_enter (self->admission, address, &door->count, door->options->max_connections, &arrival.ticket);
  if (result != HUB_ADMISSION_GRANTED)
    {
      hub_arrival_dismiss (&arrival, self->admission);
      hub_log_line (hub_server_get_log (self),
                    HUB_LOG_NOTICE,
                    "Connection from %s on %s refused: %s.",
                    name,
                    door->place,
                    hub_admission_result_to_string (result));
      if (result == HUB_ADMISSION_OUTSIDE)
        self->funcs->turned_away (name, self->user_data);
      return;
    }

  arrival.ticket.policy = &door->policy;
  if (!self->options->set_tcp_nodelay && door->options->unix_path == NULL)
    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 0 }, sizeof (int));
  hub_log_line (hub_server_get_log (self), HUB_LOG_CONNECTION, "New connection from %s on %s.", name, door->place);
  if (door->tls != NULL)
    hub_handshakes_take (self->handshakes, &arrival, door->tls, door);
  else
    serve (&arrival, door);
}

static void
listen_failed_cb (HubListener *listener, int error_number, gpointer user_data)
{
  Door *door = user_data;

  hub_log_line (hub_server_get_log (door->server),
                HUB_LOG_WARNING,
                "No connection can be accepted on %s just now: %s.",
                door->place,
                g_strerror (error_number));
}

static void
log_door (HubServer *self, const Door *door)
{
  if (door->options->protocol == HUB_PROTOCOL_WEBSOCKETS)
    hub_log_line (hub_server_get_log (self), HUB_LOG_INFORMATION, "Opening websockets listen socket on %s.", door->place);
  else if (door->options->unix_path != NULL)
    hub_log_line (hub_server_get_log (self), HUB_LOG_INFORMATION, "Opening unix listen socket on path %s.", door->place);
  if (door->options->protocol == HUB_PROTOCOL_WEBSOCKETS)
    return;
  if (hub_listener_has_family (door->listener, AF_INET))
    hub_log_line (hub_server_get_log (self), HUB_LOG_INFORMATION, "Opening ipv4 listen socket on port %u.", door->port);
  if (hub_listener_has_family (door->listener, AF_INET6))
    hub_log_line (hub_server_get_log (self), HUB_LOG_INFORMATION, "Opening ipv6 listen socket on port %u.", door->port);
}

static HubPeerPolicy
policy_of (const HubListenerOptions *options, guint index)
{
  return (HubPeerPolicy){
    .listener = index,
    .allow_anonymous = options->allow_anonymous,
    .has_password_file = options->password_file != NULL,
    .allow_zero_length_client_id = options->allow_zero_length_clientid,
    .auto_id_prefix = options->auto_id_prefix,
    .accepts_3_1 = (options->accept_protocol_versions & HUB_ACCEPT_MQTT_3_1) != 0,
    .accepts_3_1_1 = (options->accept_protocol_versions & HUB_ACCEPT_MQTT_3_1_1) != 0,
    .accepts_5_0 = (options->accept_protocol_versions & HUB_ACCEPT_MQTT_5_0) != 0,
    .max_qos = options->max_qos,
    .max_topic_alias = options->max_topic_alias,
  };
}

static void
use_tls (Door *door, HubTlsSettings *tls)
{
  const char *warning = tls != NULL ? hub_tls_settings_get_warning (tls) : NULL;

  g_clear_pointer (&door->tls, hub_tls_settings_unref);
  door->tls = tls;
  if (warning != NULL)
    hub_log_line (hub_server_get_log (door->server), HUB_LOG_WARNING, "%s", warning);
}

static gboolean
open_door (HubServer *self, const HubListenerOptions *options, GError **error)
{
  static const HubHttpFuncs http_funcs = { .upgraded = upgraded_cb, .refused = refused_cb };
  Door *door = g_new0 (Door, 1);
  g_autoptr (GError) local_error = NULL;

  g_ptr_array_add (self->doors, door);
  door->server = self;
  door->options = options;
  door->policy = policy_of (options, self->doors->len - 1);
  if (options->unix_path != NULL)
    door->listener = hub_listener_new_unix (self->reactor, options->unix_path, error);
  else
    door->listener = hub_listener_new (self->reactor, options->host, hub_listener_options_get_family (options), options->port, options->n_ports, error);
  if (door->listener == NULL)
    return FALSE;
  door->port = hub_listener_get_port (door->listener);
  door->place = hub_listener_options_dup_place (options, door->port);
  use_tls (door, hub_listener_options_load_tls (options, &local_error));
  if (local_error != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "listener on %s: ", door->place);
      return FALSE;
    }

  if (options->protocol == HUB_PROTOCOL_WEBSOCKETS)
    {
      HubHttpOptions http_options = {
        .api = self->api,
        .own_name = self->own_name,
        .more_hosts = (const char *const *) options->hosts,
        .more_origins = (const char *const *) options->origins,
        .timeout_us = self->options->core.limits.connect_timeout_us,
      };

      door->http = hub_http_new (self->reactor, self->admission, &http_options, &http_funcs, door);
    }
  log_door (self, door);
  return TRUE;
}

static char *
short_host_name (void)
{
  const char *name = g_get_host_name ();

  return g_strndup (name, strcspn (name, "."));
}

/**
 * hub_server_new:
 * @context: the context to live on; the thread's default one
 * @options: how to behave; must outlive the server
 * @funcs: what to call; must outlive the server
 * @user_data: for @funcs
 * @error: return location
 *
 * Opens every listener, and serves from then on whenever @context is iterated.
 *
 * Returns: (transfer full): a server, or %NULL with @error set when one of the ports cannot be had, or a certificate
 */
HubServer *
hub_server_new (GMainContext *context,
                const HubServerOptions *options,
                const HubServerFuncs *funcs,
                gpointer user_data,
                GError **error)
{
  static const HubListenerFuncs listener_funcs = { .accepted = accepted_cb, .failed = listen_failed_cb };
  static const HubHandshakesFuncs handshakes_funcs = { .done = serve, .refused = refused_cb };
  g_autoptr (HubServer) self = g_new0 (HubServer, 1);
  g_autoptr (HubAccessRules) rules = NULL;
  HubCoreOptions core_options = options->core;

  self->options = options;
  self->funcs = funcs;
  self->user_data = user_data;
  self->context = g_main_context_ref (context);
  self->own_name = short_host_name ();
  self->doors = g_ptr_array_new_with_free_func (door_free);
  self->reactor = hub_reactor_new (context, turn_end_cb, self, error);
  if (self->reactor == NULL)
    return NULL;
  self->log_topics = hub_log_topics_new (self->reactor);
  self->log = hub_log_topics_wrap (self->log_topics, &options->core.log, options->log_topic_levels);
  core_options.log = self->log;
  if (!hub_server_options_load_access (options, &rules, error) || !hub_server_open_store (self, &core_options, error))
    return NULL;
  self->core = hub_core_new (&core_options);
  self->api = hub_api_new (self->store, hub_server_describe, self);
  hub_api_set_bars (self->api, hub_core_get_bars (self->core));
  /* What is restored may be published: the rules hold for that, too. */
  if (rules != NULL || options->hooks != NULL)
    hub_server_use_rules (self, g_steal_pointer (&rules));
  if (!hub_server_restore (self, error))
    return NULL;
  self->admission = hub_admission_new (options->max_per_address, options->lan_only);
  hub_admission_set_max_connections (self->admission, options->max_connections);
  self->connections = hub_connections_new (self->core, self->reactor, self->admission, connection_refused_cb, self);
  self->handshakes = hub_handshakes_new (self->reactor, self->admission, options->core.limits.connect_timeout_us, &handshakes_funcs);

  for (guint i = 0; i < options->listeners->len; i++)
    if (!open_door (self, g_ptr_array_index (options->listeners, i), error))
      return NULL;
  hub_server_announce (self);
  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = g_ptr_array_index (self->doors, i);

      hub_listener_start (door->listener, &listener_funcs, door);
    }
  return g_steal_pointer (&self);
}

/**
 * hub_server_free:
 * @self: (transfer full): a server that has stopped
 */
void
hub_server_free (HubServer *self)
{
  g_clear_pointer (&self->connections, hub_connections_free);
  g_clear_pointer (&self->handshakes, hub_handshakes_free);
  g_ptr_array_unref (self->doors);
  g_clear_pointer (&self->admission, hub_admission_free);
  g_clear_pointer (&self->api, hub_api_free);
  hub_server_close_store (self);
  g_clear_pointer (&self->core, hub_core_free);
  g_clear_pointer (&self->access, hub_access_free);
  g_clear_pointer (&self->log_topics, hub_log_topics_free);
  g_strfreev (self->record);
  g_strfreev (self->addresses);
  g_clear_pointer (&self->reactor, hub_reactor_free);
  g_main_context_unref (self->context);
  g_free (self->own_name);
  g_free (self);
}

/**
 * hub_server_get_port:
 * @self: a server
 * @index: which of the listeners, as in the options
 *
 * Returns: the port that it got; 0 for a Unix socket
 */
guint16
hub_server_get_port (const HubServer *self, guint index)
{
  return ((Door *) g_ptr_array_index (self->doors, index))->port;
}

/**
 * hub_server_get_protocol:
 * @self: a server
 * @listener: which of the listeners, or none of them
 *
 * Returns: what is spoken there
 */
HubProtocol
hub_server_get_protocol (const HubServer *self, guint listener)
{
  return listener < self->doors->len ? ((Door *) g_ptr_array_index (self->doors, listener))->options->protocol : HUB_PROTOCOL_MQTT;
}

/**
 * hub_server_attach_fd:
 * @self: a server
 * @fd: (transfer full): a connected, non-blocking stream socket
 *
 * Serves MQTT on @fd, outside of the limits on connections. A server that stops closes it at once.
 */
void
hub_server_attach_fd (HubServer *self, int fd)
{
  HubArrival arrival = { .fd = fd, .is_own = TRUE };

  if (self->is_stopping)
    {
      hub_arrival_dismiss (&arrival, self->admission);
      return;
    }
  add_connection (self, HUB_CONNECTION_RAW, &arrival, NULL);
}

/**
 * hub_server_attach:
 * @self: a server
 * @stream: a stream both of whose directions are pollable; from now on only the broker thread touches it
 * @error: return location
 *
 * Serves MQTT on @stream, outside of the limits on connections. A server that stops closes it at once.
 *
 * Returns: %FALSE with @error set when it cannot be polled
 */
gboolean
hub_server_attach (HubServer *self, GIOStream *stream, GError **error)
{
  HubArrival nobody = { .fd = -1 };
  HubStream *served;

  if (self->is_stopping)
    {
      g_io_stream_close (stream, NULL, NULL);
      return TRUE;
    }
  served = hub_stream_new_for_io_stream (self->context, stream, error);
  if (served == NULL)
    return FALSE;
  hub_connections_add (self->connections, HUB_CONNECTION_RAW, served, &nobody, NULL);
  return TRUE;
}

/**
 * hub_server_set_observer:
 * @self: a server
 * @funcs: (nullable): what to tell; %NULL: nothing any more
 * @observer: their first argument
 *
 * Has somebody look on from now on.
 */
void
hub_server_set_observer (HubServer *self, const HubObserveFuncs *funcs, gpointer observer)
{
  hub_core_set_observer (self->core, funcs, observer);
}

/**
 * hub_server_list_clients:
 * @self: a server
 * @func: (scope call): called for each client that has a session
 * @user_data: for @func
 */
void
hub_server_list_clients (const HubServer *self, HubClientFactsFunc func, gpointer user_data)
{
  hub_core_list_clients (self->core, hub_reactor_get_now (self->reactor), func, user_data);
}

/**
 * hub_server_count_sessions:
 * @self: a server
 *
 * Returns: how many clients have a session, with or without a connection
 */
guint
hub_server_count_sessions (const HubServer *self)
{
  return hub_core_get_stats (self->core).sessions;
}

/**
 * hub_server_kick:
 * @self: a server
 * @client_id: a Client Identifier
 *
 * Sends a client away.
 *
 * Returns: whether it was connected
 */
gboolean
hub_server_kick (HubServer *self, const char *client_id)
{
  gboolean was_there = hub_core_kick (self->core, client_id, hub_reactor_get_now (self->reactor));

  hub_reactor_need_turn (self->reactor);
  return was_there;
}

/**
 * hub_server_set_farewell:
 * @self: a server
 * @payload: (nullable): what is published to the topic of the host when the server is stopped; %NULL: nothing
 */
void
hub_server_set_farewell (HubServer *self, GBytes *payload)
{
  hub_core_set_farewell (self->core, payload);
}

/**
 * hub_server_bar:
 * @self: a server
 * @address: from where nobody is let in
 * @duration_us: for how long, microseconds; 0: they are let in again
 *
 * On the own network the address alone is barred, since a whole IPv6 /64 is everybody there; elsewhere the /64.
 *
 * Returns: %FALSE when @address stands for everybody on this computer, who cannot all be barred
 */
gboolean
hub_server_bar (HubServer *self, const HubIpAddress *address, gint64 duration_us)
{
  const gint64 now_us = g_get_monotonic_time ();
  const guint64 host_key = hub_ip_address_get_host_key (address);
  const guint64 key = hub_ip_address_get_key (address);

  if (hub_ip_address_is_loopback (address))
    return FALSE;
  /* Since it was barred the network may have become another one. */
  if (duration_us == 0)
    {
      hub_core_bar (self->core, key, 0, now_us);
      hub_core_bar (self->core, host_key, 0, now_us);
    }
  else
    {
      hub_core_bar (self->core, hub_ip_address_is_neighbour (address) ? host_key : key, duration_us, now_us);
    }
  return TRUE;
}

static gboolean
is_same_door (const HubListenerOptions *one, const HubListenerOptions *other)
{
  return one->protocol == other->protocol && one->port == other->port && one->n_ports == other->n_ports &&
         one->socket_domain == other->socket_domain && g_strcmp0 (one->host, other->host) == 0 &&
         g_strcmp0 (one->unix_path, other->unix_path) == 0;
}

static gboolean
has_same_doors (const HubServerOptions *one, const HubServerOptions *other)
{
  if (one->listeners->len != other->listeners->len)
    return FALSE;
  for (guint i = 0; i < one->listeners->len; i++)
    if (!is_same_door (g_ptr_array_index (one->listeners, i), g_ptr_array_index (other->listeners, i)))
      return FALSE;
  return TRUE;
}

/* What was promised to those who are there, their QoS and their topic aliases, is kept. */
static void
reload_door (Door *door, const HubListenerOptions *options)
{
  HubPeerPolicy policy = policy_of (options, door->policy.listener);

  policy.max_qos = door->policy.max_qos;
  policy.max_topic_alias = door->policy.max_topic_alias;
  door->policy = policy;
  door->options = options;
  if (door->http != NULL)
    hub_http_set_names (door->http, (const char *const *) options->hosts, (const char *const *) options->origins);
}

/**
 * hub_server_reload:
 * @self: a server
 * @options: how to behave from now on; must outlive the server, or the next reload
 * @files: what the files of @options say; emptied when they are taken over
 * @error: return location
 *
 * Takes over what can change while clients are connected: who may come in, how many, the log, and how many messages are
 * kept. Those who may not come in any more are sent away. Limits of sessions and packets stay as they were, since clients
 * were told of them.
 *
 * Returns: %FALSE with @error set when @options has other listeners: then nothing has changed, and the server goes on with
 *   what it had
 */
gboolean
hub_server_reload (HubServer *self, const HubServerOptions *options, HubServerFiles *files, GError **error)
{
  hub_reactor_assert_thread (self->reactor);

  if (!has_same_doors (self->options, options))
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_NOT_SUPPORTED,
                   "a broker that runs keeps its listeners: it must be started again for others");
      return FALSE;
    }

  hub_admission_set_max_connections (self->admission, options->max_connections);
  hub_admission_set_lan_only (self->admission, options->lan_only);
  self->log = hub_log_topics_wrap (self->log_topics, &options->core.log, options->log_topic_levels);
  hub_core_set_log (self->core, &self->log);
  if (self->access != NULL)
    hub_access_set_log (self->access, self->log);
  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = g_ptr_array_index (self->doors, i);

      use_tls (door, g_steal_pointer (&g_ptr_array_index (files->tls, i)));
      reload_door (door, g_ptr_array_index (options->listeners, i));
    }
  hub_server_reload_store (self, &options->store);
  self->options = options;
  hub_server_use_rules (self, g_steal_pointer (&files->rules));
  return TRUE;
}

/**
 * hub_server_stop:
 * @self: a server
 *
 * Frees the ports, gives the answers that wait for the store, publishes the wills, says goodbye to every client, and calls
 * the function for it when the last connection is gone: at the latest after two seconds.
 */
void
hub_server_stop (HubServer *self)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  self->patience_us = hub_reactor_get_now (self->reactor) + STORE_PATIENCE_US;
  for (guint i = 0; i < self->doors->len; i++)
    {
      Door *door = g_ptr_array_index (self->doors, i);

      g_clear_pointer (&door->listener, hub_listener_free);
      if (door->http != NULL)
        hub_http_close_all (door->http);
    }
  hub_handshakes_close_all (self->handshakes);
  hub_reactor_need_turn (self->reactor);
}
