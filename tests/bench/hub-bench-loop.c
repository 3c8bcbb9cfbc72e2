/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-loop.h"

#include <gio/gio.h>

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_MAX 512

struct _HubBenchLoop
{
  int epoll_fd;                /* (owned) */
  HubBenchWatch *first_marked; /* (unowned) (nullable) */
  GError *error;               /* (owned) (nullable): the first thing that went wrong */
  struct epoll_event events[EVENTS_MAX];
};

static void
flush_marked (HubBenchLoop *self)
{
  while (self->first_marked != NULL)
    {
      HubBenchWatch *watch = self->first_marked;

      self->first_marked = watch->next_marked;
      watch->is_marked = FALSE;
      watch->flush (watch);
    }
}

/**
 * hub_bench_loop_new:
 *
 * Returns: (transfer full): a loop without watches
 */
HubBenchLoop *
hub_bench_loop_new (void)
{
  HubBenchLoop *self = g_new0 (HubBenchLoop, 1);

  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("no epoll set: %s", g_strerror (errno));
  return self;
}

/**
 * hub_bench_loop_free:
 * @self: (transfer full): a loop
 */
void
hub_bench_loop_free (HubBenchLoop *self)
{
  close (self->epoll_fd);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * hub_bench_loop_add:
 * @self: a loop
 * @watch: a watch, filled in; to be closed before it is freed
 *
 * Begins to wait for input.
 */
void
hub_bench_loop_add (HubBenchLoop *self, HubBenchWatch *watch)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    hub_bench_loop_fail (self, "cannot wait for a descriptor: %s", g_strerror (errno));
}

/**
 * hub_bench_loop_set_wants_room:
 * @self: a loop
 * @watch: a watch that was added
 * @wants_room: whether to wait for room to write, too
 */
void
hub_bench_loop_set_wants_room (HubBenchLoop *self, HubBenchWatch *watch, gboolean wants_room)
{
  struct epoll_event event = { .events = EPOLLIN | (wants_room ? EPOLLOUT : 0u), .data.ptr = watch };

  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

/**
 * hub_bench_loop_mark:
 * @self: a loop
 * @watch: a watch with something to write
 *
 * Has @watch flushed when the turn ends.
 */
void
hub_bench_loop_mark (HubBenchLoop *self, HubBenchWatch *watch)
{
  if (watch->is_marked)
    return;
  watch->is_marked = TRUE;
  watch->next_marked = self->first_marked;
  self->first_marked = watch;
}

/**
 * hub_bench_loop_turn:
 * @self: a loop
 * @timeout_us: how long to wait for something to happen, microseconds
 *
 * Writes what there is, waits, handles what has happened, and writes again.
 *
 * Returns: the number of events; 0 when the time was up
 */
guint
hub_bench_loop_turn (HubBenchLoop *self, gint64 timeout_us)
{
  struct timespec timeout = {
    .tv_sec = timeout_us / G_USEC_PER_SEC,
    .tv_nsec = timeout_us % G_USEC_PER_SEC * 1000,
  };
  int n;

  flush_marked (self);
  n = epoll_pwait2 (self->epoll_fd, self->events, EVENTS_MAX, &timeout, NULL);
  for (int i = 0; i < n; i++)
    {
      HubBenchWatch *watch = self->events[i].data.ptr;

      watch->ready (watch, self->events[i].events);
    }
  flush_marked (self);
  return n > 0 ? (guint) n : 0;
}

/**
 * hub_bench_loop_fail:
 * @self: a loop
 * @format: what went wrong
 * @...: for @format
 *
 * Ends the measurement: only the first failure counts.
 */
void
hub_bench_loop_fail (HubBenchLoop *self, const char *format, ...)
{
  va_list args;

  if (self->error != NULL)
    return;
  va_start (args, format);
  self->error = g_error_new_valist (G_IO_ERROR, G_IO_ERROR_FAILED, format, args);
  va_end (args);
}

/**
 * hub_bench_loop_has_failed:
 * @self: a loop
 *
 * Returns: whether there was a failure
 */
gboolean
hub_bench_loop_has_failed (const HubBenchLoop *self)
{
  return self->error != NULL;
}

/**
 * hub_bench_loop_check:
 * @self: a loop
 * @error: return location
 *
 * Returns: %FALSE with @error set when there was a failure
 */
gboolean
hub_bench_loop_check (HubBenchLoop *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}
