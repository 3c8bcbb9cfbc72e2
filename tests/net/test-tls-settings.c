/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/net/hub-tls-settings.h"
#include "broker/net/hub-tls-trust.h"
#include "tests/support/hub-test-tls.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>

#include <string.h>

/* What the files of a listener with TLS may be like, and which certificates of clients they make good ones. */

#define DAY_S (24 * 60 * 60)

/* Files by their names in the folder of the tests. */
typedef struct
{
  const char *name;
  HubTlsOptions options;
  const char *error; /* (nullable): a piece of it; NULL when all is right */
} Row;

static const Row rows[] = {
  { "usual", { .certfile = "server.pem", .keyfile = "server.key" }, NULL },
  { "both-in-one", { .certfile = "both.pem" }, NULL },
  { "key-first", { .certfile = "key-first.pem" }, NULL },
  { "rsa-and-old-form-of-key", { .certfile = "rsa.pem", .keyfile = "rsa.key" }, NULL },
  { "chain", { .certfile = "chain.pem", .keyfile = "server.key" }, NULL },
  { "version/1.2", { .certfile = "server.pem", .keyfile = "server.key", .tls_version = HUB_TLS_VERSION_1_2 }, NULL },
  { "version/1.3", { .certfile = "server.pem", .keyfile = "server.key", .tls_version = HUB_TLS_VERSION_1_3 }, NULL },

  { "certificate/none", { .keyfile = "server.key" }, "need a certfile" },
  { "certificate/only-authority", { .cafile = "ca.pem" }, "need a certfile" },
  { "certificate/missing", { .certfile = "nothing.pem", .keyfile = "server.key" }, "certfile: " },
  { "certificate/empty", { .certfile = "empty.pem", .keyfile = "server.key" }, "there is no certificate in it" },
  { "certificate/garbage", { .certfile = "garbage.pem", .keyfile = "server.key" }, "there is no certificate in it" },
  { "certificate/cut", { .certfile = "cut.pem", .keyfile = "server.key" }, "there is no certificate in it" },
  { "certificate/folder", { .certfile = ".", .keyfile = "server.key" }, "certfile: " },
  { "key/missing", { .certfile = "server.pem", .keyfile = "nothing.key" }, "keyfile: " },
  { "key/empty", { .certfile = "server.pem", .keyfile = "empty.pem" }, "there is no private key in it" },
  { "key/garbage", { .certfile = "server.pem", .keyfile = "garbage.pem" }, "there is no private key in it" },
  { "key/not-in-certfile", { .certfile = "server.pem" }, "there is no private key in it" },
  { "key/of-another", { .certfile = "server.pem", .keyfile = "ada.key" }, "is not that of the certificate" },
  { "key/encrypted", { .certfile = "server.pem", .keyfile = "encrypted.key" }, "is encrypted" },

  { "client/cafile", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .require_certificate = TRUE }, NULL },
  { "client/capath", { .certfile = "server.pem", .keyfile = "server.key", .capath = "folder", .require_certificate = TRUE }, NULL },
  { "client/authority-that-nobody-asks", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem" }, NULL },
  { "client/no-authority", { .certfile = "server.pem", .keyfile = "server.key", .require_certificate = TRUE }, "cafile or capath" },
  { "client/name-without-authority", { .certfile = "server.pem", .keyfile = "server.key", .use_identity_as_username = TRUE }, "cafile or capath" },
  { "client/cafile-missing", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "nothing.pem", .require_certificate = TRUE }, "cafile: " },
  { "client/cafile-empty", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "empty.pem", .require_certificate = TRUE }, "there is no certificate in it" },
  { "client/cafile-cut", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "cut.pem", .require_certificate = TRUE }, "cafile '" },
  { "client/capath-missing", { .certfile = "server.pem", .keyfile = "server.key", .capath = "nothing", .require_certificate = TRUE }, "capath: " },
  { "client/capath-is-a-file", { .certfile = "server.pem", .keyfile = "server.key", .capath = "ca.pem", .require_certificate = TRUE }, "capath: " },
  { "client/two-names",
    { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .use_identity_as_username = TRUE, .use_subject_as_username = TRUE },
    "exclude each other" },
  { "revoked/list", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "list.pem", .require_certificate = TRUE }, NULL },
  { "revoked/nobody-asks", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "list.pem" }, "without require_certificate" },
  { "revoked/missing", { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "nothing.pem", .require_certificate = TRUE }, "crlfile: " },
  { "revoked/garbage",
    { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "garbage.pem", .require_certificate = TRUE },
    "no list of revoked certificates" },
  { "revoked/of-a-stranger",
    { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "list-of-stranger.pem", .require_certificate = TRUE },
    "not signed by one of" },
  { "revoked/old",
    { .certfile = "server.pem", .keyfile = "server.key", .cafile = "ca.pem", .crlfile = "list-that-is-old.pem", .require_certificate = TRUE },
    "it has expired" },
};

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = hub_test_tls_path (name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static char *
read_file (const char *name)
{
  g_autofree char *path = hub_test_tls_path (name);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* Keys in the forms in which other programs write them. */
static void
write_keys (void)
{
  g_autofree char *server_key = read_file ("server.key");
  gnutls_datum_t in = { (unsigned char *) server_key, (unsigned) strlen (server_key) };
  gnutls_datum_t out;
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;

  gnutls_x509_privkey_init (&key);
  g_assert_cmpint (gnutls_x509_privkey_import (key, &in, GNUTLS_X509_FMT_PEM), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, "secret", GNUTLS_PKCS_PBES2_AES_256, &out), ==, 0);
  write_file ("encrypted.key", (const char *) out.data);
  gnutls_free (out.data);
  gnutls_x509_privkey_deinit (key);

  gnutls_x509_privkey_init (&key);
  gnutls_x509_crt_init (&certificate);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_RSA, 2048, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key (certificate, key), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\1", 1);
  gnutls_x509_crt_set_activation_time (certificate, time (NULL));
  gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + DAY_S);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &out), ==, 0);
  g_assert_nonnull (strstr ((const char *) out.data, "BEGIN RSA PRIVATE KEY"));
  write_file ("rsa.key", (const char *) out.data);
  gnutls_free (out.data);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &out), ==, 0);
  write_file ("rsa.pem", (const char *) out.data);
  gnutls_free (out.data);
  gnutls_x509_privkey_deinit (key);
  gnutls_x509_crt_deinit (certificate);
}

/* Authorities among other things. */
static void
write_folder (void)
{
  g_autofree char *path = hub_test_tls_path ("folder");

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  hub_test_tls_copy ("ca.pem", "folder/ca.pem");
  hub_test_tls_copy ("ca.pem", "folder/5ed36f99.0");
  hub_test_tls_copy ("server.key", "folder/server.key");
  hub_test_tls_copy ("empty.pem", "folder/empty");
}

static void
write_files (void)
{
  static const HubTestCertificate stranger = { .name = "stranger", .common_name = "Somebody", .ends_in_s = DAY_S };
  g_autofree char *certificate = read_file ("server.pem");
  g_autofree char *authority = read_file ("ca.pem");
  g_autofree char *key = read_file ("server.key");
  g_autofree char *both = g_strconcat (certificate, key, NULL);
  g_autofree char *key_first = g_strconcat (key, certificate, NULL);
  g_autofree char *chain = g_strconcat ("A text may stand in front.\n", certificate, authority, NULL);
  g_autofree char *cut = g_strconcat (certificate, NULL);

  cut[200] = '\0';
  write_file ("both.pem", both);
  write_file ("key-first.pem", key_first);
  write_file ("chain.pem", chain);
  write_file ("empty.pem", "");
  write_file ("garbage.pem", "-----BEGIN CERTIFICATES-----\nno!\n");
  hub_test_tls_make (&stranger);
  hub_test_tls_revoke ("list", "ca", NULL, DAY_S);
  hub_test_tls_revoke ("list-of-stranger", "stranger", NULL, DAY_S);
  hub_test_tls_revoke ("list-that-is-old", "ca", NULL, -60);
  write_keys ();
  write_file ("cut.pem", cut);
  write_folder ();
}

static char *
path_of (const char *name)
{
  return name != NULL ? hub_test_tls_path (name) : NULL;
}

static HubTlsSettings *
load (const HubTlsOptions *options, GError **error)
{
  g_autofree char *certfile = path_of (options->certfile);
  g_autofree char *keyfile = path_of (options->keyfile);
  g_autofree char *cafile = path_of (options->cafile);
  g_autofree char *capath = path_of (options->capath);
  g_autofree char *crlfile = path_of (options->crlfile);
  HubTlsOptions absolute = *options;

  absolute.certfile = certfile;
  absolute.keyfile = keyfile;
  absolute.cafile = cafile;
  absolute.capath = capath;
  absolute.crlfile = crlfile;
  return hub_tls_settings_load (&absolute, error);
}

/* The file that is to blame is named, whatever the reason. */
static void
assert_names_file (const char *message, const Row *row)
{
  static const char *const good[] = { "server.pem", "server.key", "ca.pem", "list.pem" };
  const char *const files[] = { row->options.certfile, row->options.keyfile, row->options.cafile, row->options.crlfile };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gboolean is_good = files[i] == NULL || files[i][0] == '.';

      for (gsize k = 0; k < G_N_ELEMENTS (good) && !is_good; k++)
        is_good = g_str_equal (files[i], good[k]);
      if (!is_good)
        g_assert_nonnull (strstr (message, files[i]));
    }
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HubTlsSettings) settings = NULL;

  settings = load (&row->options, &error);
  if (row->error == NULL)
    {
      g_assert_no_error (error);
      g_assert_nonnull (settings);
      g_assert_null (hub_tls_settings_get_warning (settings));
    }
  else
    {
      g_assert_null (settings);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, row->error));
      assert_names_file (error->message, row);
    }
}

static void
test_broken_one_in_capath (void)
{
  const HubTlsOptions options = { .certfile = "server.pem", .keyfile = "server.key", .capath = ".", .require_certificate = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_null (load (&options, &error));
  g_assert_nonnull (strstr (error->message, "cut.pem"));
}

static void
test_are_on (void)
{
  static const HubTlsOptions on[] = {
    { .certfile = "x" },
    { .keyfile = "x" },
    { .cafile = "x" },
    { .capath = "x" },
    { .crlfile = "x" },
    { .tls_version = HUB_TLS_VERSION_1_3 },
    { .require_certificate = TRUE },
    { .use_identity_as_username = TRUE },
    { .use_subject_as_username = TRUE },
  };
  const HubTlsOptions off = { 0 };

  g_assert_false (hub_tls_options_are_on (&off));
  for (gsize i = 0; i < G_N_ELEMENTS (on); i++)
    g_assert_true (hub_tls_options_are_on (&on[i]));
}

/* A broker whose certificate nobody accepts starts, and says so. */
static void
test_warnings (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "old", .issuer = "ca", .common_name = "localhost", .begins_in_s = -DAY_S, .ends_in_s = -60, .is_server = TRUE },
    { .name = "early", .issuer = "ca", .common_name = "localhost", .begins_in_s = 2 * DAY_S, .ends_in_s = 3 * DAY_S, .is_server = TRUE },
  };
  static const char *const pieces[] = { "has expired", "is not valid yet" };

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      g_autofree char *certfile = g_strconcat (certificates[i].name, ".pem", NULL);
      g_autofree char *keyfile = g_strconcat (certificates[i].name, ".key", NULL);
      const HubTlsOptions options = { .certfile = certfile, .keyfile = keyfile };
      g_autoptr (HubTlsSettings) settings = NULL;

      hub_test_tls_make (&certificates[i]);
      settings = load (&options, NULL);
      g_assert_nonnull (settings);
      g_assert_nonnull (strstr (hub_tls_settings_get_warning (settings), pieces[i]));
      g_assert_nonnull (strstr (hub_tls_settings_get_warning (settings), certfile));
    }
}

/* --- Certificates of clients --- */

static GTlsCertificate *
read_certificate (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *path = hub_test_tls_path (file);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

/* Loads authorities, and says what they think of a certificate. */
static char *
judge (const char *crl, const char *name)
{
  g_autofree char *cafile = hub_test_tls_path ("ca.pem");
  g_autofree char *crl_file = crl != NULL ? g_strconcat (crl, ".pem", NULL) : NULL;
  g_autofree char *crlfile = path_of (crl_file);
  g_autoptr (GTlsCertificate) certificate = read_certificate (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubTlsTrust) trust = hub_tls_trust_load (cafile, NULL, crlfile, &error);

  g_assert_no_error (error);
  return hub_tls_trust_check (trust, certificate, &error) ? g_strdup ("accepted") : g_strdup (error->message);
}

static void
assert_judged (const char *crl, const char *name, const char *verdict)
{
  g_autofree char *said = judge (crl, name);

  g_assert_cmpstr (said, ==, verdict);
}

static void
test_clients (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "late", .issuer = "ca", .common_name = "late", .begins_in_s = -DAY_S, .ends_in_s = -60 },
    { .name = "soon", .issuer = "ca", .common_name = "soon", .begins_in_s = DAY_S + 60, .ends_in_s = 3 * DAY_S },
    { .name = "other", .common_name = "Other Authority", .ends_in_s = DAY_S },
    { .name = "foreign", .issuer = "other", .common_name = "ada", .ends_in_s = DAY_S },
    { .name = "grace", .issuer = "ca", .common_name = "grace", .ends_in_s = DAY_S },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    hub_test_tls_make (&certificates[i]);
  hub_test_tls_revoke ("revoked-grace", "ca", "grace", DAY_S);

  assert_judged (NULL, "ada", "accepted");
  assert_judged (NULL, "late", "it has expired");
  assert_judged (NULL, "soon", "it is not valid yet");
  assert_judged (NULL, "foreign", "nobody has signed it who is known here");
  assert_judged (NULL, "other", "nobody has signed it who is known here");
  assert_judged (NULL, "server", "it is not for clients");
  assert_judged (NULL, "grace", "accepted");
  assert_judged ("revoked-grace", "grace", "it was revoked");
  assert_judged ("revoked-grace", "ada", "accepted");
}

/* Two authorities, of which only one tells what it has revoked: about the other one nothing is known. */
static void
test_no_list_of_issuer (void)
{
  static const HubTestCertificate certificates[] = {
    { .name = "second", .common_name = "Second Authority", .ends_in_s = DAY_S },
    { .name = "bob", .issuer = "second", .common_name = "bob", .ends_in_s = DAY_S },
  };
  g_autofree char *first_pem = read_file ("ca.pem");
  g_autofree char *second_pem = NULL;
  g_autofree char *both = NULL;
  g_autofree char *cafile = hub_test_tls_path ("two.pem");
  g_autofree char *crlfile = hub_test_tls_path ("list.pem");
  g_autoptr (GTlsCertificate) ada = read_certificate ("ada");
  g_autoptr (GTlsCertificate) bob = NULL;
  g_autoptr (HubTlsTrust) with_list = NULL;
  g_autoptr (HubTlsTrust) without_list = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    hub_test_tls_make (&certificates[i]);
  second_pem = read_file ("second.pem");
  both = g_strconcat (first_pem, second_pem, NULL);
  write_file ("two.pem", both);
  bob = read_certificate ("bob");

  without_list = hub_tls_trust_load (cafile, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hub_tls_trust_check (without_list, bob, NULL));
  with_list = hub_tls_trust_load (cafile, NULL, crlfile, &error);
  g_assert_no_error (error);
  g_assert_true (hub_tls_trust_check (with_list, ada, NULL));
  g_assert_false (hub_tls_trust_check (with_list, bob, &error));
  g_assert_cmpstr (error->message, ==, "the crlfile has no list of who signed it");
}

/* Of two lists of one authority the newer one counts, in whatever order they stand. */
static void
test_two_lists (void)
{
  g_autofree char *older = NULL;
  g_autofree char *newer = NULL;
  g_autofree char *old_first = NULL;
  g_autofree char *new_first = NULL;

  hub_test_tls_revoke_at ("older", "ca", "ada", -2 * DAY_S, -60);
  hub_test_tls_revoke_at ("newer", "ca", NULL, -DAY_S, DAY_S);
  older = read_file ("older.pem");
  newer = read_file ("newer.pem");
  old_first = g_strconcat (older, newer, NULL);
  new_first = g_strconcat (newer, older, NULL);
  write_file ("old-first.pem", old_first);
  write_file ("new-first.pem", new_first);
  assert_judged ("old-first", "ada", "accepted");
  assert_judged ("new-first", "ada", "accepted");
}

/* Longer than a busy machine takes to read the list. */
#define LIST_LASTS_S 4

/* A list that gets old while the broker runs proves nothing any more. */
static void
test_list_gets_old (void)
{
  g_autofree char *cafile = hub_test_tls_path ("ca.pem");
  g_autofree char *crlfile = hub_test_tls_path ("short.pem");
  g_autoptr (GTlsCertificate) ada = read_certificate ("ada");
  g_autoptr (HubTlsTrust) trust = NULL;
  g_autoptr (GError) error = NULL;
  gint64 deadline_us = hub_test_deadline (HUB_TEST_TIMEOUT_MS);
  gint64 begin_s = g_get_real_time () / G_USEC_PER_SEC;
  gint64 end_s;

  hub_test_tls_revoke ("short", "ca", NULL, LIST_LASTS_S);
  end_s = g_get_real_time () / G_USEC_PER_SEC + LIST_LASTS_S;
  trust = hub_tls_trust_load (cafile, NULL, crlfile, &error);
  g_assert_no_error (error);
  g_assert_true (hub_tls_trust_check (trust, ada, NULL));
  for (;;)
    {
      gint64 before_s = g_get_real_time () / G_USEC_PER_SEC;

      if (!hub_tls_trust_check (trust, ada, &error))
        break;
      g_assert_cmpint (before_s, <, end_s);
      hub_test_wait_turn (deadline_us, "the list to get old", G_STRLOC);
    }
  g_assert_cmpint (g_get_real_time () / G_USEC_PER_SEC, >=, begin_s + LIST_LASTS_S);
  g_assert_cmpstr (error->message, ==, "the crlfile has expired");
}

static void
test_names (void)
{
  static const struct
  {
    HubTestCertificate certificate;
    const char *common_name; /* (nullable): NULL: there is none */
    const char *subject;     /* (nullable) */
  } names[] = {
    { { .name = "n1", .issuer = "ca", .common_name = "ada", .ends_in_s = DAY_S }, "ada", "CN=ada" },
    { { .name = "n2", .issuer = "ca", .common_name = "Ada, of Lovelace", .ends_in_s = DAY_S }, "Ada, of Lovelace", "CN=Ada\\, of Lovelace" },
    { { .name = "n3", .issuer = "ca", .common_name = "\xc3\x84\xc3\xb6\xf0\x9f\x98\x80", .ends_in_s = DAY_S },
      "\xc3\x84\xc3\xb6\xf0\x9f\x98\x80",
      "CN=\xc3\x84\xc3\xb6\xf0\x9f\x98\x80" },
    { { .name = "n4", .issuer = "ca", .organisation = "x,CN=root", .common_name = "eve", .ends_in_s = DAY_S }, "eve", "CN=eve,O=x\\,CN=root" },
    { { .name = "n5", .issuer = "ca", .organisation = "CN=root", .ends_in_s = DAY_S }, NULL, "O=CN=root" },
    { { .name = "n6", .issuer = "ca", .ends_in_s = DAY_S }, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GTlsCertificate) certificate = NULL;
      g_autoptr (GError) name_error = NULL;
      g_autoptr (GError) subject_error = NULL;
      g_autofree char *common_name = NULL;
      g_autofree char *subject = NULL;

      g_test_message ("%s", names[i].certificate.name);
      hub_test_tls_make (&names[i].certificate);
      certificate = read_certificate (names[i].certificate.name);
      common_name = hub_tls_common_name (certificate, &name_error);
      subject = hub_tls_subject (certificate, &subject_error);
      g_assert_cmpstr (common_name, ==, names[i].common_name);
      g_assert_cmpstr (subject, ==, names[i].subject);
      g_assert_cmpint (name_error != NULL, ==, common_name == NULL);
      g_assert_cmpint (subject_error != NULL, ==, subject == NULL);
    }
}

/* "root" and something behind a NUL is not "root"; and there are ways to write a name that nobody needs. */
static void
test_hostile_names (void)
{
  static const struct
  {
    const char *der; /* of the string in the subject */
    gsize size;
  } names[] = {
    { "\x0c\x06root\0x", 8 },
    { "\x0c\x02\xff\xfe", 4 },
    { "\x0c\x00", 2 },
    { "\x1e\x08\0r\0o\0o\0t", 10 },
    { "\x14\x04root", 6 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gnutls_x509_privkey_t key;
      gnutls_x509_crt_t crt;
      gnutls_datum_t pem;
      g_autoptr (GTlsCertificate) certificate = NULL;
      g_autoptr (GError) error = NULL;
      int result;

      gnutls_x509_privkey_init (&key);
      gnutls_x509_crt_init (&crt);
      g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
      gnutls_x509_crt_set_key (crt, key);
      gnutls_x509_crt_set_version (crt, 3);
      gnutls_x509_crt_set_serial (crt, "\1", 1);
      gnutls_x509_crt_set_activation_time (crt, time (NULL));
      gnutls_x509_crt_set_expiration_time (crt, time (NULL) + DAY_S);
      result = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 1, names[i].der, (unsigned) names[i].size);
      g_assert_cmpint (result, ==, 0);
      g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
      g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
      certificate = g_tls_certificate_new_from_pem ((const char *) pem.data, pem.size, &error);
      g_assert_no_error (error);
      g_assert_null (hub_tls_common_name (certificate, &error));
      g_assert_cmpstr (error->message, ==, "its common name is no name for a user");
      gnutls_free (pem.data);
      gnutls_x509_crt_deinit (crt);
      gnutls_x509_privkey_deinit (key);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  write_files ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/net/tls-settings/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/net/tls-settings/broken-one-in-capath", test_broken_one_in_capath);
  g_test_add_func ("/net/tls-settings/are-on", test_are_on);
  g_test_add_func ("/net/tls-settings/warnings", test_warnings);
  g_test_add_func ("/net/tls-settings/clients", test_clients);
  g_test_add_func ("/net/tls-settings/no-list-of-issuer", test_no_list_of_issuer);
  g_test_add_func ("/net/tls-settings/two-lists", test_two_lists);
  g_test_add_func ("/net/tls-settings/list-gets-old", test_list_gets_old);
  g_test_add_func ("/net/tls-settings/names", test_names);
  g_test_add_func ("/net/tls-settings/hostile-names", test_hostile_names);
  return g_test_run ();
}
