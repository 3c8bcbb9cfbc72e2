/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* When the system has no descriptor left, whoever is there stays, and whoever waits is let in once there are some again. */

#define WAITING 5

static const char full_line[] = "No connection can be accepted on port %u just now: Too many open files.";

/* From now on only so many further descriptors can be opened. Returns the limit that held before. */
static rlim_t
leave_descriptors (guint n)
{
  struct rlimit limit;
  rlim_t before;
  int fd = 0;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  before = limit.rlim_cur;
  for (guint unused = 0; unused <= n; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      unused++;
  limit.rlim_cur = (rlim_t) fd - 1;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  return before;
}

static void
restore_descriptors (rlim_t before)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = before;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

static guint16
port_of (HubTestBroker *broker, HubTestTransport transport)
{
  switch ((int) transport)
    {
    case HUB_TEST_TCP:
      return broker->mqtt_port;
    case HUB_TEST_TLS:
      return broker->mqtts_port;
    case HUB_TEST_WEBSOCKET_TLS:
      return broker->https_port;
    case HUB_TEST_WEBSOCKET:
    default:
      return broker->http_port;
    }
}

static int
open_socket (void)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
dial (int fd, guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = g_htons (port), .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK) };

  g_assert_cmpint (connect (fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
}

static HubTestClient *
join_on (int fd, HubTestBroker *broker, HubTestTransport transport)
{
  gboolean is_websocket = hub_test_transport_is_websocket (transport);
  HubTestLine *line = hub_test_line_new (fd, fd);
  HubTestClient *client = is_websocket ? hub_test_client_wrap (line) : hub_test_client_wrap_raw (line);

  if (transport == HUB_TEST_TLS || transport == HUB_TEST_WEBSOCKET_TLS)
    g_assert_cmpint (hub_test_line_start_tls (line, NULL), ==, GNUTLS_E_SUCCESS);
  if (is_websocket)
    hub_test_http_upgrade (line, port_of (broker, transport));
  hub_test_client_send (client, "10 [{'MQTT'} 04 02 0000 {}]");
  hub_test_client_expect (client, "CONNACK 0 0");
  return client;
}

/* The sockets of those who are going to dial are there already, so that what is left is for the broker. */
static void
test_recovers (HubTestBroker *broker, HubTestTransport transport)
{
  g_autofree char *line = g_strdup_printf (full_line, port_of (broker, transport));
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, transport, "witness");
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_client_free);
  gint64 since_us;
  int fds[WAITING];
  rlim_t before;

  for (guint i = 0; i < WAITING; i++)
    fds[i] = open_socket ();
  before = leave_descriptors (1);
  for (guint i = 0; i < WAITING; i++)
    dial (fds[i], port_of (broker, transport));
  hub_test_broker_wait_log (broker, line);

  /* As long as there are none, it is tried again and again, and said once. */
  since_us = g_get_monotonic_time ();
  while (g_get_monotonic_time () - since_us < 500 * G_TIME_SPAN_MILLISECOND)
    hub_test_client_ping (witness);
  g_assert_cmpuint (hub_test_broker_count_log (broker, line), ==, 1);

  restore_descriptors (before);
  for (guint i = 0; i < WAITING; i++)
    g_ptr_array_add (clients, join_on (fds[i], broker, transport));
  hub_test_client_ping (witness);
  g_assert_cmpuint (hub_test_broker_count_log (broker, line), ==, 1);
}

static gint64
processor_time_us (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* It costs next to nothing to wait for a descriptor. */
static void
test_does_not_spin (HubTestBroker *broker, HubTestTransport transport)
{
  g_autofree char *line = g_strdup_printf (full_line, port_of (broker, transport));
  int fd = open_socket ();
  rlim_t before = leave_descriptors (0);
  gint64 since_us;
  gint64 used_us;

  dial (fd, port_of (broker, transport));
  hub_test_broker_wait_log (broker, line);
  since_us = g_get_monotonic_time ();
  used_us = -processor_time_us ();
  while (g_get_monotonic_time () - since_us < G_TIME_SPAN_SECOND)
    hub_test_wait_turn (since_us + 60 * G_TIME_SPAN_SECOND, "a second to be over", G_STRLOC);
  used_us += processor_time_us ();
  restore_descriptors (before);
  g_assert_cmpint (used_us, <, 500 * G_TIME_SPAN_MILLISECOND);
  close (fd);
}

/* An upgrade needs a second descriptor for a moment: without one that connection ends, and no other. */
static void
test_upgrade_without (HubTestBroker *broker, HubTestTransport transport)
{
  g_autoptr (HubTestClient) witness = hub_test_client_join (broker, transport, "witness");
  g_autofree char *request = hub_test_http_make_upgrade (broker->http_port, NULL);
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", broker->http_port);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  g_autoptr (HubTestClient) after = NULL;
  rlim_t before;

  hub_test_wait_until (hub_test_broker_count_log (broker, "New connection from") >= 2);
  before = leave_descriptors (0);
  hub_test_line_write_text (line, request);
  while (hub_test_line_fill (line, deadline_us))
    ;
  hub_test_client_ping (witness);
  restore_descriptors (before);
  after = hub_test_client_join (broker, transport, "after");
  hub_test_client_ping (after);
}

int
main (int argc, char **argv)
{
  static const HubTestTransport transports[] = { HUB_TEST_TCP, HUB_TEST_WEBSOCKET, HUB_TEST_TLS, HUB_TEST_WEBSOCKET_TLS };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    hub_test_add_transport (transports[i], "descriptors/recovers", NULL, test_recovers);
  hub_test_add_transport (HUB_TEST_TCP, "descriptors/does-not-spin", NULL, test_does_not_spin);
  hub_test_add_transport (HUB_TEST_WEBSOCKET, "descriptors/upgrade-without", NULL, test_upgrade_without);
  return g_test_run ();
}
