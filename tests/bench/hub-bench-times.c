/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-times.h"

struct _HubBenchTimes
{
  GArray *times_ns; /* (owned) (element-type gint64) */
  gboolean is_sorted;
};

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

/**
 * hub_bench_times_new:
 *
 * Returns: (transfer full): no times
 */
HubBenchTimes *
hub_bench_times_new (void)
{
  HubBenchTimes *self = g_new0 (HubBenchTimes, 1);

  self->times_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

/**
 * hub_bench_times_free:
 * @self: (transfer full): times
 */
void
hub_bench_times_free (HubBenchTimes *self)
{
  g_array_unref (self->times_ns);
  g_free (self);
}

/**
 * hub_bench_times_add:
 * @self: times
 * @time_ns: one more, nanoseconds
 */
void
hub_bench_times_add (HubBenchTimes *self, gint64 time_ns)
{
  g_array_append_val (self->times_ns, time_ns);
  self->is_sorted = FALSE;
}

/**
 * hub_bench_times_clear:
 * @self: times
 *
 * Forgets all of them.
 */
void
hub_bench_times_clear (HubBenchTimes *self)
{
  g_array_set_size (self->times_ns, 0);
}

/**
 * hub_bench_times_get_count:
 * @self: times
 *
 * Returns: how many there are
 */
guint
hub_bench_times_get_count (const HubBenchTimes *self)
{
  return self->times_ns->len;
}

/**
 * hub_bench_times_get_us:
 * @self: times, at least one
 * @share: from 0 to 1
 *
 * Returns: the time that @share of them do not exceed, microseconds
 */
double
hub_bench_times_get_us (HubBenchTimes *self, double share)
{
  guint index = MIN ((guint) (share * self->times_ns->len), self->times_ns->len - 1);

  if (!self->is_sorted)
    g_array_sort (self->times_ns, compare_times);
  self->is_sorted = TRUE;
  return (double) g_array_index (self->times_ns, gint64, index) / 1e3;
}
