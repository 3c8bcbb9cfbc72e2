/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"

/* What the rules of access say, where there are any. */

static gboolean
may_read_cb (const HubSession *session, HubSpan topic, gpointer user_data)
{
  return hub_core_may_read (user_data, session, topic);
}

/*
 * hub_core_watch_rules:
 *
 * Has the routes leave out who may not read.
 */
void
hub_core_watch_rules (HubCore *self)
{
  hub_subscriptions_set_reader (self->subscriptions, self->options.access != NULL ? may_read_cb : NULL, self);
}

/*
 * hub_core_may_publish:
 * @session: who publishes
 * @publish: what: its topic, QoS and RETAIN
 */
gboolean
hub_core_may_publish (const HubCore *self, const HubSession *session, const HubPublish *publish)
{
  const HubAccessFuncs *access = self->options.access;

  if (session->is_own)
    return TRUE;
  if (hub_core_is_reserved (self, session->client_id, publish->topic))
    return FALSE;
  return access == NULL ||
         access->may_publish (self->options.access_data, &session->identity, publish->topic, publish->qos, publish->is_retain);
}

/*
 * hub_core_may_subscribe:
 * @session: who subscribes
 * @filter: a valid Topic Filter, without what makes it a shared one
 */
gboolean
hub_core_may_subscribe (const HubCore *self, const HubSession *session, HubSpan filter)
{
  const HubAccessFuncs *access = self->options.access;

  return access == NULL || session->is_own || access->may_subscribe (self->options.access_data, &session->identity, filter);
}

/*
 * hub_core_may_read:
 * @session: who would get a message
 * @topic: its Topic Name
 */
gboolean
hub_core_may_read (const HubCore *self, const HubSession *session, HubSpan topic)
{
  const HubAccessFuncs *access = self->options.access;

  return access == NULL || session->is_own || access->may_read (self->options.access_data, &session->identity, topic);
}

/**
 * hub_core_rules_changed:
 * @self: a core
 * @now_us: the time, microseconds
 *
 * Tells that the rules of access are other ones than before: from now on they hold for everything, also for what waits,
 * and who would not be let in any more is sent away.
 */
void
hub_core_rules_changed (HubCore *self, gint64 now_us)
{
  const HubAccessFuncs *access = self->options.access;

  hub_core_enter (self, now_us);
  hub_subscriptions_forget_routes (self->subscriptions);
  for (guint i = self->peers->len; access != NULL && i > 0; i--)
    {
      HubPeer *peer = i <= self->peers->len ? g_ptr_array_index (self->peers, i - 1) : NULL;

      if (peer == NULL || peer->session == NULL || peer->session->is_own ||
          access->may_stay (self->options.access_data, &peer->session->identity))
        continue;
      hub_core_end_connection (self, peer, TRUE);
      hub_core_close_peer (self, peer, HUB_REASON_NOT_AUTHORIZED);
    }
}

static gboolean
waits_for_answer (const HubPeer *peer)
{
  return (peer->state == HUB_PEER_AUTHENTICATING && peer->hold == NULL) || hub_enhanced_is_under_way (peer->enhanced);
}

/**
 * hub_core_set_access:
 * @self: a core
 * @access: (nullable): the rules of access that hold from now on; %NULL: none but those of the policies
 * @data: their first argument
 * @now_us: the time, microseconds
 *
 * Puts other rules in force. Who waits for an answer of the old ones is sent away.
 */
void
hub_core_set_access (HubCore *self, const HubAccessFuncs *access, gpointer data, gint64 now_us)
{
  for (guint i = self->peers->len; self->options.access != NULL && i > 0; i--)
    {
      HubPeer *peer = i <= self->peers->len ? g_ptr_array_index (self->peers, i - 1) : NULL;

      if (peer == NULL || !waits_for_answer (peer))
        continue;
      hub_core_end_connection (self, peer, TRUE);
      hub_core_close_peer (self, peer, HUB_REASON_NOT_AUTHORIZED);
    }
  self->options.access = access;
  self->options.access_data = data;
  hub_core_watch_rules (self);
  hub_core_rules_changed (self, now_us);
}
