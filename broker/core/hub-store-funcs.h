/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubStoreSession:
 * @key: names the session in all that belongs to it; 1 to %G_MAXINT64, chosen by the core, new for each session
 * @client_id: the Client Identifier
 * @user_name: the User Name of the connection; its data is %NULL when there was none
 * @expiry_s: how long it outlives its connection, seconds; %G_MAXUINT32: for ever
 * @lost_ms: when it lost its connection, milliseconds since 1970; 0: it is connected
 *
 * A session that outlives its connection, or one whose will has to be published when the broker dies.
 */
typedef struct
{
  guint64 key;
  HubSpan client_id;
  HubSpan user_name;
  guint32 expiry_s;
  gint64 lost_ms;
} HubStoreSession;

/**
 * HubStoreSubscription:
 * @session: the key of its session
 * @filter: the Topic Filter, with the `$share` of a shared one
 * @options: the Subscription Options as in the packet
 * @identifier: the Subscription Identifier; 0: none
 */
typedef struct
{
  guint64 session;
  HubSpan filter;
  guint8 options;
  guint32 identifier;
} HubStoreSubscription;

/**
 * HubStoreMessage:
 * @key: names the message; 1 to %G_MAXINT64, chosen by the core, new for each message
 * @topic: the Topic Name
 * @payload: the Application Message
 * @publisher: the Client Identifier of who published it; empty where it was the broker
 * @properties: the property block of MQTT 5.0 that goes with it, without its length; for a will with its Message Expiry
 *   Interval, which counts from when it is published
 * @expires_ms: when it expires, milliseconds since 1970; 0: never
 * @qos: the QoS it was published with
 * @is_retain: whether it was published with RETAIN
 *
 * A message that deliveries, the retained messages and wills share.
 */
typedef struct
{
  guint64 key;
  HubSpan topic;
  HubSpan payload;
  HubSpan publisher;
  HubSpan properties;
  gint64 expires_ms;
  guint8 qos;
  bool is_retain : 1;
} HubStoreMessage;

/**
 * HubStoreDeliveryState:
 * @HUB_STORE_DELIVERY_QUEUED: has not begun, and has no Packet Identifier
 * @HUB_STORE_DELIVERY_WAIT_PUBACK: QoS 1, sent
 * @HUB_STORE_DELIVERY_WAIT_PUBREC: QoS 2, sent
 * @HUB_STORE_DELIVERY_WAIT_PUBCOMP: QoS 2, received by the client, released; the message is not needed any more
 *
 * How far a delivery has come. The numbers are in the database: they never change.
 */
typedef enum
{
  HUB_STORE_DELIVERY_QUEUED = 0,
  HUB_STORE_DELIVERY_WAIT_PUBACK = 1,
  HUB_STORE_DELIVERY_WAIT_PUBREC = 2,
  HUB_STORE_DELIVERY_WAIT_PUBCOMP = 3,
} HubStoreDeliveryState;

/**
 * HUB_STORE_IDENTIFIERS_MAX:
 *
 * How many Subscription Identifiers a delivery may have: as many as a client may have subscriptions.
 */
#define HUB_STORE_IDENTIFIERS_MAX 65536

/**
 * HubStoreDelivery:
 * @session: the key of the session it goes to
 * @order: where it stands among those of the session: they begin in ascending order. Unique in the session,
 *   at most %G_MAXINT64
 * @message: the key of the message; 0 when @state is %HUB_STORE_DELIVERY_WAIT_PUBCOMP, and only then
 * @identifiers: (array length=n_identifiers) (nullable): the Subscription Identifiers
 * @n_identifiers: how many; at most %HUB_STORE_IDENTIFIERS_MAX
 * @packet_id: the Packet Identifier; 0 when @state is %HUB_STORE_DELIVERY_QUEUED, and only then
 * @state: how far it has come
 * @qos: the QoS of the delivery, 1 or 2
 * @is_retain: RETAIN of the delivery
 *
 * A message on its way to a session.
 */
typedef struct
{
  guint64 session;
  guint64 order;
  guint64 message;
  const guint32 *identifiers;
  guint n_identifiers;
  guint16 packet_id;
  HubStoreDeliveryState state;
  guint8 qos;
  bool is_retain : 1;
} HubStoreDelivery;

/**
 * HubStoreWill:
 * @session: the key of a session that is connected, or whose will is delayed
 * @message: the key of the message
 * @delay_s: the Will Delay Interval, seconds
 *
 * What is published when the session loses its connection, or the broker dies.
 */
typedef struct
{
  guint64 session;
  guint64 message;
  guint32 delay_s;
} HubStoreWill;

/**
 * HubStoreRecord:
 * @topic: the Topic Name
 * @payload: the Application Message
 * @client_id: the Client Identifier of the publisher
 * @time_ms: when it was published, milliseconds since 1970
 *
 * A message for the log, which is what later readers are shown.
 */
typedef struct
{
  HubSpan topic;
  HubSpan payload;
  HubSpan client_id;
  gint64 time_ms;
} HubStoreRecord;

/**
 * HubStoreLoadFuncs:
 * @message: a message
 * @session: a session; they come in the order of their keys, which is that in which they were made
 * @subscription: a subscription of a session that was told before
 * @delivery: a delivery of a session and of a message that were told before; those of a session come in order
 * @received: the identifier of a QoS 2 message that the client of a session has sent and not released
 * @retained: a retained message that was told before
 * @will: the will of a session, with a message that was told before
 *
 * Told of everything that is kept, in the order of these functions. What they are given is valid during the call.
 * Names, numbers and references were checked; properties were not, and count as bytes from a stranger.
 */
typedef struct
{
  void (*message) (const HubStoreMessage *message, gpointer user_data);
  void (*session) (const HubStoreSession *session, gpointer user_data);
  void (*subscription) (const HubStoreSubscription *subscription, gpointer user_data);
  void (*delivery) (const HubStoreDelivery *delivery, gpointer user_data);
  void (*received) (guint64 session, guint16 packet_id, gpointer user_data);
  void (*retained) (HubSpan topic, guint64 message, gpointer user_data);
  void (*will) (const HubStoreWill *will, gpointer user_data);
} HubStoreLoadFuncs;

/**
 * HubStoreFuncs:
 * @keeps_state: whether anything but the log is kept: if not, the functions that change it do nothing
 * @load: tells of everything that is kept. At most once, before anything is changed. %FALSE with the error set
 *   when it cannot be read
 * @put_session: keeps a session, or what has changed in it
 * @remove_session: forgets a session with its subscriptions, deliveries, received identifiers and will; the messages
 *   that only these have used are still to be removed
 * @put_subscription: keeps a subscription in place of the one with the same filter
 * @remove_subscription: forgets one
 * @add_message: keeps a message, which is used by something from the end of the turn on
 * @remove_message: forgets a message that nothing uses any more at the end of the turn
 * @add_delivery: keeps a delivery
 * @update_delivery: keeps that a delivery has got a Packet Identifier, or come further. With
 *   %HUB_STORE_DELIVERY_WAIT_PUBCOMP it does not use its message any more
 * @remove_delivery: forgets one
 * @add_received: keeps the identifier of a QoS 2 message of the client of a session
 * @remove_received: forgets it
 * @set_retained: keeps a message as the retained one of its topic, in place of the one before
 * @remove_retained: keeps that a topic has none
 * @set_will: keeps the will of a session in place of the one before
 * @remove_will: forgets it
 * @record: adds a message to the log. Returns its sequence number, which no other message of the log ever has; 0 when
 *   it was not added since @is_full or @is_failed
 * @get_log_id: the UUID of the log
 * @commit: ends the turn: all that was appended since the last one becomes durable together or not at all, at once when
 *   @is_awaited, else soon: together with others. Returns the ticket of the turn, which is greater than the one before; 0
 *   when nothing was appended. Whoever embeds the store is told the highest ticket that is durable. Once it has failed, no
 *   further ticket ever is
 * @is_full: whether what arrives faster than it can be written should stay where it is: messages at QoS 1 and 2, those
 *   that are to be retained, and what changes the subscriptions of a session are not to be accepted, and other messages
 *   not to be recorded. All else is still taken, as are sessions, wills and the ends of deliveries. Whoever embeds the
 *   store is told when it is over
 * @is_failed: whether the store has failed: nothing becomes durable any more
 *
 * What the core asks of a store. Everything but @load only appends to the turn, in memory, and does not wait. None of
 * these calls back into the core but @load. All numbers that name something are greater than 0.
 */
typedef struct
{
  bool keeps_state;
  gboolean (*load) (gpointer user_data, const HubStoreLoadFuncs *funcs, gpointer core, GError **error);
  void (*put_session) (gpointer user_data, const HubStoreSession *session);
  void (*remove_session) (gpointer user_data, guint64 session);
  void (*put_subscription) (gpointer user_data, const HubStoreSubscription *subscription);
  void (*remove_subscription) (gpointer user_data, guint64 session, HubSpan filter);
  void (*add_message) (gpointer user_data, const HubStoreMessage *message);
  void (*remove_message) (gpointer user_data, guint64 message);
  void (*add_delivery) (gpointer user_data, const HubStoreDelivery *delivery);
  void (*update_delivery) (gpointer user_data,
                           guint64 session,
                           guint64 order,
                           guint16 packet_id,
                           HubStoreDeliveryState state);
  void (*remove_delivery) (gpointer user_data, guint64 session, guint64 order);
  void (*add_received) (gpointer user_data, guint64 session, guint16 packet_id);
  void (*remove_received) (gpointer user_data, guint64 session, guint16 packet_id);
  void (*set_retained) (gpointer user_data, HubSpan topic, guint64 message);
  void (*remove_retained) (gpointer user_data, HubSpan topic);
  void (*set_will) (gpointer user_data, const HubStoreWill *will);
  void (*remove_will) (gpointer user_data, guint64 session);
  guint64 (*record) (gpointer user_data, const HubStoreRecord *record);
  const char *(*get_log_id) (gpointer user_data);
  guint64 (*commit) (gpointer user_data, gboolean is_awaited);
  gboolean (*is_full) (gpointer user_data);
  gboolean (*is_failed) (gpointer user_data);
} HubStoreFuncs;

G_END_DECLS
