/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "hub-export.h"
#include "hub-protocol.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HUB_TYPE_CLIENT_STATUS (hub_client_status_get_type ())

/**
 * HubClientStatus:
 *
 * How a client was at a moment. It never changes, and any thread may have it.
 */
typedef struct _HubClientStatus HubClientStatus;

HUB_EXPORT GType hub_client_status_get_type (void) G_GNUC_CONST;
HUB_EXPORT HubClientStatus *hub_client_status_ref (HubClientStatus *self);
HUB_EXPORT void hub_client_status_unref (HubClientStatus *self);

HUB_EXPORT const char *hub_client_status_get_client_id (const HubClientStatus *self);
HUB_EXPORT const char *hub_client_status_get_user_name (const HubClientStatus *self);
HUB_EXPORT const char *hub_client_status_get_address (const HubClientStatus *self);
HUB_EXPORT HubProtocol hub_client_status_get_protocol (const HubClientStatus *self);
HUB_EXPORT gboolean hub_client_status_is_connected (const HubClientStatus *self);
HUB_EXPORT guint hub_client_status_get_version (const HubClientStatus *self);
HUB_EXPORT gint64 hub_client_status_get_connected_since (const HubClientStatus *self);
HUB_EXPORT guint hub_client_status_get_n_subscriptions (const HubClientStatus *self);
HUB_EXPORT guint hub_client_status_get_n_queued (const HubClientStatus *self);
HUB_EXPORT guint hub_client_status_get_n_inflight (const HubClientStatus *self);
HUB_EXPORT guint64 hub_client_status_get_n_dropped (const HubClientStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubClientStatus, hub_client_status_unref)

G_END_DECLS
