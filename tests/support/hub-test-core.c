/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-core.h"

#include "broker/wire/hub-encode.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-packets.h"

#include <stdio.h>

/* Not 0: nothing may depend on where a clock begins. */
#define START_US (1000 * G_TIME_SPAN_SECOND + 7)

static HubTestPeer *
client_of (HubPeer *peer)
{
  return (HubTestPeer *) (gpointer) ((guint8 *) peer - G_STRUCT_OFFSET (HubTestPeer, peer));
}

static void
receive (HubTestPeer *self, HubSpan bytes)
{
  /* A refusal comes before the core has noted the version; only that of 5.0 is longer than four bytes. */
  HubVersion refused = bytes.size > 4 ? HUB_VERSION_5_0 : HUB_VERSION_3_1_1;
  HubVersion version = self->peer.version != HUB_VERSION_NONE ? self->peer.version : refused;
  g_autoptr (GError) error = NULL;
  char *text = hub_test_decode_to_text (version, bytes, &error);

  g_assert_no_error (error);
  g_assert_false (self->is_closed || self->was_told);
  g_assert_true (self->peer.max_packet_bytes == 0 || bytes.size <= self->peer.max_packet_bytes);
  self->was_told = g_str_has_prefix (text, "DISCONNECT");
  g_ptr_array_add (self->output, text);
  if (self->counts_output)
    self->peer.output_bytes += bytes.size;
}

static void
send_cb (HubPeer *peer, HubSpan packet)
{
  receive (client_of (peer), packet);
}

static void
deliver_cb (HubPeer *peer, HubMessage *message, const HubDelivery *delivery)
{
  gsize size = hub_message_packet_size (message, peer->version, delivery);
  gsize head_size = size - message->payload.size;
  g_autofree guint8 *bytes = g_malloc (size);

  g_assert_cmpuint (hub_message_write_head (message, peer->version, delivery, bytes), ==, head_size);
  if (message->payload.size > 0)
    memcpy (bytes + head_size, message->payload.data, message->payload.size);
  receive (client_of (peer), (HubSpan){ bytes, size });
}

static void
close_cb (HubPeer *peer, HubReason reason)
{
  HubTestPeer *self = client_of (peer);

  g_assert_false (self->is_closed);
  self->is_closed = TRUE;
  self->reason = reason;
}

static void
describe_cb (HubPeer *peer, char name[HUB_PEER_NAME_SIZE])
{
  g_snprintf (name, HUB_PEER_NAME_SIZE, "192.0.2.1:%u", 1000 + client_of (peer)->test->clients->len);
}

static void
resume_cb (HubPeer *peer)
{
  client_of (peer)->is_resumed = TRUE;
}

static const HubPeerFuncs peer_funcs = { send_cb, deliver_cb, close_cb, describe_cb, resume_cb };

static void
log_cb (HubLogLevel level, const char *line, gpointer user_data)
{
  HubTestCore *self = user_data;

  g_assert_null (strpbrk (line, "\n\r\033"));
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_ptr_array_add (self->log, g_strdup (line));
}

static void
client_free (gpointer data)
{
  HubTestPeer *self = data;

  g_byte_array_unref (self->input);
  g_ptr_array_unref (self->output);
  g_free (self);
}

/**
 * hub_test_core_new_with_options:
 * @options: how the core is to behave; where its log goes is overridden
 *
 * Returns: (transfer full): a broker without clients
 */
HubTestCore *
hub_test_core_new_with_options (const HubCoreOptions *options)
{
  HubTestCore *self = g_new0 (HubTestCore, 1);
  HubCoreOptions copy = *options;

  self->now_us = START_US;
  self->clients = g_ptr_array_new_with_free_func (client_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  copy.log.func = log_cb;
  copy.log.user_data = self;
  self->core = hub_core_new (&copy);
  return self;
}

/**
 * hub_test_core_new_with_limits:
 * @limits: what clients may claim
 *
 * Returns: (transfer full): a broker that takes everybody, logs everything, and tells nothing of itself below `$SYS`
 */
HubTestCore *
hub_test_core_new_with_limits (const HubLimits *limits)
{
  HubCoreOptions options = { .limits = *limits, .policy = HUB_PEER_POLICY_OPEN, .seed = 1, .log.level = HUB_LOG_DEBUG };

  options.limits.sys_interval_s = 0;
  return hub_test_core_new_with_options (&options);
}

/**
 * hub_test_core_new:
 *
 * Returns: (transfer full): a broker with the limits of hubbub-broker
 */
HubTestCore *
hub_test_core_new (void)
{
  HubLimits limits;

  hub_limits_init_broker (&limits);
  return hub_test_core_new_with_limits (&limits);
}

/**
 * hub_test_core_free:
 * @self: (transfer full): a broker; its clients go with it
 */
void
hub_test_core_free (HubTestCore *self)
{
  for (guint i = 0; i < self->clients->len; i++)
    hub_test_peer_lose (g_ptr_array_index (self->clients, i));
  hub_core_free (self->core);
  g_ptr_array_unref (self->clients);
  g_ptr_array_unref (self->log);
  g_free (self);
}

/**
 * hub_test_core_pass:
 * @self: a broker
 * @time_us: how much time passes, microseconds
 *
 * Lets the time pass as a main loop does: the core is told of every deadline when it comes, and no later.
 */
void
hub_test_core_pass (HubTestCore *self, gint64 time_us)
{
  gint64 end_us = self->now_us + time_us;

  while (hub_core_next_deadline (self->core) <= end_us)
    {
      self->now_us = MAX (self->now_us, hub_core_next_deadline (self->core));
      hub_core_advance (self->core, self->now_us);
      g_assert_cmpint (hub_core_next_deadline (self->core), >, self->now_us);
    }
  self->now_us = end_us;
}

/**
 * hub_test_core_count_log:
 * @self: a broker
 * @piece: what to look for
 *
 * Returns: how many lines of the log contain @piece
 */
guint
hub_test_core_count_log (const HubTestCore *self, const char *piece)
{
  guint count = 0;

  for (guint i = 0; i < self->log->len; i++)
    if (strstr (g_ptr_array_index (self->log, i), piece) != NULL)
      count++;
  return count;
}

/**
 * hub_test_core_open:
 * @self: a broker
 *
 * Returns: (transfer none): a connection that nothing was sent on yet
 */
HubTestPeer *
hub_test_core_open (HubTestCore *self)
{
  HubTestPeer *client = g_new0 (HubTestPeer, 1);

  client->peer.funcs = &peer_funcs;
  client->test = self;
  client->version = HUB_VERSION_3_1_1;
  client->input = g_byte_array_new ();
  client->output = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->clients, client);
  hub_core_open (self->core, &client->peer, self->now_us);
  return client;
}

/**
 * hub_test_core_join:
 * @self: a broker
 * @client_id: a Client Identifier
 *
 * Returns: (transfer none): a connected client with a clean session and without a keep-alive
 */
HubTestPeer *
hub_test_core_join (HubTestCore *self, const char *client_id)
{
  HubTestPeer *client = hub_test_core_open (self);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = hub_span_from_string (client_id), .is_clean = TRUE };

  hub_test_peer_connect (client, &connect);
  hub_test_peer_expect (client, "CONNACK 0 0");
  return client;
}

/**
 * hub_test_core_resume:
 * @self: a broker
 * @client_id: a Client Identifier
 * @is_present: whether there should be a session already
 *
 * Connects with Clean Session 0. What follows the CONNACK is left for the test to take.
 *
 * Returns: (transfer none): a connected client without a keep-alive
 */
HubTestPeer *
hub_test_core_resume (HubTestCore *self, const char *client_id, gboolean is_present)
{
  HubTestPeer *client = hub_test_core_open (self);
  HubConnect connect = { .version = HUB_VERSION_3_1_1, .client_id = hub_span_from_string (client_id) };
  g_autofree char *first = NULL;

  hub_test_peer_connect (client, &connect);
  first = hub_test_peer_take_next (client);
  g_assert_cmpstr (first, ==, is_present ? "CONNACK 1 0" : "CONNACK 0 0");
  return client;
}

static HubTestPeer *
connect_5 (HubTestCore *self, const char *client_id, const char *properties, guint flags, gboolean is_present)
{
  HubTestPeer *client = hub_test_core_open (self);
  g_autofree char *bytes = g_strdup_printf ("10 [{'MQTT'} 05 %02x 0000 [%s] {'%s'}]", flags, properties, client_id);
  g_autofree char *first = NULL;

  client->version = HUB_VERSION_5_0;
  hub_test_peer_send (client, bytes);
  first = hub_test_peer_take_next (client);
  g_assert_true (g_str_has_prefix (first, is_present ? "CONNACK 1 0" : "CONNACK 0 0"));
  return client;
}

/**
 * hub_test_core_join_5:
 * @self: a broker
 * @client_id: a Client Identifier
 * @properties: those of its CONNECT, in the form of hub_test_bytes()
 *
 * Connects with MQTT 5.0 and Clean Start 1.
 *
 * Returns: (transfer none): a connected client without a keep-alive
 */
HubTestPeer *
hub_test_core_join_5 (HubTestCore *self, const char *client_id, const char *properties)
{
  return connect_5 (self, client_id, properties, 0x02, FALSE);
}

/**
 * hub_test_core_resume_5:
 * @self: a broker
 * @client_id: a Client Identifier
 * @properties: those of its CONNECT, in the form of hub_test_bytes()
 * @is_present: whether there should be a session already
 *
 * Connects with MQTT 5.0 and Clean Start 0. What follows the CONNACK is left for the test to take.
 *
 * Returns: (transfer none): a connected client without a keep-alive
 */
HubTestPeer *
hub_test_core_resume_5 (HubTestCore *self, const char *client_id, const char *properties, gboolean is_present)
{
  return connect_5 (self, client_id, properties, 0x00, is_present);
}

/**
 * hub_test_peer_feed:
 * @self: a client
 * @bytes: what it sends
 *
 * Hands the core what the client has sent, from a block of exactly that size, as often as it takes something.
 */
void
hub_test_peer_feed (HubTestPeer *self, HubSpan bytes)
{
  g_autofree guint8 *copy = NULL;
  gsize consumed;

  if (bytes.size > 0)
    g_byte_array_append (self->input, bytes.data, (guint) bytes.size);
  copy = hub_test_copy (hub_test_span (self->input));
  consumed = hub_core_feed (self->test->core, &self->peer, (HubSpan){ copy, self->input->len }, self->test->now_us);
  g_assert_cmpuint (consumed, <=, self->input->len);
  if (consumed > 0)
    g_byte_array_remove_range (self->input, 0, (guint) consumed);
}

/**
 * hub_test_peer_send:
 * @self: a client
 * @bytes: what it sends, in the form of hub_test_bytes()
 */
void
hub_test_peer_send (HubTestPeer *self, const char *bytes)
{
  g_autoptr (GByteArray) array = hub_test_bytes (bytes);

  hub_test_peer_feed (self, hub_test_span (array));
}

/**
 * hub_test_peer_connect:
 * @self: a client that was just opened
 * @connect: its CONNECT
 */
void
hub_test_peer_connect (HubTestPeer *self, const HubConnect *connect)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();

  self->version = connect->version;
  hub_encode_connect (packet, connect);
  hub_test_peer_feed (self, hub_test_span (packet));
}

static void
send_empty (HubTestPeer *self, HubPacketType type)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  hub_test_peer_feed (self, (HubSpan){ packet, hub_encode_empty (type, packet) });
}

/**
 * hub_test_peer_disconnect:
 * @self: a connected client
 *
 * Says goodbye.
 */
void
hub_test_peer_disconnect (HubTestPeer *self)
{
  send_empty (self, HUB_PACKET_DISCONNECT);
  hub_test_peer_expect_closed (self, HUB_REASON_SUCCESS);
}

/**
 * hub_test_peer_lose:
 * @self: a client
 *
 * Breaks its connection, if there still is one.
 */
void
hub_test_peer_lose (HubTestPeer *self)
{
  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  hub_core_lost (self->test->core, &self->peer, self->test->now_us);
}

static guint16
next_packet_id (HubTestPeer *self)
{
  self->last_packet_id = self->last_packet_id == G_MAXUINT16 ? 1 : self->last_packet_id + 1;
  return self->last_packet_id;
}

/**
 * hub_test_peer_subscribe:
 * @self: a connected client
 * @filter: a Topic Filter
 * @qos: the QoS to ask for; in 5.0 with the other options
 *
 * Subscribes and takes the SUBACK, which has to grant it; what follows it is left for the test to take.
 */
void
hub_test_peer_subscribe (HubTestPeer *self, const char *filter, guint8 qos)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id = next_packet_id (self);
  g_autofree char *expected = g_strdup_printf ("SUBACK m%d %02x", packet_id, qos & HUB_SUBSCRIPTION_QOS);
  g_autofree char *first = NULL;

  hub_encode_subscribe (packet, self->version, packet_id, hub_span_from_string (filter), qos, NULL);
  hub_test_peer_feed (self, hub_test_span (packet));
  first = hub_test_peer_take_next (self);
  g_assert_cmpstr (first, ==, expected);
}

/**
 * hub_test_peer_unsubscribe:
 * @self: a connected client
 * @filter: a Topic Filter
 *
 * Unsubscribes and takes the UNSUBACK.
 */
void
hub_test_peer_unsubscribe (HubTestPeer *self, const char *filter)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  guint16 packet_id = next_packet_id (self);
  const char *code = self->version == HUB_VERSION_5_0 ? " 00" : "";
  g_autofree char *expected = g_strdup_printf ("UNSUBACK m%d%s", packet_id, code);
  g_autofree char *first = NULL;

  hub_encode_unsubscribe (packet, self->version, packet_id, hub_span_from_string (filter));
  hub_test_peer_feed (self, hub_test_span (packet));
  first = hub_test_peer_take_next (self);
  g_assert_cmpstr (first, ==, expected);
}

static void
publish (HubTestPeer *self, const char *topic, const char *payload, guint8 qos, gboolean is_retain)
{
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  HubPublish publish = {
    .topic = hub_span_from_string (topic),
    .payload = hub_span_from_string (payload),
    .qos = qos,
    .packet_id = qos > 0 ? next_packet_id (self) : 0,
    .is_retain = is_retain,
  };

  hub_encode_publish (packet, self->version, &publish);
  hub_test_peer_feed (self, hub_test_span (packet));
}

/**
 * hub_test_peer_publish:
 * @self: a connected client
 * @topic: a Topic Name
 * @payload: the message
 * @qos: 0 to 2
 *
 * Publishes under the next Packet Identifier: 1, 2 and so on. The acknowledgement is left for the test.
 */
void
hub_test_peer_publish (HubTestPeer *self, const char *topic, const char *payload, guint8 qos)
{
  publish (self, topic, payload, qos, FALSE);
}

/**
 * hub_test_peer_retain:
 * @self: a connected client
 * @topic: a Topic Name
 * @payload: the message; empty: clears
 * @qos: 0 to 2
 *
 * Publishes with RETAIN.
 */
void
hub_test_peer_retain (HubTestPeer *self, const char *topic, const char *payload, guint8 qos)
{
  publish (self, topic, payload, qos, TRUE);
}

/**
 * hub_test_peer_ack:
 * @self: a connected client
 * @type: PUBACK, PUBREC, PUBREL or PUBCOMP
 * @packet_id: the Packet Identifier
 */
void
hub_test_peer_ack (HubTestPeer *self, HubPacketType type, guint16 packet_id)
{
  guint8 packet[HUB_SHORT_PACKET_SIZE];

  hub_test_peer_feed (self, (HubSpan){ packet, hub_encode_ack (self->version, type, packet_id, HUB_REASON_SUCCESS, packet) });
}

static void
answer (HubTestPeer *self, const char *text)
{
  int dup, qos, retain, packet_id;

  if (sscanf (text, "PUBLISH d%d q%d r%d m%d ", &dup, &qos, &retain, &packet_id) == 4 && qos > 0)
    hub_test_peer_ack (self, qos == 1 ? HUB_PACKET_PUBACK : HUB_PACKET_PUBREC, (guint16) packet_id);
  else if (sscanf (text, "PUBREL m%d", &packet_id) == 1)
    hub_test_peer_ack (self, HUB_PACKET_PUBCOMP, (guint16) packet_id);
  else if (sscanf (text, "PUBREC m%d", &packet_id) == 1)
    hub_test_peer_ack (self, HUB_PACKET_PUBREL, (guint16) packet_id);
}

/**
 * hub_test_peer_settle:
 * @self: a connected client
 *
 * Takes every step that deliveries of both directions wait for, until there are no more.
 */
void
hub_test_peer_settle (HubTestPeer *self)
{
  while (self->n_acked < self->output->len)
    {
      g_autofree char *text = g_strdup (g_ptr_array_index (self->output, self->n_acked));

      self->n_acked++;
      answer (self, text);
    }
}

/**
 * hub_test_peer_set_output:
 * @self: a client
 * @output_bytes: how much waits unsent
 */
void
hub_test_peer_set_output (HubTestPeer *self, gsize output_bytes)
{
  self->peer.output_bytes = output_bytes;
}

/**
 * hub_test_peer_room:
 * @self: a connected client
 *
 * Sends all that waits, and tells the core if it wants to know.
 */
void
hub_test_peer_room (HubTestPeer *self)
{
  self->peer.output_bytes = 0;
  if (self->peer.wants_room)
    hub_core_room (self->test->core, &self->peer);
}

/**
 * hub_test_peer_take:
 * @self: a client
 *
 * Returns: (transfer full): all packets sent to it since the last time, with `; ` between
 */
char *
hub_test_peer_take (HubTestPeer *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->output->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", (const char *) g_ptr_array_index (self->output, i));
  g_ptr_array_set_size (self->output, 0);
  self->n_acked = 0;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * hub_test_peer_take_next:
 * @self: a client
 *
 * Returns: (transfer full): the first packet sent to it that was not taken; empty if there is none
 */
char *
hub_test_peer_take_next (HubTestPeer *self)
{
  if (self->output->len == 0)
    return g_strdup ("");
  if (self->n_acked > 0)
    self->n_acked--;
  return g_ptr_array_steal_index (self->output, 0);
}

/**
 * hub_test_peer_count:
 * @self: a client
 * @prefix: how a packet begins
 *
 * Returns: how many packets that were not taken begin like this
 */
guint
hub_test_peer_count (const HubTestPeer *self, const char *prefix)
{
  guint count = 0;

  for (guint i = 0; i < self->output->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->output, i), prefix))
      count++;
  return count;
}
