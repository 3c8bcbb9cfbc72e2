/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-backoff.h"

/* Doubled up to a wait that people who look on do not mind; when nobody comes back for a minute, doubled again. */
#define FIRST_MS 500
#define SOON_MS 3500
#define N_SOON 20
#define LONGEST_MS 30000

/* What is left to chance, to either side: a room full of windows does not come back in the same instant. */
#define SPREAD 0.4

/**
 * hub_backoff_next:
 * @self: what was waited so far
 * @is_patient: whether there is little hope, since a human has to change something first
 * @chance: from 0 to 1, a new number for each call
 *
 * Returns: how long to wait until the next attempt, milliseconds
 */
guint
hub_backoff_next (HubBackoff *self, gboolean is_patient, double chance)
{
  guint wait_ms = FIRST_MS;

  for (guint i = 0; i < self->n_attempts; i++)
    wait_ms = MIN (wait_ms * 2, i < N_SOON ? SOON_MS : LONGEST_MS);
  if (wait_ms < LONGEST_MS)
    self->n_attempts++;
  if (is_patient)
    wait_ms = LONGEST_MS;
  return (guint) (wait_ms * (1 - SPREAD + 2 * SPREAD * chance));
}

/**
 * hub_backoff_reset:
 * @self: what was waited so far
 *
 * Begins anew: the host was reached, or there is news of it.
 */
void
hub_backoff_reset (HubBackoff *self)
{
  self->n_attempts = 0;
}
