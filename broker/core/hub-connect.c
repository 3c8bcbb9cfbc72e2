/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-trace.h"
#include "broker/wire/hub-encode.h"
#include "broker/wire/hub-topic.h"

/* The Connect Return codes of MQTT 3.1.1, section 3.2.2.3. */
static guint8
return_code (HubReason reason)
{
  switch ((guint) reason)
    {
    case HUB_REASON_SUCCESS:
      return 0;
    case HUB_REASON_UNSUPPORTED_VERSION:
      return 1;
    case HUB_REASON_CLIENT_ID_INVALID:
      return 2;
    case HUB_REASON_NOT_AUTHORIZED:
      return 5;
    default:
      return 3;
    }
}

static void
send_connack (HubCore *self, HubPeer *peer, gboolean is_session_present, HubReason reason)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];
  HubConnack connack = {
    /* MQTT 3.1 has no such flag: the byte is reserved. */
    .is_session_present = is_session_present && peer->version != HUB_VERSION_3_1,
    .code = return_code (reason),
  };
  gsize size = hub_encode_connack (peer->version, &connack, packet);

  hub_trace (self,
             HUB_LOG_DEBUG,
             "Sending CONNACK to %s (%d, %d)",
             hub_trace_peer_id (peer),
             connack.is_session_present ? 1 : 0,
             connack.code);
  peer->funcs->send (peer, (HubSpan){ packet, size });
}

/*
 * hub_core_destroy_session:
 * @session: (transfer full): a session without a connection
 */
void
hub_core_destroy_session (HubCore *self, HubSession *session)
{
  hub_deadlines_disarm (self->deadlines, &session->expiry);
  hub_subscriptions_remove_all (self->subscriptions, session);
  g_hash_table_remove (self->sessions, session->client_id);
  hub_session_free (session);
}

static void
session_expired_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  HubCore *self = user_data;
  HubSession *session = (HubSession *) (gpointer) ((guint8 *) deadline - G_STRUCT_OFFSET (HubSession, expiry));

  hub_trace (self, HUB_LOG_NOTICE, "Expiring client %s due to timeout.", session->client_id);
  hub_core_destroy_session (self, session);
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

  if (will == NULL)
    return;
  if (hub_topic_is_reserved (will->topic))
    self->stats.publishes_denied++;
  else
    hub_core_publish (self, will);
}

static char *
choose_client_id (HubCore *self)
{
  return g_strdup_printf ("auto-%08X%08X%08X%08X",
                          g_rand_int (self->rand),
                          g_rand_int (self->rand),
                          g_rand_int (self->rand),
                          g_rand_int (self->rand));
}

/* Why this CONNECT, which is well formed, cannot be accepted. */
static HubReason
check_connect (const HubCore *self, const HubConnect *connect)
{
  if (connect->client_id.size == 0 && (connect->version == HUB_VERSION_3_1 || !connect->is_clean))
    return HUB_REASON_CLIENT_ID_INVALID;
  if (!self->options.allow_anonymous)
    return HUB_REASON_NOT_AUTHORIZED;
  return HUB_REASON_SUCCESS;
}

/* The other connection with the same Client Identifier is closed as if the network had failed. */
static void
take_over (HubCore *self, const char *client_id, gint64 now_us)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);
  HubPeer *old = session != NULL ? session->peer : NULL;

  if (old == NULL)
    return;
  hub_trace (self, HUB_LOG_NOTICE, "Client %s already connected, closing old connection.", client_id);
  hub_core_end_connection (self, old, TRUE, now_us);
  hub_core_close_peer (self, old, HUB_REASON_SESSION_TAKEN_OVER);
}

static HubMessage *
make_will (const HubConnect *connect)
{
  HubPublish publish = {
    .topic = connect->will_topic,
    .payload = connect->will_payload,
    .qos = connect->will_qos,
    .is_retain = connect->will_retain,
  };

  return hub_message_new (&publish);
}

static void
trace_connected (HubCore *self, HubPeer *peer, const HubConnect *connect)
{
  char name[HUB_PEER_NAME_SIZE];
  g_autofree char *user = NULL;

  if (!hub_log_is_on (&self->options.log, HUB_LOG_NOTICE))
    return;

  peer->funcs->describe (peer, name);
  if (connect->has_username)
    user = g_strdup_printf (", u'%.*s'", (int) connect->username.size, (const char *) connect->username.data);
  hub_trace (self,
             HUB_LOG_NOTICE,
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

/* Finds the session to go on with, or makes one. */
static HubSession *
obtain_session (HubCore *self, const char *client_id, gboolean is_clean, gboolean *is_present)
{
  HubSession *session = g_hash_table_lookup (self->sessions, client_id);

  if (session != NULL && is_clean)
    {
      hub_core_destroy_session (self, session);
      session = NULL;
    }

  *is_present = session != NULL;
  if (session == NULL)
    {
      session = hub_session_new (client_id);
      session->expiry.func = session_expired_cb;
      g_hash_table_insert (self->sessions, session->client_id, session);
    }
  session->is_clean = is_clean;
  return session;
}

static void
arm_keep_alive (HubCore *self, HubPeer *peer, guint16 keep_alive_s, gint64 now_us)
{
  peer->keep_alive_s = keep_alive_s;
  if (keep_alive_s > 0)
    hub_deadlines_arm (self->deadlines, &peer->deadline, now_us + keep_alive_s * G_TIME_SPAN_SECOND * 3 / 2);
  else
    hub_deadlines_disarm (self->deadlines, &peer->deadline);
}

/*
 * hub_core_refuse:
 * @peer: a peer that waits for CONNACK
 * @reason: why it does not get a successful one
 *
 * Sends the CONNACK that says so, and closes [MQTT-3.2.2-5].
 */
void
hub_core_refuse (HubCore *self, HubPeer *peer, HubReason reason)
{
  self->stats.refused++;
  send_connack (self, peer, FALSE, reason);
  hub_core_close_peer (self, peer, reason);
}

/*
 * hub_core_handle_connect:
 * @peer: a new peer
 * @connect: what it has sent
 *
 * Connects @peer to its session: takes over from an older connection, drops what Clean Session drops, answers,
 * and goes on with what was under way.
 *
 * Spec: MQTT 3.1.1 section 3.1.4.
 *
 * Returns: %FALSE when the connection was refused
 */
gboolean
hub_core_handle_connect (HubCore *self, HubPeer *peer, const HubConnect *connect, gint64 now_us)
{
  HubReason reason = check_connect (self, connect);
  g_autofree char *client_id = NULL;
  gboolean is_present;
  HubSession *session;

  peer->version = connect->version;
  if (reason != HUB_REASON_SUCCESS)
    {
      char name[HUB_PEER_NAME_SIZE];

      peer->funcs->describe (peer, name);
      hub_trace (self,
                 HUB_LOG_NOTICE,
                 "Client %.*s from %s refused: %s.",
                 (int) connect->client_id.size,
                 (const char *) connect->client_id.data,
                 name,
                 reason == HUB_REASON_NOT_AUTHORIZED ? "not authorised" : "client identifier rejected");
      hub_core_refuse (self, peer, reason);
      return FALSE;
    }

  client_id = connect->client_id.size > 0 ? hub_span_dup_string (connect->client_id) : choose_client_id (self);
  take_over (self, client_id, now_us);
  session = obtain_session (self, client_id, connect->is_clean, &is_present);
  hub_deadlines_disarm (self->deadlines, &session->expiry);

  session->peer = peer;
  peer->session = session;
  peer->state = HUB_PEER_CONNECTED;
  self->stats.clients++;
  if (connect->has_will)
    session->will = make_will (connect);
  arm_keep_alive (self, peer, connect->keep_alive_s, now_us);

  trace_connected (self, peer, connect);
  send_connack (self, peer, is_present, HUB_REASON_SUCCESS);
  hub_core_redeliver (self, session);
  hub_core_pump (self, session);
  return TRUE;
}

/*
 * hub_core_end_connection:
 * @peer: a peer
 * @with_will: whether its will is published
 *
 * Separates @peer from its session, which ends too if it is a clean one.
 */
void
hub_core_end_connection (HubCore *self, HubPeer *peer, gboolean with_will, gint64 now_us)
{
  HubSession *session = peer->session;

  hub_deadlines_disarm (self->deadlines, &peer->deadline);
  if (session == NULL)
    return;

  peer->session = NULL;
  session->peer = NULL;
  self->stats.clients--;
  if (!with_will)
    g_clear_pointer (&session->will, hub_message_unref);
  hub_core_publish_will (self, session);

  if (session->is_clean)
    hub_core_destroy_session (self, session);
  else
    hub_deadlines_arm (self->deadlines, &session->expiry, hub_deadline_after (now_us, self->options.limits.session_expiry_max_us));
}
