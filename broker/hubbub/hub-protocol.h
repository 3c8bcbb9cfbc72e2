/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubProtocol:
 * @HUB_PROTOCOL_MQTT: MQTT over TCP
 * @HUB_PROTOCOL_WEBSOCKETS: HTTP: the page, and MQTT over WebSocket
 *
 * What is spoken at a listener.
 */
typedef enum
{
  HUB_PROTOCOL_MQTT,
  HUB_PROTOCOL_WEBSOCKETS,
} HubProtocol;

G_END_DECLS
