/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-http.h"
#include "tests/support/hub-test-net-transports.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <sys/socket.h>

/* Who comes to a port with TLS and does not do a handshake, or not to its end, goes soon and is in nobody's way. */

/* Long enough for everybody who means it, also where a sanitizer makes handshakes slow. */
#define TIMEOUT_US ((hub_test_slowness () > 1 ? 5 : 2) * G_TIME_SPAN_SECOND)
#define CROWD 200

typedef struct
{
  HubTestBroker *broker;
  HubTestClient *witness;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubConfig *config = hub_test_config_new ();

  config->server.core.limits.connect_timeout_us = TIMEOUT_US;
  hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT);
  hub_test_config_add_tls (config, HUB_PROTOCOL_WEBSOCKETS);
  fixture->broker = hub_test_broker_new (config);
  fixture->witness = hub_test_client_join (fixture->broker, HUB_TEST_TLS, "witness");
}

/* Whatever it was, the witness has noticed nothing, and others still come in. */
static void
tear_down (Fixture *fixture, gconstpointer data)
{
  HubTestClient *client = hub_test_client_join (fixture->broker, HUB_TEST_TLS, "late");

  hub_test_client_ping (client);
  hub_test_client_ping (fixture->witness);
  hub_test_client_free (client);
  hub_test_client_free (fixture->witness);
  hub_test_broker_free (fixture->broker);
}

static HubTestLine *
dial (Fixture *fixture)
{
  return hub_test_line_dial ("127.0.0.1", fixture->broker->mqtts_port);
}

static void
wait_for_end (HubTestLine *line)
{
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  while (hub_test_line_fill (line, deadline_us))
    ;
}

static void
assert_at_once (gint64 since_us)
{
  if (hub_test_slowness () == 1)
    g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US / 2);
}

static void
assert_at_deadline (gint64 since_us)
{
  gint64 elapsed_us = g_get_monotonic_time () - since_us;

  g_assert_cmpint (elapsed_us, >=, TIMEOUT_US - 10 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (elapsed_us, <, TIMEOUT_US * (1 + hub_test_slowness ()));
}

static void
write_hello (HubTestLine *line, gsize without)
{
  g_autoptr (GBytes) hello = hub_test_tls_hello ();

  hub_test_line_write (line, (HubSpan){ g_bytes_get_data (hello, NULL), g_bytes_get_size (hello) - without });
}

/* --- No TLS --- */

static void
test_no_tls (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    const char *log;
  } rows[] = {
    { "10 [{'MQTT'} 04 02 003c {'id'}]", "it speaks MQTT without TLS on a port with it." },
    { "'GET / HTTP/1.1' 0d0a 'Host: localhost' 0d0a0d0a", "it speaks HTTP without TLS on a port with it." },
    { "00 01 02 03", "it does not speak TLS." },
    { "'ssh-2.0'", "it does not speak TLS." },
    { "16", NULL },
    { "16 04", "it does not speak TLS." },
    { "16 03 01 00 00", "it does not speak TLS." },
    { "16 03 01 40 01", "it does not speak TLS." },
    { "16 03 01 ff ff", "it does not speak TLS." },
    { "80 2e 01 00 02", "it does not speak TLS." },
    { "15 03 01 00 02 02 28", "it does not speak TLS." },
    { "17 03 03 00 02 02 28", "it does not speak TLS." },
  };

  const guint16 ports[] = { fixture->broker->mqtts_port, fixture->broker->https_port };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (ports); k++)
      {
        gint64 since_us = g_get_monotonic_time ();
        g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", ports[k]);
        g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i].bytes);
        guint before = rows[i].log != NULL ? hub_test_broker_count_log (fixture->broker, rows[i].log) : 0;

        g_test_message ("%s", rows[i].bytes);
        hub_test_line_write (line, hub_test_span (bytes));
        if (rows[i].log == NULL)
          continue;
        wait_for_end (line);
        g_assert_cmpuint (line->input->len, ==, 0);
        assert_at_once (since_us);
        hub_test_wait_until (hub_test_broker_count_log (fixture->broker, rows[i].log) > before);
      }
}

/* The other way round. On the HTTP port it is tested with HTTP. */
static void
test_tls_on_plain_port (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = hub_test_line_dial ("127.0.0.1", fixture->broker->mqtt_port);

  g_assert_cmpint (hub_test_line_start_tls (line, NULL), <, 0);
  assert_at_once (since_us);
  hub_test_broker_wait_log (fixture->broker, "it speaks TLS on a port without it.");
  g_assert_cmpuint (hub_test_broker_count_log (fixture->broker, "Protocol error"), ==, 0);
}

/* --- Handshakes that go wrong --- */

/* After the first message of a real one. */
static void
test_garbage_in_handshake (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[] = {
    "16 03 03 0004 00000000",
    "17 03 03 0020 55*32",
    "15 03 03 0002 02 28",
    "14 03 03 0001 01 17 03 03 0020 55*32",
    "16 03 03 4000 00*16384",
    "00*1000",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 since_us = g_get_monotonic_time ();
      g_autoptr (HubTestLine) line = dial (fixture);
      g_autoptr (GByteArray) bytes = hub_test_bytes (rows[i]);

      g_test_message ("%s", rows[i]);
      write_hello (line, 0);
      hub_test_line_write (line, hub_test_span (bytes));
      wait_for_end (line);
      assert_at_once (since_us);
      hub_test_wait_until (hub_test_broker_count_log (fixture->broker, "TLS handshake") > i);
    }
}

/* A record that holds anything but the beginning of a handshake, in the size that it says. */
static void
test_garbage_for_hello (Fixture *fixture, gconstpointer data)
{
  for (gsize size = 4; size <= 16384; size = size * 2 + 3)
    {
      g_autoptr (HubTestLine) line = dial (fixture);
      g_autofree guint8 *record = g_malloc (5 + size);

      memcpy (record, "\x16\x03\x01", 3);
      record[3] = (guint8) (size >> 8);
      record[4] = (guint8) size;
      for (gsize i = 0; i < size; i++)
        record[5 + i] = (guint8) g_test_rand_int ();
      /* One that claims to be longer would be waited for. */
      memcpy (record + 5, "\xee\0\0\0", 4);
      hub_test_line_write (line, (HubSpan){ record, 5 + size });
      wait_for_end (line);
    }
}

/* Whoever is not content with the certificate says so. */
static void
test_client_breaks_off (Fixture *fixture, gconstpointer data)
{
  static const HubTestTls old = { .priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA" };
  g_autoptr (HubTestLine) line = dial (fixture);
  g_autoptr (HubTestLine) half = dial (fixture);

  /* A client with whom there is nothing in common. */
  g_assert_cmpint (hub_test_line_start_tls (line, &old), <, 0);
  hub_test_broker_wait_log (fixture->broker, "it failed in its TLS handshake: ");

  write_hello (half, 0);
  g_assert_true (hub_test_line_want (half, 1));
  hub_test_line_end_output (half);
  hub_test_broker_wait_log (fixture->broker, "it broke off its TLS handshake.");
}

/* --- Slow ones --- */

static void
test_silent (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  hub_test_line_expect_end (line);
  assert_at_deadline (since_us);
  hub_test_broker_wait_log (fixture->broker, "it did not finish its TLS handshake in time.");
}

static void
test_half_a_hello (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  write_hello (line, 1);
  wait_for_end (line);
  assert_at_deadline (since_us);
}

/* Bytes that trickle in do not buy time. */
static void
test_slow_hello (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);

  hub_test_line_write (line, HUB_SPAN_LITERAL ("\x16\x03\x01\x40"));
  hub_test_line_write (line, HUB_SPAN_LITERAL ("\0\1\0"));
  while (!line->has_ended)
    {
      hub_test_line_write (line, HUB_SPAN_LITERAL ("x"));
      hub_test_client_ping (fixture->witness);
      hub_test_wait_turn (deadline_us, "the deadline to be over", G_STRLOC);
    }
  assert_at_deadline (since_us);
}

/* In pieces, but in time, it is as good as any: the first bytes are not needed together. */
static void
test_hello_in_pieces (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) hello = hub_test_tls_hello ();
  const guint8 *bytes = g_bytes_get_data (hello, NULL);
  gsize size = g_bytes_get_size (hello);
  g_autoptr (HubTestLine) line = dial (fixture);

  for (gsize i = 0; i < size; i++)
    {
      hub_test_line_write (line, (HubSpan){ bytes + i, 1 });
      if (i < 10)
        hub_test_client_ping (fixture->witness);
    }
  /* The answer of the broker. */
  g_assert_true (hub_test_line_want (line, 6));
  g_assert_cmphex (line->input->data[0], ==, 0x16);
  hub_test_line_reset (line);
  hub_test_broker_wait_log (fixture->broker, "TLS handshake");
}

static void
test_stops_after_hello (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (HubTestLine) line = dial (fixture);

  write_hello (line, 0);
  wait_for_end (line);
  assert_at_deadline (since_us);
  hub_test_broker_wait_log (fixture->broker, "it did not finish its TLS handshake in time.");
}

/* --- Many --- */

/* A third say nothing, a third say half of what they have to say, and a third stop in the middle of it. */
static GPtrArray *
make_crowd (Fixture *fixture)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_line_free);
  g_autoptr (GBytes) hello = hub_test_tls_hello ();
  HubSpan span = { g_bytes_get_data (hello, NULL), g_bytes_get_size (hello) };

  for (guint i = 0; i < 3 * CROWD; i++)
    {
      HubTestLine *line = dial (fixture);

      if (i % 3 == 1)
        hub_test_line_write (line, (HubSpan){ span.data, span.size / 2 });
      else if (i % 3 == 2)
        hub_test_line_write (line, span);
      g_ptr_array_add (lines, line);
    }
  return lines;
}

static void
test_crowd (Fixture *fixture, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) crowd = make_crowd (fixture);
  g_autoptr (HubTestClient) plain G_GNUC_UNUSED = hub_test_client_join (fixture->broker, HUB_TEST_TCP, "plain");
  g_autoptr (HubTestClient) client = hub_test_client_join (fixture->broker, HUB_TEST_TLS, "client");
  g_autoptr (HubTestClient) browser = hub_test_client_join (fixture->broker, HUB_TEST_WEBSOCKET_TLS, "browser");

  hub_test_client_ping (fixture->witness);
  hub_test_client_ping (client);
  hub_test_client_ping (browser);
  for (guint i = 0; i < crowd->len; i++)
    wait_for_end (g_ptr_array_index (crowd, i));
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US * (1 + hub_test_slowness ()));
  hub_test_client_ping (fixture->witness);
  hub_test_client_ping (client);
}

/* They come back as fast as they are thrown out, and still somebody else comes in from another address. */
static void
test_crowd_that_returns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) crowd = make_crowd (fixture);
  g_autoptr (GBytes) hello = hub_test_tls_hello ();
  HubSpan span = { g_bytes_get_data (hello, NULL), g_bytes_get_size (hello) };

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (HubTestLine) line = hub_test_line_dial_from ("127.0.0.2", "127.0.0.1", fixture->broker->mqtts_port);
      gint64 since_us = g_get_monotonic_time ();

      for (guint k = 0; k < 16; k++)
        {
          HubTestLine *more = dial (fixture);

          hub_test_line_write (more, span);
          g_ptr_array_add (crowd, more);
        }
      g_assert_cmpint (hub_test_line_start_tls (line, NULL), ==, GNUTLS_E_SUCCESS);
      g_assert_cmpint (g_get_monotonic_time () - since_us, <, TIMEOUT_US * hub_test_slowness ());
    }
}

/* Many who mean it all get in. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) hub_test_client_free);

  for (guint i = 0; i < CROWD; i++)
    {
      g_autofree char *client_id = g_strdup_printf ("client-%u", i);

      g_ptr_array_add (clients, hub_test_client_join (fixture->broker, i % 2 ? HUB_TEST_TLS : HUB_TEST_WEBSOCKET_TLS, client_id));
    }
  for (guint i = 0; i < clients->len; i++)
    hub_test_client_ping (g_ptr_array_index (clients, i));
}

static void
test_stop_in_handshakes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) crowd = make_crowd (fixture);
  gint64 since_us;

  hub_test_client_ping (fixture->witness);
  since_us = g_get_monotonic_time ();
  hub_test_broker_stop (fixture->broker);
  g_assert_cmpint (g_get_monotonic_time () - since_us, <, 1500 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
  for (guint i = 0; i < crowd->len; i++)
    wait_for_end (g_ptr_array_index (crowd, i));
  hub_test_client_free (fixture->witness);
  hub_test_broker_start (fixture->broker);
  fixture->witness = hub_test_client_join (fixture->broker, HUB_TEST_TLS, "witness");
}

/* Who has not finished a handshake takes up a place like everybody else. */
static void
test_counts (void)
{
  HubConfig *config = hub_test_config_new ();
  g_autoptr (HubTestBroker) broker = NULL;
  g_autoptr (HubTestLine) silent = NULL;
  g_autoptr (HubTestLine) half = NULL;
  g_autoptr (HubTestLine) third = NULL;
  g_autoptr (HubTestClient) client = NULL;

  hub_test_config_add_tls (config, HUB_PROTOCOL_MQTT)->max_connections = 2;
  broker = hub_test_broker_new (config);
  silent = hub_test_line_dial ("127.0.0.1", broker->mqtts_port);
  half = hub_test_line_dial ("127.0.0.1", broker->mqtts_port);
  write_hello (half, 0);
  third = hub_test_line_dial ("127.0.0.1", broker->mqtts_port);
  wait_for_end (third);
  hub_test_broker_wait_log (broker, "the listener has max_connections connections.");
  hub_test_line_reset (silent);
  hub_test_line_reset (half);

  /* Their places are free again. */
  hub_test_broker_wait_log (broker, "TLS handshake");
  client = hub_test_client_join (broker, HUB_TEST_TLS, "client");
  hub_test_client_ping (client);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/net/tls-handshakes/no-tls", test_no_tls },
    { "/net/tls-handshakes/tls-on-plain-port", test_tls_on_plain_port },
    { "/net/tls-handshakes/garbage-in-handshake", test_garbage_in_handshake },
    { "/net/tls-handshakes/garbage-for-hello", test_garbage_for_hello },
    { "/net/tls-handshakes/client-breaks-off", test_client_breaks_off },
    { "/net/tls-handshakes/silent", test_silent },
    { "/net/tls-handshakes/half-a-hello", test_half_a_hello },
    { "/net/tls-handshakes/slow-hello", test_slow_hello },
    { "/net/tls-handshakes/hello-in-pieces", test_hello_in_pieces },
    { "/net/tls-handshakes/stops-after-hello", test_stops_after_hello },
    { "/net/tls-handshakes/crowd", test_crowd },
    { "/net/tls-handshakes/crowd-that-returns", test_crowd_that_returns },
    { "/net/tls-handshakes/many", test_many },
    { "/net/tls-handshakes/stop-in-handshakes", test_stop_in_handshakes },
  };

  g_test_init (&argc, &argv, NULL);
  hub_test_net_warm_up ();

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/net/tls-handshakes/counts", test_counts);
  return g_test_run ();
}
