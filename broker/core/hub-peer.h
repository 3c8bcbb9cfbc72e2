/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-aliases.h"
#include "broker/core/hub-deadlines.h"
#include "broker/core/hub-identity.h"
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
 * @resume: the core may take packets again, after [method@Hub.Core.feed] has left some, or [method@Hub.Core.must_wait]
 *   has told not to read: it is to be fed what is left, and then whatever comes. Must do so later, and have the turn
 *   ended, also where there is nothing to feed
 *
 * What the core asks of a connection. None of these may call back into the core.
 */
typedef struct
{
  void (*send) (HubPeer *peer, HubSpan packet);
  void (*deliver) (HubPeer *peer, HubMessage *message, const HubDelivery *delivery);
  void (*close) (HubPeer *peer, HubReason reason);
  void (*describe) (HubPeer *peer, char name[HUB_PEER_NAME_SIZE]);
  void (*resume) (HubPeer *peer);
} HubPeerFuncs;

/**
 * HubPeerPolicy:
 * @listener: which door, as its owner numbers them
 * @allow_anonymous: whether a client without a user name may connect
 * @allow_zero_length_client_id: whether it may leave the Client Identifier to the broker
 * @auto_id_prefix: (nullable) (unowned): what such an identifier begins with; %NULL: `auto-`
 * @accepts_3_1: whether MQTT 3.1 is let in
 * @accepts_3_1_1: whether MQTT 3.1.1 is
 * @accepts_5_0: whether MQTT 5.0 is
 * @max_qos: the highest QoS of what it publishes, 0 to 2
 * @max_topic_alias: how many topic aliases it may set
 * @has_password_file: whether a file says who may come in
 *
 * What the door that a client came through allows.
 */
typedef struct
{
  guint listener;
  gboolean allow_anonymous;
  gboolean allow_zero_length_client_id;
  const char *auto_id_prefix;
  gboolean accepts_3_1;
  gboolean accepts_3_1_1;
  gboolean accepts_5_0;
  guint8 max_qos;
  guint16 max_topic_alias;
  gboolean has_password_file;
} HubPeerPolicy;

/**
 * HUB_PEER_POLICY_OPEN:
 *
 * The policy that lets everybody in and takes everything.
 */
#define HUB_PEER_POLICY_OPEN ((HubPeerPolicy){ HUB_LISTENER_NONE, TRUE, TRUE, NULL, TRUE, TRUE, TRUE, 2, 10, FALSE })

/**
 * HubPeerState:
 * @HUB_PEER_NEW: waits for CONNECT
 * @HUB_PEER_AUTHENTICATING: has sent CONNECT, and whether it may come in is being looked at
 * @HUB_PEER_EXCHANGING: has sent CONNECT, and is to send AUTH before it may come in
 * @HUB_PEER_CONNECTED: has a session
 * @HUB_PEER_CLOSED: the core is through with it
 */
typedef enum
{
  HUB_PEER_NEW,
  HUB_PEER_AUTHENTICATING,
  HUB_PEER_EXCHANGING,
  HUB_PEER_CONNECTED,
  HUB_PEER_CLOSED,
} HubPeerState;

/**
 * HubPeer:
 * @funcs: how to reach the connection
 * @policy: (unowned) (nullable): what its door allows; outlives the peer. %NULL: everything
 * @origin: where it comes from; kept by the connection
 * @output_bytes: what the connection has not sent yet; kept by the connection
 *
 * One connection, as the core sees it. It is embedded in what does the input and output, which owns it.
 * All zero but for @funcs and @policy is how it begins.
 */
struct _HubPeer
{
  const HubPeerFuncs *funcs;
  const HubPeerPolicy *policy;
  HubOrigin origin;
  gsize output_bytes;
  /*< private >*/
  struct _HubPending *pending;   /* (owned) (nullable): while it authenticates */
  struct _HubEnhanced *enhanced; /* (owned) (nullable): where its CONNECT names a method */
  struct _HubHold *hold;         /* (owned) (nullable): what waits for a commit */
  guint64 connect_order;         /* which CONNECT of all, or end of an exchange */
  HubSession *session;           /* (unowned) (nullable): only while connected */
  HubDeadline deadline;          /* for CONNECT and what follows it, then for the keep-alive */
  gint64 last_packet_us;         /* when the last whole packet came, or could be read again */
  gint64 connected_us;           /* when it was let in */
  HubAliases *aliases_in;        /* (owned) (nullable): what the client lets stand for topics */
  HubAliases *aliases_out;       /* (owned) (nullable): what we do */
  guint32 max_packet_bytes;      /* of what the client takes; 0: no limit */
  guint index;                   /* among the core's open peers */
  HubVersion version : 8;
  HubPeerState state : 8;
  guint16 keep_alive_s;
  guint16 receive_maximum;     /* how many QoS 1 and 2 messages it takes at a time */
  guint16 n_receiving;         /* QoS 2 messages from it, of this connection, that are not complete */
  bool wants_room : 1;         /* the core has more to send once there is room */
  bool wants_turn : 1;         /* it has, and could have sent it now, but others are to come in between */
  bool has_published_kept : 1; /* something at QoS 1 or 2, which may have to be kept */
  bool is_waiting : 1;         /* it is not to be read from, as last told, since it waits for the store */
  bool has_left : 1;           /* a packet of it was left, since the store was full */
  bool has_more : 1;           /* packets of it were left, since others are to come in between */
  bool said_it_drops : 1;      /* the log has the line */
};

G_END_DECLS
