/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/simulation/packet.h"

G_BEGIN_DECLS

/**
 * SimRequest:
 * @packet: (owned): what the client says
 * @start: where it begins, counted from the first byte of the connection
 * @end: where it ends, counted from the first byte of the connection
 */
typedef struct
{
  SimPacket *packet;
  guint64 start;
  guint64 end;
} SimRequest;

/**
 * SimConnection:
 * @number: names it in the transcript
 * @name: (owned): who opened it, for the transcript
 * @door: which of the doors it came through
 * @version: 3, 4 or 5 once its CONNECT was written; 0 before
 * @outgoing: (owned): what the client has written and the broker has not been given
 * @requests: (owned) (element-type SimRequest): the packets of it that the broker does not have whole
 * @n_written: bytes that the client has ever written
 * @n_given: bytes that the broker was ever given
 * @arrived: (owned) (element-type SimPacket): what the broker has sent and the model has not judged
 * @arrived_bytes: how much that is
 * @unread: (owned) (element-type SimPacket): what was judged, and waits to be read by the client
 * @unread_bytes: how much of it, with what has not been judged
 * @read_bytes: how much was read of the first packet of @unread
 * @topics: (owned): the topic that each alias of the broker stands for
 * @alias_max: how many aliases the client takes
 * @is_closed: whether the broker has closed it, or the client has lost it
 * @was_lost: whether it was the client
 *
 * A connection between a client and the broker, as both the model and the clients see it.
 */
typedef struct
{
  guint number;
  char *name;
  guint door;
  guint8 version;
  GByteArray *outgoing;
  GQueue requests;
  guint64 n_written;
  guint64 n_given;
  GQueue arrived;
  gsize arrived_bytes;
  GQueue unread;
  gsize unread_bytes;
  gsize read_bytes;
  GPtrArray *topics;
  guint alias_max;
  gboolean is_closed;
  gboolean was_lost;
} SimConnection;

void sim_connection_init (SimConnection *self, guint number, const char *name, guint door);
void sim_connection_clear (SimConnection *self);
void sim_connection_write (SimConnection *self, SimPacket *packet, SimRandom *random);
SimPacket *sim_connection_take_given (SimConnection *self) G_GNUC_WARN_UNUSED_RESULT;
const char *sim_connection_arrive (SimConnection *self, SimPacket *packet);
SimPacket *sim_connection_find (const SimConnection *self, SimPacketType type, guint8 qos);
void sim_connection_accept (SimConnection *self, SimPacket *packet);
void sim_connection_forget_arrived (SimConnection *self);
SimPacket *sim_connection_take_read (SimConnection *self, gsize *n_bytes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
