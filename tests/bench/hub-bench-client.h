/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/bench/hub-bench-loop.h"

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HubBenchTarget:
 * @port: where the broker listens, on the loopback address
 * @is_websocket: whether MQTT goes in WebSocket frames there
 * @version: the MQTT that is spoken
 */
typedef struct
{
  guint16 port;
  bool is_websocket;
  HubVersion version;
} HubBenchTarget;

/**
 * HubBenchClient:
 *
 * One MQTT client: it connects with a clean session, unless it is to have one that lasts, and without a keep-alive,
 * subscribes to one filter or to many, and acknowledges by itself.
 */
typedef struct _HubBenchClient HubBenchClient;

/**
 * HubBenchMessageFunc:
 * @client: who got it
 * @payload: what
 * @user_data: as given to [ctor@HubBench.Client.new]
 */
typedef void (*HubBenchMessageFunc) (HubBenchClient *client, HubSpan payload, gpointer user_data);

/**
 * HubBenchAckedFunc:
 * @client: who has published
 * @user_data: as given to [method@HubBench.Client.set_acked]
 */
typedef void (*HubBenchAckedFunc) (HubBenchClient *client, gpointer user_data);

/**
 * HubBenchFilterFunc:
 * @client: who subscribes
 * @index: which of its filters, from 0
 * @user_data: as given to [method@HubBench.Client.subscribe_many]
 *
 * Returns: (transfer full): a valid Topic Filter
 */
typedef char *(*HubBenchFilterFunc) (HubBenchClient *client, guint index, gpointer user_data);

HubBenchClient *hub_bench_client_new (HubBenchLoop *loop,
                                      HubBenchTarget target,
                                      HubBenchMessageFunc func,
                                      gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void hub_bench_client_free (HubBenchClient *self);

void hub_bench_client_set_durable (HubBenchClient *self);
void hub_bench_client_set_narrow (HubBenchClient *self);
void hub_bench_client_subscribe (HubBenchClient *self, const char *filter, guint8 qos);
void hub_bench_client_subscribe_many (HubBenchClient *self, HubBenchFilterFunc func, guint n_filters, gpointer user_data);
void hub_bench_client_publish_to (HubBenchClient *self, const char *topic, guint8 qos);
void hub_bench_client_set_acked (HubBenchClient *self, HubBenchAckedFunc func, gpointer user_data);
guint hub_bench_client_get_n_unacked (const HubBenchClient *self);
void hub_bench_client_set_retain (HubBenchClient *self);
void hub_bench_client_publish (HubBenchClient *self, HubSpan payload);
gsize hub_bench_client_get_unsent (const HubBenchClient *self);
gboolean hub_bench_client_is_ready (const HubBenchClient *self);

void hub_bench_client_freeze (HubBenchClient *self);
void hub_bench_client_sip (HubBenchClient *self, gsize size);
void hub_bench_client_cut (HubBenchClient *self);
void hub_bench_client_start (HubBenchClient *self);

gboolean hub_bench_connect_all (HubBenchLoop *loop, GPtrArray *clients, guint first, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubBenchClient, hub_bench_client_free)

G_END_DECLS
