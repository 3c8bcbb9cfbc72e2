/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-private.h"

/* The rules of access of a server: from the options of its listeners to the core. */

static HubAccessSettings
settings_of (const HubListenerOptions *listener)
{
  return (HubAccessSettings){
    .allow_anonymous = listener->allow_anonymous,
    .has_certificates = listener->use_identity_as_username || listener->use_subject_as_username,
    .password_file = listener->password_file,
    .acl_file = listener->acl_file,
  };
}

static gboolean
needs_rules (const HubAccessSettings *settings)
{
  return settings->has_certificates || settings->password_file != NULL || settings->acl_file != NULL;
}

/*
 * hub_server_load_rules:
 * @options: the options that are to hold
 * @rules: (out) (nullable): the rules; %NULL when there are none but who may be anonymous
 * @error: return location
 *
 * Reads the files of users and of rules. What is wrong with one of them is an error: nothing is ever open by mistake.
 */
gboolean
hub_server_load_rules (const HubServerOptions *options, HubAccessRules **rules, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (HubAccessSettings));
  gboolean is_needed = FALSE;

  *rules = NULL;
  for (guint i = 0; i < options->listeners->len; i++)
    {
      HubAccessSettings settings = settings_of (g_ptr_array_index (options->listeners, i));

      is_needed = is_needed || needs_rules (&settings);
      /* Where no file has a say, the hooks have found out already whether somebody may do without a name. */
      if (options->hooks != NULL && settings.password_file == NULL)
        settings.allow_anonymous = TRUE;
      g_array_append_val (all, settings);
    }
  if (!is_needed)
    return TRUE;
  *rules = hub_access_rules_load ((const HubAccessSettings *) (gpointer) all->data, all->len, error);
  return *rules != NULL;
}

static void
set_access (HubServer *self, const HubAccessFuncs *access, gpointer data)
{
  hub_api_set_access (self->api, access, data);
  hub_core_set_access (self->core, access, data, g_get_monotonic_time ());
}

/*
 * hub_server_use_rules:
 * @rules: (transfer full) (nullable): the rules that hold from now on
 *
 * Puts rules in force, also for those who are connected.
 */
void
hub_server_use_rules (HubServer *self, HubAccessRules *rules)
{
  G_GNUC_UNUSED g_autoptr (HubAccessRules) owned = rules;
  HubAuthOptions auth_options;

  if (rules == NULL)
    {
      set_access (self, self->options->hooks, self->options->hooks_data);
      g_clear_pointer (&self->access, hub_access_free);
      return;
    }
  for (const char *const *warning = hub_access_rules_get_warnings (rules); warning != NULL && *warning != NULL; warning++)
    hub_log_line (hub_server_get_log (self), HUB_LOG_WARNING, "%s", *warning);
  if (self->access != NULL)
    {
      hub_access_set_rules (self->access, rules);
      hub_core_rules_changed (self->core, g_get_monotonic_time ());
      return;
    }
  hub_auth_options_init (&auth_options);
  self->access = hub_access_new (rules, &auth_options, *hub_server_get_log (self));
  if (self->options->hooks == NULL)
    {
      set_access (self, &hub_access_funcs, self->access);
      return;
    }
  self->chain = (HubAccessChain){ self->options->hooks, self->options->hooks_data, &hub_access_funcs, self->access };
  set_access (self, &hub_access_chain_funcs, &self->chain);
}
