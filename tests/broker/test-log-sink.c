/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-log-sink.h"
#include "tests/support/hub-test-wait.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* What is logged, where, and in which form. */

#define N_WRITERS 4
#define N_LINES 500

typedef struct
{
  HubLogOptions options;
  char *folder;
  guint n_fds;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->n_fds = hub_test_count_fds ();
  fixture->folder = g_dir_make_tmp ("hubbub-log-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->options = (HubLogOptions){
    .dests = HUB_LOG_DEST_FILE,
    .types = HUB_LOG_TYPES_DEFAULT,
    .file = g_build_filename (fixture->folder, "hub.log", NULL),
    .facility = LOG_DAEMON,
    .connection_messages = TRUE,
  };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_remove (fixture->options.file);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->options.file);
  g_free (fixture->options.timestamp_format);
  g_assert_cmpuint (hub_test_count_fds (), ==, fixture->n_fds);
}

static HubLogSink *
open_sink (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  HubLogSink *sink = hub_log_sink_new (&fixture->options, &error);

  g_assert_no_error (error);
  return sink;
}

/* One line of each level. */
static void
write_levels (const HubLog *log)
{
  static const char *const names[] = { "debug", "subscribe", "unsubscribe", "information", "notice", "connection", "warning", "error" };

  for (int level = HUB_LOG_DEBUG; level <= HUB_LOG_ERROR; level++)
    hub_log_line (log, (HubLogLevel) level, "%s", names[level]);
}

static char *
read_file (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (fixture->options.file, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_types (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint types;
    gboolean connection_messages;
    HubLogLevel level;
    const char *lines;
  } rows[] = {
    { HUB_LOG_TYPES_DEFAULT, TRUE, HUB_LOG_INFORMATION, "information\nnotice\nconnection\nwarning\nerror\n" },
    { HUB_LOG_TYPES_DEFAULT, FALSE, HUB_LOG_INFORMATION, "information\nnotice\nwarning\nerror\n" },
    { HUB_LOG_TYPES_ALL,
      TRUE,
      HUB_LOG_DEBUG,
      "debug\nsubscribe\nunsubscribe\ninformation\nnotice\nconnection\nwarning\nerror\n" },
    { HUB_LOG_TYPE_DEBUG, TRUE, HUB_LOG_DEBUG, "debug\n" },
    { HUB_LOG_TYPE_SUBSCRIBE, TRUE, HUB_LOG_SUBSCRIBE, "subscribe\n" },
    { HUB_LOG_TYPE_UNSUBSCRIBE, TRUE, HUB_LOG_UNSUBSCRIBE, "unsubscribe\n" },
    { HUB_LOG_TYPE_NOTICE, FALSE, HUB_LOG_NOTICE, "notice\n" },
    { HUB_LOG_TYPE_WARNING | HUB_LOG_TYPE_SUBSCRIBE, TRUE, HUB_LOG_SUBSCRIBE, "subscribe\nwarning\n" },
    { HUB_LOG_TYPE_ERROR, TRUE, HUB_LOG_ERROR, "error\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubLogSink) sink = NULL;
      g_autofree char *text = NULL;
      HubLog log;

      g_remove (fixture->options.file);
      fixture->options.types = rows[i].types;
      fixture->options.connection_messages = rows[i].connection_messages;
      sink = open_sink (fixture);
      log = hub_log_sink_get_log (sink);
      g_assert_cmpint (log.level, ==, rows[i].level);
      write_levels (&log);
      text = read_file (fixture);
      g_assert_cmpstr (text, ==, rows[i].lines);
    }
}

/* Who would write nothing is not even asked. */
static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint dests;
    guint types;
    gboolean is_on;
  } rows[] = {
    { HUB_LOG_DEST_FILE, 0, FALSE },
    { 0, HUB_LOG_TYPES_ALL, FALSE },
    { HUB_LOG_DEST_TOPIC, HUB_LOG_TYPES_ALL, FALSE },
    { HUB_LOG_DEST_SYSLOG, HUB_LOG_TYPE_ERROR, TRUE },
    { HUB_LOG_DEST_STDERR, HUB_LOG_TYPE_ERROR, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubLogSink) sink = NULL;
      HubLog log;

      fixture->options.dests = rows[i].dests;
      fixture->options.types = rows[i].types;
      sink = open_sink (fixture);
      log = hub_log_sink_get_log (sink);
      g_assert_cmpint (hub_log_is_on (&log, HUB_LOG_ERROR), ==, rows[i].is_on);
      g_assert_false (hub_log_is_on (&log, HUB_LOG_DEBUG));
    }
}

static void
test_timestamps (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *format;
    const char *pattern;
  } rows[] = {
    { NULL, "^[0-9]{10,}: hello\n$" },
    { "%Y-%m-%dT%H:%M:%S", "^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]: hello\n$" },
    { "at", "^at: hello\n$" },
    /* A format that comes to nothing. */
    { "", "^[0-9]{10,}: hello\n$" },
  };

  fixture->options.has_timestamp = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (HubLogSink) sink = NULL;
      g_autofree char *text = NULL;
      HubLog log;

      g_remove (fixture->options.file);
      g_free (fixture->options.timestamp_format);
      fixture->options.timestamp_format = g_strdup (rows[i].format);
      sink = open_sink (fixture);
      log = hub_log_sink_get_log (sink);
      hub_log_line (&log, HUB_LOG_NOTICE, "hello");
      text = read_file (fixture);
      g_assert_true (g_regex_match_simple (rows[i].pattern, text, 0, 0));
    }
}

/* Appended to, for nobody else to read; and a file that was moved away is left to whoever has moved it. */
static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (fixture->options.file, ".1", NULL);
  g_autofree char *text = NULL;
  g_autofree char *old = NULL;
  g_autoptr (HubLogSink) first = open_sink (fixture);
  g_autoptr (HubLogSink) second = open_sink (fixture);
  g_autoptr (HubLogSink) third = NULL;
  HubLog log = hub_log_sink_get_log (first);
  struct stat status;

  hub_log_line (&log, HUB_LOG_NOTICE, "one");
  log = hub_log_sink_get_log (second);
  hub_log_line (&log, HUB_LOG_NOTICE, "two");
  g_assert_cmpint (stat (fixture->options.file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (rename (fixture->options.file, moved), ==, 0);
  hub_log_line (&log, HUB_LOG_NOTICE, "three");
  third = open_sink (fixture);
  log = hub_log_sink_get_log (third);
  hub_log_line (&log, HUB_LOG_NOTICE, "four");
  text = read_file (fixture);
  g_assert_cmpstr (text, ==, "four\n");
  g_assert_true (g_file_get_contents (moved, &old, NULL, NULL));
  g_assert_cmpstr (old, ==, "one\ntwo\nthree\n");
  g_remove (moved);
}

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_free (fixture->options.file);
  fixture->options.file = g_build_filename (fixture->folder, "nowhere", "hub.log", NULL);
  g_assert_null (hub_log_sink_new (&fixture->options, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_assert_nonnull (strstr (error->message, fixture->options.file));
}

/* A disk that is full stops nobody. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubLogSink) sink = NULL;
  HubLog log;

  g_free (fixture->options.file);
  fixture->options.file = g_strdup ("/dev/full");
  sink = open_sink (fixture);
  log = hub_log_sink_get_log (sink);
  hub_log_line (&log, HUB_LOG_NOTICE, "hello");
  g_free (fixture->options.file);
  fixture->options.file = g_build_filename (fixture->folder, "hub.log", NULL);
}

static gpointer
write_lines (gpointer data)
{
  const HubLog *log = data;

  for (guint i = 0; i < N_LINES; i++)
    hub_log_line (log, HUB_LOG_NOTICE, "line %u of a thread, long enough to be torn if anything could tear it", i);
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HubLogSink) sink = open_sink (fixture);
  HubLog log = hub_log_sink_get_log (sink);
  GThread *threads[N_WRITERS];
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < N_WRITERS; i++)
    threads[i] = g_thread_new ("writer", write_lines, &log);
  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);

  text = read_file (fixture);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, N_WRITERS * N_LINES + 1);
  for (guint i = 0; i < N_WRITERS * N_LINES; i++)
    g_assert_true (g_regex_match_simple ("^line [0-9]+ of a thread, .* tear it$", lines[i], 0, 0));
}

static void
write_to_outputs (void)
{
  const HubLogOptions options = {
    .dests = HUB_LOG_DEST_STDOUT | HUB_LOG_DEST_STDERR,
    .types = HUB_LOG_TYPES_DEFAULT,
  };
  g_autoptr (HubLogSink) sink = hub_log_sink_new (&options, NULL);
  HubLog log = hub_log_sink_get_log (sink);

  hub_log_line (&log, HUB_LOG_NOTICE, "to both");
}

static void
test_outputs (Fixture *fixture, gconstpointer data)
{
  g_test_trap_subprocess ("/broker/log-sink/outputs/subprocess", 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*to both\n*");
  g_test_trap_assert_stderr ("*to both\n*");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/broker/log-sink/types", test_types },
    { "/broker/log-sink/nothing", test_nothing },
    { "/broker/log-sink/timestamps", test_timestamps },
    { "/broker/log-sink/file", test_file },
    { "/broker/log-sink/no-file", test_no_file },
    { "/broker/log-sink/full", test_full },
    { "/broker/log-sink/threads", test_threads },
    { "/broker/log-sink/outputs", test_outputs },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/broker/log-sink/outputs/subprocess", write_to_outputs);
  return g_test_run ();
}
