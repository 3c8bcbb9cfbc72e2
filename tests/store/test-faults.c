/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-vfs.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <sqlite3.h>

/*
 * The system fails in each of the calls that SQLite makes, one after the other. What was acknowledged is there
 * afterwards, nothing else is half there, and whoever waits is told once, in words, that it will not come.
 */

#define PAYLOAD_BYTES 600

typedef struct
{
  HubTestVfsOp op;
  int result;
  gboolean for_ever; /* all calls from then on fail, not just the one */
} Fault;

typedef struct
{
  Fault fault;
  pthread_mutex_t mutex;
  guint n_calls;
  guint fails_at; /* 0: never */
} Weather;

static int
weather_cb (HubTestVfsOp op, const char *path, gpointer user_data)
{
  Weather *weather = user_data;
  int result = SQLITE_OK;

  if (op != weather->fault.op)
    return SQLITE_OK;
  pthread_mutex_lock (&weather->mutex);
  weather->n_calls++;
  if (weather->n_calls == weather->fails_at || (weather->fault.for_ever && weather->fails_at != 0 && weather->n_calls > weather->fails_at))
    result = weather->fault.result;
  pthread_mutex_unlock (&weather->mutex);
  return result;
}

static char *
describe_all (HubTestStore *test)
{
  g_autofree char *state = hub_test_store_describe (test);
  g_autofree char *log = hub_test_store_describe_log (test);

  return g_strconcat (state, log, NULL);
}

static guint
index_of (GPtrArray *states, const char *state)
{
  for (guint i = 0; i < states->len; i++)
    if (strcmp (g_ptr_array_index (states, i), state) == 0)
      return i;
  g_error ("this is no state that there ever was:\n%s", state);
  return 0;
}

static void
assert_sentence (const char *text)
{
  g_assert_true (g_str_has_prefix (text, "the database /"));
  g_assert_nonnull (strstr (text, " cannot be "));
  g_assert_cmpuint (strlen (text), <, 300);
}

/* Works until it is told that it is of no use. Returns the last turn that was durable. */
static guint
work (HubTestStore *test, guint first)
{
  guint64 tickets[HUB_TEST_WORK_TURNS + 1] = { 0 };
  guint acknowledged = first - 1;

  for (guint turn = first; turn <= HUB_TEST_WORK_TURNS && !test->funcs->is_failed (test->store); turn++)
    {
      tickets[turn] = hub_test_store_work (test, turn, PAYLOAD_BYTES);
      /* Not one by one: some turns are under way when it happens. */
      if (turn % 3 == 0)
        hub_test_store_try_flush (test);
      else
        g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpint (hub_test_store_try_flush (test), ==, test->n_failed == 0);

  for (guint turn = first; turn <= HUB_TEST_WORK_TURNS; turn++)
    if (tickets[turn] != 0 && tickets[turn] <= test->ticket)
      acknowledged = turn;
  if (test->n_failed == 0)
    g_assert_cmpuint (acknowledged, ==, HUB_TEST_WORK_TURNS);
  return acknowledged;
}

/* After a failure nothing is acknowledged, and everybody is told so. */
static void
assert_stays_failed (HubTestStore *test)
{
  guint64 told = test->ticket;
  guint64 ticket;

  g_assert_cmpuint (test->n_failed, ==, 1);
  assert_sentence (test->failure->message);
  g_assert_true (test->funcs->is_failed (test->store));
  g_assert_false (test->funcs->is_full (test->store));
  g_assert_cmpuint (hub_test_store_record (test, "t", "m"), ==, 0);
  test->funcs->commit (test->store, TRUE);
  g_assert_cmpuint (test->funcs->commit (test->store, TRUE), ==, 0);
  test->funcs->remove_session (test->store, 1);
  ticket = test->funcs->commit (test->store, TRUE);
  g_assert_cmpuint (ticket, >, told);
  g_assert_false (hub_test_store_try_flush (test));
  g_assert_cmpuint (test->ticket, ==, told);
  g_assert_cmpuint (test->n_failed, ==, 1);
}

/*
 * Does all the work of a store while the weather is bad, and looks at what has come of it when it is good again.
 * Returns whether anything went wrong.
 */
static gboolean
try (HubTestStore *test, Weather *weather, GPtrArray *states)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  guint acknowledged = 0;
  gboolean is_calm;
  guint found;

  test->options.vfs = HUB_TEST_VFS;
  if (hub_test_store_try_open (test, &error))
    {
      g_autoptr (GError) close_error = NULL;

      g_assert_null (hub_store_get_notice (test->store));
      acknowledged = work (test, 1);
      is_calm = test->n_failed == 0;
      if (!is_calm)
        assert_stays_failed (test);
      is_calm = hub_store_close (g_steal_pointer (&test->store), &close_error);
      if (!is_calm)
        assert_sentence (close_error->message);
      else
        g_assert_cmpuint (acknowledged, ==, HUB_TEST_WORK_TURNS);
    }
  else
    {
      g_assert_cmpint (error->code, !=, HUB_STORE_ERROR_DAMAGED);
      assert_sentence (error->message);
      is_calm = FALSE;
    }

  weather->fails_at = 0;
  test->options.vfs = NULL;
  hub_test_store_open (test);
  g_assert_null (hub_store_get_notice (test->store));
  state = describe_all (test);
  found = index_of (states, state);
  g_assert_cmpuint (found, >=, acknowledged);
  hub_test_store_close (test);
  return !is_calm;
}

static void
clean (HubTestStore *test)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".lock", ".fresh", ".fresh-wal" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = hub_test_store_sibling (test, suffixes[i]);

      g_unlink (path);
    }
}

static void
test_fault (gconstpointer data)
{
  g_autoptr (GPtrArray) states = hub_test_store_expect_work (PAYLOAD_BYTES);
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Weather weather = { .fault = *(const Fault *) data };
  guint n_calls;
  guint n_bad = 0;

  pthread_mutex_init (&weather.mutex, NULL);
  hub_test_vfs_install (weather_cb, &weather);
  g_assert_false (try (test, &weather, states));
  n_calls = weather.n_calls;
  g_assert_cmpuint (n_calls, >, 0);
  /* How many there are depends on how turns are grouped, so a few more than there were. */
  for (guint i = 1; i <= n_calls + 3; i++)
    {
      clean (test);
      weather.n_calls = 0;
      weather.fails_at = i;
      n_bad += try (test, &weather, states);
    }
  /* SQLite gets over some of them on its own. */
  g_test_message ("%u of %u calls", n_bad, n_calls);
  g_assert_cmpuint (n_bad, >, 0);
  hub_test_vfs_uninstall ();
  pthread_mutex_destroy (&weather.mutex);
}

/* The same with a database that was left behind by a crash: SQLite has to recover it first. */
static void
test_fault_recovering (gconstpointer data)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");
  g_autofree char *database = NULL;
  g_autofree char *log = NULL;
  g_autofree char *expected = NULL;
  Weather weather = { .fault = *(const Fault *) data };
  gsize database_size;
  gsize log_size;
  gboolean is_bad = TRUE;

  hub_test_store_open (test);
  for (guint turn = 1; turn < HUB_TEST_WORK_TURNS; turn++)
    hub_test_store_work (test, turn, PAYLOAD_BYTES);
  hub_test_store_flush (test);
  expected = describe_all (test);
  g_assert_true (g_file_get_contents (test->path, &database, &database_size, NULL));
  g_assert_true (g_file_get_contents (wal, &log, &log_size, NULL));
  hub_test_store_close (test);

  pthread_mutex_init (&weather.mutex, NULL);
  hub_test_vfs_install (weather_cb, &weather);
  for (guint i = 1; is_bad || i <= 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *state = NULL;

      clean (test);
      g_assert_true (g_file_set_contents (test->path, database, (gssize) database_size, NULL));
      g_assert_true (g_file_set_contents (wal, log, (gssize) log_size, NULL));
      weather.n_calls = 0;
      weather.fails_at = i;
      test->options.vfs = HUB_TEST_VFS;
      if (hub_test_store_try_open (test, &error))
        hub_store_close (g_steal_pointer (&test->store), NULL);
      else
        assert_sentence (error->message);
      is_bad = weather.n_calls >= i;

      weather.fails_at = 0;
      test->options.vfs = NULL;
      hub_test_store_open (test);
      g_assert_null (hub_store_get_notice (test->store));
      state = describe_all (test);
      g_assert_cmpstr (state, ==, expected);
      hub_test_store_close (test);
    }
  hub_test_vfs_uninstall ();
  pthread_mutex_destroy (&weather.mutex);
}

/* Reading the log fails: that is said to who has asked, and to nobody else. */
static void
test_answer_fails (void)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Weather weather = { .fault = { HUB_TEST_VFS_READ, SQLITE_IOERR_READ, TRUE } };
  HubStoreRange range = { .limit = 10 };
  g_autofree char *answer = NULL;

  pthread_mutex_init (&weather.mutex, NULL);
  hub_test_vfs_install (weather_cb, &weather);
  test->options.vfs = HUB_TEST_VFS;
  hub_test_store_open (test);
  hub_test_store_record (test, "t", "m");
  hub_test_store_reopen (test);
  hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  weather.fails_at = 1;
  weather.n_calls = 1;
  answer = hub_test_store_find (test, "t", &range);
  g_assert_cmpstr (answer, ==, "error: disk I/O error\n");
  g_assert_false (test->funcs->is_failed (test->store));
  weather.fails_at = 0;
  g_free (answer);
  answer = hub_test_store_find (test, "t", &range);
  g_assert_cmpstr (answer, ==, "1 t 'm' ada t1000\n2 t 'm' ada t1000\n");
  hub_test_store_close (test);
  hub_test_vfs_uninstall ();
  pthread_mutex_destroy (&weather.mutex);
}

/* The log can still be read when nothing can be written any more. */
static void
test_reads_after_failure (void)
{
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  Weather weather = { .fault = { HUB_TEST_VFS_WRITE, SQLITE_FULL, TRUE } };
  HubStoreRange range = { .limit = 10 };
  g_autofree char *answer = NULL;

  pthread_mutex_init (&weather.mutex, NULL);
  hub_test_vfs_install (weather_cb, &weather);
  test->options.vfs = HUB_TEST_VFS;
  hub_test_store_open (test);
  hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  weather.fails_at = 1;
  hub_test_store_record (test, "t", "lost");
  g_assert_false (hub_test_store_try_flush (test));
  assert_stays_failed (test);
  g_assert_cmpint (test->failure->code, ==, HUB_STORE_ERROR_FULL);
  g_assert_true (g_pattern_match_simple ("the database */hubbub.db cannot be written any more: database or disk is full",
                                         test->failure->message));
  answer = hub_test_store_find (test, "t", &range);
  g_assert_cmpstr (answer, ==, "1 t 'm' ada t1000\n");
  weather.fails_at = 0;
  g_assert_false (hub_store_close (g_steal_pointer (&test->store), NULL));
  hub_test_vfs_uninstall ();
  pthread_mutex_destroy (&weather.mutex);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    Fault fault;
  } faults[] = {
    { "open", { HUB_TEST_VFS_OPEN, SQLITE_CANTOPEN, FALSE } },
    { "read", { HUB_TEST_VFS_READ, SQLITE_IOERR_READ, FALSE } },
    { "write", { HUB_TEST_VFS_WRITE, SQLITE_IOERR_WRITE, FALSE } },
    { "disk-full", { HUB_TEST_VFS_WRITE, SQLITE_FULL, TRUE } },
    { "sync", { HUB_TEST_VFS_SYNC, SQLITE_IOERR_FSYNC, FALSE } },
    { "sync-for-ever", { HUB_TEST_VFS_SYNC, SQLITE_IOERR_FSYNC, TRUE } },
    { "truncate", { HUB_TEST_VFS_TRUNCATE, SQLITE_IOERR_TRUNCATE, FALSE } },
    { "share", { HUB_TEST_VFS_SHARE, SQLITE_IOERR_SHMMAP, FALSE } },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/store/faults/", faults[i].name, NULL);
      g_autofree char *recovering = g_strconcat ("/store/faults/recovering/", faults[i].name, NULL);

      if (faults[i].fault.op != HUB_TEST_VFS_TRUNCATE)
        g_test_add_data_func (path, &faults[i].fault, test_fault);
      g_test_add_data_func (recovering, &faults[i].fault, test_fault_recovering);
    }
  g_test_add_func ("/store/faults/answer-fails", test_answer_fails);
  g_test_add_func ("/store/faults/reads-after-failure", test_reads_after_failure);
  return g_test_run ();
}
