/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-bytes.h"
#include "tests/support/hub-test-net-line.h"
#include "tests/support/hub-test-program.h"

/* What has been acknowledged outlives the program, however that ends. */

#define CONFIG "listener 0 127.0.0.1\nlog_dest file log\nlog_timestamp false\npersistence true\n"

static void
tell (HubTestLine *line, const char *text)
{
  g_autoptr (GByteArray) bytes = hub_test_bytes (text);

  hub_test_line_write (line, hub_test_span (bytes));
}

static HubTestLine *
join (HubTestProgram *program, const char *connect, const char *answer)
{
  HubTestLine *line = hub_test_line_dial ("127.0.0.1", program->port);

  tell (line, connect);
  hub_test_line_expect (line, answer);
  return line;
}

static void
restart (HubTestProgram *program)
{
  hub_test_program_kill (program);
  hub_test_program_start (program, CONFIG);
}

#define ADA "10 [{'MQTT'} 04 00 003c {'ada'}]"
#define GRACE "10 [{'MQTT'} 04 02 003c {'grace'}]"

/* A session with two subscriptions, of which one had a message at QoS 1 and one at QoS 2. */
static void
prepare (HubTestProgram *program)
{
  g_autoptr (HubTestLine) ada = NULL;
  g_autoptr (HubTestLine) grace = NULL;

  hub_test_program_start (program, CONFIG);
  ada = join (program, ADA, "20 02 00 00");
  tell (ada, "82 [0001 {'q'} 02]");
  hub_test_line_expect (ada, "90 03 0001 02");
  tell (ada, "e0 00");
  hub_test_line_expect_end (ada);

  grace = join (program, GRACE, "20 02 00 00");
  tell (grace, "32 [{'q'} 0001 'one']");
  hub_test_line_expect (grace, "40 02 0001");
  tell (grace, "34 [{'q'} 0002 'two']");
  hub_test_line_expect (grace, "50 02 0002");
  tell (grace, "62 02 0002");
  hub_test_line_expect (grace, "70 02 0002");
}

static void
test_queue (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) ada = NULL;

  prepare (program);
  restart (program);
  ada = join (program, ADA, "20 02 01 00");
  hub_test_line_expect (ada, "32 [{'q'} 0001 'one']");
  hub_test_line_expect (ada, "34 [{'q'} 0002 'two']");
  hub_test_program_finish (program);
}

/* [MQTT-4.4.0-1]: what was sent comes again as such, and where PUBREC came it is PUBREL. */
static void
test_in_flight (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) first = NULL;
  g_autoptr (HubTestLine) second = NULL;

  prepare (program);
  first = join (program, ADA, "20 02 01 00");
  hub_test_line_expect (first, "32 [{'q'} 0001 'one']");
  hub_test_line_expect (first, "34 [{'q'} 0002 'two']");
  tell (first, "50 02 0002");
  hub_test_line_expect (first, "62 02 0002");

  restart (program);
  second = join (program, ADA, "20 02 01 00");
  hub_test_line_expect (second, "3a [{'q'} 0001 'one']");
  hub_test_line_expect (second, "62 02 0002");
  tell (second, "40 02 0001 70 02 0002 c0 00");
  hub_test_line_expect (second, "d0 00");
  hub_test_program_finish (program);
}

/* [MQTT-4.3.3-2]: an identifier whose PUBREC went out is known, so that the message is not delivered twice. */
static void
test_received (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) first = NULL;
  g_autoptr (HubTestLine) second = NULL;
  g_autoptr (HubTestLine) grace = NULL;

  hub_test_program_start (program, CONFIG);
  first = join (program, ADA, "20 02 00 00");
  tell (first, "34 [{'q'} 0007 'two']");
  hub_test_line_expect (first, "50 02 0007");

  restart (program);
  grace = join (program, GRACE, "20 02 00 00");
  tell (grace, "82 [0001 {'q'} 00]");
  hub_test_line_expect (grace, "90 03 0001 00");
  second = join (program, ADA, "20 02 01 00");
  tell (second, "3c [{'q'} 0007 'two']");
  hub_test_line_expect (second, "50 02 0007");
  tell (second, "62 02 0007");
  hub_test_line_expect (second, "70 02 0007");
  tell (grace, "c0 00");
  hub_test_line_expect (grace, "d0 00");
  hub_test_program_finish (program);
}

static void
test_retained (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) writer = NULL;
  g_autoptr (HubTestLine) reader = NULL;

  hub_test_program_start (program, CONFIG);
  writer = join (program, GRACE, "20 02 00 00");
  tell (writer, "33 [{'r'} 0001 'first'] 33 [{'r'} 0002 'kept'] 33 [{'s'} 0003 'gone'] 33 [{'s'} 0004]");
  hub_test_line_expect (writer, "40 02 0001 40 02 0002 40 02 0003 40 02 0004");

  restart (program);
  reader = join (program, GRACE, "20 02 00 00");
  tell (reader, "82 [0001 {'#'} 00] c0 00");
  hub_test_line_expect (reader, "90 03 0001 00");
  hub_test_line_expect (reader, "31 [{'r'} 'kept']");
  hub_test_line_expect (reader, "d0 00");
  hub_test_program_finish (program);
}

/* Who was there when the broker died is gone, and has said what is to be told then. */
static void
test_will (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) lost = NULL;
  g_autoptr (HubTestLine) ada = NULL;

  prepare (program);
  lost = join (program, "10 [{'MQTT'} 04 0c 003c {'alan'} {'q'} {'gone'}]", "20 02 00 00");
  /* CONNACK does not wait for the store; an acknowledgement that does comes after the will is in it. */
  tell (lost, "82 [0001 {'x'} 01]");
  hub_test_line_expect (lost, "90 03 0001 01");
  restart (program);
  ada = join (program, ADA, "20 02 01 00");
  hub_test_line_expect (ada, "32 [{'q'} 0001 'one']");
  hub_test_line_expect (ada, "34 [{'q'} 0002 'two']");
  hub_test_line_expect (ada, "32 [{'q'} 0003 'gone']");
  hub_test_program_finish (program);
}

/* What rules forbid that the broker has been given in the meantime is not said. */
static void
test_will_denied (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) lost = NULL;
  g_autoptr (HubTestLine) ada = NULL;

  prepare (program);
  lost = join (program, "10 [{'MQTT'} 04 0c 003c {'alan'} {'q'} {'gone'}]", "20 02 00 00");
  tell (lost, "82 [0001 {'x'} 01]");
  hub_test_line_expect (lost, "90 03 0001 01");
  hub_test_program_kill (program);
  hub_test_program_write (program, "acl", "topic read #\n");
  hub_test_program_start (program, CONFIG "acl_file acl\n");
  ada = join (program, ADA, "20 02 01 00");
  hub_test_line_expect (ada, "32 [{'q'} 0001 'one']");
  hub_test_line_expect (ada, "34 [{'q'} 0002 'two']");
  tell (ada, "c0 00");
  hub_test_line_expect (ada, "d0 00");
  hub_test_program_finish (program);
}

/* Clean Session ends a session that came back, for the next start as well. */
static void
test_clean_session (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) clean = NULL;
  g_autoptr (HubTestLine) ada = NULL;

  prepare (program);
  restart (program);
  clean = join (program, "10 [{'MQTT'} 04 02 003c {'ada'}]", "20 02 00 00");
  restart (program);
  ada = join (program, ADA, "20 02 00 00");
  tell (ada, "c0 00");
  hub_test_line_expect (ada, "d0 00");
  hub_test_program_finish (program);
}

/* Passwords that take a while to check, when they come for the first time: longer than a commit. */
static void
start_with_passwords (HubTestProgram *program)
{
  const char *const first[] = { "passwd", "-c", "-b", "users", "ada", "a", NULL };
  const char *const second[] = { "passwd", "-b", "users", "bob", "b", NULL };

  g_assert_cmpint (hub_test_program_run (program, first, NULL, NULL), ==, 0);
  g_assert_cmpint (hub_test_program_run (program, second, NULL, NULL), ==, 0);
  hub_test_program_start (program, CONFIG "password_file users\n");
}

/* What comes with a CONNECT whose password takes a while is committed though nothing else happens. */
static void
test_password (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) ada = NULL;

  start_with_passwords (program);
  ada = join (program, "10 [{'MQTT'} 04 c2 003c {'ada'} {'ada'} {'a'}] 33 [{'r'} 0001 'kept']", "20 02 00 00");
  hub_test_line_expect (ada, "40 02 0001");
  hub_test_program_finish (program);
}

/* Nor does a CONNECT have to wait that ends a session, which has to be durable first. */
static void
test_password_clean (HubTestProgram *program, gconstpointer data)
{
  g_autoptr (HubTestLine) ada = NULL;
  g_autoptr (HubTestLine) clean = NULL;

  start_with_passwords (program);
  ada = join (program, "10 [{'MQTT'} 04 c0 003c {'ada'} {'ada'} {'a'}]", "20 02 00 00");
  tell (ada, "82 [0001 {'q'} 01]");
  hub_test_line_expect (ada, "90 03 0001 01");
  tell (ada, "e0 00");
  hub_test_line_expect_end (ada);
  g_clear_pointer (&ada, hub_test_line_free);
  clean = join (program, "10 [{'MQTT'} 04 c2 003c {'ada'} {'bob'} {'b'}]", "20 02 00 00");
  hub_test_program_finish (program);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (HubTestProgram *program, gconstpointer data);
  } tests[] = {
    { "/broker/persistence/queue", test_queue },
    { "/broker/persistence/in-flight", test_in_flight },
    { "/broker/persistence/received", test_received },
    { "/broker/persistence/retained", test_retained },
    { "/broker/persistence/will", test_will },
    { "/broker/persistence/will-denied", test_will_denied },
    { "/broker/persistence/clean-session", test_clean_session },
    { "/broker/persistence/password", test_password },
    { "/broker/persistence/password-clean", test_password_clean },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, HubTestProgram, NULL, hub_test_program_set_up, tests[i].func, hub_test_program_tear_down);
  return g_test_run ();
}
