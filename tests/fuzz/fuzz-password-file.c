/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-basic.h"
#include "broker/access/hub-password-file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/hub-test-bytes.h"

/* An input is a password file; and an entry of one, and an Authorization header. */

/* A check of more iterations takes too long here. */
#define COST_MAX 20

static guint
count_lines_of (const HubPasswordFile *file, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint count = 0;

  for (char **line = lines; *line != NULL; line++)
    {
      char *colon = strchr (*line, ':');
      const char *name = line == lines && g_str_has_prefix (*line, "\xef\xbb\xbf") ? *line + 3 : *line;

      if (colon == NULL)
        continue;
      *colon = '\0';
      name = g_strstrip ((char *) name);
      if (name[0] == '#')
        continue;
      g_assert_nonnull (hub_password_file_lookup (file, name));
      count++;
    }
  return count;
}

static void
check_file (const HubPasswordFile *file, const char *text)
{
  guint length = hub_password_file_get_length (file);

  g_assert_cmpuint (length, >=, 1);
  g_assert_cmpuint (count_lines_of (file, text), ==, length);
  g_assert_null (hub_password_file_lookup (file, ""));
  if (hub_password_file_get_cost (file, "") <= COST_MAX)
    g_assert_false (hub_password_file_verify (file, "", (HubSpan){ NULL, 0 }));
}

/* Whatever is in a file: putting somebody in and taking him out again. */
static void
check_edit (const char *text, gsize size, gboolean is_good)
{
  static const HubPasswordHash hash = { .iterations = 1, .salt_size = 1 };
  guint n_found;
  guint n_now;
  g_autofree char *without = hub_password_file_edit (text, size, "ann", NULL, &n_found);
  g_autofree char *again = hub_password_file_edit (without, strlen (without), "ann", NULL, &n_now);
  g_autofree char *with = hub_password_file_edit (text, size, "ann", &hash, &n_now);
  g_autoptr (HubPasswordFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (n_now, ==, n_found);
  g_assert_cmpuint (strlen (without), <=, size);
  if (n_found == 0)
    g_assert_cmpint (memcmp (without, text, strlen (without)), ==, 0);
  if (strlen (text) != size)
    return;
  g_assert_cmpstr (again, ==, without);
  if (!is_good)
    return;
  file = hub_password_file_parse (with, strlen (with), "passwords", &error);
  g_assert_no_error (error);
  g_assert_nonnull (hub_password_file_lookup (file, "ann"));
  g_assert_cmpuint (hub_password_file_lookup (file, "ann")->salt_size, ==, 1);
}

static void
check_hash (const char *text)
{
  HubPasswordHash hash;
  HubPasswordHash again;
  g_autofree char *written = NULL;

  if (!hub_password_hash_parse (&hash, text, NULL))
    return;
  g_assert_cmpuint (hash.iterations, <=, HUB_PASSWORD_ITERATIONS_MAX);
  g_assert_cmpuint (hash.salt_size, >=, 1);
  g_assert_cmpuint (hash.salt_size, <=, HUB_PASSWORD_SALT_MAX);
  written = hub_password_hash_to_string (&hash);
  g_assert_true (hub_password_hash_parse (&again, written, NULL));
  g_assert_cmpuint (hash.iterations, ==, again.iterations);
  g_assert_cmpmem (hash.salt, hash.salt_size, again.salt, again.salt_size);
  g_assert_cmpmem (hash.digest, sizeof hash.digest, again.digest, sizeof again.digest);
}

static void
check_basic (const char *text)
{
  g_auto (HubBasic) basic = { 0 };
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_autofree char *token = NULL;

  if (!hub_basic_parse (&basic, text))
    {
      g_assert_true (basic.user_name == NULL && basic.password == NULL);
      return;
    }
  g_assert_true (g_utf8_validate (basic.user_name, -1, NULL));
  g_byte_array_append (both, (const guint8 *) basic.user_name, (guint) strlen (basic.user_name));
  g_byte_array_append (both, (const guint8 *) ":", 1);
  g_byte_array_append (both, basic.password, (guint) basic.password_size);
  token = g_base64_encode (both->data, both->len);
  g_assert_nonnull (strstr (text, token));
}

/* With a zero behind it; there may be some in it. */
static char *
make_text (const guint8 *data, gsize size)
{
  char *text = g_malloc0 (size + 1);

  if (size > 0)
    memcpy (text, data, size);
  return text;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = hub_test_copy ((HubSpan){ data, size });
  g_autofree char *text = make_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubPasswordFile) file = hub_password_file_parse ((const char *) copy, size, "passwords", &error);

  if (file == NULL)
    {
      g_assert_true (error != NULL && error->domain == HUB_ACCESS_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "passwords:"));
    }
  else
    {
      g_assert_no_error (error);
      check_file (file, text);
    }
  check_edit (text, size, file != NULL);
  check_hash (text);
  check_basic (text);
  return 0;
}
