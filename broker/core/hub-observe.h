/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-bars.h"
#include "broker/core/hub-core.h"
#include "broker/core/hub-session.h"

G_BEGIN_DECLS

/**
 * HubObserveFuncs:
 * @connected: a client was let in; its session has a peer
 * @disconnected: a connection has ended; its session is still there, and has no peer any more
 * @published: a message was accepted, also a will; not what the broker tells of itself. Before it is routed; @publisher is
 *   %NULL where nobody of ours has published it
 * @dropped: a delivery to @session was made impossible by a limit
 *
 * What somebody sees who looks on. None of these may call back into the core, and all must return at once.
 */
typedef struct
{
  void (*connected) (gpointer observer, const HubSession *session);
  void (*disconnected) (gpointer observer, const HubSession *session);
  void (*published) (gpointer observer, const HubMessage *message, const HubSession *publisher);
  void (*dropped) (gpointer observer, const HubMessage *message, const HubSession *session);
} HubObserveFuncs;

/**
 * HubClientFacts:
 * @session: the client
 * @peer_name: (nullable): the other end of its connection; %NULL: it has none
 * @version: of MQTT; %HUB_VERSION_NONE without a connection
 * @connected_us: for how long it has been connected, microseconds; 0 without a connection
 * @n_subscriptions: its subscriptions
 * @n_queued: messages that wait, of every kind
 * @n_inflight: QoS 1 and 2 messages under way to it
 *
 * How a client is at a moment.
 */
typedef struct
{
  const HubSession *session;
  const char *peer_name;
  HubVersion version;
  gint64 connected_us;
  guint n_subscriptions;
  guint n_queued;
  guint n_inflight;
} HubClientFacts;

/**
 * HubClientFactsFunc:
 * @facts: one client; valid during the call
 * @user_data: as given
 */
typedef void (*HubClientFactsFunc) (const HubClientFacts *facts, gpointer user_data);

void hub_core_set_observer (HubCore *self, const HubObserveFuncs *funcs, gpointer observer);
void hub_core_list_clients (const HubCore *self, gint64 now_us, HubClientFactsFunc func, gpointer user_data);
gboolean hub_core_kick (HubCore *self, const char *client_id, gint64 now_us);
void hub_core_bar (HubCore *self, guint64 key, gint64 duration_us, gint64 now_us);
const HubBars *hub_core_get_bars (const HubCore *self);

G_END_DECLS
