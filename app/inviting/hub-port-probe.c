/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/inviting/hub-port-probe.h"

/* On this computer an answer takes no time, unless a firewall swallows what comes. */
#define TIMEOUT_S 5

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, NULL);

  if (connection != NULL)
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, connection != NULL);
}

/**
 * hub_port_probe_async:
 * @address: an IP literal
 * @port: a port
 * @cancellable: (nullable): ends the attempt
 * @callback: (scope async): called with what came of it
 * @user_data: for @callback
 *
 * Really connects to @port, says nothing, and closes.
 */
void
hub_port_probe_async (const char *address,
                      guint16 port,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) where = g_network_address_new (address, port);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hub_port_probe_async);
  g_socket_client_set_timeout (client, TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, where, cancellable, connected_cb, task);
}

/**
 * hub_port_probe_finish:
 * @result: as handed to the callback
 * @is_open: (out): whether somebody answers there
 * @error: return location
 *
 * Returns: %FALSE with @error set when it was cancelled
 */
gboolean
hub_port_probe_finish (GAsyncResult *result, gboolean *is_open, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  *is_open = g_task_propagate_boolean (G_TASK (result), &own_error);
  if (own_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&own_error));
  return FALSE;
}
