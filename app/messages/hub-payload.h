/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_PAYLOAD_SIZE_MAX:
 *
 * The longest payload that is looked into, bytes; a longer one is shown as text. What a broker of ours lets pass is less.
 */
#define HUB_PAYLOAD_SIZE_MAX 2000000

/**
 * HubPayloadKind:
 * @HUB_PAYLOAD_NOTHING: an empty payload: no row
 * @HUB_PAYLOAD_CHAT: a message of the chat
 * @HUB_PAYLOAD_TEXT: any other text, shown whole
 * @HUB_PAYLOAD_BYTES: no text: its size is shown
 *
 * What a payload is.
 */
typedef enum
{
  HUB_PAYLOAD_NOTHING,
  HUB_PAYLOAD_CHAT,
  HUB_PAYLOAD_TEXT,
  HUB_PAYLOAD_BYTES,
} HubPayloadKind;

/**
 * HubPayload:
 * @kind: what it is
 * @name: (nullable): who says so
 * @message: what to show
 * @from: (nullable): 16 hexadecimal digits, lower case: the installation or browser
 * @id: (nullable): a UUID, lower case
 * @has_time: whether there is a time
 * @time_ms: when it was written, milliseconds since 1970, UTC, if one believes it
 *
 * A payload of the chat, taken apart. Absent or malformed members but for `message` are %NULL.
 */
typedef struct
{
  HubPayloadKind kind;
  char *name;
  char *message;
  char *from;
  char *id;
  gboolean has_time;
  gint64 time_ms;
} HubPayload;

HubPayload *hub_payload_parse (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
HubPayload *hub_payload_new_chat (const char *name, const char *message, const char *from, gint64 time_ms) G_GNUC_WARN_UNUSED_RESULT;
void hub_payload_free (HubPayload *self);
GBytes *hub_payload_to_bytes (const HubPayload *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPayload, hub_payload_free)

G_END_DECLS
