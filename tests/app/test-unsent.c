/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sending/hub-unsent.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

/* The program logs in a structured way, which g_test_expect_message() does not see. */
static guint n_warnings;

static GLogWriterOutput
writer_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & G_LOG_LEVEL_WARNING) == 0)
    return g_log_writer_default (level, fields, n_fields, user_data);
  n_warnings++;
  return G_LOG_WRITER_HANDLED;
}

static GFile *
test_file (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "unsent.json", NULL);

  n_warnings = 0;
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

/* A chat that is found at another address takes what waits along. */
static void
test_moved (void)
{
  g_autoptr (GFile) file = test_file ();
  HubUnsent *before = hub_unsent_new (file);
  g_autoptr (HubUnsent) after = NULL;

  add (before, "here:1883", "1", "one");
  add (before, "", "2", "two");
  add (before, "here:1883", "3", "three");
  add (before, "there:1883", "4", "four");
  hub_unsent_move (before, "here:1883", "there:1883");
  hub_unsent_flush (before);
  g_assert_finalize_object (before);
  after = hub_unsent_new (file);
  assert_list (after, "here:1883", "");
  assert_list (after, "there:1883", "1:one;3:three;4:four;");
  assert_list (after, "", "2:two;");
}

static void
test_failed (void)
{
  g_autoptr (GFile) file = test_file ();
  HubUnsent *before = hub_unsent_new (file);
  g_autoptr (HubUnsent) after = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  add (before, "", "1", "one");
  add (before, "", "2", "two");
  g_assert_null (hub_unsent_set_failed (before, "no such id", TRUE));
  g_assert_cmpstr (hub_unsent_set_failed (before, "2", TRUE)->id, ==, "2");
  hub_unsent_flush (before);
  g_assert_finalize_object (before);

  /* What was given up is kept for the user. */
  after = hub_unsent_new (file);
  messages = hub_unsent_list (after, "");
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_false (((HubUnsentMessage *) g_ptr_array_index (messages, 0))->has_failed);
  g_assert_true (((HubUnsentMessage *) g_ptr_array_index (messages, 1))->has_failed);
  g_assert_false (hub_unsent_set_failed (after, "2", FALSE)->has_failed);
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
  unsent = hub_unsent_new (file);
  assert_list (unsent, "", "");
  g_assert_cmpuint (n_warnings, ==, strchr ("]}", text[strlen (text) - 1]) != NULL ? 0 : 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/unsent/moved", test_moved);
  g_test_add_func ("/app/unsent/survives", test_survives);
  g_test_add_func ("/app/unsent/failed", test_failed);
  g_test_add_func ("/app/unsent/saves-by-itself", test_saves_by_itself);
  g_log_set_writer_func (writer_cb, NULL, NULL);
  g_test_add_data_func ("/app/unsent/bad-file/no-json", "no JSON", test_bad_file);
  g_test_add_data_func ("/app/unsent/bad-file/cut", "[{\"chat\":", test_bad_file);
  g_test_add_data_func ("/app/unsent/bad-file/object", "{}", test_bad_file);
  g_test_add_data_func ("/app/unsent/bad-file/wrong-members", "[1, null, {\"chat\":\"\"}, {\"chat\":1}]", test_bad_file);
  return g_test_run ();
}
