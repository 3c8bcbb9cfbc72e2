/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker.h"

#include "broker/hub-mailbox.h"
#include "hub-build-config.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>

/**
 * HubBroker:
 *
 * A broker in a thread of its own. Any number of them run in one process.
 *
 * All functions belong to the thread that made the object, whose main context must run.
 */

typedef enum
{
  RECORD_STARTED,
  RECORD_FAILED,
  RECORD_TURNED_AWAY,
  RECORD_RELOADED,
  RECORD_STOPPED,
} RecordKind;

/* What the broker thread has to say. */
typedef struct
{
  RecordKind kind;
  GArray *ports; /* (owned) (nullable) (element-type guint16): as the listeners */
  GError *error; /* (owned) (nullable) */
  char *text;    /* (owned) (nullable) */
} Record;

/* What the broker thread has: it touches nothing else. */
typedef struct
{
  const HubConfig *config; /* (unowned): nobody writes to it while the thread runs */
  HubMailbox *mailbox;     /* (owned) */
  GMainContext *context;   /* (owned) */
  GMainLoop *loop;         /* (owned) */
  HubServer *server;       /* (owned) (nullable) */
} Hall;

struct _HubBroker
{
  GObject parent_instance;

  HubConfig *config;   /* (owned) */
  HubMailbox *mailbox; /* (owned) */
  GThread *thread;     /* (owned) (nullable) */
  Hall *hall;          /* (owned) (nullable): the thread's; here only to reach its context */
  GArray *ports;       /* (owned) (nullable) (element-type guint16) */
  GTask *start_task;   /* (owned) (nullable) */
  GPtrArray *stops;    /* (owned) (element-type GTask): those who wait for it to have stopped */
  GQueue reloads;      /* (owned) (element-type GTask): in the order in which they are answered; each has a HubConfig */
  gboolean is_running;
};

G_DEFINE_FINAL_TYPE (HubBroker, hub_broker, G_TYPE_OBJECT)

typedef enum
{
  SIGNAL_TURNED_AWAY,
} HubBrokerSignal;

static guint signals[SIGNAL_TURNED_AWAY + 1];

static Record *
record_new (RecordKind kind)
{
  Record *record = g_new0 (Record, 1);

  record->kind = kind;
  return record;
}

static void
record_free (gpointer data)
{
  Record *record = data;

  g_clear_pointer (&record->ports, g_array_unref);
  g_clear_error (&record->error);
  g_free (record->text);
  g_free (record);
}

static void
hall_free (Hall *hall)
{
  g_main_loop_unref (hall->loop);
  g_main_context_unref (hall->context);
  hub_mailbox_unref (hall->mailbox);
  g_free (hall);
}

/* Each client is a descriptor: take what the system gives. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static void
turned_away_cb (const char *address, gpointer user_data)
{
  Hall *hall = user_data;
  Record *record = record_new (RECORD_TURNED_AWAY);

  record->text = g_strdup (address);
  hub_mailbox_post (hall->mailbox, record);
}

static void
stopped_cb (gpointer user_data)
{
  Hall *hall = user_data;

  g_main_loop_quit (hall->loop);
}

static Record *
started_record (const Hall *hall)
{
  Record *record = record_new (RECORD_STARTED);
  guint n = hall->config->server.listeners->len;

  record->ports = g_array_sized_new (FALSE, FALSE, sizeof (guint16), n);
  for (guint i = 0; i < n; i++)
    {
      guint16 port = hub_server_get_port (hall->server, i);

      g_array_append_val (record->ports, port);
    }
  return record;
}

static gpointer
thread_func (gpointer data)
{
  static const HubServerFuncs funcs = { .turned_away = turned_away_cb, .stopped = stopped_cb };
  Hall *hall = data;
  GError *error = NULL;

  g_main_context_push_thread_default (hall->context);
  hall->server = hub_server_new (hall->context, &hall->config->server, &funcs, hall, &error);
  if (hall->server == NULL)
    {
      Record *record = record_new (RECORD_FAILED);

      record->error = error;
      hub_mailbox_post (hall->mailbox, record);
    }
  else
    {
      hub_mailbox_post (hall->mailbox, started_record (hall));
      g_main_loop_run (hall->loop);
      g_clear_pointer (&hall->server, hub_server_free);
      /* What libsoup and GIO have left to do on this context. */
      while (g_main_context_iteration (hall->context, FALSE))
        ;
      hub_mailbox_post (hall->mailbox, record_new (RECORD_STOPPED));
    }
  g_main_context_pop_thread_default (hall->context);
  return NULL;
}

static void
join (HubBroker *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->hall, hall_free);
  self->is_running = FALSE;
}

/* The thread goes on with the configuration that it was given, or with the one that it has had. */
static void
return_reload (HubBroker *self, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->reloads);
  HubConfig *config = g_task_get_task_data (task);

  if (error != NULL)
    {
      hub_config_free (config);
      g_task_return_error (task, error);
      return;
    }
  hub_config_free (self->config);
  self->config = config;
  g_task_return_boolean (task, TRUE);
}

/* What the thread has not come to when it ends, it does not do any more. */
static void
drop_reloads (HubBroker *self)
{
  while (!g_queue_is_empty (&self->reloads))
    return_reload (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, "the broker was stopped"));
}

static void
return_stops (HubBroker *self)
{
  g_autoptr (GPtrArray) stops = g_steal_pointer (&self->stops);

  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < stops->len; i++)
    g_task_return_boolean (g_ptr_array_index (stops, i), TRUE);
}

static void
record_cb (gpointer data, gpointer user_data)
{
  g_autoptr (HubBroker) self = g_object_ref (user_data);
  Record *record = data;
  g_autoptr (GTask) task = NULL;

  switch (record->kind)
    {
    case RECORD_STARTED:
      task = g_steal_pointer (&self->start_task);
      if (self->stops->len > 0)
        {
          g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the broker was stopped while it started");
          break;
        }
      self->ports = g_steal_pointer (&record->ports);
      self->is_running = TRUE;
      g_task_return_boolean (task, TRUE);
      break;
    case RECORD_FAILED:
      join (self);
      task = g_steal_pointer (&self->start_task);
      g_task_return_error (task, g_steal_pointer (&record->error));
      return_stops (self);
      break;
    case RECORD_TURNED_AWAY:
      g_signal_emit (self, signals[SIGNAL_TURNED_AWAY], 0, record->text);
      break;
    case RECORD_RELOADED:
      return_reload (self, g_steal_pointer (&record->error));
      break;
    case RECORD_STOPPED:
      join (self);
      drop_reloads (self);
      g_clear_pointer (&self->ports, g_array_unref);
      return_stops (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
stop_cb (gpointer data)
{
  Hall *hall = data;

  if (hall->server != NULL)
    hub_server_stop (hall->server);
  return G_SOURCE_REMOVE;
}

/* What the thread is to do. */
typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify data_free; /* (nullable) */
  int is_ready;             /* (atomic): hands over the rest; the lock of a GMainContext does that as well, but
                             * ThreadSanitizer does not see it */
} Errand;

static gboolean
errand_cb (gpointer data)
{
  Errand *errand = data;

  g_assert (g_atomic_int_get (&errand->is_ready));
  return errand->func (errand->data);
}

static void
errand_free (gpointer data)
{
  Errand *errand = data;

  g_assert (g_atomic_int_get (&errand->is_ready));
  if (errand->data_free != NULL)
    errand->data_free (errand->data);
  g_free (errand);
}

static void
send_errand (HubBroker *self, GSourceFunc func, gpointer data, GDestroyNotify data_free)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->func = func;
  errand->data = data;
  errand->data_free = data_free;
  g_atomic_int_set (&errand->is_ready, TRUE);
  g_main_context_invoke_full (self->hall->context, G_PRIORITY_DEFAULT, errand_cb, errand, errand_free);
}

static void
ask_to_stop (HubBroker *self)
{
  send_errand (self, stop_cb, self->hall, NULL);
}

typedef struct
{
  Hall *hall;
  const HubConfig *config; /* (unowned): the task's */
} Reload;

static gboolean
reload_cb (gpointer data)
{
  Reload *reload = data;
  Hall *hall = reload->hall;
  Record *record;

  /* Too late: who has asked is told so when the thread has ended. */
  if (hall->server == NULL)
    return G_SOURCE_REMOVE;
  record = record_new (RECORD_RELOADED);
  if (hub_server_reload (hall->server, &reload->config->server, &record->error))
    hall->config = reload->config;
  hub_mailbox_post (hall->mailbox, record);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  Hall *hall;
  GIOStream *stream; /* (owned) (nullable) */
  int fd;            /* (owned): when there is no stream */
} Attachment;

static void
attachment_free (gpointer data)
{
  Attachment *attachment = data;

  g_clear_object (&attachment->stream);
  if (attachment->fd >= 0)
    g_close (attachment->fd, NULL);
  g_free (attachment);
}

static gboolean
attach_cb (gpointer data)
{
  Attachment *attachment = data;
  HubServer *server = attachment->hall->server;
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    return G_SOURCE_REMOVE;
  if (attachment->stream == NULL)
    {
      hub_server_attach_fd (server, attachment->fd);
      attachment->fd = -1;
    }
  else if (!hub_server_attach (server, attachment->stream, &error))
    g_warning ("%s", error->message);
  return G_SOURCE_REMOVE;
}

static void
attach (HubBroker *self, GIOStream *stream, int fd)
{
  Attachment *attachment = g_new0 (Attachment, 1);

  attachment->hall = self->hall;
  attachment->stream = stream;
  attachment->fd = fd;
  send_errand (self, attach_cb, attachment, attachment_free);
}

static void
hub_broker_dispose (GObject *object)
{
  HubBroker *self = HUB_BROKER (object);

  hub_mailbox_close (self->mailbox);
  if (self->thread != NULL)
    {
      ask_to_stop (self);
      join (self);
    }
  drop_reloads (self);
  G_OBJECT_CLASS (hub_broker_parent_class)->dispose (object);
}

static void
hub_broker_finalize (GObject *object)
{
  HubBroker *self = HUB_BROKER (object);

  g_clear_pointer (&self->mailbox, hub_mailbox_unref);
  g_clear_pointer (&self->config, hub_config_free);
  g_clear_pointer (&self->ports, g_array_unref);
  g_clear_pointer (&self->stops, g_ptr_array_unref);
  G_OBJECT_CLASS (hub_broker_parent_class)->finalize (object);
}

static void
hub_broker_class_init (HubBrokerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_broker_dispose;
  object_class->finalize = hub_broker_finalize;

  /**
   * HubBroker::turned-away:
   * @self: the broker
   * @address: who it was: an IP address and a port
   *
   * Emitted when a peer from outside the local network was not let in.
   */
  signals[SIGNAL_TURNED_AWAY] =
    g_signal_new ("turned-away", HUB_TYPE_BROKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hub_broker_init (HubBroker *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->mailbox = hub_mailbox_new (context, record_cb, self, record_free);
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hub_broker_new:
 * @config: (transfer full): how it is to behave
 *
 * Returns: (transfer full): a broker that was not started
 */
HubBroker *
hub_broker_new (HubConfig *config)
{
  HubBroker *self = g_object_new (HUB_TYPE_BROKER, NULL);

  self->config = config;
  config->server.core.version = "hubbub-broker version " HUB_VERSION;
  return self;
}

/**
 * hub_broker_start_async:
 * @self: a broker that does not run
 * @cancellable: (nullable): not looked at: a start is over in milliseconds
 * @callback: (scope async): called when every port is open, or one is not to be had
 * @user_data: for @callback
 *
 * Starts the thread of the broker.
 */
void
hub_broker_start_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->thread == NULL);

  self->start_task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->start_task, hub_broker_start_async);
  raise_descriptor_limit ();

  self->hall = g_new0 (Hall, 1);
  self->hall->config = self->config;
  self->hall->mailbox = hub_mailbox_ref (self->mailbox);
  self->hall->context = g_main_context_new ();
  self->hall->loop = g_main_loop_new (self->hall->context, FALSE);
  self->thread = g_thread_new ("hubbub-broker", thread_func, self->hall);
}

/**
 * hub_broker_start_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when the broker does not run: a %G_IO_ERROR that says which port and why, or
 *   %G_IO_ERROR_CANCELLED when it was stopped meanwhile
 */
gboolean
hub_broker_start_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_stop_async:
 * @self: a broker
 * @cancellable: (nullable): not looked at: a stop is over within a second
 * @callback: (scope async): called when every port and the thread are gone
 * @user_data: for @callback
 *
 * Publishes the wills, says goodbye to every client, closes the ports and joins the thread. Does nothing when the broker
 * does not run. A start that is under way then fails with %G_IO_ERROR_CANCELLED.
 */
void
hub_broker_stop_async (HubBroker *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HUB_IS_BROKER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_stop_async);
  if (self->thread == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->stops, g_steal_pointer (&task));
  ask_to_stop (self);
}

/**
 * hub_broker_stop_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %TRUE
 */
gboolean
hub_broker_stop_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_reload_async:
 * @self: a running broker
 * @config: (transfer full): how it is to behave from now on
 * @cancellable: (nullable): not looked at: it takes as long as the files take to be read
 * @callback: (scope async): called when it is known how it went
 * @user_data: for @callback
 *
 * Changes what can be changed without dropping a client: who may come in, and the log. What is wrong with @config leaves
 * everything as it was.
 */
void
hub_broker_reload_async (HubBroker *self,
                         HubConfig *config,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Reload *reload;
  GTask *task;

  g_return_if_fail (HUB_IS_BROKER (self) && self->is_running);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hub_broker_reload_async);
  g_task_set_task_data (task, config, NULL);
  g_queue_push_tail (&self->reloads, task);

  reload = g_new0 (Reload, 1);
  reload->hall = self->hall;
  reload->config = config;
  send_errand (self, reload_cb, reload, g_free);
}

/**
 * hub_broker_reload_finish:
 * @self: a broker
 * @result: as handed to the callback
 * @error: return location
 *
 * Returns: %FALSE with @error set when the broker goes on as it was
 */
gboolean
hub_broker_reload_finish (HubBroker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hub_broker_is_running:
 * @self: a broker
 *
 * Returns: whether it was started and not stopped
 */
gboolean
hub_broker_is_running (HubBroker *self)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), FALSE);

  return self->is_running;
}

static guint16
find_port (HubBroker *self, HubProtocol protocol, gboolean has_tls)
{
  GPtrArray *listeners = self->config->server.listeners;

  for (guint i = 0; self->ports != NULL && i < self->ports->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (listeners, i);

      if (listener->protocol == protocol && listener->unix_path == NULL && (listener->certfile != NULL) == has_tls)
        return g_array_index (self->ports, guint16, i);
    }
  return 0;
}

/**
 * hub_broker_get_port:
 * @self: a broker
 * @protocol: what is spoken
 *
 * Returns: the port of the first listener for @protocol without TLS; 0 when the broker does not run or has none
 */
guint16
hub_broker_get_port (HubBroker *self, HubProtocol protocol)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  return find_port (self, protocol, FALSE);
}

/**
 * hub_broker_get_tls_port:
 * @self: a broker
 * @protocol: what is spoken
 *
 * Returns: the port of the first listener for @protocol with TLS; 0 when the broker does not run or has none
 */
guint16
hub_broker_get_tls_port (HubBroker *self, HubProtocol protocol)
{
  g_return_val_if_fail (HUB_IS_BROKER (self), 0);

  return find_port (self, protocol, TRUE);
}

/**
 * hub_broker_connect_local:
 * @self: a running broker
 * @error: return location
 *
 * Opens a connection to the broker inside the program, without a port.
 *
 * Returns: (transfer full): the client's end, or %NULL with @error set when the system has no descriptors left
 */
GIOStream *
hub_broker_connect_local (HubBroker *self, GError **error)
{
  g_autoptr (GSocket) socket_ = NULL;
  int fds[2];

  g_return_val_if_fail (HUB_IS_BROKER (self) && self->is_running, NULL);

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "no pair of sockets: %s", g_strerror (saved));
      return NULL;
    }
  attach (self, NULL, fds[0]);
  socket_ = g_socket_new_from_fd (fds[1], error);
  if (socket_ == NULL)
    {
      g_close (fds[1], NULL);
      return NULL;
    }
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket_));
}

/**
 * hub_broker_attach:
 * @self: a running broker
 * @stream: (transfer full): a stream both of whose directions are pollable
 *
 * Has the broker serve MQTT on @stream, which belongs to the broker's thread from now on.
 */
void
hub_broker_attach (HubBroker *self, GIOStream *stream)
{
  g_return_if_fail (HUB_IS_BROKER (self) && self->is_running);

  attach (self, stream, -1);
}
