/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-request-input.h"

#include "broker/net/hub-request-scan.h"

/**
 * HubRequestInput:
 *
 * What a client sends, for libsoup to read. libsoup keeps every name of a method for ever (g_intern_string()), up to 64 KiB
 * each; 3.2.3, which Debian 12 has, loses the path of a request, which is as long, when it cannot make sense of the headers
 * about its body; and all of this before anybody is asked: whoever sends many of these would fill the memory. It also takes
 * what was cut for a whole request. So none of them gets that far: reading it fails, and the connection is closed.
 */
struct _HubRequestInput
{
  GFilterInputStream parent_instance;

  HubRequestScan scan;
  gboolean is_wrong;
};

static void pollable_init (GPollableInputStreamInterface *iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (HubRequestInput,
                               hub_request_input,
                               G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static GInputStream *
base_of (gpointer self)
{
  return g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
}

static gssize
look_through (HubRequestInput *self, const guint8 *bytes, gssize n, GError **error)
{
  if (n > 0)
    self->is_wrong = self->is_wrong || !hub_request_scan_feed (&self->scan, bytes, (gsize) n);
  else if (n == 0)
    self->is_wrong = self->is_wrong || !hub_request_scan_is_whole (&self->scan);
  if (n < 0 || !self->is_wrong)
    return n;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no request that can be answered");
  return -1;
}

static gssize
hub_request_input_read (GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable, GError **error)
{
  gssize n = g_input_stream_read (base_of (stream), buffer, size, cancellable, error);

  return look_through (HUB_REQUEST_INPUT (stream), buffer, n, error);
}

static gssize
read_nonblocking (GPollableInputStream *stream, void *buffer, gsize size, GError **error)
{
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (base_of (stream)), buffer, size, NULL, error);

  return look_through (HUB_REQUEST_INPUT (stream), buffer, n, error);
}

static gboolean
can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (base_of (stream)));
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (base_of (stream)));
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (base_of (stream)), cancellable);

  return g_pollable_source_new_full (stream, base, NULL);
}

static void
pollable_init (GPollableInputStreamInterface *iface, gpointer data)
{
  iface->can_poll = can_poll;
  iface->is_readable = is_readable;
  iface->create_source = create_source;
  iface->read_nonblocking = read_nonblocking;
}

static void
hub_request_input_class_init (HubRequestInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = hub_request_input_read;
}

static void
hub_request_input_init (HubRequestInput *self)
{
}

/**
 * hub_request_input_new:
 * @base: (transfer none): a pollable stream, on which a request is awaited
 *
 * Returns: (transfer full): what is read of @base, as far as it makes sense
 */
GInputStream *
hub_request_input_new (GInputStream *base)
{
  return g_object_new (HUB_TYPE_REQUEST_INPUT, "base-stream", base, "close-base-stream", FALSE, NULL);
}
