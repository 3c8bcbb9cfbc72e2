/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-broker.h"
#include "tests/support/hub-test-net-line.h"
#include "tests/support/hub-test-program.h"
#include "tests/support/hub-test-wait.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* hubbub-broker as a program: its files and its signals. */

static HubTestLine *
join (guint16 port, const char *client_id, const char *answer)
{
  HubTestLine *line = hub_test_line_dial ("127.0.0.1", port);
  g_autofree char *text = g_strdup_printf ("10 [{'MQTT'} 04 02 003c {'%s'}]", client_id);
  g_autoptr (GByteArray) connect = hub_test_bytes (text);

  hub_test_line_write (line, hub_test_span (connect));
  hub_test_line_expect (line, answer);
  return line;
}

#define ACCEPTED "20 02 00 00"
#define NOT_AUTHORISED "20 02 00 05"

static void
ping (HubTestLine *line)
{
  hub_test_line_write (line, HUB_SPAN_LITERAL ("\xc0\x00"));
  hub_test_line_expect (line, "d0 00");
}

static void
test_test_config (HubTestProgram *fixture, gconstpointer data)
{
  static const struct
  {
    const char *config; /* (nullable): NULL: no file */
    int status;
    const char *output;
    const char *errors;
  } rows[] = {
    { "listener 1883\n", 0, "hub.conf: nothing is wrong with this configuration.\n", "" },
    { "autosave_interval 5\n",
      0,
      "hub.conf:1: autosave_interval: without effect: what has to be kept is stored at once\n"
      "hub.conf: nothing is wrong with this configuration.\n",
      "" },
    { "listener 1883\nbanana\n", 1, "", "hubbub-broker: hub.conf:2: unknown option 'banana'\n" },
    { "mount_point x\n", 1, "", "hubbub-broker: hub.conf:1: known to Mosquitto, not supported here: mount_point\n" },
    { "password_file garbage\n", 1, "", "hubbub-broker: garbage:1: " },
    { "listener 1883\nacl_file garbage\n", 1, "", "hubbub-broker: garbage:1: " },
    { "listener 1883\ncertfile garbage\nkeyfile garbage\n", 1, "", "hubbub-broker: certfile 'garbage': " },
    { "allow_anonymous false\n",
      0,
      "Nobody can connect: allow_anonymous is false, and no password_file says who may.\n"
      "hub.conf: nothing is wrong with this configuration.\n",
      "" },
    { "acl_file acl\n",
      0,
      "acl has rules for users, but no password_file says who they are",
      "" },
    { NULL, 1, "", "hubbub-broker: hub.conf: No such file or directory\n" },
  };
  static const char *const arguments[] = { "--test-config", "-c", "hub.conf", NULL };
  static const char *const without_file[] = { "--test-config", NULL };
  g_autofree char *path = hub_test_program_path (fixture, "hub.conf");
  g_autofree char *complaint = NULL;

  hub_test_program_write (fixture, "garbage", "banana\n");
  hub_test_program_write (fixture, "acl", "user ada\ntopic read #\n");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *output = NULL;
      g_autofree char *errors = NULL;

      g_remove (path);
      if (rows[i].config != NULL)
        hub_test_program_write (fixture, "hub.conf", rows[i].config);
      g_assert_cmpint (hub_test_program_run (fixture, arguments, &output, &errors), ==, rows[i].status);
      g_assert_true (g_str_has_prefix (output, rows[i].output));
      g_assert_cmpint (g_str_has_suffix (output, "hub.conf: nothing is wrong with this configuration.\n"), ==, rows[i].status == 0);
      g_assert_true (g_str_has_prefix (errors, rows[i].errors));
      g_assert_cmpint (errors[0] != '\0', ==, rows[i].status != 0);
    }
  g_assert_cmpint (hub_test_program_run (fixture, without_file, NULL, &complaint), ==, 1);
  g_assert_nonnull (strstr (complaint, "--test-config needs -c"));
}

static void
test_pid_file (HubTestProgram *fixture, gconstpointer data)
{
  static const char *const arguments[] = { "-c", "second.conf", NULL };
  g_autofree char *pid = NULL;
  g_autofree char *second = NULL;
  g_autofree char *wanted = NULL;

  hub_test_program_start (fixture, "listener 0 127.0.0.1\npid_file hub.pid\nlog_dest file log\n");
  wanted = g_strdup_printf ("%s\n", g_subprocess_get_identifier (fixture->process));
  hub_test_wait_until (hub_test_program_has (fixture, "hub.pid", "\n"));
  pid = hub_test_program_read (fixture, "hub.pid");
  g_assert_cmpstr (pid, ==, wanted);

  /* One that cannot start leaves the file of the one that runs alone. */
  second = g_strdup_printf ("listener %u 127.0.0.1\npid_file hub.pid\n", fixture->port);
  hub_test_program_write (fixture, "second.conf", second);
  g_assert_cmpint (hub_test_program_run (fixture, arguments, NULL, NULL), ==, 1);
  g_clear_pointer (&pid, g_free);
  pid = hub_test_program_read (fixture, "hub.pid");
  g_assert_cmpstr (pid, ==, wanted);

  hub_test_program_finish (fixture);
  g_clear_pointer (&pid, g_free);
  pid = hub_test_program_read (fixture, "hub.pid");
  g_assert_cmpstr (pid, ==, "");
}

static void
test_bad_files (HubTestProgram *fixture, gconstpointer data)
{
  static const struct
  {
    const char *config;
    const char *errors;
  } rows[] = {
    { "listener 0 127.0.0.1\npid_file nowhere/hub.pid\nlog_dest none\n", "the pid_file cannot be written: " },
    { "listener 0 127.0.0.1\nlog_dest file nowhere/log\n", "the log file 'nowhere/log' cannot be opened: " },
  };
  static const char *const arguments[] = { "-c", "hub.conf", NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *errors = NULL;

      hub_test_program_write (fixture, "hub.conf", rows[i].config);
      g_assert_cmpint (hub_test_program_run (fixture, arguments, NULL, &errors), ==, 1);
      g_assert_nonnull (strstr (errors, rows[i].errors));
    }
}

static void
hang_up (HubTestProgram *fixture, const char *log, const char *answer)
{
  g_subprocess_send_signal (fixture->process, SIGHUP);
  hub_test_wait_until (hub_test_program_has (fixture, log, answer));
}

#define LISTENER "listener 0 127.0.0.1\nlog_timestamp false\n"

/* Another configuration comes into force, also for those who are there, and a log that was moved away is left behind. */
static void
test_reload (HubTestProgram *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) client = NULL;
  g_autoptr (HubTestLine) refused = NULL;
  g_autofree char *log = hub_test_program_path (fixture, "log");
  g_autofree char *moved = hub_test_program_path (fixture, "log.1");

  hub_test_program_start (fixture, LISTENER "log_dest file log\n");
  client = join (fixture->port, "ada", ACCEPTED);

  hub_test_program_write (fixture, "hub.conf", LISTENER "log_dest file log\nallow_anonymous false\nlog_type notice\n");
  g_assert_cmpint (rename (log, moved), ==, 0);
  hang_up (fixture, "log", "Config reloaded.\n");
  refused = join (fixture->port, "grace", NOT_AUTHORISED);
  hub_test_line_expect_end (client);
  hub_test_wait_until (hub_test_program_has (fixture, "log", "grace"));
  g_assert_true (hub_test_program_has (fixture, "log.1", "Reloading config.\n"));
  g_assert_false (hub_test_program_has (fixture, "log.1", "grace"));
  hub_test_program_finish (fixture);
}

/* What an operator should know stands in the log of a start as in the answer of --test-config. */
static void
test_nobody (HubTestProgram *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) refused = NULL;

  hub_test_program_start (fixture, LISTENER "log_dest file log\nallow_anonymous false\n");
  hub_test_wait_until (hub_test_program_has (fixture, "log", "Nobody can connect: allow_anonymous is false"));
  refused = join (fixture->port, "ada", NOT_AUTHORISED);
  hub_test_program_finish (fixture);
}

/* Whatever is wrong with it, what there was stays in force. */
static void
test_broken_reload (HubTestProgram *fixture, gconstpointer data)
{
  static const struct
  {
    const char *config; /* (nullable): NULL: no file */
    const char *answer;
  } rows[] = {
    { LISTENER "banana\n", "Nothing was reloaded: hub.conf:3: unknown option 'banana'\n" },
    { LISTENER "log_dest file nowhere/log\n", "Nothing was reloaded: the log file 'nowhere/log' cannot be opened: " },
    { LISTENER "password_file nowhere\n", "Nothing was reloaded: hub.conf:3: password_file: 'nowhere' cannot be read: " },
    { LISTENER "listener 0\nlog_dest file log2\n", "Nothing was reloaded: a broker that runs keeps its listeners" },
    { NULL, "Nothing was reloaded: hub.conf: No such file or directory\n" },
  };
  g_autofree char *path = hub_test_program_path (fixture, "hub.conf");
  g_autoptr (HubTestLine) client = NULL;

  hub_test_program_start (fixture, LISTENER "log_dest file log\nallow_anonymous false\nlistener_allow_anonymous true\n");
  client = join (fixture->port, "ada", ACCEPTED);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubTestLine) other = NULL;

      if (rows[i].config != NULL)
        hub_test_program_write (fixture, "hub.conf", rows[i].config);
      else
        g_assert_cmpint (g_remove (path), ==, 0);
      hang_up (fixture, "log", rows[i].answer);
      other = join (fixture->port, "grace", ACCEPTED);
      ping (client);
    }
  g_assert_false (hub_test_program_has (fixture, "log", "Config reloaded."));
  hub_test_program_finish (fixture);
}

/* Each of many is answered, or stands for those before it; the last one counts. */
static void
test_many_reloads (HubTestProgram *fixture, gconstpointer data)
{
  g_autoptr (HubTestLine) client = NULL;

  hub_test_program_start (fixture, LISTENER "log_dest file log\n");
  for (guint i = 0; i < 100; i++)
    g_subprocess_send_signal (fixture->process, SIGHUP);
  hub_test_wait_until (hub_test_program_has (fixture, "log", "Config reloaded.\n"));
  hub_test_program_write (fixture, "hub.conf", LISTENER "log_dest file log2\nallow_anonymous false\n");
  hang_up (fixture, "log2", "Config reloaded.\n");
  client = join (fixture->port, "ada", NOT_AUTHORISED);
  hub_test_program_finish (fixture);
}

/* Where a service manager listens; its socket lies in the fixture's folder. */
static GSocket *
listen_as_service_manager (HubTestProgram *fixture)
{
  g_autofree char *path = hub_test_program_path (fixture, "notify");
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_set_timeout (socket, HUB_TEST_TIMEOUT_MS / 1000);
  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  return socket;
}

/* Reads what the program tells until it begins with @word; signs of life are told at any time. */
static void
expect_told (GSocket *manager, const char *word)
{
  char text[256];

  do
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_socket_receive (manager, text, sizeof text - 1, NULL, &error);

      g_assert_no_error (error);
      text[n] = '\0';
    }
  while (g_str_has_prefix (text, "WATCHDOG=1") && !g_str_has_prefix (word, "WATCHDOG=1"));
  g_assert_true (g_str_has_prefix (text, word));
}

/* Reads signs of life until one of them says this; all that were sent before it say something else. */
static void
expect_sessions (GSocket *manager, const char *sessions)
{
  g_autofree char *wanted = g_strdup_printf ("WATCHDOG=1\nSTATUS=%s sessions", sessions);
  char text[256];

  do
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_socket_receive (manager, text, sizeof text - 1, NULL, &error);

      g_assert_no_error (error);
      text[n] = '\0';
      g_assert_true (g_str_has_prefix (text, "WATCHDOG=1\nSTATUS="));
    }
  while (!g_str_equal (text, wanted));
}

static void
test_service_manager (HubTestProgram *fixture, gconstpointer data)
{
  g_autoptr (GSocket) manager = listen_as_service_manager (fixture);
  g_autoptr (HubTestLine) ada = NULL;
  g_autoptr (HubTestLine) grace = NULL;

  g_setenv ("WATCHDOG_USEC", "20000", TRUE);
  hub_test_program_start (fixture, LISTENER "log_dest file log\n");
  g_unsetenv ("WATCHDOG_USEC");
  g_unsetenv ("NOTIFY_SOCKET");

  expect_told (manager, "READY=1");
  expect_told (manager, "WATCHDOG=1\nSTATUS=0 sessions");
  expect_told (manager, "WATCHDOG=1");

  ada = join (fixture->port, "ada", ACCEPTED);
  grace = join (fixture->port, "grace", ACCEPTED);
  expect_sessions (manager, "2");

  g_subprocess_send_signal (fixture->process, SIGHUP);
  expect_told (manager, "RELOADING=1\nMONOTONIC_USEC=");
  expect_told (manager, "READY=1");
  hub_test_program_write (fixture, "hub.conf", "banana\n");
  g_subprocess_send_signal (fixture->process, SIGHUP);
  expect_told (manager, "RELOADING=1\nMONOTONIC_USEC=");
  expect_told (manager, "READY=1");

  /* What is told and not read is little, and who tells more than that waits: so it is read until nothing more is told. */
  g_subprocess_send_signal (fixture->process, SIGTERM);
  expect_told (manager, "STOPPING=1");
  hub_test_program_wait (fixture);
}

static void
kill_daemon (HubTestProgram *fixture)
{
  g_autofree char *text = hub_test_program_read (fixture, "hub.pid");
  pid_t pid = (pid_t) g_ascii_strtoll (text, NULL, 10);

  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  hub_test_wait_until (!hub_test_program_has (fixture, "hub.pid", "\n"));
}

/* Room for many descriptors, which does not come along through the fork. */
static void
check_room (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *text = NULL;
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpuint (g_ascii_strtoull (strstr (text, "\nFDSize:") + strlen ("\nFDSize:"), NULL, 10), >=, MIN (limit.rlim_max, 16384));
}

/* The parent leaves when the ports are open; names without a folder are meant from where it was started, always. */
static void
test_daemon (HubTestProgram *fixture, gconstpointer data)
{
  static const char *const arguments[] = { "-d", "-c", "hub.conf", NULL };
  g_autoptr (HubTestLine) line = NULL;
  g_autofree char *text = NULL;
  pid_t pid;

  hub_test_program_write (fixture, "hub.conf", LISTENER "pid_file hub.pid\nlog_dest file log\n");
  g_assert_cmpint (hub_test_program_run (fixture, arguments, NULL, NULL), ==, 0);
  hub_test_program_find_port (fixture, "log");
  line = join (fixture->port, "ada", ACCEPTED);

  text = hub_test_program_read (fixture, "hub.pid");
  pid = (pid_t) g_ascii_strtoll (text, NULL, 10);
  check_room (pid);
  g_assert_cmpint (kill (pid, SIGHUP), ==, 0);
  hub_test_wait_until (hub_test_program_has (fixture, "log", "Config reloaded.\n"));
  kill_daemon (fixture);
}

static void
test_daemon_that_fails (HubTestProgram *fixture, gconstpointer data)
{
  static const char *const arguments[] = { "-d", "-c", "hub.conf", NULL };
  static const char *const configs[] = {
    "banana\n",
    "listener 0 127.0.0.1\nlog_dest file nowhere/log\n",
    "listener 0 127.0.0.1\npid_file nowhere/pid\n",
    "listener 0 192.0.2.1\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++)
    {
      g_autofree char *errors = NULL;

      hub_test_program_write (fixture, "hub.conf", configs[i]);
      g_assert_cmpint (hub_test_program_run (fixture, arguments, NULL, &errors), ==, 1);
      g_assert_nonnull (strstr (errors, "hubbub-broker: "));
    }
}

/* What a second one says that wants the ports, or the database, of the first. */
static char *
start_beside (HubTestProgram *fixture, const char *config)
{
  static const char *const arguments[] = { "-c", "hub.conf", NULL };
  char *errors = NULL;

  hub_test_program_write (fixture, "hub.conf", config);
  g_assert_cmpint (hub_test_program_run (fixture, arguments, NULL, &errors), ==, 1);
  return errors;
}

static void
test_second_start (HubTestProgram *fixture, gconstpointer data)
{
  g_autoptr (HubTestBroker) first = hub_test_broker_new (hub_test_config_new ());
  g_autofree char *page = g_strdup_printf ("listener %u 127.0.0.1\nprotocol websockets\n", first->http_port);
  g_autofree char *both = g_strdup_printf ("listener %u 127.0.0.1\n%s", first->mqtt_port, page);
  g_autofree char *other = g_strdup_printf ("listener %u 127.0.0.1\nlistener 0 127.0.0.1\nprotocol websockets\n", first->mqtt_port);
  g_autofree char *there = g_strdup_printf ("there is a chat on this computer already: http://127.0.0.1:%u/\n", first->http_port);
  g_autofree char *of_both = start_beside (fixture, both);
  g_autofree char *of_page = start_beside (fixture, page);
  g_autofree char *of_other = start_beside (fixture, other);

  g_test_summary ("A second start fails, and says where the chat is that there is already");

  hub_test_broker_forget_fds (first);
  g_assert_nonnull (strstr (of_both, "Address already in use\n"));
  g_assert_nonnull (strstr (of_both, there));
  g_assert_nonnull (strstr (of_page, there));
  /* Its own page would be elsewhere: nothing is known of whoever has the port. */
  g_assert_nonnull (strstr (of_other, "Address already in use\n"));
  g_assert_null (strstr (of_other, "already:"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (HubTestProgram *fixture, gconstpointer data);
  } tests[] = {
    { "/broker/program/test-config", test_test_config },
    { "/broker/program/pid-file", test_pid_file },
    { "/broker/program/bad-files", test_bad_files },
    { "/broker/program/reload", test_reload },
    { "/broker/program/nobody", test_nobody },
    { "/broker/program/broken-reload", test_broken_reload },
    { "/broker/program/many-reloads", test_many_reloads },
    { "/broker/program/service-manager", test_service_manager },
    { "/broker/program/daemon", test_daemon },
    { "/broker/program/daemon-that-fails", test_daemon_that_fails },
    { "/broker/program/second-start", test_second_start },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, HubTestProgram, NULL, hub_test_program_set_up, tests[i].func, hub_test_program_tear_down);
  return g_test_run ();
}
