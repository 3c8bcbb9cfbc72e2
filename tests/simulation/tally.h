/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimEvent:
 *
 * What a simulation has to meet again and again to be worth anything; tally.c says it in words.
 */
typedef enum
{
  SIM_EVENT_CONNECT,
  SIM_EVENT_RESUME,
  SIM_EVENT_REFUSE,
  SIM_EVENT_TAKEOVER,
  SIM_EVENT_FAULT,
  SIM_EVENT_KEEP_ALIVE,
  SIM_EVENT_LATE,
  SIM_EVENT_CUT,
  SIM_EVENT_CRASH,
  SIM_EVENT_RESTORE,
  SIM_EVENT_CRASH_BEFORE,
  SIM_EVENT_CRASH_AFTER,
  SIM_EVENT_SESSION_EXPIRED,
  SIM_EVENT_WILL,
  SIM_EVENT_WILL_DELAYED,
  SIM_EVENT_WILL_SPARED,
  SIM_EVENT_PUBLISH,
  SIM_EVENT_PUBLISH_AGAIN,
  SIM_EVENT_PUBLISH_DENIED,
  SIM_EVENT_ALIAS_IN,
  SIM_EVENT_RECEIVE_MAXIMUM,
  SIM_EVENT_ID_TAKEN,
  SIM_EVENT_DELIVER_0,
  SIM_EVENT_DELIVER_1,
  SIM_EVENT_DELIVER_2,
  SIM_EVENT_DELIVER_AGAIN,
  SIM_EVENT_DELIVER_RETAINED,
  SIM_EVENT_REPLAY_ENDED,
  SIM_EVENT_DELIVER_SHARED,
  SIM_EVENT_DELIVER_ALIAS,
  SIM_EVENT_DELIVER_EXPIRY,
  SIM_EVENT_DELIVER_OVERLAP,
  SIM_EVENT_QUEUED,
  SIM_EVENT_WINDOW_FULL,
  SIM_EVENT_NO_ROOM,
  SIM_EVENT_QUEUE_FULL,
  SIM_EVENT_TOO_LARGE,
  SIM_EVENT_EXPIRED,
  SIM_EVENT_NO_LOCAL,
  SIM_EVENT_RETAINED_FULL,
  SIM_EVENT_RETAINED_EXPIRED,
  SIM_EVENT_REJECTED,
  SIM_EVENT_RELEASE_AGAIN,
  SIM_N_EVENTS,
} SimEvent;

/**
 * SimTally:
 * @counts: how often each event has come
 * @steps: steps of all rounds
 * @rounds: rounds
 *
 * What was met.
 */
typedef struct
{
  guint64 counts[SIM_N_EVENTS];
  guint64 steps;
  guint rounds;
} SimTally;

void sim_tally_print (const SimTally *self);
const char *sim_tally_find_unmet (const SimTally *self);

G_END_DECLS
