/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-schema.h"

/*
 * Every version of the tables keeps `meta` with `version`, which says the same as SQLite's own user_version: so that a
 * damaged number is not taken for a file of the future.
 *
 * What of the log has been kept is known from its first and last row alone: `number` counts the rows and `total` sums up
 * their bytes, from the beginning of the log on, and rows are only ever removed from the front. `text` is not used.
 *
 * `searched` is the sequence number up to which the index for searching knows the log. That index is in tables of its own,
 * which the writer makes when it has time, since a file is of use without them: see hub-store-index.c. `search_part` says
 * what they hold.
 */
static const HubStoreStep steps[HUB_STORE_VERSION] = {
  {
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, log_id TEXT NOT NULL,"
    " reserved INTEGER NOT NULL, searched INTEGER NOT NULL) STRICT;"
    "INSERT INTO meta VALUES (1, 1, '', 1, 0);"

    "CREATE TABLE message (key INTEGER PRIMARY KEY, expires INTEGER NOT NULL, qos INTEGER NOT NULL,"
    " is_retain INTEGER NOT NULL, topic BLOB NOT NULL, publisher BLOB NOT NULL, properties BLOB NOT NULL,"
    " payload BLOB NOT NULL) STRICT;"

    "CREATE TABLE session (key INTEGER PRIMARY KEY, expiry INTEGER NOT NULL, lost INTEGER NOT NULL,"
    " client BLOB NOT NULL, user BLOB) STRICT;"

    "CREATE TABLE subscription (session INTEGER NOT NULL, filter BLOB NOT NULL, options INTEGER NOT NULL,"
    " identifier INTEGER NOT NULL, PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE delivery (session INTEGER NOT NULL, place INTEGER NOT NULL, message INTEGER NOT NULL,"
    " packet INTEGER NOT NULL, state INTEGER NOT NULL, qos INTEGER NOT NULL, is_retain INTEGER NOT NULL,"
    " identifiers BLOB NOT NULL, PRIMARY KEY (session, place)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE received (session INTEGER NOT NULL, packet INTEGER NOT NULL,"
    " PRIMARY KEY (session, packet)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE retained (topic BLOB PRIMARY KEY, message INTEGER NOT NULL) STRICT, WITHOUT ROWID;"

    "CREATE TABLE will (session INTEGER PRIMARY KEY, message INTEGER NOT NULL, delay INTEGER NOT NULL) STRICT;"

    "CREATE TABLE topic (id INTEGER PRIMARY KEY, topic BLOB NOT NULL UNIQUE) STRICT;"

    "CREATE TABLE log (seq INTEGER PRIMARY KEY, topic INTEGER NOT NULL, time INTEGER NOT NULL,"
    " number INTEGER NOT NULL, total INTEGER NOT NULL, client BLOB NOT NULL, text TEXT, payload BLOB NOT NULL) STRICT;"
    "CREATE INDEX log_topic ON log (topic, seq);",
  },
  {
    "CREATE TABLE search_part (id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;"
    "INSERT INTO search_part VALUES (0, 0, 0), (1, 0, 0);"
    "UPDATE meta SET searched = 0;",
  },
};

static gboolean
set_version (sqlite3 *db, int version, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE meta SET version = %d; PRAGMA user_version = %d", version, version);

  return hub_store_sql_exec (db, sql, error);
}

static gboolean
fail_damaged (GError **error, const char *text)
{
  g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, text);
  return FALSE;
}

/**
 * hub_store_schema_walk:
 * @db: a connection to a file with tables of version @from; 0: without tables
 * @steps: (array): the steps; the one from version n to n + 1 is at index n
 * @from: a version
 * @to: a later version
 * @error: return location
 *
 * Takes all steps from @from to @to in one transaction.
 *
 * Returns: %FALSE with @error set when one fails: then nothing has changed
 */
gboolean
hub_store_schema_walk (sqlite3 *db, const HubStoreStep *walk, int from, int to, GError **error)
{
  if (!hub_store_sql_exec (db, "BEGIN IMMEDIATE", error))
    return FALSE;

  for (int version = from; version < to; version++)
    if (!hub_store_sql_exec (db, walk[version].sql, error) || !set_version (db, version + 1, error))
      {
        sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
        return FALSE;
      }
  if (!hub_store_sql_exec (db, "COMMIT", error))
    {
      sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
      return FALSE;
    }
  return TRUE;
}

/**
 * hub_store_schema_create:
 * @db: a connection to an empty file
 * @error: return location
 *
 * Makes a file of ours out of it, with a log that nobody has seen yet.
 *
 * Returns: %FALSE with @error set when it cannot be written; it is of no use then
 */
gboolean
hub_store_schema_create (sqlite3 *db, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *mark = g_strdup_printf ("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = %d",
                                           HUB_STORE_APPLICATION_ID);
  g_autofree char *name = g_strdup_printf ("UPDATE meta SET log_id = '%s'", uuid);

  /* Nobody looks at the file before it is complete, so nothing has to be undone. */
  return hub_store_sql_exec (db, "PRAGMA journal_mode = OFF", error) &&
         hub_store_sql_exec (db, mark, error) &&
         hub_store_schema_walk (db, steps, 0, HUB_STORE_VERSION, error) &&
         hub_store_sql_exec (db, name, error) &&
         hub_store_sql_exec (db, "PRAGMA journal_mode = WAL", error);
}

/**
 * hub_store_schema_check:
 * @db: a connection to a file that may be one of ours
 * @version: (out): the version of its tables
 * @error: return location
 *
 * Changes nothing.
 *
 * Returns: %FALSE with @error set to %HUB_STORE_ERROR_NEWER, %HUB_STORE_ERROR_DAMAGED or what the system says
 */
gboolean
hub_store_schema_check (sqlite3 *db, int *version, GError **error)
{
  gint64 application_id;
  gint64 header_version;
  gint64 meta_version;
  gint64 strangers;

  if (!hub_store_sql_get_int (db, "PRAGMA application_id", &application_id, error) ||
      !hub_store_sql_get_int (db, "PRAGMA user_version", &header_version, error) ||
      !hub_store_sql_get_int (db, "SELECT version FROM meta WHERE id = 1", &meta_version, error) ||
      !hub_store_sql_get_int (db,
                              "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')",
                              &strangers,
                              error))
    return FALSE;

  if (application_id != HUB_STORE_APPLICATION_ID || header_version != meta_version || header_version < 1)
    return fail_damaged (error, "it contradicts itself about what it is");
  if (header_version > HUB_STORE_VERSION)
    {
      g_set_error (error,
                   HUB_STORE_ERROR,
                   HUB_STORE_ERROR_NEWER,
                   "it was written by a newer version: its tables have version %d, and this program knows %d",
                   (int) header_version,
                   HUB_STORE_VERSION);
      return FALSE;
    }
  if (strangers > 0)
    return fail_damaged (error, "there is more in it than tables");
  *version = (int) header_version;
  return TRUE;
}

/**
 * hub_store_schema_migrate:
 * @db: a connection to a file with tables of version @version
 * @version: as [func@Hub.store_schema_check] has found it
 * @error: return location
 *
 * Brings the tables up to %HUB_STORE_VERSION.
 *
 * Returns: %FALSE with @error set when that fails: then nothing has changed
 */
gboolean
hub_store_schema_migrate (sqlite3 *db, int version, GError **error)
{
  return version == HUB_STORE_VERSION || hub_store_schema_walk (db, steps, version, HUB_STORE_VERSION, error);
}
