/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_FUZZ_PEERS:
 *
 * How many connections an input can have at a time.
 */
#define HUB_FUZZ_PEERS 4

/**
 * HubFuzzAction:
 * @HUB_FUZZ_FEED: a connection sends: a byte that says how many, and these. A closed one is opened anew
 * @HUB_FUZZ_FEED_MORE: the same, so that it is drawn more often
 * @HUB_FUZZ_FEED_STILL_MORE: the same
 * @HUB_FUZZ_PASS: time passes: two to the power of a byte, microseconds
 * @HUB_FUZZ_LOSE: a connection breaks
 * @HUB_FUZZ_READ: a connection takes what it was sent
 *
 * What an input of fuzz-core can do; the byte of an action is the action times %HUB_FUZZ_PEERS, plus the connection.
 */
typedef enum
{
  HUB_FUZZ_FEED,
  HUB_FUZZ_FEED_MORE,
  HUB_FUZZ_FEED_STILL_MORE,
  HUB_FUZZ_PASS,
  HUB_FUZZ_LOSE,
  HUB_FUZZ_READ,
} HubFuzzAction;

/**
 * HUB_FUZZ_N_ACTIONS:
 *
 * How many actions there are.
 */
#define HUB_FUZZ_N_ACTIONS 6

G_END_DECLS
