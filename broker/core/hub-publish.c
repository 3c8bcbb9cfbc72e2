/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-topic.h"

/* Longer ones are not repeated to everybody. */
#define CLIENT_ID_SAID_MAX 256

static gboolean
fail (GError **error, HubReason reason, const char *what)
{
  g_set_error_literal (error, HUB_MQTT_ERROR, (int) reason, what);
  return FALSE;
}

static gboolean
fail_mismatch (GError **error, const char *packet)
{
  g_set_error (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "%s for a message of the other QoS", packet);
  return FALSE;
}

static void
retain (HubCore *self, HubMessage *message)
{
  HubMessage *known = hub_retained_get (self->retained, message->topic);
  g_autoptr (HubMessage) old = known != NULL ? hub_message_ref (known) : NULL;

  /* One that expires at once still takes the place of the one before [MQTT-3.3.1-5]. */
  if (!hub_retained_set (self->retained, message))
    {
      self->stats.messages_dropped++;
      hub_trace (self,
                 HUB_LOG_NOTICE,
                 "A message to '%.*s' is not retained: the limit is reached.",
                 (int) message->topic.size,
                 (const char *) message->topic.data);
    }
  hub_keep_retained (&self->keep, old, hub_retained_get (self->retained, message->topic), message->topic);
  self->stats.retained = hub_retained_get_count (self->retained);
}

/* --- Who gets it --- */

static guint8
delivered_qos (const HubCore *self, const HubMessage *message, guint8 granted)
{
  return self->options.limits.upgrade_outgoing_qos ? granted : MIN (granted, message->qos);
}

static void
deliver_match (HubCore *self, const HubMatch *match, HubMessage *message)
{
  HubQueued item = {
    .message = message,
    .identifiers = match->identifiers,
    .qos = delivered_qos (self, message, match->qos),
    /* The client knew the subscription already [MQTT-3.3.1-12], unless it wants to know [MQTT-3.3.1-13]. */
    .is_retain = message->is_retain && match->keeps_retain,
  };

  hub_core_deliver (self, match->session, &item);
}

/*
 * The member whose turn it is; but one that can take the message now is preferred, and one that is connected to one
 * that is not. Who may not read the topic is passed over.
 */
static const HubSubscription *
choose_member (HubCore *self, HubShare *share, const HubMessage *message)
{
  const HubSubscription *best = NULL;
  guint best_rank = 0;
  guint best_at = 0;
  guint i;

  for (i = 0; i < share->members->len && best_rank < 3; i++)
    {
      guint at = (share->next + i) % share->members->len;
      const HubSubscription *member = g_ptr_array_index (share->members, at);
      guint8 qos = delivered_qos (self, message, member->options & HUB_SUBSCRIPTION_QOS);
      guint rank = 1;

      if (!hub_core_may_read (self, member->session, message->topic))
        rank = 0;
      else if (hub_core_can_take (self, member->session, message, qos))
        rank = 3;
      else if (member->session->peer != NULL)
        rank = 2;
      if (rank > best_rank)
        {
          best = member;
          best_rank = rank;
          best_at = at;
        }
    }
  self->work += i;
  share->next = best_at + 1;
  return best;
}

static gboolean
deliver_shared (HubCore *self, HubShare *share, HubMessage *message)
{
  const HubSubscription *member = choose_member (self, share, message);
  HubMatch match;

  if (member == NULL)
    return FALSE;
  match = (HubMatch){ .session = member->session, .qos = member->options & HUB_SUBSCRIPTION_QOS };
  match.keeps_retain = (member->options & HUB_SUBSCRIPTION_RETAIN_AS_PUBLISHED) != 0;
  match.identifiers = hub_identifiers_append (NULL, member->identifier);
  deliver_match (self, &match, message);
  hub_match_clear (&match);
  return TRUE;
}

/*
 * hub_core_route:
 * @message: (transfer none): a message from a client or from the broker itself
 * @publisher: (nullable): whose it is
 *
 * Hands @message to everybody with a subscription that matches.
 *
 * Returns: whether there was anybody
 */
gboolean
hub_core_route (HubCore *self, HubMessage *message, HubSession *publisher)
{
  const HubRoute *route;
  gboolean has_receiver = FALSE;

  route = hub_subscriptions_route (self->subscriptions, message->topic);
  self->work += route->n_matches;
  for (guint i = 0; i < route->n_matches; i++)
    {
      const HubMatch *match = &route->matches[i];

      if (match->has_no_local && match->session == publisher)
        {
          if (match->echo == 0)
            continue;
          match = &route->echoes[match->echo - 1];
        }
      deliver_match (self, match, message);
      has_receiver = TRUE;
    }
  for (guint i = 0; i < route->n_shares; i++)
    has_receiver = deliver_shared (self, route->shares[i], message) || has_receiver;
  return has_receiver;
}

/*
 * hub_core_publish:
 * @message: (transfer none): a message from a client
 * @publisher: (nullable): whose it is
 *
 * Retains @message when it asks for it, and routes it.
 *
 * Returns: whether there was anybody to get it
 */
gboolean
hub_core_publish (HubCore *self, HubMessage *message, HubSession *publisher)
{
  if (self->observe != NULL)
    self->observe->published (self->observer, message, publisher);
  if (message->is_retain)
    retain (self, message);
  return hub_core_route (self, message, publisher);
}

/* --- From whom it comes --- */

/* Puts the topic where an alias stands for it; MQTT 5.0, section 3.3.2.3.4. */
static gboolean
resolve_alias (HubPeer *peer, HubPublish *publish, GError **error)
{
  guint16 alias = (guint16) publish->properties.topic_alias;

  if (!hub_properties_have (&publish->properties, HUB_PROPERTY_TOPIC_ALIAS))
    return TRUE;
  if (alias > hub_aliases_get_max (peer->aliases_in))
    return fail (error, HUB_REASON_TOPIC_ALIAS_INVALID, "a topic alias above the maximum");
  if (publish->topic.size > 0)
    {
      hub_aliases_set (peer->aliases_in, alias, publish->topic);
      return TRUE;
    }
  publish->topic = hub_aliases_get (peer->aliases_in, alias);
  if (publish->topic.size == 0)
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "a topic alias that stands for nothing");
  return TRUE;
}

/*
 * hub_core_is_id_taken:
 * @peer: a connected peer
 * @packet_id: a Packet Identifier of something new, which is no QoS 2 message
 *
 * Returns: whether it belongs to a QoS 2 message that the client has not released [MQTT-2.2.1-3]. 5.0 is told so; the
 *   client of 3.x, which may have lost what it knew of it, cannot be, and is served
 */
gboolean
hub_core_is_id_taken (const HubPeer *peer, guint16 packet_id)
{
  return peer->version == HUB_VERSION_5_0 && hub_id_set_contains (&peer->session->received, packet_id);
}

/* What was announced in CONNACK and is not kept to ends the connection. */
static gboolean
check_publish (const HubCore *self, const HubPeer *peer, const HubPublish *publish, GError **error)
{
  const HubSession *session = peer->session;

  /* Only a server sends these [MQTT-3.3.4-6]. */
  if (hub_properties_have (&publish->properties, HUB_PROPERTY_SUBSCRIPTION_IDENTIFIER))
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "a subscription identifier from a client");
  if (publish->qos > peer->policy->max_qos)
    return fail (error, HUB_REASON_QOS_NOT_SUPPORTED, "a QoS above the maximum");
  if (publish->is_retain && !self->options.limits.retain_available)
    return fail (error, HUB_REASON_RETAIN_NOT_SUPPORTED, "nothing is retained here");
  if (peer->version == HUB_VERSION_5_0 && publish->qos == 2 &&
      peer->n_receiving >= self->options.limits.receive_maximum &&
      !hub_id_set_contains (&session->received, publish->packet_id))
    return fail (error, HUB_REASON_RECEIVE_MAXIMUM_EXCEEDED, "more messages at once than allowed");
  return TRUE;
}

static gint64
expires_at (const HubCore *self, const HubPublish *publish)
{
  if (!hub_properties_have (&publish->properties, HUB_PROPERTY_MESSAGE_EXPIRY_INTERVAL))
    return HUB_MESSAGE_NEVER;
  return hub_deadline_after (self->now_us, publish->properties.message_expiry_interval * G_TIME_SPAN_SECOND);
}

/* Whether a message goes into the log. */
static gboolean
is_recorded (const HubCore *self, HubSpan topic)
{
  if (self->keep.funcs == NULL || self->options.record == NULL)
    return FALSE;
  for (const char *const *filter = self->options.record; *filter != NULL; filter++)
    if (hub_topic_matches (hub_span_from_string (*filter), topic))
      return TRUE;
  return FALSE;
}

/* Whether an acknowledgement would promise what only a store can keep. */
static gboolean
has_to_be_kept (HubCore *self, const HubSession *publisher, const HubPublish *publish)
{
  const HubRoute *route;

  if (is_recorded (self, publish->topic) || publish->is_retain || (publish->qos == 2 && hub_session_is_kept (publisher)))
    return TRUE;
  route = hub_subscriptions_route (self->subscriptions, publish->topic);
  for (guint i = 0; i < route->n_matches; i++)
    if (route->matches[i].qos > 0 && hub_session_is_kept (route->matches[i].session))
      return TRUE;
  return route->n_shares > 0;
}

/* What is said of a message that was recorded, to those who can hear it: where it stands in the log. Valid until the
 * next one. */
static HubSpan
describe_record (HubCore *self, guint64 seq, gint64 time_ms, HubSpan client_id)
{
  GByteArray *out = self->record_notes;

  g_byte_array_set_size (out, 0);
  hub_core_append_note (out, "hub-log", hub_span_from_string (self->keep.funcs->get_log_id (self->keep.data)));
  hub_core_append_number_note (out, "hub-seq", seq);
  hub_core_append_number_note (out, "hub-time", (guint64) MAX (time_ms, 0));
  if (client_id.size <= CLIENT_ID_SAID_MAX)
    hub_core_append_note (out, "hub-client", client_id);
  return (HubSpan){ out->data, out->len };
}

/*
 * hub_core_make_message:
 * @session: whose it is
 * @publish: a message that @session may publish, or its will
 * @expires_us: when it expires
 *
 * Records a message that is about to be published. QoS 0 and wills are delivered also when they cannot be recorded: who has
 * sent them does not wait for either.
 *
 * Returns: (transfer full): the message, which tells where it stands in the log
 */
HubMessage *
hub_core_make_message (HubCore *self, const HubSession *session, const HubPublish *publish, gint64 expires_us)
{
  HubSpan publisher = hub_span_from_string (session->client_id);
  gint64 time_ms = hub_keep_get_wall_ms (&self->keep, self->now_us);
  guint64 seq;

  if (publish->payload.size == 0 || !is_recorded (self, publish->topic))
    return hub_message_new (publish, publisher, expires_us);
  seq = hub_keep_record (&self->keep, publish, publisher, time_ms);
  if (seq == 0)
    {
      if (self->stats.messages_unrecorded++ == 0)
        hub_trace (self, HUB_LOG_WARNING, "Messages are not being recorded: the store does not take them.");
      return hub_message_new (publish, publisher, expires_us);
    }
  self->stats.messages_recorded++;
  return hub_message_new_recorded (publish,
                                   publisher,
                                   expires_us,
                                   describe_record (self, seq, time_ms, publisher));
}

/*
 * hub_core_is_too_large:
 *
 * Returns: whether a message, or a will, has more than the operator lets anybody publish
 */
gboolean
hub_core_is_too_large (const HubCore *self, const HubPublish *publish)
{
  gsize max_bytes = self->options.limits.max_message_bytes;

  return max_bytes > 0 && publish->payload.size > max_bytes;
}

/* Routes what a client has published, or denies it, and says which. */
static HubReason
accept (HubCore *self, HubSession *session, const HubPublish *publish)
{
  g_autoptr (HubMessage) message = NULL;

  if (hub_topic_is_reserved (publish->topic) || !hub_core_may_publish (self, session, publish))
    {
      self->stats.publishes_denied++;
      hub_trace (self, HUB_LOG_DEBUG, "Denied PUBLISH from %s", session->client_id);
      return HUB_REASON_NOT_AUTHORIZED;
    }
  if (hub_core_is_too_large (self, publish))
    {
      self->stats.publishes_denied++;
      hub_trace (self,
                 HUB_LOG_DEBUG,
                 "Dropped too large PUBLISH from %s (%" G_GSIZE_FORMAT " bytes)",
                 session->client_id,
                 publish->payload.size);
      return HUB_REASON_PACKET_TOO_LARGE;
    }
  if (publish->qos > 0 && hub_keep_is_failed (&self->keep) && has_to_be_kept (self, session, publish))
    {
      self->stats.publishes_denied++;
      return HUB_REASON_QUOTA_EXCEEDED;
    }
  if (publish->qos == 2)
    hub_keep_received (&self->keep, session, publish->packet_id);
  message = hub_core_make_message (self, session, publish, expires_at (self, publish));
  self->stats.messages_received++;
  return hub_core_publish (self, message, session) ? HUB_REASON_SUCCESS : HUB_REASON_NO_MATCHING_SUBSCRIBERS;
}

/* What PUBACK and PUBREC may say; the reason for which a packet was too large is one of those that close. */
static HubReason
ack_reason (HubReason reason)
{
  return reason == HUB_REASON_PACKET_TOO_LARGE ? HUB_REASON_IMPLEMENTATION_SPECIFIC : reason;
}

static gboolean
fail_to_keep (HubCore *self, const HubPeer *peer, GError **error)
{
  return fail (error, HUB_REASON_QUOTA_EXCEEDED, "a message that would have to be kept, and cannot be");
}

static gboolean
take_q2 (HubCore *self, HubPeer *peer, const HubPublish *publish, GError **error)
{
  HubSession *session = peer->session;
  HubReason reason = HUB_REASON_SUCCESS;

  if (!hub_id_set_contains (&session->received, publish->packet_id))
    {
      reason = ack_reason (accept (self, session, publish));
      if (reason == HUB_REASON_QUOTA_EXCEEDED && peer->version != HUB_VERSION_5_0)
        return fail_to_keep (self, peer, error);

      /* In 5.0 a refusal ends the exchange at once; 3.x cannot refuse, and goes on. */
      if (reason < HUB_REASON_UNSPECIFIED || peer->version != HUB_VERSION_5_0)
        {
          hub_id_set_add (&session->received, publish->packet_id);
          peer->n_receiving = MIN (peer->n_receiving + 1, G_MAXUINT16);
        }
    }
  hub_core_send_ack (self, peer, HUB_PACKET_PUBREC, publish->packet_id, reason);
  return TRUE;
}

/*
 * hub_core_handle_publish:
 * @peer: a connected peer
 * @publish: (inout): what it has sent
 *
 * Routes the message and acknowledges it. At QoS 2 it is routed when its identifier is seen for the first time,
 * and an identifier stays seen until it is released [MQTT-4.3.3-10]. A topic that clients may not publish
 * to is acknowledged and goes nowhere; 5.0 is told so (MQTT 3.1.1, [MQTT-3.3.5-2]).
 *
 * Returns: %FALSE with @error set when the connection is to be closed
 */
gboolean
hub_core_handle_publish (HubCore *self, HubPeer *peer, HubPublish *publish, GError **error)
{
  if (!resolve_alias (peer, publish, error) || !check_publish (self, peer, publish, error))
    return FALSE;

  if (hub_log_is_on (&self->options.log, HUB_LOG_DEBUG))
    {
      HubDelivery flags = { publish->packet_id, publish->qos, publish->is_retain, publish->is_dup };

      hub_trace_publish (self, "Received", peer, publish->topic, publish->payload.size, &flags);
    }

  peer->has_published_kept = peer->has_published_kept || publish->qos > 0;
  if (publish->qos == 2)
    return take_q2 (self, peer, publish, error);
  if (publish->qos == 1)
    {
      HubReason reason = HUB_REASON_PACKET_ID_IN_USE;

      if (!hub_core_is_id_taken (peer, publish->packet_id))
        reason = ack_reason (accept (self, peer->session, publish));
      if (reason == HUB_REASON_QUOTA_EXCEEDED && peer->version != HUB_VERSION_5_0)
        return fail_to_keep (self, peer, error);
      hub_core_send_ack (self, peer, HUB_PACKET_PUBACK, publish->packet_id, reason);
      return TRUE;
    }
  accept (self, peer->session, publish);
  return TRUE;
}

/* --- Acknowledgements --- */

static gboolean
handle_puback (HubCore *self, HubSession *session, const HubAck *ack, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, ack->packet_id);

  if (slot == NULL)
    return TRUE;
  if (slot->state != HUB_INFLIGHT_WAIT_PUBACK)
    return fail_mismatch (error, "PUBACK");
  hub_keep_delivered (&self->keep, session, slot->store_order, slot->message);
  hub_inflight_remove (&session->inflight, slot);
  hub_core_pump (self, session);
  return TRUE;
}

static gboolean
handle_pubrec (HubCore *self, HubSession *session, const HubAck *ack, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, ack->packet_id);
  HubReason reason = slot != NULL ? HUB_REASON_SUCCESS : HUB_REASON_PACKET_ID_NOT_FOUND;

  if (slot != NULL && slot->state == HUB_INFLIGHT_WAIT_PUBACK)
    return fail_mismatch (error, "PUBREC");

  /* A refusal is the end of it, and makes room [MQTT-4.3.3-4]. */
  if (ack->reason >= HUB_REASON_UNSPECIFIED)
    {
      if (slot != NULL)
        {
          hub_keep_delivered (&self->keep, session, slot->store_order, slot->message);
          hub_inflight_remove (&session->inflight, slot);
        }
      hub_core_pump (self, session);
      return TRUE;
    }
  if (slot != NULL && slot->state == HUB_INFLIGHT_WAIT_PUBREC)
    {
      hub_keep_released (&self->keep, session, slot);
      hub_inflight_release (&session->inflight, slot);
    }

  /* An unknown one is released too, so that the client can forget it. */
  hub_core_send_ack (self, session->peer, HUB_PACKET_PUBREL, ack->packet_id, reason);
  return TRUE;
}

static gboolean
handle_pubcomp (HubCore *self, HubSession *session, const HubAck *ack, GError **error)
{
  HubInflightSlot *slot = hub_inflight_find (&session->inflight, ack->packet_id);

  if (slot == NULL)
    return TRUE;
  if (slot->state != HUB_INFLIGHT_WAIT_PUBCOMP)
    return fail (error, HUB_REASON_PROTOCOL_ERROR, "PUBCOMP for a message that was not released");
  hub_keep_delivered (&self->keep, session, slot->store_order, NULL);
  hub_inflight_remove (&session->inflight, slot);
  hub_core_pump (self, session);
  return TRUE;
}

static void
handle_pubrel (HubCore *self, HubPeer *peer, const HubAck *ack)
{
  gboolean is_known = hub_id_set_remove (&peer->session->received, ack->packet_id);

  /* What an earlier connection has left open does not count any more (MQTT 5.0, section 4.9), but its end does. */
  if (peer->n_receiving > 0)
    peer->n_receiving--;
  if (is_known)
    hub_keep_let_go (&self->keep, peer->session, ack->packet_id);
  hub_core_send_ack (self,
                     peer,
                     HUB_PACKET_PUBCOMP,
                     ack->packet_id,
                     is_known ? HUB_REASON_SUCCESS : HUB_REASON_PACKET_ID_NOT_FOUND);
}

/*
 * hub_core_handle_ack:
 * @peer: a connected peer
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @ack: the packet
 *
 * Takes a step of a QoS 1 or QoS 2 delivery, of either direction.
 *
 * Spec: MQTT 5.0 section 4.3.
 *
 * Returns: %FALSE with @error set when the answer does not belong to what was sent
 */
gboolean
hub_core_handle_ack (HubCore *self, HubPeer *peer, HubPacketType type, const HubAck *ack, GError **error)
{
  HubSession *session = peer->session;

  if (type == HUB_PACKET_PUBACK)
    return handle_puback (self, session, ack, error);
  if (type == HUB_PACKET_PUBREC)
    return handle_pubrec (self, session, ack, error);
  if (type == HUB_PACKET_PUBCOMP)
    return handle_pubcomp (self, session, ack, error);

  g_assert (type == HUB_PACKET_PUBREL);
  handle_pubrel (self, peer, ack);
  return TRUE;
}
