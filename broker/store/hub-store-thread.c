/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-thread.h"

#include <sched.h>
#include <sys/resource.h>

#define NICENESS 5

/**
 * hub_store_thread_stand_back:
 *
 * Has the calling thread, one of a store, not interrupt the broker's thread when it wakes, where both have one processor: that
 * one's turns are short. A quarter of the processor is left to it when the broker always has something to do, and as much
 * less than others have beside other programs. Where somebody has chosen another scheduling policy for the process, that one stays.
 */
void
hub_store_thread_stand_back (void)
{
  const struct sched_param none = { 0 };

  /* Of this thread alone; where the system refuses either, it is as it was. */
  if (sched_getscheduler (0) != SCHED_OTHER)
    return;
  sched_setscheduler (0, SCHED_BATCH, &none);
  setpriority (PRIO_PROCESS, 0, getpriority (PRIO_PROCESS, 0) + NICENESS);
}
