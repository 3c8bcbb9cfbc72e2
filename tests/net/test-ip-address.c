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
    gboolean is_shared;
  } table[] = {
    { "192.0.2.1", "192.0.2.1", FALSE },
    { "192.0.2.1:1883", "192.0.2.1", FALSE },
    { "2001:db8::1", "2001:db8::1", FALSE },
    { "[2001:db8::1]:1883", "2001:db8::1", FALSE },
    { "[2001:db8::1]", "2001:db8::1", FALSE },
    { "fe80::1", "fe80::1", TRUE },
    { "[febf::1]:1", "febf::1", TRUE },
    { "fec0::1", "fec0::1", FALSE },
    { "127.1.2.3:9", "127.1.2.3", TRUE },
    { "::1", "::1", TRUE },
    { "in-process", NULL, FALSE },
    { "unix:7", NULL, FALSE },
    { "[", NULL, FALSE },
    { "[]", NULL, FALSE },
    { ":", NULL, FALSE },
    { "", NULL, FALSE },
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
      g_assert_cmpint (hub_ip_address_is_shared (&address), ==, table[i].is_shared);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/ip-address/peers", test_peers);
  return g_test_run ();
}
