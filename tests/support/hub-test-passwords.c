/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-passwords.h"

/**
 * hub_test_passwords_text:
 * @users: (array zero-terminated=1): names
 * @iterations: of PBKDF2
 *
 * Returns: (transfer full): a password file in which each one's password is "password of NAME"
 */
char *
hub_test_passwords_text (const char *const *users, guint iterations)
{
  GString *text = g_string_new (NULL);

  for (; *users != NULL; users++)
    {
      g_autofree char *password = g_strconcat ("password of ", *users, NULL);
      g_autofree char *entry = NULL;
      HubPasswordHash hash;

      g_assert_true (hub_password_hash_init (&hash, hub_span_from_string (password), iterations, NULL));
      entry = hub_password_hash_to_string (&hash);
      g_string_append_printf (text, "%s:%s\n", *users, entry);
    }
  return g_string_free (text, FALSE);
}

/**
 * hub_test_passwords:
 * @users: (array zero-terminated=1): names
 * @iterations: of PBKDF2
 *
 * Returns: (transfer full): the users, each with the password "password of NAME"
 */
HubPasswordFile *
hub_test_passwords (const char *const *users, guint iterations)
{
  g_autofree char *text = hub_test_passwords_text (users, iterations);
  g_autoptr (GError) error = NULL;
  HubPasswordFile *file = hub_password_file_parse (text, strlen (text), "passwords", &error);

  g_assert_no_error (error);
  return file;
}
