/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/messages/hub-stamp.h"

/* Year 9999: what comes later is no date. */
#define TIME_MAX_MS G_GINT64_CONSTANT (253402300799999)

/**
 * hub_stamp_read:
 * @self: (out): what is said
 * @log: (nullable): the User Property `hub-log`; must outlive @self
 * @seq: (nullable): the User Property `hub-seq`
 * @time: (nullable): the User Property `hub-time`
 *
 * Returns: %FALSE when the message is not of a log, or something else is said than may be
 */
gboolean
hub_stamp_read (HubStamp *self, const char *log, const char *seq, const char *time)
{
  guint64 time_ms;

  if (log == NULL || *log == '\0' || seq == NULL || time == NULL)
    return FALSE;
  if (!g_ascii_string_to_unsigned (seq, 10, 1, HUB_SEQ_MAX, &self->seq, NULL) ||
      !g_ascii_string_to_unsigned (time, 10, 0, TIME_MAX_MS, &time_ms, NULL))
    return FALSE;
  self->log = log;
  self->time_ms = (gint64) time_ms;
  return TRUE;
}
