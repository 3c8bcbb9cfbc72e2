/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/round.h"

#include <stdio.h>
#include <stdlib.h>

/* What is played where nobody says anything. */
#define SEED 1
#define STEPS 10000

/* So many steps at most are played by one set of rules. */
#define ROUND_STEPS 2500

typedef struct
{
  gint64 seed;
  int n_steps;
  double seconds;
  gboolean is_tracing;
  gboolean wants_all;
} Options;

static gboolean
read_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options->seed, "Of the first round; each further one has the next", "N" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &options->n_steps, "How many steps to play", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Play for so long, instead of a number of steps", "S" },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &options->is_tracing, "Print everything that happens", NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &options->wants_all, "Fail if anything that can be met was not", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- a broker under simulation");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 || options->n_steps < 1 || options->seconds < 0)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "steps and seconds are positive numbers");
      return FALSE;
    }
  return TRUE;
}

static void
play (const Options *options, SimTally *tally)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) (options->seconds * G_USEC_PER_SEC);
  guint64 left = (guint64) options->n_steps;

  for (guint64 seed = (guint64) options->seed; options->seconds > 0 ? g_get_monotonic_time () < end_us : left > 0; seed++)
    {
      SimRoundOptions round = { seed, ROUND_STEPS, options->is_tracing };

      if (options->seconds == 0)
        round.n_steps = (guint) MIN (left, ROUND_STEPS);
      left -= round.n_steps;
      g_print ("# seed %" G_GUINT64_FORMAT "\n", seed);
      fflush (stdout);
      sim_round_run (&round, tally);
    }
}

int
main (int argc, char *argv[])
{
  Options options = { .seed = SEED, .n_steps = STEPS };
  g_autoptr (GError) error = NULL;
  SimTally tally = { 0 };
  const char *unmet;

  if (!read_options (&options, &argc, &argv, &error))
    {
      g_printerr ("simulation: %s\n", error->message);
      return EXIT_FAILURE;
    }
  play (&options, &tally);
  sim_tally_print (&tally);
  unmet = sim_tally_find_unmet (&tally);
  if (options.wants_all && unmet != NULL)
    {
      g_print ("FAILED: never met: %s\n", unmet);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
