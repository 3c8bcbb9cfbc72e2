/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-rules.h"
#include "broker/access/hub-auth.h"
#include "broker/core/hub-log.h"

G_BEGIN_DECLS

/**
 * HubAccess:
 *
 * The rules of access in force, for the core and, by the same functions, for HTTP.
 *
 * All functions belong to the thread that made it, and it answers on the main context that was that thread's default then.
 */
typedef struct _HubAccess HubAccess;

/**
 * HUB_ACCESS_FUNCS:
 *
 * How the core reaches a [struct@Hub.Access].
 */
extern const HubAccessFuncs hub_access_funcs;

HubAccess *hub_access_new (HubAccessRules *rules, const HubAuthOptions *options, HubLog log) G_GNUC_WARN_UNUSED_RESULT;
void hub_access_free (HubAccess *self);

void hub_access_set_log (HubAccess *self, HubLog log);
void hub_access_set_rules (HubAccess *self, HubAccessRules *rules);
guint64 hub_access_get_generation (const HubAccess *self);
HubAuthStats hub_access_get_stats (const HubAccess *self);

gboolean hub_access_may_publish (const HubAccess *self, const HubIdentity *who, HubSpan topic);
gboolean hub_access_may_subscribe (const HubAccess *self, const HubIdentity *who, HubSpan filter);
gboolean hub_access_may_read (const HubAccess *self, const HubIdentity *who, HubSpan topic);
gboolean hub_access_may_stay (const HubAccess *self, const HubIdentity *who);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAccess, hub_access_free)

G_END_DECLS
