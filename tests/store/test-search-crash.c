/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-vfs.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-store-sql.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A process that fills the index is killed, or loses its power, at moments all over its work. Afterwards a search finds
 * exactly what the log has, before the index has caught up and when it has; and where it was filled twice, nothing twice.
 */

#define BATCH 300
#define BATCHES 4
#define KEPT 700
#define MOMENTS 24

typedef struct
{
  guint dies_at; /* 0: not on its own */
  guint n_calls;
  gboolean loses_power;
} Child;

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

/* While the power goes, reading fails: the process does not die of that. */
static gboolean
has_caught_up (const char *path)
{
  g_autoptr (HubStoreDatabase) db = NULL;
  gint64 is_there = 0;

  return sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
         hub_store_sql_get_int (db, "SELECT max (seq) <= (SELECT searched FROM meta) FROM log", &is_there, NULL) &&
         is_there != 0;
}

static HubTestStore *
new_store (const char *path)
{
  HubTestStore *test = hub_test_store_new_at (path);

  test->options.text.func = hub_test_store_text;
  test->options.retention.max_messages = KEPT;
  return test;
}

/* Returns how many calls that took. */
static guint
run_child (const char *path, guint dies_at, gboolean loses_power)
{
  g_autoptr (HubTestStore) test = new_store (path);
  Child child = { dies_at, 0, loses_power };

  hub_test_vfs_install (child_cb, &child);
  if (loses_power)
    hub_test_vfs_keep_unsynced ();
  test->options.vfs = HUB_TEST_VFS;
  test->options.durability = loses_power ? HUB_STORE_FULL : HUB_STORE_PROCESS;
  hub_test_store_open (test);
  for (guint i = 1; i <= BATCH * BATCHES; i++)
    {
      g_autofree char *payload = g_strdup_printf ("number-%u-of", i);

      hub_test_store_record (test, "t", payload);
      if (i % BATCH == 0)
        hub_test_store_flush (test);
      /* The index catches up behind some of them. */
      if (i % (2 * BATCH) == 0)
        hub_test_wait_until (has_caught_up (path));
    }
  hub_test_store_close (test);
  hub_test_vfs_uninstall ();
  return child.n_calls;
}

/* All numbers of the log, as search() gives those of what it finds. */
static char *
numbers_of_log (HubTestStore *test)
{
  g_autofree char *log = hub_test_store_describe_log (test);
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  GString *numbers = g_string_new (NULL);

  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    g_string_append_printf (numbers, "%s%.*s", numbers->len > 0 ? " " : "", (int) strcspn (*line, " "), *line);
  return g_string_free (numbers, FALSE);
}

static void
check_all (HubTestStore *test)
{
  const HubStoreRange range = { .limit = HUB_STORE_LIMIT_MAX };
  g_autofree char *expected = numbers_of_log (test);
  g_autofree char *found = hub_test_store_search (test, "t", "number-", &range);
  g_autofree char *found_twice = hub_test_store_search (test, "t", "NUMBER -of", &range);

  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpstr (found_twice, ==, expected);
}

static void
check (const char *path)
{
  g_autoptr (HubTestStore) test = new_store (path);

  test->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (test);
  g_assert_null (hub_store_get_notice (test->store));
  check_all (test);
  hub_test_store_wait_for_index (test);
  check_all (test);
  hub_test_store_record (test, "t", "number-new-of");
  hub_test_store_flush (test);
  check_all (test);
}

static guint
live (const char *path, guint dies_at, gboolean loses_power)
{
  guint n_calls = 0;
  int pipe_fds[2];
  int status;
  pid_t pid;

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      n_calls = run_child (path, dies_at, loses_power);
      _exit (write (pipe_fds[1], &n_calls, sizeof n_calls) != sizeof n_calls);
    }
  close (pipe_fds[1]);
  if (read (pipe_fds[0], &n_calls, sizeof n_calls) != sizeof n_calls)
    n_calls = 0;
  close (pipe_fds[0]);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (n_calls > 0 ? WIFEXITED (status) && WEXITSTATUS (status) == 0 : WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  return n_calls;
}

static void
test_crash (gconstpointer data)
{
  gboolean loses_power = GPOINTER_TO_INT (data);
  guint n_calls = 0;
  guint n_killed = 0;

  for (guint i = 0; i <= MOMENTS; i++)
    {
      g_autoptr (HubTestStore) place = hub_test_store_new ();
      guint dies_at = i > 0 ? 1 + (guint) ((guint64) n_calls * (2 * i - 1) / (2 * MOMENTS)) : 0;
      guint n = live (place->path, dies_at, loses_power);

      if (i == 0)
        n_calls = n;
      n_killed += n == 0;
      check (place->path);
    }
  g_test_message ("%u calls, killed at %u of %u moments", n_calls, n_killed, MOMENTS);
  g_assert_cmpuint (n_killed, >, MOMENTS / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/search-crash/kill", GINT_TO_POINTER (FALSE), test_crash);
  g_test_add_data_func ("/store/search-crash/power", GINT_TO_POINTER (TRUE), test_crash);
  return g_test_run ();
}
