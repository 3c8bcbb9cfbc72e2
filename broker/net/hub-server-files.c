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

static HubAccessSettings
settings_of (const HubServerOptions *self, const HubListenerOptions *listener)
{
  HubAccessSettings settings = {
    .allow_anonymous = listener->allow_anonymous,
    .has_certificates = listener->use_identity_as_username || listener->use_subject_as_username,
    .password_file = listener->password_file,
    .acl_file = listener->acl_file,
  };

  /* Where no file has a say, the hooks have found out already whether somebody may do without a name. */
  if (self->hooks != NULL && settings.password_file == NULL)
    settings.allow_anonymous = TRUE;
  return settings;
}

static gboolean
needs_rules (const HubAccessSettings *settings)
{
  return !settings->allow_anonymous || settings->has_certificates || settings->password_file != NULL ||
         settings->acl_file != NULL;
}

/**
 * hub_server_options_load_access:
 * @self: the options of a server
 * @rules: (out) (nullable) (transfer full): the rules of all doors; %NULL: everybody may do everything
 * @error: return location
 *
 * Reads the files of users and of rules. What is wrong with one of them is an error: nothing is ever open by mistake.
 *
 * Returns: %FALSE with @error set, naming file and line
 */
gboolean
hub_server_options_load_access (const HubServerOptions *self, HubAccessRules **rules, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (HubAccessSettings));
  gboolean is_needed = FALSE;

  *rules = NULL;
  for (guint i = 0; i < self->listeners->len; i++)
    {
      HubAccessSettings settings = settings_of (self, g_ptr_array_index (self->listeners, i));

      is_needed = is_needed || needs_rules (&settings);
      g_array_append_val (all, settings);
    }
  if (!is_needed)
    return TRUE;
  *rules = hub_access_rules_load ((const HubAccessSettings *) (gpointer) all->data, all->len, error);
  return *rules != NULL;
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
  g_autoptr (HubAccessRules) rules = NULL;

  if (!hub_server_options_load_access (self, &rules, error))
    return FALSE;
  for (guint i = 0; rules != NULL && hub_access_rules_get_warnings (rules)[i] != NULL; i++)
    add_warning (warnings, hub_access_rules_get_warnings (rules)[i]);

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
