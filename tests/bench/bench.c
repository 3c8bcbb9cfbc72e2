/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-options.h"
#include "tests/bench/hub-bench-process.h"

#include <gio/gio.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* The load generator: one measurement of one broker that runs already. tests/bench/run starts the brokers and puts the
 * measurements next to each other. */

typedef struct
{
  const char *name;
  HubBenchShape shape;
  gboolean (*measure) (const HubBenchOptions *options, GError **error);
} Measurement;

static const Measurement measurements[] = {
  { "fan-out", HUB_BENCH_FAN_OUT, hub_bench_measure_flow },
  { "fan-in", HUB_BENCH_FAN_IN, hub_bench_measure_flow },
  { "room", HUB_BENCH_ROOM, hub_bench_measure_flow },
  { "pairs", HUB_BENCH_PAIRS, hub_bench_measure_flow },
  { "paced-room", HUB_BENCH_PACED_ROOM, hub_bench_measure_paced_room },
  { "ping-pong", HUB_BENCH_PING_PONG, hub_bench_measure_ping_pong },
  { "idle", HUB_BENCH_IDLE, hub_bench_measure_idle },
  { "connects", HUB_BENCH_CONNECTS, hub_bench_measure_connects },
  { "subscriptions", HUB_BENCH_SUBSCRIPTIONS, hub_bench_measure_subscriptions },
  { "retained", HUB_BENCH_RETAINED, hub_bench_measure_retained },
};

static const char *const companies[] = {
  [HUB_BENCH_ALONE] = "nobody",
  [HUB_BENCH_BESIDE_IDLE] = "idle",
  [HUB_BENCH_BESIDE_SUBSCRIPTIONS] = "subscriptions",
  [HUB_BENCH_BESIDE_FROZEN] = "frozen",
  [HUB_BENCH_BESIDE_SLOW] = "slow",
  [HUB_BENCH_BESIDE_FLOOD] = "flood",
  [HUB_BENCH_BESIDE_STORM] = "storm",
};

static const struct
{
  const char *name;
  HubVersion version;
} versions[] = {
  { "3.1.1", HUB_VERSION_3_1_1 },
  { "5.0", HUB_VERSION_5_0 },
};

typedef struct
{
  char *shape;
  char *mqtt;
  char *beside;
  int beside_count;
  int port;
  int pid;
  int count;
  int qos;
  int payload;
  int window;
  int core;
  double rate;
  double seconds;
  gboolean websocket;
  gboolean durable;
} Arguments;

static gboolean
parse_arguments (Arguments *arguments, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "shape", 0, 0, G_OPTION_ARG_STRING, &arguments->shape, "fan-out, fan-in, room, pairs, paced-room, ping-pong, idle, connects, subscriptions or retained", "SHAPE" },
    { "port", 0, 0, G_OPTION_ARG_INT, &arguments->port, "Where the broker listens, on 127.0.0.1", "PORT" },
    { "pid", 0, 0, G_OPTION_ARG_INT, &arguments->pid, "The broker's process", "PID" },
    { "count", 0, 0, G_OPTION_ARG_INT, &arguments->count, "How many clients, pairs or receivers", "N" },
    { "qos", 0, 0, G_OPTION_ARG_INT, &arguments->qos, "QoS of publishing and subscribing", "0-2" },
    { "payload", 0, 0, G_OPTION_ARG_INT, &arguments->payload, "Bytes of a message", "BYTES" },
    { "window", 0, 0, G_OPTION_ARG_INT, &arguments->window, "Messages of one publisher that may be on their way", "N" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &arguments->rate, "Messages of each client in a second, in a paced room", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &arguments->seconds, "How long to measure", "SECONDS" },
    { "mqtt", 0, 0, G_OPTION_ARG_STRING, &arguments->mqtt, "The MQTT that is spoken: 3.1.1 or 5.0; default 3.1.1", "VERSION" },
    { "beside", 0, 0, G_OPTION_ARG_STRING, &arguments->beside, "Who else is there: idle, subscriptions, frozen, slow, flood or storm", "WHO" },
    { "beside-count", 0, 0, G_OPTION_ARG_INT, &arguments->beside_count, "How many of them", "N" },
    { "websocket", 0, 0, G_OPTION_ARG_NONE, &arguments->websocket, "Speak MQTT in WebSocket frames", NULL },
    { "durable", 0, 0, G_OPTION_ARG_NONE, &arguments->durable, "Give those who receive sessions that last", NULL },
    { "core", 0, 0, G_OPTION_ARG_INT, &arguments->core, "The processor to stay on", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Loads an MQTT broker and prints what it cost. Is run by tests/bench/run.");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
check_range (const char *name, int value, int min, int max, GError **error)
{
  if (value >= min && value <= max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s must be from %d to %d, not %d", name, min, max, value);
  return FALSE;
}

static const Measurement *
find_measurement (const Arguments *arguments, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (measurements); i++)
    if (g_strcmp0 (arguments->shape, measurements[i].name) == 0)
      return &measurements[i];
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--shape must be one of those that --help names");
  return NULL;
}

static gboolean
find_company (const Arguments *arguments, HubBenchOptions *options, GError **error)
{
  const char *wanted = arguments->beside != NULL ? arguments->beside : companies[HUB_BENCH_ALONE];

  options->company_count = (guint) arguments->beside_count;
  for (gsize i = 0; i < G_N_ELEMENTS (companies); i++)
    if (g_str_equal (wanted, companies[i]))
      {
        options->company = (HubBenchCompany) i;
        return TRUE;
      }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--beside must be one of those that --help names");
  return FALSE;
}

static gboolean
find_version (const Arguments *arguments, HubBenchOptions *options, GError **error)
{
  const char *wanted = arguments->mqtt != NULL ? arguments->mqtt : versions[0].name;

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    if (g_str_equal (wanted, versions[i].name))
      {
        options->target.version = versions[i].version;
        return TRUE;
      }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--mqtt must be 3.1.1 or 5.0");
  return FALSE;
}

static gboolean
check_arguments (const Arguments *arguments, GError **error)
{
  if (arguments->rate <= 0 || arguments->seconds <= 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--rate and --seconds must be more than 0");
      return FALSE;
    }
  return check_range ("port", arguments->port, 1, G_MAXUINT16, error) &&
         check_range ("pid", arguments->pid, 1, G_MAXINT, error) &&
         check_range ("count", arguments->count, 1, 1000000, error) &&
         check_range ("qos", arguments->qos, 0, 2, error) &&
         check_range ("payload", arguments->payload, HUB_BENCH_PAYLOAD_SIZE_MIN, 1000000, error) &&
         check_range ("window", arguments->window, 1, 30000, error) &&
         check_range ("beside-count", arguments->beside_count, 0, 1000000, error) &&
         check_range ("core", arguments->core, -1, 1023, error);
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
measure (const Arguments *arguments, GError **error)
{
  const Measurement *measurement = find_measurement (arguments, error);
  HubBenchOptions options = {
    .target = { .port = (guint16) arguments->port, .is_websocket = arguments->websocket },
    .pid = (guint) arguments->pid,
    .count = (guint) arguments->count,
    .qos = (guint8) arguments->qos,
    .payload_size = (guint) arguments->payload,
    .window = (guint) arguments->window,
    .rate = arguments->rate,
    .seconds = arguments->seconds,
    .is_durable = arguments->durable,
  };

  if (measurement == NULL || !check_arguments (arguments, error) || !find_company (arguments, &options, error) ||
      !find_version (arguments, &options, error))
    return FALSE;
  if (arguments->core >= 0 && !hub_bench_pin ((guint) arguments->core, error))
    return FALSE;
  raise_descriptor_limit ();
  options.shape = measurement->shape;
  return measurement->measure (&options, error);
}

int
main (int argc, char **argv)
{
  Arguments arguments = { .count = 100, .payload = 100, .window = 1, .rate = 4, .core = -1, .seconds = 1 };
  g_autoptr (GError) error = NULL;

  if (parse_arguments (&arguments, &argc, &argv, &error))
    measure (&arguments, &error);
  g_free (arguments.shape);
  g_free (arguments.mqtt);
  g_free (arguments.beside);
  if (error == NULL)
    return EXIT_SUCCESS;
  fprintf (stderr, "bench: %s\n", error->message);
  return EXIT_FAILURE;
}
