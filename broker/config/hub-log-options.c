/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "broker/config/hub-log-options.h"

#include <syslog.h>
#include <time.h>

/* What a level is in the configuration, and for syslog(3). */
static const struct
{
  guint type;
  int priority;
} levels[] = {
  [HUB_LOG_DEBUG] = { HUB_LOG_TYPE_DEBUG, LOG_DEBUG },
  [HUB_LOG_SUBSCRIBE] = { HUB_LOG_TYPE_SUBSCRIBE, LOG_INFO },
  [HUB_LOG_UNSUBSCRIBE] = { HUB_LOG_TYPE_UNSUBSCRIBE, LOG_INFO },
  [HUB_LOG_INFORMATION] = { HUB_LOG_TYPE_INFORMATION, LOG_INFO },
  [HUB_LOG_NOTICE] = { HUB_LOG_TYPE_NOTICE, LOG_NOTICE },
  [HUB_LOG_CONNECTION] = { HUB_LOG_TYPE_NOTICE, LOG_NOTICE },
  [HUB_LOG_WARNING] = { HUB_LOG_TYPE_WARNING, LOG_WARNING },
  [HUB_LOG_ERROR] = { HUB_LOG_TYPE_ERROR, LOG_ERR },
};

/**
 * hub_log_options_get_priority:
 * @level: a level
 *
 * Returns: what syslog(3) calls it
 */
int
hub_log_options_get_priority (HubLogLevel level)
{
  return levels[level].priority;
}

/**
 * hub_log_options_want:
 * @self: what is logged, and where
 * @level: a level
 *
 * Returns: whether lines of that level are among what is logged
 */
gboolean
hub_log_options_want (const HubLogOptions *self, HubLogLevel level)
{
  return (self->types & levels[level].type) != 0 && (level != HUB_LOG_CONNECTION || self->connection_messages);
}

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
