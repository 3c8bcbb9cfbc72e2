/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

/* The log as topics. */

static HubTestBroker *
start (const char *options)
{
  g_autofree char *text = g_strdup_printf ("listener 0 127.0.0.1\n"
                                           "listener 0 127.0.0.1\nprotocol websockets\n%s\n",
                                           options);
  HubConfig *config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;

  hub_config_parse (config, text, strlen (text), "test.conf", &error);
  g_assert_no_error (error);
  return hub_test_broker_new (config);
}

static HubTestClient *
join_reader (HubTestBroker *broker)
{
  HubTestClient *reader = hub_test_client_join (broker, HUB_TEST_TCP, "reader");

  hub_test_client_subscribe (reader, "$SYS/broker/log/#", 0);
  return reader;
}

/* Waits for a line in @topic that holds @piece; others are passed over. */
static void
expect_line (HubTestClient *reader, const char *topic, const char *piece)
{
  gboolean is_found = FALSE;

  while (!is_found)
    {
      g_autoptr (GBytes) packet = hub_test_client_read (reader);
      const guint8 *bytes;
      gsize size;

      g_assert_nonnull (packet);
      bytes = g_bytes_get_data (packet, &size);
      g_assert_cmphex (bytes[0], ==, 0x30);
      is_found = memmem (bytes, size, topic, strlen (topic)) != NULL && memmem (bytes, size, piece, strlen (piece)) != NULL;
    }
}

/* Waits for the answer to a ping, and returns how many lines have come before. */
static guint
count_lines (HubTestClient *reader)
{
  guint count = 0;

  hub_test_client_send (reader, "c0 00");
  while (TRUE)
    {
      g_autofree char *packet = hub_test_client_take (reader);

      if (g_str_equal (packet, "PINGRESP"))
        return count;
      count++;
    }
}

static void
test_lines (void)
{
  g_autoptr (HubTestBroker) broker = start ("log_dest topic\nlog_type all");
  g_autoptr (HubTestClient) reader = join_reader (broker);
  g_autoptr (HubTestClient) ada = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "ada");

  expect_line (reader, "$SYS/broker/log/N", "New client connected");
  hub_test_client_subscribe (ada, "t", 1);
  expect_line (reader, "$SYS/broker/log/M/subscribe", "ada 1 t");
  hub_test_client_send (ada, "a2 [0002 {'t'}]");
  hub_test_client_expect (ada, "UNSUBACK m2");
  expect_line (reader, "$SYS/broker/log/M/unsubscribe", "ada t");
  hub_test_client_send (ada, "e0 00");
  hub_test_client_expect_end (ada, 1000);
  expect_line (reader, "$SYS/broker/log/N", "Client ada disconnected.");
}

/* That a line was published is no line, even where everything is logged. */
static void
test_no_echo (void)
{
  g_autoptr (HubTestBroker) broker = start ("log_dest topic\nlog_type all");
  g_autoptr (HubTestClient) reader = join_reader (broker);
  g_autoptr (HubTestClient) second = hub_test_client_join (broker, HUB_TEST_TCP, "second");

  hub_test_client_subscribe (second, "$SYS/broker/log/N", 1);
  count_lines (reader);
  g_assert_cmpuint (count_lines (reader), ==, 0);
  g_assert_cmpuint (count_lines (reader), ==, 0);
}

static void
test_filtered (gconstpointer data)
{
  g_autoptr (HubTestBroker) broker = start (data);
  g_autoptr (HubTestClient) reader = join_reader (broker);
  g_autoptr (HubTestClient) ada = NULL;

  count_lines (reader);
  ada = hub_test_client_join (broker, HUB_TEST_TCP, "ada");
  hub_test_client_ping (ada);
  g_assert_cmpuint (count_lines (reader), ==, 0);
}

/* Who does not read the log loses lines, and nobody else notices. */
static void
test_frozen (void)
{
  g_autoptr (HubTestBroker) broker = start ("log_dest topic\nmax_output_bytes 1024");
  g_autoptr (HubTestClient) frozen = join_reader (broker);
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, HUB_TEST_TCP, "client");

  hub_test_line_set_room (frozen->line, 4096);
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (HubTestClient) guest = hub_test_client_open (broker, HUB_TEST_TCP);

      hub_test_client_send (guest, "10 [{'MQTT'} 04 02 003c {'x'*20000}]");
      hub_test_client_expect (guest, "CONNACK 0 0");
      if (hub_test_broker_count_log (broker, "Outgoing messages are being dropped for client reader.") > 0)
        break;
    }
  hub_test_client_ping (client);
  g_assert_cmpuint (hub_test_broker_count_log (broker, "Outgoing messages are being dropped for client reader."), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  g_test_add_func ("/net/log-topics/lines", test_lines);
  g_test_add_func ("/net/log-topics/no-echo", test_no_echo);
  g_test_add_data_func ("/net/log-topics/filtered/dest", "log_dest stderr", test_filtered);
  g_test_add_data_func ("/net/log-topics/filtered/type", "log_dest topic\nlog_type warning", test_filtered);
  g_test_add_data_func ("/net/log-topics/filtered/connections", "log_dest topic\nconnection_messages false", test_filtered);
  g_test_add_func ("/net/log-topics/frozen", test_frozen);
  return g_test_run ();
}
