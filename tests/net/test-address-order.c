/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-address-order.h"

typedef struct
{
  const char *interface;
  const char *address;
  gboolean is_point_to_point;
} Row;

typedef struct
{
  const char *name;
  Row rows[8];
  const char *default_interfaces[3];
  const char *expected;
} Computer;

static const Computer computers[] = {
  { "one-address", { { "lo", "127.0.0.1" }, { "eth0", "192.168.1.20" } }, { "eth0" }, "192.168.1.20 127.0.0.1" },
  { "ipv4-before-ipv6",
    { { "lo", "::1" }, { "eth0", "2001:db8::7" }, { "eth0", "fd00::7" }, { "eth0", "192.168.1.20" } },
    { "eth0" },
    "192.168.1.20 fd00::7 2001:db8::7 ::1" },
  { "ipv6-only", { { "lo", "127.0.0.1" }, { "eth0", "fd00::7" } }, { "eth0" }, "fd00::7 127.0.0.1" },
  { "virtual-ones-last",
    { { "docker0", "172.17.0.1" }, { "virbr0", "192.168.122.1" }, { "veth12ab", "10.1.0.1" }, { "wg0", "10.8.0.2" }, { "tun0", "10.9.0.2" }, { "br-9f", "172.18.0.1" }, { "wlan0", "192.168.1.20" }, { "wlan0", "fd00::7" } },
    { "wlan0" },
    "192.168.1.20 fd00::7 172.17.0.1 192.168.122.1 10.1.0.1 10.8.0.2 10.9.0.2 172.18.0.1" },
  { "bridge-of-ones-own", { { "docker0", "172.17.0.1" }, { "br0", "192.168.1.20" } }, { NULL }, "192.168.1.20 172.17.0.1" },
  { "tunnel-with-any-name",
    { { "work", "10.8.0.2", TRUE }, { "eth0", "192.168.1.20" } },
    { "work" },
    "192.168.1.20 10.8.0.2" },
  { "way-to-the-world-first",
    { { "eth0", "10.0.0.5" }, { "wlan0", "192.168.1.20" }, { "wlan0", "fd00::7" } },
    { "wlan0" },
    "192.168.1.20 fd00::7 10.0.0.5" },
  { "no-way-to-the-world", { { "eth0", "10.0.0.5" }, { "wlan0", "192.168.1.20" } }, { NULL }, "10.0.0.5 192.168.1.20" },
  { "self-made-one",
    { { "eth0", "169.254.7.7" }, { "eth0", "fd00::7" }, { "eth1", "10.0.0.5" } },
    { "eth0" },
    "fd00::7 10.0.0.5 169.254.7.7" },
  { "private-before-public", { { "eth0", "203.0.113.9" }, { "eth0", "192.168.1.20" } }, { "eth0" }, "192.168.1.20 203.0.113.9" },
  { "link-local-ipv6-is-none", { { "eth0", "fe80::1" }, { "eth0", "febf::1" }, { "eth0", "fec0::1" } }, { "eth0" }, "fec0::1" },
  { "twice", { { "eth0", "192.168.1.20" }, { "wlan0", "192.168.1.20" } }, { "wlan0" }, "192.168.1.20" },
  { "tunnel-before-loopback", { { "lo", "127.0.0.1" }, { "tun0", "10.9.0.2" } }, { NULL }, "10.9.0.2 127.0.0.1" },
  { "nothing", { { NULL } }, { NULL }, "" },
};

static void
test_order (gconstpointer data)
{
  const Computer *computer = data;
  HubInterfaceAddress addresses[G_N_ELEMENTS (computer->rows)];
  gsize n_addresses = 0;
  g_auto (GStrv) ordered = NULL;
  g_autofree char *joined = NULL;

  for (const Row *row = computer->rows; n_addresses < G_N_ELEMENTS (computer->rows) && row->interface != NULL; row++)
    {
      HubInterfaceAddress *own = &addresses[n_addresses++];

      own->interface = row->interface;
      own->is_point_to_point = row->is_point_to_point;
      g_assert_true (hub_ip_address_parse (&own->address, row->address));
    }
  ordered = hub_address_order (addresses, n_addresses, computer->default_interfaces);
  joined = g_strjoinv (" ", ordered);
  g_assert_cmpstr (joined, ==, computer->expected);
}

static void
test_default_interfaces (void)
{
  static const struct
  {
    const char *routes;
    const char *expected;
  } tables[] = {
    { "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
      "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
      "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
      "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n",
      "wlan0" },
    { "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
      "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n",
      "eth0 wlan0" },
    /* Half of the world is not all of it: what a tunnel says that takes all, and leaves the way itself. */
    { "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n", "" },
    /* One that is down, and one that refuses. */
    { "eth0\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0\n*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n", "" },
    { "", "" },
    { "no table at all", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_auto (GStrv) found = hub_address_default_interfaces (tables[i].routes);
      g_autofree char *joined = g_strjoinv (" ", found);

      g_assert_cmpstr (joined, ==, tables[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (computers); i++)
    {
      g_autofree char *path = g_strconcat ("/net/address-order/", computers[i].name, NULL);

      g_test_add_data_func (path, &computers[i], test_order);
    }
  g_test_add_func ("/net/address-order/default-interfaces", test_default_interfaces);
  return g_test_run ();
}
