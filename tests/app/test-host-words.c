/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hosting/hub-host-words.h"

static void
test_rows (void)
{
  static const struct
  {
    guint16 mqtt_port;
    guint16 http_port;
    const char *store_failure;
    const char *expected; /* (nullable) */
  } rows[] = {
    { 1883, 9001, NULL, NULL },
    { 1884, 9001, NULL, "Port 1883 is taken by another program: MQTT is on 1884." },
    { 1883, 9003, NULL, "Port 9001 is taken by another program: browsers join on 9003." },
    { 1884, 9002, NULL, "The ports 1883 and 9001 are taken by another program: MQTT is on 1884, and browsers join on 9002." },
    { 1883, 9001, "disk full", "Messages are not kept: disk full." },
    { 1884, 9001, "disk full", "Port 1883 is taken by another program: MQTT is on 1884. Messages are not kept: disk full." },
  };
  const HubHostOptions wanted = { .mqtt_port = 1883, .http_port = 9001 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *words = hub_host_explain (&wanted, rows[i].mqtt_port, rows[i].http_port, rows[i].store_failure);

      g_assert_cmpstr (words, ==, rows[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/host-words", test_rows);
  return g_test_run ();
}
