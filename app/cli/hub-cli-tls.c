/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/cli/hub-cli-tls.h"

#include "app/cli/hub-cli-options.h"

#include <glib/gi18n-lib.h>

/* What mosquitto_pub has and GLib has not: to leave it out without a word would be worse than to refuse it. */
static gboolean
refuse_cb (const char *name, const char *value, gpointer data, GError **error)
{
  /* Translators: %s is an option. */
  return hub_cli_fail (error, _ ("%s is not supported; see “Differences from Mosquitto” in hubbub(1)"), name);
}

/**
 * hub_cli_tls_add_options:
 * @self: what outlives @context
 * @context: what reads the command line
 *
 * Adds the options of TLS; those that are not supported are known, and refused.
 */
void
hub_cli_tls_add_options (HubCliTls *self, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "cafile", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file, N_ ("Encrypt, and trust whom this file names"), N_ ("FILE") },
    { "tls-use-os-certs", 0, 0, G_OPTION_ARG_NONE, &self->uses_os_certificates, N_ ("Encrypt, and trust whom this system trusts"), NULL },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &self->certificate_file, N_ ("The own certificate"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self->key_file, N_ ("Its key"), N_ ("FILE") },
    { "tls-alpn", 0, 0, G_OPTION_ARG_STRING, &self->protocol, N_ ("The protocol to offer by ALPN"), N_ ("NAME") },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &self->is_insecure, N_ ("Let the certificate be for another name"), NULL },
    { NULL },
  };
  const GOptionEntry refused[] = {
    { "capath", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "ciphers", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "keyform", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "proxy", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "psk", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "psk-identity", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "tls-engine", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "tls-engine-kpass-sha1", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { "tls-version", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_CALLBACK, (gpointer) refuse_cb, NULL, NULL },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, refused, NULL);
}

/**
 * hub_cli_tls_is_asked_for:
 * @self: what was read
 *
 * Returns: whether the connection is to be encrypted, as far as these options say so
 */
gboolean
hub_cli_tls_is_asked_for (const HubCliTls *self)
{
  return self->ca_file != NULL || self->uses_os_certificates;
}

/**
 * hub_cli_tls_has_details:
 * @self: what was read
 *
 * Returns: whether something was said that makes sense only where the connection is encrypted
 */
gboolean
hub_cli_tls_has_details (const HubCliTls *self)
{
  return hub_cli_tls_is_asked_for (self) || self->certificate_file != NULL || self->key_file != NULL || self->protocol != NULL ||
         self->is_insecure;
}

/**
 * hub_cli_tls_load:
 * @self: what was read
 * @error: return location
 *
 * Reads the files.
 *
 * Returns: %FALSE with @error set when something is wrong with them
 */
gboolean
hub_cli_tls_load (HubCliTls *self, GError **error)
{
  if (self->ca_file != NULL && self->uses_os_certificates)
    return hub_cli_fail (error, _ ("--cafile and --tls-use-os-certs say two different things: one of them is enough"));
  if ((self->certificate_file != NULL) != (self->key_file != NULL))
    return hub_cli_fail (error, _ ("--cert and --key go together"));
  if (self->ca_file != NULL)
    {
      /* GIO wants the whole path. */
      g_autofree char *path = g_canonicalize_filename (self->ca_file, NULL);

      self->terms.trusted = g_tls_file_database_new (path, error);
      if (self->terms.trusted == NULL)
        return FALSE;
    }
  if (self->certificate_file != NULL)
    {
      self->terms.certificate = g_tls_certificate_new_from_files (self->certificate_file, self->key_file, error);
      if (self->terms.certificate == NULL)
        return FALSE;
    }
  self->protocols[0] = self->protocol;
  self->terms.protocols = self->protocol != NULL ? self->protocols : NULL;
  self->terms.ignores_name = self->is_insecure;
  return TRUE;
}

/**
 * hub_cli_tls_clear:
 * @self: what was read
 */
void
hub_cli_tls_clear (HubCliTls *self)
{
  g_clear_object (&self->terms.own_address);
  g_clear_object (&self->terms.trusted);
  g_clear_object (&self->terms.certificate);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_pointer (&self->certificate_file, g_free);
  g_clear_pointer (&self->key_file, g_free);
  g_clear_pointer (&self->protocol, g_free);
}
