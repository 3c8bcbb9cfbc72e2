/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-log-options.h"
#include "broker/net/hub-server.h"

G_BEGIN_DECLS

/**
 * HUB_CONFIG_ERROR:
 *
 * The error domain of configurations.
 */
#define HUB_CONFIG_ERROR (hub_config_error_quark ())
GQuark hub_config_error_quark (void);

/**
 * HubConfigError:
 * @HUB_CONFIG_ERROR_UNREADABLE: the file cannot be read, or is no text
 * @HUB_CONFIG_ERROR_UNKNOWN_OPTION: there is no such option
 * @HUB_CONFIG_ERROR_UNSUPPORTED_OPTION: Mosquitto has that option, and we do not
 * @HUB_CONFIG_ERROR_BAD_VALUE: the option does not take that value
 * @HUB_CONFIG_ERROR_CONFLICT: options that do not go together, or one that misses another
 */
typedef enum
{
  HUB_CONFIG_ERROR_UNREADABLE,
  HUB_CONFIG_ERROR_UNKNOWN_OPTION,
  HUB_CONFIG_ERROR_UNSUPPORTED_OPTION,
  HUB_CONFIG_ERROR_BAD_VALUE,
  HUB_CONFIG_ERROR_CONFLICT,
} HubConfigError;

/**
 * HUB_PORT_MQTT:
 *
 * The registered port of MQTT.
 */
#define HUB_PORT_MQTT 1883

/**
 * HUB_PORT_HTTP:
 *
 * The port of the page and of MQTT over WebSocket.
 */
#define HUB_PORT_HTTP 9001

/**
 * HubConfigStore:
 * @persistence: whether there is a file
 * @persistence_location: (nullable) (owned): its folder; %NULL: the current one
 * @persistence_file: (nullable) (owned): its name; %NULL: `hubbub.db`
 * @durability: what an acknowledgement means
 * @record: (nullable) (owned): the topics that go into the log, as Topic Filters; %NULL: `messages/#`. Empty: none
 * @record_max_messages: messages of the log; 0: no limit
 * @record_max_bytes: bytes of the log; 0: no limit
 * @is_optional: whether a broker that cannot keep what it should goes on without
 * @record_max_age_us: how long a message stays in the log, microseconds; 0: for ever
 *
 * What is kept, and where.
 */
typedef struct
{
  gboolean persistence;
  char *persistence_location;
  char *persistence_file;
  HubStoreDurability durability;
  char **record;
  guint64 record_max_messages;
  guint64 record_max_bytes;
  gint64 record_max_age_us;
  gboolean is_optional;
  /*< private >*/
  char *path;
} HubConfigStore;

/**
 * HUB_CONFIG_HOST_TOPIC:
 *
 * Where a host that stops says who hosts next, and where nobody else may publish: windows and pages follow.
 */
#define HUB_CONFIG_HOST_TOPIC "hubbub/host"

/**
 * HUB_CONFIG_PRESENCE_TOPICS:
 *
 * What the topics begin with on which each client says that it is here: nobody else says it while it is.
 */
#define HUB_CONFIG_PRESENCE_TOPICS "hubbub/presence/"

/**
 * HubConfig:
 * @server: what the broker is told
 * @store: what it keeps
 * @log: what is logged, and where; for a #HubLogSink, which the owner makes and puts into @server
 * @pid_file: (nullable) (owned): the file that has the number of the process
 * @notices: (owned) (element-type utf8): what the reader of a file should know about it: options without effect
 *
 * The configuration of a broker.
 */
typedef struct
{
  HubServerOptions server;
  HubConfigStore store;
  HubLogOptions log;
  char *pid_file;
  GPtrArray *notices;
} HubConfig;

HubConfig *hub_config_new_broker (void) G_GNUC_WARN_UNUSED_RESULT;
HubConfig *hub_config_new_app (void) G_GNUC_WARN_UNUSED_RESULT;
HubConfig *hub_config_copy (const HubConfig *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_config_free (HubConfig *self);
void hub_config_settle (HubConfig *self);

void hub_config_add_listener (HubConfig *self, HubListenerOptions *listener);
void hub_config_add_default_listeners (HubConfig *self, guint n_ports);
gboolean hub_config_has_port (const HubConfig *self, guint16 port);
void hub_config_set_log_types (HubConfig *self, guint types);
gboolean hub_config_load (HubConfig *self, const char *path, GError **error);
gboolean hub_config_parse (HubConfig *self, const char *text, gsize size, const char *file_name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubConfig, hub_config_free)

G_END_DECLS
