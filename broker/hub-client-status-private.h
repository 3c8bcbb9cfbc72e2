/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-observe.h"
#include "broker/hubbub/hub-client-status.h"

G_BEGIN_DECLS

HubClientStatus *hub_client_status_new (const HubClientFacts *facts, HubProtocol protocol, gint64 wall_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
