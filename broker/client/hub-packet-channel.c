/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-packet-channel.h"

#include "broker/wire/hub-decode.h"

#define READ_SIZE (64 * 1024)

/* How long a closed channel tries to get rid of what was queued. */
#define LINGER_S 2

struct _HubPacketChannel
{
  GObject parent_instance;

  GIOStream *stream; /* (owned) */
  HubVersion version;
  gsize max_packet_bytes;
  const HubPacketChannelFuncs *funcs; /* (nullable): NULL once it is closed */
  gpointer user_data;                 /* (unowned) */
  GCancellable *reading;              /* (owned): stops the read */
  GCancellable *sending;              /* (owned): stops the write */
  guint8 *buffer;                     /* (owned): what is being read */
  GByteArray *input;                  /* (owned): the beginning of a packet */
  gsize skip_bytes;                   /* what is left of a packet that was too large */
  GByteArray *output;                 /* (owned): not given to the stream yet */
  GBytes *writing;                    /* (owned) (nullable): given to the stream */
  GSource *linger_timer;              /* (owned) (nullable): while a closed channel writes */
  gboolean has_ended;                 /* nothing comes any more */
  gboolean is_broken;                 /* nothing can be written any more */
  gboolean is_closing;                /* the stream is closed once all is written */
  gboolean is_closed;                 /* it is */
};

G_DEFINE_FINAL_TYPE (HubPacketChannel, hub_packet_channel, G_TYPE_OBJECT)

static void
fail (HubPacketChannel *self, const GError *error)
{
  const HubPacketChannelFuncs *funcs = g_steal_pointer (&self->funcs);

  g_cancellable_cancel (self->reading);
  self->has_ended = TRUE;
  if (funcs != NULL)
    funcs->closed (error, self->user_data);
}

static void
clear_timer (HubPacketChannel *self)
{
  if (self->linger_timer == NULL)
    return;
  g_source_destroy (self->linger_timer);
  g_clear_pointer (&self->linger_timer, g_source_unref);
}

static void
close_stream (HubPacketChannel *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  clear_timer (self);
  /* A socket's close does not wait, and a failed one is just as closed. */
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

/* A message that is too large for us is left out, as a broker leaves it out for us in MQTT 5.0: closing would only bring
 * it again after the next connect, if it is retained. */
static gsize
begin_skip (HubPacketChannel *self, const HubFixedHeader *header, gsize available)
{
  gsize size = (gsize) header->header_size + header->remaining_size;
  gsize taken = MIN (size, available);

  self->skip_bytes = size - taken;
  return taken;
}

/* Handles the packet at the beginning of @bytes: how many bytes it took, 0 when it is not complete. */
static gsize
take_packet (HubPacketChannel *self, HubSpan bytes, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  HubFixedHeader header;
  HubPacket packet;
  HubSpan body;

  switch (hub_fixed_header_read (bytes, self->max_packet_bytes, &header, &local_error))
    {
    case HUB_FRAME_CUT:
      return 0;
    case HUB_FRAME_BAD:
      if (g_error_matches (local_error, HUB_MQTT_ERROR, HUB_REASON_PACKET_TOO_LARGE) && header.type == HUB_PACKET_PUBLISH)
        return begin_skip (self, &header, bytes.size);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return 0;
    case HUB_FRAME_COMPLETE:
    default:
      break;
    }

  body = (HubSpan){ bytes.data + header.header_size, header.remaining_size };
  if (!hub_packet_decode (self->version, &header, body, &packet, error))
    return 0;
  self->funcs->packet (&packet, self->user_data);
  return header.header_size + header.remaining_size;
}

static void
take_bytes (HubPacketChannel *self, HubSpan bytes)
{
  g_autoptr (GError) error = NULL;
  gboolean is_joined = self->input->len > 0;
  gsize at = 0;
  gsize taken;

  if (is_joined)
    {
      g_byte_array_append (self->input, bytes.data, (guint) bytes.size);
      bytes = (HubSpan){ self->input->data, self->input->len };
    }

  do
    {
      taken = MIN (self->skip_bytes, bytes.size - at);
      self->skip_bytes -= taken;
      at += taken;
      if (at < bytes.size)
        {
          gsize size = take_packet (self, (HubSpan){ bytes.data + at, bytes.size - at }, &error);

          at += size;
          taken += size;
        }
    }
  while (taken > 0 && self->funcs != NULL);

  if (error != NULL)
    fail (self, error);
  else if (is_joined)
    g_byte_array_remove_range (self->input, 0, (guint) at);
  else if (at < bytes.size)
    g_byte_array_append (self->input, bytes.data + at, (guint) (bytes.size - at));
}

static void read_next (HubPacketChannel *self);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubPacketChannel) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (self->funcs == NULL)
    return;
  if (n > 0)
    take_bytes (self, (HubSpan){ self->buffer, (gsize) n });
  else
    fail (self, error);
  if (self->funcs != NULL)
    read_next (self);
}

static void
read_next (HubPacketChannel *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream),
                             self->buffer,
                             READ_SIZE,
                             G_PRIORITY_DEFAULT,
                             self->reading,
                             read_cb,
                             g_object_ref (self));
}

static void write_next (HubPacketChannel *self);

static void
write_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HubPacketChannel) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->writing, g_bytes_unref);
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    {
      /* The other end has gone, but it may have said why: that is for the read to find out. */
      self->is_broken = TRUE;
      g_byte_array_set_size (self->output, 0);
    }
  write_next (self);
}

static gboolean
linger_cb (gpointer user_data)
{
  HubPacketChannel *self = user_data;

  clear_timer (self);
  g_cancellable_cancel (self->sending);
  return G_SOURCE_REMOVE;
}

/* On the context that reads and writes, as everything else: the write that it ends holds the channel. */
static void
arm_timer (HubPacketChannel *self)
{
  self->linger_timer = g_timeout_source_new_seconds (LINGER_S);
  g_source_set_callback (self->linger_timer, linger_cb, self, NULL);
  g_source_set_static_name (self->linger_timer, "hubbub client linger");
  g_source_attach (self->linger_timer, g_main_context_get_thread_default ());
}

/* One write at a time; what comes meanwhile goes with the next one. */
static void
write_next (HubPacketChannel *self)
{
  if (self->writing != NULL)
    return;
  if (self->output->len == 0)
    {
      if (self->is_closing)
        close_stream (self);
      else if (self->funcs != NULL && self->funcs->drained != NULL)
        self->funcs->drained (self->user_data);
      return;
    }

  self->writing = g_byte_array_free_to_bytes (g_steal_pointer (&self->output));
  self->output = g_byte_array_new ();
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream),
                                   g_bytes_get_data (self->writing, NULL),
                                   g_bytes_get_size (self->writing),
                                   G_PRIORITY_DEFAULT,
                                   self->sending,
                                   write_cb,
                                   g_object_ref (self));
}

static void
hub_packet_channel_finalize (GObject *object)
{
  HubPacketChannel *self = HUB_PACKET_CHANNEL (object);

  g_clear_object (&self->stream);
  g_clear_object (&self->reading);
  g_clear_object (&self->sending);
  g_clear_pointer (&self->buffer, g_free);
  g_clear_pointer (&self->input, g_byte_array_unref);
  g_clear_pointer (&self->output, g_byte_array_unref);
  G_OBJECT_CLASS (hub_packet_channel_parent_class)->finalize (object);
}

static void
hub_packet_channel_class_init (HubPacketChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hub_packet_channel_finalize;
}

static void
hub_packet_channel_init (HubPacketChannel *self)
{
  self->reading = g_cancellable_new ();
  self->sending = g_cancellable_new ();
  self->buffer = g_malloc (READ_SIZE);
  self->input = g_byte_array_new ();
  self->output = g_byte_array_new ();
}

/**
 * hub_packet_channel_new:
 * @stream: a connected stream
 * @version: what is spoken
 * @max_packet_bytes: the largest packet to be taken in; a larger PUBLISH is skipped
 * @funcs: what to call; must outlive the channel or its close
 * @user_data: for @funcs
 *
 * Begins to read.
 *
 * Returns: (transfer full): a channel, which must be closed
 */
HubPacketChannel *
hub_packet_channel_new (GIOStream *stream,
                        HubVersion version,
                        gsize max_packet_bytes,
                        const HubPacketChannelFuncs *funcs,
                        gpointer user_data)
{
  HubPacketChannel *self = g_object_new (HUB_TYPE_PACKET_CHANNEL, NULL);

  self->stream = g_object_ref (stream);
  self->version = version;
  self->max_packet_bytes = max_packet_bytes;
  self->funcs = funcs;
  self->user_data = user_data;
  read_next (self);
  return self;
}

/**
 * hub_packet_channel_send:
 * @self: a channel
 * @packet: a whole packet; copied
 *
 * Queues @packet.
 */
void
hub_packet_channel_send (HubPacketChannel *self, HubSpan packet)
{
  g_return_if_fail (HUB_IS_PACKET_CHANNEL (self));

  if (self->is_closing || self->is_broken || self->funcs == NULL)
    return;
  g_byte_array_append (self->output, packet.data, (guint) packet.size);
  write_next (self);
}

/**
 * hub_packet_channel_get_unsent:
 * @self: a channel
 *
 * Returns: how many bytes the stream has not taken yet
 */
gsize
hub_packet_channel_get_unsent (HubPacketChannel *self)
{
  g_return_val_if_fail (HUB_IS_PACKET_CHANNEL (self), 0);

  return self->output->len + (self->writing != NULL ? g_bytes_get_size (self->writing) : 0);
}

/**
 * hub_packet_channel_close:
 * @self: a channel
 *
 * Stops to read, and closes the stream once what was queued is written: at the latest after two seconds, and at once
 * when the other end has gone or has sent what is no MQTT. No function is called any more.
 */
void
hub_packet_channel_close (HubPacketChannel *self)
{
  g_return_if_fail (HUB_IS_PACKET_CHANNEL (self));

  if (self->is_closing)
    return;
  self->is_closing = TRUE;
  self->funcs = NULL;
  g_cancellable_cancel (self->reading);
  if (self->has_ended)
    {
      g_byte_array_set_size (self->output, 0);
      g_cancellable_cancel (self->sending);
    }
  write_next (self);
  if (self->writing != NULL)
    arm_timer (self);
}
