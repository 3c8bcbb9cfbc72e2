/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub-client-status.h"
#include "hub-exchange.h"
#include "hub-export.h"
#include "hub-protocol.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_BROKER (hub_broker_get_type ())
HUB_EXPORT
G_DECLARE_FINAL_TYPE (HubBroker, hub_broker, HUB, BROKER, GObject)

/**
 * HubObserved:
 * @HUB_OBSERVED_NOTHING: nothing
 * @HUB_OBSERVED_CLIENTS: [signal@Hub.Broker::client-connected] and [signal@Hub.Broker::client-disconnected]
 * @HUB_OBSERVED_PUBLISHED: [signal@Hub.Broker::message-published]
 * @HUB_OBSERVED_DROPPED: [signal@Hub.Broker::message-dropped]
 *
 * What a broker tells of.
 */
typedef enum /*< flags >*/
{
  HUB_OBSERVED_NOTHING = 0,
  HUB_OBSERVED_CLIENTS = 1 << 0,
  HUB_OBSERVED_PUBLISHED = 1 << 1,
  HUB_OBSERVED_DROPPED = 1 << 2,
} HubObserved;

/**
 * HubAuthenticateFunc:
 * @client_id: (nullable): the Client Identifier; %NULL for somebody who asks for the history over HTTP
 * @user_name: (nullable): the user name
 * @password: (nullable): the password
 * @address: where it comes from: `192.0.2.1:1234`, `[2001:db8::1]:1234`, `unix:PROCESS`, or `in-process` for a stream that
 *   was attached
 * @user_data: as given
 *
 * Says whether a client may come in, or somebody may ask over HTTP. Runs on the broker's thread, which serves nobody until it returns.
 *
 * Returns: whether it may
 */
typedef gboolean (*HubAuthenticateFunc) (const char *client_id,
                                         const char *user_name,
                                         GBytes *password,
                                         const char *address,
                                         gpointer user_data);

/**
 * HubExchangeFunc:
 * @exchange: who it is about; the same object in all steps of an exchange
 * @data: (nullable): the Authentication Data that the client has sent with this step
 * @user_data: as given
 *
 * Takes a step of enhanced authentication: what comes with the CONNECT of a client that names a method, and then with each of
 * its AUTH packets. Runs on the broker's thread, which serves nobody until it returns.
 *
 * Returns: what comes of it
 */
typedef HubExchangeVerdict (*HubExchangeFunc) (HubExchange *exchange, GBytes *data, gpointer user_data);

/**
 * HubMayPublishFunc:
 * @client_id: the Client Identifier
 * @user_name: (nullable): the user name
 * @topic: the Topic Name
 * @qos: the QoS
 * @retain: whether the message is to be retained
 * @user_data: as given
 *
 * Says whether a client may publish to a topic. Asked for each message, and for a will when it is left as well as when it
 * is published. Runs on the broker's thread, which serves nobody until it returns.
 *
 * Returns: whether it may; else the message goes nowhere, and MQTT 5.0 is told so
 */
typedef gboolean (*HubMayPublishFunc) (const char *client_id,
                                       const char *user_name,
                                       const char *topic,
                                       guint qos,
                                       gboolean retain,
                                       gpointer user_data);

/**
 * HubMaySubscribeFunc:
 * @client_id: (nullable): the Client Identifier; %NULL for somebody who asks for the history over HTTP
 * @user_name: (nullable): the user name
 * @filter: the Topic Filter; of a shared subscription without `$share` and the name of the group
 * @user_data: as given
 *
 * Says whether a client may subscribe, or somebody may have the history of a filter over HTTP. Runs on the broker's thread, which serves nobody until it returns.
 *
 * Returns: whether it may
 */
typedef gboolean (*HubMaySubscribeFunc) (const char *client_id,
                                         const char *user_name,
                                         const char *filter,
                                         gpointer user_data);

HUB_EXPORT HubBroker *hub_broker_new (void) G_GNUC_WARN_UNUSED_RESULT;

HUB_EXPORT gboolean hub_broker_load_config (HubBroker *self, const char *path, GError **error);
HUB_EXPORT guint hub_broker_add_listener (HubBroker *self, HubProtocol protocol, const char *host, guint16 port);
HUB_EXPORT void hub_broker_set_max_packet_bytes (HubBroker *self, guint max_packet_bytes);
HUB_EXPORT void hub_broker_set_max_connections (HubBroker *self, guint max_connections);
HUB_EXPORT void hub_broker_set_allow_anonymous (HubBroker *self, gboolean allow_anonymous);

HUB_EXPORT void hub_broker_set_authenticate_func (HubBroker *self,
                                                  HubAuthenticateFunc func,
                                                  gpointer user_data,
                                                  GDestroyNotify destroy);
HUB_EXPORT void hub_broker_set_exchange_func (HubBroker *self,
                                              HubExchangeFunc func,
                                              gpointer user_data,
                                              GDestroyNotify destroy);
HUB_EXPORT void hub_broker_set_may_publish_func (HubBroker *self,
                                                 HubMayPublishFunc func,
                                                 gpointer user_data,
                                                 GDestroyNotify destroy);
HUB_EXPORT void hub_broker_set_may_subscribe_func (HubBroker *self,
                                                   HubMaySubscribeFunc func,
                                                   gpointer user_data,
                                                   GDestroyNotify destroy);

HUB_EXPORT void hub_broker_start_async (HubBroker *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
HUB_EXPORT gboolean hub_broker_start_finish (HubBroker *self, GAsyncResult *result, GError **error);
HUB_EXPORT void hub_broker_stop_async (HubBroker *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
HUB_EXPORT gboolean hub_broker_stop_finish (HubBroker *self, GAsyncResult *result, GError **error);

HUB_EXPORT gboolean hub_broker_is_running (HubBroker *self);
HUB_EXPORT guint16 hub_broker_get_listener_port (HubBroker *self, guint listener);
HUB_EXPORT guint16 hub_broker_get_port (HubBroker *self, HubProtocol protocol);
HUB_EXPORT guint16 hub_broker_get_tls_port (HubBroker *self, HubProtocol protocol);

HUB_EXPORT GIOStream *hub_broker_connect_local (HubBroker *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HUB_EXPORT gboolean hub_broker_attach (HubBroker *self, GIOStream *stream, GError **error);

HUB_EXPORT void hub_broker_observe (HubBroker *self, HubObserved what);
HUB_EXPORT guint hub_broker_get_n_unobserved (HubBroker *self);

HUB_EXPORT void hub_broker_list_clients_async (HubBroker *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
HUB_EXPORT GPtrArray *hub_broker_list_clients_finish (HubBroker *self,
                                                      GAsyncResult *result,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
HUB_EXPORT void hub_broker_kick_async (HubBroker *self,
                                       const char *client_id,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
HUB_EXPORT gboolean hub_broker_kick_finish (HubBroker *self, GAsyncResult *result, GError **error);
HUB_EXPORT void hub_broker_bar_async (HubBroker *self,
                                      const char *address,
                                      guint duration_s,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HUB_EXPORT gboolean hub_broker_bar_finish (HubBroker *self, GAsyncResult *result, GError **error);
HUB_EXPORT void hub_broker_set_password_file_async (HubBroker *self,
                                                    const char *path,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
HUB_EXPORT gboolean hub_broker_set_password_file_finish (HubBroker *self, GAsyncResult *result, GError **error);

G_END_DECLS
