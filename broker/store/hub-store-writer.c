/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-writer.h"

#include "broker/store/hub-store-thread.h"

/* How long a transaction takes in further turns before it is committed. */
#define GROUP_US (5 * G_TIME_SPAN_MILLISECOND)

/* How long another program may hold a lock on the database until we give up for good. */
#define BUSY_TIMEOUT_MS 10000

/* Messages forgotten beside what is written, and in a transaction of their own. */
#define PRUNE_BESIDE 32
#define PRUNE_STEP 128

/* Pages in the write-ahead log from which on they go to their place in the database: 4 MiB. */
#define CHECKPOINT_PAGES 1000

/* Pages given back to the file system at a time, and how many must be unused before any are. */
#define SHRINK_STEP 64
#define SHRINK_FROM 256

typedef enum
{
  EXTRA_BEGIN,
  EXTRA_COMMIT,
  EXTRA_REMOVE_SUBSCRIPTIONS,
  EXTRA_REMOVE_DELIVERIES,
  EXTRA_REMOVE_RECEIVED,
  EXTRA_REMOVE_WILL,
  N_EXTRAS,
} Extra;

struct _HubStoreWriter
{
  sqlite3 *db;                               /* (owned) (writer thread) */
  HubStoreLog *log;                          /* (owned) (writer thread) */
  HubStoreIndex *index;                      /* (owned) (writer thread) */
  HubStoreDesk *desk;                        /* (unowned) */
  GThread *thread;                           /* (owned) */
  sqlite3_stmt *statements[HUB_STORE_N_OPS]; /* (owned) (nullable) (writer thread) */
  sqlite3_stmt *extras[N_EXTRAS];            /* (owned) (writer thread) */
  int wal_pages;                             /* (writer thread) */
  int checkpoint_at;                         /* (writer thread) */
  guint n_pruned;                            /* (writer thread): since unused pages were counted */
  gboolean is_shrinking;                     /* (writer thread) */
  gboolean is_failed;                        /* (writer thread) */
};

/* The parameters are the numbers of the operation, and behind them its byte strings. */
static const char *const op_sql[HUB_STORE_N_OPS] = {
  [HUB_STORE_OP_PUT_SESSION] = "INSERT INTO session (key, expiry, lost, client, user) VALUES (?1, ?2, ?3, ?4, ?5)"
                               " ON CONFLICT (key) DO UPDATE SET expiry = ?2, lost = ?3, client = ?4, user = ?5",
  [HUB_STORE_OP_REMOVE_SESSION] = "DELETE FROM session WHERE key = ?1",
  [HUB_STORE_OP_PUT_SUBSCRIPTION] = "INSERT OR REPLACE INTO subscription (session, options, identifier, filter)"
                                    " VALUES (?1, ?2, ?3, ?4)",
  [HUB_STORE_OP_REMOVE_SUBSCRIPTION] = "DELETE FROM subscription WHERE session = ?1 AND filter = ?2",
  [HUB_STORE_OP_ADD_MESSAGE] = "INSERT OR REPLACE INTO message"
                               " (key, expires, qos, is_retain, topic, publisher, properties, payload)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [HUB_STORE_OP_REMOVE_MESSAGE] = "DELETE FROM message WHERE key = ?1",
  [HUB_STORE_OP_ADD_DELIVERY] = "INSERT OR REPLACE INTO delivery"
                                " (session, place, message, packet, state, qos, is_retain, identifiers)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
  [HUB_STORE_OP_UPDATE_DELIVERY] = "UPDATE delivery SET packet = ?3, state = ?4, message = iif (?4 = 3, 0, message)"
                                   " WHERE session = ?1 AND place = ?2",
  [HUB_STORE_OP_REMOVE_DELIVERY] = "DELETE FROM delivery WHERE session = ?1 AND place = ?2",
  [HUB_STORE_OP_ADD_RECEIVED] = "INSERT OR REPLACE INTO received (session, packet) VALUES (?1, ?2)",
  [HUB_STORE_OP_REMOVE_RECEIVED] = "DELETE FROM received WHERE session = ?1 AND packet = ?2",
  [HUB_STORE_OP_SET_RETAINED] = "INSERT OR REPLACE INTO retained (message, topic) VALUES (?1, ?2)",
  [HUB_STORE_OP_REMOVE_RETAINED] = "DELETE FROM retained WHERE topic = ?1",
  [HUB_STORE_OP_SET_WILL] = "INSERT OR REPLACE INTO will (session, message, delay) VALUES (?1, ?2, ?3)",
  [HUB_STORE_OP_REMOVE_WILL] = "DELETE FROM will WHERE session = ?1",
  [HUB_STORE_OP_RESERVE] = "UPDATE meta SET reserved = ?1",
};

static const char *const extra_sql[N_EXTRAS] = {
  [EXTRA_BEGIN] = "BEGIN IMMEDIATE",
  [EXTRA_COMMIT] = "COMMIT",
  [EXTRA_REMOVE_SUBSCRIPTIONS] = "DELETE FROM subscription WHERE session = ?1",
  [EXTRA_REMOVE_DELIVERIES] = "DELETE FROM delivery WHERE session = ?1",
  [EXTRA_REMOVE_RECEIVED] = "DELETE FROM received WHERE session = ?1",
  [EXTRA_REMOVE_WILL] = "DELETE FROM will WHERE session = ?1",
};

static gint64
now_ms (void)
{
  return g_get_real_time () / G_TIME_SPAN_MILLISECOND;
}

static int
wal_hook_cb (void *user_data, sqlite3 *db, const char *name, int n_pages)
{
  HubStoreWriter *self = user_data;

  /* The log begins again when all of it has gone to its place. */
  if (n_pages < self->wal_pages)
    self->checkpoint_at = CHECKPOINT_PAGES;
  self->wal_pages = n_pages;
  return SQLITE_OK;
}

static gboolean
run_extra (HubStoreWriter *self, Extra extra, gint64 session, GError **error)
{
  sqlite3_bind_int64 (self->extras[extra], 1, session);
  return hub_store_sql_run (self->extras[extra], error);
}

/* What was said is overwritten, and not only forgotten: also in the pages that are unused afterwards. */
static gboolean
clear_log (HubStoreWriter *self, HubSpan id, GError **error)
{
  guint64 n_messages = hub_store_log_get_count (self->log);
  gboolean is_cleared;

  if (!hub_store_sql_exec (self->db, "PRAGMA secure_delete = ON", error))
    return FALSE;
  is_cleared = hub_store_log_clear (self->log, id, error);
  if (is_cleared)
    hub_store_index_clear (self->index);
  self->n_pruned += (guint) MIN (n_messages, SHRINK_FROM);
  /* As soon as that is committed, so that the pages in the database are overwritten as well. */
  self->checkpoint_at = 0;
  return is_cleared && hub_store_sql_exec (self->db, "PRAGMA secure_delete = FAST", error);
}

static gboolean
apply (HubStoreWriter *self, const HubStoreCommand *command, GError **error)
{
  sqlite3_stmt *statement = self->statements[command->op];

  if (command->op == HUB_STORE_OP_RECORD)
    return hub_store_log_append (self->log, command->ints[0], command->ints[1], command->spans, error);
  if (command->op == HUB_STORE_OP_SET_RETENTION)
    {
      HubStoreRetention retention = { (guint64) command->ints[0], (guint64) command->ints[1], command->ints[2] };

      hub_store_log_set_retention (self->log, &retention);
      return TRUE;
    }
  if (command->op == HUB_STORE_OP_CLEAR_LOG)
    return clear_log (self, command->spans[0], error);
  if (command->op == HUB_STORE_OP_REMOVE_SESSION)
    for (Extra extra = EXTRA_REMOVE_SUBSCRIPTIONS; extra <= EXTRA_REMOVE_WILL; extra++)
      if (!run_extra (self, extra, command->ints[0], error))
        return FALSE;

  for (guint i = 0; i < command->n_ints; i++)
    sqlite3_bind_int64 (statement, (int) i + 1, command->ints[i]);
  for (guint i = 0; i < command->n_spans; i++)
    hub_store_sql_bind_span (statement, (int) (command->n_ints + i) + 1, command->spans[i]);
  return hub_store_sql_run (statement, error);
}

static gboolean
apply_turn (HubStoreWriter *self, const HubStoreTurn *turn, guint *n_records, GError **error)
{
  HubStoreTurnReader reader;
  HubStoreCommand command;

  hub_store_turn_reader_init (&reader, turn);
  while (hub_store_turn_reader_next (&reader, &command))
    {
      if (!apply (self, &command, error))
        return FALSE;
      *n_records += command.op == HUB_STORE_OP_RECORD;
    }
  return TRUE;
}

static gboolean
begin (HubStoreWriter *self, GError **error)
{
  return hub_store_index_make_way (self->index, error) && hub_store_sql_run (self->extras[EXTRA_BEGIN], error);
}

static gboolean
commit (HubStoreWriter *self, GError **error)
{
  return hub_store_sql_run (self->extras[EXTRA_COMMIT], error);
}

static gboolean
prune (HubStoreWriter *self, guint max_rows, GError **error)
{
  guint64 before = hub_store_log_get_count (self->log);

  if (!hub_store_log_prune (self->log, max_rows, now_ms (), error))
    return FALSE;
  self->n_pruned += (guint) (before - hub_store_log_get_count (self->log));
  return TRUE;
}

/* What waits for its place in the database is on disk already: nobody waits for this. */
static gboolean
checkpoint (HubStoreWriter *self, GError **error)
{
  int n_pages;
  int n_done;
  int result;

  if (self->wal_pages < self->checkpoint_at)
    return TRUE;
  result = sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &n_pages, &n_done);
  if (result != SQLITE_OK && result != SQLITE_BUSY)
    return hub_store_sql_fail (self->db, error);

  /* While somebody reads, not all of it can go. */
  if (result == SQLITE_BUSY || n_done < n_pages)
    self->checkpoint_at = self->wal_pages + CHECKPOINT_PAGES;
  else
    self->wal_pages = 0;
  self->checkpoint_at = MAX (self->checkpoint_at, CHECKPOINT_PAGES);
  return TRUE;
}

/*
 * One transaction out of as many turns as there are, those that come meanwhile included. What could not be taken in any
 * more is left in @turns.
 */
static gboolean
write_group (HubStoreWriter *self, HubStoreTurn **turns, GError **error)
{
  gint64 start_us = g_get_monotonic_time ();
  guint64 ticket = 0;
  gsize bytes = 0;
  guint n_records = 0;
  gboolean is_closed;

  if (!begin (self, error))
    return FALSE;
  do
    {
      g_autoptr (HubStoreTurn) turn = *turns;

      *turns = turn->next;
      if (!apply_turn (self, turn, &n_records, error))
        return FALSE;
      ticket = turn->ticket;
      bytes += hub_store_turn_get_cost (turn);
      if (*turns == NULL)
        *turns = hub_store_desk_take_turns (self->desk, 0, &is_closed);
    }
  while (*turns != NULL && g_get_monotonic_time () - start_us < GROUP_US);

  if (n_records > 0 && !prune (self, n_records + PRUNE_BESIDE, error))
    return FALSE;
  if (!commit (self, error))
    return FALSE;
  hub_store_desk_report (self->desk, ticket, bytes);
  if (n_records > 0)
    hub_store_index_note (self->index, n_records, now_ms ());
  return checkpoint (self, error);
}

static gboolean
index_step (HubStoreWriter *self, HubStoreDesk *desk, GError **error)
{
  hub_store_index_step (self->index, hub_store_log_get_first (self->log), desk);
  return checkpoint (self, error);
}

static gboolean
prune_step (HubStoreWriter *self, GError **error)
{
  return begin (self, error) &&
         prune (self, PRUNE_STEP, error) &&
         commit (self, error) &&
         checkpoint (self, error);
}

/* A file of which more than a quarter is unused gives most of that back. */
static gboolean
shrink_step (HubStoreWriter *self, GError **error)
{
  gint64 n_unused;
  gint64 n_pages;

  if (!hub_store_sql_get_int (self->db, "PRAGMA freelist_count", &n_unused, error) ||
      !hub_store_sql_get_int (self->db, "PRAGMA page_count", &n_pages, error))
    return FALSE;
  self->is_shrinking = n_unused >= SHRINK_FROM && n_unused > n_pages / (self->is_shrinking ? 8 : 4);
  self->n_pruned = 0;
  if (!self->is_shrinking)
    return TRUE;
  return hub_store_sql_exec (self->db, "PRAGMA incremental_vacuum(" G_STRINGIFY (SHRINK_STEP) ")", error) &&
         checkpoint (self, error);
}

static gboolean
wants_to_shrink (const HubStoreWriter *self)
{
  return self->is_shrinking || self->n_pruned >= SHRINK_FROM;
}

static gboolean
is_index_starving (const HubStoreWriter *self)
{
  return hub_store_index_is_starving (self->index, hub_store_log_get_first (self->log), now_ms ());
}

static gint64
index_due_ms (const HubStoreWriter *self)
{
  return hub_store_index_get_due (self->index, hub_store_log_get_first (self->log), now_ms ());
}

/* In small steps, so that whoever comes meanwhile waits for one of them at most. */
static gboolean
tidy (HubStoreWriter *self, GError **error)
{
  gint64 index_ms;

  if (hub_store_log_is_over (self->log, now_ms ()))
    return prune_step (self, error);
  if (wants_to_shrink (self))
    return shrink_step (self, error);
  index_ms = index_due_ms (self);
  if (index_ms >= 0 && index_ms <= now_ms ())
    return index_step (self, self->desk, error);
  return TRUE;
}

/* Until when there is nothing to do. */
static gint64
next_ms (const HubStoreWriter *self)
{
  gint64 index_ms = index_due_ms (self);
  gint64 log_ms = hub_store_log_get_deadline (self->log);

  if (self->is_failed)
    return -1;
  if (hub_store_log_is_over (self->log, now_ms ()) || wants_to_shrink (self))
    return 0;
  return index_ms < 0 || (log_ms >= 0 && log_ms < index_ms) ? log_ms : index_ms;
}

static gboolean
work (HubStoreWriter *self, HubStoreTurn **turns, GError **error)
{
  if (*turns == NULL)
    return tidy (self, error);
  while (*turns != NULL)
    if (!write_group (self, turns, error) ||
        (is_index_starving (self) && !index_step (self, NULL, error)))
      return FALSE;
  return TRUE;
}

static void
fail (HubStoreWriter *self, const GError *error)
{
  sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  self->is_failed = TRUE;
  hub_store_desk_fail (self->desk, error);
}

static gpointer
thread_func (gpointer data)
{
  HubStoreWriter *self = data;

  hub_store_thread_stand_back ();
  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_closed;
      HubStoreTurn *turns = hub_store_desk_take_turns (self->desk, next_ms (self), &is_closed);

      if (turns == NULL && is_closed)
        break;
      if (hub_store_desk_take_doubt (self->desk) && !self->is_failed)
        hub_store_index_doubt (self->index);
      if (!self->is_failed && !work (self, &turns, &error))
        fail (self, error);
      hub_store_turn_free_all (turns);
    }
  return NULL;
}

static void
writer_free (HubStoreWriter *self)
{
  for (gsize i = 0; i < HUB_STORE_N_OPS; i++)
    sqlite3_finalize (self->statements[i]);
  for (gsize i = 0; i < N_EXTRAS; i++)
    sqlite3_finalize (self->extras[i]);
  g_free (self);
}

static gboolean
prepare (HubStoreWriter *self, GError **error)
{
  for (gsize i = 0; i < HUB_STORE_N_OPS; i++)
    {
      if (op_sql[i] == NULL)
        continue;
      self->statements[i] = hub_store_sql_prepare (self->db, op_sql[i], error);
      if (self->statements[i] == NULL)
        return FALSE;
    }
  for (gsize i = 0; i < N_EXTRAS; i++)
    {
      self->extras[i] = hub_store_sql_prepare (self->db, extra_sql[i], error);
      if (self->extras[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * hub_store_writer_new:
 * @db: (transfer full): a connection, which belongs to the thread from now on
 * @log: (transfer full): the log in it, likewise
 * @index: (transfer full): the index of that, likewise
 * @desk: (transfer none): where turns come from; outlives the writer
 * @error: return location
 *
 * Starts the thread.
 *
 * Thread: broker.
 *
 * Returns: (transfer full): the writer; %NULL with @error set when it cannot be started: then @db, @log and @index stay the
 *   caller's
 */
HubStoreWriter *
hub_store_writer_new (sqlite3 *db, HubStoreLog *log, HubStoreIndex *index, HubStoreDesk *desk, GError **error)
{
  HubStoreWriter *self = g_new0 (HubStoreWriter, 1);

  self->db = db;
  self->log = log;
  self->index = index;
  self->desk = desk;
  self->checkpoint_at = CHECKPOINT_PAGES;
  if (!prepare (self, error))
    {
      writer_free (self);
      return NULL;
    }

  sqlite3_busy_timeout (db, BUSY_TIMEOUT_MS);
  sqlite3_wal_hook (db, wal_hook_cb, self);
  self->thread = g_thread_try_new ("store-writer", thread_func, self, error);
  if (self->thread == NULL)
    {
      sqlite3_wal_hook (db, NULL, NULL);
      writer_free (self);
      return NULL;
    }
  return self;
}

/**
 * hub_store_writer_join:
 * @self: (transfer full): a writer whose desk was closed
 *
 * Waits until everything is written, ends the thread and closes the database.
 *
 * Thread: broker.
 */
void
hub_store_writer_join (HubStoreWriter *self)
{
  g_thread_join (self->thread);
  sqlite3_wal_hook (self->db, NULL, NULL);
  for (gsize i = 0; i < HUB_STORE_N_OPS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  for (gsize i = 0; i < N_EXTRAS; i++)
    g_clear_pointer (&self->extras[i], sqlite3_finalize);
  hub_store_index_free (self->index);
  hub_store_log_free (self->log);
  sqlite3_close (self->db);
  writer_free (self);
}
