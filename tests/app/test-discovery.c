/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/discovery/hub-discovery.h"
#include "app/discovery/hub-service.h"
#include "tests/app/discovery-host.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <signal.h>

/* A real Avahi on a loopback of its own; each host and each guest has a connection to the bus of its own. */

typedef struct
{
  DiscoveryHost ada;
  DiscoveryHost grace;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  discovery_host_begin (&fixture->ada, g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
  discovery_host_begin (&fixture->grace, g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
  hub_test_wait_until (hub_avahi_get_is_running (fixture->ada.avahi) && hub_avahi_get_is_running (fixture->grace.avahi));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  discovery_host_end (&fixture->ada);
  discovery_host_end (&fixture->grace);
}

static void
test_found (Fixture *fixture, gconstpointer data)
{
  hub_announcement_set (fixture->ada.announcement, "Ada's desk", 1883, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada's desk at 127.0.0.1:1883"));
  g_assert_cmpstr (hub_announcement_get_name (fixture->ada.announcement), ==, "Ada's desk");
  /* Nobody is a neighbour of their own. */
  g_assert_true (discovery_host_sees (&fixture->ada, ""));

  hub_announcement_set (fixture->grace.announcement, "Grace", 1884, 9002);
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 127.0.0.1:1884"));

  hub_announcement_clear (fixture->ada.announcement);
  g_assert_null (hub_announcement_get_name (fixture->ada.announcement));
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
}

/* A host that is gone without a word: its connection to the bus ends with it. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  hub_announcement_set (fixture->ada.announcement, "Ada", 1883, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  discovery_host_end (&fixture->ada);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
  discovery_host_begin (&fixture->ada, g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  hub_announcement_set (fixture->ada.announcement, "Ada", 1883, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  hub_announcement_set (fixture->ada.announcement, "Ada", 1885, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1885"));
  hub_announcement_set (fixture->ada.announcement, "Countess", 1885, 0);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Countess at 127.0.0.1:1885"));
}

/* Two of the same name: both are seen, under the name that they have. */
static void
test_same_name (Fixture *fixture, gconstpointer data)
{
  DiscoveryHost alan = { 0 };

  discovery_host_begin (&alan, g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
  hub_test_wait_until (hub_avahi_get_is_running (alan.avahi));
  hub_announcement_set (fixture->ada.announcement, "Desk", 1883, 9001);
  hub_test_wait_until (hub_announcement_get_name (fixture->ada.announcement) != NULL);
  hub_announcement_set (alan.announcement, "Desk", 1884, 9002);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Desk at 127.0.0.1:1883, Desk at 127.0.0.1:1884"));
  g_assert_cmpstr (hub_announcement_get_name (alan.announcement), ==, "Desk #2");
  discovery_host_end (&alan);
}

/* What is too long for DNS is cut between characters; what is said of oneself keeps more of it. */
static void
test_long_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < 40; i++)
    g_string_append (name, "é");
  hub_announcement_set (fixture->ada.announcement, name->str, 1883, 9001);
  hub_test_wait_until (hub_announcement_get_name (fixture->ada.announcement) != NULL);
  g_assert_cmpuint (strlen (hub_announcement_get_name (fixture->ada.announcement)), ==, 62);
  hub_test_wait_until (g_list_model_get_n_items (G_LIST_MODEL (fixture->grace.neighbours)) == 1);
}

/* Avahi restarts: all is said again, and nobody stays that is gone. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  pid_t keeper = (pid_t) g_ascii_strtoll (g_getenv ("HUBBUB_AVAHI_KEEPER"), NULL, 10);

  hub_announcement_set (fixture->ada.announcement, "Ada", 1883, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  g_assert_cmpint (kill (keeper, SIGUSR1), ==, 0);
  hub_test_wait_until (!hub_avahi_get_is_running (fixture->grace.avahi));
  g_assert_true (discovery_host_sees (&fixture->grace, ""));
  hub_announcement_set (fixture->grace.announcement, "Grace", 1884, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 127.0.0.1:1884"));
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = hub_avahi_call_finish (HUB_AVAHI (object), result, &error);

  g_assert_no_error (error);
}

static void
test_own_name (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Who is called as this program is must be this program, in a run that Avahi still tells of");

  hub_announcement_set (fixture->grace.announcement, "Grace", 1884, 9002);
  hub_test_wait_until (discovery_host_sees (&fixture->ada, "Grace at 127.0.0.1:1884"));
  hub_neighbours_set_own_name (fixture->ada.neighbours, "Grace");
  g_assert_true (discovery_host_sees (&fixture->ada, ""));
  hub_neighbours_set_own_name (fixture->ada.neighbours, "Ada");
  g_assert_true (discovery_host_sees (&fixture->ada, "Grace at 127.0.0.1:1884"));
  hub_neighbours_set_own_name (fixture->ada.neighbours, "Grace");
  hub_neighbours_set_own_name (fixture->ada.neighbours, NULL);
  g_assert_true (discovery_host_sees (&fixture->ada, "Grace at 127.0.0.1:1884"));
}

/* The computer gets another name, as when the one it had is taken: Avahi starts over, and nobody collides with themselves. */
static void
test_other_computer_name (Fixture *fixture, gconstpointer data)
{
  hub_announcement_set (fixture->ada.announcement, "Ada", 1883, 9001);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("computer%u", i);

      hub_avahi_call (fixture->ada.avahi, "/", "Server.SetHostName", g_variant_new ("(s)", name), NULL, answered_cb, NULL);
      hub_test_wait_until (hub_announcement_get_name (fixture->ada.announcement) == NULL);
      hub_test_wait_until (hub_announcement_get_name (fixture->ada.announcement) != NULL);
      g_assert_cmpstr (hub_announcement_get_name (fixture->ada.announcement), ==, "Ada");
      hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
    }
}

static void
test_service (void)
{
  static const struct
  {
    const char *ip;
    const char *interface;
    guint16 port;
    const char *address;
  } rows[] = {
    { "192.168.1.20", "eth0", 1883, "192.168.1.20:1883" },
    { "169.254.7.8", "eth0", 1883, "169.254.7.8:1883" },
    { "2001:db8::1", "eth0", 1884, "[2001:db8::1]:1884" },
    { "fe80::1", "eth0", 1883, "[fe80::1%eth0]:1883" },
    { "fe80::1", NULL, 1883, NULL },
    { "192.168.1.20", "eth0", 0, NULL },
    { "0.0.0.0", "eth0", 1883, NULL },
    { "224.0.0.251", "eth0", 1883, NULL },
    { "nonsense", "eth0", 1883, NULL },
    { "", "eth0", 1883, NULL },
  };
  g_autoptr (HubService) service = hub_service_new (2, 0, "Ada", "local");
  guint last_rank = G_MAXUINT;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      hub_service_take_address (service, rows[i].ip, rows[i].interface, rows[i].port);
      g_assert_cmpstr (service->address, ==, rows[i].address);
      g_assert_cmpint (service->rank > 0, ==, rows[i].address != NULL);
    }
  hub_service_take_address (service, "192.168.1.20", "eth0", 1883);
  hub_service_forget_address (service);
  g_assert_null (service->address);
  g_assert_cmpuint (service->rank, ==, 0);
  /* From the best to the worst. */
  for (gsize i = 0; i < 4; i++)
    {
      static const gsize order[] = { 0, 2, 1, 3 };

      hub_service_take_address (service, rows[order[i]].ip, "eth0", 1883);
      g_assert_cmpuint (service->rank, <, last_rank);
      last_rank = service->rank;
    }
}

static void
test_texts (void)
{
  static const char *const texts[] = { "", "app", "=x", "APP=hubbub", "name=\377 Ada", "name=Grace" };
  g_autoptr (HubService) service = hub_service_new (2, 0, "Ada", "local");
  g_autoptr (GVariant) record = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_variant_builder_add_value (&builder, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, texts[i], strlen (texts[i]), 1));
  record = g_variant_ref_sink (g_variant_builder_end (&builder));
  hub_service_take_texts (service, record);
  g_assert_true (service->is_hubbub);
  g_assert_cmpstr (service->title, ==, "\357\277\275 Ada");
}

static void
count_cb (guint *n_changes)
{
  ++*n_changes;
}

static void
test_told (Fixture *fixture, gconstpointer data)
{
  HubChatState *state = hub_chat_state_new ();
  HubDiscovery *discovery = hub_discovery_new (state);
  guint n_changes = 0;

  g_test_summary ("A discovery says whether it runs, and whether others find this computer");

  g_signal_connect_swapped (discovery, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (hub_discovery_get_is_running (discovery));
  hub_test_wait_until (hub_discovery_get_is_running (discovery));
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_false (hub_discovery_get_is_announced (discovery));

  hub_chat_state_set_name (state, "Ada");
  hub_discovery_set_ports (discovery, 1883, 9001);
  hub_test_wait_until (hub_discovery_get_is_announced (discovery));
  hub_test_wait_until (discovery_host_sees (&fixture->grace, "Ada at 127.0.0.1:1883"));
  g_assert_cmpuint (n_changes, ==, 2);

  hub_discovery_set_ports (discovery, 0, 0);
  g_assert_false (hub_discovery_get_is_announced (discovery));
  g_assert_cmpuint (n_changes, ==, 3);
  hub_test_wait_until (discovery_host_sees (&fixture->grace, ""));
  g_object_unref (discovery);
  g_object_unref (state);
}

/* A system bus with nothing on it. */
static GSubprocess *
start_bus (const char *address)
{
  g_autofree char *option = g_strdup_printf ("--address=%s", address);
  g_autoptr (GError) error = NULL;
  GSubprocess *daemon =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "dbus-daemon", "--session", "--nofork", "--print-address", option, NULL);
  char first;

  g_assert_no_error (error);
  /* It listens when it says so. */
  g_input_stream_read (g_subprocess_get_stdout_pipe (daemon), &first, 1, NULL, &error);
  g_assert_no_error (error);
  return daemon;
}

static void
closed_cb (gboolean *is_closed)
{
  *is_closed = TRUE;
}

/* GIO ends whoever has the bus that ends. */
static void
test_bus_ends (void)
{
  g_autofree char *before = g_strdup (g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"));
  g_autofree char *folder = g_dir_make_tmp ("hubbub-bus-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bus", NULL);
  g_autofree char *address = g_strconcat ("unix:path=", path, NULL);
  g_autoptr (GSubprocess) daemon = start_bus (address);
  g_autoptr (HubAvahi) avahi = NULL;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_closed = FALSE;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  avahi = hub_avahi_new (NULL);
  bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  g_assert_no_error (error);
  hub_test_wait_until (!g_dbus_connection_get_exit_on_close (bus));
  g_signal_connect_swapped (bus, "closed", G_CALLBACK (closed_cb), &is_closed);
  g_subprocess_force_exit (daemon);
  hub_test_wait_until (is_closed);
  g_assert_false (hub_avahi_get_is_running (avahi));

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", before, TRUE);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/discovery/service", test_service);
  g_test_add_func ("/app/discovery/texts", test_texts);
  g_test_add_func ("/app/discovery/bus-ends", test_bus_ends);
  if (g_getenv ("HUBBUB_AVAHI_KEEPER") == NULL)
    return g_test_run ();
#define ADD(path, func) g_test_add ("/app/discovery/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("found", test_found);
  ADD ("gone", test_gone);
  ADD ("changes", test_changes);
  ADD ("same-name", test_same_name);
  ADD ("long-name", test_long_name);
  ADD ("other-computer-name", test_other_computer_name);
  ADD ("own-name", test_own_name);
  ADD ("restart", test_restart);
  ADD ("told", test_told);
  return g_test_run ();
}
