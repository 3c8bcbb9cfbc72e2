/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/access/hub-failures.h"

#define SECOND G_TIME_SPAN_SECOND

static void
add_times (HubFailures *failures, guint64 key, guint n, gint64 now_us)
{
  for (guint i = 0; i < n; i++)
    hub_failures_add (failures, key, now_us);
}

static void
test_limit (void)
{
  g_autoptr (HubFailures) failures = hub_failures_new ();

  g_assert_false (hub_failures_is_over (failures, 1, 0));
  add_times (failures, 1, HUB_FAILURES_MAX - 1, 0);
  g_assert_false (hub_failures_is_over (failures, 1, 0));
  hub_failures_add (failures, 1, 0);
  g_assert_true (hub_failures_is_over (failures, 1, 0));
  g_assert_false (hub_failures_is_over (failures, 2, 0));
  g_assert_cmpuint (hub_failures_count_addresses (failures), ==, 1);
}

static void
test_window (void)
{
  g_autoptr (HubFailures) failures = hub_failures_new ();

  /* One each second, 0 to 9. */
  for (guint i = 0; i < HUB_FAILURES_MAX; i++)
    hub_failures_add (failures, 1, i * SECOND);
  g_assert_true (hub_failures_is_over (failures, 1, 9 * SECOND));
  g_assert_true (hub_failures_is_over (failures, 1, 60 * SECOND - 1));
  g_assert_false (hub_failures_is_over (failures, 1, 60 * SECOND));

  /* The one at 0 is replaced by one at 60: those at 1 to 9 and this are ten again, until 61. */
  hub_failures_add (failures, 1, 60 * SECOND);
  g_assert_true (hub_failures_is_over (failures, 1, 61 * SECOND - 1));
  g_assert_false (hub_failures_is_over (failures, 1, 61 * SECOND));

  /* Slower than ten a minute for ever. */
  for (guint i = 0; i < 100; i++)
    {
      hub_failures_add (failures, 2, i * 6 * SECOND);
      g_assert_false (hub_failures_is_over (failures, 2, (i + 1) * 6 * SECOND));
    }
}

/* Whoever changes addresses fills no memory, and those who have just failed are remembered. */
static void
test_addresses (void)
{
  g_autoptr (HubFailures) failures = hub_failures_new ();

  add_times (failures, 0, HUB_FAILURES_MAX, 0);
  for (guint64 key = 1; key < HUB_FAILURES_ADDRESSES_MAX; key++)
    hub_failures_add (failures, key, SECOND);
  g_assert_cmpuint (hub_failures_count_addresses (failures), ==, HUB_FAILURES_ADDRESSES_MAX);
  g_assert_true (hub_failures_is_over (failures, 0, SECOND));

  hub_failures_add (failures, 0, 2 * SECOND);
  hub_failures_add (failures, HUB_FAILURES_ADDRESSES_MAX, 3 * SECOND);
  g_assert_cmpuint (hub_failures_count_addresses (failures), ==, HUB_FAILURES_ADDRESSES_MAX);
  g_assert_true (hub_failures_is_over (failures, 0, 3 * SECOND));

  /* A minute later they all go at once. */
  hub_failures_add (failures, G_MAXUINT64, 3600 * SECOND);
  g_assert_cmpuint (hub_failures_count_addresses (failures), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/failures/limit", test_limit);
  g_test_add_func ("/access/failures/window", test_window);
  g_test_add_func ("/access/failures/addresses", test_addresses);
  return g_test_run ();
}
