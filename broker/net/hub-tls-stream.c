/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-stream.h"

#include "broker/net/hub-tls-socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* The largest record; what is written together goes into one. RFC 8446, section 5.1. */
#define RECORD_SIZE_MAX (16 * 1024)

/*
 * TLS lives in the epoll set as descriptors do. A record is decrypted whole, and a read takes at least one record: so
 * nothing that was decrypted is left behind while the descriptor is silent.
 */
typedef struct
{
  HubStream base;
  HubWatch watch;       /* its descriptor is that of tls */
  HubReactor *reactor;  /* (unowned) */
  GTlsConnection *tls;  /* (owned) */
  gboolean wants_write; /* the owner waits for room */
  gboolean is_ending;   /* the goodbye waits for room */
} HubTlsStream;

static gssize
result (gssize n, GError *error)
{
  if (n >= 0)
    return n;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? HUB_STREAM_BLOCKED : HUB_STREAM_FAILED;
}

static gssize
tls_read (HubStream *stream, guint8 *buffer, gsize size)
{
  HubTlsStream *self = (HubTlsStream *) stream;
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (self->tls)));
  g_autoptr (GError) error = NULL;
  gssize n;

  g_assert (size >= RECORD_SIZE_MAX);
  n = g_pollable_input_stream_read_nonblocking (input, buffer, size, NULL, &error);
  return result (n, error);
}

static gssize
write_bytes (HubTlsStream *self, const void *bytes, gsize size)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (self->tls)));
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (output, bytes, size, NULL, &error);

  return result (n, error);
}

/* A record that was begun is gone on with by the next call, which offers the same bytes again: the outbox keeps them. */
static gssize
tls_write (HubStream *stream, const struct iovec *pieces, guint n_pieces)
{
  HubTlsStream *self = (HubTlsStream *) stream;
  guint8 record[RECORD_SIZE_MAX];
  gsize size = 0;

  if (n_pieces == 1 || pieces->iov_len >= sizeof record)
    return write_bytes (self, pieces->iov_base, pieces->iov_len);
  for (guint i = 0; i < n_pieces && size < sizeof record; i++)
    {
      gsize n = MIN (pieces[i].iov_len, sizeof record - size);

      memcpy (record + size, pieces[i].iov_base, n);
      size += n;
    }
  return write_bytes (self, record, size);
}

static void
update_events (HubTlsStream *self, gboolean want_read)
{
  gboolean want_write = self->wants_write || self->is_ending;

  hub_reactor_set_events (self->reactor, &self->watch, (want_read ? EPOLLIN | EPOLLRDHUP : 0u) | (want_write ? EPOLLOUT : 0u));
}

static void
tls_set_interest (HubStream *stream, gboolean want_read, gboolean want_write)
{
  HubTlsStream *self = (HubTlsStream *) stream;

  self->wants_write = want_write;
  update_events (self, want_read);
}

/* Says goodbye, so that the other end knows that it has got everything. It needs room for one record; without it, it
 * has to wait like everything else. */
static void
say_goodbye (HubTlsStream *self)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (self->tls));

  self->is_ending = !g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (output));
  if (!self->is_ending)
    {
      g_output_stream_close (output, NULL, NULL);
      shutdown (self->watch.fd, SHUT_WR);
    }
}

static void
tls_end_output (HubStream *stream)
{
  HubTlsStream *self = (HubTlsStream *) stream;

  say_goodbye (self);
  update_events (self, (self->watch.events & EPOLLIN) != 0);
}

static void
tls_keep_alive (HubStream *stream)
{
  hub_stream_keep_descriptor_alive (((HubTlsStream *) stream)->watch.fd);
}

static void
tls_settle (HubStream *stream)
{
  ((HubTlsStream *) stream)->watch.effort = 0;
}

static void
tls_free (HubStream *stream)
{
  HubTlsStream *self = (HubTlsStream *) stream;

  hub_reactor_remove (self->reactor, &self->watch);
  g_io_stream_close (G_IO_STREAM (self->tls), NULL, NULL);
  g_object_unref (self->tls);
  g_free (self);
}

static void
watch_cb (HubWatch *watch, guint32 events)
{
  HubTlsStream *self = (HubTlsStream *) (gpointer) ((guint8 *) watch - G_STRUCT_OFFSET (HubTlsStream, watch));

  if (self->is_ending && (events & EPOLLOUT) != 0)
    {
      say_goodbye (self);
      update_events (self, (watch->events & EPOLLIN) != 0);
    }
  self->base.ready (&self->base,
                    (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                    self->wants_write && (events & EPOLLOUT) != 0,
                    self->base.owner);
}

/**
 * hub_stream_new_for_tls:
 * @reactor: the reactor of the broker
 * @tls: (transfer full): a connection over a #HubTlsSocket whose handshake is over, and of which nothing is left to be
 *   read that was decrypted already; closed by the stream, and here when it fails
 * @error: return location
 *
 * What is read at once must be at least 16 KiB.
 *
 * Returns: (transfer full): a stream in the epoll set, or %NULL with @error set
 */
HubStream *
hub_stream_new_for_tls (HubReactor *reactor, GTlsConnection *tls, GError **error)
{
  static const HubStreamFuncs funcs = {
    .read = tls_read,
    .write = tls_write,
    .set_interest = tls_set_interest,
    .end_output = tls_end_output,
    .keep_alive = tls_keep_alive,
    .settle = tls_settle,
    .free = tls_free,
  };
  HubTlsStream *self = g_new0 (HubTlsStream, 1);
  g_autoptr (HubTlsSocket) socket_ = NULL;

  g_object_get (tls, "base-io-stream", &socket_, NULL);
  self->base.funcs = &funcs;
  self->reactor = reactor;
  self->tls = tls;
  self->watch.func = watch_cb;
  self->watch.effort = 1;
  self->watch.fd = hub_tls_socket_get_fd (socket_);
  if (!hub_reactor_add (reactor, &self->watch, error))
    {
      g_io_stream_close (G_IO_STREAM (tls), NULL, NULL);
      g_object_unref (tls);
      g_free (self);
      return NULL;
    }
  return &self->base;
}
