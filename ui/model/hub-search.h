/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_SEARCH_RESULTS_MAX:
 *
 * How many results are held: who searches for less finds it sooner.
 */
#define HUB_SEARCH_RESULTS_MAX 1000

/**
 * HUB_SEARCH_QUERY_BYTES:
 *
 * How much may be searched for: no host takes more.
 */
#define HUB_SEARCH_QUERY_BYTES 256

/**
 * HubSearchState:
 * @HUB_SEARCH_STATE_IDLE: nothing is searched for
 * @HUB_SEARCH_STATE_ASKING: somebody was asked
 * @HUB_SEARCH_STATE_DONE: the results are there, the newest at least
 * @HUB_SEARCH_STATE_FAILED: there is no answer
 * @HUB_SEARCH_STATE_TOO_LONG: nothing is searched for, since that was too long
 *
 * How a search stands.
 */
typedef enum
{
  HUB_SEARCH_STATE_IDLE,
  HUB_SEARCH_STATE_ASKING,
  HUB_SEARCH_STATE_DONE,
  HUB_SEARCH_STATE_FAILED,
  HUB_SEARCH_STATE_TOO_LONG,
} HubSearchState;

#define HUB_TYPE_SEARCH (hub_search_get_type ())
G_DECLARE_FINAL_TYPE (HubSearch, hub_search, HUB, SEARCH, GObject)

HubSearch *hub_search_new (void) G_GNUC_WARN_UNUSED_RESULT;
void hub_search_start (HubSearch *self, const char *query, gboolean is_everywhere);
void hub_search_more (HubSearch *self);
GListModel *hub_search_get_results (HubSearch *self);
const char *hub_search_get_query (HubSearch *self);
gboolean hub_search_get_is_everywhere (HubSearch *self);
HubSearchState hub_search_get_state (HubSearch *self);
char *hub_search_dup_words (HubSearch *self) G_GNUC_WARN_UNUSED_RESULT;

void hub_search_take (HubSearch *self, GPtrArray *items, guint64 before);
void hub_search_take_held (HubSearch *self, GPtrArray *items);
void hub_search_fail (HubSearch *self);

G_END_DECLS
