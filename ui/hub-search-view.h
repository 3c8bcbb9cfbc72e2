/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HUB_TYPE_SEARCH_VIEW (hub_search_view_get_type ())
G_DECLARE_FINAL_TYPE (HubSearchView, hub_search_view, HUB, SEARCH_VIEW, AdwBin)

gboolean hub_search_view_get_is_open (HubSearchView *self);
void hub_search_view_set_is_open (HubSearchView *self, gboolean is_open);
gboolean hub_search_view_is_in_bar (HubSearchView *self, GtkWidget *focus);
gboolean hub_search_view_focus_bar (HubSearchView *self);
gboolean hub_search_view_focus_results (HubSearchView *self);

G_END_DECLS
