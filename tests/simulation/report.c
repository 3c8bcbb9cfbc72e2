/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/report.h"

#include <stdio.h>
#include <unistd.h>

/**
 * sim_trace:
 * @self: a report
 * @format: a format
 * @...: its arguments
 *
 * Adds a line to the transcript, if there is one.
 */
void
sim_trace (const SimReport *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!self->is_tracing)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%6u %14.6f  %s\n", self->step, (double) self->now_us / G_USEC_PER_SEC, text);
}

/**
 * sim_fail:
 * @self: a report
 * @format: a format
 * @...: its arguments
 *
 * Says what is wrong and how to see it again, and ends the program.
 */
void
sim_fail (const SimReport *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("FAILED in seed %" G_GUINT64_FORMAT ", step %u, at %.6f s: %s\n"
           "To see how it came about: simulation --seed %" G_GUINT64_FORMAT " --steps %u --trace\n",
           self->seed,
           self->step,
           (double) self->now_us / G_USEC_PER_SEC,
           text,
           self->seed,
           self->n_steps);
  fflush (stdout);
  _exit (1);
}
