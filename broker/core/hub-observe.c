/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-observe.h"

#include "broker/core/hub-core-private.h"
#include "broker/core/hub-trace.h"

/* What the program around the broker sees of it, and what it can do to clients. */

/**
 * hub_core_set_observer:
 * @self: a core
 * @funcs: (nullable): what to tell; %NULL: nothing any more
 * @observer: their first argument
 *
 * Has somebody look on from now on. While nobody does, it costs a comparison for each of these events.
 */
void
hub_core_set_observer (HubCore *self, const HubObserveFuncs *funcs, gpointer observer)
{
  self->observe = funcs;
  self->observer = observer;
}

static void
describe (const HubSession *session, gint64 now_us, HubClientFactsFunc func, gpointer user_data)
{
  HubPeer *peer = session->peer;
  char name[HUB_PEER_NAME_SIZE];
  HubClientFacts facts = {
    .session = session,
    .n_subscriptions = session->subscriptions != NULL ? g_hash_table_size (session->subscriptions) : 0,
    .n_queued = hub_queue_get_length (&session->queue),
    .n_inflight = hub_inflight_get_length (&session->inflight),
  };

  if (peer != NULL)
    {
      peer->funcs->describe (peer, name);
      facts.peer_name = name;
      facts.version = peer->version;
      facts.connected_us = now_us - peer->connected_us;
    }
  func (&facts, user_data);
}

/**
 * hub_core_list_clients:
 * @self: a core
 * @now_us: the time, microseconds
 * @func: (scope call): called for each client that has a session, with or without a connection, in no order
 * @user_data: for @func
 */
void
hub_core_list_clients (const HubCore *self, gint64 now_us, HubClientFactsFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    describe (session, now_us, func, user_data);
}

/**
 * hub_core_kick:
 * @self: a core
 * @client_id: a Client Identifier
 * @now_us: the time, microseconds
 *
 * Sends a client away. Its will is published, and its session stays as long as it would after a failure of the network.
 *
 * Spec: MQTT 5.0 section 3.14.2.1, Reason Code 0x98.
 *
 * Returns: whether it was connected
 */
gboolean
hub_core_kick (HubCore *self, const char *client_id, gint64 now_us)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);
  HubPeer *peer = session != NULL ? session->peer : NULL;

  if (peer == NULL)
    return FALSE;
  hub_core_enter (self, now_us);
  hub_trace (self, HUB_LOG_NOTICE, "Client %s is sent away.", client_id);
  hub_core_end_connection (self, peer, TRUE);
  hub_core_close_peer (self, peer, HUB_REASON_ADMINISTRATIVE_ACTION);
  return TRUE;
}

/**
 * hub_core_bar:
 * @self: a core
 * @key: an address, as one of the two numbers in [struct@Hub.Origin]
 * @duration_us: how long nobody who comes from there is let in, microseconds; 0: they are let in again
 * @now_us: the time, microseconds
 *
 * Those who are connected stay. Others are told that they are banned; before MQTT 5.0, that they are not authorized. The
 * own program always may come in.
 *
 * Spec: MQTT 5.0 section 3.2.2.2, Reason Code 0x8A.
 */
void
hub_core_bar (HubCore *self, guint64 key, gint64 duration_us, gint64 now_us)
{
  if (duration_us > 0)
    hub_bars_put (self->bars, key, now_us + duration_us, now_us);
  else
    hub_bars_remove (self->bars, key);
}

/**
 * hub_core_get_bars:
 * @self: a core
 *
 * Returns: (transfer none): the addresses from which nobody is let in
 */
const HubBars *
hub_core_get_bars (const HubCore *self)
{
  return self->bars;
}
