/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/simulation/tally.h"

static const char *const names[SIM_N_EVENTS] = {
  [SIM_EVENT_CONNECT] = "connections accepted",
  [SIM_EVENT_RESUME] = "sessions resumed",
  [SIM_EVENT_REFUSE] = "connections refused",
  [SIM_EVENT_TAKEOVER] = "sessions taken over",
  [SIM_EVENT_FAULT] = "faults of clients",
  [SIM_EVENT_KEEP_ALIVE] = "clients silent for too long",
  [SIM_EVENT_LATE] = "packets handled before deadlines that had come",
  [SIM_EVENT_CUT] = "packets cut by the end of the connection",
  [SIM_EVENT_CRASH] = "crashes",
  [SIM_EVENT_RESTORE] = "of them with a store",
  [SIM_EVENT_CRASH_BEFORE] = "before what had changed was committed",
  [SIM_EVENT_CRASH_AFTER] = "before anybody was told that it was",
  [SIM_EVENT_SESSION_EXPIRED] = "sessions expired",
  [SIM_EVENT_WILL] = "wills published",
  [SIM_EVENT_WILL_DELAYED] = "wills published after a delay",
  [SIM_EVENT_WILL_SPARED] = "wills not published, since the client came back",
  [SIM_EVENT_PUBLISH] = "messages published",
  [SIM_EVENT_PUBLISH_AGAIN] = "messages published again under way at QoS 2",
  [SIM_EVENT_PUBLISH_DENIED] = "messages denied",
  [SIM_EVENT_ALIAS_IN] = "topics replaced by an alias of the client",
  [SIM_EVENT_RECEIVE_MAXIMUM] = "receive maximum of the broker passed",
  [SIM_EVENT_ID_TAKEN] = "packet identifiers that belong to a message at QoS 2",
  [SIM_EVENT_DELIVER_0] = "deliveries at QoS 0",
  [SIM_EVENT_DELIVER_1] = "deliveries at QoS 1",
  [SIM_EVENT_DELIVER_2] = "deliveries at QoS 2",
  [SIM_EVENT_DELIVER_AGAIN] = "deliveries sent again",
  [SIM_EVENT_DELIVER_RETAINED] = "deliveries of retained messages",
  [SIM_EVENT_REPLAY_ENDED] = "retained messages not wanted any more, or anew",
  [SIM_EVENT_DELIVER_SHARED] = "deliveries to one of several members of a share",
  [SIM_EVENT_DELIVER_ALIAS] = "topics replaced by an alias of the broker",
  [SIM_EVENT_DELIVER_EXPIRY] = "deliveries that say when they expire",
  [SIM_EVENT_DELIVER_OVERLAP] = "deliveries for several subscriptions",
  [SIM_EVENT_QUEUED] = "messages queued",
  [SIM_EVENT_WINDOW_FULL] = "of them for a window that was full",
  [SIM_EVENT_NO_ROOM] = "QoS 0 dropped for clients that do not read",
  [SIM_EVENT_QUEUE_FULL] = "dropped at full queues",
  [SIM_EVENT_TOO_LARGE] = "not sent to clients that take no such size",
  [SIM_EVENT_EXPIRED] = "expired while they were waiting",
  [SIM_EVENT_NO_LOCAL] = "kept from their publisher",
  [SIM_EVENT_RETAINED_FULL] = "not retained at the limit",
  [SIM_EVENT_RETAINED_EXPIRED] = "retained messages expired",
  [SIM_EVENT_REJECTED] = "refused by the receiver",
  [SIM_EVENT_RELEASE_AGAIN] = "releases sent again",
};

/**
 * sim_tally_print:
 * @self: a tally
 */
void
sim_tally_print (const SimTally *self)
{
  g_print ("# %" G_GUINT64_FORMAT " steps in %u rounds\n", self->steps, self->rounds);
  for (guint i = 0; i < SIM_N_EVENTS; i++)
    g_print ("# %10" G_GUINT64_FORMAT " %s\n", self->counts[i], names[i]);
}

/**
 * sim_tally_find_unmet:
 * @self: a tally
 *
 * Returns: (nullable): something that was never met
 */
const char *
sim_tally_find_unmet (const SimTally *self)
{
  for (guint i = 0; i < SIM_N_EVENTS; i++)
    if (self->counts[i] == 0)
      return names[i];
  return NULL;
}
