/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/access/hub-acl.h"
#include "broker/access/hub-password-file.h"
#include "broker/core/hub-access-funcs.h"

G_BEGIN_DECLS

/**
 * HubAccessRules:
 *
 * The rules of access of all listeners of a broker. Immutable, so that any thread may load them and a reload replaces
 * them as a whole.
 */
typedef struct _HubAccessRules HubAccessRules;

/**
 * HubAccessListener:
 * @allow_anonymous: whether a client without a user name may connect; without @passwords, with one as well
 * @passwords: (nullable): the users
 * @acl: (nullable): who may do what; %NULL: everything
 *
 * The rules of one listener.
 */
typedef struct
{
  gboolean allow_anonymous;
  HubPasswordFile *passwords;
  HubAcl *acl;
} HubAccessListener;

/**
 * HubAccessSettings:
 * @allow_anonymous: as in [struct@Hub.AccessListener]
 * @has_certificates: whether certificates say who clients are
 * @password_file: (nullable): path of the users
 * @acl_file: (nullable): path of who may do what
 * @keeps_clients: whether who is connected stays, whatever the rules say now; where one listener says so, for all of them
 *
 * What the configuration says of one listener.
 */
typedef struct
{
  gboolean allow_anonymous;
  gboolean has_certificates;
  const char *password_file;
  const char *acl_file;
  gboolean keeps_clients;
} HubAccessSettings;

/**
 * HubAccessVerdict:
 * @HUB_ACCESS_GRANTED: may come in
 * @HUB_ACCESS_REFUSED: may not
 * @HUB_ACCESS_ASK: if the password is right
 */
typedef enum
{
  HUB_ACCESS_GRANTED,
  HUB_ACCESS_REFUSED,
  HUB_ACCESS_ASK,
} HubAccessVerdict;

HubAccessRules *hub_access_rules_new (const HubAccessListener *listeners, guint n_listeners) G_GNUC_WARN_UNUSED_RESULT;
HubAccessRules *hub_access_rules_load (const HubAccessSettings *settings,
                                       guint n_listeners,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
HubAccessRules *hub_access_rules_ref (HubAccessRules *self);
void hub_access_rules_unref (HubAccessRules *self);

const char *const *hub_access_rules_get_warnings (const HubAccessRules *self);
HubPasswordFile *hub_access_rules_get_passwords (const HubAccessRules *self, guint listener);

HubAccessVerdict hub_access_rules_judge (const HubAccessRules *self, const HubCredentials *credentials, HubAuthAnswer *answer);
gboolean hub_access_rules_may (const HubAccessRules *self, const HubIdentity *who, HubAclAccess access, HubSpan topic);
gboolean hub_access_rules_may_subscribe (const HubAccessRules *self, const HubIdentity *who, HubSpan filter);
gboolean hub_access_rules_may_stay (const HubAccessRules *self, const HubIdentity *who);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubAccessRules, hub_access_rules_unref)

G_END_DECLS
