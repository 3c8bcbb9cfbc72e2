/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-dial.h"

#include "app/discovery/hub-whereabouts.h"
#include "app/joining/hub-dial.h"

#include <gio/gunixsocketaddress.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#define CONNECT_TIMEOUT_S 20

/* Of MQTT over TLS, as for mosquitto_pub. */
#define TLS_PORT 8883

/* The way to the broker that a command talks to. */

typedef struct
{
  const HubCliOptions *options; /* (unowned) */
  char *where;                  /* (owned) (nullable): for people */
  HubJoinAddress *address;      /* (owned) (nullable): where one was named as a whole */
  gulong give_up_id;            /* handler of the command's cancellable, while that address is dialled */
} Call;

static void
call_free (Call *self)
{
  g_free (self->where);
  g_clear_pointer (&self->address, hub_join_address_unref);
  g_free (self);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GSocketConnection *connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  GSocket *socket;

  if (connection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* The timeout was for the way there. */
  socket = g_socket_connection_get_socket (connection);
  g_socket_set_timeout (socket, 0);
  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_task_return_pointer (task, connection, g_object_unref);
}

static void
dial (GTask *task, GSocketConnectable *place)
{
  const Call *call = g_task_get_task_data (task);
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();

  g_socket_client_set_timeout (dialler, CONNECT_TIMEOUT_S);
  g_socket_client_set_enable_proxy (dialler, FALSE);
  g_socket_client_set_local_address (dialler, call->options->tls.terms.own_address);
  g_socket_client_connect_async (dialler, place, g_task_get_cancellable (task), connected_cb, g_object_ref (task));
}

static void
dial_port (GTask *task, const char *host, guint16 port)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GSocketConnectable) place = g_network_address_new (host, port);

  call->where = g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
  dial (task, place);
}

static void
dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  GIOStream *stream = hub_dial_finish (result, NULL, &error);

  /* A command that listens calls again and again. */
  g_cancellable_disconnect (g_task_get_cancellable (task), call->give_up_id);
  call->give_up_id = 0;

  if (stream != NULL)
    g_task_return_pointer (task, stream, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
give_up_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* The call is cancelled when it takes too long, and the command is not. */
static void
dial_address (GTask *task, const char *text)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GCancellable) own = g_cancellable_new ();
  GError *error = NULL;

  call->address = hub_join_address_parse (text, &error);
  if (call->address == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  call->where = hub_join_address_to_string (call->address);
  call->give_up_id =
    g_cancellable_connect (g_task_get_cancellable (task), G_CALLBACK (give_up_cb), g_object_ref (own), g_object_unref);
  hub_dial_with_async (call->address, &call->options->tls.terms, HUB_DIAL_TIMEOUT_MS, own, dialled_cb, g_object_ref (task));
}

/* What was given as a whole may say as whom, and this does not. */
static void
dial_encrypted (GTask *task, const HubCliOptions *options)
{
  const char *host = options->host != NULL ? options->host : "localhost";
  const guint port = options->port != 0 ? options->port : TLS_PORT;
  g_autofree char *url = g_strdup_printf (strchr (host, ':') != NULL ? "mqtts://[%s]:%u" : "mqtts://%s:%u", host, port);

  dial_address (task, url);
}

static void
dial_unix (GTask *task, const char *path)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GSocketAddress) place = g_unix_socket_address_new (path);

  call->where = g_filename_display_name (path);
  dial (task, G_SOCKET_CONNECTABLE (place));
}

/* Whoever runs no Hubbub may have a broker all the same. */
static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *address = hub_whereabouts_ask_finish (result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (address != NULL)
    dial_address (task, address);
  else
    dial_port (task, "127.0.0.1", HUB_JOIN_ADDRESS_PORT);
}

/**
 * hub_cli_dial_async:
 * @options: checked options, which outlive the call
 * @cancellable: ends it
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Connects to the broker that was named. When none was, it is the one of the Hubbub that this user is running, whatever
 * chat that is in, and else the one of this computer.
 */
void
hub_cli_dial_async (const HubCliOptions *options,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, hub_cli_dial_async);
  call->options = options;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (options->join != NULL)
    dial_address (task, options->join);
  else if (options->unix_path != NULL)
    dial_unix (task, options->unix_path);
  else if (options->is_encrypted)
    dial_encrypted (task, options);
  else if (options->host != NULL || options->port != 0)
    dial_port (task,
               options->host != NULL ? options->host : "localhost",
               options->port != 0 ? options->port : HUB_JOIN_ADDRESS_PORT);
  else
    hub_whereabouts_ask_async (cancellable, asked_cb, g_object_ref (task));
}

/**
 * hub_cli_dial_finish:
 * @result: the result
 * @where: (out) (transfer full) (nullable): where it went to, for people
 * @address: (out) (transfer full) (nullable): the same, where an address was given as a whole: it may say as whom
 * @error: return location
 *
 * Returns: (transfer full): a connected stream, or %NULL with @error set
 */
GIOStream *
hub_cli_dial_finish (GAsyncResult *result, char **where, HubJoinAddress **address, GError **error)
{
  Call *call;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  call = g_task_get_task_data (G_TASK (result));
  *where = g_steal_pointer (&call->where);
  *address = g_steal_pointer (&call->address);
  return g_task_propagate_pointer (G_TASK (result), error);
}
