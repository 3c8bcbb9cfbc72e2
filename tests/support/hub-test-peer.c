/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-peer.h"

#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-wait.h"

#include <poll.h>
#include <sys/socket.h>

/**
 * hub_test_peer_new:
 * @stream: (out) (transfer full): the client's end
 *
 * Returns: (transfer full): the other end
 */
HubTestPeer *
hub_test_peer_new (GIOStream **stream)
{
  HubTestPeer *self = g_new0 (HubTestPeer, 1);
  g_autoptr (GSocket) socket_ = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket_ = g_socket_new_from_fd (fds[0], &error);
  g_assert_no_error (error);
  *stream = G_IO_STREAM (g_socket_connection_factory_create_connection (socket_));
  self->line = hub_test_line_new (fds[1], fds[1]);
  return self;
}

/**
 * hub_test_peer_free:
 * @self: (transfer full): a peer
 *
 * Hangs up.
 */
void
hub_test_peer_free (HubTestPeer *self)
{
  hub_test_line_free (self->line);
  g_free (self);
}

/**
 * hub_test_peer_send:
 * @self: a peer
 * @bytes: what to send, in the form of hub_test_bytes()
 *
 * Sends @bytes while the default context runs, so that the client can read them.
 */
void
hub_test_peer_send (HubTestPeer *self, const char *bytes)
{
  g_autoptr (GByteArray) parsed = hub_test_bytes (bytes);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  HubSpan left = hub_test_span (parsed);

  while (left.size > 0)
    {
      gsize n = hub_test_line_write_some (self->line, left);

      if (n == G_MAXSIZE)
        return;
      if (n == 0)
        hub_test_wait_turn (deadline_us, "the client to read", G_STRLOC);
      left.data += n;
      left.size -= n;
    }
}

/**
 * hub_test_peer_look:
 * @self: a peer
 *
 * Takes in what has come, without waiting.
 *
 * Returns: how many bytes were not expected yet
 */
gsize
hub_test_peer_look (HubTestPeer *self)
{
  struct pollfd fd = { .fd = self->line->in_fd, .events = POLLIN };

  while (!self->line->has_ended && poll (&fd, 1, 0) > 0)
    hub_test_line_fill (self->line, hub_test_deadline (HUB_TEST_TIMEOUT_MS));
  return self->line->input->len;
}

/**
 * hub_test_peer_expect:
 * @self: a peer
 * @bytes: what the client has to send next, in the form of hub_test_bytes()
 *
 * Waits for exactly @bytes, while the default context runs.
 */
void
hub_test_peer_expect (HubTestPeer *self, const char *bytes)
{
  g_autoptr (GByteArray) wanted = hub_test_bytes (bytes);

  hub_test_wait_until (hub_test_peer_look (self) >= wanted->len || self->line->has_ended);
  hub_test_line_expect (self->line, bytes);
}

/**
 * hub_test_peer_expect_end:
 * @self: a peer
 *
 * Waits for the client to hang up, while the default context runs. Nothing may come before.
 */
void
hub_test_peer_expect_end (HubTestPeer *self)
{
  hub_test_wait_until (hub_test_peer_look (self) > 0 || self->line->has_ended);
  hub_test_line_expect_end (self->line);
}
