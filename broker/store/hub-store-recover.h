/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-lock.h"
#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HubStoreFile:
 * @path: (owned): the path of the database
 * @vfs: (owned) (nullable): the name of the VFS of SQLite; %NULL: the usual one
 * @lock: (owned) (nullable): while the database is ours
 * @notice: (owned) (nullable): what had to be done to open it, as a sentence
 *
 * Where a store lives.
 */
typedef struct
{
  char *path;
  char *vfs;
  HubStoreLock *lock;
  char *notice;
} HubStoreFile;

/**
 * HubStoreFirstUseFunc:
 * @db: the database, which looks whole
 * @user_data: as given
 * @error: return location
 *
 * What is done with a database as soon as it is open. When it turns out to be damaged after all, then this is called again
 * with a new one.
 *
 * Returns: %FALSE with @error set
 */
typedef gboolean (*HubStoreFirstUseFunc) (sqlite3 *db, gpointer user_data, GError **error);

void hub_store_file_init (HubStoreFile *self, const char *path, const char *vfs);
void hub_store_file_clear (HubStoreFile *self);

sqlite3 *hub_store_file_open (HubStoreFile *self,
                              HubStoreFirstUseFunc func,
                              gpointer user_data,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
sqlite3 *hub_store_file_open_reader (const HubStoreFile *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
