/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-reach.h"

/* Hosting for a while, everything as it should be, and nobody has come. */
#define FINE .mqtt_port = 1883, .http_port = 9001, .is_mqtt_open = HUB_REACH_YES, .is_http_open = HUB_REACH_YES, \
             .is_discovery_running = TRUE, .is_announced = TRUE

static const struct
{
  const char *name;
  HubReach reach;
  const char *expected; /* one finding a line: the first letter of its kind, and the sentence */
  gboolean may_be_walled;
} rows[] = {
  { "first-moment",
    { .mqtt_port = 1883, .http_port = 9001, .n_addresses = 1 },
    "g This computer is on the network, with 1 address.\n"
    "w Trying port 9001, for browsers.\n"
    "w Trying port 1883, for Hubbub and MQTT clients.\n"
    "n Other desktops do not find this chat by themselves, because Avahi is not running here: they have to type the address.\n"
    "n Nobody has joined from another device yet.\n",
    TRUE },
  { "nobody-yet",
    { FINE, .n_addresses = 3 },
    "g This computer is on the network, with 3 addresses.\n"
    "g Port 9001 is open, for browsers.\n"
    "g Port 1883 is open, for Hubbub and MQTT clients.\n"
    "g Other desktops find this chat by themselves.\n"
    "n Nobody has joined from another device yet.\n",
    TRUE },
  { "one-device",
    { FINE, .n_addresses = 1, .n_devices = 1, .had_devices = TRUE },
    "g This computer is on the network, with 1 address.\n"
    "g Port 9001 is open, for browsers.\n"
    "g Port 1883 is open, for Hubbub and MQTT clients.\n"
    "g Other desktops find this chat by themselves.\n"
    "g 1 other device is in the chat.\n",
    FALSE },
  { "all-have-gone",
    { FINE, .n_addresses = 1, .had_devices = TRUE },
    "g This computer is on the network, with 1 address.\n"
    "g Port 9001 is open, for browsers.\n"
    "g Port 1883 is open, for Hubbub and MQTT clients.\n"
    "g Other desktops find this chat by themselves.\n"
    "g No other device is in the chat now, but one was: the way is open.\n",
    FALSE },
  { "no-network",
    { .mqtt_port = 1883, .http_port = 9001, .is_mqtt_open = HUB_REACH_YES, .is_http_open = HUB_REACH_YES, .is_discovery_running = TRUE },
    "b This computer is on no network: nobody else can reach it.\n"
    "g Port 9001 is open, for browsers.\n"
    "g Port 1883 is open, for Hubbub and MQTT clients.\n"
    "w This chat is being announced to other desktops.\n"
    "n Nobody has joined from another device yet.\n",
    FALSE },
  { "closed-ports",
    { .mqtt_port = 1884, .http_port = 9002, .is_mqtt_open = HUB_REACH_NO, .is_http_open = HUB_REACH_NO, .n_addresses = 2, .n_devices = 2 },
    "g This computer is on the network, with 2 addresses.\n"
    "b Port 9002 does not answer: browsers cannot join.\n"
    "b Port 1884 does not answer: Hubbub and MQTT clients cannot join.\n"
    "n Other desktops do not find this chat by themselves, because Avahi is not running here: they have to type the address.\n"
    "g 2 other devices are in the chat.\n",
    FALSE },
};

static void
test_findings (gconstpointer data)
{
  static const char letters[] = "wgnb";
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GPtrArray) findings = hub_reach_list_findings (&rows[i].reach);
  g_autoptr (GString) said = g_string_new (NULL);

  for (guint k = 0; k < findings->len; k++)
    {
      const HubFinding *finding = g_ptr_array_index (findings, k);

      g_string_append_printf (said, "%c %s\n", letters[finding->kind], finding->words);
    }
  g_assert_cmpstr (said->str, ==, rows[i].expected);
  g_assert_cmpint (hub_reach_may_be_walled (&rows[i].reach), ==, rows[i].may_be_walled);
}

static void
test_commands (void)
{
  const HubReach usual = { .mqtt_port = 1883, .http_port = 9001 };
  const HubReach moved = { .mqtt_port = 1890, .http_port = 65535 };
  g_autofree char *ufw = hub_reach_dup_ufw (&usual);
  g_autofree char *ufw_moved = hub_reach_dup_ufw (&moved);
  g_autofree char *firewalld = hub_reach_dup_firewalld (&usual);
  g_autofree char *firewalld_moved = hub_reach_dup_firewalld (&moved);

  g_test_summary ("The commands have the ports that are really open");

  g_assert_cmpstr (ufw, ==, "sudo ufw allow 1883,9001/tcp && sudo ufw allow 5353/udp");
  g_assert_cmpstr (ufw_moved, ==, "sudo ufw allow 1890,65535/tcp && sudo ufw allow 5353/udp");
  g_assert_cmpstr (firewalld, ==,
                   "sudo firewall-cmd --permanent --add-port=1883/tcp --add-port=9001/tcp --add-port=5353/udp && "
                   "sudo firewall-cmd --reload");
  g_assert_cmpstr (firewalld_moved, ==,
                   "sudo firewall-cmd --permanent --add-port=1890/tcp --add-port=65535/tcp --add-port=5353/udp && "
                   "sudo firewall-cmd --reload");
}

static void
test_kinds (void)
{
  g_assert_cmpstr (hub_reach_kind_word (HUB_FINDING_WAITING), ==, "Waiting");
  g_assert_cmpstr (hub_reach_kind_word (HUB_FINDING_GOOD), ==, "Good");
  g_assert_cmpstr (hub_reach_kind_word (HUB_FINDING_NOTE), ==, "Note");
  g_assert_cmpstr (hub_reach_kind_word (HUB_FINDING_BAD), ==, "Problem");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/ui/reach/findings/", rows[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_findings);
    }
  g_test_add_func ("/ui/reach/commands", test_commands);
  g_test_add_func ("/ui/reach/kinds", test_kinds);
  return g_test_run ();
}
