/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-dial.h"

#include "app/joining/hub-ws-handshake.h"
#include "app/joining/hub-ws-stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* For each address of a host. */
#define CONNECT_TIMEOUT_S 10

#define PIECE_BYTES 2048

G_DEFINE_QUARK (hub_dial_error, hub_dial_error)

/* The way to a host: TCP, then TLS, then the handshake of WebSocket, as far as its address says so. */
typedef struct
{
  HubJoinAddress *address;    /* (owned) */
  const HubDialTerms *terms;  /* (unowned) */
  GSocketAddress *peer;       /* (owned) (nullable): from the connection on */
  GIOStream *stream;          /* (owned) (nullable): as far as it goes */
  GTlsCertificateFlags flaws; /* of the certificate that was shown */
  char *key;                  /* (owned) (nullable): of the handshake */
  char *request;              /* (owned) (nullable) */
  GByteArray *answer;         /* (owned) */
  guint8 piece[PIECE_BYTES];
  guint timeout_id; /* source */
  gboolean is_late;
} Way;

static void
way_free (gpointer data)
{
  Way *way = data;

  g_clear_handle_id (&way->timeout_id, g_source_remove);
  hub_join_address_unref (way->address);
  g_clear_object (&way->peer);
  g_clear_object (&way->stream);
  g_free (way->key);
  g_free (way->request);
  g_byte_array_unref (way->answer);
  g_free (way);
}

static Way *
way_of (GTask *task)
{
  return g_task_get_task_data (task);
}

static gboolean
late_cb (gpointer user_data)
{
  GTask *task = user_data;
  Way *way = way_of (task);

  way->timeout_id = 0;
  way->is_late = TRUE;
  g_cancellable_cancel (g_task_get_cancellable (task));
  return G_SOURCE_REMOVE;
}

static GError *
error_for_flaws (GTlsCertificateFlags flaws)
{
  static const struct
  {
    GTlsCertificateFlags flaw;
    HubDialError code;
    const char *message;
  } rows[] = {
    { G_TLS_CERTIFICATE_REVOKED, HUB_DIAL_ERROR_REVOKED, "the certificate was revoked" },
    { G_TLS_CERTIFICATE_EXPIRED, HUB_DIAL_ERROR_EXPIRED, "the certificate has expired" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, HUB_DIAL_ERROR_NOT_YET_VALID, "the certificate is not valid yet" },
    { G_TLS_CERTIFICATE_UNKNOWN_CA, HUB_DIAL_ERROR_UNTRUSTED, "nobody that is trusted has signed the certificate" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, HUB_DIAL_ERROR_OTHER_NAME, "the certificate is for another name" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((flaws & rows[i].flaw) != 0)
      return g_error_new_literal (HUB_DIAL_ERROR, (int) rows[i].code, rows[i].message);
  return g_error_new_literal (HUB_DIAL_ERROR, HUB_DIAL_ERROR_BAD_CERTIFICATE, "the certificate is not good enough");
}

/* Takes @task and @error. */
static void
give_up (GTask *task, GError *error)
{
  G_GNUC_UNUSED g_autoptr (GTask) owned = task;
  Way *way = way_of (task);

  g_clear_handle_id (&way->timeout_id, g_source_remove);
  if (way->is_late)
    {
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the host does not answer");
      g_task_set_check_cancellable (task, FALSE);
    }
  g_task_return_error (task, error);
}

/* Takes @task. */
static void
arrive (GTask *task)
{
  G_GNUC_UNUSED g_autoptr (GTask) owned = task;
  Way *way = way_of (task);

  g_clear_handle_id (&way->timeout_id, g_source_remove);
  g_task_return_pointer (task, g_steal_pointer (&way->stream), g_object_unref);
}

static void read_answer (GTask *task);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Way *way = way_of (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);
  gsize head_size = 0;

  if (n == 0)
    error = g_error_new_literal (HUB_DIAL_ERROR, HUB_DIAL_ERROR_NOT_HTTP, "the connection was closed instead of an answer");
  if (n > 0)
    {
      g_byte_array_append (way->answer, way->piece, (guint) n);
      hub_ws_handshake_read ((const char *) way->answer->data, way->answer->len, way->key, &head_size, &error);
    }
  if (error != NULL)
    {
      give_up (task, error);
    }
  else if (head_size == 0)
    {
      read_answer (task);
    }
  else
    {
      g_autoptr (GIOStream) base = g_steal_pointer (&way->stream);

      way->stream = hub_ws_stream_new (base, way->answer->data + head_size, way->answer->len - head_size);
      arrive (task);
    }
}

static void
read_answer (GTask *task)
{
  Way *way = way_of (task);

  g_input_stream_read_async (g_io_stream_get_input_stream (way->stream),
                             way->piece,
                             sizeof way->piece,
                             G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task),
                             read_cb,
                             task);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    read_answer (task);
  else
    give_up (task, error);
}

/* Takes @task: the stream is there, over which MQTT goes, or WebSocket. */
static void
begin_websocket (GTask *task)
{
  Way *way = way_of (task);

  if (!hub_join_address_is_websocket (way->address))
    {
      arrive (task);
      return;
    }
  way->key = hub_ws_handshake_make_key ();
  way->request = hub_ws_handshake_write (way->address, way->key);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (way->stream),
                                   way->request,
                                   strlen (way->request),
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   written_cb,
                                   task);
}

static gboolean
certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flaws, gpointer user_data)
{
  Way *way = user_data;

  if (way->terms->ignores_name)
    flaws &= ~(GTlsCertificateFlags) G_TLS_CERTIFICATE_BAD_IDENTITY;
  way->flaws = flaws;
  return flaws == 0;
}

static void
handshake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Way *way = way_of (task);
  GError *error = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error);

  g_signal_handlers_disconnect_by_data (object, way);
  if (is_done)
    {
      begin_websocket (task);
      return;
    }
  if (way->flaws != 0)
    {
      g_clear_error (&error);
      error = error_for_flaws (way->flaws);
    }
  else if (error->domain == G_TLS_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    {
      g_clear_error (&error);
      error = g_error_new_literal (HUB_DIAL_ERROR, HUB_DIAL_ERROR_NO_TLS, "what answers does not speak TLS");
    }
  give_up (task, error);
}

/* Whose certificate it has to be. A number is no name: said as one, it would be sent along, where it must not be
 * (RFC 6066, section 3). */
static GSocketConnectable *
make_identity (const HubJoinAddress *address)
{
  g_autofree char *bare = g_strndup (address->host, strcspn (address->host, "%"));
  GSocketAddress *number = g_inet_socket_address_new_from_string (bare, address->port);

  return number != NULL ? G_SOCKET_CONNECTABLE (number) : g_network_address_new (address->host, address->port);
}

/* Takes @task. */
static void
begin_tls (GTask *task)
{
  Way *way = way_of (task);
  g_autoptr (GSocketConnectable) identity = NULL;
  g_autoptr (GIOStream) secure = NULL;
  GError *error = NULL;

  if (!hub_join_address_is_tls (way->address))
    {
      begin_websocket (task);
      return;
    }
  identity = make_identity (way->address);
  secure = g_tls_client_connection_new (way->stream, identity, &error);
  if (secure == NULL)
    {
      give_up (task, error);
      return;
    }
  if (way->terms->trusted != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (secure), way->terms->trusted);
  if (way->terms->certificate != NULL)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (secure), way->terms->certificate);
  if (way->terms->protocols != NULL)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (secure), way->terms->protocols);
  g_set_object (&way->stream, secure);
  g_signal_connect (secure, "accept-certificate", G_CALLBACK (certificate_cb), way);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (secure),
                                    G_PRIORITY_DEFAULT,
                                    g_task_get_cancellable (task),
                                    handshake_cb,
                                    task);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Way *way = way_of (task);
  GError *error = NULL;
  GSocketConnection *connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  GSocket *socket;

  if (connection == NULL)
    {
      give_up (task, error);
      return;
    }
  /* The timeout was for the way there: a chat may be silent for hours. */
  socket = g_socket_connection_get_socket (connection);
  g_socket_set_timeout (socket, 0);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  way->peer = g_socket_connection_get_remote_address (connection, NULL);
  way->stream = G_IO_STREAM (connection);
  begin_tls (task);
}

/**
 * hub_dial_async:
 * @address: whom to dial
 * @timeout_ms: how long it may take, milliseconds; %HUB_DIAL_TIMEOUT_MS
 * @cancellable: to give it up; of this call alone, since it is cancelled when it takes too long
 * @callback: (scope async): called when the host is there, or is not
 * @user_data: for @callback
 *
 * Opens a stream over which the host speaks MQTT: within @timeout_ms there is one, or there is none.
 *
 * A certificate has to be signed by somebody whom this system trusts, and to be for the name or the number that was
 * dialled.
 */
void
hub_dial_async (HubJoinAddress *address,
                guint timeout_ms,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  static const HubDialTerms terms = { 0 };

  hub_dial_with_async (address, &terms, timeout_ms, cancellable, callback, user_data);
}

/**
 * hub_dial_with_async:
 * @address: whom to dial
 * @terms: how; it outlives the call
 * @timeout_ms: how long it may take, milliseconds; %HUB_DIAL_TIMEOUT_MS
 * @cancellable: to give it up; of this call alone, since it is cancelled when it takes too long
 * @callback: (scope async): called when the host is there, or is not
 * @user_data: for @callback
 *
 * As hub_dial_async().
 */
void
hub_dial_with_async (HubJoinAddress *address,
                     const HubDialTerms *terms,
                     guint timeout_ms,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) connectable = g_network_address_new (address->host, address->port);
  Way *way = g_new0 (Way, 1);

  g_task_set_source_tag (task, hub_dial_with_async);
  way->address = hub_join_address_ref (address);
  way->terms = terms;
  way->answer = g_byte_array_new ();
  g_task_set_task_data (task, way, way_free);
  way->timeout_id = g_timeout_add (timeout_ms, late_cb, task);
  g_source_set_name_by_id (way->timeout_id, "hubbub dial");
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_local_address (client, terms->own_address);
  g_socket_client_connect_async (client, connectable, cancellable, connected_cb, task);
}

/**
 * hub_dial_finish:
 * @result: what the callback was given
 * @peer: (out) (optional) (transfer full) (nullable): where the host was found
 * @error: return location
 *
 * Returns: (transfer full): the stream; or %NULL with @error set: a #GIOErrorEnum, #GResolverError or #HubDialError
 */
GIOStream *
hub_dial_finish (GAsyncResult *result, GSocketAddress **peer, GError **error)
{
  Way *way = way_of (G_TASK (result));

  if (peer != NULL)
    *peer = way->peer != NULL ? g_object_ref (way->peer) : NULL;
  return g_task_propagate_pointer (G_TASK (result), error);
}
