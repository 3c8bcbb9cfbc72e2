/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-vfs.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A process that writes is killed at each of the moments that make a difference on disk, or loses its power there. What
 * it has acknowledged is there afterwards, whole turns and nothing else; and no number is used for a second message.
 *
 * The process is this program, called with --child.
 */

#define PAYLOAD_BYTES 600

/* So large that the write-ahead log is copied to its place while the process works. */
#define LARGE_PAYLOAD_BYTES 200000

typedef struct
{
  const char *path;
  gboolean loses_power;
  guint dies_at; /* 0: not on its own */
  gsize payload_bytes;
  guint first_turn;
  guint n_calls;
} Child;

/* The process ------------------------------------------------------------------------------------------------------- */

static int
child_cb (HubTestVfsOp op, const char *path, gpointer user_data)
{
  Child *child = user_data;

  /* Reading changes nothing. */
  if (op == HUB_TEST_VFS_READ || op == HUB_TEST_VFS_OPEN)
    return SQLITE_OK;
  if (__atomic_add_fetch (&child->n_calls, 1, __ATOMIC_SEQ_CST) == child->dies_at)
    {
      if (child->loses_power)
        hub_test_vfs_lose_power (child->dies_at);
      raise (SIGKILL);
    }
  return SQLITE_OK;
}

/* Each is out when it returns: it does not wait in a buffer of a process that dies. */
static void
say (const char *what, guint64 number)
{
  char line[64];
  int length = snprintf (line, sizeof line, "%s %" G_GUINT64_FORMAT "\n", what, number);

  if (write (STDOUT_FILENO, line, (gsize) length) != length)
    abort ();
}

static void
say_committed (HubTestStore *test, const guint64 *tickets, guint *said)
{
  while (*said < HUB_TEST_WORK_TURNS && tickets[*said + 1] != 0 && tickets[*said + 1] <= test->ticket)
    say ("committed", ++*said);
}

static int
run_child (Child *child)
{
  g_autoptr (HubTestStore) test = hub_test_store_new_at (child->path);
  guint64 tickets[HUB_TEST_WORK_TURNS + 1] = { 0 };
  guint said = child->first_turn - 1;

  hub_test_vfs_install (child_cb, child);
  if (child->loses_power)
    hub_test_vfs_keep_unsynced ();
  test->options.vfs = HUB_TEST_VFS;
  test->options.durability = child->loses_power ? HUB_STORE_FULL : HUB_STORE_PROCESS;
  hub_test_store_open (test);

  for (guint turn = child->first_turn; turn <= HUB_TEST_WORK_TURNS; turn++)
    {
      /* What a subscriber would see before anything is durable. */
      say ("gave", hub_test_store_record (test, "seen", "m"));
      tickets[turn] = hub_test_store_work (test, turn, child->payload_bytes);
      if (turn % 3 == 0)
        hub_test_store_try_flush (test);
      else
        g_main_context_iteration (NULL, FALSE);
      say_committed (test, tickets, &said);
      /* A second life in the middle: one file closed, another one begun. */
      if (turn == HUB_TEST_WORK_TURNS / 2)
        {
          guint64 last = tickets[turn];

          hub_test_store_close (test);
          test->ticket = last;
          say_committed (test, tickets, &said);
          for (guint i = 1; i <= turn; i++)
            tickets[i] = 0;
          hub_test_store_open (test);
        }
    }
  hub_test_store_try_flush (test);
  say_committed (test, tickets, &said);
  hub_test_store_close (test);
  say ("calls", child->n_calls);
  return 0;
}

/* The test ---------------------------------------------------------------------------------------------------------- */

static const char *program;

typedef struct
{
  guint committed; /* the last turn that was acknowledged */
  guint64 given;   /* the last number that somebody has seen */
  guint n_calls;   /* 0: it has died */
} Report;

static GPid
start (const Child *child, int *output)
{
  g_autofree char *dies_at = g_strdup_printf ("%u", child->dies_at);
  g_autofree char *payload = g_strdup_printf ("%" G_GSIZE_FORMAT, child->payload_bytes);
  g_autofree char *first = g_strdup_printf ("%u", child->first_turn);
  char *arguments[] = { (char *) program, (char *) "--child", (char *) child->path,
                        (char *) (child->loses_power ? "power" : "kill"), dies_at, payload, first, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async_with_pipes (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, output, NULL, &error);
  g_assert_no_error (error);
  return pid;
}

static void
read_report (int output, Report *report)
{
  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (output);
  char *line;

  g_io_channel_set_close_on_unref (channel, TRUE);
  while (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) == G_IO_STATUS_NORMAL)
    {
      guint64 number = g_ascii_strtoull (strchr (line, ' '), NULL, 10);

      if (g_str_has_prefix (line, "committed "))
        report->committed = MAX (report->committed, (guint) number);
      else if (g_str_has_prefix (line, "gave "))
        report->given = number;
      else if (g_str_has_prefix (line, "calls "))
        report->n_calls = (guint) number;
      else
        g_error ("the process says '%s'", line);
      g_free (line);
    }
}

static void
run (const Child *child, Report *report)
{
  int output;
  int status;
  GPid pid = start (child, &output);

  read_report (output, report);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (report->n_calls > 0)
    g_assert_cmpint (status, ==, 0);
  else
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
}

/* The numbers of messages, which are not the same after a crash, are taken off the lines of the log. */
static char *
without_numbers (const char *state)
{
  g_autoptr (GRegex) regex = g_regex_new ("^\\d+ ", G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace_literal (regex, state, -1, 0, "", 0, NULL);
}

/* What the process leaves after 0, 1 and so on turns, without the messages that only say which number they have. */
static GPtrArray *
expect (gsize payload_bytes)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  GPtrArray *states = g_ptr_array_new_with_free_func (g_free);

  test->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (test);
  for (guint turn = 0; turn <= HUB_TEST_WORK_TURNS; turn++)
    {
      g_autofree char *state = NULL;
      g_autofree char *log = NULL;
      g_autofree char *all = NULL;

      if (turn > 0)
        {
          hub_test_store_record (test, "seen", "m");
          hub_test_store_work (test, turn, payload_bytes);
        }
      hub_test_store_flush (test);
      state = hub_test_store_describe (test);
      log = hub_test_store_describe_log (test);
      all = g_strconcat (state, log, NULL);
      g_ptr_array_add (states, without_numbers (all));
    }
  return states;
}

static guint
index_of (GPtrArray *states, const char *state)
{
  g_autofree char *plain = without_numbers (state);

  for (guint i = 0; i < states->len; i++)
    if (strcmp (g_ptr_array_index (states, i), plain) == 0)
      return i;
  g_error ("this is no state that there ever was:\n%s", state);
  return 0;
}

static guint64
last_number (const char *log)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  guint n = g_strv_length (lines);

  return n >= 2 ? g_ascii_strtoull (lines[n - 2], NULL, 10) : 0;
}

/* Returns how many turns there are. */
static guint
look (HubTestStore *test, GPtrArray *states, const Report *report)
{
  g_autofree char *state = NULL;
  g_autofree char *log = NULL;
  g_autofree char *all = NULL;
  guint found;

  hub_test_store_open (test);
  g_assert_null (hub_store_get_notice (test->store));
  state = hub_test_store_describe (test);
  log = hub_test_store_describe_log (test);
  all = g_strconcat (state, log, NULL);
  found = index_of (states, all);
  g_assert_cmpuint (found, >=, report->committed);

  /* In a turn two more are given away, of which nobody is told. */
  g_assert_cmpuint (last_number (log), <=, report->given + 2);
  return found;
}

static void
assert_next_number (HubTestStore *test, const Report *report)
{
  g_assert_cmpuint (hub_test_store_record (test, "next", "m"), >, report->given);
}

static void
clean (HubTestStore *test)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock", ".fresh", ".fresh-wal", ".fresh-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = hub_test_store_sibling (test, suffixes[i]);

      g_unlink (path);
    }
}

static void
die_once (HubTestStore *test, GPtrArray *states, const Child *child)
{
  Report report = { 0 };

  clean (test);
  run (child, &report);
  look (test, states, &report);
  assert_next_number (test, &report);
  hub_test_store_close (test);
}

/* At each write, sync, cut and deletion; with a sanitizer, which makes it slow, at some of them, others each time. */
static void
test_each_call (gconstpointer loses_power)
{
  g_autoptr (GPtrArray) states = expect (PAYLOAD_BYTES);
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Child child = {
    .path = test->path,
    .loses_power = loses_power != NULL,
    .payload_bytes = PAYLOAD_BYTES,
    .first_turn = 1,
  };
  Report report = { 0 };
  guint step = hub_test_slowness () > 1 ? 5 : 1;

  run (&child, &report);
  g_assert_cmpuint (report.committed, ==, HUB_TEST_WORK_TURNS);
  g_assert_cmpuint (report.n_calls, >, 50);
  g_assert_cmpuint (look (test, states, &report), ==, HUB_TEST_WORK_TURNS);
  hub_test_store_close (test);
  child.dies_at = (guint) g_test_rand_int_range (1, (gint32) step + 1);
  for (; child.dies_at < report.n_calls; child.dies_at += step)
    die_once (test, states, &child);
  g_test_message ("%u calls", report.n_calls);
}

/* While the write-ahead log is copied to its place: at some of the calls, since there are many. */
static void
test_large (gconstpointer loses_power)
{
  g_autoptr (GPtrArray) states = expect (LARGE_PAYLOAD_BYTES);
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Child child = {
    .path = test->path,
    .loses_power = loses_power != NULL,
    .payload_bytes = LARGE_PAYLOAD_BYTES,
    .first_turn = 1,
  };
  Report report = { 0 };

  run (&child, &report);
  g_assert_cmpuint (report.n_calls, >, 3000);
  for (guint i = 0; i < 40; i++)
    {
      child.dies_at = (guint) g_test_rand_int_range (1, (gint32) report.n_calls);
      die_once (test, states, &child);
    }
}

/* One database through many deaths, at moments that the clock decides: what has been done stays done. */
static void
test_kill_again_and_again (void)
{
  g_autoptr (GPtrArray) states = expect (PAYLOAD_BYTES);
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Child child = { .path = test->path, .payload_bytes = PAYLOAD_BYTES, .first_turn = 1 };
  Report report = { 0 };
  guint n_deaths = 0;

  while (child.first_turn <= HUB_TEST_WORK_TURNS)
    {
      Report life = { 0 };
      guint64 given = report.given;

      /* From two turns to all that is left. */
      child.dies_at = (guint) g_test_rand_int_range (20, 60);
      run (&child, &life);
      report.committed = MAX (report.committed, life.committed);
      if (life.given != 0)
        {
          g_assert_cmpuint (life.given, >, given);
          report.given = life.given;
        }
      child.first_turn = look (test, states, &report) + 1;
      hub_test_store_close (test);
      n_deaths++;
      g_assert_cmpuint (n_deaths, <, 100);
    }
  g_assert_cmpuint (n_deaths, >, 1);
}

/* Killed from outside, in the middle of whatever it does. */
static void
test_kill_from_outside (void)
{
  g_autoptr (GPtrArray) states = expect (PAYLOAD_BYTES);
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Child child = { .path = test->path, .payload_bytes = PAYLOAD_BYTES, .first_turn = 1 };

  for (guint i = 0; i < 20; i++)
    {
      Report report = { 0 };
      char byte;
      int output;
      int status;
      GPid pid;

      clean (test);
      pid = start (&child, &output);
      /* It has opened its database, and given numbers away: from now on at any moment. */
      g_assert_cmpint (read (output, &byte, 1), ==, 1);
      for (guint k = 0; k < i * 10; k++)
        sched_yield ();
      kill (pid, SIGKILL);
      g_assert_cmpint (read (output, &byte, 1), >=, 0);
      /* The rest of the line that has begun. */
      while (byte != '\n' && read (output, &byte, 1) == 1)
        ;
      read_report (output, &report);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      report.given = MAX (report.given, 1);
      look (test, states, &report);
      assert_next_number (test, &report);
      hub_test_store_close (test);
    }
}

int
main (int argc, char **argv)
{
  if (argc == 7 && strcmp (argv[1], "--child") == 0)
    {
      Child child = {
        .path = argv[2],
        .loses_power = strcmp (argv[3], "power") == 0,
        .dies_at = (guint) g_ascii_strtoull (argv[4], NULL, 10),
        .payload_bytes = (gsize) g_ascii_strtoull (argv[5], NULL, 10),
        .first_turn = (guint) g_ascii_strtoull (argv[6], NULL, 10),
      };

      return run_child (&child);
    }

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/store/crash/kill/each-call", NULL, test_each_call);
  g_test_add_data_func ("/store/crash/power/each-call", GINT_TO_POINTER (TRUE), test_each_call);
  g_test_add_data_func ("/store/crash/kill/large", NULL, test_large);
  g_test_add_data_func ("/store/crash/power/large", GINT_TO_POINTER (TRUE), test_large);
  g_test_add_func ("/store/crash/kill/again-and-again", test_kill_again_and_again);
  g_test_add_func ("/store/crash/kill/from-outside", test_kill_from_outside);
  return g_test_run ();
}
