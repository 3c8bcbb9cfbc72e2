/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"

#include "tests/bench/hub-bench-process.h"

#include <gio/gio.h>

#include <stdio.h>

/* Long enough that every buffer and cache is what it will be. */
#define WARM_UP_SECONDS 0.2

typedef struct _Flow Flow;

typedef struct
{
  HubBenchClient *client; /* (unowned) */
  guint32 n_sent;
  guint32 n_done;   /* the messages before this one have reached all receivers */
  guint32 *missing; /* (owned): how many receivers have not got a message, by its number modulo the ring */
} Publisher;

/* What a client is told by its position: which of the receivers it is. */
typedef struct
{
  Flow *flow; /* (unowned) */
  guint index;
} Receiver;

struct _Flow
{
  const HubBenchOptions *options; /* (unowned) */
  HubBenchLoop *loop;             /* (owned) */
  GPtrArray *clients;             /* (owned) (element-type HubBenchClient) */
  Publisher *publishers;          /* (owned) */
  Receiver *receivers;            /* (owned) */
  guint32 *expected;              /* (owned): the next number, by receiver and publisher */
  guint8 *payload;                /* (owned) */
  guint n_publishers;
  guint n_receivers;
  guint n_receivers_each; /* of one publisher's messages */
  guint ring_mask;
  gboolean is_ending; /* nothing is published any more */
  guint64 n_missing;  /* deliveries that must still come */
  guint64 n_received;
  guint64 n_disordered;
};

static void
publish (Flow *self, guint index)
{
  Publisher *publisher = &self->publishers[index];
  guint32 head[2] = { index, publisher->n_sent };

  memcpy (self->payload, head, sizeof head);
  publisher->missing[publisher->n_sent & self->ring_mask] = self->n_receivers_each;
  publisher->n_sent++;
  self->n_missing += self->n_receivers_each;
  hub_bench_client_publish (publisher->client, (HubSpan){ self->payload, self->options->payload_size });
}

/* The slowest receiver sets the pace: so nothing gathers in the broker, and nothing has to be dropped there. Nor may a
 * client of 5.0 have more on its way than the broker has said. */
static void
fill_window (Flow *self, guint index)
{
  Publisher *publisher = &self->publishers[index];

  while (!self->is_ending && publisher->n_sent - publisher->n_done < self->options->window &&
         (self->options->qos < 2 || hub_bench_client_get_n_unacked (publisher->client) < self->options->window))
    publish (self, index);
}

static void
acked_cb (HubBenchClient *client, gpointer user_data)
{
  Flow *self = user_data;

  for (guint i = 0; i < self->n_publishers; i++)
    if (self->publishers[i].client == client)
      fill_window (self, i);
}

static void
note_received (Flow *self, guint index, guint32 number)
{
  Publisher *publisher = &self->publishers[index];

  self->n_received++;
  self->n_missing--;
  publisher->missing[number & self->ring_mask]--;
  if (number != publisher->n_done)
    return;
  while (publisher->n_done != publisher->n_sent && publisher->missing[publisher->n_done & self->ring_mask] == 0)
    publisher->n_done++;
  fill_window (self, index);
}

static void
message_cb (HubBenchClient *client, HubSpan payload, gpointer user_data)
{
  Receiver *receiver = user_data;
  Flow *self = receiver->flow;
  guint32 head[2] = { G_MAXUINT32, 0 };
  guint32 *expected;

  if (payload.size == self->options->payload_size)
    memcpy (head, payload.data, sizeof head);
  if (head[0] >= self->n_publishers || head[1] >= self->publishers[head[0]].n_sent)
    {
      hub_bench_loop_fail (self->loop, "a message came that was not sent");
      return;
    }

  expected = &self->expected[(gsize) receiver->index * self->n_publishers + head[0]];
  if (head[1] < *expected)
    {
      self->n_disordered++;
      return;
    }
  *expected = head[1] + 1;
  note_received (self, head[0], head[1]);
}

static HubBenchClient *
add_client (Flow *self, int receiver_index, int publisher_index, const char *topic, const char *filter)
{
  const HubBenchOptions *options = self->options;
  Receiver *receiver = receiver_index >= 0 ? &self->receivers[receiver_index] : NULL;
  HubBenchClient *client = hub_bench_client_new (self->loop, options->target, receiver != NULL ? message_cb : NULL, receiver);

  if (receiver != NULL)
    {
      *receiver = (Receiver){ self, (guint) receiver_index };
      if (options->is_durable)
        hub_bench_client_set_durable (client);
      hub_bench_client_subscribe (client, filter, options->qos);
    }
  if (publisher_index >= 0)
    {
      hub_bench_client_publish_to (client, topic, options->qos);
      self->publishers[publisher_index].client = client;
      if (options->qos == 2)
        hub_bench_client_set_acked (client, acked_cb, self);
      self->publishers[publisher_index].missing = g_new0 (guint32, self->ring_mask + 1);
    }
  g_ptr_array_add (self->clients, client);
  return client;
}

static void
set_size (Flow *self, guint n_publishers, guint n_receivers, guint n_receivers_each)
{
  self->n_publishers = n_publishers;
  self->n_receivers = n_receivers;
  self->n_receivers_each = n_receivers_each;
  self->publishers = g_new0 (Publisher, n_publishers);
  self->receivers = g_new0 (Receiver, n_receivers);
  self->expected = g_new0 (guint32, (gsize) n_publishers * n_receivers);
}

static void
add_clients (Flow *self)
{
  int count = (int) self->options->count;

  switch ((guint) self->options->shape)
    {
    case HUB_BENCH_FAN_OUT:
      set_size (self, 1, (guint) count, (guint) count);
      add_client (self, -1, 0, "bench/room", NULL);
      for (int i = 0; i < count; i++)
        add_client (self, i, -1, NULL, "bench/room");
      break;
    case HUB_BENCH_ROOM:
      set_size (self, (guint) count, (guint) count, (guint) count);
      for (int i = 0; i < count; i++)
        add_client (self, i, i, "bench/room", "bench/room");
      break;
    case HUB_BENCH_FAN_IN:
    case HUB_BENCH_PAIRS:
    default:
      {
        gboolean is_fan_in = self->options->shape == HUB_BENCH_FAN_IN;

        set_size (self, (guint) count, is_fan_in ? 1 : (guint) count, 1);
        if (is_fan_in)
          add_client (self, 0, -1, NULL, "bench/at/+");
        for (int i = 0; i < count; i++)
          {
            g_autofree char *topic = g_strdup_printf ("bench/at/%d", i);

            add_client (self, -1, i, topic, NULL);
            if (!is_fan_in)
              add_client (self, i, -1, NULL, topic);
          }
      }
    }
}

static Flow *
flow_new (const HubBenchOptions *options)
{
  Flow *self = g_new0 (Flow, 1);
  guint ring_size = 1;

  while (ring_size < options->window)
    ring_size *= 2;
  self->options = options;
  self->loop = hub_bench_loop_new ();
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  self->payload = g_malloc (options->payload_size);
  memset (self->payload, 'x', options->payload_size);
  self->ring_mask = ring_size - 1;
  add_clients (self);
  return self;
}

static void
flow_free (Flow *self)
{
  for (guint i = 0; i < self->n_publishers; i++)
    g_free (self->publishers[i].missing);
  g_ptr_array_unref (self->clients);
  hub_bench_loop_free (self->loop);
  g_free (self->publishers);
  g_free (self->receivers);
  g_free (self->expected);
  g_free (self->payload);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flow, flow_free)

/* Publishes for a while and then waits for what is on its way: what has not come when it gets silent is lost. */
static gboolean
run (Flow *self, double seconds, GError **error)
{
  gint64 end_ns = hub_bench_now_ns () + (gint64) (seconds * 1e9);

  self->is_ending = FALSE;
  for (guint i = 0; i < self->n_publishers; i++)
    fill_window (self, i);

  while (!self->is_ending || self->n_missing > 0)
    {
      gboolean is_silent = hub_bench_loop_turn (self->loop, HUB_BENCH_STALL_US) == 0;

      if (!hub_bench_loop_check (self->loop, error))
        return FALSE;
      if (is_silent)
        return TRUE;
      if (hub_bench_now_ns () >= end_ns)
        self->is_ending = TRUE;
    }
  return TRUE;
}

/**
 * hub_bench_measure_flow:
 * @options: what to measure: one of the shapes in which messages flow
 * @error: return location
 *
 * Prints, as JSON: deliveries, the seconds and the broker's CPU seconds that they took, by how many KiB the broker's memory was
 * larger at a time than before the first of them, how many were lost, and how many came behind a later one or a second
 * time. Others that are there besides do nothing meanwhile.
 *
 * Returns: %FALSE with @error set when nothing could be measured
 */
gboolean
hub_bench_measure_flow (const HubBenchOptions *options, GError **error)
{
  g_autoptr (Flow) flow = flow_new (options);
  g_autoptr (HubBenchBeside) beside = hub_bench_beside_new (options->target, options->company, options->company_count);
  gint64 start_ns;
  gint64 start_cpu_ns;
  gint64 kib_before;
  guint64 n_before;
  double seconds;
  double cpu_seconds;

  if (!hub_bench_beside_connect (beside, error) || !hub_bench_connect_all (flow->loop, flow->clients, 0, error))
    return FALSE;
  kib_before = hub_bench_process_peak_kib (options->pid);
  if (!run (flow, WARM_UP_SECONDS, error))
    return FALSE;

  n_before = flow->n_received;
  start_ns = hub_bench_now_ns ();
  start_cpu_ns = hub_bench_process_cpu_ns (options->pid);
  if (flow->n_missing == 0 && !run (flow, options->seconds, error))
    return FALSE;
  seconds = (double) (hub_bench_now_ns () - start_ns) / 1e9;
  cpu_seconds = (double) (hub_bench_process_cpu_ns (options->pid) - start_cpu_ns) / 1e9;

  printf ("{\"deliveries\": %" G_GUINT64_FORMAT ", \"seconds\": %.6f, \"cpu_seconds\": %.9f, "
          "\"peak_kib\": %" G_GINT64_FORMAT ", \"lost\": %" G_GUINT64_FORMAT ", \"disordered\": %" G_GUINT64_FORMAT "}\n",
          flow->n_received - n_before,
          seconds,
          cpu_seconds,
          hub_bench_process_peak_kib (options->pid) - kib_before,
          flow->n_missing,
          flow->n_disordered);
  return TRUE;
}
