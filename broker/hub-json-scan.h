/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *hub_json_scan (const char *text, gsize size, guint depth_levels) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
