/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/joining/hub-dial-error.h"
#include "ui/model/hub-join-address.h"

G_BEGIN_DECLS

/**
 * HUB_DIAL_TIMEOUT_MS:
 *
 * How long all of it may take, milliseconds: people wait for it.
 */
#define HUB_DIAL_TIMEOUT_MS 20000

void hub_dial_async (HubJoinAddress *address,
                     guint timeout_ms,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
GIOStream *hub_dial_finish (GAsyncResult *result, GSocketAddress **peer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
