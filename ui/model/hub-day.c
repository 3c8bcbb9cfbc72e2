/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ui/model/hub-day.h"

#include <glib/gi18n-lib.h>

/* Days of the calendar, counted from 1 January 1970. */

#define SECONDS_PER_DAY (24 * 60 * 60)

static gint64
divide_down (gint64 number,
             gint64 by)
{
  return number / by - (number % by < 0 ? 1 : 0);
}

/**
 * hub_day_of_time:
 * @time_us: microseconds since 1970, UTC
 * @tz: (nullable): a time zone, or %NULL for the local one
 *
 * Complexity: cheap enough for each row of a burst.
 *
 * Returns: the day that @time_us is of in @tz: 0 for 1 January 1970, negative before
 */
gint64
hub_day_of_time (gint64 time_us,
                 GTimeZone *tz)
{
  g_autoptr (GTimeZone) zone = tz != NULL ? g_time_zone_ref (tz) : g_time_zone_new_local ();
  const gint64 time_s = divide_down (time_us, G_USEC_PER_SEC);
  const int interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, time_s);

  return divide_down (time_s + g_time_zone_get_offset (zone, interval), SECONDS_PER_DAY);
}

/**
 * hub_day_begin:
 * @day: a day, as hub_day_of_time() counts
 * @tz: (nullable): a time zone, or %NULL for the local one
 *
 * Returns: when @day begins in @tz, microseconds since 1970, UTC; 0 for a day that no calendar has
 */
gint64
hub_day_begin (gint64 day,
               GTimeZone *tz)
{
  g_autoptr (GTimeZone) zone = tz != NULL ? g_time_zone_ref (tz) : g_time_zone_new_local ();
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (CLAMP (day, -G_MAXINT32, G_MAXINT32) * SECONDS_PER_DAY);
  g_autoptr (GDateTime) local = NULL;

  if (utc == NULL)
    return 0;
  local = g_date_time_new (zone, g_date_time_get_year (utc), g_date_time_get_month (utc),
                           g_date_time_get_day_of_month (utc), 0, 0, 0);
  return local != NULL ? g_date_time_to_unix (local) * G_USEC_PER_SEC : 0;
}

/**
 * hub_day_format:
 * @day: a day, as hub_day_of_time() counts
 * @today: the present one
 *
 * What stands above the first message of @day: "Today", "Yesterday", "Monday, 3 November"; with the year when it is
 * another than that of @today.
 *
 * Returns: (transfer full): the text; empty for a day that no calendar has
 */
char *
hub_day_format (gint64 day,
                gint64 today)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (CLAMP (day, -G_MAXINT32, G_MAXINT32) * SECONDS_PER_DAY);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (CLAMP (today, -G_MAXINT32, G_MAXINT32) * SECONDS_PER_DAY);
  char *text;

  if (date == NULL || now == NULL)
    return g_strdup ("");
  if (day == today)
    return g_strdup (_ ("Today"));
  if (day == today - 1)
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (date) == g_date_time_get_year (now))
    /* Translators: the day of messages, of this year, as in strftime. */
    text = g_date_time_format (date, _ ("%A, %-d %B"));
  else
    /* Translators: the day of messages, as in strftime. */
    text = g_date_time_format (date, _ ("%A, %-d %B %Y"));
  return text != NULL ? text : g_strdup ("");
}
