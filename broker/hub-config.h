/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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
 * @HUB_CONFIG_ERROR_UNREADABLE: the file cannot be read
 * @HUB_CONFIG_ERROR_UNKNOWN_OPTION: there is no such option
 * @HUB_CONFIG_ERROR_BAD_VALUE: the option does not take that value
 */
typedef enum
{
  HUB_CONFIG_ERROR_UNREADABLE,
  HUB_CONFIG_ERROR_UNKNOWN_OPTION,
  HUB_CONFIG_ERROR_BAD_VALUE,
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
 * HubConfig:
 * @server: what the broker is told
 *
 * The configuration of a broker.
 */
typedef struct
{
  HubServerOptions server;
} HubConfig;

HubConfig *hub_config_new_broker (void) G_GNUC_WARN_UNUSED_RESULT;
HubConfig *hub_config_new_app (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_config_free (HubConfig *self);

void hub_config_add_listener (HubConfig *self, HubListenerOptions *listener);
void hub_config_add_default_listeners (HubConfig *self, guint n_ports);
gboolean hub_config_has_port (const HubConfig *self, guint16 port);
gboolean hub_config_load (HubConfig *self, const char *path, GError **error);
gboolean hub_config_parse (HubConfig *self, const char *text, gsize size, const char *file_name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubConfig, hub_config_free)

G_END_DECLS
