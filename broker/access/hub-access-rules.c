/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-access-rules.h"

struct _HubAccessRules
{
  GArray *listeners;   /* (owned) (element-type HubAccessListener): by number */
  GPtrArray *warnings; /* (owned) (element-type utf8): ended by %NULL */
  gboolean keeps_clients;
};

/* Files by path: what several listeners name is read once. */
typedef struct
{
  GHashTable *passwords; /* (owned) (element-type utf8 HubPasswordFile): owns neither; the rules do */
  GHashTable *acls;      /* (owned) (element-type utf8 HubAcl): the same */
} Loaded;

static void
listener_clear (gpointer data)
{
  HubAccessListener *listener = data;

  g_clear_pointer (&listener->passwords, hub_password_file_unref);
  g_clear_pointer (&listener->acl, hub_acl_unref);
}

static void
clear (gpointer data)
{
  HubAccessRules *self = data;

  g_array_unref (self->listeners);
  g_ptr_array_unref (self->warnings);
}

static HubAccessRules *
create (void)
{
  HubAccessRules *self = g_atomic_rc_box_new0 (HubAccessRules);

  self->listeners = g_array_new (FALSE, TRUE, sizeof (HubAccessListener));
  g_array_set_clear_func (self->listeners, listener_clear);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static gboolean
load_passwords (Loaded *loaded, HubAccessListener *listener, const char *path, GError **error)
{
  HubPasswordFile *known = path != NULL ? g_hash_table_lookup (loaded->passwords, path) : NULL;

  if (path == NULL)
    return TRUE;
  listener->passwords = known != NULL ? hub_password_file_ref (known) : hub_password_file_load (path, error);
  if (listener->passwords != NULL)
    g_hash_table_insert (loaded->passwords, (gpointer) path, listener->passwords);
  return listener->passwords != NULL;
}

static gboolean
load_acl (Loaded *loaded, HubAccessListener *listener, const char *path, GError **error)
{
  HubAcl *known = path != NULL ? g_hash_table_lookup (loaded->acls, path) : NULL;

  if (path == NULL)
    return TRUE;
  listener->acl = known != NULL ? hub_acl_ref (known) : hub_acl_load (path, error);
  if (listener->acl != NULL)
    g_hash_table_insert (loaded->acls, (gpointer) path, listener->acl);
  return listener->acl != NULL;
}

static gboolean
load_listener (HubAccessRules *self, Loaded *loaded, const HubAccessSettings *settings, GError **error)
{
  HubAccessListener *listener;

  g_array_set_size (self->listeners, self->listeners->len + 1);
  listener = &g_array_index (self->listeners, HubAccessListener, self->listeners->len - 1);
  listener->allow_anonymous = settings->allow_anonymous;
  self->keeps_clients = self->keeps_clients || settings->keeps_clients;
  return load_passwords (loaded, listener, settings->password_file, error) &&
         load_acl (loaded, listener, settings->acl_file, error);
}

static void
add_warning (HubAccessRules *self, const char *warning)
{
  if (!g_ptr_array_find_with_equal_func (self->warnings, warning, g_str_equal, NULL))
    g_ptr_array_add (self->warnings, g_strdup (warning));
}

/* What is allowed, and most likely not meant. */
static void
collect_warnings (HubAccessRules *self, const HubAccessListener *listener, const HubAccessSettings *settings)
{
  if (settings->has_certificates || listener->passwords != NULL)
    return;
  if (!listener->allow_anonymous)
    {
      add_warning (self, "Nobody can connect: allow_anonymous is false, and no password_file says who may.");
    }
  else if (listener->acl != NULL && hub_acl_has_users (listener->acl))
    {
      g_autofree char *warning = g_strdup_printf ("%s has rules for users, but no password_file says who they are: "
                                                  "everybody can use every name.",
                                                  settings->acl_file);

      add_warning (self, warning);
    }
}

static const HubAccessListener *
get_listener (const HubAccessRules *self, guint listener)
{
  return listener < self->listeners->len ? &g_array_index (self->listeners, HubAccessListener, listener) : NULL;
}

static gboolean
may (const HubAccessListener *listener, const HubIdentity *who, HubAclAccess access, HubSpan topic)
{
  return listener->acl == NULL || hub_acl_check (listener->acl, who, access, topic);
}

/**
 * hub_access_rules_new:
 * @listeners: (array length=n_listeners): the rules of each listener
 * @n_listeners: how many there are
 *
 * Returns: (transfer full): the rules
 */
HubAccessRules *
hub_access_rules_new (const HubAccessListener *listeners, guint n_listeners)
{
  HubAccessRules *self = create ();

  for (guint i = 0; i < n_listeners; i++)
    {
      HubAccessListener listener = listeners[i];

      if (listener.passwords != NULL)
        hub_password_file_ref (listener.passwords);
      if (listener.acl != NULL)
        hub_acl_ref (listener.acl);
      g_array_append_val (self->listeners, listener);
    }
  g_ptr_array_add (self->warnings, NULL);
  return self;
}

/**
 * hub_access_rules_load:
 * @settings: (array length=n_listeners): what the configuration says of each listener
 * @n_listeners: how many there are
 * @error: return location
 *
 * Reads all files. If one cannot be read or is not understood there are no rules at all: then a start is to be refused, and
 * a reload to keep the rules in force. Not for the broker thread: it waits for the disk.
 *
 * Thread: any.
 *
 * Returns: (transfer full) (nullable): the rules, or %NULL with @error set, naming file and line
 */
HubAccessRules *
hub_access_rules_load (const HubAccessSettings *settings, guint n_listeners, GError **error)
{
  g_autoptr (HubAccessRules) self = create ();
  g_autoptr (GHashTable) passwords = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) acls = g_hash_table_new (g_str_hash, g_str_equal);
  Loaded loaded = { passwords, acls };

  for (guint i = 0; i < n_listeners; i++)
    {
      if (!load_listener (self, &loaded, &settings[i], error))
        return NULL;
      collect_warnings (self, get_listener (self, i), &settings[i]);
    }
  g_ptr_array_add (self->warnings, NULL);
  return g_steal_pointer (&self);
}

/**
 * hub_access_rules_ref:
 * @self: rules
 *
 * Returns: (transfer full): @self
 */
HubAccessRules *
hub_access_rules_ref (HubAccessRules *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * hub_access_rules_unref:
 * @self: (transfer full): rules
 */
void
hub_access_rules_unref (HubAccessRules *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * hub_access_rules_get_warnings:
 * @self: rules
 *
 * Returns: (transfer none) (array zero-terminated=1): sentences for the log, about what is allowed and hardly meant
 */
const char *const *
hub_access_rules_get_warnings (const HubAccessRules *self)
{
  return (const char *const *) self->warnings->pdata;
}

/**
 * hub_access_rules_get_passwords:
 * @self: rules
 * @listener: number of a listener
 *
 * Returns: (transfer none) (nullable): the users of @listener
 */
HubPasswordFile *
hub_access_rules_get_passwords (const HubAccessRules *self, guint listener)
{
  const HubAccessListener *rules = get_listener (self, listener);

  return rules != NULL ? rules->passwords : NULL;
}

/**
 * hub_access_rules_judge:
 * @self: rules
 * @credentials: what somebody says of himself
 * @answer: (out): the answer; with %HUB_ACCESS_ASK the one for a wrong password, but as whom it would be
 *
 * Judges without looking at the password. A listener that is not known lets nobody in. Where there are no users a user
 * name is taken as it is said, if anonymous clients are welcome, as Mosquitto does.
 *
 * Returns: whether he may come in
 */
HubAccessVerdict
hub_access_rules_judge (const HubAccessRules *self, const HubCredentials *credentials, HubAuthAnswer *answer)
{
  const HubAccessListener *listener = get_listener (self, credentials->origin.listener);
  const char *certificate_name = credentials->origin.certificate_name;

  *answer = (HubAuthAnswer){ .reason = HUB_REASON_NOT_AUTHORIZED, .user_name = credentials->user_name };
  if (listener == NULL)
    return HUB_ACCESS_REFUSED;
  if (certificate_name != NULL)
    {
      *answer = (HubAuthAnswer){ HUB_REASON_SUCCESS, certificate_name, TRUE };
      return HUB_ACCESS_GRANTED;
    }
  if (credentials->user_name == NULL || listener->passwords == NULL)
    {
      if (!listener->allow_anonymous)
        return HUB_ACCESS_REFUSED;
      answer->reason = HUB_REASON_SUCCESS;
      return HUB_ACCESS_GRANTED;
    }
  answer->reason = HUB_REASON_BAD_CREDENTIALS;
  return credentials->has_password ? HUB_ACCESS_ASK : HUB_ACCESS_REFUSED;
}

/**
 * hub_access_rules_may:
 * @self: rules
 * @who: who asks
 * @access: what for; one of them
 * @topic: a valid Topic Name
 *
 * Returns: whether @who may; with %HUB_LISTENER_NONE: whether every listener would allow it
 */
gboolean
hub_access_rules_may (const HubAccessRules *self, const HubIdentity *who, HubAclAccess access, HubSpan topic)
{
  const HubAccessListener *listener = get_listener (self, who->listener);
  gboolean may_everywhere = who->listener == HUB_LISTENER_NONE;

  if (listener != NULL)
    return may (listener, who, access, topic);
  for (guint i = 0; may_everywhere && i < self->listeners->len; i++)
    may_everywhere = may (get_listener (self, i), who, access, topic);
  return may_everywhere;
}

/**
 * hub_access_rules_may_subscribe:
 * @self: rules
 * @who: who asks; its listener is known
 * @filter: a valid Topic Filter, without `$share` and the name of the group
 *
 * Returns: %FALSE when nothing could come of it: [method@Hub.Acl.may_subscribe]
 */
gboolean
hub_access_rules_may_subscribe (const HubAccessRules *self, const HubIdentity *who, HubSpan filter)
{
  const HubAccessListener *listener = get_listener (self, who->listener);

  return listener != NULL && (listener->acl == NULL || hub_acl_may_subscribe (listener->acl, who, filter));
}

/**
 * hub_access_rules_may_stay:
 * @self: rules
 * @who: a client that came in by earlier rules
 *
 * Its password is not known any more, so that one who has a new password stays.
 *
 * Returns: %FALSE when it is sure that @who would not be let in now, and these rules do not keep clients: a user who was
 *   taken out, or one without a name where a name is needed
 */
gboolean
hub_access_rules_may_stay (const HubAccessRules *self, const HubIdentity *who)
{
  const HubAccessListener *listener = get_listener (self, who->listener);

  if (self->keeps_clients)
    return TRUE;
  if (listener == NULL)
    return FALSE;
  if (who->is_certified)
    return TRUE;
  if (who->user_name == NULL || listener->passwords == NULL)
    return listener->allow_anonymous;
  return hub_password_file_lookup (listener->passwords, who->user_name) != NULL;
}
