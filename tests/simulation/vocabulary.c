/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/client.h"

/* Few enough that what is published meets who has subscribed. */
static const char *const topics[] = {
  "b/c",
  "/",
  "/a",
  "gr\303\274n/\342\202\254",
  "a",
  "a/b",
  "a/b/c",
  "b",
  "a//b",
  "a/",
  "room/with/a/name/that/is/long/enough/for/an/alias",
  "room/with/a/name/that/is/longer/than/that/one/by/some/more/bytes",
  "room/with/another/name/that/is/long/enough",
};

static const char *const reserved_topics[] = { "$x/a", "$SYS/broker/version" };

static const char *const filters[] = {
  "#",
  "+",
  "a",
  "a/b",
  "b",
  "a/#",
  "a/+",
  "+/b",
  "+/+",
  "/+",
  "/#",
  "a/+/+",
  "+/b/#",
  "b/#",
  "kept/+",
  "$x/#",
  "gr\303\274n/+",
  "room/#",
  "room/with/a/name/that/is/long/enough/for/an/alias",
  "room/with/+/name/#",
};

/* No filter is in more than two shares: model-share.c says why. */
static const char *const shared_filters[] = {
  "$share/one/a/#",
  "$share/two/a/#",
  "$share/two/+/b",
  "$share/one/a/b",
  "$share/two/room/#",
  "$share/three/+",
  "$share/three/kept/#",
};

static const char *const invalid_filters[] = {
  "a/#/b",
  "b+",
  "a#",
  "",
  "$share/one",
  "$share//a",
  "$share/on+e/a",
  "$share/one/",
  "$share/one/a#",
};

/**
 * sim_any_topic:
 * @random: random numbers
 *
 * Returns: (transfer none): a Topic Name; now and then one that clients may not publish to
 */
const char *
sim_any_topic (SimRandom *random)
{
  if (sim_random_one_in (random, 30))
    return reserved_topics[sim_random_below (random, G_N_ELEMENTS (reserved_topics))];
  return topics[sim_random_below (random, G_N_ELEMENTS (topics))];
}

/**
 * sim_any_filter:
 * @random: random numbers
 *
 * Returns: (transfer none): a Topic Filter, or what looks like one
 */
const char *
sim_any_filter (SimRandom *random)
{
  guint dice = sim_random_below (random, 20);

  if (dice == 0)
    return invalid_filters[sim_random_below (random, G_N_ELEMENTS (invalid_filters))];
  if (dice <= 5)
    return shared_filters[sim_random_below (random, G_N_ELEMENTS (shared_filters))];
  return filters[sim_random_below (random, G_N_ELEMENTS (filters))];
}

/**
 * sim_any_payload:
 * @random: random numbers
 * @serial: names the message
 *
 * Returns: (transfer full): a payload that no other message has, of one of several sizes
 */
char *
sim_any_payload (SimRandom *random, guint serial)
{
  static const guint sizes[] = { 0, 0, 0, 20, 100, 130, 200, 300 };
  guint size = sizes[sim_random_below (random, G_N_ELEMENTS (sizes))];
  g_autofree char *padding = g_strnfill (size > 0 ? size + sim_random_below (random, 30) : 0, '.');

  return g_strdup_printf ("%u%s", serial, padding);
}
