/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-private.h"

/* The rules of access of a server, put in force. */

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
