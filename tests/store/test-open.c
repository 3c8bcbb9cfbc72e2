/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"

#include "broker/store/hub-store-schema.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What lies where the database should go, and what becomes of it. */

#define NOBODY 65534

typedef struct
{
  HubTestStore *test;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->test = hub_test_store_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_chmod (fixture->test->folder, 0700);
  hub_test_store_free (fixture->test);
}

static guint
mode_of (const char *path)
{
  struct stat file;

  g_assert_cmpint (stat (path, &file), ==, 0);
  return file.st_mode & 07777;
}

static char *
contents_of (const char *path, gsize *size)
{
  g_autoptr (GError) error = NULL;
  char *contents;

  g_file_get_contents (path, &contents, size, &error);
  g_assert_no_error (error);
  return contents;
}

static void
write_contents (const char *path, const char *contents, gssize size)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, contents, size, &error);
  g_assert_no_error (error);
}

static void
assert_refused (HubTestStore *test, HubStoreError code, const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hub_test_store_try_open (test, &error));
  g_assert_error (error, HUB_STORE_ERROR, (int) code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("'%s' does not look like '%s'", error->message, pattern);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Everything in the folder but the lock, with its contents. */
static char *
describe_folder (HubTestStore *test)
{
  g_autoptr (GDir) dir = g_dir_open (test->folder, 0, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (test->folder, name, NULL);
      g_autofree char *contents = NULL;
      g_autofree char *sum = NULL;
      gsize size;

      if (g_str_has_suffix (name, ".lock"))
        continue;
      contents = contents_of (path, &size);
      sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) contents, size);
      g_ptr_array_add (lines, g_strdup_printf ("%s %o %s", name, mode_of (path), sum));
    }
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
assert_refused_untouched (HubTestStore *test, HubStoreError code, const char *pattern)
{
  g_autofree char *before = describe_folder (test);
  g_autofree char *after = NULL;

  assert_refused (test, code, pattern);
  after = describe_folder (test);
  g_assert_cmpstr (before, ==, after);
}

/* As somebody who may not do everything: root may write to what is read-only. */
static void
run_unprivileged (HubTestStore *test, void (*func) (HubTestStore *))
{
  int status;
  pid_t pid;

  if (geteuid () != 0)
    {
      func (test);
      return;
    }
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (setgid (NOBODY) < 0 || setuid (NOBODY) < 0)
        _exit (1);
      func (test);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

static void
give_away (HubTestStore *test)
{
  g_autoptr (GDir) dir = g_dir_open (test->folder, 0, NULL);
  const char *name;

  if (geteuid () != 0)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (test->folder, name, NULL);

      g_assert_cmpint (chown (path, NOBODY, NOBODY), ==, 0);
    }
  g_assert_cmpint (chown (test->folder, NOBODY, NOBODY), ==, 0);
}

static void
test_private (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };

  umask (0);
  hub_test_store_open (test);
  hub_test_store_work (test, 1, 10);
  hub_test_store_flush (test);
  umask (022);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = hub_test_store_sibling (test, suffixes[i]);

      g_assert_cmpuint (mode_of (path), ==, 0600);
    }
  hub_test_store_close (test);
}

/* A file that others could read is private from then on. */
static void
test_made_private (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");

  hub_test_store_open (test);
  hub_test_store_close (test);
  g_chmod (test->path, 0644);
  hub_test_store_open (test);
  g_assert_cmpuint (mode_of (test->path), ==, 0600);
  g_assert_cmpuint (mode_of (wal), ==, 0600);
}

/* After a clean end everything is in one file. */
static void
test_files (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  hub_test_store_open (test);
  hub_test_store_work (test, 1, 10);
  hub_test_store_close (test);
  dir = g_dir_open (test->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_assert_true (g_str_equal (name, "hubbub.db") || g_str_equal (name, "hubbub.db.lock"));
      n++;
    }
  g_assert_cmpuint (n, ==, 2);
}

static void
test_folder_missing (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *first = g_build_filename (test->folder, "a", NULL);
  g_autofree char *second = g_build_filename (first, "b", NULL);
  g_autofree char *path = g_build_filename (second, "hubbub.db", NULL);
  g_autoptr (HubTestStore) deep = hub_test_store_new_at (path);

  umask (0);
  hub_test_store_open (deep);
  umask (022);
  g_assert_cmpuint (mode_of (first), ==, 0700);
  g_assert_cmpuint (mode_of (second), ==, 0700);
  hub_test_store_close (deep);
}

static void
test_folder_is_file (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *path = g_build_filename (test->path, "hubbub.db", NULL);
  g_autoptr (HubTestStore) below = hub_test_store_new_at (path);

  write_contents (test->path, "x", 1);
  assert_refused (below, HUB_STORE_ERROR_ACCESS, "the database */hubbub.db/hubbub.db cannot be used: * Not a directory");
}

static void
test_path_is_folder (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  g_assert_cmpint (g_mkdir (test->path, 0700), ==, 0);
  assert_refused (test,
                  HUB_STORE_ERROR_FOREIGN,
                  "the database */hubbub.db cannot be used: it is not a database of this program, and was left as it is");
}

static void
test_path_is_fifo (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  g_assert_cmpint (mkfifo (test->path, 0600), ==, 0);
  assert_refused (test, HUB_STORE_ERROR_FOREIGN, "*it is not a database of this program*");
}

/* Made by somebody for us. */
static void
test_empty_file (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  write_contents (test->path, "", 0);
  hub_test_store_open (test);
  g_assert_null (hub_store_get_notice (test->store));
  g_assert_cmpuint (mode_of (test->path), ==, 0600);
}

static void
test_foreign_text (Fixture *fixture, gconstpointer data)
{
  static const char *const contents[] = { "x", "# a shopping list\n", "SQLite format 3" };
  HubTestStore *test = fixture->test;

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      write_contents (test->path, contents[i], -1);
      assert_refused_untouched (test, HUB_STORE_ERROR_FOREIGN, "*it is not a database of this program*");
    }
}

static void
test_foreign_database (Fixture *fixture, gconstpointer data)
{
  static const char *const makers[] = {
    "CREATE TABLE shopping (what)",
    "PRAGMA journal_mode = WAL; CREATE TABLE shopping (what)",
    "PRAGMA application_id = 1214603843; CREATE TABLE session (key)",
  };
  HubTestStore *test = fixture->test;

  for (gsize i = 0; i < G_N_ELEMENTS (makers); i++)
    {
      hub_test_store_sql (test, makers[i]);
      assert_refused_untouched (test, HUB_STORE_ERROR_FOREIGN, "*it is not a database of this program*");
      g_unlink (test->path);
    }
}

static void
make_newer (HubTestStore *test)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE meta SET version = %d; PRAGMA user_version = %d;"
                                          "CREATE TABLE future (x); INSERT INTO future VALUES (randomblob (50000))",
                                          HUB_STORE_VERSION + 1,
                                          HUB_STORE_VERSION + 1);

  hub_test_store_open (test);
  hub_test_store_close (test);
  hub_test_store_sql (test, sql);
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  make_newer (test);
  g_chmod (test->path, 0640);
  assert_refused_untouched (test,
                            HUB_STORE_ERROR_NEWER,
                            "the database */hubbub.db cannot be used: it was written by a newer version: "
                            "its tables have version 3, and this program knows 2");
}

/* The newer version has died: what it has written last lies beside the database, and stays there. */
static void
test_newer_crashed (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");
  g_autofree char *shm = hub_test_store_sibling (test, "-shm");
  g_autofree char *database = NULL;
  g_autofree char *log = NULL;
  sqlite3 *db = NULL;
  gsize database_size;
  gsize log_size;

  hub_test_store_open (test);
  hub_test_store_close (test);
  g_assert_cmpint (sqlite3_open (test->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "UPDATE meta SET version = 3; PRAGMA user_version = 3", NULL, NULL, NULL);
  database = contents_of (test->path, &database_size);
  log = contents_of (wal, &log_size);
  g_assert_cmpuint (log_size, >, 0);
  sqlite3_close (db);
  write_contents (test->path, database, (gssize) database_size);
  write_contents (wal, log, (gssize) log_size);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *database_after = NULL;
      g_autofree char *log_after = NULL;
      gsize size;

      assert_refused (test, HUB_STORE_ERROR_NEWER, "*newer version*");
      database_after = contents_of (test->path, &size);
      g_assert_cmpmem (database_after, size, database, database_size);
      log_after = contents_of (wal, &size);
      g_assert_cmpmem (log_after, size, log, log_size);
      g_unlink (shm);
    }
}

static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autoptr (HubTestStore) second = hub_test_store_new_at (test->path);
  g_autofree char *pattern = g_strdup_printf ("the database */hubbub.db cannot be used: process %d uses it", (int) getpid ());

  hub_test_store_open (test);
  assert_refused (second, HUB_STORE_ERROR_IN_USE, pattern);
  hub_test_store_work (test, 1, 10);
  hub_test_store_flush (test);
  hub_test_store_close (test);
  hub_test_store_open (second);
  hub_test_store_close (second);
}

/* Under another name it is the same database. */
static void
test_in_use_by_link (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *link = g_build_filename (test->folder, "link.db", NULL);
  g_autofree char *dotted = g_build_filename (test->folder, "..", test->folder + strlen (g_get_tmp_dir ()), "hubbub.db", NULL);
  g_autoptr (HubTestStore) linked = hub_test_store_new_at (link);
  g_autoptr (HubTestStore) other = hub_test_store_new_at (dotted);

  hub_test_store_open (test);
  g_assert_cmpint (symlink (test->path, link), ==, 0);
  assert_refused (linked, HUB_STORE_ERROR_IN_USE, "*process*");
  assert_refused (other, HUB_STORE_ERROR_IN_USE, "*process*");
  hub_test_store_close (test);
  hub_test_store_open (linked);
  hub_test_store_close (linked);
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
}

/* Somebody looks into the database with another program, and holds it. */
static void
test_locked (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  sqlite3 *db = NULL;

  hub_test_store_open (test);
  hub_test_store_close (test);
  g_assert_cmpint (sqlite3_open (test->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE; UPDATE meta SET searched = 0", NULL, NULL, NULL), ==, SQLITE_OK);
  assert_refused (test, HUB_STORE_ERROR_IN_USE, "the database */hubbub.db cannot be used: database is locked");
  sqlite3_close (db);
  hub_test_store_open (test);
}

static void
open_read_only (HubTestStore *test)
{
  assert_refused (test, HUB_STORE_ERROR_ACCESS, "the database */hubbub.db cannot be used: *");
}

static void
test_read_only_file (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  hub_test_store_open (test);
  hub_test_store_close (test);
  g_chmod (test->path, 0400);
  give_away (test);
  before = describe_folder (test);
  run_unprivileged (test, open_read_only);
  after = describe_folder (test);
  g_assert_cmpstr (before, ==, after);
}

static void
test_unreadable_file (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  hub_test_store_open (test);
  hub_test_store_close (test);
  g_chmod (test->path, 0);
  give_away (test);
  run_unprivileged (test, open_read_only);
}

static void
test_read_only_folder (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;

  give_away (test);
  g_chmod (test->folder, 0500);
  run_unprivileged (test, open_read_only);
  g_assert_false (g_file_test (test->path, G_FILE_TEST_EXISTS));
}

/* The folder was closed after the database was made. */
static void
test_read_only_folder_later (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *lock = hub_test_store_sibling (test, ".lock");

  hub_test_store_open (test);
  hub_test_store_close (test);
  give_away (test);
  g_chmod (test->folder, 0500);
  run_unprivileged (test, open_read_only);
  g_chmod (test->folder, 0700);
  g_unlink (lock);
  g_chmod (test->folder, 0500);
  run_unprivileged (test, open_read_only);
}

/* A lock file that leads elsewhere is not followed. */
static void
test_lock_is_link (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *lock = hub_test_store_sibling (test, ".lock");
  g_autofree char *target = g_build_filename (test->folder, "precious", NULL);
  g_autofree char *contents = NULL;

  write_contents (target, "precious", -1);
  g_assert_cmpint (symlink (target, lock), ==, 0);
  assert_refused (test, HUB_STORE_ERROR_ACCESS, "*.lock*");
  contents = contents_of (target, NULL);
  g_assert_cmpstr (contents, ==, "precious");
}

/* What a start that was broken off has left. */
static void
test_leftovers (Fixture *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { ".fresh", ".fresh-wal", ".fresh-shm", ".fresh-journal" };
  HubTestStore *test = fixture->test;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = hub_test_store_sibling (test, suffixes[i]);

      write_contents (path, "half a database", -1);
    }
  hub_test_store_open (test);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = hub_test_store_sibling (test, suffixes[i]);

      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* The steps from one version to the next, taken from the middle, and one that does not work. */
static void
test_migrate (void)
{
  static const HubStoreStep walk[] = {
    { "CREATE TABLE meta (version); INSERT INTO meta VALUES (1); CREATE TABLE a (x)" },
    { "ALTER TABLE a ADD COLUMN y" },
    { "INSERT INTO a VALUES (1, 2)" },
    { "INSERT INTO a VALUES (3, 4); INSERT INTO nowhere VALUES (1)" },
  };
  g_autoptr (HubStoreDatabase) db = NULL;
  g_autoptr (GError) error = NULL;
  gint64 value;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  hub_store_schema_walk (db, walk, 0, 1, &error);
  g_assert_no_error (error);
  hub_store_schema_walk (db, walk, 1, 3, &error);
  g_assert_no_error (error);
  hub_store_sql_get_int (db, "SELECT y FROM a", &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, 2);

  g_assert_false (hub_store_schema_walk (db, walk, 3, 4, &error));
  g_assert_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_DAMAGED);
  g_clear_error (&error);
  hub_store_sql_get_int (db, "SELECT count(*) FROM a", &value, &error);
  g_assert_cmpint (value, ==, 1);
  hub_store_sql_get_int (db, "SELECT version FROM meta", &value, &error);
  g_assert_cmpint (value, ==, 3);
  hub_store_sql_get_int (db, "PRAGMA user_version", &value, &error);
  g_assert_cmpint (value, ==, 3);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/store/open/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("private", test_private);
  ADD ("made-private", test_made_private);
  ADD ("files", test_files);
  ADD ("folder-missing", test_folder_missing);
  ADD ("folder-is-file", test_folder_is_file);
  ADD ("path-is-folder", test_path_is_folder);
  ADD ("path-is-fifo", test_path_is_fifo);
  ADD ("empty-file", test_empty_file);
  ADD ("foreign-text", test_foreign_text);
  ADD ("foreign-database", test_foreign_database);
  ADD ("newer", test_newer);
  ADD ("newer-crashed", test_newer_crashed);
  ADD ("in-use", test_in_use);
  ADD ("in-use-by-link", test_in_use_by_link);
  ADD ("locked", test_locked);
  ADD ("read-only-file", test_read_only_file);
  ADD ("unreadable-file", test_unreadable_file);
  ADD ("read-only-folder", test_read_only_folder);
  ADD ("read-only-folder-later", test_read_only_folder_later);
  ADD ("lock-is-link", test_lock_is_link);
  ADD ("leftovers", test_leftovers);
  g_test_add_func ("/store/open/migrate", test_migrate);
  return g_test_run ();
}
