/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-broker-private.h"

#include "broker/net/hub-stream.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <sys/socket.h>

/* Connections that come in by no door: what is handed over to the broker's thread. */

typedef struct
{
  HubHall *hall;
  GIOStream *stream; /* (owned) (nullable) */
  int fd;            /* (owned): when there is no stream */
} Attachment;

static void
attachment_free (gpointer data)
{
  Attachment *attachment = data;

  g_clear_object (&attachment->stream);
  if (attachment->fd >= 0)
    g_close (attachment->fd, NULL);
  g_free (attachment);
}

static gboolean
attach_cb (gpointer data)
{
  Attachment *attachment = data;
  HubServer *server = attachment->hall->server;
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    return G_SOURCE_REMOVE;
  if (attachment->stream == NULL)
    {
      hub_server_attach_fd (server, attachment->fd);
      attachment->fd = -1;
    }
  else if (!hub_server_attach (server, attachment->stream, &error))
    g_warning ("%s", error->message);
  return G_SOURCE_REMOVE;
}

static void
attach (HubBroker *self, GIOStream *stream, int fd)
{
  Attachment *attachment = g_new0 (Attachment, 1);

  attachment->hall = self->hall;
  attachment->stream = stream;
  attachment->fd = fd;
  hub_hall_send (self->hall, attach_cb, attachment, attachment_free);
}

/**
 * hub_broker_connect_local:
 * @self: a running broker
 * @error: return location
 *
 * Opens a connection to the broker inside the program, without a port.
 *
 * Returns: (transfer full): the client's end, or %NULL with @error set when the system has no descriptors left
 */
GIOStream *
hub_broker_connect_local (HubBroker *self, GError **error)
{
  g_autoptr (GSocket) socket_ = NULL;
  int fds[2];

  g_return_val_if_fail (HUB_IS_BROKER (self) && self->is_running, NULL);

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "no pair of sockets: %s", g_strerror (saved));
      return NULL;
    }
  attach (self, NULL, fds[0]);
  socket_ = g_socket_new_from_fd (fds[1], error);
  if (socket_ == NULL)
    {
      g_close (fds[1], NULL);
      return NULL;
    }
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket_));
}

/**
 * hub_broker_attach:
 * @self: a running broker
 * @stream: (transfer full): a stream both of whose directions are pollable
 * @error: return location
 *
 * Has the broker serve MQTT on @stream, which belongs to the broker's thread from now on. No limit on connections holds for
 * it. The hooks are asked about who comes in by it. The files of a configuration belong to listeners: as soon as one of
 * those has a password or an ACL file, certificates that name users, or does not let in everybody while there is no hook,
 * nobody comes in by an attached stream.
 *
 * Returns: %FALSE with @error set when it cannot be polled: %G_IO_ERROR_NOT_SUPPORTED
 */
gboolean
hub_broker_attach (HubBroker *self, GIOStream *stream, GError **error)
{
  g_return_val_if_fail (HUB_IS_BROKER (self) && self->is_running, FALSE);
  g_return_val_if_fail (G_IS_IO_STREAM (stream), FALSE);

  if (!hub_stream_check_io_stream (stream, error))
    {
      g_object_unref (stream);
      return FALSE;
    }
  attach (self, stream, -1);
  return TRUE;
}
