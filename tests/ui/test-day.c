/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-day.h"

#define SECOND G_TIME_SPAN_SECOND
#define DAY G_TIME_SPAN_DAY

static GTimeZone *
zone (const char *name)
{
  GTimeZone *tz = g_time_zone_new_identifier (name);

  g_assert_nonnull (tz);
  return tz;
}

static void
test_of_time (void)
{
  g_autoptr (GTimeZone) utc = zone ("UTC");
  g_autoptr (GTimeZone) east = zone ("+05:30");
  g_autoptr (GTimeZone) west = zone ("-03:00");

  g_test_summary ("A day begins at midnight of its time zone, before 1970 too");

  g_assert_cmpint (hub_day_of_time (0, utc), ==, 0);
  g_assert_cmpint (hub_day_of_time (DAY - 1, utc), ==, 0);
  g_assert_cmpint (hub_day_of_time (DAY, utc), ==, 1);
  g_assert_cmpint (hub_day_of_time (-1, utc), ==, -1);
  g_assert_cmpint (hub_day_of_time (-DAY, utc), ==, -1);
  g_assert_cmpint (hub_day_of_time (-DAY - 1, utc), ==, -2);
  g_assert_cmpint (hub_day_of_time (DAY - 5 * 3600 * SECOND - 1800 * SECOND - 1, east), ==, 0);
  g_assert_cmpint (hub_day_of_time (DAY - 5 * 3600 * SECOND - 1800 * SECOND, east), ==, 1);
  g_assert_cmpint (hub_day_of_time (3 * 3600 * SECOND - 1, west), ==, -1);
  g_assert_cmpint (hub_day_of_time (3 * 3600 * SECOND, west), ==, 0);
  /* Whatever a peer says. */
  g_assert_cmpint (hub_day_of_time (G_MAXINT64, east), >, 0);
  g_assert_cmpint (hub_day_of_time (G_MININT64, west), <, 0);
}

static void
test_begin (void)
{
  g_autoptr (GTimeZone) berlin = zone ("Europe/Berlin");

  g_test_summary ("A day begins where the one before ends, also where clocks are set");

  for (gint64 day = 20440; day < 20440 + 366; day++)
    {
      const gint64 begin_us = hub_day_begin (day, berlin);

      g_assert_cmpint (hub_day_of_time (begin_us, berlin), ==, day);
      g_assert_cmpint (hub_day_of_time (begin_us - 1, berlin), ==, day - 1);
    }
  g_assert_cmpint (hub_day_begin (G_MAXINT64, berlin), ==, 0);
}

static void
test_format (void)
{
  static const struct
  {
    gint64 day;
    const char *text;
  } rows[] = {
    { 20783, "Today" },
    { 20782, "Yesterday" },
    { 20781, "Tuesday, 24 November" },
    { 20784, "Friday, 27 November" },
    { 20454, "Thursday, 1 January" },
    { 20453, "Wednesday, 31 December 2025" },
    { 0, "Thursday, 1 January 1970" },
    { -1, "Wednesday, 31 December 1969" },
    { G_MAXINT64, "" },
    { G_MININT64, "" },
  };

  g_test_summary ("Days near by have names; the year is said where it is another one");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = hub_day_format (rows[i].day, 20783);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ui/day/of-time", test_of_time);
  g_test_add_func ("/ui/day/begin", test_begin);
  g_test_add_func ("/ui/day/format", test_format);

  return g_test_run ();
}
