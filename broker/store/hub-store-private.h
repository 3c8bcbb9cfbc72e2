/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-memory-log.h"
#include "broker/store/hub-store-desk.h"
#include "broker/store/hub-store-numbers.h"
#include "broker/store/hub-store-reader.h"
#include "broker/store/hub-store-writer.h"
#include "broker/store/hub-store.h"

G_BEGIN_DECLS

struct _HubStore
{
  HubStoreFile file;      /* of a store on disk */
  HubStoreDesk *desk;     /* (owned) */
  HubStoreWriter *writer; /* (owned) (nullable): of a store on disk */
  HubStoreReader *reader; /* (owned) (nullable): of a store on disk */
  HubMemoryLog *memory;   /* (owned) (nullable): of a store in memory */
  GSource *source;        /* (owned) */
  const HubStoreEvents *events;
  gpointer user_data; /* (unowned) */
  HubStoreNumbers numbers;
  HubStoreTurn *turn;  /* (owned) (nullable): what was appended since the last commit */
  gboolean is_hurried; /* the numbers that it reserves are needed soon */
  char *log_id;        /* (owned) (nullable): of a store on disk */
  GError *failure;     /* (owned) (nullable) */
  GHashTable *queries; /* (owned) (element-type guint64 HubStoreQuery): those without an answer */
  guint64 last_query;
  guint64 last_ticket; /* of the turns that were handed in */
  guint64 told_ticket; /* the highest one that is known to be durable */
  gsize queue_bytes;   /* handed in and not durable */
  gsize max_queue_bytes;
  gboolean has_lost; /* something was appended after the failure */
  gboolean said_full;
};

extern const HubStoreFuncs hub_store_disk_funcs;
extern const HubStoreFuncs hub_store_memory_funcs;

void hub_store_append (HubStore *self, HubStoreOp op, const gint64 *ints, const HubSpan *spans);
guint64 hub_store_commit (HubStore *self, gboolean is_awaited);
gboolean hub_store_has_room (const HubStore *self, gsize max_bytes);

G_END_DECLS
