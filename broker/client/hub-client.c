/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client.h"

#include "broker/client/hub-client-flow.h"
#include "broker/client/hub-client-terms.h"
#include "broker/client/hub-client-words.h"
#include "broker/client/hub-packet-channel.h"
#include "broker/wire/hub-decode.h"
#include "broker/wire/hub-encode.h"

#define ANSWER_TIMEOUT_MS 10000

/**
 * HubClient:
 *
 * An MQTT client over any #GIOStream. It is connected at most once: for a new connection make a new client.
 *
 * All functions and signals belong to the thread whose default context the client was opened in.
 */
struct _HubClient
{
  GObject parent_instance;

  HubPacketChannel *channel; /* (owned) (nullable): while it is open */
  HubVersion version;
  gboolean is_connected;
  guint8 refusal; /* the code of the CONNACK */
  HubClientTerms terms;
  HubClientFlow flow;
  HubSpan message_notes; /* (unowned): the properties of the message that is being handed out */
  GHashTable *received;  /* (owned) (element-type guint guint): QoS 2 identifiers that are not released */
  guint answer_timeout_ms;
  GSource *timer; /* (owned) (nullable): for CONNACK, then for pings */
  gboolean waits_for_ping;
  HubClientTraceFunc trace; /* (nullable) */
  gpointer trace_data;
  gboolean is_leaving; /* once the message that is being handed out is acknowledged */
};

G_DEFINE_FINAL_TYPE (HubClient, hub_client, G_TYPE_OBJECT)

G_DEFINE_QUARK (hub_client_error, hub_client_error)

typedef enum
{
  SIGNAL_CONNECTED,
  SIGNAL_SUBSCRIBED,
  SIGNAL_MESSAGE,
  SIGNAL_ACKNOWLEDGED,
  SIGNAL_REFUSED,
  SIGNAL_DRAINED,
  SIGNAL_CLOSED,
} HubClientSignal;

static guint signals[SIGNAL_CLOSED + 1];

static void
clear_timer (HubClient *self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

/* On the context that the client was opened in, as everything else. */
static void
arm_timer (HubClient *self, guint interval_ms, GSourceFunc func, const char *name)
{
  clear_timer (self);
  self->timer = g_timeout_source_new (interval_ms);
  g_source_set_callback (self->timer, func, self, NULL);
  g_source_set_static_name (self->timer, name);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
drop_channel (HubClient *self)
{
  clear_timer (self);
  self->is_connected = FALSE;
  if (self->channel != NULL)
    hub_packet_channel_close (self->channel);
  g_clear_object (&self->channel);
}

static void
fail (HubClient *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (HubClient) kept = g_object_ref (self);

  drop_channel (self);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, error);
}

static void
fail_code (HubClient *self, HubClientError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (HUB_CLIENT_ERROR, (int) code, message);

  fail (self, error);
}

/* What was encoded here can be read. */
static void
trace_sent (HubClient *self, HubSpan bytes)
{
  HubFixedHeader header;
  HubPacket packet;

  if (hub_fixed_header_read (bytes, HUB_PACKET_SIZE_MAX, &header, NULL) != HUB_FRAME_COMPLETE)
    return;
  bytes.data += header.header_size;
  bytes.size = header.remaining_size;
  if (hub_packet_decode (self->version, &header, bytes, &packet, NULL))
    self->trace (TRUE, &packet, self->trace_data);
}

static void
send_packet (HubClient *self, HubSpan packet)
{
  hub_packet_channel_send (self->channel, packet);
  if (self->trace != NULL)
    trace_sent (self, packet);
}

static void
send_short (HubClient *self, const guint8 *packet, gsize size)
{
  send_packet (self, (HubSpan){ packet, size });
}

static void
send_ack (HubClient *self, HubPacketType type, guint16 packet_id)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  send_short (self, packet, hub_encode_ack (self->version, type, packet_id, HUB_REASON_SUCCESS, packet));
}

static void
send_empty (HubClient *self, HubPacketType type)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  send_short (self, packet, hub_encode_empty (type, packet));
}

static void
send_goodbye (HubClient *self)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubGoodbye goodbye = { .reason = HUB_REASON_SUCCESS };

  hub_encode_goodbye (packet, self->version, HUB_PACKET_DISCONNECT, &goodbye);
  send_packet (self, (HubSpan){ packet->data, packet->len });
}

static gboolean
connack_timeout_cb (gpointer user_data)
{
  HubClient *self = user_data;

  clear_timer (self);
  fail_code (self, HUB_CLIENT_ERROR_TIMED_OUT, "the broker does not answer");
  return G_SOURCE_REMOVE;
}

static void arm_ping (HubClient *self);

static void
ping (HubClient *self)
{
  send_empty (self, HUB_PACKET_PINGREQ);
  self->waits_for_ping = TRUE;
  arm_ping (self);
}

/* Sent a while before the broker would lose patience; an answer that does not come means that nobody is there. */
static gboolean
ping_cb (gpointer user_data)
{
  HubClient *self = user_data;

  clear_timer (self);
  if (self->waits_for_ping)
    {
      fail_code (self, HUB_CLIENT_ERROR_TIMED_OUT, "the broker does not answer any more");
      return G_SOURCE_REMOVE;
    }
  ping (self);
  return G_SOURCE_REMOVE;
}

static void
arm_ping (HubClient *self)
{
  clear_timer (self);
  if (self->terms.keep_alive_s == 0 && !self->waits_for_ping)
    return;
  /* To the millisecond, since the broker waits for half a second only when the keep-alive is one second. */
  arm_timer (self,
             self->waits_for_ping ? self->answer_timeout_ms : self->terms.keep_alive_s * 750,
             ping_cb,
             "hubbub client keep-alive");
}

static void
handle_connack (HubClient *self, const HubConnack *connack)
{
  g_autoptr (GError) error = hub_client_error_for_connack (self->version, connack->code);

  self->refusal = connack->code;
  if (error != NULL)
    {
      fail (self, error);
      return;
    }
  hub_client_terms_take (&self->terms, &connack->properties);
  self->is_connected = TRUE;
  arm_ping (self);
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0, connack->is_session_present);
}

static void
handle_disconnect (HubClient *self, const HubGoodbye *goodbye)
{
  g_autoptr (GError) error = hub_client_error_for_disconnect (goodbye);

  fail (self, error);
}

static void
handle_publish (HubClient *self, const HubPublish *publish)
{
  gpointer key = GUINT_TO_POINTER (publish->packet_id);
  gboolean is_new = publish->qos < 2 || g_hash_table_add (self->received, key);

  if (is_new)
    {
      g_autofree char *topic = hub_span_dup_string (publish->topic);
      g_autoptr (GBytes) payload = g_bytes_new (publish->payload.data, publish->payload.size);

      self->message_notes = publish->properties.block;
      g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, topic, payload, (guint) publish->qos, (gboolean) publish->is_retain);
      self->message_notes = (HubSpan){ 0 };
    }
  if (self->channel != NULL && publish->qos > 0)
    send_ack (self, publish->qos == 1 ? HUB_PACKET_PUBACK : HUB_PACKET_PUBREC, publish->packet_id);
  if (self->is_leaving)
    hub_client_close (self);
}

static void
send_held (HubClient *self)
{
  GByteArray *packet;

  while ((packet = hub_client_flow_take_next (&self->flow, self->terms.receive_maximum)) != NULL)
    {
      send_packet (self, (HubSpan){ packet->data, packet->len });
      g_byte_array_unref (packet);
    }
}

static void
handle_acknowledged (HubClient *self, const HubAck *ack)
{
  gboolean is_refused = ack->reason >= HUB_REASON_UNSPECIFIED;

  if (!hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_PUBLISH, ack->packet_id))
    return;
  send_held (self);
  if (is_refused)
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0, (guint) ack->packet_id, (guint) ack->reason);
  else
    g_signal_emit (self, signals[SIGNAL_ACKNOWLEDGED], 0, (guint) ack->packet_id);
}

/* A refusal is the end of it; else the second half begins. */
static void
handle_pubrec (HubClient *self, const HubAck *ack)
{
  if (ack->reason >= HUB_REASON_UNSPECIFIED)
    handle_acknowledged (self, ack);
  else
    send_ack (self, HUB_PACKET_PUBREL, ack->packet_id);
}

static void
handle_suback (HubClient *self, const HubSuback *suback)
{
  gboolean is_granted = FALSE;

  for (gsize i = 0; i < suback->codes.size; i++)
    is_granted = is_granted || suback->codes.data[i] < 0x80;
  if (hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_SUBSCRIBE, suback->packet_id))
    g_signal_emit (self, signals[SIGNAL_SUBSCRIBED], 0, is_granted);
}

static void
handle_packet (HubClient *self, HubPacket *packet)
{
  switch (packet->type)
    {
    case HUB_PACKET_PUBLISH:
      handle_publish (self, &packet->publish);
      break;
    case HUB_PACKET_PUBACK:
    case HUB_PACKET_PUBCOMP:
      handle_acknowledged (self, &packet->ack);
      break;
    case HUB_PACKET_PUBREC:
      handle_pubrec (self, &packet->ack);
      break;
    case HUB_PACKET_PUBREL:
      g_hash_table_remove (self->received, GUINT_TO_POINTER (packet->ack.packet_id));
      send_ack (self, HUB_PACKET_PUBCOMP, packet->ack.packet_id);
      break;
    case HUB_PACKET_SUBACK:
      handle_suback (self, &packet->suback);
      break;
    case HUB_PACKET_UNSUBACK:
      hub_client_flow_release_id (&self->flow, HUB_CLIENT_SENT_UNSUBSCRIBE, packet->suback.packet_id);
      break;
    case HUB_PACKET_PINGRESP:
      self->waits_for_ping = FALSE;
      arm_ping (self);
      break;
    case HUB_PACKET_CONNECT:
    case HUB_PACKET_CONNACK:
    case HUB_PACKET_SUBSCRIBE:
    case HUB_PACKET_UNSUBSCRIBE:
      fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the broker has sent what only clients send");
      break;
    case HUB_PACKET_DISCONNECT:
      if (self->version == HUB_VERSION_5_0)
        {
          handle_disconnect (self, &packet->goodbye);
          break;
        }
      G_GNUC_FALLTHROUGH;
    case HUB_PACKET_PINGREQ:
    case HUB_PACKET_AUTH:
    default:
      fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the broker has sent what only clients send");
      break;
    }
}

static void
packet_cb (HubPacket *packet, gpointer user_data)
{
  g_autoptr (HubClient) self = g_object_ref (user_data);

  if (self->trace != NULL)
    self->trace (FALSE, packet, self->trace_data);
  if (self->is_connected)
    handle_packet (self, packet);
  else if (packet->type == HUB_PACKET_CONNACK)
    handle_connack (self, &packet->connack);
  else
    fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, "the first packet of the broker is no CONNACK");
}

static void
drained_cb (gpointer user_data)
{
  HubClient *self = user_data;

  if (self->is_connected && hub_client_get_unsent (self) == 0)
    g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
}

static void
closed_cb (const GError *error, gpointer user_data)
{
  HubClient *self = user_data;

  if (!self->is_connected && (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)))
    fail_code (self, HUB_CLIENT_ERROR_HUNG_UP, "the broker has closed the connection without an answer");
  else if (error == NULL)
    fail_code (self, HUB_CLIENT_ERROR_CLOSED, "the broker has closed the connection");
  else if (error->domain == HUB_MQTT_ERROR)
    fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, error->message);
  else
    fail (self, error);
}

static void
hub_client_dispose (GObject *object)
{
  drop_channel (HUB_CLIENT (object));
  G_OBJECT_CLASS (hub_client_parent_class)->dispose (object);
}

static void
hub_client_finalize (GObject *object)
{
  HubClient *self = HUB_CLIENT (object);

  hub_client_flow_clear (&self->flow);
  hub_client_terms_clear (&self->terms);
  g_clear_pointer (&self->received, g_hash_table_unref);
  G_OBJECT_CLASS (hub_client_parent_class)->finalize (object);
}

static void
hub_client_class_init (HubClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hub_client_dispose;
  object_class->finalize = hub_client_finalize;

  /**
   * HubClient::connected:
   * @self: the client
   * @is_session_present: whether the broker has a session of before
   *
   * Emitted when the broker has accepted the client.
   */
  signals[SIGNAL_CONNECTED] =
    g_signal_new ("connected", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /**
   * HubClient::subscribed:
   * @self: the client
   * @is_granted: whether the broker has accepted the filter, or one of them
   *
   * Emitted for each SUBACK.
   */
  signals[SIGNAL_SUBSCRIBED] =
    g_signal_new ("subscribed", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /**
   * HubClient::message:
   * @self: the client
   * @topic: the Topic Name
   * @payload: the Application Message
   * @qos: the QoS of the delivery
   * @is_retain: whether it came because of the subscription
   *
   * Emitted for each message, in order.
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message",
                                          HUB_TYPE_CLIENT,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          4,
                                          G_TYPE_STRING,
                                          G_TYPE_BYTES,
                                          G_TYPE_UINT,
                                          G_TYPE_BOOLEAN);

  /**
   * HubClient::acknowledged:
   * @self: the client
   * @packet_id: what hub_client_publish() has returned
   *
   * Emitted when the broker has taken over the responsibility for a message of QoS 1 or 2.
   */
  signals[SIGNAL_ACKNOWLEDGED] =
    g_signal_new ("acknowledged", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * HubClient::refused:
   * @self: the client
   * @packet_id: what hub_client_publish() has returned
   * @reason: a [enum@Hub.Reason] of 0x80 and above
   *
   * Emitted when the broker does not take a message of QoS 1 or 2, for good. Only MQTT 5.0 can say so.
   */
  signals[SIGNAL_REFUSED] = g_signal_new ("refused",
                                          HUB_TYPE_CLIENT,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          2,
                                          G_TYPE_UINT,
                                          G_TYPE_UINT);

  /**
   * HubClient::drained:
   * @self: the client
   *
   * Emitted when all that was to be sent has left, as far as this computer knows.
   */
  signals[SIGNAL_DRAINED] =
    g_signal_new ("drained", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubClient::closed:
   * @self: the client
   * @error: why: a %HUB_CLIENT_ERROR or a %G_IO_ERROR
   *
   * Emitted once when the connection could not be made or is over, but not for hub_client_close().
   */
  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hub_client_init (HubClient *self)
{
  self->answer_timeout_ms = ANSWER_TIMEOUT_MS;
  hub_client_terms_init (&self->terms);
  hub_client_flow_init (&self->flow);
  self->received = g_hash_table_new (NULL, NULL);
}

/**
 * hub_client_new:
 *
 * Returns: (transfer full): a client that is not connected
 */
HubClient *
hub_client_new (void)
{
  return g_object_new (HUB_TYPE_CLIENT, NULL);
}

/**
 * hub_client_set_answer_timeout:
 * @self: a client that was not opened
 * @timeout_ms: milliseconds; ten seconds unless it is said here
 *
 * Says how long the broker may take to answer a CONNECT or a PINGREQ.
 */
void
hub_client_set_answer_timeout (HubClient *self, guint timeout_ms)
{
  g_return_if_fail (HUB_IS_CLIENT (self) && self->channel == NULL);

  self->answer_timeout_ms = timeout_ms;
}

/**
 * hub_client_set_trace:
 * @self: a client that was not opened
 * @trace: (nullable) (scope forever): sees each packet: one that was sent when it is on its way, one that came before it is handled
 * @user_data: for @trace
 *
 * Lets somebody look on.
 */
void
hub_client_set_trace (HubClient *self, HubClientTraceFunc trace, gpointer user_data)
{
  g_return_if_fail (HUB_IS_CLIENT (self) && self->channel == NULL);

  self->trace = trace;
  self->trace_data = user_data;
}

/**
 * hub_client_open:
 * @self: a client that was not opened
 * @stream: a connected stream
 * @connect: what to introduce oneself with; copied
 *
 * Sends CONNECT. What follows is told by [signal@Hub.Client::connected] or [signal@Hub.Client::closed].
 */
void
hub_client_open (HubClient *self, GIOStream *stream, const HubConnect *connect)
{
  static const HubPacketChannelFuncs funcs = { .packet = packet_cb, .drained = drained_cb, .closed = closed_cb };
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  g_return_if_fail (HUB_IS_CLIENT (self) && self->channel == NULL);

  self->version = connect->version;
  self->terms.keep_alive_s = connect->keep_alive_s;
  self->channel = hub_packet_channel_new (stream, connect->version, HUB_CLIENT_PACKET_BYTES_MAX, &funcs, self);
  hub_encode_connect (packet, connect);
  send_packet (self, (HubSpan){ packet->data, packet->len });
  arm_timer (self, self->answer_timeout_ms, connack_timeout_cb, "hubbub client connect");
}

/**
 * hub_client_is_connected:
 * @self: a client
 *
 * Returns: whether the broker has accepted it and the connection still stands
 */
gboolean
hub_client_is_connected (HubClient *self)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), FALSE);

  return self->is_connected;
}

/**
 * hub_client_get_refusal:
 * @self: a client
 *
 * Returns: the Connect Return code (3.x) or Reason Code (5.0) with which the broker has refused; 0 when it has not
 */
guint8
hub_client_get_refusal (HubClient *self)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), 0);

  return self->refusal;
}

/**
 * hub_client_dup_broker_note:
 * @self: a client
 * @name: the name of a User Property
 *
 * Returns: (transfer full) (nullable): its value in the CONNACK; %NULL when there is none, and in MQTT 3.x
 */
char *
hub_client_dup_broker_note (HubClient *self, const char *name)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), NULL);

  return hub_client_terms_dup_note (&self->terms, name);
}

/**
 * hub_client_dup_message_note:
 * @self: a client that is just emitting [signal@Hub.Client::message]
 * @name: the name of a User Property
 *
 * Returns: (transfer full) (nullable): its value in that message, the last of several; %NULL when there is none
 */
char *
hub_client_dup_message_note (HubClient *self, const char *name)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), NULL);

  return hub_client_dup_note (self->message_notes, name);
}

/**
 * hub_client_subscribe:
 * @self: a connected client
 * @filter: a valid Topic Filter
 * @qos: 0 to 2
 *
 * Asks for messages; [signal@Hub.Client::subscribed] tells what came of it.
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_subscribe (HubClient *self, const char *filter, guint8 qos)
{
  const char *const filters[] = { filter, NULL };

  return hub_client_subscribe_all (self, filters, qos, NULL);
}

/**
 * hub_client_subscribe_all:
 * @self: a connected client
 * @filters: (array zero-terminated=1): valid Topic Filters, at least one
 * @options: the QoS, 0 to 2; in 5.0 with the other options of a subscription
 * @properties: (nullable): those of MQTT 5.0, which a SUBSCRIBE may have; in 3.x they are left out
 *
 * Asks for messages in one packet; [signal@Hub.Client::subscribed] tells once what came of it.
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_subscribe_all (HubClient *self, const char *const *filters, guint8 options, const HubProperties *properties)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id;

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected && filters[0] != NULL, FALSE);

  packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_SUBSCRIBE);
  if (packet_id == 0)
    return FALSE;
  hub_encode_subscribe_all (packet, self->version, packet_id, filters, options, properties);
  send_packet (self, (HubSpan){ packet->data, packet->len });
  return TRUE;
}

/**
 * hub_client_unsubscribe:
 * @self: a connected client
 * @filter: a filter that was subscribed to
 *
 * Returns: %FALSE when nothing was asked, since the broker owes 65,535 answers already
 */
gboolean
hub_client_unsubscribe (HubClient *self, const char *filter)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id;

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected, FALSE);

  packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_UNSUBSCRIBE);
  if (packet_id == 0)
    return FALSE;
  hub_encode_unsubscribe (packet, self->version, packet_id, hub_span_from_string (filter));
  send_packet (self, (HubSpan){ packet->data, packet->len });
  return TRUE;
}

/**
 * hub_client_publish:
 * @self: a connected client
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 *
 * Sends a message, at QoS 1 and 2 as soon as the broker takes a further one. It is not sent again by itself: who must
 * be sure waits for [signal@Hub.Client::acknowledged].
 *
 * Returns: the Packet Identifier; 0 at QoS 0, and when nothing was sent because the broker owes 65,535 answers already
 */
guint16
hub_client_publish (HubClient *self, const char *topic, GBytes *payload, guint8 qos, gboolean retain)
{
  return hub_client_publish_with (self, topic, payload, qos, retain, NULL);
}

/**
 * hub_client_publish_with:
 * @self: a connected client
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 * @retain: whether the broker is to keep it for later subscribers
 * @properties: (nullable): those of MQTT 5.0, which a PUBLISH may have; in 3.x they are left out
 *
 * As hub_client_publish().
 *
 * Returns: the Packet Identifier; 0 at QoS 0, and when nothing was sent because the broker owes 65,535 answers already
 */
guint16
hub_client_publish_with (HubClient *self,
                         const char *topic,
                         GBytes *payload,
                         guint8 qos,
                         gboolean retain,
                         const HubProperties *properties)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .qos = qos,
    .is_retain = retain,
  };

  g_return_val_if_fail (HUB_IS_CLIENT (self) && self->is_connected, 0);

  if (properties != NULL)
    publish.properties = *properties;
  publish.payload.data = g_bytes_get_data (payload, &publish.payload.size);
  if (qos > 0)
    publish.packet_id = hub_client_flow_take_id (&self->flow, HUB_CLIENT_SENT_PUBLISH);
  if (qos > 0 && publish.packet_id == 0)
    return 0;
  hub_encode_publish (packet, self->version, &publish);
  if (qos > 0)
    {
      hub_client_flow_hold (&self->flow, g_steal_pointer (&packet));
      send_held (self);
    }
  else
    {
      send_packet (self, (HubSpan){ packet->data, packet->len });
    }
  return publish.packet_id;
}

/**
 * hub_client_takes:
 * @self: a client
 * @topic: a valid Topic Name
 * @payload: the Application Message
 * @qos: 0 to 2
 *
 * Whether the broker has said that it takes packets as large as this would become [MQTT-3.2.2-15]. In MQTT 3.x brokers
 * say nothing of that.
 *
 * Returns: %FALSE when it must not be published
 */
gboolean
hub_client_takes (HubClient *self, const char *topic, GBytes *payload, guint8 qos)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), FALSE);

  return hub_client_terms_allow (&self->terms, strlen (topic), g_bytes_get_size (payload), qos);
}

/**
 * hub_client_get_payload_max:
 * @self: a client
 * @topic: a valid Topic Name
 * @qos: 0 to 2
 *
 * Returns: the largest Application Message that hub_client_takes() is true for, bytes; %G_MAXSIZE for any
 */
gsize
hub_client_get_payload_max (HubClient *self, const char *topic, guint8 qos)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), 0);

  return hub_client_terms_payload_max (&self->terms, strlen (topic), qos);
}

/**
 * hub_client_get_unsent:
 * @self: a client
 *
 * Returns: how many bytes of packets the broker has not taken yet
 */
gsize
hub_client_get_unsent (HubClient *self)
{
  g_return_val_if_fail (HUB_IS_CLIENT (self), 0);

  return hub_client_flow_get_held (&self->flow) + (self->channel != NULL ? hub_packet_channel_get_unsent (self->channel) : 0);
}

/**
 * hub_client_probe:
 * @self: a client
 *
 * Asks the broker whether it is still there, without waiting for the keep-alive. If it does not answer in time the
 * connection is closed, with %HUB_CLIENT_ERROR_TIMED_OUT.
 */
void
hub_client_probe (HubClient *self)
{
  g_return_if_fail (HUB_IS_CLIENT (self));

  if (self->is_connected && !self->waits_for_ping)
    ping (self);
}

/**
 * hub_client_close:
 * @self: a client
 *
 * Says goodbye: what was published is sent, then DISCONNECT, then the stream is closed. The will is not published. No
 * signal is emitted any more.
 */
void
hub_client_close (HubClient *self)
{
  g_return_if_fail (HUB_IS_CLIENT (self));

  if (self->is_connected)
    send_goodbye (self);
  drop_channel (self);
}

/**
 * hub_client_close_after_message:
 * @self: a client that is just emitting [signal@Hub.Client::message]
 *
 * As hub_client_close(), but the message is acknowledged first, so that a session that stays does not bring it again.
 * No further one is emitted.
 */
void
hub_client_close_after_message (HubClient *self)
{
  g_return_if_fail (HUB_IS_CLIENT (self));

  self->is_leaving = TRUE;
}
