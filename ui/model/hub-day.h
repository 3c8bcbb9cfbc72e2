/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 hub_day_of_time (gint64 time_us, GTimeZone *tz);
gint64 hub_day_begin (gint64 day, GTimeZone *tz);
char *hub_day_format (gint64 day, gint64 today) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
