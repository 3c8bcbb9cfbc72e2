/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "broker/wire/hub-packet.h"

G_BEGIN_DECLS

/**
 * HUB_SHORT_PACKET_SIZE:
 *
 * Room for the packets that have no variable part.
 */
#define HUB_SHORT_PACKET_SIZE 4

/**
 * HUB_FIXED_HEADER_SIZE_MAX:
 *
 * The largest Fixed Header, bytes.
 */
#define HUB_FIXED_HEADER_SIZE_MAX 5

gsize hub_fixed_header_write (guint8 out[HUB_FIXED_HEADER_SIZE_MAX], guint8 first, gsize remaining);
gsize hub_fixed_header_size (gsize remaining);

gsize hub_encode_connack (HubVersion version, const HubConnack *connack, guint8 out[HUB_SHORT_PACKET_SIZE]);
gsize hub_encode_ack (HubVersion version, HubPacketType type, guint16 packet_id, guint8 out[HUB_SHORT_PACKET_SIZE]);
gsize hub_encode_empty (HubVersion version, HubPacketType type, guint8 out[HUB_SHORT_PACKET_SIZE]);

void hub_encode_suback (GByteArray *out, HubVersion version, guint16 packet_id, HubSpan codes);
void hub_encode_connect (GByteArray *out, const HubConnect *connect);
void hub_encode_publish (GByteArray *out, HubVersion version, const HubPublish *publish);
void hub_encode_subscribe (GByteArray *out, HubVersion version, guint16 packet_id, HubSpan filter, guint8 qos);
void hub_encode_unsubscribe (GByteArray *out, HubVersion version, guint16 packet_id, HubSpan filter);

G_END_DECLS
