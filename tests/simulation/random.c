/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/random.h"

/**
 * sim_random_init:
 * @self: (out caller-allocates): random numbers
 * @seed: what they depend on, and nothing else
 */
void
sim_random_init (SimRandom *self, guint64 seed)
{
  self->state = seed;
}

/**
 * sim_random_next:
 * @self: random numbers
 *
 * Returns: the next one, any of 64 bits (SplitMix64)
 */
guint64
sim_random_next (SimRandom *self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/**
 * sim_random_below:
 * @self: random numbers
 * @n: at least 1
 *
 * Returns: a number from 0 to @n - 1
 */
guint
sim_random_below (SimRandom *self, guint n)
{
  return (guint) ((sim_random_next (self) >> 32) * n >> 32);
}

/**
 * sim_random_between:
 * @self: random numbers
 * @first: the smallest
 * @last: the largest
 *
 * Returns: a number from @first to @last, both of them possible
 */
guint
sim_random_between (SimRandom *self, guint first, guint last)
{
  return first + sim_random_below (self, last - first + 1);
}

/**
 * sim_random_one_in:
 * @self: random numbers
 * @n: at least 1
 *
 * Returns: %TRUE in one of @n cases
 */
gboolean
sim_random_one_in (SimRandom *self, guint n)
{
  return sim_random_below (self, n) == 0;
}
