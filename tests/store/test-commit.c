/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-vfs.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-store-numbers.h"
#include "broker/store/hub-store-turn.h"

#include <pthread.h>
#include <sqlite3.h>

/* When something becomes durable, how much of it at once, and who waits for whom. */

typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint n_log_syncs; /* of the write-ahead log */
  guint n_syncs;
  HubTestVfsOp held_op;
  const char *held_suffix; /* (nullable): calls for such a file wait */
  guint n_held;
  gboolean is_held;
} Gate;

typedef struct
{
  HubTestStore *test;
  Gate gate;
} Fixture;

static gboolean
is_held (const Gate *gate, HubTestVfsOp op, const char *path)
{
  return gate->is_held && op == gate->held_op && path != NULL && g_str_has_suffix (path, gate->held_suffix);
}

static int
gate_cb (HubTestVfsOp op, const char *path, gpointer user_data)
{
  Gate *gate = user_data;

  pthread_mutex_lock (&gate->mutex);
  if (op == HUB_TEST_VFS_SYNC)
    {
      gate->n_syncs++;
      gate->n_log_syncs += g_str_has_suffix (path, "-wal");
    }
  if (is_held (gate, op, path))
    {
      gate->n_held++;
      pthread_cond_broadcast (&gate->changed);
      while (is_held (gate, op, path))
        pthread_cond_wait (&gate->changed, &gate->mutex);
      gate->n_held--;
    }
  pthread_mutex_unlock (&gate->mutex);
  return SQLITE_OK;
}

/* What SQLite does of this kind from now on waits. */
static void
gate_hold (Gate *gate, HubTestVfsOp op, const char *suffix)
{
  pthread_mutex_lock (&gate->mutex);
  gate->held_op = op;
  gate->held_suffix = suffix;
  gate->is_held = TRUE;
  pthread_mutex_unlock (&gate->mutex);
}

/* Waits until somebody waits. */
static void
gate_expect (Gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  while (gate->n_held == 0)
    pthread_cond_wait (&gate->changed, &gate->mutex);
  pthread_mutex_unlock (&gate->mutex);
}

static void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->mutex);
  gate->is_held = FALSE;
  pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->mutex);
}

static guint
gate_take_log_syncs (Gate *gate)
{
  guint n;

  pthread_mutex_lock (&gate->mutex);
  n = gate->n_log_syncs;
  gate->n_log_syncs = 0;
  gate->n_syncs = 0;
  pthread_mutex_unlock (&gate->mutex);
  return n;
}

static guint
gate_count_syncs (Gate *gate)
{
  guint n;

  pthread_mutex_lock (&gate->mutex);
  n = gate->n_syncs;
  pthread_mutex_unlock (&gate->mutex);
  return n;
}

static void
set_up (Fixture *fixture, gconstpointer durability)
{
  pthread_mutex_init (&fixture->gate.mutex, NULL);
  pthread_cond_init (&fixture->gate.changed, NULL);
  hub_test_vfs_install (gate_cb, &fixture->gate);
  fixture->test = hub_test_store_new ();
  fixture->test->options.vfs = HUB_TEST_VFS;
  fixture->test->options.durability = (HubStoreDurability) GPOINTER_TO_INT (durability);
  hub_test_store_open (fixture->test);
  /* The first transaction in a log syncs its header too. */
  hub_test_store_record (fixture->test, "t", "m");
  hub_test_store_flush (fixture->test);
  gate_take_log_syncs (&fixture->gate);
}

static void
tear_down (Fixture *fixture, gconstpointer durability)
{
  gate_open (&fixture->gate);
  hub_test_store_free (fixture->test);
  hub_test_vfs_uninstall ();
  pthread_cond_destroy (&fixture->gate.changed);
  pthread_mutex_destroy (&fixture->gate.mutex);
}

static guint64
commit_one (HubTestStore *test)
{
  hub_test_store_record (test, "t", "m");
  return test->funcs->commit (test->store, TRUE);
}

/* One sync for each group, and no other. */
static void
test_syncs_full (Fixture *fixture, gconstpointer durability)
{
  for (guint i = 1; i <= 20; i++)
    {
      commit_one (fixture->test);
      hub_test_store_flush (fixture->test);
      g_assert_cmpuint (gate_count_syncs (&fixture->gate), ==, i);
    }
  g_assert_cmpuint (gate_take_log_syncs (&fixture->gate), ==, 20);
}

static void
test_syncs_process (Fixture *fixture, gconstpointer durability)
{
  for (guint i = 1; i <= 20; i++)
    {
      commit_one (fixture->test);
      hub_test_store_flush (fixture->test);
    }
  g_assert_cmpuint (gate_count_syncs (&fixture->gate), ==, 0);
}

/* What comes while the disk is waited for becomes one transaction, and one sync acknowledges all of it. */
static void
test_group (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  guint64 first;
  guint n_before;
  guint n_syncs;

  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  first = commit_one (test);
  gate_expect (&fixture->gate);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpuint (commit_one (test), ==, first + i + 1);
  n_before = test->n_committed;
  gate_open (&fixture->gate);
  hub_test_wait_until (test->ticket == first + 50);
  /* Two, unless this machine stops us for longer than a group lasts. */
  n_syncs = gate_take_log_syncs (&fixture->gate);
  g_assert_cmpuint (n_syncs, >=, 2);
  g_assert_cmpuint (n_syncs, <, 20);
  g_assert_cmpuint (test->n_committed, <=, n_before + n_syncs);
}

/* What nobody waits for becomes durable all the same, and it takes few syncs for many. */
static void
test_nobody_waits (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  guint64 last = 0;

  for (guint i = 0; i < 50; i++)
    {
      hub_test_store_record (test, "t", "m");
      last = test->funcs->commit (test->store, FALSE);
    }
  hub_test_wait_until (test->ticket == last);
  /* One, unless this machine stops us for longer than they lie. */
  g_assert_cmpuint (gate_take_log_syncs (&fixture->gate), <, 20);
}

/* Nothing counts as durable before the disk has said so. */
static void
test_not_before_sync (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  guint64 before = test->ticket;
  guint64 ticket;

  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  ticket = commit_one (test);
  gate_expect (&fixture->gate);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (test->ticket, ==, before);
  gate_open (&fixture->gate);
  hub_test_wait_until (test->ticket == ticket);
}

/* A group does not grow for ever: it takes in what comes for 5 ms. */
static void
test_group_ends (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *payload = g_strnfill (20000, 'p');
  guint64 first;
  guint64 last = 0;

  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  first = commit_one (test);
  gate_expect (&fixture->gate);
  for (guint i = 0; i < 700; i++)
    {
      hub_test_store_record (test, "t", payload);
      last = test->funcs->commit (test->store, TRUE);
    }
  g_assert_cmpuint (last, ==, first + 700);
  gate_open (&fixture->gate);
  hub_test_wait_until (test->ticket == last);
  /* 14 MB are not written in 5 ms. */
  g_assert_cmpuint (gate_take_log_syncs (&fixture->gate), >, 2);
}

static gsize
cost_of_one (const char *payload)
{
  g_autoptr (HubStoreTurn) turn = hub_store_turn_new ();
  const gint64 ints[] = { 1, 1000 };
  const HubSpan spans[] = { HUB_SPAN_LITERAL ("t"), HUB_SPAN_LITERAL ("ada"), hub_span_from_string (payload) };

  hub_store_turn_add (turn, HUB_STORE_OP_RECORD, ints, spans);
  hub_store_turn_finish (turn, 1);
  return hub_store_turn_get_cost (turn);
}

/* The queue is bounded: at the limit it is not full, and one byte further it is. */
static void
test_queue_limit (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *payload = g_strnfill (100000, 'p');
  gsize each = cost_of_one (payload);
  guint64 ticket;

  hub_test_store_close (test);
  test->options.max_queue_bytes = 10 * each;
  hub_test_store_open (test);
  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  for (guint i = 1; i <= 10; i++)
    {
      g_assert_false (test->funcs->is_full (test->store));
      g_assert_cmpuint (hub_test_store_record (test, "t", payload), >, 0);
      ticket = test->funcs->commit (test->store, TRUE);
      g_assert_cmpuint (hub_store_get_queue_bytes (test->store), ==, i * each);
    }
  gate_expect (&fixture->gate);
  g_assert_false (test->funcs->is_full (test->store));

  /* What has to be kept is taken all the same, and then it is full. */
  test->funcs->remove_session (test->store, 1);
  ticket = test->funcs->commit (test->store, TRUE);
  g_assert_true (test->funcs->is_full (test->store));
  g_assert_cmpuint (hub_test_store_record (test, "t", "m"), ==, 0);
  g_assert_cmpuint (test->funcs->commit (test->store, TRUE), ==, 0);
  g_assert_cmpuint (test->n_drained, ==, 0);

  gate_open (&fixture->gate);
  hub_test_wait_until (test->n_drained == 1);
  g_assert_false (test->funcs->is_full (test->store));
  g_assert_cmpuint (hub_test_store_record (test, "t", "m"), >, 0);
  hub_test_store_flush (test);
  g_assert_cmpuint (test->ticket, ==, ticket + 1);
  g_assert_cmpuint (hub_store_get_queue_bytes (test->store), ==, 0);
  g_assert_cmpuint (test->n_drained, ==, 1);
}

/* The same with the bound that is used, and many small turns. */
static void
test_queue_default (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *payload = g_strnfill (50000, 'p');
  guint n = 0;

  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  while (!test->funcs->is_full (test->store))
    {
      test->funcs->remove_session (test->store, 1);
      g_assert_cmpuint (hub_test_store_record (test, "t", n % 2 == 0 ? payload : "m"), >, 0);
      test->funcs->commit (test->store, TRUE);
      n++;
    }
  g_assert_cmpuint (hub_store_get_queue_bytes (test->store), >, HUB_STORE_QUEUE_BYTES);
  g_assert_cmpuint (hub_store_get_queue_bytes (test->store), <=, HUB_STORE_QUEUE_BYTES + 60000);
  gate_open (&fixture->gate);
  hub_test_wait_until (test->n_drained == 1);
  hub_test_store_flush (test);
}

/* Sequence numbers that are not reserved on disk are not given away, however fast messages come. */
static void
test_numbers_run_out (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  guint64 seq = 0;
  guint64 last = 0;

  gate_hold (&fixture->gate, HUB_TEST_VFS_SYNC, "-wal");
  while ((seq = hub_test_store_record (test, "t", "m")) != 0)
    last = seq;
  g_assert_cmpuint (last, ==, HUB_STORE_BLOCK);
  g_assert_true (test->funcs->is_full (test->store));
  test->funcs->commit (test->store, TRUE);
  gate_expect (&fixture->gate);
  g_assert_true (test->funcs->is_full (test->store));
  gate_open (&fixture->gate);
  hub_test_wait_until (test->n_drained == 1);
  g_assert_cmpuint (hub_test_store_record (test, "t", "m"), ==, last + 1);
}

G_NORETURN static void
not_reached_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_assert_not_reached ();
}

/* A question that takes long holds nobody up but those who ask. */
static void
test_reader_waits_alone (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  HubStoreRange range = { .limit = 1 };
  g_autofree char *answer = NULL;
  guint64 id;

  for (guint i = 0; i < 200; i++)
    hub_test_store_record (test, "t", "m");
  hub_test_store_reopen (test);
  /* The writer has what it needs of the database in memory; the reader has to read all of it. */
  for (guint i = 0; i < 5; i++)
    {
      commit_one (test);
      hub_test_store_flush (test);
    }
  gate_hold (&fixture->gate, HUB_TEST_VFS_READ, "hubbub.db");
  id = hub_store_find_topics (test->store, HUB_SPAN_LITERAL ("#"), 10, not_reached_cb, NULL, NULL);
  gate_expect (&fixture->gate);
  for (guint i = 0; i < 50; i++)
    {
      commit_one (test);
      hub_test_store_flush (test);
    }
  hub_store_cancel (test->store, id);
  gate_open (&fixture->gate);
  answer = hub_test_store_find (test, "t", &range);
  g_assert_true (g_str_has_prefix (answer, "256 t 'm'"));
}

/* Many messages are forgotten in many transactions, not in one that holds everybody up. */
static void
test_prune_steps (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;

  for (guint i = 0; i < 990; i++)
    hub_test_store_record (test, "t", "m");
  hub_test_store_flush (test);
  gate_take_log_syncs (&fixture->gate);
  hub_store_set_retention (test->store, &(HubStoreRetention){ .max_messages = 10 });
  hub_test_store_flush (test);
  for (gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);;)
    {
      g_autofree char *topics = hub_test_store_find_topics (test, "t", 1);

      if (strcmp (topics, "t 991 x10\n") == 0)
        break;
      hub_test_wait_turn (deadline_us, "the log to become short", G_STRLOC);
    }
  g_assert_cmpuint (gate_take_log_syncs (&fixture->gate), >=, 981 / 128 + 1);
}

/* A file of which most is unused becomes smaller. */
static void
test_shrinks (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *payload = g_strnfill (10000, 'p');
  gint64 deadline_us;
  gint64 n_pages = 0;

  for (guint i = 0; i < 400; i++)
    {
      hub_test_store_record (test, "t", payload);
      hub_test_store_flush (test);
    }
  hub_store_set_retention (test->store, &(HubStoreRetention){ .max_messages = 10 });
  hub_test_store_flush (test);
  deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  do
    {
      sqlite3 *db = NULL;
      sqlite3_stmt *statement = NULL;

      hub_test_wait_turn (deadline_us, "the file to become small", G_STRLOC);
      g_assert_cmpint (sqlite3_open_v2 (test->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
      sqlite3_prepare_v2 (db, "PRAGMA page_count", -1, &statement, NULL);
      if (sqlite3_step (statement) == SQLITE_ROW)
        n_pages = sqlite3_column_int64 (statement, 0);
      sqlite3_finalize (statement);
      sqlite3_close (db);
    }
  while (n_pages > 400);
}

/* What is in the write-ahead log goes to its place from time to time, so that it does not grow. */
static void
test_checkpoints (Fixture *fixture, gconstpointer durability)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");
  g_autofree char *payload = g_strnfill (100000, 'p');
  g_autofree char *contents = NULL;
  gsize size;

  for (guint i = 0; i < 200; i++)
    {
      hub_test_store_record (test, "t", payload);
      hub_test_store_flush (test);
    }
  g_assert_true (g_file_get_contents (wal, &contents, &size, NULL));
  g_assert_cmpuint (size, <, 8 * 1024 * 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD_AT(path, durability, func) \
  g_test_add ("/store/commit/" path, Fixture, GINT_TO_POINTER (durability), set_up, func, tear_down)
#define ADD(path, func) ADD_AT (path, HUB_STORE_FULL, func)
  ADD ("syncs-full", test_syncs_full);
  ADD_AT ("syncs-process", HUB_STORE_PROCESS, test_syncs_process);
  ADD ("group", test_group);
  ADD ("nobody-waits", test_nobody_waits);
  ADD ("not-before-sync", test_not_before_sync);
  ADD ("group-ends", test_group_ends);
  ADD ("queue-limit", test_queue_limit);
  ADD ("queue-default", test_queue_default);
  ADD ("numbers-run-out", test_numbers_run_out);
  ADD ("reader-waits-alone", test_reader_waits_alone);
  ADD ("prune-steps", test_prune_steps);
  ADD_AT ("shrinks", HUB_STORE_PROCESS, test_shrinks);
  ADD_AT ("checkpoints", HUB_STORE_PROCESS, test_checkpoints);
  return g_test_run ();
}
