/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-topic.h"

/* What is left when a connection has ended: the will, the session, and how long each of them stays. */

static HubSession *
session_of (HubDeadline *deadline, gsize offset)
{
  return (HubSession *) (gpointer) ((guint8 *) deadline - offset);
}

static void
session_expired_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  hub_core_expire_session (user_data, session_of (deadline, G_STRUCT_OFFSET (HubSession, expiry)));
}

static void
will_due_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  hub_core_publish_will (user_data, session_of (deadline, G_STRUCT_OFFSET (HubSession, will_due)));
}

/*
 * hub_core_make_session:
 * @client_id: a Client Identifier that has no session
 *
 * Returns: (transfer none): a session without any state
 */
HubSession *
hub_core_make_session (HubCore *self, const char *client_id)
{
  HubSession *session = hub_session_new (client_id);

  session->expiry.func = session_expired_cb;
  session->will_due.func = will_due_cb;
  g_hash_table_insert (self->sessions, session->client_id, session);
  return session;
}

/*
 * hub_core_destroy_session:
 * @session: (transfer full): a session without a connection
 *
 * Ends @session. A will that waits does not outlive it, and is published (MQTT 5.0, section 3.1.3.2.2); who ends is not
 * among those who get it, so that it is not given to the one member of a share that will never see it.
 */
void
hub_core_destroy_session (HubCore *self, HubSession *session)
{
  hub_deadlines_disarm (self->deadlines, &session->expiry);
  hub_subscriptions_remove_all (self->subscriptions, session);
  hub_core_publish_will (self, session);
  hub_keep_forget_session (&self->keep, session);
  g_hash_table_remove (self->sessions, session->client_id);
  hub_session_free (session);
}

/*
 * hub_core_expire_session:
 * @session: (transfer full): a session that nobody has come back to in time
 */
void
hub_core_expire_session (HubCore *self, HubSession *session)
{
  hub_trace (self, HUB_LOG_NOTICE, "Expiring client %s due to timeout.", session->client_id);
  self->stats.sessions_expired++;
  hub_core_destroy_session (self, session);
}

/*
 * hub_core_set_will:
 * @session: a session that was just connected
 * @connect: what its client has sent
 */
void
hub_core_set_will (HubCore *self, HubSession *session, const HubConnect *connect)
{
  const HubProperties *properties = &connect->will_properties;
  HubPublish publish = {
    .topic = connect->will_topic,
    .payload = connect->will_payload,
    .qos = connect->will_qos,
    .is_retain = connect->will_retain,
  };

  if (!connect->has_will)
    return;

  /* Its life begins when it is published: until then the interval stays with the session. */
  publish.properties.block = properties->block;
  session->will = hub_message_new (&publish, hub_span_from_string (session->client_id), HUB_MESSAGE_NEVER);
  session->will_delay_us = 0;
  session->will_expiry_us = HUB_MESSAGE_NEVER;
  if (hub_properties_have (properties, HUB_PROPERTY_WILL_DELAY_INTERVAL))
    session->will_delay_us = properties->will_delay_interval * G_TIME_SPAN_SECOND;
  if (hub_properties_have (properties, HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL))
    session->will_expiry_us = properties->message_expiry_interval * G_TIME_SPAN_SECOND;
}

/*
 * hub_core_drop_will:
 * @session: a session
 *
 * Forgets the will of @session: its client has said goodbye, or is back in time [MQTT-3.1.3-9].
 */
void
hub_core_drop_will (HubCore *self, HubSession *session)
{
  hub_deadlines_disarm (self->deadlines, &session->will_due);
  if (session->will != NULL)
    hub_keep_drop_will (&self->keep, session, session->will);
  g_clear_pointer (&session->will, hub_message_unref);
}

/*
 * hub_core_publish_will:
 * @session: a session
 *
 * Publishes the will of @session, if it has one; then it has none any more [MQTT-3.1.2-10].
 */
void
hub_core_publish_will (HubCore *self, HubSession *session)
{
  g_autoptr (HubMessage) will = g_steal_pointer (&session->will);
  g_autoptr (HubMessage) message = NULL;
  gint64 expires_us = HUB_MESSAGE_NEVER;
  HubPublish publish;

  hub_deadlines_disarm (self->deadlines, &session->will_due);
  if (will == NULL)
    return;
  hub_keep_drop_will (&self->keep, session, will);
  publish = (HubPublish){ .topic = will->topic, .payload = will->payload, .qos = will->qos, .is_retain = will->is_retain };
  publish.properties.block = hub_message_get_properties (will);
  if (hub_topic_is_reserved (will->topic) || !hub_core_may_publish (self, session, &publish) ||
      hub_core_is_too_large (self, &publish))
    {
      self->stats.publishes_denied++;
      return;
    }
  if (session->will_expiry_us != HUB_MESSAGE_NEVER)
    expires_us = hub_deadline_after (self->now_us, session->will_expiry_us);
  message = hub_core_make_message (self, session, &publish, expires_us);
  hub_core_publish (self, message, session);
}

/*
 * hub_core_begin_will:
 * @session: a session that has lost its connection
 * @lost_us: when that was, microseconds
 *
 * Publishes its will, or begins to wait for what is left of the delay. Where the session ends before that, its end
 * publishes it.
 */
void
hub_core_begin_will (HubCore *self, HubSession *session, gint64 lost_us)
{
  gint64 due_us = hub_deadline_after (lost_us, session->will_delay_us);

  if (session->will == NULL)
    return;
  if (due_us <= self->now_us)
    hub_core_publish_will (self, session);
  else if (session->will_delay_us < session->expiry_us)
    hub_deadlines_arm (self->deadlines, &session->will_due, due_us);
}

/*
 * hub_core_end_connection:
 * @peer: a peer
 * @with_will: whether its will is published
 *
 * Separates @peer from its session, which ends too unless it is to outlive the connection [MQTT-3.1.2-23].
 */
void
hub_core_end_connection (HubCore *self, HubPeer *peer, gboolean with_will)
{
  HubSession *session = peer->session;

  hub_deadlines_disarm (self->deadlines, &peer->deadline);
  if (session == NULL)
    return;

  peer->session = NULL;
  session->peer = NULL;
  self->stats.clients--;
  if (self->observe != NULL)
    self->observe->disconnected (self->observer, session);
  if (!with_will)
    hub_core_drop_will (self, session);

  if (session->expiry_us == 0)
    hub_core_destroy_session (self, session);
  else
    {
      hub_core_begin_will (self, session, self->now_us);
      hub_keep_session (&self->keep, session, self->now_us);
      hub_deadlines_arm (self->deadlines, &session->expiry, hub_deadline_after (self->now_us, session->expiry_us));
    }
}
