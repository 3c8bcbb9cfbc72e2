/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-chat-state.h"
#include "ui/model/hub-message-item.h"

G_BEGIN_DECLS

/**
 * HUB_FORMAT_MESSAGE_CHARS:
 *
 * How many characters a message has without being long. A hint, never a limit.
 */
#define HUB_FORMAT_MESSAGE_CHARS 120

/**
 * HUB_FORMAT_NAME_CHARS:
 *
 * How many characters of a name are shown.
 */
#define HUB_FORMAT_NAME_CHARS 64

/**
 * HUB_FORMAT_NAME_CLASSES:
 *
 * How many colours there are for names.
 */
#define HUB_FORMAT_NAME_CLASSES 10

/**
 * HUB_FORMAT_SUFFIX_CHARS:
 *
 * How many digits of `from` tell people of one name apart.
 */
#define HUB_FORMAT_SUFFIX_CHARS 4

char *hub_format_time (gint64 time_us, GTimeZone *tz) G_GNUC_WARN_UNUSED_RESULT;
char *hub_format_time_full (gint64 time_us, GTimeZone *tz) G_GNUC_WARN_UNUSED_RESULT;
char *hub_format_counter (guint n_chars, gboolean *is_long) G_GNUC_WARN_UNUSED_RESULT;
guint64 hub_format_sent_bytes (const char *text);
char *hub_format_excess (guint64 n_bytes) G_GNUC_WARN_UNUSED_RESULT;
char *hub_format_new_count (guint n_messages) G_GNUC_WARN_UNUSED_RESULT;
gboolean hub_format_is_for_oneself (const char *url);
const char *hub_format_invitation (const char *url);
const char *hub_format_connection (HubChatConnection connection);
const char *hub_format_connection_class (HubChatConnection connection);
const char *hub_format_state (HubMessageState state);
gboolean hub_format_is_blank (const char *text);
gboolean hub_format_is_rtl (const char *text);
char *hub_format_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *hub_format_isolated (const char *name) G_GNUC_WARN_UNUSED_RESULT;
char *hub_format_suffix (const char *from) G_GNUC_WARN_UNUSED_RESULT;
const char *hub_format_name_class (const char *name);
char *hub_format_row_label (HubMessageItem *item, GTimeZone *tz) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
