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
    .tls_version = self->tls_version,
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
    .keeps_clients = self->keeps_clients,
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
tls_free (gpointer settings)
{
  if (settings != NULL)
    hub_tls_settings_unref (settings);
}

/**
 * hub_server_files_load:
 * @options: the options of a server
 * @ports: (nullable) (element-type guint16): the ports that its doors have got, for what is said of one; %NULL: no door is
 *   named
 * @error: return location
 *
 * Reads all files that @options name. Waits for the disk.
 *
 * Thread: any.
 *
 * Returns: (transfer full): what is in them, or %NULL with @error set when something is wrong with one of them
 */
HubServerFiles *
hub_server_files_load (const HubServerOptions *options, const GArray *ports, GError **error)
{
  g_autoptr (HubServerFiles) self = g_new0 (HubServerFiles, 1);

  self->tls = g_ptr_array_new_with_free_func (tls_free);
  for (guint i = 0; i < options->listeners->len; i++)
    {
      const HubListenerOptions *listener = g_ptr_array_index (options->listeners, i);
      GError *local_error = NULL;

      g_ptr_array_add (self->tls, hub_listener_options_load_tls (listener, &local_error));
      if (local_error != NULL && ports != NULL && i < ports->len)
        {
          g_autofree char *place = hub_listener_options_dup_place (listener, g_array_index (ports, guint16, i));

          g_prefix_error (&local_error, "listener on %s: ", place);
        }
      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return NULL;
        }
    }
  return hub_server_options_load_access (options, &self->rules, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * hub_server_files_free:
 * @self: (transfer full): what files say
 */
void
hub_server_files_free (HubServerFiles *self)
{
  g_ptr_array_unref (self->tls);
  g_clear_pointer (&self->rules, hub_access_rules_unref);
  g_free (self);
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
  g_autoptr (HubServerFiles) files = hub_server_files_load (self, NULL, error);

  if (files == NULL)
    return FALSE;
  for (guint i = 0; files->rules != NULL && hub_access_rules_get_warnings (files->rules)[i] != NULL; i++)
    add_warning (warnings, hub_access_rules_get_warnings (files->rules)[i]);
  for (guint i = 0; i < files->tls->len; i++)
    {
      const HubTlsSettings *tls = g_ptr_array_index (files->tls, i);

      add_warning (warnings, tls != NULL ? hub_tls_settings_get_warning (tls) : NULL);
    }
  return TRUE;
}
