/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-resident.h"

#include <string.h>

/* A search under way. */
typedef struct
{
  GSocketClient *client;         /* (owned) */
  GSocketConnection *connection; /* (owned) (nullable) */
  HubResident *found;            /* (owned) (nullable) */
  char *question;                /* (owned) (nullable) */
  char *answer;                  /* (owned): room for one byte more than is read at most */
  guint16 port;                  /* which is asked */
  guint n_left;                  /* how many may be asked after it */
  guint timeout_id;              /* source */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_handle_id (&search->timeout_id, g_source_remove);
  g_clear_object (&search->client);
  g_clear_object (&search->connection);
  g_clear_pointer (&search->found, hub_resident_free);
  g_free (search->question);
  g_free (search->answer);
  g_free (search);
}

static gboolean
late_cb (gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data (task);

  search->timeout_id = 0;
  g_cancellable_cancel (g_task_get_cancellable (task));
  return G_SOURCE_REMOVE;
}

static void
finish (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  g_clear_handle_id (&search->timeout_id, g_source_remove);
  g_task_return_pointer (task, g_steal_pointer (&search->found), (GDestroyNotify) hub_resident_free);
}

static void
dial (GTask *task, guint16 port, GAsyncReadyCallback callback)
{
  Search *search = g_task_get_task_data (task);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  g_socket_client_connect_async (search->client,
                                 G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task),
                                 callback,
                                 g_object_ref (task));
}

/* MQTT may be open on other addresses alone: the door that has answered is good for it, too. */
static void
mqtt_dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, NULL);

  if (connection == NULL)
    search->found->mqtt_port = 0;
  finish (task);
}

static void ask (GTask *task);

static void
ask_next (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  g_clear_object (&search->connection);
  if (search->n_left == 0 || search->port == G_MAXUINT16 || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      finish (task);
      return;
    }
  search->port++;
  search->n_left--;
  ask (task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  gsize size = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (object), result, &size, NULL) && size <= HUB_RESIDENT_BYTES_MAX)
    search->found = hub_resident_parse (search->port, search->answer, size);
  if (search->found == NULL)
    ask_next (task);
  else if (search->found->mqtt_port != 0)
    dial (task, search->found->mqtt_port, mqtt_dialled_cb);
  else
    finish (task);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    {
      ask_next (task);
      return;
    }
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (search->connection)),
                                 search->answer,
                                 HUB_RESIDENT_BYTES_MAX + 1,
                                 G_PRIORITY_DEFAULT,
                                 g_task_get_cancellable (task),
                                 read_cb,
                                 g_object_ref (task));
}

static void
dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);

  search->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, NULL);
  if (search->connection == NULL)
    {
      ask_next (task);
      return;
    }
  g_free (search->question);
  search->question = g_strdup_printf ("GET /api/info HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", search->port);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (search->connection)),
                                   search->question,
                                   strlen (search->question),
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   written_cb,
                                   g_object_ref (task));
}

static void
ask (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  dial (task, search->port, dialled_cb);
}

/**
 * hub_resident_find_async:
 * @first_port: where a broker of Hubbub may serve the page
 * @n_ports: how many ports may be asked, at least 1, beginning with @first_port
 * @timeout_ms: how long all of it may take, milliseconds; %HUB_RESIDENT_TIMEOUT_MS
 * @cancellable: to give it up; of this call alone, since it is cancelled when it takes too long
 * @callback: (scope async): called with what was found
 * @user_data: for @callback
 *
 * Asks one port of this computer after the other, over the loopback, until a broker of Hubbub answers.
 */
void
hub_resident_find_async (guint16 first_port,
                         guint n_ports,
                         guint timeout_ms,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Search *search;

  g_return_if_fail (n_ports > 0);

  task = g_task_new (NULL, cancellable, callback, user_data);
  search = g_new0 (Search, 1);
  g_task_set_source_tag (task, hub_resident_find_async);
  /* Who is late, or given up, was not found. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, search, search_free);
  search->client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (search->client, FALSE);
  search->answer = g_malloc (HUB_RESIDENT_BYTES_MAX + 1);
  search->port = first_port;
  search->n_left = n_ports - 1;
  search->timeout_id = g_timeout_add (timeout_ms, late_cb, task);
  g_source_set_name_by_id (search->timeout_id, "hubbub search");
  ask (task);
}

/**
 * hub_resident_find_finish:
 * @result: as handed to the callback
 *
 * Returns: (transfer full) (nullable): who was found; %NULL when nobody was in time
 */
HubResident *
hub_resident_find_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
