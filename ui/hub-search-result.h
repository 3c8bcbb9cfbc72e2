/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-message-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_SEARCH_RESULT (hub_search_result_get_type ())
G_DECLARE_FINAL_TYPE (HubSearchResult, hub_search_result, HUB, SEARCH_RESULT, AdwBin)

void hub_search_result_show (HubSearchResult *self, HubMessageItem *item, const char *query, const char *room);

G_END_DECLS
