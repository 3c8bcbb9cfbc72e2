/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-join-address.h"

static void
test_good (void)
{
  static const struct
  {
    const char *text;
    const char *host;
    guint16 port;
  } rows[] = {
    { "office-laptop", "office-laptop", 1883 },
    { "192.168.1.20", "192.168.1.20", 1883 },
    { "192.168.1.20:1884", "192.168.1.20", 1884 },
    { "  office.local:1  \n", "office.local", 1 },
    { "host:65535", "host", 65535 },
    { "[fd00::1]:1884", "fd00::1", 1884 },
    { "[fd00::1]", "fd00::1", 1883 },
    { "fd00::1", "fd00::1", 1883 },
    { "::1", "::1", 1883 },
    { "fe80::1%eth0", "fe80::1%eth0", 1883 },
    { "[fe80::1%eth0]:1884", "fe80::1%eth0", 1884 },
    { "mqtt://office:1884", "office", 1884 },
    { "MQTT://office/", "office", 1883 },
    { "mqtt://[::1]:2/", "::1", 2 },
    { "b\303\274ro", "b\303\274ro", 1883 },
    { "my_pi.lan.", "my_pi.lan.", 1883 },
    { "3com", "3com", 1883 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *host = NULL;
      g_autoptr (GError) error = NULL;
      guint16 port = 0;

      g_test_message ("%s", rows[i].text);
      g_assert_true (hub_join_address_parse (rows[i].text, &host, &port, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (host, ==, rows[i].host);
      g_assert_cmpuint (port, ==, rows[i].port);
      g_assert_true (hub_join_address_parse (rows[i].text, NULL, NULL, NULL));
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    HubJoinAddressError code;
  } rows[] = {
    { "", HUB_JOIN_ADDRESS_ERROR_EMPTY },
    { " \t", HUB_JOIN_ADDRESS_ERROR_EMPTY },
    { "http://192.168.1.20:9001/", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "https://office", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "ws://office", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "://office", HUB_JOIN_ADDRESS_ERROR_SCHEME },
    { "mqtt://", HUB_JOIN_ADDRESS_ERROR_HOST },
    { ":1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "300.1.1.1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "192.168.1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "two words", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "a/b", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "user@host", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "-host", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "host-.lan", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "a..b", HUB_JOIN_ADDRESS_ERROR_HOST },
    { ".", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "fd00::zz", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "fe80::1%", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "eth0%x", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[fd00::1", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[fd00::1]x", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[host]:1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "[]:1883", HUB_JOIN_ADDRESS_ERROR_HOST },
    { "host:", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:0", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:65536", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:-1", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:18a3", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host:99999999999999999999", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "[::1]:", HUB_JOIN_ADDRESS_ERROR_PORT },
    { "host\377", HUB_JOIN_ADDRESS_ERROR_HOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *host = NULL;
      g_autofree char *row = g_strescape (rows[i].text, NULL);
      g_autoptr (GError) error = NULL;
      guint16 port = 7;

      g_test_message ("%s", row);
      g_assert_false (hub_join_address_parse (rows[i].text, &host, &port, &error));
      g_assert_error (error, HUB_JOIN_ADDRESS_ERROR, (int) rows[i].code);
      /* Shown as it is: a sentence. */
      g_assert_true (g_ascii_isupper (error->message[0]));
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_null (host);
      g_assert_cmpuint (port, ==, 7);
    }
}

static void
test_long (void)
{
  g_autofree char *label = g_strnfill (63, 'a');
  g_autofree char *long_label = g_strnfill (64, 'a');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s", label, label, label, label);
  g_autofree char *too_long = g_strdup_printf ("%s.%s.%s.%.62s", label, label, label, label);
  g_autofree char *huge = g_strnfill (300000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_true (hub_join_address_parse (label, NULL, NULL, NULL));
  g_assert_false (hub_join_address_parse (long_label, NULL, NULL, NULL));
  g_assert_true (hub_join_address_parse (longest, NULL, NULL, NULL));
  g_assert_false (hub_join_address_parse (too_long, NULL, NULL, NULL));
  g_assert_false (hub_join_address_parse (huge, NULL, NULL, &error));
  g_assert_error (error, HUB_JOIN_ADDRESS_ERROR, HUB_JOIN_ADDRESS_ERROR_HOST);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/join-address/good", test_good);
  g_test_add_func ("/ui/join-address/bad", test_bad);
  g_test_add_func ("/ui/join-address/long", test_long);

  return g_test_run ();
}
