/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/core/hub-deadlines.h"

#define N_RANDOM 200

typedef struct
{
  HubDeadline deadline; /* first, so that its address is this one's */
  gint64 at_us;         /* when it should come; G_MAXINT64: not armed */
  gint64 again_us;      /* armed again this much later; 0: not */
  guint n_called;
} Timer;

typedef struct
{
  HubDeadlines *deadlines;
  GString *order;
  gint64 last_us;
  guint n_called;
} Clock;

static void
timer_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  Timer *timer = (Timer *) (gpointer) deadline;
  Clock *clock = user_data;

  g_assert_cmpint (timer->at_us, <=, now_us);
  g_assert_cmpint (timer->at_us, >=, clock->last_us);
  clock->last_us = timer->at_us;
  clock->n_called++;
  timer->n_called++;
  timer->at_us = G_MAXINT64;
  if (clock->order != NULL)
    g_string_append_printf (clock->order, "%" G_GINT64_FORMAT " ", clock->last_us);
  if (timer->again_us > 0)
    {
      timer->at_us = now_us + timer->again_us;
      hub_deadlines_arm (clock->deadlines, deadline, timer->at_us);
    }
}

static void
arm (Clock *clock, Timer *timer, gint64 at_us)
{
  timer->deadline.func = timer_cb;
  timer->at_us = at_us;
  hub_deadlines_arm (clock->deadlines, &timer->deadline, at_us);
}

static void
test_empty (void)
{
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (NULL);
  HubDeadline unarmed = { .func = timer_cb };

  g_assert_cmpint (hub_deadlines_next (deadlines), ==, G_MAXINT64);
  hub_deadlines_advance (deadlines, G_MAXINT64 - 1);
  hub_deadlines_disarm (deadlines, &unarmed);
  g_assert_cmpint (hub_deadlines_next (deadlines), ==, G_MAXINT64);
}

static void
test_order (void)
{
  Clock clock = { .order = g_string_new (NULL) };
  Timer timers[6] = { 0 };
  static const gint64 times[] = { 50, 10, 40, 10, 30, 20 };

  clock.deadlines = hub_deadlines_new (&clock);
  for (gsize i = 0; i < G_N_ELEMENTS (timers); i++)
    arm (&clock, &timers[i], times[i]);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 10);

  hub_deadlines_advance (clock.deadlines, 9);
  g_assert_cmpstr (clock.order->str, ==, "");
  hub_deadlines_advance (clock.deadlines, 10);
  g_assert_cmpstr (clock.order->str, ==, "10 10 ");
  hub_deadlines_advance (clock.deadlines, 45);
  g_assert_cmpstr (clock.order->str, ==, "10 10 20 30 40 ");
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 50);
  hub_deadlines_advance (clock.deadlines, 50);
  g_assert_cmpstr (clock.order->str, ==, "10 10 20 30 40 50 ");
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, G_MAXINT64);

  hub_deadlines_free (clock.deadlines);
  g_string_free (clock.order, TRUE);
}

static void
test_move (void)
{
  Clock clock = { 0 };
  Timer first = { 0 };
  Timer second = { 0 };

  clock.deadlines = hub_deadlines_new (&clock);
  arm (&clock, &first, 10);
  arm (&clock, &second, 20);
  arm (&clock, &first, 30);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 20);
  arm (&clock, &second, 40);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 30);
  arm (&clock, &second, 5);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 5);
  hub_deadlines_disarm (clock.deadlines, &second.deadline);
  hub_deadlines_disarm (clock.deadlines, &second.deadline);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 30);
  hub_deadlines_advance (clock.deadlines, 100);
  g_assert_cmpuint (first.n_called, ==, 1);
  g_assert_cmpuint (second.n_called, ==, 0);
  hub_deadlines_free (clock.deadlines);
}

static void
append_cb (HubDeadline *deadline, gint64 now_us, gpointer user_data)
{
  g_ptr_array_add (user_data, deadline);
}

/* However many come at once, they come in the order in which they were armed. */
static void
test_same_time (void)
{
  g_autoptr (GPtrArray) called = g_ptr_array_new ();
  g_autoptr (HubDeadlines) deadlines = hub_deadlines_new (called);
  HubDeadline same[50];
  HubDeadline earlier = { .func = append_cb };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      same[i] = (HubDeadline){ .func = append_cb };
      hub_deadlines_arm (deadlines, &same[i], i % 2 == 0 ? 10 : 5);
    }
  /* Those that are moved there count from then on, and so does one that is armed once more. */
  for (guint i = 1; i < G_N_ELEMENTS (same); i += 2)
    hub_deadlines_arm (deadlines, &same[i], 10);
  hub_deadlines_arm (deadlines, &same[0], 10);
  hub_deadlines_arm (deadlines, &earlier, 9);
  hub_deadlines_disarm (deadlines, &same[24]);

  hub_deadlines_advance (deadlines, 10);
  g_assert_cmpuint (called->len, ==, G_N_ELEMENTS (same));
  g_assert_true (g_ptr_array_index (called, 0) == &earlier);
  for (guint i = 1; i < 24; i++)
    g_assert_true (g_ptr_array_index (called, i) == &same[i < 12 ? 2 * i : 2 * (i + 1)]);
  for (guint i = 0; i < 25; i++)
    g_assert_true (g_ptr_array_index (called, 24 + i) == &same[2 * i + 1]);
  g_assert_true (g_ptr_array_index (called, 49) == &same[0]);
}

static void
test_rearm_in_callback (void)
{
  Clock clock = { 0 };
  Timer timer = { .again_us = 1000 };

  clock.deadlines = hub_deadlines_new (&clock);
  arm (&clock, &timer, 1000);
  for (gint64 now_us = 0; now_us <= 10000; now_us += 500)
    hub_deadlines_advance (clock.deadlines, now_us);
  g_assert_cmpuint (timer.n_called, ==, 10);
  g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, 11000);

  timer.again_us = 0;
  hub_deadlines_disarm (clock.deadlines, &timer.deadline);
  hub_deadlines_free (clock.deadlines);
}

static gint64
earliest (const Timer *timers)
{
  gint64 at_us = G_MAXINT64;

  for (guint i = 0; i < N_RANDOM; i++)
    at_us = MIN (at_us, timers[i].at_us);
  return at_us;
}

/* Against a plain list that is searched from end to end. */
static void
test_random (void)
{
  g_autofree Timer *timers = g_new0 (Timer, N_RANDOM);
  Clock clock = { 0 };
  gint64 now_us = 0;

  clock.deadlines = hub_deadlines_new (&clock);
  for (guint i = 0; i < N_RANDOM; i++)
    timers[i].at_us = G_MAXINT64;

  for (guint step = 0; step < 50000; step++)
    {
      Timer *timer = &timers[g_test_rand_int_range (0, N_RANDOM)];
      int action = g_test_rand_int_range (0, 10);

      if (action < 6)
        {
          arm (&clock, timer, now_us + g_test_rand_int_range (1, 1000));
        }
      else if (action < 8)
        {
          timer->at_us = G_MAXINT64;
          hub_deadlines_disarm (clock.deadlines, &timer->deadline);
        }
      else
        {
          guint n_due = 0;
          guint n_before = clock.n_called;

          now_us += g_test_rand_int_range (0, 50);
          for (guint i = 0; i < N_RANDOM; i++)
            n_due += timers[i].at_us <= now_us ? 1 : 0;
          clock.last_us = 0;
          hub_deadlines_advance (clock.deadlines, now_us);
          g_assert_cmpuint (clock.n_called - n_before, ==, n_due);
        }
      g_assert_cmpint (hub_deadlines_next (clock.deadlines), ==, earliest (timers));
    }
  hub_deadlines_free (clock.deadlines);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/core/deadlines/empty", test_empty);
  g_test_add_func ("/core/deadlines/order", test_order);
  g_test_add_func ("/core/deadlines/move", test_move);
  g_test_add_func ("/core/deadlines/same-time", test_same_time);
  g_test_add_func ("/core/deadlines/rearm-in-callback", test_rearm_in_callback);
  g_test_add_func ("/core/deadlines/random", test_random);
  return g_test_run ();
}
