/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/client/hub-client-private.h"

#include "broker/wire/hub-encode.h"

#define ANSWER_TIMEOUT_MS 10000

/**
 * HubClient:
 *
 * An MQTT client over any #GIOStream. It is connected at most once: for a new connection make a new client.
 *
 * All functions and signals belong to the thread whose default context the client was opened in.
 */
G_DEFINE_FINAL_TYPE (HubClient, hub_client, G_TYPE_OBJECT)

G_DEFINE_QUARK (hub_client_error, hub_client_error)

guint hub_client_signals[HUB_CLIENT_SIGNAL_CLOSED + 1];

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

void
hub_client_fail (HubClient *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (HubClient) kept = g_object_ref (self);

  drop_channel (self);
  g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_CLOSED], 0, error);
}

void
hub_client_fail_code (HubClient *self, HubClientError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (HUB_CLIENT_ERROR, (int) code, message);

  hub_client_fail (self, error);
}

static gboolean
connack_timeout_cb (gpointer user_data)
{
  HubClient *self = user_data;

  clear_timer (self);
  hub_client_fail_code (self, HUB_CLIENT_ERROR_TIMED_OUT, "the broker does not answer");
  return G_SOURCE_REMOVE;
}

static void
ping (HubClient *self)
{
  hub_client_send_empty (self, HUB_PACKET_PINGREQ);
  self->waits_for_ping = TRUE;
  hub_client_arm_ping (self);
}

/* Sent a while before the broker would lose patience; an answer that does not come means that nobody is there. */
static gboolean
ping_cb (gpointer user_data)
{
  HubClient *self = user_data;

  clear_timer (self);
  if (self->waits_for_ping)
    {
      hub_client_fail_code (self, HUB_CLIENT_ERROR_TIMED_OUT, "the broker does not answer any more");
      return G_SOURCE_REMOVE;
    }
  ping (self);
  return G_SOURCE_REMOVE;
}

void
hub_client_arm_ping (HubClient *self)
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
drained_cb (gpointer user_data)
{
  HubClient *self = user_data;

  if (self->is_connected && hub_client_get_unsent (self) == 0)
    g_signal_emit (self, hub_client_signals[HUB_CLIENT_SIGNAL_DRAINED], 0);
}

static void
closed_cb (const GError *error, gpointer user_data)
{
  HubClient *self = user_data;

  if (!self->is_connected && (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)))
    hub_client_fail_code (self, HUB_CLIENT_ERROR_HUNG_UP, "the broker has closed the connection without an answer");
  else if (error == NULL)
    hub_client_fail_code (self, HUB_CLIENT_ERROR_CLOSED, "the broker has closed the connection");
  else if (error->domain == HUB_MQTT_ERROR)
    hub_client_fail_code (self, HUB_CLIENT_ERROR_PROTOCOL, error->message);
  else
    hub_client_fail (self, error);
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
  hub_client_signals[HUB_CLIENT_SIGNAL_CONNECTED] =
    g_signal_new ("connected", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /**
   * HubClient::subscribed:
   * @self: the client
   * @is_granted: whether the broker has accepted the filter, or one of them
   *
   * Emitted for each SUBACK.
   */
  hub_client_signals[HUB_CLIENT_SIGNAL_SUBSCRIBED] =
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
  hub_client_signals[HUB_CLIENT_SIGNAL_MESSAGE] = g_signal_new ("message",
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
  hub_client_signals[HUB_CLIENT_SIGNAL_ACKNOWLEDGED] =
    g_signal_new ("acknowledged", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * HubClient::refused:
   * @self: the client
   * @packet_id: what hub_client_publish() has returned
   * @reason: a [enum@Hub.Reason] of 0x80 and above
   *
   * Emitted when the broker does not take a message of QoS 1 or 2, for good. Only MQTT 5.0 can say so.
   */
  hub_client_signals[HUB_CLIENT_SIGNAL_REFUSED] = g_signal_new ("refused",
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
  hub_client_signals[HUB_CLIENT_SIGNAL_DRAINED] =
    g_signal_new ("drained", HUB_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HubClient::closed:
   * @self: the client
   * @error: why: a %HUB_CLIENT_ERROR or a %G_IO_ERROR
   *
   * Emitted once when the connection could not be made or is over, but not for hub_client_close().
   */
  hub_client_signals[HUB_CLIENT_SIGNAL_CLOSED] =
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
  static const HubPacketChannelFuncs funcs = { .packet = hub_client_hear_cb, .drained = drained_cb, .closed = closed_cb };
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  g_return_if_fail (HUB_IS_CLIENT (self) && self->channel == NULL);

  self->version = connect->version;
  self->terms.keep_alive_s = connect->keep_alive_s;
  self->channel = hub_packet_channel_new (stream, connect->version, HUB_CLIENT_PACKET_BYTES_MAX, &funcs, self);
  hub_encode_connect (packet, connect);
  hub_client_send (self, (HubSpan){ packet->data, packet->len });
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
    hub_client_send_goodbye (self);
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
