/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access.h"

#include "broker/access/hub-failures.h"

typedef struct
{
  HubAccess *access;     /* (unowned) */
  HubAuthCheck *check;   /* (unowned) */
  HubPasswordFile *file; /* (owned): what it is checked against */
  char *user_name;       /* (owned) */
  guint listener;
  HubPeer *peer; /* (unowned): who waits for the answer */
  HubAuthReply reply;
} Check;

struct _HubAccess
{
  HubAccessRules *rules; /* (owned) */
  guint64 generation;
  HubAuth *auth;      /* (owned) */
  GHashTable *checks; /* (owned) (element-type HubPeer Check): by who waits for them; owns the checks */
  HubLog log;
};

static void
check_free (gpointer data)
{
  Check *check = data;

  hub_password_file_unref (check->file);
  g_free (check->user_name);
  g_free (check);
}

/* The rules may have changed while the password was checked. */
static gboolean
is_still_right (const Check *check)
{
  HubPasswordFile *file = hub_access_rules_get_passwords (check->access->rules, check->listener);

  return file == check->file || (file != NULL && hub_password_file_agrees (file, check->file, check->user_name));
}

static HubReason
reason_of (HubAuthResult result)
{
  switch (result)
    {
    case HUB_AUTH_GRANTED:
      return HUB_REASON_SUCCESS;
    case HUB_AUTH_BUSY:
      return HUB_REASON_SERVER_BUSY;
    case HUB_AUTH_REFUSED:
    default:
      return HUB_REASON_BAD_CREDENTIALS;
    }
}

static void
checked_cb (HubAuthResult result, gpointer user_data)
{
  Check *check = user_data;
  HubAccess *self = check->access;
  HubAuthAnswer answer = { .reason = reason_of (result), .user_name = check->user_name };

  if (result == HUB_AUTH_GRANTED && !is_still_right (check))
    answer.reason = HUB_REASON_BAD_CREDENTIALS;
  g_hash_table_steal (self->checks, check->peer);
  check->reply.func (check->reply.core, check->peer, &answer);
  check_free (check);
}

static void
trace_delay (HubAccess *self, HubPeer *peer, guint64 address_key)
{
  char name[HUB_PEER_NAME_SIZE];

  if (!hub_log_is_on (&self->log, HUB_LOG_NOTICE) || !hub_auth_is_delaying (self->auth, address_key))
    return;
  peer->funcs->describe (peer, name);
  hub_log_line (&self->log,
                HUB_LOG_NOTICE,
                "The answer to %s is delayed: %d logins from that address have failed within a minute.",
                name,
                HUB_FAILURES_MAX);
}

static gboolean
authenticate (gpointer access, HubPeer *peer, const HubCredentials *credentials, HubAuthReply reply, HubAuthAnswer *answer)
{
  HubAccess *self = access;
  HubAuthResult result;
  Check *check;
  HubAuthAttempt attempt = {
    .file = hub_access_rules_get_passwords (self->rules, credentials->origin.listener),
    .user = credentials->user_name,
    .password = credentials->password,
    .address_key = credentials->origin.address_key,
  };

  if (hub_access_rules_judge (self->rules, credentials, answer) != HUB_ACCESS_ASK)
    return TRUE;

  check = g_new0 (Check, 1);
  check->check = hub_auth_check (self->auth, &attempt, checked_cb, check, &result);
  if (check->check == NULL)
    {
      g_free (check);
      answer->reason = reason_of (result);
      return TRUE;
    }
  check->access = self;
  check->file = hub_password_file_ref (attempt.file);
  check->user_name = g_strdup (credentials->user_name);
  check->listener = credentials->origin.listener;
  check->peer = peer;
  check->reply = reply;
  g_hash_table_insert (self->checks, peer, check);
  trace_delay (self, peer, credentials->origin.address_key);
  return FALSE;
}

static void
forget (gpointer access, HubPeer *peer)
{
  HubAccess *self = access;
  Check *check = g_hash_table_lookup (self->checks, peer);

  if (check == NULL)
    return;
  hub_auth_cancel (self->auth, check->check);
  g_hash_table_remove (self->checks, peer);
}

static gboolean
may_publish (gpointer access, const HubIdentity *who, HubSpan topic, guint8 qos, gboolean is_retain)
{
  return hub_access_may_publish (access, who, topic);
}

static gboolean
may_subscribe (gpointer access, const HubIdentity *who, HubSpan filter)
{
  return hub_access_may_subscribe (access, who, filter);
}

static gboolean
may_read (gpointer access, const HubIdentity *who, HubSpan topic)
{
  return hub_access_may_read (access, who, topic);
}

static gboolean
may_stay (gpointer access, const HubIdentity *who)
{
  return hub_access_may_stay (access, who);
}

static guint64
get_generation (gpointer access)
{
  return hub_access_get_generation (access);
}

const HubAccessFuncs hub_access_funcs = {
  .authenticate = authenticate,
  .forget = forget,
  .may_publish = may_publish,
  .may_subscribe = may_subscribe,
  .may_read = may_read,
  .may_stay = may_stay,
  .get_generation = get_generation,
};

/**
 * hub_access_new:
 * @rules: the rules
 * @options: limits of checking passwords
 * @log: where it writes what an operator should know
 *
 * Returns: (transfer full): rules in force, for this thread
 */
HubAccess *
hub_access_new (HubAccessRules *rules, const HubAuthOptions *options, HubLog log)
{
  HubAccess *self = g_new0 (HubAccess, 1);

  self->rules = hub_access_rules_ref (rules);
  self->auth = hub_auth_new (options);
  self->checks = g_hash_table_new_full (NULL, NULL, NULL, check_free);
  self->log = log;
  return self;
}

/**
 * hub_access_free:
 * @self: (transfer full): rules in force
 *
 * Nobody is answered any more. Waits for passwords that are being checked: [method@Hub.Auth.free].
 */
void
hub_access_free (HubAccess *self)
{
  hub_auth_free (self->auth);
  g_hash_table_unref (self->checks);
  hub_access_rules_unref (self->rules);
  g_free (self);
}

/**
 * hub_access_set_log:
 * @self: an access
 * @log: where it writes from now on
 */
void
hub_access_set_log (HubAccess *self, HubLog log)
{
  self->log = log;
}

/**
 * hub_access_set_rules:
 * @self: rules in force
 * @rules: new ones
 *
 * From now on @rules is what counts, for those who are connected as well, and for passwords that are being checked.
 */
void
hub_access_set_rules (HubAccess *self, HubAccessRules *rules)
{
  hub_access_rules_ref (rules);
  hub_access_rules_unref (self->rules);
  self->rules = rules;
  self->generation++;
}

/**
 * hub_access_get_generation:
 * @self: rules in force
 *
 * Returns: a number that is another one after each change of the rules
 */
guint64
hub_access_get_generation (const HubAccess *self)
{
  return self->generation;
}

/**
 * hub_access_get_stats:
 * @self: rules in force
 *
 * Returns: what became of passwords
 */
HubAuthStats
hub_access_get_stats (const HubAccess *self)
{
  return hub_auth_get_stats (self->auth);
}

/**
 * hub_access_may_publish:
 * @self: rules in force
 * @who: who asks
 * @topic: a valid Topic Name
 *
 * Returns: whether @who may publish to @topic
 */
gboolean
hub_access_may_publish (const HubAccess *self, const HubIdentity *who, HubSpan topic)
{
  return hub_access_rules_may (self->rules, who, HUB_ACL_WRITE, topic);
}

/**
 * hub_access_may_subscribe:
 * @self: rules in force
 * @who: who asks
 * @filter: a valid Topic Filter, without `$share` and the name of the group
 *
 * Returns: whether a subscription is taken: [method@Hub.Acl.may_subscribe]
 */
gboolean
hub_access_may_subscribe (const HubAccess *self, const HubIdentity *who, HubSpan filter)
{
  return hub_access_rules_may_subscribe (self->rules, who, filter);
}

/**
 * hub_access_may_read:
 * @self: rules in force
 * @who: who asks
 * @topic: a valid Topic Name
 *
 * Returns: whether @who may get messages to @topic
 */
gboolean
hub_access_may_read (const HubAccess *self, const HubIdentity *who, HubSpan topic)
{
  return hub_access_rules_may (self->rules, who, HUB_ACL_READ, topic);
}

/**
 * hub_access_may_stay:
 * @self: rules in force
 * @who: a client that is connected
 *
 * Returns: whether @who may stay: [method@Hub.AccessRules.may_stay]
 */
gboolean
hub_access_may_stay (const HubAccess *self, const HubIdentity *who)
{
  return hub_access_rules_may_stay (self->rules, who);
}
