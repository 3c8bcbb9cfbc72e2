/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <gmodule.h>

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <time.h>

/* Loaded into hubbub-broker with LD_PRELOAD: how long the thread with the connections is at work before it asks again what
 * there is, at the longest. That is written to the file HUBBUB_TURNS names when the program ends; after SIGUSR2 nothing is measured any more,
 * so that its end does not count. */

typedef int (*PollFunc) (struct pollfd *, nfds_t, int);
typedef int (*EpollFunc) (int, struct epoll_event *, int, int);

static gint64 longest_ns;
static gint64 longest_cpu_ns;
static gint64 n_turns;
static volatile sig_atomic_t is_over;

/* Of one thread. Another one than the broker's has no epoll set, and is not looked at. */
static __thread struct
{
  gint64 start_ns;
  gint64 start_cpu_ns;
  gboolean has_connections;
} turn;

static gint64
clock_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
begin_turn (void)
{
  turn.start_ns = clock_ns (CLOCK_MONOTONIC);
  turn.start_cpu_ns = clock_ns (CLOCK_THREAD_CPUTIME_ID);
}

static void
end_turn (void)
{
  if (turn.has_connections && turn.start_ns > 0 && !is_over)
    {
      longest_ns = MAX (longest_ns, clock_ns (CLOCK_MONOTONIC) - turn.start_ns);
      longest_cpu_ns = MAX (longest_cpu_ns, clock_ns (CLOCK_THREAD_CPUTIME_ID) - turn.start_cpu_ns);
      n_turns++;
    }
}

/* In place of the system's: GLib waits here. */
G_MODULE_EXPORT int
poll (struct pollfd *fds, nfds_t n_fds, int timeout)
{
  static PollFunc next;
  int result;

  if (next == NULL)
    next = (PollFunc) dlsym (RTLD_NEXT, "poll");
  end_turn ();
  result = next (fds, n_fds, timeout);
  begin_turn ();
  return result;
}

/* In place of the system's: the reactor asks here, without waiting, also several times between two waits. */
G_MODULE_EXPORT int
epoll_wait (int epoll_fd, struct epoll_event *events, int max_events, int timeout)
{
  static EpollFunc next;
  int result;

  if (next == NULL)
    next = (EpollFunc) dlsym (RTLD_NEXT, "epoll_wait");
  end_turn ();
  turn.has_connections = TRUE;
  result = next (epoll_fd, events, max_events, timeout);
  begin_turn ();
  return result;
}

static void
over_cb (int number)
{
  is_over = 1;
}

static void __attribute__ ((constructor))
begin (void)
{
  signal (SIGUSR2, over_cb);
}

static void __attribute__ ((destructor))
tell (void)
{
  const char *path = g_getenv ("HUBBUB_TURNS");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "{\"turns\": %" G_GINT64_FORMAT ", \"longest_turn_ms\": %.3f, \"longest_turn_cpu_ms\": %.3f}\n",
           n_turns, (double) longest_ns / 1e6, (double) longest_cpu_ns / 1e6);
  fclose (file);
}
