/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-wait.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* What stands in a configuration file is what the broker does. */

/* The listeners of hub_test_config_new(), with one more option each. */
static HubTestBroker *
start (const char *options, const char *mqtt_options, const char *http_options)
{
  g_autofree char *text = g_strdup_printf ("%s\n"
                                           "listener 0 127.0.0.1\n%s\n"
                                           "listener 0 127.0.0.1\nprotocol websockets\n%s\n",
                                           options,
                                           mqtt_options,
                                           http_options);
  HubConfig *config = hub_config_new_broker ();
  g_autoptr (GError) error = NULL;

  hub_config_parse (config, text, strlen (text), "test.conf", &error);
  g_assert_no_error (error);
  return hub_test_broker_new (config);
}

static void
expect_answer (HubTestBroker *broker, HubTestTransport transport, const char *connect, const char *answer)
{
  g_autoptr (HubTestClient) client = hub_test_client_open (broker, transport);

  hub_test_client_send (client, connect);
  hub_test_client_expect (client, answer);
}

#define CONNECT_3_1 "10 [{'MQIsdp'} 03 02 003c {'id'}]"
#define CONNECT_3_1_1 "10 [{'MQTT'} 04 02 003c {'id'}]"
#define CONNECT_NAMELESS "10 [{'MQTT'} 04 02 003c {}]"

/* What is refused at the door, and what is not: a row for the MQTT listener and one for the other. */
static const struct
{
  const char *name;
  const char *options;
  const char *mqtt_options;
  const char *http_options;
  const char *connect;
  const char *mqtt_answer;
  const char *http_answer;
} doors[] = {
  { "allow-anonymous/no", "allow_anonymous false", "", "", CONNECT_3_1_1, "CONNACK 0 5", "CONNACK 0 5" },
  { "allow-anonymous/one",
    "allow_anonymous false",
    "",
    "listener_allow_anonymous true",
    CONNECT_3_1_1,
    "CONNACK 0 5",
    "CONNACK 0 0" },
  { "allow-anonymous/per-listener",
    "per_listener_settings true",
    "allow_anonymous true",
    "allow_anonymous false",
    CONNECT_3_1_1,
    "CONNACK 0 0",
    "CONNACK 0 5" },
  { "accept-protocol-versions/4",
    "",
    "accept_protocol_versions 4",
    "accept_protocol_versions 3, 5",
    CONNECT_3_1_1,
    "CONNACK 0 0",
    "CONNACK 0 1" },
  { "accept-protocol-versions/3",
    "",
    "accept_protocol_versions 4",
    "accept_protocol_versions 3, 5",
    CONNECT_3_1,
    "CONNACK 0 1",
    "CONNACK 0 0" },
  { "zero-length-clientid/no", "allow_zero_length_clientid false", "", "", CONNECT_NAMELESS, "CONNACK 0 2", "CONNACK 0 2" },
  { "zero-length-clientid/per-listener",
    "per_listener_settings true",
    "allow_zero_length_clientid false",
    "",
    CONNECT_NAMELESS,
    "CONNACK 0 2",
    "CONNACK 0 0" },
  { "max-keepalive/at", "max_keepalive 60", "", "", CONNECT_3_1_1, "CONNACK 0 0", "CONNACK 0 0" },
  { "max-keepalive/past", "max_keepalive 59", "", "", CONNECT_3_1_1, "CONNACK 0 2", "CONNACK 0 2" },
  { "max-keepalive/none", "max_keepalive 0", "", "", CONNECT_3_1_1, "CONNACK 0 0", "CONNACK 0 0" },
};

static void
test_door (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (HubTestBroker) broker = start (doors[i].options, doors[i].mqtt_options, doors[i].http_options);

  expect_answer (broker, HUB_TEST_TCP, doors[i].connect, doors[i].mqtt_answer);
  expect_answer (broker, HUB_TEST_WEBSOCKET, doors[i].connect, doors[i].http_answer);
}

static void
test_auto_id_prefix (void)
{
  g_autoptr (HubTestBroker) broker = start ("auto_id_prefix room-", "", "listener_auto_id_prefix web-");

  expect_answer (broker, HUB_TEST_TCP, CONNECT_NAMELESS, "CONNACK 0 0");
  hub_test_broker_wait_log (broker, " as room-");
  expect_answer (broker, HUB_TEST_WEBSOCKET, CONNECT_NAMELESS, "CONNACK 0 0");
  hub_test_broker_wait_log (broker, " as web-");
}

/* At the limit, and one past it. */
static void
test_max_connections (void)
{
  g_autoptr (HubTestBroker) broker = start ("", "max_connections 2", "");
  g_autoptr (HubTestClient) ada G_GNUC_UNUSED = hub_test_client_join (broker, HUB_TEST_TCP, "ada");
  HubTestClient *grace = hub_test_client_join (broker, HUB_TEST_TCP, "grace");
  HubTestClient *third = hub_test_client_open (broker, HUB_TEST_TCP);
  g_autoptr (HubTestClient) elsewhere = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "elsewhere");

  hub_test_client_expect (third, "END");
  hub_test_client_free (third);
  g_assert_cmpuint (hub_test_broker_count_log (broker, "the listener has max_connections connections"), ==, 1);
  hub_test_client_ping (elsewhere);

  hub_test_client_free (grace);
  hub_test_broker_wait_log (broker, "Client grace");
  third = hub_test_client_join (broker, HUB_TEST_TCP, "third");
  hub_test_client_free (third);
}

static void
test_global_max_connections (void)
{
  g_autoptr (HubTestBroker) broker = start ("global_max_connections 2", "", "");
  g_autoptr (HubTestClient) ada G_GNUC_UNUSED = hub_test_client_join (broker, HUB_TEST_TCP, "ada");
  HubTestClient *grace = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "grace");
  HubTestClient *third = hub_test_client_open (broker, HUB_TEST_TCP);
  /* The broker's own program is no guest. */
  g_autoptr (HubTestClient) inside = hub_test_client_join (broker, HUB_TEST_LOCAL, "inside");

  hub_test_client_expect (third, "END");
  hub_test_client_free (third);
  g_assert_cmpuint (hub_test_broker_count_log (broker, "the broker has global_max_connections connections"), ==, 1);

  hub_test_client_free (grace);
  hub_test_broker_wait_log (broker, "Client grace");
  third = hub_test_client_join (broker, HUB_TEST_TCP, "third");
  hub_test_client_free (third);
  hub_test_client_ping (inside);
}

static void
test_global_max_clients (void)
{
  g_autoptr (HubTestBroker) broker = start ("global_max_clients 2", "", "");

  /* One that is away counts too. */
  expect_answer (broker, HUB_TEST_TCP, "10 [{'MQTT'} 04 00 003c {'ada'}] e0 00", "CONNACK 0 0");
  expect_answer (broker, HUB_TEST_TCP, "10 [{'MQTT'} 04 00 003c {'grace'}] e0 00", "CONNACK 0 0");
  expect_answer (broker, HUB_TEST_TCP, "10 [{'MQTT'} 04 00 003c {'third'}]", "CONNACK 0 3");
  expect_answer (broker, HUB_TEST_TCP, "10 [{'MQTT'} 04 00 003c {'ada'}]", "CONNACK 1 0");
}

static void
test_max_qos (void)
{
  g_autoptr (HubTestBroker) broker = start ("", "max_qos 1", "");
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, HUB_TEST_TCP, "ada");
  g_autoptr (HubTestClient) other = hub_test_client_join (broker, HUB_TEST_WEBSOCKET, "grace");

  hub_test_client_send (client, "32 [{'t'} 0001 'x']");
  hub_test_client_expect (client, "PUBACK m1");
  hub_test_client_send (client, "34 [{'t'} 0002 'x']");
  hub_test_client_expect (client, "END");
  hub_test_client_send (other, "34 [{'t'} 0002 'x']");
  hub_test_client_expect (other, "PUBREC m2");
}

static void
test_retain_available (void)
{
  g_autoptr (HubTestBroker) broker = start ("retain_available false", "", "");
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, HUB_TEST_TCP, "ada");

  hub_test_client_send (client, "30 [{'t'} 'x'] c0 00");
  hub_test_client_expect (client, "PINGRESP");
  hub_test_client_send (client, "31 [{'t'} 'x']");
  hub_test_client_expect (client, "END");
}

static void
test_message_size_limit (void)
{
  g_autoptr (HubTestBroker) broker = start ("message_size_limit 5", "", "");
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, HUB_TEST_TCP, "ada");

  hub_test_client_subscribe (client, "t", 0);
  hub_test_client_send (client, "32 [{'t'} 0001 'x'*6] 32 [{'t'} 0002 'x'*5]");
  hub_test_client_expect (client, "PUBACK m1");
  hub_test_client_expect (client, "PUBLISH d0 q0 r0 m0 t xxxxx");
  hub_test_client_expect (client, "PUBACK m2");
}

static void
test_queue_qos0_messages (gconstpointer data)
{
  gboolean is_on = GPOINTER_TO_INT (data);
  g_autoptr (HubTestBroker) broker = start (is_on ? "queue_qos0_messages true" : "queue_qos0_messages false", "", "");
  g_autoptr (HubTestClient) publisher = hub_test_client_join (broker, HUB_TEST_TCP, "publisher");
  g_autoptr (HubTestClient) back = NULL;

  expect_answer (broker, HUB_TEST_TCP, "10 [{'MQTT'} 04 00 003c {'ada'}] 82 [0001 {'t'} 01] e0 00", "CONNACK 0 0");
  hub_test_broker_wait_log (broker, "Client ada");
  hub_test_client_publish (publisher, "t", HUB_SPAN_LITERAL ("zero"), 0);
  hub_test_client_ping (publisher);

  back = hub_test_client_open (broker, HUB_TEST_TCP);
  hub_test_client_send (back, "10 [{'MQTT'} 04 00 003c {'ada'}]");
  hub_test_client_expect (back, "CONNACK 1 0");
  if (is_on)
    hub_test_client_expect (back, "PUBLISH d0 q0 r0 m0 t zero");
  hub_test_client_ping (back);
}

static void
test_upgrade_outgoing_qos (void)
{
  g_autoptr (HubTestBroker) broker = start ("upgrade_outgoing_qos true", "", "");
  g_autoptr (HubTestClient) client = hub_test_client_join (broker, HUB_TEST_TCP, "ada");

  hub_test_client_subscribe (client, "t", 1);
  hub_test_client_publish (client, "t", HUB_SPAN_LITERAL ("zero"), 0);
  hub_test_client_expect (client, "PUBLISH d0 q1 r0 m1 t zero");
}

/* The broker's end of a connection, found by its other end. */
static int
find_server_fd (HubTestClient *client)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  struct sockaddr_in own;
  socklen_t size = sizeof own;
  const char *name;

  g_assert_cmpint (getsockname (client->line->in_fd, (struct sockaddr *) &own, &size), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      int fd = (int) g_ascii_strtoll (name, NULL, 10);
      struct sockaddr_in other = { 0 };

      size = sizeof other;
      if (getpeername (fd, (struct sockaddr *) &other, &size) == 0 && size == sizeof other &&
          other.sin_port == own.sin_port && fd != client->line->in_fd)
        return fd;
    }
  g_assert_not_reached ();
}

static void
test_set_tcp_nodelay (gconstpointer data)
{
  gboolean is_on = GPOINTER_TO_INT (data);
  g_autoptr (HubTestBroker) broker = start (is_on ? "set_tcp_nodelay true" : "set_tcp_nodelay false", "", "");
  const HubTestTransport transports[] = { HUB_TEST_TCP, HUB_TEST_WEBSOCKET };

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autoptr (HubTestClient) client = hub_test_client_join (broker, transports[i], "ada");
      int value = -1;
      socklen_t size = sizeof value;

      g_assert_cmpint (getsockopt (find_server_fd (client), IPPROTO_TCP, TCP_NODELAY, &value, &size), ==, 0);
      g_assert_cmpint (value != 0, ==, is_on);
    }
}

static gboolean
is_reachable (int family, guint16 port)
{
  g_autoptr (GInetAddress) ip = g_inet_address_new_loopback (family == AF_INET ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (ip, port);
  g_autoptr (GSocket) socket_ = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return socket_ != NULL && g_socket_connect (socket_, address, NULL, NULL);
}

/* A name that stands for both is taken for the one that is asked for. */
static void
test_socket_domain (void)
{
  static const struct
  {
    const char *domain;
    gboolean has_ipv4;
    gboolean has_ipv6;
  } rows[] = {
    { "", TRUE, TRUE },
    { "socket_domain ipv4", TRUE, FALSE },
    { "socket_domain ipv6", FALSE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("listener 0\n%s\nlistener 0 127.0.0.1\nprotocol websockets\n", rows[i].domain);
      HubConfig *config = hub_config_new_broker ();
      g_autoptr (HubTestBroker) broker = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].domain);
      hub_config_parse (config, text, strlen (text), "test.conf", &error);
      g_assert_no_error (error);
      broker = hub_test_broker_new (config);
      /* Where the system has no IPv6, it is not asked for either. */
      if (i == 0 && !is_reachable (AF_INET6, broker->mqtt_port))
        {
          g_test_skip ("this computer has no IPv6");
          return;
        }
      g_assert_cmpint (is_reachable (AF_INET, broker->mqtt_port), ==, rows[i].has_ipv4);
      g_assert_cmpint (is_reachable (AF_INET6, broker->mqtt_port), ==, rows[i].has_ipv6);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++)
    {
      g_autofree char *path = g_strconcat ("/net/options/", doors[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_door);
    }
  g_test_add_func ("/net/options/auto-id-prefix", test_auto_id_prefix);
  g_test_add_func ("/net/options/max-connections", test_max_connections);
  g_test_add_func ("/net/options/global-max-connections", test_global_max_connections);
  g_test_add_func ("/net/options/global-max-clients", test_global_max_clients);
  g_test_add_func ("/net/options/max-qos", test_max_qos);
  g_test_add_func ("/net/options/retain-available", test_retain_available);
  g_test_add_func ("/net/options/message-size-limit", test_message_size_limit);
  g_test_add_data_func ("/net/options/queue-qos0-messages/yes", GINT_TO_POINTER (TRUE), test_queue_qos0_messages);
  g_test_add_data_func ("/net/options/queue-qos0-messages/no", GINT_TO_POINTER (FALSE), test_queue_qos0_messages);
  g_test_add_func ("/net/options/upgrade-outgoing-qos", test_upgrade_outgoing_qos);
  g_test_add_data_func ("/net/options/set-tcp-nodelay/yes", GINT_TO_POINTER (TRUE), test_set_tcp_nodelay);
  g_test_add_data_func ("/net/options/set-tcp-nodelay/no", GINT_TO_POINTER (FALSE), test_set_tcp_nodelay);
  g_test_add_func ("/net/options/socket-domain", test_socket_domain);
  return g_test_run ();
}
