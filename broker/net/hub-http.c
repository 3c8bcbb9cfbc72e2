/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-http-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* An answer may take longer than a request: a phone at the edge of the network still gets the page. */
#define ANSWER_TIMEOUTS 3

/* What libsoup does for a request, and so for an upgrade, takes as long as three or four connections of MQTT. */
#define DOOR_EFFORT 4

/* How long a body is thrown away that nobody asked for, so that the refusal arrives. */
#define REFUSED_US G_TIME_SPAN_SECOND

/* Enough to empty whatever buffer libsoup may have of what came behind an upgrade. */
#define LEFT_OVER_MAX (256 * 1024)

/* A whole record of TLS, so that of those that were decrypted nothing is left. */
#define LEFT_OVER_STEP (16 * 1024)

static void
client_free (HubHttpClient *client)
{
  HubHttp *self = client->http;

  if (client->previous != NULL)
    client->previous->next = client->next;
  else
    self->first = client->next;
  if (client->next != NULL)
    client->next->previous = client->previous;
  self->count--;

  g_clear_pointer (&client->question, hub_api_question_free);
  g_clear_object (&client->asking);
  hub_deadlines_disarm (hub_reactor_get_deadlines (self->reactor), &client->deadline);
  if (client->door.fd >= 0)
    hub_reactor_remove (self->reactor, &client->door);
  hub_arrival_dismiss (&client->arrival, self->admission);
  hub_reactor_need_turn (self->reactor);
  g_clear_object (&client->socket);
  g_clear_object (&client->tls_socket);
  g_free (client);
}

static void
arm (HubHttpClient *client, gint64 timeout_us)
{
  HubReactor *reactor = client->http->reactor;

  hub_deadlines_arm (hub_reactor_get_deadlines (reactor), &client->deadline, hub_reactor_get_now (reactor) + timeout_us);
  hub_reactor_need_turn (reactor);
}

static void
refuse_at_door (HubHttpClient *client, const char *sentence)
{
  HubHttp *self = client->http;

  if (sentence != NULL)
    self->funcs->refused (&client->arrival.address, sentence, self->user_data);
  client_free (client);
}

/* Whoever has the stream is told that it has ended, and libsoup finds out. */
static void
cut (HubHttpClient *client)
{
  if (client->door.fd >= 0)
    {
      client_free (client);
      return;
    }
  if (client->tls_socket != NULL)
    hub_tls_socket_cut (client->tls_socket);
  else
    g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
  hub_http_give_up (client);
}

static void
deadline_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubHttpClient *client = (HubHttpClient *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubHttpClient, deadline));

  cut (client);
}

/* libsoup is through with the connection, or it was taken over. */
static void
loan_gone_cb (gpointer data, GObject *loan)
{
  client_free (data);
}

static HubHttpClient *
client_of (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return g_object_get_qdata (G_OBJECT (address), hub_http_client_quark ());
}

static void
hand_to_soup (HubHttpClient *client, GIOStream *stream)
{
  g_autoptr (HubLoan) loan = hub_loan_new (stream);
  g_autoptr (GInetAddress) any = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);

  client->loan = loan;
  /* The address object is what the messages of this connection have in common. */
  g_object_set_qdata (G_OBJECT (address), hub_http_client_quark (), client);
  g_object_weak_ref (G_OBJECT (loan), loan_gone_cb, client);
  soup_server_accept_iostream (client->http->server, G_IO_STREAM (loan), address, address, NULL);
}

static void
leave_door (HubHttpClient *client)
{
  g_autoptr (GSocketConnection) connection = NULL;

  client->socket = g_socket_new_from_fd (client->arrival.fd, NULL);
  if (client->socket == NULL)
    {
      client_free (client);
      return;
    }
  hub_reactor_remove (client->http->reactor, &client->door);
  client->door.fd = -1;
  client->arrival.fd = -1;
  connection = g_socket_connection_factory_create_connection (client->socket);
  hand_to_soup (client, G_IO_STREAM (connection));
}

static void
take_tls (HubHttpClient *client)
{
  g_autoptr (GTlsConnection) tls = g_steal_pointer (&client->arrival.tls);

  g_object_get (tls, "base-io-stream", &client->tls_socket, NULL);
  hand_to_soup (client, G_IO_STREAM (tls));
}

static void
door_cb (HubWatch *watch, guint32 events)
{
  HubHttpClient *client = (HubHttpClient *) (gpointer) ((guint8 *) watch - G_STRUCT_OFFSET (HubHttpClient, door));
  guint8 first;

  if (recv (watch->fd, &first, 1, MSG_PEEK) != 1)
    refuse_at_door (client, NULL);
  else if (g_ascii_isupper (first))
    leave_door (client);
  else if (first == 0x16)
    refuse_at_door (client, "speaks TLS on a port without it");
  else if (first == 0x10)
    refuse_at_door (client, "speaks MQTT without WebSocket on a websockets port");
  else
    refuse_at_door (client, "does not speak HTTP");
}

static gboolean
has_body (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
         soup_message_headers_get_content_length (headers) > 0;
}

static void
end_output (HubHttpClient *client)
{
  if (client->tls_socket != NULL)
    {
      g_output_stream_close (g_io_stream_get_output_stream (G_IO_STREAM (client->loan)), NULL, NULL);
      shutdown (hub_tls_socket_get_fd (client->tls_socket), SHUT_WR);
    }
  else
    {
      g_socket_shutdown (client->socket, FALSE, TRUE, NULL);
    }
}

/* libsoup would read the body to its end before it answers: the answer goes past it. */
static void
early_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  static const char refusal[] = "HTTP/1.1 405 Method Not Allowed\r\n"
                                "Allow: GET, HEAD\r\n"
                                "Connection: close\r\n"
                                "Content-Length: 0\r\n\r\n";
  HubHttpClient *client = client_of (message);
  GOutputStream *output;

  if (!has_body (message))
    {
      arm (client, client->http->options.timeout_us * ANSWER_TIMEOUTS);
      return;
    }
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  output = g_io_stream_get_output_stream (G_IO_STREAM (client->loan));
  g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), refusal, sizeof refusal - 1, NULL, NULL);
  end_output (client);
  arm (client, REFUSED_US);
}

/* What the client has sent behind its request, before it saw the answer. */
static GByteArray *
read_left_over (GIOStream *stream)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  GByteArray *bytes = g_byte_array_new ();
  guint8 buffer[LEFT_OVER_STEP];
  gssize n;

  while (bytes->len < LEFT_OVER_MAX &&
         (n = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  return bytes;
}

static void
wrote_informational_cb (SoupServerMessage *message, gpointer user_data)
{
  HubHttpClient *client = client_of (message);
  HubHttp *self = client->http;
  g_autoptr (SoupServerMessage) kept G_GNUC_UNUSED = g_object_ref (message);
  g_autoptr (GIOStream) wrapped = soup_server_message_steal_connection (message);
  g_autoptr (GByteArray) first_bytes = read_left_over (wrapped);
  g_autoptr (GIOStream) stream = NULL;
  HubArrival arrival = client->arrival;

  /* A GSocket closes its descriptor in the end: it is doubled. */
  if (client->tls_socket == NULL && (arrival.fd = fcntl (g_socket_get_fd (client->socket), F_DUPFD_CLOEXEC, 3)) < 0)
    return;
  stream = hub_loan_end (client->loan);
  if (client->tls_socket != NULL)
    arrival.tls = G_TLS_CONNECTION (g_steal_pointer (&stream));
  client->arrival = (HubArrival){ .fd = -1 };
  g_object_weak_unref (G_OBJECT (client->loan), loan_gone_cb, client);
  client_free (client);
  self->funcs->upgraded (&arrival, first_bytes, self->user_data);
}

static void
handler_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  HubHttpClient *client = client_of (message);

  if (hub_http_answer (client, message, path))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (wrote_informational_cb), NULL);
}

G_DEFINE_QUARK (hub_http_client, hub_http_client)

/**
 * hub_http_new:
 * @reactor: the reactor of the broker; must outlive the result
 * @admission: where tickets are left; must outlive the result
 * @options: how to behave; copied, but not its strings
 * @funcs: what to call; must outlive the result
 * @user_data: for @funcs
 *
 * Thread: broker; its context must be the thread's default one.
 *
 * Returns: (transfer full): an HTTP server without sockets of its own
 */
HubHttp *
hub_http_new (HubReactor *reactor,
              HubAdmission *admission,
              const HubHttpOptions *options,
              const HubHttpFuncs *funcs,
              gpointer user_data)
{
  HubHttp *self = g_new0 (HubHttp, 1);

  self->reactor = reactor;
  self->admission = admission;
  self->options = *options;
  self->funcs = funcs;
  self->user_data = user_data;
  self->page = hub_page_new ();
  self->server = soup_server_new ("server-header", "hubbub", NULL);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, handler_cb, self, NULL);
  return self;
}

/**
 * hub_http_free:
 * @self: (transfer full): a server without clients
 */
void
hub_http_free (HubHttp *self)
{
  g_assert (self->first == NULL);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  hub_page_free (self->page);
  g_free (self);
}

/**
 * hub_http_set_names:
 * @self: a server
 * @more_hosts: (nullable) (array zero-terminated=1): further names for the Host header
 * @more_origins: (nullable) (array zero-terminated=1): further origins that may open a WebSocket
 *
 * Changes what is allowed from now on. The strings stay the caller's, and must outlive @self.
 */
void
hub_http_set_names (HubHttp *self, const char *const *more_hosts, const char *const *more_origins)
{
  self->options.more_hosts = more_hosts;
  self->options.more_origins = more_origins;
}

/**
 * hub_http_take:
 * @self: a server
 * @arrival: (inout): somebody; nobody afterwards
 *
 * Serves a connection. It has one timeout to send its request, whatever it sends meanwhile; what is no HTTP is closed at
 * its first byte.
 */
void
hub_http_take (HubHttp *self, HubArrival *arrival)
{
  HubHttpClient *client = g_new0 (HubHttpClient, 1);

  client->http = self;
  client->arrival = *arrival;
  *arrival = (HubArrival){ .fd = -1 };
  client->deadline.func = deadline_cb;
  client->next = self->first;
  if (self->first != NULL)
    self->first->previous = client;
  self->first = client;
  self->count++;

  client->door = (HubWatch){ .func = door_cb, .fd = client->arrival.fd, .events = EPOLLIN, .effort = DOOR_EFFORT };
  if (client->door.fd >= 0 && !hub_reactor_add (self->reactor, &client->door, NULL))
    {
      client_free (client);
      return;
    }
  arm (client, self->options.timeout_us);
  if (client->arrival.tls != NULL)
    take_tls (client);
}

/**
 * hub_http_close_all:
 * @self: a server
 *
 * Ends every connection. Those that libsoup holds are gone only after its sources have run: see
 * [method@Hub.Http.get_count].
 */
void
hub_http_close_all (HubHttp *self)
{
  HubHttpClient *next;

  for (HubHttpClient *at = self->first; at != NULL; at = next)
    {
      next = at->next;
      cut (at);
    }
}

/**
 * hub_http_get_count:
 * @self: a server
 *
 * Returns: how many connections there are
 */
guint
hub_http_get_count (const HubHttp *self)
{
  return self->count;
}
