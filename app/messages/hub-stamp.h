/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_SEQ_MAX:
 *
 * The highest number of a log that is believed. Brokers of ours stay far below.
 */
#define HUB_SEQ_MAX G_GUINT64_CONSTANT (0x1fffffffffffff)

/**
 * HubStamp:
 * @log: which log
 * @seq: the number in it, 1 to %HUB_SEQ_MAX
 * @time_ms: when it was recorded, milliseconds since 1970, UTC
 *
 * What a broker says of a message that it has recorded.
 */
typedef struct
{
  const char *log;
  guint64 seq;
  gint64 time_ms;
} HubStamp;

gboolean hub_stamp_read (HubStamp *self, const char *log, const char *seq, const char *time);

G_END_DECLS
