/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-session.h"

#include "app/cli/hub-cli-dial.h"
#include "app/cli/hub-cli-output.h"
#include "app/cli/hub-cli-trace.h"
#include "app/cli/hub-cli-words.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_S 1

/* How long the broker may take to close its end. */
#define GOODBYE_S 3

struct _HubCliSession
{
  const HubCliOptions *options; /* (unowned) */
  HubCliConnectedFunc connected;
  gpointer user_data;

  GMainLoop *loop;           /* (owned) */
  GCancellable *cancellable; /* (owned) */
  HubClient *client;         /* (owned) (nullable): while there is a connection, or one is being made */
  GIOStream *stream;         /* (unowned) (nullable): as long as anybody holds it */
  int socket_fd;             /* (owned): of @stream, so that it is not closed with it; -1: none */
  char *client_id;           /* (owned) */
  char *where;               /* (owned) (nullable): for people */
  HubJoinAddress *address;   /* (owned) (nullable): where one was given as a whole */
  HubVersion version;
  HubCliTrace trace;
  HubClientTraceFunc watch; /* (nullable) */
  gpointer watch_data;
  guint retry_id;
  guint timeout_id;
  guint goodbye_id;
  guint drain_id;
  guint signal_ids[2];
  int status;
  bool stays : 1;
  bool was_connected : 1;
  bool is_dialling : 1;
  bool is_finished : 1;
};

static void attempt (HubCliSession *self);

/* A name that nobody else has; where it is empty, the broker chooses one. */
static char *
choose_client_id (const HubCliOptions *options, HubVersion version)
{
  if (options->client_id != NULL)
    return g_strdup (options->client_id);
  if (options->id_prefix != NULL)
    return g_strdup_printf ("%s%d", options->id_prefix, (int) getpid ());
  return version == HUB_VERSION_3_1 ? g_strdup_printf ("hub%08x%08x", g_random_int (), g_random_int ()) : g_strdup ("");
}

static void
drop_client (HubCliSession *self)
{
  if (self->client == NULL)
    return;
  hub_client_close (self->client);
  g_clear_object (&self->client);
}

static void
drop_socket (HubCliSession *self)
{
  g_clear_handle_id (&self->drain_id, g_source_remove);
  if (self->socket_fd >= 0)
    close (self->socket_fd);
  self->socket_fd = -1;
}

static gboolean
retry_cb (gpointer user_data)
{
  HubCliSession *self = user_data;

  self->retry_id = 0;
  attempt (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_for_good (const GError *error)
{
  return g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_TAKEN_OVER) ||
         g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_SENT_AWAY) ||
         g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_CREDENTIALS) ||
         g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_PROTOCOL);
}

/* Who listens comes back as long as there is hope. */
static void
lose (HubCliSession *self, const GError *error)
{
  g_autofree char *message = NULL;
  int refusal = self->client != NULL ? hub_client_get_refusal (self->client) : 0;

  drop_client (self);
  drop_socket (self);
  if (self->stays && self->was_connected && refusal == 0 && !is_for_good (error))
    {
      self->retry_id = g_timeout_add_seconds (RETRY_S, retry_cb, self);
      g_source_set_name_by_id (self->retry_id, "hubbub command reconnect");
      return;
    }
  message = hub_cli_explain (error, self->where);
  hub_cli_session_fail (self, refusal != 0 ? refusal : EXIT_FAILURE, message);
}

static gboolean
fall_back (HubCliSession *self, const GError *error)
{
  if (!self->options->may_fall_back || self->was_connected || self->version != HUB_VERSION_5_0)
    return FALSE;
  if (!g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_VERSION) &&
      !g_error_matches (error, HUB_CLIENT_ERROR, HUB_CLIENT_ERROR_HUNG_UP))
    return FALSE;
  self->version = HUB_VERSION_3_1_1;
  drop_client (self);
  attempt (self);
  return TRUE;
}

static void
closed_cb (HubCliSession *self, const GError *error)
{
  if (self->is_finished)
    return;
  if (!fall_back (self, error))
    lose (self, error);
}

static void
connected_cb (HubCliSession *self)
{
  self->was_connected = TRUE;
  self->connected (self->client, self->user_data);
}

static void
hold_socket (HubCliSession *self, GIOStream *stream)
{
  drop_socket (self);
  if (G_IS_SOCKET_CONNECTION (stream))
    self->socket_fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream))), F_DUPFD_CLOEXEC, 0);
}

static gboolean
drain_cb (int fd, GIOCondition condition, gpointer user_data)
{
  HubCliSession *self = user_data;
  char nowhere[4096];
  gssize n = recv (fd, nowhere, sizeof nowhere, MSG_DONTWAIT);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  self->drain_id = 0;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

/* All is written, and the broker closes its end when it has read it. A socket that is closed while messages lie there
 * unread is reset, and the broker may lose what was said last. */
static void
drain (HubCliSession *self)
{
  if (self->socket_fd < 0 || shutdown (self->socket_fd, SHUT_WR) != 0)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  self->drain_id = g_unix_fd_add (self->socket_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, drain_cb, self);
  g_source_set_name_by_id (self->drain_id, "hubbub command drain");
}

static void
stream_gone_cb (gpointer user_data, GObject *stream)
{
  HubCliSession *self = user_data;

  /* One of before may go later than the next one comes. */
  if ((GObject *) self->stream != stream)
    return;
  self->stream = NULL;
  if (self->is_finished)
    drain (self);
}

static void
hold_stream (HubCliSession *self, GIOStream *stream)
{
  if (self->stream != NULL)
    g_object_weak_unref (G_OBJECT (self->stream), stream_gone_cb, self);
  self->stream = stream;
  if (stream != NULL)
    g_object_weak_ref (G_OBJECT (stream), stream_gone_cb, self);
}

static void
set_will (const HubCliOptions *options, HubConnect *connect)
{
  if (options->will_topic == NULL)
    return;
  connect->has_will = TRUE;
  connect->will_topic = hub_span_from_string (options->will_topic);
  connect->will_payload = hub_span_from_string (options->will_payload);
  connect->will_qos = (guint8) options->will_qos;
  connect->will_retain = options->will_retain;
}

/* What options say counts more than what the address does. */
static void
set_credentials (HubCliSession *self, HubConnect *connect)
{
  const char *user = self->options->user;
  const char *password = self->options->password;

  if (user == NULL && password == NULL && self->address != NULL)
    {
      user = self->address->user_name;
      password = self->address->password;
    }
  if (user == NULL && password != NULL)
    user = HUB_JOIN_ADDRESS_ROOM_USER;
  connect->has_username = user != NULL;
  connect->has_password = password != NULL;
  connect->username = hub_span_from_string (user);
  connect->password = hub_span_from_string (password);
}

/* Whoever reads no longer hears so from what is printed besides. */
static void
trace_cb (gboolean is_sent, const HubPacket *packet, gpointer user_data)
{
  HubCliSession *self = user_data;
  g_autofree char *text = hub_cli_trace_packet (&self->trace, is_sent, packet);

  hub_cli_print (text, strlen (text), NULL);
  if (self->watch != NULL)
    self->watch (is_sent, packet, self->watch_data);
}

static void
open_client (HubCliSession *self, GIOStream *stream)
{
  const HubCliOptions *options = self->options;
  HubConnect connect = {
    .version = self->version,
    .client_id = hub_span_from_string (self->client_id),
    .keep_alive_s = (guint16) options->keep_alive_s,
    .is_clean = !options->is_lasting,
  };

  connect.properties = options->properties.connect;
  connect.will_properties = options->properties.will;
  set_credentials (self, &connect);
  set_will (options, &connect);
  if (options->has_expiry)
    hub_properties_set_number (&connect.properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, options->expiry_s);
  hold_stream (self, stream);
  hold_socket (self, stream);
  self->client = hub_client_new ();
  if (options->is_debug)
    {
      hub_cli_trace_begin (&self->trace, self->client_id);
      hub_client_set_trace (self->client, trace_cb, self);
    }
  g_signal_connect_swapped (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect_swapped (self->client, "closed", G_CALLBACK (closed_cb), self);
  hub_client_open (self->client, stream, &connect);
}

static void
dialled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HubCliSession *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  g_autoptr (HubJoinAddress) address = NULL;
  g_autoptr (GIOStream) stream = hub_cli_dial_finish (result, &where, &address, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_main_loop_quit (self->loop);
      return;
    }
  self->is_dialling = FALSE;
  g_free (self->where);
  self->where = g_steal_pointer (&where);
  g_clear_pointer (&self->address, hub_join_address_unref);
  self->address = g_steal_pointer (&address);
  if (stream != NULL)
    open_client (self, stream);
  else
    lose (self, error);
}

static void
attempt (HubCliSession *self)
{
  self->is_dialling = TRUE;
  hub_cli_dial_async (self->options, self->cancellable, dialled_cb, self);
}

static gboolean
signal_cb (gpointer user_data)
{
  hub_cli_session_finish (user_data, EXIT_SUCCESS);
  return G_SOURCE_CONTINUE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  HubCliSession *self = user_data;

  self->timeout_id = 0;
  hub_cli_session_fail (self, HUB_CLI_TIMED_OUT, _ ("time is up"));
  return G_SOURCE_REMOVE;
}

/**
 * hub_cli_session_new:
 * @options: checked options, which outlive the session
 * @connected: called when the broker has accepted the command
 * @user_data: for @connected
 *
 * Returns: (transfer full): a connection that is made by hub_cli_session_run()
 */
HubCliSession *
hub_cli_session_new (const HubCliOptions *options, HubCliConnectedFunc connected, gpointer user_data)
{
  HubCliSession *self = g_new0 (HubCliSession, 1);

  self->options = options;
  self->connected = connected;
  self->user_data = user_data;
  self->version = options->version;
  self->socket_fd = -1;
  self->client_id = choose_client_id (options, options->version);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->cancellable = g_cancellable_new ();
  return self;
}

/**
 * hub_cli_session_free:
 * @self: (transfer full): a connection
 */
void
hub_cli_session_free (HubCliSession *self)
{
  drop_client (self);
  drop_socket (self);
  hold_stream (self, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_handle_id (&self->goodbye_id, g_source_remove);
  g_clear_object (&self->cancellable);
  g_main_loop_unref (self->loop);
  hub_cli_trace_clear (&self->trace);
  g_free (self->client_id);
  g_free (self->where);
  g_clear_pointer (&self->address, hub_join_address_unref);
  g_free (self);
}

/**
 * hub_cli_session_stay:
 * @self: a connection
 *
 * Makes a connection that was lost again, and lets SIGINT and SIGTERM end it in order.
 */
void
hub_cli_session_stay (HubCliSession *self)
{
  self->stays = TRUE;
  self->signal_ids[0] = g_unix_signal_add (SIGINT, signal_cb, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, signal_cb, self);
}

/**
 * hub_cli_session_watch:
 * @self: a connection that was not run
 * @watch: where each packet is told of, called behind that
 * @user_data: for @watch
 */
void
hub_cli_session_watch (HubCliSession *self, HubClientTraceFunc watch, gpointer user_data)
{
  self->watch = watch;
  self->watch_data = user_data;
}

/**
 * hub_cli_session_set_timeout:
 * @self: a connection
 * @timeout_s: seconds from now on
 *
 * Ends it then, with %HUB_CLI_TIMED_OUT.
 */
void
hub_cli_session_set_timeout (HubCliSession *self, guint timeout_s)
{
  self->timeout_id = g_timeout_add (timeout_s * 1000, timeout_cb, self);
  g_source_set_name_by_id (self->timeout_id, "hubbub command timeout");
}

/**
 * hub_cli_session_run:
 * @self: a connection
 *
 * Connects, and returns when it has ended and all that was sent has left.
 *
 * Returns: the exit status
 */
int
hub_cli_session_run (HubCliSession *self)
{
  attempt (self);
  if (!self->is_finished || self->stream != NULL || self->is_dialling)
    g_main_loop_run (self->loop);
  return self->status;
}

static gboolean
goodbye_cb (gpointer user_data)
{
  HubCliSession *self = user_data;

  self->goodbye_id = 0;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
begin_to_finish (HubCliSession *self, int status)
{
  self->is_finished = TRUE;
  self->status = status;
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->goodbye_id = g_timeout_add_seconds (GOODBYE_S, goodbye_cb, self);
  g_source_set_name_by_id (self->goodbye_id, "hubbub command goodbye");
}

/**
 * hub_cli_session_finish:
 * @self: a connection
 * @status: the exit status; that of the first call counts
 *
 * Says goodbye to the broker.
 */
void
hub_cli_session_finish (HubCliSession *self, int status)
{
  if (self->is_finished)
    return;
  begin_to_finish (self, status);
  drop_client (self);
  g_cancellable_cancel (self->cancellable);
  if (self->stream == NULL && !self->is_dialling)
    g_main_loop_quit (self->loop);
}

/**
 * hub_cli_session_finish_with_message:
 * @self: a connection whose client is just emitting [signal@Hub.Client::message]
 * @status: the exit status
 *
 * As hub_cli_session_finish(), and the message is acknowledged.
 */
void
hub_cli_session_finish_with_message (HubCliSession *self, int status)
{
  if (self->is_finished)
    return;
  begin_to_finish (self, status);
  hub_client_close_after_message (self->client);
}

/**
 * hub_cli_session_fail:
 * @self: a connection
 * @status: the exit status
 * @message: what is wrong, for people
 *
 * Says so, and ends it.
 */
void
hub_cli_session_fail (HubCliSession *self, int status, const char *message)
{
  if (!self->is_finished)
    hub_cli_session_warn (self, message);
  hub_cli_session_finish (self, status);
}

/**
 * hub_cli_session_warn:
 * @self: a connection
 * @message: what is wrong, for people
 *
 * Says so, unless nothing is to be said.
 */
void
hub_cli_session_warn (HubCliSession *self, const char *message)
{
  if (!self->options->is_quiet)
    hub_cli_complain (message);
}
