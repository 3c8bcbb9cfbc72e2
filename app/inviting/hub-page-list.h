/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_PAGE_LIST_MAX:
 *
 * So many addresses somebody is offered at most, whatever a host says of itself.
 */
#define HUB_PAGE_LIST_MAX 16

char *hub_page_list_dup_page (const char *http_url) G_GNUC_WARN_UNUSED_RESULT;
char **hub_page_list_for_others (const char *const *pages) G_GNUC_WARN_UNUSED_RESULT;
char **hub_page_list_from_info (const char *page, const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;
guint hub_page_list_count_reachable (const char *const *pages);

G_END_DECLS
