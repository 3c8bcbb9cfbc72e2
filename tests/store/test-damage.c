/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/*
 * Databases of ours that are not as we have written them. The start never fails because of that, nothing crashes, and
 * what was there is still there afterwards: in its place or set aside.
 */

#define PAGE_BYTES 4096

/* Places of a page that are damaged one at a time: all of its header, and some further on. */
#define HEADER_PLACES 12
#define OTHER_PLACES 10

typedef struct
{
  HubTestStore *test;
  char *database; /* as it was closed */
  gsize size;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = hub_test_store_new ();
  g_autoptr (GError) error = NULL;

  test->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (test);
  for (guint turn = 1; turn <= HUB_TEST_WORK_TURNS - 2; turn++)
    hub_test_store_work (test, turn, 300);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *topic = g_strdup_printf ("messages/room/%u", i % 50);

      hub_test_store_record (test, topic, "a message of some words, as people write them");
    }
  hub_test_store_close (test);
  g_file_get_contents (test->path, &fixture->database, &fixture->size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->size % PAGE_BYTES, ==, 0);
  fixture->test = test;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hub_test_store_free (fixture->test);
  g_free (fixture->database);
}

static void
count_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  g_assert_true ((page == NULL) == (error != NULL));
  ++*(guint *) user_data;
}

/* All that a broker does with a store; what comes of it depends on what is damaged. */
static void
use (HubTestStore *test)
{
  HubStoreRange range = { .limit = HUB_STORE_LIMIT_MAX };
  HubStoreRange few = { .limit = 10, .before = 30, .after = 5 };
  guint n = 0;

  if (hub_store_get_notice (test->store) == NULL)
    for (guint turn = HUB_TEST_WORK_TURNS - 1; turn <= HUB_TEST_WORK_TURNS; turn++)
      hub_test_store_work (test, turn, 300);
  hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("#"), &range, count_cb, &n, NULL);
  hub_store_find_messages (test->store, HUB_SPAN_LITERAL ("messages/#"), &few, count_cb, &n, NULL);
  hub_store_find_topics (test->store, HUB_SPAN_LITERAL ("messages/+"), 1000, count_cb, &n, NULL);
  hub_test_store_try_flush (test);
  hub_test_wait_until (n == 3);
  g_assert_cmpuint (test->n_failed, <=, 1);
  g_assert_cmpint (test->funcs->is_failed (test->store), ==, test->n_failed == 1);
}

/* In place, since a file is also known by its inode. */
static void
write_database (const char *path, const char *bytes, gsize size)
{
  int fd = open (path, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, size), ==, (gssize) size);
  close (fd);
}

static void
remove_aside (HubTestStore *test)
{
  char *path;

  while ((path = hub_test_store_find_aside (test)) != NULL)
    {
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_free (path);
    }
}

static gboolean
is_set_aside (HubTestStore *test, const char *bytes, gsize size)
{
  g_autofree char *aside = hub_test_store_find_aside (test);
  g_autofree char *contents = NULL;
  gsize contents_size;

  g_assert_cmpint (aside != NULL, ==, hub_store_get_notice (test->store) != NULL);
  if (aside == NULL)
    return FALSE;
  g_assert_true (g_file_get_contents (aside, &contents, &contents_size, NULL));
  g_assert_cmpmem (contents, contents_size, bytes, size);
  g_assert_nonnull (strstr (hub_store_get_notice (test->store), aside));
  return TRUE;
}

/* Returns whether it was found out at the start. */
static gboolean
try (HubTestStore *test, const char *bytes, gsize size)
{
  gboolean was_set_aside;
  gboolean has_failed;

  write_database (test->path, bytes, size);
  hub_test_store_open (test);
  was_set_aside = is_set_aside (test, bytes, size);
  use (test);
  has_failed = test->n_failed > 0;
  if (was_set_aside)
    g_assert_false (has_failed);
  hub_store_close (g_steal_pointer (&test->store), NULL);

  /* What was found out later is looked for at the next start. */
  hub_test_store_open (test);
  if (has_failed)
    g_assert_nonnull (hub_store_get_notice (test->store));
  hub_test_store_close (test);
  remove_aside (test);
  return was_set_aside || has_failed;
}

static void
test_untouched (Fixture *fixture, gconstpointer data)
{
  g_assert_false (try (fixture->test, fixture->database, fixture->size));
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  for (gsize page = 0; page < fixture->size / PAGE_BYTES; page++)
    {
      gsize start = page * PAGE_BYTES;

      g_assert_true (try (fixture->test, fixture->database, start + 1));
      g_assert_true (try (fixture->test, fixture->database, start + PAGE_BYTES - 1));
      if (page > 0)
        g_assert_true (try (fixture->test, fixture->database, start));
    }
}

/* To nothing at all: then there is nothing to set aside, unless it is known that there should be something. */
static void
test_truncated_to_nothing (Fixture *fixture, gconstpointer data)
{
  g_assert_true (try (fixture->test, fixture->database, 0));
}

static void
flip (Fixture *fixture, gsize place)
{
  char original = fixture->database[place];

  fixture->database[place] ^= (char) (1 << g_test_rand_int_range (0, 8));
  try (fixture->test, fixture->database, fixture->size);
  fixture->database[place] = original;
}

static void
test_bits (Fixture *fixture, gconstpointer data)
{
  for (gsize page = 0; page < fixture->size / PAGE_BYTES; page++)
    {
      gsize start = page * PAGE_BYTES + (page == 0 ? 100 : 0);

      for (gsize i = 0; i < HEADER_PLACES; i++)
        flip (fixture, start + i);
      for (gsize i = 0; i < OTHER_PLACES; i++)
        flip (fixture, start + HEADER_PLACES + (gsize) g_test_rand_int_range (0, PAGE_BYTES - 200));
    }
}

/* SQLite's own header, which says what the file is. */
static void
test_header_bits (Fixture *fixture, gconstpointer data)
{
  for (gsize place = 0; place < 100; place++)
    for (guint i = 0; i < 2; i++)
      flip (fixture, place);
}

static void
test_pages_of_zeros (Fixture *fixture, gconstpointer data)
{
  for (gsize page = 0; page < fixture->size / PAGE_BYTES; page++)
    {
      g_autofree char *bytes = g_memdup2 (fixture->database, fixture->size);

      memset (bytes + page * PAGE_BYTES, 0, PAGE_BYTES);
      try (fixture->test, bytes, fixture->size);
    }
}

static void
test_pages_swapped (Fixture *fixture, gconstpointer data)
{
  for (gsize page = 2; page < fixture->size / PAGE_BYTES; page++)
    {
      g_autofree char *bytes = g_memdup2 (fixture->database, fixture->size);

      memcpy (bytes + page * PAGE_BYTES, fixture->database + (page - 1) * PAGE_BYTES, PAGE_BYTES);
      memcpy (bytes + (page - 1) * PAGE_BYTES, fixture->database + page * PAGE_BYTES, PAGE_BYTES);
      try (fixture->test, bytes, fixture->size);
    }
}

/* The beginning is not readable, and nothing says that it was ours. */
static void
test_unknown_header (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *lock = hub_test_store_sibling (test, ".lock");
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  fixture->database[3] ^= 1;
  write_database (test->path, fixture->database, fixture->size);
  g_unlink (lock);
  g_assert_false (hub_test_store_try_open (test, &error));
  g_assert_error (error, HUB_STORE_ERROR, HUB_STORE_ERROR_FOREIGN);
  g_assert_true (g_file_get_contents (test->path, &contents, &size, NULL));
  g_assert_cmpmem (contents, size, fixture->database, fixture->size);
}

static void
assert_damaged (Fixture *fixture, const char *sql, const char *reason)
{
  HubTestStore *test = fixture->test;
  g_autofree char *pattern = g_strdup_printf ("The database */hubbub.db is damaged (%s). It was set aside as "
                                              "*/hubbub.db.damaged-2*T*Z*, and a new one was begun.",
                                              reason);
  g_autofree char *text = NULL;

  write_database (test->path, fixture->database, fixture->size);
  hub_test_store_sql (test, sql);
  hub_test_store_open (test);
  if (hub_store_get_notice (test->store) == NULL)
    g_error ("'%s' was not noticed", sql);
  if (!g_pattern_match_simple (pattern, hub_store_get_notice (test->store)))
    g_error ("'%s' does not look like '%s'", hub_store_get_notice (test->store), pattern);
  text = hub_test_store_describe (test);
  g_assert_cmpstr (text, ==, "");
  hub_test_store_close (test);
  remove_aside (test);
}

/* What SQLite finds all right, and we cannot have written. */
static void
test_contents (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    const char *reason;
  } cases[] = {
    { "PRAGMA user_version = 1", "it contradicts itself about what it is" },
    { "UPDATE meta SET version = 1", "it contradicts itself about what it is" },
    { "PRAGMA user_version = 0; UPDATE meta SET version = 0", "it contradicts itself about what it is" },
    { "DELETE FROM meta", "a row is missing" },
    { "DROP TABLE meta", "no such table: meta" },
    { "DROP TABLE will", "no such table: will" },
    { "DROP TABLE log; CREATE TABLE log (seq, number, total)", "*" },
    { "DROP TABLE received; CREATE VIEW received AS SELECT 1 AS session, 1 AS packet",
      "there is more in it than tables" },
    { "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM session; END", "there is more in it than tables" },
    { "UPDATE meta SET log_id = 'x'", "a row is missing" },
    { "UPDATE meta SET reserved = 0", "the numbers of its messages cannot be right" },
    { "UPDATE meta SET reserved = (SELECT max(seq) FROM log)", "the numbers of its messages cannot be right" },
    { "UPDATE meta SET reserved = 1 << 60", "the numbers of its messages cannot be right" },
    { "UPDATE log SET number = seq + 1 WHERE seq = (SELECT max(seq) FROM log)",
      "the numbers of its messages cannot be right" },
    { "UPDATE log SET number = 1 WHERE seq = (SELECT max(seq) FROM log); UPDATE log SET number = 2 WHERE seq = 1;"
      "DELETE FROM log WHERE seq = 1",
      "the numbers of its messages cannot be right" },
    { "UPDATE log SET total = -1 WHERE seq = 1", "the numbers of its messages cannot be right" },
    { "UPDATE log SET total = 1 << 61 WHERE seq = (SELECT max(seq) FROM log)",
      "the numbers of its messages cannot be right" },
    { "UPDATE message SET key = -key", "a message in it cannot be right" },
    { "UPDATE message SET qos = 3", "a message in it cannot be right" },
    { "UPDATE message SET qos = 256", "a message in it cannot be right" },
    { "UPDATE message SET is_retain = 2", "a message in it cannot be right" },
    { "UPDATE message SET expires = -1", "a message in it cannot be right" },
    { "UPDATE message SET topic = x''", "a message in it cannot be right" },
    { "UPDATE message SET topic = CAST ('a/#' AS BLOB)", "a message in it cannot be right" },
    { "UPDATE message SET topic = x'ff'", "a message in it cannot be right" },
    { "UPDATE message SET topic = zeroblob (65536)", "a message in it cannot be right" },
    { "UPDATE message SET publisher = x'ff'", "a message in it cannot be right" },
    { "UPDATE message SET publisher = CAST (printf ('%.65536c', 'y') AS BLOB)", "a message in it cannot be right" },
    { "UPDATE session SET key = 0 WHERE key = 1", "a session in it cannot be right" },
    { "UPDATE session SET expiry = -1", "a session in it cannot be right" },
    { "UPDATE session SET expiry = 4294967296", "a session in it cannot be right" },
    { "UPDATE session SET lost = -1", "a session in it cannot be right" },
    { "UPDATE session SET client = x'c0'", "a session in it cannot be right" },
    { "UPDATE session SET client = zeroblob (65536)", "a session in it cannot be right" },
    { "UPDATE session SET user = x'00'", "a session in it cannot be right" },
    { "UPDATE subscription SET session = 99", "a subscription in it cannot be right" },
    { "UPDATE subscription SET filter = CAST ('a#' AS BLOB)", "a subscription in it cannot be right" },
    { "UPDATE subscription SET options = 256", "a subscription in it cannot be right" },
    { "UPDATE subscription SET identifier = 268435456", "a subscription in it cannot be right" },
    { "UPDATE delivery SET session = 99", "a delivery in it cannot be right" },
    { "UPDATE delivery SET place = 0", "a delivery in it cannot be right" },
    { "UPDATE delivery SET message = 99 WHERE state = 2", "a delivery in it cannot be right" },
    { "UPDATE delivery SET message = 0 WHERE state = 2", "a delivery in it cannot be right" },
    { "UPDATE delivery SET state = 0 WHERE state = 2", "a delivery in it cannot be right" },
    { "UPDATE delivery SET state = 1 WHERE state = 2", "a delivery in it cannot be right" },
    { "UPDATE delivery SET state = 3 WHERE state = 2", "a delivery in it cannot be right" },
    { "UPDATE delivery SET state = 4", "a delivery in it cannot be right" },
    { "UPDATE delivery SET packet = 0", "a delivery in it cannot be right" },
    { "UPDATE delivery SET packet = 65536", "a delivery in it cannot be right" },
    { "UPDATE delivery SET qos = 0", "a delivery in it cannot be right" },
    { "UPDATE delivery SET is_retain = -1", "a delivery in it cannot be right" },
    { "UPDATE delivery SET identifiers = x'010000'", "a delivery in it cannot be right" },
    { "UPDATE delivery SET identifiers = x'00000000'", "a delivery in it cannot be right" },
    { "UPDATE delivery SET identifiers = x'00000010'", "a delivery in it cannot be right" },
    { "INSERT INTO delivery SELECT session, place + 1, message, packet, state, qos, is_retain, identifiers"
      " FROM delivery",
      "a delivery in it cannot be right" },
    { "UPDATE received SET session = 99", "a received identifier in it cannot be right" },
    { "UPDATE received SET packet = 0", "a received identifier in it cannot be right" },
    { "UPDATE received SET packet = 65536", "a received identifier in it cannot be right" },
    { "INSERT INTO retained VALUES (CAST ('t' AS BLOB), 99)", "a retained message in it cannot be right" },
    { "INSERT INTO retained SELECT CAST ('#' AS BLOB), key FROM message", "a retained message in it cannot be right" },
    { "INSERT INTO will VALUES (99, (SELECT max(key) FROM message), 0)", "a will in it cannot be right" },
    { "INSERT INTO will VALUES ((SELECT max(key) FROM session), 99, 0)", "a will in it cannot be right" },
    { "INSERT INTO will SELECT max(session.key), max(message.key), -1 FROM session, message",
      "a will in it cannot be right" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_damaged (fixture, cases[i].sql, cases[i].reason);
}

/* Only what belongs to a database is there: whose it was cannot be said, and it must not get into a new one. */
static void
test_orphans (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");
  g_autofree char *aside_wal = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *text = NULL;

  g_unlink (test->path);
  write_database (wal, "the end of something", 20);
  hub_test_store_open (test);
  g_assert_nonnull (strstr (hub_store_get_notice (test->store), "(only what belongs to it is there)"));
  text = hub_test_store_describe (test);
  g_assert_cmpstr (text, ==, "");
  aside_wal = hub_test_store_find_aside (test);
  g_assert_true (g_str_has_suffix (aside_wal, "-wal"));
  g_assert_true (g_file_get_contents (aside_wal, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "the end of something");
}

/* The same in the write-ahead log: what is cut off or flipped there has not happened, as after a loss of power. */
static void
test_wal (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autofree char *wal = hub_test_store_sibling (test, "-wal");
  g_autofree char *database = NULL;
  g_autofree char *log = NULL;
  gsize database_size;
  gsize log_size;

  hub_test_store_open (test);
  for (guint turn = HUB_TEST_WORK_TURNS - 1; turn <= HUB_TEST_WORK_TURNS; turn++)
    {
      hub_test_store_work (test, turn, 300);
      hub_test_store_flush (test);
    }
  g_assert_true (g_file_get_contents (test->path, &database, &database_size, NULL));
  g_assert_true (g_file_get_contents (wal, &log, &log_size, NULL));
  hub_test_store_close (test);

  for (gsize size = 0; size < log_size; size += 1031)
    {
      write_database (test->path, database, database_size);
      write_database (wal, log, size);
      hub_test_store_open (test);
      g_assert_null (hub_store_get_notice (test->store));
      use (test);
      g_assert_cmpuint (test->n_failed, ==, 0);
      hub_test_store_close (test);
    }
  for (gsize place = 0; place < log_size; place += place < 32 ? 1 : 517)
    {
      write_database (test->path, database, database_size);
      log[place] ^= 4;
      write_database (wal, log, log_size);
      log[place] ^= 4;
      hub_test_store_open (test);
      g_assert_null (hub_store_get_notice (test->store));
      use (test);
      g_assert_cmpuint (test->n_failed, ==, 0);
      hub_test_store_close (test);
    }
}

/* Several on one day: each keeps its name. */
static void
test_many_asides (Fixture *fixture, gconstpointer data)
{
  HubTestStore *test = fixture->test;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  for (guint i = 0; i < 5; i++)
    {
      write_database (test->path, fixture->database, PAGE_BYTES - 1 - i);
      hub_test_store_open (test);
      g_assert_nonnull (hub_store_get_notice (test->store));
      hub_test_store_close (test);
    }
  dir = g_dir_open (test->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, ".damaged-") != NULL;
  g_assert_cmpuint (n, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/store/damage/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("untouched", test_untouched);
  ADD ("truncated", test_truncated);
  ADD ("truncated-to-nothing", test_truncated_to_nothing);
  ADD ("bits", test_bits);
  ADD ("header-bits", test_header_bits);
  ADD ("pages-of-zeros", test_pages_of_zeros);
  ADD ("pages-swapped", test_pages_swapped);
  ADD ("unknown-header", test_unknown_header);
  ADD ("contents", test_contents);
  ADD ("orphans", test_orphans);
  ADD ("wal", test_wal);
  ADD ("many-asides", test_many_asides);
  return g_test_run ();
}
