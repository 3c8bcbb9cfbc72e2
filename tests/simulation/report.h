/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimReport:
 * @seed: of the round
 * @n_steps: how many steps it has
 * @step: how many steps were begun
 * @now_us: the simulated time, microseconds
 * @is_tracing: whether everything that happens is printed
 *
 * What is told to whoever reads: the transcript, and the end of a run that has failed.
 */
typedef struct
{
  guint64 seed;
  guint n_steps;
  guint step;
  gint64 now_us;
  gboolean is_tracing;
} SimReport;

void sim_trace (const SimReport *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
G_NORETURN void sim_fail (const SimReport *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
