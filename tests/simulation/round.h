/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/broker.h"
#include "tests/simulation/tally.h"

G_BEGIN_DECLS

/**
 * SimRoundOptions:
 * @seed: what everything depends on
 * @n_steps: how many steps there are before all that is left has to be delivered
 * @is_tracing: whether everything that happens is printed
 */
typedef struct
{
  guint64 seed;
  guint n_steps;
  gboolean is_tracing;
} SimRoundOptions;

void sim_round_run (const SimRoundOptions *options, SimTally *tally);

G_END_DECLS
