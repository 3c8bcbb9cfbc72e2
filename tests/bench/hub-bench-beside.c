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

/* As many as hub_bench_connect_all() has on their way. */
#define STORM_MAX 50
#define CUT_MAX 50

struct _HubBenchBeside
{
  HubBenchLoop *loop; /* (unowned) */
  HubBenchTarget target;
  HubBenchCompany company;
  guint count;
  GPtrArray *clients; /* (owned) (element-type HubBenchClient) */
  gboolean is_active;
  gint64 next_ns; /* when something happens again */
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

static void
flood (HubBenchBeside *self)
{
  static guint8 payload[FLOOD_PAYLOAD_SIZE];

  for (guint i = 0; i < self->count; i++)
    {
      HubBenchClient *client = g_ptr_array_index (self->clients, i);

      while (hub_bench_client_get_unsent (client) < FLOOD_BYTES)
        {
          hub_bench_client_publish (client, (HubSpan){ payload, sizeof payload });
          self->n_done++;
        }
    }
}

static void
storm (HubBenchBeside *self)
{
  while (self->n_ready < self->n_started && hub_bench_client_is_ready (g_ptr_array_index (self->clients, self->n_ready)))
    {
      self->n_ready++;
      self->n_done++;
    }
  if (self->n_ready == self->count && hub_bench_now_ns () >= self->next_ns)
    {
      self->next_ns = hub_bench_now_ns () + SECOND_NS;
      self->n_cut = self->n_started = self->n_ready = 0;
    }
  /* To cut off all of them takes the system tens of milliseconds, which are not the broker's. */
  for (guint i = 0; i < CUT_MAX && self->n_cut < self->count; i++)
    hub_bench_client_cut (g_ptr_array_index (self->clients, self->n_cut++));
  while (self->n_cut == self->count && self->n_started < self->count && self->n_started - self->n_ready < STORM_MAX)
    hub_bench_client_start (g_ptr_array_index (self->clients, self->n_started++));
}

/**
 * hub_bench_beside_new:
 * @loop: the loop; must outlive what is returned
 * @target: where the broker is
 * @company: who is to be there
 * @count: how many of them
 *
 * Returns: (transfer full): those who are to be there; nobody is connected
 */
HubBenchBeside *
hub_bench_beside_new (HubBenchLoop *loop, HubBenchTarget target, HubBenchCompany company, guint count)
{
  HubBenchBeside *self = g_new0 (HubBenchBeside, 1);

  self->loop = loop;
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
  g_ptr_array_unref (self->clients);
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
 * They begin to do what they are there for.
 */
void
hub_bench_beside_begin (HubBenchBeside *self)
{
  self->is_active = TRUE;
  self->next_ns = self->next_feed_ns = hub_bench_now_ns ();
  self->n_cut = self->n_started = self->n_ready = self->count;
  if (self->company == HUB_BENCH_BESIDE_FROZEN || self->company == HUB_BENCH_BESIDE_SLOW)
    for (guint i = 0; i < self->count; i++)
      hub_bench_client_freeze (g_ptr_array_index (self->clients, i));
}

/**
 * hub_bench_beside_step:
 * @self: those who are there
 *
 * Goes on, without waiting; to be called in each turn.
 */
void
hub_bench_beside_step (HubBenchBeside *self)
{
  if (!self->is_active)
    return;
  if (self->company == HUB_BENCH_BESIDE_SLOW)
    sip (self);
  if (self->company == HUB_BENCH_BESIDE_FROZEN || self->company == HUB_BENCH_BESIDE_SLOW)
    feed (self);
  else if (self->company == HUB_BENCH_BESIDE_FLOOD)
    flood (self);
  else if (self->company == HUB_BENCH_BESIDE_STORM)
    storm (self);
}

/**
 * hub_bench_beside_end:
 * @self: those who are there
 *
 * They do nothing more of it.
 */
void
hub_bench_beside_end (HubBenchBeside *self)
{
  self->is_active = FALSE;
}

/**
 * hub_bench_beside_get_n_done:
 * @self: those who are there
 *
 * Returns: how many messages they have published, or connections they have made
 */
guint64
hub_bench_beside_get_n_done (const HubBenchBeside *self)
{
  return self->n_done;
}
