/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-thread.h"

#include <sched.h>
#include <sys/resource.h>

#define NICENESS 5

/**
 * hub_store_thread_stand_back:
 *
 * Has the calling thread, one of a store, never interrupt the broker's thread where both have one processor: that one's turns
 * are short, and what is written in between does not come later for it. A quarter of the processor is left to it even
 * when the broker always has something to do.
 */
void
hub_store_thread_stand_back (void)
{
  const struct sched_param none = { 0 };

  /* Of this thread alone; where the system refuses either, it is as it was. */
  sched_setscheduler (0, SCHED_BATCH, &none);
  setpriority (PRIO_PROCESS, 0, getpriority (PRIO_PROCESS, 0) + NICENESS);
}
