/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-password-hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

/* As long as Mosquitto's, which takes no other length in 2.0. */
#define OWN_SALT_SIZE 12

static gboolean
fail (GError **error, const char *sentence)
{
  g_set_error_literal (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_VALUE, sentence);
  return FALSE;
}

static gboolean
parse_salt (HubPasswordHash *self, const char *text, GError **error)
{
  g_autofree guint8 *salt = hub_access_text_decode_base64 (text, &self->salt_size);

  if (salt == NULL)
    return fail (error, "the salt is not in base64");
  if (self->salt_size < 1 || self->salt_size > HUB_PASSWORD_SALT_MAX)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_BAD_VALUE,
                   "the salt has %" G_GSIZE_FORMAT " bytes, it must have 1 to %d",
                   self->salt_size,
                   HUB_PASSWORD_SALT_MAX);
      return FALSE;
    }
  memcpy (self->salt, salt, self->salt_size);
  return TRUE;
}

static gboolean
parse_digest (HubPasswordHash *self, const char *text, GError **error)
{
  gsize size;
  g_autofree guint8 *digest = hub_access_text_decode_base64 (text, &size);

  if (digest == NULL)
    return fail (error, "the hash is not in base64");
  if (size != HUB_PASSWORD_DIGEST_SIZE)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_BAD_VALUE,
                   "the hash has %" G_GSIZE_FORMAT " bytes, it must have %d",
                   size,
                   HUB_PASSWORD_DIGEST_SIZE);
      return FALSE;
    }
  memcpy (self->digest, digest, size);
  return TRUE;
}

static gboolean
parse_iterations (HubPasswordHash *self, const char *text, GError **error)
{
  guint64 iterations;

  if (!g_ascii_string_to_unsigned (text, 10, 1, HUB_PASSWORD_ITERATIONS_MAX, &iterations, NULL))
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_BAD_VALUE,
                   "the number of iterations must be from 1 to %d",
                   HUB_PASSWORD_ITERATIONS_MAX);
      return FALSE;
    }
  self->iterations = (guint) iterations;
  return TRUE;
}

static gboolean
digest_once (const HubPasswordHash *self, HubSpan password, guint8 *digest)
{
  gnutls_hash_hd_t hash;

  if (gnutls_hash_init (&hash, GNUTLS_DIG_SHA512) < 0)
    return FALSE;
  /* Neither fails with SHA-512. */
  gnutls_hash (hash, password.data, password.size);
  gnutls_hash (hash, self->salt, self->salt_size);
  gnutls_hash_deinit (hash, digest);
  return TRUE;
}

static gboolean
compute (const HubPasswordHash *self, HubSpan password, guint8 *digest)
{
  gnutls_datum_t key = { (guint8 *) password.data, (unsigned int) password.size };
  gnutls_datum_t salt = { (guint8 *) self->salt, (unsigned int) self->salt_size };

  if (password.size > HUB_PASSWORD_SIZE_MAX)
    return FALSE;
  if (self->iterations == 0)
    return digest_once (self, password, digest);
  return gnutls_pbkdf2 (GNUTLS_MAC_SHA512, &key, &salt, self->iterations, digest, HUB_PASSWORD_DIGEST_SIZE) >= 0;
}

/**
 * hub_password_hash_init:
 * @self: (out caller-allocates): a hash
 * @password: 1 to %HUB_PASSWORD_SIZE_MAX bytes
 * @iterations: of PBKDF2-SHA512, 1 to %HUB_PASSWORD_ITERATIONS_MAX: %HUB_PASSWORD_ITERATIONS is what is good today
 * @error: return location
 *
 * Hashes a password with a new salt.
 *
 * Returns: %FALSE with @error set: %HUB_ACCESS_ERROR_BAD_VALUE
 */
gboolean
hub_password_hash_init (HubPasswordHash *self, HubSpan password, guint iterations, GError **error)
{
  g_return_val_if_fail (iterations >= 1 && iterations <= HUB_PASSWORD_ITERATIONS_MAX, FALSE);

  *self = (HubPasswordHash){ .iterations = iterations, .salt_size = OWN_SALT_SIZE };
  if (password.size == 0)
    return fail (error, "the password is empty");
  if (password.size > HUB_PASSWORD_SIZE_MAX)
    {
      g_set_error (error,
                   HUB_ACCESS_ERROR,
                   HUB_ACCESS_ERROR_BAD_VALUE,
                   "the password has %" G_GSIZE_FORMAT " bytes, at most %d are possible",
                   password.size,
                   HUB_PASSWORD_SIZE_MAX);
      return FALSE;
    }
  if (gnutls_rnd (GNUTLS_RND_RANDOM, self->salt, self->salt_size) < 0 || !compute (self, password, self->digest))
    return fail (error, "the password cannot be hashed here");
  return TRUE;
}

/**
 * hub_password_hash_parse:
 * @self: (out caller-allocates): a hash
 * @text: `$6$SALT$HASH` (SHA-512) or `$7$ITERATIONS$SALT$HASH` (PBKDF2-SHA512), in base64, as Mosquitto writes it
 * @error: return location
 *
 * Returns: %FALSE with @error set: %HUB_ACCESS_ERROR_BAD_VALUE; it does not quote @text, which may be a password
 */
gboolean
hub_password_hash_parse (HubPasswordHash *self, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, "$", -1);
  guint n_words = g_strv_length (words);

  *self = (HubPasswordHash){ 0 };
  if (n_words < 2 || words[0][0] != '\0')
    return fail (error, "the password is not hashed; 'hubbub-broker passwd' writes entries that are");
  if (g_str_equal (words[1], "6") && n_words == 4)
    return parse_salt (self, words[2], error) && parse_digest (self, words[3], error);
  if (g_str_equal (words[1], "7") && n_words == 5)
    return parse_iterations (self, words[2], error) && parse_salt (self, words[3], error) &&
           parse_digest (self, words[4], error);
  return fail (error, "the hash is neither $6$SALT$HASH nor $7$ITERATIONS$SALT$HASH");
}

/**
 * hub_password_hash_to_string:
 * @self: a hash
 *
 * Returns: (transfer full): what [func@Hub.PasswordHash.parse] reads
 */
char *
hub_password_hash_to_string (const HubPasswordHash *self)
{
  g_autofree char *salt = g_base64_encode (self->salt, self->salt_size);
  g_autofree char *digest = g_base64_encode (self->digest, HUB_PASSWORD_DIGEST_SIZE);

  if (self->iterations == 0)
    return g_strdup_printf ("$6$%s$%s", salt, digest);
  return g_strdup_printf ("$7$%u$%s$%s", self->iterations, salt, digest);
}

/**
 * hub_password_hash_verify:
 * @self: a hash
 * @password: what somebody says; may be empty, and need not be text
 *
 * Takes as long as it says: about 80 ms for %HUB_PASSWORD_ITERATIONS. The comparison takes the same time whatever differs.
 *
 * Thread: any.
 *
 * Returns: whether it is the password
 */
gboolean
hub_password_hash_verify (const HubPasswordHash *self, HubSpan password)
{
  guint8 digest[HUB_PASSWORD_DIGEST_SIZE];

  return compute (self, password, digest) && gnutls_memcmp (digest, self->digest, sizeof digest) == 0;
}
