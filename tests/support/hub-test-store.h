/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store.h"

G_BEGIN_DECLS

/**
 * HubTestStore:
 * @options: what the store is; may be changed before it is opened
 * @folder: (owned): an empty folder of its own
 * @path: (owned): where the database goes
 * @store: (nullable): while it is open
 * @funcs: (nullable): while it is open
 * @ticket: the highest one that was told to be durable
 * @n_committed: how often something was told to be durable
 * @n_drained: how often it was told that the store is not full any more
 * @n_failed: how often it was told that the store has failed
 * @failure: (owned) (nullable): why
 *
 * A store in a folder of its own, and what it has told.
 */
typedef struct
{
  HubStoreOptions options;
  char *folder;
  char *path;
  HubStore *store;
  const HubStoreFuncs *funcs;
  guint64 ticket;
  guint n_committed;
  guint n_drained;
  guint n_failed;
  GError *failure;
} HubTestStore;

HubTestStore *hub_test_store_new (void) G_GNUC_WARN_UNUSED_RESULT;
HubTestStore *hub_test_store_new_at (const char *path) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_store_free (HubTestStore *self);

gboolean hub_test_store_try_open (HubTestStore *self, GError **error);
void hub_test_store_open (HubTestStore *self);
void hub_test_store_open_in_memory (HubTestStore *self);
void hub_test_store_close (HubTestStore *self);
void hub_test_store_reopen (HubTestStore *self);
gboolean hub_test_store_try_flush (HubTestStore *self);
void hub_test_store_flush (HubTestStore *self);

guint64 hub_test_store_record (HubTestStore *self, const char *topic, const char *payload);
guint64 hub_test_store_record_at (HubTestStore *self, gint64 time_ms, const char *topic, const char *payload);
char *hub_test_store_describe (HubTestStore *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_store_describe_log (HubTestStore *self) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_store_find (HubTestStore *self, const char *filter, const HubStoreRange *range) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_store_assert_found (HubTestStore *self, const char *filter, HubStoreRange range, const char *expected);
char *hub_test_store_find_topics (HubTestStore *self, const char *filter, guint limit) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_store_search (HubTestStore *self,
                             const char *filter,
                             const char *text,
                             const HubStoreRange *range) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_store_text (HubSpan topic, HubSpan payload, gpointer user_data);
gint64 hub_test_store_get_int (const HubTestStore *self, const char *sql);
void hub_test_store_wait_for_index (HubTestStore *self);

void hub_test_store_sql (HubTestStore *self, const char *sql);
char *hub_test_store_sibling (const HubTestStore *self, const char *suffix) G_GNUC_WARN_UNUSED_RESULT;
char *hub_test_store_find_aside (const HubTestStore *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_remove_tree (const char *folder);

/**
 * HUB_TEST_WORK_TURNS:
 *
 * How many turns [func@Hub.test_store_work] knows.
 */
#define HUB_TEST_WORK_TURNS 24

guint64 hub_test_store_work (HubTestStore *self, guint turn, gsize payload_size);
GPtrArray *hub_test_store_expect_work (gsize payload_size) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestStore, hub_test_store_free)

G_END_DECLS
