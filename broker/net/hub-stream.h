/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-reactor.h"

#include <gio/gio.h>

#include <sys/uio.h>

G_BEGIN_DECLS

typedef struct _HubStream HubStream;

/**
 * HUB_STREAM_BLOCKED:
 *
 * What reading and writing return when nothing can be done now.
 */
#define HUB_STREAM_BLOCKED (-1)

/**
 * HUB_STREAM_FAILED:
 *
 * What reading and writing return when nothing can be done any more.
 */
#define HUB_STREAM_FAILED (-2)

/**
 * HubStreamReadyFunc:
 * @stream: what is ready
 * @can_read: whether to read
 * @can_write: whether to write
 * @owner: as given to [method@Hub.Stream.start]
 */
typedef void (*HubStreamReadyFunc) (HubStream *stream, gboolean can_read, gboolean can_write, gpointer owner);

/**
 * HubStreamFuncs:
 * @read: returns bytes read, 0 at the end, %HUB_STREAM_BLOCKED or %HUB_STREAM_FAILED
 * @write: returns bytes written, %HUB_STREAM_BLOCKED or %HUB_STREAM_FAILED
 * @set_interest: says what to wait for
 * @end_output: tells the other end that nothing follows
 * @keep_alive: has the system ask whether the other end still lives
 * @settle: (nullable): the other end is not one of those who come any more
 * @free: closes the stream and frees it
 *
 * What a kind of stream can do; nothing of it blocks.
 */
typedef struct
{
  gssize (*read) (HubStream *self, guint8 *buffer, gsize size);
  gssize (*write) (HubStream *self, const struct iovec *pieces, guint n_pieces);
  void (*set_interest) (HubStream *self, gboolean want_read, gboolean want_write);
  void (*end_output) (HubStream *self);
  void (*keep_alive) (HubStream *self);
  void (*settle) (HubStream *self);
  void (*free) (HubStream *self);
} HubStreamFuncs;

/**
 * HubStream:
 *
 * Bytes in both directions, for one connection of the broker. Three kinds: descriptors and TLS over a descriptor, which
 * live in the epoll set, and any other pollable #GIOStream, which lives on sources of the same context.
 */
struct _HubStream
{
  /*< private >*/
  const HubStreamFuncs *funcs;
  HubStreamReadyFunc ready;
  gpointer owner; /* (unowned) */
};

HubStream *hub_stream_new_for_fd (HubReactor *reactor, int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubStream *hub_stream_new_for_tls (HubReactor *reactor, GTlsConnection *tls, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubStream *hub_stream_new_for_io_stream (GMainContext *context, GIOStream *io_stream, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_stream_check_io_stream (GIOStream *io_stream, GError **error);

void hub_stream_start (HubStream *self, HubStreamReadyFunc ready, gpointer owner);
gssize hub_stream_read (HubStream *self, guint8 *buffer, gsize size);
gssize hub_stream_write (HubStream *self, const struct iovec *pieces, guint n_pieces);
void hub_stream_set_interest (HubStream *self, gboolean want_read, gboolean want_write);
void hub_stream_end_output (HubStream *self);
void hub_stream_keep_alive (HubStream *self);
void hub_stream_settle (HubStream *self);
void hub_stream_free (HubStream *self);
void hub_stream_prepare_descriptor (int fd);
void hub_stream_keep_descriptor_alive (int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStream, hub_stream_free)

G_END_DECLS
