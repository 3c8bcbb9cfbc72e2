/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-query.h"
#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_SEARCH_MESSAGES:
 *
 * How many messages a search reads at most. What it has not looked at by then, a further one goes on with.
 */
#define HUB_STORE_SEARCH_MESSAGES 200000

/**
 * HubStoreSearcher:
 *
 * Finds words in the messages of a database.
 *
 * Thread: the store's reader.
 */
typedef struct _HubStoreSearcher HubStoreSearcher;

HubStoreSearcher *hub_store_searcher_new (sqlite3 *db,
                                          const HubStoreText *text,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_searcher_free (HubStoreSearcher *self);

gboolean hub_store_searcher_step (HubStoreSearcher *self,
                                  HubStoreQuery *query,
                                  gboolean *has_doubt,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreSearcher, hub_store_searcher_free)

G_END_DECLS
