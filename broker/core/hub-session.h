/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-catch-up.h"
#include "broker/core/hub-id-set.h"
#include "broker/core/hub-inflight.h"
#include "broker/core/hub-peer.h"
#include "broker/core/hub-queue.h"

G_BEGIN_DECLS

/**
 * HubSession:
 * @client_id: the Client Identifier
 * @user_name: (owned) (nullable): the user name of its latest connection
 * @identity: who it is to the rules of access
 * @is_own: whether it is that of the own program: no rule of access holds for it
 * @key: its number in the store; 0: it is not kept
 * @last_order: the number of the last delivery that was kept
 * @last_begun: the number of the delivery that has begun last
 * @kept_in: the commit that is to be durable before the client is told of what was kept last; 0: nothing was since the start
 * @peer: (nullable) (unowned): the connection, while there is one
 * @expiry_us: how long it outlives its connection, microseconds; 0: it ends with it
 * @subscriptions: (nullable) (owned) (element-type utf8 HubSubscription): by filter
 * @inflight: QoS 1 and 2 deliveries under way to the client
 * @queue: deliveries that have not begun; those at QoS 0 only while there is no connection, where they wait at all
 * @catch_ups: its new subscriptions, as long as there is more of what is retained for them
 * @received: QoS 2 identifiers of the client that it has not released
 * @will: (nullable) (owned): published unless the client says goodbye
 * @will_delay_us: how long after the connection, microseconds
 * @will_expiry_us: how long after that it may be delivered, microseconds; or %HUB_MESSAGE_NEVER
 * @will_due: publishes the will of a session without a connection
 * @expiry: ends a session without a connection
 * @match_stamp: which matching of a topic saw the session last
 * @match_index: where in that match it stands
 * @n_dropped: messages that could neither be sent nor queued
 *
 * The state of a client that may outlive its connection; MQTT 5.0, section 4.1.
 */
struct _HubSession
{
  char *client_id;
  char *user_name;
  HubIdentity identity;
  guint64 key;
  guint64 last_order;
  guint64 last_begun;
  guint64 kept_in;
  HubPeer *peer;
  GHashTable *subscriptions;
  HubInflight inflight;
  HubQueue queue;
  HubCatchUps catch_ups;
  HubIdSet received;
  HubMessage *will;
  gint64 will_delay_us;
  gint64 will_expiry_us;
  HubDeadline will_due;
  gint64 expiry_us;
  HubDeadline expiry;
  guint64 match_stamp;
  guint match_index;
  bool is_own : 1;
  guint64 n_dropped;
};

HubSession *hub_session_new (const char *client_id) G_GNUC_WARN_UNUSED_RESULT;
void hub_session_free (HubSession *self);
gboolean hub_session_is_kept (const HubSession *self);
gboolean hub_session_set_identity (HubSession *self, const char *user_name, guint listener, gboolean is_certified);

G_END_DECLS
