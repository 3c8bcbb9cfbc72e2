/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HubWhereaboutsFunc:
 * @user_data: what hub_whereabouts_export() was given
 *
 * Returns: (transfer full) (nullable): the address of the chat that is shown, as [func@Hub.join_address_parse] takes it; %NULL
 *   while there is none
 */
typedef char *(*HubWhereaboutsFunc) (gpointer user_data);

guint hub_whereabouts_export (GDBusConnection *bus,
                              const char *path,
                              HubWhereaboutsFunc func,
                              gpointer user_data,
                              GError **error);

void hub_whereabouts_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *hub_whereabouts_ask_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
