/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-stream.h"

/**
 * hub_stream_start:
 * @self: a stream that was not started
 * @ready: called when there is something to read or, if asked for, room to write
 * @owner: for @ready
 *
 * Begins to wait for input.
 */
void
hub_stream_start (HubStream *self, HubStreamReadyFunc ready, gpointer owner)
{
  self->ready = ready;
  self->owner = owner;
  self->funcs->set_interest (self, TRUE, FALSE);
}

/**
 * hub_stream_read:
 * @self: a stream
 * @buffer: (out caller-allocates) (array length=size): where to
 * @size: at most how many bytes
 *
 * Returns: the number of bytes, 0 at the end, %HUB_STREAM_BLOCKED or %HUB_STREAM_FAILED
 */
gssize
hub_stream_read (HubStream *self, guint8 *buffer, gsize size)
{
  return self->funcs->read (self, buffer, size);
}

/**
 * hub_stream_write:
 * @self: a stream
 * @pieces: (array length=n_pieces): what, at least one byte
 * @n_pieces: how many pieces
 *
 * Returns: the number of bytes written, %HUB_STREAM_BLOCKED or %HUB_STREAM_FAILED
 */
gssize
hub_stream_write (HubStream *self, const struct iovec *pieces, guint n_pieces)
{
  return self->funcs->write (self, pieces, n_pieces);
}

/**
 * hub_stream_set_interest:
 * @self: a stream that was started
 * @want_read: whether to wait for input
 * @want_write: whether to wait for room to write
 */
void
hub_stream_set_interest (HubStream *self, gboolean want_read, gboolean want_write)
{
  self->funcs->set_interest (self, want_read, want_write);
}

/**
 * hub_stream_end_output:
 * @self: a stream
 *
 * Tells the other end that nothing follows. Reading goes on.
 */
void
hub_stream_end_output (HubStream *self)
{
  self->funcs->end_output (self);
}

/**
 * hub_stream_keep_alive:
 * @self: a stream
 *
 * Has the system ask whether the other end still lives, when it has been silent for long.
 */
void
hub_stream_keep_alive (HubStream *self)
{
  self->funcs->keep_alive (self);
}

/**
 * hub_stream_settle:
 * @self: a stream
 *
 * The other end is one that stays: it is served before those who come.
 */
void
hub_stream_settle (HubStream *self)
{
  if (self->funcs->settle != NULL)
    self->funcs->settle (self);
}

/**
 * hub_stream_free:
 * @self: (transfer full): a stream
 *
 * Closes it. Its function is not called any more.
 */
void
hub_stream_free (HubStream *self)
{
  self->funcs->free (self);
}
