/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 hub_bench_process_cpu_ns (guint pid);
gint64 hub_bench_process_resident_kib (guint pid);
gint64 hub_bench_process_peak_kib (guint pid);
gint64 hub_bench_now_ns (void);
gboolean hub_bench_pin (guint core, GError **error);
void hub_bench_yield_to_others (void);

G_END_DECLS
