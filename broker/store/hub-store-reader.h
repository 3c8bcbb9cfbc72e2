/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-desk.h"
#include "broker/store/hub-store-recover.h"

G_BEGIN_DECLS

/**
 * HubStoreReader:
 *
 * The thread that answers questions about the log, with a connection of its own that only reads: whatever it does, the
 * writer does not wait.
 */
typedef struct _HubStoreReader HubStoreReader;

HubStoreReader *hub_store_reader_new (const HubStoreFile *file,
                                      const HubStoreText *text,
                                      HubStoreDesk *desk,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_reader_join (HubStoreReader *self);

G_END_DECLS
