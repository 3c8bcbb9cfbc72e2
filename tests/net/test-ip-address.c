/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-ip-address.h"

/* Addresses as they are written for people. */

static void
test_peers (void)
{
  static const struct
  {
    const char *text;
    const char *literal; /* (nullable): %NULL: there is none */
  } table[] = {
    { "192.0.2.1", "192.0.2.1" },
    { "192.0.2.1:1883", "192.0.2.1" },
    { "2001:db8::1", "2001:db8::1" },
    { "[2001:db8::1]:1883", "2001:db8::1" },
    { "[2001:db8::1]", "2001:db8::1" },
    { "fe80::1", "fe80::1" },
    { "[febf::1]:1", "febf::1" },
    { "fec0::1", "fec0::1" },
    { "127.1.2.3:9", "127.1.2.3" },
    { "::1", "::1" },
    { "in-process", NULL },
    { "unix:7", NULL },
    { "[", NULL },
    { "[]", NULL },
    { ":", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HubIpAddress address;
      HubIpAddress literal;

      g_test_message ("%s", table[i].text);
      g_assert_cmpint (hub_ip_address_parse_peer (&address, table[i].text), ==, table[i].literal != NULL);
      if (table[i].literal == NULL)
        continue;
      g_assert_true (hub_ip_address_parse (&literal, table[i].literal));
      g_assert_cmpmem (&address, sizeof address, &literal, sizeof literal);
    }
}

/* What is limited is limited for a whole /64; who is kept out on the own network is one computer there. */
static void
test_keys (void)
{
  static const struct
  {
    const char *one;
    const char *other;
    gboolean is_same_key;
    gboolean is_same_host;
  } table[] = {
    { "192.0.2.1", "192.0.2.1", TRUE, TRUE },
    { "192.0.2.1", "192.0.2.2", FALSE, FALSE },
    { "::ffff:192.0.2.1", "192.0.2.1", TRUE, TRUE },
    { "fd00::1", "fd00::1", TRUE, TRUE },
    { "fd00::1", "fd00::2", TRUE, FALSE },
    { "fd00::1", "fd00:0:0:1::1", FALSE, FALSE },
    { "fd00:0:0:1::1", "fd00::1:0:0:1", FALSE, FALSE },
    { "fe80::1", "fe80::2", TRUE, FALSE },
    { "::1.2.3.4", "1.2.3.4", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HubIpAddress one;
      HubIpAddress other;

      g_test_message ("%s, %s", table[i].one, table[i].other);
      g_assert_true (hub_ip_address_parse (&one, table[i].one));
      g_assert_true (hub_ip_address_parse (&other, table[i].other));
      g_assert_cmpint (hub_ip_address_get_key (&one) == hub_ip_address_get_key (&other), ==, table[i].is_same_key);
      g_assert_cmpint (hub_ip_address_get_host_key (&one) == hub_ip_address_get_host_key (&other), ==, table[i].is_same_host);
    }
}

static void
test_neighbours (void)
{
  static const struct
  {
    const char *text;
    gboolean is_neighbour;
  } table[] = {
    { "10.1.2.3", TRUE },
    { "fd00::1", TRUE },
    { "fe80::1", TRUE },
    { "2001:4860:4860::8888", FALSE },
    { "8.8.8.8", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HubIpAddress address;

      g_assert_true (hub_ip_address_parse (&address, table[i].text));
      g_assert_cmpint (hub_ip_address_is_neighbour (&address), ==, table[i].is_neighbour);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/ip-address/peers", test_peers);
  g_test_add_func ("/net/ip-address/keys", test_keys);
  g_test_add_func ("/net/ip-address/neighbours", test_neighbours);
  return g_test_run ();
}
