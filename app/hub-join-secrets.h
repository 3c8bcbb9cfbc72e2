/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/hosting/hub-secrets.h"
#include "app/link/hub-link.h"

G_BEGIN_DECLS

#define HUB_TYPE_JOIN_SECRETS (hub_join_secrets_get_type ())
G_DECLARE_FINAL_TYPE (HubJoinSecrets, hub_join_secrets, HUB, JOIN_SECRETS, GObject)

HubJoinSecrets *hub_join_secrets_new (HubSecrets *secrets) G_GNUC_WARN_UNUSED_RESULT;
void hub_join_secrets_begin (HubJoinSecrets *self);
gboolean hub_join_secrets_hear (HubJoinSecrets *self, HubLink *link);

G_END_DECLS
