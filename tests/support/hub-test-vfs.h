/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_TEST_VFS:
 *
 * The name of the VFS.
 */
#define HUB_TEST_VFS "hub-test"

/**
 * HubTestVfsOp:
 * @HUB_TEST_VFS_OPEN: a file is opened
 * @HUB_TEST_VFS_READ: bytes are read
 * @HUB_TEST_VFS_WRITE: bytes are written
 * @HUB_TEST_VFS_SYNC: a file is synced
 * @HUB_TEST_VFS_TRUNCATE: a file is cut
 * @HUB_TEST_VFS_DELETE: a file is deleted
 * @HUB_TEST_VFS_SHARE: memory is shared with others
 * @HUB_TEST_VFS_N_OPS: how many kinds there are
 *
 * What SQLite asks of the system.
 */
typedef enum
{
  HUB_TEST_VFS_OPEN,
  HUB_TEST_VFS_READ,
  HUB_TEST_VFS_WRITE,
  HUB_TEST_VFS_SYNC,
  HUB_TEST_VFS_TRUNCATE,
  HUB_TEST_VFS_DELETE,
  HUB_TEST_VFS_SHARE,
  HUB_TEST_VFS_N_OPS,
} HubTestVfsOp;

/**
 * HubTestVfsFunc:
 * @op: what is about to happen
 * @path: (nullable): to which file
 * @user_data: as given
 *
 * Called on whatever thread does it.
 *
 * Returns: 0 to let it happen; a result code of SQLite to have it fail with that
 */
typedef int (*HubTestVfsFunc) (HubTestVfsOp op, const char *path, gpointer user_data);

void hub_test_vfs_install (HubTestVfsFunc func, gpointer user_data);
void hub_test_vfs_uninstall (void);
void hub_test_vfs_keep_unsynced (void);
void hub_test_vfs_lose_power (guint32 seed);

G_END_DECLS
