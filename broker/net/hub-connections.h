/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-core.h"
#include "broker/net/hub-arrival.h"

G_BEGIN_DECLS

/**
 * HubConnections:
 *
 * The MQTT connections of a broker: what they read goes to the core, and what the core has for them is written at the end
 * of the turn, with one system call each.
 */
typedef struct _HubConnections HubConnections;

/**
 * HubConnectionKind:
 * @HUB_CONNECTION_RAW: MQTT directly on the stream
 * @HUB_CONNECTION_WEBSOCKET: MQTT in the frames of a WebSocket whose upgrade is done
 */
typedef enum
{
  HUB_CONNECTION_RAW,
  HUB_CONNECTION_WEBSOCKET,
} HubConnectionKind;

/**
 * HubConnectionRefusedFunc:
 * @address: who it was
 * @sentence: why, for the log; it begins behind "it"
 * @user_data: as given to [ctor@Hub.Connections.new]
 *
 * Called when somebody was refused for what no broker of MQTT has to know about.
 */
typedef void (*HubConnectionRefusedFunc) (const HubIpAddress *address, const char *sentence, gpointer user_data);

HubConnections *hub_connections_new (HubCore *core,
                                     HubReactor *reactor,
                                     HubAdmission *admission,
                                     HubConnectionRefusedFunc refused,
                                     gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_connections_free (HubConnections *self);

void hub_connections_add (HubConnections *self,
                          HubConnectionKind kind,
                          HubStream *stream,
                          HubArrival *arrival,
                          GByteArray *first_bytes);
gboolean hub_connections_flush (HubConnections *self);
void hub_connections_wake (HubConnections *self);
guint hub_connections_get_count (const HubConnections *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubConnections, hub_connections_free)

G_END_DECLS
