/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-message-text.h"
#include "broker/store/hub-store-sql.h"
#include "broker/store/hub-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

/* What searching costs: the index in space and time, a search, and those who wait for an acknowledgement meanwhile. */

#define LOG_MESSAGES 100000
#define RARE "projector"

/* How many words there are, and how many of them a message has at most. */
#define WORDS 3000
#define WORDS_A_MESSAGE 20

#define TRIES 20
#define STARTED_EVERY_US (G_TIME_SPAN_SECOND / 200)

typedef struct
{
  HubStore *store;
  const HubStoreFuncs *funcs;
  GRand *random;  /* (owned) */
  char **words;   /* (owned) */
  guint64 ticket; /* the highest one that is durable */
  guint n_found;
  gboolean is_answered;
} Bench;

static int seconds = 10;
static char *folder;
static char *file;

static const GOptionEntry entries[] = {
  { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "How long the steady load takes", "N" },
  { "make", 0, 0, G_OPTION_ARG_FILENAME, &file, "Only make a log of 100,000 messages there, with its index", "FILE" },
  { "folder", 'f', 0, G_OPTION_ARG_FILENAME, &folder, "Where the databases go: on the disk that is to be measured", "PATH" },
  { 0 },
};

static void
committed_cb (guint64 ticket, gpointer user_data)
{
  ((Bench *) user_data)->ticket = ticket;
}

G_NORETURN static void
failed_cb (const GError *error, gpointer user_data)
{
  g_printerr ("%s\n", error->message);
  exit (1);
}

static void
answered_cb (const HubStorePage *page, const GError *error, gpointer user_data)
{
  Bench *bench = user_data;

  if (page == NULL)
    failed_cb (error, NULL);
  bench->n_found = page->n_entries;
  bench->is_answered = TRUE;
}

static void
open_store (Bench *self, const char *path, HubStoreDurability durability, gboolean has_index)
{
  static const HubStoreEvents events = { .committed = committed_cb, .failed = failed_cb };
  HubStoreOptions options = { .path = path, .durability = durability };
  g_autoptr (GError) error = NULL;

  options.text.func = has_index ? hub_message_text : NULL;
  self->ticket = 0;
  self->store = hub_store_open (&options, g_main_context_default (), &events, self, &error);
  if (self->store == NULL)
    failed_cb (error, NULL);
  self->funcs = hub_store_get_funcs (self->store);
}

/* Words of two to nine letters, each letter as frequent as in English, about. */
static void
make_words (Bench *self)
{
  static const char letters[] = "eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllluuucccmmm"
                                "wwffggyyppbbvk";

  self->random = g_rand_new_with_seed (1);
  self->words = g_new0 (char *, WORDS + 1);
  for (guint i = 0; i < WORDS; i++)
    {
      gsize length = (gsize) g_rand_int_range (self->random, 2, 10);

      self->words[i] = g_malloc0 (length + 1);
      for (gsize k = 0; k < length; k++)
        self->words[i][k] = letters[g_rand_int_range (self->random, 0, (gint32) strlen (letters))];
    }
}

/* Some words are frequent, and most are not. */
static void
record_message (Bench *self, guint number)
{
  g_autoptr (GString) payload = g_string_new ("{\"name\":\"Ada\",\"message\":\"");
  guint n = (guint) g_rand_int_range (self->random, 1, WORDS_A_MESSAGE);
  HubStoreRecord record = {
    .topic = HUB_SPAN_LITERAL ("messages"),
    .client_id = HUB_SPAN_LITERAL ("hub0123456789abcdef0123"),
    .time_ms = g_get_real_time () / 1000,
  };

  for (guint i = 0; i < n; i++)
    {
      double place = g_rand_double (self->random);

      g_string_append_printf (payload, "%s ", self->words[(guint) (place * place * place * WORDS)]);
    }
  g_string_append_printf (payload,
                          "%s\",\"from\":\"0123456789abcdef\",\"id\":\"6f1c2b3a-4d5e-4f60-8a7b-%012u\","
                          "\"time\":\"2026-02-28T09:12:58.125Z\"}",
                          number == LOG_MESSAGES / 2 ? RARE : "",
                          number);
  record.payload = (HubSpan){ (const guint8 *) payload->str, payload->len };
  while (self->funcs->record (self->store, &record) == 0)
    {
      self->funcs->commit (self->store, FALSE);
      g_main_context_iteration (NULL, TRUE);
    }
}

static double
ms_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / 1000;
}

static gint64
get_int (const char *path, const char *sql)
{
  g_autoptr (HubStoreDatabase) db = NULL;
  g_autoptr (GError) error = NULL;
  gint64 value;

  sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL);
  if (!hub_store_sql_get_int (db, sql, &value, &error))
    failed_cb (error, NULL);
  return value;
}

static gint64
count_missing (const char *path)
{
  return get_int (path, "SELECT count (*) FROM log WHERE seq > (SELECT searched FROM meta)");
}

static void
wait_for_index (const char *path)
{
  while (count_missing (path) > 0)
    g_usleep (20000);
}

static void
measure_search (Bench *bench, const char *what, const char *text)
{
  const HubStoreRange range = { .limit = 100 };
  gint64 best_us = G_MAXINT64;

  for (guint i = 0; i < TRIES; i++)
    {
      gint64 start_us = g_get_monotonic_time ();

      bench->is_answered = FALSE;
      hub_store_search (bench->store, HUB_SPAN_LITERAL ("messages/#"), text, &range, answered_cb, bench, NULL);
      while (!bench->is_answered)
        g_main_context_iteration (NULL, TRUE);
      best_us = MIN (best_us, g_get_monotonic_time () - start_us);
    }
  printf ("%-44s %8.2f ms, %3u found\n", what, (double) best_us / 1000, bench->n_found);
}

static void
measure_log (Bench *bench)
{
  g_autofree char *path = g_build_filename (folder, "search.db", NULL);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  g_autofree char *two_words = g_strdup_printf ("%s %s", bench->words[3], bench->words[50]);
  gint64 start_us;
  double log_pages;

  open_store (bench, path, HUB_STORE_PROCESS, FALSE);
  for (guint i = 0; i < LOG_MESSAGES; i++)
    record_message (bench, i);
  hub_store_close (bench->store, NULL);
  log_pages = (double) get_int (path, "PRAGMA page_count");

  open_store (bench, path, HUB_STORE_FULL, TRUE);
  measure_search (bench, "without an index: a word that is nowhere", "quartz");
  start_us = g_get_monotonic_time ();
  wait_for_index (path);
  printf ("the index of %d messages: %.1f s\n", LOG_MESSAGES, ms_since (start_us) / 1000);
  measure_search (bench, "a frequent word", bench->words[3]);
  measure_search (bench, "two frequent words", two_words);
  measure_search (bench, "a word in one message", RARE);
  measure_search (bench, "a word that is nowhere", "quartz");
  measure_search (bench, "two letters that are frequent", "th");
  measure_search (bench, "two letters that are nowhere", "qx");
  hub_store_close (bench->store, NULL);
  printf ("the file: %.1f MB, %.0f %% more than without an index\n",
          (double) get_int (path, "PRAGMA page_count") * 4096 / 1e6,
          ((double) get_int (path, "PRAGMA page_count") / log_pages - 1) * 100);
  g_unlink (path);
  g_unlink (lock);
}

/* For others, who measure what they do with it. */
static void
make_log (Bench *bench)
{
  open_store (bench, file, HUB_STORE_PROCESS, TRUE);
  for (guint i = 0; i < LOG_MESSAGES; i++)
    record_message (bench, i);
  bench->funcs->commit (bench->store, FALSE);
  while (get_int (file, "SELECT coalesce (max (seq), 0) FROM log") < LOG_MESSAGES)
    g_usleep (20000);
  wait_for_index (file);
  hub_store_close (bench->store, NULL);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return first < second ? -1 : first > second;
}

/* So many messages a second, each in a turn of its own; and how long each waits. */
static void
measure_load (Bench *bench, gboolean has_index)
{
  g_autofree char *path = g_build_filename (folder, "load.db", NULL);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  guint n = (guint) seconds * 200;
  g_autofree double *times = g_new (double, n);
  gint64 begin_us;
  gint64 missing;

  open_store (bench, path, HUB_STORE_FULL, has_index);
  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < n; i++)
    {
      gint64 due_us = begin_us + i * STARTED_EVERY_US;
      gint64 start_us;
      guint64 ticket;

      while (g_get_monotonic_time () < due_us)
        g_usleep ((gulong) MAX (due_us - g_get_monotonic_time (), 1));
      start_us = g_get_monotonic_time ();
      record_message (bench, i);
      ticket = bench->funcs->commit (bench->store, TRUE);
      while (bench->ticket < ticket)
        g_main_context_iteration (NULL, TRUE);
      times[i] = ms_since (start_us);
    }
  missing = count_missing (path);
  qsort (times, n, sizeof *times, compare_doubles);
  printf ("200 messages a second %s an index: %.2f ms in the middle, %.2f ms for 99 of 100, %.2f ms at most",
          has_index ? "with" : "without",
          times[n / 2],
          times[n * 99 / 100],
          times[n - 1]);
  if (has_index)
    printf ("; %" G_GINT64_FORMAT " of %u not in the index at the end", missing, n);
  printf ("\n");
  hub_store_close (bench->store, NULL);
  g_unlink (path);
  g_unlink (lock);
}

static void
measure_all (Bench *bench)
{
  for (guint round = 0; round < 2; round++)
    {
      measure_load (bench, FALSE);
      measure_load (bench, TRUE);
    }
  measure_log (bench);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure searching");
  g_autoptr (GError) error = NULL;
  Bench bench = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && folder == NULL && file == NULL)
    folder = g_dir_make_tmp ("hub-bench-XXXXXX", &error);
  if (error != NULL)
    failed_cb (error, NULL);
  setvbuf (stdout, NULL, _IOLBF, 0);

  make_words (&bench);
  if (file != NULL)
    make_log (&bench);
  else
    measure_all (&bench);
  g_rand_free (bench.random);
  g_strfreev (bench.words);
  return 0;
}
