/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/hub-mailbox.h"
#include "tests/support/hub-test-wait.h"

/* Records from any thread to one. */

#define N_WRITERS 4
#define N_RECORDS 2000

typedef struct
{
  guint writer;
  guint number;
} Record;

typedef struct
{
  HubMailbox *mailbox;   /* (owned) */
  GThread *reader;       /* (unowned): where records have to come */
  GString *log;          /* (owned): `writer:number ` for each record */
  guint next[N_WRITERS]; /* the number that each writer's next record has */
  guint n_received;
  guint close_at; /* the mailbox is closed at the record of this number; G_MAXUINT: never */
  gboolean is_to_answer;
} Fixture;

/* Every record is freed, and once. */
static int n_records;

static Record *
record_new (guint writer, guint number)
{
  Record *record = g_new (Record, 1);

  *record = (Record){ writer, number };
  g_atomic_int_inc (&n_records);
  return record;
}

static void
record_free (gpointer data)
{
  g_atomic_int_add (&n_records, -1);
  g_free (data);
}

static void
record_cb (gpointer data, gpointer user_data)
{
  Fixture *fixture = user_data;
  const Record *record = data;

  g_assert_true (g_thread_self () == fixture->reader);
  g_assert_cmpuint (record->number, ==, fixture->next[record->writer]);
  fixture->next[record->writer]++;
  fixture->n_received++;
  if (fixture->n_received <= 8)
    g_string_append_printf (fixture->log, "%u:%u ", record->writer, record->number);
  if (record->number == fixture->close_at)
    hub_mailbox_close (fixture->mailbox);
  if (fixture->is_to_answer && record->number < 3)
    hub_mailbox_post (fixture->mailbox, record_new (record->writer, record->number + 1));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  *fixture = (Fixture){
    .reader = g_thread_self (),
    .log = g_string_new (NULL),
    .close_at = G_MAXUINT,
    .mailbox = hub_mailbox_new (g_main_context_default (), record_cb, fixture, record_free),
  };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->mailbox, hub_mailbox_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (g_atomic_int_get (&n_records), ==, 0);
  g_string_free (fixture->log, TRUE);
}

static void
post_numbers (HubMailbox *mailbox, guint writer, guint n)
{
  for (guint i = 0; i < n; i++)
    hub_mailbox_post (mailbox, record_new (writer, i));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  post_numbers (fixture->mailbox, 0, 3);
  g_assert_cmpuint (fixture->n_received, ==, 0);

  /* One ring of the bell for all of them. */
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (fixture->log->str, ==, "0:0 0:1 0:2 ");
  g_assert_false (g_main_context_pending (NULL));

  hub_mailbox_post (fixture->mailbox, record_new (0, 3));
  hub_test_wait_until (fixture->n_received == 4);
}

static gpointer
write_all (gpointer data)
{
  Fixture *fixture = data;
  static int last_writer;
  guint writer = (guint) g_atomic_int_add (&last_writer, 1);

  post_numbers (fixture->mailbox, writer, N_RECORDS);
  return NULL;
}

static void
test_many_threads (Fixture *fixture, gconstpointer data)
{
  GThread *threads[N_WRITERS];

  g_test_summary ("Nothing is lost, doubled or overtaken when many write while one reads.");
  for (guint i = 0; i < N_WRITERS; i++)
    threads[i] = g_thread_new ("writer", write_all, fixture);
  hub_test_wait_until (fixture->n_received == N_WRITERS * N_RECORDS);
  for (guint i = 0; i < N_WRITERS; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (fixture->next[i], ==, N_RECORDS);
    }
}

static void
test_post_while_delivering (Fixture *fixture, gconstpointer data)
{
  fixture->is_to_answer = TRUE;
  hub_mailbox_post (fixture->mailbox, record_new (1, 0));
  hub_test_wait_until (fixture->n_received == 4);
  g_assert_cmpstr (fixture->log->str, ==, "1:0 1:1 1:2 1:3 ");
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  post_numbers (fixture->mailbox, 0, 3);
  hub_mailbox_close (fixture->mailbox);
  hub_mailbox_post (fixture->mailbox, record_new (0, 3));
  hub_test_wait_until (g_atomic_int_get (&n_records) == 0);
  g_assert_cmpuint (fixture->n_received, ==, 0);
}

static void
test_closed_while_delivering (Fixture *fixture, gconstpointer data)
{
  fixture->close_at = 1;
  post_numbers (fixture->mailbox, 0, 4);
  hub_test_wait_until (g_atomic_int_get (&n_records) == 0);
  g_assert_cmpstr (fixture->log->str, ==, "0:0 0:1 ");
}

/* The owner may be gone while records are on their way: the bell holds the mailbox. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  post_numbers (fixture->mailbox, 0, 3);
  g_clear_pointer (&fixture->mailbox, hub_mailbox_unref);
  hub_test_wait_until (g_atomic_int_get (&n_records) == 0);
  g_assert_cmpuint (fixture->n_received, ==, 3);
}

/* A context that is never iterated any more frees what lies there. */
static void
test_other_context (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  HubMailbox *mailbox = hub_mailbox_new (context, record_cb, fixture, record_free);

  hub_mailbox_post (mailbox, record_new (2, 0));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_received, ==, 0);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (fixture->n_received, ==, 1);

  hub_mailbox_post (mailbox, record_new (2, 1));
  hub_mailbox_unref (mailbox);
  g_main_context_iteration (context, FALSE);
  g_assert_cmpuint (fixture->n_received, ==, 2);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/broker/mailbox/order", test_order },
    { "/broker/mailbox/many-threads", test_many_threads },
    { "/broker/mailbox/post-while-delivering", test_post_while_delivering },
    { "/broker/mailbox/closed", test_closed },
    { "/broker/mailbox/closed-while-delivering", test_closed_while_delivering },
    { "/broker/mailbox/dropped", test_dropped },
    { "/broker/mailbox/other-context", test_other_context },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
