/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-host-options.h"
#include "broker/hub-broker.h"

G_BEGIN_DECLS

HubConfig *hub_host_config_new (const HubHostOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_config_update (HubConfig *config, const HubHostOptions *options);
gboolean hub_host_config_is_same (const HubHostOptions *options, const HubHostOptions *other);

G_END_DECLS
