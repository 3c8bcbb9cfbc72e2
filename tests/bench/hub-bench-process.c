/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-process.h"

#include <gio/gio.h>

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

static gint64
clock_ns (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    g_error ("cannot read a clock: %s", g_strerror (errno));
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

static gint64
read_kib (guint pid, const char *file, const char *label)
{
  g_autofree char *path = g_strdup_printf ("/proc/%u/%s", pid, file);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  at = strstr (text, label);
  if (at == NULL)
    g_error ("%s says nothing about resident memory", path);
  return g_ascii_strtoll (at + strlen (label), NULL, 10);
}

/**
 * hub_bench_process_cpu_ns:
 * @pid: a running process
 *
 * Reads the process's own clock: what all of its threads have used, in the system too, to the nanosecond. The files in
 * `/proc` know no more than ticks, or one thread at a time.
 *
 * Returns: nanoseconds
 */
gint64
hub_bench_process_cpu_ns (guint pid)
{
  clockid_t clock;
  int result = clock_getcpuclockid ((pid_t) pid, &clock);

  if (result != 0)
    g_error ("process %u has no clock: %s", pid, g_strerror (result));
  return clock_ns (clock);
}

/**
 * hub_bench_process_resident_kib:
 * @pid: a running process
 *
 * Reads the exact sum over the pages; the counters in `/proc/PID/status` lag behind.
 *
 * Returns: resident memory, KiB
 */
gint64
hub_bench_process_resident_kib (guint pid)
{
  return read_kib (pid, "smaps_rollup", "\nRss:");
}

/**
 * hub_bench_process_peak_kib:
 * @pid: a running process
 *
 * Returns: the most resident memory that it has had, KiB
 */
gint64
hub_bench_process_peak_kib (guint pid)
{
  return read_kib (pid, "status", "\nVmHWM:");
}

/**
 * hub_bench_now_ns:
 *
 * Returns: the monotonic time, nanoseconds
 */
gint64
hub_bench_now_ns (void)
{
  return clock_ns (CLOCK_MONOTONIC);
}

/**
 * hub_bench_pin:
 * @core: a processor
 * @error: return location
 *
 * Has this process run on @core alone.
 *
 * Returns: %FALSE with @error set when there is no such processor
 */
gboolean
hub_bench_pin (guint core, GError **error)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (core, &set);
  if (sched_setaffinity (0, sizeof set, &set) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot stay on processor %u: %s", core, g_strerror (errno));
  return FALSE;
}

/**
 * hub_bench_yield_to_others:
 *
 * Has the calling thread run when nothing else of this processor wants to.
 */
void
hub_bench_yield_to_others (void)
{
  const struct sched_param none = { 0 };

  sched_setscheduler (0, SCHED_IDLE, &none);
}
