/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-http-tables.h"

static void
test_hosts (void)
{
  g_test_summary ("Names of this computer and of the local network are ours, and no other site's");

  for (gsize i = 0; i < hub_test_n_hosts; i++)
    {
      g_test_message ("%s", hub_test_hosts[i].host);
      g_assert_cmpint (hub_host_check (hub_test_hosts[i].host, HUB_TEST_OWN_NAME, hub_test_more_hosts), ==, hub_test_hosts[i].verdict);
    }
}

static void
test_no_own_name (void)
{
  g_assert_cmpint (hub_host_check ("ship", NULL, NULL), ==, HUB_HOST_FOREIGN);
  g_assert_cmpint (hub_host_check (".lan", "", NULL), ==, HUB_HOST_FOREIGN);
  g_assert_cmpint (hub_host_check ("chat.example", NULL, NULL), ==, HUB_HOST_FOREIGN);
}

static void
test_origins (void)
{
  g_test_summary ("Only our own page, configured ones and, on this computer, local ones may open a WebSocket");

  for (gsize i = 0; i < hub_test_n_origins; i++)
    {
      const HubTestOrigin *row = &hub_test_origins[i];

      g_test_message ("%s to %s", row->origin, row->host);
      g_assert_cmpint (hub_origin_is_allowed (row->origin, row->scheme, row->host, FALSE, hub_test_more_origins), ==, row->elsewhere);
      g_assert_cmpint (hub_origin_is_allowed (row->origin, row->scheme, row->host, TRUE, hub_test_more_origins), ==, row->here);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/host-policy/hosts", test_hosts);
  g_test_add_func ("/net/host-policy/no-own-name", test_no_own_name);
  g_test_add_func ("/net/host-policy/origins", test_origins);
  return g_test_run ();
}
