/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

#include <syslog.h>

#define CONNECTIONS_MAX_APP 1000
#define CONNECTIONS_PER_ADDRESS_APP 64

/* What a log may take that no file has. */
#define RECORD_MESSAGES_IN_MEMORY 1000
#define RECORD_BYTES_IN_MEMORY (4 * 1024 * 1024)

#define RECORD_DEFAULT "messages/#"
#define DATABASE_DEFAULT "hubbub.db"

/* What the desktop application keeps. */
#define RECORD_MESSAGES_APP 100000
#define RECORD_BYTES_APP (256 * 1024 * 1024)
#define RECORD_AGE_APP_US (365 * G_TIME_SPAN_DAY)

static HubConfig *
config_new (void)
{
  HubConfig *self = g_new0 (HubConfig, 1);

  self->server.listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_listener_options_free);
  self->server.core.policy = HUB_PEER_POLICY_OPEN;
  self->server.core.seed = g_random_int ();
  self->server.core.host_topic = HUB_CONFIG_HOST_TOPIC;
  self->server.core.personal_topics = HUB_CONFIG_PRESENCE_TOPICS;
  self->server.set_tcp_nodelay = TRUE;
  self->store.record_max_messages = RECORD_MESSAGES_IN_MEMORY;
  self->store.record_max_bytes = RECORD_BYTES_IN_MEMORY;
  self->log = (HubLogOptions){
    .dests = HUB_LOG_DEST_STDERR,
    .types = HUB_LOG_TYPES_DEFAULT,
    .facility = LOG_DAEMON,
    .has_timestamp = TRUE,
    .connection_messages = TRUE,
  };
  self->notices = g_ptr_array_new_with_free_func (g_free);
  return self;
}

G_DEFINE_QUARK (hub_config_error, hub_config_error)

/**
 * hub_config_new_broker:
 *
 * Returns: (transfer full): what hubbub-broker begins with: no listeners, limits no narrower than Mosquitto's
 */
HubConfig *
hub_config_new_broker (void)
{
  HubConfig *self = config_new ();

  hub_limits_init_broker (&self->server.core.limits);
  return self;
}

/**
 * hub_config_new_app:
 *
 * Returns: (transfer full): what the desktop application begins with: no listeners, and limits for a computer that
 *   somebody works on. Only peers of the local network are let in
 */
HubConfig *
hub_config_new_app (void)
{
  HubConfig *self = config_new ();

  hub_limits_init_app (&self->server.core.limits);
  self->server.max_per_address = CONNECTIONS_PER_ADDRESS_APP;
  self->server.lan_only = TRUE;
  self->store.is_optional = TRUE;
  self->store.record_max_messages = RECORD_MESSAGES_APP;
  self->store.record_max_bytes = RECORD_BYTES_APP;
  self->store.record_max_age_us = RECORD_AGE_APP_US;
  return self;
}

static gpointer
copy_listener (gconstpointer listener, gpointer user_data)
{
  return hub_listener_options_copy (listener);
}

static gpointer
copy_string (gconstpointer text, gpointer user_data)
{
  return g_strdup (text);
}

/**
 * hub_config_copy:
 * @self: a configuration
 *
 * Returns: (transfer full): one like it
 */
HubConfig *
hub_config_copy (const HubConfig *self)
{
  HubConfig *copy = g_memdup2 (self, sizeof *self);

  copy->server.listeners = g_ptr_array_copy (self->server.listeners, copy_listener, NULL);
  g_ptr_array_set_free_func (copy->server.listeners, (GDestroyNotify) hub_listener_options_free);
  copy->store.persistence_location = g_strdup (self->store.persistence_location);
  copy->store.persistence_file = g_strdup (self->store.persistence_file);
  copy->store.record = g_strdupv (self->store.record);
  copy->store.path = NULL;
  copy->server.store = (HubServerStoreOptions){ 0 };
  copy->server.hosted_by = g_strdup (self->server.hosted_by);
  copy->log.file = g_strdup (self->log.file);
  copy->log.timestamp_format = g_strdup (self->log.timestamp_format);
  copy->pid_file = g_strdup (self->pid_file);
  copy->notices = g_ptr_array_copy (self->notices, copy_string, NULL);
  g_ptr_array_set_free_func (copy->notices, g_free);
  return copy;
}

/**
 * hub_config_free:
 * @self: (transfer full): a configuration
 */
void
hub_config_free (HubConfig *self)
{
  g_ptr_array_unref (self->server.listeners);
  g_free (self->server.hosted_by);
  g_free (self->store.persistence_location);
  g_free (self->store.persistence_file);
  g_strfreev (self->store.record);
  g_free (self->store.path);
  g_free (self->log.file);
  g_free (self->log.timestamp_format);
  g_free (self->pid_file);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

/**
 * hub_config_settle:
 * @self: a configuration that nothing is changed in any more
 *
 * Works out what follows from it: where the database is, and what goes into it.
 */
void
hub_config_settle (HubConfig *self)
{
  HubConfigStore *store = &self->store;

  if (store->record == NULL)
    store->record = g_strsplit (RECORD_DEFAULT, " ", -1);
  g_free (store->path);
  store->path = NULL;
  if (store->persistence && store->durability != HUB_STORE_OFF)
    store->path = g_build_filename (store->persistence_location != NULL ? store->persistence_location : ".",
                                    store->persistence_file != NULL ? store->persistence_file : DATABASE_DEFAULT,
                                    NULL);
  self->server.store = (HubServerStoreOptions){
    .is_on = store->path != NULL || store->record[0] != NULL,
    .path = store->path,
    .durability = store->durability,
    .retention = {
      .max_messages = store->record_max_messages,
      .max_bytes = store->record_max_bytes,
      .max_age_ms = store->record_max_age_us / G_TIME_SPAN_MILLISECOND,
    },
    .record = store->record,
    .is_optional = store->is_optional,
  };
}

/**
 * hub_config_add_listener:
 * @self: a configuration
 * @listener: (transfer full): one more door
 */
void
hub_config_add_listener (HubConfig *self, HubListenerOptions *listener)
{
  g_ptr_array_add (self->server.listeners, listener);
}

/*
 * hub_config_add_listeners_like:
 * @model: a door: all of it but what is spoken there, and its port
 *
 * Adds the doors that there are by default, MQTT on 1883 and HTTP with WebSocket on 9001.
 */
void
hub_config_add_listeners_like (HubConfig *self, const HubListenerOptions *model)
{
  static const struct
  {
    HubProtocol protocol;
    guint16 port;
  } defaults[] = {
    { HUB_PROTOCOL_MQTT, HUB_PORT_MQTT },
    { HUB_PROTOCOL_WEBSOCKETS, HUB_PORT_HTTP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (defaults); i++)
    {
      HubListenerOptions *options = hub_listener_options_copy (model);

      options->protocol = defaults[i].protocol;
      options->port = defaults[i].port;
      hub_config_add_listener (self, options);
    }
}

/**
 * hub_config_add_default_listeners:
 * @self: a configuration
 * @n_ports: how many ports each may try, beginning with its own
 *
 * Adds MQTT on 1883, and HTTP with WebSocket on 9001, on all addresses.
 */
void
hub_config_add_default_listeners (HubConfig *self, guint n_ports)
{
  g_autoptr (HubListenerOptions) model = hub_listener_options_new (HUB_PROTOCOL_MQTT, HUB_PORT_MQTT);

  model->n_ports = n_ports;
  if (self->server.lan_only)
    model->max_connections = CONNECTIONS_MAX_APP;
  hub_config_add_listeners_like (self, model);
}

/**
 * hub_config_has_port:
 * @self: a configuration
 * @port: a port
 *
 * Returns: whether a listener is on @port
 */
gboolean
hub_config_has_port (const HubConfig *self, guint16 port)
{
  for (guint i = 0; i < self->server.listeners->len; i++)
    if (((HubListenerOptions *) g_ptr_array_index (self->server.listeners, i))->port == port)
      return TRUE;
  return FALSE;
}

/**
 * hub_config_set_log_types:
 * @self: a configuration
 * @types: a set of #HubLogTypes
 *
 * Says what is logged. Lines about packets are not published, as they are not by Mosquitto.
 */
void
hub_config_set_log_types (HubConfig *self, guint types)
{
  self->log.types = types;
  self->server.log_topic_levels = 0;
  if ((self->log.dests & HUB_LOG_DEST_TOPIC) == 0)
    return;
  for (int level = HUB_LOG_SUBSCRIBE; level <= HUB_LOG_ERROR; level++)
    if (hub_log_options_want (&self->log, (HubLogLevel) level))
      self->server.log_topic_levels |= 1u << level;
}
