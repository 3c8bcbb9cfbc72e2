/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"

G_BEGIN_DECLS

#define HUB_TYPE_DISCOVERY (hub_discovery_get_type ())
G_DECLARE_FINAL_TYPE (HubDiscovery, hub_discovery, HUB, DISCOVERY, GObject)

HubDiscovery *hub_discovery_new (HubChatState *state) G_GNUC_WARN_UNUSED_RESULT;
void hub_discovery_set_name (HubDiscovery *self, const char *name);
void hub_discovery_set_ports (HubDiscovery *self, guint16 mqtt_port, guint16 http_port);
gboolean hub_discovery_get_is_running (HubDiscovery *self);
gboolean hub_discovery_get_is_announced (HubDiscovery *self);

G_END_DECLS
