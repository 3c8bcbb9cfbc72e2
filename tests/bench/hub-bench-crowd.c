/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"

#include <stdio.h>

/* The first ones cost the broker what it keeps for all. */
#define WARM_UP_CLIENTS 100

static void
add_clients (GPtrArray *clients, HubBenchLoop *loop, const HubBenchOptions *options, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      HubBenchClient *client = hub_bench_client_new (loop, options->target, NULL, NULL);
      g_autofree char *filter = g_strdup_printf ("bench/idle/%u", clients->len);

      hub_bench_client_subscribe (client, filter, options->qos);
      g_ptr_array_add (clients, client);
    }
}

/* Nothing is to come: whatever does is the broker's own doing. */
static gboolean
stay_silent (HubBenchLoop *loop, double seconds, GError **error)
{
  gint64 end_ns = hub_bench_now_ns () + (gint64) (seconds * 1e9);
  gint64 left_ns;

  while ((left_ns = end_ns - hub_bench_now_ns ()) > 0)
    {
      hub_bench_loop_turn (loop, left_ns / 1000 + 1);
      if (!hub_bench_loop_check (loop, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * hub_bench_measure_idle:
 * @options: what to measure
 * @error: return location
 *
 * Clients come, subscribe each to a topic of its own, and then do nothing. Prints, as JSON: what each of them adds to the
 * broker's resident memory, in KiB, and the CPU milliseconds in 10 seconds of all of them.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_idle (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  gint64 kib_before;
  gint64 kib;
  gint64 start_cpu_ns;
  double cpu_ms;

  add_clients (clients, loop, options, WARM_UP_CLIENTS);
  if (!hub_bench_connect_all (loop, clients, 0, error))
    return FALSE;
  kib_before = hub_bench_process_resident_kib (options->pid);

  add_clients (clients, loop, options, options->count);
  if (!hub_bench_connect_all (loop, clients, WARM_UP_CLIENTS, error))
    return FALSE;
  kib = hub_bench_process_resident_kib (options->pid) - kib_before;

  start_cpu_ns = hub_bench_process_cpu_ns (options->pid);
  if (!stay_silent (loop, options->seconds, error))
    return FALSE;
  cpu_ms = (double) (hub_bench_process_cpu_ns (options->pid) - start_cpu_ns) / 1e6;

  printf ("{\"connections\": %u, \"kib_each\": %.3f, \"cpu_ms_in_10_s\": %.4f}\n",
          options->count,
          (double) kib / options->count,
          cpu_ms * 10 / options->seconds);
  return TRUE;
}

/**
 * hub_bench_measure_connects:
 * @options: what to measure
 * @error: return location
 *
 * Clients come, fifty at a time, subscribe each to a topic of its own, and stay until all are there. Prints, as JSON: how
 * long that took, and what it cost the broker.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_connects (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  gint64 start_ns;
  gint64 start_cpu_ns;

  add_clients (clients, loop, options, WARM_UP_CLIENTS);
  if (!hub_bench_connect_all (loop, clients, 0, error))
    return FALSE;

  add_clients (clients, loop, options, options->count);
  start_ns = hub_bench_now_ns ();
  start_cpu_ns = hub_bench_process_cpu_ns (options->pid);
  if (!hub_bench_connect_all (loop, clients, WARM_UP_CLIENTS, error))
    return FALSE;

  printf ("{\"connections\": %u, \"seconds\": %.6f, \"cpu_seconds\": %.9f}\n",
          options->count,
          (double) (hub_bench_now_ns () - start_ns) / 1e9,
          (double) (hub_bench_process_cpu_ns (options->pid) - start_cpu_ns) / 1e9);
  return TRUE;
}
