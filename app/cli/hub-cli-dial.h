/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/cli/hub-cli-options.h"
#include "ui/model/hub-join-address.h"

#include <gio/gio.h>

G_BEGIN_DECLS

void hub_cli_dial_async (const HubCliOptions *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
GIOStream *hub_cli_dial_finish (GAsyncResult *result,
                                char **where,
                                HubJoinAddress **address,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
