/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ui/model/hub-person.h"

G_BEGIN_DECLS

/**
 * HUB_PRESENCE_SIZE_MAX:
 *
 * The longest payload that is looked into, bytes; a longer one counts as none.
 */
#define HUB_PRESENCE_SIZE_MAX 16384

/**
 * HUB_PRESENCE_ROOMS_MAX:
 *
 * How many rooms of one client count; the others are passed over.
 */
#define HUB_PRESENCE_ROOMS_MAX 64

/**
 * HUB_PRESENCE_ADDRESSES_MAX:
 *
 * How many addresses of one client count; the others are passed over.
 */
#define HUB_PRESENCE_ADDRESSES_MAX 16

/**
 * HUB_PRESENCE_NAME_CHARS:
 *
 * How much of the own name is told, in characters.
 */
#define HUB_PRESENCE_NAME_CHARS 256

/**
 * HubPresencePayload:
 * @from: 16 hexadecimal digits, lower case: the installation or browser
 * @name: may be empty
 * @kind: how they take part
 * @has_since: whether there is a time
 * @since_ms: since when, milliseconds since 1970, UTC, if one believes it
 * @rooms: (array zero-terminated=1): rooms besides Everyone
 * @http: (array zero-terminated=1): where they host, or would host: `IP:PORT`, `[IP]:PORT`
 *
 * What one client says of itself.
 */
typedef struct
{
  char *from;
  char *name;
  HubPersonKind kind;
  gboolean has_since;
  gint64 since_ms;
  char **rooms;
  char **http;
} HubPresencePayload;

HubPresencePayload *hub_presence_payload_parse (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
HubPresencePayload *hub_presence_payload_new_desktop (const char *from, const char *name, gint64 since_ms) G_GNUC_WARN_UNUSED_RESULT;
void hub_presence_payload_free (HubPresencePayload *self);
GBytes *hub_presence_payload_to_bytes (const HubPresencePayload *self) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_presence_payload_new_typing (const char *from, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubPresencePayload, hub_presence_payload_free)

G_END_DECLS
