/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HUB_HOST_PAYLOAD_SIZE_MAX:
 *
 * The longest payload that is looked into, bytes; a longer one counts as none.
 */
#define HUB_HOST_PAYLOAD_SIZE_MAX 4096

/**
 * HUB_HOST_PAYLOAD_NEXT_MAX:
 *
 * How many addresses count; the others are passed over.
 */
#define HUB_HOST_PAYLOAD_NEXT_MAX 8

/**
 * HUB_HOST_PAYLOAD_CLIENT_MAX:
 *
 * The longest Client Identifier of a successor, bytes.
 */
#define HUB_HOST_PAYLOAD_CLIENT_MAX 256

/**
 * HubHostPayload:
 * @client: (nullable): the Client Identifier of who is to host next
 * @next: (array zero-terminated=1): where that is going to be, `IP:PORT` of HTTP, the best first; at least one
 *
 * What a host that leaves says.
 */
typedef struct
{
  char *client;
  char **next;
} HubHostPayload;

HubHostPayload *hub_host_payload_parse (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;
GBytes *hub_host_payload_new (const char *client, const char *const *next) G_GNUC_WARN_UNUSED_RESULT;
void hub_host_payload_free (HubHostPayload *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HubHostPayload, hub_host_payload_free)

G_END_DECLS
