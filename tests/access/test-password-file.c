/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-password-file.h"
#include "tests/support/hub-test-access-tables.h"
#include "tests/support/hub-test-folder.h"

#include <sys/stat.h>

static HubPasswordFile *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HubPasswordFile *file = hub_password_file_parse (text, strlen (text), "passwords", &error);

  g_assert_no_error (error);
  return file;
}

static void
test_verify (void)
{
  for (gsize i = 0; i < hub_test_n_good_passwords; i++)
    {
      const HubTestGoodPasswords *row = &hub_test_good_passwords[i];
      g_autoptr (HubPasswordFile) file = parse (row->text);
      HubSpan password = hub_span_from_string (row->password);

      g_test_message ("%s", row->name);
      g_assert_cmpint (hub_password_file_verify (file, row->user, password), ==, row->is_right);
    }
}

static void
test_errors (void)
{
  for (gsize i = 0; i < hub_test_n_bad_passwords; i++)
    {
      const HubTestBadPasswords *row = &hub_test_bad_passwords[i];
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", row->name);
      g_assert_null (hub_password_file_parse (row->text, strlen (row->text), "passwords", &error));
      g_assert_error (error, HUB_ACCESS_ERROR, (int) row->code);
      if (!g_pattern_match_simple (row->message, error->message))
        g_error ("%s: %s", row->name, error->message);
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_zero (void)
{
  static const char text[] = "ann:" HUB_TEST_HASH_A "\n\0";
  g_autoptr (GError) error = NULL;

  g_assert_null (hub_password_file_parse (text, sizeof text - 1, "passwords", &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_UNREADABLE);
}

/* What a check takes does not tell who is there: a name that is not costs what some user costs, always the same. */
static void
test_cost (void)
{
  g_autoptr (HubPasswordFile) file = parse ("ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_B "\n");
  guint n[3] = { 0 };

  g_assert_cmpuint (hub_password_file_get_cost (file, "ann"), ==, 1);
  g_assert_cmpuint (hub_password_file_get_cost (file, "bob"), ==, 2);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *user = g_strdup_printf ("nobody %u", i);
      guint cost = hub_password_file_get_cost (file, user);

      g_assert_cmpuint (cost, >=, 1);
      g_assert_cmpuint (cost, <=, 2);
      g_assert_cmpuint (hub_password_file_get_cost (file, user), ==, cost);
      g_assert_false (hub_password_file_verify (file, user, hub_span_from_string (cost == 1 ? "a" : "b")));
      n[cost]++;
    }
  g_assert_cmpuint (n[1], >, 0);
  g_assert_cmpuint (n[2], >, 0);
}

static void
test_user_names (void)
{
  static const struct
  {
    const char *user;
    gboolean is_valid;
  } rows[] = {
    { "ann", TRUE },
    { "a", TRUE },
    { "ann lee", TRUE },
    { "a#", TRUE },
    { "a$7$", TRUE },
    { "j\xc3\xb6rg", TRUE },
    { "", FALSE },
    { ":", FALSE },
    { "a:b", FALSE },
    { "#ann", FALSE },
    { " ann", FALSE },
    { "ann ", FALSE },
    { "a\nb", FALSE },
    { "a\x7f", FALSE },
    { "a\xc2\x85", FALSE },
    { "a\xff", FALSE },
  };
  g_autofree char *long_name = g_strnfill (HUB_USER_NAME_SIZE_MAX + 1, 'u');

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (hub_user_name_is_valid (rows[i].user, &error), ==, rows[i].is_valid);
      g_assert_true ((error == NULL) == rows[i].is_valid);
    }
  g_assert_false (hub_user_name_is_valid (long_name, NULL));
  g_assert_true (hub_user_name_is_valid (long_name + 1, NULL));
}

static void
test_edit (void)
{
  static const struct
  {
    const char *name;
    const char *before;
    const char *user;
    gboolean is_kept; /* with HUB_TEST_HASH_B, else taken out */
    guint n_found;
    const char *after;
  } rows[] = {
    { "add to nothing", "", "bob", TRUE, 0, "bob:" HUB_TEST_HASH_B "\n" },
    { "add", "ann:" HUB_TEST_HASH_A "\n", "bob", TRUE, 0, "ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_B "\n" },
    { "add where the last line has no end", "ann:" HUB_TEST_HASH_A, "bob", TRUE, 0, "ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_B "\n" },
    { "change", "ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_A "\n# end\n", "bob", TRUE, 1, "ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_B "\n# end\n" },
    { "change where the line has no end", "bob:" HUB_TEST_HASH_A, "bob", TRUE, 1, "bob:" HUB_TEST_HASH_B "\n" },
    { "change one of two", "bob:" HUB_TEST_HASH_A "\nx\nbob:y\n", "bob", TRUE, 2, "bob:" HUB_TEST_HASH_B "\nx\n" },
    { "change clear text", "bob:secret\n", "bob", TRUE, 1, "bob:" HUB_TEST_HASH_B "\n" },
    { "delete", "ann:" HUB_TEST_HASH_A "\nbob:" HUB_TEST_HASH_A "\n# end\n", "bob", FALSE, 1, "ann:" HUB_TEST_HASH_A "\n# end\n" },
    { "delete the last", "bob:" HUB_TEST_HASH_A "\n", "bob", FALSE, 1, "" },
    { "delete all of a name", "bob:x\nann:y\nbob:z", "bob", FALSE, 2, "ann:y\n" },
    { "delete nobody", "ann:" HUB_TEST_HASH_A "\n", "bob", FALSE, 0, "ann:" HUB_TEST_HASH_A "\n" },
    { "others stay byte by byte", "# bob:1\r\n\r\n  what\nbobby: x \nbob:1", "bob", FALSE, 1, "# bob:1\r\n\r\n  what\nbobby: x \n" },
    { "blanks about the name", "  bob : x\r\nann:y\r\n", "bob", FALSE, 1, "ann:y\r\n" },
    { "a BOM", "\xef\xbb\xbf"
               "bob:x\nann:y\n",
      "bob", FALSE, 1, "\xef\xbb\xbf"
                       "ann:y\n" },
    { "a BOM that was none", "bob:x\n\xef\xbb\xbf"
                             "bob:y\n",
      "bob",
      FALSE,
      1,
      "\n\xef\xbb\xbf"
      "bob:y\n" },
    { "a BOM alone", "\xef\xbb\xbf", "bob", TRUE, 0, "\xef\xbb\xbf"
                                                     "bob:" HUB_TEST_HASH_B "\n" },
  };
  HubPasswordHash hash;

  g_assert_true (hub_password_hash_parse (&hash, HUB_TEST_HASH_B, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint n_found = 99;
      g_autofree char *after = hub_password_file_edit (rows[i].before,
                                                       strlen (rows[i].before),
                                                       rows[i].user,
                                                       rows[i].is_kept ? &hash : NULL,
                                                       &n_found);

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (after, ==, rows[i].after);
      g_assert_cmpuint (n_found, ==, rows[i].n_found);
    }
}

static void
assert_unreadable (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hub_password_file_load (path, &error));
  g_assert_error (error, HUB_ACCESS_ERROR, HUB_ACCESS_ERROR_UNREADABLE);
  g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_load (void)
{
  char *folder = hub_test_folder_new ();
  g_autofree char *path = hub_test_folder_write (folder, "passwords", "ann:" HUB_TEST_HASH_A "\n");
  g_autofree char *pipe_path = g_strconcat (path, "-pipe", NULL);
  g_autofree char *missing = g_strconcat (path, "-missing", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HubPasswordFile) file = hub_password_file_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (hub_password_file_get_length (file), ==, 1);

  assert_unreadable (missing);
  assert_unreadable (folder);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  assert_unreadable (pipe_path);
  assert_unreadable ("/dev/zero");
  hub_test_folder_free (folder);
}

static void
test_file_size (void)
{
  g_autofree char *text = g_strnfill (HUB_ACCESS_FILE_SIZE_MAX, ' ');
  char *folder = hub_test_folder_new ();
  g_autofree char *path = NULL;
  g_autofree char *longer = g_strconcat (text, "\n", NULL);
  g_autoptr (HubPasswordFile) file = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (text, "ann:" HUB_TEST_HASH_A "\n", strlen ("ann:" HUB_TEST_HASH_A "\n"));
  path = hub_test_folder_write (folder, "passwords", text);
  file = hub_password_file_load (path, &error);
  g_assert_no_error (error);
  g_free (path);
  path = hub_test_folder_write (folder, "passwords", longer);
  assert_unreadable (path);
  hub_test_folder_free (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/password-file/verify", test_verify);
  g_test_add_func ("/access/password-file/errors", test_errors);
  g_test_add_func ("/access/password-file/zero", test_zero);
  g_test_add_func ("/access/password-file/cost", test_cost);
  g_test_add_func ("/access/password-file/user-names", test_user_names);
  g_test_add_func ("/access/password-file/edit", test_edit);
  g_test_add_func ("/access/password-file/load", test_load);
  g_test_add_func ("/access/password-file/file-size", test_file_size);
  return g_test_run ();
}
