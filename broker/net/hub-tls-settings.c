/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-tls-settings.h"

#include "broker/net/hub-tls-trust.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <string.h>

#define KEY_ID_SIZE 64

typedef enum
{
  NAME_NONE,
  NAME_COMMON_NAME,
  NAME_SUBJECT,
} NameSource;

struct _HubTlsSettings
{
  GTlsCertificate *certificate; /* (owned) */
  HubTlsTrust *trust;           /* (owned) (nullable): no certificate of clients is asked for */
  char *warning;                /* (owned) (nullable) */
  GTlsProtocolVersion oldest;
  NameSource name_source;
};

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_privkey_t, gnutls_x509_privkey_deinit, NULL)

static gboolean G_GNUC_PRINTF (2, 3)
  fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
is_asking (const HubTlsOptions *options)
{
  return options->require_certificate || options->use_identity_as_username || options->use_subject_as_username;
}

/* Who has a certificate asked for and nobody to sign it would let in nobody; the other way round, more than was meant. */
static gboolean
check_options (const HubTlsOptions *options, GError **error)
{
  if (options->certfile == NULL)
    return fail (error, "the options about TLS need a certfile");
  if (is_asking (options) && options->cafile == NULL && options->capath == NULL)
    return fail (error, "to require certificates of clients, cafile or capath must say whose are accepted");
  if (options->crlfile != NULL && !is_asking (options))
    return fail (error, "a crlfile is of no use without require_certificate");
  if (options->use_identity_as_username && options->use_subject_as_username)
    return fail (error, "use_identity_as_username and use_subject_as_username exclude each other");
  return TRUE;
}

static GTlsProtocolVersion
oldest_of (HubTlsVersion version)
{
  return version == HUB_TLS_VERSION_1_3 ? G_TLS_PROTOCOL_VERSION_TLS_1_3 : G_TLS_PROTOCOL_VERSION_TLS_1_2;
}

static char *
read_file (const char *option, const char *path, GError **error)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    g_prefix_error (error, "%s: ", option);
  return text;
}

static gnutls_datum_t
datum (const char *text)
{
  return (gnutls_datum_t){ (unsigned char *) text, (unsigned) strlen (text) };
}

static gboolean
parse_certificate (gnutls_x509_crt_t *certificate, const char *path, const char *text, GError **error)
{
  gnutls_datum_t data = datum (text);
  int result = gnutls_x509_crt_init (certificate);

  if (result >= 0)
    result = gnutls_x509_crt_import (*certificate, &data, GNUTLS_X509_FMT_PEM);
  return result >= 0 || fail (error, "certfile '%s': there is no certificate in it: %s", path, gnutls_strerror (result));
}

static gboolean
parse_key (gnutls_x509_privkey_t *key, const char *option, const char *path, const char *text, GError **error)
{
  gnutls_datum_t data = datum (text);
  int result = gnutls_x509_privkey_init (key);

  if (result >= 0)
    result = gnutls_x509_privkey_import2 (*key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
  if (result == GNUTLS_E_DECRYPTION_FAILED)
    return fail (error, "%s '%s': the private key is encrypted, and nobody is there to type a password", option, path);
  return result >= 0 || fail (error, "%s '%s': there is no private key in it: %s", option, path, gnutls_strerror (result));
}

/* A new certificate beside the old key is what a renewal that went half way leaves. */
static gboolean
belong_together (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
  unsigned char certificate_id[KEY_ID_SIZE];
  unsigned char key_id[KEY_ID_SIZE];
  size_t certificate_id_size = sizeof certificate_id;
  size_t key_id_size = sizeof key_id;

  return gnutls_x509_crt_get_key_id (certificate, GNUTLS_KEYID_USE_SHA256, certificate_id, &certificate_id_size) >= 0 &&
         gnutls_x509_privkey_get_key_id (key, GNUTLS_KEYID_USE_SHA256, key_id, &key_id_size) >= 0 &&
         certificate_id_size == key_id_size && memcmp (certificate_id, key_id, key_id_size) == 0;
}

/* The one form of a key that GIO reads whatever it was in. */
static char *
make_pem (const char *certificates, gnutls_x509_privkey_t key)
{
  gnutls_datum_t data = { 0 };
  g_autofree char *text = NULL;

  if (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &data) < 0)
    return NULL;
  text = g_strndup ((const char *) data.data, data.size);
  gnutls_memset (data.data, 0, data.size);
  gnutls_free (data.data);
  return g_strconcat (text, "\n", certificates, NULL);
}

static char *
make_warning (gnutls_x509_crt_t certificate, const char *path)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  if (gnutls_x509_crt_get_expiration_time (certificate) < now_s)
    return g_strdup_printf ("The certificate in '%s' has expired.", path);
  if (gnutls_x509_crt_get_activation_time (certificate) > now_s)
    return g_strdup_printf ("The certificate in '%s' is not valid yet.", path);
  return NULL;
}

static gboolean
load_certificate (HubTlsSettings *self, const HubTlsOptions *options, GError **error)
{
  const char *key_option = options->keyfile != NULL ? "keyfile" : "certfile";
  const char *key_path = options->keyfile != NULL ? options->keyfile : options->certfile;
  g_autofree char *certificate_text = NULL;
  g_autofree char *key_text = NULL;
  g_autofree char *pem = NULL;
  g_auto (gnutls_x509_crt_t) certificate = NULL;
  g_auto (gnutls_x509_privkey_t) key = NULL;

  certificate_text = read_file ("certfile", options->certfile, error);
  if (certificate_text == NULL || !parse_certificate (&certificate, options->certfile, certificate_text, error))
    return FALSE;
  key_text = read_file (key_option, key_path, error);
  if (key_text == NULL || !parse_key (&key, key_option, key_path, key_text, error))
    return FALSE;
  if (!belong_together (certificate, key))
    return fail (error, "%s '%s': the private key is not that of the certificate in '%s'", key_option, key_path, options->certfile);

  self->warning = make_warning (certificate, options->certfile);
  pem = make_pem (certificate_text, key);
  if (pem == NULL)
    return fail (error, "%s '%s': the private key is of a kind that cannot be used", key_option, key_path);
  self->certificate = g_tls_certificate_new_from_pem (pem, -1, error);
  if (self->certificate == NULL)
    g_prefix_error (error, "certfile '%s': ", options->certfile);
  return self->certificate != NULL;
}

static const char *
version_name (GTlsProtocolVersion version)
{
  switch ((int) version)
    {
    case G_TLS_PROTOCOL_VERSION_TLS_1_0:
      return "TLS 1.0";
    case G_TLS_PROTOCOL_VERSION_TLS_1_1:
      return "TLS 1.1";
    case G_TLS_PROTOCOL_VERSION_TLS_1_2:
      return "TLS 1.2";
    case G_TLS_PROTOCOL_VERSION_TLS_1_3:
      return "TLS 1.3";
    default:
      return "an old version of TLS";
    }
}

/**
 * hub_tls_options_are_on:
 * @options: what a listener is told
 *
 * Returns: whether anything in it asks for TLS
 */
gboolean
hub_tls_options_are_on (const HubTlsOptions *options)
{
  return options->certfile != NULL || options->keyfile != NULL || options->cafile != NULL || options->capath != NULL ||
         options->crlfile != NULL || options->tls_version != HUB_TLS_VERSION_1_2 || is_asking (options);
}

/**
 * hub_tls_settings_load:
 * @options: what a listener is told
 * @error: return location
 *
 * Reads the files. They may be changed or removed afterwards.
 *
 * Returns: (transfer full): settings, or %NULL with @error set: it names the option, and the file if it is about one
 */
HubTlsSettings *
hub_tls_settings_load (const HubTlsOptions *options, GError **error)
{
  g_autoptr (HubTlsSettings) self = g_rc_box_new0 (HubTlsSettings);

  if (!check_options (options, error) || !load_certificate (self, options, error))
    return NULL;
  self->oldest = oldest_of (options->tls_version);
  if (is_asking (options))
    {
      self->trust = hub_tls_trust_load (options->cafile, options->capath, options->crlfile, error);
      if (self->trust == NULL)
        return NULL;
    }
  if (options->use_identity_as_username)
    self->name_source = NAME_COMMON_NAME;
  else if (options->use_subject_as_username)
    self->name_source = NAME_SUBJECT;
  return g_steal_pointer (&self);
}

/**
 * hub_tls_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): @self
 */
HubTlsSettings *
hub_tls_settings_ref (HubTlsSettings *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  HubTlsSettings *self = data;

  g_clear_object (&self->certificate);
  g_clear_pointer (&self->trust, hub_tls_trust_free);
  g_free (self->warning);
}

/**
 * hub_tls_settings_unref:
 * @self: (transfer full): settings
 */
void
hub_tls_settings_unref (HubTlsSettings *self)
{
  g_rc_box_release_full (self, clear);
}

/**
 * hub_tls_settings_get_warning:
 * @self: settings
 *
 * Returns: (nullable): a sentence about what will not work with them
 */
const char *
hub_tls_settings_get_warning (const HubTlsSettings *self)
{
  return self->warning;
}

/* Looked at when the handshake is over, since the library does not ask about sessions that are taken up again. */
static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer user_data)
{
  return TRUE;
}

/**
 * hub_tls_settings_begin:
 * @self: settings
 * @stream: what a client has come in on
 * @error: return location
 *
 * Returns: (transfer full): the broker's side of a handshake that has not begun, or %NULL with @error set
 */
GTlsConnection *
hub_tls_settings_begin (const HubTlsSettings *self, GIOStream *stream, GError **error)
{
  GIOStream *result = g_tls_server_connection_new (stream, self->certificate, error);

  if (result == NULL)
    return NULL;
  g_object_set (result,
                "authentication-mode",
                self->trust != NULL ? G_TLS_AUTHENTICATION_REQUIRED : G_TLS_AUTHENTICATION_NONE,
                "database",
                NULL,
                "require-close-notify",
                FALSE,
                NULL);
  g_signal_connect (result, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
  return G_TLS_CONNECTION (result);
}

/**
 * hub_tls_settings_finish:
 * @self: the settings that @connection was begun with
 * @connection: a connection whose handshake is over
 * @identity: (out) (optional) (nullable) (transfer full): the user name that the client has proved
 * @error: return location
 *
 * Here it is decided who is let in: the library speaks versions that are too old, and accepts any certificate.
 *
 * Returns: %FALSE with @error set when the client is not let in: the end of a sentence about it
 */
gboolean
hub_tls_settings_finish (const HubTlsSettings *self, GTlsConnection *connection, char **identity, GError **error)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (connection);
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (connection);

  *identity = NULL;
  if (version < self->oldest)
    return fail (error, "speaks %s, and tls_version asks for %s", version_name (version), version_name (self->oldest));
  if (self->trust == NULL)
    return TRUE;
  if (certificate == NULL)
    return fail (error, "has no certificate");
  if (!hub_tls_trust_check (self->trust, certificate, error))
    {
      g_prefix_error (error, "has a certificate that is not accepted: ");
      return FALSE;
    }

  if (self->name_source == NAME_COMMON_NAME)
    *identity = hub_tls_common_name (certificate, error);
  else if (self->name_source == NAME_SUBJECT)
    *identity = hub_tls_subject (certificate, error);
  if (self->name_source == NAME_NONE || *identity != NULL)
    return TRUE;
  g_prefix_error (error, "has a certificate that names no user: ");
  return FALSE;
}
