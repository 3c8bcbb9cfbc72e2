/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_LIMITS_FILTERS_MAX:
 *
 * How many subscriptions a client may have where nothing less is set: a message that matches all of them can be
 * delivered, and kept, with the identifiers of all.
 */
#define HUB_LIMITS_FILTERS_MAX 65536

/**
 * HubLimits:
 * @connect_timeout_us: from the connection to a complete CONNECT, microseconds
 * @session_expiry_max_us: how long a session outlives its connection at most, microseconds
 * @max_packet_bytes: the largest packet accepted
 * @max_first_packet_bytes: the largest CONNECT accepted
 * @max_inflight: QoS 1 and 2 messages under way to one client, 1 to 65,535
 * @max_queued_messages: messages that wait for one client, also those at QoS 0 where they do; 0: no limit
 * @max_queued_bytes: bytes that wait for one client; 0: no limit
 * @max_output_bytes: how much may wait unsent before a QoS 0 message is dropped instead
 * @max_filters: subscriptions of one client; 0, as anything above: %HUB_LIMITS_FILTERS_MAX
 * @max_retained_messages: retained messages in all; 0: no limit
 * @max_retained_bytes: topics and payloads of them, in all; 0: no limit
 * @max_inflight_bytes: topics and payloads of QoS 1 and 2 messages under way to one client: a further one that would
 *   pass it is not begun, unless it is the only one; 0: no limit
 * @max_message_bytes: the largest payload that is routed; 0: no limit
 * @max_sessions: sessions, with and without a connection; 0: no limit
 * @max_keepalive_s: the longest keep-alive, seconds; 0: no limit, and a client may go without
 * @sys_interval_s: how often `$SYS` is brought up to date, seconds; 0: there is none
 * @receive_maximum: QoS 1 and 2 messages that a client of MQTT 5.0 may have under way to us, 1 to 65,535
 * @retain_available: whether messages may be retained
 * @queue_qos0_messages: whether QoS 0 messages wait for a session without a connection
 * @upgrade_outgoing_qos: whether a message is delivered with the QoS of the subscription, even if it was published with
 *   a lower one
 *
 * What a client may claim of the broker. Each breach costs its sender alone.
 */
typedef struct
{
  gint64 connect_timeout_us;
  gint64 session_expiry_max_us;
  gsize max_packet_bytes;
  gsize max_first_packet_bytes;
  guint max_inflight;
  guint max_queued_messages;
  gsize max_queued_bytes;
  gsize max_output_bytes;
  guint max_filters;
  guint max_retained_messages;
  gsize max_retained_bytes;
  gsize max_inflight_bytes;
  gsize max_message_bytes;
  guint max_sessions;
  guint max_keepalive_s;
  guint sys_interval_s;
  guint16 receive_maximum;
  gboolean retain_available;
  gboolean queue_qos0_messages;
  gboolean upgrade_outgoing_qos;
} HubLimits;

void hub_limits_init_broker (HubLimits *self);
void hub_limits_init_app (HubLimits *self);
gint64 hub_limits_get_expiry_us (const HubLimits *self, guint32 expiry_s);

G_END_DECLS
