/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-files.h"

/* The files that the options of a server name. */

/**
 * hub_listener_options_load_tls:
 * @self: a door
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the door needs for TLS, or %NULL with @error set; without it, the door does not
 *   speak TLS
 */
HubTlsSettings *
hub_listener_options_load_tls (const HubListenerOptions *self, GError **error)
{
  const HubTlsOptions options = {
    .certfile = self->certfile,
    .keyfile = self->keyfile,
    .cafile = self->cafile,
    .capath = self->capath,
    .crlfile = self->crlfile,
    .tls_version = self->tls_version == HUB_TLS_VERSION_1_3 ? "tlsv1.3" : NULL,
    .require_certificate = self->require_certificate,
    .use_identity_as_username = self->use_identity_as_username,
    .use_subject_as_username = self->use_subject_as_username,
  };

  return hub_tls_options_are_on (&options) ? hub_tls_settings_load (&options, error) : NULL;
}

/**
 * hub_server_options_load_access:
 * @self: the options of a server
 * @error: return location
 *
 * Returns: (transfer full): the rules of access of all doors, or %NULL with @error set, naming file and line
 */
HubAccessRules *
hub_server_options_load_access (const HubServerOptions *self, GError **error)
{
  guint n = self->listeners->len;
  g_autofree HubAccessSettings *settings = g_new0 (HubAccessSettings, n);

  for (guint i = 0; i < n; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (self->listeners, i);

      settings[i] = (HubAccessSettings){
        .allow_anonymous = listener->allow_anonymous,
        .has_certificates = listener->use_identity_as_username || listener->use_subject_as_username,
        .password_file = listener->password_file,
        .acl_file = listener->acl_file,
      };
    }
  return hub_access_rules_load (settings, n, error);
}

static void
add_warning (GPtrArray *warnings, const char *warning)
{
  if (warning != NULL)
    g_ptr_array_add (warnings, g_strdup (warning));
}

/**
 * hub_server_options_check:
 * @self: the options of a server
 * @warnings: (element-type utf8): gets what an operator should know, though nothing is wrong
 * @error: return location
 *
 * Reads all files that a server would read, and forgets them.
 *
 * Returns: %FALSE with @error set when a server would not start with them
 */
gboolean
hub_server_options_check (const HubServerOptions *self, GPtrArray *warnings, GError **error)
{
  g_autoptr (HubAccessRules) rules = hub_server_options_load_access (self, error);

  if (rules == NULL)
    return FALSE;
  for (const char *const *warning = hub_access_rules_get_warnings (rules); *warning != NULL; warning++)
    add_warning (warnings, *warning);

  for (guint i = 0; i < self->listeners->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (HubTlsSettings) tls = hub_listener_options_load_tls (g_ptr_array_index (self->listeners, i), &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      add_warning (warnings, tls != NULL ? hub_tls_settings_get_warning (tls) : NULL);
    }
  return TRUE;
}
