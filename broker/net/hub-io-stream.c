/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-stream.h"

/* How often one wake-up reads before others get their turn. */
#define READS_MAX 16

typedef struct
{
  HubStream base;
  GMainContext *context;         /* (owned) */
  GIOStream *io_stream;          /* (owned) */
  GPollableInputStream *input;   /* (unowned): of io_stream */
  GPollableOutputStream *output; /* (unowned): of io_stream */
  GSource *read_source;          /* (owned) (nullable) */
  GSource *write_source;         /* (owned) (nullable) */
} HubIoStream;

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gssize
result (gssize n, GError *error)
{
  if (n >= 0)
    return n;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? HUB_STREAM_BLOCKED : HUB_STREAM_FAILED;
}

static gssize
io_read (HubStream *stream, guint8 *buffer, gsize size)
{
  HubIoStream *self = (HubIoStream *) stream;
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (self->input, buffer, size, NULL, &error);

  return result (n, error);
}

static gssize
io_write (HubStream *stream, const struct iovec *pieces, guint n_pieces)
{
  HubIoStream *self = (HubIoStream *) stream;
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (self->output, pieces->iov_base, pieces->iov_len, NULL, &error);

  return result (n, error);
}

/* A stream may hold what it has decrypted while its descriptor is silent: it is read until it would block. Whoever reads may
 * lose interest meanwhile, but frees the stream only at the end of a turn. */
static gboolean
readable_cb (GObject *object, gpointer user_data)
{
  HubIoStream *self = user_data;
  guint reads = 0;

  do
    self->base.ready (&self->base, TRUE, FALSE, self->base.owner);
  while (self->read_source != NULL && ++reads < READS_MAX && g_pollable_input_stream_is_readable (self->input));
  return G_SOURCE_CONTINUE;
}

static gboolean
writable_cb (GObject *object, gpointer user_data)
{
  HubIoStream *self = user_data;

  self->base.ready (&self->base, FALSE, TRUE, self->base.owner);
  return G_SOURCE_CONTINUE;
}

static void
start_source (HubIoStream *self, GSource **place, GSource *source, GPollableSourceFunc func)
{
  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_set_static_name (source, "hubbub stream");
  g_source_attach (source, self->context);
  *place = source;
}

static void
io_set_interest (HubStream *stream, gboolean want_read, gboolean want_write)
{
  HubIoStream *self = (HubIoStream *) stream;

  if (!want_read)
    clear_source (&self->read_source);
  else if (self->read_source == NULL)
    start_source (self, &self->read_source, g_pollable_input_stream_create_source (self->input, NULL), readable_cb);

  if (!want_write)
    clear_source (&self->write_source);
  else if (self->write_source == NULL)
    start_source (self, &self->write_source, g_pollable_output_stream_create_source (self->output, NULL), writable_cb);
}

static void
io_end_output (HubStream *stream)
{
  HubIoStream *self = (HubIoStream *) stream;

  if (G_IS_SOCKET_CONNECTION (self->io_stream))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->io_stream)), FALSE, TRUE, NULL);
}

static void
io_keep_alive (HubStream *stream)
{
  HubIoStream *self = (HubIoStream *) stream;

  if (G_IS_SOCKET_CONNECTION (self->io_stream))
    g_socket_set_keepalive (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->io_stream)), TRUE);
}

static void
io_free (HubStream *stream)
{
  HubIoStream *self = (HubIoStream *) stream;

  clear_source (&self->read_source);
  clear_source (&self->write_source);
  g_io_stream_close (self->io_stream, NULL, NULL);
  g_object_unref (self->io_stream);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * hub_stream_check_io_stream:
 * @io_stream: a stream
 * @error: return location
 *
 * Thread: any.
 *
 * Returns: %FALSE with @error set when one of its directions is not pollable: %G_IO_ERROR_NOT_SUPPORTED
 */
gboolean
hub_stream_check_io_stream (GIOStream *io_stream, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (io_stream);
  GOutputStream *output = g_io_stream_get_output_stream (io_stream);

  if (G_IS_POLLABLE_INPUT_STREAM (input) && g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (input)) &&
      G_IS_POLLABLE_OUTPUT_STREAM (output) && g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (output)))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "a stream of type %s cannot be polled", G_OBJECT_TYPE_NAME (io_stream));
  return FALSE;
}

/**
 * hub_stream_new_for_io_stream:
 * @context: the context of the broker thread
 * @io_stream: a stream both of whose directions are pollable; from now on only the broker thread touches it
 * @error: return location
 *
 * Returns: (transfer full): a stream on sources of @context, or %NULL with @error set
 */
HubStream *
hub_stream_new_for_io_stream (GMainContext *context, GIOStream *io_stream, GError **error)
{
  static const HubStreamFuncs funcs = {
    .read = io_read,
    .write = io_write,
    .set_interest = io_set_interest,
    .end_output = io_end_output,
    .keep_alive = io_keep_alive,
    .free = io_free,
  };
  HubIoStream *self;

  if (!hub_stream_check_io_stream (io_stream, error))
    return NULL;

  self = g_new0 (HubIoStream, 1);
  self->base.funcs = &funcs;
  self->context = g_main_context_ref (context);
  self->io_stream = g_object_ref (io_stream);
  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (io_stream));
  self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (io_stream));
  return &self->base;
}
