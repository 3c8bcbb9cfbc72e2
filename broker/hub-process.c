/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-process.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

/* More than 10,000 connections, at 8 bytes each. */
#define DESCRIPTORS_RESERVED 16384

/**
 * hub_process_raise_limit:
 *
 * Each client is a descriptor: takes as many as the system gives. Safe on any thread, and as often as one likes.
 *
 * Returns: how many that is; 0 when it cannot be found out
 */
guint64
hub_process_raise_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 0;
  if (limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  return limit.rlim_cur;
}

/* The system has a table of them, which it doubles when it is full. In a process with threads that takes it 10 to 20 ms,
 * and whoever opens the descriptor sleeps meanwhile: all who are connected would wait for the one who comes. */
static void
reserve_descriptors (guint64 limit)
{
  int any = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  int last;

  if (any < 0)
    return;
  last = fcntl (any, F_DUPFD_CLOEXEC, (int) MIN (limit, DESCRIPTORS_RESERVED) - 1);
  if (last >= 0)
    close (last);
  close (any);
}

/* Small pieces of memory that are given back are put aside by the C library, up to some moment at which it has to join all
 * of them: 3 to 5 ms after some thousand clients have gone. In place of that it joins each at once, but for the few that every
 * thread keeps for itself. */
static void
join_memory_at_once (void)
{
  mallopt (M_MXFAST, 0);
}

/**
 * hub_process_prepare:
 *
 * Sets up the process that is to run a broker for many clients: none of them is to wait because the system or the C library
 * tidies up. To be called by a program, once, before it has any threads, and after the last fork(), which leaves the
 * table of descriptors behind.
 */
void
hub_process_prepare (void)
{
  guint64 limit = hub_process_raise_limit ();

  if (limit > 0)
    reserve_descriptors (limit);
  join_memory_at_once ();
}
