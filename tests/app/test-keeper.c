/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/base/hub-keeper.h"
#include "tests/support/hub-test-wait.h"

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

typedef struct
{
  GFile *file;
  HubKeeper *keeper;
  const char *text;
  guint n_written;
} Fixture;

static GBytes *
write_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_written++;
  return g_bytes_new (fixture->text, strlen (fixture->text));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "kept", NULL);

  n_warnings = 0;
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  fixture->file = g_file_new_for_path (path);
  fixture->keeper = hub_keeper_new (fixture->file, 1, write_cb, fixture);
  fixture->text = "one";
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_keeper_stop (fixture->keeper);
  g_assert_finalize_object (fixture->keeper);
  g_object_unref (fixture->file);
}

static void
assert_kept (Fixture *fixture, const char *expected)
{
  gsize size;
  g_autofree char *text = hub_keeper_load (fixture->keeper, &size);

  g_assert_cmpstr (text, ==, expected);
}

/* A save that is under way has a reference of its own. */
static gboolean
is_saving (Fixture *fixture)
{
  return G_OBJECT (fixture->keeper)->ref_count > 1;
}

static void
test_by_itself (Fixture *fixture, gconstpointer data)
{
  struct stat status;

  g_test_summary ("Many changes are written once, by and by, for nobody else to read");

  assert_kept (fixture, NULL);
  for (guint i = 0; i < 10; i++)
    hub_keeper_change (fixture->keeper);
  hub_test_wait_until (is_saving (fixture));
  hub_test_wait_until (!is_saving (fixture));
  assert_kept (fixture, "one");
  g_assert_cmpuint (fixture->n_written, ==, 1);
  g_assert_cmpint (g_stat (g_file_peek_path (fixture->file), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  hub_keeper_flush (fixture->keeper);
  g_assert_cmpuint (fixture->n_written, ==, 1);
}

static void
test_changes_while_saving (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("What changes while a save is under way is written after it");

  hub_keeper_change (fixture->keeper);
  hub_test_wait_until (is_saving (fixture));
  fixture->text = "two";
  hub_keeper_change (fixture->keeper);
  hub_test_wait_until (fixture->n_written == 2);
  hub_test_wait_until (!is_saving (fixture));
  assert_kept (fixture, "two");
}

static void
test_flush_while_saving (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("The program may end while a save is under way: what that has not written is written by the flush");

  hub_keeper_change (fixture->keeper);
  hub_test_wait_until (is_saving (fixture));
  hub_keeper_flush (fixture->keeper);
  assert_kept (fixture, "one");
  hub_test_wait_until (!is_saving (fixture));
}

static void
test_flush_after_failure (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_get_parent (fixture->file);

  g_test_summary ("What could not be written is not taken for written");

  g_assert_cmpint (g_rmdir (g_file_peek_path (folder)), ==, 0);
  hub_keeper_change (fixture->keeper);
  hub_test_wait_until (is_saving (fixture));
  hub_test_wait_until (!is_saving (fixture));
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_cmpint (g_mkdir (g_file_peek_path (folder), 0700), ==, 0);
  hub_keeper_flush (fixture->keeper);
  assert_kept (fixture, "one");
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("Nothing is written for an owner who has gone");

  hub_keeper_change (fixture->keeper);
  hub_keeper_stop (fixture->keeper);
  hub_keeper_change (fixture->keeper);
  hub_keeper_flush (fixture->keeper);
  g_assert_cmpuint (fixture->n_written, ==, 0);
  assert_kept (fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/app/keeper/by-itself", Fixture, NULL, set_up, test_by_itself, tear_down);
  g_test_add ("/app/keeper/changes-while-saving", Fixture, NULL, set_up, test_changes_while_saving, tear_down);
  g_test_add ("/app/keeper/flush-while-saving", Fixture, NULL, set_up, test_flush_while_saving, tear_down);
  g_test_add ("/app/keeper/flush-after-failure", Fixture, NULL, set_up, test_flush_after_failure, tear_down);
  g_test_add ("/app/keeper/stop", Fixture, NULL, set_up, test_stop, tear_down);
  g_log_set_writer_func (writer_cb, NULL, NULL);
  return g_test_run ();
}
