/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-ports.h"

#include "hub-build-config.h"

/* Below those that the system gives to whoever connects to somebody. */
#define FIRST 10000
#define END 32000

static gboolean
is_free (guint16 port)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_inet_port (listener, port, NULL, NULL);
}

/**
 * hub_test_ports_choose:
 *
 * Chooses at random, so that tests that run at the same time choose others.
 *
 * Returns: a port that is free, and whose next one is, too
 */
guint16
hub_test_ports_choose (void)
{
  guint16 port;

  do
    port = (guint16) g_random_int_range (FIRST, END);
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
