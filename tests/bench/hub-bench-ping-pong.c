/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"
#include "tests/bench/hub-bench-times.h"

#include <stdio.h>

#define WARM_UP_ROUNDS 2000

typedef struct
{
  const HubBenchOptions *options; /* (unowned) */
  HubBenchLoop *loop;             /* (owned) */
  GPtrArray *clients;             /* (owned) (element-type HubBenchClient): who asks, who answers */
  HubBenchTimes *times;           /* (owned) */
  HubSpan payload;
  gint64 sent_ns;
} PingPong;

static void
ask (PingPong *self)
{
  self->sent_ns = hub_bench_now_ns ();
  hub_bench_client_publish (g_ptr_array_index (self->clients, 0), self->payload);
}

static void
question_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  hub_bench_client_publish (client, payload);
}

static void
answer_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  PingPong *self = user_data;

  hub_bench_times_add (self->times, hub_bench_now_ns () - self->sent_ns);
  ask (self);
}

static gboolean
run (PingPong *self, GError **error)
{
  gint64 end_ns = 0;
  gint64 start_cpu_ns = 0;
  double cpu_seconds;

  ask (self);
  while (end_ns == 0 || hub_bench_now_ns () < end_ns)
    {
      if (hub_bench_loop_turn (self->loop, HUB_BENCH_STALL_US) == 0)
        hub_bench_loop_fail (self->loop, "no answer comes");
      if (!hub_bench_loop_check (self->loop, error))
        return FALSE;
      if (end_ns == 0 && hub_bench_times_get_count (self->times) >= WARM_UP_ROUNDS)
        {
          hub_bench_times_clear (self->times);
          end_ns = hub_bench_now_ns () + (gint64) (self->options->seconds * 1e9);
          start_cpu_ns = hub_bench_process_cpu_ns (self->options->pid);
        }
    }
  cpu_seconds = (double) (hub_bench_process_cpu_ns (self->options->pid) - start_cpu_ns) / 1e9;

  printf ("{\"deliveries\": %u, \"cpu_seconds\": %.9f, \"median_us\": %.2f, \"p99_us\": %.2f}\n",
          2 * hub_bench_times_get_count (self->times),
          cpu_seconds,
          hub_bench_times_get_us (self->times, 0.5),
          hub_bench_times_get_us (self->times, 0.99));
  return TRUE;
}

/**
 * hub_bench_measure_ping_pong:
 * @options: what to measure
 * @error: return location
 *
 * One client asks, another one answers, and only then the first one asks again. Prints, as JSON: the median and the 99th
 * percentile of the time from a question to its answer, which is twice through the broker; and deliveries and CPU
 * seconds. Others that are there besides do nothing meanwhile.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_ping_pong (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  g_autoptr (HubBenchBeside) beside = hub_bench_beside_new (options->target, options->company, options->company_count);
  g_autoptr (HubBenchTimes) times = hub_bench_times_new ();
  g_autofree guint8 *payload = g_malloc0 (options->payload_size);
  PingPong ping_pong = {
    .options = options,
    .loop = loop,
    .clients = clients,
    .times = times,
    .payload = { payload, options->payload_size },
  };
  HubBenchClient *asking = hub_bench_client_new (loop, options->target, answer_cb, &ping_pong);
  HubBenchClient *answering = hub_bench_client_new (loop, options->target, question_cb, NULL);

  hub_bench_client_publish_to (asking, "bench/ping", options->qos);
  hub_bench_client_subscribe (asking, "bench/pong", options->qos);
  hub_bench_client_publish_to (answering, "bench/pong", options->qos);
  hub_bench_client_subscribe (answering, "bench/ping", options->qos);
  g_ptr_array_add (clients, asking);
  g_ptr_array_add (clients, answering);

  return hub_bench_beside_connect (beside, error) && hub_bench_connect_all (loop, clients, 0, error) && run (&ping_pong, error);
}
