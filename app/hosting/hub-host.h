/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-host-options.h"
#include "broker/hub-broker.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_HOST (hub_host_get_type ())
G_DECLARE_FINAL_TYPE (HubHost, hub_host, HUB, HOST, GObject)

HubHost *hub_host_new (const HubHostOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_start_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_host_start_finish (HubHost *self, GAsyncResult *result, GError **error);
GIOStream *hub_host_connect (HubHost *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char **hub_host_list_urls (HubHost *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_list_peers_async (HubHost *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char **hub_host_list_peers_finish (HubHost *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint16 hub_host_get_mqtt_port (HubHost *self);
guint16 hub_host_get_http_port (HubHost *self);
guint hub_host_get_passed_ports (HubHost *self, guint16 *first_port);
void hub_host_set_own_login (HubHost *self, const char *user_name, const char *password);
char *hub_host_dup_own_url (HubHost *self) G_GNUC_WARN_UNUSED_RESULT;
HubBroker *hub_host_get_broker (HubHost *self);
void hub_host_set_password_file_async (HubHost *self, const char *path, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_host_set_password_file_finish (HubHost *self, GAsyncResult *result, GError **error);
char *hub_host_dup_problem (HubHost *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_set_person (HubHost *self, const char *name);
gboolean hub_host_apply (HubHost *self, const HubHostOptions *options);
void hub_host_clear_history_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_host_clear_history_finish (HubHost *self, GAsyncResult *result, GError **error);
void hub_host_stop_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hub_host_stop_finish (HubHost *self, GAsyncResult *result, GError **error);
void hub_host_stop (HubHost *self);

G_END_DECLS
