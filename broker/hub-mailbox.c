/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-mailbox.h"

#include <pthread.h>

struct _HubMailbox
{
  gatomicrefcount refs;
  GMainContext *context; /* (owned) */
  HubMailboxFunc func;
  gpointer user_data; /* (unowned) */
  GDestroyNotify record_free;
  gboolean is_closed; /* (context's thread) */
  pthread_mutex_t mutex;
  GQueue *records; /* (owned) (mutex lock) */
};

static void
free_records (HubMailbox *self, GQueue *records)
{
  g_queue_free_full (records, self->record_free);
}

static gboolean
deliver_cb (gpointer user_data)
{
  HubMailbox *self = user_data;
  GQueue *records;
  gpointer record;

  pthread_mutex_lock (&self->mutex);
  records = self->records;
  self->records = g_queue_new ();
  pthread_mutex_unlock (&self->mutex);

  while ((record = g_queue_pop_head (records)) != NULL)
    {
      if (!self->is_closed)
        self->func (record, self->user_data);
      self->record_free (record);
    }
  free_records (self, records);
  return G_SOURCE_REMOVE;
}

/**
 * hub_mailbox_new:
 * @context: where records are delivered
 * @func: called with each
 * @user_data: for @func
 * @record_free: frees a record
 *
 * Returns: (transfer full): an empty mailbox
 */
HubMailbox *
hub_mailbox_new (GMainContext *context, HubMailboxFunc func, gpointer user_data, GDestroyNotify record_free)
{
  HubMailbox *self = g_new0 (HubMailbox, 1);

  g_atomic_ref_count_init (&self->refs);
  self->context = g_main_context_ref (context);
  self->func = func;
  self->user_data = user_data;
  self->record_free = record_free;
  self->records = g_queue_new ();
  pthread_mutex_init (&self->mutex, NULL);
  return self;
}

/**
 * hub_mailbox_ref:
 * @self: a mailbox
 *
 * Thread: any.
 *
 * Returns: (transfer full): @self
 */
HubMailbox *
hub_mailbox_ref (HubMailbox *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * hub_mailbox_unref:
 * @self: (transfer full): a mailbox
 *
 * Thread: any.
 */
void
hub_mailbox_unref (HubMailbox *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  free_records (self, self->records);
  pthread_mutex_destroy (&self->mutex);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * hub_mailbox_post:
 * @self: a mailbox
 * @record: (transfer full): a record
 *
 * Thread: any.
 */
void
hub_mailbox_post (HubMailbox *self, gpointer record)
{
  gboolean was_empty;

  pthread_mutex_lock (&self->mutex);
  was_empty = g_queue_is_empty (self->records);
  g_queue_push_tail (self->records, record);
  pthread_mutex_unlock (&self->mutex);

  /* Whoever finds it empty rings; the others are taken along. */
  if (was_empty)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_static_name (source, "hubbub mailbox");
      g_source_set_callback (source, deliver_cb, hub_mailbox_ref (self), (GDestroyNotify) hub_mailbox_unref);
      g_source_attach (source, self->context);
    }
}

/**
 * hub_mailbox_close:
 * @self: a mailbox
 *
 * No record is delivered any more; what comes is freed.
 *
 * Thread: that of the context.
 */
void
hub_mailbox_close (HubMailbox *self)
{
  self->is_closed = TRUE;
}
