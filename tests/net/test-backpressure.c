/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"
#include "tests/support/hub-test-ws.h"

/* Who does not read harms nobody else, and is not kept more for than the limit. */

#define OUTPUT_LIMIT (64 * 1024)
#define QUEUE_LIMIT 100
#define WINDOW 20
#define PAYLOAD_SIZE 1000
#define MESSAGES_MAX 40000
#define LITTLE_ROOM 4096
#define MUCH_ROOM (1024 * 1024)

static const char drop_line[] = "Outgoing messages are being dropped for client slow.";

static void
configure (HubConfig *config)
{
  config->server.core.limits.max_output_bytes = OUTPUT_LIMIT;
  config->server.core.limits.max_queued_messages = QUEUE_LIMIT;
  config->server.core.limits.max_inflight = WINDOW;
}

static void
configure_room (HubConfig *config)
{
  config->server.core.limits.max_output_bytes = 16 * 1024 * 1024;
}

static void
publish_number (HubTestClient *client, guint number, guint8 qos)
{
  g_autofree char *text = g_strdup_printf ("%0*u", PAYLOAD_SIZE, number);

  hub_test_client_publish (client, "t", hub_span_from_string (text), qos);
}

/* The number in the next packet, or G_MAXUINT when it is no PUBLISH. */
static guint
read_number (HubTestClient *client)
{
  g_autoptr (GBytes) packet = hub_test_client_read (client);
  g_autofree char *digits = NULL;
  const char *bytes;
  gsize size;

  g_assert_nonnull (packet);
  bytes = g_bytes_get_data (packet, &size);
  if (size < PAYLOAD_SIZE)
    return G_MAXUINT;
  digits = g_strndup (bytes + size - PAYLOAD_SIZE, PAYLOAD_SIZE);
  return (guint) g_ascii_strtoull (digits, NULL, 10);
}

static HubTestClient *
join_slow (HubTestBroker *broker, HubTestTransport transport, guint8 qos)
{
  HubTestClient *slow = hub_test_client_join (broker, transport, "slow");

  hub_test_client_subscribe (slow, "t", qos);
  hub_test_line_set_room (slow->line, LITTLE_ROOM);
  return slow;
}

/* Publishes until somebody who does not read loses messages; another one gets them all. Returns how many there were. */
static guint
publish_until_dropped (HubTestBroker *broker, HubTestClient *publisher, HubTestClient *fast)
{
  for (guint n = 0; n < MESSAGES_MAX; n++)
    {
      publish_number (publisher, n, 0);
      g_assert_cmpuint (read_number (fast), ==, n);
      if (hub_test_broker_count_log (broker, drop_line) > 0)
        return n + 1;
    }
  g_error ("nothing is dropped for somebody who does not read %d messages", MESSAGES_MAX);
}

static void
test_frozen_reader (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) slow = join_slow (broker, transport, 0);
  g_autoptr (HubTestClient) fast = hub_test_client_join (broker, transport, "fast");
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");
  guint n;
  guint next = 0;
  guint number;

  hub_test_client_subscribe (fast, "t", 0);
  n = publish_until_dropped (broker, publisher, fast);
  for (guint i = 0; i < 50; i++)
    {
      publish_number (publisher, n + i, 0);
      g_assert_cmpuint (read_number (fast), ==, n + i);
    }

  /* What was before the first loss has arrived whole and in order, and is not less than the limit. */
  hub_test_line_set_room (slow->line, MUCH_ROOM);
  hub_test_client_send (slow, "c0 []");
  while ((number = read_number (slow)) != G_MAXUINT)
    g_assert_cmpuint (number, ==, next++);
  g_assert_cmpuint (next, <, n);
  g_assert_cmpuint (next * PAYLOAD_SIZE, >=, OUTPUT_LIMIT);
  g_assert_cmpuint (hub_test_broker_count_log (broker, drop_line), ==, 1);

  publish_number (publisher, 424242, 0);
  g_assert_cmpuint (read_number (slow), ==, 424242);
  g_assert_cmpuint (read_number (fast), ==, 424242);
}

/* At QoS 1 what passes the window waits in the queue, and what passes the queue is lost. */
static void
test_frozen_reader_qos_1 (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) slow = join_slow (broker, transport, 1);
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");

  for (guint i = 0; i < WINDOW + QUEUE_LIMIT + 5; i++)
    {
      publish_number (publisher, i, 1);
      hub_test_client_expect (publisher, "PUBACK m1");
    }
  g_assert_cmpuint (hub_test_broker_count_log (broker, drop_line), ==, 1);

  hub_test_line_set_room (slow->line, MUCH_ROOM);
  for (guint i = 0; i < WINDOW + QUEUE_LIMIT; i++)
    {
      g_autofree char *ack = g_strdup_printf ("40 [%04x]", i + 1);

      g_assert_cmpuint (read_number (slow), ==, i);
      hub_test_client_send (slow, ack);
    }
  hub_test_client_ping (slow);
  publish_number (publisher, 424242, 1);
  g_assert_cmpuint (read_number (slow), ==, 424242);
}

/* Retained messages are a promise: more of them than the limit are sent as there is room. */
static void
test_retained_beyond_limit (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");
  g_autoptr (HubTestClient) slow = hub_test_client_join (broker, transport, "slow");
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  const guint n = 8000;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *packet = g_strdup_printf ("31 [{'kept/%u'} '%0*u']", i, PAYLOAD_SIZE, i);

      hub_test_client_send (publisher, packet);
    }
  hub_test_client_ping (publisher);

  hub_test_client_subscribe (slow, "kept/#", 0);
  hub_test_client_ping (publisher);
  for (guint i = 0; i < n; i++)
    g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (read_number (slow))));
  hub_test_client_ping (slow);
}

/* What is looked for among very many takes several turns, which come by themselves though nothing is written in them. */
static void
test_retained_among_many (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");
  g_autoptr (HubTestClient) late = hub_test_client_join (broker, transport, "late");
  g_autofree char *wanted = g_strdup_printf ("31 [{'kept/0/wanted'} '%0*u']", PAYLOAD_SIZE, 424242);

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *packet = g_strdup_printf ("31 [{'kept/%u'} 'x']", i);

      hub_test_client_send (publisher, packet);
    }
  hub_test_client_send (publisher, wanted);
  hub_test_client_ping (publisher);

  hub_test_client_subscribe (late, "kept/+/wanted", 0);
  g_assert_cmpuint (read_number (late), ==, 424242);
  hub_test_client_ping (late);
}

#define PINGS 500
#define PING_BYTES_MAX (64 * 1024 * 1024)

static GByteArray *
make_pings (HubTestTransport transport)
{
  g_autoptr (GByteArray) packets = hub_test_bytes ("(c0 [])*500");
  GByteArray *frame;

  if (!hub_test_transport_is_websocket (transport))
    return g_steal_pointer (&packets);
  frame = g_byte_array_new ();
  hub_test_ws_append_frame (frame, 0x82, 0x01020304, hub_test_span (packets));
  return frame;
}

/* Who asks on and on and does not read the answers is not read from any more, and loses nothing. */
static void
test_asks_without_reading (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, HUB_TEST_TCP, "witness");
  g_autoptr (HubTestClient) greedy = hub_test_client_join (broker, transport, "greedy");
  g_autoptr (GByteArray) pings = make_pings (transport);
  gsize answer_size = hub_test_transport_is_websocket (transport) ? 4 : 2;
  gsize sent = 0;
  gsize at = 0;
  guint blocked = 0;

  hub_test_line_set_room (greedy->line, LITTLE_ROOM);
  while (blocked < 20)
    {
      gsize n = hub_test_line_write_some (greedy->line, (HubSpan){ pings->data + at, pings->len - at });

      g_assert_cmpuint (n, !=, G_MAXSIZE);
      g_assert_cmpuint (sent, <, PING_BYTES_MAX);
      blocked = n > 0 ? 0 : blocked + 1;
      sent += n;
      at = (at + n) % pings->len;
      hub_test_client_ping (witness);
    }

  hub_test_line_set_room (greedy->line, MUCH_ROOM);
  hub_test_line_write (greedy->line, (HubSpan){ pings->data + at, pings->len - at });
  sent += pings->len - at;
  g_assert_true (hub_test_line_want (greedy->line, sent / pings->len * PINGS * answer_size));
  hub_test_line_drop (greedy->line, sent / pings->len * PINGS * answer_size);
  hub_test_client_ping (greedy);
}

#define SHARES 1024
#define AT_ONCE 200
#define SHARED_SIZE 5

/* What it takes is done in many turns, of which nothing that comes on the connection tells. */
static void
send_shared (HubTestClient *client, const char *behind)
{
  g_autofree char *text = g_strdup_printf ("(30 [{'t'}])*%u %s", AT_ONCE, behind);
  g_autoptr (GByteArray) packets = hub_test_bytes (text);
  g_autoptr (GByteArray) frames = g_byte_array_new ();

  if (!hub_test_transport_is_websocket (client->transport))
    {
      hub_test_line_write (client->line, hub_test_span (packets));
      return;
    }
  hub_test_ws_append_frame (frames, 0x80 | HUB_WS_BINARY, 0x01020304, hub_test_span (packets));
  if (behind[0] == '\0')
    hub_test_ws_append_frame (frames, 0x80 | HUB_WS_CLOSE, 0x01020304, HUB_SPAN_LITERAL ("\003\350"));
  hub_test_line_write (client->line, hub_test_span (frames));
}

static void
expect_shared (HubTestClient *client)
{
  g_assert_true (hub_test_line_want (client->line, SHARES * AT_ONCE * SHARED_SIZE));
  hub_test_line_drop (client->line, SHARES * AT_ONCE * SHARED_SIZE);
}

/* Who sends what takes more than a turn is heard to the end: what is behind it, and that nothing more comes. */
static void
test_more_than_a_turn (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) many = hub_test_client_join (broker, HUB_TEST_TCP, "many");
  g_autoptr (HubTestClient) ada = hub_test_client_open (broker, transport);

  for (guint i = 0; i < SHARES; i++)
    {
      g_autofree char *filter = g_strdup_printf ("$share/%u/t", i);

      hub_test_client_subscribe (many, filter, 0);
    }
  hub_test_client_subscribe (many, "will", 0);
  hub_test_client_send (ada, "10 [{'MQTT'} 04 06 0000 {'ada'} {'will'} {'gone'}]");
  hub_test_client_expect (ada, "CONNACK 0 0");

  send_shared (ada, "c0 []");
  hub_test_client_expect (ada, "PINGRESP");
  expect_shared (many);

  send_shared (ada, "");
  if (!hub_test_transport_is_websocket (transport))
    hub_test_line_end_output (ada->line);
  expect_shared (many);
  hub_test_client_expect (many, "PUBLISH d0 q0 r0 m0 will gone");
  hub_test_client_expect_end (ada, HUB_WS_CLOSE_NORMAL);
}

/* The broker does not wait for ever for somebody to take the last words. */
static void
test_stop_with_frozen_reader (HubTestBroker *broker, HubTestTransport transport)
{
  G_GNUC_UNUSED g_autoptr (HubTestClient) slow = join_slow (broker, transport, 0);
  g_autoptr (HubTestClient) fast = hub_test_client_join (broker, transport, "fast");
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");
  gint64 since_us;

  hub_test_client_subscribe (fast, "t", 0);
  publish_until_dropped (broker, publisher, fast);
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 1500 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  hub_test_client_expect_end (fast, 1001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  hub_test_add_transports_full ("frozen-reader", configure, test_frozen_reader);
  hub_test_add_transports_full ("frozen-reader-qos-1", configure, test_frozen_reader_qos_1);
  hub_test_add_transports_full ("retained-beyond-limit", configure, test_retained_beyond_limit);
  hub_test_add_transports_full ("retained-among-many", configure, test_retained_among_many);
  hub_test_add_transports_full ("asks-without-reading", configure, test_asks_without_reading);
  hub_test_add_transports_full ("more-than-a-turn", configure_room, test_more_than_a_turn);
  hub_test_add_transports_full ("stop-with-frozen-reader", configure, test_stop_with_frozen_reader);
  return g_test_run ();
}
