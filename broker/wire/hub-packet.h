/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-properties.h"

G_BEGIN_DECLS

/**
 * HubVersion:
 * @HUB_VERSION_NONE: not known yet: before CONNECT
 * @HUB_VERSION_3_1: MQTT 3.1, protocol name `MQIsdp`
 * @HUB_VERSION_3_1_1: MQTT 3.1.1
 * @HUB_VERSION_5_0: MQTT 5.0
 *
 * The Protocol Level (3.1.1) or Protocol Version (5.0) of a connection, as CONNECT carries it.
 */
typedef enum
{
  HUB_VERSION_NONE = 0,
  HUB_VERSION_3_1 = 3,
  HUB_VERSION_3_1_1 = 4,
  HUB_VERSION_5_0 = 5,
} HubVersion;

/**
 * HubPacketType:
 *
 * The MQTT Control Packet types; MQTT 5.0, section 2.1.2.
 */
typedef enum
{
  HUB_PACKET_CONNECT = 1,
  HUB_PACKET_CONNACK = 2,
  HUB_PACKET_PUBLISH = 3,
  HUB_PACKET_PUBACK = 4,
  HUB_PACKET_PUBREC = 5,
  HUB_PACKET_PUBREL = 6,
  HUB_PACKET_PUBCOMP = 7,
  HUB_PACKET_SUBSCRIBE = 8,
  HUB_PACKET_SUBACK = 9,
  HUB_PACKET_UNSUBSCRIBE = 10,
  HUB_PACKET_UNSUBACK = 11,
  HUB_PACKET_PINGREQ = 12,
  HUB_PACKET_PINGRESP = 13,
  HUB_PACKET_DISCONNECT = 14,
  HUB_PACKET_AUTH = 15,
} HubPacketType;

/**
 * HUB_PACKET_SIZE_MAX:
 *
 * The largest packet that the format can express: five bytes of Fixed Header and 268,435,455 bytes
 * behind it.
 */
#define HUB_PACKET_SIZE_MAX (5 + 268435455)

/**
 * HubFixedHeader:
 * @type: 0 to 15; 0 is no packet
 * @flags: the low four bits of the first byte
 * @header_size: bytes of the Fixed Header, 2 to 5
 * @remaining_size: bytes behind it
 *
 * MQTT 5.0, section 2.1.1.
 */
typedef struct
{
  guint8 type;
  guint8 flags;
  guint8 header_size;
  guint32 remaining_size;
} HubFixedHeader;

/**
 * HubConnect:
 * @version: the protocol level
 * @client_id: the Client Identifier, possibly empty
 * @keep_alive_s: seconds; 0: none
 * @is_clean: Clean Session (3.x) or Clean Start (5.0)
 * @has_will: whether the will fields mean anything
 * @will_topic: a valid Topic Name
 * @will_payload: the Will Message
 * @will_qos: 0 to 2
 * @will_retain: whether the will is to be retained
 * @has_username: whether there is a User Name
 * @username: UTF-8
 * @has_password: whether there is a Password
 * @password: bytes
 * @properties: of the packet; none in 3.x
 * @will_properties: of the will; none in 3.x
 *
 * CONNECT; MQTT 5.0, section 3.1.
 */
typedef struct
{
  HubVersion version;
  HubSpan client_id;
  guint16 keep_alive_s;
  bool is_clean : 1;
  bool has_will : 1;
  bool will_retain : 1;
  bool has_username : 1;
  bool has_password : 1;
  guint8 will_qos;
  HubSpan will_topic;
  HubSpan will_payload;
  HubSpan username;
  HubSpan password;
  HubProperties properties;
  HubProperties will_properties;
} HubConnect;

/**
 * HubConnack:
 * @is_session_present: Session Present
 * @code: the Connect Return code (3.x) or the Reason Code (5.0)
 * @properties: none in 3.x
 *
 * CONNACK; MQTT 5.0, section 3.2.
 */
typedef struct
{
  gboolean is_session_present;
  guint8 code;
  HubProperties properties;
} HubConnack;

/**
 * HubPublish:
 * @topic: a valid Topic Name; in 5.0 empty where a Topic Alias stands for it
 * @payload: the Application Message
 * @packet_id: 1 to 65,535, or 0 at QoS 0
 * @qos: 0 to 2
 * @is_retain: RETAIN
 * @is_dup: DUP
 * @properties: none in 3.x
 *
 * PUBLISH; MQTT 5.0, section 3.3.
 */
typedef struct
{
  HubSpan topic;
  HubSpan payload;
  guint16 packet_id;
  guint8 qos;
  bool is_retain : 1;
  bool is_dup : 1;
  HubProperties properties;
} HubPublish;

/**
 * HubAck:
 * @packet_id: 1 to 65,535
 * @reason: the Reason Code; 0 in 3.x
 * @properties: none in 3.x
 *
 * PUBACK, PUBREC, PUBREL and PUBCOMP; MQTT 5.0, sections 3.4 to 3.7.
 */
typedef struct
{
  guint16 packet_id;
  guint8 reason;
  HubProperties properties;
} HubAck;

/**
 * HUB_SUBSCRIPTION_QOS:
 *
 * The bits of a subscription's options that are its QoS; MQTT 5.0, section 3.8.3.1.
 */
#define HUB_SUBSCRIPTION_QOS 0x03

/**
 * HUB_SUBSCRIPTION_NO_LOCAL:
 *
 * The bit of No Local.
 */
#define HUB_SUBSCRIPTION_NO_LOCAL 0x04

/**
 * HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED:
 *
 * The bit of Retain As Published.
 */
#define HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED 0x08

/**
 * HUB_SUBSCRIPTION_RETAIN_HANDLING:
 * @options: the options of a subscription
 *
 * Returns: Retain Handling, 0 to 2: retained messages are sent always, for a new subscription, never
 */
#define HUB_SUBSCRIPTION_RETAIN_HANDLING(options) ((options) >> 4 & 0x03)

/**
 * HubFilterList:
 * @packet_id: 1 to 65,535
 * @n_filters: how many Topic Filters there are, at least 1
 * @filters: cursor for [func@Hub.FilterList.next_subscription] or [func@Hub.FilterList.next_filter]
 * @properties: none in 3.x
 *
 * SUBSCRIBE and UNSUBSCRIBE; MQTT 5.0, sections 3.8 and 3.10. All filters were checked to be there and
 * to be UTF-8; whether each is a valid filter is for the receiver to say, filter by filter.
 */
typedef struct
{
  guint16 packet_id;
  guint n_filters;
  HubReader filters;
  HubProperties properties;
} HubFilterList;

/**
 * HubSuback:
 * @packet_id: 1 to 65,535
 * @codes: one for each filter: in SUBACK the granted QoS, or 0x80 and above; in UNSUBACK of 3.x none
 * @properties: none in 3.x
 *
 * SUBACK and UNSUBACK; MQTT 5.0, sections 3.9 and 3.11.
 */
typedef struct
{
  guint16 packet_id;
  HubSpan codes;
  HubProperties properties;
} HubSuback;

/**
 * HubGoodbye:
 * @reason: the Reason Code; 0 in 3.x
 * @properties: none in 3.x
 *
 * DISCONNECT and AUTH; MQTT 5.0, sections 3.14 and 3.15.
 */
typedef struct
{
  guint8 reason;
  HubProperties properties;
} HubGoodbye;

/**
 * HubPacket:
 * @type: says which member is valid; PINGREQ and PINGRESP have none
 *
 * A decoded packet. Its spans point into the bytes that it was decoded from.
 */
typedef struct
{
  HubPacketType type;
  union
  {
    HubConnect connect;
    HubConnack connack;
    HubPublish publish;
    HubAck ack;
    HubFilterList filters;
    HubSuback suback;
    HubGoodbye goodbye; /* DISCONNECT, AUTH */
  };
} HubPacket;

G_END_DECLS
