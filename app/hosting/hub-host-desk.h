/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/hosting/hub-host.h"
#include "app/base/hub-settings.h"
#include "ui/model/hub-hosting.h"

G_BEGIN_DECLS

#define HUB_TYPE_HOST_DESK (hub_host_desk_get_type ())
G_DECLARE_FINAL_TYPE (HubHostDesk, hub_host_desk, HUB, HOST_DESK, GObject)

HubHostDesk *hub_host_desk_new (HubSettings *settings, HubHosting *hosting) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_desk_set_host (HubHostDesk *self, HubHost *host);

G_END_DECLS
