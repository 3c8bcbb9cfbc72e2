/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-handshakes.h"

#include "broker/net/hub-tls-socket.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/* GLib's pool has ten threads, and gets further ones only slowly: some are left for other work. */
#define THREADS_MAX 8

/* How long somebody may keep a thread while others wait for one. On a local network a handshake takes milliseconds. */
#define PATIENCE_US G_TIME_SPAN_SECOND

/* Among how many of those who wait the next one is chosen. */
#define CHOICE_MAX 64

/* RFC 8446, section 5.1. */
#define RECORD_HEADER_SIZE 5
#define RECORD_SIZE_MAX (16 * 1024)
#define RECORD_HANDSHAKE 0x16

typedef enum
{
  STATE_AT_DOOR, /* its first message has not come whole */
  STATE_WAITING, /* for a thread */
  STATE_RUNNING,
  STATE_CUT, /* still has its thread, which is about to notice */
} State;

typedef struct
{
  HubHandshakes *set; /* (unowned) */
  HubArrival arrival;
  HubTlsSettings *settings; /* (owned) */
  gpointer door;            /* (unowned) */
  HubWatch watch;           /* of the descriptor, at the door */
  HubDeadline deadline;
  HubTlsSocket *socket; /* (owned) (nullable): once it has a thread */
  GList link;           /* in the list of its state */
  gint64 since_us;      /* when it got its thread */
  State state;
} Handshake;

struct _HubHandshakes
{
  HubReactor *reactor;     /* (unowned) */
  HubAdmission *admission; /* (unowned) */
  const HubHandshakesFuncs *funcs;
  gint64 timeout_us;
  GQueue at_door; /* (element-type Handshake) */
  GQueue waiting; /* (element-type Handshake): the newest first */
  GQueue running; /* (element-type Handshake): the oldest first; with those that were cut */
  HubDeadline crowd;
};

static void run_next (HubHandshakes *self);

static GQueue *
queue_of (Handshake *handshake)
{
  switch (handshake->state)
    {
    case STATE_AT_DOOR:
      return &handshake->set->at_door;
    case STATE_WAITING:
      return &handshake->set->waiting;
    case STATE_RUNNING:
    case STATE_CUT:
    default:
      return &handshake->set->running;
    }
}

static void
free_handshake (Handshake *handshake)
{
  HubHandshakes *self = handshake->set;

  hub_deadlines_disarm (hub_reactor_get_deadlines (self->reactor), &handshake->deadline);
  if (handshake->state == STATE_AT_DOOR)
    hub_reactor_remove (self->reactor, &handshake->watch);
  g_queue_unlink (queue_of (handshake), &handshake->link);
  hub_arrival_dismiss (&handshake->arrival, self->admission);
  g_clear_object (&handshake->socket);
  hub_tls_settings_unref (handshake->settings);
  g_free (handshake);
  hub_reactor_need_turn (self->reactor);
}

static void
refuse (Handshake *handshake, const char *sentence)
{
  handshake->set->funcs->refused (&handshake->arrival.address, sentence, handshake->door);
}

/* What has no thread is freed here; what has one, when the thread is through with it. */
static void
cut (Handshake *handshake, const char *sentence)
{
  if (handshake->state == STATE_CUT)
    return;
  if (sentence != NULL)
    refuse (handshake, sentence);
  if (handshake->state != STATE_RUNNING)
    {
      free_handshake (handshake);
      return;
    }
  handshake->state = STATE_CUT;
  hub_tls_socket_cut (handshake->socket);
}

static void
deadline_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  Handshake *handshake = (Handshake *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (Handshake, deadline));

  cut (handshake, "did not finish its TLS handshake in time");
}

/* --- With a thread --- */

static guint
count_running (const HubHandshakes *self, const HubIpAddress *address)
{
  guint64 key = hub_ip_address_get_key (address);
  guint count = 0;

  for (const GList *at = self->running.head; at != NULL; at = at->next)
    if (hub_ip_address_get_key (&((const Handshake *) at->data)->arrival.address) == key)
      count++;
  return count;
}

static Handshake *
choose_next (HubHandshakes *self)
{
  Handshake *chosen = NULL;
  guint fewest = G_MAXUINT;
  guint n = 0;

  for (GList *at = self->waiting.head; at != NULL && n < CHOICE_MAX && fewest > 0; at = at->next, n++)
    {
      Handshake *handshake = at->data;
      guint count = count_running (self, &handshake->arrival.address);

      if (count < fewest)
        {
          fewest = count;
          chosen = handshake;
        }
    }
  return chosen;
}

static const char *
sentence_about (const GError *error)
{
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    return "has no certificate";
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS) || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return "broke off its TLS handshake";
  return NULL;
}

static void
report_failure (Handshake *handshake, const GError *error)
{
  const char *sentence = sentence_about (error);
  g_autofree char *text = NULL;

  if (sentence == NULL)
    sentence = text = g_strdup_printf ("failed in its TLS handshake: %s", error->message);
  refuse (handshake, sentence);
}

static void
handshake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTlsConnection *tls = G_TLS_CONNECTION (object);
  Handshake *handshake = user_data;
  HubHandshakes *self = handshake->set;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence G_GNUC_UNUSED = NULL;
  gboolean is_over = g_tls_connection_handshake_finish (tls, result, &error);

  hub_reactor_assert_thread (self->reactor);
  hub_tls_socket_end_handshake (handshake->socket);
  if (handshake->state == STATE_CUT)
    g_clear_error (&error);
  else if (!is_over)
    report_failure (handshake, error);
  else if (!hub_tls_settings_finish (handshake->settings, tls, &handshake->arrival.identity, &error))
    refuse (handshake, error->message);
  else
    self->funcs->done (&handshake->arrival, handshake->door);

  free_handshake (handshake);
  run_next (self);
}

static void
run (Handshake *handshake)
{
  HubHandshakes *self = handshake->set;
  g_autoptr (GError) error = NULL;

  g_queue_unlink (&self->waiting, &handshake->link);
  handshake->socket = hub_tls_socket_new (handshake->arrival.fd);
  handshake->arrival.fd = -1;
  handshake->arrival.tls = hub_tls_settings_begin (handshake->settings, G_IO_STREAM (handshake->socket), &error);
  handshake->state = STATE_RUNNING;
  handshake->since_us = hub_reactor_get_now (self->reactor);
  g_queue_push_tail_link (&self->running, &handshake->link);
  if (handshake->arrival.tls == NULL)
    {
      report_failure (handshake, error);
      free_handshake (handshake);
      return;
    }
  g_tls_connection_handshake_async (handshake->arrival.tls, G_PRIORITY_DEFAULT, NULL, handshake_cb, handshake);
}

/* Who keeps a thread is sent away only when somebody else could have it. */
static void
watch_crowd (HubHandshakes *self)
{
  HubDeadlines *deadlines = hub_reactor_get_deadlines (self->reactor);
  const GList *oldest = self->running.head;

  while (oldest != NULL && ((const Handshake *) oldest->data)->state == STATE_CUT)
    oldest = oldest->next;
  if (oldest != NULL && !g_queue_is_empty (&self->waiting))
    hub_deadlines_arm (deadlines, &self->crowd, ((const Handshake *) oldest->data)->since_us + PATIENCE_US);
  else
    hub_deadlines_disarm (deadlines, &self->crowd);
  hub_reactor_need_turn (self->reactor);
}

static void
crowd_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubHandshakes *self = (HubHandshakes *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubHandshakes, crowd));

  for (GList *at = self->running.head; at != NULL; at = at->next)
    {
      Handshake *handshake = at->data;

      if (now_us - handshake->since_us >= PATIENCE_US)
        cut (handshake, "did not go on with its TLS handshake while others waited");
    }
  watch_crowd (self);
}

static void
run_next (HubHandshakes *self)
{
  Handshake *next;

  while (self->running.length < THREADS_MAX && (next = choose_next (self)) != NULL)
    run (next);
  watch_crowd (self);
}

/* --- At the door --- */

/* What is wrong with the first bytes, or NULL. */
static const char *
judge (const guint8 *bytes, gsize size)
{
  gsize record_size;

  if (bytes[0] == 0x10)
    return "speaks MQTT without TLS on a port with it";
  if (g_ascii_isupper (bytes[0]))
    return "speaks HTTP without TLS on a port with it";
  if (bytes[0] != RECORD_HANDSHAKE || (size > 1 && bytes[1] != 3))
    return "does not speak TLS";
  if (size < RECORD_HEADER_SIZE)
    return NULL;
  record_size = (gsize) bytes[3] << 8 | bytes[4];
  return record_size == 0 || record_size > RECORD_SIZE_MAX ? "does not speak TLS" : NULL;
}

static gboolean
has_come_whole (int fd, const guint8 *bytes, gsize size)
{
  int available = 0;

  return size == RECORD_HEADER_SIZE && ioctl (fd, FIONREAD, &available) == 0 &&
         available >= RECORD_HEADER_SIZE + (bytes[3] << 8 | bytes[4]);
}

/* Woken by what is new only: what has come stays where it is. */
static void
door_cb (HubWatch *watch, guint32 events)
{
  Handshake *handshake = (Handshake *) (gpointer) ((guint8 *) watch - G_STRUCT_OFFSET (Handshake, watch));
  HubHandshakes *self = handshake->set;
  guint8 bytes[RECORD_HEADER_SIZE];
  gssize n = recv (watch->fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  const char *fault = n > 0 ? judge (bytes, (gsize) n) : NULL;

  if (fault != NULL)
    {
      cut (handshake, fault);
    }
  else if (n > 0 && has_come_whole (watch->fd, bytes, (gsize) n))
    {
      hub_reactor_remove (self->reactor, watch);
      g_queue_unlink (&self->at_door, &handshake->link);
      handshake->state = STATE_WAITING;
      g_queue_push_head_link (&self->waiting, &handshake->link);
      run_next (self);
    }
  else if (n == 0 || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    {
      cut (handshake, n > 0 ? "broke off its TLS handshake" : NULL);
    }
}

/**
 * hub_handshakes_new:
 * @reactor: the reactor of the broker; must outlive the result
 * @admission: where tickets are left; must outlive the result
 * @timeout_us: how long a handshake may take from the connection on, microseconds
 * @funcs: what to call; must outlive the result
 *
 * Thread: broker; its context must be the thread's default one.
 *
 * Returns: (transfer full): no handshakes
 */
HubHandshakes *
hub_handshakes_new (HubReactor *reactor, HubAdmission *admission, gint64 timeout_us, const HubHandshakesFuncs *funcs)
{
  HubHandshakes *self = g_new0 (HubHandshakes, 1);

  self->reactor = reactor;
  self->admission = admission;
  self->timeout_us = timeout_us;
  self->funcs = funcs;
  self->crowd.func = crowd_cb;
  return self;
}

/**
 * hub_handshakes_free:
 * @self: (transfer full): handshakes, all of which are over
 */
void
hub_handshakes_free (HubHandshakes *self)
{
  g_assert (hub_handshakes_get_count (self) == 0);
  hub_deadlines_disarm (hub_reactor_get_deadlines (self->reactor), &self->crowd);
  g_free (self);
}

/**
 * hub_handshakes_take:
 * @self: handshakes
 * @arrival: (inout): somebody with a descriptor; nobody afterwards
 * @settings: the settings that hold now
 * @door: for the functions
 *
 * Does a handshake. Who speaks something else is sent away at the first byte.
 */
void
hub_handshakes_take (HubHandshakes *self, HubArrival *arrival, HubTlsSettings *settings, gpointer door)
{
  Handshake *handshake = g_new0 (Handshake, 1);

  handshake->set = self;
  handshake->arrival = *arrival;
  *arrival = (HubArrival){ .fd = -1 };
  handshake->settings = hub_tls_settings_ref (settings);
  handshake->door = door;
  handshake->link.data = handshake;
  handshake->deadline.func = deadline_cb;
  g_queue_push_tail_link (&self->at_door, &handshake->link);
  hub_deadlines_arm (hub_reactor_get_deadlines (self->reactor),
                     &handshake->deadline,
                     hub_reactor_get_now (self->reactor) + self->timeout_us);

  handshake->watch = (HubWatch){ .func = door_cb, .fd = handshake->arrival.fd, .events = EPOLLIN | EPOLLRDHUP | EPOLLET };
  if (!hub_reactor_add (self->reactor, &handshake->watch, NULL))
    free_handshake (handshake);
}

/**
 * hub_handshakes_close_all:
 * @self: handshakes
 *
 * Ends them. Those on a thread are gone only when the context has run: see [method@Hub.Handshakes.get_count].
 */
void
hub_handshakes_close_all (HubHandshakes *self)
{
  GQueue *const queues[] = { &self->waiting, &self->at_door, &self->running };

  for (gsize i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      GList *next;

      for (GList *at = queues[i]->head; at != NULL; at = next)
        {
          next = at->next;
          cut (at->data, NULL);
        }
    }
}

/**
 * hub_handshakes_get_count:
 * @self: handshakes
 *
 * Returns: how many there are
 */
guint
hub_handshakes_get_count (const HubHandshakes *self)
{
  return self->at_door.length + self->waiting.length + self->running.length;
}
