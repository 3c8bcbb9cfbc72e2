/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-enhanced.h"

#include "broker/core/hub-core-private.h"
#include "broker/core/hub-pending.h"
#include "broker/core/hub-trace.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"

struct _HubEnhanced
{
  GBytes *method; /* (owned): as CONNECT names it */
  GBytes *data;   /* (owned) (nullable): for the packet that is the answer to the latest step */
  bool is_under_way : 1;
};

static HubEnhanced *
enhanced_new (HubSpan method)
{
  HubEnhanced *self = g_new0 (HubEnhanced, 1);

  self->method = g_bytes_new (method.data, method.size);
  return self;
}

static void
enhanced_free (HubEnhanced *self)
{
  g_bytes_unref (self->method);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_free (self);
}

static HubSpan
span_of (GBytes *bytes)
{
  HubSpan span;

  span.data = g_bytes_get_data (bytes, &span.size);
  return span;
}

/*
 * hub_enhanced_set_data:
 * @self: (nullable): what a peer has where its CONNECT names a method
 * @data: (nullable): the Authentication Data of the next packet
 */
void
hub_enhanced_set_data (HubEnhanced *self, GBytes *data)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->data, g_bytes_unref);
  if (data != NULL)
    self->data = g_bytes_ref (data);
}

/*
 * hub_enhanced_fill:
 * @self: (nullable): what a peer has where its CONNECT names a method
 * @properties: (inout): those of an AUTH, or of a CONNACK that lets in; must not outlive the next step
 *
 * Adds the method, the same as in CONNECT [MQTT-4.12.0-5], and nothing where that names none [MQTT-4.12.0-6].
 */
void
hub_enhanced_fill (const HubEnhanced *self, HubProperties *properties)
{
  if (self == NULL)
    return;
  hub_properties_set_text (properties, HUB_PROPERTY_AUTHENTICATION_METHOD, span_of (self->method));
  if (self->data != NULL)
    hub_properties_set_text (properties, HUB_PROPERTY_AUTHENTICATION_DATA, span_of (self->data));
}

/*
 * hub_enhanced_is_under_way:
 * @self: (nullable): what a peer has where its CONNECT names a method
 *
 * Returns: whether a further AUTH of the client is waited for
 */
gboolean
hub_enhanced_is_under_way (const HubEnhanced *self)
{
  return self != NULL && self->is_under_way;
}

/*
 * hub_core_knows_methods:
 * @peer: a peer
 *
 * Returns: whether there is anybody to ask about a method that @peer names
 */
gboolean
hub_core_knows_methods (const HubCore *self, const HubPeer *peer)
{
  return self->options.access != NULL && self->options.access->exchange != NULL && !peer->origin.is_own;
}

/*
 * hub_core_drop_exchange:
 * @peer: a peer whose connection ends
 *
 * Nobody waits any more for a further step of @peer.
 */
void
hub_core_drop_exchange (HubCore *self, HubPeer *peer)
{
  HubEnhanced *enhanced = g_steal_pointer (&peer->enhanced);

  if (enhanced == NULL)
    return;
  if (enhanced->is_under_way)
    self->options.access->forget (self->options.access_data, peer);
  enhanced_free (enhanced);
}

/* A method of the client's that is not this one, or an AUTH that is not its turn [MQTT-4.12.0-3], [MQTT-4.12.1-1]. */
static gboolean
check_auth (const HubPeer *peer, const HubGoodbye *auth, GError **error)
{
  const HubEnhanced *enhanced = peer->enhanced;
  gboolean begins = peer->state == HUB_PEER_CONNECTED && !hub_enhanced_is_under_way (enhanced);
  HubReason wanted = begins ? HUB_REASON_RE_AUTHENTICATE : HUB_REASON_CONTINUE_AUTHENTICATION;

  if (enhanced == NULL)
    g_set_error_literal (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "AUTH without a method in CONNECT");
  else if (auth->reason != wanted)
    g_set_error (error,
                 HUB_MQTT_ERROR,
                 HUB_REASON_PROTOCOL_ERROR,
                 "AUTH with Reason Code %02x, where only %02x may come",
                 auth->reason,
                 wanted);
  else if (!hub_span_equal (auth->properties.authentication_method, span_of (enhanced->method)))
    g_set_error_literal (error, HUB_MQTT_ERROR, HUB_REASON_PROTOCOL_ERROR, "AUTH of another method than CONNECT");
  else
    return TRUE;
  return FALSE;
}

static void
take_step (HubCore *self,
           HubPeer *peer,
           const HubCredentials *credentials,
           const HubProperties *properties,
           HubAuthStage stage,
           HubAuthStepAnswer *answer)
{
  HubEnhanced *enhanced = peer->enhanced;
  HubAuthStep step = {
    .credentials = credentials,
    .method = span_of (enhanced->method),
    .stage = stage,
  };

  step.has_data = hub_properties_have (properties, HUB_PROPERTY_AUTHENTICATION_DATA);
  if (step.has_data)
    step.data = properties->authentication_data;
  self->options.access->exchange (self->options.access_data, peer, &step, answer);
  enhanced->is_under_way = answer->reason == HUB_REASON_CONTINUE_AUTHENTICATION;
  hub_enhanced_set_data (enhanced, answer->data);
}

/* Not where it is larger than the client takes [MQTT-3.1.2-24]. */
static gboolean
send_auth (HubCore *self, HubPeer *peer, HubReason reason)
{
  HubGoodbye auth = { .reason = (guint8) reason };

  hub_trace (self, HUB_LOG_DEBUG, "Sending AUTH to %s (RC:%u)", hub_trace_peer_id (peer), (guint) reason);
  hub_enhanced_fill (peer->enhanced, &auth.properties);
  hub_encode_goodbye (hub_core_begin_packet (self), peer->version, HUB_PACKET_AUTH, &auth);
  return hub_core_send_packet (self, peer, FALSE);
}

/* --- Before CONNACK --- */

static void
take_early_step (HubCore *self, HubPeer *peer, const HubProperties *properties, HubAuthStage stage)
{
  const HubPending *pending = peer->pending;
  HubCredentials credentials = {
    .client_id = pending->client_id,
    .user_name = pending->user_name,
    .origin = peer->origin,
  };
  g_auto (HubAuthStepAnswer) answer = { 0 };

  take_step (self, peer, &credentials, properties, stage, &answer);
  if (answer.reason != HUB_REASON_CONTINUE_AUTHENTICATION)
    hub_core_exchanged (self, peer, answer.reason, answer.user_name);
  else if (!send_auth (self, peer, HUB_REASON_CONTINUE_AUTHENTICATION))
    hub_core_exchanged (self, peer, HUB_REASON_IMPLEMENTATION_SPECIFIC, NULL);
}

/*
 * hub_core_begin_exchange:
 * @peer: a peer that has just sent CONNECT
 * @connect: what it says, with a method
 * @client_id: its Client Identifier
 * @user_name: (nullable): who it says to be
 * @packet: the bytes of @connect
 *
 * Takes the first step of its authentication. The last one goes on with hub_core_exchanged().
 *
 * Spec: MQTT 5.0 section 4.12.
 */
void
hub_core_begin_exchange (HubCore *self,
                         HubPeer *peer,
                         const HubConnect *connect,
                         const char *client_id,
                         const char *user_name,
                         HubSpan packet)
{
  HubPending *pending = hub_pending_begin (self, peer, HUB_PEER_EXCHANGING, client_id, packet);

  pending->user_name = g_strdup (user_name);
  peer->enhanced = enhanced_new (connect->properties.authentication_method);
  take_early_step (self, peer, &connect->properties, HUB_AUTH_STAGE_BEGIN);
}

/*
 * hub_core_handle_early:
 * @peer: a peer whose exchange is under way
 * @header: a packet that it has sent before its CONNACK
 * @body: what is behind @header
 * @error: return location
 *
 * Until then it sends AUTH and DISCONNECT, and nothing else [MQTT-3.1.2-30].
 *
 * Returns: %FALSE with @error set when it was wrong
 */
gboolean
hub_core_handle_early (HubCore *self, HubPeer *peer, const HubFixedHeader *header, HubSpan body, GError **error)
{
  HubPacket packet;

  if (header->type != HUB_PACKET_AUTH && header->type != HUB_PACKET_DISCONNECT)
    {
      g_set_error (error,
                   HUB_MQTT_ERROR,
                   HUB_REASON_PROTOCOL_ERROR,
                   "packet of type %d, which a client does not send during an exchange of AUTH",
                   header->type);
      return FALSE;
    }
  if (!hub_packet_decode (peer->version, header, body, &packet, error))
    return FALSE;
  if (packet.type == HUB_PACKET_DISCONNECT)
    {
      hub_core_close_peer (self, peer, HUB_REASON_SUCCESS);
      return TRUE;
    }
  if (!check_auth (peer, &packet.goodbye, error))
    return FALSE;
  take_early_step (self, peer, &packet.goodbye.properties, HUB_AUTH_STAGE_CONTINUE);
  return TRUE;
}

/* --- Again, while it is connected --- */

static void
fail (HubCore *self, HubPeer *peer, HubReason reason)
{
  hub_trace (self, HUB_LOG_NOTICE, "Client %s failed to authenticate again.", hub_trace_peer_id (peer));
  hub_core_end_connection (self, peer, TRUE);
  hub_core_close_peer (self, peer, reason);
}

/*
 * hub_core_handle_auth:
 * @peer: a connected peer
 * @auth: an AUTH that it has sent
 * @error: return location
 *
 * Takes a step of authenticating @peer again; until that has failed it may do what it was allowed before. It has to stay
 * who it is. Where it fails, the connection ends [MQTT-4.12.1-2].
 *
 * Spec: MQTT 5.0 section 4.12.1.
 *
 * Returns: %FALSE with @error set when it was wrong
 */
gboolean
hub_core_handle_auth (HubCore *self, HubPeer *peer, const HubGoodbye *auth, GError **error)
{
  g_auto (HubAuthStepAnswer) answer = { 0 };
  HubCredentials credentials;
  HubReason reason;

  hub_trace (self, HUB_LOG_DEBUG, "Received AUTH from %s (RC:%u)", hub_trace_peer_id (peer), auth->reason);
  if (!check_auth (peer, auth, error))
    return FALSE;

  credentials = (HubCredentials){
    .client_id = peer->session->client_id,
    .user_name = peer->session->user_name,
    .origin = peer->origin,
  };
  take_step (self,
             peer,
             &credentials,
             &auth->properties,
             auth->reason == HUB_REASON_RE_AUTHENTICATE ? HUB_AUTH_STAGE_BEGIN_AGAIN : HUB_AUTH_STAGE_CONTINUE,
             &answer);
  reason = answer.reason;
  if (reason == HUB_REASON_SUCCESS && g_strcmp0 (answer.user_name, peer->session->user_name) != 0)
    reason = HUB_REASON_NOT_AUTHORIZED;
  if (reason != HUB_REASON_SUCCESS && reason != HUB_REASON_CONTINUE_AUTHENTICATION)
    fail (self, peer, reason);
  else if (!send_auth (self, peer, reason))
    fail (self, peer, HUB_REASON_IMPLEMENTATION_SPECIFIC);
  else
    hub_enhanced_set_data (peer->enhanced, NULL);
  return TRUE;
}
