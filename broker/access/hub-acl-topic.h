/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/core/hub-identity.h"
#include "broker/wire/hub-span.h"

G_BEGIN_DECLS

/**
 * HubAclTopic:
 *
 * The topic of a rule: a Topic Filter, in which `%c` and `%u` may stand for names. They are put in only while it is
 * compared, and only names that cannot reach beyond their place: [func@Hub.name_fits_level].
 */
typedef struct _HubAclTopic HubAclTopic;

/**
 * HubAclUse:
 * @HUB_ACL_USE_GRANT: the rule allows: with names that cannot be put in it says nothing
 * @HUB_ACL_USE_DENY: the rule forbids: with names that cannot be put in it speaks of everything that begins like it
 *
 * How a topic is read, when a name is not fit to be put in.
 */
typedef enum
{
  HUB_ACL_USE_GRANT,
  HUB_ACL_USE_DENY,
} HubAclUse;

HubAclTopic *hub_acl_topic_new (const char *filter, gboolean is_pattern) G_GNUC_WARN_UNUSED_RESULT;
void hub_acl_topic_free (HubAclTopic *self);

gboolean hub_acl_topic_matches (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan topic);
gboolean hub_acl_topic_overlaps (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan filter);
gboolean hub_acl_topic_covers (const HubAclTopic *self, HubAclUse use, const HubIdentity *who, HubSpan filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAclTopic, hub_acl_topic_free)

G_END_DECLS
