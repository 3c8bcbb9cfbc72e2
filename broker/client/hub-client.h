/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_CLIENT_ERROR:
 *
 * The error domain of clients.
 */
#define HUB_CLIENT_ERROR (hub_client_error_quark ())
GQuark hub_client_error_quark (void);

/**
 * HubClientError:
 * @HUB_CLIENT_ERROR_CLOSED: the broker has closed the connection
 * @HUB_CLIENT_ERROR_HUNG_UP: it was closed before the broker has answered
 * @HUB_CLIENT_ERROR_TIMED_OUT: the broker did not answer in time
 * @HUB_CLIENT_ERROR_PROTOCOL: what came was no MQTT, or not what may come now
 * @HUB_CLIENT_ERROR_VERSION: the broker does not speak this version
 * @HUB_CLIENT_ERROR_CLIENT_ID: the broker does not accept the Client Identifier
 * @HUB_CLIENT_ERROR_UNAVAILABLE: the broker takes nobody in just now
 * @HUB_CLIENT_ERROR_CREDENTIALS: wrong user name or password, or none given
 * @HUB_CLIENT_ERROR_TAKEN_OVER: another client with the same Client Identifier has connected
 * @HUB_CLIENT_ERROR_SHUTTING_DOWN: the broker is being stopped
 * @HUB_CLIENT_ERROR_SENT_AWAY: somebody at the broker does not want this client
 * @HUB_CLIENT_ERROR_TOO_LARGE: a message was larger than the broker takes
 *
 * Why a client is not connected.
 */
typedef enum
{
  HUB_CLIENT_ERROR_CLOSED,
  HUB_CLIENT_ERROR_HUNG_UP,
  HUB_CLIENT_ERROR_TIMED_OUT,
  HUB_CLIENT_ERROR_PROTOCOL,
  HUB_CLIENT_ERROR_VERSION,
  HUB_CLIENT_ERROR_CLIENT_ID,
  HUB_CLIENT_ERROR_UNAVAILABLE,
  HUB_CLIENT_ERROR_CREDENTIALS,
  HUB_CLIENT_ERROR_TAKEN_OVER,
  HUB_CLIENT_ERROR_SHUTTING_DOWN,
  HUB_CLIENT_ERROR_SENT_AWAY,
  HUB_CLIENT_ERROR_TOO_LARGE,
} HubClientError;

/**
 * HUB_CLIENT_PACKET_BYTES_MAX:
 *
 * The largest packet that a client takes in; what a broker of ours lets pass is well below, unless it was told otherwise.
 */
#define HUB_CLIENT_PACKET_BYTES_MAX (8 * 1024 * 1024)

/**
 * HubClientTraceFunc:
 * @is_sent: whether it goes to the broker; else it came from there
 * @packet: a packet; it lives as long as the call
 * @user_data: what hub_client_set_trace() was given
 *
 * Sees what goes over the wire.
 */
typedef void (*HubClientTraceFunc) (gboolean is_sent, const HubPacket *packet, gpointer user_data);

#define HUB_TYPE_CLIENT (hub_client_get_type ())
G_DECLARE_FINAL_TYPE (HubClient, hub_client, HUB, CLIENT, GObject)

HubClient *hub_client_new (void) G_GNUC_WARN_UNUSED_RESULT;

void hub_client_set_answer_timeout (HubClient *self, guint timeout_ms);
void hub_client_set_trace (HubClient *self, HubClientTraceFunc trace, gpointer user_data);
void hub_client_open (HubClient *self, GIOStream *stream, const HubConnect *connect);
gboolean hub_client_is_connected (HubClient *self);
guint8 hub_client_get_refusal (HubClient *self);
char *hub_client_dup_broker_note (HubClient *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *hub_client_dup_message_note (HubClient *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_client_subscribe (HubClient *self, const char *filter, guint8 qos);
gboolean hub_client_subscribe_all (HubClient *self,
                                   const char *const *filters,
                                   guint8 options,
                                   const HubProperties *properties);
gboolean hub_client_unsubscribe (HubClient *self, const char *filter);
gsize hub_client_packet_size (gsize topic_size, gsize payload_size, guint8 qos);
gboolean hub_client_takes (HubClient *self, const char *topic, GBytes *payload, guint8 qos);
gsize hub_client_get_payload_max (HubClient *self, const char *topic, guint8 qos);
guint16 hub_client_publish (HubClient *self, const char *topic, GBytes *payload, guint8 qos, gboolean retain);
guint16 hub_client_publish_with (HubClient *self,
                                 const char *topic,
                                 GBytes *payload,
                                 guint8 qos,
                                 gboolean retain,
                                 const HubProperties *properties);
gsize hub_client_get_unsent (HubClient *self);
void hub_client_probe (HubClient *self);
void hub_client_close (HubClient *self);
void hub_client_close_after_message (HubClient *self);

G_END_DECLS
