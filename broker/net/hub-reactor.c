/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-reactor.h"

#include <gio/gio.h>

#include <errno.h>
#include <unistd.h>

#define EVENTS_MAX 256

/* How many turns may follow each other before the other sources of the context get theirs. */
#define TURNS_MAX 16

/* To let somebody in or to see somebody off takes as long as some deliveries, and thousands may come or go at once. So
 * those who come are served behind those who are there, and only so many in a turn; of those who go the first ones in their
 * order, and the others in the turns that follow. That is more than a listener lets in at once: however fast somebody comes
 * and goes, they do not become more and more.
 *
 * Each of those who come has its turn, whatever the others send: a turn goes on with them where the one before has stopped.
 * Where they are more than a turn hears of, they wait in a queue, out of the epoll set, and there is room in it for what those
 * who are there have to say. */
#define EFFORT_MAX 8
#define GONE_EVENTS (EPOLLHUP | EPOLLERR | EPOLLRDHUP)
#define GONE_MAX 12

struct _HubReactor
{
  GSource *source;         /* (owned) */
  GMainContext *context;   /* (owned) */
  HubDeadlines *deadlines; /* (owned) */
  HubTurnEndFunc turn_end;
  gpointer user_data; /* (unowned) */
  int epoll_fd;       /* (owned) */
  gint64 now_us;
  gboolean is_in_turn;
  GQueue newcomers;    /* (element-type HubWatch): those who come, by their links */
  GQueue gone;         /* (element-type HubWatch): those that have ended, likewise */
  HubWatch *at_queued; /* (unowned) (nullable): the one of either that is served */
  int n_events;        /* of this turn */
  int at_event;
  int n_new;       /* of the events before that one; they were moved to the front */
  guint first_new; /* where to go on with these */
  guint n_gone;    /* served in this turn */
  struct epoll_event events[EVENTS_MAX];
};

typedef struct
{
  GSource source;
  HubReactor *reactor; /* (unowned) */
} ReactorSource;

static void
enqueue (GQueue *queue, HubWatch *watch, guint32 events)
{
  watch->queue = queue;
  watch->queued_events = events;
  watch->link.data = watch;
  g_queue_push_tail_link (queue, &watch->link);
}

static void
set_aside (HubReactor *self, GQueue *queue, HubWatch *watch, guint32 events)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  enqueue (queue, watch, events);
}

/* The next one of @queue. What it has to say may be more than is read at once: then it comes again. */
static void
serve_queued (HubReactor *self, GQueue *queue)
{
  HubWatch *watch = g_queue_pop_head_link (queue)->data;
  /* Perhaps it waits for something else by now. */
  guint32 events = watch->queued_events & (watch->events | GONE_EVENTS);

  watch->queue = NULL;
  self->at_queued = watch;
  if (events != 0)
    watch->func (watch, events);
  if (self->at_queued == watch)
    {
      struct epoll_event event = { .events = watch->events, .data.ptr = watch };

      if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
        enqueue (queue, watch, watch->queued_events);
    }
  self->at_queued = NULL;
}

/* Whether @watch may be served in this turn, too; counts it then. */
static gboolean
take_effort (guint *effort, const HubWatch *watch)
{
  if (*effort + watch->effort > EFFORT_MAX)
    return FALSE;
  *effort += watch->effort;
  return TRUE;
}

static void
serve_new (HubReactor *self)
{
  guint effort = 0;
  guint first = self->first_new;
  guint n_queued = self->newcomers.length;

  for (; n_queued > 0 && self->newcomers.head != NULL && take_effort (&effort, self->newcomers.head->data); n_queued--)
    serve_queued (self, &self->newcomers);
  for (int i = 0; i < self->n_new; i++)
    {
      struct epoll_event *event = &self->events[(first + (guint) i) % (guint) self->n_new];
      HubWatch *watch = event->data.ptr;

      if (watch == NULL)
        continue;
      if (self->newcomers.head == NULL && take_effort (&effort, watch))
        {
          self->first_new++;
          watch->func (watch, event->events);
        }
      else if (self->n_events == EVENTS_MAX)
        set_aside (self, &self->newcomers, watch, event->events);
      else
        break; /* The next turn hears of all of them again. */
    }
  self->n_new = 0;
}

static void
serve_or_set_aside (HubReactor *self, struct epoll_event *event)
{
  HubWatch *watch = event->data.ptr;

  if (self->gone.head == NULL && self->n_gone < GONE_MAX)
    {
      self->n_gone++;
      watch->func (watch, event->events);
    }
  else
    {
      /* Reading tells what it is. */
      set_aside (self, &self->gone, watch, EPOLLIN | EPOLLHUP);
    }
}

static void
see_off (HubReactor *self)
{
  for (; self->n_gone < GONE_MAX && self->gone.head != NULL; self->n_gone++)
    serve_queued (self, &self->gone);
  self->n_gone = 0;
}

static gint64
end_turn (HubReactor *self)
{
  hub_deadlines_advance (self->deadlines, self->now_us);
  return self->turn_end (self->now_us, self->user_data);
}

static void
turn (HubReactor *self)
{
  gint64 next_us;

  self->n_events = epoll_wait (self->epoll_fd, self->events, EVENTS_MAX, 0);
  self->now_us = g_get_monotonic_time ();
  self->is_in_turn = TRUE;

  for (self->at_event = 0; self->at_event < self->n_events; self->at_event++)
    {
      struct epoll_event *event = &self->events[self->at_event];
      HubWatch *watch = event->data.ptr;

      if (watch == NULL)
        continue;
      if ((event->events & GONE_EVENTS) != 0)
        serve_or_set_aside (self, event);
      else if (watch->effort > 0)
        self->events[self->n_new++] = *event;
      else
        watch->func (watch, event->events);
    }
  /* What the others have said is not to wait, either. */
  if ((self->n_new > 0 || self->newcomers.head != NULL) && self->n_new < self->n_events)
    end_turn (self);
  serve_new (self);
  see_off (self);
  next_us = end_turn (self);

  self->is_in_turn = FALSE;
  next_us = self->gone.head != NULL || self->newcomers.head != NULL ? 0 : MIN (next_us, hub_deadlines_next (self->deadlines));
  g_source_set_ready_time (self->source, next_us == G_MAXINT64 ? -1 : next_us);
}

static gboolean
dispatch_cb (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HubReactor *self = ((ReactorSource *) source)->reactor;
  guint turns = 0;

  g_assert (!self->is_in_turn);
  do
    turn (self);
  while (self->n_events == EVENTS_MAX && ++turns < TURNS_MAX);
  return G_SOURCE_CONTINUE;
}

/**
 * hub_reactor_new:
 * @context: the context of the broker thread
 * @turn_end: called at the end of each turn
 * @user_data: for @turn_end
 * @error: return location
 *
 * Returns: (transfer full): a reactor that turns whenever @context is iterated, or %NULL with @error set
 */
HubReactor *
hub_reactor_new (GMainContext *context, HubTurnEndFunc turn_end, gpointer user_data, GError **error)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_cb };
  HubReactor *self;
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  if (epoll_fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "no epoll set: %s", g_strerror (saved));
      return NULL;
    }

  self = g_new0 (HubReactor, 1);
  self->context = g_main_context_ref (context);
  self->deadlines = hub_deadlines_new (user_data);
  self->turn_end = turn_end;
  self->user_data = user_data;
  self->epoll_fd = epoll_fd;
  self->now_us = g_get_monotonic_time ();

  self->source = g_source_new (&funcs, sizeof (ReactorSource));
  ((ReactorSource *) self->source)->reactor = self;
  g_source_set_static_name (self->source, "hubbub reactor");
  /* Nothing in a turn iterates the context. But a source that may not recurse is taken out of the poll set for as long as
   * it is dispatched, and GLib wakes its own loop for both: three system calls for each turn. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_add_unix_fd (self->source, epoll_fd, G_IO_IN);
  g_source_attach (self->source, context);
  return self;
}

/**
 * hub_reactor_free:
 * @self: (transfer full): a reactor without watches
 */
void
hub_reactor_free (HubReactor *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  hub_deadlines_free (self->deadlines);
  close (self->epoll_fd);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * hub_reactor_add:
 * @self: a reactor
 * @watch: a watch with its function, descriptor and events set; must be removed before it is freed
 * @error: return location
 *
 * Begins to wait. The descriptor should be non-blocking.
 *
 * Returns: %FALSE with @error set when the system does not take a further descriptor
 */
gboolean
hub_reactor_add (HubReactor *self, HubWatch *watch, GError **error)
{
  struct epoll_event event = { .events = watch->events, .data.ptr = watch };

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "cannot wait for a descriptor: %s", g_strerror (saved));
      return FALSE;
    }
  return TRUE;
}

/**
 * hub_reactor_set_events:
 * @self: a reactor
 * @watch: a watch that was added
 * @events: what to wait for from now on
 */
void
hub_reactor_set_events (HubReactor *self, HubWatch *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->events == events)
    return;
  watch->events = events;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event);
}

static void
forget_event (HubReactor *self, HubWatch *watch, int first, int end)
{
  for (int i = first; i < end; i++)
    if (self->events[i].data.ptr == watch)
      self->events[i].data.ptr = NULL;
}

/**
 * hub_reactor_remove:
 * @self: a reactor
 * @watch: a watch that was added; its descriptor is still open
 *
 * Stops to wait.
 */
void
hub_reactor_remove (HubReactor *self, HubWatch *watch)
{
  if (watch->queue != NULL)
    {
      g_queue_unlink (watch->queue, &watch->link);
      watch->queue = NULL;
    }
  else if (watch == self->at_queued)
    {
      self->at_queued = NULL;
    }
  else
    {
      epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
      forget_event (self, watch, 0, self->n_new);
      forget_event (self, watch, self->at_event + 1, self->n_events);
    }
}

/**
 * hub_reactor_get_now:
 * @self: a reactor
 *
 * Returns: the time: that of the turn, or outside of one the current one; monotonic, microseconds
 */
gint64
hub_reactor_get_now (const HubReactor *self)
{
  return self->is_in_turn ? self->now_us : g_get_monotonic_time ();
}

/**
 * hub_reactor_get_deadlines:
 * @self: a reactor
 *
 * Returns: (transfer none): the deadlines of whatever does input and output; after arming one outside of a turn call
 *   [method@Hub.Reactor.need_turn]
 */
HubDeadlines *
hub_reactor_get_deadlines (HubReactor *self)
{
  return self->deadlines;
}

/**
 * hub_reactor_need_turn:
 * @self: a reactor
 *
 * Makes sure that a turn comes to its end soon, even when there is no event: there is something to write, or a
 * deadline was armed.
 */
void
hub_reactor_need_turn (HubReactor *self)
{
  if (!self->is_in_turn)
    g_source_set_ready_time (self->source, 0);
}

/**
 * hub_reactor_assert_thread:
 * @self: a reactor
 *
 * Stops the program when it is called on another thread than the broker's.
 */
void
hub_reactor_assert_thread (const HubReactor *self)
{
  g_assert (g_main_context_is_owner (self->context));
}
