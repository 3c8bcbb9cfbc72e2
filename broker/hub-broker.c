/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

#include "broker/net/hub-server-files.h"
#include "hub-build-config.h"

/**
 * HubBroker:
 *
 * A broker in a thread of its own. Any number of them run in one process.
 *
 * All functions belong to the thread that made the object, whose main context must run: callbacks and signals come
 * there. What runs elsewhere says so.
 */

G_DEFINE_FINAL_TYPE (HubBroker, hub_broker, G_TYPE_OBJECT)

static void
join (HubBroker *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->hall, hub_hall_free);
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
return_question (HubBroker *self, HubRecord *record)
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
  HubRecord *record = data;
  g_autoptr (GTask) task = NULL;

  switch (record->kind)
    {
    case HUB_RECORD_STARTED:
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
    case HUB_RECORD_FAILED:
      join (self);
      task = g_steal_pointer (&self->start_task);
      g_task_return_error (task, g_steal_pointer (&record->error));
      return_stops (self);
      break;
    case HUB_RECORD_TURNED_AWAY:
      g_signal_emit_by_name (self, "turned-away", record->text);
      break;
    case HUB_RECORD_STORE_FAILED:
      g_signal_emit_by_name (self, "store-failed", record->text);
      break;
    case HUB_RECORD_RELOADED:
      return_reload (self, g_steal_pointer (&record->error));
      break;
    case HUB_RECORD_ANSWERED:
      return_question (self, record);
      break;
    case HUB_RECORD_STOPPED:
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
      hub_hall_stop (self->hall);
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

  self->mailbox = hub_mailbox_new (context, record_cb, self, hub_record_free);
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
  g_queue_push_tail (&self->questions, task);
  hub_hall_ask (self->hall, func, data, data_free, answer_free);
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

  if (hub_hooks_are_set (&self->hooks))
    {
      self->config->server.hooks = &hub_hooks_funcs;
      self->config->server.hooks_data = &self->hooks;
    }
  hub_observer_set (self->observer, self->observed);
  self->hall = hub_hall_new (self->config, self->mailbox, self->observer, self->observed);
  self->thread = g_thread_new ("hubbub-broker", hub_hall_run, self->hall);
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
 * @cancellable: (nullable): not looked at: a stop is over within two seconds
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
  hub_hall_stop (self->hall);
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
 * Changes what can be changed while clients are connected: who may come in, and the log. Those who may not come in any more
 * are sent away. What is wrong with @config leaves everything as it was.
 *
 * The files that @config names are read here and now, since the broker's thread must not wait for a disk.
 */
void
hub_broker_reload_async (HubBroker *self,
                         HubConfig *config,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  HubServerFiles *files;

  g_return_if_fail (HUB_IS_BROKER (self) && self->is_running);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_reload_async);
  hub_config_settle (config);
  config->server.hooks = self->config->server.hooks;
  config->server.hooks_data = self->config->server.hooks_data;
  files = hub_server_files_load (&config->server, self->ports, &error);
  if (files == NULL)
    {
      hub_config_free (config);
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, config, NULL);
  g_queue_push_tail (&self->reloads, g_steal_pointer (&task));
  hub_hall_reload (self->hall, config, files);
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
