/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-query.h"
#include "broker/store/hub-store-turn.h"

G_BEGIN_DECLS

/**
 * HubStoreDesk:
 *
 * What lies between the broker thread and the two threads of a store, and the only lock between them: turns and questions
 * are handed in, and tickets and answers are collected.
 */
typedef struct _HubStoreDesk HubStoreDesk;

/**
 * HUB_STORE_GATHER_US:
 *
 * How long turns that nobody waits for lie, so that one transaction does for many of them: microseconds.
 */
#define HUB_STORE_GATHER_US (5 * G_TIME_SPAN_MILLISECOND)

/**
 * HUB_STORE_GATHER_BYTES:
 *
 * How much memory they may take together until they lie no longer.
 */
#define HUB_STORE_GATHER_BYTES (256 * 1024)

/**
 * HubStoreNews:
 * @ticket: the highest one that is durable
 * @bytes: how much memory the turns take that are not durable yet
 * @fault: why the store has failed, when @fault_text is set
 * @fault_text: (nullable) (unowned): the same in words
 * @answered: (nullable) (owned): questions with their answers, linked, the oldest first
 *
 * What the broker thread collects.
 */
typedef struct
{
  guint64 ticket;
  gsize bytes;
  HubStoreError fault;
  const char *fault_text;
  HubStoreQuery *answered;
} HubStoreNews;

HubStoreDesk *hub_store_desk_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_desk_free (HubStoreDesk *self);

int hub_store_desk_get_fd (const HubStoreDesk *self);
gsize hub_store_desk_hand_in (HubStoreDesk *self, HubStoreTurn *turn, gboolean is_awaited);
void hub_store_desk_ask (HubStoreDesk *self, HubStoreQuery *query);
void hub_store_desk_collect (HubStoreDesk *self, HubStoreNews *news);
void hub_store_desk_close (HubStoreDesk *self);

HubStoreTurn *hub_store_desk_take_turns (HubStoreDesk *self, gint64 until_ms, gboolean *is_closed) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_store_desk_has_turns (HubStoreDesk *self);
gboolean hub_store_desk_take_doubt (HubStoreDesk *self);
void hub_store_desk_report (HubStoreDesk *self, guint64 ticket, gsize bytes);
void hub_store_desk_fail (HubStoreDesk *self, const GError *error);

HubStoreQuery *hub_store_desk_take_query (HubStoreDesk *self) G_GNUC_WARN_UNUSED_RESULT;
void hub_store_desk_ask_again (HubStoreDesk *self, HubStoreQuery *query);
void hub_store_desk_doubt_index (HubStoreDesk *self);
void hub_store_desk_answer (HubStoreDesk *self, HubStoreQuery *query);
gboolean hub_store_desk_is_closed (HubStoreDesk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubStoreDesk, hub_store_desk_free)

G_END_DECLS
