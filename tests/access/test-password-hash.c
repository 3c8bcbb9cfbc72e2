/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-password-hash.h"
#include "tests/support/hub-test-bytes.h"

/* Hashes of other makes: mosquitto_passwd 2.0.11, and Python's hashlib. */
static const struct
{
  const char *name;
  const char *text;
  const char *password; /* as hub_test_bytes() reads it */
} known[] = {
  { "mosquitto_passwd -H sha512-pbkdf2",
    "$7$101$xowqeNQt3zN1mBv8$"
    "fTiM53/vwdE9XQRP18iDY0a0I9RSRThghUKE5FP+JD6uav9rxdKSyAZJixCAZuFOZ/Ol2FdX6o0keW3ztBmk1g==",
    "'secret'" },
  { "mosquitto_passwd -H sha512",
    "$6$gXmuKymE38qVb5a3$"
    "MsfHSsmBw1Y6VcGvUu7oRRpiDr2sM8R58NmZ9/B+xEJtecX47xWTLVZQHtRgz0CvKy+fY3jI4R/oCQLBSiyLOw==",
    "'p w'" },
  { "mosquitto_passwd, empty",
    "$7$101$1m+RQYbpkzvODN/S$"
    "o24uaEfFGz6xf3ElItQ5EzxA21JW+3PWLeeRW4wnNd7fusHHrCsDSvBwnPFMnCyr+8i/ZYXVjYzwcovvpsyI0g==",
    "" },
  { "one iteration, a salt of one byte, a password that is no text",
    "$7$1$cw==$"
    "V6OxBcxnxdCu6d3ep2dyyXw9IiBFzk/CzbO9rMSo8tFTIWNUqKR5CWbCDARkuFiVfWc9pQZfrYadEkIN4UPZew==",
    "00 ff" },
  { "a salt of 64 bytes",
    "$7$1000$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg==$"
    "SifXrhnMEEw46BWfxpnS874w7MQOfEz0CxBn4HLSZvQLyy4ye1gthSLWkwpj2R3Z/0SoIiCL+vf830VG3WgEGw==",
    "'password'" },
  { "SHA-512, empty",
    "$6$MDEyMzQ1Njc4OWFi$"
    "D1Wmwbo//Ju+TOxH6D+S+wXsEYYnYfPIcZXq2z8FSWAnek/S+F/spLYb2grR5FPUl7wZyHna669O5GZ4DjHmyw==",
    "" },
  { "as many iterations as ours",
    "$7$100000$MDEyMzQ1Njc4OWFi$"
    "1GFlbrfDCh9CjdrZx/8GJg1vhhpKon3DpxGiTDSkw3IDc9PEi5FU4/NAdH09HScUw5XahIq0huaoAgRzuKOaqQ==",
    "'passw' c3b6 'rd'" },
  { "SHA-512, as long as possible",
    "$6$MDEyMzQ1Njc4OWFi$"
    "ynPd8AzNFl+s2qjFFGw2gu5ywZheOTJBdAo8AQxs6Hh1LiIMHzoWIonCQVEurzneIanK7KyCcTqh00mV8wmpCw==",
    "'p'*65535" },
  { "PBKDF2, as long as possible",
    "$7$2$MDEyMzQ1Njc4OWFi$"
    "n2FE059hjo4S0qKh7IEC4V4cQzyZ68zqNcm/9EK1Ub3EcpQTyARKztYHpkfvB+oxHRUQRZ/JJS5clMXqaHKcXw==",
    "'p'*65535" },
};

static HubPasswordHash
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HubPasswordHash hash;

  hub_password_hash_parse (&hash, text, &error);
  g_assert_no_error (error);
  return hash;
}

static void
test_known (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GByteArray) password = hub_test_bytes (known[i].password);
      HubPasswordHash hash = parse (known[i].text);
      g_autofree char *again = hub_password_hash_to_string (&hash);

      g_test_message ("%s", known[i].name);
      g_assert_cmpstr (again, ==, known[i].text);
      g_assert_true (hub_password_hash_verify (&hash, hub_test_span (password)));
      g_byte_array_append (password, (const guint8 *) "x", 1);
      g_assert_false (hub_password_hash_verify (&hash, hub_test_span (password)));
    }
}

/* One bit of the digest, or of the salt. */
static void
test_changed (void)
{
  HubSpan password = HUB_SPAN_LITERAL ("secret");
  HubPasswordHash good = parse (known[0].text);

  for (guint i = 0; i < HUB_PASSWORD_DIGEST_SIZE; i++)
    {
      HubPasswordHash hash = good;

      hash.digest[i] ^= (guint8) (1 << (i % 8));
      g_assert_false (hub_password_hash_verify (&hash, password));
    }
  for (guint i = 0; i < good.salt_size; i++)
    {
      HubPasswordHash hash = good;

      hash.salt[i] ^= (guint8) (1 << (i % 8));
      g_assert_false (hub_password_hash_verify (&hash, password));
    }
  g_assert_true (hub_password_hash_verify (&good, password));
  g_assert_false (hub_password_hash_verify (&good, (HubSpan){ password.data, password.size - 1 }));
  g_assert_false (hub_password_hash_verify (&good, (HubSpan){ NULL, 0 }));
}

static void
test_own (void)
{
  HubSpan password = HUB_SPAN_LITERAL ("a password");
  g_autoptr (GError) error = NULL;
  HubPasswordHash hash;
  HubPasswordHash other;
  HubPasswordHash read;
  g_autofree char *text = NULL;

  g_assert_true (hub_password_hash_init (&hash, password, HUB_PASSWORD_ITERATIONS, &error));
  g_assert_no_error (error);
  g_assert_true (hub_password_hash_init (&other, password, HUB_PASSWORD_ITERATIONS, NULL));
  g_assert_true (memcmp (hash.salt, other.salt, hash.salt_size) != 0);

  text = hub_password_hash_to_string (&hash);
  g_assert_true (g_str_has_prefix (text, "$7$100000$"));
  read = parse (text);
  g_assert_true (hub_password_hash_verify (&read, password));
  g_assert_false (hub_password_hash_verify (&read, HUB_SPAN_LITERAL ("a passwort")));
}

/* The shortest and the longest password, and one past each. */
static void
test_password_size (void)
{
  g_autofree guint8 *bytes = g_malloc0 (HUB_PASSWORD_SIZE_MAX + 1);
  g_autoptr (GError) error = NULL;
  HubPasswordHash hash;

  g_assert_true (hub_password_hash_init (&hash, (HubSpan){ bytes, 1 }, 1, NULL));
  g_assert_true (hub_password_hash_verify (&hash, (HubSpan){ bytes, 1 }));
  g_assert_true (hub_password_hash_init (&hash, (HubSpan){ bytes, HUB_PASSWORD_SIZE_MAX }, 1, NULL));
  g_assert_true (hub_password_hash_verify (&hash, (HubSpan){ bytes, HUB_PASSWORD_SIZE_MAX }));
  g_assert_false (hub_password_hash_verify (&hash, (HubSpan){ bytes, HUB_PASSWORD_SIZE_MAX + 1 }));

  g_assert_false (hub_password_hash_init (&hash, (HubSpan){ bytes, 0 }, 1, &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_VALUE);
  g_clear_error (&error);
  g_assert_false (hub_password_hash_init (&hash, (HubSpan){ bytes, HUB_PASSWORD_SIZE_MAX + 1 }, 1, &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_VALUE);
}

/* Puts words in the place of %S (a salt of 12 bytes) and %H (a hash of 64). */
static char *
expand (const char *format)
{
  g_autofree char *zeros = g_strnfill (86, 'A');
  g_autofree char *hash = g_strconcat (zeros, "==", NULL);
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "%S", "AAAAAAAAAAAAAAAA", 0);
  g_string_replace (text, "%H", hash, 0);
  return g_strdup (text->str);
}

static void
test_parse (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    const char *message; /* NULL: it is good */
  } rows[] = {
    { "SHA-512", "$6$%S$%H", NULL },
    { "PBKDF2", "$7$101$%S$%H", NULL },
    { "one iteration", "$7$1$%S$%H", NULL },
    { "as many as there may be", "$7$1000000$%S$%H", NULL },
    { "one more", "$7$1000001$%S$%H", "*iterations must be from 1 to 1000000" },
    { "none", "$7$0$%S$%H", "*iterations must be from 1 *" },
    { "fewer than none", "$7$-1$%S$%H", "*iterations must be from 1 *" },
    { "very many", "$7$99999999999999999999999$%S$%H", "*iterations must be from 1 *" },
    { "no number", "$7$x$%S$%H", "*iterations must be from 1 *" },
    { "an empty number", "$7$$%S$%H", "*iterations must be from 1 *" },
    { "empty", "", "the password is not hashed*" },
    { "clear text", "secret", "the password is not hashed*" },
    { "a dollar in clear text", "se$cret", "the password is not hashed*" },
    { "a dollar alone", "$", "the hash is neither *" },
    { "another kind", "$5$%S$%H", "the hash is neither *" },
    { "Argon2 of Mosquitto 2.1", "$argon2id$v=19$m=12288,t=3,p=1$%S$%H", "the hash is neither *" },
    { "no hash", "$6$%S", "the hash is neither *" },
    { "an empty hash", "$6$%S$", "the hash has 0 bytes, it must have 64" },
    { "a short hash", "$6$%S$AAAA", "the hash has 3 bytes, it must have 64" },
    { "a long hash", "$6$%S$AAAA%H", "the hash has 67 bytes, it must have 64" },
    { "an empty salt", "$6$$%H", "the salt has 0 bytes, it must have 1 to 64" },
    { "a salt of 1 byte", "$6$AA==$%H", NULL },
    { "a salt of 64 bytes", "$6$%H$%H", NULL },
    { "a salt of 66 bytes", "$6$%S%S%S%S%S"
                            "AAAAAAAA$%H",
      "the salt has 66 bytes, *" },
    { "no base64 in the salt", "$6$AAAA*AAAAAAAAAAA$%H", "the salt is not in base64" },
    { "no padding in the salt", "$6$AA$%H", "the salt is not in base64" },
    { "bits that say nothing", "$6$AB==$%H", "the salt is not in base64" },
    { "no base64 in the hash", "$6$%S$ %H", "the hash is not in base64" },
    { "more words", "$6$%S$%H$", "the hash is neither *" },
    { "iterations for SHA-512", "$6$101$%S$%H", "the hash is neither *" },
    { "no iterations for PBKDF2", "$7$%S$%H", "the hash is neither *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = expand (rows[i].text);
      g_autoptr (GError) error = NULL;
      HubPasswordHash hash;
      gboolean is_good = hub_password_hash_parse (&hash, text, &error);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpint (is_good, ==, rows[i].message == NULL);
      if (is_good)
        continue;
      g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_BAD_VALUE);
      if (!g_pattern_match_simple (rows[i].message, error->message))
        g_error ("%s: %s", rows[i].name, error->message);
      /* What was meant as a password is not told. */
      g_assert_null (strstr (error->message, "cret"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/password-hash/known", test_known);
  g_test_add_func ("/access/password-hash/changed", test_changed);
  g_test_add_func ("/access/password-hash/own", test_own);
  g_test_add_func ("/access/password-hash/password-size", test_password_size);
  g_test_add_func ("/access/password-hash/parse", test_parse);
  return g_test_run ();
}
