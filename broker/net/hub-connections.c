/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-connection-private.h"

#include <sys/socket.h>

static void
dispose_connection (HubConnections *self, HubConnection *connection)
{
  if (connection->previous != NULL)
    connection->previous->next = connection->next;
  else
    self->first = connection->next;
  if (connection->next != NULL)
    connection->next->previous = connection->previous;
  self->count--;
  hub_admission_leave (self->admission, &connection->ticket);
  hub_connection_free (connection);
}

/**
 * hub_connections_new:
 * @core: the core that they belong to; must outlive them
 * @reactor: the reactor that they live on; must outlive them
 * @admission: where they leave their tickets; must outlive them
 * @refused: called when somebody is refused
 * @user_data: for @refused
 *
 * Returns: (transfer full): no connections
 */
HubConnections *
hub_connections_new (HubCore *core,
                     HubReactor *reactor,
                     HubAdmission *admission,
                     HubConnectionRefusedFunc refused,
                     gpointer user_data)
{
  HubConnections *self = g_new0 (HubConnections, 1);

  self->core = core;
  self->reactor = reactor;
  self->admission = admission;
  self->refused = refused;
  self->user_data = user_data;
  self->buffer = g_malloc (HUB_CONNECTIONS_BUFFER_SIZE);
  return self;
}

/**
 * hub_connections_free:
 * @self: (transfer full): connections; those that are still open fail now
 */
void
hub_connections_free (HubConnections *self)
{
  for (HubConnection *at = self->first; at != NULL; at = at->next)
    hub_connection_die (at);
  hub_connections_flush (self);
  g_assert (self->first == NULL);

  hub_outbox_pool_clear (&self->pool);
  g_free (self->buffer);
  g_free (self);
}

/**
 * hub_connections_add:
 * @self: connections
 * @kind: what is spoken on @stream
 * @stream: (transfer full): a stream that was not started
 * @arrival: (inout): who it is: address, identity and ticket; nobody afterwards
 * @first_bytes: (nullable): what was read of @stream already; overwritten
 *
 * Begins to serve a connection.
 */
void
hub_connections_add (HubConnections *self,
                     HubConnectionKind kind,
                     HubStream *stream,
                     HubArrival *arrival,
                     GByteArray *first_bytes)
{
  HubConnection *connection = hub_connection_new (self, kind, stream, arrival);

  hub_reactor_assert_thread (self->reactor);
  connection->next = self->first;
  if (self->first != NULL)
    self->first->previous = connection;
  self->first = connection;
  self->count++;
  hub_connection_start (connection, first_bytes);
}

/**
 * hub_connections_wake:
 * @self: connections
 *
 * Has each of them looked at when the turn ends: what kept some of them from being read may be over.
 */
void
hub_connections_wake (HubConnections *self)
{
  for (HubConnection *at = self->first; at != NULL; at = at->next)
    hub_connections_mark (self, at);
}

/**
 * hub_connections_flush:
 * @self: connections
 *
 * Writes what has gathered, and frees the connections that are over. To be called at the end of each turn.
 *
 * Returns: whether there was anything to do, so that the core may have been told something
 */
gboolean
hub_connections_flush (HubConnections *self)
{
  gboolean was_any_dirty = self->first_dirty != NULL;

  while (self->first_dirty != NULL)
    {
      HubConnection *connection = self->first_dirty;

      self->first_dirty = connection->next_dirty;
      if (self->first_dirty == NULL)
        self->last_dirty = NULL;
      connection->next_dirty = NULL;
      connection->is_dirty = FALSE;

      if (!connection->is_dead)
        hub_connection_flush (connection);
      if (connection->is_dead && !connection->is_dirty)
        dispose_connection (self, connection);
    }
  return was_any_dirty;
}

/**
 * hub_connections_get_count:
 * @self: connections
 *
 * Returns: how many there are, those included that are being closed
 */
guint
hub_connections_get_count (const HubConnections *self)
{
  return self->count;
}

/*
 * hub_connections_mark:
 * @connection: a connection that has something to write, or is dead
 *
 * Has @connection looked at when the turn ends.
 */
void
hub_connections_mark (HubConnections *self, HubConnection *connection)
{
  if (connection->is_dirty)
    return;
  connection->is_dirty = TRUE;
  if (self->last_dirty != NULL)
    self->last_dirty->next_dirty = connection;
  else
    self->first_dirty = connection;
  self->last_dirty = connection;
  hub_reactor_need_turn (self->reactor);
}
