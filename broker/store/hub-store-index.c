/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-index.h"

/*
 * The index is FTS5's, with trigrams, so that languages without spaces between words are searched as well. It holds the
 * folded text of hub-store-words.h, for each trigram the numbers of the messages that have it, and nothing else: neither
 * the text, nor places in it. A search looks into the messages that it finds this way.
 *
 * So nothing can be taken out of it for one message alone, and that would cost as much as to put it in. Instead it has two
 * parts. From when the log forgets messages of the one that is being filled, the other one is filled; when the log
 * has none any more of the former one, that is emptied as a whole. Messages that a part still knows and the log does not
 * are passed over by the search. Up to `searched` each message of the log is in the part that has its number in its range.
 *
 * A step is one transaction with all that goes with it. It is not synced: the next one that somebody waits for does that
 * too, and if one is lost with the power, then it is lost as a whole. A step ends as soon as somebody waits.
 *
 * The tables are not made with the file but here. Where that is not possible, and where the index is damaged and cannot be
 * made anew, there is none: then everything is searched as what the index does not know yet is.
 */

/* So many messages that wait begin a step; fewer do when nothing has come for so long. */
#define WAITING_MIN 256
#define QUIET_MS 1000

/* How long a step takes, about; and how many messages it reads. */
#define STEP_US 3000
#define STEP_MESSAGES 512

/*
 * As long as messages keep coming, up to so long after the last one, there is one step in so much time: that is 3 % of it,
 * and enough for some hundred messages a second. When more than that have come since the last step, it is of little use and
 * mostly waits until they have ended. Where the writer finds no pause, it takes a shorter step between two groups.
 */
#define BUSY_MS 200
#define PACE_MS 100
#define SLOW_PACE_MS 1000
#define PACE_MESSAGES 60
#define SHORT_STEP_US 2000

/* Pages merged in a step, and how many segments must be there before any are. */
#define MERGE_PAGES "16"
#define MERGE_SEGMENTS "4"

/* How long to leave it alone when something has failed that may be better then; and how often it is made anew. */
#define RETRY_MS (60 * 1000)
#define REBUILDS_MAX 3

#define CREATE(table)                                                                            \
  "CREATE VIRTUAL TABLE IF NOT EXISTS " table " USING fts5"                                      \
  " (text, content = '', detail = none, columnsize = 0, tokenize = 'trigram case_sensitive 1');" \
  "INSERT INTO " table " (" table ", rank)"                                                      \
  " VALUES ('automerge', 0), ('crisismerge', 1000), ('usermerge', " MERGE_SEGMENTS ");"

typedef enum
{
  STATEMENT_PARTS,
  STATEMENT_SET_PART,
  STATEMENT_SET_MARK,
  STATEMENT_MESSAGES,
  STATEMENT_ADD,
  STATEMENT_CLEAR = STATEMENT_ADD + HUB_STORE_INDEX_PARTS,
  STATEMENT_MERGE = STATEMENT_CLEAR + HUB_STORE_INDEX_PARTS,
  N_STATEMENTS = STATEMENT_MERGE + HUB_STORE_INDEX_PARTS,
} Statement;

static const char *const sql[N_STATEMENTS] = {
  [STATEMENT_PARTS] = "SELECT id, first, last FROM search_part WHERE id BETWEEN 0 AND 1",
  [STATEMENT_SET_PART] = "UPDATE search_part SET first = ?2, last = ?3 WHERE id = ?1",
  [STATEMENT_SET_MARK] = "UPDATE meta SET searched = ?1",
  [STATEMENT_MESSAGES] = ("SELECT log.seq, topic.topic, log.payload FROM log JOIN topic ON topic.id = log.topic"
                          " WHERE log.seq > ?1 ORDER BY log.seq LIMIT " G_STRINGIFY (STEP_MESSAGES)),
  [STATEMENT_ADD] = "INSERT INTO search_0 (rowid, text) VALUES (?1, ?2)",
  [STATEMENT_ADD + 1] = "INSERT INTO search_1 (rowid, text) VALUES (?1, ?2)",
  [STATEMENT_CLEAR] = "INSERT INTO search_0 (search_0) VALUES ('delete-all')",
  [STATEMENT_CLEAR + 1] = "INSERT INTO search_1 (search_1) VALUES ('delete-all')",
  [STATEMENT_MERGE] = "INSERT INTO search_0 (search_0, rank) VALUES ('merge', " MERGE_PAGES ")",
  [STATEMENT_MERGE + 1] = "INSERT INTO search_1 (search_1, rank) VALUES ('merge', " MERGE_PAGES ")",
};

static const char create_sql[] = CREATE ("search_0") CREATE ("search_1");

static const char drop_sql[] = "DROP TABLE IF EXISTS search_0; DROP TABLE IF EXISTS search_1;";

/* Where FTS5 does not even open its own table, SQLite cannot drop it, and has to be made to forget it. */
static const char forget_sql[] = "PRAGMA writable_schema = ON;"
                                 "DELETE FROM sqlite_schema WHERE type = 'table' AND name IN ('search_0', 'search_1');"
                                 "PRAGMA writable_schema = RESET;"
                                 "DROP TABLE IF EXISTS search_0_data; DROP TABLE IF EXISTS search_0_idx;"
                                 "DROP TABLE IF EXISTS search_0_config;"
                                 "DROP TABLE IF EXISTS search_1_data; DROP TABLE IF EXISTS search_1_idx;"
                                 "DROP TABLE IF EXISTS search_1_config;";

static const char begin_anew_sql[] = "INSERT OR REPLACE INTO search_part VALUES (0, 0, 0), (1, 0, 0);"
                                     "UPDATE meta SET searched = 0;"
                                     "COMMIT";

/* What a part holds: messages from the first number to the last one. */
typedef struct
{
  gint64 first; /* 0: it is empty */
  gint64 last;
} Part;

struct _HubStoreIndex
{
  sqlite3 *db;                            /* (unowned) */
  HubStoreText text;                      /* what a message is found by */
  sqlite3_stmt *statements[N_STATEMENTS]; /* (owned) (nullable) */
  Part parts[HUB_STORE_INDEX_PARTS];
  guint filled;      /* the part that is being filled */
  gint64 mark;       /* up to which message the index knows the log */
  guint n_waiting;   /* messages behind the mark, as far as they were counted */
  guint n_noted;     /* messages since the last step */
  gint64 noted_ms;   /* when the last one came */
  gint64 stepped_ms; /* when the last step was taken */
  gint64 retry_ms;   /* when to go on after a failure; 0: there was none */
  guint n_rebuilds;
  gboolean is_synced;  /* whether transactions have to wait for the disk */
  gboolean is_relaxed; /* whether they do not at the moment, all the same */
  gboolean is_ready;   /* what there is has been read */
  gboolean is_behind;  /* there are messages to be added, and nothing to wait for */
  gboolean wants_merge;
  gboolean is_off;
};

static gint64
now_ms (void)
{
  return g_get_real_time () / G_TIME_SPAN_MILLISECOND;
}

static void
forget_all (HubStoreIndex *self)
{
  for (gsize i = 0; i < N_STATEMENTS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  self->is_ready = FALSE;
}

static gboolean
read_parts (HubStoreIndex *self, GError **error)
{
  sqlite3_stmt *statement = self->statements[STATEMENT_PARTS];
  guint n = 0;
  gboolean has_row;

  if (!hub_store_sql_get_int (self->db, "SELECT searched FROM meta", &self->mark, error))
    return FALSE;
  while (hub_store_sql_next (statement, &has_row, error))
    {
      if (!has_row && n == HUB_STORE_INDEX_PARTS)
        {
          self->filled = self->parts[1].first > self->parts[0].first;
          return TRUE;
        }
      if (!has_row)
        {
          g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "a part of the index is missing");
          return FALSE;
        }
      self->parts[sqlite3_column_int (statement, 0)] = (Part){
        sqlite3_column_int64 (statement, 1),
        sqlite3_column_int64 (statement, 2),
      };
      n++;
    }
  return FALSE;
}

static gboolean
prepare (HubStoreIndex *self, Statement from, Statement to, GError **error)
{
  for (gsize i = from; i < to; i++)
    {
      if (self->statements[i] == NULL)
        self->statements[i] = hub_store_sql_prepare (self->db, sql[i], error);
      if (self->statements[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Reads what there is. */
static gboolean
get_ready (HubStoreIndex *self, GError **error)
{
  if (self->is_ready)
    return TRUE;
  self->is_ready = prepare (self, STATEMENT_PARTS, STATEMENT_ADD, error) && read_parts (self, error);
  return self->is_ready;
}

/* Sees to it that the tables are there, in the transaction that is under way. */
static gboolean
get_tables (HubStoreIndex *self, GError **error)
{
  return self->statements[STATEMENT_ADD] != NULL ||
         (hub_store_sql_exec (self->db, create_sql, error) && prepare (self, STATEMENT_ADD, N_STATEMENTS, error));
}

/* For a log without messages there is no need to write anything. */
static gboolean
look_for_news (HubStoreIndex *self, gboolean *is_any, GError **error)
{
  sqlite3_stmt *messages = self->statements[STATEMENT_MESSAGES];

  sqlite3_bind_int64 (messages, 1, self->mark);
  if (!hub_store_sql_next (messages, is_any, error))
    return FALSE;
  sqlite3_reset (messages);
  return TRUE;
}

/* Whether the log has none of its messages any more. */
static gboolean
is_stale (const Part *part, gint64 first)
{
  return part->first != 0 && (first == 0 || part->last < first);
}

static gboolean
set_part (HubStoreIndex *self, guint id, gint64 first, gint64 last, GError **error)
{
  sqlite3_stmt *statement = self->statements[STATEMENT_SET_PART];

  self->parts[id] = (Part){ first, last };
  sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, first);
  sqlite3_bind_int64 (statement, 3, last);
  return hub_store_sql_run (statement, error);
}

/* Empties what the log has forgotten, and goes to the other part when the log has begun to forget this one. */
static gboolean
turn_over (HubStoreIndex *self, gint64 first, GError **error)
{
  const Part *filled = &self->parts[self->filled];

  for (guint i = 0; i < HUB_STORE_INDEX_PARTS; i++)
    if (is_stale (&self->parts[i], first) &&
        (!hub_store_sql_run (self->statements[STATEMENT_CLEAR + i], error) || !set_part (self, i, 0, 0, error)))
      return FALSE;
  if (filled->first != 0 && filled->first < first && self->parts[1 - self->filled].first == 0)
    self->filled = 1 - self->filled;
  return TRUE;
}

static gboolean
add_message (HubStoreIndex *self, sqlite3_stmt *message, GError **error)
{
  sqlite3_stmt *add = self->statements[STATEMENT_ADD + self->filled];
  gint64 seq = sqlite3_column_int64 (message, 0);
  HubSpan topic = hub_store_sql_column_span (message, 1);
  HubSpan payload = hub_store_sql_column_span (message, 2);
  g_autofree char *text = hub_store_text_get (&self->text, topic, payload);

  if (self->parts[self->filled].first == 0)
    self->parts[self->filled].first = seq;
  self->mark = seq;
  if (text == NULL || !hub_store_fold_has_trigram (text))
    return TRUE;
  sqlite3_bind_int64 (add, 1, seq);
  sqlite3_bind_text (add, 2, text, -1, SQLITE_STATIC);
  return hub_store_sql_run (add, error);
}

/* Adds what there is time for. */
static gboolean
add_messages (HubStoreIndex *self, HubStoreDesk *desk, guint *n_added, GError **error)
{
  gint64 until_us = g_get_monotonic_time () + (desk != NULL ? STEP_US : SHORT_STEP_US);
  sqlite3_stmt *messages = self->statements[STATEMENT_MESSAGES];
  gboolean has_row;

  *n_added = 0;
  sqlite3_bind_int64 (messages, 1, self->mark);
  while (hub_store_sql_next (messages, &has_row, error))
    {
      if (!has_row)
        {
          self->is_behind = *n_added == STEP_MESSAGES;
          return TRUE;
        }
      if (!add_message (self, messages, error))
        break;
      ++*n_added;
      if (g_get_monotonic_time () >= until_us || (desk != NULL && hub_store_desk_has_turns (desk)))
        {
          self->is_behind = TRUE;
          sqlite3_reset (messages);
          return TRUE;
        }
    }
  sqlite3_reset (messages);
  return FALSE;
}

static gboolean
add_step (HubStoreIndex *self, gint64 first, HubStoreDesk *desk, GError **error)
{
  guint n_added;

  if (!get_tables (self, error) || !turn_over (self, first, error) || !add_messages (self, desk, &n_added, error))
    return FALSE;
  self->wants_merge = self->wants_merge || n_added > 0;
  self->n_waiting = self->is_behind ? MAX (self->n_waiting, n_added + 1) - n_added : 0;
  if (n_added == 0)
    return TRUE;
  sqlite3_bind_int64 (self->statements[STATEMENT_SET_MARK], 1, self->mark);
  return set_part (self, self->filled, self->parts[self->filled].first, self->mark, error) &&
         hub_store_sql_run (self->statements[STATEMENT_SET_MARK], error);
}

/* Without this there would be one more segment to look into with each step. */
static gboolean
merge_step (HubStoreIndex *self, GError **error)
{
  int before = sqlite3_total_changes (self->db);

  if (!get_tables (self, error) || !hub_store_sql_run (self->statements[STATEMENT_MERGE + self->filled], error))
    return FALSE;
  /* So says FTS5 that there was nothing to be done. */
  self->wants_merge = sqlite3_total_changes (self->db) - before >= 2;
  return TRUE;
}

static void
roll_back (HubStoreIndex *self)
{
  if (sqlite3_get_autocommit (self->db) == 0)
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
}

static gboolean
take_step (HubStoreIndex *self, gint64 first, HubStoreDesk *desk, GError **error)
{
  gboolean is_any = TRUE;
  gboolean is_done;

  if (!get_ready (self, error))
    return FALSE;
  if (!self->wants_merge && !is_stale (&self->parts[0], first) && !is_stale (&self->parts[1], first) &&
      !look_for_news (self, &is_any, error))
    return FALSE;
  if (!is_any)
    {
      self->is_behind = FALSE;
      self->n_waiting = 0;
      return TRUE;
    }
  is_done = hub_store_sql_exec (self->db, "BEGIN IMMEDIATE", error) &&
            (self->wants_merge ? merge_step (self, error) : add_step (self, first, desk, error)) &&
            hub_store_sql_exec (self->db, "COMMIT", error);
  if (!is_done)
    roll_back (self);
  return is_done;
}

/* With or without the help of FTS5. */
static gboolean
drop_tables (HubStoreIndex *self, GError **error)
{
  gboolean is_gone;

  if (!hub_store_sql_exec (self->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (hub_store_sql_exec (self->db, drop_sql, NULL))
    return hub_store_sql_exec (self->db, begin_anew_sql, error);

  roll_back (self);
  if (!hub_store_sql_exec (self->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  is_gone = hub_store_sql_exec (self->db, forget_sql, error);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return is_gone && hub_store_sql_exec (self->db, begin_anew_sql, error);
}

/* What was damaged goes, and is made anew from the log. */
static void
rebuild (HubStoreIndex *self, const char *reason)
{
  g_autoptr (GError) error = NULL;

  forget_all (self);
  self->n_rebuilds++;
  self->is_off = self->n_rebuilds > REBUILDS_MAX;
  if (!self->is_off && !drop_tables (self, &error))
    {
      self->is_off = TRUE;
      roll_back (self);
    }
  self->is_behind = TRUE;
  self->wants_merge = FALSE;
  if (self->is_off)
    g_message ("Searching takes longer, since there is no index: %s", error != NULL ? error->message : reason);
}

static void
recover (HubStoreIndex *self, const GError *error)
{
  g_debug ("The index cannot be written: %s", error->message);
  if (g_error_matches (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED))
    {
      rebuild (self, error->message);
      return;
    }
  forget_all (self);
  self->is_behind = TRUE;
  self->wants_merge = FALSE;
  self->retry_ms = now_ms () + RETRY_MS;
}

/**
 * hub_store_index_new:
 * @db: (transfer none): a connection for writing, which outlives the index
 * @is_synced: whether the transactions of others wait for the disk
 * @text: tells what a message is found by; the index is left as it is when it tells nothing
 *
 * Returns: (transfer full): the index of the log in @db, of which nothing was read yet
 */
HubStoreIndex *
hub_store_index_new (sqlite3 *db, gboolean is_synced, const HubStoreText *text)
{
  HubStoreIndex *self = g_new0 (HubStoreIndex, 1);

  self->db = db;
  self->is_synced = is_synced;
  self->text = *text;
  self->is_behind = TRUE;
  /* Without that it would take down that nothing is to be found, and for good. */
  self->is_off = text->func == NULL;
  self->stepped_ms = now_ms ();
  return self;
}

/**
 * hub_store_index_free:
 * @self: (transfer full): an index
 */
void
hub_store_index_free (HubStoreIndex *self)
{
  forget_all (self);
  g_free (self);
}

/**
 * hub_store_index_note:
 * @self: an index
 * @n_records: how many messages the log has more
 * @now_ms: the time, milliseconds since 1970
 */
void
hub_store_index_note (HubStoreIndex *self, guint n_records, gint64 now_ms)
{
  self->n_waiting += MIN (n_records, G_MAXUINT / 2 - self->n_waiting);
  self->n_noted += MIN (n_records, G_MAXUINT / 2 - self->n_noted);
  self->noted_ms = now_ms;
}

/**
 * hub_store_index_doubt:
 * @self: an index that somebody could not read
 *
 * Makes it anew.
 */
void
hub_store_index_doubt (HubStoreIndex *self)
{
  if (!self->is_off)
    rebuild (self, "it is damaged");
}

static gboolean
has_work (const HubStoreIndex *self, gint64 first)
{
  return self->is_behind || self->wants_merge || self->n_waiting >= WAITING_MIN || is_stale (&self->parts[0], first) ||
         is_stale (&self->parts[1], first);
}

static gint64
get_pace_ms (const HubStoreIndex *self)
{
  return self->n_noted > PACE_MESSAGES ? SLOW_PACE_MS : PACE_MS;
}

/* Differences may be negative when somebody has set the clock. */
static gboolean
has_paused (const HubStoreIndex *self, gint64 now_ms)
{
  return ABS (now_ms - self->stepped_ms) >= get_pace_ms (self);
}

/**
 * hub_store_index_get_due:
 * @self: an index
 * @first: the sequence number of the first message of the log; 0: it has none
 * @now_ms: the time, milliseconds since 1970
 *
 * Returns: when the next step is to be taken, milliseconds since 1970; 0: now; -1: never
 */
gint64
hub_store_index_get_due (const HubStoreIndex *self, gint64 first, gint64 now_ms)
{
  if (self->is_off)
    return -1;
  if (self->retry_ms != 0)
    return self->retry_ms;
  if (has_work (self, first))
    {
      if (ABS (now_ms - self->noted_ms) >= BUSY_MS || has_paused (self, now_ms))
        return 0;
      return MIN (self->noted_ms + BUSY_MS, self->stepped_ms + get_pace_ms (self));
    }
  if (self->n_waiting == 0)
    return -1;
  return self->noted_ms + QUIET_MS;
}

/**
 * hub_store_index_is_starving:
 * @self: an index
 * @first: the sequence number of the first message of the log; 0: it has none
 * @now_ms: the time, milliseconds since 1970
 *
 * Returns: whether a step should be taken though there is something else to do
 */
gboolean
hub_store_index_is_starving (const HubStoreIndex *self, gint64 first, gint64 now_ms)
{
  return !self->is_off && self->retry_ms == 0 && has_work (self, first) && has_paused (self, now_ms);
}

/**
 * hub_store_index_step:
 * @self: an index
 * @first: the sequence number of the first message of the log; 0: it has none
 * @desk: (nullable): tells whether somebody waits, and ends the step then; %NULL: somebody does, and it is a shorter one
 *
 * Takes a step, in a transaction of its own. That the index cannot be written is no error: it is left alone for a while, or
 * made anew.
 */
void
hub_store_index_step (HubStoreIndex *self, gint64 first, HubStoreDesk *desk)
{
  g_autoptr (GError) error = NULL;

  self->stepped_ms = now_ms ();
  self->n_noted = 0;
  if (self->is_off || self->retry_ms > self->stepped_ms)
    return;
  self->retry_ms = 0;
  if (self->is_synced && !self->is_relaxed)
    self->is_relaxed = hub_store_sql_exec (self->db, "PRAGMA synchronous = NORMAL", &error);
  if (error != NULL || !take_step (self, first, desk, &error))
    recover (self, error);
}

/**
 * hub_store_index_clear:
 * @self: the index of a log that has just been cleared
 *
 * Empties it, in the transaction that is under way. Where that is not possible, the next step does it.
 */
void
hub_store_index_clear (HubStoreIndex *self)
{
  if (self->is_off || self->retry_ms != 0 || !get_ready (self, NULL))
    return;
  for (guint i = 0; i < HUB_STORE_INDEX_PARTS; i++)
    if (self->parts[i].first != 0 &&
        (!get_tables (self, NULL) || !hub_store_sql_run (self->statements[STATEMENT_CLEAR + i], NULL) ||
         !set_part (self, i, 0, 0, NULL)))
      return;
}

/**
 * hub_store_index_make_way:
 * @self: an index
 * @error: return location
 *
 * To be called before a transaction that has to be on disk when it ends.
 *
 * Returns: %FALSE with @error set when it would not be
 */
gboolean
hub_store_index_make_way (HubStoreIndex *self, GError **error)
{
  if (self->is_relaxed && !hub_store_sql_exec (self->db, "PRAGMA synchronous = FULL", error))
    return FALSE;
  self->is_relaxed = FALSE;
  return TRUE;
}
