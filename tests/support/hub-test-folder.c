/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-folder.h"

#include <glib/gstdio.h>

/**
 * hub_test_folder_new:
 *
 * Returns: (transfer full): the path of a new, empty folder
 */
char *
hub_test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("hubbub-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/**
 * hub_test_folder_free:
 * @path: (transfer full): a folder with files and no folders in it
 *
 * Removes it.
 */
void
hub_test_folder_free (char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_unlink (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

/**
 * hub_test_folder_write:
 * @path: a folder
 * @name: a name in it
 * @text: contents of a file
 *
 * Returns: (transfer full): the path of that file
 */
char *
hub_test_folder_write (const char *path, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *file = g_build_filename (path, name, NULL);

  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
  return file;
}

/**
 * hub_test_folder_read:
 * @path: a folder
 * @name: a name in it
 *
 * Returns: (transfer full): the contents of that file
 */
char *
hub_test_folder_read (const char *path, const char *name)
{
  g_autofree char *file = g_build_filename (path, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (file, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}
