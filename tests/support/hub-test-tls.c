/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-tls.h"

#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DAY_S (24 * 60 * 60)
#define SERIAL_SIZE 16

static char *folder;

static void
check (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

static void
remove_tree (const char *root)
{
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_tree (path);
      else
        g_unlink (path);
    }
  g_rmdir (root);
}

static void
remove_folder (void)
{
  remove_tree (folder);
  g_free (folder);
}

static gnutls_datum_t
read_datum (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = hub_test_tls_path (file);
  char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  return (gnutls_datum_t){ (unsigned char *) text, (unsigned) size };
}

static void
write_datum (const char *name, const char *suffix, gnutls_datum_t *data)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = hub_test_tls_path (file);

  g_assert_true (g_file_set_contents (path, (const char *) data->data, data->size, NULL));
  gnutls_free (data->data);
}

static gnutls_x509_crt_t
read_certificate (const char *name)
{
  gnutls_datum_t data = read_datum (name, ".pem");
  gnutls_x509_crt_t certificate;

  check (gnutls_x509_crt_init (&certificate));
  check (gnutls_x509_crt_import (certificate, &data, GNUTLS_X509_FMT_PEM));
  g_free (data.data);
  return certificate;
}

static gnutls_x509_privkey_t
read_key (const char *name)
{
  gnutls_datum_t data = read_datum (name, ".key");
  gnutls_x509_privkey_t key;

  check (gnutls_x509_privkey_init (&key));
  check (gnutls_x509_privkey_import (key, &data, GNUTLS_X509_FMT_PEM));
  g_free (data.data);
  return key;
}

static void
set_serial (gnutls_x509_crt_t certificate)
{
  guint8 serial[SERIAL_SIZE];

  check (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial));
  serial[0] = 1;
  check (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial));
}

static void
set_names (gnutls_x509_crt_t certificate, const HubTestCertificate *options)
{
  static const guint8 loopback[] = { 127, 0, 0, 1 };

  if (options->organisation != NULL)
    check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_ORGANIZATION_NAME, 0, options->organisation, (unsigned) strlen (options->organisation)));
  if (options->common_name != NULL)
    check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, options->common_name, (unsigned) strlen (options->common_name)));
  if (!options->is_server)
    return;
  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, "localhost", strlen ("localhost"), GNUTLS_FSAN_APPEND));
  check (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback, GNUTLS_FSAN_APPEND));
}

static void
set_purpose (gnutls_x509_crt_t certificate, const HubTestCertificate *options)
{
  if (options->issuer == NULL)
    {
      check (gnutls_x509_crt_set_ca_status (certificate, 1));
      check (gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
      return;
    }
  check (gnutls_x509_crt_set_ca_status (certificate, 0));
  check (gnutls_x509_crt_set_key_usage (certificate, GNUTLS_KEY_DIGITAL_SIGNATURE));
  check (gnutls_x509_crt_set_key_purpose_oid (certificate, options->is_server ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT, 0));
}

/* What most tests need; whatever else they need they make themselves. */
static void
make_usual_ones (void)
{
  static const HubTestCertificate usual[] = {
    { .name = "ca", .common_name = "Test Authority", .ends_in_s = DAY_S },
    { .name = "server", .issuer = "ca", .common_name = "localhost", .ends_in_s = DAY_S, .is_server = TRUE },
    { .name = "ada", .issuer = "ca", .common_name = "ada", .ends_in_s = DAY_S },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    hub_test_tls_make (&usual[i]);
}

/**
 * hub_test_tls_folder:
 *
 * Returns: (transfer none): the folder with the certificates of this test program. At the beginning there are `ca`, an
 *   authority, `server` and, for a client, `ada`
 */
const char *
hub_test_tls_folder (void)
{
  if (folder == NULL)
    {
      folder = g_dir_make_tmp ("hubbub-XXXXXX", NULL);
      g_assert_nonnull (folder);
      atexit (remove_folder);
      make_usual_ones ();
    }
  return folder;
}

/**
 * hub_test_tls_path:
 * @name: a file
 *
 * Returns: (transfer full): where it is, or would be
 */
char *
hub_test_tls_path (const char *name)
{
  return g_build_filename (hub_test_tls_folder (), name, NULL);
}

/**
 * hub_test_tls_make:
 * @certificate: what is wanted
 *
 * Makes a key and a certificate, in the place of those of the same name.
 */
void
hub_test_tls_make (const HubTestCertificate *certificate)
{
  time_t now = time (NULL);
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t result;
  gnutls_datum_t data;

  check (gnutls_x509_privkey_init (&key));
  check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  check (gnutls_x509_crt_init (&result));
  check (gnutls_x509_crt_set_version (result, 3));
  check (gnutls_x509_crt_set_key (result, key));
  set_serial (result);
  check (gnutls_x509_crt_set_activation_time (result, now - DAY_S + certificate->begins_in_s));
  check (gnutls_x509_crt_set_expiration_time (result, now + certificate->ends_in_s));
  set_names (result, certificate);
  set_purpose (result, certificate);

  if (certificate->issuer == NULL)
    {
      check (gnutls_x509_crt_sign2 (result, result, key, GNUTLS_DIG_SHA256, 0));
    }
  else
    {
      gnutls_x509_crt_t issuer = read_certificate (certificate->issuer);
      gnutls_x509_privkey_t issuer_key = read_key (certificate->issuer);

      check (gnutls_x509_crt_sign2 (result, issuer, issuer_key, GNUTLS_DIG_SHA256, 0));
      gnutls_x509_crt_deinit (issuer);
      gnutls_x509_privkey_deinit (issuer_key);
    }

  check (gnutls_x509_crt_export2 (result, GNUTLS_X509_FMT_PEM, &data));
  write_datum (certificate->name, ".pem", &data);
  check (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &data));
  write_datum (certificate->name, ".key", &data);
  gnutls_x509_crt_deinit (result);
  gnutls_x509_privkey_deinit (key);
}

/**
 * hub_test_tls_revoke:
 * @list: what the file is called: `LIST.pem`
 * @issuer: the name of the authority
 * @revoked: (nullable): the name of a certificate that it has signed
 * @ends_in_s: when the next list is due, seconds from now
 *
 * Makes a list of revoked certificates.
 */
void
hub_test_tls_revoke (const char *list, const char *issuer, const char *revoked, int ends_in_s)
{
  hub_test_tls_revoke_at (list, issuer, revoked, -DAY_S, ends_in_s);
}

/**
 * hub_test_tls_revoke_at:
 * @list: what the file is called: `LIST.pem`
 * @issuer: the name of the authority
 * @revoked: (nullable): the name of a certificate that it has signed
 * @begins_in_s: when it was made, seconds from now
 * @ends_in_s: when the next list is due, seconds from now
 *
 * Makes a list of revoked certificates.
 */
void
hub_test_tls_revoke_at (const char *list, const char *issuer, const char *revoked, int begins_in_s, int ends_in_s)
{
  time_t now = time (NULL);
  gnutls_x509_crt_t authority = read_certificate (issuer);
  gnutls_x509_privkey_t key = read_key (issuer);
  gnutls_x509_crl_t result;
  gnutls_datum_t data;

  check (gnutls_x509_crl_init (&result));
  check (gnutls_x509_crl_set_version (result, 2));
  check (gnutls_x509_crl_set_this_update (result, now + begins_in_s));
  check (gnutls_x509_crl_set_next_update (result, now + ends_in_s));
  check (gnutls_x509_crl_set_number (result, "\1", 1));
  if (revoked != NULL)
    {
      gnutls_x509_crt_t certificate = read_certificate (revoked);

      check (gnutls_x509_crl_set_crt (result, certificate, now - 60));
      gnutls_x509_crt_deinit (certificate);
    }
  check (gnutls_x509_crl_sign2 (result, authority, key, GNUTLS_DIG_SHA256, 0));
  check (gnutls_x509_crl_export2 (result, GNUTLS_X509_FMT_PEM, &data));
  write_datum (list, ".pem", &data);
  gnutls_x509_crl_deinit (result);
  gnutls_x509_crt_deinit (authority);
  gnutls_x509_privkey_deinit (key);
}

/**
 * hub_test_tls_copy:
 * @from: a file
 * @to: another one
 *
 * Puts the contents of one into the other, at once, as whoever renews certificates should.
 */
void
hub_test_tls_copy (const char *from, const char *to)
{
  g_autofree char *from_path = hub_test_tls_path (from);
  g_autofree char *to_path = hub_test_tls_path (to);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from_path, &text, &size, NULL));
  g_assert_true (g_file_set_contents (to_path, text, (gssize) size, NULL));
}

static gnutls_certificate_credentials_t
make_credentials (const HubTestTls *options)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_datum_t authority = read_datum ("ca", ".pem");

  check (gnutls_certificate_allocate_credentials (&credentials));
  check (gnutls_certificate_set_x509_trust_mem (credentials, &authority, GNUTLS_X509_FMT_PEM));
  g_free (authority.data);
  if (options->certificate != NULL)
    {
      gnutls_datum_t certificate = read_datum (options->certificate, ".pem");
      gnutls_datum_t key = read_datum (options->certificate, ".key");

      check (gnutls_certificate_set_x509_key_mem (credentials, &certificate, &key, GNUTLS_X509_FMT_PEM));
      g_free (certificate.data);
      g_free (key.data);
    }
  return credentials;
}

/**
 * hub_test_tls_hello:
 *
 * Returns: (transfer full): the first message of a handshake, as a client sends it
 */
GBytes *
hub_test_tls_hello (void)
{
  static const HubTestTls usual = { 0 };
  gnutls_certificate_credentials_t credentials = make_credentials (&usual);
  g_autofree guint8 *bytes = g_malloc (64 * 1024);
  gnutls_session_t session;
  gssize size;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  check (gnutls_init (&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK));
  check (gnutls_set_default_priority (session));
  check (gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, credentials));
  gnutls_transport_set_int (session, fds[0]);
  g_assert_cmpint (gnutls_handshake (session), ==, GNUTLS_E_AGAIN);
  size = read (fds[1], bytes, 64 * 1024);
  g_assert_cmpint (size, >, 100);
  gnutls_deinit (session);
  gnutls_certificate_free_credentials (credentials);
  close (fds[0]);
  close (fds[1]);
  return g_bytes_new (bytes, (gsize) size);
}

/**
 * hub_test_line_start_tls:
 * @line: a line on which nothing was said
 * @options: (nullable): how
 *
 * Does the handshake, and has everything that follows go through TLS. The server must be `localhost`, and `ca` must
 * have said so.
 *
 * Returns: 0, or how GnuTLS calls what went wrong
 */
int
hub_test_line_start_tls (HubTestLine *line, const HubTestTls *options)
{
  static const HubTestTls usual = { 0 };
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  gnutls_session_t session;
  int result;

  options = options != NULL ? options : &usual;
  check (gnutls_init (&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL));
  line->credentials = make_credentials (options);
  line->tls = session;
  if (options->priority != NULL)
    check (gnutls_priority_set_direct (session, options->priority, NULL));
  else
    check (gnutls_set_default_priority (session));
  check (gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, line->credentials));
  check (gnutls_server_name_set (session, GNUTLS_NAME_DNS, "localhost", strlen ("localhost")));
  gnutls_session_set_verify_cert (session, "localhost", 0);
  if (options->session != NULL)
    check (gnutls_session_set_data (session, options->session->data, options->session->size));
  gnutls_transport_set_int (session, line->in_fd);

  while ((result = gnutls_handshake (session)) < 0 && !gnutls_error_is_fatal (result))
    {
      struct pollfd fd = { .fd = line->in_fd, .events = gnutls_record_get_direction (session) ? POLLOUT : POLLIN };

      g_assert_cmpint (poll (&fd, 1, hub_test_left_ms (deadline_us)), >, 0);
    }
  return result;
}
