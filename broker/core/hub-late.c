/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/wire/hub-topic.h"

/* Retained messages for those who subscribe later. There may be very many for one of them: they are looked for in steps,
 * as far as the connection takes what is found, for one subscription after the other. */

/* How many places are looked at before it is somebody else's turn. */
#define STEPS_MAX 1024

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

/*
 * hub_core_begin_late:
 * @session: a connected session
 * @filter: what it has subscribed to
 * @identifiers: (nullable): the Subscription Identifiers
 * @options: of the subscription
 *
 * Has @session get the retained messages that match, by hub_core_go_on_late().
 */
void
hub_core_begin_late (HubCore *self, HubSession *session, HubSpan filter, HubIdentifiers *identifiers, guint8 options)
{
  HubRetained *retained = hub_topic_is_reserved (filter) ? self->sys : self->retained;

  if (hub_retained_get_count (retained) > 0)
    hub_catch_ups_push (&session->catch_ups, retained, filter, identifiers, options);
}

/*
 * hub_core_go_on_late:
 * @session: a connected session
 *
 * Sends some more of what is retained. The first that has no room is found nevertheless, and waits: whether anything is left
 * does not depend on how much has been sent.
 *
 * Returns: whether that was all
 */
gboolean
hub_core_go_on_late (HubCore *self, HubSession *session)
{
  HubCatchUp *catch_up;

  for (guint i = 0; (catch_up = hub_catch_ups_peek (&session->catch_ups)) != NULL; i++)
    {
      HubQueued item;

      self->work++;
      if (i == STEPS_MAX)
        {
          session->peer->wants_turn = TRUE;
          return FALSE;
        }
      if (!hub_catch_up_step (catch_up))
        hub_catch_ups_pop (&session->catch_ups);
      else if (catch_up->waiting != NULL)
        {
          if (choose (self, session, catch_up, catch_up->waiting, &item) && !hub_core_replay (self, session, &item))
            return FALSE;
          g_clear_pointer (&catch_up->waiting, hub_message_unref);
        }
    }
  return TRUE;
}

/*
 * hub_core_take_late:
 * @session: a connected session
 * @topic: where something is published
 *
 * Sends what is retained there and still to be sent, at QoS 0, out of its turn: it is older, and must not come later
 * [MQTT-4.6.0-5].
 */
void
hub_core_take_late (HubCore *self, HubSession *session, HubSpan topic)
{
  HubCatchUp *catch_up = hub_catch_ups_peek (&session->catch_ups);
  HubMessage *message = catch_up != NULL ? hub_retained_get (self->retained, topic) : NULL;

  for (; catch_up != NULL && message != NULL; catch_up = hub_catch_ups_next (catch_up))
    {
      HubQueued item;

      self->work++;
      if (choose (self, session, catch_up, message, &item) && item.qos == 0 && hub_catch_up_take (catch_up, message))
        hub_core_begin_delivery (self, session, &item);
    }
}
