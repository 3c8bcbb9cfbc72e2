/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-access-text.h"
#include "broker/core/hub-identity.h"
#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubAcl:
 *
 * Who may read and write which topics: Mosquitto's `acl_file`. Immutable, so that a reload replaces it as a whole.
 */
typedef struct _HubAcl HubAcl;

/**
 * HubAclAccess:
 * @HUB_ACL_READ: to get messages
 * @HUB_ACL_WRITE: to publish them
 *
 * What somebody wants to do with a topic.
 */
typedef enum
{
  HUB_ACL_READ = 1 << 0,
  HUB_ACL_WRITE = 1 << 1,
} HubAclAccess;

HubAcl *hub_acl_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubAcl *hub_acl_parse (const char *text,
                       gsize size,
                       const char *file_name,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubAcl *hub_acl_ref (HubAcl *self);
void hub_acl_unref (HubAcl *self);

gboolean hub_acl_has_users (const HubAcl *self);
gboolean hub_acl_check (const HubAcl *self, const HubIdentity *who, HubAclAccess access, HubSpan topic);
gboolean hub_acl_may_subscribe (const HubAcl *self, const HubIdentity *who, HubSpan filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAcl, hub_acl_unref)

G_END_DECLS
