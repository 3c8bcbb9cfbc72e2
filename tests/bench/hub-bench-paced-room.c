/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"
#include "tests/bench/hub-bench-times.h"

#include <stdio.h>

typedef struct
{
  const HubBenchOptions *options; /* (unowned) */
  HubBenchLoop *loop;             /* (owned) */
  GPtrArray *clients;             /* (owned) (element-type HubBenchClient) */
  HubBenchBeside *beside;         /* (owned) */
  HubBenchTimes *times;           /* (owned) */
  guint8 *payload;                /* (owned) */
  guint64 n_published;
} PacedRoom;

/* A message carries the time at which it was sent. */
static void
message_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  PacedRoom *self = user_data;
  gint64 sent_ns;

  if (payload.size != self->options->payload_size)
    {
      hub_bench_loop_fail (self->loop, "a message came that was not sent");
      return;
    }
  memcpy (&sent_ns, payload.data, sizeof sent_ns);
  hub_bench_times_add (self->times, hub_bench_now_ns () - sent_ns);
}

static void
publish (PacedRoom *self)
{
  HubBenchClient *client = g_ptr_array_index (self->clients, self->n_published % self->clients->len);
  gint64 now_ns = hub_bench_now_ns ();

  memcpy (self->payload, &now_ns, sizeof now_ns);
  hub_bench_client_publish (client, (HubSpan){ self->payload, self->options->payload_size });
  self->n_published++;
}

/* All clients take turns at even distances, whatever the broker does meanwhile; the last ones may still be on their way
 * when the time is up. */
static gboolean
run (PacedRoom *self, GError **error)
{
  double distance_ns = 1e9 / (self->options->rate * self->options->count);
  gint64 start_ns = hub_bench_now_ns ();
  guint64 n_to_publish = (guint64) (self->options->seconds * 1e9 / distance_ns);

  while (self->n_published < n_to_publish || hub_bench_times_get_count (self->times) < n_to_publish * self->clients->len)
    {
      gint64 next_ns = start_ns + (gint64) ((double) self->n_published * distance_ns);
      gint64 left_ns = next_ns - hub_bench_now_ns ();
      gboolean is_ending = self->n_published == n_to_publish;

      if (!is_ending && left_ns <= 0)
        publish (self);
      if (hub_bench_loop_turn (self->loop, is_ending ? HUB_BENCH_STALL_US : MAX (left_ns, 0) / 1000) == 0 && is_ending)
        break;
      if (!hub_bench_loop_check (self->loop, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
measure (PacedRoom *self, GError **error)
{
  gint64 start_cpu_ns = hub_bench_process_cpu_ns (self->options->pid);
  guint64 n_received;
  double cpu_seconds;

  hub_bench_beside_begin (self->beside);
  if (!run (self, error) || !hub_bench_beside_end (self->beside, error))
    return FALSE;
  cpu_seconds = (double) (hub_bench_process_cpu_ns (self->options->pid) - start_cpu_ns) / 1e9;
  n_received = hub_bench_times_get_count (self->times);
  if (n_received == 0)
    hub_bench_loop_fail (self->loop, "no message comes");
  if (!hub_bench_loop_check (self->loop, error))
    return FALSE;

  printf ("{\"deliveries\": %" G_GUINT64_FORMAT ", \"cpu_seconds\": %.9f, \"median_us\": %.2f, \"p99_us\": %.2f, "
          "\"longest_us\": %.2f, \"done_beside\": %" G_GUINT64_FORMAT ", \"lost\": %" G_GUINT64_FORMAT "}\n",
          n_received,
          cpu_seconds,
          hub_bench_times_get_us (self->times, 0.5),
          hub_bench_times_get_us (self->times, 0.99),
          hub_bench_times_get_us (self->times, 1),
          hub_bench_beside_get_n_done (self->beside),
          self->n_published * self->clients->len - n_received);
  return TRUE;
}

/**
 * hub_bench_measure_paced_room:
 * @options: what to measure
 * @error: return location
 *
 * Every client publishes a few messages a second, and all receive them: no message waits for another one, so nothing can
 * be done for several at once. Prints, as JSON: the median, the 99th percentile and the longest of the times that a
 * delivery takes; deliveries, CPU seconds, what others have done besides, and how many were lost.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_paced_room (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  g_autoptr (HubBenchBeside) beside = hub_bench_beside_new (options->target, options->company, options->company_count);
  g_autoptr (HubBenchTimes) times = hub_bench_times_new ();
  g_autofree guint8 *payload = g_malloc0 (options->payload_size);
  PacedRoom room = {
    .options = options,
    .loop = loop,
    .clients = clients,
    .beside = beside,
    .times = times,
    .payload = payload,
  };

  for (guint i = 0; i < options->count; i++)
    {
      HubBenchClient *client = hub_bench_client_new (loop, options->target, message_cb, &room);

      hub_bench_client_publish_to (client, "bench/room", options->qos);
      hub_bench_client_subscribe (client, "bench/room", options->qos);
      g_ptr_array_add (clients, client);
    }
  return hub_bench_beside_connect (beside, error) && hub_bench_connect_all (loop, clients, 0, error) && measure (&room, error);
}
