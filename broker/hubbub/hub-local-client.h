/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub-broker.h"

G_BEGIN_DECLS

#define HUB_TYPE_LOCAL_CLIENT (hub_local_client_get_type ())
HUB_EXPORT
G_DECLARE_FINAL_TYPE (HubLocalClient, hub_local_client, HUB, LOCAL_CLIENT, GObject)

HUB_EXPORT HubLocalClient *hub_local_client_new (HubBroker *broker, const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
HUB_EXPORT void hub_local_client_set_queue_limits (HubLocalClient *self, guint max_messages, gsize max_bytes);

HUB_EXPORT void hub_local_client_open_async (HubLocalClient *self,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
HUB_EXPORT gboolean hub_local_client_open_finish (HubLocalClient *self, GAsyncResult *result, GError **error);
HUB_EXPORT gboolean hub_local_client_is_open (HubLocalClient *self);
HUB_EXPORT void hub_local_client_close (HubLocalClient *self);

HUB_EXPORT void hub_local_client_subscribe_async (HubLocalClient *self,
                                                  const char *filter,
                                                  guint qos,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
HUB_EXPORT gboolean hub_local_client_subscribe_finish (HubLocalClient *self, GAsyncResult *result, GError **error);
HUB_EXPORT gboolean hub_local_client_unsubscribe (HubLocalClient *self, const char *filter, GError **error);

HUB_EXPORT gboolean hub_local_client_publish (HubLocalClient *self,
                                              const char *topic,
                                              GBytes *payload,
                                              guint qos,
                                              gboolean retain,
                                              GError **error);
HUB_EXPORT void hub_local_client_publish_async (HubLocalClient *self,
                                                const char *topic,
                                                GBytes *payload,
                                                guint qos,
                                                gboolean retain,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
HUB_EXPORT gboolean hub_local_client_publish_finish (HubLocalClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
