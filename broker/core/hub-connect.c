/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"
#include "broker/core/hub-pending.h"
#include "broker/core/hub-trace.h"

/* More than this many of a client's topic aliases are not used. */
#define ALIASES_OUT_MAX 10

static char *
choose_client_id (HubCore *self, const HubPeerPolicy *policy)
{
  return g_strdup_printf ("%s%08X%08X%08X%08X",
                          policy->auto_id_prefix != NULL ? policy->auto_id_prefix : "auto-",
                          g_rand_int (self->rand),
                          g_rand_int (self->rand),
                          g_rand_int (self->rand),
                          g_rand_int (self->rand));
}

static gboolean
accepts_version (const HubPeerPolicy *policy, HubVersion version)
{
  return version == HUB_VERSION_5_0   ? policy->accepts_5_0
         : version == HUB_VERSION_3_1 ? policy->accepts_3_1
                                      : policy->accepts_3_1_1;
}

/* An empty one is chosen by the broker, where the version and the door allow it [MQTT-3.1.3-6], [MQTT-3.1.3-8]. */
static gboolean
accepts_client_id (const HubPeerPolicy *policy, const HubConnect *connect)
{
  if (connect->client_id.size > 0)
    return TRUE;
  if (connect->version == HUB_VERSION_5_0)
    return policy->allow_zero_length_client_id;
  return connect->version == HUB_VERSION_3_1_1 && connect->is_clean && policy->allow_zero_length_client_id;
}

/* Whether the keep-alive has to be another one than what the client wants; only 5.0 can tell it. */
static gboolean
is_keep_alive_too_long (const HubCore *self, const HubConnect *connect)
{
  guint max = self->options.limits.max_keepalive_s;

  return max > 0 && (connect->keep_alive_s == 0 || connect->keep_alive_s > max);
}

static gboolean
has_method (const HubConnect *connect)
{
  return hub_properties_have (&connect->properties, HUB_PROPERTY_AUTHENTICATION_METHOD);
}

static gboolean
is_barred (const HubCore *self, const HubPeer *peer)
{
  return !peer->origin.is_own && hub_bars_have_origin (self->bars, &peer->origin, self->now_us);
}

/* Why this CONNECT, which is well formed, cannot be accepted. */
static HubReason
check_connect (const HubCore *self, const HubPeer *peer, const HubConnect *connect)
{
  const HubPeerPolicy *policy = peer->policy;

  if (!accepts_version (policy, connect->version))
    return HUB_REASON_UNSUPPORTED_VERSION;
  if (is_barred (self, peer))
    return HUB_REASON_BANNED;
  if (!accepts_client_id (policy, connect))
    return HUB_REASON_CLIENT_ID_INVALID;
  if (has_method (connect) && !hub_core_knows_methods (self, peer))
    return HUB_REASON_BAD_AUTHENTICATION_METHOD;
  if (is_keep_alive_too_long (self, connect) && connect->version != HUB_VERSION_5_0)
    return HUB_REASON_CLIENT_ID_INVALID;
  if (connect->has_will && connect->will_qos > policy->max_qos)
    return HUB_REASON_QOS_NOT_SUPPORTED;
  if (connect->has_will && connect->will_retain && !self->options.limits.retain_available)
    return HUB_REASON_RETAIN_NOT_SUPPORTED;
  return HUB_REASON_SUCCESS;
}

/* Whether a further session would be one too many. */
static gboolean
is_full (const HubCore *self, const char *client_id)
{
  guint max = self->options.limits.max_sessions;

  return max > 0 && g_hash_table_size (self->sessions) >= max && !g_hash_table_contains (self->sessions, client_id);
}

/*
 * The other connection with the same Client Identifier is closed as if the network had failed; also one whose CONNECT came
 * earlier and was not answered yet, which would take over the other way round [MQTT-3.1.4-3].
 */
static void
take_over (HubCore *self, const HubPeer *peer, const char *client_id)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);
  HubPeer *old = session != NULL ? session->peer : NULL;

  if (old != NULL)
    {
      hub_trace (self, HUB_LOG_NOTICE, "Client %s already connected, closing old connection.", client_id);
      hub_core_end_connection (self, old, TRUE);
      hub_core_close_peer (self, old, HUB_REASON_SESSION_TAKEN_OVER);
    }
  while ((old = hub_pending_find_older (self, peer, client_id)) != NULL)
    {
      hub_trace (self, HUB_LOG_NOTICE, "Client %s is connecting already, closing old connection.", client_id);
      self->stats.refused++;
      hub_core_close_peer (self, old, HUB_REASON_SESSION_TAKEN_OVER);
    }
}

static void
trace_connected (HubCore *self, HubPeer *peer, const HubConnect *connect)
{
  char name[HUB_PEER_NAME_SIZE];
  g_autofree char *user = NULL;

  if (!hub_log_is_on (&self->options.log, HUB_LOG_CONNECTION))
    return;

  peer->funcs->describe (peer, name);
  if (connect->has_username)
    user = g_strdup_printf (", u'%.*s'", (int) connect->username.size, (const char *) connect->username.data);
  hub_trace (self,
             HUB_LOG_CONNECTION,
             "New client connected from %s as %s (p%d, c%d, k%d%s).",
             name,
             hub_trace_peer_id (peer),
             connect->version,
             connect->is_clean ? 1 : 0,
             connect->keep_alive_s,
             user != NULL ? user : "");
  if (!connect->has_will)
    hub_trace (self, HUB_LOG_DEBUG, "No will message specified.");
  else
    hub_trace (self,
               HUB_LOG_DEBUG,
               "Will message specified (%" G_GSIZE_FORMAT " bytes) (r%d, q%d).",
               connect->will_payload.size,
               connect->will_retain ? 1 : 0,
               connect->will_qos);
}

/*
 * hub_core_get_expiry_us:
 * @connect: what a client has sent
 *
 * Returns: how long its session outlives its connection, microseconds; %G_MAXINT64: for ever
 */
gint64
hub_core_get_expiry_us (const HubCore *self, const HubConnect *connect)
{
  const HubLimits *limits = &self->options.limits;

  if (connect->version != HUB_VERSION_5_0)
    return connect->is_clean ? 0 : limits->session_expiry_max_us;
  if (!hub_properties_have (&connect->properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL))
    return 0;
  return hub_limits_get_expiry_us (limits, connect->properties.session_expiry_interval);
}

/*
 * Does for a session what is due and was not done, since the core is late: it does not live longer for that [MQTT-4.1.0-2],
 * nor is its will spared.
 */
static void
settle_session (HubCore *self, const char *client_id)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);

  if (session == NULL)
    return;
  if (hub_deadline_is_due (&session->will_due, self->now_us))
    hub_core_publish_will (self, session);
  if (hub_deadline_is_due (&session->expiry, self->now_us))
    hub_core_expire_session (self, session);
}

/* Finds the session to go on with, or makes one. */
static HubSession *
obtain_session (HubCore *self, const char *client_id, const HubConnect *connect, gboolean *is_present)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);

  if (session != NULL && connect->is_clean)
    {
      hub_core_destroy_session (self, session);
      session = NULL;
    }

  *is_present = session != NULL;
  if (session == NULL)
    session = hub_core_make_session (self, client_id);
  session->expiry_us = hub_core_get_expiry_us (self, connect);
  hub_deadlines_disarm (self->deadlines, &session->expiry);
  hub_core_drop_will (self, session);
  return session;
}

static void
arm_keep_alive (HubCore *self, HubPeer *peer)
{
  gint64 grace_us = peer->keep_alive_s * G_TIME_SPAN_SECOND * 3 / 2;

  if (peer->keep_alive_s > 0)
    hub_deadlines_arm (self->deadlines, &peer->deadline, self->now_us + grace_us);
  else
    hub_deadlines_disarm (self->deadlines, &peer->deadline);
}

/* What the client says of itself, or says nothing of; MQTT 5.0, section 3.1.2.11. */
static void
take_properties (HubCore *self, HubPeer *peer, const HubConnect *connect)
{
  const HubProperties *properties = &connect->properties;
  guint16 max_alias = peer->policy->max_topic_alias;

  peer->version = connect->version;
  peer->keep_alive_s = connect->keep_alive_s;
  peer->receive_maximum = G_MAXUINT16;
  if (connect->version != HUB_VERSION_5_0)
    return;

  if (is_keep_alive_too_long (self, connect))
    peer->keep_alive_s = (guint16) MIN (self->options.limits.max_keepalive_s, G_MAXUINT16);
  if (hub_properties_have (properties, HUB_PROPERTY_RECEIVE_MAXIMUM))
    peer->receive_maximum = (guint16) properties->receive_maximum;
  if (hub_properties_have (properties, HUB_PROPERTY_MAXIMUM_PACKET_SIZE))
    peer->max_packet_bytes = properties->maximum_packet_size;
  if (hub_properties_have (properties, HUB_PROPERTY_TOPIC_ALIAS_MAXIMUM) && properties->topic_alias_maximum > 0)
    peer->aliases_out = hub_aliases_new ((guint16) MIN (properties->topic_alias_maximum, ALIASES_OUT_MAX));
  if (max_alias > 0)
    peer->aliases_in = hub_aliases_new (max_alias);
}

/* Goes on with a client that may come in. */
static void
let_in (HubCore *self, HubPeer *peer, const HubConnect *connect, const char *client_id, const HubAuthAnswer *answer)
{
  gboolean is_present;
  HubSession *session;

  take_over (self, peer, client_id);
  session = obtain_session (self, client_id, connect, &is_present);
  if (hub_session_set_identity (session, answer->user_name, peer->origin.listener, answer->is_certified) && is_present)
    hub_subscriptions_forget_routes (self->subscriptions);

  session->is_own = peer->origin.is_own;
  session->peer = peer;
  peer->session = session;
  peer->connected_us = self->now_us;
  peer->state = HUB_PEER_CONNECTED;
  self->stats.clients++;
  self->stats.clients_maximum = MAX (self->stats.clients_maximum, self->stats.clients);
  hub_core_set_will (self, session, connect);
  hub_keep_session (&self->keep, session, self->now_us);
  if (session->will != NULL)
    hub_keep_will (&self->keep, session);
  arm_keep_alive (self, peer);

  trace_connected (self, peer, connect);
  if (self->observe != NULL)
    self->observe->connected (self->observer, session);
  hub_core_welcome (self, peer, connect, client_id, is_present);
  hub_enhanced_set_data (peer->enhanced, NULL);
  hub_core_redeliver (self, session);
  hub_core_pump (self, session);
}

/* The will is subject to the rules as any message is, and it is better to know now. */
static gboolean
may_leave_will (HubCore *self,
                const HubPeer *peer,
                const HubConnect *connect,
                const char *client_id,
                const HubAuthAnswer *answer)
{
  HubIdentity who;

  if (!connect->has_will || peer->origin.is_own)
    return TRUE;
  if (hub_core_is_reserved (self, client_id, connect->will_topic))
    return FALSE;
  if (self->options.access == NULL)
    return TRUE;
  hub_identity_init (&who, client_id, answer->user_name, peer->origin.listener);
  who.is_certified = answer->is_certified;
  return self->options.access->may_publish (self->options.access_data,
                                            &who,
                                            connect->will_topic,
                                            connect->will_qos,
                                            connect->will_retain);
}

/* Whether Clean Start drops a session that is kept: then who comes is only told when that is durable. */
static gboolean
must_end_first (HubCore *self, const HubConnect *connect, const char *client_id)
{
  HubSession *session = connect->is_clean ? g_hash_table_lookup (self->sessions, client_id) : NULL;

  return session != NULL && hub_keep_is_on (&self->keep) && session->key != 0 && session->expiry_us > 0;
}

static void
end_first (HubCore *self, HubPeer *peer, const char *client_id, const HubAuthAnswer *answer, HubSpan packet)
{
  HubPending *pending = hub_pending_begin (self, peer, HUB_PEER_AUTHENTICATING, client_id, packet);
  HubSession *session;

  pending->is_admitted = TRUE;
  pending->user_name = g_strdup (answer->user_name);
  pending->is_certified = answer->is_certified;
  take_over (self, peer, client_id);
  session = g_hash_table_lookup (self->sessions, client_id);
  if (session != NULL)
    hub_core_destroy_session (self, session);
  hub_core_hold_connect (self, peer);
}

/* Lets in who is admitted, as soon as what Clean Start drops is dropped for good. */
static void
admit (HubCore *self,
       HubPeer *peer,
       const HubConnect *connect,
       const char *client_id,
       const HubAuthAnswer *answer,
       HubSpan packet)
{
  settle_session (self, client_id);
  if (must_end_first (self, connect, client_id))
    end_first (self, peer, client_id, answer, packet);
  else
    let_in (self, peer, connect, client_id, answer);
}

static void
decide (HubCore *self,
        HubPeer *peer,
        const HubConnect *connect,
        const char *client_id,
        const HubAuthAnswer *answer,
        HubSpan packet)
{
  HubReason reason = answer->reason;

  /* Again, since the answer may have taken a while. */
  if (reason == HUB_REASON_SUCCESS && is_barred (self, peer))
    reason = HUB_REASON_BANNED;
  if (reason == HUB_REASON_SUCCESS && is_full (self, client_id))
    reason = HUB_REASON_SERVER_BUSY;
  if (reason == HUB_REASON_SUCCESS && !may_leave_will (self, peer, connect, client_id, answer))
    reason = HUB_REASON_NOT_AUTHORIZED;
  if (reason == HUB_REASON_SUCCESS && !hub_core_takes_connack (self, peer, connect, client_id))
    reason = HUB_REASON_IMPLEMENTATION_SPECIFIC;
  if (reason != HUB_REASON_SUCCESS)
    {
      hub_core_turn_away (self, peer, connect, reason);
      return;
    }
  admit (self, peer, connect, client_id, answer, packet);
}

/* Without rules of access a user name is only a name. */
static gboolean
authenticate (HubCore *self, HubPeer *peer, const HubConnect *connect, const char *client_id, const char *user_name, HubAuthAnswer *answer)
{
  HubCredentials credentials = {
    .client_id = client_id,
    .user_name = user_name,
    .password = connect->password,
    .has_password = connect->has_password,
    .is_exchanged = peer->enhanced != NULL,
    .origin = peer->origin,
  };
  HubAuthReply reply = { hub_core_authenticated, self };
  gboolean is_welcome = peer->policy->allow_anonymous || peer->origin.is_own;

  if (self->options.access != NULL && !peer->origin.is_own)
    return self->options.access->authenticate (self->options.access_data, peer, &credentials, reply, answer);
  *answer = (HubAuthAnswer){
    .reason = is_welcome ? HUB_REASON_SUCCESS : HUB_REASON_NOT_AUTHORIZED,
    .user_name = user_name,
  };
  return TRUE;
}

/* The rules may have changed since it was admitted. */
static gboolean
is_still_admitted (HubCore *self,
                   const HubPeer *peer,
                   const HubConnect *connect,
                   const char *client_id,
                   const HubAuthAnswer *answer)
{
  HubIdentity who;

  if (self->options.access == NULL || peer->origin.is_own)
    return TRUE;
  hub_identity_init (&who, client_id, answer->user_name, peer->origin.listener);
  who.is_certified = answer->is_certified;
  return self->options.access->may_stay (self->options.access_data, &who) &&
         may_leave_will (self, peer, connect, client_id, answer);
}

/*
 * hub_core_finish_connect:
 * @peer: a peer whose CONNECT has ended a session that was kept
 *
 * Goes on with it, now that this is durable.
 */
void
hub_core_finish_connect (HubCore *self, HubPeer *peer)
{
  g_autoptr (HubPending) pending = hub_pending_take (self, peer);
  HubAuthAnswer answer = { HUB_REASON_SUCCESS, pending->user_name, pending->is_certified };
  HubPacket packet;

  hub_pending_decode (pending, &packet);
  if (is_still_admitted (self, peer, &packet.connect, pending->client_id, &answer))
    admit (self, peer, &packet.connect, pending->client_id, &answer, (HubSpan){ pending->packet, pending->size });
  else
    hub_core_turn_away (self, peer, &packet.connect, HUB_REASON_NOT_AUTHORIZED);
  if (peer->state != HUB_PEER_CLOSED)
    peer->funcs->resume (peer);
}

/*
 * hub_core_handle_connect:
 * @peer: a new peer
 * @connect: what it has sent
 * @packet: the bytes of it
 *
 * Connects @peer to its session: finds out whether it may come in, takes over from an older connection, drops what
 * Clean Start drops, answers, and goes on with what was under way. When the first of these takes a while, the rest is
 * done by hub_core_authenticated().
 *
 * Spec: MQTT 5.0 section 3.1.4.
 */
void
hub_core_handle_connect (HubCore *self, HubPeer *peer, const HubConnect *connect, HubSpan packet)
{
  HubReason reason = check_connect (self, peer, connect);
  g_autofree char *client_id = NULL;
  g_autofree char *user_name = NULL;
  HubAuthAnswer answer;

  peer->connect_order = ++self->n_connects;
  take_properties (self, peer, connect);
  if (reason != HUB_REASON_SUCCESS)
    {
      hub_core_turn_away (self, peer, connect, reason);
      return;
    }

  client_id = connect->client_id.size > 0 ? hub_span_dup_string (connect->client_id)
                                          : choose_client_id (self, peer->policy);
  user_name = connect->has_username ? hub_span_dup_string (connect->username) : NULL;
  if (has_method (connect))
    hub_core_begin_exchange (self, peer, connect, client_id, user_name, packet);
  else if (authenticate (self, peer, connect, client_id, user_name, &answer))
    decide (self, peer, connect, client_id, &answer, packet);
  else
    hub_pending_begin (self, peer, HUB_PEER_AUTHENTICATING, client_id, packet);
}

/*
 * hub_core_exchanged:
 * @peer: a peer whose exchange of AUTH is over
 * @reason: %HUB_REASON_SUCCESS, or why it may not come in
 * @user_name: (nullable): who it has shown to be
 *
 * Goes on with its CONNECT.
 */
void
hub_core_exchanged (HubCore *self, HubPeer *peer, HubReason reason, const char *user_name)
{
  g_autoptr (HubPending) pending = hub_pending_take (self, peer);
  HubSpan bytes = { pending->packet, pending->size };
  HubAuthAnswer answer;
  HubPacket packet;

  peer->connect_order = ++self->n_connects;
  hub_pending_decode (pending, &packet);
  if (reason != HUB_REASON_SUCCESS)
    {
      hub_core_turn_away (self, peer, &packet.connect, reason);
    }
  else if (authenticate (self, peer, &packet.connect, pending->client_id, user_name, &answer))
    {
      decide (self, peer, &packet.connect, pending->client_id, &answer, bytes);
    }
  else
    {
      hub_pending_wait (self, peer, HUB_PEER_AUTHENTICATING, g_steal_pointer (&pending));
    }
}

/**
 * hub_core_authenticated:
 * @self: a core
 * @peer: a peer that the rules of access have taken their time for
 * @answer: whether it may come in, and as whom
 *
 * Goes on with its CONNECT. What has arrived behind it is still to be fed.
 */
void
hub_core_authenticated (HubCore *self, HubPeer *peer, const HubAuthAnswer *answer)
{
  g_autoptr (HubPending) pending = hub_pending_take (self, peer);
  HubPacket packet;

  g_return_if_fail (peer->state == HUB_PEER_AUTHENTICATING);

  hub_core_enter (self, self->now_us);
  hub_pending_decode (pending, &packet);
  decide (self,
          peer,
          &packet.connect,
          pending->client_id,
          answer,
          (HubSpan){ pending->packet, pending->size });
  /* Where something has to be durable first, this asks for the end of a turn. */
  if (peer->state != HUB_PEER_CLOSED)
    peer->funcs->resume (peer);
}
