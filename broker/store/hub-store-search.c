/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-search.h"

#include "broker/store/hub-store-index.h"
#include "broker/store/hub-store-topics.h"

/*
 * A search goes from the newest message to the oldest one. What the index does not know yet is read through; then each
 * part of the index says which messages to look into. When the index cannot help, because no word has three characters or
 * because it is damaged, everything is read through.
 *
 * It takes steps, so that other questions are answered meanwhile; each one sees the log and the index as they are together
 * at one moment, and goes on below the number that the one before has come to.
 */

/* What it costs to look into a message, and to pass over one of another topic. */
#define COST_LOOK 16
#define COST_PASS 1

/* What each kibibyte of a message costs besides. */
#define COST_KIB 4

#define STEP_COST ((guint64) 2000 * COST_LOOK)
#define SEARCH_COST ((guint64) HUB_STORE_SEARCH_MESSAGES * COST_LOOK)

typedef enum
{
  STATEMENT_BEGIN,
  STATEMENT_END,
  STATEMENT_MARK,
  STATEMENT_PARTS,
  STATEMENT_SCAN,
  STATEMENT_SCAN_TOPIC,
  STATEMENT_MESSAGE,
  N_STATEMENTS,
} Statement;

#define MESSAGE "SELECT seq, topic, time, client, payload FROM log"

static const char *const sql[N_STATEMENTS] = {
  [STATEMENT_BEGIN] = "BEGIN",
  [STATEMENT_END] = "ROLLBACK",
  [STATEMENT_MARK] = "SELECT searched FROM meta",
  [STATEMENT_PARTS] = "SELECT id, first, last FROM search_part WHERE id BETWEEN 0 AND 1 AND first > 0 ORDER BY first DESC",
  [STATEMENT_SCAN] = MESSAGE " WHERE seq > ?1 AND seq < ?2 ORDER BY seq DESC",
  [STATEMENT_SCAN_TOPIC] = MESSAGE " WHERE topic = ?3 AND seq > ?1 AND seq < ?2 ORDER BY seq DESC",
  [STATEMENT_MESSAGE] = MESSAGE " WHERE seq = ?1",
};

static const char *const match_sql[HUB_STORE_INDEX_PARTS] = {
  "SELECT rowid FROM search_0 WHERE search_0 MATCH ?3 AND rowid > ?1 AND rowid < ?2 ORDER BY rowid DESC",
  "SELECT rowid FROM search_1 WHERE search_1 MATCH ?3 AND rowid > ?1 AND rowid < ?2 ORDER BY rowid DESC",
};

/* Messages that are looked for in one way: those from @low on. */
typedef struct
{
  gint64 low;
  int part; /* -1: they are read through */
} Region;

/* Behind the index, each part of it, and in front of it. */
#define REGIONS_MAX (HUB_STORE_INDEX_PARTS + 2)

struct _HubStoreSearcher
{
  sqlite3 *db;       /* (unowned) */
  HubStoreText text; /* what a message is found by */
  HubStoreTopics topics;
  sqlite3_stmt *statements[N_STATEMENTS];       /* (owned) */
  sqlite3_stmt *matches[HUB_STORE_INDEX_PARTS]; /* (owned) (nullable) */
};

/* A step of a search. */
typedef struct
{
  HubStoreSearcher *searcher; /* (unowned) */
  HubStoreQuery *query;       /* (unowned) */
  HubStoreSearch *search;     /* (unowned): of the query */
  GHashTable *topics;         /* (owned) (element-type gint64 Topic): those that are wanted */
  guint64 until;              /* the cost at which it ends */
  gboolean is_full;           /* there is a message for which there is no room */
} Step;

/* A topic that is wanted, found by its number. */
typedef struct
{
  gint64 id;
  HubSpan name;
  guint8 bytes[];
} Topic;

static void
step_clear (Step *step)
{
  g_clear_pointer (&step->topics, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Step, step_clear)

static void
add_topic_cb (gint64 id, HubSpan name, gpointer user_data)
{
  Step *step = user_data;
  Topic *topic = g_malloc (sizeof *topic + name.size);

  topic->id = id;
  topic->name = (HubSpan){ topic->bytes, name.size };
  if (name.size > 0)
    memcpy (topic->bytes, name.data, name.size);
  g_hash_table_insert (step->topics, &topic->id, topic);
}

static gboolean
is_over (const Step *step)
{
  return step->is_full || step->search->cost >= step->until;
}

/* Looks into the message that is the current row. */
static void
look (Step *step, sqlite3_stmt *message)
{
  HubStoreSearch *search = step->search;
  guint64 cost_before = search->cost;
  gint64 id = sqlite3_column_int64 (message, 1);
  const Topic *topic = g_hash_table_lookup (step->topics, &id);
  HubStoreEntry entry = { .seq = (guint64) sqlite3_column_int64 (message, 0) };
  g_autofree char *text = NULL;

  search->cost += COST_PASS;
  if (topic == NULL)
    return;
  entry.topic = topic->name;
  entry.time_ms = sqlite3_column_int64 (message, 2);
  entry.client_id = hub_store_sql_column_span (message, 3);
  entry.payload = hub_store_sql_column_span (message, 4);
  search->cost += COST_LOOK - COST_PASS + entry.payload.size / 1024 * COST_KIB;

  text = hub_store_text_get (&step->searcher->text, entry.topic, entry.payload);
  if (text == NULL || !hub_store_words_match (search->words, text))
    return;
  step->is_full = !hub_store_page_builder_has_room (&search->found, step->query->range.limit);
  if (!step->is_full)
    hub_store_page_builder_add_entry (&search->found, &entry);
  else
    /* Whoever goes on looks into it again: where pages end does not change how far a search comes. */
    search->cost = cost_before;
}

/* In a damaged file the next message may be one that was there before, and so on for ever. */
static gboolean
check_order (const Step *step, gint64 seq, GError **error)
{
  if (seq > 0 && seq < step->search->before)
    return TRUE;
  g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "the log contradicts itself");
  return FALSE;
}

static void
went_by (Step *step, gint64 seq)
{
  step->search->before = step->is_full ? seq + 1 : seq;
}

static void
bind_range (sqlite3_stmt *statement, const Step *step, gint64 low)
{
  sqlite3_bind_int64 (statement, 1, low - 1);
  sqlite3_bind_int64 (statement, 2, step->search->before);
}

static gboolean
scan (Step *step, gint64 low, GError **error)
{
  gboolean is_one = g_hash_table_size (step->topics) == 1;
  sqlite3_stmt *statement = step->searcher->statements[is_one ? STATEMENT_SCAN_TOPIC : STATEMENT_SCAN];
  GHashTableIter iter;
  gpointer id;
  gboolean has_row;

  bind_range (statement, step, low);
  g_hash_table_iter_init (&iter, step->topics);
  if (is_one && g_hash_table_iter_next (&iter, &id, NULL))
    sqlite3_bind_int64 (statement, 3, *(const gint64 *) id);
  while (!is_over (step))
    {
      gint64 seq;

      if (!hub_store_sql_next (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      seq = sqlite3_column_int64 (statement, 0);
      if (!check_order (step, seq, error))
        return FALSE;
      look (step, statement);
      went_by (step, seq);
    }
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
look_up (Step *step, gint64 seq, GError **error)
{
  sqlite3_stmt *statement = step->searcher->statements[STATEMENT_MESSAGE];
  gboolean has_row;

  sqlite3_bind_int64 (statement, 1, seq);
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (has_row)
    look (step, statement);
  else
    step->search->cost += COST_PASS;
  sqlite3_reset (statement);
  return TRUE;
}

static sqlite3_stmt *
get_match (HubStoreSearcher *self, int part, GError **error)
{
  if (self->matches[part] == NULL)
    self->matches[part] = hub_store_sql_prepare (self->db, match_sql[part], error);
  return self->matches[part];
}

/* Looks into the messages that a part of the index names. */
static gboolean
match (Step *step, const Region *region, GError **error)
{
  sqlite3_stmt *statement = get_match (step->searcher, region->part, error);
  gboolean has_row;

  if (statement == NULL)
    return FALSE;
  bind_range (statement, step, region->low);
  sqlite3_bind_text (statement, 3, hub_store_words_get_expression (step->search->words), -1, SQLITE_STATIC);
  while (!is_over (step))
    {
      gint64 seq;

      if (!hub_store_sql_next (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      seq = sqlite3_column_int64 (statement, 0);
      if (!check_order (step, seq, error) || !look_up (step, seq, error))
        return FALSE;
      went_by (step, seq);
    }
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
get_regions (const Step *step, Region regions[REGIONS_MAX], guint *n_regions, GError **error)
{
  sqlite3_stmt *mark = step->searcher->statements[STATEMENT_MARK];
  sqlite3_stmt *parts = step->searcher->statements[STATEMENT_PARTS];
  guint n = 0;
  gboolean has_row;

  regions[0] = (Region){ 1, -1 };
  *n_regions = 1;
  if (step->search->is_scanning || hub_store_words_get_expression (step->search->words) == NULL)
    return TRUE;

  if (!hub_store_sql_next (mark, &has_row, error))
    return FALSE;
  if (has_row)
    regions[0].low = sqlite3_column_int64 (mark, 0) + 1;
  sqlite3_reset (mark);
  while (hub_store_sql_next (parts, &has_row, error))
    {
      if (!has_row)
        {
          /* What no part has: nothing, unless the parts are damaged. */
          regions[1 + n] = (Region){ 1, -1 };
          *n_regions = 2 + n;
          return TRUE;
        }
      n++;
      regions[n] = (Region){ sqlite3_column_int64 (parts, 1), sqlite3_column_int (parts, 0) };
    }
  return FALSE;
}

/* With the index, or everything at all when that turns out to be damaged. */
static gboolean
search_region (Step *step, const Region *region, gboolean *has_doubt, GError **error)
{
  HubStoreSearcher *self = step->searcher;
  gint64 low = MAX (region->low, (gint64) step->query->range.after + 1);
  g_autoptr (GError) local_error = NULL;

  if (region->part < 0)
    return scan (step, low, error);
  if (match (step, &(Region){ low, region->part }, &local_error))
    return TRUE;
  g_clear_pointer (&self->matches[region->part], sqlite3_finalize);
  if (!g_error_matches (local_error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *has_doubt = TRUE;
  step->search->is_scanning = TRUE;
  return scan (step, low, error);
}

static gboolean
run (Step *step, gboolean *is_done, gboolean *has_doubt, GError **error)
{
  HubStoreSearcher *self = step->searcher;
  Region regions[REGIONS_MAX];
  guint n_regions;

  if (!hub_store_sql_run (self->statements[STATEMENT_BEGIN], error) ||
      !hub_store_topics_find (&self->topics, step->query->filter, add_topic_cb, step, error))
    return FALSE;
  *is_done = g_hash_table_size (step->topics) == 0;
  if (*is_done)
    return TRUE;
  if (!get_regions (step, regions, &n_regions, error))
    return FALSE;
  for (guint i = 0; i < n_regions && !is_over (step); i++)
    {
      if (regions[i].low >= step->search->before)
        continue;
      if (!search_region (step, &regions[i], has_doubt, error))
        return FALSE;
      if (!is_over (step))
        step->search->before = MIN (step->search->before, regions[i].low);
    }
  *is_done = !is_over (step);
  return TRUE;
}

static gint64
first_before (const HubStoreRange *range)
{
  return range->before != 0 && range->before < G_MAXINT64 ? (gint64) range->before : G_MAXINT64;
}

/**
 * hub_store_searcher_new:
 * @db: (transfer none): a connection that reads, which outlives the searcher
 * @text: tells what a message is found by
 * @error: return location
 *
 * Returns: (transfer full): a searcher, or %NULL with @error set
 */
HubStoreSearcher *
hub_store_searcher_new (sqlite3 *db, const HubStoreText *text, GError **error)
{
  g_autoptr (HubStoreSearcher) self = g_new0 (HubStoreSearcher, 1);

  self->db = db;
  self->text = *text;
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
 * hub_store_searcher_free:
 * @self: (transfer full): a searcher
 */
void
hub_store_searcher_free (HubStoreSearcher *self)
{
  for (gsize i = 0; i < HUB_STORE_INDEX_PARTS; i++)
    sqlite3_finalize (self->matches[i]);
  for (gsize i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  hub_store_topics_clear (&self->topics);
  g_free (self);
}

static void
end_step (HubStoreSearcher *self)
{
  for (gsize i = 0; i < HUB_STORE_INDEX_PARTS; i++)
    if (self->matches[i] != NULL)
      sqlite3_reset (self->matches[i]);
  for (gsize i = 0; i < N_STATEMENTS; i++)
    {
      sqlite3_reset (self->statements[i]);
      sqlite3_clear_bindings (self->statements[i]);
    }
  /* Ends the transaction, which has changed nothing, whatever has happened in it. */
  if (sqlite3_get_autocommit (self->db) == 0)
    sqlite3_step (self->statements[STATEMENT_END]);
  sqlite3_reset (self->statements[STATEMENT_END]);
}

/**
 * hub_store_searcher_step:
 * @self: a searcher
 * @query: a search without an answer, which gets one when it is over
 * @has_doubt: (out): whether the index turned out to be damaged
 * @error: return location
 *
 * Goes on with a search for some milliseconds.
 *
 * Returns: %FALSE with @error set when there will be no answer
 */
gboolean
hub_store_searcher_step (HubStoreSearcher *self, HubStoreQuery *query, gboolean *has_doubt, GError **error)
{
  HubStoreSearch *search = query->search;
  g_auto (Step) step = { .searcher = self, .query = query, .search = search };
  gboolean is_done = FALSE;
  gboolean is_found;

  *has_doubt = FALSE;
  if (!search->is_begun)
    search->before = first_before (&query->range);
  search->is_begun = TRUE;
  step.until = MIN (search->cost + STEP_COST, SEARCH_COST);
  step.topics = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  is_found = run (&step, &is_done, has_doubt, error);
  end_step (self);
  if (!is_found)
    return FALSE;
  if (is_done || step.is_full || search->cost >= SEARCH_COST)
    {
      query->page = hub_store_page_builder_end (&search->found, TRUE, !is_done);
      query->page->before = is_done ? 0 : (guint64) search->before;
      query->page->is_full = step.is_full;
      query->page->spent = search->cost;
    }
  return TRUE;
}
