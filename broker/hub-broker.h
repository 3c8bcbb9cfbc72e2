/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/config/hub-config.h"
#include "broker/hubbub/hub-broker.h"

G_BEGIN_DECLS

/* What the programs of this tree may do with a broker beside what everybody may. */

HubBroker *hub_broker_new_for_config (HubConfig *config) G_GNUC_WARN_UNUSED_RESULT;
char **hub_broker_list_urls (HubBroker *self) G_GNUC_WARN_UNUSED_RESULT;

void hub_broker_set_farewell (HubBroker *self, GBytes *payload);

void hub_broker_reload_async (HubBroker *self,
                              HubConfig *config,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hub_broker_reload_finish (HubBroker *self, GAsyncResult *result, GError **error);

HubConfig *hub_broker_dup_config (HubBroker *self) G_GNUC_WARN_UNUSED_RESULT;

void hub_broker_count_sessions_async (HubBroker *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean hub_broker_count_sessions_finish (HubBroker *self, GAsyncResult *result, guint *count, GError **error);

void hub_broker_clear_log_async (HubBroker *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hub_broker_clear_log_finish (HubBroker *self, GAsyncResult *result, GError **error);

G_END_DECLS
