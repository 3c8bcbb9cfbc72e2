/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-desk.h"
#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_INDEX_PARTS:
 *
 * How many parts the index has.
 */
#define HUB_STORE_INDEX_PARTS 2

/**
 * HubStoreIndex:
 *
 * The index for searching, as it is written: in small transactions of its own, when the writer has nothing else to do.
 *
 * Thread: the store's writer.
 */
typedef struct _HubStoreIndex HubStoreIndex;

HubStoreIndex *hub_store_index_new (sqlite3 *db,
                                    gboolean is_synced,
                                    const HubStoreText *text) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_index_free (HubStoreIndex *self);

void hub_store_index_note (HubStoreIndex *self, guint n_records, gint64 now_ms);
void hub_store_index_doubt (HubStoreIndex *self);
gint64 hub_store_index_get_due (const HubStoreIndex *self, gint64 first, gint64 now_ms);
gboolean hub_store_index_is_starving (const HubStoreIndex *self, gint64 first, gint64 now_ms);
void hub_store_index_step (HubStoreIndex *self, gint64 first, HubStoreDesk *desk);
void hub_store_index_clear (HubStoreIndex *self);
gboolean hub_store_index_make_way (HubStoreIndex *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreIndex, hub_store_index_free)

G_END_DECLS
