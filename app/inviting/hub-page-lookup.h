/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_PAGE_LOOKUP_BYTES_MAX:
 *
 * The longest answer that is read, bytes: ours have some hundred.
 */
#define HUB_PAGE_LOOKUP_BYTES_MAX (64 * 1024)

void hub_page_lookup_async (const char *page, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char **hub_page_lookup_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
