/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-store-funcs.h"
#include "broker/store/hub-store-log.h"
#include "broker/store/hub-store-query.h"

G_BEGIN_DECLS

/**
 * HUB_MEMORY_LOG_MESSAGES:
 *
 * How many messages a log in memory has at most.
 */
#define HUB_MEMORY_LOG_MESSAGES 1000

/**
 * HUB_MEMORY_LOG_BYTES:
 *
 * How many bytes a log in memory has at most, counted as [struct@Hub.StoreRetention] does.
 */
#define HUB_MEMORY_LOG_BYTES (4 * 1024 * 1024)

/**
 * HubMemoryLog:
 *
 * The log of a broker that keeps nothing on disk. It begins anew with each start, and has another UUID each time.
 */
typedef struct _HubMemoryLog HubMemoryLog;

HubMemoryLog *hub_memory_log_new (const HubStoreRetention *retention,
                                  const HubStoreText *text) G_GNUC_WARN_UNUSED_RESULT;
void hub_memory_log_free (HubMemoryLog *self);

const char *hub_memory_log_get_id (const HubMemoryLog *self);
void hub_memory_log_set_retention (HubMemoryLog *self, const HubStoreRetention *retention);
void hub_memory_log_clear (HubMemoryLog *self);
guint64 hub_memory_log_append (HubMemoryLog *self, const HubStoreRecord *record, gint64 now_ms);
HubStorePage *hub_memory_log_answer (HubMemoryLog *self,
                                     const HubStoreQuery *query,
                                     gint64 now_ms) G_GNUC_WARN_UNUSED_RESULT;

guint64 hub_memory_log_get_count (const HubMemoryLog *self);
guint64 hub_memory_log_get_bytes (const HubMemoryLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubMemoryLog, hub_memory_log_free)

G_END_DECLS
