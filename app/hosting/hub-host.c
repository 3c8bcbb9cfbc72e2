/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host.h"

#include "app/hosting/hub-host-config.h"
#include "app/hosting/hub-host-words.h"
#include "broker/hub-broker.h"
#include "ui/model/hub-format.h"

/* Networks change in several steps: one look after the last of them is enough. */
#define NETWORK_SETTLE_MS 1000

/**
 * HubHost:
 *
 * Hosting: the broker of this program, with the settings of a desktop, and the address by which others join.
 */
struct _HubHost
{
  GObject parent_instance;

  HubBroker *broker;        /* (owned) */
  GNetworkMonitor *monitor; /* (unowned) */
  guint settle_id;          /* source */
  char *store_failure;      /* (owned) (nullable): why nothing is kept */
  HubHostOptions options;
  char *own_login;  /* (owned) (nullable): how the own window asks for the history, as it stands in a URL */
  GTask *late_task; /* (owned) (nullable): sets a password file, with its path, once the start is over */
  gboolean is_starting;
};

G_DEFINE_FINAL_TYPE (HubHost, hub_host, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_ADDRESS_CHANGED,
  SIGNAL_TURNED_AWAY,
  SIGNAL_PROBLEM_CHANGED,
} HubHostSignal;

static guint signals[SIGNAL_PROBLEM_CHANGED + 1];

static gboolean
settled_cb (gpointer user_data)
{
  HubHost *self = user_data;

  self->settle_id = 0;
  g_signal_emit (self, signals[SIGNAL_ADDRESS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
network_changed_cb (HubHost *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (NETWORK_SETTLE_MS, settled_cb, self);
  g_source_set_name_by_id (self->settle_id, "hubbub network change");
}

static void
turned_away_cb (HubHost *self, const char *address)
{
  g_signal_emit (self, signals[SIGNAL_TURNED_AWAY], 0, address);
}

static void
store_failed_cb (HubHost *self, const char *reason)
{
  g_free (self->store_failure);
  self->store_failure = g_strdup (reason);
  g_signal_emit (self, signals[SIGNAL_PROBLEM_CHANGED], 0);
}

static void
password_set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (hub_broker_set_password_file_finish (HUB_BROKER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
set_password_file (HubHost *self, GTask *task)
{
  hub_broker_set_password_file_async (self->broker, g_task_get_task_data (task), NULL, password_set_cb, task);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HubHost *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  self->is_starting = FALSE;
  if (self->late_task != NULL && self->broker != NULL)
    set_password_file (self, g_steal_pointer (&self->late_task));
  if (hub_broker_start_finish (HUB_BROKER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  hub_broker_stop_finish (HUB_BROKER (object), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubHost) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hub_broker_reload_finish (HUB_BROKER (object), result, &error) && self->broker != NULL &&
      hub_broker_is_running (self->broker))
    g_warning ("The settings do not take effect: %s", error->message);
}

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (hub_broker_clear_log_finish (HUB_BROKER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
hub_host_dispose (GObject *object)
{
  hub_host_stop (HUB_HOST (object));
  G_OBJECT_CLASS (hub_host_parent_class)->dispose (object);
}

static void
hub_host_finalize (GObject *object)
{
  HubHost *self = HUB_HOST (object);

  g_free (self->store_failure);
  g_free (self->own_login);
  G_OBJECT_CLASS (hub_host_parent_class)->finalize (object);
}

static void
hub_host_class_init (HubHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_host_dispose;
  object_class->finalize = hub_host_finalize;

  /**
   * HubHost::address-changed:
   * @self: the host
   *
   * Emitted when this computer may have got other addresses.
   */
  signals[SIGNAL_ADDRESS_CHANGED] =
    g_signal_new ("address-changed", HUB_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubHost::turned-away:
   * @self: the host
   * @address: who it was: an IP address and a port
   *
   * Emitted when a peer from outside the local network was not let in.
   */
  signals[SIGNAL_TURNED_AWAY] =
    g_signal_new ("turned-away", HUB_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * HubHost::problem-changed:
   * @self: the host
   *
   * Emitted when [method@Hub.Host.dup_problem] may have another answer than after the start.
   */
  signals[SIGNAL_PROBLEM_CHANGED] =
    g_signal_new ("problem-changed", HUB_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hub_host_init (HubHost *self)
{
  self->monitor = g_network_monitor_get_default ();
  g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hub_host_new:
 * @options: how it is to host
 *
 * Returns: (transfer full): a host that was not started
 */
HubHost *
hub_host_new (const HubHostOptions *options)
{
  HubHost *self = g_object_new (HUB_TYPE_HOST, NULL);

  self->options = *options;
  self->broker = hub_broker_new_for_config (hub_host_config_new (options));
  g_signal_connect_object (self->broker, "turned-away", G_CALLBACK (turned_away_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->broker, "store-failed", G_CALLBACK (store_failed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hub_host_start_async:
 * @self: a host that was not started
 * @callback: (scope async): called when others can join, or it is clear that they cannot
 * @user_data: for @callback
 *
 * Starts the broker. A port that another program has is passed over for the next free one, each on its own.
 */
void
hub_host_start_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HUB_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_host_start_async);
  self->is_starting = TRUE;
  hub_broker_start_async (self->broker, NULL, started_cb, task);
}

/**
 * hub_host_start_finish:
 * @self: a host
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when nothing is hosted
 */
gboolean
hub_host_start_finish (HubHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_host_connect:
 * @self: a started host
 * @error: return location
 *
 * Returns: (transfer full): a connection to the broker inside the program, or %NULL with @error set
 */
GIOStream *
hub_host_connect (HubHost *self, GError **error)
{
  g_return_val_if_fail (HUB_IS_HOST (self), NULL);

  return hub_broker_connect_local (self->broker, error);
}

/**
 * hub_host_list_urls:
 * @self: a started host
 *
 * Returns: (transfer full) (array zero-terminated=1): what others type into a browser to join, the best first
 */
char **
hub_host_list_urls (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), NULL);

  return hub_broker_list_urls (self->broker);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) clients = hub_broker_list_clients_finish (HUB_BROKER (object), result, &error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (clients == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < clients->len; i++)
    {
      const HubClientStatus *client = g_ptr_array_index (clients, i);

      if (hub_client_status_is_connected (client))
        g_strv_builder_add (builder, hub_client_status_get_address (client));
    }
  g_task_return_pointer (task, g_strv_builder_end (builder), (GDestroyNotify) g_strfreev);
}

/**
 * hub_host_list_peers_async:
 * @self: a started host
 * @cancellable: (nullable): forgets the answer
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks where those come from who are connected.
 */
void
hub_host_list_peers_async (HubHost *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HUB_IS_HOST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_host_list_peers_async);
  hub_broker_list_clients_async (self->broker, cancellable, listed_cb, task);
}

/**
 * hub_host_list_peers_finish:
 * @self: a host
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer full) (array zero-terminated=1): an address and a port, or what [callback@Hub.AuthenticateFunc] has for
 *   others, for each client; %NULL with @error set when the host does not run any more
 */
char **
hub_host_list_peers_finish (HubHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hub_host_get_mqtt_port:
 * @self: a started host
 *
 * Returns: the port on which MQTT clients join
 */
guint16
hub_host_get_mqtt_port (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), 0);

  return hub_broker_get_port (self->broker, HUB_PROTOCOL_MQTT);
}

/**
 * hub_host_get_http_port:
 * @self: a started host
 *
 * Returns: the port on which browsers join
 */
guint16
hub_host_get_http_port (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), 0);

  return hub_broker_get_port (self->broker, HUB_PROTOCOL_WEBSOCKETS);
}

/**
 * hub_host_get_passed_ports:
 * @self: a started host
 * @first_port: (out): the port on which browsers should have joined
 *
 * Returns: how many ports from @first_port on somebody else has; 0: it was free
 */
guint
hub_host_get_passed_ports (HubHost *self, guint16 *first_port)
{
  g_return_val_if_fail (HUB_IS_HOST (self), 0);

  *first_port = self->options.http_port;
  return (guint) (hub_host_get_http_port (self) - self->options.http_port);
}

/**
 * hub_host_set_own_login:
 * @self: a host
 * @user_name: who the own window is to the broker, over HTTP
 * @password: its password; both of letters and digits that may stand in a URL as they are
 */
void
hub_host_set_own_login (HubHost *self, const char *user_name, const char *password)
{
  g_return_if_fail (HUB_IS_HOST (self));

  g_free (self->own_login);
  self->own_login = g_strdup_printf ("%s:%s@", user_name, password);
}

/**
 * hub_host_dup_own_url:
 * @self: a started host
 *
 * Returns: (transfer full): where the own window asks for the history, without a path, and with its password
 */
char *
hub_host_dup_own_url (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), NULL);

  return g_strdup_printf ("http://%s127.0.0.1:%u",
                          self->own_login != NULL ? self->own_login : "",
                          hub_broker_get_port (self->broker, HUB_PROTOCOL_WEBSOCKETS));
}

/**
 * hub_host_get_broker:
 * @self: a host
 *
 * Returns: (transfer none) (nullable): its broker, until it has stopped for good
 */
HubBroker *
hub_host_get_broker (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), NULL);

  return self->broker;
}

/**
 * hub_host_set_password_file_async:
 * @self: a host
 * @path: (type filename) (nullable): who may come in; %NULL: everybody
 * @callback: (nullable) (scope async): called when it holds
 * @user_data: for @callback
 *
 * Says who may come in from now on, or from the start on: [method@Hub.Broker.set_password_file_async].
 */
void
hub_host_set_password_file_async (HubHost *self, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HUB_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_host_set_password_file_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  if (self->is_starting && self->late_task != NULL)
    g_task_return_new_error (self->late_task, G_IO_ERROR, G_IO_ERROR_CLOSED, "there is a newer one");
  if (self->is_starting)
    g_clear_object (&self->late_task);
  if (self->broker == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker was stopped");
      g_object_unref (task);
    }
  else if (self->is_starting)
    self->late_task = task;
  else
    set_password_file (self, task);
}

/**
 * hub_host_set_password_file_finish:
 * @self: a host
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when it is as before: %G_IO_ERROR_CLOSED when that does not matter any more
 */
gboolean
hub_host_set_password_file_finish (HubHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_host_dup_problem:
 * @self: a started host
 *
 * Returns: (transfer full) (nullable): what is not as usual, in words for people: ports that others have, and that nothing
 *   is kept
 */
char *
hub_host_dup_problem (HubHost *self)
{
  g_return_val_if_fail (HUB_IS_HOST (self), NULL);

  return hub_host_explain (&self->options, hub_host_get_mqtt_port (self), hub_host_get_http_port (self), self->store_failure);
}

/**
 * hub_host_set_person:
 * @self: a started host
 * @name: the name of the person who hosts; blank: none
 *
 * Says who hosts, to everybody who asks over HTTP.
 */
void
hub_host_set_person (HubHost *self, const char *name)
{
  HubConfig *config;

  g_return_if_fail (HUB_IS_HOST (self) && hub_broker_is_running (self->broker));

  config = hub_broker_dup_config (self->broker);
  g_free (config->server.hosted_by);
  config->server.hosted_by = hub_format_is_blank (name) ? NULL : g_strdup (name);
  hub_broker_reload_async (self->broker, config, NULL, reloaded_cb, g_object_ref (self));
}

/**
 * hub_host_apply:
 * @self: a started host
 * @options: how it is to host from now on
 *
 * Takes over who may join, and what is kept: whoever is there stays.
 *
 * Returns: %FALSE when @options has other ports: these need another host
 */
gboolean
hub_host_apply (HubHost *self, const HubHostOptions *options)
{
  const HubHostOptions *old = &self->options;
  HubConfig *config;

  g_return_val_if_fail (HUB_IS_HOST (self) && hub_broker_is_running (self->broker), TRUE);

  if (options->mqtt_port != old->mqtt_port || options->http_port != old->http_port)
    return FALSE;
  if (!hub_host_config_is_same (old, options))
    {
      config = hub_broker_dup_config (self->broker);
      hub_host_config_update (config, options);
      hub_broker_reload_async (self->broker, config, NULL, reloaded_cb, g_object_ref (self));
    }
  self->options = *options;
  return TRUE;
}

/**
 * hub_host_clear_history_async:
 * @self: a started host
 * @callback: (scope async): called when nobody finds anything of it any more
 * @user_data: for @callback
 *
 * Deletes everything that was said.
 */
void
hub_host_clear_history_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HUB_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_host_clear_history_async);
  hub_broker_clear_log_async (self->broker, NULL, cleared_cb, task);
}

/**
 * hub_host_clear_history_finish:
 * @self: a host
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when nothing was deleted
 */
gboolean
hub_host_clear_history_finish (HubHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_host_stop_async:
 * @self: a host that was started, or could not be
 * @callback: (scope async): called when the ports are free
 * @user_data: for @callback
 *
 * Says goodbye to everybody, frees the ports and joins the thread of the broker.
 */
void
hub_host_stop_async (HubHost *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HUB_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_host_stop_async);
  hub_broker_stop_async (self->broker, NULL, stopped_cb, task);
}

/**
 * hub_host_stop_finish:
 * @self: a host
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %TRUE
 */
gboolean
hub_host_stop_finish (HubHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_host_stop:
 * @self: a host
 *
 * The same for the end of the program: blocks for as long as it takes, some milliseconds, at most two seconds.
 */
void
hub_host_stop (HubHost *self)
{
  g_return_if_fail (HUB_IS_HOST (self));

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->late_task != NULL)
    g_task_return_new_error (self->late_task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker was stopped");
  g_clear_object (&self->late_task);
  /* A start or stop that is under way has a reference of its own, and would go on. */
  if (self->broker != NULL)
    g_object_run_dispose (G_OBJECT (self->broker));
  g_clear_object (&self->broker);
}
