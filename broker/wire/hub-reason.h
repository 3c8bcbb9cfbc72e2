/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubReason:
 * @HUB_REASON_SUCCESS: normal
 * @HUB_REASON_DISCONNECT_WITH_WILL: the client leaves and wants its will published
 * @HUB_REASON_UNSPECIFIED: none of the others says it
 * @HUB_REASON_MALFORMED_PACKET: the bytes are no packet
 * @HUB_REASON_PROTOCOL_ERROR: a packet that must not be sent like this or now
 * @HUB_REASON_UNSUPPORTED_VERSION: not a version of MQTT that is spoken here
 * @HUB_REASON_CLIENT_ID_INVALID: the Client Identifier is not acceptable
 * @HUB_REASON_NOT_AUTHORIZED: refused by the rules of access
 * @HUB_REASON_SERVER_BUSY: no room for a further connection
 * @HUB_REASON_SERVER_SHUTTING_DOWN: the broker is being stopped
 * @HUB_REASON_KEEP_ALIVE_TIMEOUT: silent for 1.5 times the Keep Alive
 * @HUB_REASON_SESSION_TAKEN_OVER: somebody else connected with the same Client Identifier
 * @HUB_REASON_TOPIC_FILTER_INVALID: the filter is well formed but not accepted
 * @HUB_REASON_TOPIC_NAME_INVALID: the name is well formed but not accepted
 * @HUB_REASON_PACKET_TOO_LARGE: larger than the limit of the receiver
 * @HUB_REASON_QUOTA_EXCEEDED: a limit of the broker is reached
 *
 * The Reason Codes of MQTT 5.0, section 2.4. The broker reasons in them for every version; what a
 * version cannot say becomes a close.
 *
 * They are the codes of the error domain %HUB_MQTT_ERROR as well.
 */
typedef enum
{
  HUB_REASON_SUCCESS = 0x00,
  HUB_REASON_DISCONNECT_WITH_WILL = 0x04,
  HUB_REASON_UNSPECIFIED = 0x80,
  HUB_REASON_MALFORMED_PACKET = 0x81,
  HUB_REASON_PROTOCOL_ERROR = 0x82,
  HUB_REASON_UNSUPPORTED_VERSION = 0x84,
  HUB_REASON_CLIENT_ID_INVALID = 0x85,
  HUB_REASON_NOT_AUTHORIZED = 0x87,
  HUB_REASON_SERVER_BUSY = 0x89,
  HUB_REASON_SERVER_SHUTTING_DOWN = 0x8b,
  HUB_REASON_KEEP_ALIVE_TIMEOUT = 0x8d,
  HUB_REASON_SESSION_TAKEN_OVER = 0x8e,
  HUB_REASON_TOPIC_FILTER_INVALID = 0x8f,
  HUB_REASON_TOPIC_NAME_INVALID = 0x90,
  HUB_REASON_PACKET_TOO_LARGE = 0x95,
  HUB_REASON_QUOTA_EXCEEDED = 0x97,
} HubReason;

/**
 * HUB_MQTT_ERROR:
 *
 * The error domain of everything that reads MQTT; its codes are [enum@Hub.Reason].
 */
#define HUB_MQTT_ERROR (hub_mqtt_error_quark ())
GQuark hub_mqtt_error_quark (void);

G_END_DECLS
