/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-hall.h"

#include "broker/hub-message-text.h"
#include "broker/hub-process.h"
#include "broker/net/hub-server-files.h"

/* The broker thread: what it is asked to do, and what it says. Nothing here is of the thread that owns the broker, but
 * the functions that have something done in the hall. */

static HubRecord *
record_new (HubRecordKind kind)
{
  HubRecord *record = g_new0 (HubRecord, 1);

  record->kind = kind;
  return record;
}

/*
 * hub_record_free:
 * @data: (transfer full): a record
 */
void
hub_record_free (gpointer data)
{
  HubRecord *record = data;

  g_clear_pointer (&record->ports, g_array_unref);
  g_clear_error (&record->error);
  g_free (record->text);
  if (record->answer != NULL && record->answer_free != NULL)
    record->answer_free (record->answer);
  g_free (record);
}

static void
post_text (HubHall *hall, HubRecordKind kind, const char *text)
{
  HubRecord *record = record_new (kind);

  record->text = g_strdup (text);
  hub_mailbox_post (hall->mailbox, record);
}

static void
turned_away_cb (const char *address, gpointer user_data)
{
  post_text (user_data, HUB_RECORD_TURNED_AWAY, address);
}

static void
store_failed_cb (const char *sentence, gpointer user_data)
{
  post_text (user_data, HUB_RECORD_STORE_FAILED, sentence);
}

static void
stopped_cb (gpointer user_data)
{
  HubHall *hall = user_data;

  g_main_loop_quit (hall->loop);
}

static HubRecord *
started_record (const HubHall *hall)
{
  HubRecord *record = record_new (HUB_RECORD_STARTED);
  guint n = hall->config->server.listeners->len;

  record->ports = g_array_sized_new (FALSE, FALSE, sizeof (guint16), n);
  for (guint i = 0; i < n; i++)
    {
      guint16 port = hub_server_get_port (hall->server, i);

      g_array_append_val (record->ports, port);
    }
  return record;
}

/*
 * hub_hall_new:
 * @config: how the broker is to behave; must outlive the thread
 * @mailbox: takes the records
 * @observer: is told what @observed says; must outlive the thread
 * @observed: what it wants to know
 *
 * Returns: (transfer full): what a thread needs that runs hub_hall_run()
 */
HubHall *
hub_hall_new (const HubConfig *config, HubMailbox *mailbox, HubObserver *observer, HubObserved observed)
{
  HubHall *self = g_new0 (HubHall, 1);

  self->config = config;
  self->mailbox = hub_mailbox_ref (mailbox);
  self->observer = observer;
  self->observed = observed;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  return self;
}

/*
 * hub_hall_free:
 * @self: (transfer full): a hall whose thread has ended
 */
void
hub_hall_free (HubHall *self)
{
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  hub_mailbox_unref (self->mailbox);
  g_free (self);
}

/*
 * hub_hall_run:
 * @data: a hall
 *
 * The thread: serves until it is to stop. Posts one record first and one last, which are the same when there is no server;
 * before the first one at most that the store has failed.
 *
 * Returns: %NULL
 */
gpointer
hub_hall_run (gpointer data)
{
  static const HubServerFuncs funcs = {
    .turned_away = turned_away_cb,
    .stopped = stopped_cb,
    .store_failed = store_failed_cb,
    .text = hub_message_text,
  };
  HubHall *hall = data;
  GError *error = NULL;

  hub_process_raise_limit ();
  g_main_context_push_thread_default (hall->context);
  hall->server = hub_server_new (hall->context, &hall->config->server, &funcs, hall, &error);
  if (hall->server == NULL)
    {
      HubRecord *record = record_new (HUB_RECORD_FAILED);

      record->error = error;
      hub_mailbox_post (hall->mailbox, record);
    }
  else
    {
      hub_server_set_observer (hall->server, hall->observed != 0 ? &hub_observer_funcs : NULL, hall->observer);
      hub_mailbox_post (hall->mailbox, started_record (hall));
      g_main_loop_run (hall->loop);
      g_clear_pointer (&hall->server, hub_server_free);
      /* What libsoup and GIO have left to do on this context. */
      while (g_main_context_iteration (hall->context, FALSE))
        ;
      hub_mailbox_post (hall->mailbox, record_new (HUB_RECORD_STOPPED));
    }
  g_main_context_pop_thread_default (hall->context);
  return NULL;
}

/* What the thread is to do. */
typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify data_free; /* (nullable) */
  int is_ready;             /* (atomic): hands over the rest; the lock of a GMainContext does that as well, but
                             * ThreadSanitizer does not see it */
} Errand;

static gboolean
errand_cb (gpointer data)
{
  Errand *errand = data;

  g_assert (g_atomic_int_get (&errand->is_ready));
  return errand->func (errand->data);
}

static void
errand_free (gpointer data)
{
  Errand *errand = data;

  g_assert (g_atomic_int_get (&errand->is_ready));
  if (errand->data_free != NULL)
    errand->data_free (errand->data);
  g_free (errand);
}

/*
 * hub_hall_send:
 * @self: the hall of a thread that runs
 * @func: what is to be done on it; returns %G_SOURCE_REMOVE
 * @data: for @func
 * @data_free: (nullable): frees @data, whether @func was called or not
 *
 * Thread: any.
 */
void
hub_hall_send (HubHall *self, GSourceFunc func, gpointer data, GDestroyNotify data_free)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->func = func;
  errand->data = data;
  errand->data_free = data_free;
  g_atomic_int_set (&errand->is_ready, TRUE);
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, errand_cb, errand, errand_free);
}

static gboolean
stop_cb (gpointer data)
{
  HubHall *hall = data;

  if (hall->server != NULL)
    hub_server_stop (hall->server);
  return G_SOURCE_REMOVE;
}

/*
 * hub_hall_stop:
 * @self: the hall of a thread that runs
 *
 * Has the thread end.
 */
void
hub_hall_stop (HubHall *self)
{
  hub_hall_send (self, stop_cb, self, NULL);
}

typedef struct
{
  HubHall *hall;
  const HubConfig *config; /* (unowned): the task's */
  HubServerFiles *files;   /* (owned) */
} Reload;

static void
reload_free (gpointer data)
{
  Reload *reload = data;

  hub_server_files_free (reload->files);
  g_free (reload);
}

static gboolean
reload_cb (gpointer data)
{
  Reload *reload = data;
  HubHall *hall = reload->hall;
  HubRecord *record;

  /* Too late: who has asked is told so when the thread has ended. */
  if (hall->server == NULL)
    return G_SOURCE_REMOVE;
  record = record_new (HUB_RECORD_RELOADED);
  if (hub_server_reload (hall->server, &reload->config->server, reload->files, &record->error))
    hall->config = reload->config;
  hub_mailbox_post (hall->mailbox, record);
  return G_SOURCE_REMOVE;
}

/*
 * hub_hall_reload:
 * @self: the hall of a thread that runs
 * @config: how the broker is to behave from now on; must outlive the thread if the record says that it was taken
 * @files: (transfer full): what its files say
 */
void
hub_hall_reload (HubHall *self, const HubConfig *config, HubServerFiles *files)
{
  Reload *reload = g_new0 (Reload, 1);

  reload->hall = self;
  reload->config = config;
  reload->files = files;
  hub_hall_send (self, reload_cb, reload, reload_free);
}

typedef struct
{
  HubHall *hall;
  HubQuestionFunc func;
  gpointer data;
  GDestroyNotify data_free;
  GDestroyNotify answer_free;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  if (question->data_free != NULL)
    question->data_free (question->data);
  g_free (question);
}

static gboolean
question_cb (gpointer data)
{
  Question *question = data;
  HubRecord *record;

  /* Who asks when it is over is told by the end of the thread. */
  if (question->hall->server == NULL)
    return G_SOURCE_REMOVE;
  record = record_new (HUB_RECORD_ANSWERED);
  record->answer = question->func (question->hall->server, question->data);
  record->answer_free = question->answer_free;
  hub_mailbox_post (question->hall->mailbox, record);
  return G_SOURCE_REMOVE;
}

/*
 * hub_hall_ask:
 * @self: the hall of a thread that runs
 * @func: answers the question
 * @data: (transfer full) (nullable): for @func
 * @data_free: (nullable): frees @data
 * @answer_free: (nullable): frees an answer
 */
void
hub_hall_ask (HubHall *self, HubQuestionFunc func, gpointer data, GDestroyNotify data_free, GDestroyNotify answer_free)
{
  Question *question = g_new0 (Question, 1);

  question->hall = self;
  question->func = func;
  question->data = data;
  question->data_free = data_free;
  question->answer_free = answer_free;
  hub_hall_send (self, question_cb, question, question_free);
}
