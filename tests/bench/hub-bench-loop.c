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
  int n_events;                /* of this turn */
  int at_event;
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
 * hub_bench_loop_remove:
 * @self: a loop
 * @watch: a watch that was added
 *
 * Waits for nothing any more.
 */
void
hub_bench_loop_remove (HubBenchLoop *self, HubBenchWatch *watch)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  hub_bench_loop_unmark (self, watch);
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
 * hub_bench_loop_unmark:
 * @self: a loop
 * @watch: a watch
 *
 * Has nothing of @watch be written, or read in this turn: it may go.
 */
void
hub_bench_loop_unmark (HubBenchLoop *self, HubBenchWatch *watch)
{
  HubBenchWatch **at = &self->first_marked;

  while (*at != NULL && *at != watch)
    at = &(*at)->next_marked;
  if (*at == watch)
    *at = watch->next_marked;
  watch->is_marked = FALSE;
  for (int i = self->at_event + 1; i < self->n_events; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
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

  flush_marked (self);
  self->n_events = epoll_pwait2 (self->epoll_fd, self->events, EVENTS_MAX, &timeout, NULL);
  for (self->at_event = 0; self->at_event < self->n_events; self->at_event++)
    {
      HubBenchWatch *watch = self->events[self->at_event].data.ptr;

      if (watch != NULL)
        watch->ready (watch, self->events[self->at_event].events);
    }
  flush_marked (self);
  return (guint) MAX (self->n_events, 0);
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
