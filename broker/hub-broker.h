/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config.h"

G_BEGIN_DECLS

#define HUB_TYPE_BROKER (hub_broker_get_type ())
G_DECLARE_FINAL_TYPE (HubBroker, hub_broker, HUB, BROKER, GObject)

HubBroker *hub_broker_new (HubConfig *config) G_GNUC_WARN_UNUSED_RESULT;

void hub_broker_start_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_broker_start_finish (HubBroker *self, GAsyncResult *result, GError **error);
void hub_broker_stop_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_broker_stop_finish (HubBroker *self, GAsyncResult *result, GError **error);

void hub_broker_reload_async (HubBroker *self,
                              HubConfig *config,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hub_broker_reload_finish (HubBroker *self, GAsyncResult *result, GError **error);

gboolean hub_broker_is_running (HubBroker *self);
guint16 hub_broker_get_port (HubBroker *self, HubProtocol protocol);
guint16 hub_broker_get_tls_port (HubBroker *self, HubProtocol protocol);
GIOStream *hub_broker_connect_local (HubBroker *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_broker_attach (HubBroker *self, GIOStream *stream);

G_END_DECLS
