/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store-sql.h"

#include <errno.h>

G_DEFINE_QUARK (hub_store_error, hub_store_error)

static HubStoreError
error_code (int result, int system_errno)
{
  switch (result & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    /* Our statements are right: if one is not, then the tables are not ours any more. */
    case SQLITE_ERROR:
      return HUB_STORE_ERROR_DAMAGED;
    case SQLITE_FULL:
      return HUB_STORE_ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return HUB_STORE_ERROR_IN_USE;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return HUB_STORE_ERROR_ACCESS;
    default:
      return system_errno == ENOSPC || system_errno == EDQUOT ? HUB_STORE_ERROR_FULL : HUB_STORE_ERROR_IO;
    }
}

/**
 * hub_store_sql_fail:
 * @db: (nullable): a connection whose last call has failed
 * @error: return location
 *
 * Sets @error to what SQLite says.
 *
 * Returns: %FALSE
 */
gboolean
hub_store_sql_fail (sqlite3 *db, GError **error)
{
  int result = db != NULL ? sqlite3_extended_errcode (db) : SQLITE_NOMEM;
  int system_errno = db != NULL ? sqlite3_system_errno (db) : 0;
  const char *text = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (result);
  gboolean has_errno = system_errno != 0 && ((result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN);
  HubStoreError code = error_code (result, has_errno ? system_errno : 0);

  if (has_errno)
    g_set_error (error, HUB_STORE_ERROR, code, "%s (%s)", text, g_strerror (system_errno));
  else
    g_set_error_literal (error, HUB_STORE_ERROR, code, text);
  return FALSE;
}

/**
 * hub_store_sql_exec:
 * @db: a connection
 * @sql: statements without results that matter
 * @error: return location
 *
 * Returns: %FALSE with @error set when one of them fails
 */
gboolean
hub_store_sql_exec (sqlite3 *db, const char *sql, GError **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || hub_store_sql_fail (db, error);
}

/**
 * hub_store_sql_get_int:
 * @db: a connection
 * @sql: a statement with one integer as its result
 * @value: (out): the integer
 * @error: return location
 *
 * Returns: %FALSE with @error set when it fails or has no result
 */
gboolean
hub_store_sql_get_int (sqlite3 *db, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (HubStoreStatement) statement = hub_store_sql_prepare (db, sql, error);
  gboolean has_row;

  if (statement == NULL || !hub_store_sql_next (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    {
      g_set_error_literal (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED, "a row is missing");
      return FALSE;
    }
  *value = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

/**
 * hub_store_sql_prepare:
 * @db: a connection
 * @sql: one statement
 * @error: return location
 *
 * Returns: (transfer full): the statement, to be used again and again; %NULL with @error set when it cannot be prepared
 */
sqlite3_stmt *
hub_store_sql_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    {
      hub_store_sql_fail (db, error);
      return NULL;
    }
  return statement;
}

/**
 * hub_store_sql_run:
 * @statement: a statement that is bound, and has no result that matters
 * @error: return location
 *
 * Runs @statement, and makes it ready for the next time.
 *
 * Returns: %FALSE with @error set when it fails
 */
gboolean
hub_store_sql_run (sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_DONE && result != SQLITE_ROW)
    {
      hub_store_sql_fail (sqlite3_db_handle (statement), error);
      sqlite3_reset (statement);
      return FALSE;
    }
  sqlite3_reset (statement);
  return TRUE;
}

/**
 * hub_store_sql_next:
 * @statement: a statement that is bound
 * @has_row: (out): whether there is a further row, which is then the current one. Behind the last one @statement is ready
 *   for the next time
 * @error: return location
 *
 * Returns: %FALSE with @error set when it fails
 */
gboolean
hub_store_sql_next (sqlite3_stmt *statement, gboolean *has_row, GError **error)
{
  int result = sqlite3_step (statement);

  *has_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    hub_store_sql_fail (sqlite3_db_handle (statement), error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

/**
 * hub_store_sql_bind_span:
 * @statement: a statement
 * @index: of the parameter, from 1
 * @span: bytes that stay where they are until the statement was run; the data is %NULL for the value NULL
 */
void
hub_store_sql_bind_span (sqlite3_stmt *statement, int index, HubSpan span)
{
  sqlite3_bind_blob64 (statement, index, span.data, span.size, SQLITE_STATIC);
}

/**
 * hub_store_sql_column_span:
 * @statement: a statement with a current row
 * @column: of the row, from 0
 *
 * Returns: its bytes, valid until the next step; the data is %NULL only for the value NULL
 */
HubSpan
hub_store_sql_column_span (sqlite3_stmt *statement, int column)
{
  const guint8 *data = sqlite3_column_blob (statement, column);
  gsize size = (gsize) sqlite3_column_bytes (statement, column);

  /* SQLite has no address for an empty value. */
  if (size == 0 && sqlite3_column_type (statement, column) != SQLITE_NULL)
    return HUB_SPAN_LITERAL ("");
  return (HubSpan){ data, size };
}
