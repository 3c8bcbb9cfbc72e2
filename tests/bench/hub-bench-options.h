/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/bench/hub-bench-beside.h"

G_BEGIN_DECLS

/**
 * HubBenchShape:
 * @HUB_BENCH_FAN_OUT: one client publishes, the others receive
 * @HUB_BENCH_FAN_IN: one client receives what the others publish, each to a topic of its own
 * @HUB_BENCH_ROOM: every client publishes, every client receives all of it
 * @HUB_BENCH_PAIRS: pairs of a client that publishes and one that receives it
 * @HUB_BENCH_PACED_ROOM: a room, at the pace of people
 * @HUB_BENCH_PING_PONG: two clients, one of which answers the other
 * @HUB_BENCH_IDLE: clients that are there
 * @HUB_BENCH_CONNECTS: clients that come
 * @HUB_BENCH_SUBSCRIPTIONS: a few clients with very many subscriptions
 * @HUB_BENCH_RETAINED: very many retained messages, for one client that comes late
 *
 * Who publishes, and who receives.
 */
typedef enum
{
  HUB_BENCH_FAN_OUT,
  HUB_BENCH_FAN_IN,
  HUB_BENCH_ROOM,
  HUB_BENCH_PAIRS,
  HUB_BENCH_PACED_ROOM,
  HUB_BENCH_PING_PONG,
  HUB_BENCH_IDLE,
  HUB_BENCH_CONNECTS,
  HUB_BENCH_SUBSCRIPTIONS,
  HUB_BENCH_RETAINED,
} HubBenchShape;

/**
 * HubBenchOptions:
 * @target: where the broker is
 * @pid: its process
 * @shape: who publishes, and who receives
 * @count: how many clients, pairs, or receivers
 * @qos: of publishing and of subscribing
 * @payload_size: bytes of a message
 * @window: how many messages of one publisher may be on their way
 * @rate: messages of one client in a second, in a paced room
 * @seconds: how long to measure
 * @company: who else is there
 * @company_count: how many of them
 * @is_durable: whether those who receive have sessions that outlive their connections
 *
 * One measurement.
 */
typedef struct
{
  HubBenchTarget target;
  guint pid;
  HubBenchShape shape;
  guint count;
  guint8 qos;
  guint payload_size;
  guint window;
  double rate;
  double seconds;
  HubBenchCompany company;
  guint company_count;
  gboolean is_durable;
} HubBenchOptions;

/**
 * HUB_BENCH_PAYLOAD_SIZE_MIN:
 *
 * Bytes that say who has published a message, and as which of its messages.
 */
#define HUB_BENCH_PAYLOAD_SIZE_MIN 8

gboolean hub_bench_measure_flow (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_paced_room (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_ping_pong (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_idle (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_connects (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_subscriptions (const HubBenchOptions *options, GError **error);
gboolean hub_bench_measure_retained (const HubBenchOptions *options, GError **error);

G_END_DECLS
