/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/support/hub-test-store.h"
#include "tests/support/hub-test-wait.h"

#include "broker/store/hub-store-desk.h"
#include "broker/store/hub-store-numbers.h"
#include "broker/store/hub-store-turn.h"

/* The parts of a store that need no database; and how long it takes to open one that is large. */

static void
test_turns (void)
{
  g_autoptr (HubStoreTurn) turn = hub_store_turn_new ();
  const gint64 ints[HUB_STORE_INTS_MAX] = { G_MAXINT64, G_MININT64, 0, -1, 5, 6, 7 };
  g_autofree char *large = g_strnfill (3000000, 'x');
  HubStoreTurnReader reader;
  HubStoreCommand command;
  const HubSpan spans[HUB_STORE_SPANS_MAX] = {
    { NULL, 0 },
    HUB_SPAN_LITERAL (""),
    hub_span_from_string (large),
    HUB_SPAN_LITERAL ("end"),
  };
  guint n = 0;

  for (guint round = 0; round < 3; round++)
    for (guint op = 0; op < HUB_STORE_N_OPS; op++)
      hub_store_turn_add (turn, (HubStoreOp) op, ints, spans);
  hub_store_turn_finish (turn, 77);
  g_assert_cmpuint (turn->ticket, ==, 77);

  hub_store_turn_reader_init (&reader, turn);
  while (hub_store_turn_reader_next (&reader, &command))
    {
      g_assert_cmpuint (command.op, ==, n % HUB_STORE_N_OPS);
      g_assert_cmpmem (command.ints, command.n_ints * sizeof (gint64), ints, command.n_ints * sizeof (gint64));
      for (guint i = 0; i < command.n_spans; i++)
        {
          g_assert_cmpint (command.spans[i].data == NULL, ==, spans[i].data == NULL);
          g_assert_true (hub_span_equal (command.spans[i], spans[i]));
        }
      n++;
    }
  g_assert_cmpuint (n, ==, 3 * HUB_STORE_N_OPS);
  g_assert_cmpuint (hub_store_turn_get_cost (turn), <, 3 * 2 * 3001000);
}

static void
test_numbers (void)
{
  const gint64 second_us = G_USEC_PER_SEC;
  HubStoreNumbers numbers;
  gint64 now_us = 1;
  guint64 end;

  hub_store_numbers_init (&numbers, 1, 1);
  g_assert_false (hub_store_numbers_are_there (&numbers));
  g_assert_cmpuint (hub_store_numbers_take (&numbers), ==, 0);

  hub_store_numbers_init (&numbers, 7, 7 + HUB_STORE_BLOCK);
  for (guint64 seq = 7; seq <= 507; seq++)
    {
      g_assert_cmpuint (hub_store_numbers_ask (&numbers, 3, now_us), ==, 0);
      g_assert_cmpuint (hub_store_numbers_take (&numbers), ==, seq);
    }
  /* Half of them are gone. */
  end = hub_store_numbers_ask (&numbers, 3, now_us);
  g_assert_cmpuint (end, ==, 7 + 2 * HUB_STORE_BLOCK);
  g_assert_cmpuint (hub_store_numbers_ask (&numbers, 4, now_us), ==, 0);
  while (hub_store_numbers_take (&numbers) != 0)
    ;
  g_assert_cmpuint (hub_store_numbers_get_next (&numbers), ==, 7 + HUB_STORE_BLOCK);
  hub_store_numbers_settle (&numbers, 2);
  g_assert_cmpuint (hub_store_numbers_take (&numbers), ==, 0);
  hub_store_numbers_settle (&numbers, 3);
  g_assert_cmpuint (hub_store_numbers_take (&numbers), ==, 7 + HUB_STORE_BLOCK);

  /* In a busy room it looks further ahead, up to a bound; and less far when it is calm again. */
  for (guint ticket = 5; ticket < 20; ticket++)
    {
      while (hub_store_numbers_ask (&numbers, ticket, ++now_us) == 0)
        g_assert_cmpuint (hub_store_numbers_take (&numbers), >, 0);
      hub_store_numbers_settle (&numbers, ticket);
    }
  while ((end = hub_store_numbers_ask (&numbers, 20, ++now_us)) == 0)
    hub_store_numbers_take (&numbers);
  g_assert_cmpuint (end - hub_store_numbers_get_next (&numbers), >, 64 * HUB_STORE_BLOCK);
  g_assert_cmpuint (end - hub_store_numbers_get_next (&numbers), <=, 96 * HUB_STORE_BLOCK);
  hub_store_numbers_settle (&numbers, 20);
  for (guint ticket = 21; ticket < 40; ticket++)
    {
      now_us += 11 * second_us;
      while ((end = hub_store_numbers_ask (&numbers, ticket, now_us)) == 0)
        hub_store_numbers_take (&numbers);
      hub_store_numbers_settle (&numbers, ticket);
    }
  g_assert_cmpuint (end - hub_store_numbers_get_next (&numbers), <=, 2 * HUB_STORE_BLOCK);
}

static HubStoreTurn *
turn_of_cost (guint64 ticket, gsize cost)
{
  g_autofree char *payload = g_strnfill (cost, 'p');
  const gint64 ints[] = { 1, 1000 };
  HubSpan spans[] = { HUB_SPAN_LITERAL ("t"), HUB_SPAN_LITERAL ("ada"), hub_span_from_string (payload) };
  HubStoreTurn *turn = NULL;

  /* The first time tells how much comes to what is in it. */
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&turn, hub_store_turn_free);
      turn = hub_store_turn_new ();
      hub_store_turn_add (turn, HUB_STORE_OP_RECORD, ints, spans);
      hub_store_turn_finish (turn, ticket);
      if (i == 0)
        spans[2].size -= hub_store_turn_get_cost (turn) - cost;
    }
  g_assert_cmpuint (hub_store_turn_get_cost (turn), ==, cost);
  return turn;
}

/* How long it takes until the writer gets two turns, microseconds. */
static gint64
measure_lying (gsize bytes, guint64 awaited, guint64 asked, gboolean is_closed)
{
  g_autoptr (HubStoreDesk) desk = hub_store_desk_new (NULL);
  gint64 start_us = g_get_monotonic_time ();
  HubStoreTurn *turns;
  gboolean said_closed;

  hub_store_desk_hand_in (desk, turn_of_cost (1, bytes / 2), awaited == 1);
  hub_store_desk_hand_in (desk, turn_of_cost (2, bytes - bytes / 2), awaited == 2);
  if (asked != 0)
    {
      const HubStoreRange range = { .limit = 1 };
      HubStoreQuery *query = hub_store_query_new (HUB_STORE_QUERY_MESSAGES, HUB_SPAN_LITERAL ("#"), &range);

      query->ticket = asked;
      hub_store_desk_ask (desk, query);
    }
  if (is_closed)
    hub_store_desk_close (desk);

  turns = hub_store_desk_take_turns (desk, -1, &said_closed);
  g_assert_cmpint (said_closed, ==, is_closed);
  g_assert_cmpuint (turns->ticket, ==, 1);
  g_assert_cmpuint (turns->next->ticket, ==, 2);
  hub_store_turn_free_all (turns);
  return g_get_monotonic_time () - start_us;
}

/* What nobody waits for lies until others have come, and nothing else does. */
static void
test_gathering (void)
{
  static const struct
  {
    const char *name;
    gsize bytes;
    guint64 awaited; /* a ticket */
    guint64 asked;   /* likewise: what a question must know of */
    gboolean is_closed;
    gboolean lies;
  } rows[] = {
    { "nobody waits", 200000, 0, 0, FALSE, TRUE },
    { "somebody waits for the first", 200000, 1, 0, FALSE, FALSE },
    { "somebody waits for the last", 200000, 2, 0, FALSE, FALSE },
    { "somebody asks for what was there before", 200000, 0, 2, FALSE, FALSE },
    { "the end", 200000, 0, 0, TRUE, FALSE },
    { "nearly many", HUB_STORE_GATHER_BYTES - 1, 0, 0, FALSE, TRUE },
    { "many", HUB_STORE_GATHER_BYTES, 0, 0, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 lying_us = measure_lying (rows[i].bytes, rows[i].awaited, rows[i].asked, rows[i].is_closed);

      g_test_message ("%s", rows[i].name);
      if (rows[i].lies)
        g_assert_cmpint (lying_us, >=, HUB_STORE_GATHER_US);
      /* Where others need the processor, it may take several times until they leave it to us for so long. */
      for (guint k = 0; !rows[i].lies && lying_us >= HUB_STORE_GATHER_US; k++)
        {
          g_assert_cmpuint (k, <, 1000);
          lying_us = measure_lying (rows[i].bytes, rows[i].awaited, rows[i].asked, rows[i].is_closed);
        }
    }
}

/* A hundred thousand messages in the log do not slow the start. */
static void
test_start_time (void)
{
  g_autoptr (HubTestStore) empty = hub_test_store_new ();
  g_autoptr (HubTestStore) test = hub_test_store_new ();
  HubStoreRange range = { .limit = 100, .before = 50000 };
  g_autofree char *answer = NULL;
  gint64 empty_us = G_MAXINT64;
  gint64 full_us = G_MAXINT64;
  gint64 answer_us;

  test->options.durability = HUB_STORE_PROCESS;
  hub_test_store_open (test);
  for (guint i = 0; i < 100000; i++)
    {
      while (test->funcs->is_full (test->store))
        hub_test_store_flush (test);
      hub_test_store_record (test, i % 10 == 0 ? "messages/other" : "messages", "a message as people write them, not too long");
      if (i % 100 == 0)
        test->funcs->commit (test->store, TRUE);
    }
  hub_test_store_close (test);

  for (guint i = 0; i < 5; i++)
    {
      gint64 start_us = g_get_monotonic_time ();

      hub_test_store_open (empty);
      empty_us = MIN (empty_us, g_get_monotonic_time () - start_us);
      hub_test_store_close (empty);
      start_us = g_get_monotonic_time ();
      hub_test_store_open (test);
      full_us = MIN (full_us, g_get_monotonic_time () - start_us);
      if (i < 4)
        hub_test_store_close (test);
    }
  answer_us = g_get_monotonic_time ();
  answer = hub_test_store_find (test, "messages/#", &range);
  answer_us = g_get_monotonic_time () - answer_us;
  g_test_message ("start %" G_GINT64_FORMAT " us, of an empty one %" G_GINT64_FORMAT " us, a page %" G_GINT64_FORMAT " us",
                  full_us,
                  empty_us,
                  answer_us);
  g_assert_true (g_str_has_prefix (answer, "49900 messages "));
  g_assert_cmpint (full_us - empty_us, <, 200 * G_TIME_SPAN_MILLISECOND * hub_test_slowness ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/parts/turns", test_turns);
  g_test_add_func ("/store/parts/numbers", test_numbers);
  g_test_add_func ("/store/parts/gathering", test_gathering);
  g_test_add_func ("/store/parts/start-time", test_start_time);
  return g_test_run ();
}
