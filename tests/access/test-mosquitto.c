/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-acl.h"
#include "broker/access/hub-password-file.h"
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-folder.h"
#include "tests/support/hub-test-wait.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>

#include <signal.h>
#include <sys/prctl.h>

/* Beside Mosquitto: its files with our programs, our files with its, and the same answers to the same questions. */

typedef struct
{
  char *folder;        /* (owned) */
  char *path;          /* (owned): of a password file that is not there yet */
  char *socket;        /* (owned): of a broker that does not run yet */
  GSubprocess *broker; /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = hub_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "passwords", NULL);
  fixture->socket = g_build_filename (fixture->folder, "socket", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->broker != NULL)
    {
      g_subprocess_send_signal (fixture->broker, SIGTERM);
      g_subprocess_wait (fixture->broker, NULL, NULL);
      g_object_unref (fixture->broker);
    }
  hub_test_folder_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->socket);
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

#define RUN(...) run ((const char *const[]){ __VA_ARGS__, NULL })

static gboolean
is_password (const Fixture *fixture, const char *user, const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HubPasswordFile) file = hub_password_file_load (fixture->path, &error);

  g_assert_no_error (error);
  return hub_password_file_verify (file, user, hub_span_from_string (password));
}

/* --- A client of that broker, one packet after the other, in MQTT 5.0 --- */

static GSocketConnection *
try_to_connect (const Fixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (fixture->socket);

  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
}

/* It does not outlive a test that fails. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
start_broker (Fixture *fixture, const char *more)
{
  g_autofree char *text = g_strdup_printf ("user root\nlistener 0 %s\nallow_anonymous true\n%s", fixture->socket, more);
  g_autofree char *config = hub_test_folder_write (fixture->folder, "mosquitto.conf", text);
  g_autofree char *program = g_find_program_in_path ("mosquitto");
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  fixture->broker = g_subprocess_launcher_spawn (launcher,
                                                 &error,
                                                 program != NULL ? program : "/usr/sbin/mosquitto",
                                                 "-c",
                                                 config,
                                                 NULL);
  g_assert_no_error (error);
  for (gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS); connection == NULL; g_thread_yield ())
    {
      g_assert_cmpint (hub_test_left_ms (deadline_us), >, 0);
      connection = try_to_connect (fixture);
    }
}

static void
send_text (GSocketConnection *connection, const char *text)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (output, bytes->data, bytes->len, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The Reason Code of the next packet, which is short: behind so many bytes, or 0 where it is left out. */
static guint8
read_reason (GSocketConnection *connection, guint8 first_byte, gsize n_before)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GError) error = NULL;
  guint8 head[2];
  guint8 body[127];

  g_input_stream_read_all (input, head, sizeof head, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (head[0], ==, first_byte);
  g_assert_cmpuint (head[1], <=, sizeof body);
  g_input_stream_read_all (input, body, head[1], NULL, NULL, &error);
  g_assert_no_error (error);
  return head[1] > n_before ? body[n_before] : 0;
}

static GSocketConnection *
join (const Fixture *fixture, const char *user, const char *password, const char *client_id, guint8 *reason)
{
  GSocketConnection *connection = try_to_connect (fixture);
  g_autofree char *credentials = user != NULL ? g_strdup_printf ("{'%s'} {'%s'}", user, password) : g_strdup ("");
  g_autofree char *packet = g_strdup_printf ("10 [{'MQTT'} 05 %s 0000 00 {'%s'} %s]", user != NULL ? "c2" : "02", client_id, credentials);

  g_assert_nonnull (connection);
  send_text (connection, packet);
  *reason = read_reason (connection, 0x20, 1);
  return connection;
}

static gboolean
may_join (const Fixture *fixture, const char *user, const char *password)
{
  guint8 reason;
  g_autoptr (GSocketConnection) connection = join (fixture, user, password, "id", &reason);

  g_assert_nonnull (connection);
  g_assert_true (reason == 0 || reason == 0x87);
  return reason == 0;
}

static gboolean
may_publish (const Fixture *fixture, const char *user, const char *client_id, const char *topic)
{
  guint8 reason;
  g_autoptr (GSocketConnection) connection = join (fixture, user, "", client_id, &reason);
  g_autofree char *packet = g_strdup_printf ("32 [{'%s'} 0001 00 'x']", topic);

  g_assert_cmpuint (reason, ==, 0);
  send_text (connection, packet);
  reason = read_reason (connection, 0x40, 2);
  g_assert_true (reason == 0 || reason == 0x10 || reason == 0x87);
  return reason != 0x87;
}

/* --- Tests --- */

static void
test_their_passwords (Fixture *fixture, gconstpointer data)
{
  RUN ("mosquitto_passwd", "-c", "-b", fixture->path, "ann", "of ann");
  RUN ("mosquitto_passwd", "-H", "sha512", "-b", fixture->path, "bob", "of j\xc3\xb6rg");
  RUN ("mosquitto_passwd", "-H", "sha512-pbkdf2", "-b", fixture->path, "c d", "$7$:");
  g_assert_true (is_password (fixture, "ann", "of ann"));
  g_assert_true (is_password (fixture, "bob", "of j\xc3\xb6rg"));
  g_assert_true (is_password (fixture, "c d", "$7$:"));
  g_assert_false (is_password (fixture, "ann", "of bob"));
  g_assert_false (is_password (fixture, "bob", "of ann"));
  g_assert_false (is_password (fixture, "c d", ""));
}

/* Each takes the file of the other and changes it. */
static void
test_both_passwd (Fixture *fixture, gconstpointer data)
{
  const char *broker = g_getenv ("HUBBUB_BROKER");

  RUN ("mosquitto_passwd", "-c", "-b", fixture->path, "ann", "1");
  RUN (broker, "passwd", "-b", fixture->path, "bob", "2");
  RUN ("mosquitto_passwd", "-b", fixture->path, "cid", "3");
  RUN (broker, "passwd", "-b", fixture->path, "ann", "4");
  RUN ("mosquitto_passwd", "-b", fixture->path, "bob", "5");
  RUN (broker, "passwd", "-D", fixture->path, "cid");
  g_assert_true (is_password (fixture, "ann", "4"));
  g_assert_true (is_password (fixture, "bob", "5"));
  g_assert_false (is_password (fixture, "cid", "3"));
  RUN (broker, "passwd", "-b", fixture->path, "bob", "6");
  RUN ("mosquitto_passwd", "-D", fixture->path, "ann");
  g_assert_true (is_password (fixture, "bob", "6"));
  g_assert_false (is_password (fixture, "ann", "4"));
}

static void
test_our_passwords (Fixture *fixture, gconstpointer data)
{
  g_autofree char *option = g_strdup_printf ("password_file %s\n", fixture->path);

  RUN (g_getenv ("HUBBUB_BROKER"), "passwd", "-c", "-b", fixture->path, "ann", "of ann");
  start_broker (fixture, option);
  g_assert_true (may_join (fixture, "ann", "of ann"));
  g_assert_false (may_join (fixture, "ann", "of bob"));
  g_assert_false (may_join (fixture, "bob", "of ann"));
  g_assert_true (may_join (fixture, NULL, NULL));
}

static const char acl_text[] =
  "# who is anonymous\n"
  "topic write open/#\n"
  "topic deny open/secret/#\n"
  "topic read only/read\n"
  "topic both\n"
  "topic write with a blank\n"
  "topic write w/+/x\n"
  "\n"
  "user ann\n"
  "topic write ann/#\n"
  "topic deny ann/no\n"
  "user bob\n"
  "topic deny bob/no/#\n"
  "topic bob/#\n"
  "user ann\n"
  "topic readwrite late\n"
  "pattern write c/%c/#\n"
  "pattern write u/%u\n"
  "pattern write uc/%u-%c\n"
  "pattern deny deny/%c/no\n"
  "pattern write deny/+/+\n"
  "pattern write plain\n"
  "pattern deny ann/pattern\n";

static void
test_acl (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *user;
    const char *client_id;
    const char *topic;
    gboolean theirs;
    gboolean ours;
  } rows[] = {
    { NULL, "id", "open", TRUE, TRUE },
    { NULL, "id", "open/a/b", TRUE, TRUE },
    { NULL, "id", "open/secret", FALSE, FALSE },
    { NULL, "id", "open/secret/a", FALSE, FALSE },
    { NULL, "id", "openx", FALSE, FALSE },
    { NULL, "id", "only/read", FALSE, FALSE },
    { NULL, "id", "both", TRUE, TRUE },
    { NULL, "id", "with a blank", TRUE, TRUE },
    { NULL, "id", "w/a/x", TRUE, TRUE },
    { NULL, "id", "w//x", TRUE, TRUE },
    { NULL, "id", "w/a/b/x", FALSE, FALSE },
    { NULL, "id", "nothing", FALSE, FALSE },
    { NULL, "id", "ann/a", FALSE, FALSE },
    { NULL, "id", "u/", FALSE, FALSE },
    { NULL, "id", "uc/-id", FALSE, FALSE },
    { NULL, "id", "plain", TRUE, TRUE },
    { "ann", "id", "ann/a", TRUE, TRUE },
    { "ann", "id", "ann/no", FALSE, FALSE },
    { "ann", "id", "ann/no/a", TRUE, TRUE },
    { "ann", "id", "late", TRUE, TRUE },
    { "ann", "id", "open/a", FALSE, FALSE },
    { "ann", "id", "bob/a", FALSE, FALSE },
    { "ann", "id", "u/ann", TRUE, TRUE },
    { "ann", "id", "u/bob", FALSE, FALSE },
    { "ann", "id", "uc/ann-id", TRUE, TRUE },
    { "ann", "id", "uc/ann-ann", FALSE, FALSE },
    { "bob", "id", "bob/a", TRUE, TRUE },
    { "bob", "id", "bob/no", FALSE, FALSE },
    { "bob", "id", "bob/no/a", FALSE, FALSE },
    { "cid", "id", "plain", TRUE, TRUE },
    { "cid", "id", "open/a", FALSE, FALSE },
    { "cid", "id", "c/id", TRUE, TRUE },
    { "cid", "id", "c/id/a", TRUE, TRUE },
    { "cid", "id", "c/other", FALSE, FALSE },
    { "cid", "id", "deny/other/no", TRUE, TRUE },
    { "cid", "id", "deny/id/no", FALSE, FALSE },
    { NULL, "#", "c/a", FALSE, FALSE },
    { NULL, "+", "c/a", FALSE, FALSE },
    { NULL, "#", "open/a", TRUE, TRUE },
    { "+", "id", "u/a", FALSE, FALSE },
    { "#", "id", "u/a", FALSE, FALSE },
    { "a/b", "id", "u/x/b", FALSE, FALSE },
    /* Where we say something else, hub_acl_check() says why. */
    { "ann", "id", "ann/pattern", TRUE, FALSE },
    { NULL, "a/b", "c/a/b", TRUE, FALSE },
    { "a/b", "id", "u/a/b", TRUE, FALSE },
    { NULL, "#", "plain", FALSE, TRUE },
  };
  g_autofree char *path = hub_test_folder_write (fixture->folder, "acl", acl_text);
  g_autofree char *option = g_strdup_printf ("acl_file %s\n", path);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubAcl) acl = hub_acl_load (path, &error);

  g_assert_no_error (error);
  start_broker (fixture, option);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HubIdentity who;

      g_test_message ("'%s' as '%s' to '%s'", rows[i].client_id, rows[i].user != NULL ? rows[i].user : "nobody", rows[i].topic);
      hub_identity_init (&who, rows[i].client_id, rows[i].user, 0);
      g_assert_cmpint (hub_acl_check (acl, &who, HUB_ACL_WRITE, hub_span_from_string (rows[i].topic)), ==, rows[i].ours);
      g_assert_cmpint (may_publish (fixture, rows[i].user, rows[i].client_id, rows[i].topic), ==, rows[i].theirs);
    }
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/access/mosquitto/their-passwords", test_their_passwords },
    { "/access/mosquitto/both-passwd", test_both_passwd },
    { "/access/mosquitto/our-passwords", test_our_passwords },
    { "/access/mosquitto/acl", test_acl },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
