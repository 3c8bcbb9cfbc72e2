/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-beside.h"

#include "tests/bench/hub-bench-process.h"

/* Clients among whom many subscriptions are divided. */
#define SUBSCRIBERS 100

/* What a client in a flood keeps ready for the system to take. */
#define FLOOD_BYTES (32 * 1024)
#define FLOOD_PAYLOAD_SIZE 100

/* What keeps those busy who do not read, or hardly: 1 MB a second for each. */
#define FEED_PAYLOAD_SIZE 20000
#define FEEDS_A_SECOND 50

#define SIP_BYTES 1024
#define SECOND_NS 1000000000

/* Whether it is over is looked for that often, at least. */
#define TURN_NS 10000000

/* As many as hub_bench_connect_all() has on their way. */
#define STORM_MAX 50
#define CUT_MAX 50

struct _HubBenchBeside
{
  HubBenchLoop *loop; /* (owned) */
  HubBenchTarget target;
  HubBenchCompany company;
  guint count;
  GPtrArray *clients; /* (owned) (element-type HubBenchClient) */
  GThread *thread;    /* (owned) (nullable): while they are at it; everything above and below is its own */
  int is_over;        /* (atomic) */
  gint64 next_ns;     /* when something happens again */
  gint64 next_feed_ns;
  guint n_cut;     /* of the clients of a storm */
  guint n_started; /* of those, the ones that come back */
  guint n_ready;   /* the clients before this one are back */
  guint64 n_done;  /* what has been done: messages, or connections */
};

static HubBenchClient *
add_client (HubBenchBeside *self, const char *filter)
{
  HubBenchClient *client = hub_bench_client_new (self->loop, self->target, NULL, NULL);

  if (filter != NULL)
    hub_bench_client_subscribe (client, filter, 0);
  g_ptr_array_add (self->clients, client);
  return client;
}

/* None of them matches what is measured, but a broker that looks for what does comes past each tenth one. */
static char *
filter_cb (HubBenchClient *client, guint index, gpointer user_data)
{
  guint number = GPOINTER_TO_UINT (user_data) + index;

  switch (number % 20)
    {
    case 0:
      return g_strdup_printf ("bench/+/other/%u", number);
    case 10:
      return g_strdup_printf ("+/room/%u/#", number);
    default:
      return g_strdup_printf ("bench/other/%u/%u", number % 100, number);
    }
}

static void
add_subscribers (HubBenchBeside *self)
{
  guint n_clients = MIN (self->count, SUBSCRIBERS);
  guint first = 0;

  for (guint i = 0; i < n_clients; i++)
    {
      guint n = (self->count - first) / (n_clients - i);

      hub_bench_client_subscribe_many (add_client (self, NULL), filter_cb, n, GUINT_TO_POINTER (first));
      first += n;
    }
}

static void
add_each_with_a_topic (HubBenchBeside *self)
{
  for (guint i = 0; i < self->count; i++)
    {
      g_autofree char *filter = g_strdup_printf ("bench/beside/%u", i);

      add_client (self, filter);
    }
}

static void
add_clients (HubBenchBeside *self)
{
  switch ((guint) self->company)
    {
    case HUB_BENCH_BESIDE_IDLE:
    case HUB_BENCH_BESIDE_STORM:
      add_each_with_a_topic (self);
      break;
    case HUB_BENCH_BESIDE_SUBSCRIPTIONS:
      add_subscribers (self);
      break;
    case HUB_BENCH_BESIDE_FROZEN:
    case HUB_BENCH_BESIDE_SLOW:
      for (guint i = 0; i < self->count; i++)
        hub_bench_client_set_narrow (add_client (self, "bench/+"));
      hub_bench_client_publish_to (add_client (self, NULL), "bench/feed", 0);
      break;
    case HUB_BENCH_BESIDE_FLOOD:
      for (guint i = 0; i < self->count; i++)
        hub_bench_client_publish_to (add_client (self, NULL), "bench/flood", 0);
      add_client (self, "bench/flood");
      break;
    default:
      break;
    }
}

static void
feed (HubBenchBeside *self)
{
  static guint8 payload[FEED_PAYLOAD_SIZE];

  if (hub_bench_now_ns () < self->next_feed_ns)
    return;
  self->next_feed_ns += SECOND_NS / FEEDS_A_SECOND;
  hub_bench_client_publish (g_ptr_array_index (self->clients, self->count), (HubSpan){ payload, sizeof payload });
  self->n_done++;
}

static void
sip (HubBenchBeside *self)
{
  if (hub_bench_now_ns () < self->next_ns)
    return;
  self->next_ns += SECOND_NS;
  for (guint i = 0; i < self->count; i++)
    hub_bench_client_sip (g_ptr_array_index (self->clients, i), SIP_BYTES);
}

/* Returns: when there is more to do, unless something happens before. */
static gint64
step_frozen (HubBenchBeside *self)
{
  feed (self);
  return self->next_feed_ns;
}

static gint64
step_slow (HubBenchBeside *self)
{
  sip (self);
  feed (self);
  return MIN (self->next_ns, self->next_feed_ns);
}

static gint64
step_flood (HubBenchBeside *self)
{
  static guint8 payload[FLOOD_PAYLOAD_SIZE];
  guint64 n_before = self->n_done;

  for (guint i = 0; i < self->count; i++)
    {
      HubBenchClient *client = g_ptr_array_index (self->clients, i);

      while (hub_bench_client_get_unsent (client) < FLOOD_BYTES)
        {
          hub_bench_client_publish (client, (HubSpan){ payload, sizeof payload });
          self->n_done++;
        }
    }
  /* The system may have room for more. */
  return self->n_done > n_before ? 0 : G_MAXINT64;
}

static gint64
step_storm (HubBenchBeside *self)
{
  while (self->n_ready < self->n_started && hub_bench_client_is_ready (g_ptr_array_index (self->clients, self->n_ready)))
    {
      self->n_ready++;
      self->n_done++;
    }
  if (self->n_ready == self->count)
    {
      if (hub_bench_now_ns () < self->next_ns)
        return self->next_ns;
      self->next_ns = hub_bench_now_ns () + SECOND_NS;
      self->n_cut = self->n_started = self->n_ready = 0;
    }
  /* To cut off all of them takes the system tens of milliseconds, which are not the broker's. */
  for (guint i = 0; i < CUT_MAX && self->n_cut < self->count; i++)
    hub_bench_client_cut (g_ptr_array_index (self->clients, self->n_cut++));
  if (self->n_cut < self->count)
    return 0;
  while (self->n_started < self->count && self->n_started - self->n_ready < STORM_MAX)
    hub_bench_client_start (g_ptr_array_index (self->clients, self->n_started++));
  return G_MAXINT64;
}

static gint64
step (HubBenchBeside *self)
{
  switch ((guint) self->company)
    {
    case HUB_BENCH_BESIDE_FROZEN:
      return step_frozen (self);
    case HUB_BENCH_BESIDE_SLOW:
      return step_slow (self);
    case HUB_BENCH_BESIDE_FLOOD:
      return step_flood (self);
    case HUB_BENCH_BESIDE_STORM:
      return step_storm (self);
    default:
      return G_MAXINT64;
    }
}

/* What is measured has the processor first: those who are there besides are not to be waited for by anybody but the
 * broker. */
static gpointer
thread_cb (gpointer user_data)
{
  HubBenchBeside *self = user_data;

  hub_bench_yield_to_others ();
  while (!g_atomic_int_get (&self->is_over) && !hub_bench_loop_has_failed (self->loop))
    {
      gint64 next_ns = step (self);

      hub_bench_loop_turn (self->loop, CLAMP (next_ns - hub_bench_now_ns (), 0, TURN_NS) / 1000);
    }
  return NULL;
}

/**
 * hub_bench_beside_new:
 * @target: where the broker is
 * @company: who is to be there
 * @count: how many of them
 *
 * Returns: (transfer full): those who are to be there; nobody is connected
 */
HubBenchBeside *
hub_bench_beside_new (HubBenchTarget target, HubBenchCompany company, guint count)
{
  HubBenchBeside *self = g_new0 (HubBenchBeside, 1);

  self->loop = hub_bench_loop_new ();
  self->target = target;
  self->company = company;
  self->count = count;
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_bench_client_free);
  add_clients (self);
  return self;
}

/**
 * hub_bench_beside_free:
 * @self: (transfer full): those who are there
 */
void
hub_bench_beside_free (HubBenchBeside *self)
{
  if (self->thread != NULL)
    hub_bench_beside_end (self, NULL);
  g_ptr_array_unref (self->clients);
  hub_bench_loop_free (self->loop);
  g_free (self);
}

/**
 * hub_bench_beside_connect:
 * @self: those who are to be there
 * @error: return location
 *
 * Returns: %FALSE with @error set when they cannot connect
 */
gboolean
hub_bench_beside_connect (HubBenchBeside *self, GError **error)
{
  return hub_bench_connect_all (self->loop, self->clients, 0, error);
}

/**
 * hub_bench_beside_begin:
 * @self: those who are there, connected
 *
 * They begin to do what they are there for, on a thread of their own.
 */
void
hub_bench_beside_begin (HubBenchBeside *self)
{
  self->next_ns = self->next_feed_ns = hub_bench_now_ns ();
  self->n_cut = self->n_started = self->n_ready = self->count;
  if (self->company == HUB_BENCH_BESIDE_FROZEN || self->company == HUB_BENCH_BESIDE_SLOW)
    for (guint i = 0; i < self->count; i++)
      hub_bench_client_freeze (g_ptr_array_index (self->clients, i));
  self->thread = g_thread_new ("beside", thread_cb, self);
}

/**
 * hub_bench_beside_end:
 * @self: those who are there, and have begun
 * @error: return location
 *
 * They do nothing more of it.
 *
 * Returns: %FALSE with @error set when they could not do it
 */
gboolean
hub_bench_beside_end (HubBenchBeside *self, GError **error)
{
  g_atomic_int_set (&self->is_over, 1);
  g_clear_pointer (&self->thread, g_thread_join);
  return hub_bench_loop_check (self->loop, error);
}

/**
 * hub_bench_beside_get_n_done:
 * @self: those who are there, and have ended
 *
 * Returns: how many messages they have published, or connections they have made
 */
guint64
hub_bench_beside_get_n_done (const HubBenchBeside *self)
{
  return self->n_done;
}
