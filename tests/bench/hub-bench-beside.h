/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/bench/hub-bench-client.h"

G_BEGIN_DECLS

/**
 * HubBenchCompany:
 * @HUB_BENCH_ALONE: nobody
 * @HUB_BENCH_BESIDE_IDLE: connections that do nothing, with a subscription each
 * @HUB_BENCH_BESIDE_SUBSCRIPTIONS: subscriptions of a few clients, a tenth of them with wildcards
 * @HUB_BENCH_BESIDE_FROZEN: clients in the room that read nothing, and are sent 1 MB a second each
 * @HUB_BENCH_BESIDE_SLOW: the same, but that they read 1 KB a second
 * @HUB_BENCH_BESIDE_FLOOD: clients that publish as fast as the broker reads, to one that receives it all
 * @HUB_BENCH_BESIDE_STORM: clients that all lose their connections once a second, and come back at once
 *
 * Who else is there while something is measured.
 */
typedef enum
{
  HUB_BENCH_ALONE,
  HUB_BENCH_BESIDE_IDLE,
  HUB_BENCH_BESIDE_SUBSCRIPTIONS,
  HUB_BENCH_BESIDE_FROZEN,
  HUB_BENCH_BESIDE_SLOW,
  HUB_BENCH_BESIDE_FLOOD,
  HUB_BENCH_BESIDE_STORM,
} HubBenchCompany;

/**
 * HubBenchBeside:
 *
 * Those who are there besides, and what they do.
 */
typedef struct _HubBenchBeside HubBenchBeside;

HubBenchBeside *hub_bench_beside_new (HubBenchTarget target,
                                      HubBenchCompany company,
                                      guint count) G_GNUC_WARN_UNUSED_RESULT;
void hub_bench_beside_free (HubBenchBeside *self);

gboolean hub_bench_beside_connect (HubBenchBeside *self, GError **error);
void hub_bench_beside_begin (HubBenchBeside *self);
gboolean hub_bench_beside_end (HubBenchBeside *self, GError **error);
guint64 hub_bench_beside_get_n_done (const HubBenchBeside *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubBenchBeside, hub_bench_beside_free)

G_END_DECLS
