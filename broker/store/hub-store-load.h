/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-store-funcs.h"
#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

gboolean hub_store_load (sqlite3 *db, const HubStoreLoadFuncs *funcs, gpointer user_data, GError **error);
gboolean hub_store_load_check (sqlite3 *db, GError **error);

G_END_DECLS
