/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-observer.h"

#include "broker/hub-mailbox.h"

struct _HubObserver
{
  HubMailbox *mailbox; /* (owned) */
  HubEventFunc func;
  gpointer user_data;
  HubObserved what; /* (broker thread) */
  int n_waiting;    /* (atomic) */
  int n_bytes;      /* (atomic): of what waits */
  guint n_missed;   /* (atomic) */
};

static void
event_free (gpointer data)
{
  HubEvent *event = data;

  g_free (event->client_id);
  g_free (event->user_name);
  g_free (event->address);
  g_free (event->topic);
  g_clear_pointer (&event->payload, g_bytes_unref);
  g_free (event);
}

static void
deliver_cb (gpointer record, gpointer user_data)
{
  HubObserver *self = user_data;

  g_atomic_int_add (&self->n_waiting, -1);
  g_atomic_int_add (&self->n_bytes, -((HubEvent *) record)->size);
  self->func (record, self->user_data);
}

/* Nothing is copied for what is left out. Only the broker's thread adds to what waits, so that it cannot grow meanwhile. */
static gboolean
begin (HubObserver *self, HubEvent *event, const HubSession *session, const HubMessage *message)
{
  gsize room = (gsize) (HUB_OBSERVER_BYTES_MAX - g_atomic_int_get (&self->n_bytes));
  gsize size = 0;

  if ((self->what & event->kind) == 0)
    return FALSE;
  if (session != NULL)
    size += strlen (session->client_id) + (session->user_name != NULL ? strlen (session->user_name) : 0);
  if (message != NULL)
    size += message->topic.size + message->payload.size;
  if (size > room || g_atomic_int_get (&self->n_waiting) >= HUB_OBSERVER_EVENTS_MAX)
    {
      g_atomic_int_inc (&self->n_missed);
      return FALSE;
    }

  event->size = (int) size;
  event->client_id = g_strdup (session != NULL ? session->client_id : NULL);
  event->user_name = g_strdup (session != NULL ? session->user_name : NULL);
  if (message != NULL)
    {
      event->topic = hub_span_dup_string (message->topic);
      event->qos = message->qos;
      event->is_retain = message->is_retain;
    }
  return TRUE;
}

static void
post (HubObserver *self, const HubEvent *event)
{
  g_atomic_int_inc (&self->n_waiting);
  g_atomic_int_add (&self->n_bytes, event->size);
  hub_mailbox_post (self->mailbox, g_memdup2 (event, sizeof *event));
}

static void
connected (gpointer observer, const HubSession *session)
{
  HubEvent event = { .kind = HUB_OBSERVED_CLIENTS, .is_connected = TRUE };
  char address[HUB_PEER_NAME_SIZE];

  if (!begin (observer, &event, session, NULL))
    return;
  session->peer->funcs->describe (session->peer, address);
  event.address = g_strdup (address);
  post (observer, &event);
}

static void
disconnected (gpointer observer, const HubSession *session)
{
  HubEvent event = { .kind = HUB_OBSERVED_CLIENTS };

  if (begin (observer, &event, session, NULL))
    post (observer, &event);
}

static void
published (gpointer observer, const HubMessage *message, const HubSession *publisher)
{
  HubEvent event = { .kind = HUB_OBSERVED_PUBLISHED };

  if (!begin (observer, &event, publisher, message))
    return;
  event.payload = g_bytes_new (message->payload.data, message->payload.size);
  post (observer, &event);
}

static void
dropped (gpointer observer, const HubMessage *message, const HubSession *session)
{
  HubEvent event = { .kind = HUB_OBSERVED_DROPPED };

  if (begin (observer, &event, session, message))
    post (observer, &event);
}

const HubObserveFuncs hub_observer_funcs = {
  .connected = connected,
  .disconnected = disconnected,
  .published = published,
  .dropped = dropped,
};

/**
 * hub_observer_new:
 * @context: where events are told
 * @func: called with each
 * @user_data: for @func
 *
 * Returns: (transfer full): somebody who looks on, and wants to know nothing yet
 */
HubObserver *
hub_observer_new (GMainContext *context, HubEventFunc func, gpointer user_data)
{
  HubObserver *self = g_new0 (HubObserver, 1);

  self->mailbox = hub_mailbox_new (context, deliver_cb, self, event_free);
  self->func = func;
  self->user_data = user_data;
  return self;
}

/**
 * hub_observer_free:
 * @self: (transfer full): an observer that was closed, and that no core tells anything any more
 */
void
hub_observer_free (HubObserver *self)
{
  hub_mailbox_unref (self->mailbox);
  g_free (self);
}

/**
 * hub_observer_set:
 * @self: an observer
 * @what: what it wants to know from now on
 *
 * Thread: broker, or any while no core tells it anything.
 */
void
hub_observer_set (HubObserver *self, HubObserved what)
{
  self->what = what;
}

/**
 * hub_observer_close:
 * @self: an observer
 *
 * Nothing is told any more. Thread: that of the context.
 */
void
hub_observer_close (HubObserver *self)
{
  hub_mailbox_close (self->mailbox);
}

/**
 * hub_observer_get_n_missed:
 * @self: an observer
 *
 * Thread: any.
 *
 * Returns: how many events were left out
 */
guint
hub_observer_get_n_missed (HubObserver *self)
{
  return (guint) g_atomic_int_get (&self->n_missed);
}
