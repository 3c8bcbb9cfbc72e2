/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-private.h"

#include "broker/wire/hub-topic.h"

/* What nothing uses, should there ever be any, and the numbers to begin with. */
#define TIDY_AND_RESERVE                                                         \
  "BEGIN IMMEDIATE;"                                                             \
  "DELETE FROM message WHERE key NOT IN (SELECT message FROM delivery"           \
  " UNION ALL SELECT message FROM retained UNION ALL SELECT message FROM will);" \
  "UPDATE meta SET reserved = reserved + " G_STRINGIFY (HUB_STORE_BLOCK) ";"     \
                                                                         "COMMIT"

typedef struct
{
  GSource source;
  HubStore *store; /* (unowned) */
} StoreSource;

/* A store that is being opened. */
typedef struct
{
  HubStore *store;                /* (unowned) */
  const HubStoreOptions *options; /* (unowned) */
  HubStoreLog *log;               /* (owned) (nullable) */
} Opening;

static void
suspect (HubStore *self, HubStoreError fault)
{
  if (fault == HUB_STORE_ERROR_DAMAGED && self->file.lock != NULL)
    hub_store_lock_set_suspicious (self->file.lock);
}

static void
learn_of_failure (HubStore *self, const HubStoreNews *news)
{
  if (news->fault_text == NULL || self->failure != NULL)
    return;
  self->failure = g_error_new (HUB_STORE_ERROR,
                               (int) news->fault,
                               "the database %s cannot be written any more: %s",
                               self->file.path,
                               news->fault_text);
  suspect (self, news->fault);
  if (self->events->failed != NULL)
    self->events->failed (self->failure, self->user_data);
}

static void
deliver_answers (HubStore *self, HubStoreQuery *queries)
{
  while (queries != NULL)
    {
      g_autoptr (HubStoreQuery) query = queries;

      queries = query->next;
      g_hash_table_remove (self->queries, &query->id);
      if (query->page == NULL)
        suspect (self, query->fault);
      if (query->func != NULL)
        hub_store_query_answer (query);
    }
}

/* Everything is noted down before anybody is told: they may append, commit and ask. */
static void
collect (HubStore *self)
{
  HubStoreNews news;
  gboolean is_further;

  hub_store_desk_collect (self->desk, &news);
  self->queue_bytes = news.bytes;
  is_further = news.ticket > self->told_ticket;
  self->told_ticket = MAX (news.ticket, self->told_ticket);
  hub_store_numbers_settle (&self->numbers, news.ticket);

  if (is_further && self->events->committed != NULL)
    self->events->committed (news.ticket, self->user_data);
  learn_of_failure (self, &news);
  if (self->said_full && self->failure == NULL && hub_store_has_room (self, self->max_queue_bytes / 2))
    {
      self->said_full = FALSE;
      if (self->events->drained != NULL)
        self->events->drained (self->user_data);
    }
  deliver_answers (self, news.answered);
}

static gboolean
dispatch_cb (GSource *source, GSourceFunc callback, gpointer user_data)
{
  collect (((StoreSource *) source)->store);
  return G_SOURCE_CONTINUE;
}

static void
attach (HubStore *self, GMainContext *context)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_cb };

  self->source = g_source_new (&funcs, sizeof (StoreSource));
  ((StoreSource *) self->source)->store = self;
  g_source_set_static_name (self->source, "hubbub store");
  g_source_add_unix_fd (self->source, hub_store_desk_get_fd (self->desk), G_IO_IN);
  g_source_attach (self->source, context);
}

static gboolean
read_log_id (HubStore *self, sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreStatement) statement = hub_store_sql_prepare (db, "SELECT log_id FROM meta", error);
  gboolean has_row;

  if (statement == NULL || !hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  g_free (self->log_id);
  self->log_id = g_strdup (has_row ? (const char *) sqlite3_column_text (statement, 0) : "");
  return TRUE;
}

static gboolean
begin_numbers (HubStore *self, sqlite3 *db, GError **error)
{
  gint64 reserved;

  if (!hub_store_sql_get_int (db, "SELECT reserved FROM meta", &reserved, error))
    return FALSE;
  if (!hub_store_sql_exec (db, TIDY_AND_RESERVE, error))
    {
      sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
      return FALSE;
    }
  hub_store_numbers_init (&self->numbers, (guint64) reserved, (guint64) reserved + HUB_STORE_BLOCK);
  return TRUE;
}

/* FULL waits for the disk with each commit, NORMAL only when the log is copied to its place. */
static gboolean
set_durability (sqlite3 *db, HubStoreDurability durability, GError **error)
{
  return hub_store_sql_exec (db,
                             durability == HUB_STORE_FULL ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                             error);
}

/* Reads first, and then writes: so that a damaged file is set aside as it was. */
static gboolean
first_use_cb (sqlite3 *db, gpointer user_data, GError **error)
{
  Opening *opening = user_data;
  const HubStoreOptions *options = opening->options;
  g_autoptr (HubStoreLog) log = hub_store_log_new (db, error);

  if (log == NULL || !read_log_id (opening->store, db, error) || !set_durability (db, options->durability, error) ||
      !begin_numbers (opening->store, db, error))
    return FALSE;
  opening->log = g_steal_pointer (&log);
  return TRUE;
}

static gboolean
open_database (HubStore *self, const HubStoreOptions *options, GError **error)
{
  Opening opening = { self, options, NULL };
  HubStoreIndex *index;
  sqlite3 *db;

  hub_store_file_init (&self->file, options->path, options->vfs);
  db = hub_store_file_open (&self->file, first_use_cb, &opening, error);
  if (db == NULL)
    return FALSE;

  hub_store_log_set_retention (opening.log, &options->retention);
  index = hub_store_index_new (db, options->durability == HUB_STORE_FULL, &options->text);
  self->writer = hub_store_writer_new (db, opening.log, index, self->desk, error);
  if (self->writer == NULL)
    {
      hub_store_index_free (index);
      hub_store_log_free (opening.log);
      sqlite3_close (db);
      return FALSE;
    }
  self->reader = hub_store_reader_new (&self->file, &options->text, self->desk, error);
  return self->reader != NULL;
}

static void
end_threads (HubStore *self)
{
  hub_store_desk_close (self->desk);
  /* The writer closes the database last, and then all of it is in one file. */
  g_clear_pointer (&self->reader, hub_store_reader_join);
  g_clear_pointer (&self->writer, hub_store_writer_join);
}

static void
store_free (HubStore *self)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  g_clear_pointer (&self->desk, hub_store_desk_free);
  g_clear_pointer (&self->turn, hub_store_turn_free);
  g_clear_pointer (&self->memory, hub_memory_log_free);
  g_clear_pointer (&self->queries, g_hash_table_unref);
  g_clear_error (&self->failure);
  hub_store_file_clear (&self->file);
  g_free (self->log_id);
  g_free (self);
}

static gboolean
check_question (HubStore *self, HubSpan filter, GError **error)
{
  g_return_val_if_fail (hub_topic_filter_is_valid (filter), FALSE);

  if (g_hash_table_size (self->queries) >= HUB_STORE_QUERIES_MAX)
    {
      g_set_error (error,
                   HUB_STORE_ERROR,
                   HUB_STORE_ERROR_BUSY,
                   "%d questions are waiting for their answers already",
                   HUB_STORE_QUERIES_MAX);
      return FALSE;
    }
  return TRUE;
}

static guint64
ask (HubStore *self, HubStoreQuery *query, HubStorePageFunc func, gpointer user_data)
{
  query->id = ++self->last_query;
  query->func = func;
  query->user_data = user_data;
  /* What was recorded before must be found, whether its turn has ended or not. */
  query->ticket = self->last_ticket + (self->turn != NULL);
  g_hash_table_insert (self->queries, &query->id, query);

  if (self->memory != NULL)
    {
      query->page = hub_memory_log_answer (self->memory, query, g_get_real_time () / G_TIME_SPAN_MILLISECOND);
      hub_store_desk_answer (self->desk, query);
    }
  else
    {
      hub_store_desk_ask (self->desk, query);
    }
  return self->last_query;
}

/**
 * hub_store_open:
 * @options: what it is to be; not needed any more afterwards
 * @context: where it tells what happens: that of the broker thread
 * @events: told of what happens; stays where it is
 * @user_data: for @events
 * @error: return location
 *
 * Opens a store. The folder and the file are made when they are missing. A file of ours that is damaged is set aside
 * under a name with the date, nothing being overwritten, and a new one is begun; [method@Hub.Store.get_notice] says so.
 * A file of something else, and one of a newer version, are not touched.
 *
 * Blocks for a moment: for some writes, and for reading what is kept once.
 *
 * Returns: (transfer full): a store, or %NULL with @error set to a sentence for people: a #HubStoreError
 */
HubStore *
hub_store_open (const HubStoreOptions *options,
                GMainContext *context,
                const HubStoreEvents *events,
                gpointer user_data,
                GError **error)
{
  HubStore *self = g_new0 (HubStore, 1);

  self->events = events;
  self->user_data = user_data;
  self->max_queue_bytes = options->max_queue_bytes != 0 ? options->max_queue_bytes : HUB_STORE_QUEUE_BYTES;
  self->queries = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->desk = hub_store_desk_new (error);
  if (self->desk == NULL)
    {
      store_free (self);
      return NULL;
    }

  if (options->path == NULL || options->durability == HUB_STORE_OFF)
    {
      self->memory = hub_memory_log_new (&options->retention, &options->text);
    }
  else if (!open_database (self, options, error))
    {
      end_threads (self);
      store_free (self);
      return NULL;
    }
  attach (self, context);
  return self;
}

/**
 * hub_store_close:
 * @self: (transfer full): a store
 * @error: return location
 *
 * Writes everything that was appended, waits for it, and closes the files. Nothing is told any more, and questions are
 * not answered any more.
 *
 * Returns: %FALSE with @error set when not everything is durable
 */
gboolean
hub_store_close (HubStore *self, GError **error)
{
  static const HubStoreEvents deaf = { 0 };
  HubStoreNews news;
  gboolean is_durable;

  if (self->memory == NULL)
    {
      const gint64 ints[] = { (gint64) hub_store_numbers_get_next (&self->numbers) };

      /* Those that nobody has got are there for the next time. */
      hub_store_append (self, HUB_STORE_OP_RESERVE, ints, NULL);
      hub_store_commit (self, TRUE);
    }
  end_threads (self);

  hub_store_desk_collect (self->desk, &news);
  self->events = &deaf;
  learn_of_failure (self, &news);
  while (news.answered != NULL)
    {
      HubStoreQuery *next = news.answered->next;

      hub_store_query_free (news.answered);
      news.answered = next;
    }
  is_durable = self->failure == NULL;
  if (!is_durable)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  store_free (self);
  return is_durable;
}

/**
 * hub_store_get_funcs:
 * @self: a store
 *
 * Returns: (transfer none): what the core reaches it by; the user data of these functions is @self
 */
const HubStoreFuncs *
hub_store_get_funcs (const HubStore *self)
{
  return self->memory != NULL ? &hub_store_memory_funcs : &hub_store_disk_funcs;
}

/**
 * hub_store_get_notice:
 * @self: a store
 *
 * Returns: (transfer none) (nullable): what had to be done to open it, as a sentence for people
 */
const char *
hub_store_get_notice (const HubStore *self)
{
  return self->file.notice;
}

/**
 * hub_store_get_log_id:
 * @self: a store
 *
 * Returns: (transfer none): the UUID of the log
 */
const char *
hub_store_get_log_id (const HubStore *self)
{
  return self->memory != NULL ? hub_memory_log_get_id (self->memory) : self->log_id;
}

/**
 * hub_store_get_queue_bytes:
 * @self: a store
 *
 * Returns: how much memory that takes which is not durable yet, as far as it is known here
 */
gsize
hub_store_get_queue_bytes (const HubStore *self)
{
  return self->queue_bytes + (self->turn != NULL ? hub_store_turn_get_cost (self->turn) : 0);
}

/**
 * hub_store_is_failed:
 * @self: a store
 *
 * Returns: whether it has told that it has failed
 */
gboolean
hub_store_is_failed (const HubStore *self)
{
  return self->failure != NULL;
}

/**
 * hub_store_set_retention:
 * @self: a store
 * @retention: what the log forgets, with the next turn that is durable
 */
void
hub_store_set_retention (HubStore *self, const HubStoreRetention *retention)
{
  const gint64 ints[] = {
    (gint64) retention->max_messages,
    (gint64) retention->max_bytes,
    retention->max_age_ms,
  };

  if (self->memory != NULL)
    hub_memory_log_set_retention (self->memory, retention);
  else
    hub_store_append (self, HUB_STORE_OP_SET_RETENTION, ints, NULL);
}

/**
 * hub_store_clear_log:
 * @self: a store that has not failed
 *
 * Forgets all messages of the log, as soon as the turn that is under way is durable, and overwrites them on disk. Whoever
 * asks from now on finds none of them. The log is another one then, with another UUID, so that those who hold some of it
 * notice; its numbers go on where they were.
 */
void
hub_store_clear_log (HubStore *self)
{
  HubSpan id;

  if (self->memory != NULL)
    {
      hub_memory_log_clear (self->memory);
      return;
    }
  g_free (self->log_id);
  self->log_id = g_uuid_string_random ();
  id = hub_span_from_string (self->log_id);
  hub_store_append (self, HUB_STORE_OP_CLEAR_LOG, NULL, &id);
}

/**
 * hub_store_find_messages:
 * @self: a store
 * @filter: a valid Topic Filter
 * @range: which of its messages
 * @func: (scope async): called with the answer, from the main context
 * @user_data: for @func
 * @error: return location
 *
 * Asks for messages of the log. Those that were recorded before are found, durable or not.
 *
 * Returns: the number of the question; 0 with @error set to %HUB_STORE_ERROR_BUSY when too many wait for their answers
 */
guint64
hub_store_find_messages (HubStore *self,
                         HubSpan filter,
                         const HubStoreRange *range,
                         HubStorePageFunc func,
                         gpointer user_data,
                         GError **error)
{
  g_return_val_if_fail (range->limit >= 1 && range->limit <= HUB_STORE_LIMIT_MAX, 0);

  if (!check_question (self, filter, error))
    return 0;
  return ask (self, hub_store_query_new (HUB_STORE_QUERY_MESSAGES, filter, range), func, user_data);
}

/**
 * hub_store_find_topics:
 * @self: a store
 * @filter: a valid Topic Filter
 * @limit: how many at most, 1 to %HUB_STORE_TOPICS_MAX
 * @func: (scope async): called with the answer, from the main context
 * @user_data: for @func
 * @error: return location
 *
 * Asks for the topics with messages in the log, that with the newest message first.
 *
 * Returns: as [method@Hub.Store.find_messages]
 */
guint64
hub_store_find_topics (HubStore *self,
                       HubSpan filter,
                       guint limit,
                       HubStorePageFunc func,
                       gpointer user_data,
                       GError **error)
{
  const HubStoreRange range = { .limit = limit };

  g_return_val_if_fail (limit >= 1 && limit <= HUB_STORE_TOPICS_MAX, 0);

  if (!check_question (self, filter, error))
    return 0;
  return ask (self, hub_store_query_new (HUB_STORE_QUERY_TOPICS, filter, &range), func, user_data);
}

/**
 * hub_store_search:
 * @self: a store
 * @filter: a valid Topic Filter
 * @text: UTF-8 with at least one word, at most %HUB_STORE_WORDS_BYTES
 * @range: which of its messages; the newest come first
 * @func: (scope async): called with the answer, from the main context
 * @user_data: for @func
 * @error: return location
 *
 * Asks for messages of the log in which all words of @text occur, as parts of other words or by themselves, in small or
 * capital letters. Nothing in @text means anything but itself.
 *
 * Returns: as [method@Hub.Store.find_messages]
 */
guint64
hub_store_search (HubStore *self,
                  HubSpan filter,
                  const char *text,
                  const HubStoreRange *range,
                  HubStorePageFunc func,
                  gpointer user_data,
                  GError **error)
{
  HubStoreWords *words;

  g_return_val_if_fail (strlen (text) <= HUB_STORE_WORDS_BYTES && g_utf8_validate (text, -1, NULL), 0);
  g_return_val_if_fail (range->limit >= 1 && range->limit <= HUB_STORE_LIMIT_MAX && !range->is_oldest_first, 0);

  if (!check_question (self, filter, error))
    return 0;
  words = hub_store_words_new (text);
  g_return_val_if_fail (words != NULL, 0);
  return ask (self, hub_store_query_new_search (words, filter, range), func, user_data);
}

/**
 * hub_store_cancel:
 * @self: a store
 * @id: of a question; one that was answered may be cancelled without an effect
 *
 * The answer is not wanted any more.
 */
void
hub_store_cancel (HubStore *self, guint64 id)
{
  HubStoreQuery *query = g_hash_table_lookup (self->queries, &id);

  if (query != NULL)
    query->func = NULL;
}
