/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-desk.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct _HubStoreDesk
{
  int fd; /* (owned): readable when there is something to collect */
  pthread_mutex_t mutex;
  pthread_cond_t to_writer;
  pthread_cond_t to_reader;
  /* All that follows: (mutex lock) */
  HubStoreTurn *first_turn; /* (owned) (nullable) */
  HubStoreTurn *last_turn;  /* (unowned) (nullable) */
  gint64 since_us;          /* when the first one was handed in */
  gsize lying_bytes;
  guint64 hurried_ticket; /* turns up to this one do not lie here until others have come */
  gsize bytes;
  HubStoreQuery *first_query;    /* (owned) (nullable): to be answered */
  HubStoreQuery *last_query;     /* (unowned) (nullable) */
  HubStoreQuery *first_answered; /* (owned) (nullable) */
  HubStoreQuery *last_answered;  /* (unowned) (nullable) */
  guint64 ticket;
  HubStoreError fault;
  char *fault_text;   /* (owned) (nullable): set once */
  gboolean has_doubt; /* the index could not be read */
  gboolean has_rung;
  gboolean is_closed;
};

/* With the lock. The broker is called once for all that is there when it comes. */
static void
ring (HubStoreDesk *self)
{
  const guint64 one = 1;

  if (self->has_rung)
    return;
  self->has_rung = TRUE;
  while (write (self->fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

static void
free_queries (HubStoreQuery *query)
{
  while (query != NULL)
    {
      HubStoreQuery *next = query->next;

      hub_store_query_free (query);
      query = next;
    }
}

static void
push_query (HubStoreQuery **first, HubStoreQuery **last, HubStoreQuery *query)
{
  query->next = NULL;
  if (*first == NULL)
    *first = query;
  else
    (*last)->next = query;
  *last = query;
}

static struct timespec
timespec_from_us (gint64 time_us)
{
  return (struct timespec){
    .tv_sec = (time_t) (time_us / G_USEC_PER_SEC),
    .tv_nsec = (long) (time_us % G_USEC_PER_SEC) * 1000,
  };
}

/* With the lock. Whether the turns that lie here should be written at once. */
static gboolean
is_hurried (const HubStoreDesk *self)
{
  return self->first_turn != NULL &&
         (self->first_turn->ticket <= self->hurried_ticket || self->lying_bytes >= HUB_STORE_GATHER_BYTES);
}

/* With the lock: waits for a signal, or until a time on a clock. Whether the time has come. */
static gboolean
wait_until (HubStoreDesk *self, pthread_cond_t *condition, clockid_t clock, gint64 time_us)
{
  struct timespec until = timespec_from_us (time_us);

  return pthread_cond_clockwait (condition, &self->mutex, clock, &until) == ETIMEDOUT;
}

/**
 * hub_store_desk_new:
 * @error: return location
 *
 * Returns: (transfer full): an empty desk, or %NULL with @error set when the system has no descriptor left
 */
HubStoreDesk *
hub_store_desk_new (GError **error)
{
  HubStoreDesk *self;
  int fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (fd < 0)
    {
      g_set_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_IO, "no descriptor is left: %s", g_strerror (errno));
      return NULL;
    }
  self = g_new0 (HubStoreDesk, 1);
  self->fd = fd;
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->to_writer, NULL);
  pthread_cond_init (&self->to_reader, NULL);
  return self;
}

/**
 * hub_store_desk_free:
 * @self: (transfer full): a desk whose threads have ended
 */
void
hub_store_desk_free (HubStoreDesk *self)
{
  hub_store_turn_free_all (self->first_turn);
  free_queries (self->first_query);
  free_queries (self->first_answered);
  pthread_cond_destroy (&self->to_reader);
  pthread_cond_destroy (&self->to_writer);
  pthread_mutex_destroy (&self->mutex);
  close (self->fd);
  g_free (self->fault_text);
  g_free (self);
}

/**
 * hub_store_desk_get_fd:
 * @self: a desk
 *
 * Returns: a descriptor that is readable when there is something to collect
 */
int
hub_store_desk_get_fd (const HubStoreDesk *self)
{
  return self->fd;
}

/**
 * hub_store_desk_hand_in:
 * @self: a desk
 * @turn: (transfer full): a turn with a ticket
 * @is_awaited: whether it is to be written at once, and not together with those that come within %HUB_STORE_GATHER_US
 *
 * Thread: broker.
 *
 * Returns: how much memory the turns take that are not durable yet
 */
gsize
hub_store_desk_hand_in (HubStoreDesk *self, HubStoreTurn *turn, gboolean is_awaited)
{
  gsize cost = hub_store_turn_get_cost (turn);
  gsize bytes;
  gboolean was_empty;
  gboolean was_hurried;
  gboolean is_news;

  turn->next = NULL;
  pthread_mutex_lock (&self->mutex);
  was_empty = self->first_turn == NULL;
  was_hurried = is_hurried (self);
  if (was_empty)
    {
      self->first_turn = turn;
      self->since_us = g_get_monotonic_time ();
    }
  else
    {
      self->last_turn->next = turn;
    }
  self->last_turn = turn;
  self->lying_bytes += cost;
  self->bytes += cost;
  if (is_awaited)
    self->hurried_ticket = turn->ticket;
  is_news = was_empty || (is_hurried (self) && !was_hurried);
  bytes = self->bytes;
  pthread_mutex_unlock (&self->mutex);

  if (is_news)
    pthread_cond_signal (&self->to_writer);
  return bytes;
}

/**
 * hub_store_desk_ask:
 * @self: a desk
 * @query: (transfer full): a question
 *
 * Thread: broker.
 */
void
hub_store_desk_ask (HubStoreDesk *self, HubStoreQuery *query)
{
  pthread_mutex_lock (&self->mutex);
  push_query (&self->first_query, &self->last_query, query);
  self->hurried_ticket = MAX (self->hurried_ticket, query->ticket);
  pthread_mutex_unlock (&self->mutex);
  pthread_cond_signal (&self->to_writer);
  pthread_cond_signal (&self->to_reader);
}

/**
 * hub_store_desk_collect:
 * @self: a desk
 * @news: (out): what has come since the last time
 *
 * Thread: broker.
 */
void
hub_store_desk_collect (HubStoreDesk *self, HubStoreNews *news)
{
  guint64 count;

  pthread_mutex_lock (&self->mutex);
  if (self->has_rung)
    {
      while (read (self->fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
      self->has_rung = FALSE;
    }
  *news = (HubStoreNews){
    .ticket = self->ticket,
    .bytes = self->bytes,
    .fault = self->fault,
    .fault_text = self->fault_text,
    .answered = self->first_answered,
  };
  self->first_answered = NULL;
  pthread_mutex_unlock (&self->mutex);
}

/**
 * hub_store_desk_close:
 * @self: a desk
 *
 * Tells the threads to end: the writer when it has written what was handed in, the reader at once.
 *
 * Thread: broker.
 */
void
hub_store_desk_close (HubStoreDesk *self)
{
  pthread_mutex_lock (&self->mutex);
  self->is_closed = TRUE;
  pthread_mutex_unlock (&self->mutex);
  pthread_cond_signal (&self->to_writer);
  pthread_cond_signal (&self->to_reader);
}

/**
 * hub_store_desk_take_turns:
 * @self: a desk
 * @until_ms: until when to wait for some, milliseconds since 1970; 0: not at all; -1: without an end
 * @is_closed: (out): whether no more will come
 *
 * Waits no longer when the index is doubted.
 *
 * Thread: writer.
 *
 * Returns: (transfer full) (nullable): all turns that were handed in, linked, the oldest first; as soon as somebody waits
 *   for one, they are many, or the first has lain for %HUB_STORE_GATHER_US
 */
HubStoreTurn *
hub_store_desk_take_turns (HubStoreDesk *self, gint64 until_ms, gboolean *is_closed)
{
  HubStoreTurn *turns;
  gboolean is_late = until_ms == 0;

  pthread_mutex_lock (&self->mutex);
  while (!is_hurried (self) && !self->is_closed && !self->has_doubt && !is_late)
    {
      if (self->first_turn != NULL)
        is_late = wait_until (self, &self->to_writer, CLOCK_MONOTONIC, self->since_us + HUB_STORE_GATHER_US);
      else if (until_ms < 0)
        pthread_cond_wait (&self->to_writer, &self->mutex);
      else
        is_late = wait_until (self, &self->to_writer, CLOCK_REALTIME, until_ms * G_TIME_SPAN_MILLISECOND);
    }
  turns = self->first_turn;
  self->first_turn = NULL;
  self->lying_bytes = 0;
  *is_closed = self->is_closed;
  pthread_mutex_unlock (&self->mutex);
  return turns;
}

/**
 * hub_store_desk_has_turns:
 * @self: a desk
 *
 * Thread: writer.
 *
 * Returns: whether there are turns to be taken, or nothing else will come
 */
gboolean
hub_store_desk_has_turns (HubStoreDesk *self)
{
  gboolean has_turns;

  pthread_mutex_lock (&self->mutex);
  has_turns = self->first_turn != NULL || self->is_closed;
  pthread_mutex_unlock (&self->mutex);
  return has_turns;
}

/**
 * hub_store_desk_take_doubt:
 * @self: a desk
 *
 * Thread: writer.
 *
 * Returns: whether the index could not be read since the last time
 */
gboolean
hub_store_desk_take_doubt (HubStoreDesk *self)
{
  gboolean has_doubt;

  pthread_mutex_lock (&self->mutex);
  has_doubt = self->has_doubt;
  self->has_doubt = FALSE;
  pthread_mutex_unlock (&self->mutex);
  return has_doubt;
}

/**
 * hub_store_desk_report:
 * @self: a desk
 * @ticket: the highest one that is durable
 * @bytes: how much memory the turns took that have become durable since the last report
 *
 * Thread: writer.
 */
void
hub_store_desk_report (HubStoreDesk *self, guint64 ticket, gsize bytes)
{
  gboolean has_query;

  pthread_mutex_lock (&self->mutex);
  self->ticket = ticket;
  self->bytes -= bytes;
  has_query = self->first_query != NULL;
  ring (self);
  pthread_mutex_unlock (&self->mutex);

  if (has_query)
    pthread_cond_signal (&self->to_reader);
}

/**
 * hub_store_desk_fail:
 * @self: a desk
 * @error: why nothing becomes durable any more; the first one counts
 *
 * Thread: writer.
 */
void
hub_store_desk_fail (HubStoreDesk *self, const GError *error)
{
  pthread_mutex_lock (&self->mutex);
  if (self->fault_text == NULL)
    {
      self->fault = (HubStoreError) error->code;
      self->fault_text = g_strdup (error->message);
    }
  ring (self);
  pthread_mutex_unlock (&self->mutex);
  pthread_cond_signal (&self->to_reader);
}

/**
 * hub_store_desk_take_query:
 * @self: a desk
 *
 * Waits for a question, and until what it must know of is durable, or never will be.
 *
 * Thread: reader.
 *
 * Returns: (transfer full) (nullable): the oldest one; %NULL when the desk was closed
 */
HubStoreQuery *
hub_store_desk_take_query (HubStoreDesk *self)
{
  HubStoreQuery *query = NULL;

  pthread_mutex_lock (&self->mutex);
  while (!self->is_closed &&
         (self->first_query == NULL || (self->first_query->ticket > self->ticket && self->fault_text == NULL)))
    pthread_cond_wait (&self->to_reader, &self->mutex);
  if (!self->is_closed)
    {
      query = self->first_query;
      self->first_query = query->next;
      query->next = NULL;
    }
  pthread_mutex_unlock (&self->mutex);
  return query;
}

/**
 * hub_store_desk_ask_again:
 * @self: a desk
 * @query: (transfer full): a question that was not answered yet
 *
 * Puts it behind the others, so that one that takes long does not hold up those.
 *
 * Thread: reader.
 */
void
hub_store_desk_ask_again (HubStoreDesk *self, HubStoreQuery *query)
{
  pthread_mutex_lock (&self->mutex);
  push_query (&self->first_query, &self->last_query, query);
  pthread_mutex_unlock (&self->mutex);
}

/**
 * hub_store_desk_doubt_index:
 * @self: a desk
 *
 * Lets the writer make the index anew.
 *
 * Thread: reader.
 */
void
hub_store_desk_doubt_index (HubStoreDesk *self)
{
  pthread_mutex_lock (&self->mutex);
  self->has_doubt = TRUE;
  pthread_mutex_unlock (&self->mutex);
  pthread_cond_signal (&self->to_writer);
}

/**
 * hub_store_desk_answer:
 * @self: a desk
 * @query: (transfer full): a question with its answer
 *
 * Thread: reader.
 */
void
hub_store_desk_answer (HubStoreDesk *self, HubStoreQuery *query)
{
  pthread_mutex_lock (&self->mutex);
  push_query (&self->first_answered, &self->last_answered, query);
  ring (self);
  pthread_mutex_unlock (&self->mutex);
}

/**
 * hub_store_desk_is_closed:
 * @self: a desk
 *
 * Thread: any.
 *
 * Returns: whether it was closed
 */
gboolean
hub_store_desk_is_closed (HubStoreDesk *self)
{
  gboolean is_closed;

  pthread_mutex_lock (&self->mutex);
  is_closed = self->is_closed;
  pthread_mutex_unlock (&self->mutex);
  return is_closed;
}
