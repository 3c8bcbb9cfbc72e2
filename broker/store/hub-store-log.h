/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-sql.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_ROW_BYTES:
 *
 * What a message of the log takes besides its topic, its payload and the Client Identifier.
 */
#define HUB_STORE_ROW_BYTES 64

/**
 * HUB_STORE_TIME_MAX_MS:
 *
 * The latest time that a message of the log may have, milliseconds since 1970: later than any date that people write.
 */
#define HUB_STORE_TIME_MAX_MS (G_GINT64_CONSTANT (1) << 53)

/**
 * HubStoreRetention:
 * @max_messages: how many messages the log keeps; 0: no limit
 * @max_bytes: how many bytes it keeps, %HUB_STORE_ROW_BYTES for each message included; 0: no limit
 * @max_age_ms: how long it keeps a message, milliseconds; 0: no limit
 *
 * What the log forgets: the oldest first, as soon as one limit is passed.
 */
typedef struct
{
  guint64 max_messages;
  guint64 max_bytes;
  gint64 max_age_ms;
} HubStoreRetention;

/**
 * HubStoreLog:
 *
 * The log of messages in a database, as it is written.
 *
 * Thread: the store's writer.
 */
typedef struct _HubStoreLog HubStoreLog;

HubStoreLog *hub_store_log_new (sqlite3 *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_log_free (HubStoreLog *self);

void hub_store_log_set_retention (HubStoreLog *self, const HubStoreRetention *retention);
gboolean hub_store_log_append (HubStoreLog *self,
                               gint64 seq,
                               gint64 time_ms,
                               const HubSpan spans[3],
                               GError **error);
gboolean hub_store_log_is_over (const HubStoreLog *self, gint64 now_ms);
gint64 hub_store_log_get_deadline (const HubStoreLog *self);
gboolean hub_store_log_prune (HubStoreLog *self, guint max_rows, gint64 now_ms, GError **error);
gboolean hub_store_log_clear (HubStoreLog *self, HubSpan id, GError **error);

gint64 hub_store_log_get_first (const HubStoreLog *self);
guint64 hub_store_log_get_count (const HubStoreLog *self);
guint64 hub_store_log_get_bytes (const HubStoreLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreLog, hub_store_log_free)

G_END_DECLS
