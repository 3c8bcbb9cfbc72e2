/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HUB_INFO_LOOKUP_BYTES_MAX:
 *
 * The longest answer that is read, bytes: ours have some hundred.
 */
#define HUB_INFO_LOOKUP_BYTES_MAX (64 * 1024)

/**
 * HUB_INFO_LOOKUP_TIMEOUT_S:
 *
 * How long a host may be silent that nobody waits for, seconds.
 */
#define HUB_INFO_LOOKUP_TIMEOUT_S 10

void hub_info_lookup_async (const char *page,
                            guint timeout_s,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
GBytes *hub_info_lookup_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
