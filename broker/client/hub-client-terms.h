/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-properties.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * HubClientTerms:
 * @keep_alive_s: the longest silence, seconds; 0: of any length
 * @receive_maximum: how many messages at QoS 1 and 2 the broker takes at a time
 * @max_packet_bytes: the largest packet that the broker takes; 0: of any size
 * @notes: (nullable) (owned): the properties of its CONNACK
 *
 * On what terms a broker has let a client in.
 */
typedef struct
{
  guint keep_alive_s;
  guint receive_maximum;
  gsize max_packet_bytes;
  GBytes *notes;
} HubClientTerms;

void hub_client_terms_init (HubClientTerms *self);
void hub_client_terms_clear (HubClientTerms *self);
void hub_client_terms_take (HubClientTerms *self, const HubProperties *properties);
gboolean hub_client_terms_allow (const HubClientTerms *self, gsize topic_size, gsize payload_size, guint8 qos);
gsize hub_client_terms_payload_max (const HubClientTerms *self, gsize topic_size, guint8 qos);
char *hub_client_terms_dup_note (const HubClientTerms *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

char *hub_client_dup_note (HubSpan block, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
