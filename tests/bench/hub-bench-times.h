/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubBenchTimes:
 *
 * How long things took.
 */
typedef struct _HubBenchTimes HubBenchTimes;

HubBenchTimes *hub_bench_times_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_bench_times_free (HubBenchTimes *self);

void hub_bench_times_add (HubBenchTimes *self, gint64 time_ns);
void hub_bench_times_clear (HubBenchTimes *self);
guint hub_bench_times_get_count (const HubBenchTimes *self);
double hub_bench_times_get_us (HubBenchTimes *self, double share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubBenchTimes, hub_bench_times_free)

G_END_DECLS
