/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-tls-trust.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <stdlib.h>
#include <string.h>

/* GIO verifies against one file of authorities, and knows nothing of revocation: this asks GnuTLS directly, about the
 * certificates as they came. */

#define CHAIN_MAX 10
#define PEM_CERTIFICATE "-----BEGIN CERTIFICATE-----"
#define PEM_REVOCATIONS "-----BEGIN X509 CRL-----"

struct _HubTlsTrust
{
  gnutls_x509_trust_list_t list; /* (owned) */
  GHashTable *crl_ends;          /* (owned) (element-type GBytes gint64): who has a list, and when the next one is due,
                                  * seconds since 1970 */
};

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (gnutls_x509_crt_t, gnutls_x509_crt_deinit, NULL)

static gboolean
fail (GError **error, const char *option, const char *path, const char *reason)
{
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "%s '%s': %s", option, path, reason);
  return FALSE;
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, reason);
  return FALSE;
}

/* What belongs to the data is freed by the function that frees the text. */
static gboolean
read_file (const char *option, const char *path, char **text, gnutls_datum_t *data, GError **error)
{
  gsize size;

  if (!g_file_get_contents (path, text, &size, error))
    {
      g_prefix_error (error, "%s: ", option);
      return FALSE;
    }
  if (size > G_MAXUINT / 2)
    return fail (error, option, path, "it is too large");
  *data = (gnutls_datum_t){ (unsigned char *) *text, (unsigned) size };
  return TRUE;
}

static gboolean
add_authorities (HubTlsTrust *self, const char *option, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t data;
  gnutls_x509_crt_t *authorities = NULL;
  unsigned n_authorities = 0;
  int result;

  if (!read_file (option, path, &text, &data, error))
    return FALSE;
  if (strstr (text, PEM_CERTIFICATE) == NULL)
    return fail (error, option, path, "there is no certificate in it");
  result = gnutls_x509_crt_list_import2 (&authorities, &n_authorities, &data, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0)
    return fail (error, option, path, gnutls_strerror (result));

  result = gnutls_x509_trust_list_add_cas (self->list, authorities, n_authorities, GNUTLS_TL_NO_DUPLICATES);
  gnutls_free (authorities);
  return result >= 0 || fail (error, option, path, gnutls_strerror (result));
}

/* Whatever else is in the folder does not matter, but a certificate that is broken does. */
static gboolean
add_folder (HubTlsTrust *self, const char *path, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  const char *name;
  guint count = 0;

  if (folder == NULL)
    {
      g_prefix_error (error, "capath: ");
      return FALSE;
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;

      if (!g_file_test (file, G_FILE_TEST_IS_REGULAR) || !g_file_get_contents (file, &text, NULL, NULL) ||
          strstr (text, PEM_CERTIFICATE) == NULL)
        continue;
      if (!add_authorities (self, "capath", file, error))
        return FALSE;
      count++;
    }
  return count > 0 || fail (error, "capath", path, "there is no certificate in it");
}

static int
compare_lists (gconstpointer a, gconstpointer b)
{
  time_t time_a = gnutls_x509_crl_get_this_update (*(const gnutls_x509_crl_t *) a);
  time_t time_b = gnutls_x509_crl_get_this_update (*(const gnutls_x509_crl_t *) b);

  return (time_a < time_b) - (time_a > time_b);
}

/* Whether it is the newest list of whoever has made it; they come with the newest first. */
static gboolean
note_list (HubTlsTrust *self, gnutls_x509_crl_t crl)
{
  g_autoptr (GBytes) issuer = NULL;
  gnutls_datum_t data = { 0 };
  gint64 end_s = gnutls_x509_crl_get_next_update (crl);

  if (gnutls_x509_crl_get_raw_issuer_dn (crl, &data) < 0)
    return FALSE;
  issuer = g_bytes_new (data.data, data.size);
  gnutls_free (data.data);
  if (g_hash_table_contains (self->crl_ends, issuer))
    return FALSE;
  /* A list need not say when the next one comes; then it does not get old. */
  if (end_s < 0)
    end_s = G_MAXINT64;
  return g_hash_table_insert (self->crl_ends, g_steal_pointer (&issuer), g_memdup2 (&end_s, sizeof end_s));
}

static gboolean
is_over (const HubTlsTrust *self)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  GHashTableIter iter;
  gpointer end_s;

  g_hash_table_iter_init (&iter, self->crl_ends);
  while (g_hash_table_iter_next (&iter, NULL, &end_s))
    if (*(const gint64 *) end_s <= now_s)
      return TRUE;
  return FALSE;
}

/* Takes the lists. Returns whether all that count are signed by somebody known. */
static gboolean
add_lists (HubTlsTrust *self, gnutls_x509_crl_t *crls, unsigned n_crls)
{
  unsigned n = 0;

  qsort (crls, n_crls, sizeof *crls, compare_lists);
  for (unsigned i = 0; i < n_crls; i++)
    if (note_list (self, crls[i]))
      crls[n++] = crls[i];
    else
      gnutls_x509_crl_deinit (crls[i]);
  /* It frees those that it does not take, as the flag about duplicates has it, and does not count them. */
  return gnutls_x509_trust_list_add_crls (self->list, crls, n, GNUTLS_TL_VERIFY_CRL | GNUTLS_TL_NO_DUPLICATES, 0) == (int) n;
}

static gboolean
add_revocations (HubTlsTrust *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gnutls_datum_t data;
  gnutls_x509_crl_t *crls = NULL;
  unsigned n_crls = 0;
  gboolean is_signed;
  int result;

  if (!read_file ("crlfile", path, &text, &data, error))
    return FALSE;
  if (strstr (text, PEM_REVOCATIONS) == NULL)
    return fail (error, "crlfile", path, "there is no list of revoked certificates in it");
  result = gnutls_x509_crl_list_import2 (&crls, &n_crls, &data, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0)
    return fail (error, "crlfile", path, gnutls_strerror (result));

  is_signed = add_lists (self, crls, n_crls);
  gnutls_free (crls);
  if (is_over (self))
    return fail (error, "crlfile", path, "it has expired");
  return is_signed || fail (error, "crlfile", path, "a list in it is not signed by one of cafile or capath");
}

static gboolean
import (gnutls_x509_crt_t *to, GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) bytes = NULL;
  gnutls_datum_t data;

  g_object_get (certificate, "certificate", &bytes, NULL);
  if (bytes == NULL || gnutls_x509_crt_init (to) < 0)
    return FALSE;
  data = (gnutls_datum_t){ bytes->data, bytes->len };
  return gnutls_x509_crt_import (*to, &data, GNUTLS_X509_FMT_DER) >= 0;
}

static const char *
reason_of (unsigned status)
{
  if (status & GNUTLS_CERT_REVOKED)
    return "it was revoked";
  if (status & GNUTLS_CERT_EXPIRED)
    return "it has expired";
  if (status & GNUTLS_CERT_NOT_ACTIVATED)
    return "it is not valid yet";
  if (status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA))
    return "nobody has signed it who is known here";
  if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
    return "it is signed with an algorithm that is not safe";
  if (status & GNUTLS_CERT_PURPOSE_MISMATCH)
    return "it is not for clients";
  return "it is not valid";
}

/* Where there are lists at all, there must be one of whoever has signed it: that there is none proves nothing. */
static gboolean
check_revocation (const HubTlsTrust *self, gnutls_x509_crt_t certificate, GError **error)
{
  g_autoptr (GBytes) issuer = NULL;
  gnutls_datum_t data = { 0 };

  if (g_hash_table_size (self->crl_ends) == 0)
    return TRUE;
  if (is_over (self))
    return refuse (error, "the crlfile has expired");
  if (gnutls_x509_crt_get_raw_issuer_dn (certificate, &data) < 0)
    return refuse (error, "it is not valid");
  issuer = g_bytes_new (data.data, data.size);
  gnutls_free (data.data);
  return g_hash_table_contains (self->crl_ends, issuer) ||
         refuse (error, "the crlfile has no list of who signed it");
}

static gboolean
verify (const HubTlsTrust *self, gnutls_x509_crt_t *chain, unsigned n_chain, GError **error)
{
  gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *) GNUTLS_KP_TLS_WWW_CLIENT };
  unsigned status = 0;
  int result = gnutls_x509_trust_list_verify_crt2 (self->list, chain, n_chain, &purpose, 1, 0, &status, NULL);

  if (result < 0)
    return refuse (error, gnutls_strerror (result));
  if (status != 0)
    return refuse (error, reason_of (status));
  return check_revocation (self, chain[0], error);
}

/* X.520 has many ways to write a name; these are the ones that are UTF-8 as they stand. */
static char *
name_to_string (const gnutls_x509_ava_st *ava)
{
  enum
  {
    TAG_UTF8 = 12,
    TAG_PRINTABLE = 19,
    TAG_IA5 = 22,
  };
  const char *text = (const char *) ava->value.data;

  if ((ava->value_tag != TAG_UTF8 && ava->value_tag != TAG_PRINTABLE && ava->value_tag != TAG_IA5) ||
      ava->value.size == 0 || memchr (text, '\0', ava->value.size) != NULL ||
      !g_utf8_validate (text, ava->value.size, NULL))
    return NULL;
  return g_strndup (text, ava->value.size);
}

/* GnuTLS counts the NUL behind an identifier. */
static gboolean
is_common_name (const gnutls_x509_ava_st *ava)
{
  return ava->oid.size == sizeof GNUTLS_OID_X520_COMMON_NAME &&
         memcmp (ava->oid.data, GNUTLS_OID_X520_COMMON_NAME, ava->oid.size) == 0;
}

/**
 * hub_tls_trust_load:
 * @cafile: (nullable): certificates of authorities, PEM
 * @capath: (nullable): a folder with such files
 * @crlfile: (nullable): what they have revoked, PEM
 * @error: return location
 *
 * One of @cafile and @capath must be given.
 *
 * Returns: (transfer full): what to measure certificates of clients by, or %NULL with @error set: it names option and file
 */
HubTlsTrust *
hub_tls_trust_load (const char *cafile, const char *capath, const char *crlfile, GError **error)
{
  g_autoptr (HubTlsTrust) self = g_new0 (HubTlsTrust, 1);

  self->crl_ends = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
  if (gnutls_x509_trust_list_init (&self->list, 0) < 0)
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE, "GnuTLS has no list of authorities");
      return NULL;
    }
  if ((cafile != NULL && !add_authorities (self, "cafile", cafile, error)) ||
      (capath != NULL && !add_folder (self, capath, error)) ||
      (crlfile != NULL && !add_revocations (self, crlfile, error)))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hub_tls_trust_free:
 * @self: (transfer full): a trust
 */
void
hub_tls_trust_free (HubTlsTrust *self)
{
  if (self->list != NULL)
    gnutls_x509_trust_list_deinit (self->list, 1);
  g_hash_table_unref (self->crl_ends);
  g_free (self);
}

/**
 * hub_tls_trust_check:
 * @self: a trust
 * @certificate: what a client has shown, with those that lead to it
 * @error: return location
 *
 * Returns: %FALSE with @error set when it is not a good one: a sentence about the certificate
 */
gboolean
hub_tls_trust_check (const HubTlsTrust *self, GTlsCertificate *certificate, GError **error)
{
  gnutls_x509_crt_t chain[CHAIN_MAX] = { NULL };
  unsigned n_chain = 0;
  gboolean is_read = TRUE;
  gboolean result;

  for (GTlsCertificate *at = certificate; at != NULL && is_read; at = g_tls_certificate_get_issuer (at))
    {
      is_read = n_chain < CHAIN_MAX && import (&chain[n_chain], at);
      n_chain++;
    }
  result = is_read ? verify (self, chain, n_chain, error) : refuse (error, "it cannot be read");
  for (gsize i = 0; i < CHAIN_MAX; i++)
    if (chain[i] != NULL)
      gnutls_x509_crt_deinit (chain[i]);
  return result;
}

/**
 * hub_tls_common_name:
 * @certificate: the certificate of a client
 * @error: return location
 *
 * Returns: (transfer full): the first common name in its subject, or %NULL with @error set when there is none that could
 *   be a user name
 */
char *
hub_tls_common_name (GTlsCertificate *certificate, GError **error)
{
  g_auto (gnutls_x509_crt_t) crt = NULL;
  gnutls_x509_dn_t dn; /* of crt */
  gnutls_x509_ava_st ava;
  char *name = NULL;

  if (!import (&crt, certificate) || gnutls_x509_crt_get_subject (crt, &dn) < 0)
    {
      refuse (error, "it cannot be read");
      return NULL;
    }
  for (int rdn = 0; gnutls_x509_dn_get_rdn_ava (dn, rdn, 0, &ava) >= 0; rdn++)
    for (int i = 0; gnutls_x509_dn_get_rdn_ava (dn, rdn, i, &ava) >= 0; i++)
      if (is_common_name (&ava))
        {
          name = name_to_string (&ava);
          if (name == NULL)
            refuse (error, "its common name is no name for a user");
          return name;
        }
  refuse (error, "it has no common name");
  return NULL;
}

/**
 * hub_tls_subject:
 * @certificate: the certificate of a client
 * @error: return location
 *
 * Spec: RFC 4514.
 *
 * Returns: (transfer full): its whole subject as text, or %NULL with @error set when there is none
 */
char *
hub_tls_subject (GTlsCertificate *certificate, GError **error)
{
  g_auto (gnutls_x509_crt_t) crt = NULL;
  gnutls_datum_t text = { 0 };
  char *subject;

  if (!import (&crt, certificate) || gnutls_x509_crt_get_dn3 (crt, &text, 0) < 0)
    {
      refuse (error, "its subject cannot be read");
      return NULL;
    }
  subject = g_strndup ((const char *) text.data, text.size);
  gnutls_free (text.data);
  if (subject[0] != '\0' && g_utf8_validate (subject, -1, NULL))
    return subject;
  g_free (subject);
  refuse (error, "its subject is no name for a user");
  return NULL;
}
