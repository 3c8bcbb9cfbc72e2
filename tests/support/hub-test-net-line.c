/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-line.h"

#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

#include <gio/gio.h>
#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_SIZE (64 * 1024)

/* As read() and write() do it. */
static gssize
translate (gssize n)
{
  if (n >= 0)
    return n;
  errno = gnutls_error_is_fatal ((int) n) ? EIO : EAGAIN;
  return -1;
}

static void
read_once (HubTestLine *self)
{
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  gssize n = self->tls != NULL ? translate (gnutls_record_recv (self->tls, buffer, READ_SIZE))
                               : read (self->in_fd, buffer, READ_SIZE);

  if (n > 0)
    {
      g_byte_array_append (self->input, buffer, (guint) n);
      return;
    }
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  self->has_ended = TRUE;
  self->was_reset = n < 0;
}

/**
 * hub_test_line_new:
 * @in_fd: (transfer full): where bytes come from
 * @out_fd: (transfer full): where bytes go to; may be @in_fd
 *
 * Returns: (transfer full): a line
 */
HubTestLine *
hub_test_line_new (int in_fd, int out_fd)
{
  HubTestLine *self = g_new0 (HubTestLine, 1);

  signal (SIGPIPE, SIG_IGN);
  self->in_fd = in_fd;
  self->out_fd = out_fd;
  self->input = g_byte_array_new ();
  g_assert_true (g_unix_set_fd_nonblocking (in_fd, TRUE, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (out_fd, TRUE, NULL));
  return self;
}

/**
 * hub_test_line_dial:
 * @ip: an IP literal of this computer
 * @port: a port that somebody listens on
 *
 * Returns: (transfer full): a TCP connection
 */
HubTestLine *
hub_test_line_dial (const char *ip, guint16 port)
{
  return hub_test_line_dial_from (NULL, ip, port);
}

/**
 * hub_test_line_dial_from:
 * @own_ip: (nullable): an IP literal of this computer to dial from; %NULL: whichever the system takes
 * @ip: an IP literal of this computer
 * @port: a port that somebody listens on
 *
 * Returns: (transfer full): a TCP connection
 */
HubTestLine *
hub_test_line_dial_from (const char *own_ip, const char *ip, guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (ip, port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket_ = NULL;
  int on = 1;
  int fd;

  socket_ = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  if (own_ip != NULL)
    {
      g_autoptr (GSocketAddress) own_address = g_inet_socket_address_new_from_string (own_ip, 0);

      g_socket_bind (socket_, own_address, FALSE, &error);
      g_assert_no_error (error);
    }
  g_socket_connect (socket_, address, NULL, &error);
  g_assert_no_error (error);
  fd = fcntl (g_socket_get_fd (socket_), F_DUPFD_CLOEXEC, 3);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), ==, 0);
  return hub_test_line_new (fd, fd);
}

/**
 * hub_test_line_dial_unix:
 * @path: a Unix socket that somebody listens on
 *
 * Returns: (transfer full): a connection
 */
HubTestLine *
hub_test_line_dial_unix (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (g_strlcpy (address.sun_path, path, sizeof address.sun_path), <, sizeof address.sun_path);
  g_assert_cmpint (connect (fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
  return hub_test_line_new (fd, fd);
}

/**
 * hub_test_line_free:
 * @self: (transfer full): a line
 *
 * Closes it.
 */
void
hub_test_line_free (HubTestLine *self)
{
  g_clear_pointer (&self->tls, gnutls_deinit);
  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
  if (self->out_fd != self->in_fd && self->out_fd >= 0)
    close (self->out_fd);
  if (self->in_fd >= 0)
    close (self->in_fd);
  g_byte_array_unref (self->input);
  g_free (self);
}

/**
 * hub_test_line_set_room:
 * @self: a line
 * @size: bytes; the system has its own idea of the least
 *
 * Says how much the system is to hold for this end: little, so that a reader who does not read is soon noticed; much
 * before it reads again, since TCP is slow with little.
 */
void
hub_test_line_set_room (HubTestLine *self, int size)
{
  /* The one works with sockets, the other one with pipes. */
  setsockopt (self->in_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt (self->out_fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  fcntl (self->in_fd, F_SETPIPE_SZ, size);
  fcntl (self->out_fd, F_SETPIPE_SZ, size);
}

/**
 * hub_test_line_write_some:
 * @self: a line
 * @bytes: what to write
 *
 * Returns: how many bytes the system took at once; %G_MAXSIZE when nobody is there any more
 */
gsize
hub_test_line_write_some (HubTestLine *self, HubSpan bytes)
{
  gssize n = self->tls != NULL ? translate (gnutls_record_send (self->tls, bytes.data, bytes.size))
                               : write (self->out_fd, bytes.data, bytes.size);

  if (n >= 0)
    return (gsize) n;
  return errno == EAGAIN || errno == EINTR ? 0 : G_MAXSIZE;
}

/**
 * hub_test_line_write:
 * @self: a line
 * @bytes: what to write
 *
 * Writes @bytes, and takes in meanwhile what comes, so that two who write to each other do not wait for ever. What cannot
 * be written because the other end is gone is let go: whoever tests that looks at the end of the line.
 */
void
hub_test_line_write (HubTestLine *self, HubSpan bytes)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (bytes.size > 0)
    {
      struct pollfd fds[] = { { .fd = self->out_fd, .events = POLLOUT },
                              { .fd = self->has_ended ? -1 : self->in_fd, .events = POLLIN } };
      gsize n;

      g_assert_cmpint (poll (fds, G_N_ELEMENTS (fds), hub_test_left_ms (deadline_us)), >, 0);
      if ((fds[1].revents & POLLIN) != 0)
        read_once (self);
      if (fds[0].revents == 0)
        continue;
      n = hub_test_line_write_some (self, bytes);
      if (n == G_MAXSIZE)
        return;
      bytes.data += n;
      bytes.size -= n;
    }
}

/**
 * hub_test_line_write_text:
 * @self: a line
 * @text: what to write, as it stands
 */
void
hub_test_line_write_text (HubTestLine *self, const char *text)
{
  hub_test_line_write (self, hub_span_from_string (text));
}

/**
 * hub_test_line_end_output:
 * @self: a line
 *
 * Says that nothing follows.
 */
void
hub_test_line_end_output (HubTestLine *self)
{
  if (self->tls != NULL)
    gnutls_bye (self->tls, GNUTLS_SHUT_WR);
  if (self->out_fd == self->in_fd)
    {
      shutdown (self->out_fd, SHUT_WR);
      return;
    }
  close (self->out_fd);
  self->out_fd = -1;
}

/**
 * hub_test_line_reset:
 * @self: a line
 *
 * Throws it away, as a program does that crashes: what was not sent is lost, and TCP sends a reset.
 */
void
hub_test_line_reset (HubTestLine *self)
{
  struct linger linger = { .l_onoff = 1 };

  /* Only TCP knows it; the other kinds are closed. */
  setsockopt (self->in_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (self->out_fd != self->in_fd)
    close (self->out_fd);
  close (self->in_fd);
  self->in_fd = -1;
  self->out_fd = -1;
  self->has_ended = TRUE;
}

/**
 * hub_test_line_fill:
 * @self: a line
 * @deadline_us: how long to wait, monotonic time, microseconds
 *
 * Waits for something to come, or for the end.
 *
 * Returns: whether the line has not ended
 */
gboolean
hub_test_line_fill (HubTestLine *self, gint64 deadline_us)
{
  struct pollfd fd = { .fd = self->in_fd, .events = POLLIN };

  if (self->has_ended)
    return FALSE;
  if (poll (&fd, 1, hub_test_left_ms (deadline_us)) == 0)
    g_error ("nothing came for too long; %u bytes were not taken", self->input->len);
  read_once (self);
  return !self->has_ended;
}

/**
 * hub_test_line_want:
 * @self: a line
 * @size: bytes
 *
 * Waits until @size bytes are there.
 *
 * Returns: %FALSE when the line has ended before
 */
gboolean
hub_test_line_want (HubTestLine *self, gsize size)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (self->input->len < size && hub_test_line_fill (self, deadline_us))
    ;
  return self->input->len >= size;
}

/**
 * hub_test_line_drop:
 * @self: a line
 * @size: at most what has come
 *
 * Removes the first @size bytes of what has come.
 */
void
hub_test_line_drop (HubTestLine *self, gsize size)
{
  g_assert_cmpuint (size, <=, self->input->len);
  if (size > 0)
    g_byte_array_remove_range (self->input, 0, (guint) size);
}

/**
 * hub_test_line_expect:
 * @self: a line
 * @bytes: what has to come next, in the form of hub_test_bytes()
 *
 * Waits for exactly @bytes, and takes them.
 */
void
hub_test_line_expect (HubTestLine *self, const char *bytes)
{
  g_autoptr (GByteArray) wanted = hub_test_bytes (bytes);

  hub_test_line_want (self, wanted->len);
  g_assert_cmpmem (self->input->data, MIN (self->input->len, wanted->len), wanted->data, wanted->len);
  hub_test_line_drop (self, wanted->len);
}

/**
 * hub_test_line_expect_end:
 * @self: a line
 *
 * Waits for the end. Nothing may come before it, and it must be an orderly one: with a reset, what was sent last may be
 * lost.
 */
void
hub_test_line_expect_end (HubTestLine *self)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_line_fill (self, deadline_us))
    ;
  g_assert_cmpmem (self->input->data, self->input->len, NULL, 0);
  g_assert_false (self->was_reset);
}
