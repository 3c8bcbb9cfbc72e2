/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-desk.h"
#include "broker/store/hub-store-index.h"
#include "broker/store/hub-store-log.h"

G_BEGIN_DECLS

/**
 * HubStoreWriter:
 *
 * The thread that writes: all turns that lie on the desk become one transaction.
 */
typedef struct _HubStoreWriter HubStoreWriter;

HubStoreWriter *hub_store_writer_new (sqlite3 *db,
                                      HubStoreLog *log,
                                      HubStoreIndex *index,
                                      HubStoreDesk *desk,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_writer_join (HubStoreWriter *self);

G_END_DECLS
