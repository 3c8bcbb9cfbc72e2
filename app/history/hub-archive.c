/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/history/hub-archive.h"

#include <libsoup/soup.h>

#include <string.h>

#define TOO_MANY_REQUESTS 429

#define TIMEOUT_S 20
#define PIECE_BYTES (64 * 1024)

/**
 * HubArchive:
 *
 * Asks hosts for messages of their log, over HTTP. Nothing waits: an answer comes when it comes.
 */
struct _HubArchive
{
  GObject parent_instance;

  SoupSession *session; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubArchive, hub_archive, G_TYPE_OBJECT)

G_DEFINE_QUARK (hub_archive_error, hub_archive_error)

/* A question under way. */
typedef struct
{
  SoupMessage *message; /* (owned) */
  GInputStream *stream; /* (owned) (nullable): the body, from the headers on */
  GByteArray *body;     /* (owned) */
  gsize max_bytes;
  gboolean is_of_topics; /* else of messages */
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_object (&exchange->message);
  g_clear_object (&exchange->stream);
  g_byte_array_unref (exchange->body);
  g_free (exchange);
}

static void
fail (GTask *task, HubArchiveError code, const char *words)
{
  g_task_return_new_error (task, HUB_ARCHIVE_ERROR, (int) code, "%s", words);
}

static void
fail_with (GTask *task, const GError *error)
{
  if (!g_task_return_error_if_cancelled (task))
    fail (task, HUB_ARCHIVE_ERROR_FAILED, error->message);
}

static void
finish (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  const char *text = (const char *) exchange->body->data;
  const gsize size = exchange->body->len;
  HubArchiveAnswer *answer = NULL;
  char **topics = NULL;

  if (size > 0 && exchange->is_of_topics)
    topics = hub_archive_topics_parse (text, size);
  else if (size > 0)
    answer = hub_archive_answer_parse (text, size);

  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) hub_archive_answer_free);
  else if (topics != NULL)
    g_task_return_pointer (task, topics, (GDestroyNotify) g_strfreev);
  else
    fail (task, HUB_ARCHIVE_ERROR_NONE, "the answer is none of a chat");
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  Exchange *exchange = g_task_get_task_data (task);
  gconstpointer data;
  gsize size;

  if (piece == NULL)
    {
      fail_with (task, error);
      return;
    }
  data = g_bytes_get_data (piece, &size);
  if (size == 0)
    {
      finish (task);
      return;
    }
  if (size > exchange->max_bytes - exchange->body->len)
    {
      fail (task, HUB_ARCHIVE_ERROR_TOO_LARGE, "the answer is too long");
      return;
    }
  g_byte_array_append (exchange->body, data, (guint) size);
  g_input_stream_read_bytes_async (exchange->stream,
                                   PIECE_BYTES,
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   read_cb,
                                   g_object_ref (task));
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Exchange *exchange = g_task_get_task_data (task);
  guint status;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (exchange->stream == NULL)
    {
      fail_with (task, error);
      return;
    }
  status = soup_message_get_status (exchange->message);
  if (status >= 500 || status == TOO_MANY_REQUESTS)
    fail (task, HUB_ARCHIVE_ERROR_FAILED, soup_status_get_phrase (status));
  else if (status != SOUP_STATUS_OK)
    fail (task, HUB_ARCHIVE_ERROR_NONE, soup_status_get_phrase (status));
  else
    g_input_stream_read_bytes_async (exchange->stream,
                                     PIECE_BYTES,
                                     G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task),
                                     read_cb,
                                     g_object_ref (task));
}

/* User name and password go where the host looks for them, and nowhere else. */
static SoupMessage *
make_message (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) bare = NULL;
  SoupMessage *message;

  if (uri == NULL || g_uri_get_user (uri) == NULL)
    return soup_message_new (SOUP_METHOD_GET, url);
  bare = soup_uri_copy (uri, SOUP_URI_USER, NULL, SOUP_URI_PASSWORD, NULL, SOUP_URI_AUTH_PARAMS, NULL, SOUP_URI_NONE);
  message = soup_message_new_from_uri (SOUP_METHOD_GET, bare);
  if (message != NULL)
    {
      const char *password = g_uri_get_password (uri);
      g_autofree char *pair = g_strdup_printf ("%s:%s", g_uri_get_user (uri), password != NULL ? password : "");
      g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
      g_autofree char *authorization = g_strconcat ("Basic ", encoded, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", authorization);
    }
  return message;
}

/* Takes both @task and @exchange. */
static void
begin (HubArchive *self, GTask *task, Exchange *exchange, const char *url)
{
  g_autoptr (GTask) owned = task;

  exchange->body = g_byte_array_new ();
  exchange->message = make_message (url);
  g_task_set_task_data (task, exchange, exchange_free);
  if (exchange->message == NULL)
    {
      fail (task, HUB_ARCHIVE_ERROR_NONE, "there is no such address");
      return;
    }
  soup_message_add_flags (exchange->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (self->session,
                           exchange->message,
                           G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task),
                           sent_cb,
                           g_steal_pointer (&owned));
}

static void
hub_archive_dispose (GObject *object)
{
  HubArchive *self = HUB_ARCHIVE (object);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hub_archive_parent_class)->dispose (object);
}

static void
hub_archive_class_init (HubArchiveClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hub_archive_dispose;
}

static void
hub_archive_init (HubArchive *self)
{
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_S, "proxy-resolver", NULL, NULL);
}

/**
 * hub_archive_new:
 *
 * Returns: (transfer full): an archive
 */
HubArchive *
hub_archive_new (void)
{
  return g_object_new (HUB_TYPE_ARCHIVE, NULL);
}

/**
 * hub_archive_ask_async:
 * @self: an archive
 * @url: where messages are asked for, with the topic: `http://HOST:PORT/api/messages?topic=TOPIC`; a user name and a
 *   password in front of HOST are those of MQTT
 * @question: what is asked
 * @limit: how many messages at most
 * @cancellable: (nullable): to give it up
 * @callback: (scope async): called when there is an answer, or none
 * @user_data: for @callback
 *
 * Asks. An answer longer than %HUB_ARCHIVE_BYTES_MAX, or %HUB_ARCHIVE_SINGLE_BYTES_MAX where @limit is 1, is not read.
 */
void
hub_archive_ask_async (HubArchive *self,
                       const char *url,
                       const HubQuestion *question,
                       guint limit,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GString) whole = g_string_new (url);
  g_autoptr (GTask) task = NULL;
  Exchange *exchange;

  g_return_if_fail (HUB_IS_ARCHIVE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_archive_ask_async);
  g_string_append_printf (whole, "&limit=%u", limit);
  if (question->before > 0)
    g_string_append_printf (whole, "&before=%" G_GUINT64_FORMAT, question->before);
  if (question->after > 0)
    g_string_append_printf (whole, "&after=%" G_GUINT64_FORMAT, question->after);

  exchange = g_new0 (Exchange, 1);
  exchange->max_bytes = limit > 1 ? HUB_ARCHIVE_BYTES_MAX : HUB_ARCHIVE_SINGLE_BYTES_MAX;
  begin (self, g_steal_pointer (&task), exchange, whole->str);
}

/**
 * hub_archive_ask_finish:
 * @self: an archive
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer full): the answer, or %NULL with @error set, a [error@Hub.ArchiveError] or %G_IO_ERROR_CANCELLED
 */
HubArchiveAnswer *
hub_archive_ask_finish (HubArchive *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hub_archive_list_async:
 * @self: an archive
 * @url: where topics are asked for, with a filter: `http://HOST:PORT/api/topics?filter=FILTER`
 * @cancellable: (nullable): to give it up
 * @callback: (scope async): called when there is an answer, or none
 * @user_data: for @callback
 *
 * Asks which topics there are. An answer longer than %HUB_ARCHIVE_BYTES_MAX is not read.
 */
void
hub_archive_list_async (HubArchive *self,
                        const char *url,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task;
  Exchange *exchange;

  g_return_if_fail (HUB_IS_ARCHIVE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hub_archive_list_async);
  exchange = g_new0 (Exchange, 1);
  exchange->max_bytes = HUB_ARCHIVE_BYTES_MAX;
  exchange->is_of_topics = TRUE;
  begin (self, task, exchange, url);
}

/**
 * hub_archive_list_finish:
 * @self: an archive
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: (transfer full): the topics, or %NULL with @error set, a [error@Hub.ArchiveError] or %G_IO_ERROR_CANCELLED
 */
char **
hub_archive_list_finish (HubArchive *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
