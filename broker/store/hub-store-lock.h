/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-error.h"

#include <stdbool.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * HubStoreLock:
 *
 * The file beside a database that says whose it is. Who holds the lock on it owns the database; and it remembers which
 * file the database was, and whether something was found wrong with it, so that a damaged one is still known for ours.
 */
typedef struct _HubStoreLock HubStoreLock;

HubStoreLock *hub_store_lock_take (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_lock_free (HubStoreLock *self);

gboolean hub_store_lock_knows (const HubStoreLock *self, const struct stat *file);
gboolean hub_store_lock_is_suspicious (const HubStoreLock *self);
void hub_store_lock_remember (HubStoreLock *self, const struct stat *file);
void hub_store_lock_set_suspicious (HubStoreLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreLock, hub_store_lock_free)

G_END_DECLS
