/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-server-files.h"

#include "broker/net/hub-server-private.h"

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
  const char *const *more;

  if (!hub_server_load_rules (self, &rules, error))
    return FALSE;
  more = rules != NULL ? hub_access_rules_get_warnings (rules) : NULL;
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    add_warning (warnings, more[i]);

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
