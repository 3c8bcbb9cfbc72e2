/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-query.h"
#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HubStoreFinder:
 *
 * Finds messages and topics in the log of a database.
 */
typedef struct _HubStoreFinder HubStoreFinder;

HubStoreFinder *hub_store_finder_new (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_finder_free (HubStoreFinder *self);

HubStorePage *hub_store_finder_answer (HubStoreFinder *self,
                                       const HubStoreQuery *query,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreFinder, hub_store_finder_free)

G_END_DECLS
