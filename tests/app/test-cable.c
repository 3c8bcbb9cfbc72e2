/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/app/discovery-host.h"
#include "tests/support/hub-test-wait.h"

/* Two computers at the ends of a cable, each with an Avahi: made by with-avahi --two. Ada is near, Grace is far. */

typedef struct
{
  DiscoveryHost ada;
  DiscoveryHost grace;
} Fixture;

/* What the network of the far computer becomes. */
static void
change_far (const char *command)
{
  g_autofree char *line = g_strdup_printf ("nsenter --target %s --net -- ip %s", g_getenv ("HUBBUB_FAR_PID"), command);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  discovery_host_begin (&fixture->ada, g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
  discovery_host_begin (&fixture->grace, g_getenv ("HUBBUB_FAR_BUS"));
  hub_test_wait_until (hub_avahi_get_is_running (fixture->ada.avahi) && hub_avahi_get_is_running (fixture->grace.avahi));
  hub_announcement_set (fixture->ada.announcement, "Ada", 1883, 9001);
  hub_announcement_set (fixture->grace.announcement, "Grace", 1884, 9002);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 10.77.0.1:1883"));
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 10.77.0.2:1884"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  discovery_host_end (&fixture->ada);
  discovery_host_end (&fixture->grace);
}

static void
test_leave (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who stops hosting, or ends without a word, is gone for the other computer as well, within seconds");

  hub_announcement_clear (fixture->ada.announcement);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
  discovery_host_end (&fixture->grace);
  hub_test_wait_until (discovery_host_sees (&fixture->ada, ""));
  discovery_host_begin (&fixture->grace, g_getenv ("HUBBUB_FAR_BUS"));
}

static void
test_other_address (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A computer that gets another address is found there");

  change_far ("address delete 10.77.0.2/24 dev far");
  change_far ("address add 10.77.0.3/24 dev far");
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 10.77.0.3:1884"));
  change_far ("address delete 10.77.0.3/24 dev far");
  change_far ("address add 10.77.0.2/24 dev far");
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 10.77.0.2:1884"));
}

static void
test_asleep (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("A computer whose network goes and comes back, as one that has slept, finds and is found again");

  change_far ("link set far down");
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
  hub_announcement_set (fixture->ada.announcement, "Ada", 1885, 9001);
  change_far ("link set far up");
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 10.77.0.1:1885"));
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 10.77.0.2:1884"));
}

/* As Avahi numbers the states of a group. */
#define GROUP_REGISTERING 1

static void
state_changed_cb (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *parameters,
                  gpointer is_at_it)
{
  int state;

  g_variant_get (parameters, "(i&s)", &state, NULL);
  if (state == GROUP_REGISTERING)
    *(gboolean *) is_at_it = TRUE;
}

static void
test_asleep_at_once (Fixture *fixture, gconstpointer data)
{
  gboolean is_at_it = FALSE;
  guint id;

  g_test_summary ("So is one whose network goes while Avahi still asks whether its name is free");

  id = g_dbus_connection_signal_subscribe (fixture->grace.bus, NULL, "org.freedesktop.Avahi.EntryGroup", "StateChanged",
                                           NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, state_changed_cb, &is_at_it, NULL);
  hub_announcement_set (fixture->grace.announcement, "Grace", 1886, 9002);
  hub_test_wait_until (is_at_it);
  g_dbus_connection_signal_unsubscribe (fixture->grace.bus, id);
  change_far ("link set far down");
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
  change_far ("link set far up");
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 10.77.0.2:1886"));
  hub_test_wait_until (hub_announcement_get_name (fixture->grace.announcement) != NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/app/cable/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("leave", test_leave);
  ADD ("other-address", test_other_address);
  ADD ("asleep", test_asleep);
  ADD ("asleep-at-once", test_asleep_at_once);
  return g_test_run ();
}
