/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/wire/hub-topic.h"

/* Retained messages for those who subscribe later. There may be very many for one of them: they are looked for in steps,
 * as far as the connection takes what is found. */

/* How many places are looked at before it is somebody else's turn. */
#define STEPS_MAX 1024

/* How many places of removed messages are kept for those who are still to come there. */
#define LEFT_MAX 10000

/* What @session gets of @message, unless it gets nothing. */
static gboolean
choose (const HubCore *self, const HubSession *session, const HubCatchUp *catch_up, HubMessage *message, HubQueued *item)
{
  guint8 granted = catch_up->options & HUB_SUBSCRIPTION_QOS;

  /* What a client has published itself stays away from its No Local subscriptions, later as well [MQTT-3.8.3-3]. */
  if ((catch_up->options & HUB_SUBSCRIPTION_NO_LOCAL) != 0 &&
      hub_span_equal (hub_message_get_publisher (message), hub_span_from_string (session->client_id)))
    return FALSE;
  if (!hub_core_may_read (self, session, message->topic))
    return FALSE;
  /* Its deadline has come, and was not told yet. */
  if (message->expires_us <= self->now_us)
    return FALSE;
  *item = (HubQueued){
    .message = message,
    .identifiers = catch_up->identifiers,
    .qos = self->options.limits.upgrade_outgoing_qos ? granted : MIN (granted, message->qos),
    .is_retain = TRUE,
  };
  return TRUE;
}

/* All that is left is found now, and waits. */
static void
find_rest (HubCore *self, HubSession *session)
{
  HubCatchUp *catch_up = g_steal_pointer (&session->catch_up);
  HubMessage *message;
  HubQueued item;

  while (hub_catch_up_step (catch_up, &message))
    if (message != NULL && choose (self, session, catch_up, message, &item))
      hub_core_replay (self, session, &item);
  hub_catch_up_free (catch_up);
}

/*
 * hub_core_begin_late:
 * @session: a connected session
 * @filter: what it has subscribed to
 * @identifiers: (nullable): the Subscription Identifiers
 * @options: of the subscription
 *
 * Has @session get the retained messages that match. Where others wait for it already each is to be sent once, so that all
 * are looked up now.
 */
void
hub_core_begin_late (HubCore *self, HubSession *session, HubSpan filter, HubIdentifiers *identifiers, guint8 options)
{
  HubRetained *retained = hub_topic_is_reserved (filter) ? self->sys : self->retained;
  gboolean is_first = session->catch_up == NULL && hub_replay_get_length (&session->replay) == 0;

  if (session->catch_up != NULL)
    find_rest (self, session);
  session->catch_up = hub_catch_up_new (retained, filter, identifiers, options);
  if (!is_first)
    find_rest (self, session);
  else if (!hub_core_go_on_late (self, session))
    session->peer->wants_room = TRUE;
}

/*
 * hub_core_go_on_late:
 * @session: a connected session for which nothing waits that is retained
 *
 * Sends some more of what is retained. The first that has no room is found nevertheless, and waits: whether anything is left
 * does not depend on how much has been sent.
 *
 * Returns: whether that was all
 */
gboolean
hub_core_go_on_late (HubCore *self, HubSession *session)
{
  HubMessage *message;
  HubQueued item;

  for (guint i = 0; session->catch_up != NULL; i++)
    {
      if (i == STEPS_MAX)
        {
          session->peer->wants_turn = TRUE;
          return FALSE;
        }
      if (!hub_catch_up_step (session->catch_up, &message))
        g_clear_pointer (&session->catch_up, hub_catch_up_free);
      else if (message != NULL && choose (self, session, session->catch_up, message, &item))
        hub_core_replay (self, session, &item);
      if (hub_replay_get_length (&session->replay) > 0)
        return FALSE;
    }
  return TRUE;
}

/*
 * hub_core_take_late:
 * @session: a connected session
 * @message: a retained message
 * @item: (out): how @session gets it; without references of its own
 *
 * Takes @message out of its turn.
 *
 * Returns: whether it was still to be sent, at QoS 0
 */
gboolean
hub_core_take_late (HubCore *self, HubSession *session, HubMessage *message, HubQueued *item)
{
  return session->catch_up != NULL && choose (self, session, session->catch_up, message, item) && item->qos == 0 &&
         hub_catch_up_take (session->catch_up, message);
}

/*
 * hub_core_limit_left:
 *
 * Those who are still to be sent what is retained keep the places of what is removed meanwhile. They are not to keep very
 * many: all that is left for them is looked up then.
 */
void
hub_core_limit_left (HubCore *self)
{
  GHashTableIter iter;
  gpointer session;

  if (hub_retained_get_n_left (self->retained) <= LEFT_MAX)
    return;
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    if (((HubSession *) session)->catch_up != NULL)
      find_rest (self, session);
}
