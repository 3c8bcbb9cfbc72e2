/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-error.h"
#include "broker/wire/hub-span.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * HubStoreStatement:
 *
 * A prepared statement of SQLite.
 */
typedef sqlite3_stmt HubStoreStatement;

/**
 * HubStoreDatabase:
 *
 * A connection of SQLite, used by one thread at a time.
 */
typedef sqlite3 HubStoreDatabase;

gboolean hub_store_sql_fail (sqlite3 *db, GError **error);
gboolean hub_store_sql_exec (sqlite3 *db, const char *sql, GError **error);
gboolean hub_store_sql_get_int (sqlite3 *db, const char *sql, gint64 *value, GError **error);
sqlite3_stmt *hub_store_sql_prepare (sqlite3 *db, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_store_sql_run (sqlite3_stmt *statement, GError **error);
gboolean hub_store_sql_next (sqlite3_stmt *statement, gboolean *has_row, GError **error);
void hub_store_sql_bind_span (sqlite3_stmt *statement, int index, HubSpan span);
HubSpan hub_store_sql_column_span (sqlite3_stmt *statement, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreStatement, sqlite3_finalize)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreDatabase, sqlite3_close)

G_END_DECLS
