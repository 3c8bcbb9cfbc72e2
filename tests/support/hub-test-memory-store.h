/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-store-funcs.h"

G_BEGIN_DECLS

/**
 * HubTestMemoryStore:
 *
 * What a core keeps over its end, in memory: keys and values, those that were committed and those of the turn that was
 * not. It ends the program where it is told to forget, or to change, what it does not have.
 */
typedef struct _HubTestMemoryStore HubTestMemoryStore;

extern const HubStoreFuncs hub_test_memory_store_funcs;

HubTestMemoryStore *hub_test_memory_store_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_test_memory_store_free (HubTestMemoryStore *self);
gboolean hub_test_memory_store_has_changes (const HubTestMemoryStore *self);
char *hub_test_memory_store_find_left (const HubTestMemoryStore *self) G_GNUC_WARN_UNUSED_RESULT;
guint64 hub_test_memory_store_get_ticket (const HubTestMemoryStore *self);
gboolean hub_test_memory_store_was_awaited (const HubTestMemoryStore *self);
void hub_test_memory_store_die (HubTestMemoryStore *self);
void hub_test_memory_store_revive (HubTestMemoryStore *self);
void hub_test_memory_store_fail (HubTestMemoryStore *self);
void hub_test_memory_store_set_full (HubTestMemoryStore *self, gboolean is_full);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubTestMemoryStore, hub_test_memory_store_free)

G_END_DECLS
