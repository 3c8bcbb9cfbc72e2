/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-tls-socket.h"

#include <glib-unix.h>

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 8446, section 5.1. */
#define RECORD_HEADER_SIZE 5
#define RECORD_HANDSHAKE 22

/* The library looks for data until it finds some, past records that hold none: this often, so that a flood of them does
 * not keep the broker from its other clients. */
#define READS_IN_A_ROW 256

/**
 * HubTlsSocket:
 *
 * The descriptor under a #GTlsConnection. The library that does TLS waits for the other end where it likes to: during the
 * handshake, on a thread for it, it may; later, on the broker thread, it is told that it would block, also where it has
 * asked for a call that waits. And what begins a second handshake on a connection does not get through to the library,
 * which would go along with it: it serves nobody, and costs more than it costs to ask for.
 *
 * During the handshake the thread that does it reads and writes; [method@Hub.TlsSocket.cut] may be called meanwhile.
 */

typedef enum
{
  PHASE_HANDSHAKE,
  PHASE_OPEN,
  PHASE_BROKEN, /* somebody has asked for a second handshake */
} Phase;

/* What the stream and its two directions share. */
typedef struct
{
  int ref_count;                     /* (atomic) */
  int fd;                            /* (owned); -1 when closed */
  int phase;                         /* (atomic) */
  int turns;                         /* (atomic): see take() and give() */
  guint8 header[RECORD_HEADER_SIZE]; /* of the record that begins */
  guint header_size;
  guint record_left; /* bytes of the record that are still to come */
  guint reads;       /* since the last one that would have had to wait */
} Wire;

struct _HubTlsSocket
{
  GIOStream parent_instance;

  Wire *wire;            /* (owned) (atomic) */
  GInputStream *input;   /* (owned) */
  GOutputStream *output; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubTlsSocket, hub_tls_socket, G_TYPE_IO_STREAM)

/* The broker thread and the one that does the handshake use it in turns, as GTask has it. Here that is said once more, so
 * that ThreadSanitizer sees it, too: it does not see the locks of GLib. */
static Wire *
take (Wire **place)
{
  Wire *wire = g_atomic_pointer_get (place);

  g_atomic_int_get (&wire->turns);
  return wire;
}

static void
give (Wire *wire)
{
  g_atomic_int_inc (&wire->turns);
}

static void
wire_unref (Wire *wire)
{
  if (!g_atomic_int_dec_and_test (&wire->ref_count))
    return;
  if (wire->fd >= 0)
    close (wire->fd);
  g_free (wire);
}

static gboolean
wire_is_in_handshake (Wire *wire)
{
  return g_atomic_int_get (&wire->phase) == PHASE_HANDSHAKE;
}

static gssize
fail (GError **error, GIOErrorEnum code, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, (int) code, message);
  return -1;
}

static gssize
fail_errno (GError **error)
{
  int number = errno;

  return fail (error, g_io_error_from_errno (number), g_strerror (number));
}

/* Whoever cuts the connection ends this, too. */
static void
wait_for (Wire *wire, short events)
{
  struct pollfd fd = { .fd = wire->fd, .events = events };

  while (poll (&fd, 1, -1) < 0 && errno == EINTR)
    ;
}

/* Records are followed from the first one on. Only the type of a record is in clear, and that is enough: in TLS 1.3 what
 * follows the handshake is of another type. */
static gboolean
wire_follow (Wire *wire, const guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      gsize n = MIN (size, wire->record_left);

      wire->record_left -= (guint) n;
      bytes += n;
      size -= n;
      if (size == 0)
        break;

      wire->header[wire->header_size++] = *bytes++;
      size--;
      if (wire->header_size < RECORD_HEADER_SIZE)
        continue;
      wire->header_size = 0;
      wire->record_left = (guint) wire->header[3] << 8 | wire->header[4];
      if (wire->header[0] == RECORD_HANDSHAKE && g_atomic_int_get (&wire->phase) != PHASE_HANDSHAKE)
        return FALSE;
    }
  return TRUE;
}

static gssize
read_bytes (Wire *wire, void *buffer, gsize size, gboolean may_wait, GError **error)
{
  gssize n;

  may_wait = wire_is_in_handshake (wire) && may_wait;
  if (g_atomic_int_get (&wire->phase) == PHASE_BROKEN)
    return fail (error, G_IO_ERROR_CONNECTION_CLOSED, "a second TLS handshake was asked for");

  if (++wire->reads > READS_IN_A_ROW && !may_wait)
    {
      wire->reads = 0;
      errno = EAGAIN;
      return fail_errno (error);
    }
  while ((n = recv (wire->fd, buffer, size, MSG_DONTWAIT)) < 0 && (errno == EINTR || (errno == EAGAIN && may_wait)))
    wait_for (wire, POLLIN);
  if (n < 0)
    {
      wire->reads = 0;
      return fail_errno (error);
    }

  if (!wire_follow (wire, buffer, (gsize) n))
    {
      g_atomic_int_set (&wire->phase, PHASE_BROKEN);
      return fail (error, G_IO_ERROR_CONNECTION_CLOSED, "a second TLS handshake was asked for");
    }
  return n;
}

static gssize
wire_read (Wire **place, void *buffer, gsize size, gboolean may_wait, GError **error)
{
  Wire *wire = take (place);
  gssize n = read_bytes (wire, buffer, size, may_wait, error);

  give (wire);
  return n;
}

static gssize
wire_write (Wire **place, const void *buffer, gsize size, gboolean may_wait, GError **error)
{
  Wire *wire = take (place);
  gssize n;

  may_wait = wire_is_in_handshake (wire) && may_wait;
  while ((n = send (wire->fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL)) < 0 &&
         (errno == EINTR || (errno == EAGAIN && may_wait)))
    wait_for (wire, POLLOUT);
  if (n < 0)
    fail_errno (error);
  give (wire);
  return n;
}

static gboolean
wire_is_ready (Wire **place, short events)
{
  struct pollfd fd = { .fd = take (place)->fd, .events = events };

  return poll (&fd, 1, 0) > 0;
}

static GSource *
wire_create_source (Wire **place, GIOCondition condition, gpointer stream, GCancellable *cancellable)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (take (place)->fd, condition);

  return g_pollable_source_new_full (stream, source, cancellable);
}

/* --- What is read --- */

#define HUB_TYPE_TLS_SOCKET_INPUT (hub_tls_socket_input_get_type ())
G_DECLARE_FINAL_TYPE (HubTlsSocketInput, hub_tls_socket_input, HUB, TLS_SOCKET_INPUT, GInputStream)

struct _HubTlsSocketInput
{
  GInputStream parent_instance;

  Wire *wire; /* (owned) (atomic) */
};

static gssize
hub_tls_socket_input_read (GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable, GError **error)
{
  return wire_read (&HUB_TLS_SOCKET_INPUT (stream)->wire, buffer, size, TRUE, error);
}

static gssize
hub_tls_socket_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize size, GError **error)
{
  return wire_read (&HUB_TLS_SOCKET_INPUT (stream)->wire, buffer, size, FALSE, error);
}

static gboolean
hub_tls_socket_input_is_readable (GPollableInputStream *stream)
{
  return wire_is_ready (&HUB_TLS_SOCKET_INPUT (stream)->wire, POLLIN);
}

static GSource *
hub_tls_socket_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  return wire_create_source (&HUB_TLS_SOCKET_INPUT (stream)->wire, G_IO_IN, stream, cancellable);
}

static void
hub_tls_socket_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = hub_tls_socket_input_is_readable;
  iface->create_source = hub_tls_socket_input_create_source;
  iface->read_nonblocking = hub_tls_socket_input_read_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubTlsSocketInput,
                               hub_tls_socket_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, hub_tls_socket_input_pollable_init))

static void
hub_tls_socket_input_finalize (GObject *object)
{
  wire_unref (take (&HUB_TLS_SOCKET_INPUT (object)->wire));
  G_OBJECT_CLASS (hub_tls_socket_input_parent_class)->finalize (object);
}

static void
hub_tls_socket_input_class_init (HubTlsSocketInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_tls_socket_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = hub_tls_socket_input_read;
}

static void
hub_tls_socket_input_init (HubTlsSocketInput *self)
{
}

/* --- What is written --- */

#define HUB_TYPE_TLS_SOCKET_OUTPUT (hub_tls_socket_output_get_type ())
G_DECLARE_FINAL_TYPE (HubTlsSocketOutput, hub_tls_socket_output, HUB, TLS_SOCKET_OUTPUT, GOutputStream)

struct _HubTlsSocketOutput
{
  GOutputStream parent_instance;

  Wire *wire; /* (owned) (atomic) */
};

static gssize
hub_tls_socket_output_write (GOutputStream *stream, const void *buffer, gsize size, GCancellable *cancellable, GError **error)
{
  return wire_write (&HUB_TLS_SOCKET_OUTPUT (stream)->wire, buffer, size, TRUE, error);
}

static gssize
hub_tls_socket_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize size, GError **error)
{
  return wire_write (&HUB_TLS_SOCKET_OUTPUT (stream)->wire, buffer, size, FALSE, error);
}

static gboolean
hub_tls_socket_output_is_writable (GPollableOutputStream *stream)
{
  return wire_is_ready (&HUB_TLS_SOCKET_OUTPUT (stream)->wire, POLLOUT);
}

static GSource *
hub_tls_socket_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  return wire_create_source (&HUB_TLS_SOCKET_OUTPUT (stream)->wire, G_IO_OUT, stream, cancellable);
}

static void
hub_tls_socket_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = hub_tls_socket_output_is_writable;
  iface->create_source = hub_tls_socket_output_create_source;
  iface->write_nonblocking = hub_tls_socket_output_write_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubTlsSocketOutput,
                               hub_tls_socket_output,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, hub_tls_socket_output_pollable_init))

static void
hub_tls_socket_output_finalize (GObject *object)
{
  wire_unref (take (&HUB_TLS_SOCKET_OUTPUT (object)->wire));
  G_OBJECT_CLASS (hub_tls_socket_output_parent_class)->finalize (object);
}

static void
hub_tls_socket_output_class_init (HubTlsSocketOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_tls_socket_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = hub_tls_socket_output_write;
}

static void
hub_tls_socket_output_init (HubTlsSocketOutput *self)
{
}

/* --- Both --- */

static GInputStream *
hub_tls_socket_get_input_stream (GIOStream *stream)
{
  return HUB_TLS_SOCKET (stream)->input;
}

static GOutputStream *
hub_tls_socket_get_output_stream (GIOStream *stream)
{
  return HUB_TLS_SOCKET (stream)->output;
}

static gboolean
hub_tls_socket_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  Wire *wire = take (&HUB_TLS_SOCKET (stream)->wire);

  if (wire->fd >= 0)
    close (wire->fd);
  wire->fd = -1;
  give (wire);
  return TRUE;
}

static void
hub_tls_socket_finalize (GObject *object)
{
  HubTlsSocket *self = HUB_TLS_SOCKET (object);
  Wire *wire = take (&self->wire);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  wire_unref (wire);
  G_OBJECT_CLASS (hub_tls_socket_parent_class)->finalize (object);
}

static void
hub_tls_socket_class_init (HubTlsSocketClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hub_tls_socket_finalize;
  stream_class->get_input_stream = hub_tls_socket_get_input_stream;
  stream_class->get_output_stream = hub_tls_socket_get_output_stream;
  stream_class->close_fn = hub_tls_socket_close;
}

static void
hub_tls_socket_init (HubTlsSocket *self)
{
}

/**
 * hub_tls_socket_new:
 * @fd: (transfer full): a connected, non-blocking socket from which nothing was read
 *
 * Returns: (transfer full): the stream for a handshake
 */
HubTlsSocket *
hub_tls_socket_new (int fd)
{
  HubTlsSocket *self = g_object_new (HUB_TYPE_TLS_SOCKET, NULL);
  HubTlsSocketInput *input = g_object_new (HUB_TYPE_TLS_SOCKET_INPUT, NULL);
  HubTlsSocketOutput *output = g_object_new (HUB_TYPE_TLS_SOCKET_OUTPUT, NULL);
  Wire *wire = g_new0 (Wire, 1);

  wire->fd = fd;
  wire->ref_count = 3;
  self->input = G_INPUT_STREAM (input);
  self->output = G_OUTPUT_STREAM (output);
  g_atomic_pointer_set (&input->wire, wire);
  g_atomic_pointer_set (&output->wire, wire);
  g_atomic_pointer_set (&self->wire, wire);
  return self;
}

/**
 * hub_tls_socket_get_fd:
 * @self: a stream that is not closed
 *
 * Returns: its descriptor
 */
int
hub_tls_socket_get_fd (HubTlsSocket *self)
{
  return take (&self->wire)->fd;
}

/**
 * hub_tls_socket_end_handshake:
 * @self: a stream whose handshake is over
 *
 * From now on nothing that is done with it waits, and there is no second handshake.
 */
void
hub_tls_socket_end_handshake (HubTlsSocket *self)
{
  g_atomic_int_set (&take (&self->wire)->phase, PHASE_OPEN);
}

/**
 * hub_tls_socket_cut:
 * @self: a stream that is not closed
 *
 * Ends the connection in both directions: whoever waits for it is told at once.
 */
void
hub_tls_socket_cut (HubTlsSocket *self)
{
  shutdown (take (&self->wire)->fd, SHUT_RDWR);
}
