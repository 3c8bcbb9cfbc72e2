/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

/* Who may come into a broker that runs. */

/*
 * hub_broker_dup_config:
 * @self: a broker
 *
 * Returns: (transfer full): how @self behaves, or will when all reloads are over that are under way: to be changed, and
 *   handed to hub_broker_reload_async()
 */
HubConfig *
hub_broker_dup_config (HubBroker *self)
{
  GTask *latest = g_queue_peek_tail (&self->reloads);

  g_return_val_if_fail (HUB_IS_BROKER (self), NULL);

  return hub_config_copy (latest != NULL ? g_task_get_task_data (latest) : self->config);
}

static void
use_password_file (HubConfig *config, const char *path)
{
  GPtrArray *listeners = config->server.listeners;

  config->server.keeps_clients = TRUE;
  for (guint i = 0; i < listeners->len; i++)
    {
      HubListenerOptions *listener = g_ptr_array_index (listeners, i);

      g_free (listener->password_file);
      listener->password_file = g_strdup (path);
      listener->allow_anonymous = path == NULL;
    }
}

static void
reloaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (hub_broker_reload_finish (HUB_BROKER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hub_broker_set_password_file_async:
 * @self: a broker that runs, or was not started
 * @path: (type filename) (nullable): who may come in by its listeners: a file as `mosquitto_passwd` and
 *   `hubbub-broker passwd` write it; %NULL: everybody
 * @cancellable: (nullable): not looked at: it takes as long as the file takes to be read
 * @callback: (nullable) (scope async): called when it holds, or it is clear that it does not
 * @user_data: for @callback
 *
 * Says for all listeners who may come in from now on, in place of what their configuration has said of that. Those who are
 * connected stay, whoever they are, and need the password when they come again; over HTTP it is asked for at once. Without a
 * name nobody comes in while there is a file. The file is read now and not looked at later: after a change to it, this is
 * to be called again. [class@Hub.LocalClient] is never asked about, and nobody comes in by a stream that is attached.
 *
 * Before the start it holds for the listeners that were added already, and what is wrong with the file makes the start fail.
 */
void
hub_broker_set_password_file_async (HubBroker *self,
                                    const char *path,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HubConfig *config;

  g_return_if_fail (HUB_IS_BROKER (self) && (self->thread == NULL || self->is_running));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_set_password_file_async);
  if (self->thread == NULL)
    {
      use_password_file (self->config, path);
      g_task_return_boolean (task, TRUE);
      return;
    }
  config = hub_broker_dup_config (self);
  use_password_file (config, path);
  hub_broker_reload_async (self, config, NULL, reloaded_cb, g_steal_pointer (&task));
}

/**
 * hub_broker_set_password_file_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when everything is as it was before: the file cannot be read or is none, or the broker was
 *   stopped
 */
gboolean
hub_broker_set_password_file_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  HubIpAddress address;
  gint64 duration_us;
} Bar;

/* %NULL: it holds. */
static gpointer
bar (HubServer *server, gpointer data)
{
  const Bar *wanted = data;

  if (hub_server_bar (server, &wanted->address, wanted->duration_us))
    return NULL;
  return g_error_new (G_IO_ERROR,
                      G_IO_ERROR_NOT_SUPPORTED,
                      "that address stands for everybody on this computer");
}

/**
 * hub_broker_bar_async:
 * @self: a broker
 * @address: an IP address, alone or as [method@Hub.ClientStatus.get_address] tells it
 * @duration_s: how long nobody from there is let in, seconds; 0: they are let in again
 * @cancellable: (nullable): forgets the answer; it holds all the same
 * @callback: (nullable) (scope async): called when it holds
 * @user_data: for @callback
 *
 * Keeps out who comes from an address; outside the own network an IPv6 /64 counts as one. They are told that they are banned, Reason Code 0x8A in MQTT
 * 5.0, and over HTTP get the page, and an error for what else they ask. Those who are connected stay until
 * [method@Hub.Broker.kick_async]; called in this order, nobody slips through. A stop forgets it.
 */
void
hub_broker_bar_async (HubBroker *self,
                      const char *address,
                      guint duration_s,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Bar wanted = { .duration_us = duration_s * G_TIME_SPAN_SECOND };

  g_return_if_fail (HUB_IS_BROKER (self) && address != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_broker_bar_async);
  if (!hub_ip_address_parse_peer (&wanted.address, address))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "'%s' is no IP address", address);
  else if (!self->is_running)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker does not run");
  else
    hub_broker_ask (self, g_steal_pointer (&task), bar, g_memdup2 (&wanted, sizeof wanted), g_free, (GDestroyNotify) g_error_free);
}

/**
 * hub_broker_bar_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when nobody was kept out: %G_IO_ERROR_INVALID_ARGUMENT for what is no IP address,
 *   %G_IO_ERROR_NOT_SUPPORTED for loopback and link-local IPv6, which stand for everybody, %G_IO_ERROR_CLOSED when the
 *   broker does not run
 */
gboolean
hub_broker_bar_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  GError *local_error = NULL;
  GError *answer;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    local_error = answer;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}
