/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/base/hub-host-options.h"

G_BEGIN_DECLS

char *hub_host_explain (const HubHostOptions *wanted,
                        guint16 mqtt_port,
                        guint16 http_port,
                        const char *store_failure) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
