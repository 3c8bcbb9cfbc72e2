/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *hub_json_parse_object (const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;
char *hub_json_dup_string (JsonObject *object, const char *member) G_GNUC_WARN_UNUSED_RESULT;
char *hub_json_dup_from (JsonObject *object) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_json_get_time (JsonObject *object, const char *member, gint64 *time_ms);
char *hub_json_format_time (gint64 time_ms) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
