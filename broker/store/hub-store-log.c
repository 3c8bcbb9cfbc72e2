/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-log.h"

#include "broker/wire/hub-span-hash.h"

/* Topics whose number is known without asking the database. */
#define TOPICS_MAX 1024
#define TOPIC_BYTES_MAX 256

typedef enum
{
  STATEMENT_APPEND,
  STATEMENT_FIND_TOPIC,
  STATEMENT_ADD_TOPIC,
  STATEMENT_FIRST,
  STATEMENT_REMOVE,
  STATEMENT_USES_TOPIC,
  STATEMENT_REMOVE_TOPIC,
  STATEMENT_CLEAR,
  STATEMENT_CLEAR_TOPICS,
  STATEMENT_SET_ID,
  N_STATEMENTS,
} Statement;

static const char *const sql[N_STATEMENTS] = {
  [STATEMENT_APPEND] = ("INSERT INTO log (seq, time, topic, number, total, client, payload)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
  [STATEMENT_FIND_TOPIC] = "SELECT id FROM topic WHERE topic = ?1",
  [STATEMENT_ADD_TOPIC] = "INSERT INTO topic (topic) VALUES (?1)",
  [STATEMENT_FIRST] = "SELECT seq, topic, time, number, total FROM log ORDER BY seq LIMIT 1",
  [STATEMENT_REMOVE] = "DELETE FROM log WHERE seq = ?1",
  [STATEMENT_USES_TOPIC] = "SELECT 1 FROM log WHERE topic = ?1 LIMIT 1",
  [STATEMENT_REMOVE_TOPIC] = "DELETE FROM topic WHERE id = ?1 RETURNING topic",
  [STATEMENT_CLEAR] = "DELETE FROM log",
  [STATEMENT_CLEAR_TOPICS] = "DELETE FROM topic",
  [STATEMENT_SET_ID] = "UPDATE meta SET log_id = CAST (?1 AS TEXT)",
};

typedef struct
{
  gint64 seq; /* 0: there is none */
  gint64 topic;
  gint64 time_ms;
  gint64 number;
  gint64 total; /* of the rows in front of it */
} Row;

/* A topic in the cache, found by its name. */
typedef struct
{
  HubSpan name;
  gint64 id;
  guint8 bytes[];
} Topic;

struct _HubStoreLog
{
  sqlite3_stmt *statements[N_STATEMENTS]; /* (owned) */
  HubStoreRetention retention;
  GHashTable *topics; /* (owned) (element-type HubSpan Topic) */
  Row first;
  gint64 next_number;
  gint64 next_total;
};

static void
remember_topic (HubStoreLog *self, HubSpan name, gint64 id)
{
  Topic *topic;

  if (name.size > TOPIC_BYTES_MAX)
    return;
  if (g_hash_table_size (self->topics) >= TOPICS_MAX)
    g_hash_table_remove_all (self->topics);
  topic = g_malloc (sizeof *topic + name.size);
  memcpy (topic->bytes, name.data, name.size);
  topic->name = (HubSpan){ topic->bytes, name.size };
  topic->id = id;
  g_hash_table_insert (self->topics, &topic->name, topic);
}

static gboolean
find_topic (HubStoreLog *self, HubSpan name, gint64 *id, GError **error)
{
  sqlite3_stmt *find = self->statements[STATEMENT_FIND_TOPIC];
  sqlite3_stmt *add = self->statements[STATEMENT_ADD_TOPIC];
  const Topic *topic = g_hash_table_lookup (self->topics, &name);
  gboolean has_row;

  if (topic != NULL)
    {
      *id = topic->id;
      return TRUE;
    }

  hub_store_sql_bind_span (find, 1, name);
  if (!hub_store_sql_next (find, &has_row, error))
    return FALSE;
  if (has_row)
    {
      *id = sqlite3_column_int64 (find, 0);
      sqlite3_reset (find);
    }
  else
    {
      hub_store_sql_bind_span (add, 1, name);
      if (!hub_store_sql_run (add, error))
        return FALSE;
      *id = sqlite3_last_insert_rowid (sqlite3_db_handle (add));
    }
  remember_topic (self, name, *id);
  return TRUE;
}

static gboolean
find_first (HubStoreLog *self, GError **error)
{
  sqlite3_stmt *statement = self->statements[STATEMENT_FIRST];
  gboolean has_row;

  self->first = (Row){ 0 };
  if (!hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (has_row)
    {
      self->first = (Row){
        .seq = sqlite3_column_int64 (statement, 0),
        .topic = sqlite3_column_int64 (statement, 1),
        /* Times are added to times: one of a damaged row must not pass all bounds. */
        .time_ms = CLAMP (sqlite3_column_int64 (statement, 2), 0, HUB_STORE_TIME_MAX_MS),
        .number = sqlite3_column_int64 (statement, 3),
        .total = sqlite3_column_int64 (statement, 4),
      };
      sqlite3_reset (statement);
    }
  return TRUE;
}

/* What the next message continues with. */
static gboolean
find_end (HubStoreLog *self, sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreStatement) statement = NULL;
  g_autofree char *query = g_strdup_printf (
    "SELECT log.number + 1, log.total + %d + length (log.client) + length (log.payload)"
    " + ifnull (length (CAST (log.text AS BLOB)), 0) + ifnull (length (topic.topic), 0)"
    " FROM log LEFT JOIN topic ON topic.id = log.topic ORDER BY log.seq DESC LIMIT 1",
    HUB_STORE_ROW_BYTES);
  gboolean has_row;

  statement = hub_store_sql_prepare (db, query, error);
  if (statement == NULL || !hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  self->next_number = has_row ? sqlite3_column_int64 (statement, 0) : 1;
  self->next_total = has_row ? sqlite3_column_int64 (statement, 1) : 0;
  return TRUE;
}

/* A topic whose last message has gone goes too. */
static gboolean
release_topic (HubStoreLog *self, gint64 id, GError **error)
{
  sqlite3_stmt *uses = self->statements[STATEMENT_USES_TOPIC];
  sqlite3_stmt *remove = self->statements[STATEMENT_REMOVE_TOPIC];
  gboolean has_row;

  sqlite3_bind_int64 (uses, 1, id);
  if (!hub_store_sql_next (uses, &has_row, error))
    return FALSE;
  if (has_row)
    {
      sqlite3_reset (uses);
      return TRUE;
    }

  sqlite3_bind_int64 (remove, 1, id);
  if (!hub_store_sql_next (remove, &has_row, error))
    return FALSE;
  if (has_row)
    {
      HubSpan name = hub_store_sql_column_span (remove, 0);

      g_hash_table_remove (self->topics, &name);
      sqlite3_reset (remove);
    }
  return TRUE;
}

static gboolean
remove_first (HubStoreLog *self, GError **error)
{
  sqlite3_stmt *remove = self->statements[STATEMENT_REMOVE];

  sqlite3_bind_int64 (remove, 1, self->first.seq);
  return hub_store_sql_run (remove, error) &&
         release_topic (self, self->first.topic, error) &&
         find_first (self, error);
}

/**
 * hub_store_log_new:
 * @db: (transfer none): a connection for writing, which outlives the log
 * @error: return location
 *
 * Returns: (transfer full): the log of @db, which keeps everything; or %NULL with @error set
 */
HubStoreLog *
hub_store_log_new (sqlite3 *db, GError **error)
{
  g_autoptr (HubStoreLog) self = g_new0 (HubStoreLog, 1);

  self->topics = g_hash_table_new_full (hub_span_hash, hub_span_key_equal, NULL, g_free);
  for (gsize i = 0; i < N_STATEMENTS; i++)
    {
      self->statements[i] = hub_store_sql_prepare (db, sql[i], error);
      if (self->statements[i] == NULL)
        return NULL;
    }
  if (!find_first (self, error) || !find_end (self, db, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hub_store_log_free:
 * @self: (transfer full): a log
 */
void
hub_store_log_free (HubStoreLog *self)
{
  for (gsize i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  g_hash_table_unref (self->topics);
  g_free (self);
}

/**
 * hub_store_log_set_retention:
 * @self: a log
 * @retention: what it forgets from now on
 */
void
hub_store_log_set_retention (HubStoreLog *self, const HubStoreRetention *retention)
{
  self->retention = *retention;
}

/**
 * hub_store_log_append:
 * @self: a log
 * @seq: the sequence number, greater than all before
 * @time_ms: when it was published, milliseconds since 1970
 * @spans: the Topic Name, the Client Identifier and the payload
 * @error: return location
 *
 * Appends a message, in the transaction that is under way.
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_store_log_append (HubStoreLog *self, gint64 seq, gint64 time_ms, const HubSpan spans[3], GError **error)
{
  sqlite3_stmt *append = self->statements[STATEMENT_APPEND];
  HubSpan topic = spans[0];
  HubSpan client_id = spans[1];
  HubSpan payload = spans[2];
  Row row = { .seq = seq, .time_ms = CLAMP (time_ms, 0, HUB_STORE_TIME_MAX_MS), .number = self->next_number, .total = self->next_total };

  if (!find_topic (self, topic, &row.topic, error))
    return FALSE;
  sqlite3_bind_int64 (append, 1, row.seq);
  sqlite3_bind_int64 (append, 2, row.time_ms);
  sqlite3_bind_int64 (append, 3, row.topic);
  sqlite3_bind_int64 (append, 4, row.number);
  sqlite3_bind_int64 (append, 5, row.total);
  hub_store_sql_bind_span (append, 6, client_id);
  hub_store_sql_bind_span (append, 7, payload);
  if (!hub_store_sql_run (append, error))
    return FALSE;

  self->next_number++;
  self->next_total += (gint64) (HUB_STORE_ROW_BYTES + topic.size + client_id.size + payload.size);
  if (self->first.seq == 0)
    self->first = row;
  return TRUE;
}

/**
 * hub_store_log_is_over:
 * @self: a log
 * @now_ms: the time, milliseconds since 1970
 *
 * Returns: whether there are messages to be forgotten
 */
gboolean
hub_store_log_is_over (const HubStoreLog *self, gint64 now_ms)
{
  const HubStoreRetention *retention = &self->retention;

  if (self->first.seq == 0)
    return FALSE;
  return (retention->max_messages > 0 && hub_store_log_get_count (self) > retention->max_messages) ||
         (retention->max_bytes > 0 && hub_store_log_get_bytes (self) > retention->max_bytes) ||
         (retention->max_age_ms > 0 && now_ms - self->first.time_ms > retention->max_age_ms);
}

/**
 * hub_store_log_get_deadline:
 * @self: a log
 *
 * Returns: when the oldest message becomes too old, milliseconds since 1970; -1: never
 */
gint64
hub_store_log_get_deadline (const HubStoreLog *self)
{
  if (self->first.seq == 0 || self->retention.max_age_ms == 0)
    return -1;
  return self->first.time_ms + MIN (self->retention.max_age_ms, HUB_STORE_TIME_MAX_MS) + 1;
}

/**
 * hub_store_log_prune:
 * @self: a log
 * @max_rows: how many messages to forget at most
 * @now_ms: the time, milliseconds since 1970
 * @error: return location
 *
 * Forgets messages, in the transaction that is under way.
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_store_log_prune (HubStoreLog *self, guint max_rows, gint64 now_ms, GError **error)
{
  for (guint i = 0; i < max_rows && hub_store_log_is_over (self, now_ms); i++)
    if (!remove_first (self, error))
      return FALSE;
  return TRUE;
}

/**
 * hub_store_log_clear:
 * @self: a log
 * @id: the UUID that it has from now on
 * @error: return location
 *
 * Forgets all messages, in the transaction that is under way. Numbers go on where they were.
 *
 * Returns: %FALSE with @error set
 */
gboolean
hub_store_log_clear (HubStoreLog *self, HubSpan id, GError **error)
{
  sqlite3_stmt *set_id = self->statements[STATEMENT_SET_ID];

  g_hash_table_remove_all (self->topics);
  self->first = (Row){ 0 };
  hub_store_sql_bind_span (set_id, 1, id);
  return hub_store_sql_run (self->statements[STATEMENT_CLEAR], error) &&
         hub_store_sql_run (self->statements[STATEMENT_CLEAR_TOPICS], error) && hub_store_sql_run (set_id, error);
}

/**
 * hub_store_log_get_first:
 * @self: a log
 *
 * Returns: the sequence number of its first message; 0: it has none
 */
gint64
hub_store_log_get_first (const HubStoreLog *self)
{
  return self->first.seq;
}

/**
 * hub_store_log_get_count:
 * @self: a log
 *
 * Returns: how many messages it has
 */
guint64
hub_store_log_get_count (const HubStoreLog *self)
{
  return self->first.seq != 0 ? (guint64) self->next_number - (guint64) self->first.number : 0;
}

/**
 * hub_store_log_get_bytes:
 * @self: a log
 *
 * Returns: how many bytes they take, as [struct@Hub.StoreRetention] counts them
 */
guint64
hub_store_log_get_bytes (const HubStoreLog *self)
{
  return self->first.seq != 0 ? (guint64) self->next_total - (guint64) self->first.total : 0;
}
