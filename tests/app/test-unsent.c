/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/hub-unsent.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

static GFile *
test_file (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "unsent.json", NULL);

  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_unlink (path);
  return g_file_new_for_path (path);
}

static void
add (HubUnsent *unsent, const char *chat, const char *id, const char *text)
{
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  hub_unsent_add (unsent, chat, "messages", id, payload);
}

static char *
list (HubUnsent *unsent, const char *chat)
{
  g_autoptr (GPtrArray) messages = hub_unsent_list (unsent, chat);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      HubUnsentMessage *message = g_ptr_array_index (messages, i);

      g_string_append_printf (text,
                              "%s:%.*s;",
                              message->id,
                              (int) g_bytes_get_size (message->payload),
                              (const char *) g_bytes_get_data (message->payload, NULL));
    }
  return g_string_free (text, FALSE);
}

static void
assert_list (HubUnsent *unsent, const char *chat, const char *expected)
{
  g_autofree char *actual = list (unsent, chat);

  g_assert_cmpstr (actual, ==, expected);
}

static void
test_survives (void)
{
  g_autoptr (GFile) file = test_file ();
  HubUnsent *before = hub_unsent_new (file);
  g_autoptr (HubUnsent) after = NULL;
  struct stat status;

  add (before, "", "1", "{\"message\":\"own \\\"quoted\\\"\"}");
  add (before, "host:1883", "2", "two");
  add (before, "", "3", "gr\303\274n");
  hub_unsent_remove (before, "no such id");
  hub_unsent_flush (before);
  g_assert_cmpint (g_stat (g_file_peek_path (file), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_finalize_object (before);

  after = hub_unsent_new (file);
  assert_list (after, "", "1:{\"message\":\"own \\\"quoted\\\"\"};3:gr\303\274n;");
  assert_list (after, "host:1883", "2:two;");
  hub_unsent_remove (after, "1");
  assert_list (after, "", "3:gr\303\274n;");
}

static void
test_saves_by_itself (void)
{
  g_autoptr (GFile) file = test_file ();
  g_autoptr (HubUnsent) unsent = hub_unsent_new (file);

  add (unsent, "", "1", "one");
  while (!g_file_query_exists (file, NULL))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_bad_file (gconstpointer data)
{
  g_autoptr (GFile) file = test_file ();
  g_autoptr (HubUnsent) unsent = NULL;
  const char *text = data;

  g_assert_true (g_file_set_contents (g_file_peek_path (file), text, -1, NULL));
  if (strchr ("[{", text[0]) == NULL || text[0] == '\0')
    g_test_expect_message ("hubbub", G_LOG_LEVEL_WARNING, "*cannot be read*");
  unsent = hub_unsent_new (file);
  assert_list (unsent, "", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/unsent/survives", test_survives);
  g_test_add_func ("/app/unsent/saves-by-itself", test_saves_by_itself);
  g_test_add_data_func ("/app/unsent/bad-file/object", "{}", test_bad_file);
  g_test_add_data_func ("/app/unsent/bad-file/wrong-members", "[1, null, {\"chat\":\"\"}, {\"chat\":1}]", test_bad_file);
  return g_test_run ();
}
