/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-rules.h"
#include "broker/net/hub-server.h"
#include "broker/net/hub-tls-settings.h"

G_BEGIN_DECLS

/*
 * HubServerFiles:
 * @tls: (owned) (element-type HubTlsSettings): what each door needs for TLS; %NULL for one that does not speak it
 * @rules: (owned) (nullable): the rules of access of all doors; %NULL: everybody may do everything
 */
struct _HubServerFiles
{
  GPtrArray *tls;
  HubAccessRules *rules;
};

HubTlsSettings *hub_listener_options_load_tls (const HubListenerOptions *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_server_options_load_access (const HubServerOptions *self, HubAccessRules **rules, GError **error);
HubServerFiles *hub_server_files_load (const HubServerOptions *options,
                                       const GArray *ports,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void hub_server_files_free (HubServerFiles *self);
gboolean hub_server_options_check (const HubServerOptions *self, GPtrArray *warnings, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubServerFiles, hub_server_files_free)

G_END_DECLS
