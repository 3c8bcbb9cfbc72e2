/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/joining/hub-ws-stream.h"

#include "app/joining/hub-secret-bytes.h"
#include "broker/wire/hub-ws-frame.h"

#include <string.h>

/* The most of a write that goes into one frame. */
#define WRITE_BYTES_MAX (64 * 1024)

/* After so many reads that brought no data, others have their turn. */
#define READS_MAX 16

/* The two directions of one WebSocket, which its streams share. */
typedef struct
{
  GPollableInputStream *base_input;   /* (owned) */
  GPollableOutputStream *base_output; /* (owned) */
  HubWsDecoder decoder;
  GByteArray *early;   /* (owned): what came behind the handshake */
  GByteArray *output;  /* (owned): whole frames on their way */
  guint output_at;     /* how much of them the base has taken */
  gsize claimed;       /* how many bytes of a write that is not over are in them */
  GByteArray *control; /* (owned): a frame that goes next: an answer to the newest ping, or the last frame */
  gboolean has_closed; /* the last frame was written, or goes next */
} Pipe;

/**
 * HubWsStream:
 *
 * The bytes in the frames of a WebSocket, as a stream: for a client, behind the handshake. Pings are answered, and both
 * sides' close frames are an end of the stream.
 *
 * It is read and written without waiting, as a socket is, on the thread that made it.
 */
struct _HubWsStream
{
  GIOStream parent_instance;

  GIOStream *base;       /* (owned) */
  GInputStream *input;   /* (owned) */
  GOutputStream *output; /* (owned) */
  Pipe *pipe;            /* (owned) */
};

G_DEFINE_FINAL_TYPE (HubWsStream, hub_ws_stream, G_TYPE_IO_STREAM)

static void
pipe_clear (gpointer data)
{
  Pipe *pipe = data;

  g_object_unref (pipe->base_input);
  g_object_unref (pipe->base_output);
  g_byte_array_unref (pipe->early);
  g_byte_array_unref (pipe->output);
  g_byte_array_unref (pipe->control);
}

static void
append_frame (GByteArray *out, HubWsOpcode opcode, const guint8 *payload, gsize size)
{
  guint8 mask[4];

  hub_secret_bytes (mask, sizeof mask);
  hub_ws_append_masked (out, opcode, payload, size, mask);
}

/* Writes what is on its way, as far as it goes: TRUE when all of it has gone. */
static gboolean
pipe_flush (Pipe *pipe, gboolean is_blocking, GCancellable *cancellable, GError **error)
{
  do
    {
      if (pipe->output->len == 0)
        {
          g_byte_array_append (pipe->output, pipe->control->data, pipe->control->len);
          g_byte_array_set_size (pipe->control, 0);
        }
      while (pipe->output_at < pipe->output->len)
        {
          gssize n = g_pollable_stream_write (G_OUTPUT_STREAM (pipe->base_output),
                                              pipe->output->data + pipe->output_at,
                                              pipe->output->len - pipe->output_at,
                                              is_blocking,
                                              cancellable,
                                              error);

          if (n < 0)
            return FALSE;
          pipe->output_at += (guint) n;
        }
      g_byte_array_set_size (pipe->output, 0);
      pipe->output_at = 0;
    }
  while (pipe->control->len > 0);
  return TRUE;
}

static void
pipe_say_goodbye (Pipe *pipe, const guint8 *payload, gsize size)
{
  if (pipe->has_closed)
    return;
  pipe->has_closed = TRUE;
  g_byte_array_set_size (pipe->control, 0);
  append_frame (pipe->control, HUB_WS_CLOSE, payload, size);
}

static void
pipe_say_goodbye_with (Pipe *pipe, HubWsClose code)
{
  const guint8 payload[] = { (guint8) (code >> 8), (guint8) code };

  pipe_say_goodbye (pipe, payload, sizeof payload);
}

/* RFC 6455, sections 5.5.1 to 5.5.3: a close frame is echoed, and of several pings the last counts. */
static void
control_cb (HubWsOpcode opcode, const guint8 *payload, gsize size, gpointer user_data)
{
  Pipe *pipe = user_data;
  HubWsClose code;
  HubWsClose fault;

  if (opcode == HUB_WS_CLOSE)
    {
      fault = hub_ws_close_check (payload, size, &code);
      if (fault != HUB_WS_CLOSE_NONE)
        pipe_say_goodbye_with (pipe, fault);
      else
        pipe_say_goodbye (pipe, payload, MIN (size, 2));
    }
  else if (opcode == HUB_WS_PING && !pipe->has_closed)
    {
      g_byte_array_set_size (pipe->control, 0);
      append_frame (pipe->control, HUB_WS_PONG, payload, size);
    }
}

/* What the base has, or what it had before there was a WebSocket. */
static gssize
pipe_read_raw (Pipe *pipe, guint8 *buffer, gsize count, gboolean is_blocking, GCancellable *cancellable, GError **error)
{
  gsize n = MIN (count, pipe->early->len);

  if (n == 0)
    return g_pollable_stream_read (G_INPUT_STREAM (pipe->base_input), buffer, count, is_blocking, cancellable, error);
  memcpy (buffer, pipe->early->data, n);
  g_byte_array_remove_range (pipe->early, 0, (guint) n);
  return (gssize) n;
}

static gssize
pipe_read (Pipe *pipe, guint8 *buffer, gsize count, gboolean is_blocking, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < READS_MAX || is_blocking; i++)
    {
      gsize data_size;
      gssize n;

      if (pipe->decoder.is_closed)
        return 0;
      if (pipe->decoder.fault != HUB_WS_CLOSE_NONE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no WebSocket frames (%d)", (int) pipe->decoder.fault);
          return -1;
        }
      n = pipe_read_raw (pipe, buffer, count, is_blocking, cancellable, error);
      if (n <= 0)
        {
          pipe_flush (pipe, FALSE, NULL, NULL);
          return n;
        }
      if (hub_ws_decoder_feed (&pipe->decoder, buffer, (gsize) n, &data_size, control_cb, pipe) != HUB_WS_CLOSE_NONE)
        pipe_say_goodbye_with (pipe, pipe->decoder.fault);
      /* What does not go out now goes out before the next wait. */
      pipe_flush (pipe, FALSE, NULL, NULL);
      if (data_size > 0)
        return (gssize) data_size;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "no data yet");
  return -1;
}

/* As with TLS: a write that would block has to be made again, with the same bytes. */
static gssize
pipe_write (Pipe *pipe, const guint8 *buffer, gsize count, gboolean is_blocking, GCancellable *cancellable, GError **error)
{
  gsize n;

  if (pipe->claimed == 0)
    {
      if (pipe->has_closed)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the WebSocket is closed");
          return -1;
        }
      pipe->claimed = MIN (count, WRITE_BYTES_MAX);
      append_frame (pipe->output, HUB_WS_BINARY, buffer, pipe->claimed);
    }
  if (!pipe_flush (pipe, is_blocking, cancellable, error))
    return -1;
  n = pipe->claimed;
  pipe->claimed = 0;
  return (gssize) n;
}

/* Until something comes, or a frame that could not go before can. */
static GSource *
pipe_create_input_source (Pipe *pipe, GCancellable *cancellable)
{
  GSource *source = g_pollable_input_stream_create_source (pipe->base_input, cancellable);

  if (pipe->output->len > 0 || pipe->control->len > 0)
    {
      g_autoptr (GSource) writable = g_pollable_output_stream_create_source (pipe->base_output, NULL);

      g_source_set_dummy_callback (writable);
      g_source_add_child_source (source, writable);
    }
  return source;
}

/* ---- the input ---- */

#define HUB_TYPE_WS_INPUT (hub_ws_input_get_type ())
G_DECLARE_FINAL_TYPE (HubWsInput, hub_ws_input, HUB, WS_INPUT, GInputStream)

struct _HubWsInput
{
  GInputStream parent_instance;

  Pipe *pipe; /* (owned) */
};

static gssize
input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  return pipe_read (HUB_WS_INPUT (stream)->pipe, buffer, count, FALSE, NULL, error);
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  Pipe *pipe = HUB_WS_INPUT (stream)->pipe;

  return pipe->early->len > 0 || pipe->decoder.is_closed || g_pollable_input_stream_is_readable (pipe->base_input);
}

static GSource *
input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = pipe_create_input_source (HUB_WS_INPUT (stream)->pipe, cancellable);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
input_init_pollable (GPollableInputStreamInterface *interface)
{
  interface->read_nonblocking = input_read_nonblocking;
  interface->is_readable = input_is_readable;
  interface->create_source = input_create_source;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubWsInput,
                               hub_ws_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, input_init_pollable))

static gssize
hub_ws_input_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return pipe_read (HUB_WS_INPUT (stream)->pipe, buffer, count, TRUE, cancellable, error);
}

static void
hub_ws_input_finalize (GObject *object)
{
  g_rc_box_release_full (HUB_WS_INPUT (object)->pipe, pipe_clear);
  G_OBJECT_CLASS (hub_ws_input_parent_class)->finalize (object);
}

static void
hub_ws_input_class_init (HubWsInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_ws_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = hub_ws_input_read;
}

static void
hub_ws_input_init (HubWsInput *self)
{
}

/* ---- the output ---- */

#define HUB_TYPE_WS_OUTPUT (hub_ws_output_get_type ())
G_DECLARE_FINAL_TYPE (HubWsOutput, hub_ws_output, HUB, WS_OUTPUT, GOutputStream)

struct _HubWsOutput
{
  GOutputStream parent_instance;

  Pipe *pipe; /* (owned) */
};

static gssize
output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count, GError **error)
{
  return pipe_write (HUB_WS_OUTPUT (stream)->pipe, buffer, count, FALSE, NULL, error);
}

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (HUB_WS_OUTPUT (stream)->pipe->base_output);
}

static GSource *
output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base =
    g_pollable_output_stream_create_source (HUB_WS_OUTPUT (stream)->pipe->base_output, cancellable);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
output_init_pollable (GPollableOutputStreamInterface *interface)
{
  interface->write_nonblocking = output_write_nonblocking;
  interface->is_writable = output_is_writable;
  interface->create_source = output_create_source;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HubWsOutput,
                               hub_ws_output,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, output_init_pollable))

static gssize
hub_ws_output_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  return pipe_write (HUB_WS_OUTPUT (stream)->pipe, buffer, count, TRUE, cancellable, error);
}

static void
hub_ws_output_finalize (GObject *object)
{
  g_rc_box_release_full (HUB_WS_OUTPUT (object)->pipe, pipe_clear);
  G_OBJECT_CLASS (hub_ws_output_parent_class)->finalize (object);
}

static void
hub_ws_output_class_init (HubWsOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_ws_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = hub_ws_output_write;
}

static void
hub_ws_output_init (HubWsOutput *self)
{
}

/* ---- both ---- */

static GInputStream *
hub_ws_stream_get_input_stream (GIOStream *stream)
{
  return HUB_WS_STREAM (stream)->input;
}

static GOutputStream *
hub_ws_stream_get_output_stream (GIOStream *stream)
{
  return HUB_WS_STREAM (stream)->output;
}

/* Says goodbye if that goes at once, and waits for no answer. */
static void
say_goodbye (HubWsStream *self)
{
  pipe_say_goodbye_with (self->pipe, HUB_WS_CLOSE_NORMAL);
  pipe_flush (self->pipe, FALSE, NULL, NULL);
}

static gboolean
hub_ws_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  HubWsStream *self = HUB_WS_STREAM (stream);

  say_goodbye (self);
  return g_io_stream_close (self->base, cancellable, error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
hub_ws_stream_close_async (GIOStream *stream,
                           int io_priority,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  HubWsStream *self = HUB_WS_STREAM (stream);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hub_ws_stream_close_async);
  say_goodbye (self);
  g_io_stream_close_async (self->base, io_priority, cancellable, closed_cb, task);
}

static gboolean
hub_ws_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
hub_ws_stream_finalize (GObject *object)
{
  HubWsStream *self = HUB_WS_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_object (&self->base);
  g_rc_box_release_full (self->pipe, pipe_clear);
  G_OBJECT_CLASS (hub_ws_stream_parent_class)->finalize (object);
}

static void
hub_ws_stream_class_init (HubWsStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hub_ws_stream_finalize;
  stream_class->get_input_stream = hub_ws_stream_get_input_stream;
  stream_class->get_output_stream = hub_ws_stream_get_output_stream;
  stream_class->close_fn = hub_ws_stream_close;
  stream_class->close_async = hub_ws_stream_close_async;
  stream_class->close_finish = hub_ws_stream_close_finish;
}

static void
hub_ws_stream_init (HubWsStream *self)
{
}

/**
 * hub_ws_stream_new:
 * @base: what the WebSocket goes over, behind the handshake; its streams can be polled
 * @early: (array length=early_size) (nullable): what was read of it beyond the handshake
 * @early_size: bytes
 *
 * Returns: (transfer full): what is in the frames
 */
GIOStream *
hub_ws_stream_new (GIOStream *base, const guint8 *early, gsize early_size)
{
  HubWsStream *self = g_object_new (HUB_TYPE_WS_STREAM, NULL);
  HubWsInput *input = g_object_new (HUB_TYPE_WS_INPUT, NULL);
  HubWsOutput *output = g_object_new (HUB_TYPE_WS_OUTPUT, NULL);
  Pipe *pipe = g_rc_box_new0 (Pipe);

  pipe->base_input = G_POLLABLE_INPUT_STREAM (g_object_ref (g_io_stream_get_input_stream (base)));
  pipe->base_output = G_POLLABLE_OUTPUT_STREAM (g_object_ref (g_io_stream_get_output_stream (base)));
  hub_ws_decoder_init_for_client (&pipe->decoder, HUB_WS_STREAM_FRAME_BYTES_MAX);
  pipe->early = g_byte_array_new ();
  if (early_size > 0)
    g_byte_array_append (pipe->early, early, (guint) early_size);
  pipe->output = g_byte_array_new ();
  pipe->control = g_byte_array_new ();

  input->pipe = g_rc_box_acquire (pipe);
  output->pipe = g_rc_box_acquire (pipe);
  self->base = g_object_ref (base);
  self->input = G_INPUT_STREAM (input);
  self->output = G_OUTPUT_STREAM (output);
  self->pipe = pipe;
  return G_IO_STREAM (self);
}
