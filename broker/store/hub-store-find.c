/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-find.h"

#include "broker/store/hub-store-topics.h"

/*
 * Up to so many topics each has a cursor of its own, and the messages of all are merged. With more of them the log is
 * read from one end, since then a good part of it matches.
 */
#define MERGE_MAX 1000

typedef enum
{
  STATEMENT_OLDER,
  STATEMENT_NEWER,
  STATEMENT_ALL_OLDER,
  STATEMENT_ALL_NEWER,
  STATEMENT_ENTRY,
  STATEMENT_LAST,
  STATEMENT_COUNT,
  STATEMENT_NAME,
  STATEMENT_EXTENT,
  STATEMENT_TIME,
  STATEMENT_BEGIN,
  STATEMENT_END,
  N_STATEMENTS,
} Statement;

static const char *const sql[N_STATEMENTS] = {
  [STATEMENT_OLDER] = "SELECT seq FROM log WHERE topic = ?3 AND seq < ?2 AND seq > ?1 ORDER BY seq DESC LIMIT 1",
  [STATEMENT_NEWER] = "SELECT seq FROM log WHERE topic = ?3 AND seq > ?1 AND seq < ?2 ORDER BY seq LIMIT 1",
  [STATEMENT_ALL_OLDER] = "SELECT seq, topic FROM log WHERE seq < ?2 AND seq > ?1 ORDER BY seq DESC",
  [STATEMENT_ALL_NEWER] = "SELECT seq, topic FROM log WHERE seq > ?1 AND seq < ?2 ORDER BY seq",
  [STATEMENT_ENTRY] = ("SELECT log.time, topic.topic, log.client, log.payload FROM log JOIN topic ON topic.id = log.topic"
                       " WHERE log.seq = ?1"),
  [STATEMENT_LAST] = "SELECT max(seq) FROM log WHERE topic = ?1",
  [STATEMENT_COUNT] = "SELECT count(*) FROM log WHERE topic = ?1",
  [STATEMENT_NAME] = "SELECT topic FROM topic WHERE id = ?1",
  [STATEMENT_EXTENT] = "SELECT min(seq), max(seq) FROM log",
  [STATEMENT_TIME] = "SELECT time FROM log WHERE seq >= ?1 ORDER BY seq LIMIT 1",
  [STATEMENT_BEGIN] = "BEGIN",
  [STATEMENT_END] = "ROLLBACK",
};

/* A topic that matches, and the message of it that is next to be taken. */
typedef struct
{
  gint64 id;
  gint64 seq;
} Cursor;

struct _HubStoreFinder
{
  sqlite3 *db; /* (unowned) */
  HubStoreTopics topics;
  sqlite3_stmt *statements[N_STATEMENTS]; /* (owned) */
};

/* What a question asks of a database. */
typedef struct
{
  HubStoreFinder *finder; /* (unowned) */
  GArray *cursors;        /* (owned) (element-type Cursor): a heap while they are merged */
  HubStorePageBuilder page;
  gint64 after;
  gint64 before;
  guint limit;
  gboolean is_ascending;
  gboolean has_more;
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->cursors, g_array_unref);
  hub_store_page_builder_clear (&search->page);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
reset_all (HubStoreFinder *self)
{
  for (gsize i = 0; i < N_STATEMENTS; i++)
    {
      sqlite3_reset (self->statements[i]);
      sqlite3_clear_bindings (self->statements[i]);
    }
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "the log contradicts itself");
  return FALSE;
}

static gint64
to_int (guint64 seq)
{
  return seq < G_MAXINT64 ? (gint64) seq : G_MAXINT64;
}

static void
add_cursor_cb (gint64 id, HubSpan topic, gpointer user_data)
{
  Search *search = user_data;
  Cursor cursor = { .id = id };

  g_array_append_val (search->cursors, cursor);
}

static gboolean
add_entry (Search *search, gint64 seq, GError **error)
{
  sqlite3_stmt *statement = search->finder->statements[STATEMENT_ENTRY];
  HubStoreEntry entry = { .seq = (guint64) seq };
  gboolean has_row;

  sqlite3_bind_int64 (statement, 1, seq);
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return fail_damaged (error);
  entry.time_ms = sqlite3_column_int64 (statement, 0);
  entry.topic = hub_store_sql_column_span (statement, 1);
  entry.client_id = hub_store_sql_column_span (statement, 2);
  entry.payload = hub_store_sql_column_span (statement, 3);
  hub_store_page_builder_add_entry (&search->page, &entry);
  sqlite3_reset (statement);
  return TRUE;
}

/* Returns whether the page takes a further message; if not, the question is answered. */
static gboolean
has_room (Search *search)
{
  search->has_more = !hub_store_page_builder_has_room (&search->page, search->limit);
  return !search->has_more;
}

static Cursor *
cursor_at (const Search *search, guint i)
{
  return &g_array_index (search->cursors, Cursor, i);
}

static gboolean
is_first (const Search *search, const Cursor *a, const Cursor *b)
{
  return search->is_ascending ? a->seq < b->seq : a->seq > b->seq;
}

static void
sift_down (Search *search, guint i)
{
  guint length = search->cursors->len;

  while (TRUE)
    {
      guint first = i;
      Cursor swapped;

      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < length; child++)
        if (is_first (search, cursor_at (search, child), cursor_at (search, first)))
          first = child;
      if (first == i)
        return;
      swapped = *cursor_at (search, i);
      *cursor_at (search, i) = *cursor_at (search, first);
      *cursor_at (search, first) = swapped;
      i = first;
    }
}

/* In a damaged index the next message may be one that was there before, and so on for ever. */
static gboolean
is_further (const Search *search, gint64 seq, gint64 from)
{
  return search->is_ascending ? seq > from : seq < from;
}

/* Moves a cursor to the next message of its topic; its number is 0 behind the last one. */
static gboolean
advance (Search *search, Cursor *cursor, gint64 from, GError **error)
{
  sqlite3_stmt *statement = search->finder->statements[search->is_ascending ? STATEMENT_NEWER : STATEMENT_OLDER];
  gboolean has_row;

  sqlite3_bind_int64 (statement, 1, search->is_ascending ? from : search->after);
  sqlite3_bind_int64 (statement, 2, search->is_ascending ? search->before : from);
  sqlite3_bind_int64 (statement, 3, cursor->id);
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  cursor->seq = has_row ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_reset (statement);
  if (has_row && (cursor->seq < 1 || !is_further (search, cursor->seq, from)))
    return fail_damaged (error);
  return TRUE;
}

static gboolean
merge (Search *search, GError **error)
{
  for (guint i = 0; i < search->cursors->len;)
    {
      Cursor *cursor = cursor_at (search, i);

      if (!advance (search, cursor, search->is_ascending ? search->after : search->before, error))
        return FALSE;
      if (cursor->seq != 0)
        i++;
      else
        g_array_remove_index_fast (search->cursors, i);
    }
  for (guint i = search->cursors->len / 2; i > 0; i--)
    sift_down (search, i - 1);

  while (search->cursors->len > 0 && has_room (search))
    {
      Cursor *cursor = cursor_at (search, 0);

      if (!add_entry (search, cursor->seq, error) || !advance (search, cursor, cursor->seq, error))
        return FALSE;
      if (cursor->seq == 0)
        g_array_remove_index_fast (search->cursors, 0);
      sift_down (search, 0);
    }
  return TRUE;
}

static gboolean
scan (Search *search, GError **error)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  sqlite3_stmt *statement = search->finder->statements[search->is_ascending ? STATEMENT_ALL_NEWER : STATEMENT_ALL_OLDER];
  gint64 last = search->is_ascending ? search->after : search->before;
  gboolean has_row;

  for (guint i = 0; i < search->cursors->len; i++)
    g_hash_table_add (wanted, &cursor_at (search, i)->id);

  sqlite3_bind_int64 (statement, 1, search->after);
  sqlite3_bind_int64 (statement, 2, search->before);
  while (hub_store_sql_next (statement, &has_row, error))
    {
      gint64 seq = sqlite3_column_int64 (statement, 0);
      gint64 topic = sqlite3_column_int64 (statement, 1);

      if (!has_row)
        return TRUE;
      if (!is_further (search, seq, last))
        return fail_damaged (error);
      last = seq;
      if (!g_hash_table_contains (wanted, &topic))
        continue;
      if (!has_room (search))
        return TRUE;
      if (!add_entry (search, seq, error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
get_number (Search *search, Statement which, gint64 id, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = search->finder->statements[which];
  gboolean has_row;

  sqlite3_bind_int64 (statement, 1, id);
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  *number = has_row ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
add_topic (Search *search, const Cursor *cursor, GError **error)
{
  sqlite3_stmt *statement = search->finder->statements[STATEMENT_NAME];
  gint64 count;
  gboolean has_row;

  if (!get_number (search, STATEMENT_COUNT, cursor->id, &count, error))
    return FALSE;
  sqlite3_bind_int64 (statement, 1, cursor->id);
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (has_row)
    {
      HubStoreTopic topic = { hub_store_sql_column_span (statement, 0), (guint64) cursor->seq, (guint64) count };

      hub_store_page_builder_add_topic (&search->page, &topic);
      sqlite3_reset (statement);
    }
  return TRUE;
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  gint64 first = ((const Cursor *) a)->seq;
  gint64 second = ((const Cursor *) b)->seq;

  return first > second ? -1 : first < second;
}

static gboolean
list_topics (Search *search, GError **error)
{
  for (guint i = 0; i < search->cursors->len; i++)
    {
      Cursor *cursor = cursor_at (search, i);

      if (!get_number (search, STATEMENT_LAST, cursor->id, &cursor->seq, error))
        return FALSE;
    }
  g_array_sort (search->cursors, compare_newest_first);
  for (guint i = 0; i < search->cursors->len && has_room (search); i++)
    if (!add_topic (search, cursor_at (search, i), error))
      return FALSE;
  return TRUE;
}

/* Moves the begin of the range to the first message of that time or later. Numbers have gaps: one of them stands for the
 * message that follows it. */
static gboolean
skip_until (Search *search, gint64 since_ms, GError **error)
{
  sqlite3_stmt *extent = search->finder->statements[STATEMENT_EXTENT];
  gboolean has_row;
  gint64 low;
  gint64 high;

  if (!hub_store_sql_next (extent, &has_row, error))
    return FALSE;
  low = sqlite3_column_int64 (extent, 0);
  high = sqlite3_column_int64 (extent, 1) + 1;
  sqlite3_reset (extent);
  while (low < high)
    {
      gint64 middle = low + (high - low) / 2;
      gint64 time_ms;

      if (!get_number (search, STATEMENT_TIME, middle, &time_ms, error))
        return FALSE;
      if (time_ms < since_ms)
        low = middle + 1;
      else
        high = middle;
    }
  search->after = MAX (search->after, low - 1);
  return TRUE;
}

static gboolean
run (Search *search, const HubStoreQuery *query, GError **error)
{
  /* All statements of a question see the same state of the log. */
  if (!hub_store_sql_run (search->finder->statements[STATEMENT_BEGIN], error) ||
      !hub_store_topics_find (&search->finder->topics, query->filter, add_cursor_cb, search, error))
    return FALSE;
  if (query->kind == HUB_STORE_QUERY_TOPICS)
    return list_topics (search, error);
  if (query->range.since_ms > 0 && !skip_until (search, query->range.since_ms, error))
    return FALSE;
  return search->cursors->len <= MERGE_MAX ? merge (search, error) : scan (search, error);
}

/**
 * hub_store_finder_new:
 * @db: (transfer none): a connection that reads, which outlives the finder
 * @error: return location
 *
 * Returns: (transfer full): a finder, or %NULL with @error set
 */
HubStoreFinder *
hub_store_finder_new (sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreFinder) self = g_new0 (HubStoreFinder, 1);

  self->db = db;
  if (!hub_store_topics_init (&self->topics, db, error))
    return NULL;
  for (gsize i = 0; i < N_STATEMENTS; i++)
    {
      self->statements[i] = hub_store_sql_prepare (db, sql[i], error);
      if (self->statements[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hub_store_finder_free:
 * @self: (transfer full): a finder
 */
void
hub_store_finder_free (HubStoreFinder *self)
{
  for (gsize i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  hub_store_topics_clear (&self->topics);
  g_free (self);
}

/**
 * hub_store_finder_answer:
 * @self: a finder
 * @query: a question
 * @error: return location
 *
 * Returns: (transfer full): the answer, or %NULL with @error set
 */
HubStorePage *
hub_store_finder_answer (HubStoreFinder *self, const HubStoreQuery *query, GError **error)
{
  g_auto (Search) search = {
    .finder = self,
    .after = to_int (query->range.after),
    .before = query->range.before != 0 ? to_int (query->range.before) : G_MAXINT64,
    .limit = query->range.limit,
    .is_ascending = query->range.is_oldest_first,
  };
  gboolean is_found;

  search.cursors = g_array_new (FALSE, FALSE, sizeof (Cursor));
  hub_store_page_builder_init (&search.page, query->range.shape);
  is_found = run (&search, query, error);
  reset_all (self);
  /* Ends the transaction, which has changed nothing, whatever has happened in it. */
  if (sqlite3_get_autocommit (self->db) == 0)
    sqlite3_step (self->statements[STATEMENT_END]);
  sqlite3_reset (self->statements[STATEMENT_END]);
  if (!is_found)
    return NULL;
  return hub_store_page_builder_end (&search.page, !search.is_ascending, search.has_more);
}
