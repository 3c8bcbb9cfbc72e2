/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-deadlines.h"
#include "broker/wire/hub-message.h"

G_BEGIN_DECLS

typedef struct _HubPeer HubPeer;
typedef struct _HubSession HubSession;

/**
 * HUB_PEER_NAME_SIZE:
 *
 * Room for the name of a peer: an address and a port.
 */
#define HUB_PEER_NAME_SIZE 96

/**
 * HubPeerFuncs:
 * @send: queues a whole packet; the bytes are copied
 * @deliver: queues a PUBLISH; the message is copied or referenced. Must bring
 *   [struct@Hub.Peer].output_bytes up to date
 * @close: ends the connection once what is queued was sent. The core is through with the peer: it must
 *   not be told anything of it any more
 * @describe: writes the name of the other end, as a log shows it
 *
 * What the core asks of a connection. None of these may call back into the core.
 */
typedef struct
{
  void (*send) (HubPeer *peer, HubSpan packet);
  void (*deliver) (HubPeer *peer, HubMessage *message, const HubDelivery *delivery);
  void (*close) (HubPeer *peer, HubReason reason);
  void (*describe) (HubPeer *peer, char name[HUB_PEER_NAME_SIZE]);
} HubPeerFuncs;

/**
 * HubPeerState:
 * @HUB_PEER_NEW: waits for CONNECT
 * @HUB_PEER_CONNECTED: has a session
 * @HUB_PEER_CLOSED: the core is through with it
 */
typedef enum
{
  HUB_PEER_NEW,
  HUB_PEER_CONNECTED,
  HUB_PEER_CLOSED,
} HubPeerState;

/**
 * HubPeer:
 * @funcs: how to reach the connection
 * @output_bytes: what the connection has not sent yet; kept by the connection
 * @identity: (nullable): the user name that the connection itself has proved, by a certificate; kept by the connection
 *
 * One connection, as the core sees it. It is embedded in what does the input and output, which owns it.
 * All zero but for @funcs is how it begins.
 */
struct _HubPeer
{
  const HubPeerFuncs *funcs;
  gsize output_bytes;
  const char *identity;
  /*< private >*/
  HubSession *session;   /* (unowned) (nullable): only while connected */
  HubDeadline deadline;  /* for CONNECT, then for the keep-alive */
  gint64 last_packet_us; /* when the last whole packet came */
  guint index;           /* among the core's open peers */
  HubVersion version : 8;
  HubPeerState state : 8;
  guint16 keep_alive_s;
  bool wants_room : 1;    /* the core has more to send once there is room */
  bool said_it_drops : 1; /* the log has the line */
};

G_END_DECLS
