/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/hub-broker.h"

G_BEGIN_DECLS

/**
 * HubTestBroker:
 * @broker: what is tested
 * @mqtt_port: where it speaks MQTT, on 127.0.0.1
 * @http_port: where it speaks HTTP and WebSocket, on 127.0.0.1
 * @mqtts_port: where it speaks MQTT with TLS, or 0
 * @https_port: where it speaks HTTP and WebSocket with TLS, or 0
 * @unix_path: (nullable): where it speaks MQTT on a Unix socket
 * @turned_away: (owned): the addresses that it has told of, each followed by a blank
 *
 * A broker in its thread, on free loopback ports, with its log kept. The test's own thread is that of the broker's
 * owner.
 */
typedef struct
{
  HubBroker *broker;
  guint16 mqtt_port;
  guint16 http_port;
  guint16 mqtts_port;
  guint16 https_port;
  const char *unix_path;
  GString *turned_away;
  /*< private >*/
  struct _HubTestLog *log;
  HubConfig *config; /* (owned): like the one it began with */
  guint n_fds;
} HubTestBroker;

HubConfig *hub_test_config_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubListenerOptions *hub_test_config_get_listener (HubConfig *config, HubProtocol protocol);
HubListenerOptions *hub_test_config_add_tls (HubConfig *config, HubProtocol protocol);
HubListenerOptions *hub_test_config_add_unix (HubConfig *config);

HubTestBroker *hub_test_broker_new (HubConfig *config) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_broker_free (HubTestBroker *self);
void hub_test_broker_forget_fds (HubTestBroker *self);
gboolean hub_test_broker_reload (HubTestBroker *self, HubConfig *config, GError **error);
void hub_test_broker_start (HubTestBroker *self);
void hub_test_broker_stop (HubTestBroker *self);
guint hub_test_broker_count_log (HubTestBroker *self, const char *piece);
void hub_test_broker_wait_log (HubTestBroker *self, const char *piece);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestBroker, hub_test_broker_free)

G_END_DECLS
