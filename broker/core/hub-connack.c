/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-core-private.h"

#include "broker/core/hub-enhanced.h"
#include "broker/core/hub-trace.h"
#include "broker/wire/hub-encode.h"

/* The answer to a CONNECT. */

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
    case HUB_REASON_BAD_CREDENTIALS:
      return 4;
    case HUB_REASON_NOT_AUTHORIZED:
    case HUB_REASON_BANNED:
      return 5;
    default:
      return 3;
    }
}

static void
send_connack (HubCore *self, HubPeer *peer, HubVersion version, HubConnack *connack, HubReason reason)
{
  connack->code = version == HUB_VERSION_5_0 ? (guint8) reason : return_code (reason);
  hub_trace (self,
             HUB_LOG_DEBUG,
             "Sending CONNACK to %s (%d, %d)",
             hub_trace_peer_id (peer),
             connack->is_session_present ? 1 : 0,
             connack->code);
  hub_encode_connack (hub_core_begin_packet (self), version, connack);
  hub_core_send_packet (self, peer, FALSE);
}

/* What differs from what the client has asked for, or might take for granted; MQTT 5.0, section 3.2.2.3. */
static void
fill_connack (const HubCore *self,
              const HubPeer *peer,
              const HubConnect *connect,
              const char *client_id,
              HubProperties *properties)
{
  const HubLimits *limits = &self->options.limits;
  gint64 expiry_us = hub_core_get_expiry_us (self, connect);
  guint32 expiry_s = (guint32) MIN (expiry_us / G_TIME_SPAN_SECOND, G_MAXUINT32);
  guint32 wanted_s = hub_properties_have (&connect->properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL)
                       ? connect->properties.session_expiry_interval
                       : 0;

  if (connect->version != HUB_VERSION_5_0)
    return;
  if (expiry_s != wanted_s)
    hub_properties_set_number (properties, HUB_PROPERTY_SESSION_EXPIRY_INTERVAL, expiry_s);
  if (limits->receive_maximum < G_MAXUINT16)
    hub_properties_set_number (properties, HUB_PROPERTY_RECEIVE_MAXIMUM, limits->receive_maximum);
  if (peer->policy->max_qos < 2)
    hub_properties_set_number (properties, HUB_PROPERTY_MAXIMUM_QOS, peer->policy->max_qos);
  if (!limits->retain_available)
    hub_properties_set_number (properties, HUB_PROPERTY_RETAIN_AVAILABLE, 0);
  if (limits->max_packet_bytes < HUB_PACKET_SIZE_MAX)
    hub_properties_set_number (properties, HUB_PROPERTY_MAXIMUM_PACKET_SIZE, (guint32) limits->max_packet_bytes);
  if (connect->client_id.size == 0)
    hub_properties_set_text (properties,
                             HUB_PROPERTY_ASSIGNED_CLIENT_IDENTIFIER,
                             hub_span_from_string (client_id));
  if (peer->policy->max_topic_alias > 0)
    hub_properties_set_number (properties, HUB_PROPERTY_TOPIC_ALIAS_MAXIMUM, peer->policy->max_topic_alias);
  if (peer->keep_alive_s != connect->keep_alive_s)
    hub_properties_set_number (properties, HUB_PROPERTY_SERVER_KEEP_ALIVE, peer->keep_alive_s);
  hub_enhanced_fill (peer->enhanced, properties);
  hub_core_add_notes (self, peer->max_packet_bytes, properties);
}

static const char *
words_of (HubReason reason)
{
  switch ((guint) reason)
    {
    case HUB_REASON_NOT_AUTHORIZED:
      return "not authorised";
    case HUB_REASON_BAD_CREDENTIALS:
      return "wrong user name or password";
    case HUB_REASON_CLIENT_ID_INVALID:
      return "client identifier rejected";
    case HUB_REASON_UNSUPPORTED_VERSION:
      return "this version of MQTT is not let in";
    case HUB_REASON_BAD_AUTHENTICATION_METHOD:
      return "unknown authentication method";
    case HUB_REASON_IMPLEMENTATION_SPECIFIC:
      return "the answer is larger than it takes";
    case HUB_REASON_SERVER_BUSY:
      return "there are as many sessions as there may be";
    default:
      return "its will cannot be kept";
    }
}

static void
trace_refused (HubCore *self, HubPeer *peer, const HubConnect *connect, HubReason reason)
{
  char name[HUB_PEER_NAME_SIZE];

  peer->funcs->describe (peer, name);
  hub_trace (self,
             HUB_LOG_NOTICE,
             "Client %.*s from %s refused: %s.",
             (int) connect->client_id.size,
             (const char *) connect->client_id.data,
             name,
             words_of (reason));
}

/*
 * hub_core_takes_connack:
 * @peer: a peer that is about to come in
 * @connect: what it has sent
 * @client_id: what it is called
 *
 * Returns: whether the client takes a packet as large as the CONNACK that it is to get [MQTT-3.1.2-24]
 */
gboolean
hub_core_takes_connack (HubCore *self, const HubPeer *peer, const HubConnect *connect, const char *client_id)
{
  GByteArray *packet = hub_core_begin_packet (self);
  HubConnack connack = { 0 };

  fill_connack (self, peer, connect, client_id, &connack.properties);
  hub_encode_connack (packet, peer->version, &connack);
  return peer->max_packet_bytes == 0 || packet->len <= peer->max_packet_bytes;
}

/*
 * hub_core_welcome:
 * @peer: a connected peer
 * @connect: what it has sent
 * @client_id: what it is called
 * @is_present: whether it goes on with a session of before
 *
 * Sends the CONNACK of a client that was let in.
 */
void
hub_core_welcome (HubCore *self, HubPeer *peer, const HubConnect *connect, const char *client_id, gboolean is_present)
{
  HubConnack connack = { 0 };

  /* MQTT 3.1 has no such flag: the byte is reserved. */
  connack.is_session_present = is_present && connect->version != HUB_VERSION_3_1;
  fill_connack (self, peer, connect, client_id, &connack.properties);
  send_connack (self, peer, connect->version, &connack, HUB_REASON_SUCCESS);
}

/*
 * hub_core_refuse:
 * @peer: a peer that waits for CONNACK
 * @version: the version to say it in
 * @reason: why it does not get a successful one
 *
 * Sends the CONNACK that says so, and closes [MQTT-3.2.2-5].
 */
void
hub_core_refuse (HubCore *self, HubPeer *peer, HubVersion version, HubReason reason)
{
  HubConnack connack = { 0 };

  self->stats.refused++;
  send_connack (self, peer, version, &connack, reason);
  hub_core_close_peer (self, peer, reason);
}

/*
 * hub_core_turn_away:
 * @peer: a peer that waits for CONNACK
 * @connect: what it has sent
 * @reason: why it does not get a successful one
 *
 * Says so to the log, and to the client.
 */
void
hub_core_turn_away (HubCore *self, HubPeer *peer, const HubConnect *connect, HubReason reason)
{
  trace_refused (self, peer, connect, reason);
  hub_core_refuse (self, peer, connect->version, reason);
}
