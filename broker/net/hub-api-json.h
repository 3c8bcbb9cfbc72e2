/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/store/hub-store-query.h"

G_BEGIN_DECLS

/**
 * HubApiInfo:
 * @name: what this broker is called
 * @hosted_by: (nullable): who hosts; %NULL: nobody has said so
 * @log: (nullable): the UUID of its log; %NULL: it has none
 * @mqtt_port: where it speaks MQTT; 0: nowhere
 * @http_port: where it speaks HTTP
 * @addresses: (array zero-terminated=1): IP literals by which others may reach it, the likeliest first
 * @needs_password: whether nobody comes in without one
 * @max_packet_bytes: the largest packet
 * @is_recording: whether messages go into the log
 *
 * What a broker says of itself to everybody.
 */
typedef struct
{
  const char *name;
  const char *hosted_by;
  const char *log;
  guint16 mqtt_port;
  guint16 http_port;
  const char *const *addresses;
  gboolean needs_password;
  gsize max_packet_bytes;
  gboolean is_recording;
} HubApiInfo;

void hub_api_json_add_entry (GByteArray *out, const HubStoreEntry *entry);

GBytes *hub_api_json_info (const HubApiInfo *info) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_api_json_messages (const char *log, const HubStorePage *page) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_api_json_topics (const HubStorePage *page) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_api_json_error (const char *sentence) G_GNUC_WARN_UNUSED_RESULT;

char *hub_api_etag (const char *log, const HubStorePage *page) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
