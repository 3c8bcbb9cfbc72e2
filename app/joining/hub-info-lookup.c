/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-info-lookup.h"

#include <libsoup/soup.h>

/* A question under way. */
typedef struct
{
  SoupSession *session; /* (owned) */
  SoupMessage *message; /* (owned) */
  GInputStream *body;   /* (owned) (nullable) */
  char *text;           /* (owned): room for one byte more than is read at most */
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  soup_session_abort (lookup->session);
  g_clear_object (&lookup->session);
  g_clear_object (&lookup->message);
  g_clear_object (&lookup->body);
  g_free (lookup->text);
  g_free (lookup);
}

static void
finish (GTask *task, gsize size)
{
  Lookup *lookup = g_task_get_task_data (task);

  g_task_return_pointer (task,
                         g_bytes_new (lookup->text, size <= HUB_INFO_LOOKUP_BYTES_MAX ? size : 0),
                         (GDestroyNotify) g_bytes_unref);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gsize size = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (object), result, &size, NULL))
    size = 0;
  if (!g_task_return_error_if_cancelled (task))
    finish (task, size);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Lookup *lookup = g_task_get_task_data (task);

  lookup->body = soup_session_send_finish (SOUP_SESSION (object), result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (lookup->body == NULL || soup_message_get_status (lookup->message) != SOUP_STATUS_OK)
    {
      finish (task, 0);
      return;
    }
  g_input_stream_read_all_async (lookup->body,
                                 lookup->text,
                                 HUB_INFO_LOOKUP_BYTES_MAX + 1,
                                 G_PRIORITY_DEFAULT,
                                 g_task_get_cancellable (task),
                                 read_cb,
                                 g_object_ref (task));
}

/**
 * hub_info_lookup_async:
 * @page: the address of the page of a host, with a slash at its end
 * @timeout_s: how long it may be silent, seconds
 * @cancellable: (nullable): ends the question
 * @callback: (scope async): called with the answer
 * @user_data: for @callback
 *
 * Asks a host what it is. What is longer than %HUB_INFO_LOOKUP_BYTES_MAX is no answer.
 */
void
hub_info_lookup_async (const char *page,
                       guint timeout_s,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autofree char *url = g_strconcat (page, "api/info", NULL);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Lookup *lookup = g_new0 (Lookup, 1);

  g_task_set_source_tag (task, hub_info_lookup_async);
  lookup->session = soup_session_new_with_options ("timeout", timeout_s, "proxy-resolver", NULL, NULL);
  lookup->message = soup_message_new (SOUP_METHOD_GET, url);
  lookup->text = g_malloc (HUB_INFO_LOOKUP_BYTES_MAX + 1);
  g_task_set_task_data (task, lookup, lookup_free);
  if (lookup->message == NULL)
    {
      finish (task, 0);
      return;
    }
  soup_message_add_flags (lookup->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (lookup->session,
                           lookup->message,
                           G_PRIORITY_DEFAULT,
                           cancellable,
                           sent_cb,
                           g_object_ref (task));
}

/**
 * hub_info_lookup_finish:
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer full): what `/api/info` says, which may be anything; empty when it says nothing; %NULL with @error set
 *   when it was cancelled
 */
GBytes *
hub_info_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
