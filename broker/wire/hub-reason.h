/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubReason:
 * @HUB_REASON_SUCCESS: normal
 * @HUB_REASON_DISCONNECT_WITH_WILL: the client leaves and wants its will published
 * @HUB_REASON_NO_MATCHING_SUBSCRIBERS: the message was taken, and nobody has subscribed to it
 * @HUB_REASON_NO_SUBSCRIPTION_EXISTED: there was nothing to unsubscribe from
 * @HUB_REASON_CONTINUE_AUTHENTICATION: a further step of an authentication
 * @HUB_REASON_RE_AUTHENTICATE: the client begins an authentication anew
 * @HUB_REASON_UNSPECIFIED: none of the others says it
 * @HUB_REASON_MALFORMED_PACKET: the bytes are no packet
 * @HUB_REASON_PROTOCOL_ERROR: a packet that must not be sent like this or now
 * @HUB_REASON_IMPLEMENTATION_SPECIFIC: valid, and not accepted by this receiver
 * @HUB_REASON_UNSUPPORTED_VERSION: not a version of MQTT that is spoken here
 * @HUB_REASON_CLIENT_ID_INVALID: the Client Identifier is not acceptable
 * @HUB_REASON_BAD_CREDENTIALS: the User Name or the Password is wrong
 * @HUB_REASON_NOT_AUTHORIZED: refused by the rules of access
 * @HUB_REASON_SERVER_UNAVAILABLE: the broker cannot serve anybody
 * @HUB_REASON_SERVER_BUSY: no room for a further connection
 * @HUB_REASON_BANNED: the client was sent away and may not return yet
 * @HUB_REASON_SERVER_SHUTTING_DOWN: the broker is being stopped
 * @HUB_REASON_BAD_AUTHENTICATION_METHOD: not a method that is known here
 * @HUB_REASON_KEEP_ALIVE_TIMEOUT: silent for 1.5 times the Keep Alive
 * @HUB_REASON_SESSION_TAKEN_OVER: somebody else connected with the same Client Identifier
 * @HUB_REASON_TOPIC_FILTER_INVALID: the filter is well formed but not accepted
 * @HUB_REASON_TOPIC_NAME_INVALID: the name is well formed but not accepted
 * @HUB_REASON_PACKET_ID_IN_USE: the Packet Identifier belongs to something that is not complete
 * @HUB_REASON_PACKET_ID_NOT_FOUND: nothing is known of the Packet Identifier
 * @HUB_REASON_RECEIVE_MAXIMUM_EXCEEDED: more at once than the receiver has allowed
 * @HUB_REASON_TOPIC_ALIAS_INVALID: 0, or above the maximum
 * @HUB_REASON_PACKET_TOO_LARGE: larger than the limit of the receiver
 * @HUB_REASON_MESSAGE_RATE_TOO_HIGH: too much in too short a time
 * @HUB_REASON_QUOTA_EXCEEDED: a limit of the broker is reached
 * @HUB_REASON_ADMINISTRATIVE_ACTION: somebody has sent the client away
 * @HUB_REASON_PAYLOAD_FORMAT_INVALID: the payload is not what its properties say
 * @HUB_REASON_RETAIN_NOT_SUPPORTED: nothing is retained here
 * @HUB_REASON_QOS_NOT_SUPPORTED: above the Maximum QoS
 * @HUB_REASON_USE_ANOTHER_SERVER: for now
 * @HUB_REASON_SERVER_MOVED: for good
 * @HUB_REASON_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED: not here
 * @HUB_REASON_CONNECTION_RATE_EXCEEDED: too many connections in too short a time
 * @HUB_REASON_MAXIMUM_CONNECT_TIME: connected for as long as is allowed
 * @HUB_REASON_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED: not here
 * @HUB_REASON_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED: not here
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
  HUB_REASON_NO_MATCHING_SUBSCRIBERS = 0x10,
  HUB_REASON_NO_SUBSCRIPTION_EXISTED = 0x11,
  HUB_REASON_CONTINUE_AUTHENTICATION = 0x18,
  HUB_REASON_RE_AUTHENTICATE = 0x19,
  HUB_REASON_UNSPECIFIED = 0x80,
  HUB_REASON_MALFORMED_PACKET = 0x81,
  HUB_REASON_PROTOCOL_ERROR = 0x82,
  HUB_REASON_IMPLEMENTATION_SPECIFIC = 0x83,
  HUB_REASON_UNSUPPORTED_VERSION = 0x84,
  HUB_REASON_CLIENT_ID_INVALID = 0x85,
  HUB_REASON_BAD_CREDENTIALS = 0x86,
  HUB_REASON_NOT_AUTHORIZED = 0x87,
  HUB_REASON_SERVER_UNAVAILABLE = 0x88,
  HUB_REASON_SERVER_BUSY = 0x89,
  HUB_REASON_BANNED = 0x8a,
  HUB_REASON_SERVER_SHUTTING_DOWN = 0x8b,
  HUB_REASON_BAD_AUTHENTICATION_METHOD = 0x8c,
  HUB_REASON_KEEP_ALIVE_TIMEOUT = 0x8d,
  HUB_REASON_SESSION_TAKEN_OVER = 0x8e,
  HUB_REASON_TOPIC_FILTER_INVALID = 0x8f,
  HUB_REASON_TOPIC_NAME_INVALID = 0x90,
  HUB_REASON_PACKET_ID_IN_USE = 0x91,
  HUB_REASON_PACKET_ID_NOT_FOUND = 0x92,
  HUB_REASON_RECEIVE_MAXIMUM_EXCEEDED = 0x93,
  HUB_REASON_TOPIC_ALIAS_INVALID = 0x94,
  HUB_REASON_PACKET_TOO_LARGE = 0x95,
  HUB_REASON_MESSAGE_RATE_TOO_HIGH = 0x96,
  HUB_REASON_QUOTA_EXCEEDED = 0x97,
  HUB_REASON_ADMINISTRATIVE_ACTION = 0x98,
  HUB_REASON_PAYLOAD_FORMAT_INVALID = 0x99,
  HUB_REASON_RETAIN_NOT_SUPPORTED = 0x9a,
  HUB_REASON_QOS_NOT_SUPPORTED = 0x9b,
  HUB_REASON_USE_ANOTHER_SERVER = 0x9c,
  HUB_REASON_SERVER_MOVED = 0x9d,
  HUB_REASON_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e,
  HUB_REASON_CONNECTION_RATE_EXCEEDED = 0x9f,
  HUB_REASON_MAXIMUM_CONNECT_TIME = 0xa0,
  HUB_REASON_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1,
  HUB_REASON_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xa2,
} HubReason;

/**
 * HUB_MQTT_ERROR:
 *
 * The error domain of everything that reads MQTT; its codes are [enum@Hub.Reason].
 */
#define HUB_MQTT_ERROR (hub_mqtt_error_quark ())
GQuark hub_mqtt_error_quark (void);

gboolean hub_reason_belongs_to (guint8 code, guint packet_type);

G_END_DECLS
