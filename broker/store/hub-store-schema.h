/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_APPLICATION_ID:
 *
 * What SQLite's header says about whose file it is: "HubB".
 */
#define HUB_STORE_APPLICATION_ID 0x48756242

/**
 * HUB_STORE_VERSION:
 *
 * The version of the tables that this program writes.
 */
#define HUB_STORE_VERSION 2

/**
 * HubStoreStep:
 * @sql: what makes the tables of one version out of those of the version before
 *
 * A step of the history of the tables. The first one makes them out of nothing.
 */
typedef struct
{
  const char *sql;
} HubStoreStep;

gboolean hub_store_schema_create (sqlite3 *db, GError **error);
gboolean hub_store_schema_check (sqlite3 *db, int *version, GError **error);
gboolean hub_store_schema_migrate (sqlite3 *db, int version, GError **error);
gboolean hub_store_schema_walk (sqlite3 *db, const HubStoreStep *steps, int from, int to, GError **error);

G_END_DECLS
