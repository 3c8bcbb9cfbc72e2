/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimRandom:
 *
 * Random numbers that are the same for a seed on every computer and with every GLib.
 */
typedef struct
{
  /*< private >*/
  guint64 state;
} SimRandom;

void sim_random_init (SimRandom *self, guint64 seed);
guint64 sim_random_next (SimRandom *self);
guint sim_random_below (SimRandom *self, guint n);
guint sim_random_between (SimRandom *self, guint first, guint last);
gboolean sim_random_one_in (SimRandom *self, guint n);

G_END_DECLS
