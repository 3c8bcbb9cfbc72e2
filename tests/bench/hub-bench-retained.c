/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"
#include "tests/bench/hub-bench-times.h"

#include <stdio.h>

/* What the client that fills the broker has on its way. */
#define UNSENT_MAX (64 * 1024)
#define QUIET_ROUNDS 2000

typedef struct
{
  const HubBenchOptions *options; /* (unowned) */
  HubBenchLoop *loop;             /* (owned) */
  GPtrArray *clients;             /* (owned) (element-type HubBenchClient): who asks, answers, publishes, and comes late */
  HubBenchTimes *times;           /* (owned) */
  HubSpan payload;
  gint64 sent_ns;
  guint64 n_late; /* what has come to the late one */
} Retained;

static void
ask (Retained *self)
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
  Retained *self = user_data;

  hub_bench_times_add (self->times, hub_bench_now_ns () - self->sent_ns);
  ask (self);
}

static void
late_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  ((Retained *) user_data)->n_late++;
}

static gboolean
turn (Retained *self, GError **error)
{
  if (hub_bench_loop_turn (self->loop, HUB_BENCH_STALL_US) == 0)
    hub_bench_loop_fail (self->loop, "no answer comes");
  return hub_bench_loop_check (self->loop, error);
}

/* What was sent is kept when another client has been answered so often: it is read from all of them in turn. */
static gboolean
fill (Retained *self, HubBenchClient *publisher, GError **error)
{
  ask (self);
  for (guint i = 0; i < self->options->count; i++)
    {
      g_autofree char *topic = g_strdup_printf ("bench/kept/%u/%u", i % 1000, i);

      hub_bench_client_publish_to (publisher, topic, 0);
      hub_bench_client_publish (publisher, self->payload);
      while (hub_bench_client_get_unsent (publisher) > UNSENT_MAX)
        if (!turn (self, error))
          return FALSE;
    }
  hub_bench_times_clear (self->times);
  while (hub_bench_client_get_unsent (publisher) > 0 || hub_bench_times_get_count (self->times) < QUIET_ROUNDS)
    if (!turn (self, error))
      return FALSE;
  return TRUE;
}

static gboolean
measure (Retained *self, GError **error)
{
  const HubBenchOptions *options = self->options;
  HubBenchClient *publisher = g_ptr_array_index (self->clients, 2);
  double quiet_us;
  gint64 kib;
  gint64 start_ns;
  gint64 start_cpu_ns;

  if (!hub_bench_connect_all (self->loop, self->clients, 0, error))
    return FALSE;
  hub_bench_client_set_retain (publisher);
  kib = hub_bench_process_resident_kib (options->pid);
  if (!fill (self, publisher, error))
    return FALSE;
  kib = hub_bench_process_resident_kib (options->pid) - kib;
  quiet_us = hub_bench_times_get_us (self->times, 0.99);
  hub_bench_times_clear (self->times);

  start_ns = hub_bench_now_ns ();
  start_cpu_ns = hub_bench_process_cpu_ns (options->pid);
  g_ptr_array_add (self->clients, hub_bench_client_new (self->loop, options->target, late_cb, self));
  hub_bench_client_subscribe (g_ptr_array_index (self->clients, 3), "bench/kept/#", 0);
  hub_bench_client_start (g_ptr_array_index (self->clients, 3));
  while (self->n_late < options->count)
    if (!turn (self, error))
      return FALSE;
  /* Whoever still waits has waited so long. */
  hub_bench_times_add (self->times, hub_bench_now_ns () - self->sent_ns);

  printf ("{\"bytes_each\": %.1f, \"seconds\": %.6f, \"cpu_seconds\": %.9f, \"deliveries\": %u, "
          "\"quiet_p99_us\": %.2f, \"rounds\": %u, \"longest_us\": %.2f}\n",
          (double) kib * 1024 / options->count,
          (double) (hub_bench_now_ns () - start_ns) / 1e9,
          (double) (hub_bench_process_cpu_ns (options->pid) - start_cpu_ns) / 1e9,
          options->count,
          quiet_us,
          hub_bench_times_get_count (self->times),
          hub_bench_times_get_us (self->times, 1));
  return TRUE;
}

/**
 * hub_bench_measure_retained:
 * @options: what to measure
 * @error: return location
 *
 * One client asks and another one answers, while a third one has very many messages retained, and a fourth one comes and
 * wants all of them. Prints, as JSON: resident bytes of a retained message; how long their delivery took, and what it cost
 * the broker; and how long an answer took meanwhile at the longest.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_retained (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  g_autoptr (HubBenchTimes) times = hub_bench_times_new ();
  g_autofree guint8 *payload = g_malloc0 (options->payload_size);
  Retained self = {
    .options = options,
    .loop = loop,
    .clients = clients,
    .times = times,
    .payload = { payload, options->payload_size },
  };
  HubBenchClient *asking = hub_bench_client_new (loop, options->target, answer_cb, &self);
  HubBenchClient *answering = hub_bench_client_new (loop, options->target, question_cb, NULL);

  hub_bench_client_publish_to (asking, "bench/ping", 0);
  hub_bench_client_subscribe (asking, "bench/pong", 0);
  hub_bench_client_publish_to (answering, "bench/pong", 0);
  hub_bench_client_subscribe (answering, "bench/ping", 0);
  g_ptr_array_add (clients, asking);
  g_ptr_array_add (clients, answering);
  g_ptr_array_add (clients, hub_bench_client_new (loop, options->target, NULL, NULL));
  return measure (&self, error);
}
