/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HUB_SHORT_PACKET_SIZE:
 *
 * Room for the packets that have no variable part.
 */
#define HUB_SHORT_PACKET_SIZE 5

/**
 * HUB_FIXED_HEADER_SIZE_MAX:
 *
 * The largest Fixed Header, bytes.
 */
#define HUB_FIXED_HEADER_SIZE_MAX 5

gsize hub_fixed_header_write (guint8 out[HUB_FIXED_HEADER_SIZE_MAX], guint8 first, gsize remaining);
gsize hub_fixed_header_size (gsize remaining);

gsize hub_encode_ack (HubVersion version,
                      HubPacketType type,
                      guint16 packet_id,
                      HubReason reason,
                      guint8 out[HUB_SHORT_PACKET_SIZE]);
gsize hub_encode_empty (HubPacketType type, guint8 out[HUB_SHORT_PACKET_SIZE]);

void hub_encode_connect (GByteArray *out, const HubConnect *connect);
void hub_encode_connack (GByteArray *out, HubVersion version, const HubConnack *connack);
void hub_encode_publish (GByteArray *out, HubVersion version, const HubPublish *publish);
void hub_encode_subscribe (GByteArray *out,
                           HubVersion version,
                           guint16 packet_id,
                           HubSpan filter,
                           guint8 options,
                           const HubProperties *properties);
void hub_encode_subscribe_all (GByteArray *out,
                               HubVersion version,
                               guint16 packet_id,
                               const char *const *filters,
                               guint8 options,
                               const HubProperties *properties);
void hub_encode_suback (GByteArray *out, HubVersion version, HubPacketType type, guint16 packet_id, HubSpan codes);
void hub_encode_unsubscribe (GByteArray *out, HubVersion version, guint16 packet_id, HubSpan filter);
void hub_encode_goodbye (GByteArray *out, HubVersion version, HubPacketType type, const HubGoodbye *goodbye);

G_END_DECLS
