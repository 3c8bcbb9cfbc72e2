/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/bench/hub-bench-client.h"

#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"
#include "tests/bench/hub-bench-ws.h"

#include <gio/gio.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE (256 * 1024)
#define PACKET_SIZE_MAX (2 * 1024 * 1024)

/* How many SUBSCRIBE packets of one client are under way. */
#define SUBSCRIBING_MAX 100

/* Mosquitto listens with a backlog of 100: more at a time would measure how the system repeats a SYN. */
#define CONNECTING_MAX 50

typedef enum
{
  STATE_NEW,
  STATE_UPGRADING,   /* waits for the answer of HTTP */
  STATE_GREETING,    /* waits for CONNACK */
  STATE_SUBSCRIBING, /* waits for SUBACK */
  STATE_READY,
} State;

struct _HubBenchClient
{
  HubBenchWatch watch; /* first; owns its descriptor */
  HubBenchLoop *loop;  /* (unowned) */
  HubBenchTarget target;
  HubBenchMessageFunc func; /* (nullable) */
  gpointer user_data;       /* (unowned) */
  State state;
  HubBenchWs ws;
  GByteArray *output;             /* (owned): what was not written */
  GByteArray *carry;              /* (owned) (nullable): the beginning of a packet */
  char *filter;                   /* (owned) (nullable) */
  char *topic;                    /* (owned) (nullable) */
  HubBenchAckedFunc acked_func;   /* (nullable) */
  gpointer acked_data;            /* (unowned) */
  guint n_unacked;                /* messages that were published and not acknowledged to the end */
  HubBenchFilterFunc filter_func; /* (nullable): tells further filters */
  gpointer filter_data;           /* (unowned) */
  guint n_filters;
  guint n_asked;      /* of @n_filters */
  guint n_subscribed; /* of @n_filters */
  bool is_durable;
  bool is_retain;
  bool is_frozen;
  bool is_narrow;
  guint8 filter_qos;
  guint8 topic_qos;
  guint16 last_packet_id;
};

/* Where every client of a thread reads. */
static _Thread_local guint8 read_buffer[PACKET_SIZE_MAX + READ_SIZE];

static void
send_packet (HubBenchClient *self, HubSpan packet)
{
  if (self->target.is_websocket)
    hub_bench_ws_wrap (self->output, packet);
  else
    g_byte_array_append (self->output, packet.data, (guint) packet.size);
  hub_bench_loop_mark (self->loop, &self->watch);
}

static void
send_array (HubBenchClient *self, const GByteArray *packet)
{
  send_packet (self, (HubSpan){ packet->data, packet->len });
}

static void
send_ack (HubBenchClient *self, HubPacketType type, guint16 packet_id)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];
  gsize size = hub_encode_ack (self->target.version, type, packet_id, HUB_REASON_SUCCESS, packet);

  send_packet (self, (HubSpan){ packet, size });
}

static void
greet (HubBenchClient *self)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubConnect connect = { .version = self->target.version, .is_clean = !self->is_durable };
  char client_id[32];

  g_snprintf (client_id, sizeof client_id, "bench-%d", self->watch.fd);
  connect.client_id = hub_span_from_string (client_id);
  if (self->is_durable && self->target.version == HUB_VERSION_5_0)
    hub_properties_set_number (&connect.properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, G_MAXUINT32);
  hub_encode_connect (packet, &connect);
  send_array (self, packet);
  self->state = STATE_GREETING;
}

static void
send_subscribe (HubBenchClient *self, const char *filter)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  hub_encode_subscribe (packet, self->target.version, 1, hub_span_from_string (filter), self->filter_qos, NULL);
  send_array (self, packet);
}

/* Asks for some more of the many filters, once those before were granted. */
static void
subscribe_more (HubBenchClient *self)
{
  while (self->n_asked < self->n_filters && self->n_asked - self->n_subscribed < SUBSCRIBING_MAX)
    {
      g_autofree char *filter = self->filter_func (self, self->n_asked++, self->filter_data);

      send_subscribe (self, filter);
    }
  if (self->n_subscribed == self->n_filters)
    self->state = STATE_READY;
}

static void
subscribe_or_be_ready (HubBenchClient *self)
{
  self->state = STATE_SUBSCRIBING;
  if (self->filter != NULL)
    send_subscribe (self, self->filter);
  else
    subscribe_more (self);
}

static void
handle_suback (HubBenchClient *self, const HubSuback *suback)
{
  if (suback->codes.size != 1 || suback->codes.data[0] != self->filter_qos)
    hub_bench_loop_fail (self->loop, "the broker refuses a subscription");
  if (self->filter != NULL)
    {
      self->state = STATE_READY;
      return;
    }
  self->n_subscribed++;
  if (self->n_subscribed == self->n_asked)
    subscribe_more (self);
}

static void
handle_publish (HubBenchClient *self, const HubPublish *publish)
{
  if (publish->qos == 1)
    send_ack (self, HUB_PACKET_PUBACK, publish->packet_id);
  else if (publish->qos == 2)
    send_ack (self, HUB_PACKET_PUBREC, publish->packet_id);
  if (self->func != NULL)
    self->func (self, publish->payload, self->user_data);
}

static void
handle_packet (HubBenchClient *self, const HubPacket *packet)
{
  switch ((guint) packet->type)
    {
    case HUB_PACKET_PUBLISH:
      handle_publish (self, &packet->publish);
      break;
    case HUB_PACKET_PUBREC:
      send_ack (self, HUB_PACKET_PUBREL, packet->ack.packet_id);
      break;
    case HUB_PACKET_PUBREL:
      send_ack (self, HUB_PACKET_PUBCOMP, packet->ack.packet_id);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBCOMP:
      self->n_unacked--;
      if (self->acked_func != NULL)
        self->acked_func (self, self->acked_data);
      break;
    case HUB_PACKET_CONNACK:
      if (packet->connack.code != 0)
        hub_bench_loop_fail (self->loop, "the broker refuses a client with code %u", packet->connack.code);
      subscribe_or_be_ready (self);
      break;
    case HUB_PACKET_SUBACK:
      handle_suback (self, &packet->suback);
      break;
    default:
      hub_bench_loop_fail (self->loop, "the broker sends a packet of type %d", packet->type);
    }
}

/* Returns how many bytes belong to whole packets. */
static gsize
handle_packets (HubBenchClient *self, HubSpan bytes)
{
  gsize at = 0;

  while (at < bytes.size && !hub_bench_loop_has_failed (self->loop))
    {
      g_autoptr (GError) error = NULL;
      HubFixedHeader header;
      HubPacket packet;
      HubSpan rest = { bytes.data + at, bytes.size - at };
      HubFrameResult result = hub_fixed_header_read (rest, HUB_PACKET_SIZE_MAX, &header, &error);

      if (result == HUB_FRAME_CUT)
        break;
      if (result == HUB_FRAME_BAD ||
          !hub_packet_decode (self->target.version,
                              &header,
                              (HubSpan){ rest.data + header.header_size, header.remaining_size },
                              &packet,
                              &error))
        {
          hub_bench_loop_fail (self->loop, "the broker sends what is no MQTT: %s", error->message);
          break;
        }
      handle_packet (self, &packet);
      at += header.header_size + header.remaining_size;
    }
  return at;
}

static void
save_carry (HubBenchClient *self, const guint8 *bytes, gsize size)
{
  g_clear_pointer (&self->carry, g_byte_array_unref);
  if (size > PACKET_SIZE_MAX)
    hub_bench_loop_fail (self->loop, "the broker sends a packet of more than %d bytes", PACKET_SIZE_MAX);
  else if (size > 0)
    self->carry = g_byte_array_append (g_byte_array_new (), bytes, (guint) size);
}

static gsize
handle_http_answer (HubBenchClient *self, HubSpan bytes)
{
  static const char status[] = "HTTP/1.1 101 ";
  const guint8 *end = memmem (bytes.data, bytes.size, "\r\n\r\n", 4);

  if (end == NULL)
    return 0;
  if (bytes.size < sizeof status || memcmp (bytes.data, status, sizeof status - 1) != 0)
    hub_bench_loop_fail (self->loop, "the broker refuses the WebSocket");
  greet (self);
  return (gsize) (end + 4 - bytes.data);
}

static void
read_input (HubBenchClient *self)
{
  gsize carried = self->carry != NULL ? self->carry->len : 0;
  gsize consumed;
  gsize size;
  gssize n;

  if (carried > 0)
    memcpy (read_buffer, self->carry->data, carried);
  n = recv (self->watch.fd, read_buffer + carried, READ_SIZE, 0);
  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    {
      hub_bench_loop_fail (self->loop, "the broker has closed a connection: %s", n < 0 ? g_strerror (errno) : "end of file");
      return;
    }

  size = (gsize) n;
  if (self->state == STATE_UPGRADING)
    {
      consumed = handle_http_answer (self, (HubSpan){ read_buffer, carried + size });
      save_carry (self, read_buffer + consumed, carried + size - consumed);
      return;
    }

  if (self->target.is_websocket)
    size = hub_bench_ws_unwrap (&self->ws, read_buffer + carried, size);
  if (hub_bench_ws_is_closed (&self->ws))
    hub_bench_loop_fail (self->loop, "the broker has closed a WebSocket");
  consumed = handle_packets (self, (HubSpan){ read_buffer, carried + size });
  save_carry (self, read_buffer + consumed, carried + size - consumed);
}

static void
flush_cb (HubBenchWatch *watch)
{
  HubBenchClient *self = (HubBenchClient *) watch;
  gssize n = send (watch->fd, self->output->data, self->output->len, MSG_NOSIGNAL);

  if (n < 0 && errno != EAGAIN)
    {
      hub_bench_loop_fail (self->loop, "cannot write: %s", g_strerror (errno));
      return;
    }
  if (n == (gssize) self->output->len)
    {
      g_byte_array_set_size (self->output, 0);
      return;
    }
  if (n > 0)
    g_byte_array_remove_range (self->output, 0, (guint) n);
  hub_bench_loop_set_wants_room (self->loop, watch, TRUE);
}

static void
ready_cb (HubBenchWatch *watch, guint32 events)
{
  HubBenchClient *self = (HubBenchClient *) watch;

  if ((events & EPOLLOUT) != 0)
    {
      hub_bench_loop_set_wants_room (self->loop, watch, FALSE);
      hub_bench_loop_mark (self->loop, watch);
    }
  if (!self->is_frozen && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read_input (self);
}

/**
 * hub_bench_client_new:
 * @loop: the loop; must outlive the client
 * @target: where the broker is
 * @func: (nullable): called for each message
 * @user_data: for @func
 *
 * Returns: (transfer full): a client that is not connected
 */
HubBenchClient *
hub_bench_client_new (HubBenchLoop *loop, HubBenchTarget target, HubBenchMessageFunc func, gpointer user_data)
{
  HubBenchClient *self = g_new0 (HubBenchClient, 1);

  self->watch = (HubBenchWatch){ .ready = ready_cb, .flush = flush_cb, .fd = -1 };
  self->loop = loop;
  self->target = target;
  self->func = func;
  self->user_data = user_data;
  self->output = g_byte_array_new ();
  return self;
}

/**
 * hub_bench_client_free:
 * @self: (transfer full): a client; its connection is closed
 */
void
hub_bench_client_free (HubBenchClient *self)
{
  if (self->watch.fd >= 0)
    close (self->watch.fd);
  g_byte_array_unref (self->output);
  g_clear_pointer (&self->carry, g_byte_array_unref);
  g_free (self->filter);
  g_free (self->topic);
  g_free (self);
}

/**
 * hub_bench_client_set_durable:
 * @self: a client that is not connected
 *
 * Has the client ask for a session that outlives its connection.
 */
void
hub_bench_client_set_durable (HubBenchClient *self)
{
  self->is_durable = true;
}

/**
 * hub_bench_client_set_narrow:
 * @self: a client that is not connected
 *
 * Has the system keep as little as it can of what the client has not read: so it is the broker that has to.
 */
void
hub_bench_client_set_narrow (HubBenchClient *self)
{
  self->is_narrow = true;
}

/**
 * hub_bench_client_subscribe:
 * @self: a client that is not connected
 * @filter: a valid Topic Filter
 * @qos: the QoS to ask for
 *
 * Has the client subscribe as soon as it is connected.
 */
void
hub_bench_client_subscribe (HubBenchClient *self, const char *filter, guint8 qos)
{
  self->filter = g_strdup (filter);
  self->filter_qos = qos;
}

/**
 * hub_bench_client_subscribe_many:
 * @self: a client that is not connected
 * @func: (scope forever): tells the filters, which are asked for at QoS 0
 * @n_filters: how many there are
 * @user_data: for @func
 *
 * Has the client subscribe to all of them once it is connected, with a packet for each.
 */
void
hub_bench_client_subscribe_many (HubBenchClient *self, HubBenchFilterFunc func, guint n_filters, gpointer user_data)
{
  self->filter_func = func;
  self->filter_data = user_data;
  self->n_filters = n_filters;
}

/**
 * hub_bench_client_publish_to:
 * @self: a client
 * @topic: a valid Topic Name
 * @qos: 0 to 2
 *
 * Says where all that the client publishes goes.
 */
void
hub_bench_client_publish_to (HubBenchClient *self, const char *topic, guint8 qos)
{
  g_free (self->topic);
  self->topic = g_strdup (topic);
  self->topic_qos = qos;
}

/**
 * hub_bench_client_set_acked:
 * @self: a client
 * @func: (scope forever): called when a message was acknowledged to the end
 * @user_data: for @func
 */
void
hub_bench_client_set_acked (HubBenchClient *self, HubBenchAckedFunc func, gpointer user_data)
{
  self->acked_func = func;
  self->acked_data = user_data;
}

/**
 * hub_bench_client_get_n_unacked:
 * @self: a client
 *
 * Returns: how many messages it has published that are not acknowledged to the end, where they are to be
 */
guint
hub_bench_client_get_n_unacked (const HubBenchClient *self)
{
  return self->n_unacked;
}

/**
 * hub_bench_client_set_retain:
 * @self: a client
 *
 * Has all that it publishes be retained.
 */
void
hub_bench_client_set_retain (HubBenchClient *self)
{
  self->is_retain = true;
}

/**
 * hub_bench_client_publish:
 * @self: a connected client that knows where to
 * @payload: what
 *
 * Publishes a message when the turn ends. Packet identifiers go round: there must not be 65,535 messages under way.
 */
void
hub_bench_client_publish (HubBenchClient *self, HubSpan payload)
{
  static GPrivate kept = G_PRIVATE_INIT ((GDestroyNotify) g_byte_array_unref);
  GByteArray *packet = g_private_get (&kept);
  HubPublish publish = {
    .topic = hub_span_from_string (self->topic),
    .payload = payload,
    .qos = self->topic_qos,
    .is_retain = self->is_retain,
  };

  if (self->topic_qos > 0)
    {
      self->last_packet_id = self->last_packet_id == G_MAXUINT16 ? 1 : self->last_packet_id + 1;
      publish.packet_id = self->last_packet_id;
      self->n_unacked++;
    }
  if (packet == NULL)
    {
      packet = g_byte_array_new ();
      g_private_set (&kept, packet);
    }
  g_byte_array_set_size (packet, 0);
  hub_encode_publish (packet, self->target.version, &publish);
  send_array (self, packet);
}

/**
 * hub_bench_client_get_unsent:
 * @self: a client
 *
 * Returns: how many bytes it has to send that the system has not taken yet
 */
gsize
hub_bench_client_get_unsent (const HubBenchClient *self)
{
  return self->output->len;
}

/**
 * hub_bench_client_is_ready:
 * @self: a client
 *
 * Returns: whether it is connected and has all its subscriptions
 */
gboolean
hub_bench_client_is_ready (const HubBenchClient *self)
{
  return self->state == STATE_READY;
}

/**
 * hub_bench_client_freeze:
 * @self: a connected client
 *
 * Has the client read nothing any more but what it is told to.
 */
void
hub_bench_client_freeze (HubBenchClient *self)
{
  self->is_frozen = true;
  hub_bench_loop_remove (self->loop, &self->watch);
}

/**
 * hub_bench_client_sip:
 * @self: a frozen client
 * @size: bytes, at most 256 KiB
 *
 * Reads so much and throws it away.
 */
void
hub_bench_client_sip (HubBenchClient *self, gsize size)
{
  recv (self->watch.fd, read_buffer, size, 0);
}

/**
 * hub_bench_client_cut:
 * @self: a client that was started
 *
 * Ends its connection as a broken cable does once somebody notices: without a word. It may be started again.
 */
void
hub_bench_client_cut (HubBenchClient *self)
{
  struct linger linger = { .l_onoff = 1 };

  /* Nothing is left behind in the system, which has a limited number of ports. */
  setsockopt (self->watch.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  hub_bench_loop_unmark (self->loop, &self->watch);
  close (self->watch.fd);
  self->watch.fd = -1;
  self->state = STATE_NEW;
  self->ws = (HubBenchWs){ 0 };
  self->n_asked = self->n_subscribed = 0;
  g_byte_array_set_size (self->output, 0);
  g_clear_pointer (&self->carry, g_byte_array_unref);
}

/**
 * hub_bench_client_start:
 * @self: a client that is not connected
 *
 * Begins to connect. What it has to say leaves once the connection is there.
 */
void
hub_bench_client_start (HubBenchClient *self)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = g_htons (self->target.port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int on = 1;
  int least = 1;

  self->watch.fd = fd;
  if (self->is_narrow)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  if (fd < 0 || (connect (fd, (struct sockaddr *) &address, sizeof address) < 0 && errno != EINPROGRESS))
    {
      hub_bench_loop_fail (self->loop, "cannot connect: %s", g_strerror (errno));
      return;
    }
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  hub_bench_loop_add (self->loop, &self->watch);

  if (self->target.is_websocket)
    {
      g_autofree char *request = hub_bench_ws_request (self->target.port);

      g_byte_array_append (self->output, (const guint8 *) request, (guint) strlen (request));
      hub_bench_loop_mark (self->loop, &self->watch);
      self->state = STATE_UPGRADING;
    }
  else
    {
      greet (self);
    }
}

/**
 * hub_bench_connect_all:
 * @loop: their loop
 * @clients: (element-type HubBenchClient): clients
 * @first: the first of @clients that is not connected; all behind it are not, either
 * @error: return location
 *
 * Connects and subscribes them, a limited number at a time.
 *
 * Returns: %FALSE with @error set when that failed
 */
gboolean
hub_bench_connect_all (HubBenchLoop *loop, GPtrArray *clients, guint first, GError **error)
{
  guint n_ready = first;
  guint n_started = first;

  while (n_ready < clients->len)
    {
      while (n_started < clients->len && n_started - n_ready < CONNECTING_MAX)
        hub_bench_client_start (g_ptr_array_index (clients, n_started++));
      if (hub_bench_loop_turn (loop, HUB_BENCH_STALL_US) == 0)
        hub_bench_loop_fail (loop, "the broker does not answer");
      if (!hub_bench_loop_check (loop, error))
        return FALSE;
      while (n_ready < n_started && ((HubBenchClient *) g_ptr_array_index (clients, n_ready))->state == STATE_READY)
        n_ready++;
    }
  return TRUE;
}
