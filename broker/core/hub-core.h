/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-access-funcs.h"
#include "broker/core/hub-limits.h"
#include "broker/core/hub-log.h"
#include "broker/core/hub-peer.h"
#include "broker/core/hub-store-funcs.h"

G_BEGIN_DECLS

/**
 * HubCore:
 *
 * The rules of MQTT for one broker: sessions, subscriptions, retained messages, routing, wills. It does no
 * input or output and has no clock: bytes and the time come in as arguments, and packets go out
 * through [struct@Hub.PeerFuncs]. All functions belong to one thread.
 */
typedef struct _HubCore HubCore;

/**
 * HubCoreOptions:
 * @limits: what a client may claim
 * @policy: what those may do whose peer has no policy of its own
 * @access: (nullable): the rules of access; %NULL: there are none but those of the policy
 * @access_data: their first argument
 * @store: (nullable): what keeps sessions and the log over the end of the program; %NULL: nothing
 * @store_data: its first argument
 * @store_is_optional: whether a store that has failed is done without, instead of refusing what it should keep
 * @record: (nullable) (unowned) (array zero-terminated=1): the topics that go into the log, as Topic Filters
 * @get_wall_us: (nullable): tells the time since 1970, microseconds, which may be set and runs on while the computer
 *   sleeps; %NULL: the core's own time is taken for it
 * @wall_data: its argument
 * @host_topic: (nullable) (unowned): a Topic Name where only those inside the program may publish; %NULL: there is none
 * @personal_topics: (nullable) (unowned): what the Topic Names begin with that end with the Client Identifier of the only
 *   client which may publish there while it is connected; %NULL: there are none
 * @version: (nullable) (unowned): what the broker calls itself below `$SYS`
 * @seed: for the Client Identifiers that the broker assigns
 * @log: where it writes what happens
 */
typedef struct
{
  HubLimits limits;
  HubPeerPolicy policy;
  const HubAccessFuncs *access;
  gpointer access_data;
  const HubStoreFuncs *store;
  gpointer store_data;
  gboolean store_is_optional;
  const char *const *record;
  gint64 (*get_wall_us) (gpointer data);
  gpointer wall_data;
  const char *host_topic;
  const char *personal_topics;
  const char *version;
  guint32 seed;
  HubLog log;
} HubCoreOptions;

/**
 * HUB_CORE_WORK_MAX:
 *
 * How much is done at once for what a client has sent: deliveries, and whatever else takes about as long and there may be
 * many of. What is behind the packet that reaches it waits for the next turn.
 */
#define HUB_CORE_WORK_MAX 32768

/**
 * HubStats:
 * @clients: connected clients
 * @clients_maximum: the most that there were at a time
 * @sessions: sessions, with and without a connection
 * @sessions_expired: sessions that nobody came back to in time
 * @subscriptions: subscriptions of all sessions
 * @retained: retained messages
 * @bytes_received: MQTT that was taken in
 * @bytes_sent: what the connections have sent, with the frames of a WebSocket
 * @packets_received: packets of every kind
 * @messages_received: PUBLISH packets accepted
 * @messages_sent: PUBLISH packets handed to connections
 * @messages_dropped: deliveries that a limit made impossible
 * @messages_expired: deliveries that were not begun in time
 * @messages_recorded: messages that went into the log
 * @messages_unrecorded: messages that should have gone there, and could not
 * @publishes_denied: PUBLISH packets acknowledged and not routed
 * @refused: connections that did not get a successful CONNACK
 * @faults: connections closed for what they had sent
 *
 * What a broker has done.
 */
typedef struct
{
  guint clients;
  guint clients_maximum;
  guint sessions;
  guint64 sessions_expired;
  gsize subscriptions;
  guint retained;
  guint64 bytes_received;
  guint64 bytes_sent;
  guint64 packets_received;
  guint64 messages_received;
  guint64 messages_sent;
  guint64 messages_dropped;
  guint64 messages_expired;
  guint64 messages_recorded;
  guint64 messages_unrecorded;
  guint64 publishes_denied;
  guint64 refused;
  guint64 faults;
} HubStats;

HubCore *hub_core_new (const HubCoreOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void hub_core_free (HubCore *self);
const HubLimits *hub_core_get_limits (const HubCore *self);
void hub_core_set_http_port (HubCore *self, guint16 port);
void hub_core_set_log (HubCore *self, const HubLog *log);
void hub_core_tell (HubCore *self, const char *topic, const char *text);
HubStats hub_core_get_stats (const HubCore *self);

gboolean hub_core_restore (HubCore *self, gint64 now_us, GError **error);
void hub_core_end_turn (HubCore *self);
void hub_core_durable (HubCore *self, guint64 ticket, gint64 now_us);
void hub_core_store_failed (HubCore *self, gint64 now_us);
void hub_core_leave_store (HubCore *self);
gboolean hub_core_is_waiting (const HubCore *self);
gboolean hub_core_must_wait (HubCore *self, HubPeer *peer);

void hub_core_open (HubCore *self, HubPeer *peer, gint64 now_us);
gsize hub_core_feed (HubCore *self, HubPeer *peer, HubSpan bytes, gint64 now_us);
void hub_core_note_sent (HubCore *self, gsize size);
void hub_core_room (HubCore *self, HubPeer *peer);
void hub_core_authenticated (HubCore *self, HubPeer *peer, const HubAuthAnswer *answer);
void hub_core_rules_changed (HubCore *self, gint64 now_us);
void hub_core_set_access (HubCore *self, const HubAccessFuncs *access, gpointer data, gint64 now_us);
void hub_core_lost (HubCore *self, HubPeer *peer, gint64 now_us);
gsize hub_core_peer_limit (const HubCore *self, const HubPeer *peer);

void hub_core_set_farewell (HubCore *self, GBytes *payload);

gint64 hub_core_next_deadline (const HubCore *self);
void hub_core_advance (HubCore *self, gint64 now_us);
void hub_core_stop (HubCore *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubCore, hub_core_free)

G_END_DECLS
