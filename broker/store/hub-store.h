/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-store-funcs.h"
#include "broker/store/hub-store-log.h"
#include "broker/store/hub-store-query.h"

G_BEGIN_DECLS

/**
 * HUB_STORE_QUEUE_BYTES:
 *
 * How much may wait for the writer before a store is full.
 */
#define HUB_STORE_QUEUE_BYTES (16 * 1024 * 1024)

/**
 * HUB_STORE_QUERIES_MAX:
 *
 * How many questions may wait for their answers.
 */
#define HUB_STORE_QUERIES_MAX 256

/**
 * HubStoreDurability:
 * @HUB_STORE_FULL: what is durable survives a loss of power
 * @HUB_STORE_PROCESS: what is durable survives the death of the program, and not always that of the system
 * @HUB_STORE_OFF: nothing is kept on disk; there is a log in memory
 *
 * What has to happen before something counts as durable.
 */
typedef enum
{
  HUB_STORE_FULL,
  HUB_STORE_PROCESS,
  HUB_STORE_OFF,
} HubStoreDurability;

/**
 * HubStoreOptions:
 * @path: (nullable): the path of the database; %NULL is as good as %HUB_STORE_OFF
 * @durability: when something counts as durable
 * @retention: what the log forgets
 * @text: tells what a search finds a message of the log by
 * @max_queue_bytes: how much may wait for the writer before the store is full; 0: %HUB_STORE_QUEUE_BYTES
 * @vfs: (nullable): the name of the VFS of SQLite; %NULL: the usual one
 *
 * What a store is. All zero is a log in memory.
 */
typedef struct
{
  const char *path;
  HubStoreDurability durability;
  HubStoreRetention retention;
  HubStoreText text;
  gsize max_queue_bytes;
  const char *vfs;
} HubStoreOptions;

/**
 * HubStoreEvents:
 * @committed: all turns up to this ticket are durable
 * @drained: the store is not full any more, after it had said that it was
 * @failed: nothing becomes durable any more, for this reason, which is a sentence for people. Told once
 *
 * What a store tells, on the broker thread. These may call the store, but must not close it.
 */
typedef struct
{
  void (*committed) (guint64 ticket, gpointer user_data);
  void (*drained) (gpointer user_data);
  void (*failed) (const GError *error, gpointer user_data);
} HubStoreEvents;

/**
 * HubStore:
 *
 * What survives the end of the program: sessions with all that belongs to them, retained messages, wills, and the log of
 * messages. A thread of its own writes it and another one reads the log; while it is open, but for loading what was kept,
 * nothing of it makes the broker thread wait.
 *
 * All functions belong to the broker thread.
 */
typedef struct _HubStore HubStore;

HubStore *hub_store_open (const HubStoreOptions *options,
                          GMainContext *context,
                          const HubStoreEvents *events,
                          gpointer user_data,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_store_close (HubStore *self, GError **error);

const HubStoreFuncs *hub_store_get_funcs (const HubStore *self);
const char *hub_store_get_notice (const HubStore *self);
const char *hub_store_get_log_id (const HubStore *self);
gsize hub_store_get_queue_bytes (const HubStore *self);
gboolean hub_store_is_failed (const HubStore *self);

void hub_store_set_retention (HubStore *self, const HubStoreRetention *retention);
void hub_store_clear_log (HubStore *self);

guint64 hub_store_find_messages (HubStore *self,
                                 HubSpan filter,
                                 const HubStoreRange *range,
                                 HubStorePageFunc func,
                                 gpointer user_data,
                                 GError **error);
guint64 hub_store_find_topics (HubStore *self,
                               HubSpan filter,
                               guint limit,
                               HubStorePageFunc func,
                               gpointer user_data,
                               GError **error);
guint64 hub_store_search (HubStore *self,
                          HubSpan filter,
                          const char *text,
                          const HubStoreRange *range,
                          HubStorePageFunc func,
                          gpointer user_data,
                          GError **error);
void hub_store_cancel (HubStore *self, guint64 id);

G_END_DECLS
