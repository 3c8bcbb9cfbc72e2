/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/store/hub-store.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What it costs to keep something: the store by itself, without a broker around it. */

#define PAYLOAD_BYTES 100
#define LOG_MESSAGES 100000

typedef struct
{
  HubStore *store;
  const HubStoreFuncs *funcs;
  char payload[PAYLOAD_BYTES];
  guint64 next; /* the key of the next message */
  guint64 ticket;
  guint n_answers;
} Bench;

/* What is appended for a message. */
typedef void (*RowFunc) (Bench *self);

static int seconds = 2;
static char *folder;

static const GOptionEntry entries[] = {
  { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "How long each measurement takes", "N" },
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
  if (page == NULL)
    failed_cb (error, NULL);
  ((Bench *) user_data)->n_answers++;
}

static void
open_store (Bench *self, const char *path, HubStoreDurability durability)
{
  static const HubStoreEvents events = { .committed = committed_cb, .failed = failed_cb };
  HubStoreOptions options = { .path = path, .durability = durability };
  g_autoptr (GError) error = NULL;

  *self = (Bench){ .next = 1 };
  memset (self->payload, 'p', sizeof self->payload);
  self->store = hub_store_open (&options, g_main_context_default (), &events, self, &error);
  if (self->store == NULL)
    failed_cb (error, NULL);
  self->funcs = hub_store_get_funcs (self->store);
}

static void
close_store (Bench *self, const char *path)
{
  static const char *const suffixes[] = { "", ".lock" };

  hub_store_close (self->store, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes) && path != NULL; i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_unlink (file);
    }
}

static void
append_record (Bench *self)
{
  HubStoreRecord record = {
    .topic = HUB_SPAN_LITERAL ("messages"),
    .payload = { (const guint8 *) self->payload, sizeof self->payload },
    .client_id = HUB_SPAN_LITERAL ("hub0123456789abcdef0123"),
    .time_ms = g_get_real_time () / 1000,
  };

  while (self->funcs->record (self->store, &record) == 0)
    {
      self->funcs->commit (self->store, TRUE);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* A message at QoS 1 on its way to somebody who is kept: queued and sent; and the one before was acknowledged. */
static void
append_delivery (Bench *self)
{
  guint64 key = self->next++;
  guint16 packet_id = (guint16) (key % 65535 + 1);
  HubStoreMessage message = {
    .key = key,
    .topic = HUB_SPAN_LITERAL ("messages"),
    .payload = { (const guint8 *) self->payload, sizeof self->payload },
    .qos = 1,
  };
  HubStoreDelivery delivery = {
    .session = 1,
    .order = key,
    .message = key,
    .packet_id = packet_id,
    .state = HUB_STORE_DELIVERY_WAIT_PUBACK,
    .qos = 1,
  };

  self->funcs->add_message (self->store, &message);
  self->funcs->add_delivery (self->store, &delivery);
  if (key > 1)
    {
      self->funcs->remove_delivery (self->store, 1, key - 1);
      self->funcs->remove_message (self->store, key - 1);
    }
}

static double
now_s (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Turns of @n_rows each; at most @window of them wait for the disk. */
static void
measure (HubStoreDurability durability, const char *name, RowFunc append, guint n_rows, guint window)
{
  static const char *const names[] = { "full", "process", "off" };
  g_autofree char *path = g_build_filename (folder, "bench.db", NULL);
  double thread_s;
  double process_s;
  double start_s;
  double took_s;
  guint64 ticket = 0;
  guint64 n = 0;
  Bench bench;

  open_store (&bench, path, durability);
  start_s = now_s (CLOCK_MONOTONIC);
  thread_s = now_s (CLOCK_THREAD_CPUTIME_ID);
  process_s = now_s (CLOCK_PROCESS_CPUTIME_ID);
  while (now_s (CLOCK_MONOTONIC) - start_s < seconds)
    {
      for (guint i = 0; i < n_rows; i++)
        append (&bench);
      ticket = bench.funcs->commit (bench.store, TRUE);
      n += n_rows;
      while (ticket != 0 && bench.ticket + window <= ticket)
        g_main_context_iteration (NULL, TRUE);
    }
  while (bench.ticket < ticket)
    g_main_context_iteration (NULL, TRUE);
  took_s = now_s (CLOCK_MONOTONIC) - start_s;
  thread_s = now_s (CLOCK_THREAD_CPUTIME_ID) - thread_s;
  process_s = now_s (CLOCK_PROCESS_CPUTIME_ID) - process_s;
  printf ("%-9s %-8s %4u a turn %3u turns under way %9.0f/s %8.2f us CPU each, %.2f of them on the broker thread\n",
          name,
          names[durability],
          n_rows,
          window,
          (double) n / took_s,
          process_s * 1e6 / (double) n,
          thread_s * 1e6 / (double) n);
  fflush (stdout);
  close_store (&bench, path);
}

static double
time_answer (Bench *bench, const char *filter, const HubStoreRange *range)
{
  double start_s = now_s (CLOCK_MONOTONIC);
  guint before = bench->n_answers;

  if (range != NULL)
    hub_store_find_messages (bench->store, hub_span_from_string (filter), range, answered_cb, bench, NULL);
  else
    hub_store_find_topics (bench->store, hub_span_from_string (filter), 1000, answered_cb, bench, NULL);
  while (bench->n_answers == before)
    g_main_context_iteration (NULL, TRUE);
  return (now_s (CLOCK_MONOTONIC) - start_s) * 1e3;
}

static double
time_open (Bench *bench, const char *path)
{
  double start_s = now_s (CLOCK_MONOTONIC);

  open_store (bench, path, HUB_STORE_FULL);
  return (now_s (CLOCK_MONOTONIC) - start_s) * 1e3;
}

static void
measure_log (void)
{
  const HubStoreRange newest = { .limit = 100 };
  const HubStoreRange middle = { .limit = 100, .before = LOG_MESSAGES / 2 };
  const HubStoreRange longest = { .limit = 1000, .before = LOG_MESSAGES / 2 };
  g_autofree char *path = g_build_filename (folder, "bench.db", NULL);
  g_autofree char *empty_path = g_build_filename (folder, "empty.db", NULL);
  Bench bench;
  Bench empty;
  double empty_ms;
  double open_ms;

  open_store (&bench, path, HUB_STORE_PROCESS);
  for (guint i = 0; i < LOG_MESSAGES; i++)
    append_record (&bench);
  hub_store_close (bench.store, NULL);
  open_store (&empty, empty_path, HUB_STORE_FULL);
  hub_store_close (empty.store, NULL);

  empty_ms = time_open (&empty, empty_path);
  open_ms = time_open (&bench, path);
  printf ("start with %d messages: %.1f ms, with none: %.1f ms\n", LOG_MESSAGES, open_ms, empty_ms);
  printf ("the first answer, 100 messages: %.2f ms\n", time_answer (&bench, "messages", &newest));
  printf ("100 messages: %.2f ms\n", time_answer (&bench, "messages", &middle));
  printf ("100 messages with a wildcard: %.2f ms\n", time_answer (&bench, "messages/#", &middle));
  printf ("1000 messages: %.2f ms\n", time_answer (&bench, "messages", &longest));
  printf ("the topics: %.2f ms\n", time_answer (&bench, "#", NULL));
  close_store (&bench, path);
  close_store (&empty, empty_path);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- measure the store by itself");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && folder == NULL)
    folder = g_dir_make_tmp ("hub-bench-XXXXXX", &error);
  if (error != NULL)
    failed_cb (error, NULL);

  for (HubStoreDurability durability = HUB_STORE_FULL; durability <= HUB_STORE_OFF; durability++)
    for (guint n_rows = 1; n_rows <= 100; n_rows *= 10)
      measure (durability, "record", append_record, n_rows, 1);
  for (HubStoreDurability durability = HUB_STORE_FULL; durability <= HUB_STORE_PROCESS; durability++)
    {
      measure (durability, "record", append_record, 1, 100);
      measure (durability, "delivery", append_delivery, 1, 1);
      measure (durability, "delivery", append_delivery, 1, 100);
      measure (durability, "delivery", append_delivery, 100, 10);
    }
  measure_log ();
  g_rmdir (folder);
  return 0;
}
