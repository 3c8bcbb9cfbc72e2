/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  HubStream base;
  HubWatch watch;      /* owns its descriptor */
  HubReactor *reactor; /* (unowned) */
} HubFdStream;

static gssize
error_result (void)
{
  return errno == EAGAIN || errno == EINTR ? HUB_STREAM_BLOCKED : HUB_STREAM_FAILED;
}

static gssize
fd_read (HubStream *stream, guint8 *buffer, gsize size)
{
  HubFdStream *self = (HubFdStream *) stream;
  gssize n = recv (self->watch.fd, buffer, size, 0);

  return n >= 0 ? n : error_result ();
}

static gssize
fd_write (HubStream *stream, const struct iovec *pieces, guint n_pieces)
{
  HubFdStream *self = (HubFdStream *) stream;
  struct msghdr message = { .msg_iov = (struct iovec *) pieces, .msg_iovlen = n_pieces };
  gssize n;

  if (n_pieces == 1)
    n = send (self->watch.fd, pieces->iov_base, pieces->iov_len, MSG_NOSIGNAL);
  else
    n = sendmsg (self->watch.fd, &message, MSG_NOSIGNAL);
  return n >= 0 ? n : error_result ();
}

static void
fd_set_interest (HubStream *stream, gboolean want_read, gboolean want_write)
{
  HubFdStream *self = (HubFdStream *) stream;

  hub_reactor_set_events (self->reactor, &self->watch, (want_read ? EPOLLIN | EPOLLRDHUP : 0u) | (want_write ? EPOLLOUT : 0u));
}

static void
fd_end_output (HubStream *stream)
{
  HubFdStream *self = (HubFdStream *) stream;

  shutdown (self->watch.fd, SHUT_WR);
}

static void
fd_keep_alive (HubStream *stream)
{
  hub_stream_keep_descriptor_alive (((HubFdStream *) stream)->watch.fd);
}

static void
fd_settle (HubStream *stream)
{
  ((HubFdStream *) stream)->watch.effort = 0;
}

static void
fd_free (HubStream *stream)
{
  HubFdStream *self = (HubFdStream *) stream;

  hub_reactor_remove (self->reactor, &self->watch);
  close (self->watch.fd);
  g_free (self);
}

static void
watch_cb (HubWatch *watch, guint32 events)
{
  HubFdStream *self = (HubFdStream *) (gpointer) ((guint8 *) watch - G_STRUCT_OFFSET (HubFdStream, watch));

  /* A hang-up is reported whether one waits for it or not: reading tells what it is. */
  self->base.ready (&self->base,
                    (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                    (events & EPOLLOUT) != 0,
                    self->base.owner);
}

/**
 * hub_stream_new_for_fd:
 * @reactor: the reactor of the broker
 * @fd: a connected, non-blocking socket; closed by the stream, and here when it fails
 * @error: return location
 *
 * Returns: (transfer full): a stream in the epoll set, or %NULL with @error set
 */
HubStream *
hub_stream_new_for_fd (HubReactor *reactor, int fd, GError **error)
{
  static const HubStreamFuncs funcs = {
    .read = fd_read,
    .write = fd_write,
    .set_interest = fd_set_interest,
    .end_output = fd_end_output,
    .keep_alive = fd_keep_alive,
    .settle = fd_settle,
    .free = fd_free,
  };
  HubFdStream *self = g_new0 (HubFdStream, 1);

  self->base.funcs = &funcs;
  self->reactor = reactor;
  self->watch.func = watch_cb;
  self->watch.fd = fd;
  self->watch.events = EPOLLIN | EPOLLRDHUP;
  self->watch.effort = 1;
  if (!hub_reactor_add (reactor, &self->watch, error))
    {
      close (fd);
      g_free (self);
      return NULL;
    }
  return &self->base;
}

/**
 * hub_stream_prepare_descriptor:
 * @fd: a socket; one that listens hands it on to all that it accepts
 *
 * Says when the system asks whether the other end still lives, once [func@Hub.Stream.keep_descriptor_alive] has it ask.
 */
void
hub_stream_prepare_descriptor (int fd)
{
  int idle_s = 60;
  int interval_s = 10;
  int count = 3;

  /* Where it is no TCP socket these fail, and nothing is lost. */
  if (setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s) < 0)
    return;
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof interval_s);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

/**
 * hub_stream_keep_descriptor_alive:
 * @fd: a socket that was prepared
 *
 * What a kind of stream over a descriptor does for [method@Hub.Stream.keep_alive].
 */
void
hub_stream_keep_descriptor_alive (int fd)
{
  int on = 1;

  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}
