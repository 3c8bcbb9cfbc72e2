/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

#include "hub-build-config.h"

#include <sys/resource.h>

/**
 * HubBroker:
 *
 * A broker in a thread of its own. Any number of them run in one process.
 *
 * All functions belong to the thread that made the object, whose main context must run: callbacks and signals come
 * there. What runs elsewhere says so.
 */

typedef enum
{
  RECORD_STARTED,
  RECORD_FAILED,
  RECORD_TURNED_AWAY,
  RECORD_RELOADED,
  RECORD_ANSWERED,
  RECORD_STOPPED,
} RecordKind;

/* What the broker thread has to say. */
typedef struct
{
  RecordKind kind;
  GArray *ports;              /* (owned) (nullable) (element-type guint16): as the listeners */
  GError *error;              /* (owned) (nullable) */
  char *text;                 /* (owned) (nullable) */
  gpointer answer;            /* (owned) (nullable) */
  GDestroyNotify answer_free; /* for @answer */
} Record;

G_DEFINE_FINAL_TYPE (HubBroker, hub_broker, G_TYPE_OBJECT)

static Record *
record_new (RecordKind kind)
{
  Record *record = g_new0 (Record, 1);

  record->kind = kind;
  return record;
}

static void
record_free (gpointer data)
{
  Record *record = data;

  g_clear_pointer (&record->ports, g_array_unref);
  g_clear_error (&record->error);
  g_free (record->text);
  if (record->answer != NULL && record->answer_free != NULL)
    record->answer_free (record->answer);
  g_free (record);
}

static void
hall_free (HubHall *hall)
{
  g_main_loop_unref (hall->loop);
  g_main_context_unref (hall->context);
  hub_mailbox_unref (hall->mailbox);
  g_free (hall);
}

/* Each client is a descriptor: take what the system gives. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static void
turned_away_cb (const char *address, gpointer user_data)
{
  HubHall *hall = user_data;
  Record *record = record_new (RECORD_TURNED_AWAY);

  record->text = g_strdup (address);
  hub_mailbox_post (hall->mailbox, record);
}

static void
stopped_cb (gpointer user_data)
{
  HubHall *hall = user_data;

  g_main_loop_quit (hall->loop);
}

static Record *
started_record (const HubHall *hall)
{
  Record *record = record_new (RECORD_STARTED);
  guint n = hall->config->server.listeners->len;

  record->ports = g_array_sized_new (FALSE, FALSE, sizeof (guint16), n);
  for (guint i = 0; i < n; i++)
    {
      guint16 port = hub_server_get_port (hall->server, i);

      g_array_append_val (record->ports, port);
    }
  return record;
}

static gpointer
thread_func (gpointer data)
{
  static const HubServerFuncs funcs = { .turned_away = turned_away_cb, .stopped = stopped_cb };
  HubHall *hall = data;
  GError *error = NULL;

  g_main_context_push_thread_default (hall->context);
  hall->server = hub_server_new (hall->context, &hall->config->server, &funcs, hall, &error);
  if (hall->server == NULL)
    {
      Record *record = record_new (RECORD_FAILED);

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
      hub_mailbox_post (hall->mailbox, record_new (RECORD_STOPPED));
    }
  g_main_context_pop_thread_default (hall->context);
  return NULL;
}

static void
join (HubBroker *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->hall, hall_free);
  self->is_running = FALSE;
}

/* The thread goes on with the configuration that it was given, or with the one that it has had. */
static void
return_reload (HubBroker *self, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->reloads);
  HubConfig *config = g_task_get_task_data (task);

  if (error != NULL)
    {
      hub_config_free (config);
      g_task_return_error (task, error);
      return;
    }
  hub_config_free (self->config);
  self->config = config;
  g_task_return_boolean (task, TRUE);
}

/* What the thread has not come to when it ends, it does not do any more. */
static void
drop_reloads (HubBroker *self)
{
  while (!g_queue_is_empty (&self->reloads))
    return_reload (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker was stopped"));
}

static void
return_question (HubBroker *self, Record *record)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->questions);

  g_task_return_pointer (task, g_steal_pointer (&record->answer), record->answer_free);
}

static void
drop_questions (HubBroker *self)
{
  while (!g_queue_is_empty (&self->questions))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->questions);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker was stopped");
    }
}

static void
return_stops (HubBroker *self)
{
  g_autoptr (GPtrArray) stops = g_steal_pointer (&self->stops);

  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < stops->len; i++)
    g_task_return_boolean (g_ptr_array_index (stops, i), TRUE);
}

static void
record_cb (gpointer data, gpointer user_data)
{
  g_autoptr (HubBroker) self = g_object_ref (user_data);
  Record *record = data;
  g_autoptr (GTask) task = NULL;

  switch (record->kind)
    {
    case RECORD_STARTED:
      task = g_steal_pointer (&self->start_task);
      if (self->stops->len > 0)
        {
          g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the broker was stopped while it started");
          break;
        }
      self->ports = g_steal_pointer (&record->ports);
      self->is_running = TRUE;
      g_task_return_boolean (task, TRUE);
      break;
    case RECORD_FAILED:
      join (self);
      task = g_steal_pointer (&self->start_task);
      g_task_return_error (task, g_steal_pointer (&record->error));
      return_stops (self);
      break;
    case RECORD_TURNED_AWAY:
      g_signal_emit_by_name (self, "turned-away", record->text);
      break;
    case RECORD_RELOADED:
      return_reload (self, g_steal_pointer (&record->error));
      break;
    case RECORD_ANSWERED:
      return_question (self, record);
      break;
    case RECORD_STOPPED:
      join (self);
      drop_reloads (self);
      drop_questions (self);
      g_clear_pointer (&self->ports, g_array_unref);
      return_stops (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
stop_cb (gpointer data)
{
  HubHall *hall = data;

  if (hall->server != NULL)
    hub_server_stop (hall->server);
  return G_SOURCE_REMOVE;
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
 * hub_broker_send:
 * @self: a broker that has a thread
 * @func: what is to be done on it; returns %G_SOURCE_REMOVE
 * @data: for @func
 * @data_free: (nullable): frees @data, whether @func was called or not
 */
void
hub_broker_send (HubBroker *self, GSourceFunc func, gpointer data, GDestroyNotify data_free)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->func = func;
  errand->data = data;
  errand->data_free = data_free;
  g_atomic_int_set (&errand->is_ready, TRUE);
  g_main_context_invoke_full (self->hall->context, G_PRIORITY_DEFAULT, errand_cb, errand, errand_free);
}

static void
ask_to_stop (HubBroker *self)
{
  hub_broker_send (self, stop_cb, self->hall, NULL);
}

typedef struct
{
  HubHall *hall;
  const HubConfig *config; /* (unowned): the task's */
} Reload;

static gboolean
reload_cb (gpointer data)
{
  Reload *reload = data;
  HubHall *hall = reload->hall;
  Record *record;

  /* Too late: who has asked is told so when the thread has ended. */
  if (hall->server == NULL)
    return G_SOURCE_REMOVE;
  record = record_new (RECORD_RELOADED);
  if (hub_server_reload (hall->server, &reload->config->server, &record->error))
    hall->config = reload->config;
  hub_mailbox_post (hall->mailbox, record);
  return G_SOURCE_REMOVE;
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
  Record *record;

  /* Who asks when it is over is told by the end of the thread. */
  if (question->hall->server == NULL)
    return G_SOURCE_REMOVE;
  record = record_new (RECORD_ANSWERED);
  record->answer = question->func (question->hall->server, question->data);
  record->answer_free = question->answer_free;
  hub_mailbox_post (question->hall->mailbox, record);
  return G_SOURCE_REMOVE;
}

/*
 * hub_broker_use_config:
 * @config: (transfer full): how a broker that was not started is to behave
 */
void
hub_broker_use_config (HubBroker *self, HubConfig *config)
{
  g_clear_pointer (&self->config, hub_config_free);
  self->config = config;
  hub_config_settle (config);
  config->server.core.version = "hubbub-broker version " HUB_VERSION;
}

static void
hub_broker_dispose (GObject *object)
{
  HubBroker *self = HUB_BROKER (object);

  hub_mailbox_close (self->mailbox);
  if (self->thread != NULL)
    {
      ask_to_stop (self);
      join (self);
    }
  hub_observer_close (self->observer);
  drop_reloads (self);
  drop_questions (self);
  G_OBJECT_CLASS (hub_broker_parent_class)->dispose (object);
}

static void
hub_broker_finalize (GObject *object)
{
  HubBroker *self = HUB_BROKER (object);

  g_clear_pointer (&self->mailbox, hub_mailbox_unref);
  hub_observer_free (self->observer);
  hub_hooks_clear (&self->hooks);
  g_clear_pointer (&self->config, hub_config_free);
  g_clear_pointer (&self->sink, hub_log_sink_free);
  g_clear_pointer (&self->ports, g_array_unref);
  g_clear_pointer (&self->stops, g_ptr_array_unref);
  G_OBJECT_CLASS (hub_broker_parent_class)->finalize (object);
}

static void
hub_broker_class_init (HubBrokerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_broker_dispose;
  object_class->finalize = hub_broker_finalize;

  hub_broker_install_signals (object_class);
}

static void
hub_broker_init (HubBroker *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->mailbox = hub_mailbox_new (context, record_cb, self, record_free);
  self->observer = hub_observer_new (context, hub_broker_tell, self);
  hub_broker_use_config (self, hub_config_new_broker ());
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hub_broker_new:
 *
 * Makes a broker with the limits of hubbub-broker, without any listener: only those come in who are attached, until there
 * is one.
 *
 * Returns: (transfer full): a broker that was not started
 */
HubBroker *
hub_broker_new (void)
{
  return g_object_new (HUB_TYPE_BROKER, NULL);
}

/**
 * hub_broker_new_for_config: (skip)
 * @config: (transfer full): how it is to behave
 *
 * Returns: (transfer full): a broker that was not started
 */
HubBroker *
hub_broker_new_for_config (HubConfig *config)
{
  HubBroker *self = g_object_new (HUB_TYPE_BROKER, NULL);

  hub_broker_use_config (self, config);
  return self;
}

/*
 * hub_broker_ask:
 * @task: (transfer full): told the answer, as a pointer, or that there is none since the broker was stopped
 * @func: answers it, on the broker's thread
 * @data: (transfer full) (nullable): for @func
 * @data_free: (nullable): frees @data
 * @answer_free: (nullable): frees an answer
 *
 * Asks the server of a broker that runs.
 */
void
hub_broker_ask (HubBroker *self,
                GTask *task,
                HubQuestionFunc func,
                gpointer data,
                GDestroyNotify data_free,
                GDestroyNotify answer_free)
{
  Question *question = g_new0 (Question, 1);

  question->hall = self->hall;
  question->func = func;
  question->data = data;
  question->data_free = data_free;
  question->answer_free = answer_free;
  g_queue_push_tail (&self->questions, task);
  hub_broker_send (self, question_cb, question, question_free);
}

/**
 * hub_broker_start_async:
 * @self: a broker that does not run
 * @cancellable: (nullable): not looked at: a start is over in milliseconds
 * @callback: (scope async): called when every port is open, or one is not to be had
 * @user_data: for @callback
 *
 * Starts the thread of the broker.
 */
void
hub_broker_start_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  self->start_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->start_task, hub_broker_start_async);
  raise_descriptor_limit ();

  if (hub_hooks_are_set (&self->hooks))
    {
      hub_hooks_set_listeners (&self->hooks, &self->config->server);
      self->config->server.hooks = &hub_hooks_funcs;
      self->config->server.hooks_data = &self->hooks;
    }
  self->hall = g_new0 (HubHall, 1);
  self->hall->config = self->config;
  self->hall->mailbox = hub_mailbox_ref (self->mailbox);
  self->hall->observer = self->observer;
  self->hall->observed = self->observed;
  hub_observer_set (self->observer, self->observed);
  self->hall->context = g_main_context_new ();
  self->hall->loop = g_main_loop_new (self->hall->context, FALSE);
  self->thread = g_thread_new ("hubbub-broker", thread_func, self->hall);
}

/**
 * hub_broker_start_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when the broker does not run: a %G_IO_ERROR that says which port and why, or
 *   %G_IO_ERROR_CANCELLED when it was stopped meanwhile
 */
gboolean
hub_broker_start_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_stop_async:
 * @self: a broker
 * @cancellable: (nullable): not looked at: a stop is over within a second
 * @callback: (scope async): called when every port and the thread are gone
 * @user_data: for @callback
 *
 * Publishes the wills, says goodbye to every client, closes the ports and joins the thread. Does nothing when the broker
 * does not run. A start that is under way then fails with %G_IO_ERROR_CANCELLED.
 */
void
hub_broker_stop_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_stop_async);
  if (self->thread == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->stops, g_steal_pointer (&task));
  ask_to_stop (self);
}

/**
 * hub_broker_stop_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %TRUE
 */
gboolean
hub_broker_stop_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_reload_async: (skip)
 * @self: a running broker
 * @config: (transfer full): how it is to behave from now on
 * @cancellable: (nullable): not looked at: it takes as long as the files take to be read
 * @callback: (scope async): called when it is known how it went
 * @user_data: for @callback
 *
 * Changes what can be changed without dropping a client: who may come in, and the log. What is wrong with @config leaves
 * everything as it was.
 */
void
hub_broker_reload_async (HubBroker *self,
                         HubConfig *config,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Reload *reload;
  GTask *task;

  g_return_if_fail (HUB_IS_BROKER (self) && self->is_running);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_reload_async);
  hub_config_settle (config);
  g_task_set_task_data (task, config, NULL);
  g_queue_push_tail (&self->reloads, task);

  reload = g_new0 (Reload, 1);
  reload->hall = self->hall;
  reload->config = config;
  config->server.hooks = self->config->server.hooks;
  config->server.hooks_data = self->config->server.hooks_data;
  hub_broker_send (self, reload_cb, reload, g_free);
}

/**
 * hub_broker_reload_finish: (skip)
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when the broker goes on as it was
 */
gboolean
hub_broker_reload_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_is_running:
 * @self: a broker
 *
 * Returns: whether it was started and not stopped
 */
gboolean
hub_broker_is_running (HubBroker *self)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), FALSE);

  return self->is_running;
}
