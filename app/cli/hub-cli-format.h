/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubCliMessage:
 * @topic: the Topic Name
 * @payload: the Application Message
 * @qos: of the delivery
 * @is_retain: whether it is a retained one
 * @time_us: when it came, microseconds since 1970
 *
 * A message that is to be printed.
 */
typedef struct
{
  const char *topic;
  GBytes *payload;
  guint qos;
  gboolean is_retain;
  gint64 time_us;
} HubCliMessage;

gboolean hub_cli_format_check (const char *format, GError **error);
GString *hub_cli_format (const char *format, const HubCliMessage *message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
