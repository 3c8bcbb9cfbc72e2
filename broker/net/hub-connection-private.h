/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/net/hub-connections.h"
#include "broker/net/hub-outbox.h"
#include "broker/wire/hub-ws-frame.h"

G_BEGIN_DECLS

/* The beginning of a packet that was cut is put in front of what is read next, if it is no longer than this. */
#define HUB_CONNECTIONS_CARRY_MAX (32 * 1024)
#define HUB_CONNECTIONS_READ_SIZE (64 * 1024)
#define HUB_CONNECTIONS_BUFFER_SIZE (HUB_CONNECTIONS_CARRY_MAX + HUB_CONNECTIONS_READ_SIZE)

typedef struct _HubConnection HubConnection;

struct _HubConnection
{
  HubPeer peer;          /* first, so that the core's pointer is this one */
  HubConnections *set;   /* (unowned) */
  HubStream *stream;     /* (owned) */
  HubWsDecoder *decoder; /* (owned) (nullable): of a WebSocket */
  GByteArray *carry;     /* (owned) (nullable): the beginning of a packet, or what the core has left */
  HubOutbox outbox;
  HubDeadline deadline;      /* when the core gets what it has left, or one that is being closed is cut off */
  HubConnection *previous;   /* (unowned) (nullable) */
  HubConnection *next;       /* (unowned) (nullable) */
  HubConnection *next_dirty; /* (unowned) (nullable) */
  HubIpAddress address;
  HubTicket ticket;
  char *identity;              /* (owned) (nullable): what the certificate says */
  HubWsClose close_reply : 16; /* how to answer the close frame, or the fault, that has come */
  bool is_dirty : 1;           /* to be looked at when the turn ends */
  bool is_closing : 1;         /* nothing is added to the outbox any more */
  bool has_ended_output : 1;   /* the other end knows */
  bool has_seen_end : 1;       /* the other end sends nothing any more */
  bool is_dead : 1;            /* to be freed when the turn ends */
  bool is_blocked : 1;         /* waits for room to write */
  bool is_filled : 1;          /* has got of what waits for it, and is to get more in the next turn */
  bool is_paused : 1;          /* is not read from, until it reads */
  bool is_resumed : 1;         /* the core takes again what is in the carry */
  bool is_known : 1;           /* has been looked at as one that has said who it is */
  bool is_heard : 1;           /* and has had something to read or to write since */
  bool is_settled : 1;         /* so the stream knows that it is one that stays */
};

struct _HubConnections
{
  HubCore *core;           /* (unowned) */
  HubReactor *reactor;     /* (unowned) */
  HubAdmission *admission; /* (unowned) */
  HubConnectionRefusedFunc refused;
  gpointer user_data;         /* (unowned) */
  HubConnection *first;       /* (owned) (nullable) */
  HubConnection *first_dirty; /* (unowned) (nullable) */
  HubConnection *last_dirty;  /* (unowned) (nullable) */
  HubOutboxPool pool;
  guint8 *buffer; /* (owned): what is read in a turn, by whichever connection */
  guint count;
};

/* hub-connections.c */
void hub_connections_mark (HubConnections *self, HubConnection *connection);

/* hub-connection.c */
HubConnection *hub_connection_new (HubConnections *set,
                                   HubConnectionKind kind,
                                   HubStream *stream,
                                   HubArrival *arrival) G_GNUC_WARN_UNUSED_RESULT;
void hub_connection_free (HubConnection *self);
void hub_connection_start (HubConnection *self, GByteArray *first_bytes);
void hub_connection_flush (HubConnection *self);
void hub_connection_die (HubConnection *self);

/* hub-connection-input.c */
void hub_connection_read (HubConnection *self);
void hub_connection_take (HubConnection *self, guint8 *bytes, gsize carried, gsize size);
void hub_connection_take_carry (HubConnection *self);
gboolean hub_connection_has_more (const HubConnection *self);

/* hub-connection-output.c */
extern const HubPeerFuncs hub_connection_peer_funcs;
void hub_connection_begin_close (HubConnection *self);
void hub_connection_send_close_frame (HubConnection *self, HubWsClose code);
void hub_connection_send_control_frame (HubConnection *self, HubWsOpcode opcode, const guint8 *payload, gsize size);

G_END_DECLS
