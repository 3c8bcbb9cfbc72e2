/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-log-options.h"

#include <time.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/**
 * hub_log_format_time:
 * @format: (nullable): as for strftime(3); %NULL: seconds since 1970
 * @time_us: a time, microseconds since 1970
 * @text: (out caller-allocates): the time, in local time
 *
 * Writes the time that a line of a log begins with.
 *
 * Returns: %FALSE when nothing comes out of @format, or more than there is room for
 */
gboolean
hub_log_format_time (const char *format, gint64 time_us, char text[HUB_LOG_TIME_SIZE])
{
  const time_t seconds = (time_t) (time_us / G_USEC_PER_SEC);
  struct tm tm;

  if (format == NULL)
    {
      g_snprintf (text, HUB_LOG_TIME_SIZE, "%" G_GINT64_FORMAT, time_us / G_USEC_PER_SEC);
      return TRUE;
    }
  return localtime_r (&seconds, &tm) != NULL && strftime (text, HUB_LOG_TIME_SIZE, format, &tm) > 0;
}

#pragma GCC diagnostic pop
