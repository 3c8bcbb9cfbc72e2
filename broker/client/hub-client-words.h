/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/client/hub-client.h"

G_BEGIN_DECLS

GError *hub_client_error_for_connack (HubVersion version, guint8 code) G_GNUC_WARN_UNUSED_RESULT;
GError *hub_client_error_for_disconnect (const HubGoodbye *goodbye) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
