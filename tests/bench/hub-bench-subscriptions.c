/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"

#include <stdio.h>

/* Each publish goes to a topic that nothing was published to before: no broker has a route for it. */
#define PUBLISHES 5000
#define CROWD 100
#define WARM_UP_PUBLISHES 200

typedef struct
{
  const HubBenchOptions *options; /* (unowned) */
  HubBenchLoop *loop;             /* (owned) */
  GPtrArray *clients;             /* (owned) (element-type HubBenchClient) */
  HubBenchClient *publisher;      /* (unowned) */
  guint8 *payload;                /* (owned) */
  guint64 n_received;
  guint n_topics;
} Subscriptions;

static void
message_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  ((Subscriptions *) user_data)->n_received++;
}

static HubBenchClient *
add_client (Subscriptions *self, const char *filter)
{
  HubBenchClient *client = hub_bench_client_new (self->loop, self->options->target, message_cb, self);

  if (filter != NULL)
    hub_bench_client_subscribe (client, filter, 0);
  g_ptr_array_add (self->clients, client);
  return client;
}

/* Publishes to one new topic after the other, a few at a time, and returns the broker's CPU microseconds for each. */
static gboolean
measure_publish (Subscriptions *self, const char *prefix, guint n_matches, guint n_publishes, double *cpu_us, GError **error)
{
  guint64 n_wanted = self->n_received;
  gint64 start_ns = hub_bench_process_cpu_ns (self->options->pid);

  for (guint i = 0; i < n_publishes; i++)
    {
      g_autofree char *topic = g_strdup_printf ("%s/%u", prefix, self->n_topics++);

      hub_bench_client_publish_to (self->publisher, topic, 0);
      hub_bench_client_publish (self->publisher, (HubSpan){ self->payload, self->options->payload_size });
      n_wanted += n_matches;
      while (self->n_received + (guint64) self->options->window * n_matches <= n_wanted ||
             (i + 1 == n_publishes && self->n_received < n_wanted))
        if (hub_bench_loop_turn (self->loop, HUB_BENCH_STALL_US) == 0 || !hub_bench_loop_check (self->loop, error))
          {
            hub_bench_loop_fail (self->loop, "a message does not come");
            return hub_bench_loop_check (self->loop, error);
          }
    }
  *cpu_us = (double) (hub_bench_process_cpu_ns (self->options->pid) - start_ns) / 1e3 / n_publishes;
  return TRUE;
}

static gboolean
measure (Subscriptions *self, GError **error)
{
  const HubBenchOptions *options = self->options;
  g_autoptr (HubBenchBeside) many = hub_bench_beside_new (options->target, HUB_BENCH_BESIDE_SUBSCRIPTIONS, options->count);
  double one_before;
  double one;
  double crowd_before;
  double crowd;
  double unused;
  gint64 kib_before;
  gint64 start_ns;

  if (!hub_bench_connect_all (self->loop, self->clients, 0, error) ||
      !measure_publish (self, "bench/one", 1, WARM_UP_PUBLISHES, &unused, error) ||
      !measure_publish (self, "bench/one", 1, PUBLISHES, &one_before, error) ||
      !measure_publish (self, "bench/crowd", CROWD, PUBLISHES, &crowd_before, error))
    return FALSE;

  kib_before = hub_bench_process_resident_kib (options->pid);
  start_ns = hub_bench_process_cpu_ns (options->pid);
  if (!hub_bench_beside_connect (many, error))
    return FALSE;
  start_ns = hub_bench_process_cpu_ns (options->pid) - start_ns;
  kib_before = hub_bench_process_resident_kib (options->pid) - kib_before;
  if (!measure_publish (self, "bench/one", 1, WARM_UP_PUBLISHES, &unused, error) ||
      !measure_publish (self, "bench/one", 1, PUBLISHES, &one, error) ||
      !measure_publish (self, "bench/crowd", CROWD, PUBLISHES, &crowd, error))
    return FALSE;

  printf ("{\"bytes_each\": %.1f, \"subscribe_us\": %.3f, \"one_us_before\": %.3f, \"one_us\": %.3f, "
          "\"crowd_us_before\": %.3f, \"crowd_us\": %.3f}\n",
          (double) kib_before * 1024 / options->count,
          (double) start_ns / 1e3 / options->count,
          one_before,
          one,
          crowd_before,
          crowd);
  return TRUE;
}

/**
 * hub_bench_measure_subscriptions:
 * @options: what to measure
 * @error: return location
 *
 * Publishes to new topics with one receiver, and with a hundred, before there are very many other subscriptions, and when
 * there are. Prints, as JSON: resident bytes of a subscription, CPU microseconds to subscribe and to publish, each.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_subscriptions (const HubBenchOptions *options, GError **error)
{
  g_autoptr (HubBenchLoop) loop = hub_bench_loop_new ();
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  g_autofree guint8 *payload = g_malloc0 (options->payload_size);
  Subscriptions self = { .options = options, .loop = loop, .clients = clients, .payload = payload };

  self.publisher = add_client (&self, NULL);
  add_client (&self, "bench/one/#");
  for (guint i = 0; i < CROWD; i++)
    add_client (&self, "bench/crowd/#");
  return measure (&self, error);
}
