/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubLimits:
 * @connect_timeout_us: from the connection to a complete CONNECT, microseconds
 * @session_expiry_max_us: how long a session outlives its connection at most, microseconds
 * @max_packet_bytes: the largest packet accepted
 * @max_first_packet_bytes: the largest CONNECT accepted
 * @max_inflight: QoS 1 and 2 messages under way to one client, 1 to 65,535
 * @max_queued_messages: QoS 1 and 2 messages that wait for one client; 0: no limit
 * @max_queued_bytes: bytes that wait for one client; 0: no limit
 * @max_output_bytes: how much may wait unsent before a QoS 0 message is dropped instead
 * @max_filters: subscriptions of one client; 0: no limit
 * @max_retained_messages: retained messages in all; 0: no limit
 * @max_retained_bytes: topics and payloads of them, in all; 0: no limit
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
} HubLimits;

void hub_limits_init_broker (HubLimits *self);
void hub_limits_init_app (HubLimits *self);

G_END_DECLS
