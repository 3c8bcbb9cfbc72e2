/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-ports.h"

#include "hub-build-config.h"

/* Below those that the system gives to whoever connects to somebody, and those of the tests in JavaScript. */
#define FIRST 10000
#define END 15000

/* A port is free until somebody listens there who has chosen it. So each program has ports that no other one chooses from: who
 * listens on the first of them has them all. */
#define BLOCK 20

static GSocketListener *
listen_on (guint16 port)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_inet_port (listener, port, NULL, NULL) ? g_steal_pointer (&listener) : NULL;
}

static gboolean
is_free (guint16 port)
{
  g_autoptr (GSocketListener) listener = listen_on (port);

  return listener != NULL;
}

/**
 * hub_test_ports_choose:
 *
 * Returns: a port that is free, and whose next one is, too
 */
guint16
hub_test_ports_choose (void)
{
  static GSocketListener *guard; /* (owned): until the program ends */
  static guint16 first;
  static guint n_pairs;
  guint16 port;

  while (guard == NULL)
    {
      first = (guint16) (FIRST + BLOCK * g_random_int_range (0, (END - FIRST) / BLOCK));
      guard = listen_on (first);
    }
  do
    port = (guint16) (first + 1 + 2 * (n_pairs++ % ((BLOCK - 1) / 2)));
  while (!is_free (port) || !is_free (port + 1));
  return port;
}

/**
 * hub_test_ports_use:
 *
 * Has the program's settings, as long as the test runs, name ports that nobody else has. On those that it has by default a
 * chat may find that of another test, and would join it.
 */
void
hub_test_ports_use (void)
{
  g_autoptr (GSettings) settings = g_settings_new (HUB_APPLICATION_ID);

  g_settings_set_int (settings, "mqtt-port", hub_test_ports_choose ());
  g_settings_set_int (settings, "http-port", hub_test_ports_choose ());
}
