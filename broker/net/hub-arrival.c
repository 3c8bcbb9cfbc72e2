/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-arrival.h"

#include <unistd.h>

/**
 * hub_arrival_take_stream:
 * @self: (inout): somebody; without descriptor afterwards
 * @reactor: the reactor of the broker
 * @error: return location
 *
 * Returns: (transfer full): what is sent and received, or %NULL with @error set and closed
 */
HubStream *
hub_arrival_take_stream (HubArrival *self, HubReactor *reactor, GError **error)
{
  int fd = self->fd;

  self->fd = -1;
  if (self->tls == NULL)
    return hub_stream_new_for_fd (reactor, fd, error);
  return hub_stream_new_for_tls (reactor, g_steal_pointer (&self->tls), error);
}

/**
 * hub_arrival_dismiss:
 * @self: (inout): somebody; nobody afterwards
 * @admission: where the ticket is left
 *
 * Closes the connection.
 */
void
hub_arrival_dismiss (HubArrival *self, HubAdmission *admission)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->tls != NULL)
    g_io_stream_close (G_IO_STREAM (self->tls), NULL, NULL);
  g_clear_object (&self->tls);
  g_clear_pointer (&self->identity, g_free);
  hub_admission_leave (admission, &self->ticket);
  *self = (HubArrival){ .fd = -1 };
}
