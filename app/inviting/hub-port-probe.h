/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void hub_port_probe_async (const char *address,
                           guint16 port,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hub_port_probe_finish (GAsyncResult *result, gboolean *is_open, GError **error);

G_END_DECLS
