/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-config-private.h"

static gboolean G_GNUC_PRINTF (3, 4)
  fail_door (const HubConfigDoor *door, GError **error, const char *format, ...)
{
  const HubConfigPlace place = { door->file_name != NULL ? door->file_name : "?", door->line };
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  return hub_config_fail (&place, HUB_CONFIG_ERROR_CONFLICT, error, "%s", sentence);
}

/* What was said for all listeners holds for those of which nothing else was said. */
static void
take_over_access (const HubConfigParser *self, HubConfigDoor *door)
{
  const HubListenerOptions *access = self->access;
  guint missing = self->access_given & ~door->given;

  if (missing & HUB_CONFIG_GIVEN_ALLOW_ANONYMOUS)
    door->options->allow_anonymous = access->allow_anonymous;
  if (missing & HUB_CONFIG_GIVEN_ALLOW_ZERO_LENGTH_CLIENTID)
    door->options->allow_zero_length_clientid = access->allow_zero_length_clientid;
  if (missing & HUB_CONFIG_GIVEN_AUTO_ID_PREFIX)
    door->options->auto_id_prefix = g_strdup (access->auto_id_prefix);
  if (missing & HUB_CONFIG_GIVEN_PASSWORD_FILE)
    door->options->password_file = g_strdup (access->password_file);
  if (missing & HUB_CONFIG_GIVEN_ACL_FILE)
    door->options->acl_file = g_strdup (access->acl_file);
  door->given |= missing;

  /* Whoever sets up who may come in does not mean everybody. */
  if ((door->given & HUB_CONFIG_GIVEN_ALLOW_ANONYMOUS) == 0)
    door->options->allow_anonymous = door->options->password_file == NULL && !door->options->require_certificate;
}

static gboolean
check_tls (const HubConfigDoor *door, GError **error)
{
  const HubListenerOptions *options = door->options;

  if (options->certfile != NULL && options->keyfile == NULL)
    return fail_door (door, error, "this listener has a certfile and no keyfile");
  if (options->certfile == NULL && options->keyfile != NULL)
    return fail_door (door, error, "this listener has a keyfile and no certfile");
  if (options->certfile == NULL &&
      (options->cafile != NULL || options->capath != NULL || options->crlfile != NULL || options->require_certificate ||
       options->use_identity_as_username || options->use_subject_as_username))
    return fail_door (door, error, "this listener has no certfile and no keyfile, and without them no certificates at all");
  if (options->certfile == NULL && (door->given & HUB_CONFIG_GIVEN_TLS_VERSION) != 0)
    return fail_door (door, error, "this listener has a tls_version, and no certfile and no keyfile to speak TLS with");
  if (options->require_certificate && options->cafile == NULL && options->capath == NULL)
    return fail_door (door, error, "this listener wants certificates, and has neither cafile nor capath to check them with");
  if (options->crlfile != NULL && options->cafile == NULL && options->capath == NULL)
    return fail_door (door, error, "this listener has a crlfile, and neither cafile nor capath");
  return TRUE;
}

static gboolean
check_door (const HubConfigDoor *door, GError **error)
{
  if (door->options->unix_path != NULL && door->options->socket_domain != HUB_SOCKET_DOMAIN_ANY)
    return fail_door (door, error, "this listener is a Unix socket, and has a socket_domain");
  return check_tls (door, error);
}

static void
finish_store (HubConfigParser *self)
{
  HubConfigStore *store = &self->config->store;

  /* In memory there is less room than on a disk. */
  if (!self->has_record_max_messages && store->persistence)
    store->record_max_messages = 0;
  if (!self->has_record_max_bytes && store->persistence)
    store->record_max_bytes = 0;
}

/*
 * hub_config_finish:
 *
 * Does what can be done only when everything was read: gives each listener what was said for all of them, opens the
 * default ports when no other is named, and looks whether everything goes together.
 */
gboolean
hub_config_finish (HubConfigParser *self, GError **error)
{
  HubConfigDoor *first = g_ptr_array_index (self->doors, 0);
  gboolean is_first_open = self->is_first_asked || self->doors->len == 1;

  for (guint i = is_first_open ? 0 : 1; i < self->doors->len; i++)
    {
      HubConfigDoor *door = g_ptr_array_index (self->doors, i);

      take_over_access (self, door);
      if (!check_door (door, error))
        return FALSE;
      /* The default ports, both of them with what was said where no listener had been named. */
      if (door == first && !self->is_first_asked)
        hub_config_add_listeners_like (self->config, door->options);
      else
        hub_config_add_listener (self->config, g_steal_pointer (&door->options));
    }
  if (!is_first_open && self->first_option != NULL)
    g_ptr_array_add (self->config->notices,
                     g_strdup_printf ("%s: without effect: it stands before every listener, and belongs to one",
                                      self->first_option));
  finish_store (self);
  hub_config_set_log_types (self->config, self->config->log.types);
  return TRUE;
}
