/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-rules.h"
#include "broker/net/hub-server.h"
#include "broker/net/hub-tls-settings.h"

G_BEGIN_DECLS

HubTlsSettings *hub_listener_options_load_tls (const HubListenerOptions *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_server_options_load_access (const HubServerOptions *self, HubAccessRules **rules, GError **error);
gboolean hub_server_options_check (const HubServerOptions *self, GPtrArray *warnings, GError **error);

G_END_DECLS
